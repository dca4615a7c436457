"""What a column says, and which columns there is room for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from balt.config import Thresholds
from balt.mail.model import Quota
from balt.mailboxes.model import Answer, Finding, Mailbox, Question, Verdict
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.sightings import Sighting, Sightings
from balt.text import cell_width
from balt.tui.paint import width_of
from balt.tui.theme import DARK
from balt.tui.views.annuaire_rows import (
    AnnuaireRows,
    Longest,
    ago,
    columns,
    fill_of,
    head,
    kept,
    longest_of,
    seen_text,
    since_text,
)
from tests.tui.annuaire_host import CAMILLE, GHOST, NOW, UNKNOWN, mailboxes, measured

LIMITS = Thresholds()
LONGEST = Longest(35)


def bal(address: str) -> Mailbox:
    return next(each for each in mailboxes() if each.address == address)


def said(question: Question, value: str, days: int = 1) -> tuple[Answer, ...]:
    return (Answer(question, value, NOW - timedelta(days=days)),)


@pytest.mark.parametrize(
    "width", [60, 79, 95, 99, 113, 114, 127, 128, 137, 139, 149, 150, 175, 176, 199, 300]
)
def test_a_row_and_its_head_fill_the_width_exactly(width: int) -> None:
    rows = AnnuaireRows(mailboxes(), NOW, LIMITS, lambda: DARK, LONGEST)
    assert cell_width(head(width, LONGEST)) == width
    for row in range(len(rows)):
        assert width_of(rows.line(row, width)) == width


@pytest.mark.parametrize("width", [79, 99, 139, 199])
def test_the_address_the_verdict_and_the_reading_are_always_there(width: int) -> None:
    room = columns(width, LONGEST)
    assert room.address >= 24
    assert room.verdict >= 15
    assert room.seen >= 10


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (79, "Adresse Type Publiée Lu Occupé Constat"),
        (99, "Adresse Type Publiée Reçu Lu Occupé Constat"),
        (119, "Adresse Type Publiée Reçu Lu Envoyé Non lus Occupé Constat"),
        (139, "Adresse Type Situation Publiée Reçu Lu Envoyé Non lus Occupé Constat"),
        (199, "Adresse Type Situation Publiée Depuis Reçu Lu Envoyé Non lus Occupé Constat"),
    ],
)
def test_what_decides_least_gives_way_first(width: int, names: str) -> None:
    assert head(width, LONGEST).split() == names.split()


def test_at_140_columns_an_address_what_was_sent_what_is_unread_and_who_publishes_are_whole() -> None:
    rows = AnnuaireRows(mailboxes(), NOW, LIMITS, lambda: DARK, LONGEST)
    shown = ["".join(part for part, _style in rows.line(row, 139)).split("  ") for row in range(2)]
    cells = [part.strip() for part in shown[0] if part.strip()]
    assert cells[0].split()[0] == CAMILLE
    assert "oui, les deux" in " ".join(cells)
    assert "4 jours" in cells
    assert "12" in cells


def finding_shown(verdict: Verdict, width: int, *others: Mailbox) -> str:
    """What the last column says of a BAL without a situation, in a row of so many cells."""
    one = replace(bal(UNKNOWN), situations=(), finding=Finding(verdict, "demande écrite"))
    longest = longest_of((one, *others))
    line = AnnuaireRows((one,), NOW, LIMITS, lambda: DARK, longest).line(0, width)
    return "".join(text for text, _style in line[-2:]).strip()


def test_a_narrow_column_has_the_state_that_matters_in_one_word() -> None:
    assert finding_shown(Verdict.LEAVING, 79) == "■ dépublication"
    assert finding_shown(Verdict.TO_DELETE, 79) == "○ à supprimer"


def test_the_finding_takes_the_room_that_a_column_without_a_value_leaves() -> None:
    assert finding_shown(Verdict.LEAVING, 139) == "■ en cours de dépublication"
    assert finding_shown(Verdict.LEAVING, 139, bal(GHOST)) == "■ dépublication"


@pytest.mark.parametrize("verdict", Verdict)
def test_no_finding_is_cut(verdict: Verdict) -> None:
    for width in (79, 99, 119, 139, 199):
        assert "…" not in finding_shown(verdict, width, *mailboxes())


def test_since_when_a_bal_is_published_is_told_as_far_as_extractions_were_looked_at() -> None:
    found, day = bal(GHOST), NOW - timedelta(days=30)
    seen = Sighting(GHOST, published=True, since=day)
    assert since_text(found, Sightings(NOW, "", (seen,))) == "≤ 23 oct. 2026"
    came = replace(seen, before=day - timedelta(days=1))
    assert since_text(found, Sightings(NOW, "", (came,))) == "23 oct. 2026"
    assert since_text(found, Sightings(NOW, "", (replace(seen, published=False),))) == ""
    assert since_text(found, Sightings()) == ""


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (None, "?"),
        (NOW - timedelta(seconds=20), "< 1 min"),
        (NOW - timedelta(minutes=3), "3 min"),
        (NOW - timedelta(hours=2), "2 h"),
        (NOW - timedelta(hours=20), "hier"),
        (NOW - timedelta(days=12), "12 jours"),
        (NOW - timedelta(days=434), "14 mois"),
        (NOW + timedelta(days=3), "à venir"),
    ],
)
def test_an_age_is_short_enough_for_its_column(moment: datetime | None, expected: str) -> None:
    assert ago(moment, NOW) == expected


def test_the_holders_word_outranks_what_the_messages_suggest() -> None:
    ghost = bal(GHOST)
    assert seen_text(ghost, LIMITS, NOW) == ("14 mois", "alert")
    read = replace(ghost, answers=said(Question.CONSULTED, "yes"))
    assert seen_text(read, LIMITS, NOW)[1] == "entretenir"
    assert seen_text(replace(ghost, answers=said(Question.CONSULTED, "no")), LIMITS, NOW)[0] == "dit non"


def test_an_aged_word_outranks_nothing() -> None:
    ghost = replace(bal(GHOST), answers=said(Question.CONSULTED, "yes", days=200))
    assert seen_text(ghost, LIMITS, NOW) == ("14 mois", "alert")


def test_a_bal_that_nobody_measured_shows_what_was_said_of_it() -> None:
    unknown = replace(bal(UNKNOWN), answers=())
    assert seen_text(unknown, LIMITS, NOW)[0] == "?"
    assert fill_of(unknown, LIMITS, NOW)[1] == "?"
    told = replace(unknown, answers=said(Question.QUOTA, "96"))
    assert fill_of(told, LIMITS, NOW)[1:] == ("≈96 %", "alert")
    aged = replace(unknown, answers=said(Question.QUOTA, "96", days=100))
    assert fill_of(aged, LIMITS, NOW)[2] == "muted"


def test_what_the_operator_counted_lately_stands_where_nobody_else_tells() -> None:
    counted = OperatorFigure((NOW - timedelta(days=20)).date(), percent=96)
    unknown = replace(bal(UNKNOWN), answers=(), operator=counted)
    assert fill_of(unknown, LIMITS, NOW) == (0.96, "≈96 %", "alert")
    told = replace(unknown, answers=said(Question.QUOTA, "40"))
    assert fill_of(told, LIMITS, NOW)[1] == "≈40 %"
    aged = replace(unknown, answers=said(Question.QUOTA, "40", days=100))
    assert fill_of(aged, LIMITS, NOW)[1] == "≈96 %"
    old = replace(unknown, operator=replace(counted, taken_on=(NOW - timedelta(days=90)).date()))
    assert fill_of(old, LIMITS, NOW)[1] == "?"


def test_without_a_limit_the_size_is_shown() -> None:
    ghost = replace(bal(GHOST), status=measured(GHOST, size=5 * 1024**2))
    assert fill_of(ghost, LIMITS, NOW)[:2] == (None, "5 Mo")


def test_a_figure_that_the_server_gives_outranks_an_answer() -> None:
    ghost = replace(
        bal(GHOST), status=measured(GHOST, quota=Quota(20, 100)), answers=said(Question.QUOTA, "90")
    )
    assert fill_of(ghost, LIMITS, NOW)[1] == "20 %"


@pytest.mark.parametrize(
    ("words", "count"), [("", 5), ("PER", 4), ("hors annuaire", 1), ("lilas libéral", 2), ("10999990012", 3)]
)
def test_the_filter_keeps_the_bal_in_which_every_word_stands(words: str, count: int) -> None:
    assert len(kept(mailboxes(), words, NOW)) == count
