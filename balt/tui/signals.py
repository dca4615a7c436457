"""What the views ask of the app. Apart from the views, so that the app can listen before they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from balt.mailboxes.model import Question
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


class AskTick(Message):
    """The user wants to tick a step by hand; ``step`` is its id."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


class TurnMailbox(Message):
    """Show the sheets of the next BAL, or (``by`` -1) of the one before; the practice is one of them."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self.by = by


class AskDue(Message):
    """The user asks what is due this month."""


class AskSheets(Message):
    """The user wants the filled sheets in a file."""


class AskShare(Message):
    """The user wants to give what is written down here to somebody, or to take over what they wrote."""


class AskPreview(Message):
    """Show this message of a folder that has this UIDVALIDITY."""

    def __init__(self, address: str, folder: str, uidvalidity: int, uid: int) -> None:
        super().__init__()
        self.address = address
        self.folder = folder
        self.uidvalidity = uidvalidity
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


class OpenMailbox(Message):
    """Open the messages of a BAL."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class AddMailbox(Message):
    """Add a BAL to the configuration; ``address`` is proposed, "" when the user is to type it."""

    def __init__(self, address: str = "") -> None:
        super().__init__()
        self.address = address


class Follow(Message):
    """Follow a BAL of somebody else in the directory; nothing else is asked of it."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class AskDeparture(Message):
    """Take this BAL out of the directory, or go on with that."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class DirectorySearch(Message):
    """Search the whole directory; the answer will carry ``number``."""

    def __init__(self, text: str, number: int) -> None:
        super().__init__()
        self.text = text
        self.number = number


class Written(Message):
    """Something that the user wrote down, to be kept."""


class AnswerGiven(Written):
    """The holder's answer about a BAL."""

    def __init__(self, address: str, question: Question, value: str, note: str = "") -> None:
        super().__init__()
        self.address = address
        self.question = question
        self.value = value
        self.note = note


class LinkSituation(Written):
    """A BAL serves a situation, or (``yes`` false) no longer does."""

    def __init__(self, address: str, situation: str, yes: bool = True) -> None:
        super().__init__()
        self.address = address
        self.situation = situation
        self.yes = yes


class PreferMailbox(Written):
    """The preferred BAL of a situation; None takes the choice back. ``kind`` is the kind of prescription that
    it is for, "" for all.
    """

    def __init__(self, situation: str, address: str | None, kind: str = "") -> None:
        super().__init__()
        self.situation = situation
        self.address = address
        self.kind = kind


class NoteSupport(Written):
    """A support bears a BAL, or (``bears`` false) no longer does."""

    def __init__(self, support: str, address: str, *, bears: bool) -> None:
        super().__init__()
        self.support = support
        self.address = address
        self.bears = bears


class AddSupport(Written):
    """A support of the user's own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class RemoveSupport(Written):
    """Follow a support of the user's own no longer."""

    def __init__(self, support: str) -> None:
        super().__init__()
        self.support = support


class ChangeKinds(Written):
    """Another list of kinds of prescription: one more (``kind`` ""), one less (``name`` None), or another
    name.
    """

    def __init__(self, kind: str, name: str | None) -> None:
        super().__init__()
        self.kind = kind
        self.name = name


class AddSituation(Written):
    """A situation that the directory does not know. ``mode`` is a code of TRE_R23 or ""."""

    def __init__(self, structure: str, town: str, mode: str) -> None:
        super().__init__()
        self.structure = structure
        self.town = town
        self.mode = mode


class RemoveSituation(Written):
    """Take away a situation that was made by hand."""

    def __init__(self, situation: str) -> None:
        super().__init__()
        self.situation = situation
