"""A BAL of somebody else that is followed: told of by the directory's commands, left alone by all others."""

from pathlib import Path

import pytest

from tests.cli.conftest import Balt
from tests.directory.extraction_data import ALIX, ROWS, text

TEAM, OWN = "urgences@ch-essai.mssante.fr", "alix.essai@ch-essai.mssante.fr"
MINE = f'[person]\nname = "Dr Alix ESSAI"\nrpps = "{ALIX}"\n[[mailbox]]\naddress = "{OWN}"\naccess = "none"\n'
FOLLOWED = f'[[followed]]\naddress = "{TEAM}"\n'


@pytest.fixture(autouse=True)
def configure(config_file: Path) -> None:
    config_file.write_text(MINE + FOLLOWED, encoding="utf-8")


def extraction(folder: Path, day: int, *without: str) -> str:
    file = folder / f"Extraction_Correspondance_MSSante_202611{day}0310.txt"
    rows = [row for row in ROWS if not any(f"|{address}|" in row for address in without)]
    file.write_text(text(rows), encoding="utf-8")
    return str(file)


def test_an_import_tells_whether_it_went_and_anomalies_look_at_it(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20))
    gone = balt("directory", "import", extraction(tmp_path, 22, TEAM))
    assert f"Disparue de l'extraction : {TEAM}" in gone.err
    seen = balt("directory", "anomalies", "--json")
    assert [row["addresses"] for row in seen.json if row["anomaly"] == "vanished"] == [[TEAM]]


def test_the_checklist_is_the_same_with_and_without_it(balt: Balt, tmp_path: Path, config_file: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20))
    ways = ((), ("--due",), ("--json",))
    with_it = [balt("checklist", *more).out for more in ways]
    assert all(with_it)
    config_file.write_text(MINE, encoding="utf-8")
    assert [balt("checklist", *more).out for more in ways] == with_it
    assert TEAM not in "".join(with_it)


def test_asked_about_it_the_checklist_says_whose_it_is(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20))
    said = balt("checklist", TEAM)
    assert said.out == ""
    assert "BAL de quelqu'un d'autre, suivie dans l'annuaire" in said.err


def test_its_request_makes_nobody_answer_for_it(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20))
    balt("case", "depublish", TEAM, "--to", OWN)
    asked = balt("case", "request", TEAM)
    assert "Responsable" in asked.out
    assert "Responsable              : (à compléter)" in asked.out
    assert "responsable de la BAL" not in asked.out
    assert asked.out.rstrip().endswith("Cordialement,\nDr Alix ESSAI")


def test_its_depublication_is_followed_also_where_no_source_is_there_to_ask(balt: Balt) -> None:
    opened = balt("case", "depublish", TEAM, "--to", OWN)
    assert opened.code == 0
    assert TEAM in balt("case", "list").out


def test_it_is_no_bal_to_prefer_or_to_read(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20))
    for words in (("status", TEAM), ("messages", TEAM)):
        result = balt(*words)
        assert result.code == 2
        assert "la BAL de quelqu'un d'autre, suivie dans l'annuaire" in result.err


def test_one_written_twice_is_told_by_the_doctor(balt: Balt, config_file: Path) -> None:
    config_file.write_text(MINE + f'[[followed]]\naddress = "{OWN}"\n', encoding="utf-8")
    result = balt("doctor")
    assert f"l'adresse {OWN} est déjà celle de la BAL de la ligne 5." in result.out + result.err
    assert "retirez ce bloc [[followed]]" in result.out + result.err
