"""``balt directory import`` of the activity file: the holder's situations, without any API."""

import json
from pathlib import Path

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
    assert "MODÈLEBOURG" in told.out
    assert "lieux d'exercice viennent du fichier d'activités" in told.err


def test_a_file_about_others_changes_nothing(balt: Balt, config_file: Path, tmp_path: Path) -> None:
    holder(config_file, ALIX)
    result = balt("directory", "import", str(activity_file(tmp_path, salaried(NOE))))
    assert (result.code, f"aucune activité sous le numéro RPPS {ALIX}" in result.err) == (0, True)
