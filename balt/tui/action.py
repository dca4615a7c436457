"""What an action of the user is, apart from the table of all of them."""

from dataclasses import dataclass

from balt.i18n import _


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do. ``keys`` as Textual names them, the first one is shown as ``shown``."""

    id: str
    keys: str
    shown: str
    label: str
    help: str
    footer: bool = False
    dangerous: bool = False
    palette: bool = True

    @property
    def key_words(self) -> str:
        """``shown`` in the language in use: only words are translated, never a letter that is a key."""
        return _(self.shown) if len(self.shown) > 2 else self.shown

    @property
    def place(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]
