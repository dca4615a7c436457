"""Whether a BAL is read, as far as its messages tell."""

from datetime import datetime
from enum import StrEnum

from balt.config import Thresholds
from balt.mailboxes.model import MailboxStatus


class Activity(StrEnum):
    """IMAP keeps no date of reading. What can be said: a message received within the threshold carries
    ``\\Seen`` (``READ``); or a message received before the threshold, and all that came after it, are still
    unread (``UNREAD``). A BAL that received too little proves nothing (``UNCLEAR``).
    """

    READ = "read"
    UNREAD = "unread"
    UNCLEAR = "unclear"


def activity_of(status: MailboxStatus, thresholds: Thresholds, now: datetime) -> Activity:
    """The activity of a reachable BAL, against the local threshold ``inactive_after_days``."""
    limit = thresholds.inactive_after_days
    if status.unread_since is not None and (now - status.unread_since).days >= limit:
        return Activity.UNREAD
    if status.last_seen is not None and (now - status.last_seen).days < limit:
        return Activity.READ
    return Activity.UNCLEAR


def pressing(status: MailboxStatus, thresholds: Thresholds, now: datetime) -> bool:
    """Whether mail has waited unread for half of ``inactive_after_days`` (a local choice), or for more."""
    since = status.unread_since
    return since is not None and (now - since).days * 2 >= thresholds.inactive_after_days
