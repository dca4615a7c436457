"""Settling what a crash or a cut has left open: the server is asked what remains, and the journal told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from balt.cleanup.arrivals import arrivals, landed
from balt.cleanup.deeds import Deed, Entry, Phase, figure_of, uids_of
from balt.cleanup.journal import Journal, unsettled
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act, PlannedMessage
from balt.cleanup.plan_file import load_plan, plan_path
from balt.cleanup.ports import Session, server_of
from balt.cleanup.run import LOOK, MAKE_ROOM, MARK, READ_BACK, UNMARK, answer_of
from balt.cleanup.uids import batches, to_ranges
from balt.errors import RefusedError, UsageError
from balt.i18n import _, ngettext
from balt.mail.model import Flag
from balt.text import plain
from balt.units import format_count

_GONE = "NONEXISTENT"
"""The one refusal that says that the folder is not there (RFC 5530). Any other says nothing of it: the act
stays open, and is looked into again when the folder can be opened.
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an act whose end was not known: messages that have left, and that are still there.

    ``in_trash`` are those of the first that were found in the trash, None where that was not looked for.
    ``recreated`` tells that the folder is gone or was made anew, so that nobody can say. Of an act that makes
    messages lighter, the first are those whose original has left, and ``owed`` those of them whose lighter
    copy is not known to be there.
    """

    plan: str
    folder: str
    gone: int
    left: int
    in_trash: int | None = None
    unmarked: int = 0
    recreated: bool = False
    lightens: bool = False
    owed: int = 0

    @property
    def sentence(self) -> str:
        """What happened, as a person reads it."""
        if self.recreated:
            return _("Un nettoyage interrompu reste sans réponse : « %s » a été recréé depuis.") % self.folder
        if self.lightens:
            return self._of_lightening()
        sentence = ngettext(
            "Un nettoyage de « %(folder)s » a été interrompu : %(gone)s message parti, %(left)s en place.",
            "Un nettoyage de « %(folder)s » a été interrompu : %(gone)s messages partis, %(left)s en place.",
            self.gone,
        )
        return sentence % {
            "folder": self.folder,
            "gone": format_count(self.gone),
            "left": format_count(self.left),
        }

    def _of_lightening(self) -> str:
        told = {"folder": self.folder, "left": format_count(self.left)}
        sentence = ngettext(
            "L'allègement de « %(folder)s » a été interrompu : %(n)s message allégé, %(left)s entiers.",
            "L'allègement de « %(folder)s » a été interrompu : %(n)s messages allégés, %(left)s entiers.",
            self.gone - self.owed,
        ) % {**told, "n": format_count(self.gone - self.owed)}
        if not self.owed:
            return sentence
        owed = ngettext(
            "%s message n'est plus que dans l'archive : appliquez de nouveau le plan, ou annulez-le.",
            "%s messages ne sont plus que dans l'archive : appliquez de nouveau le plan, ou annulez-le.",
            self.owed,
        )
        return f"{sentence} {owed % format_count(self.owed)}"


def settle(journal: Journal, session: Session) -> list[Settled]:
    """Settle every open act on the session's mailbox; to be called when a mailbox is opened.

    Removes nothing. Takes back the ``\\Deleted`` marks that the interrupted act had set. Raises StoppedError
    while another balt works on this mailbox, MailServerError when the server cannot be asked: the acts then
    stay open.
    """
    if not _open_acts(journal.entries(), session):
        return []
    with mailbox_lock(journal.folder, session.account):
        return settle_open(journal, session)


def settle_open(journal: Journal, session: Session) -> list[Settled]:
    """As ``settle``, for a caller that holds the mailbox's lock."""
    settled: list[Settled] = []
    refused: RefusedError | None = None
    entries = journal.entries()
    for entry in _open_acts(entries, session):
        place = (entry.deed.plan, entry.deed.folder)
        steps = [each.deed for each in entries if (each.deed.plan, each.deed.folder) == place]
        try:
            settled.append(_settle(journal, session, entry.deed, steps))
        except RefusedError as error:  # which says nothing of the other folders
            refused = refused or error
    if refused and not settled:
        raise refused
    return settled


def _open_acts(entries: Sequence[Entry], session: Session) -> list[Entry]:
    owner = session.account
    mine = (server_of(owner), owner.username, owner.address)  # one user may open several BAL for others
    return [entry for entry in unsettled(entries) if _whose(entry.deed) == mine]


def _whose(deed: Deed) -> tuple[str, str, str]:
    return (deed.server, deed.user, deed.mailbox)


def _settle(journal: Journal, session: Session, deed: Deed, steps: Sequence[Deed]) -> Settled:
    uids = uids_of(deed)
    session.ensure_open()
    enter = session.examine if deed.action == Act.KEEP else session.select  # what only archives marks nothing
    try:
        if enter(deed.folder).uidvalidity != deed.uidvalidity:
            return _unclear(journal, deed, "UIDVALIDITY")
    except RefusedError as refused:
        if refused.code != _GONE:
            raise
        return _unclear(journal, deed, answer_of(refused))
    left = {uid for batch in batches(uids) for uid in session.existing(batch)}
    gone = [uid for uid in uids if uid not in left]
    unmarked = _unmark(journal, session, deed, steps, left)
    in_trash = _in_trash(journal, session, deed, steps, gone)
    figures = {"left": len(left), "gone": len(gone), "unmarked": unmarked, "in_trash": in_trash or 0}
    _note(journal, deed, Phase.SETTLED, gone, LOOK, "OK", {k: v for k, v in figures.items() if v})
    return Settled(
        deed.plan,
        plain(deed.folder, 200),
        len(gone),
        len(left),
        in_trash,
        unmarked,
        lightens=deed.action == Act.DETACH,
        owed=len(_owed(steps) & set(gone)),
    )


def _owed(steps: Sequence[Deed]) -> set[int]:
    """Messages that were to be removed to make room for their lighter copy, which was not read back since."""
    owed: set[int] = set()
    for step in steps:
        if step.request == MAKE_ROOM:
            owed |= set(uids_of(step))
        elif step.request == READ_BACK:
            owed -= set(uids_of(step))
    return owed


def _unclear(journal: Journal, deed: Deed, answer: str) -> Settled:
    _note(journal, deed, Phase.SETTLED, [], LOOK, answer, {})
    return Settled(deed.plan, plain(deed.folder, 200), 0, 0, recreated=True)


def _unmark(journal: Journal, session: Session, deed: Deed, steps: Sequence[Deed], left: set[int]) -> int:
    """Take back our own marks; messages that another client had marked before are not among them."""
    ours: set[int] = set()
    for step in steps:
        if step.request == MARK:
            ours |= set(uids_of(step))
        elif step.request == UNMARK and step.answer == "OK":
            ours -= set(uids_of(step))
    standing: list[int] = []
    for batch in batches(sorted(ours & left)):
        found = session.identities(batch)
        standing += [uid for uid in batch if uid in found and Flag.DELETED in found[uid].flags]
    for batch in batches(standing):
        _note(journal, deed, Phase.STEP, batch, UNMARK, "", {})
        session.unmark_deleted(batch)
        _note(journal, deed, Phase.STEP, batch, UNMARK, "OK", {})
    return len(standing)


def _in_trash(
    journal: Journal, session: Session, deed: Deed, steps: Sequence[Deed], gone: Sequence[int]
) -> int | None:
    """How many of the messages that have left are in the trash; None where that cannot be looked for."""
    starts = [
        (figure_of(step, "since"), figure_of(step, "target_uidvalidity"))
        for step in steps
        if {"since", "target_uidvalidity"} <= step.figures.keys()
    ]
    if not (deed.target and starts and gone):
        return None
    try:
        messages = _planned(journal, deed, set(gone))
        state = session.examine(deed.target)
        since = [start for start, validity in starts if validity == state.uidvalidity]
        if not since:
            return None
        return len(landed(messages, arrivals(session, min(since), state.uidnext)))
    except (UsageError, RefusedError):
        return None


def _planned(journal: Journal, deed: Deed, uids: set[int]) -> list[PlannedMessage]:
    plan = load_plan(plan_path(journal.folder, deed.plan))
    mine = [part for part in plan.parts if part.folder == deed.folder]
    return [message for part in mine for message in part.messages if message.uid in uids]


def _note(
    journal: Journal,
    deed: Deed,
    phase: Phase,
    uids: Sequence[int],
    request: str,
    answer: str,
    figures: dict[str, int],
) -> None:
    journal.append(
        replace(
            deed,
            phase=phase,
            uids=to_ranges(uids),
            count=len(uids),
            size=0,
            request=request,
            answer=answer,
            reason="",
            figures=figures,
        )
    )
