"""BAL to judge, all measured on the same day, and how to ask for one step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from balt.config import Account, Config, Thresholds
from balt.mail.model import Quota
from balt.mailboxes.model import MailboxStatus
from balt.sheets.model import Evidence, StepState
from balt.sheets.rules import evaluate, evaluate_mailbox

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
ALIX = "alix.exemple@medecin.mssante.fr"
LOU = "lou.essai@ch-fictif.mssante.fr"
MIB = 1024 * 1024
GIB = 1024 * MIB
DONE, TODO, ATTENTION = StepState.DONE, StepState.TODO, StepState.ATTENTION
BLOCKED, UNKNOWN = StepState.BLOCKED, StepState.UNKNOWN
NEARLY_FULL = Quota(used=1_954_210_120, limit=2 * GIB)
WEBMAIL = Account("webmail@medecin.mssante.fr", access="none")
ANOTHER = "secretariat@cab-lilas.mssante.fr"
Statuses = Sequence[MailboxStatus]


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


TIDY = MailboxStatus(
    address=ALIX,
    reachable=True,
    taken_at=NOW,
    messages=120,
    unseen=2,
    size=40 * MIB,
    trash_folder="INBOX.Corbeille",
    trash_messages=0,
    trash_size=0,
    trash_documents=0,
    last_received=days_ago(1),
    last_seen=days_ago(2),
    unread_since=days_ago(1),
    old_messages=0,
    old_size=0,
    large_messages=0,
    large_size=0,
)
"""A BAL read every day, with nothing to clean."""


def bal(address: str = ALIX, **changed: Any) -> MailboxStatus:
    """A tidy BAL but for what is ``changed``."""
    return replace(TIDY, address=address, **changed)


def inactive(address: str = LOU, days: int = 430, unread: int = 212) -> MailboxStatus:
    """A BAL that nobody has read for ``days``, though mail arrives."""
    return bal(address, last_seen=days_ago(days + 3), unread_since=days_ago(days), unread_run=unread)


def silent(address: str = LOU) -> MailboxStatus:
    """A BAL whose server gave no answer."""
    return MailboxStatus(address, reachable=False, taken_at=NOW, error="Le serveur ne répond pas.")


def settings(*accounts: Account | str, thresholds: Thresholds | None = None) -> Config:
    known = tuple(Account(each) if isinstance(each, str) else each for each in accounts)
    return Config(accounts=known, thresholds=thresholds or Thresholds())


def practice(step: str, statuses: Statuses, config: Config | None = None) -> Evidence:
    return next(each for each in evaluate(statuses, config or settings(), NOW) if each.id == step)


def one_bal(step: str, status: MailboxStatus, config: Config | None = None) -> Evidence:
    return next(each for each in evaluate_mailbox(status, config or settings(), NOW) if each.id == step)


def seen(evidence: Evidence) -> tuple[StepState, str]:
    return evidence.state, " · ".join(evidence.sentences)
