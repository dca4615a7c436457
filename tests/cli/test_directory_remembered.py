"""Commands alone write down what the extraction that the configuration names shows, as the app does."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Balt
from tests.directory.extraction_data import ALIX, extraction, person

ALIX_BAL, OTHER = "alix.essai@medecin.mssante.fr", "noe.modele@medecin.mssante.fr"
FIRST, SECOND = 20, 2  # days ago


@pytest.fixture
def named(tmp_path: Path, config_file: Path) -> Path:
    """The extraction that the configuration names; a person copies each day's over it."""
    file = tmp_path / "Extraction_Correspondance_MSSante.txt"
    config_file.write_text(
        f'[person]\nrpps = "{ALIX}"\n[directory]\nextraction = {json.dumps(str(file))}\n', encoding="utf-8"
    )
    return file


def copied(named: Path, addresses: tuple[str, ...], days_ago: int) -> None:
    """An extraction made so many days ago takes the place of the one that the configuration names."""
    rows = [person(address, ALIX, "ESSAI", "ALIX", "10|Médecin||") for address in addresses]
    made = extraction(named.parent, rows, "copie.part")
    written = time.time() - days_ago * 86_400
    os.utime(made, (written, written))
    made.replace(named)


def sightings() -> Path:
    return Path(os.environ["XDG_DATA_HOME"]) / "balt" / "sightings.json"


@pytest.mark.parametrize("command", [("checklist",), ("directory", "anomalies")], ids=" ".join)
def test_a_bal_that_a_later_file_lacks_is_told_gone(
    balt: Balt, named: Path, command: tuple[str, ...]
) -> None:
    copied(named, (ALIX_BAL, OTHER), FIRST)
    balt(*command)
    copied(named, (ALIX_BAL,), SECOND)
    for part in ((), ("--rpps", ALIX)):
        found = balt("directory", "anomalies", *part, "--json").json
        assert [row["addresses"] for row in found if row["anomaly"] == "vanished"] == [[OTHER]]


def vanished(balt: Balt) -> list[list[str]]:
    found = balt("directory", "anomalies", "--json").json
    return [row["addresses"] for row in found if row["anomaly"] == "vanished"]


def test_a_command_with_another_configuration_or_none_forgets_nothing(
    balt: Balt, named: Path, tmp_path: Path
) -> None:
    for addresses, days_ago in (((ALIX_BAL, OTHER), FIRST), ((ALIX_BAL,), SECOND)):
        copied(named, addresses, days_ago)
        assert balt("directory", "import", str(named)).code == 0
    other, none = tmp_path / "noa.toml", tmp_path / "none.toml"
    other.write_text('[person]\nrpps = "10999991028"\n', encoding="utf-8")
    none.write_text("", encoding="utf-8")
    for file in (other, none):
        assert balt("--config", str(file), "directory", "anomalies", "--finess", "990000028").code in (0, 1)
        assert balt("--config", str(file), "checklist").code in (0, 1)
    assert vanished(balt) == [[OTHER]]
    assert f"{OTHER} n'est plus dans" in balt("checklist").out


def test_what_a_case_follows_is_not_forgotten_by_a_command_that_asks_about_less(
    balt: Balt, named: Path, config_file: Path
) -> None:
    foreign = "cardio.modele@ch-essai.mssante.fr"
    copied(named, (ALIX_BAL, foreign), FIRST)
    with config_file.open("a", encoding="utf-8") as file:
        file.write(f'[[mailbox]]\naddress = "{ALIX_BAL}"\naccess = "none"\n')
    assert balt("case", "depublish", foreign, "--to", ALIX_BAL).code == 0
    assert balt("usage", "show").code in (0, 1)
    assert balt("checklist").code in (0, 1, 3)
    kept = {each["address"] for each in json.loads(sightings().read_text(encoding="utf-8"))["seen"]}
    assert foreign in kept


def test_sightings_that_cannot_be_read_are_told_and_stop_nothing(balt: Balt, named: Path) -> None:
    copied(named, (ALIX_BAL,), FIRST)
    balt("checklist")
    sightings().write_bytes(b"rien")
    for command in (("checklist",), ("directory", "anomalies")):
        result = balt(*command)
        assert (result.code, result.err.count("sightings.json est abîmé")) == (0, 1)
    assert sightings().read_bytes() == b"rien"


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (b"rien", "est abîmé, ou n'est pas de balt"),
        (b'{"format": "balt sightings", "version": 99}', "a été écrit par un balt plus récent"),
    ],
)
def test_the_doctor_tells_of_sightings_that_cannot_be_read(
    balt: Balt, named: Path, spoilt: bytes, told: str
) -> None:
    copied(named, (ALIX_BAL,), FIRST)
    assert not [each for each in balt("doctor", "--json").json if each["id"] == "directory.sightings"]
    balt("checklist")
    (check,) = [each for each in balt("doctor", "--json").json if each["id"] == "directory.sightings"]
    assert (check["result"], "1 BAL suivie" in check["sentence"]) == ("ok", True)
    sightings().write_bytes(spoilt)
    (check,) = [each for each in balt("doctor", "--json").json if each["id"] == "directory.sightings"]
    assert (check["result"], told in check["sentence"]) == ("warning", True)
