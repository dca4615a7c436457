"""What the rules look at: some BAL, what was measured of each, and what that says of its use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from balt.config import Config, Thresholds
from balt.i18n import _, ngettext
from balt.mailboxes.model import MailboxStatus
from balt.units import format_count


class Activity(StrEnum):
    """Whether a BAL is read, as far as its messages tell.

    IMAP keeps no date of reading. What can be said: a message received within the threshold carries
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


@dataclass(frozen=True, slots=True)
class Bal:
    """A BAL known here. ``status`` is None while nothing was measured; without ``imap`` nothing can be."""

    address: str
    imap: bool
    status: MailboxStatus | None

    @property
    def measured(self) -> MailboxStatus | None:
        """The status of a BAL that answered."""
        return self.status if self.status is not None and self.status.reachable else None


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole practice (``address`` None) or one BAL of it, at the moment ``now``."""

    address: str | None
    bals: tuple[Bal, ...]
    thresholds: Thresholds
    now: datetime

    @property
    def measured(self) -> list[MailboxStatus]:
        """The BAL that answered."""
        return [status for bal in self.bals if (status := bal.measured) is not None]

    def with_activity(self, activity: Activity) -> list[MailboxStatus]:
        """The BAL that answered and whose use is this one."""
        return [each for each in self.measured if activity_of(each, self.thresholds, self.now) is activity]

    def names(self, addresses: Sequence[str]) -> str:
        """``addresses`` in a sentence: two at most, then a count; "cette BAL" when there is but one."""
        if self.address is not None:
            return _("cette BAL")
        if len(addresses) == 1:
            return addresses[0]
        if len(addresses) == 2:
            return _("%(first)s et %(second)s") % {"first": addresses[0], "second": addresses[1]}
        others = len(addresses) - 1
        return ngettext("%(first)s et %(n)s autre", "%(first)s et %(n)s autres", others) % {
            "first": addresses[0],
            "n": format_count(others),
        }

    def unmeasured(self) -> tuple[str, ...]:
        """A sentence for each reason why some BAL could not be measured, naming them."""
        silent = [bal.address for bal in self.bals if bal.status is not None and bal.measured is None]
        closed = [bal.address for bal in self.bals if bal.status is None and not bal.imap]
        waiting = [bal.address for bal in self.bals if bal.status is None and bal.imap]
        said = []
        if silent:
            text = ngettext("%(names)s n'a pas répondu", "%(names)s n'ont pas répondu", len(silent))
            said.append(text % {"names": self.names(silent)})
        if closed:
            text = ngettext(
                "%(names)s est sans accès IMAP : à voir dans son webmail",
                "%(names)s sont sans accès IMAP : à voir dans leur webmail",
                len(closed),
            )
            said.append(text % {"names": self.names(closed)})
        if waiting:
            text = ngettext(
                "%(names)s n'est pas encore relevée", "%(names)s ne sont pas encore relevées", len(waiting)
            )
            said.append(text % {"names": self.names(waiting)})
        return tuple(said)


def practice_scope(statuses: Iterable[MailboxStatus], config: Config, now: datetime) -> Scope:
    """Every BAL of the configuration, in its order, then any measured one that it does not name."""
    left = {status.address: status for status in statuses}
    bals = [
        Bal(account.address, account.access == "imap", left.pop(account.address, None))
        for account in config.accounts
    ]
    bals += [Bal(status.address, True, status) for status in left.values()]
    return Scope(None, tuple(bals), config.thresholds, now)


def bal_scopes(practice: Scope) -> list[Scope]:
    """The scope of each BAL of the practice."""
    return [Scope(bal.address, (bal,), practice.thresholds, practice.now) for bal in practice.bals]
