"""What was measured of a BAL; plain values, and the JSON that scripts rely on."""

from dataclasses import dataclass
from datetime import datetime

from balt.mail.model import Quota


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """The figures of one BAL at ``taken_at``. Sizes are octets, dates are aware; None is not known.

    ``last_seen`` is the reception date of the newest message of the inbox that carries \\Seen: IMAP keeps no
    reading date, so this is a lower bound of when it was last read. ``unread_since`` is the date of the oldest
    message of the unbroken run of unread ones since then. ``old_*`` counts what is older than the threshold in
    all folders but the trash; ``large_*`` counts attachments above the threshold, with decoded octets;
    ``trash_documents`` counts messages of the trash that hold a document and are not marked integrated.
    ``old_folder`` and ``large_folder`` name the folder that has most of them.
    """

    address: str
    reachable: bool
    taken_at: datetime
    error: str | None = None
    messages: int | None = None
    unseen: int | None = None
    size: int | None = None
    quota: Quota | None = None
    trash_folder: str | None = None
    trash_messages: int | None = None
    trash_size: int | None = None
    trash_documents: int | None = None
    last_received: datetime | None = None
    last_sent: datetime | None = None
    last_seen: datetime | None = None
    unread_since: datetime | None = None
    unread_run: int | None = None
    old_messages: int | None = None
    old_size: int | None = None
    large_attachments: int | None = None
    large_size: int | None = None
    saturation_date: datetime | None = None
    verdict: str | None = None
