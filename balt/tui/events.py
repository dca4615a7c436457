"""What the workers tell the screens. Posted from worker threads; a late progress replaces an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from textual.message import Message

if TYPE_CHECKING:  # nothing of what they carry is needed before the first paint
    from balt.cases.autoreply.state import State
    from balt.cases.model import Case
    from balt.cases.recovery import Recovery
    from balt.cases.writers import Writers
    from balt.cleanup.detach.choose import Left
    from balt.cleanup.freeing import Room
    from balt.cleanup.plan import CleanupPlan
    from balt.cleanup.ports import Advance
    from balt.cleanup.result import ApplyResult
    from balt.cleanup.undo import Undoing
    from balt.directory.model import DirectoryAnswer
    from balt.errors import BaltError
    from balt.mail.listing import Listing
    from balt.mail.model import Folder, MessageDetail, Preview, Quota
    from balt.mailboxes.directory_view import DirectoryView
    from balt.mailboxes.integration import Finding
    from balt.mailboxes.largest import Largest
    from balt.mailboxes.model import MailboxStatus
    from balt.tui.requests import CleanupRequest


class FoldersRead(Message):
    """The folders and the quota of a BAL."""

    def __init__(self, address: str, folders: Sequence[Folder], quota: Quota | None) -> None:
        super().__init__()
        self.address = address
        self.folders = folders
        self.quota = quota


class StatusTaken(Message):
    """The figures of a BAL; ``reachable`` is false in it when the server could not be asked: ``refused``
    where it did not let balt in.
    """

    def __init__(self, status: MailboxStatus, *, refused: bool = False) -> None:
        super().__init__()
        self.status = status
        self.refused = refused


class ReplyLookedAt(Message):
    """How the auto-reply of a BAL on its way out stands."""

    def __init__(self, address: str, state: State) -> None:
        super().__init__()
        self.address = address
        self.state = state


class ReplyUnseen(Message):
    """How the auto-reply of a BAL on its way out stands could not be seen."""

    def __init__(self, address: str, error: BaltError) -> None:
        super().__init__()
        self.address = address
        self.error = error


class ListingRead(Message):
    """A listing of a folder: from the index (``as_of``: when it was taken), its first rows, or all of it."""

    def __init__(self, address: str, listing: Listing, as_of: datetime | None = None) -> None:
        super().__init__()
        self.address = address
        self.listing = listing
        self.as_of = as_of


class FolderChanged(Message):
    """The server says that something came, went or changed in the folder that is watched."""

    def __init__(self, address: str, folder: str) -> None:
        super().__init__()
        self.address = address
        self.folder = folder

    def can_replace(self, message: Message) -> bool:
        if not isinstance(message, FolderChanged):
            return False
        return (message.address, message.folder) == (self.address, self.folder)


class AttachmentsRead(Message):
    """The largest attachments of a listing; None while the search goes on, ``looked_at`` so many messages."""

    def __init__(self, address: str, listing: Listing, found: Largest | None, looked_at: int) -> None:
        super().__init__()
        self.address = address
        self.listing = listing
        self.found = found
        self.looked_at = looked_at


class ReceiptsRead(Message):
    """What the receipts of a BAL say of its messages, by folder and UID; ``validities`` are those of the
    folders.
    """

    def __init__(
        self, address: str, findings: Mapping[tuple[str, int], Finding], validities: Mapping[str, int]
    ) -> None:
        super().__init__()
        self.address = address
        self.findings = findings
        self.validities = validities


class ListingFailed(Message):
    """A folder could not be listed."""

    def __init__(self, address: str, folder: str, error: BaltError) -> None:
        super().__init__()
        self.address = address
        self.folder = folder
        self.error = error


class Progress(Message):
    """How far a long reading is. ``done`` of ``total`` messages."""

    def __init__(self, address: str, folder: str, done: int, total: int) -> None:
        super().__init__()
        self.address = address
        self.folder = folder
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        if not isinstance(message, Progress):
            return False
        return (message.address, message.folder) == (self.address, self.folder)


class DetailsRead(Message):
    """Sender, subject and parts of the messages that were ``asked`` for, by the keys of ``listing``; those
    that are still there. They may be in the listing's own store already. ``senders`` are the keys of those of
    which only the sender was asked and learnt; None where all was asked.
    """

    def __init__(
        self,
        address: str,
        listing: Listing,
        asked: Sequence[int],
        details: Mapping[int, MessageDetail],
        *,
        background: bool,
        senders: Collection[int] | None = None,
    ) -> None:
        super().__init__()
        self.address = address
        self.listing = listing
        self.asked = asked
        self.details = details
        self.background = background
        self.senders = senders

    @property
    def told(self) -> Collection[int]:
        """The keys of those of which what was asked is known now."""
        return self.details.keys() if self.senders is None else self.senders


class PreviewRead(Message):
    """A message to look at."""

    def __init__(self, address: str, folder: str, uidvalidity: int, uid: int, preview: Preview) -> None:
        super().__init__()
        self.address = address
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.uid = uid
        self.preview = preview


class PlanDrafted(Message):
    """The plan of a request, to be shown and confirmed; nothing is touched yet. ``room`` is
    what was found, where room was wished for. ``undoing`` is what takes an act back, where that was asked,
    and ``plan`` then the whole of it. ``warnings`` are about the place of the archive; ``left`` tells in how
    many messages attachments stay, and why, where some are to be taken out. ``held`` messages of a whole BAL
    are in its archive already, and were read again there.
    """

    def __init__(
        self,
        request: CleanupRequest,
        plan: CleanupPlan,
        *,
        room: Room | None = None,
        undoing: Undoing | None = None,
        warnings: Sequence[str] = (),
        left: Mapping[Left, int] | None = None,
        held: int = 0,
    ) -> None:
        super().__init__()
        self.request = request
        self.plan = plan
        self.held = held
        self.warnings = warnings
        self.room = room
        self.undoing = undoing
        self.left = left or {}


class DraftProgress(Message):
    """A plan is being made: so many messages are looked at."""

    def __init__(self, request: CleanupRequest, done: int, total: int) -> None:
        super().__init__()
        self.request = request
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, DraftProgress)


class PlanProgress(Message):
    """How far an act is."""

    def __init__(self, plan_id: str, advance: Advance) -> None:
        super().__init__()
        self.plan_id = plan_id
        self.advance = advance

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, PlanProgress)


PlanStep: TypeAlias = PlanDrafted | DraftProgress | PlanProgress


class PlanApplied(Message):
    """An act ended; ``result`` is the true account."""

    def __init__(self, plan: CleanupPlan, result: ApplyResult) -> None:
        super().__init__()
        self.plan = plan
        self.result = result


class PlanFailed(Message):
    """A plan could not be made (``request``), or its act could not begin (``plan_id``)."""

    def __init__(
        self, address: str, error: BaltError, *, request: CleanupRequest | None = None, plan_id: str = ""
    ) -> None:
        super().__init__()
        self.address = address
        self.error = error
        self.request = request
        self.plan_id = plan_id


class ActsSettled(Message):
    """Acts that a crash had left open are cleared up and in the journal; a sentence for each."""

    def __init__(self, address: str, sentences: Sequence[str]) -> None:
        super().__init__()
        self.address = address
        self.sentences = sentences


class DirectoryRead(Message):
    """What the directory publishes of the holder and of the BAL known here; ``more`` while the API is still
    being asked.
    """

    def __init__(self, view: DirectoryView, *, more: bool = False) -> None:
        super().__init__()
        self.view = view
        self.more = more


class DirectoryFound(Message):
    """The answer to search ``number``, or the sentence that says why there is none; ``more`` while another
    source is still being asked.
    """

    def __init__(
        self, number: int, answer: DirectoryAnswer | None, error: str = "", *, more: bool = False
    ) -> None:
        super().__init__()
        self.number = number
        self.answer = answer
        self.error = error
        self.more = more


class Problem(Message):
    """Something to tell the user in one sentence."""

    def __init__(self, error: BaltError) -> None:
        super().__init__()
        self.error = error


class DraftSaved(Message):
    """The request of a case is in the drafts of its BAL; ``folder`` is the label of that folder, ``letter``
    what the message is known by (``letters.letter_ref``).
    """

    def __init__(self, case: Case, folder: str, letter: str) -> None:
        super().__init__()
        self.case = case
        self.folder = folder
        self.letter = letter


class RequestCleared(Message):
    """Nothing stands against the request of a case: it can be made out. ``how`` is "copy", "txt" or "eml"."""

    def __init__(self, case: Case, how: str) -> None:
        super().__init__()
        self.case = case
        self.how = how


class Recovered(Message):
    """A BAL was compared with the archive at ``place``."""

    def __init__(self, address: str, place: str, found: Recovery) -> None:
        super().__init__()
        self.address = address
        self.place = place
        self.found = found


class WritersRead(Message):
    """Who wrote to a BAL in the last weeks: no patient's address, in ``discreet`` access none at all."""

    def __init__(self, address: str, found: Writers, *, discreet: bool) -> None:
        super().__init__()
        self.address = address
        self.found = found
        self.discreet = discreet
