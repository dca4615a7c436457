"""What was told by mistake is taken back; what a provider answered stays in sight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import Case, CaseKind, Event, Happened, Reply
from balt.cases.steps import Known, StepName, StepState, steps_of
from balt.cases.taking_back import told_in, told_last
from balt.cases.words import event_line
from balt.clock import FixedClock
from balt.errors import UsageError

NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


def case(*events: Event) -> Case:
    opened = Event(Happened.OPENED, NOW - timedelta(days=40), OTHER)
    return Case(CaseKind.DEPUBLICATION, BAL, (opened, *events))


def told(what: Happened, days: int, value: str = "", note: str = "") -> Event:
    return Event(what, NOW - timedelta(days=days), value, note=note)


ASKED, SENT = told(Happened.REQUESTED, 30, "text"), told(Happened.SENT, 29)
BY_HAND = told(Happened.AUTO_REPLY, 28, Reply.BY_HAND.value)


def back(event: Event, days: int = 0) -> Event:
    return told(Happened.TAKEN_BACK, days, event.mark)


def state(found: Case, name: StepName) -> tuple[StepState, str]:
    return next((each.state, each.said) for each in steps_of(found, Known(), NOW) if each.name is name)


def test_what_is_taken_back_counts_no_more_and_stays_in_the_story() -> None:
    found = case(ASKED, SENT, back(SENT))
    assert found.last(Happened.SENT) is None
    assert SENT in found.events
    assert event_line(found.events[-1]) == "noté par erreur, repris : demande envoyée, selon le titulaire"
    assert state(case(ASKED, back(ASKED)), StepName.REQUEST) == (StepState.TODO, "à écrire")
    assert case(ASKED, back(ASKED)).remind_on() is None
    assert state(case(BY_HAND, back(BY_HAND)), StepName.AUTO_REPLY)[0] is StepState.TODO


def test_one_that_was_told_before_counts_again() -> None:
    again = told(Happened.SENT, 3)
    found = case(ASKED, SENT, again, back(again))
    assert found.last(Happened.SENT) == SENT


def test_an_event_is_known_again_whatever_the_zone_it_is_dated_in() -> None:
    paris = SENT.at.astimezone()
    assert replace(SENT, at=paris).mark == SENT.mark


def test_only_a_persons_word_can_be_taken_back() -> None:
    seen = told(Happened.AUTO_REPLY, 2, Reply.ACTIVE.value)
    with pytest.raises(UsageError, match="rien de tel"):
        told_in(case(seen), Happened.AUTO_REPLY)
    assert told_in(case(SENT, BY_HAND), Happened.AUTO_REPLY) == BY_HAND
    assert told_last([case(ASKED, SENT, seen)]) == (case(ASKED, SENT, seen), SENT)
    assert told_last([case(seen)]) is None
    assert told_last([case(ASKED, told(Happened.CLOSED, 1))]) is None


def test_a_mark_of_another_balt_that_says_nothing_harms_nothing() -> None:
    found = case(ASKED, told(Happened.TAKEN_BACK, 1, "quelque chose"))
    assert found.last(Happened.REQUESTED) == ASKED
    assert event_line(found.events[-1]) == "noté par erreur, repris"


def test_it_is_kept_in_the_file(tmp_path: Path) -> None:
    book = CaseBook(tmp_path, FixedClock(NOW))
    opened = book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)
    asked = book.tell(opened, Happened.REQUESTED, "text")
    book.tell(asked, Happened.TAKEN_BACK, told_in(asked, Happened.REQUESTED).mark)
    (kept,) = CaseBook(tmp_path, FixedClock(NOW)).cases()
    assert kept.last(Happened.REQUESTED) is None


def test_an_answer_does_not_hide_behind_the_reminder() -> None:
    answered = told(Happened.ANSWERED, 16, note="refusé : formulaire à signer")
    assert state(case(ASKED, SENT, answered), StepName.REQUEST) == (
        StepState.ATTENTION,
        "réponse du fournisseur le 14 mars 2026 (« refusé : formulaire à signer »), il y a 16 jours : "
        "à relancer",
    )
    fresh = replace(answered, at=NOW - timedelta(days=2), note="")
    assert state(case(ASKED, SENT, fresh), StepName.REQUEST) == (
        StepState.DONE,
        "réponse du fournisseur le 28 mars 2026",
    )
    asked_again = told(Happened.REQUESTED, 15, "text")
    assert "réponse" not in state(case(ASKED, answered, asked_again), StepName.REQUEST)[1]
