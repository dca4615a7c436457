"""A BAL that the directory shows again: its depublication is to be asked for again, until it was."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import Case, CaseKind, Event, Happened, Look
from balt.cases.presence import gone_since, is_gone
from balt.cases.steps import Known, StepName, StepState
from balt.cases.verdicts import departures
from balt.clock import FixedClock
from balt.mailboxes.model import Verdict
from tests.cases.made import ABSENT, BAL, OTHER, PUBLISHED, START, Told, case, day, deletion, step

API, FILE = Happened.API, Happened.EXTRACTION
ASKED, SENT, CLOSED = (Happened.REQUESTED, 1, "text"), (Happened.SENT, 1, ""), (Happened.CLOSED, 6, "")
OUT, BACK = (API, 5, ABSENT), (API, 9, PUBLISHED)
AGAIN, AGAIN_SENT = (Happened.REQUESTED, 10, "text"), (Happened.SENT, 11, "")
TO_ASK_AGAIN = "de nouveau publiée, à dépublier"


@pytest.mark.parametrize("end", [(), (CLOSED,)])
def test_one_that_came_back_is_to_be_depublished_again(end: tuple[Told, ...]) -> None:
    back = case(ASKED, SENT, OUT, *end, BACK)
    found = step(StepName.GONE, back, 9)
    said = "de nouveau publiée : API du 11 mars 2026 ; sa dépublication est à redemander"
    assert (found.state, found.said) == (StepState.ATTENTION, said)
    request = step(StepName.REQUEST, back, 9)
    told = "à écrire, dans un nouveau dossier" if end else "à écrire de nouveau"
    assert (request.state, request.said) == (StepState.TODO, told)
    departure = departures([back], day(9))[BAL]
    assert (departure.finding.verdict, departure.finding.headline) == (Verdict.LEAVING, TO_ASK_AGAIN)
    way = departure.way_out
    assert way is not None
    assert (way.back, way.gone, way.depublication.on) == (True, None, None)


def test_a_source_that_never_said_that_it_had_left_does_not_bring_it_back() -> None:
    still = case(ASKED, SENT, (API, 5, ABSENT), (FILE, 5, PUBLISHED), (FILE, 6, PUBLISHED))
    found = step(StepName.GONE, still, 9)
    said = "encore dans : extraction vue le 8 mars 2026 ; absente : API du 7 mars 2026"
    assert (found.state, found.said) == (StepState.TODO, said)
    first = case((API, 5, PUBLISHED), (FILE, 6, ABSENT), (API, 7, PUBLISHED))
    assert "encore" in step(StepName.GONE, first, 9).said


def test_only_the_source_that_shows_it_again_is_named_as_such() -> None:
    back = case(ASKED, (FILE, 2, PUBLISHED), OUT, BACK)
    said = "de nouveau publiée : API du 11 mars 2026 ; sa dépublication est à redemander"
    assert step(StepName.GONE, back, 9).said == said


def test_once_it_was_asked_for_again_that_is_waited_for() -> None:
    written = case(ASKED, SENT, OUT, BACK, AGAIN)
    found = step(StepName.GONE, written, 11)
    said = "de nouveau publiée : API du 11 mars 2026 ; nouvelle demande écrite le 12 mars 2026"
    assert (found.state, found.said) == (StepState.BLOCKED, said)
    assert departures([written], day(11))[BAL].finding.headline == "demande écrite le 12 mars 2026, à envoyer"
    sent = case(ASKED, SENT, OUT, BACK, AGAIN, AGAIN_SENT)
    found = step(StepName.GONE, sent, 12)
    assert found.state is StepState.TODO
    assert found.said.endswith("nouvelle demande envoyée le 13 mars 2026, selon le titulaire")
    departure = departures([sent], day(12))[BAL]
    assert departure.finding.headline.startswith("demande envoyée le 13 mars 2026")
    assert departure.way_out is not None
    assert not departure.way_out.back


def test_one_that_is_gone_again_is_gone() -> None:
    again = case(ASKED, OUT, BACK, AGAIN, (API, 20, ABSENT))
    found = step(StepName.GONE, again, 21)
    assert (found.state, found.since) == (StepState.DONE, day(20))


def test_the_deletion_of_one_that_came_back_waits_for_the_depublication_that_was_asked_again() -> None:
    leaving, back = case(ASKED, SENT, OUT, BACK), deletion((API, 6, ABSENT), BACK, opened=6)
    found = step(StepName.GONE, back, 9, Known(cases=(leaving,)))
    assert (found.state, "est à redemander" in found.said) == (StepState.ATTENTION, True)
    finding = departures([leaving, back], day(9))[BAL].finding
    assert (finding.verdict, finding.headline) == (Verdict.LEAVING, TO_ASK_AGAIN)
    asked = case(ASKED, SENT, OUT, BACK, AGAIN, AGAIN_SENT)
    found = step(StepName.GONE, back, 12, Known(cases=(asked,)))
    assert (found.state, "nouvelle demande envoyée" in found.said) == (StepState.TODO, True)
    finding = departures([asked, back], day(12))[BAL].finding
    assert (finding.verdict, "demande envoyée" in finding.headline) == (Verdict.LEAVING, True)
    assert step(StepName.REQUEST, back, 12, Known(cases=(asked,))).state is StepState.BLOCKED


def test_a_request_that_is_older_than_the_deletion_does_not_count_as_asked_again() -> None:
    leaving, back = case(ASKED, SENT, OUT, CLOSED), deletion(BACK, opened=7)
    found = step(StepName.GONE, back, 9, Known(cases=(leaving,)))
    assert found.state is StepState.ATTENTION


def test_what_was_asked_of_the_provider_for_a_deletion_is_not_forgotten_when_it_comes_back() -> None:
    back = deletion((Happened.REQUESTED, 2, "text"), (API, 3, ABSENT), BACK)
    way = departures([back], day(9))[BAL].way_out
    assert way is not None
    assert way.deletion is not None
    assert way.deletion.on == day(2)


@pytest.mark.parametrize(("seen", "said"), [(41, "de nouveau publiée"), (9, "n'en dit rien")])
def test_that_it_had_left_is_known_as_long_as_it_is_that_the_api_shows_it(
    tmp_path: Path, seen: int, said: str
) -> None:
    def at(number: int) -> CaseBook:
        return CaseBook(tmp_path, FixedClock(START + timedelta(days=number)))

    leaving = at(0).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    for number, value in ((1, PUBLISHED), (5, ABSENT), (9, PUBLISHED), (seen, PUBLISHED)):
        leaving = at(number).notice(leaving, Look(API, value))
    (later,) = at(45).cases()
    assert said in step(StepName.GONE, later, 45).said


# Sources of different days, and the holder's word


def of_file(value: str, made: int, *, seen: int) -> Event:
    """An extraction of one day, looked at on another."""
    return Event(FILE, day(seen), value, of=day(made))


def with_looks(*looks: Event) -> Case:
    return replace(case(), events=(*case().events, *looks))


def test_an_extraction_tells_its_own_day() -> None:
    found = step(StepName.GONE, with_looks(of_file(ABSENT, 3, seen=9)), 9)
    assert (found.state, found.said) == (StepState.DONE, "absente : extraction du 5 mars 2026")


def test_of_two_extractions_the_later_one_decides_whenever_they_were_looked_at() -> None:
    older_last = with_looks(of_file(PUBLISHED, 8, seen=8), of_file(ABSENT, 1, seen=9))
    assert not is_gone(older_last)
    assert "publiée : extraction du 10 mars 2026" in step(StepName.GONE, older_last, 9).said


@pytest.mark.parametrize(("made", "gone"), [(0, True), (1, False)])
def test_an_extraction_a_month_older_than_the_api_keeps_no_case_open(made: int, gone: bool) -> None:
    looks = with_looks(of_file(PUBLISHED, made, seen=30), Event(API, day(30), ABSENT))
    found = step(StepName.GONE, looks, 30)
    assert is_gone(looks) is gone
    assert (found.state is StepState.DONE) is gone
    assert ("trop ancienne" in found.said) is gone


def test_a_file_older_than_the_absence_shows_nothing_again() -> None:
    older, later = of_file(PUBLISHED, 3, seen=9), of_file(PUBLISHED, 9, seen=9)
    gone = deletion((API, 5, ABSENT))
    found = step(StepName.GONE, replace(gone, events=(*gone.events, older)), 9)
    assert found.said == "encore dans : extraction du 5 mars 2026 ; absente : API du 7 mars 2026"
    found = step(StepName.GONE, replace(gone, events=(*gone.events, later)), 9)
    assert found.said.startswith("de nouveau publiée : extraction du 11 mars 2026")


def test_while_no_source_tells_the_holders_word_does() -> None:
    def saw(value: str) -> Case:
        return with_looks(Event(Happened.LISTED, day(9), value, of=day(8)))

    found = step(StepName.GONE, saw(ABSENT), 9)
    assert (found.state, found.said) == (StepState.DONE, "absente, selon vous, le 10 mars 2026")
    assert is_gone(saw(ABSENT))
    assert found.since == gone_since(saw(ABSENT)) == day(8)
    assert not is_gone(saw(PUBLISHED))
    assert step(StepName.GONE, saw(PUBLISHED), 9).said == "encore publiée, selon vous, le 10 mars 2026"


def test_the_holders_word_ages_and_a_source_outweighs_it() -> None:
    word = Event(Happened.LISTED, day(9), ABSENT, of=day(8))
    aged = step(StepName.GONE, with_looks(word), 98)
    assert (aged.state, aged.said) == (StepState.TODO, "absente, selon vous, le 10 mars 2026 : à redire")
    assert not is_gone(with_looks(word, Event(API, day(10), PUBLISHED)))
