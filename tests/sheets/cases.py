"""BAL to judge, all measured on the same day, and how to ask for one step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from balt.cases.model import Case, CaseKind, Event, Happened, Reply
from balt.cases.verdicts import departures
from balt.config import Account, Config, Person, Thresholds
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin, PracticeSituation
from balt.mail.model import Quota
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, MailboxStatus, Question
from balt.mailboxes.practice import Practice, practice_of
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.supports import SupportView
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
RPPS = "10999990012"
UNREAD = DirectoryView()
CABINET = PracticeSituation("S1", RPPS, "Cabinet des Lilas", "990000101", "Valbrume", "L", origin=Origin.API)
HOSPITAL = PracticeSituation("S2", RPPS, "CH fictif", "990000028", "Valbrume", "S", origin=Origin.API)


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


def settings(*accounts: Account | str, thresholds: Thresholds | None = None, rpps: str = RPPS) -> Config:
    known = tuple(Account(each) if isinstance(each, str) else each for each in accounts)
    return Config(accounts=known, thresholds=thresholds or Thresholds(), person=Person(rpps=rpps))


def entry(address: str, origin: Origin = Origin.API, **said: Any) -> DirectoryEntry:
    """The holder's BAL as a source publishes it."""
    return DirectoryEntry(address, BalKind.PER, origin, NOW, rpps=RPPS, **said)


def published(*addresses: str) -> DirectoryView:
    """A directory that was read whole, and lists these BAL of the holder."""
    return DirectoryView(api=DirectoryAnswer(Origin.API, NOW, tuple(entry(each) for each in addresses)))


def answer(question: Question, value: str, days: int = 3) -> Answer:
    return Answer(question, value, days_ago(days))


def leaving(*told: tuple[Happened, int] | tuple[Happened, int, str], address: str = LOU) -> Case:
    """The depublication of a BAL, opened 60 days ago, and what happened so many days ago."""
    return case_of(CaseKind.DEPUBLICATION, 60, told, address)


def deleting(*told: tuple[Happened, int] | tuple[Happened, int, str], address: str = LOU) -> Case:
    """Its deletion, opened 20 days ago when its content was safe."""
    return case_of(CaseKind.DELETION, 20, ((Happened.KEPT, 20), *told), address)


def case_of(kind: CaseKind, opened: int, told: Iterable[tuple[Any, ...]], address: str) -> Case:
    events = [Event(what, days_ago(days), *value) for what, days, *value in told]
    return Case(kind, address, (Event(Happened.OPENED, days_ago(opened), ALIX), *events))


def known(
    statuses: Statuses = (),
    config: Config | None = None,
    *,
    directory: DirectoryView = UNREAD,
    answers: Mapping[str, Sequence[Answer]] | None = None,
    book: BookView | None = None,
    cases: Iterable[Case] = (),
    supports: SupportView = SupportView(),  # noqa: B008 - frozen
) -> Practice:
    """The practice on the day of the tests. A BAL that was measured has an account."""
    config = config or settings()
    named = {account.address for account in config.accounts}
    others = [Account(status.address) for status in statuses if status.address not in named]
    config = replace(config, accounts=(*config.accounts, *others))
    by_address = {status.address: status for status in statuses}
    return practice_of(
        config,
        by_address,
        directory,
        answers or {},
        book or BookView(),
        NOW,
        departures(cases, NOW),
        supports=supports,
    )


def practice(step: str, statuses: Statuses, config: Config | None = None, **more: Any) -> Evidence:
    return next(each for each in evaluate(known(statuses, config, **more)) if each.id == step)


def one_bal(
    step: str, status: MailboxStatus, config: Config | None = None, *, beside: Statuses = (), **more: Any
) -> Evidence:
    """The step of one BAL; others of the practice stand ``beside``."""
    found = evaluate_mailbox(known([status, *beside], config, **more), status.address)
    return next(each for each in found if each.id == step)


def seen(evidence: Evidence) -> tuple[StepState, str]:
    return evidence.state, " · ".join(evidence.sentences)


# What happened to a BAL that leaves, and so many days ago

WRITTEN, SENT = (Happened.REQUESTED, 6, "text"), (Happened.SENT, 5)
LONG_AGO = ((Happened.REQUESTED, 21, "text"), (Happened.SENT, 20))
ANSWERED = (Happened.ANSWERED, 2)
GONE = (Happened.API, 40, "absent")
REPLIES = (Happened.AUTO_REPLY, 30, Reply.ACTIVE.value)
OUT = leaving(GONE, REPLIES)
SENT_ON, REMIND = "envoyée le 17 nov. 2026, selon le titulaire", "relance le 1er déc. 2026"
THERE, NOT_THERE = published(ALIX, LOU), published(ALIX)
