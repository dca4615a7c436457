"""What the directory may say of Camille EXEMPLE, and what was measured of their BAL, all on one day."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from balt.config import Account, Config, Person, Thresholds
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin, PracticeSituation
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, MailboxStatus, Question

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
FILE_DAY = datetime(2026, 11, 22, 3, 10, tzinfo=ZoneInfo("Europe/Paris"))
RPPS = "10999990012"
OTHER_RPPS = "10999990020"
CAMILLE = "camille.exemple@medecin.mssante.fr"
HOSPITAL = "c.exemple@ch-fictif.mssante.fr"
OFFICE = "secretariat@cab-lilas.mssante.fr"
API, EXTRACTION = Origin.API, Origin.EXTRACTION
GIB = 1024**3
IMAP, WEBMAIL = Account(CAMILLE), Account(CAMILLE, access="none")
FILES = Account(CAMILLE, access="files")
LILAS = PracticeSituation("1-lilas", RPPS, "Cabinet des Lilas", "990000010", "Fictive", "L", origin=API)
CH = PracticeSituation("2-ch", RPPS, "CH fictif", "990000028", "Essai-Ville", "S", origin=API)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def entry(address: str = CAMILLE, origin: Origin = API, **more: Any) -> DirectoryEntry:
    """A BAL of Camille EXEMPLE as one source publishes it."""
    given = {"kind": BalKind.PER, "family": "EXEMPLE", "given": "Camille", "rpps": RPPS, **more}
    return DirectoryEntry(address, origin=origin, seen_on=NOW if origin is API else FILE_DAY, **given)


def api(*entries: DirectoryEntry, **more: Any) -> DirectoryAnswer:
    return DirectoryAnswer(API, NOW, entries, **more)


def extraction(*entries: DirectoryEntry, **more: Any) -> DirectoryAnswer:
    return DirectoryAnswer(EXTRACTION, FILE_DAY, entries, **more)


def view(*answers: DirectoryAnswer, problem: str = "") -> DirectoryView:
    by_origin = {answer.origin: answer for answer in answers}
    return DirectoryView(by_origin.get(API), by_origin.get(EXTRACTION), problem)


def settings(*accounts: Account | str, rpps: str = RPPS) -> Config:
    known = tuple(Account(each) if isinstance(each, str) else each for each in accounts)
    return Config(accounts=known, person=Person("Dr Camille EXEMPLE", rpps), thresholds=Thresholds())


READ = MailboxStatus(
    CAMILLE,
    reachable=True,
    taken_at=NOW,
    messages=120,
    unseen=2,
    last_received=days_ago(1),
    last_seen=days_ago(3),
    unread_since=days_ago(1),
    unread_run=2,
)
"""A BAL read every day."""

DEAD = replace(READ, last_seen=days_ago(433), unread_since=days_ago(430), unread_run=212)
"""A BAL that nobody has read for 14 months, though mail arrives."""

EMPTY = replace(
    READ, messages=0, unseen=0, last_received=None, last_seen=None, unread_since=None, unread_run=0
)
SILENT = MailboxStatus(CAMILLE, reachable=False, taken_at=NOW, error="Le serveur ne répond pas.")


def said(question: Question, value: str, days: int = 10) -> Answer:
    """An answer of the holder, ``days`` old."""
    return Answer(question, value, days_ago(days), "Dr Camille EXEMPLE")


YES, NO = said(Question.CONSULTED, "yes"), said(Question.CONSULTED, "no")
OLD_YES, OLD_NO = said(Question.CONSULTED, "yes", 120), said(Question.CONSULTED, "no", 120)
