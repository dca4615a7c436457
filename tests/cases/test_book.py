"""Cases on disk: events are only added, and what cannot be understood is left as it is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import filelock
import pytest

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened, Look
from balt.clock import FixedClock
from balt.errors import StoppedError, UsageError
from balt.mailboxes.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


def book_in(folder: Path) -> CaseBook:
    return CaseBook(folder, FixedClock(NOW), "Dr Camille EXEMPLE")


def test_what_was_told_is_read_again(tmp_path: Path) -> None:
    case = book_in(tmp_path).open(CaseKind.DEPUBLICATION, BAL.upper(), replacement=OTHER)
    told = book_in(tmp_path).tell(case, Happened.ANSWERED, note="fait demain")
    assert book_in(tmp_path).cases() == (told,)
    last = told.events[-1]
    assert (told.address, told.replacement) == (BAL, OTHER)
    assert (last.note, last.author) == ("fait demain", "Dr Camille EXEMPLE")
    assert last.at - NOW == timedelta(microseconds=1), "later than what was told at the same moment"
    assert (tmp_path / "cases.json").stat().st_mode & 0o077 == 0


def test_a_second_case_of_the_same_kind_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    case = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    with pytest.raises(UsageError):
        book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    book.open(CaseKind.DELETION, BAL, replacement="")
    book.tell(case, Happened.ABANDONED)
    book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    assert len(book.cases()) == 3


def test_what_is_no_news_is_not_noted(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    case = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    for value in ("published", "published", "absent", "absent", "published"):
        case = book.notice(case, Look(Happened.API, value))
    assert [each.value for each in case.events[1:]] == ["published", "absent", "published"]


def test_what_was_seen_of_several_cases_is_one_change_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_in(tmp_path)
    cases = [book.open(CaseKind.DEPUBLICATION, each, replacement=OTHER) for each in (BAL, f"x{BAL}")]
    changes: list[object] = []
    change = Store.change

    def count(store: Store[Any], alter: Callable[[Any], Any]) -> object:
        changes.append(alter)
        return change(store, alter)

    monkeypatch.setattr(Store, "change", count)
    looks = [Look(Happened.API, "absent"), Look(Happened.EXTRACTION, "absent")]
    noted = book.notice_all([(case, looks) for case in cases])
    assert [[each.what for each in case.events[1:]] for case in noted] == [
        [Happened.API, Happened.EXTRACTION]
    ] * 2
    assert len(changes) == 1


def test_a_case_that_was_closed_meanwhile_takes_no_look(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    case = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    book.tell(case, Happened.ABANDONED)
    assert book.notice(case, Look(Happened.API, "absent")) == case
    assert book.cases()[0].last(Happened.API) is None


def test_cases_are_read_while_another_balt_writes(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    case = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    book.notice(case, Look(Happened.API, "published"))
    later = CaseBook(tmp_path, FixedClock(NOW + timedelta(days=40)), wait=0)
    with filelock.FileLock(tmp_path / "cases.json.lock"):
        assert later.cases()[0].last(Happened.API) is None
    assert "published" in (tmp_path / "cases.json").read_text(encoding="utf-8")
    later.cases()
    assert "published" not in (tmp_path / "cases.json").read_text(encoding="utf-8")


def test_a_closed_case_takes_no_event(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    case = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    book.tell(case, Happened.CLOSED)
    with pytest.raises(UsageError):
        book.tell(case, Happened.ANSWERED)


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"what": "answered", "at": "2026-03-02T09:00:00+00:00", "value": "", "author": "", "note": ""}],
        [{"what": "opened", "at": "2026-03-02T09:00:00", "value": "", "author": "", "note": ""}],
        [{"what": "opened", "at": "2026-03-02T09:00:00+00:00", "value": 7, "author": "", "note": ""}],
    ],
)
def test_a_file_that_balt_did_not_write_is_left_as_it_is(tmp_path: Path, events: object) -> None:
    cases = [{"kind": "depublication", "address": BAL, "events": events}]
    content = json.dumps({"format": "balt cases", "version": 1, "cases": cases})
    (tmp_path / "cases.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoppedError):
        book_in(tmp_path).open(CaseKind.DELETION, BAL, replacement="")
    assert (tmp_path / "cases.json").read_text(encoding="utf-8") == content
