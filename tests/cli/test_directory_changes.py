"""``balt directory import``: what is told of the followed BAL where a file is damaged, cut, older, or of a
day to come; and that a BAL with an open case is followed.
"""

from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.config import Account, Config, Person
from balt.mailboxes.sightings import Look, SightingBook, followed_of
from tests.cli.conftest import Balt
from tests.directory.extraction_data import ALIX, ROWS, organisation, text

TEAM, FOREIGN = "urgences@ch-essai.mssante.fr", "cardio.ancien@ch-essai.mssante.fr"
OWN = "alix.essai@ch-essai.mssante.fr"
SAME = "ni apparue ni disparue"


@pytest.fixture(autouse=True)
def configure(config_file: Path) -> None:
    config_file.write_text(
        f'[person]\nname = "Dr Alix ESSAI"\nrpps = "{ALIX}"\n'
        f'[[mailbox]]\naddress = "{TEAM}"\naccess = "none"\n',
        encoding="utf-8",
    )


def extraction(folder: Path, day: int, rows: list[str], end: str = "\n") -> str:
    file = folder / f"Extraction_Correspondance_MSSante_202611{day}0310.txt"
    file.write_text(text(rows).rstrip("\n") + end, encoding="utf-8")
    return str(file)


def without(*addresses: str) -> list[str]:
    return [row for row in ROWS if not any(f"|{address}|" in row for address in addresses)]


def damaged(*addresses: str) -> list[str]:
    return [f"{row}|de trop" if any(f"|{address}|" in row for address in addresses) else row for row in ROWS]


def test_what_stands_in_a_damaged_line_did_not_vanish(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20, list(ROWS)))
    result = balt("directory", "import", extraction(tmp_path, 22, damaged(TEAM, OWN)), "--json")
    assert not [row for row in result.json if row["change"]]
    assert "Disparue" not in result.err
    assert SAME not in result.err
    for address in (TEAM, OWN):
        assert f"{address} se trouve dans une ligne illisible de l'extraction" in result.err
    seen = balt("directory", "anomalies", "--json")
    assert "vanished" not in {row["anomaly"] for row in seen.json}


def test_what_a_cut_hides_did_not_vanish(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20, list(ROWS)))
    cut = extraction(tmp_path, 22, [*without(TEAM)[:-1], "ORG|coup"], end="")
    result = balt("directory", "import", cut, "--json")
    assert not [row for row in result.json if row["change"]]
    assert "Disparue" not in result.err
    assert f"rien ne montre que cette BAL en soit absente : {TEAM}" in result.err
    again = balt("directory", "import", extraction(tmp_path, 23, without(TEAM)), "--json")
    assert {row["address"]: row["change"] for row in again.json if row["change"]} == {TEAM: "vanished"}


def test_after_an_older_file_nothing_is_said_to_be_as_before(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 28, list(ROWS)))
    balt("directory", "import", extraction(tmp_path, 20, without(TEAM)))
    result = balt("directory", "import", extraction(tmp_path, 26, list(ROWS)))
    assert SAME not in result.err
    assert "une extraction plus récente avait été vue, celle du 28 nov. 2026" in result.err


def test_a_day_to_come_that_was_once_noted_hides_no_change_for_years(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20, list(ROWS)))
    config = Config(accounts=(Account(TEAM, access="none"),), person=Person(rpps=ALIX))
    ahead = SystemClock().now().replace(year=2090)
    SightingBook(tmp_path / "data" / "balt").learn(Look(ahead, ()), followed_of(config), ahead)
    gone = balt("directory", "import", extraction(tmp_path, 23, without(TEAM)))
    assert f"Disparue de l'extraction : {TEAM}" in gone.err


def test_a_bal_with_an_open_case_is_followed(balt: Balt, tmp_path: Path) -> None:
    balt("directory", "import", extraction(tmp_path, 20, list(ROWS)))
    balt("case", "depublish", FOREIGN, "--to", OWN)
    same = balt("directory", "import", extraction(tmp_path, 22, list(ROWS)), "--json")
    assert FOREIGN in {row["address"] for row in same.json}
    gone = balt("directory", "import", extraction(tmp_path, 23, without(FOREIGN)), "--json")
    assert {row["address"]: row["change"] for row in gone.json if row["change"]} == {FOREIGN: "vanished"}
    assert f"Disparue de l'extraction : {FOREIGN}" in gone.err
    seen = balt("directory", "anomalies", FOREIGN, "--json")
    assert "vanished" in {row["anomaly"] for row in seen.json}


def test_spoilt_cases_are_told_once_and_the_import_is_done(balt: Balt, tmp_path: Path) -> None:
    (tmp_path / "data" / "balt").mkdir(parents=True)
    (tmp_path / "data" / "balt" / "cases.json").write_text("{", encoding="utf-8")
    result = balt("directory", "import", extraction(tmp_path, 20, list(ROWS)))
    assert result.code == 0
    assert result.err.count("cases.json") == 1


def test_what_a_much_shorter_file_lacks_did_not_vanish_until_it_is_said_to_be_whole(
    balt: Balt, tmp_path: Path
) -> None:
    many = [organisation(f"service.{at}@ch-essai.mssante.fr", "", "Soins", "|" * 12) for at in range(5_000)]
    balt("directory", "import", extraction(tmp_path, 20, [*many, *ROWS]))
    assert SAME not in balt("directory", "import", extraction(tmp_path, 21, [*many[:4_000], *ROWS])).err
    short = extraction(tmp_path, 22, [*many[:4_500], *without(TEAM)])
    doubtful = balt("directory", "import", short, "--json")
    assert not [row for row in doubtful.json if row["change"]]
    assert "elle a pu être coupée" in doubtful.err
    assert f"rien ne montre que cette BAL en soit absente : {TEAM}" in doubtful.err
    assert "Rien de tel dans ce qui a pu être lu" in balt("directory", "show", TEAM).err
    sure = balt("directory", "import", short, "--whole", "--json")
    assert {row["address"]: row["change"] for row in sure.json if row["change"]} == {TEAM: "vanished"}
    assert "elle a pu être coupée" not in sure.err
    assert "Rien de tel dans l'Annuaire Santé" in balt("directory", "show", TEAM).err
