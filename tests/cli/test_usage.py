"""``balt usage``: an operator's CSV, from the file to the verdict."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from balt.demo.directory import DirectoryServer
from balt.demo.directory.faults import DirectoryFaultKind
from tests.cli.conftest import Balt
from tests.cli.test_verdicts import CAMILLE, HOSPITAL, UNLISTED, VARIABLE, evidence, states, verdicts
from tests.support.directory import KEY

TODAY = date.today()  # noqa: DTZ011 - the command counts from the day of this machine
NURSE = "camille.exemple@infirmier.mssante.fr"
OFFICE = "secretariat@cab-lilas.mssante.fr"


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def as_written(days: int) -> str:
    return f"{TODAY - timedelta(days=days):%d/%m/%Y}"


@pytest.fixture
def webmails(
    directory_server: DirectoryServer, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> DirectoryServer:
    """Two BAL without IMAP, and a third of the holder that only the directory knows."""
    monkeypatch.setenv(VARIABLE, KEY)
    lines = ["[person]", 'name = "Dr Camille EXEMPLE"', 'rpps = "10999990012"', "[directory]"]
    lines += [f'base_url = "{directory_server.base_url}"', f'api_key_env = "{VARIABLE}"']
    for address in (CAMILLE, UNLISTED):
        lines += ["[[mailbox]]", f'address = "{address}"', 'access = "none"']
    config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory_server


@pytest.fixture
def statistic(tmp_path: Path) -> Path:
    file = tmp_path / f"bal_{TODAY - timedelta(days=2):%Y%m%d}.csv"
    lines = [
        "Adresse;Dernière connexion;Espace utilisé (Mo);Quota (Mo);Nom",
        f"{CAMILLE.title()};{as_written(5)};1980;2048;X",
        f"{HOSPITAL};{as_written(500)};3;2048;=cmd|'/c calc'!A0",
        f"{NURSE};31/12/2019;1;2;Y",
    ]
    file.write_bytes("\r\n".join(lines).encode("cp1252"))
    return file


@pytest.mark.usefixtures("webmails")
def test_a_statistic_gives_the_verdicts_that_imap_cannot(balt: Balt, statistic: Path) -> None:
    assert verdicts(balt("status", "--json").json)[CAMILLE] == "unknown"
    result = balt("usage", "import", str(statistic))
    assert result.code == 0
    assert CAMILLE in result.out
    for said in ("d'après le nom du fichier", "Colonnes laissées de côté : Nom", "1 ligne d'une autre BAL"):
        assert said in result.err
    assert verdicts(balt("status", "--json").json) == {CAMILLE: "watch", UNLISTED: "unknown"}
    counted = {
        each["address"]: (each["quota_counted"], each["quota_counted_on"])
        for each in balt("status", "--json").json
    }
    assert counted == {CAMILLE: (96, f"{TODAY - timedelta(days=2):%Y-%m-%d}"), UNLISTED: (None, None)}
    assert "≈96 %" in balt("status").out
    rows = balt("checklist", "--json").json
    assert states(rows, HOSPITAL)["identifier", 2] == "attention"
    assert "aucune connexion depuis" in evidence(rows, HOSPITAL, "identifier", 2)
    assert "d'après l'opérateur, le" in evidence(rows, HOSPITAL, "identifier", 2)
    assert "dernière connexion le" in evidence(rows, CAMILLE, "identifier", 1)


@pytest.mark.usefixtures("webmails")
def test_the_report_is_one_document_and_a_trial_keeps_nothing(balt: Balt, statistic: Path) -> None:
    result = balt("usage", "import", str(statistic), "--dry-run", "--json")
    report = result.json
    assert (report["dry_run"], report["rows"], report["others"], report["bad"]) == (True, 3, 1, 0)
    assert report["taken_on"] == (TODAY - timedelta(days=2)).isoformat()
    assert [each["address"] for each in report["figures"]] == [HOSPITAL, CAMILLE]
    assert report["columns"]["used"] == "Espace utilisé (Mo)"
    assert "rien n'a été retenu" in result.err
    assert balt("usage", "show", "--json").json == []


@pytest.mark.usefixtures("webmails")
def test_columns_are_said_once_and_remembered_whatever_their_order(balt: Balt, tmp_path: Path) -> None:
    file = tmp_path / "stats.csv"
    file.write_text(f"Id,Vu\n{CAMILLE},{ago(4)}\n", encoding="utf-8")
    refused = balt("usage", "import", str(file))
    assert (refused.code, refused.out) == (2, "")
    assert "Colonnes du fichier : « Id », « Vu »." in refused.err
    assert "--map 'address=Id,last_login=Vu'" in refused.err
    assert balt("usage", "import", str(file), "--map", "address=Id,last_login=Vu", "--dry-run").code == 0
    assert balt("usage", "import", str(file)).code == 2
    assert balt("usage", "import", str(file), "--map", "address=Id,last_login=Vu").code == 0
    file.write_text(f"Vu;Id\n{ago(1)};{CAMILLE}\n", encoding="utf-8")
    assert balt("usage", "import", str(file)).code == 0
    assert balt("usage", "show", "--json").json[0]["last_login"] == (TODAY - timedelta(days=1)).isoformat()
    assert balt("usage", "forget").code == 0
    assert balt("usage", "import", str(file)).code == 2


@pytest.mark.usefixtures("webmails")
def test_days_that_could_be_months_are_asked_for_and_the_answer_is_remembered(
    balt: Balt, tmp_path: Path
) -> None:
    file = tmp_path / "stats.csv"
    file.write_text(f"Adresse;Dernière connexion\n{CAMILLE};03/04/2025\n", encoding="utf-8")
    refused = balt("usage", "import", str(file))
    assert (refused.code, refused.out) == (2, "")
    assert "--map 'last_login=Dernière connexion:jj/mm'" in refused.err
    assert balt("usage", "import", str(file), "--map", "last_login=Dernière connexion:jj/mm").code == 0
    assert balt("usage", "import", str(file)).code == 0
    assert balt("usage", "show", "--json").json[0]["last_login"] == "2025-04-03"


@pytest.mark.usefixtures("webmails")
def test_lines_left_aside_are_named_and_make_the_exit_code(balt: Balt, statistic: Path) -> None:
    with statistic.open("a", encoding="cp1252") as lines:
        lines.write(f"\r\n{UNLISTED};hier;1;2;Z\r\nTotal;;;;\r\n")
    result = balt("usage", "import", str(statistic))
    assert result.code == 1
    assert "Ligne 5 laissée de côté : « Dernière connexion » ne se lit pas." in result.err
    assert "Ligne 6 laissée de côté : elle ne donne pas d'adresse." in result.err
    assert len(balt("usage", "show", "--json").json) == 2


@pytest.mark.usefixtures("webmails")
def test_a_table_without_one_of_the_bal_is_a_finding(balt: Balt, tmp_path: Path) -> None:
    file = tmp_path / "stats.csv"
    file.write_text(f"Adresse;Quota (Mo)\n{NURSE};5\n", encoding="utf-8")
    assert balt("usage", "import", str(file)).code == 1


@pytest.mark.usefixtures("webmails")
def test_an_older_statistic_changes_nothing_and_says_so(balt: Balt, statistic: Path) -> None:
    balt("usage", "import", str(statistic))
    before = balt("usage", "show", "--json").json
    day = (TODAY - timedelta(days=1)).isoformat()
    older = balt("usage", "import", str(statistic), "--taken-on", (TODAY - timedelta(days=4)).isoformat())
    assert older.code == 0
    assert "2 BAL ont déjà une statistique plus récente, qui reste." in older.err
    assert balt("usage", "show", "--json").json == before
    assert balt("usage", "import", str(statistic), "--taken-on", day).code == 0
    assert {row["taken_on"] for row in balt("usage", "show", "--json").json} == {day}


@pytest.mark.usefixtures("webmails")
def test_an_aged_statistic_is_shown_and_decides_nothing(balt: Balt, statistic: Path) -> None:
    lines = f"Adresse;Dernière connexion\n{CAMILLE};{ago(100)}\n"
    statistic.write_text(lines, encoding="utf-8")
    balt("usage", "import", str(statistic), "--taken-on", (TODAY - timedelta(days=95)).isoformat())
    shown = balt("usage", "show", "--csv")
    (row,) = csv.DictReader(io.StringIO(shown.out))
    assert row["counts"] == "false"
    assert "ne décide plus rien" in shown.err
    assert verdicts(balt("status", "--json").json)[CAMILLE] == "unknown"


@pytest.mark.usefixtures("webmails")
@pytest.mark.parametrize("day", ["2999-01-01", "1900-01-01"])
def test_a_day_that_is_no_statistic_s_is_wrong_use(balt: Balt, statistic: Path, day: str) -> None:
    assert balt("usage", "import", str(statistic), "--taken-on", day).code == 2


@pytest.mark.usefixtures("practice")
def test_the_messages_outrank_an_older_connection(balt: Balt, statistic: Path) -> None:
    before = verdicts(balt("status", "--json").json)
    lines = f"Adresse;Dernière connexion\n{OFFICE};{ago(700)}\n"
    statistic.write_text(lines, encoding="utf-8")
    assert balt("usage", "import", str(statistic)).code == 0
    assert verdicts(balt("status", "--json").json) == before
    assert before[OFFICE] == "active"


def test_without_a_statistic_there_is_nothing_to_show_or_forget(balt: Balt, config_file: Path) -> None:
    config_file.write_text("", encoding="utf-8")
    assert balt("usage", "show", "--json").json == []
    assert "Aucune statistique" in balt("usage", "show").err
    assert balt("usage", "forget").code == 0


def test_a_directory_that_does_not_answer_is_told_for_bal_may_be_missing(
    webmails: DirectoryServer, balt: Balt, statistic: Path
) -> None:
    webmails.faults.add(DirectoryFaultKind.HTML, times=-1)
    result = balt("usage", "import", str(statistic), "--json")
    assert result.code == 3
    assert [each["address"] for each in result.json["figures"]] == [CAMILLE]
    assert result.json["others"] == 2
    assert "Annuaire Santé : " in result.err


@pytest.mark.usefixtures("webmails")
def test_a_refused_table_leaves_what_was_known(balt: Balt, statistic: Path) -> None:
    balt("usage", "import", str(statistic))
    before = balt("usage", "show", "--json").json
    with statistic.open("a", encoding="cp1252") as lines:
        lines.write(f'\r\n{UNLISTED};"{ago(1)};1;2;Z\r\n{CAMILLE};{ago(1)};1;2;Z\r\n')
    refused = balt("usage", "import", str(statistic))
    assert (refused.code, refused.out) == (2, "")
    assert balt("usage", "show", "--json").json == before
