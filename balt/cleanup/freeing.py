"""Making room: how much must go, and the plan that gets there without touching a guarded message."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from balt.cleanup.plan import Act, CleanupPlan, Tally
from balt.cleanup.ports import Cancelled, PlanningSession, Progress
from balt.cleanup.prepare import Choice, Terms, make_plan
from balt.cleanup.proposal import Proposal, Rank, propose, unread_rows
from balt.clock import Clock
from balt.errors import CancelledError, UsageError
from balt.i18n import _
from balt.mail.listing import Listing
from balt.mail.model import Folder, Quota
from balt.mailboxes.integration import ReceiptBook
from balt.text import plain
from balt.units import parse_size

Place = tuple[Folder, Listing]
_BATCH = 200


class Aim(StrEnum):
    """What the figure of a wish means."""

    FREE = "free"
    DOWN_TO = "down_to"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Wish:
    """``FREE`` so many octets, go ``DOWN_TO`` so many percent of the quota, or ``KEEP`` so many octets."""

    aim: Aim
    value: int

    def octets(self, quota: Quota | None, held: int) -> int:
        """How many octets must go: 0 when the wish holds already. ``held`` is what all folders take together,
        for a BAL without quota.

        Raises UsageError for a percentage where no limit is known.
        """
        used = quota.used if quota else held
        if self.aim is Aim.FREE:
            return self.value
        if self.aim is Aim.KEEP:
            return max(used - self.value, 0)
        if quota is None or not quota.limit:
            raise UsageError(
                _("le serveur ne dit pas le quota de cette BAL : un pourcentage n'a pas de sens."),
                advice=_('Demandez une taille, ou donnez le quota dans la configuration (quota = "2G").'),
            )
        return max(used - quota.limit * self.value // 100, 0)


def read_wish(text: str) -> Wish:
    """``500M`` to free, ``60 %`` to go down to, ``=1G`` to keep; raises UsageError for anything else."""
    asked = text.strip()
    try:
        if asked.startswith("="):
            return Wish(Aim.KEEP, parse_size(asked[1:]))
        if asked.endswith("%"):
            digits = asked[:-1].strip()
            if not (digits.isascii() and digits.isdigit() and int(digits) <= 100):
                raise ValueError(digits)
            return Wish(Aim.DOWN_TO, int(digits))
        return Wish(Aim.FREE, parse_size(asked))
    except ValueError as error:
        raise UsageError(
            _("« %s » n'est ni une taille ni un pourcentage.") % plain(asked, 30),
            advice=_("Par exemple : 500M, 60 %, =1G."),
        ) from error


@dataclass(frozen=True, slots=True)
class Room:
    """A plan that makes room. ``wanted`` octets were to go; ``missing`` of them could not be found among the
    messages that no guard keeps; ``ranks`` tell what the plan is made of.
    """

    plan: CleanupPlan
    wanted: int
    missing: int
    ranks: Mapping[Rank, Tally]


def make_room(
    session: PlanningSession,
    places: Sequence[Place],
    wish: Wish,
    quota: Quota | None,
    act: Act,
    clock: Clock,
    terms: Terms,
) -> Room:
    """The plan that makes the room that is wished for, as far as unguarded messages go.

    ``places`` are the folders of the BAL, listed. What a move to the trash would bring there is not counted
    twice: for it, the trash itself is left out. Raises as ``make_plan`` and ``Wish.octets`` do.
    """
    held = sum(listing.total_size() for _folder, listing in places)
    wanted = wish.octets(quota, held)
    receipts = terms.receipts or ReceiptBook()
    terms = replace(terms, receipts=receipts)
    read_structures(session, places, terms.on_progress, terms.cancelled)
    proposal = _sound(session, places, wanted, act, clock, receipts, terms.cancelled)
    folders = [folder for folder, _listing in places]
    choices = [Choice(each.listing, each.uids) for each in proposal.choices]
    plan = make_plan(session, choices, act, folders, clock, replace(terms, on_progress=None))
    return Room(plan, wanted, max(wanted - plan.size, 0), proposal.ranks)


def read_structures(
    session: PlanningSession,
    places: Sequence[Place],
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Read what a proposal must know of each message that may be proposed; raises CancelledError."""
    unread = [(listing, unread_rows(listing)) for _folder, listing in places]
    total, done = sum(len(rows) for _listing, rows in unread), 0
    for listing, uids in _batches(unread):
        if cancelled is not None and cancelled():
            raise CancelledError(_("Le plan n'a pas été fait."), advice=_("Rien n'a été touché."))
        listing.learn(dict(session.details(listing.folder, uids)))
        done += len(uids)
        if on_progress:
            on_progress(done, total)


def _batches(unread: "list[tuple[Listing, array[int]]]") -> Iterator[tuple[Listing, list[int]]]:
    for listing, rows in unread:
        for start in range(0, len(rows), _BATCH):
            yield listing, [listing.uids[row] for row in rows[start : start + _BATCH]]


def _sound(
    session: PlanningSession,
    places: Sequence[Place],
    wanted: int,
    act: Act,
    clock: Clock,
    receipts: ReceiptBook,
    cancelled: Cancelled | None,
) -> Proposal:
    """A proposal without a message whose integration failed, as receipts tell: others make up for it."""
    if wanted:
        receipts.find(session, cancelled)
    failing = set[tuple[str, int]]()
    with_trash = act is not Act.TRASH
    while True:
        proposal = propose(places, wanted, clock.now(), with_trash=with_trash, without=failing)
        found = {
            (each.listing.folder, uid)
            for each in proposal.choices
            for uid in receipts.failing(session, each.listing.folder, each.uids)
        }
        if not found:
            return proposal
        failing |= found
