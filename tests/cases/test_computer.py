"""Cases go from computer to computer, archives do not: each is looked for where it was made."""

from pathlib import Path

import pytest

from balt.cases.at_rest import cases_noted, noted_deleted
from balt.cases.computer import computer_of, is_here, named_computer, need_here
from balt.cases.model import Event, Happened
from balt.clock import FixedClock
from balt.errors import StoppedError
from tests.cases.made import START, case, deletion

CLOCK = FixedClock(START)


def kept(ref: str) -> Event:
    return Event(Happened.KEPT, START, "/archive", ref=ref)


def test_a_computer_is_named_once(tmp_path: Path) -> None:
    assert computer_of(tmp_path) == ""
    name = named_computer(tmp_path)
    assert (bool(name), named_computer(tmp_path), computer_of(tmp_path)) == (True, name, name)
    assert is_here(kept(name), tmp_path)
    assert not is_here(kept("another"), tmp_path)
    assert is_here(kept(""), tmp_path), "what was noted before computers had names is looked for here"


def test_where_its_name_cannot_be_kept_it_has_none(tmp_path: Path) -> None:
    (tmp_path / "computer").mkdir()
    assert named_computer(tmp_path) == ""


def test_a_deletion_is_asked_for_where_its_archive_is(tmp_path: Path) -> None:
    need_here(case(), tmp_path)
    need_here(deletion(), tmp_path)
    told = deletion()
    elsewhere = type(told)(told.kind, told.address, (*told.events, kept("another")))
    with pytest.raises(StoppedError, match="autre poste"):
        need_here(elsewhere, tmp_path)


def test_cases_that_cannot_be_read_say_of_no_bal_that_it_was_deleted(tmp_path: Path) -> None:
    assert cases_noted(tmp_path, CLOCK, 0) == ()
    (tmp_path / "cases.json").write_text("{", encoding="utf-8")
    assert cases_noted(tmp_path, CLOCK, 0) == ()
    assert noted_deleted(tmp_path, CLOCK, 0) == frozenset()
