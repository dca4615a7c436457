"""Receipts that came between a plan and its application: what failed since then stays where it is."""

from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard
from balt.cleanup.ports import Cancelled, PlanningSession
from balt.mailboxes.integration import ReceiptBook


class FailuresSince:
    """What receipts say by now of the messages of a plan. ``receipts``, those known of this mailbox, are
    brought up to date once, when they are first needed.
    """

    def __init__(
        self, plan: CleanupPlan, session: PlanningSession, receipts: ReceiptBook, cancelled: Cancelled | None
    ) -> None:
        self._matter = plan.act not in (Act.KEEP, Act.UNDO)
        self._session = session
        self._receipts = receipts
        self._cancelled = cancelled
        self._read = False

    def among(self, part: FolderPart) -> frozenset[int]:
        """The messages, by UID, that a receipt speaks against; not those for which the user overrode just
        that. The folder must be opened again afterwards.

        Raises StoppedError for a receipt that cannot be read, because it may tell of a failure;
        MailServerError; CancelledError.
        """
        guarded = [message.uid for message in part.messages if Guard.FAILED not in message.guards]
        if not self._matter or not guarded:
            return frozenset()
        if not self._read:
            self._receipts.find(self._session, self._cancelled, strict=True)
            self._read = True
        return frozenset(self._receipts.failing(self._session, part.folder, guarded))
