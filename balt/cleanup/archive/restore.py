"""Messages of an archive put back into a mailbox, with their date and flags, each once.

One that is there already, octet for octet, is not added. One that was added is read again from the server:
only then does it count. Nothing is ever removed, and a second run goes on where the first one stopped.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from balt.cleanup.archive.manifest import read_records
from balt.cleanup.archive.placing import Shelves
from balt.cleanup.archive.record import Record
from balt.cleanup.archive.tree import Folder
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.ports import Cancelled, KeepsMarks, Owner, server_of
from balt.cleanup.run import answer_of
from balt.cleanup.uids import to_ranges
from balt.cleanup.wanted import Named
from balt.errors import BaltError, CancelledError, RefusedError, StoppedError, UsageError
from balt.i18n import _
from balt.mail.dates import FORMAT
from balt.mail.model import Flag, Identity
from balt.mail.raw_fetch import is_flag
from balt.mail.sessions import MailSession
from balt.text import plain

ACTION = "restore"
APPEND = "APPEND"
_DATE = re.compile(FORMAT.decode("ascii"))
_SYSTEM_FLAGS = frozenset({"\\seen", "\\answered", "\\flagged", "\\draft"})
"""``\\Recent`` is the server's own, and a message marked ``\\Deleted`` could be gone at once."""
_LOOK = 200
"""UIDs looked at to find a message again where the server does not tell its UID."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which messages of an archive: those of one BAL; where ``named`` tells any, only these, by the folder
    and the UID that they had there.
    """

    account: str
    named: Sequence[Named] = ()

    def takes(self, record: Record) -> bool:
        """Whether this message is one of them."""
        if record.account.lower() != self.account.lower():
            return False
        return not self.named or any(
            each.folder == record.folder and any(first <= record.uid <= last for first, last in each.uids)
            for each in self.named
        )


@dataclass(slots=True)
class Restored:
    """The true account of a restoration; sizes are octets. ``there`` were in the folder already; ``damaged``
    are files whose content is no longer what the manifest says; ``refused`` are files that the server did not
    take; ``unverified`` are those that it took and does not give back alike; ``remaining`` were not dealt
    with. ``reattached`` counts the lighter forms that made place for their whole message.
    """

    added: int = 0
    size: int = 0
    there: int = 0
    damaged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)
    remaining: int = 0
    reattached: int = 0
    stopped: BaltError | None = None

    @property
    def exit_code(self) -> int:
        """4 where something was not given back alike, else that of what stopped it, else 1 with findings."""
        if self.unverified:
            return 4
        if self.stopped is not None:
            return self.stopped.exit_code
        return 1 if self.damaged or self.refused else 0

    def to_json(self) -> dict[str, object]:
        """The document of ``balt archive restore --json``."""
        return {
            "restored": self.added,
            "restored_size": self.size,
            "already_there": self.there,
            "damaged": self.damaged,
            "refused": self.refused,
            "unverified": self.unverified,
            "remaining": self.remaining,
            "reattached": self.reattached,
        }


def chosen_records(root: Folder, chosen: Chosen) -> list[Record]:
    """The messages that are chosen, each once, as the manifest tells of them last."""
    found: dict[object, Record] = {}
    for _number, record in read_records(root):
        if record is not None and chosen.takes(record):
            found[record.source] = record
    return list(found.values())


def accounts_in(root: Folder) -> list[str]:
    """The addresses of the BAL whose messages are in the archive, safe to show."""
    return sorted({plain(record.account, 200) for _number, record in read_records(root) if record})


def by_target(records: Iterable[Record], session: MailSession, folder: str) -> dict[str, list[Record]]:
    """The messages by the folder that they go to: ``folder``, else the one where they were. UsageError where
    the mailbox has no such folder: nothing is made that nobody asked for.
    """
    targets: dict[str, list[Record]] = {}
    for record in records:
        targets.setdefault(folder or record.folder, []).append(record)
    existing = {each.name for each in session.folders() if each.selectable}
    missing = [name for name in targets if name not in existing]
    if missing:
        raise UsageError(
            _("le dossier « %s » n'existe pas dans cette BAL.") % plain(missing[0], 100),
            advice=_("Rien n'a été fait. Créez-le, ou donnez un autre dossier par --folder."),
            mailbox=session.account.address,
        )
    return targets


class Restoring:
    """One restoration; ``act`` names it in the journal. ``lighter`` are the UIDs that messages have now, by
    their source, where they stand in the folder in a lighter form: balt's own marks are taken from there.
    """

    def __init__(self, root: Folder, session: MailSession, journal: Journal, act: str) -> None:
        self.lighter: dict[object, int] = {}
        self._shelves = Shelves(root)
        self._session = session
        self._journal = journal
        self._act = act

    def missing(
        self, folder: str, records: Sequence[Record], copies: Mapping[str, int] | None = None
    ) -> list[Record]:
        """Those that the folder does not hold yet: each content once, or as many times as ``copies`` says
        of its SHA-256. One that is marked to be removed is not held: it may be gone at once. The folder is
        left open for looking only.
        """
        listing = self._session.scan(folder)
        uids: dict[int, list[int]] = {}
        for uid, size in zip(listing.uids, listing.sizes, strict=True):
            uids.setdefault(size, []).append(uid)
        self._session.examine(folder)
        wanted = {size for record in records for size in (record.announced, record.size)}
        known = self._session.identities([uid for size in wanted for uid in uids.get(size, ())])
        lacking: dict[str, int] = {}
        absent: list[Record] = []
        for record in records:
            if record.sha256 not in lacking:
                alike = {
                    uid: size
                    for size in {record.announced, record.size}
                    for uid in uids.get(size, ())
                    if _may_be(record, known.get(uid))
                }
                most = copies.get(record.sha256, 1) if copies else 1
                lacking[record.sha256] = most - self._count(record, alike, most)
            if lacking[record.sha256] > 0:
                lacking[record.sha256] -= 1
                absent.append(record)
        return absent

    def add(
        self,
        folder: str,
        records: Sequence[Record],
        account: Restored,
        on_progress: Callable[[Restored], None],
        cancelled: Cancelled,
    ) -> None:
        """Put these messages, which count as remaining in ``account``, into a folder; ``account`` is kept
        true whatever happens. A line in the journal says before what is asked, one after it what came of it.
        """
        state = self._session.select(folder)
        self._note(folder, state.uidvalidity, records, "")
        added: list[int] = []
        answer = "interrupted"
        try:
            following = state.uidnext
            for record in records:
                if cancelled():
                    raise CancelledError(_("arrêté à votre demande."), mailbox=self._session.account.address)
                before = len(added)
                following = self._add_one(folder, record, following, account, added)
                if len(added) > before:
                    self._follow(folder, state.uidvalidity, record, added[-1])
                account.remaining -= 1
                on_progress(account)
            answer = "OK"
        except BaltError as error:
            account.stopped, answer = error, answer_of(error)
        finally:
            self._note(folder, state.uidvalidity, records, answer, added)

    def _add_one(
        self, folder: str, record: Record, following: int, account: Restored, added: list[int]
    ) -> int:
        """One message; the UID that the next one will have at least."""
        if not self._shelves.holds(record.file, record.sha256, record.size):
            account.damaged.append(record.file)
            return following
        try:
            uid = self._session.append(
                folder, self._shelves.pieces(record.file), record.size, _flags(record), _date(record)
            )
        except RefusedError as refused:
            if refused.code == "OVERQUOTA":
                raise
            account.refused.append(record.file)
            return following
        found = [uid] if uid else self._arrived(record, following)
        if not self._count(record, dict.fromkeys(found, record.announced), 1):
            account.unverified.append(record.file)
            return following
        account.added += 1
        account.size += record.size
        added += found[-1:]
        return max(following, *found) + 1

    def _follow(self, folder: str, uidvalidity: int, record: Record, uid: int) -> None:
        """The mark that balt itself keeps of this message goes on to where it now is. Where that cannot be
        written, it has none, and the person is asked again.
        """
        session, owner = self._session, self._session.account
        was = (record.folder, record.uidvalidity, record.server, record.user)
        old = self.lighter.get(record.source)
        if old is None and was == (folder, uidvalidity, server_of(owner), owner.username):
            old = record.uid
        if old is not None and isinstance(session, KeepsMarks):
            with suppress(StoppedError):
                session.follow_marks(folder, uidvalidity, {old: uid})

    def _arrived(self, record: Record, following: int) -> list[int]:
        """Where the server does not say which UID a message got: those that came since and may be it."""
        found = self._session.identities(range(following, following + _LOOK))
        return [uid for uid, about in found.items() if about.message_id == record.message_id]

    def _count(self, record: Record, sizes: Mapping[int, int], most: int) -> int:
        """How many of these messages of the open folder are this one, octet for octet; no more than ``most``
        are looked for.
        """
        count = 0
        for uid, size in sizes.items():
            hasher = hashlib.sha256()
            try:
                for piece in self._session.octets(uid, size):
                    hasher.update(piece)
            except RefusedError:
                continue
            count += hasher.hexdigest() == record.sha256
            if count == most:
                break
        return count

    def _note(
        self,
        folder: str,
        uidvalidity: int,
        records: Sequence[Record],
        answer: str,
        added: Sequence[int] = (),
    ) -> None:
        step = step_of(self._session.account, self._act, folder, uidvalidity, added)
        size = 0 if answer else sum(record.size for record in records)
        count = len(added) if answer else len(records)
        self._journal.append(replace(step, count=count, size=size, request=APPEND, answer=answer))


def step_of(owner: Owner, act: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> Deed:
    """A line of a restoration about these messages of a folder, without what is asked and answered."""
    return Deed(
        Phase.STEP,
        action=ACTION,
        mailbox=owner.address,
        server=server_of(owner),
        user=owner.username,
        plan=act,
        folder=folder,
        uidvalidity=uidvalidity,
        uids=to_ranges(uids),
        count=len(uids),
    )


def _may_be(record: Record, about: Identity | None) -> bool:
    """Whether a message of a folder may be this one, and stays."""
    return about is not None and about.message_id == record.message_id and Flag.DELETED not in about.flags


def _flags(record: Record) -> list[str]:
    """The flags that a message gets back."""
    return [
        flag
        for flag in record.flags
        if is_flag(flag) and (flag.lower() in _SYSTEM_FLAGS or not flag.startswith("\\"))
    ]


def _date(record: Record) -> str:
    """The date that a message gets back; "" for one that no command may hold."""
    return record.internaldate if _DATE.fullmatch(record.internaldate) else ""


def unknown_account(address: str, there: Sequence[str]) -> StoppedError:
    """The archive holds nothing of this BAL."""
    message = _("cette archive ne contient aucun message de %s.") % plain(address, 200)
    advice = _("Elle contient ceux de : %s. Désignez-la par --from.") % ", ".join(there) if there else ""
    return StoppedError(message, advice=advice)
