"""How old what the directory says is: told each time, and kept no longer than the terms of the API allow."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.demo.directory import DirectoryServer, extraction_of
from balt.units import format_date
from tests.cli.conftest import Balt
from tests.support.demo import NOW
from tests.support.directory import KEY, practice_directory

CAMILLE, HOSPITAL = "camille.exemple@medecin.mssante.fr", "c.exemple@ch-fictif.mssante.fr"
VARIABLE = "BALT_TEST_API_KEY"
PERSON = '[person]\nname = "Dr Camille EXEMPLE"\nrpps = "10999990012"\n'
BOXES = "".join(f'[[mailbox]]\naddress = "{each}"\naccess = "none"\n' for each in (CAMILLE, HOSPITAL))

Days = Callable[[int], None]


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """Live so many days after the practice was made."""
    monkeypatch.setenv(VARIABLE, KEY)

    def live(count: int) -> None:
        clock = FixedClock(NOW + timedelta(days=count))
        monkeypatch.setattr("balt.cli.context.SystemClock", lambda: clock)

    return live


def directory(**values: str) -> str:
    return "[directory]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


@pytest.mark.parametrize("question", [("search", "10999990012"), ("show", CAMILLE)])
@pytest.mark.parametrize(
    ("later", "since"), [(0, "aujourd'hui"), (1, "hier"), (15, "il y a 15 jours"), (400, "il y a 13 mois")]
)
def test_when_each_source_said_it_is_told(
    balt: Balt,
    days: Days,
    config_file: Path,
    directory_server: DirectoryServer,
    tmp_path: Path,
    question: tuple[str, str],
    later: int,
    since: str,
) -> None:
    name, rows = extraction_of(practice_directory(), NOW)
    (tmp_path / name).write_text(rows, encoding="utf-8")
    source = directory(
        base_url=directory_server.base_url, api_key_env=VARIABLE, extraction=str(tmp_path / name)
    )
    config_file.write_text(source, encoding="utf-8")
    days(later)
    told = balt("directory", *question)
    assert told.code == 0
    today = NOW + timedelta(days=later)
    assert (
        f"D'après : API du {format_date(today.date())}, extraction du {format_date(NOW.date())} ({since})."
        in told.err
    )
    seen = {row["origin"]: row["seen_on"] for row in balt("directory", *question, "--json").json}
    assert {origin: datetime.fromisoformat(when).astimezone(UTC).date() for origin, when in seen.items()} == {
        "api": today.date(),
        "extraction": NOW.date(),
    }


def test_a_source_that_was_asked_and_names_nothing_has_its_age_told_too(
    balt: Balt, days: Days, config_file: Path, directory_server: DirectoryServer, tmp_path: Path
) -> None:
    name, rows = extraction_of(practice_directory(), NOW)
    (tmp_path / name).write_text(rows, encoding="utf-8")
    source = directory(
        base_url=directory_server.base_url, api_key_env=VARIABLE, extraction=str(tmp_path / name)
    )
    config_file.write_text(source, encoding="utf-8")
    days(1)
    told = balt("directory", "search", "personnedecenom")
    assert (told.code, told.out) == (0, "")
    assert "Rien de tel" in told.err
    assert "extraction du" in told.err
    assert "(hier)" in told.err


@pytest.mark.parametrize("question", [("search", "10999990012"), ("show", CAMILLE)])
def test_of_a_source_that_did_not_answer_no_age_is_told(
    balt: Balt, days: Days, config_file: Path, directory_server: DirectoryServer, question: tuple[str, str]
) -> None:
    days(0)
    config_file.write_text(
        directory(base_url=directory_server.base_url, api_key_env=VARIABLE), encoding="utf-8"
    )
    told = balt("directory", *question).err
    assert "API du" in told
    assert "extraction du" not in told


def files_that_hold(words: set[str], *folders: Path) -> dict[str, list[str]]:
    """Every file under these folders that has one of these words in it, whatever it is written in."""
    found = {}
    for folder in folders:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            content = file.read_bytes().decode("utf-8", "replace")
            content += json.dumps(content)  # as far as it goes: what is escaped there is escaped here
            if held := sorted(word for word in words if word in content or json.dumps(word)[1:-1] in content):
                found[file.name] = held
    return found


def test_after_thirty_days_no_file_holds_what_the_api_said(
    balt: Balt, days: Days, config_file: Path, directory_server: DirectoryServer, tmp_path: Path
) -> None:
    own = PERSON + BOXES
    source = directory(base_url=directory_server.base_url, api_key_env=VARIABLE)
    config_file.write_text(own + source, encoding="utf-8")
    said = {"CH Fictif de Valbrume", "990000028", "Valbrume", "VALBRUME", '"published"', "Médecin"}
    everything = (
        ("directory", "search", "Camille EXEMPLE"),
        ("directory", "show", HOSPITAL),
        ("directory", "anomalies"),
        ("status",),
        ("checklist",),
        ("situations", "list"),
        ("supports", "list"),
        ("case", "list"),
        ("case", "follow", "--no-mail"),
    )
    days(0)
    balt("case", "depublish", HOSPITAL, "--to", CAMILLE)
    for command in everything:
        balt(*command)
    kept = files_that_hold(said, tmp_path / "data", tmp_path / "state")
    assert {"situations.json", "cases.json"} <= set(kept)  # the search finds what is there

    config_file.write_text(own, encoding="utf-8")  # and the API is not asked any more
    days(29)
    for command in everything:
        balt(*command)
    assert files_that_hold(said, tmp_path / "data", tmp_path / "state")
    days(31)  # each was heard a moment after the first day began
    for command in everything:
        balt(*command)
    assert files_that_hold(said, tmp_path / "data", tmp_path / "state") == {}
