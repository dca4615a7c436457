"""What a damaged line or a cut hides is not gone: nothing is told of it until an extraction can tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.directory.unreadable import NOTHING, Unreadable, key_of
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.join import join
from balt.mailboxes.model import Publication, Verdict
from balt.mailboxes.news import news_line, sighted
from balt.mailboxes.publication import listing_of
from balt.mailboxes.sightings import Followed, Hindrance, Learnt, Look, Sighting, SightingBook
from balt.mailboxes.situation_file import BookView
from tests.mailboxes.directory_cases import RPPS, api, entry, extraction, settings
from tests.mailboxes.directory_cases import view as view_of

DAYS = [datetime(2026, 11, day, 3, 10, tzinfo=UTC) for day in range(1, 29)]
NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
OWN, OTHER, TEAM = "c.exemple@a.fr", "c.exemple@b.fr", "equipe@a.fr"
FOLLOWED = Followed(frozenset((TEAM,)), RPPS)
CUT = Unreadable(anything=True)


def damaged(*addresses: str) -> Unreadable:
    return Unreadable(frozenset(map(key_of, addresses)))


def entries(day: int, *addresses: str) -> tuple[DirectoryEntry, ...]:
    return tuple(
        DirectoryEntry(each, BalKind.PER, Origin.EXTRACTION, DAYS[day], rpps="" if each == TEAM else RPPS)
        for each in addresses
    )


@pytest.fixture
def book(tmp_path: Path) -> SightingBook:
    return SightingBook(tmp_path)


def learn(book: SightingBook, day: int, *addresses: str, unreadable: Unreadable = NOTHING) -> Learnt:
    return book.learn(Look(DAYS[day], entries(day, *addresses), unreadable), FOLLOWED, NOW)


def kept_of(book: SightingBook, followed: Followed = FOLLOWED) -> dict[str, Sighting]:
    return {each.address: each for each in book.kept(followed).seen}


def told(found: Learnt) -> dict[str, bool]:
    return {each.address: each.published for each in found.changes}


# Damaged lines, files that were cut


@pytest.mark.parametrize("unreadable", [damaged(OWN, TEAM), CUT], ids=["damaged", "cut"])
def test_what_could_not_be_read_did_not_vanish(book: SightingBook, unreadable: Unreadable) -> None:
    learn(book, 1, OWN, TEAM)
    found = learn(book, 2, unreadable=unreadable)
    assert (told(found), found.untold) == ({}, (OWN, TEAM))
    assert all(each.published for each in kept_of(book).values())
    assert book.kept(FOLLOWED).news == ()


def test_beside_a_damaged_line_what_did_vanish_is_told(book: SightingBook) -> None:
    learn(book, 1, OWN, TEAM)
    found = learn(book, 2, unreadable=damaged(OWN))
    assert (told(found), found.untold) == ({TEAM: False}, (OWN,))


def test_in_a_file_that_was_cut_what_appeared_is_told(book: SightingBook) -> None:
    learn(book, 1, OWN)
    assert told(learn(book, 2, OWN, TEAM, unreadable=CUT)) == {TEAM: True}


def test_what_then_vanished_stood_in_the_last_extraction_that_could_tell(book: SightingBook) -> None:
    learn(book, 1, OWN)
    learn(book, 2, OWN)
    learn(book, 3, unreadable=CUT)
    learn(book, 4, unreadable=damaged(OWN))
    assert told(learn(book, 5)) == {OWN: False}
    assert kept_of(book)[OWN] == Sighting(OWN, False, DAYS[5], before=DAYS[2], own=True)


def test_what_comes_back_to_light_never_left(book: SightingBook) -> None:
    learn(book, 1, OWN)
    learn(book, 2, unreadable=CUT)
    assert told(learn(book, 3, OWN)) == {}
    assert kept_of(book)[OWN] == Sighting(OWN, True, DAYS[1], own=True)


def test_what_a_damaged_line_hid_did_not_appear_after_it(book: SightingBook) -> None:
    learn(book, 1, OWN, unreadable=damaged(OTHER, TEAM))
    assert told(learn(book, 2, OWN, OTHER, TEAM)) == {}


def test_what_appeared_under_a_damage_is_told_with_the_last_extraction_without_it(
    book: SightingBook,
) -> None:
    learn(book, 1, OWN)
    learn(book, 2, OWN, unreadable=CUT)
    assert told(learn(book, 3, OWN, OTHER)) == {OTHER: True}
    assert kept_of(book)[OTHER].before == DAYS[1]


def test_what_is_kept_is_read_back_whole_and_that_of_an_older_balt_too(
    book: SightingBook, tmp_path: Path
) -> None:
    learn(book, 1, OWN)
    learn(book, 2, unreadable=damaged(OWN, TEAM))
    kept = SightingBook(tmp_path).kept(FOLLOWED)
    assert (kept.unreadable, kept.all_read) == (damaged(OWN, TEAM), DAYS[1])
    (tmp_path / "sightings.json").write_text(
        '{"format": "balt sightings", "version": 1, "taken_at": "2026-11-20T03:10:00+00:00", "rpps": "",'
        ' "seen": [{"address": "a@b.fr", "published": true, "since": "2026-11-20T03:10:00+00:00",'
        ' "before": null, "own": false}]}',
        encoding="utf-8",
    )
    assert kept_of(SightingBook(tmp_path), Followed(frozenset(("a@b.fr",))))["a@b.fr"].published


# What is compared with nothing


def test_an_extraction_is_not_compared_with_a_newer_one(book: SightingBook) -> None:
    learn(book, 8, OWN)
    found = learn(book, 6)
    assert (found.hindrance, found.before, found.changes) == (Hindrance.OLDER, DAYS[8], ())


def test_an_extraction_of_a_day_to_come_is_neither_compared_nor_kept(book: SightingBook) -> None:
    learn(book, 8, OWN)
    ahead = NOW + timedelta(days=3)
    assert book.learn(Look(ahead, ()), FOLLOWED, NOW).hindrance is Hindrance.AHEAD
    assert book.kept(FOLLOWED).taken_at == DAYS[8]


def test_a_former_extraction_of_a_day_to_come_is_forgotten(book: SightingBook) -> None:
    later = NOW + timedelta(days=1500)
    book.learn(Look(later, entries(1, OWN)), FOLLOWED, later)
    found = learn(book, 8)
    assert (found.hindrance, found.before, found.changes) == (Hindrance.FORMER_AHEAD, later, ())
    learn(book, 9, OWN)
    assert told(learn(book, 10)) == {OWN: False}


# The screen


def read(day: int, *addresses: str, unreadable: Unreadable = NOTHING, whole: bool = True) -> DirectoryView:
    found = entries(day, *addresses)
    answer = DirectoryAnswer(Origin.EXTRACTION, DAYS[day], found, whole=whole, unreadable=unreadable)
    return DirectoryView(extraction=answer, rpps=RPPS)


def test_the_screen_tells_nobody_gone_and_keeps_the_holders_bal_in_the_list(tmp_path: Path) -> None:
    config = settings()
    sighted(read(1, OWN, OTHER), config, tmp_path, NOW)
    view = sighted(read(2, OWN, unreadable=damaged(OTHER), whole=False), config, tmp_path, NOW)
    assert news_line(view.sightings) == ""
    kept = {each.address: each for each in join(config, {}, view, {}, BookView(), NOW)}
    assert set(kept) == {OWN, OTHER}
    other = kept[OTHER]
    assert (other.publication, other.vanished) == (Publication.UNKNOWN, None)
    assert other.finding.verdict is Verdict.UNKNOWN
    assert (
        "dans l'extraction du 2 nov. 2026 ; celle du 3 nov. 2026 ne permet pas de le dire"
        in other.finding.reasons
    )


def test_the_screen_says_that_an_extraction_of_a_day_to_come_is_not_compared(tmp_path: Path) -> None:
    view = read(8, OWN)
    early = DAYS[1]
    assert "un jour à venir" in sighted(view, settings(), tmp_path, early).problem


def test_an_extraction_of_a_day_to_come_decides_nothing_for_ever() -> None:
    ahead = NOW + timedelta(days=40)
    shown = replace(entry(OWN, Origin.EXTRACTION), seen_on=ahead)
    answer = replace(extraction(shown), taken_at=ahead)
    assert not answer.is_fresh(NOW)
    found = listing_of([shown], view_of(answer), NOW)
    assert found.publication is Publication.UNKNOWN
    assert "un jour à venir" in found.reasons[0]
    assert "un jour à venir" in listing_of([], view_of(answer), NOW).reasons[0]
    assert replace(answer, taken_at=NOW + timedelta(hours=20)).is_fresh(NOW)


def test_what_the_api_shows_is_not_absent_from_a_file_that_could_not_be_read_there() -> None:
    shown = entry(OWN)
    file = extraction(unreadable=damaged(OWN))
    assert listing_of([shown], view_of(api(shown), file), NOW).absent_from == ()
    assert listing_of([shown], view_of(api(shown), extraction()), NOW).absent_from == (Origin.EXTRACTION,)
