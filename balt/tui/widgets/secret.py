"""A line in which a password is typed."""

from balt.tui.widgets.line_input import LineInput


class SecretInput(LineInput):
    """Shows dots; nothing typed here is copied or cut, for Textual would send it to the terminal in clear
    (OSC 52), whose clipboard other programs read. Pasting into it works.
    """

    def __init__(self, value: str = "", *, placeholder: str = "", select_on_focus: bool = True) -> None:
        super().__init__(value, placeholder, password=True, compact=True, select_on_focus=select_on_focus)

    def action_copy(self) -> None:
        """Nothing: what is typed stays here."""

    def action_cut(self) -> None:
        """Nothing, for the same reason; the other keys still erase."""
