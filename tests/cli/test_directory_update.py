"""``balt directory update`` and ``import``: downloaded, imported, and what changed for the BAL followed."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Balt
from tests.directory.extraction_data import ALIX, DOCTOR, ROWS, person, text
from tests.directory.fake_files import FileServer

TEAM = "urgences@ch-essai.mssante.fr"
NEW = person("alix.essai@nouvelle.mssante.fr", ALIX, "ESSAI", "ALIX", DOCTOR, title="DR")
KEYS = [
    *("address", "kind", "holder", "rpps", "finess", "structure", "service", "profession", "speciality"),
    *("town", "origin", "seen_on", "change"),
]


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(text().encode()) as started:
        yield started


@pytest.fixture
def configure(config_file: Path, server: FileServer) -> None:
    """Alix, who follows the BAL of the emergency ward too."""
    config_file.write_text(
        f'[person]\nrpps = "{ALIX}"\n[directory]\nupdate_url = "{server.url}"\n'
        f'[[mailbox]]\naddress = "{TEAM}"\naccess = "none"\n',
        encoding="utf-8",
    )


def extraction(folder: Path, rows: list[str], day: str) -> str:
    file = folder / f"Extraction_Correspondance_MSSante_{day}0310.txt"
    file.write_text(text(rows), encoding="utf-8")
    return str(file)


pytestmark = pytest.mark.usefixtures("configure")


def test_an_update_downloads_imports_and_gives_the_users_own_bal(balt: Balt, server: FileServer) -> None:
    result = balt("directory", "update", "--json")
    assert result.code == 0
    assert "20 lignes lues, extraction du 22 nov. 2026." in result.err
    assert all(list(row) == KEYS for row in result.json)
    assert {row["address"] for row in result.json} == {
        "alix.essai@medecin.fictif.mssante.fr",
        "alix.essai@interop-mssante.apicrypt.org",
        "alix.essai@ch-essai.mssante.fr",
        TEAM,
    }
    assert {row["change"] for row in result.json} == {""}
    assert balt("directory", "search", "alix essai", "--json").json


def test_what_appeared_and_vanished_is_told(balt: Balt, server: FileServer) -> None:
    balt("directory", "update")
    rows = [row for row in ROWS if TEAM not in row] + [NEW]
    server.publish(text(rows).encode(), '"v2"', "Tue, 24 Nov 2026 02:10:00 GMT")
    result = balt("directory", "update", "--json")
    changes = {row["address"]: row["change"] for row in result.json if row["change"]}
    assert changes == {"alix.essai@nouvelle.mssante.fr": "appeared", TEAM: "vanished"}
    gone = next(row for row in result.json if row["change"] == "vanished")
    assert (gone["service"], gone["finess"]) == ("Urgences", "990000101")
    assert "Apparue dans l'extraction : alix.essai@nouvelle.mssante.fr (Dr Alix ESSAI)" in result.err
    assert f"Disparue de l'extraction : {TEAM} (Urgences, " in result.err


def test_where_nothing_is_newer_it_is_said_and_is_no_failure(balt: Balt) -> None:
    balt("directory", "update")
    result = balt("directory", "update", "--json")
    assert result.code == 0
    assert "n'a rien de plus récent que l'extraction du 22 nov. 2026" in result.err
    assert {row["change"] for row in result.json} == {""}


def test_a_file_copied_by_hand_tells_it_too(balt: Balt, tmp_path: Path) -> None:
    first = balt("directory", "import", extraction(tmp_path, list(ROWS), "20261122"))
    assert "Apparue" not in first.err
    same = balt("directory", "import", extraction(tmp_path, list(ROWS), "20261123"))
    assert "ni apparue ni disparue depuis l'extraction du 22 nov. 2026" in same.err
    result = balt("directory", "import", extraction(tmp_path, [*ROWS, NEW], "20261124"), "--csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert [row["address"] for row in rows if row["change"]] == ["alix.essai@nouvelle.mssante.fr"]
    older = balt("directory", "import", extraction(tmp_path, list(ROWS), "20261120"))
    assert "plus ancienne" in older.err
    assert "Disparue" not in older.err


def test_a_spoilt_account_of_the_past_is_told_and_the_import_is_done(balt: Balt, tmp_path: Path) -> None:
    (tmp_path / "data" / "balt").mkdir(parents=True)
    (tmp_path / "data" / "balt" / "sightings.json").write_text("{", encoding="utf-8")
    result = balt("directory", "import", extraction(tmp_path, list(ROWS), "20261122"), "--json")
    assert result.code == 0
    assert "sightings.json" in result.err
    assert len(result.json) == 5


def test_a_server_that_fails_has_the_code_3_and_leaves_the_index(balt: Balt, server: FileServer) -> None:
    balt("directory", "update")
    server.publish(text().encode(), '"v2"')
    server.status = 503
    result = balt("directory", "update", "--json")
    assert (result.code, result.out) == (3, "")
    assert "en panne" in result.err
    assert balt("directory", "search", "alix", "--json").json


def test_where_the_configuration_names_a_file_nothing_is_downloaded(
    balt: Balt, server: FileServer, config_file: Path
) -> None:
    config_file.write_text('[directory]\nextraction = "x.txt"\n', encoding="utf-8")
    result = balt("directory", "update")
    assert (result.code, result.out) == (2, "")
    assert "Retirez « extraction »" in result.err
    assert server.asked == []


@pytest.mark.parametrize("url", ["http://annuaire.example/x", "annuaire", "ftp://annuaire.example/x"])
def test_an_address_off_the_protected_line_is_a_mistake_of_the_configuration(
    balt: Balt, config_file: Path, url: str
) -> None:
    config_file.write_text(f"[directory]\nupdate_url = {json.dumps(url)}\n", encoding="utf-8")
    result = balt("directory", "update")
    assert result.code == 2
    assert "update_url" in result.err
    assert ":2" in result.err or "ligne 2" in result.err
