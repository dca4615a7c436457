"""What the views ask of the app. Apart from the views, so that the app can listen before they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from balt.tui.requests import CleanupRequest


class Act(Message):
    """The user wants to work on a step; ``step`` is its id, "entretenir.1"."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


class AskRisks(Message):
    """The user asks for the risks and the contacts of a sheet, by its id."""

    def __init__(self, sheet: str) -> None:
        super().__init__()
        self.sheet = sheet


class AskPreview(Message):
    """Show this message."""

    def __init__(self, address: str, folder: str, uid: int) -> None:
        super().__init__()
        self.address = address
        self.folder = folder
        self.uid = uid


class AskPlan(Message):
    """Make a plan of this and show it."""

    def __init__(self, request: CleanupRequest) -> None:
        super().__init__()
        self.request = request


class Say(Message):
    """A sentence for the user: why something cannot be done now, or what a check found."""

    def __init__(self, sentence: str, *, grave: bool = False) -> None:
        super().__init__()
        self.sentence = sentence
        self.grave = grave


class GoHome(Message):
    """Back to the first view."""


class PaneChanged(Message):
    """The keys now go to another part of the view."""
