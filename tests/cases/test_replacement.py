"""Which BAL are offered to replace one that leaves: those that people may be sent to."""

from dataclasses import replace

import pytest

from balt.cases.model import Case, Happened
from balt.cases.replacement import replacement_for, replacements
from balt.errors import UsageError
from balt.mailboxes.model import Question
from balt.mailboxes.practice import Practice
from balt.mailboxes.sightings import Sighting, Sightings
from balt.mailboxes.situation_file import BookView
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    CABINET,
    LOU,
    NOW,
    RPPS,
    answer,
    bal,
    days_ago,
    deleting,
    inactive,
    known,
    leaving,
    published,
    settings,
    silent,
)

LEFT = "lou.essai@clinique-fictive.mssante.fr"


def offered(practice: Practice, address: str = LOU) -> list[str]:
    return [each.address for each in replacements(practice, address)]


def test_the_bal_itself_is_not_offered_whatever_its_case() -> None:
    assert offered(known([bal(ALIX), bal(LOU)]), LOU.upper()) == [ALIX]


def test_one_that_nobody_reads_is_not_offered() -> None:
    assert offered(known([bal(ALIX), inactive(ANOTHER)])) == [ALIX]
    said = {ANOTHER: [answer(Question.CONSULTED, "no")]}
    assert offered(known([bal(ALIX), bal(ANOTHER)], answers=said)) == [ALIX]


@pytest.mark.parametrize(
    "cases",
    [
        [leaving(address=ANOTHER)],
        [leaving((Happened.API, 3, "absent"), (Happened.CLOSED, 2), address=ANOTHER)],
        [deleting(address=ANOTHER)],
        [deleting((Happened.REQUESTED, 9, "text"), (Happened.DELETED, 5), address=ANOTHER)],
    ],
)
def test_one_that_leaves_itself_or_is_noted_as_deleted_is_not_though_it_answers(cases: list[Case]) -> None:
    assert offered(known([bal(ALIX), bal(ANOTHER)], cases=cases, directory=published(ALIX, ANOTHER))) == [
        ALIX
    ]


def test_one_whose_case_was_given_up_stays() -> None:
    given_up = leaving((Happened.ABANDONED, 5), address=ANOTHER)
    assert offered(known([bal(ALIX), bal(ANOTHER)], cases=[given_up])) == [ALIX, ANOTHER]


def test_one_that_has_vanished_from_the_directory_is_not_offered() -> None:
    gone = Sighting(LEFT, published=False, since=days_ago(9), before=days_ago(40), own=True)
    view = replace(published(ALIX), sightings=Sightings(days_ago(9), RPPS, (gone,)))
    practice = known([bal(ALIX)], directory=view)
    assert practice.mailbox(LEFT) is not None
    assert offered(practice) == [ALIX]


def test_one_outside_of_the_mssante_is_not_offered() -> None:
    assert offered(known([bal("alix.exemple@clinique.example"), bal(ALIX)])) == [ALIX]


def test_those_come_first_that_are_published_then_read_then_in_use_for_a_situation() -> None:
    unlisted, unclear = "alix@msp-lilas.mssante.fr", "alix@chu-fictif.mssante.fr"
    book = BookView(situations=(CABINET,), links={CABINET.id: (ALIX,)})
    statuses = [bal(unlisted), silent(unclear), bal(ANOTHER), bal(ALIX)]
    view = published(unclear, ANOTHER, ALIX)
    practice = known(statuses, settings(), directory=view, book=book)
    assert offered(practice) == [ALIX, ANOTHER, unclear, unlisted]


def test_an_address_that_is_typed_is_looked_at_as_well() -> None:
    cases = [leaving(address=ANOTHER)]
    assert replacement_for(LOU, f" {ALIX} ", cases, None, NOW) == ALIX
    with pytest.raises(UsageError, match="sur le départ"):
        replacement_for(LOU, ANOTHER.upper(), cases, None, NOW)
    with pytest.raises(UsageError, match="est supprimée"):
        replacement_for(LOU, ANOTHER, [deleting((Happened.DELETED, 5), address=ANOTHER)], None, NOW)
    with pytest.raises(UsageError, match="elle-même"):
        replacement_for(LOU, LOU, [], None, NOW)
