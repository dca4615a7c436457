"""What the API said of situations is gone after thirty days; what the holder decided is not."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.mailboxes.situations import SituationBook
from tests.mailboxes.directory_cases import CAMILLE, CH, EXTRACTION, LILAS, NOW

LATER = NOW + timedelta(days=30)


def at(folder: Path, moment: datetime) -> SituationBook:
    return SituationBook(folder, FixedClock(moment))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two situations of the API, as they were heard of on the first day."""
    at(tmp_path, NOW).merge([LILAS, CH])
    return tmp_path


def test_after_thirty_days_nothing_of_it_is_in_the_file(folder: Path) -> None:
    assert at(folder, LATER).situations() == ()
    text = at(folder, LATER).path.read_text(encoding="utf-8")
    assert all(word not in text for word in (LILAS.structure, LILAS.finess, LILAS.rpps, CH.structure))


def test_a_day_earlier_it_is_all_there(folder: Path) -> None:
    assert at(folder, LATER - timedelta(days=1)).situations() == (LILAS, CH)


def test_a_reading_begins_the_thirty_days_anew(folder: Path) -> None:
    at(folder, NOW + timedelta(days=20)).merge([CH])
    assert at(folder, LATER).situations() == (CH,)


def test_one_that_a_bal_was_tied_to_or_is_preferred_for_is_the_holders(folder: Path) -> None:
    at(folder, NOW).serve(CAMILLE, LILAS.id, yes=True)
    at(folder, NOW).prefer(CH.id, CAMILLE)
    view = at(folder, LATER).view()
    assert view.situations == (LILAS, CH)
    assert (view.links, view.preferred) == (
        {LILAS.id: (CAMILLE,)},
        {CH.id: CAMILLE},
    )


def test_what_a_file_gave_or_a_person_wrote_does_not_age(tmp_path: Path) -> None:
    book = at(tmp_path, NOW)
    book.merge([replace(LILAS, id="file:lilas", origin=EXTRACTION)])
    own = book.add("Maison médicale")
    assert [each.id for each in at(tmp_path, LATER).situations()] == ["file:lilas", own.id]
