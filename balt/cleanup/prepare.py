"""Making a plan: what the user chose, read again from the server without touching anything (EXAMINE)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import uuid4

from balt.cleanup.plan import Act, CleanupPlan, Guard, checked_reason, planned, select
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


def plan_trash(
    session: PlanningSession,
    listing: Rows,
    uids: Iterable[int],
    folders: Sequence[Folder],
    clock: Clock,
    *,
    include: frozenset[Guard] = frozenset(),
    reason: str = "",
    receipts: ReceiptBook | None = None,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> CleanupPlan:
    """The plan that moves the chosen messages of ``listing`` to the trash.

    A message of which a receipt says that its integration failed is guarded; ``receipts`` are those known of
    this mailbox, which are brought up to date.

    Where the folder is itself the trash, the plan removes exactly these messages for good. Messages that have
    gone since the listing are simply not in the plan. Raises StoppedError for a read-only mailbox, for one
    without a known trash, and when the folder was made anew since the listing (UIDVALIDITY, RFC 3501 section
    2.3.1.1); UsageError when guards are overridden without a reason; CancelledError.
    """
    if any(folder.name == listing.folder and folder.role is FolderRole.TRASH for folder in folders):
        target = ""
    elif trash := trash_of(folders):
        target = trash.name
    else:
        raise _no_trash(session.account)
    return _plan(session, listing, uids, target, clock, include, reason, receipts, on_progress, cancelled)


def plan_empty_trash(
    session: ScanningSession,
    folders: Sequence[Folder],
    clock: Clock,
    *,
    include: frozenset[Guard] = frozenset(),
    reason: str = "",
    receipts: ReceiptBook | None = None,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> CleanupPlan:
    """The plan that removes for good every message now in the trash, less the guarded ones.

    The messages are named one by one: what arrives in the trash later is not in the plan. Raises as
    ``plan_trash`` does.
    """
    trash = trash_of(folders)
    if trash is None:
        raise _no_trash(session.account)
    listing = session.scan(trash.name, None, cancelled)
    return _plan(session, listing, listing.uids, "", clock, include, reason, receipts, on_progress, cancelled)


def _plan(
    session: PlanningSession,
    listing: Rows,
    uids: Iterable[int],
    target: str,
    clock: Clock,
    include: frozenset[Guard],
    reason: str,
    receipts: ReceiptBook | None,
    on_progress: Progress | None,
    cancelled: Cancelled | None,
) -> CleanupPlan:
    owner = session.account
    if owner.read_only:
        raise StoppedError(
            _("cette BAL est en lecture seule dans la configuration de balt."),
            advice=_("Retirez « read_only » pour pouvoir la nettoyer."),
            mailbox=owner.address,
        )
    rows = _rows(listing, uids)
    details = _details(session, listing.folder, rows, cancelled)
    failing = _failing(session, listing.folder, rows, receipts or ReceiptBook(), cancelled)
    found = _identities(session, listing, [row.uid for row in rows], on_progress, cancelled)
    messages = [
        _fresh(row, details, found[row.uid], failed=row.uid in failing) for row in rows if row.uid in found
    ]
    selection = select(messages, include)
    created = clock.now()
    return CleanupPlan(
        id=f"{created:%Y%m%d-%H%M%S}-{uuid4().hex[:8]}",
        act=Act.TRASH if target else Act.EMPTY_TRASH,
        server=server_of(owner),
        user=owner.username,
        address=owner.address,
        folder=listing.folder,
        uidvalidity=listing.uidvalidity,
        target=target,
        messages=tuple(planned(message, found[message.uid]) for message in selection.chosen),
        created=created,
        left_out=selection.left_out,
        kept=selection.kept,
        reason=checked_reason(reason, selection.chosen),
    )


def _rows(listing: Rows, uids: Iterable[int]) -> list[Message]:
    rows = (listing.index_of(uid) for uid in sorted(set(uids)))
    return [listing.message(row) for row in rows if row is not None]


def _details(
    session: Session, folder: str, rows: list[Message], cancelled: Cancelled | None
) -> dict[int, MessageDetail]:
    """The details that the listing does not hold yet; without them nobody knows what a message carries."""
    missing = [row.uid for row in rows if row.detail is None]
    return dict(session.details(folder, missing, cancelled)) if missing else {}


def _failing(
    session: PlanningSession,
    folder: str,
    rows: list[Message],
    receipts: ReceiptBook,
    cancelled: Cancelled | None,
) -> set[int]:
    """The messages of which a receipt says that the business software could not integrate them."""
    if not rows:
        return set()
    receipts.find(session, cancelled)
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
