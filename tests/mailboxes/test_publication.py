"""What the directory said too long ago decides nothing; why nothing is known is said."""

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
