"""Which support bears which BAL: noted by hand, kept, aged, and made wrong by another preference."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from balt.directory.model import PracticeSituation
from balt.errors import StoppedError, UsageError
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.practice import Practice, practice_of
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.supports import Carried
from balt.publish import standings as standings_module
from balt.publish.standings import Standing, Standings, stray
from balt.publish.tracker import Tracker
from tests.mailboxes.directory_cases import CAMILLE, CH, HOSPITAL, LILAS, NOW, settings

OLD = "dr.exemple@ancien-reseau.mssante.fr"
TODAY = NOW.astimezone().date()


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def tracker(tmp_path: Path, clock: SetClock) -> Tracker:
    return Tracker(tmp_path, clock, "Dr Camille EXEMPLE")


def practice(
    tracker: Tracker, clock: SetClock, preferred: dict[str, str], *situations: PracticeSituation
) -> Practice:
    book = BookView(situations or (LILAS,), preferred=preferred)
    known = tracker.view()
    return practice_of(settings(), {}, DirectoryView(), {}, book, clock.now(), supports=known)


def standings(known: Practice, support: str = "letters") -> list[Standing]:
    return [each.standing for each in Standings(known).everywhere() if each.support.id == support]


def test_a_note_tells_who_when_and_since_when(tracker: Tracker) -> None:
    tracker.carry("letters", CAMILLE.upper(), date(2026, 10, 3), "papier à en-tête")
    (note,) = tracker.view().carried
    assert (note.support, note.address, note.since) == ("letters", CAMILLE, date(2026, 10, 3))
    assert (note.noted, note.author, note.note) == (NOW, "Dr Camille EXEMPLE", "papier à en-tête")


def test_noting_it_again_keeps_its_first_day_and_makes_it_fresh(tracker: Tracker, clock: SetClock) -> None:
    tracker.carry("letters", CAMILLE)
    clock.moment += timedelta(days=400)
    assert standings(practice(tracker, clock, {LILAS.id: CAMILLE})) == [Standing.AGED]
    tracker.carry("letters", CAMILLE)
    (note,) = tracker.view().carried
    assert note.since == TODAY
    assert standings(practice(tracker, clock, {LILAS.id: CAMILLE})) == [Standing.CARRIED]
    assert len(tracker.history()) == 2


def test_what_is_dropped_is_no_longer_borne_and_stays_in_the_file(tracker: Tracker) -> None:
    tracker.carry("letters", CAMILLE)
    tracker.drop("letters", CAMILLE, "stock épuisé")
    assert tracker.view().carried == ()
    assert [each.bears for each in tracker.history()] == [True, False]
    before = tracker.path.read_bytes()
    tracker.drop("letters", CAMILLE)
    assert tracker.path.read_bytes() == before


@pytest.mark.parametrize(
    ("carried", "preferred", "expected"),
    [
        ([], {LILAS.id: CAMILLE}, [Standing.MISSING]),
        ([CAMILLE], {LILAS.id: CAMILLE}, [Standing.CARRIED]),
        ([OLD], {LILAS.id: CAMILLE}, [Standing.OLD]),
        ([CAMILLE, OLD], {LILAS.id: CAMILLE}, [Standing.OLD]),
        ([CAMILLE], {LILAS.id: CAMILLE, CH.id: HOSPITAL}, [Standing.CARRIED, Standing.MISSING]),
        ([CAMILLE, HOSPITAL], {LILAS.id: CAMILLE, CH.id: HOSPITAL}, [Standing.CARRIED] * 2),
        ([OLD], {}, []),
    ],
)
def test_how_a_support_stands_to_the_preferred_bal(
    tracker: Tracker,
    clock: SetClock,
    carried: list[str],
    preferred: dict[str, str],
    expected: list[Standing],
) -> None:
    for address in carried:
        tracker.carry("letters", address)
    assert standings(practice(tracker, clock, preferred, LILAS, CH)) == expected


def test_while_nothing_is_preferred_nothing_is_wrong(tracker: Tracker, clock: SetClock) -> None:
    tracker.carry("letters", OLD)
    assert stray(practice(tracker, clock, {})) == ()
    (wrong,) = stray(practice(tracker, clock, {LILAS.id: CAMILLE}))
    assert wrong.address == OLD


def test_what_is_stray_in_a_large_practice_is_looked_for_once(
    tracker: Tracker, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.carry("letters", OLD)
    many = [replace(LILAS, id=f"S{number}") for number in range(50)]
    known = practice(tracker, clock, {each.id: CAMILLE for each in many}, *many)
    asked = []

    def counting(found: Practice) -> tuple[Carried, ...]:
        asked.append(found)
        return stray(found)

    monkeypatch.setattr(standings_module, "stray", counting)
    assert standings(known) == [Standing.OLD] * 50
    assert len(asked) == 1


def test_a_support_of_ones_own_is_followed_until_it_is_not(tracker: Tracker) -> None:
    plate = tracker.add("  Plaque   du cabinet ")
    tracker.carry(plate.id, CAMILLE)
    assert tracker.view().supports[-1].label == "Plaque du cabinet"
    tracker.remove(plate.id)
    assert len(tracker.view().supports) == 4
    assert tracker.view().carried == ()


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda it: it.carry("none", CAMILLE), "n'est pas suivi"),
        (lambda it: it.carry("letters", " "), "adresse"),
        (lambda it: it.carry("letters", CAMILLE, TODAY + timedelta(days=1)), "pas encore venu"),
        (lambda it: it.add(" "), "Il manque le nom"),
        (lambda it: it.add("ordonnances"), "existe déjà"),
        (lambda it: it.remove("letters"), "il reste"),
        (lambda it: it.remove("own:none"), "n'est pas suivi"),
    ],
)
def test_what_cannot_be_noted_is_refused(
    tracker: Tracker, act: Callable[[Tracker], object], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        act(tracker)
    assert not tracker.path.exists()


@pytest.mark.parametrize(
    "changed", [{"bears": 1}, {"since": "hier"}, {"address": None}, {"noted": "2026-10-03"}, {"author": 3}]
)
def test_a_line_that_makes_no_sense_makes_the_file_a_damaged_one(
    tracker: Tracker, changed: dict[str, object]
) -> None:
    tracker.carry("letters", CAMILLE)
    document = json.loads(tracker.path.read_text(encoding="utf-8"))
    document["carried"][0].update(changed)
    tracker.path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(StoppedError, match="abîmé"):
        tracker.view()
