"""Making a plan: what the user chose, read again from the server without touching anything (EXAMINE)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from balt.cleanup.plan import (
    Act,
    CleanupPlan,
    FolderPart,
    Guard,
    Selection,
    Tally,
    checked_reason,
    new_id,
    planned,
    select,
)
from balt.cleanup.ports import (
    Cancelled,
    Owner,
    PlanningSession,
    Progress,
    Rows,
    ScanningSession,
    Session,
    server_of,
    trash_of,
)
from balt.cleanup.uids import batches
from balt.clock import Clock
from balt.errors import CancelledError, StoppedError
from balt.i18n import _
from balt.mail.model import Folder, FolderRole, Identity, Message, MessageDetail
from balt.mailboxes.integration import ReceiptBook


@dataclass(frozen=True)
class Choice:
    """Messages of one listing."""

    listing: Rows
    uids: Iterable[int]


@dataclass(frozen=True)
class Terms:
    """How a plan is made. ``include`` are the guards that are overridden, and ``reason`` why; ``receipts``
    are those known of this mailbox, which are brought up to date; ``archive`` as in ``CleanupPlan``.
    """

    include: frozenset[Guard] = frozenset()
    reason: str = ""
    archive: str = ""
    receipts: ReceiptBook | None = None
    on_progress: Progress | None = None
    cancelled: Cancelled | None = None


def make_plan(
    session: PlanningSession,
    choices: Iterable[Choice],
    act: Act,
    folders: Sequence[Folder],
    clock: Clock,
    terms: Terms,
) -> CleanupPlan:
    """The plan of an act on the chosen messages, in the order of ``choices``.

    A message of which a receipt says that its integration failed is guarded. An act that only archives takes
    nothing away, and nothing is guarded from it. Messages that have gone since their listing are simply not
    in the plan. What lies in the trash already is not taken there: a plan for the trash leaves it out.

    Raises StoppedError for a read-only mailbox, for one without a known trash, where a discreet access would
    archive content, and when a folder was made anew since its listing (UIDVALIDITY, RFC 3501 section
    2.3.1.1); UsageError when guards are overridden without a reason; CancelledError.
    """
    owner = session.account
    if owner.read_only and act is not Act.KEEP:
        raise StoppedError(
            _("cette BAL est en lecture seule dans la configuration de balt."),
            advice=_("Retirez « read_only » pour pouvoir la nettoyer."),
            mailbox=owner.address,
        )
    if terms.archive and owner.discreet:
        raise StoppedError(
            _("un accès discret ne voit pas le contenu des messages : balt ne l'archive pas en clair."),
            advice=_("Rien n'a été fait. Que le titulaire archive lui-même ; ou supprimez sans archive."),
            mailbox=owner.address,
        )
    trash = trash_of(folders)
    if act in (Act.TRASH, Act.EMPTY_TRASH) and trash is None:
        raise _no_trash(owner)
    target = trash.name if act is Act.TRASH and trash is not None else ""
    parts: list[FolderPart] = []
    chosen: list[Message] = []
    left_out: dict[Guard, Tally] = {}
    kept = Tally()
    for choice in choices:
        if choice.listing.folder == target:
            continue
        part, selection = (_archived if act is Act.KEEP else _part)(session, choice, terms)
        parts.append(part)
        chosen += selection.chosen
        left_out = {
            guard: left_out.get(guard, Tally()).with_(selection.left_out.get(guard, Tally()))
            for guard in left_out.keys() | selection.left_out.keys()
        }
        kept = kept.with_(selection.kept)
    created = clock.now()
    return CleanupPlan(
        id=new_id(created),
        act=act,
        server=server_of(owner),
        user=owner.username,
        address=owner.address,
        target=target,
        parts=tuple(part for part in parts if part.messages or len(parts) == 1),
        created=created,
        archive=terms.archive,
        left_out=left_out,
        kept=kept,
        reason=checked_reason(terms.reason, () if act is Act.KEEP else chosen),
    )


def plan_trash(
    session: PlanningSession,
    listing: Rows,
    uids: Iterable[int],
    folders: Sequence[Folder],
    clock: Clock,
    terms: Terms | None = None,
) -> CleanupPlan:
    """The plan that moves the chosen messages of ``listing`` to the trash; where that folder is itself the
    trash, it removes exactly these messages for good.
    """
    in_trash = any(folder.name == listing.folder and folder.role is FolderRole.TRASH for folder in folders)
    act = Act.EMPTY_TRASH if in_trash else Act.TRASH
    return make_plan(session, [Choice(listing, uids)], act, folders, clock, terms or Terms())


def plan_empty_trash(
    session: ScanningSession,
    folders: Sequence[Folder],
    clock: Clock,
    terms: Terms | None = None,
) -> CleanupPlan:
    """The plan that removes for good every message now in the trash, less the guarded ones.

    The messages are named one by one: what arrives in the trash later is not in the plan.
    """
    terms = terms or Terms()
    trash = trash_of(folders)
    if trash is None:
        raise _no_trash(session.account)
    listing = session.scan(trash.name, None, terms.cancelled)
    choice = Choice(listing, listing.uids)
    return make_plan(session, [choice], Act.EMPTY_TRASH, folders, clock, terms)


def _part(session: PlanningSession, choice: Choice, terms: Terms) -> tuple[FolderPart, Selection]:
    listing = choice.listing
    rows = _rows(listing, choice.uids)
    details = _details(session, listing.folder, rows, terms.cancelled)
    failing = _failing(session, listing.folder, rows, terms)
    found = _identities(session, listing, [row.uid for row in rows], terms.on_progress, terms.cancelled)
    messages = [
        _fresh(row, details, found[row.uid], failed=row.uid in failing) for row in rows if row.uid in found
    ]
    selection = select(messages, terms.include)
    named = tuple(planned(message, found[message.uid]) for message in selection.chosen)
    return FolderPart(listing.folder, listing.uidvalidity, named), selection


def _archived(session: PlanningSession, choice: Choice, terms: Terms) -> tuple[FolderPart, Selection]:
    """All of them, whatever they are: only their identity must be known."""
    listing = choice.listing
    rows = _rows(listing, choice.uids)
    found = _identities(session, listing, [row.uid for row in rows], terms.on_progress, terms.cancelled)
    messages = [_fresh(row, {}, found[row.uid], failed=False) for row in rows if row.uid in found]
    selection = select(messages, frozenset(Guard))
    named = tuple(
        replace(planned(message, found[message.uid]), guards=frozenset(), filed=False)
        for message in selection.chosen
    )
    return FolderPart(listing.folder, listing.uidvalidity, named), selection


def _rows(listing: Rows, uids: Iterable[int]) -> list[Message]:
    rows = (listing.index_of(uid) for uid in sorted(set(uids)))
    return [listing.message(row) for row in rows if row is not None]


def _details(
    session: Session, folder: str, rows: list[Message], cancelled: Cancelled | None
) -> dict[int, MessageDetail]:
    """The details that the listing does not hold yet; without them nobody knows what a message carries."""
    missing = [row.uid for row in rows if row.detail is None]
    return dict(session.details(folder, missing, cancelled)) if missing else {}


def _failing(session: PlanningSession, folder: str, rows: list[Message], terms: Terms) -> set[int]:
    """The messages of which a receipt says that the business software could not integrate them. A receipt
    that cannot be read stops the plan, unless this guard is overridden.
    """
    if not rows:
        return set()
    receipts = terms.receipts or ReceiptBook()
    receipts.find(session, terms.cancelled, strict=Guard.FAILED not in terms.include)
    return receipts.failing(session, folder, [row.uid for row in rows])


def _identities(
    session: Session,
    listing: Rows,
    uids: list[int],
    on_progress: Progress | None,
    cancelled: Cancelled | None,
) -> dict[int, Identity]:
    if session.examine(listing.folder).uidvalidity != listing.uidvalidity:
        raise StoppedError(
            _("ce dossier a été recréé sur le serveur depuis qu'il a été lu."),
            advice=_("Rien n'a été fait. Relisez le dossier, puis choisissez à nouveau les messages."),
            mailbox=session.account.address,
        )
    found: dict[int, Identity] = {}
    done = 0
    for batch in batches(uids):
        if cancelled and cancelled():
            raise CancelledError(_("Le plan n'a pas été fait."), advice=_("Rien n'a été touché."))
        found.update(session.identities(batch))
        done += len(batch)
        if on_progress:
            on_progress(done, len(uids))
    return found


def _fresh(row: Message, details: dict[int, MessageDetail], now: Identity, *, failed: bool) -> Message:
    """The message with its flags as they are now, ``failed`` where a receipt says so. A size that differs
    from the listing's is not known.
    """
    detail = row.detail or details.get(row.uid)
    if detail is not None and failed:
        detail = replace(detail, failed=True)
    return replace(
        row,
        size=now.size if now.size >= 0 and row.size in (None, now.size) else None,
        flags=now.flags,
        detail=detail,
    )


def _no_trash(owner: Owner) -> StoppedError:
    return StoppedError(
        _("aucune corbeille n'a été trouvée dans cette BAL."),
        advice=_("Créez un dossier « Corbeille » dans votre messagerie, puis relisez les dossiers."),
        mailbox=owner.address,
    )
