"""``balt checklist`` beyond the states, ``balt tick`` and ``balt share``, on a BAL without IMAP."""

import csv
import io
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from tests.cli.conftest import Balt

WEBMAIL = "webmail@medecin.mssante.fr"


@pytest.fixture(autouse=True)
def webmail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A practice with one BAL that nothing can measure; its data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    config = tmp_path / "config" / "balt" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'[person]\nname = "Dr Camille EXEMPLE"\n[[mailbox]]\naddress = "{WEBMAIL}"\naccess = "none"\n'
    )
    monkeypatch.setenv("BALT_CONFIG", str(config))
    return tmp_path / "data" / "balt"


def state(balt: Balt, step: int, sheet: str = "entretenir") -> tuple[str, str]:
    rows = balt("checklist", "--json").json
    found = next(
        each for each in rows if (each["sheet"], each["step"], each["address"]) == (sheet, step, None)
    )
    return found["state"], " ; ".join(found["evidence"])


def test_a_step_is_ticked_told_and_taken_back(balt: Balt) -> None:
    assert state(balt, 1)[0] == "unknown"
    result = balt("tick", "set", "entretenir.1", "webmail", "--note", "vidée au webmail")
    assert (result.code, result.out) == (0, "")
    found, said = state(balt, 1)
    assert found == "done"
    assert "fait d'après Dr Camille EXEMPLE, le " in said
    (row,) = balt("tick", "list", "--json").json
    assert (row["step"], row["address"], row["done"], row["counts"]) == ("entretenir.1", WEBMAIL, True, True)
    assert (row["author"], row["note"]) == ("Dr Camille EXEMPLE", "vidée au webmail")
    assert datetime.fromisoformat(row["ends_at"]) - datetime.fromisoformat(row["given_at"]) == timedelta(
        days=90
    )
    assert "vidée au webmail" in balt("tick", "list").out
    assert balt("tick", "clear", "entretenir.1", WEBMAIL).code == 0
    assert balt("tick", "list", "--json").json == []
    assert state(balt, 1)[0] == "unknown"


def test_the_contrary_can_be_said(balt: Balt) -> None:
    balt("tick", "set", "entretenir.2", "webmail", "--no")
    assert state(balt, 2)[0] == "todo"
    assert "entretenir.2" in balt("tick", "list", "--csv").out


def test_the_whole_practice_is_ticked_without_a_bal(balt: Balt) -> None:
    balt("tick", "set", "identifier.1")
    assert "toutes vos BAL y ont été cherchées" in state(balt, 1, "identifier")[1]
    assert balt("tick", "list", "--json").json[0]["address"] is None


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (("entretenir.1",), "BAL par BAL"),
        (("entretenir.7", "webmail"), "n'existe pas"),
        (("valoriser.2", "webmail"), "balt supports"),
        (("entretenir.1", "inconnue@x.mssante.fr"), "pas connue ici"),
    ],
)
def test_a_tick_that_would_not_count_is_refused(balt: Balt, step: tuple[str, ...], why: str) -> None:
    result = balt("tick", "set", *step)
    assert result.code == 2
    assert why in result.err
    assert balt("tick", "list", "--json").json == []


def test_a_day_is_kept_and_told(balt: Balt) -> None:
    assert balt("checklist", "--history", "--json").json == []
    balt("checklist")
    balt("tick", "set", "entretenir.1", "webmail")
    balt("checklist")
    (day,) = balt("checklist", "--history", "--json").json
    assert (day["day"], day["done"], day["steps"]) == (datetime.now().astimezone().date().isoformat(), 1, 8)
    assert day["states"]["entretenir.1"] == "done"
    assert "1/8" in balt("checklist", "--history").out
    (row,) = csv.DictReader(io.StringIO(balt("checklist", "--history", "--csv").out))
    assert row["entretenir.1"] == "done"


def test_one_bal_alone_is_no_line_of_the_history(balt: Balt) -> None:
    balt("checklist", "webmail")
    assert balt("checklist", "--history", "--json").json == []


def test_a_history_that_is_damaged_is_told_and_stops_nothing(balt: Balt, webmail: Path) -> None:
    webmail.mkdir(parents=True, exist_ok=True)
    (webmail / "history.json").write_text("{")
    result = balt("checklist", "--json")
    assert (result.code, len(result.json)) == (0, 16)
    assert "history.json" in result.err
    assert (webmail / "history.json").read_text() == "{"


def test_an_answer_that_ages_out_is_due(balt: Balt, webmail: Path) -> None:
    given = datetime.now(UTC) - timedelta(days=80)
    Notebook(webmail, FixedClock(given)).answer(WEBMAIL, Question.TRASH, "yes")
    rows = balt("checklist", "--due", "--json").json
    assert list(rows[0]) == ["kind", "on", "late", "address", "said", "target"]
    assert (rows[0]["kind"], rows[0]["late"], rows[0]["address"]) == ("answer", False, WEBMAIL)
    assert datetime.fromisoformat(rows[0]["on"]) - given < timedelta(days=90, seconds=1)
    assert "à redire" in balt("checklist", "--due").out
    assert balt("checklist", "webmail", "--due", "--csv").out.count("answer") >= 1


def test_for_cron_it_is_silent_when_nothing_is_to_be_done(balt: Balt) -> None:
    quiet = balt("checklist", "--strict", "--quiet")
    assert quiet.code in (0, 1)
    balt("tick", "set", "entretenir.1", "webmail", "--no")
    result = balt("checklist", "--strict", "--quiet")
    assert result.code == 1
    lines = result.out.splitlines()
    assert any(line.startswith("todo entretenir.1 * reste à faire d'après") for line in lines)
    assert any(line.startswith(f"todo entretenir.1 {WEBMAIL} ") for line in lines)
    assert all(line.split()[0] in ("todo", "attention", "blocked") for line in lines)
    assert {each["state"] for each in balt("checklist", "--quiet", "--json").json} <= {
        "todo",
        "attention",
        "blocked",
    }


def test_two_machines_share_what_they_know(
    balt: Balt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    balt("tick", "set", "entretenir.1", "webmail", "--note", "faite")
    file = tmp_path / "partage.json"
    assert balt("share", "export", str(file)).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert balt("share", "export", str(file)).code == 2
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "autre"))
    dry = balt("share", "merge", str(file), "--dry-run", "--json")
    assert [(each["store"], each["about"]) for each in dry.json] == [("answers.json", f"{WEBMAIL} trash")]
    assert state(balt, 1)[0] == "unknown"
    merged = balt("share", "merge", str(file))
    assert (merged.code, f"{WEBMAIL} : La corbeille de cette BAL est-elle vidée ? · oui" in merged.out) == (
        0,
        True,
    )
    assert state(balt, 1)[0] == "done"
    assert "Rien de nouveau" in balt("share", "merge", str(file)).err
    file.write_text("{")
    assert balt("share", "merge", str(file)).code == 4
