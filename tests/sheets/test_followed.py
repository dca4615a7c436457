"""Somebody else's BAL that is followed: shown, and neither counted nor asked about."""

from dataclasses import replace

import pytest

from balt.cases.model import CaseKind, Happened
from balt.cases.replacement import replacements
from balt.config import Config
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Publication, Verdict
from balt.mailboxes.practice import Practice
from balt.mailboxes.sightings import Sighting, Sightings, followed_of
from balt.sheets.due import DueKind, due
from balt.sheets.rules import evaluate
from tests.sheets.cases import ALIX, NOW, RPPS, bal, case_of, days_ago, entry, known, settings

LABO = "labo@bio-fictive.mssante.fr"
THEIRS = DirectoryEntry(LABO, BalKind.ORG, Origin.API, NOW, structure="Labo fictif")
BOTH = DirectoryView(api=DirectoryAnswer(Origin.API, NOW, (entry(ALIX), THEIRS)))


def config(*followed: str, rpps: str = RPPS) -> Config:
    return replace(settings(ALIX, rpps=rpps), followed=followed)


def practice(*followed: str, directory: DirectoryView = BOTH, **more: object) -> Practice:
    return known([bal()], config(*followed), directory=directory, **more)  # type: ignore[arg-type]


def test_no_sheet_and_nothing_due_changes_for_a_bal_that_is_followed() -> None:
    before, after = practice(), practice(LABO)
    assert evaluate(after) == evaluate(before)
    assert due(after, evaluate(after)) == due(before, evaluate(before))
    assert after.mailboxes == before.mailboxes


def test_it_is_shown_as_somebody_elses_and_offered_for_nothing() -> None:
    here = practice(LABO)
    (other,) = here.others
    assert (other.address, other.publication, other.followed) == (LABO, Publication.PUBLISHED, True)
    assert other.finding.headline == "BAL de quelqu'un d'autre, suivie dans l'annuaire"
    assert here.mailbox(LABO) is None
    assert here.known(LABO.upper()) == other
    assert LABO not in [each.address for each in replacements(here, ALIX)]


@pytest.mark.parametrize("written", [ALIX, ALIX.upper()])
def test_a_bal_that_the_directory_gives_to_the_holder_stays_theirs(written: str) -> None:
    here = known([], replace(settings(), followed=(written,)), directory=BOTH)
    assert [each.address for each in here.mailboxes] == [ALIX]
    assert here.others == ()


def test_one_that_left_the_extraction_says_since_when() -> None:
    gone = Sighting(LABO, published=False, since=days_ago(1), before=days_ago(8))
    kept = Sightings(days_ago(1), RPPS, (gone,))
    alone = DirectoryView(
        extraction=DirectoryAnswer(Origin.EXTRACTION, days_ago(1), (entry(ALIX, Origin.EXTRACTION),)),
        sightings=kept,
    )
    (other,) = practice(LABO, directory=alone).others
    assert other.finding.headline.startswith("suivie ; hors de l'extraction depuis le 21 nov. 2026")


def test_its_case_is_told_with_it_and_what_was_asked_is_due() -> None:
    told = ((Happened.REQUESTED, 50, "text"), (Happened.SENT, 49))
    case = case_of(CaseKind.DEPUBLICATION, 60, told, LABO)
    here = practice(LABO, cases=[case])
    (other,) = here.others
    assert other.finding.verdict is Verdict.LEAVING
    assert other.steps
    assert evaluate(here) == evaluate(practice())
    reminders = [each.address for each in due(here, evaluate(here)) if each.kind is DueKind.REMINDER]
    assert reminders == [LABO]
    assert not [each for each in due(here, ()) if each.kind is DueKind.ANSWER and each.address == LABO]


def test_extractions_tell_whether_it_came_or_went() -> None:
    assert followed_of(config(LABO.upper())).addresses == {ALIX, LABO}
