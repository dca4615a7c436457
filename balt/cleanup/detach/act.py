"""Taking attachments out of messages that are verified in the archive.

Of each message: written anew from the archive's file, put into the same folder with the same date and flags,
read back from the server octet for octet, and only then the original removed, in the one way in which balt
removes. Put in twice it never is: what an interrupted act may have put there is looked for first.

Where the server has no room for both, the original goes first: the archive holds it, the journal says so
before, and the same plan, applied again, or undone, brings the message back from there.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from balt.cleanup.arrivals import arrivals
from balt.cleanup.deeds import Phase
from balt.cleanup.detach.rewrite import Lightened
from balt.cleanup.detach.source import lighter_of
from balt.cleanup.detach.traces import figures_of, flags_as_told, flags_in, names, traces_of
from balt.cleanup.plan import PlannedMessage
from balt.cleanup.ports import Keeper, KeepsMarks
from balt.cleanup.result import SkipReason
from balt.cleanup.run import APPEND, MAKE_ROOM, READ_BACK, TAKE_BACK, Run, answer_of
from balt.cleanup.uids import batches
from balt.errors import RefusedError, StoppedError
from balt.i18n import _
from balt.mail.model import Flag, Identity
from balt.mail.raw_fetch import is_flag

NO_ROOM = frozenset({"OVERQUOTA", "LIMIT"})
"""Answers to an APPEND that more room would change (RFC 9208 section 4.3, RFC 5530 section 3)."""
_TOGETHER = 25
"""Messages whose copies one line of the journal announces."""
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
        self._traces = traces_of(run.past, run)
        run.owed.update((m.uid, m) for m in run.part.messages if m.uid in self._traces.owed)
        self._ready: dict[int, _Copy] = {}
        self._announced: set[int] = set()
        self._next = 0
        self._arrived: dict[tuple[str, str], list[Identity]] | None = None

    def begin(self) -> None:
        """Before a batch, and after a cut: finish what was removed and not yet put back. Raises RefusedError
        where that cannot be: nothing else is to be removed then.
        """
        run = self._run
        self._follow([run.done[uid] for uid in self._ready if uid in run.done])
        self._ready, self._announced, self._next, self._arrived = {}, set(), 0, None
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
            lighter = (
                lighter_of(message, run.kept[message.uid], run.plan.archive)
                if message.uid in run.kept
                else None
            )
            if lighter is None:
                raise self._not_back("")
            had = self._traces.owed[message.uid]
            self._put_back(message, _Copy(lighter, flags_as_told(had, run.kept[message.uid].flags)))

    def lighten(self, messages: Sequence[PlannedMessage]) -> None:
        """Lighten these messages, which are verified in the archive (``run.kept``)."""
        run = self._run
        flags = run.session.flags_of([message.uid for message in messages])
        for some in batches(messages, _TOGETHER):
            copies: dict[int, _Copy] = {}
            for message in some:
                own = flags.get(message.uid)
                if own is None or _DELETED in self._flags_but_ours(message, own):  # nobody wants it twice
                    run.skip([message.uid], SkipReason.CHANGED)
                elif lighter := lighter_of(message, run.kept[message.uid], run.plan.archive):
                    copies[message.uid] = _Copy(lighter, _settable(own))
                else:
                    run.skip([message.uid], SkipReason.UNFIT)
            self.clear_away([message for message in some if message.uid not in copies])
            self._put_in([message for message in some if message.uid in copies], copies)
        self._finish()

    def clear_away(self, messages: Sequence[PlannedMessage]) -> None:
        """Remove the copies that an interrupted act has put beside messages that now stay as they are."""
        run = self._run
        tried = [message for message in messages if message.uid in self._traces.tried]
        stay = run.session.existing([message.uid for message in tried]) if tried else set()
        for message in tried:
            for found in self._arrivals_of(message) if message.uid in stay else ():
                if Flag.FLAGGED not in found.flags and names(run.session, found, self._sha256(message)):
                    self._take_back(message, found.uid)

    def _sha256(self, message: PlannedMessage) -> str:
        """That of a message as it is on the server."""
        hasher = hashlib.sha256()
        for piece in self._run.session.octets(message.uid, message.size):
            hasher.update(piece)
        return hasher.hexdigest()

    def _put_in(self, messages: Sequence[PlannedMessage], copies: Mapping[int, _Copy]) -> None:
        """Have these lightened messages in the folder, unless they are there already."""
        absent = [message for message in messages if self._is_absent(message, copies[message.uid])]
        self._announce(absent)
        for message in absent:
            self._one(message, copies[message.uid])
        self._announced.clear()
        if there := [message for message in absent if message.uid in self._ready]:
            self._run.note(Phase.STEP, there, request=APPEND, answer="OK")

    def _is_absent(self, message: PlannedMessage, copy: _Copy) -> bool:
        """Whether it has to be put in."""
        uid = self._there(message, copy)
        if uid:
            self._is_there(message, copy, uid)
        elif uid is None:
            self._run.skip([message.uid], SkipReason.CHANGED)
        return uid == 0

    def _announce(self, messages: Sequence[PlannedMessage]) -> None:
        """Say in the journal, before, from which UID on their copies will be in the folder."""
        if not messages:
            return
        since = self._next or self._next_uid()
        for message in messages:
            self._traces.tried.setdefault(message.uid, since)
        self._announced.update(message.uid for message in messages)
        self._run.note(Phase.STEP, messages, request=APPEND, figures={"since": since})

    def _one(self, message: PlannedMessage, copy: _Copy) -> None:
        """Put a lightened message in; where there is no room, make some."""
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
            if self._is_absent(message, copy):
                self._put(message, copy)
        except RefusedError as refused:
            raise self._not_back(refused.code) from refused
        if uid not in self._ready:
            run.skip([uid], SkipReason.NOT_BACK)
            raise self._not_back("")
        run.note(Phase.STEP, [message], request=READ_BACK, answer="OK", figures=self._copies([message]))
        del run.owed[uid]
        run.skipped.pop(uid, None)
        run.done[uid] = message
        self._follow([message])
        del self._ready[uid]

    def _put(self, message: PlannedMessage, copy: _Copy) -> None:
        """APPEND, and read it back; RefusedError as the server does."""
        run, octets = self._run, copy.lighter.octets
        if message.uid not in self._announced:
            self._announce([message])
        try:
            told = run.session.append(
                run.part.folder, [octets], len(octets), copy.flags, message.internaldate
            )
        except RefusedError as refused:
            run.note(Phase.STEP, [message], request=APPEND, answer=answer_of(refused))
            raise
        self._next = told + 1 if told else 0
        if uid := self._arrived_as(message, copy, told):
            self._is_there(message, copy, uid)
            return
        run.skip([message.uid], SkipReason.UNVERIFIED)
        if told and told >= self._traces.tried[message.uid]:  # else it was there before, whatever is said
            with suppress(RefusedError):  # it then stays, and is found by the next run
                self._take_back(message, told)

    def _is_there(self, message: PlannedMessage, copy: _Copy, uid: int) -> None:
        self._traces.copies[uid] = message.uid
        self._ready[message.uid] = replace(copy, uid=uid)
        self._run.freed[message.uid] = message.size - len(copy.lighter.octets)

    def _there(self, message: PlannedMessage, copy: _Copy) -> int | None:
        """The UID of the copy that an interrupted act has put there, 0 for none. One whose flags are older
        than the original's is removed; None where the copy has some that the original has not: somebody has
        taken it up.
        """
        run = self._run
        for about in self._arrivals_of(message) if message.uid in self._traces.tried else ():
            if not self._is_alike(about, copy):
                continue
            flags = _folded(run.session.flags_of([about.uid]).get(about.uid, ()))
            if flags == _folded(copy.flags) or message.uid in run.owed:
                return about.uid
            if not flags <= _folded(copy.flags):
                return None
            self._take_back(message, about.uid)
        return 0

    def _arrivals_of(self, message: PlannedMessage) -> list[Identity]:
        """What has come into the folder since a copy was tried, and may be it."""
        tried = self._traces.tried
        if self._arrived is None:
            since = min(tried[each.uid] for each in self._run.part.messages if each.uid in tried)
            self._arrived = {}
            for about in arrivals(self._run.session, since, self._next_uid()):
                self._arrived.setdefault((about.message_id, about.internaldate), []).append(about)
        alike = self._arrived.get((message.message_id, message.internaldate), ())
        copies = self._traces.copies
        return [
            about
            for about in alike
            if about.uid >= tried[message.uid]
            and about.uid != message.uid
            and copies.get(about.uid, message.uid) == message.uid
            and Flag.DELETED not in about.flags
        ]

    def _arrived_as(self, message: PlannedMessage, copy: _Copy, told: int | None) -> int:
        """The UID of the copy just put in, read back whole, with its date and flags; 0 where it is not there,
        is not the same, or cannot be read: what is refused then says nothing of the room there is.
        """
        try:
            for about in self._just_arrived(message, told):
                same = (about.message_id, about.internaldate) == (message.message_id, message.internaldate)
                if not same or about.uid == message.uid or not self._is_alike(about, copy):
                    continue
                flags = self._run.session.flags_of([about.uid]).get(about.uid, ())
                if _folded(flags) == _folded(copy.flags):
                    return about.uid
        except RefusedError:
            pass
        return 0

    def _just_arrived(self, message: PlannedMessage, told: int | None) -> list[Identity]:
        if told:
            return list(self._run.session.identities([told]).values())
        self._arrived = None
        return self._arrivals_of(message)

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
            run.note(Phase.STEP, same, request=READ_BACK, answer="OK", figures=self._copies(same))
            self._remove(run, same, found)
            self._follow([message for message in same if message.uid in run.done])
        for message in wanted:
            if message.uid in run.skipped and run.skipped[message.uid] is not SkipReason.GONE:
                self._take_back(message, ready[message.uid].uid)
        self._ready = {}

    def _copies(self, messages: Sequence[PlannedMessage]) -> dict[str, int]:
        """Where the copies are, as figures of the journal."""
        return figures_of({message.uid: self._ready[message.uid].uid for message in messages})

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


def _settable(flags: Sequence[str]) -> tuple[str, ...]:
    """The flags that a message can be given; ``\\Recent`` is the server's own."""
    return tuple(flag for flag in flags if is_flag(flag) and flag.lower() not in (_RECENT, _DELETED))


def _folded(flags: Sequence[str]) -> frozenset[str]:
    return frozenset(flag.lower() for flag in flags) - {_RECENT}
