"""What appeared and vanished, as a screen tells it: learnt from each whole extraction, in both languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.config import Account, Config, Person
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes import sightings
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.news import change_words, news_line, short_news, sighted
from balt.mailboxes.sightings import Sighting, Sightings

RPPS = "10999990012"
OWN, OTHER, TEAM = "c.exemple@a.fr", "c.exemple@b.fr", "equipe@a.fr"
FIRST = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)
SECOND, NOW = FIRST + timedelta(days=2), FIRST + timedelta(days=6)
CONFIG = Config(accounts=(Account(TEAM, access="none"),), person=Person(rpps=RPPS))


def read(day: datetime, *addresses: str) -> DirectoryView:
    """What the directory says where the extraction of a day holds these BAL."""
    entries = tuple(
        DirectoryEntry(each, BalKind.PER, Origin.EXTRACTION, day, rpps="" if each == TEAM else RPPS)
        for each in addresses
    )
    return DirectoryView(extraction=DirectoryAnswer(Origin.EXTRACTION, day, entries))


def test_the_first_extraction_has_no_news_and_the_second_tells_what_changed(tmp_path: Path) -> None:
    assert sighted(read(FIRST, OWN, TEAM), CONFIG, tmp_path, NOW).sightings.news == ()
    view = sighted(read(SECOND, OWN, OTHER), CONFIG, tmp_path, NOW)
    assert {each.address: each.published for each in view.sightings.news} == {OTHER: True, TEAM: False}
    assert news_line(view.sightings) == (
        "Depuis l'extraction du 20 nov. 2026, apparue : c.exemple@b.fr ; disparue : equipe@a.fr"
    )


def test_of_two_extractions_of_one_day_the_news_do_not_name_that_day_for_both(tmp_path: Path) -> None:
    sighted(read(FIRST, OWN, TEAM), CONFIG, tmp_path, NOW)
    view = sighted(read(FIRST + timedelta(hours=2), OWN), CONFIG, tmp_path, NOW)
    told = "Depuis l'extraction précédente, du même jour, disparue : equipe@a.fr"
    assert news_line(view.sightings) == told
    assert short_news(view, within(len(told))) == told


def test_it_is_told_again_until_another_extraction_comes(tmp_path: Path) -> None:
    sighted(read(FIRST, OWN), CONFIG, tmp_path, NOW)
    for _time in range(2):
        assert news_line(sighted(read(SECOND), CONFIG, tmp_path, NOW).sightings)
    later = sighted(read(SECOND + timedelta(days=1)), CONFIG, tmp_path, NOW).sightings
    assert news_line(later) == ""
    gone = later.of(OWN.upper())
    assert gone is not None
    assert change_words(gone) == ("disparue de l'extraction du 22 nov. 2026 ; celle du 20 nov. 2026 l'avait")


def test_an_extraction_that_was_not_read_whole_proves_no_absence(tmp_path: Path) -> None:
    sighted(read(FIRST, OWN), CONFIG, tmp_path, NOW)
    partial = read(SECOND)
    assert partial.extraction is not None
    partial = replace(partial, extraction=replace(partial.extraction, whole=False))
    assert sighted(partial, CONFIG, tmp_path, NOW).sightings.news == ()


def test_without_an_extraction_nothing_is_written(tmp_path: Path) -> None:
    assert sighted(DirectoryView(), CONFIG, tmp_path, NOW) == DirectoryView()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "sightings.json"
    file.write_bytes(b"{")
    view = sighted(replace(read(FIRST, OWN), problem="D'abord."), CONFIG, tmp_path, NOW)
    assert view.problem.startswith("D'abord. ")
    assert "sightings.json" in view.problem
    assert file.read_bytes() == b"{"


def test_a_bal_that_was_never_seen_otherwise_has_nothing_to_tell() -> None:
    assert change_words(Sighting(OWN, True, FIRST)) == ""
    assert news_line(Sightings(FIRST, RPPS, (Sighting(OWN, True, FIRST),))) == ""


def news(came: int = 0, gone: int = 0, left_out: int = 0) -> DirectoryView:
    """A directory in which so many BAL appeared and vanished."""
    seen = [Sighting(f"camille.exemple@recrue-{n}.mssante.fr", True, SECOND, FIRST) for n in range(came)]
    seen += [Sighting(f"camille.exemple@sortie-{n}.mssante.fr", False, SECOND, FIRST) for n in range(gone)]
    return DirectoryView(sightings=Sightings(SECOND, RPPS, tuple(seen)), left_out=left_out)


def within(cells: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= cells


def test_as_many_are_named_as_fit_and_how_many_more_there_are_is_said() -> None:
    since = "Depuis l'extraction du 20 nov. 2026, "
    assert short_news(news(gone=2), within(138)) == news_line(news(gone=2).sightings)
    assert (
        short_news(news(gone=2), within(90)) == since + "disparues : camille.exemple@sortie-0.mssante.fr +1"
    )
    assert short_news(news(gone=2), within(78)) == since + "disparues : camille.…emple@sortie-0… +1"
    assert short_news(news(came=1, gone=3), within(78)) == since + "apparue : 1 ; disparues : 3"
    assert short_news(news(), within(78)) == ""


def test_how_many_followed_bal_are_not_compared_is_told() -> None:
    assert short_news(news(left_out=12), within(78)) == "12 BAL suivies non comparées"
    told = short_news(news(gone=2, left_out=1), within(80))
    assert told == "Depuis l'extraction du 20 nov. 2026, disparues : 2 · 1 BAL suivie non comparée"


def test_beyond_the_bound_it_is_told_how_many_are_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings, "MOST", 2)
    view = replace(read(FIRST, OWN, TEAM), followed=frozenset({"x@a.fr", "y@a.fr"}))
    assert sighted(view, CONFIG, tmp_path, NOW).left_out == 2
    older = replace(read(FIRST - timedelta(days=1), OWN), followed=view.followed)
    assert sighted(older, CONFIG, tmp_path, NOW).left_out == 2


def test_of_two_extractions_of_one_day_the_day_is_told_once() -> None:
    later = FIRST + timedelta(hours=2)
    assert change_words(Sighting(OWN, False, later, FIRST)) == (
        "disparue de l'extraction du 20 nov. 2026 ; la précédente l'avait"
    )
    assert change_words(Sighting(OWN, True, later, FIRST)) == (
        "apparue dans l'extraction du 20 nov. 2026 ; la précédente ne l'avait pas"
    )


@pytest.mark.usefixtures("in_english")
def test_the_same_in_english() -> None:
    seen = (Sighting(OWN, True, SECOND, FIRST), Sighting(OTHER, True, SECOND, FIRST))
    told = news_line(Sightings(SECOND, RPPS, seen))
    assert told == "Since the extraction of 20 Nov 2026, appeared: c.exemple@a.fr, c.exemple@b.fr"
    assert change_words(seen[0]) == (
        "appeared in the extraction of 22 Nov 2026; that of 20 Nov 2026 did not have it"
    )
