"""What was measured of one BAL at one moment; plain values."""

from dataclasses import dataclass
from datetime import datetime

from balt.mail.model import Quota


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """The figures of one BAL. A figure is None when it could not be measured; sizes are octets.

    ``messages``, ``unseen`` and ``size`` cover every folder. ``last_seen`` is the reception date of the
    newest message of INBOX that carries ``\\Seen``: a lower bound, for IMAP keeps no date of reading.
    ``unread_since`` is the reception date of the oldest message of INBOX received after it; all of these,
    of which there are ``unread_run``, are unread. ``old_*`` and ``large_*`` leave out the trash and the
    drafts; ``large_*`` count messages above the threshold that carry an attachment; ``*_folder`` holds most
    of them, and ``*_spread`` says that others hold some too. ``trash_documents`` counts the messages of the
    trash that may hold a document and are not marked as integrated into the business software.
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
    old_folder: str | None = None
    old_spread: bool = False
    large_messages: int | None = None
    large_size: int | None = None
    large_folder: str | None = None
    large_spread: bool = False
    saturation_date: datetime | None = None
    verdict: str | None = None

    def to_json(self) -> dict[str, object]:
        """The status as ``balt status --json`` prints it; dates are RFC 3339 with offset."""
        trash = None
        if self.trash_messages is not None:
            trash = {"messages": self.trash_messages, "size": self.trash_size}
        quota = None
        if self.quota is not None:
            quota = {"used": self.quota.used, "limit": self.quota.limit}
        return {
            "address": self.address,
            "reachable": self.reachable,
            "error": self.error,
            "messages": self.messages,
            "unseen": self.unseen,
            "size": self.size,
            "quota": quota,
            "trash": trash,
            "last_received": rfc3339(self.last_received),
            "last_sent": rfc3339(self.last_sent),
            "last_seen": rfc3339(self.last_seen),
            "saturation_date": rfc3339(self.saturation_date),
            "verdict": self.verdict,
        }


def rfc3339(moment: datetime | None) -> str | None:
    """A moment as RFC 3339 writes it, to the second, with its offset; None stays None."""
    return None if moment is None else moment.isoformat(timespec="seconds")
