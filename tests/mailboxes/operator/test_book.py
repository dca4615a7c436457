"""What is kept of statistics: each BAL's latest figure, and what the columns were said to mean."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.errors import StoppedError
from balt.mailboxes.operator.book import FILE, MOST_FORMS, Form, OperatorBook, outdated, updated
from balt.mailboxes.operator.columns import Column, Part
from balt.mailboxes.operator.figures import OperatorFigure
from tests.mailboxes.directory_cases import CAMILLE, OFFICE

OCTOBER, NOVEMBER = date(2026, 10, 12), date(2026, 11, 12)
LOGIN = OperatorFigure(OCTOBER, last_login=date(2026, 10, 3))
ROOM = OperatorFigure(OCTOBER, used=5, quota=10, percent=50, last_received=date(2026, 10, 1))
COLUMNS = {Part.ADDRESS: Column("A"), Part.USED: Column("B", "mo")}


def test_what_was_learned_is_there_for_the_next_balt(tmp_path: Path) -> None:
    assert OperatorBook(tmp_path).figures() == {}
    told = {CAMILLE: LOGIN, OFFICE: replace(ROOM, never=True)}
    assert OperatorBook(tmp_path).learn(told, Form(frozenset("AB"), COLUMNS)) == 0
    assert OperatorBook(tmp_path).figures() == told
    assert OperatorBook(tmp_path).columns_of(("B", "A")) == COLUMNS
    assert OperatorBook(tmp_path).columns_of(("A", "B", "C")) is None
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_later_statistic_replaces_one_of_before_and_never_the_reverse(tmp_path: Path) -> None:
    book, later = OperatorBook(tmp_path), OperatorFigure(NOVEMBER, never=True)
    book.learn({CAMILLE: LOGIN, OFFICE: LOGIN}, None)
    assert book.learn({CAMILLE: later}, None) == 0
    assert book.learn({CAMILLE: ROOM}, None) == 1
    assert book.figures() == {CAMILLE: later, OFFICE: LOGIN}


def test_two_statistics_of_one_day_complete_each_other_in_either_order() -> None:
    both = replace(ROOM, last_login=LOGIN.last_login)
    assert updated({CAMILLE: LOGIN}, {CAMILLE: ROOM}) == {CAMILLE: both}
    assert updated({CAMILLE: ROOM}, {CAMILLE: LOGIN}) == {CAMILLE: both}


def test_columns_said_anew_replace_what_was_said_and_the_oldest_form_is_forgotten(tmp_path: Path) -> None:
    book = OperatorBook(tmp_path)
    for number in range(MOST_FORMS + 1):
        book.learn({}, Form(frozenset(("A", "B", f"{number}")), COLUMNS))
    other = {Part.ADDRESS: Column("B"), Part.QUOTA: Column("A", "%")}
    book.learn({}, Form(frozenset(("A", "B", "1")), other))
    assert book.columns_of(("A", "B", "0")) is None
    assert book.columns_of(("A", "B", "1")) == other
    assert book.columns_of(("A", "B", "2")) == COLUMNS


def test_all_of_it_can_be_forgotten(tmp_path: Path) -> None:
    book = OperatorBook(tmp_path)
    assert book.forget() == 0
    assert not (tmp_path / FILE).exists()
    book.learn({CAMILLE: LOGIN}, Form(frozenset("AB"), COLUMNS))
    assert book.forget() == 1
    assert (book.figures(), book.columns_of("AB")) == ({}, None)
    assert CAMILLE not in (tmp_path / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"used": 5', '"used": -5'),
        ('"used": 5', '"used": true'),
        ('"used": 5', '"used": 1e400'),
        ('"taken_on": "2026-10-12"', '"taken_on": "hier"'),
        ('"taken_on": "2026-10-12"', '"taken_on": null'),
        ('"part": "used"', '"part": "colour"'),
        ('"part": "address"', '"part": "quota"'),
        ('"unit": "mo"', '"unit": "litre"'),
        ('"header": "B"', '"header": "Z"'),
        ('"forms": [', '"forms": 1, "x": ['),
    ],
)
def test_a_file_of_another_hand_is_refused_and_left_as_it_is(tmp_path: Path, old: str, new: str) -> None:
    OperatorBook(tmp_path).learn({CAMILLE: ROOM}, Form(frozenset("AB"), COLUMNS))
    file = tmp_path / FILE
    text = file.read_text(encoding="utf-8")
    assert old in text
    damaged = text.replace(old, new)
    file.write_text(damaged, encoding="utf-8")
    with pytest.raises(StoppedError):
        OperatorBook(tmp_path).figures()
    with pytest.raises(StoppedError):
        OperatorBook(tmp_path).learn({CAMILLE: LOGIN}, None)
    assert file.read_text(encoding="utf-8") == damaged


days = st.dates(date(2026, 1, 1), date(2026, 1, 6))
figures = st.builds(OperatorFigure, days, st.none() | days, st.just(False), st.none() | st.integers(0, 9))
told = st.dictionaries(st.sampled_from([CAMILLE, OFFICE]), figures)


@given(told, told)
def test_no_statistic_is_lost_to_an_older_one_and_learning_it_again_changes_nothing(
    known: dict[str, OperatorFigure], new: dict[str, OperatorFigure]
) -> None:
    after = updated(known, new)
    for address, figure in after.items():
        days_told = [each[address].taken_on for each in (known, new) if address in each]
        assert figure.taken_on == max(days_told)
    assert updated(after, new) == after
    assert outdated(after, new) == outdated(known, new)
