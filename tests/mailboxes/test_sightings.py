"""What appeared and what vanished from one extraction to the next, for the BAL that are followed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.config import Account, Config, Person
from balt.directory.index_ensured import ensure_index
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.errors import StoppedError
from balt.mailboxes import sightings
from balt.mailboxes.news import left_out_words
from balt.mailboxes.sightings import Followed, Look, Sighting, SightingBook, followed_of, look_at
from tests.directory.extraction_data import ALIX, CLOCK, extraction

FIRST = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)
SECOND, THIRD, NOW = (FIRST + timedelta(days=each) for each in (2, 4, 6))
OWN, OTHER, TEAM = "alix.essai@a.fr", "alix.essai@b.fr", "equipe@a.fr"
FOLLOWED = Followed(frozenset((TEAM,)), ALIX)


def look(day: datetime, addresses: Iterable[str]) -> Look:
    entries = [
        DirectoryEntry(each, BalKind.PER, Origin.EXTRACTION, day, rpps="" if each == TEAM else ALIX)
        for each in addresses
    ]
    return Look(day, tuple(entries))


def changes(book: SightingBook, day: datetime, *addresses: str) -> dict[str, bool]:
    return {each.address: each.published for each in book.learn(look(day, addresses), FOLLOWED, NOW).changes}


@pytest.fixture
def book(tmp_path: Path) -> SightingBook:
    return SightingBook(tmp_path)


def test_the_first_look_tells_no_change(book: SightingBook) -> None:
    assert changes(book, FIRST, OWN) == {}
    assert book.sightings()[TEAM] == Sighting(TEAM, False, FIRST)
    assert book.sightings()[OWN] == Sighting(OWN, True, FIRST, own=True)


def test_a_followed_bal_that_vanishes_is_told_once_and_kept(book: SightingBook) -> None:
    changes(book, FIRST, OWN, TEAM)
    assert changes(book, SECOND, OWN) == {TEAM: False}
    assert changes(book, SECOND, OWN) == changes(book, THIRD, OWN) == {}
    assert book.sightings()[TEAM] == Sighting(TEAM, False, SECOND, before=FIRST)


def test_a_followed_bal_that_appears_is_told(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    assert changes(book, SECOND, OWN, TEAM) == {TEAM: True}
    assert book.sightings()[TEAM] == Sighting(TEAM, True, SECOND, before=FIRST)


def test_a_bal_that_the_holder_did_not_know_of_is_told(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    assert changes(book, SECOND, OWN, OTHER) == {OTHER: True}
    assert changes(book, THIRD, OWN) == {OTHER: False}
    assert not book.sightings()[OTHER].published


def test_a_bal_that_comes_back_is_told(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    changes(book, SECOND)
    assert changes(book, THIRD, OWN) == {OWN: True}
    assert book.sightings()[OWN].before == SECOND


def test_an_older_extraction_tells_nothing(book: SightingBook) -> None:
    changes(book, SECOND, OWN)
    assert changes(book, FIRST) == {}
    assert book.sightings()[OWN].published


def test_another_holder_begins_anew(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    found = book.learn(look(SECOND, [OTHER]), Followed(frozenset(), "10999991028"), NOW)
    assert found.changes == ()
    assert OWN not in book.sightings()


def test_a_bal_that_is_followed_no_longer_is_forgotten(book: SightingBook) -> None:
    changes(book, FIRST, OWN, TEAM)
    assert book.learn(look(SECOND, [OWN]), Followed(frozenset(), ALIX), NOW).changes == ()
    assert set(book.sightings()) == {OWN}


def test_case_does_not_make_another_bal(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    assert changes(book, SECOND, OWN.upper()) == {}


def test_it_is_kept_for_its_owner_alone_and_holds_no_name(book: SightingBook, tmp_path: Path) -> None:
    changes(book, FIRST, OWN)
    file = tmp_path / "sightings.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "ESSAI" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        '{"format": "balt sightings", "version": 1, "taken_at": 3, "rpps": "", "seen": []}',
        '{"format": "balt sightings", "version": 1, "taken_at": null, "rpps": "", "seen": [{"own": 1}]}',
        '{"format": "balt sightings", "version": 9}',
    ],
)
def test_a_spoilt_file_is_told_and_left(book: SightingBook, tmp_path: Path, content: str) -> None:
    (tmp_path / "sightings.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoppedError):
        changes(book, FIRST, OWN)
    assert (tmp_path / "sightings.json").read_text(encoding="utf-8") == content


def test_the_bal_of_the_configuration_and_those_of_the_holder_are_looked_at(tmp_path: Path) -> None:
    config = Config(
        person=Person(rpps=ALIX),
        accounts=(Account("Urgences@ch-essai.mssante.fr", host="imap.example"),),
    )
    index = ensure_index(tmp_path / "directory" / "x.sqlite", extraction(tmp_path), CLOCK)
    seen = look_at(index, followed_of(config))
    index.close()
    assert {entry.key for entry in seen.entries} == {
        "alix.essai@medecin.fictif.mssante.fr",
        "alix.essai@interop-mssante.apicrypt.org",
        "alix.essai@ch-essai.mssante.fr",
        "urgences@ch-essai.mssante.fr",
    }


def test_of_too_many_followed_bal_the_holders_own_come_first_and_the_rest_is_told(
    book: SightingBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings, "MOST", 2)
    followed = Followed(frozenset(("a@x.fr", "b@x.fr", "c@x.fr")), ALIX)
    found = book.learn(look(FIRST, ["zoe@a.fr"]), followed, NOW)
    assert set(book.sightings()) == {"a@x.fr", "zoe@a.fr"}
    assert found.left_out == 2
    assert "2 BAL suivies ne sont pas comparées" in left_out_words(found.left_out)
    assert left_out_words(book.learn(look(SECOND, []), FOLLOWED, NOW).left_out) == ""
