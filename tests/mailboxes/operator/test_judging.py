"""What an operator's figure makes of a verdict, by tables: beside messages, the holder's word, and age."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.config import Account, Thresholds
from balt.mail.model import Quota
from balt.mailboxes.join import join
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus, Publication, Question, Verdict
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import Facts, judge, operator_says, questions_due, use_of
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
    READ,
    SILENT,
    WEBMAIL,
    YES,
    api,
    days_ago,
    entry,
    said,
    settings,
    view,
)

PUBLISHED, ABSENT = Publication.PUBLISHED, Publication.ABSENT
TODAY = NOW.date()
SOURCE = "d'après l'opérateur, le 12 nov. 2026"


def figure(login: int | None = None, *, taken: int = 11, **more: Any) -> OperatorFigure:
    """A statistic ``taken`` days ago, with the last connection so many days ago."""
    day = None if login is None else TODAY - timedelta(days=login)
    return replace(OperatorFigure(TODAY - timedelta(days=taken), last_login=day), **more)


OPENED, LEFT, NEVER = figure(15), figure(500), figure(never=True)
BETWEEN = figure(370)
"""Opened 359 days before the statistic, 370 before today: neither is proved."""
AGED_OPENED, AGED_LEFT = figure(95, taken=90), figure(800, taken=90)
QUIET = replace(READ, last_seen=days_ago(400), unread_since=None, unread_run=0)
"""Its last message was read 400 days ago, and none came since: its messages prove nothing."""


@pytest.mark.parametrize(
    ("account", "status", "counted", "answer", "verdict", "first"),
    [
        # where there is no IMAP, the operator decides
        (WEBMAIL, None, OPENED, None, Verdict.ACTIVE, "dernière connexion le 8 nov. 2026, " + SOURCE),
        (WEBMAIL, None, LEFT, None, Verdict.GHOST, "publiée, et aucune connexion depuis 16 mois, " + SOURCE),
        (None, None, LEFT, None, Verdict.GHOST, "publiée, et aucune connexion depuis 16 mois, " + SOURCE),
        (FILES, READ, LEFT, None, Verdict.GHOST, "publiée, et aucune connexion depuis 16 mois, " + SOURCE),
        (IMAP, SILENT, OPENED, None, Verdict.ACTIVE, "dernière connexion le 8 nov. 2026, " + SOURCE),
        # but not before the messages could be read
        (IMAP, None, LEFT, None, Verdict.UNKNOWN, "publiée, pas encore relevée"),
        # what proves nothing decides nothing
        (
            WEBMAIL,
            None,
            NEVER,
            None,
            Verdict.UNKNOWN,
            "publiée, sans accès IMAP : rien ne peut y être mesuré",
        ),
        (
            WEBMAIL,
            None,
            BETWEEN,
            None,
            Verdict.UNKNOWN,
            "publiée, sans accès IMAP : rien ne peut y être mesuré",
        ),
        (
            WEBMAIL,
            None,
            AGED_LEFT,
            None,
            Verdict.UNKNOWN,
            "publiée, sans accès IMAP : rien ne peut y être mesuré",
        ),
        (
            WEBMAIL,
            None,
            AGED_OPENED,
            None,
            Verdict.UNKNOWN,
            "publiée, sans accès IMAP : rien ne peut y être mesuré",
        ),
        # the messages outrank it, unless it shows something later
        (IMAP, READ, LEFT, None, Verdict.ACTIVE, "consultée : un message reçu le 20 nov. 2026 est lu"),
        (IMAP, DEAD, LEFT, None, Verdict.GHOST, "publiée, et rien de lu depuis 14 mois, 212 non lus"),
        (IMAP, DEAD, OPENED, None, Verdict.WATCH, "dernière connexion le 8 nov. 2026, " + SOURCE),
        (IMAP, QUIET, OPENED, None, Verdict.ACTIVE, "dernière connexion le 8 nov. 2026, " + SOURCE),
        (
            IMAP,
            QUIET,
            figure(399),
            None,
            Verdict.GHOST,
            "publiée, et aucune connexion depuis 12 mois, " + SOURCE,
        ),
        (
            IMAP,
            QUIET,
            LEFT,
            None,
            Verdict.UNKNOWN,
            "publiée, le dernier message lu a été reçu il y a 13 mois",
        ),
        (IMAP, EMPTY, LEFT, None, Verdict.GHOST, "publiée, et aucune connexion depuis 16 mois, " + SOURCE),
        # the holder's fresh answer outranks all; one that has aged does not
        (WEBMAIL, None, LEFT, YES, Verdict.ACTIVE, "consultée, selon vous, le 13 nov. 2026"),
        (WEBMAIL, None, OPENED, NO, Verdict.GHOST, "publiée, et non consultée, selon vous, le 13 nov. 2026"),
        (WEBMAIL, None, OPENED, OLD_NO, Verdict.ACTIVE, "dernière connexion le 8 nov. 2026, " + SOURCE),
    ],
)
def test_who_is_heard_first(
    account: Account | None,
    status: MailboxStatus | None,
    counted: OperatorFigure,
    answer: Answer | None,
    verdict: Verdict,
    first: str,
) -> None:
    answers = () if answer is None else (answer,)
    found = judge(Facts(account, status, PUBLISHED, (), answers, counted), Thresholds(), NOW)
    assert (found.verdict, found.reasons[0]) == (verdict, first)


@pytest.mark.parametrize(
    ("counted", "sentence"),
    [
        (NEVER, "jamais ouverte, " + SOURCE),
        (BETWEEN, "dernière connexion le 18 nov. 2025, " + SOURCE),
        (
            AGED_LEFT,
            "dernière connexion le 14 sept. 2024, d'après l'opérateur, le 25 août 2026"
            " : trop ancien pour conclure",
        ),
    ],
)
def test_what_decides_nothing_is_told_all_the_same(counted: OperatorFigure, sentence: str) -> None:
    found = judge(Facts(WEBMAIL, None, PUBLISHED, (), (), counted), Thresholds(), NOW)
    assert sentence in found.reasons
    assert "à répondre : Consultez-vous régulièrement cette BAL ?" in found.reasons


def test_a_day_less_and_the_statistic_still_counts() -> None:
    for taken, activity in ((89, Activity.READ), (90, Activity.UNCLEAR), (-1, Activity.UNCLEAR)):
        bal = mailbox(WEBMAIL, None, figure(95, taken=taken))
        assert use_of(bal, Thresholds(), NOW) is activity


def test_nobody_is_called_absent_for_the_days_after_the_statistic() -> None:
    """Opened 364 days before the statistic, and 400 before today: the year is not proved."""
    bal = mailbox(WEBMAIL, None, figure(36 + 364, taken=36))
    assert use_of(bal, Thresholds(), NOW) is Activity.UNCLEAR
    assert use_of(replace(bal, operator=figure(36 + 365, taken=36)), Thresholds(), NOW) is Activity.UNREAD


def test_the_doubt_of_the_messages_is_told_beside_the_figure() -> None:
    found = judge(Facts(IMAP, DEAD, PUBLISHED, (), (), OPENED), Thresholds(), NOW)
    assert found.headline == "courrier en attente"
    assert found.reasons[1] == "rien de lu depuis 14 mois, 212 non lus"


def test_a_bal_that_receives_mail_by_its_operator_is_missing_from_the_directory() -> None:
    for counted, verdict in (
        (figure(), Verdict.UNKNOWN),
        (replace(figure(), last_received=TODAY - timedelta(days=20)), Verdict.UNLISTED),
        (replace(figure(taken=120), last_received=TODAY - timedelta(days=130)), Verdict.UNKNOWN),
    ):
        assert judge(Facts(WEBMAIL, None, ABSENT, (), (), counted), Thresholds(), NOW).verdict is verdict


FULL = figure(15, used=int(1.95 * GIB), quota=2 * GIB)


@pytest.mark.parametrize(
    ("status", "answer", "counted", "reason"),
    [
        (None, None, FULL, f"remplie à 97 % ({SOURCE}) ; seuil choisi ici : 95 %"),
        (None, None, figure(15, percent=83), f"remplie à 83 % ({SOURCE}) ; seuil choisi ici : 80 %"),
        (None, said(Question.QUOTA, "40"), FULL, ""),
        (
            None,
            said(Question.QUOTA, "40", 120),
            FULL,
            f"remplie à 97 % ({SOURCE}) ; seuil choisi ici : 95 %",
        ),
        (replace(READ, quota=Quota(GIB, 4 * GIB)), None, FULL, ""),
        (None, None, replace(FULL, taken_on=TODAY - timedelta(days=90)), ""),
        (None, None, figure(15, used=GIB), ""),
    ],
)
def test_how_full_it_is_comes_from_the_operator_where_nothing_better_tells(
    status: MailboxStatus | None, answer: Answer | None, counted: OperatorFigure, reason: str
) -> None:
    account = IMAP if status is not None else WEBMAIL
    answers = () if answer is None else (answer,)
    found = judge(Facts(account, status, PUBLISHED, (), answers, counted), Thresholds(), NOW)
    assert [each for each in found.reasons if "remplie" in each] == ([reason] if reason else [])


def mailbox(account: Account, status: MailboxStatus | None, counted: OperatorFigure | None) -> Mailbox:
    statuses = {} if status is None else {CAMILLE: status}
    told = {} if counted is None else {CAMILLE: counted}
    (found,) = join(settings(account), statuses, view(api(entry())), {}, BookView(), NOW, operator=told)
    return found


def test_what_the_operator_told_is_not_asked_of_the_holder() -> None:
    asked = questions_due(mailbox(WEBMAIL, None, None), Thresholds(), NOW)
    assert {Question.CONSULTED, Question.QUOTA} <= set(asked)
    asked = questions_due(mailbox(WEBMAIL, None, FULL), Thresholds(), NOW)
    assert not {Question.CONSULTED, Question.QUOTA} & set(asked)


def test_the_operator_is_quoted_only_where_it_decides() -> None:
    assert operator_says(mailbox(WEBMAIL, None, LEFT), Thresholds(), NOW).endswith(SOURCE)
    assert operator_says(mailbox(IMAP, READ, LEFT), Thresholds(), NOW) == ""
    assert operator_says(mailbox(WEBMAIL, None, NEVER), Thresholds(), NOW) == ""


def test_a_bal_carries_its_figure() -> None:
    assert mailbox(WEBMAIL, None, FULL).operator == FULL


days = st.none() | st.integers(0, 900).map(lambda ago: TODAY - timedelta(days=ago))
counted_figures = st.builds(
    OperatorFigure,
    st.integers(0, 200).map(lambda ago: TODAY - timedelta(days=ago)),
    days,
    st.booleans(),
    last_received=days,
)


@given(counted_figures, st.sampled_from([YES, NO]), st.sampled_from([None, READ, DEAD, EMPTY, SILENT]))
def test_no_figure_changes_what_the_holder_just_said(
    counted: OperatorFigure, answer: Answer, status: MailboxStatus | None
) -> None:
    bal = replace(mailbox(IMAP, status, counted), answers=(answer,))
    wanted = Activity.READ if answer is YES else Activity.UNREAD
    assert use_of(bal, Thresholds(), NOW) is wanted


@given(counted_figures)
def test_no_figure_calls_a_bal_dead_whose_messages_are_read(counted: OperatorFigure) -> None:
    assert use_of(mailbox(IMAP, READ, counted), Thresholds(), NOW) is Activity.READ


@given(counted_figures)
def test_a_bal_is_called_dead_only_after_the_whole_time_without_a_login(counted: OperatorFigure) -> None:
    if use_of(mailbox(WEBMAIL, None, counted), Thresholds(), NOW) is Activity.UNREAD:
        assert counted.last_login is not None
        assert (counted.taken_on - counted.last_login).days >= Thresholds().inactive_after_days
        assert (TODAY - counted.taken_on).days < 90
