"""A BAL that was noted as deleted by mistake: both of its cases are taken up again as they were."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import Case, CaseKind, Happened
from balt.cases.outliving import done_deletion, done_deletions
from balt.cases.taking_back import told_in, told_last
from balt.clock import FixedClock
from balt.errors import UsageError

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


def at(folder: Path, number: int) -> CaseBook:
    return CaseBook(folder, FixedClock(START + timedelta(days=number)))


@pytest.fixture
def deleted(tmp_path: Path) -> tuple[Case, ...]:
    """Both cases of a BAL that is noted as deleted on the fifth day."""
    at(tmp_path, 0).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    case = at(tmp_path, 2).open(CaseKind.DELETION, BAL, replacement=OTHER)
    at(tmp_path, 3).tell(case, Happened.REQUESTED, "text")
    at(tmp_path, 5).tell(case, Happened.DELETED)
    return at(tmp_path, 6).cases()


def test_taking_it_back_opens_both_cases_again(tmp_path: Path, deleted: tuple[Case, ...]) -> None:
    assert [each.is_open for each in deleted] == [False, False]
    assert told_last(deleted) == (deleted[1], deleted[1].end)
    back = at(tmp_path, 7).tell(deleted[1], Happened.TAKEN_BACK, told_in(deleted[1], Happened.DELETED).mark)
    assert back.is_open
    assert [each.is_open for each in at(tmp_path, 8).cases()] == [True, True]
    assert done_deletions(at(tmp_path, 8).cases()) == ()
    again = at(tmp_path, 9).tell(back, Happened.DELETED)
    assert done_deletion(at(tmp_path, 9).cases()) == again


def test_a_depublication_that_was_closed_before_stays_closed(tmp_path: Path) -> None:
    leaving = at(tmp_path, 0).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    at(tmp_path, 1).tell(leaving, Happened.CLOSED)
    case = at(tmp_path, 2).open(CaseKind.DELETION, BAL, replacement=OTHER)
    case = at(tmp_path, 5).tell(case, Happened.DELETED)
    at(tmp_path, 6).tell(case, Happened.TAKEN_BACK, told_in(case, Happened.DELETED).mark)
    assert [each.is_open for each in at(tmp_path, 8).cases()] == [False, True]


def test_what_was_begun_since_is_not_mixed_with_it(tmp_path: Path, deleted: tuple[Case, ...]) -> None:
    at(tmp_path, 7).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    assert done_deletions(at(tmp_path, 7).cases()) == ()
    with pytest.raises(UsageError):
        at(tmp_path, 8).tell(deleted[1], Happened.TAKEN_BACK, told_in(deleted[1], Happened.DELETED).mark)
    assert [each.is_open for each in at(tmp_path, 8).cases()] == [False, False, True]
