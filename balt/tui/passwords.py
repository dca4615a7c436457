"""Asking for a password on the screen, for a worker that waits for it in its own thread."""

from concurrent.futures import Future
from typing import Any

from textual.app import App

from balt.config import Account


class PasswordAsker:
    """Called by a worker: opens the dialog and waits for its answer; None when there is none."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: set[Future[str | None]] = set()

    def __call__(self, account: Account) -> str | None:
        answer: Future[str | None] = Future()
        self._waiting.add(answer)

        def ask() -> None:
            from balt.tui.dialogs.password import PasswordDialog

            self._app.push_screen(PasswordDialog(account.address), lambda given: _answer(answer, given))

        try:
            self._app.call_from_thread(ask)
            return answer.result()
        finally:
            self._waiting.discard(answer)

    def give_up(self) -> None:
        """The app is being left: nobody will answer any more."""
        for answer in list(self._waiting):
            _answer(answer, None)


def _answer(question: "Future[str | None]", given: str | None) -> None:
    if not question.done():
        question.set_result(given)
