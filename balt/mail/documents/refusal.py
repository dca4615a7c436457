"""Why a document, or a part of it, is not read: a word that the worker process sends, in any language."""


class Refusal(Exception):  # noqa: N818 - it is an answer
    """``code`` is one of those that ``telling`` has a sentence for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
