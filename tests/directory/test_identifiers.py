"""Identifiers: their normal forms, and checks that warn and never block."""

import pytest

from balt.directory.identifiers import (
    finess_of,
    finess_warning,
    luhn_holds,
    rpps_of,
    rpps_warning,
    typed_rpps,
    typed_warning,
)
from tests.directory.extraction_data import ALIX, HOSPITAL


@pytest.mark.parametrize("digits", [ALIX, HOSPITAL, "0", "18"])
def test_a_right_key_holds(digits: str) -> None:
    assert luhn_holds(digits)


@pytest.mark.parametrize("digits", ["10999991011", "19", "", "1099999101A", "١٨"])
def test_anything_else_does_not(digits: str) -> None:
    assert not luhn_holds(digits)


@pytest.mark.parametrize(
    ("kind", "number", "national", "rpps"),
    [
        ("8", ALIX, f"8{ALIX}", ALIX),
        ("RPPS", ALIX, "", ALIX),
        ("", ALIX, "", ALIX),
        ("8", "", f"8{ALIX}", ALIX),
        ("", "", f"8{ALIX}", ALIX),
        ("0", "991234567", "0991234567", ""),
        ("ADELI", "991234567", "0991234567", ""),
        ("", "991234567", "0991234567", ""),
        ("", "", "", ""),
    ],
)
def test_a_person_is_known_by_rpps_whether_the_type_is_a_code_or_a_word(
    kind: str, number: str, national: str, rpps: str
) -> None:
    assert rpps_of(kind, number, national) == rpps


@pytest.mark.parametrize("text", [ALIX, f"8{ALIX}", f" {ALIX} ", "109 9999 1010"])
def test_an_rpps_is_understood_as_people_type_it(text: str) -> None:
    assert typed_rpps(text) == ALIX


@pytest.mark.parametrize("text", ["", "1099999101", f"9{ALIX}", "essai", "alix@x"])
def test_other_text_is_no_rpps(text: str) -> None:
    assert typed_rpps(text) == ""


@pytest.mark.parametrize(
    ("kind", "number", "finess"),
    [
        ("1", HOSPITAL, HOSPITAL),
        ("FINESS", HOSPITAL, HOSPITAL),
        ("", HOSPITAL, HOSPITAL),
        ("1", f"1{HOSPITAL}", HOSPITAL),
        ("", f"F{HOSPITAL}", HOSPITAL),
        ("", "2a0000101", "2A0000101"),
        ("3", "99000010100017", ""),
        ("SIRET", "99000010100017", ""),
        ("4", f"{ALIX}001", ""),
        ("", f"R{ALIX}001", ""),
        ("1", "", ""),
    ],
)
def test_a_structure_is_known_by_finess_when_it_has_one(kind: str, number: str, finess: str) -> None:
    assert finess_of(kind, number) == finess


def test_right_identifiers_bring_no_warning() -> None:
    assert rpps_warning(ALIX) == finess_warning(HOSPITAL) == finess_warning("2A0000109") == ""


def test_a_wrong_key_or_length_is_told_in_a_sentence() -> None:
    assert "clé" in rpps_warning("10123456789")
    assert "onze chiffres" in rpps_warning("101234")
    assert "clé" in finess_warning("754567860")
    assert "neuf caractères" in finess_warning("75456786")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("10999990013", "la clé de ce numéro RPPS"),
        ("8 10999990013", "la clé de ce numéro RPPS"),
        ("754567860", "la clé de ce numéro FINESS"),
        ("3990000028/0001", "la structure par son FINESS, 990000028."),
        ("599000010100017/12", "cherchez par nom."),
        ("0991234567", "numéros ADELI"),
        ("exemple", ""),
        ("dr 12", ""),
        (ALIX, ""),
        (HOSPITAL, ""),
    ],
)
def test_a_number_that_found_nothing_is_explained(typed: str, told: str) -> None:
    warning = typed_warning(typed)
    assert (told in warning) if told else not warning
