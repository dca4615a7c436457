"""``balt directory anomalies`` and ``balt directory white-list``, as scripts and people read them."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Balt
from tests.directory.extraction_data import ALIX, HOSPITAL, extraction, organisation
from tests.directory.test_white_list import document, write
from tests.support.hostile import PAYLOADS, control_characters

KEYS = ["anomaly", "severity", "title", "addresses", "evidence", "explanation"]
OLD = "cardio.ancien@ch-essai.mssante.fr"


@pytest.fixture
def imported(tmp_path: Path, config_file: Path, balt: Balt) -> Path:
    """A configuration without any BAL, and an extraction that was imported."""
    config_file.write_text("", encoding="utf-8")
    file = extraction(tmp_path)
    assert balt("directory", "import", str(file)).code == 0
    return config_file


def test_every_row_has_its_evidence_and_what_to_do(imported: Path, balt: Balt) -> None:
    result = balt("directory", "anomalies", "--domain", "ehpad-saules.mssante.fr", "--json")
    assert result.code == 0
    assert all(list(row) == KEYS for row in result.json)
    rows = {row["anomaly"]: row for row in result.json}
    assert set(rows) == {"several-rows", "casing"}
    casing = rows["casing"]
    assert casing["addresses"] == ["soins@ehpad-saules.mssante.fr"]
    assert {each["value"] for each in casing["evidence"]} == {
        "soins@ehpad-saules.mssante.fr",
        "SOINS@EHPAD-SAULES.mssante.fr",
    }
    assert casing["evidence"][0]["origin"] == "extraction"
    assert casing["evidence"][0]["seen_on"].startswith("20")
    assert "Faites garder une seule écriture." in casing["explanation"]


def test_the_text_tells_what_where_and_what_to_do(imported: Path, balt: Balt) -> None:
    result = balt("directory", "anomalies", "SOINS@ehpad-saules.mssante.fr")
    first, *rest = result.out.splitlines()
    assert first == "· Une adresse sur plusieurs lignes : soins@ehpad-saules.mssante.fr"
    assert "Équipe soignante (double)" in result.out
    assert "extraction du" in rest[0]
    assert "1 BAL regardée : 2 anomalies." in result.err
    assert "D'après : extraction du" in result.err
    assert "Sans l'API" in result.err


def test_the_csv_is_safe_in_a_spreadsheet(imported: Path, tmp_path: Path, balt: Balt) -> None:
    row = organisation("a@ch-essai.mssante.fr", HOSPITAL, "=HYPERLINK(1) test", "|" * 12)
    balt("directory", "import", str(extraction(tmp_path, (row,))))
    out = balt("directory", "anomalies", "a@ch-essai.mssante.fr", "--csv").out
    (found,) = csv.DictReader(io.StringIO(out))
    assert list(found) == KEYS
    assert found["anomaly"] == "doubtful-words"
    assert "HYPERLINK" in found["evidence"]
    assert not found["evidence"].startswith("=")


def test_strict_says_by_its_code_that_there_is_something(imported: Path, balt: Balt) -> None:
    assert balt("directory", "anomalies", "soins@ehpad-saules.mssante.fr", "--strict").code == 1
    assert balt("directory", "anomalies", "soins@ehpad-saules.mssante.fr").code == 0
    clean = balt("directory", "anomalies", "d.rien@dentiste.fictif.mssante.fr", "--strict")
    assert (clean.code, clean.out) == (0, "")
    assert "aucune anomalie" in clean.err


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (("--rpps", ALIX), "many-mailboxes"),
        (("--rpps", f"8{ALIX}"), "homonyms"),
        (("--finess", f" {HOSPITAL} "), "many-mailboxes"),
        (("--domain", "@EHPAD-Saules.mssante.fr"), "casing"),
    ],
)
def test_a_part_of_the_directory_is_named_by_its_number_or_domain(
    imported: Path, balt: Balt, part: tuple[str, str], rule: str
) -> None:
    rows = balt("directory", "anomalies", *part, "--json").json
    assert rule in {row["anomaly"] for row in rows}


def test_a_number_whose_key_is_wrong_is_told_and_asked_for_all_the_same(imported: Path, balt: Balt) -> None:
    result = balt("directory", "anomalies", "--rpps", "10999990013")
    assert result.code == 0
    assert result.err.count("La clé de ce numéro RPPS ne correspond pas") == 1
    told = balt("directory", "anomalies", "--finess", "990000029").err
    assert told.count("La clé de ce numéro FINESS") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("camille",),
        ("--rpps", "123"),
        ("--domain", "mssante"),
        ("--domain", "a b.fr"),
        ("a@b.mssante.fr", "--finess", HOSPITAL),
        ("--finess", HOSPITAL, "--rpps", "10999990012"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_wrong_use(imported: Path, balt: Balt, wrong: tuple[str, ...]) -> None:
    result = balt("directory", "anomalies", *wrong)
    assert (result.code, result.out) == (2, "")


def test_without_an_argument_it_looks_at_the_bal_of_the_configuration(imported: Path, balt: Balt) -> None:
    imported.write_text(
        f'[person]\nrpps = "{ALIX}"\n[[mailbox]]\naddress = "{OLD}"\naccess = "none"\n', encoding="utf-8"
    )
    result = balt("directory", "anomalies", "--json")
    assert {row["anomaly"] for row in result.json} == {"many-mailboxes", "several-rows", "homonyms"}
    assert "4 BAL regardées" in result.err


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["text", "json", "csv"])
def test_what_a_file_says_does_not_drive_the_terminal(
    imported: Path, tmp_path: Path, balt: Balt, form: list[str]
) -> None:
    baits = [each for each in PAYLOADS.values() if "\ud800" not in each and "\0" not in each]
    rows = [
        organisation(
            f"a{i}@ch-essai.mssante.fr",
            HOSPITAL,
            f"NE PLUS UTILISER {bait[:200]}".replace("\n", " "),
            "|" * 12,
        )
        for i, bait in enumerate(baits)
    ]
    balt("directory", "import", str(extraction(tmp_path, rows)))
    result = balt("directory", "anomalies", "--domain", "ch-essai.mssante.fr", *form)
    assert result.out.count("doubtful-words" if form else "déconseille") == len(baits)
    assert control_characters(result.out + result.err) == []


# The white list


def test_a_white_list_is_kept_shown_with_its_age_and_used(imported: Path, tmp_path: Path, balt: Balt) -> None:
    assert "Aucune liste blanche" in balt("directory", "white-list", "show").err
    file = write(tmp_path, document("medecin.fictif.mssante.fr"))
    kept = balt("directory", "white-list", "import", str(file))
    assert kept.code == 0
    assert "1 domaine de confiance (liste du" in kept.out
    file.unlink()
    (row,) = balt("directory", "white-list", "show", "--json").json
    assert (row["domains"], row["old"]) == (1, False)
    found = balt("directory", "anomalies", "--domain", "ehpad-saules.mssante.fr", "--json").json
    assert found[0]["anomaly"] == "untrusted-domain"
    assert "Sans liste blanche" not in balt("directory", "anomalies", OLD).err


def test_a_bad_white_list_is_wrong_use_and_leaves_the_former_one(
    imported: Path, tmp_path: Path, balt: Balt
) -> None:
    balt("directory", "white-list", "import", str(write(tmp_path, document("ch-essai.mssante.fr"))))
    bad = balt("directory", "white-list", "import", str(write(tmp_path, "<Liste/>")))
    assert bad.code == 2
    assert "il ne nomme aucun domaine" in bad.err
    assert balt("directory", "white-list", "show", "--csv").out.splitlines()[1].split(",")[1] == "1"


def test_a_list_of_the_configuration_that_cannot_be_read_is_told_beside_the_answer(
    imported: Path, balt: Balt
) -> None:
    imported.write_text(f"[directory]\nwhite_list = {json.dumps('absente.xml')}\n", encoding="utf-8")
    result = balt("directory", "anomalies", OLD, "--json")
    assert result.code == 0
    assert "absente.xml ne peut pas être utilisée" in result.err
    assert balt("directory", "white-list", "show").code == 2
