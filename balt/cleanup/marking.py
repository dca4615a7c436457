"""The mark "intégré au logiciel métier": set or taken back by the person, on exactly the messages they chose.

It is the keyword ``$Integrated`` where the server can keep it for good (PERMANENTFLAGS, RFC 3501 section
7.1); else balt keeps it itself (``mailboxes.marks``). No other flag is touched, nothing is marked as read,
and no receipt ever sets it: a document counts as filed only when the person says so. Setting it twice does no
harm, so that a mark cut short needs no settling: doing it again converges.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import new_id
from balt.cleanup.ports import Cancelled, Progress, Rows, server_of
from balt.cleanup.prepare import Choice
from balt.cleanup.run import answer_of
from balt.cleanup.uids import batches, to_ranges
from balt.clock import Clock
from balt.errors import BaltError, CancelledError, RefusedError, StoppedError
from balt.i18n import _
from balt.mail.dates import UNKNOWN_DATE, DateReader
from balt.mail.model import INTEGRATED_KEYWORD, Flag, FolderState, Identity, Message
from balt.mailboxes.marks import LocalMarks, is_in
from balt.text import plain

if TYPE_CHECKING:
    from balt.mail.sessions import MailSession

ACTION = "mark"
KEEP_HERE = "local +$Integrated"
DROP_HERE = "local -$Integrated"
"""What is asked of balt's own file, in the journal."""


class Objection(StrEnum):
    """Why a chosen message was left as it is."""

    GONE = "gone"
    CHANGED = "changed"
    STAYS = "stays"

    @property
    def sentence(self) -> str:
        """The reason as a person reads it."""
        return {
            Objection.GONE: _("déjà parti"),
            Objection.CHANGED: _("ce n'est plus le même message"),
            Objection.STAYS: _("marqué sur le serveur, qui ne laisse pas ôter la marque"),
        }[self]


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """One chosen message that was left as it is; ``folder`` is safe to show."""

    folder: str
    uid: int
    reason: Objection

    def to_json(self) -> dict[str, object]:
        return {"folder": self.folder, "uid": self.uid, "reason": self.reason.sentence}


@dataclass(frozen=True, slots=True)
class MarkResult:
    """The true account: ``marked`` (or ``unmarked``) now, of which ``here`` are kept on this computer;
    ``already`` were so before; the others, by reason, were left as they are. Where it was ``stopped``, the
    ``remaining`` were not begun, or the server did not say what became of them: doing it again tells.
    """

    on: bool
    changed: int = 0
    here: int = 0
    already: int = 0
    skipped: tuple[LeftAlone, ...] = ()
    remaining: int = 0
    stopped: BaltError | None = None

    @property
    def kept_on(self) -> str | None:
        """Where the change was made: "server", "local", "both"; None where nothing was changed."""
        if not self.changed:
            return None
        return "server" if not self.here else "local" if self.here == self.changed else "both"

    @property
    def exit_code(self) -> int:
        """0 when all was done, 1 when something was skipped, else the code of what stopped it."""
        if self.stopped:
            return self.stopped.exit_code
        return 1 if self.skipped else 0

    def to_json(self) -> dict[str, object]:
        """The fields of ``balt mark --json``."""
        return {
            "marked": self.changed if self.on else 0,
            "unmarked": 0 if self.on else self.changed,
            "already": self.already,
            "skipped": [skipped.to_json() for skipped in self.skipped],
            "kept_on": self.kept_on,
        }


@dataclass
class Marking:
    """What setting a mark needs. ``marks`` are those that balt keeps of the BAL of the session."""

    session: "MailSession"
    marks: LocalMarks
    journal: Journal
    clock: Clock
    on_progress: Progress | None = None
    cancelled: Cancelled | None = None

    def mark(self, choices: Sequence[Choice], *, on: bool) -> MarkResult:
        """Set the mark on the chosen messages, or take it back.

        Each is looked at again first: what has gone, or is not the message that was listed, is left alone.
        Raises a BaltError only while nothing has been touched; afterwards it is told in the result.
        """
        with mailbox_lock(self.journal.folder, self.session.account):
            return _Work(self, choices, on=on).through()


@dataclass
class _Account:
    """What became of the messages of a folder."""

    changed: list[int] = field(default_factory=list)
    here: int = 0
    already: int = 0
    skipped: dict[int, Objection] = field(default_factory=dict)

    @property
    def done(self) -> int:
        return len(self.changed) + self.already + len(self.skipped)


class _Work:
    """The chosen folders, one after the other."""

    def __init__(self, marking: Marking, choices: Sequence[Choice], *, on: bool) -> None:
        self._with = marking
        self._session = marking.session
        self._on = on
        self._choices = [(choice, sorted(set(choice.uids))) for choice in choices]
        self._total = sum(len(uids) for _choice, uids in self._choices)
        self._accounts: list[tuple[str, _Account]] = []
        self._dates = DateReader(marking.clock)
        self._id = new_id(marking.clock.now())

    def through(self) -> MarkResult:
        stopped: BaltError | None = None
        for choice, uids in self._choices:
            account = _Account()
            self._accounts.append((choice.listing.folder, account))
            folder = _Folder(self._with, choice, self._on, self._id, self._dates)
            try:
                folder.open()
                for batch in batches(uids):
                    self._go_on()
                    folder.batch(batch, account)
                    self._tell()
                folder.note_end(account, "OK")
            except BaltError as error:
                touched = folder.touched or len(self._accounts) > 1
                if not touched and not account.done:
                    raise
                with suppress(BaltError):
                    folder.note_end(account, answer_of(error))
                stopped = error
                break
        return self._result(stopped)

    def _go_on(self) -> None:
        if self._with.cancelled and self._with.cancelled():
            raise CancelledError(_("Arrêté à votre demande."), advice=_("Le reste n'a pas été touché."))

    def _tell(self) -> None:
        if self._with.on_progress:
            self._with.on_progress(sum(account.done for _name, account in self._accounts), self._total)

    def _result(self, stopped: BaltError | None) -> MarkResult:
        accounts = [account for _name, account in self._accounts]
        return MarkResult(
            on=self._on,
            changed=sum(len(account.changed) for account in accounts),
            here=sum(account.here for account in accounts),
            already=sum(account.already for account in accounts),
            skipped=tuple(
                LeftAlone(plain(folder, 200), uid, reason)
                for folder, account in self._accounts
                for uid, reason in sorted(account.skipped.items())
            ),
            remaining=self._total - sum(account.done for account in accounts),
            stopped=stopped,
        )


class _Folder:
    """One folder: opened for changes where its server keeps the keyword, else only looked at."""

    def __init__(self, marking: Marking, choice: Choice, on: bool, act: str, dates: DateReader) -> None:
        self._with = marking
        self._session = marking.session
        self._listing = choice.listing
        self._on = on
        self._act = act
        self._dates = dates
        self._files = marking.session.account.access == "files"
        self._on_server = False
        self._read: Rows | None = None
        self.touched = False

    def open(self) -> None:
        """Enter the folder; StoppedError when it was made anew since its listing."""
        validity = self._entered().uidvalidity
        if not validity or validity != self._listing.uidvalidity:
            raise StoppedError(
                _("ce dossier a été recréé sur le serveur depuis qu'il a été lu.")
                if validity
                else _("ce serveur ne sait pas désigner durablement les messages (UIDVALIDITY)."),
                advice=_("Rien n'a été fait. Relisez le dossier, puis choisissez à nouveau les messages."),
                mailbox=self._session.account.address,
            )
        if self._files:
            self._read = self._session.scan(self._listing.folder)

    def _entered(self) -> FolderState:
        if not self._session.account.read_only and not self._files:
            try:
                state = self._session.select(self._listing.folder)
            except RefusedError as refused:
                if refused.code != "READ-ONLY":
                    raise
            else:
                self._on_server = state.keywords_allowed
                return state
        return self._session.examine(self._listing.folder)

    def batch(self, uids: Sequence[int], account: _Account) -> None:
        """Messages of the open folder: looked at again, then marked, and looked at once more."""
        found = self._now(uids)
        fit: list[Message] = []
        for message in _messages(self._listing, uids):
            now = found.get(message.uid)
            if now is None:
                account.skipped[message.uid] = Objection.GONE
            elif not self._is_same(message, now):
                account.skipped[message.uid] = Objection.CHANGED
            elif (Flag.INTEGRATED in now.flags) is self._on:
                account.already += 1
            else:
                fit.append(message)
        account.skipped |= {uid: Objection.GONE for uid in uids if self._listing.index_of(uid) is None}
        if not fit:
            return
        if self._on:
            self._set(fit, account)
        else:
            self._take_back(fit, account)

    def _set(self, messages: list[Message], account: _Account) -> None:
        """On the server where it takes the keyword; what it did not keep, here."""
        rest = messages
        if self._on_server:
            self._store(messages)
            told = self._session.flags_of([message.uid for message in messages])
            kept = _bearing(told)
            account.changed += sorted(kept)
            account.skipped |= {m.uid: Objection.GONE for m in messages if m.uid not in told}
            rest = [message for message in messages if message.uid in told.keys() - kept]
        if rest:
            self._keep_here(rest)
            account.changed += [message.uid for message in rest]
            account.here += len(rest)

    def _take_back(self, messages: list[Message], account: _Account) -> None:
        """Here and on the server; where that is not ours to change, a keyword that is there stays."""
        runs = self._with.marks.runs(self._listing.folder, self._listing.uidvalidity)
        here = [message for message in messages if is_in(message.uid, runs)]
        if here:
            self._keep_here(here)
        uids = [message.uid for message in messages]
        left = there = set() if self._files else _bearing(self._session.flags_of(uids))
        if there and self._on_server:
            self._store([message for message in messages if message.uid in there])
            left = _bearing(self._session.flags_of(uids))
        account.skipped |= dict.fromkeys(left, Objection.STAYS)
        account.changed += [message.uid for message in messages if message.uid not in left]
        account.here += sum(1 for message in here if message.uid not in there)

    def _store(self, messages: list[Message]) -> None:
        """Ask the server; one that refuses the keyword after all is not asked again."""
        uids = [message.uid for message in messages]
        sign = "+" if self._on else "-"
        request = f"UID STORE {sign}FLAGS.SILENT ({INTEGRATED_KEYWORD})"
        self._note(Phase.STEP, messages, request)
        self.touched = True
        try:
            self._session.set_integrated(uids, on=self._on)
        except BaltError as error:
            self._note(Phase.STEP, messages, request, answer_of(error))
            if not isinstance(error, RefusedError):
                raise
            self._on_server = False
        else:
            self._note(Phase.STEP, messages, request, "OK")

    def _keep_here(self, messages: list[Message]) -> None:
        uids = [message.uid for message in messages]
        request = KEEP_HERE if self._on else DROP_HERE
        self._note(Phase.STEP, messages, request)
        self.touched = True
        folder, validity = self._listing.folder, self._listing.uidvalidity
        if self._on:
            self._with.marks.change(folder, validity, add=uids)
        else:
            self._with.marks.change(folder, validity, remove=uids)
        self._note(Phase.STEP, messages, request, "OK")

    def _now(self, uids: Sequence[int]) -> Mapping[int, Identity]:
        if self._read is None:
            return self._session.identities(uids)
        there = _messages(self._read, uids)
        return {m.uid: Identity(m.uid, m.size if m.size is not None else -1, "", "", m.flags) for m in there}

    def _is_same(self, message: Message, now: Identity) -> bool:
        """Whether it is still the message that was listed, as far as a listing tells."""
        if now.size < 0 or message.size not in (None, now.size):
            return False
        if self._files or message.date is None:
            return True
        seconds = self._dates.seconds(now.internaldate.encode("latin-1", "replace").rjust(26))
        return seconds != UNKNOWN_DATE and seconds == int(message.date.timestamp())

    def note_end(self, account: _Account, answer: str) -> None:
        """Close the account of the folder in the journal."""
        figures = {"here": account.here, "already": account.already, "skipped": len(account.skipped)}
        changed = list(_messages(self._listing, account.changed))
        self._note(Phase.AFTER, changed, answer=answer, figures={k: v for k, v in figures.items() if v})

    def _note(
        self,
        phase: Phase,
        messages: Sequence[Message],
        request: str = "",
        answer: str = "",
        figures: Mapping[str, int] | None = None,
    ) -> None:
        owner = self._session.account
        self._with.journal.append(
            Deed(
                phase=phase,
                action=ACTION if self._on else f"un{ACTION}",
                mailbox=owner.address,
                server=server_of(owner),
                user=owner.username,
                plan=self._act,
                folder=self._listing.folder,
                uidvalidity=self._listing.uidvalidity,
                uids=to_ranges(message.uid for message in messages),
                count=len(messages),
                size=sum(message.size or 0 for message in messages),
                request=request,
                answer=answer,
                figures=figures or {},
            )
        )


def _bearing(told: Mapping[int, tuple[str, ...]]) -> set[int]:
    """Those that bear the keyword on the server, whatever it answered."""
    wanted = INTEGRATED_KEYWORD.lower()
    return {uid for uid, flags in told.items() if wanted in (flag.lower() for flag in flags)}


def _messages(listing: Rows, uids: Iterable[int]) -> Iterator[Message]:
    """Those that a listing has."""
    rows = (listing.index_of(uid) for uid in uids)
    return (listing.message(row) for row in rows if row is not None)
