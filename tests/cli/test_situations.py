"""``balt situations`` and ``balt supports``: choices and notes from the shell, as the app makes them."""

import csv
import json
from pathlib import Path

import pytest

from balt import paths
from balt.cases.book import CaseBook
from balt.cases.model import CaseKind
from balt.clock import SystemClock
from balt.mailboxes.situations import SituationBook
from tests.cli.conftest import Balt

CAMILLE, OFFICE = "camille.exemple@medecin.mssante.fr", "secretariat@cab-lilas.mssante.fr"
PLACE = "Cabinet des Lilas (libéral)"


@pytest.fixture
def book(config_file: Path, balt: Balt) -> SituationBook:
    """Two BAL without IMAP, and two situations written by hand."""
    lines = ["[person]", 'name = "Dr Camille EXEMPLE"']
    for address in (CAMILLE, OFFICE):
        lines += ["[[mailbox]]", f'address = "{address}"', 'access = "none"']
    config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    balt("situations", "add", "Cabinet des Lilas", "--town", "Valbrume", "--mode", "L")
    balt("situations", "add", "CH fictif", "--mode", "S")
    return SituationBook(paths.data_dir(), SystemClock())


def rows(balt: Balt, *words: str) -> list[dict[str, object]]:
    result = balt(*words, "--json")
    assert result.code == 0
    found: list[dict[str, object]] = json.loads(result.out)
    return found


def test_a_bal_is_preferred_by_default_and_another_for_one_kind(book: SituationBook, balt: Balt) -> None:
    assert balt("situations", "prefer", "cab", "camille").code == 0
    assert balt("situations", "prefer", "cab", "secr", "--kind", "bio").code == 0
    told = {(row["situation"], row["kind"]): row for row in rows(balt, "situations", "list")}
    assert told[PLACE, None]["address"] == CAMILLE
    assert (told[PLACE, "lab"]["address"], told[PLACE, "lab"]["own"]) == (OFFICE, True)
    assert (told[PLACE, "imaging"]["address"], told[PLACE, "imaging"]["own"]) == (CAMILLE, False)
    assert told["CH fictif (salarié)", None]["address"] is None
    assert balt("situations", "prefer", "cab", "--none", "--kind", "lab").code == 0
    assert book.view().overrides == {}


@pytest.mark.usefixtures("book")
def test_the_list_is_readable_and_says_what_is_to_be_chosen(balt: Balt) -> None:
    balt("situations", "prefer", "cab", "camille")
    lines = balt("situations", "list").out.splitlines()
    assert lines[1].split("  ") == [PLACE, "par défaut", CAMILLE]
    assert "à choisir" in lines[2]


@pytest.mark.usefixtures("book")
def test_the_csv_has_a_line_for_each_situation_and_kind(balt: Balt) -> None:
    balt("situations", "prefer", "cab", "camille")
    found = list(csv.DictReader(balt("situations", "list", "--csv").out.splitlines()))
    assert len(found) == 2 * 7
    assert [row["address"] for row in found] == [CAMILLE] * 7 + [""] * 7


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["prefer", "nulle part", CAMILLE], "aucune situation"),
        (["prefer", "c", CAMILLE], "plusieurs situations"),
        (["prefer", "cab", "inconnue"], "ne désigne pas une de vos BAL"),
        (["prefer", "cab", CAMILLE, "--kind", "zzz"], "genre de prescription"),
        (["prefer", "cab"], "donnez une BAL"),
        (["prefer", "cab", CAMILLE, "--none"], "donnez une BAL"),
        (["add", "cabinet DES lilas", "--town", "Valbrume", "--mode", "L"], "existe déjà"),
        (["kinds", "add", "biologie"], "existe déjà"),
    ],
)
@pytest.mark.usefixtures("book")
def test_what_names_nothing_is_told(balt: Balt, words: list[str], why: str) -> None:
    result = balt("situations", *words)
    assert (result.code, result.out) == (2, "")
    assert why in result.err


def test_a_bal_on_its_way_out_is_refused(book: SituationBook, balt: Balt) -> None:
    CaseBook(paths.data_dir(), SystemClock()).open(CaseKind.DEPUBLICATION, CAMILLE, replacement=OFFICE)
    result = balt("situations", "prefer", "cab", "camille")
    assert result.code == 2
    assert "quitte l'annuaire" in result.err
    assert book.preferred() == {}


def test_a_situation_is_removed_by_its_name(book: SituationBook, balt: Balt) -> None:
    assert balt("situations", "remove", "ch fictif").code == 0
    assert [each.structure for each in book.situations()] == ["Cabinet des Lilas"]


@pytest.mark.usefixtures("book")
def test_the_kinds_are_the_users(balt: Balt) -> None:
    for words in (["add", "Certificat"], ["rename", "certif", "Certificat médical"], ["remove", "imag"]):
        assert balt("situations", "kinds", *words).code == 0
    names = [row["name"] for row in rows(balt, "situations", "kinds", "list")]
    assert "Certificat médical" in names
    assert "Imagerie" not in names


@pytest.mark.usefixtures("book")
def test_a_changed_preference_is_found_on_the_support_that_bears_the_old_one(balt: Balt) -> None:
    balt("situations", "prefer", "cab", "camille")
    for words in (["letters", "camille", "--since", "2024-10-03"], ["ordonn", "camille"]):
        assert balt("supports", "carry", *words).code == 0
    states = {(row["support"], row["address"]): row["state"] for row in rows(balt, "supports", "list")}
    assert states["letters", CAMILLE] == "carried"
    assert states["signature", CAMILLE] == "missing"
    balt("situations", "prefer", "cab", "secr")
    states = {(row["support"], row["address"]): row["state"] for row in rows(balt, "supports", "list")}
    assert states["prescriptions", CAMILLE] == "old"
    assert states["prescriptions", OFFICE] == "missing"
    assert "▲ encore l'ancienne adresse" in balt("supports", "list").out
    found = balt("checklist").out
    assert "encore l'ancienne adresse : lettres, ordonnances" in found
    assert balt("supports", "drop", "ordonn", "camille").code == 0
    left = [row["support"] for row in rows(balt, "supports", "list") if row["state"] == "old"]
    assert left == ["letters"]


@pytest.mark.usefixtures("book")
def test_supports_of_ones_own_come_and_go(balt: Balt) -> None:
    assert balt("supports", "add", "Plaque").code == 0
    assert "Plaque" in balt("supports", "list").out
    assert balt("supports", "remove", "plaque").code == 0
    assert "Plaque" not in balt("supports", "list").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["carry", "zzz", CAMILLE], "ne désigne pas un support"),
        (["carry", "letters", "inconnue"], "inconnue"),
        (["drop", "letters", CAMILLE], "il n'est pas noté"),
        (["remove", "letters"], "il reste"),
        (["carry", "letters", CAMILLE, "--since", "2200-01-01"], "pas encore venu"),
    ],
)
@pytest.mark.usefixtures("book")
def test_what_cannot_be_noted_is_told(balt: Balt, words: list[str], why: str) -> None:
    result = balt("supports", *words)
    assert (result.code, result.out) == (2, "")
    assert why in result.err
