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


def kept_of(book: SightingBook, followed: Followed = FOLLOWED) -> dict[str, Sighting]:
    return {each.address: each for each in book.kept(followed).seen}


@pytest.fixture
def book(tmp_path: Path) -> SightingBook:
    return SightingBook(tmp_path)


def test_the_first_look_tells_no_change(book: SightingBook) -> None:
    assert changes(book, FIRST, OWN) == {}
    assert kept_of(book)[TEAM] == Sighting(TEAM, False, FIRST)
    assert kept_of(book)[OWN] == Sighting(OWN, True, FIRST, own=True)


def test_a_followed_bal_that_vanishes_is_told_once_and_kept(book: SightingBook) -> None:
    changes(book, FIRST, OWN, TEAM)
    assert changes(book, SECOND, OWN) == {TEAM: False}
    assert changes(book, SECOND, OWN) == changes(book, THIRD, OWN) == {}
    assert kept_of(book)[TEAM] == Sighting(TEAM, False, SECOND, before=FIRST)


def test_a_followed_bal_that_appears_is_told(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    assert changes(book, SECOND, OWN, TEAM) == {TEAM: True}
    assert kept_of(book)[TEAM] == Sighting(TEAM, True, SECOND, before=FIRST)


def test_a_bal_that_the_holder_did_not_know_of_is_told(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    assert changes(book, SECOND, OWN, OTHER) == {OTHER: True}
    assert changes(book, THIRD, OWN) == {OTHER: False}
    assert not kept_of(book)[OTHER].published


def test_a_bal_that_comes_back_is_told(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    changes(book, SECOND)
    assert changes(book, THIRD, OWN) == {OWN: True}
    assert kept_of(book)[OWN].before == SECOND


def test_an_older_extraction_tells_nothing(book: SightingBook) -> None:
    changes(book, SECOND, OWN)
    assert changes(book, FIRST) == {}
    assert kept_of(book)[OWN].published


def test_another_holder_begins_anew(book: SightingBook) -> None:
    changes(book, FIRST, OWN)
    noa = Followed(frozenset(), "10999991028")
    assert book.learn(look(SECOND, [OTHER]), noa, NOW).changes == ()
    assert OWN not in kept_of(book, noa)


def test_what_vanished_is_still_known_after_another_holder_looked(book: SightingBook) -> None:
    changes(book, FIRST, OWN, OTHER)
    changes(book, SECOND, OWN)
    for noa in (Followed(frozenset(("noa@a.fr",)), "10999991028"), Followed(frozenset(("noa@b.fr",)))):
        book.learn(look(THIRD, []), noa, NOW)
    assert kept_of(book)[OTHER] == Sighting(OTHER, False, SECOND, before=FIRST, own=True)
    assert changes(book, THIRD) == {OWN: False}


def test_a_look_that_follows_nobody_writes_nothing(book: SightingBook, tmp_path: Path) -> None:
    book.learn(look(FIRST, []), Followed(frozenset()), NOW)
    assert not (tmp_path / "sightings.json").exists()


def test_a_corrected_number_loses_nothing_of_the_bal_of_the_configuration(book: SightingBook) -> None:
    changes(book, FIRST, OWN, TEAM)
    corrected = Followed(FOLLOWED.addresses, "10999991028")
    found = book.learn(look(SECOND, []), corrected, NOW)
    assert [(each.address, each.before) for each in found.changes] == [(TEAM, FIRST)]


def test_a_bal_that_a_look_does_not_follow_stays_as_it_was(book: SightingBook) -> None:
    changes(book, FIRST, OWN, TEAM)
    book.learn(look(SECOND, [OWN]), Followed(frozenset(), ALIX), NOW)
    assert set(kept_of(book, Followed(frozenset(), ALIX))) == {OWN}
    assert changes(book, THIRD, OWN) == {TEAM: False}
    assert kept_of(book)[TEAM] == Sighting(TEAM, False, THIRD, before=FIRST)


def test_one_that_nobody_followed_for_a_year_is_forgotten(book: SightingBook) -> None:
    changes(book, FIRST, OWN, TEAM)
    late, alone = FIRST + timedelta(days=400), Followed(frozenset(), ALIX)
    book.learn(look(late, [OWN]), alone, late)
    assert set(kept_of(book)) == {OWN}


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
    assert set(kept_of(book, followed)) == {"a@x.fr", "zoe@a.fr"}
    assert found.left_out == 2
    assert "2 BAL suivies ne sont pas comparées" in left_out_words(found.left_out)
    assert left_out_words(book.learn(look(SECOND, []), FOLLOWED, NOW).left_out) == ""
