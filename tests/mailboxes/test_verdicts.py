"""The verdict on one BAL, by tables: what is known of it, the verdict, and the sentences behind it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from balt.config import Account, Thresholds
from balt.directory.model import BalKind
from balt.mail.model import FolderRole, Quota
from balt.mailboxes.model import (
    Answer,
    Finding,
    Mailbox,
    MailboxStatus,
    Publication,
    Question,
    Verdict,
)
from balt.mailboxes.saturation import Forecast
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import Facts, judge, questions_due, use_of
from tests.mailboxes.directory_cases import (
    CAMILLE,
    DEAD,
    EMPTY,
    FILES,
    GIB,
    IMAP,
    NO,
    NOW,
    OLD_NO,
    OLD_YES,
    READ,
    SILENT,
    WEBMAIL,
    YES,
    days_ago,
    said,
)

PUBLISHED, ABSENT, UNKNOWN = Publication.PUBLISHED, Publication.ABSENT, Publication.UNKNOWN
FULL = Quota(used=int(1.82 * GIB), limit=2 * GIB)
ASK = "à répondre : Consultez-vous régulièrement cette BAL ?"
YEAR = "seuil choisi ici : 1 an"
SEEN = "consultée : un message reçu le 20 nov. 2026 est lu"
UNREAD = "rien de lu depuis 14 mois, 212 non lus"
TOLD, OLD = "consultée, selon vous, le 13 nov. 2026", "consultée, selon vous, le 26 juil. 2026"
AGED = " : réponse ancienne, à redonner"
CLOSED = "sans accès IMAP : rien ne peut y être mesuré"
CUT = "n'a pas répondu : Le serveur ne répond pas."
IN_SERVICE = "en service, et absente de l'annuaire"


def find(
    account: Account | None,
    status: MailboxStatus | None,
    publication: Publication,
    *answers: Answer,
    thresholds: Thresholds | None = None,
) -> Finding:
    return judge(Facts(account, status, publication, (), answers), thresholds or Thresholds(), NOW)


@pytest.mark.parametrize(
    ("status", "publication", "verdict", "headline", "reasons"),
    [
        (READ, PUBLISHED, Verdict.ACTIVE, "active", (SEEN,)),
        (READ, UNKNOWN, Verdict.ACTIVE, "active", (SEEN,)),
        (
            READ,
            ABSENT,
            Verdict.UNLISTED,
            "hors annuaire",
            (IN_SERVICE, SEEN),
        ),
        (
            DEAD,
            PUBLISHED,
            Verdict.GHOST,
            "fantôme",
            ("publiée, et " + UNREAD, YEAR),
        ),
        (DEAD, ABSENT, Verdict.INACTIVE, "inactive", (UNREAD, YEAR)),
        (DEAD, UNKNOWN, Verdict.INACTIVE, "inactive", (UNREAD, YEAR)),
        (
            replace(READ, last_seen=days_ago(240), unread_since=days_ago(200), unread_run=31),
            PUBLISHED,
            Verdict.WATCH,
            "courrier en attente",
            ("rien de lu depuis 6 mois, 31 non lus",),
        ),
        (
            replace(READ, last_seen=days_ago(400), unread_since=None, unread_run=0),
            PUBLISHED,
            Verdict.UNKNOWN,
            "à préciser",
            ("publiée, le dernier message lu a été reçu il y a 13 mois", ASK),
        ),
        (
            replace(DEAD, unread_run=0),
            UNKNOWN,
            Verdict.INACTIVE,
            "inactive",
            ("rien de lu depuis 14 mois", YEAR),
        ),
        (
            EMPTY,
            ABSENT,
            Verdict.UNKNOWN,
            "à préciser",
            ("vide : rien n'y montre qu'elle est consultée", ASK),
        ),
        (
            replace(READ, last_seen=None, unread_since=days_ago(30), unread_run=4),
            ABSENT,
            Verdict.UNLISTED,
            "hors annuaire",
            (
                IN_SERVICE,
                "aucun message lu : rien ne montre qu'elle est consultée",
                ASK,
            ),
        ),
        (
            SILENT,
            PUBLISHED,
            Verdict.UNKNOWN,
            "à préciser",
            ("publiée, n'a pas répondu : Le serveur ne répond pas.", ASK),
        ),
        (None, PUBLISHED, Verdict.UNKNOWN, "à préciser", ("publiée, pas encore relevée",)),
    ],
)
def test_an_imap_bal_is_judged_by_its_messages_and_the_directory(
    status: MailboxStatus | None,
    publication: Publication,
    verdict: Verdict,
    headline: str,
    reasons: tuple[str, ...],
) -> None:
    assert find(IMAP, status, publication) == Finding(verdict, headline, reasons)


@pytest.mark.parametrize(
    ("account", "status", "publication", "answer", "verdict", "reasons"),
    [
        (IMAP, DEAD, PUBLISHED, YES, Verdict.ACTIVE, (TOLD, UNREAD)),
        (IMAP, DEAD, ABSENT, YES, Verdict.UNLISTED, (IN_SERVICE, TOLD, UNREAD)),
        (IMAP, READ, PUBLISHED, YES, Verdict.ACTIVE, (TOLD,)),
        (IMAP, READ, PUBLISHED, NO, Verdict.GHOST, ("publiée, et non " + TOLD, SEEN)),
        (IMAP, READ, ABSENT, NO, Verdict.INACTIVE, ("non " + TOLD, SEEN)),
        (IMAP, DEAD, PUBLISHED, OLD_YES, Verdict.GHOST, ("publiée, et " + UNREAD, OLD + AGED, YEAR, ASK)),
        (IMAP, DEAD, PUBLISHED, OLD_NO, Verdict.GHOST, ("publiée, et " + UNREAD, "non " + OLD, YEAR)),
        (IMAP, READ, PUBLISHED, OLD_NO, Verdict.ACTIVE, (SEEN, "non " + OLD + AGED, ASK)),
        (IMAP, READ, PUBLISHED, OLD_YES, Verdict.ACTIVE, (SEEN, OLD)),
        (IMAP, SILENT, PUBLISHED, YES, Verdict.ACTIVE, (TOLD, CUT)),
        (WEBMAIL, None, PUBLISHED, YES, Verdict.ACTIVE, (TOLD, CLOSED)),
        (WEBMAIL, None, PUBLISHED, NO, Verdict.GHOST, ("publiée, et non " + TOLD, CLOSED)),
        (WEBMAIL, None, ABSENT, NO, Verdict.INACTIVE, ("non " + TOLD, CLOSED)),
        (WEBMAIL, None, PUBLISHED, OLD_YES, Verdict.UNKNOWN, ("publiée, " + CLOSED, OLD + AGED, ASK)),
        (None, None, PUBLISHED, NO, Verdict.GHOST, ("publiée, et non " + TOLD, "aucun compte connu ici")),
        (None, None, PUBLISHED, YES, Verdict.ACTIVE, (TOLD, "aucun compte connu ici")),
    ],
)
def test_the_holders_fresh_word_outranks_the_messages_and_an_old_one_does_not(
    account: Account | None,
    status: MailboxStatus | None,
    publication: Publication,
    answer: Answer,
    verdict: Verdict,
    reasons: tuple[str, ...],
) -> None:
    found = find(account, status, publication, answer)
    assert (found.verdict, found.reasons) == (verdict, reasons)


@pytest.mark.parametrize(
    ("account", "status", "reason"),
    [
        (None, None, "publiée, aucun compte connu ici"),
        (WEBMAIL, None, "publiée, sans accès IMAP : rien ne peut y être mesuré"),
        (FILES, DEAD, "publiée, des fichiers exportés ne disent pas si la BAL est lue"),
    ],
)
def test_a_bal_that_nothing_measures_is_to_be_told_of_not_a_ghost(
    account: Account | None, status: MailboxStatus | None, reason: str
) -> None:
    found = find(account, status, PUBLISHED)
    assert (found.verdict, found.headline) == (Verdict.UNKNOWN, "à préciser")
    assert found.reasons == (reason, ASK)


@pytest.mark.parametrize(
    ("quota", "answers", "verdict", "last"),
    [
        (
            FULL,
            (),
            Verdict.WATCH,
            "remplie à 90 % (1,82 Go sur 2 Go) ; seuil choisi ici : 80 %",
        ),
        (
            Quota(2 * GIB, 2 * GIB),
            (),
            Verdict.WATCH,
            "remplie à 100 % (2 Go sur 2 Go) ; seuil choisi ici : 95 %",
        ),
        (Quota(94, 100), (), Verdict.WATCH, "remplie à 94 % (94 o sur 100 o) ; seuil choisi ici : 80 %"),
        (Quota(95, 100), (), Verdict.WATCH, "remplie à 95 % (95 o sur 100 o) ; seuil choisi ici : 95 %"),
        (Quota(79, 100), (), Verdict.ACTIVE, SEEN),
        (Quota(80, 100), (), Verdict.WATCH, "remplie à 80 % (80 o sur 100 o) ; seuil choisi ici : 80 %"),
        (Quota(0, 0), (), Verdict.ACTIVE, SEEN),
        (
            None,
            (said(Question.QUOTA, "97"),),
            Verdict.WATCH,
            "remplie à 97 % (selon vous, le 13 nov. 2026) ; seuil choisi ici : 95 %",
        ),
        (
            None,
            (said(Question.QUOTA, "97", 120),),
            Verdict.ACTIVE,
            "remplie à 97 %, selon vous, le 26 juil. 2026 : réponse ancienne, à redonner",
        ),
        (
            Quota(10, 100),
            (said(Question.QUOTA, "97"),),
            Verdict.ACTIVE,
            SEEN,
        ),
    ],
)
def test_a_bal_that_is_read_and_nearly_full_is_to_be_watched(
    quota: Quota | None, answers: tuple[Answer, ...], verdict: Verdict, last: str
) -> None:
    found = find(IMAP, replace(READ, quota=quota), PUBLISHED, *answers)
    assert (found.verdict, found.reasons[-1]) == (verdict, last)


def test_a_bal_that_is_soon_full_is_to_be_watched_whatever_its_level() -> None:
    soon = Forecast(NOW + timedelta(days=40), 120 * 1024**2, 12)
    half = replace(READ, quota=Quota(GIB, 2 * GIB), saturation=soon)
    found = find(IMAP, half, PUBLISHED)
    assert (found.verdict, found.headline) == (Verdict.WATCH, "saturation")
    assert "+120 Mo par mois sur 12 mois" in found.reasons[-1]
    later = replace(half, saturation=replace(soon, date=NOW + timedelta(days=400)))
    assert find(IMAP, later, PUBLISHED).verdict is Verdict.ACTIVE


def test_saturation_comes_before_a_missing_publication_and_after_a_ghost() -> None:
    """What is full soon receives nothing; what nobody reads is lost already."""
    assert find(IMAP, replace(READ, quota=FULL), ABSENT).headline == "saturation"
    dead = find(IMAP, replace(DEAD, quota=FULL), PUBLISHED)
    assert dead.verdict is Verdict.GHOST
    assert "remplie à 90 % (1,82 Go sur 2 Go) ; seuil choisi ici : 80 %" in dead.reasons


def test_how_the_publication_is_known_stands_among_the_reasons() -> None:
    facts = Facts(IMAP, READ, PUBLISHED, ("dans l'annuaire : API du 23 nov. 2026",))
    assert judge(facts, Thresholds(), NOW).reasons[-1] == "dans l'annuaire : API du 23 nov. 2026"


def test_the_threshold_of_the_configuration_decides() -> None:
    month = Thresholds(inactive_after_days=30)
    status = replace(READ, last_seen=days_ago(50), unread_since=days_ago(31), unread_run=1)
    found = find(IMAP, status, PUBLISHED, thresholds=month)
    assert found.reasons == (
        "publiée, et rien de lu depuis 31 jours, 1 non lu",
        "seuil choisi ici : 30 jours",
    )


@pytest.mark.parametrize(
    ("last_seen", "unread_since", "publication", "verdict"),
    [
        (364, None, PUBLISHED, Verdict.ACTIVE),
        (365, None, PUBLISHED, Verdict.UNKNOWN),
        (366, 364, PUBLISHED, Verdict.WATCH),
        (366, 365, PUBLISHED, Verdict.GHOST),
        (190, 182, PUBLISHED, Verdict.ACTIVE),
        (190, 183, PUBLISHED, Verdict.WATCH),
        (190, 183, ABSENT, Verdict.UNLISTED),
    ],
)
def test_a_day_more_or_less_decides(
    last_seen: int, unread_since: int | None, publication: Publication, verdict: Verdict
) -> None:
    since = None if unread_since is None else days_ago(unread_since)
    status = replace(READ, last_seen=days_ago(last_seen), unread_since=since)
    assert find(IMAP, status, publication).verdict is verdict


@pytest.mark.parametrize(("days", "verdict"), [(364, Verdict.UNLISTED), (365, Verdict.UNKNOWN)])
def test_a_bal_that_received_nothing_for_a_year_is_not_said_to_be_in_service(
    days: int, verdict: Verdict
) -> None:
    status = replace(READ, last_received=days_ago(days), last_seen=days_ago(400), unread_since=None)
    assert find(IMAP, status, ABSENT).verdict is verdict


def test_the_latest_answer_counts() -> None:
    earlier = said(Question.CONSULTED, "no", 40)
    assert find(IMAP, DEAD, PUBLISHED, earlier, YES).verdict is Verdict.ACTIVE
    assert find(IMAP, DEAD, PUBLISHED, YES, earlier).verdict is Verdict.ACTIVE


def mailbox(account: Account | None, status: MailboxStatus | None, *answers: Answer) -> Mailbox:
    finding = find(account, status, PUBLISHED, *answers)
    return Mailbox(CAMILLE, BalKind.PER, PUBLISHED, finding, account, status, answers=answers)


@pytest.mark.parametrize(
    ("known", "use"),
    [
        (mailbox(IMAP, READ), Activity.READ),
        (mailbox(IMAP, DEAD), Activity.UNREAD),
        (mailbox(IMAP, DEAD, YES), Activity.READ),
        (mailbox(IMAP, READ, OLD_NO), Activity.READ),
        (mailbox(WEBMAIL, None), Activity.UNCLEAR),
        (mailbox(None, None, NO), Activity.UNREAD),
    ],
)
def test_the_use_of_a_bal_is_the_holders_word_or_what_its_messages_tell(
    known: Mailbox, use: Activity
) -> None:
    assert use_of(known, Thresholds(), NOW) is use


STEPS = (Question.TRASH, Question.OLD, Question.LARGE)


@pytest.mark.parametrize(
    ("given_", "asked"),
    [
        (mailbox(IMAP, replace(READ, quota=FULL)), ()),
        (mailbox(IMAP, READ), (Question.QUOTA,)),
        (mailbox(IMAP, replace(EMPTY, quota=FULL)), (Question.CONSULTED,)),
        (mailbox(IMAP, None), ()),
        (mailbox(IMAP, replace(DEAD, quota=FULL), OLD_YES), (Question.CONSULTED,)),
        (mailbox(IMAP, replace(DEAD, quota=FULL), OLD_NO), ()),
        (mailbox(IMAP, SILENT), (Question.CONSULTED,)),
        (mailbox(None, None), (Question.CONSULTED,)),
        (mailbox(None, None, YES), ()),
        (mailbox(WEBMAIL, None), (Question.CONSULTED, Question.QUOTA, *STEPS)),
        (mailbox(WEBMAIL, None, YES, said(Question.QUOTA, "12")), STEPS),
        (mailbox(WEBMAIL, None, OLD_YES), (Question.CONSULTED, Question.QUOTA, *STEPS)),
        (mailbox(FILES, replace(READ, quota=FULL)), (Question.CONSULTED, *STEPS)),
    ],
)
def test_only_what_cannot_be_measured_is_asked_and_asked_again_when_it_has_aged(
    given_: Mailbox, asked: tuple[Question, ...]
) -> None:
    assert questions_due(given_, Thresholds(), NOW) == asked


def test_a_date_is_the_holders_day_not_the_servers() -> None:
    late = datetime.fromisoformat("2026-11-20T23:30:00+00:00")
    assert find(IMAP, replace(READ, last_seen=late), PUBLISHED).reasons == (
        "consultée : un message reçu le 21 nov. 2026 est lu",
    )


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (FolderRole.OTHER, ", dans un dossier où il est classé"),
        (FolderRole.ARCHIVE, ", dans les archives"),
        (FolderRole.TRASH, ", dans la corbeille"),
        (FolderRole.INBOX, ""),
    ],
)
def test_the_folder_that_proves_a_reading_is_told_by_what_it_is_for(role: FolderRole, where: str) -> None:
    status = replace(READ, seen_in=role)
    said = find(IMAP, status, PUBLISHED).reasons[0]
    assert said == f"consultée : un message reçu le 20 nov. 2026 est lu{where}"


@pytest.mark.parametrize(
    ("figures", "doubt"),
    [
        ({"unlooked": 1}, "1 dossier n'a pas pu être lu, et peut contenir des messages lus"),
        ({"gone": 12}, "12 messages reçus depuis n'y sont plus : quelqu'un ou un logiciel a pu les relever"),
    ],
)
@pytest.mark.parametrize("last_seen", [None, days_ago(400)])
def test_what_cannot_be_known_of_the_reading_is_told_and_asked(
    figures: dict[str, int], doubt: str, last_seen: datetime | None
) -> None:
    status = replace(READ, last_seen=last_seen, unread_since=None, unread_run=0)
    found = find(IMAP, replace(status, **figures), PUBLISHED)  # type: ignore[arg-type]
    assert found.verdict is Verdict.UNKNOWN
    assert found.reasons[0].endswith(f" ; {doubt}")
    assert "à répondre : Consultez-vous régulièrement cette BAL ?" in found.reasons
