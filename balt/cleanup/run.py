"""One folder of a plan being dealt with: what has been asked, what the server said, what became of whom."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from balt.cleanup import arrivals
from balt.cleanup.deeds import Deed, Phase, figure_of, uids_of
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, PlannedMessage
from balt.cleanup.ports import Kept, Session
from balt.cleanup.result import SkipReason
from balt.cleanup.uids import to_ranges
from balt.errors import BaltError, CancelledError, LoginError, MailServerError, RefusedError, StoppedError
from balt.i18n import _
from balt.mail.model import Identity

COPY = "UID COPY"
MOVE = "UID MOVE"
MARK = "UID STORE +FLAGS.SILENT (\\Deleted)"
UNMARK = "UID STORE -FLAGS.SILENT (\\Deleted)"
EXPUNGE = "UID EXPUNGE"
ARCHIVE = "UID FETCH BODY.PEEK[]"
APPEND = "APPEND"
READ_BACK = "UID FETCH BODY.PEEK[] (read back)"
MAKE_ROOM = "UID EXPUNGE, then APPEND"
"""Said before a message is removed so that its lightened copy has room: until a ``READ_BACK`` it is owed."""
TAKE_BACK = "UID EXPUNGE (copy)"
LOOK = "SELECT, UID SEARCH UID"
_NO = "NO"
_CODE = re.compile(r"[A-Z][A-Z-]{1,23}")
T = TypeVar("T")


class Run:
    """The state of one part of an act. Every message of it ends in ``done``, ``skipped`` or ``earlier`` (what
    an interrupted application of the same plan has dealt with), or was not begun.

    ``asked`` are messages whose removal was asked of the server and whose fate is not known yet; ``marks``
    are the ``\\Deleted`` marks that this run has set and that may still stand; ``verified`` are messages
    whose copy was found whole in the target; ``arrived`` are those that a MOVE is known to have brought
    there; ``archived`` are those that are verified in the archive, ``kept`` what it holds of them. ``freed``
    are the octets by which messages got shorter; ``owed`` are messages that were removed, or are about to be,
    to make room for their lighter copy, which is not yet there.
    ``recreated`` tells that the folder is no longer the one of the plan; ``failed`` are the UIDs of messages
    of which a receipt says by now that they could not be integrated. ``past`` is what the journal told of the
    plan before (``past_of``).
    """

    def __init__(
        self,
        plan: CleanupPlan,
        part: FolderPart,
        session: Session,
        journal: Journal,
        past: Sequence[Deed] = (),
    ) -> None:
        self.plan = plan
        self.part = part
        self.session = session
        self.journal = journal
        self.past = past
        self.done: dict[int, PlannedMessage] = {}
        self.skipped: dict[int, SkipReason] = {}
        self.earlier: set[int] = set()
        self.archived: dict[int, PlannedMessage] = {}
        self.kept: dict[int, Kept] = {}
        self.freed: dict[int, int] = {}
        self.owed: dict[int, PlannedMessage] = {}
        self.asked: dict[int, PlannedMessage] = {}
        self.marks: set[int] = set()
        self.verified: set[int] = set()
        self.arrived: set[int] = set()
        self.recreated = False
        self.failed: frozenset[int] = frozenset()
        self._since = 0
        self._target_validity = 0
        self._copied_since: dict[int, int] = {}
        self._removed_before: dict[int, int] = {}
        self._refused_before: set[int] = set()

    # What is said in the journal

    def note(
        self,
        phase: Phase,
        messages: Sequence[PlannedMessage],
        *,
        request: str = "",
        answer: str = "",
        reason: str = "",
        figures: Mapping[str, int] | None = None,
    ) -> None:
        """Add a line about these messages of the plan."""
        self.journal.append(
            Deed(
                phase=phase,
                action=self.plan.act.value,
                mailbox=self.plan.address,
                server=self.plan.server,
                user=self.plan.user,
                plan=self.plan.id,
                folder=self.part.folder,
                uidvalidity=self.part.uidvalidity,
                target=self.plan.target,
                uids=to_ranges(message.uid for message in messages),
                count=len(messages),
                size=sum(message.size for message in messages),
                request=request,
                answer=answer,
                reason=reason,
                note=self.plan.undoes,
                figures=figures or {},
            )
        )

    def ask(self, request: str, messages: Sequence[PlannedMessage], command: Callable[[], T]) -> T:
        """Send one changing request: a line before it, a line with the server's answer after it."""
        figures = (
            {"since": self._since, "target_uidvalidity": self._target_validity} if self.plan.target else {}
        )
        self.note(Phase.STEP, messages, request=request, figures=figures)
        try:
            value = command()
        except BaltError as error:
            self.note(Phase.STEP, messages, request=request, answer=answer_of(error))
            raise
        self.note(Phase.STEP, messages, request=request, answer="OK")
        return value

    # Where the session stands

    def prepare(self) -> None:
        """Check that the server can do what the plan asks, and look where messages will arrive."""
        self._check_capabilities()
        if self.plan.target:
            state = self.session.examine(self.plan.target)
            if state.uidnext < 1:
                raise StoppedError(
                    _("le serveur ne dit pas où les messages arriveront dans la corbeille."),
                    advice=_("Rien n'a été fait : balt n'aurait pas pu vérifier le déplacement."),
                    mailbox=self.plan.address,
                )
            self._since, self._target_validity = state.uidnext, state.uidvalidity
        self._recall()

    def enter(self) -> int:
        """Open the folder, and return its next UID; StoppedError when it was made anew since the plan (other
        UIDVALIDITY).
        """
        act, session = self.plan.act, self.session
        state = (session.examine if act is Act.KEEP else session.select)(self.part.folder)
        if state.uidvalidity != self.part.uidvalidity:
            self.recreated = True
            raise StoppedError(
                _("ce dossier a été recréé sur le serveur : ses messages ne sont plus ceux du plan."),
                advice=_("Relisez le dossier, puis refaites le plan."),
                mailbox=self.plan.address,
            )
        return state.uidnext

    def resume(self) -> None:
        """After a cut: connect again, enter the same folder, and ask what became of what was asked."""
        self.session.ensure_open()
        self.enter()
        asked = list(self.asked.values())
        left = self.reconcile(asked)
        self.note(
            Phase.STEP,
            asked,
            request=LOOK,
            answer="OK",
            figures={"left": len(left), "gone": len(asked) - len(left)},
        )

    def _check_capabilities(self) -> None:
        offered = self.session.capabilities
        if "UIDPLUS" in offered or not self._needs_uidplus(offered):
            return
        raise RefusedError(
            _("ce serveur ne sait pas supprimer exactement les messages choisis (il n'offre pas UIDPLUS)."),
            advice=_(
                "Rien n'a été fait : une suppression moins précise pourrait emporter d'autres messages. "
                "Faites-le depuis votre webmail, ou demandez à votre opérateur d'activer UIDPLUS."
            ),
            mailbox=self.plan.address,
        )

    def _needs_uidplus(self, offered: frozenset[str]) -> bool:
        act = self.plan.act
        return act.removes or act is Act.DETACH or (act.moves and "MOVE" not in offered)

    # What became of whom

    def is_open(self, message: PlannedMessage) -> bool:
        """Whether the message still waits for its turn."""
        uid = message.uid
        return uid not in self.done and uid not in self.skipped and uid not in self.earlier

    @property
    def taken(self) -> list[PlannedMessage]:
        """Those that were dealt with, and those that were removed and could not be put back: what an undoing
        has to look for.
        """
        owed = [each for each in self.owed.values() if self.skipped.get(each.uid) is SkipReason.NOT_BACK]
        return [*self.done.values(), *owed]

    def missing(self, messages: Sequence[PlannedMessage]) -> None:
        """Messages that are not there: an interrupted application of this plan has taken them away, which for
        a move must be seen in its target; or somebody else has, as where the server had refused it to us. The
        folder is entered again.
        """
        ours = self._removed_before.keys() - (set() if self.plan.target else self._refused_before)
        mine = [message for message in messages if message.uid in ours]
        self.skip((message.uid for message in messages if message.uid not in ours), SkipReason.GONE)
        left = self.session.existing([m.uid for m in mine]) if mine else set()  # an answer may have had a gap
        self.skip(left, SkipReason.LEFT)
        mine = [message for message in mine if message.uid not in left]
        if not mine:
            return
        found = {message.uid for message in mine}
        if self.plan.target:
            since = min(self._removed_before[message.uid] for message in mine)
            found = arrivals.landed(mine, self._look(since)) if since else set()
            self.enter()
        self.earlier |= found
        lost = {message.uid for message in mine} - found
        self.skip(lost & self._refused_before, SkipReason.GONE)
        self.skip(lost - self._refused_before, SkipReason.NOT_FOUND)

    def skip(self, uids: Iterable[int], reason: SkipReason) -> None:
        """Leave these messages alone, for this reason."""
        self.skipped.update(dict.fromkeys(uids, reason))

    def reconcile(self, messages: Sequence[PlannedMessage]) -> set[int]:
        """Ask which of these messages are still in the folder, settle the fate of the others.

        Returns the UIDs that are still there. A message that has left counts as done only when that is what
        was asked for it, and, for a move, when it is known to be in the target. The folder is entered again.
        """
        if not messages:
            return set()
        left = self.session.existing([message.uid for message in messages])
        gone = [message for message in messages if message.uid not in left]
        safe = self._found_in_target(gone) if self.plan.target else {message.uid for message in gone}
        for message in gone:
            if message.uid in self.owed:
                self.skip([message.uid], SkipReason.NOT_BACK)
            elif message.uid in safe:
                self.done[message.uid] = message
            else:
                self.skip([message.uid], SkipReason.NOT_FOUND)
        self.marks -= {message.uid for message in gone}
        for message in messages:
            self.asked.pop(message.uid, None)
        return left

    def unmark(self, uids: Iterable[int]) -> None:
        """Take back the ``\\Deleted`` marks that this run has set on these messages."""
        ours = self.marks & set(uids)
        if ours:
            messages = [message for message in self.part.messages if message.uid in ours]
            self.ask(UNMARK, messages, lambda: self.session.unmark_deleted(sorted(ours)))
            self.marks -= ours

    def abandon(self) -> None:
        """The folder is no longer the one of the plan: what was asked is looked for in the target alone."""
        self.marks.clear()
        asked = list(self.asked.values())
        if asked and self.plan.target:
            self._look_for(asked)
            for message in asked:
                if message.uid in self.arrived:
                    self.done[message.uid] = self.asked.pop(message.uid)

    # The target of a move, looked at

    def moved(self, copies: Mapping[int, int] | None, uids: Sequence[int]) -> None:
        """Take note of the COPYUID answer to a MOVE, when it can be believed."""
        if known := self._trusted(copies, uids):
            self.arrived |= known.keys()

    def verify_copies(self, messages: Sequence[PlannedMessage], copies: Mapping[int, int] | None) -> None:
        """Look in the target for the copies of these messages, then enter the folder again."""
        if known := self._trusted(copies, [message.uid for message in messages]):
            if self._examine_target() is not None:
                found = self.session.identities(sorted(known.values()))
                self.verified |= arrivals.copied(messages, known, found)
        else:
            self.verified |= arrivals.landed(messages, self._look(self._since))
        self.enter()

    def recall(self, messages: Sequence[PlannedMessage]) -> None:
        """Find the copies that an interrupted attempt has left there, so as not to make them twice."""
        tried = [message for message in messages if message.uid in self._copied_since]
        if tried:
            since = min(self._copied_since[message.uid] for message in tried)
            self.verified |= arrivals.surely_landed(tried, self._look(since))
            self.enter()

    def remember_copy(self, messages: Iterable[PlannedMessage]) -> None:
        """Note from where on the copies of these messages will stand in the target."""
        for message in messages:
            self._copied_since.setdefault(message.uid, self._since)

    def _trusted(self, copies: Mapping[int, int] | None, uids: Sequence[int]) -> Mapping[int, int] | None:
        known = arrivals.trusted(copies, uids, self._since)
        if known:
            self._since = max(known.values()) + 1
        return known

    def _found_in_target(self, gone: Sequence[PlannedMessage]) -> set[int]:
        doubtful = [message for message in gone if message.uid not in self.arrived | self.verified]
        if doubtful:
            self._look_for(doubtful)
            self.enter()
        return self.arrived | self.verified

    def _look_for(self, messages: Sequence[PlannedMessage]) -> None:
        self.arrived |= arrivals.landed(messages, self._look(self._since))

    def _look(self, since: int) -> list[Identity]:
        """What has arrived in the target from ``since`` on; what comes next is looked for after these."""
        uidnext = self._examine_target()
        if uidnext is None:
            return []
        found = arrivals.arrivals(self.session, since, uidnext)
        self._since = max(self._since, uidnext)
        return found

    def _examine_target(self) -> int | None:
        """The target's next UID; None when it was made anew itself, and nothing can be found in it."""
        state = self.session.examine(self.plan.target)
        return state.uidnext if state.uidvalidity == self._target_validity else None

    def _recall(self) -> None:
        """What an interrupted application of the same plan has asked of this folder, and been refused."""
        for deed in self.past:
            if (deed.plan, deed.folder) == (self.plan.id, self.part.folder):
                self._learn(deed)

    def _learn(self, deed: Deed) -> None:
        if deed.phase in (Phase.AFTER, Phase.INTERRUPTED):  # these have left, whatever was answered
            self._refused_before.difference_update(uids_of(deed))
        elif deed.request in (EXPUNGE, MOVE) and deed.answer.startswith(_NO):
            self._refused_before.update(uids_of(deed))
        if deed.answer:
            return
        same = figure_of(deed, "target_uidvalidity") == self._target_validity
        since = figure_of(deed, "since") if same else 0
        if deed.request in (EXPUNGE, MOVE):
            for uid in uids_of(deed):  # of a copy, the removal was asked after the copies had arrived
                self._removed_before.setdefault(uid, self._copied_since.get(uid, since))
                self._refused_before.discard(uid)
        elif deed.request == COPY and same:
            for uid in uids_of(deed):
                self._copied_since.setdefault(uid, since or self._since)


def answer_of(error: BaltError) -> str:
    """The server's answer as the journal keeps it: its response code (RFC 5530), never its own words."""
    if isinstance(error, RefusedError):
        return f"{_NO} {error.code}" if _CODE.fullmatch(error.code) else _NO
    if isinstance(error, LoginError):
        return "login refused"
    if isinstance(error, MailServerError):
        return "no answer"
    return "cancelled" if isinstance(error, CancelledError) else "stopped"
