"""The number of the configuration that is somebody else's is told once; a name that may be theirs is not."""

from datetime import UTC, datetime

import pytest

from balt.config import Person
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin, Professional
from balt.mailboxes.own_number import number_warning

RPPS = "10999990012"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def names(family: str, given: str = "Camille", rpps: str = RPPS) -> DirectoryAnswer:
    """An answer with one BAL of this person."""
    entry = DirectoryEntry(
        "a@medecin.mssante.fr", BalKind.PER, Origin.API, NOW, family=family, given=given, rpps=rpps
    )
    return DirectoryAnswer(Origin.API, NOW, (entry,))


@pytest.mark.parametrize("rpps", [RPPS, f"8{RPPS}"])
def test_somebody_else_under_that_number_is_named(rpps: str) -> None:
    said = number_warning(Person("Dr Anne FICTIF", RPPS), [names("MODÈLE", "Marianne", rpps)])
    for part in (RPPS, "Marianne MODÈLE", "Dr Anne FICTIF", "vérifiez « rpps »"):
        assert part in said


def test_somebody_without_a_bal_as_well() -> None:
    answer = DirectoryAnswer(
        Origin.EXTRACTION, NOW, professionals=(Professional(RPPS, "MODÈLE", "Marianne"),)
    )
    assert "Marianne MODÈLE" in number_warning(Person("Dr Anne FICTIF", RPPS), [answer])


@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("MODÈLE", "Dr Marianne Modele"),
        ("MODÈLE", "modèle marianne"),
        ("MODELE", "Dr M. MODÈLE, cardiologue"),
        ("FICTIF-MODÈLE", "Dr Marianne FICTIF"),
        ("FICTIF", "Marianne Modèle-Fictif"),
        ("FICTIF MODÈLE", "Dr Marianne MODÈLE"),
        ("D'ESSAI", "Dr Anne d’Essai"),
        ("LE MODÈLE", "Anne LEMODÈLE"),
        ("LY", "Anne LY"),
    ],
)
def test_a_name_that_may_be_theirs_is_no_matter(family: str, name: str) -> None:
    assert number_warning(Person(name, RPPS), [names(family)]) == ""


@pytest.mark.parametrize(("family", "name"), [("DE L'ESSAI", "Anne DE LA FICTION"), ("LY", "Anne LE")])
def test_a_particle_in_common_makes_no_name(family: str, name: str) -> None:
    assert number_warning(Person(name, RPPS), [names(family)])


@pytest.mark.parametrize(
    ("person", "answers"),
    [
        (Person("", RPPS), [names("MODÈLE")]),
        (Person("Dr Anne FICTIF", ""), [names("MODÈLE")]),
        (Person("Dr Anne FICTIF", RPPS), [names("")]),
        (Person("Dr Anne FICTIF", RPPS), [names("MODÈLE", rpps="10999990020")]),
        (Person("Dr Anne FICTIF", RPPS), []),
        (Person("Dr Anne FICTIF", RPPS), [names("MODÈLE"), names("FICTIF")]),
    ],
)
def test_where_a_name_is_missing_or_another_source_has_it_nothing_is_said(
    person: Person, answers: list[DirectoryAnswer]
) -> None:
    assert number_warning(person, answers) == ""


def test_a_number_that_is_wrong_by_itself_is_told_as_that() -> None:
    said = number_warning(Person("Dr Anne FICTIF", "10999990013"), [names("MODÈLE", rpps="10999990013")])
    assert "la clé de ce numéro" in said
