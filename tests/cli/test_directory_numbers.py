"""Numbers that cannot be (RPPS, FINESS, IDNPS): told wherever they matter, and stopping nothing."""

import json
from pathlib import Path

import pytest

from balt.demo.directory import DirectoryServer, extraction_of
from tests.cli.conftest import Balt
from tests.support.demo import NOW
from tests.support.directory import KEY, practice_directory

CAMILLE = "camille.exemple@medecin.mssante.fr"
VARIABLE = "BALT_TEST_API_KEY"


@pytest.fixture
def extraction(tmp_path: Path) -> str:
    """The [directory] that names the demo's extraction."""
    name, rows = extraction_of(practice_directory(), NOW)
    (tmp_path / name).write_text(rows, encoding="utf-8")
    return f"extraction = {json.dumps(str(tmp_path / name))}\n"


@pytest.fixture
def api(directory_server: DirectoryServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The [directory] that names the API."""
    monkeypatch.setenv(VARIABLE, KEY)
    return f'base_url = "{directory_server.base_url}"\napi_key_env = "{VARIABLE}"\n'


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("10999990013", "La clé de ce numéro RPPS ne correspond pas"),
        ("3990000028/0001", "la structure par son FINESS, 990000028."),
    ],
)
def test_a_number_that_finds_nothing_is_explained_once_whatever_the_source(
    config_file: Path, extraction: str, api: str, balt: Balt, typed: str, told: str
) -> None:
    for sources in (extraction, api, extraction + api):
        config_file.write_text("[directory]\n" + sources, encoding="utf-8")
        assert balt("directory", "search", typed).err.count(told) == 1


@pytest.mark.parametrize("rpps", ["10999990013", "1099", "dix"])
def test_a_mistyped_number_in_the_configuration_is_told_and_stops_no_command(
    config_file: Path, extraction: str, balt: Balt, rpps: str
) -> None:
    config_file.write_text(f'[person]\nrpps = "{rpps}"\n[directory]\n{extraction}', encoding="utf-8")
    told = f"« rpps » dans la configuration, {rpps}"
    assert CAMILLE in balt("directory", "search", "camille exemple").out
    assert told in balt("directory", "anomalies", CAMILLE).err
    assert told in balt("checklist").out
    own = balt("directory", "anomalies")
    assert own.err.count("la clé de ce numéro") == (1 if rpps == "10999990013" else 0)
    assert "La clé de ce numéro" not in own.err


def test_a_number_that_is_somebody_elses_is_told_once_by_sheet_and_doctor(
    config_file: Path, extraction: str, api: str, balt: Balt
) -> None:
    for sources in (api, extraction):
        for name, times in (("Dr Anne FICTIF", 1), ("Camille Exemple", 0)):
            config_file.write_text(
                f'[person]\nname = "{name}"\nrpps = "10999990012"\n[directory]\n{sources}', encoding="utf-8"
            )
            sheet = balt("checklist")
            assert (sheet.out + sheet.err).count(
                "est dans l'Annuaire Santé celui de Camille EXEMPLE"
            ) == times
            checks = {each["id"]: each for each in balt("doctor", "--json").json}
            found = checks["directory.rpps"]
            assert (found["result"] == "warning", "Camille EXEMPLE" in found["sentence"]) == (times > 0,) * 2
