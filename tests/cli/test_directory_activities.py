"""``balt directory import`` of the activity file: the holder's situations, without any API."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Balt
from tests.directory.extraction_data import (
    ACTIVITY_HEADER,
    ACTIVITY_NAME,
    ALIX,
    NOE,
    extraction,
    liberal,
    person,
    salaried,
    text,
)


def activity_file(folder: Path, *rows: str) -> Path:
    file = folder / ACTIVITY_NAME
    file.write_text(text(rows, ACTIVITY_HEADER), encoding="utf-8")
    return file


def holder(config_file: Path, rpps: str) -> None:
    config_file.write_text(f"[person]\nrpps = {json.dumps(rpps)}\n", encoding="utf-8")


def test_the_situations_of_the_holder_are_kept_and_the_sheets_know_them(
    balt: Balt, config_file: Path, tmp_path: Path
) -> None:
    holder(config_file, ALIX)
    result = balt("directory", "import", str(activity_file(tmp_path, salaried(), liberal(), salaried(NOE))))
    assert (result.code, "2 situations d'exercice lues pour vous." in result.err) == (0, True)
    again = balt("directory", "import", str(activity_file(tmp_path, salaried())))
    assert "1 situation d'exercice lue pour vous." in again.err


def test_without_the_holders_number_nor_an_extraction_it_says_what_to_import(
    balt: Balt, config_file: Path, tmp_path: Path
) -> None:
    config_file.write_text("", encoding="utf-8")
    result = balt("directory", "import", str(activity_file(tmp_path, salaried())))
    assert (result.code, "il faut d'abord l'importer" in result.err) == (2, True)


def test_beside_an_extraction_it_serves_everybody_without_the_holders_number(
    balt: Balt, config_file: Path, tmp_path: Path
) -> None:
    config_file.write_text("", encoding="utf-8")
    row = person("alix.essai@medecin.mssante.fr", ALIX, "ESSAI", "ALIX", "10|Médecin||")
    assert balt("directory", "import", str(extraction(tmp_path, [row]))).code == 0
    assert balt("directory", "search", "essai modelebourg", "--json").json == []
    result = balt("directory", "import", str(activity_file(tmp_path, liberal())))
    assert (result.code, "lus pour 1 personne de l'extraction" in result.err) == (0, True)
    (row,) = balt("directory", "search", "essai modelebourg", "--json").json
    assert row["rpps"] == ALIX
    told = balt("directory", "search", "essai modelebourg")
    assert "~ MODÈLEBOURG" in told.out
    assert "~ : le titulaire y exerce" in told.err
    assert "lieux d'exercice viennent du fichier d'activités" in told.err


@pytest.fixture
def two_places(balt: Balt, config_file: Path, tmp_path: Path) -> None:
    """Alix's BAL stands at a hospital in the extraction; the activity file has their practice besides."""
    config_file.write_text("", encoding="utf-8")
    assert balt("directory", "import", str(extraction(tmp_path))).code == 0
    assert balt("directory", "import", str(activity_file(tmp_path, salaried(), liberal()))).code == 0


def test_where_a_person_works_besides_is_told_with_the_file_and_its_day(balt: Balt, two_places: None) -> None:
    told = balt("directory", "search", "essai modelebourg")
    (line,) = [line for line in told.out.splitlines() if "@ch-essai" in line]
    assert "ESSAIVILLE" in line
    assert "MODÈLEBOURG" not in line
    assert (
        f"Dr Alix ESSAI (RPPS {ALIX}). Exerce aussi à MODÈLEBOURG (CABINET DU DR ESSAI), selon le fichier "
        "d'activités du 22 nov. 2026."
    ) in told.err


def test_scripts_read_the_places_apart_from_what_the_extraction_says(balt: Balt, two_places: None) -> None:
    rows = balt("directory", "search", "essai modelebourg", "--json").json
    row = next(row for row in rows if "@ch-essai" in row["address"])
    assert (row["town"], row["structure"]) == ("ESSAIVILLE", "CH FICTIF D'ESSAIVILLE - SITE SUD")
    assert row["works_on"] == "2026-11-22"
    assert {"town": "MODÈLEBOURG", "structure": "CABINET DU DR ESSAI"} in row["works_at"]
    told = balt("directory", "search", "essai modelebourg", "--csv").out
    assert "MODÈLEBOURG (CABINET DU DR ESSAI)" in told
    nobody = balt("directory", "show", "urgences@ch-essai.mssante.fr", "--json").json
    assert [row["works_at"] for row in nobody] == [[]]


def test_a_worse_file_is_wrong_use_unless_somebody_wants_it(
    balt: Balt, two_places: None, tmp_path: Path
) -> None:
    older = tmp_path / ACTIVITY_NAME.replace("20261122", "20260101")
    older.write_text(text([salaried(), liberal()], ACTIVITY_HEADER), encoding="utf-8")
    refused = balt("directory", "import", str(older))
    assert refused.code == 2
    assert "est plus ancien (1er janv. 2026)" in refused.err
    assert "22 nov. 2026 reste utilisé" in refused.err
    taken = balt("directory", "import", str(older), "--whole")
    assert (taken.code, "Fichier d'activités du 1er janv. 2026" in taken.err) == (0, True)


def test_anomalies_say_that_the_places_cannot_be_read(balt: Balt, two_places: None) -> None:
    index = Path(os.environ["XDG_DATA_HOME"]) / "balt" / "directory" / "activities.sqlite"
    index.write_bytes(b"rien")
    told = balt("directory", "anomalies", "--rpps", ALIX)
    assert "Les lieux d'exercice gardés ici ne peuvent pas être lus" in told.err


def test_a_file_about_others_changes_nothing(balt: Balt, config_file: Path, tmp_path: Path) -> None:
    holder(config_file, ALIX)
    result = balt("directory", "import", str(activity_file(tmp_path, salaried(NOE))))
    assert (result.code, f"aucune activité sous le numéro RPPS {ALIX}" in result.err) == (0, True)
