"""What the directory said too long ago decides nothing; why nothing is known is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Publication
from balt.mailboxes.publication import listing_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def entry(days: int) -> DirectoryEntry:
    return DirectoryEntry("a@x.mssante.fr", BalKind.PER, Origin.EXTRACTION, NOW - timedelta(days=days))


def extraction(days: int, *entries: DirectoryEntry) -> DirectoryView:
    return DirectoryView(
        extraction=DirectoryAnswer(Origin.EXTRACTION, NOW - timedelta(days=days), tuple(entries))
    )


@pytest.mark.parametrize(("days", "publication"), [(29, Publication.PUBLISHED), (30, Publication.UNKNOWN)])
def test_a_bal_is_published_as_long_as_the_source_is_recent(days: int, publication: Publication) -> None:
    assert listing_of([entry(days)], extraction(days, entry(days)), NOW).publication is publication


def test_an_old_entry_says_its_day() -> None:
    said = listing_of([entry(400)], extraction(400, entry(400)), NOW).reasons
    assert said == ("dans l'annuaire du 18 oct. 2025, trop ancien pour conclure (plus de 30 jours)",)


@pytest.mark.parametrize(("days", "publication"), [(29, Publication.ABSENT), (30, Publication.UNKNOWN)])
def test_the_silence_of_an_old_answer_proves_no_absence(days: int, publication: Publication) -> None:
    view = DirectoryView(api=DirectoryAnswer(Origin.API, NOW - timedelta(days=days)))
    assert listing_of([], view, NOW).publication is publication


def test_while_the_api_is_silent_the_extraction_proves_no_absence_and_its_day_is_told() -> None:
    file = extraction(1)
    assert listing_of([], file, NOW, listed=True).publication is Publication.ABSENT
    silent = listing_of([], replace(file, api_silent=True), NOW, listed=True)
    assert silent.publication is Publication.UNKNOWN
    assert silent.by_source == {}
    assert silent.reasons == (
        "absente de l'extraction du 21 nov. 2026, ce qui ne suffit pas : l'API n'a pas encore répondu",
    )


def test_an_api_that_did_not_tell_all_is_silent_too() -> None:
    partly = replace(extraction(1), api=DirectoryAnswer(Origin.API, NOW, whole=False), api_silent=True)
    assert listing_of([], partly, NOW, listed=True).reasons == (
        "absente de l'extraction du 21 nov. 2026, ce qui ne suffit pas : l'API n'a pas tout dit",
    )


def test_one_that_only_the_extraction_shows_is_published_and_the_silence_of_the_api_is_told() -> None:
    silent = replace(extraction(1, entry(1)), api_silent=True)
    found = listing_of([entry(1)], silent, NOW)
    assert found.publication is Publication.PUBLISHED
    assert found.reasons == (
        "dans l'annuaire : extraction du 21 nov. 2026",
        "l'API n'a pas encore répondu",
    )


def test_what_an_api_says_today_outweighs_an_old_extraction() -> None:
    view = replace(extraction(40, entry(40)), api=DirectoryAnswer(Origin.API, NOW))
    found = listing_of([entry(40)], view, NOW)
    assert found.by_source == {Origin.API: Publication.ABSENT}
    assert found.reasons == ("absente de l'annuaire : API du 22 nov. 2026",)


@pytest.mark.parametrize(("days", "publication"), [(29, Publication.ABSENT), (30, Publication.UNKNOWN)])
def test_one_on_the_red_list_is_shown_to_nobody_as_long_as_that_is_recent(
    days: int, publication: Publication
) -> None:
    listed = replace(entry(days), origin=Origin.API, red_list=True)
    answer = DirectoryAnswer(Origin.API, listed.seen_on, (listed,), whole=False)
    assert listing_of([listed], DirectoryView(api=answer), NOW).publication is publication


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (DirectoryView(), "annuaire pas encore lu"),
        (
            DirectoryView(sources=False),
            "aucune source : balt directory import FICHIER, ou une clé de l'API",
        ),
        (DirectoryView(problem="La clé est refusée."), "La clé est refusée."),
        (
            DirectoryView(api=DirectoryAnswer(Origin.API, NOW - timedelta(days=90))),
            "annuaire lu il y a plus de 30 jours",
        ),
        (
            DirectoryView(api=DirectoryAnswer(Origin.API, NOW, whole=False)),
            "annuaire lu en partie seulement",
        ),
    ],
)
def test_it_says_why_nothing_is_known(view: DirectoryView, why: str) -> None:
    assert listing_of([], view, NOW).reasons == (f"publication inconnue : {why}",)
