"""The history of the steps: a line a day, and what it tells."""

import stat
from pathlib import Path

import pytest

from balt.errors import StoppedError
from balt.i18n import set_language
from balt.sheets.history import Day, History, dated, noted, progress_words, since_of
from balt.sheets.model import Evidence, StepState
from tests.sheets.cases import ATTENTION, DONE, NOW, TODO, UNKNOWN, days_ago

STEPS = ("identifier.1", "entretenir.1", "entretenir.2")


def day(days: int, *states: StepState) -> Day:
    return Day(days_ago(days).date(), tuple(zip(STEPS, states, strict=False)))


def of(step: str, state: StepState, address: str | None = None) -> Evidence:
    sheet, _dot, number = step.partition(".")
    return Evidence(sheet, int(number), address, state, ("constat",))


def test_a_day_keeps_its_last_reading_unless_that_one_knows_less() -> None:
    morning, evening = day(0, TODO, DONE), day(0, DONE, DONE)
    silent = day(0, UNKNOWN, UNKNOWN)
    days = noted(noted(noted((), morning), evening), silent)
    assert days == (evening,)


def test_days_stand_in_order_even_if_the_clock_went_back() -> None:
    assert [each.day for each in noted((day(0, DONE),), day(9, TODO))] == [
        days_ago(9).date(),
        days_ago(0).date(),
    ]


def test_only_the_practice_is_written_down_and_only_for_its_owner(tmp_path: Path) -> None:
    history = History(tmp_path / "data")
    history.note([of(STEPS[0], DONE), of(STEPS[0], TODO, "a@x.mssante.fr")], NOW)
    assert history.days() == (Day(NOW.date(), ((STEPS[0], DONE),)),)
    file = tmp_path / "data" / "history.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "a@x" not in file.read_text()


def test_nothing_read_leaves_no_line(tmp_path: Path) -> None:
    assert History(tmp_path).note([], NOW) == ()


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"format": "balt history", "version": 1, "days": [{"day": "2026-11-22", "states": []}]}',
        '{"format": "balt history", "version": 1, "days": [{"day": "0001-01-01", "states": {}}]}',
        '{"format": "balt history", "version": 1, "days": [{"day": "2026-11-22", "states": {"a": "x"}}]}',
    ],
)
def test_a_foreign_file_is_refused_and_left(tmp_path: Path, content: str) -> None:
    (tmp_path / "history.json").write_text(content)
    with pytest.raises(StoppedError):
        History(tmp_path).note([of(STEPS[0], DONE)], NOW)
    assert (tmp_path / "history.json").read_text() == content


@pytest.mark.parametrize(
    ("days", "since"),
    [
        ([], None),
        ([day(9, DONE)], None),
        ([day(9, TODO), day(5, DONE), day(2, DONE)], 5),
        ([day(9, DONE), day(5, TODO), day(2, DONE)], 2),
        ([day(9, TODO), day(5, DONE), day(2, TODO)], None),
    ],
)
def test_a_state_is_known_since_the_reading_that_first_saw_it(days: list[Day], since: int | None) -> None:
    found = since_of(days, STEPS[0], DONE)
    assert found == (None if since is None else days_ago(since).date())


def test_the_evidence_of_the_practice_is_dated_by_the_readings() -> None:
    days = [day(9, TODO, DONE), day(5, DONE, TODO)]
    known = Evidence("entretenir", 1, None, TODO, ("constat",), since=days_ago(1))
    found = dated([of(STEPS[0], DONE), known, of(STEPS[0], DONE, "a@x.mssante.fr")], days, NOW)
    assert [each.since and each.since.date() for each in found] == [
        days_ago(5).date(),
        days_ago(1).date(),
        None,
    ]


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        ([], "", ""),
        ([day(0, DONE)], "", ""),
        (
            [day(250, TODO, TODO, TODO), day(90, DONE, TODO, TODO), day(0, DONE, DONE, TODO)],
            "en mars 0/3, aujourd'hui 2/3",
            "in March 0/3, today 2/3",
        ),
        (
            [day(30, TODO, TODO, TODO), day(0, DONE, DONE, ATTENTION)],
            "le 23 oct. 2026 0/3, aujourd'hui 2/3",
            "on 23 Oct 2026 0/3, today 2/3",
        ),
        (
            [day(700, TODO), day(0, DONE)],
            "le 22 déc. 2024 0/1, aujourd'hui 1/1",
            "on 22 Dec 2024 0/1, today 1/1",
        ),
        (
            [day(40, TODO), day(3, DONE)],
            "en octobre 0/1, le 19 nov. 2026 1/1",
            "in October 0/1, on 19 Nov 2026 1/1",
        ),
    ],
)
def test_progress_is_told_beside_a_day_before(days: list[Day], french: str, english: str) -> None:
    assert progress_words(days, NOW) == french
    set_language("en")
    assert progress_words(days, NOW) == english
