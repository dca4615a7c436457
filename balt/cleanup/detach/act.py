"""Taking attachments out of messages that are verified in the archive.

Of each message: written anew from the archive's file, put into the same folder with the same date and flags,
read back from the server octet for octet, and only then the original removed, in the one way in which balt
removes. Put in twice it never is: what an interrupted act may have put there is looked for first.

Where the server has no room for both, the original goes first: the archive holds it, the journal says so
before, and the same plan, applied again, or undone, brings the message back from there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from balt.cleanup.archive.placing import Shelves
from balt.cleanup.archive.tree import Folder
from balt.cleanup.arrivals import arrivals
from balt.cleanup.deeds import Phase
from balt.cleanup.detach.rewrite import Lightened, UnfitError, lighten
from balt.cleanup.detach.traces import Tried, flags_as_told, flags_in, traces_of
from balt.cleanup.plan import PlannedMessage
from balt.cleanup.ports import Keeper, KeepsMarks, Kept
from balt.cleanup.result import SkipReason
from balt.cleanup.run import APPEND, MAKE_ROOM, READ_BACK, TAKE_BACK, Run, answer_of
from balt.errors import RefusedError, StoppedError
from balt.i18n import _
from balt.mail.dates import FORMAT
from balt.mail.model import Flag, Identity
from balt.mail.raw_fetch import is_flag

NO_ROOM = frozenset({"OVERQUOTA", "LIMIT"})
"""Answers to an APPEND that more room would change (RFC 9208 section 4.3, RFC 5530 section 3)."""
_DATE = re.compile(FORMAT.decode("ascii"))
_NOTE = b"X-Balt-Detached: part="
_RECENT = "\\recent"
_DELETED = "\\deleted"

Found = tuple[list[PlannedMessage], Mapping[int, Identity]]
Again = Callable[[Sequence[PlannedMessage]], Found]
"""Which messages are still what the plan says, and what the server says of them now."""
Remove = Callable[[Run, Sequence[PlannedMessage], Mapping[int, Identity]], None]


@dataclass(frozen=True, slots=True)
class _Copy:
    """A lightened message: what it is, the flags that it has, its UID once it was read back."""

    lighter: Lightened
    flags: tuple[str, ...]
    uid: int = 0


class Detaching:
    """The messages of one folder being lightened, batch by batch. ``again`` and ``remove`` are those of the
    act. Every method raises as the session does: what was done until then is found again.
    """

    def __init__(self, run: Run, keeper: Keeper, again: Again, remove: Remove) -> None:
        self._run = run
        self._keeper = keeper
        self._again = again
        self._remove = remove
        self._traces = traces_of(run.journal.entries(), run)
        run.owed.update((m.uid, m) for m in run.part.messages if m.uid in self._traces.owed)
        self._ready: dict[int, _Copy] = {}
        self._next = 0
        self._arrived: dict[tuple[str, str], list[Identity]] | None = None

    def begin(self) -> None:
        """Before a batch, and after a cut: finish what was removed and not yet put back. Raises RefusedError
        where that cannot be: nothing else is to be removed then.
        """
        run = self._run
        self._follow([run.done[uid] for uid in self._ready if uid in run.done])
        self._ready, self._next, self._arrived = {}, 0, None
        if not run.owed:
            return
        there = run.session.existing(list(run.owed))
        for uid in there:
            del run.owed[uid]
        owed = list(run.owed.values())
        about = {m.uid: Identity(m.uid, m.size, m.internaldate, m.message_id) for m in owed}
        run.skip(about, SkipReason.NOT_BACK)
        run.kept.update(self._keeper.keep(run.session, run.part, owed, about, None) if owed else {})
        for message in owed:
            lighter = self._lighter(message) if message.uid in run.kept else None
            if lighter is None:
                raise self._not_back("")
            had = self._traces.owed[message.uid]
            self._put_back(message, _Copy(lighter, flags_as_told(had, run.kept[message.uid].flags)))

    def lighten(self, messages: Sequence[PlannedMessage]) -> None:
        """Lighten these messages, which are verified in the archive (``run.kept``)."""
        run = self._run
        flags = run.session.flags_of([message.uid for message in messages])
        out: list[PlannedMessage] = []
        for message in messages:
            own = flags.get(message.uid)
            if own is None or _DELETED in self._flags_but_ours(message, own):  # nobody wants it twice
                run.skip([message.uid], SkipReason.CHANGED)
                out.append(message)
                continue
            lighter = self._lighter(message)
            if lighter is None:
                run.skip([message.uid], SkipReason.UNFIT)
                out.append(message)
            else:
                self._one(message, _Copy(lighter, _settable(own)))
        self._finish()
        self.clear_away(out)

    def clear_away(self, messages: Sequence[PlannedMessage]) -> None:
        """Remove the copies that an interrupted act has put beside messages that now stay as they are."""
        run = self._run
        tried = [(m, self._traces.tried[m.uid]) for m in messages if m.uid in self._traces.tried]
        stay = run.session.existing([message.uid for message, _tried in tried]) if tried else set()
        for message, about in tried:
            if message.uid in stay:
                for found in self._arrivals_of(message, about):
                    whole = found.size == about.octets and not found.flags & (Flag.FLAGGED | Flag.DELETED)
                    if whole and _NOTE in b"".join(run.session.octets(found.uid, found.size)):
                        self._take_back(message, found.uid)

    def _lighter(self, message: PlannedMessage) -> Lightened | None:
        """The message as it will be, from the archive's file; None where it must stay as it is."""
        kept = self._run.kept[message.uid]
        if not _DATE.fullmatch(message.internaldate):
            return None
        archive = self._run.plan.archive
        try:
            octets = _octets(archive, kept)
            return lighten(octets, message.detach, PurePath(archive).name, kept.archived, kept.sha256)
        except UnfitError:
            return None

    def _one(self, message: PlannedMessage, copy: _Copy) -> None:
        """Have the lightened message in the folder; where there is no room, make some."""
        if self._has_put(message, copy):
            return
        if self._ready:  # the originals of those that are there already take room
            self._finish()
            if self._has_put(message, copy):
                return
        run = self._run
        same, found = self._unchanged([message], {message.uid: copy})
        if not same:
            return
        had = flags_in(copy.flags)
        self._traces.owed[message.uid] = had
        run.note(Phase.STEP, same, request=MAKE_ROOM, figures={"flags": int(had)})
        run.owed[message.uid] = message
        self._remove(run, same, found)
        if run.skipped.get(message.uid) is SkipReason.NOT_BACK:
            self._put_back(message, copy)
        else:  # the server has left it in place
            del run.owed[message.uid]

    def _has_put(self, message: PlannedMessage, copy: _Copy) -> bool:
        """Put it in; whether that is settled, False where there is no room for it."""
        try:
            self._put(message, copy)
        except RefusedError as refused:
            if refused.code in NO_ROOM:
                return False
            self._run.skip([message.uid], SkipReason.REFUSED)
        return True

    def _put_back(self, message: PlannedMessage, copy: _Copy) -> None:
        """Put in a message whose original is gone; RefusedError where that fails."""
        run, uid = self._run, message.uid
        try:
            self._put(message, copy)
        except RefusedError as refused:
            raise self._not_back(refused.code) from refused
        if uid not in self._ready:
            run.skip([uid], SkipReason.NOT_BACK)
            raise self._not_back("")
        run.note(Phase.STEP, [message], request=READ_BACK, answer="OK")
        del run.owed[uid]
        run.skipped.pop(uid, None)
        run.done[uid] = message
        self._follow([message])
        del self._ready[uid]

    def _put(self, message: PlannedMessage, copy: _Copy) -> None:
        """APPEND, unless it is there already, and read it back; RefusedError as the server does."""
        run, octets = self._run, copy.lighter.octets
        uid = self._there(message, copy)
        if uid is None:
            run.skip([message.uid], SkipReason.CHANGED)
            return
        if not uid:
            since = self._next or self._next_uid()
            self._traces.tried[message.uid] = Tried(since, len(octets))
            run.note(Phase.STEP, [message], request=APPEND, figures={"since": since, "octets": len(octets)})
            try:
                told = run.session.append(
                    run.part.folder, [octets], len(octets), copy.flags, message.internaldate
                )
            except RefusedError as refused:
                run.note(Phase.STEP, [message], request=APPEND, answer=answer_of(refused))
                raise
            self._next = told + 1 if told else 0
            run.note(Phase.STEP, [message], request=APPEND, answer="OK", figures={"uid": told or 0})
            uid = self._arrived_as(message, copy, since, told)
            if not uid:
                if told:
                    self._take_back(message, told)
                run.skip([message.uid], SkipReason.UNVERIFIED)
                return
        self._traces.copies[uid] = message.uid
        self._ready[message.uid] = replace(copy, uid=uid)
        run.freed[message.uid] = message.size - len(octets)

    def _there(self, message: PlannedMessage, copy: _Copy) -> int | None:
        """The UID of the copy that an interrupted act has put there, 0 for none. One whose flags are older
        than the original's is removed; None where the copy has some that the original has not: somebody has
        taken it up.
        """
        run = self._run
        tried = self._traces.tried.get(message.uid)
        for about in self._arrivals_of(message, tried) if tried else ():
            if not self._is_alike(about, copy):
                continue
            flags = _folded(run.session.flags_of([about.uid]).get(about.uid, ()))
            if flags == _folded(copy.flags) or message.uid in run.owed:
                return about.uid
            if not flags <= _folded(copy.flags):
                return None
            self._take_back(message, about.uid)
        return 0

    def _arrivals_of(self, message: PlannedMessage, tried: Tried) -> list[Identity]:
        """What has come into the folder since a copy was tried, and may be it."""
        if self._arrived is None:
            tries = self._traces.tried
            since = min(tries[m.uid].since for m in self._run.part.messages if m.uid in tries)
            self._arrived = {}
            for about in arrivals(self._run.session, since, self._next_uid()):
                self._arrived.setdefault((about.message_id, about.internaldate), []).append(about)
        alike = self._arrived.get((message.message_id, message.internaldate), ())
        copies = self._traces.copies
        return [
            about
            for about in alike
            if about.uid >= tried.since
            and about.uid != message.uid
            and copies.get(about.uid, message.uid) == message.uid
            and Flag.DELETED not in about.flags
        ]

    def _arrived_as(self, message: PlannedMessage, copy: _Copy, since: int, told: int | None) -> int:
        """The UID of the copy just put in, read back whole, with its date and flags; 0 where it is not there
        or is not the same.
        """
        session = self._run.session
        if told:
            found = list(session.identities([told]).values())
        else:
            found = arrivals(session, since, self._next_uid())
        for about in found:
            same = (about.message_id, about.internaldate) == (message.message_id, message.internaldate)
            if not same or about.uid == message.uid or not self._is_alike(about, copy):
                continue
            if _folded(session.flags_of([about.uid]).get(about.uid, ())) == _folded(copy.flags):
                return about.uid
        return 0

    def _next_uid(self) -> int:
        """The UID that the next message of the folder will have, at least."""
        uid = self._run.enter()
        if uid < 1:
            raise StoppedError(
                _("le serveur ne dit pas où les messages arriveront dans ce dossier."),
                advice=_("Rien n'y a été ajouté : balt n'aurait pas pu le retrouver après une coupure."),
                mailbox=self._run.plan.address,
            )
        return uid

    def _is_alike(self, about: Identity, copy: _Copy) -> bool:
        """Whether the server gives back the very octets."""
        try:
            return b"".join(self._run.session.octets(about.uid, about.size)) == copy.lighter.octets
        except RefusedError:
            return False

    def _take_back(self, message: PlannedMessage, uid: int) -> None:
        """Remove a copy, and nothing that is not one."""
        run = self._run
        about = run.session.identities([uid]).get(uid)
        if about is None or about.message_id != message.message_id or uid == message.uid:
            return
        run.note(Phase.STEP, [message], request=TAKE_BACK, figures={"uid": uid})
        run.session.mark_deleted([uid])
        run.session.expunge([uid])
        run.note(Phase.STEP, [message], request=TAKE_BACK, answer="OK", figures={"uid": uid})
        self._arrived = None

    def _unchanged(self, messages: Sequence[PlannedMessage], copies: Mapping[int, _Copy]) -> Found:
        """Those that are still what the plan says and have the flags that their copy has; the others are
        left alone.
        """
        run = self._run
        fit, found = self._again(messages)
        flags = run.session.flags_of([message.uid for message in fit]) if fit else {}
        same = [
            message
            for message in fit
            if self._flags_but_ours(message, flags.get(message.uid, ())) == _folded(copies[message.uid].flags)
        ]
        run.skip((message.uid for message in fit if message not in same), SkipReason.CHANGED)
        run.unmark(run.skipped)
        return same, found

    def _flags_but_ours(self, message: PlannedMessage, flags: Sequence[str]) -> frozenset[str]:
        """The flags of an original, without the mark that a cut has left on it."""
        ours = message.uid in self._run.marks
        return _folded(flags) - ({_DELETED} if ours else set())

    def _finish(self) -> None:
        """Remove the originals of those that were read back, if they are still what they were."""
        run, ready = self._run, self._ready
        wanted = [message for message in run.part.messages if message.uid in ready]
        if not wanted:
            return
        same, found = self._unchanged(wanted, ready)
        if same:
            run.note(Phase.STEP, same, request=READ_BACK, answer="OK")
            self._remove(run, same, found)
            self._follow([message for message in same if message.uid in run.done])
        for message in wanted:
            if message.uid in run.skipped and run.skipped[message.uid] is not SkipReason.GONE:
                self._take_back(message, ready[message.uid].uid)
        self._ready = {}

    def _follow(self, messages: Sequence[PlannedMessage]) -> None:
        """The marks that balt keeps itself go on to the messages that stay."""
        session = self._run.session
        if messages and isinstance(session, KeepsMarks):
            pairs = {message.uid: self._ready[message.uid].uid for message in messages}
            session.follow_marks(self._run.part.folder, self._run.part.uidvalidity, pairs)

    def _not_back(self, code: str) -> RefusedError:
        return RefusedError(
            _("un message a été retiré pour faire de la place, et n'a pas pu être remis allégé."),
            code=code,
            advice=_(
                "Il est entier dans l'archive. Faites de la place (videz la corbeille), puis appliquez de "
                "nouveau le même plan ; ou annulez-le par balt undo."
            ),
            mailbox=self._run.plan.address,
        )


def _octets(archive: str, kept: Kept) -> bytes:
    try:
        with Folder(Path(archive)) as root:
            return b"".join(Shelves(root).pieces(kept.file))
    except OSError as error:
        raise StoppedError(
            _("un message archivé ne peut plus être relu dans l'archive."),
            advice=_("Rien n'a été retiré de ce message. Contrôlez l'archive, puis recommencez."),
        ) from error


def _settable(flags: Sequence[str]) -> tuple[str, ...]:
    """The flags that a message can be given; ``\\Recent`` is the server's own."""
    return tuple(flag for flag in flags if is_flag(flag) and flag.lower() not in (_RECENT, _DELETED))


def _folded(flags: Sequence[str]) -> frozenset[str]:
    return frozenset(flag.lower() for flag in flags) - {_RECENT}
