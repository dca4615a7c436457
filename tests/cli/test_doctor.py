"""``balt doctor``: every check, and an exit code that says what they amount to."""

import csv
import io
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places, balt_process

CANARY = "canari-4f1c9e"
KEYS = ["mailbox", "id", "label", "result", "sentence", "advice"]


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of balt are new ones."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_a_bal_that_is_well(places: Places, balt: Balt) -> None:
    places.add(quota="2G")
    places.file.chmod(0o600)
    result = balt("doctor", "--json")
    assert (result.code, [row["id"] for row in result.json if row["result"] in ("warning", "failure")]) == (
        0,
        [],
    )
    assert "Rien à signaler." in result.err


def test_each_row_has_the_same_keys_and_names_its_bal(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    rows = balt("doctor", "--json").json
    assert all(list(row) == KEYS for row in rows)
    assert {row["mailbox"] for row in rows} == {None, account.address}


def test_with_an_address_only_that_bal_is_tried(demo_places: Places, balt: Balt) -> None:
    account, _other = demo_places.add(), demo_places.add()
    rows = balt("doctor", account.address, "--json").json
    assert {row["mailbox"] for row in rows} == {account.address}


def test_the_order_is_that_of_the_configuration(demo_places: Places, balt: Balt) -> None:
    addresses = [demo_places.add().address for _number in range(5)]
    rows = balt("doctor", "--json").json
    assert list(dict.fromkeys(row["mailbox"] for row in rows)) == [None, *addresses]


def test_without_a_configuration_the_machine_is_looked_at(balt: Balt) -> None:
    result = balt("doctor", "--json")
    assert (result.code, {row["mailbox"] for row in result.json}) == (1, {None})
    (found,) = [row for row in result.json if row["id"] == "config.file"]
    assert "balt demo" in found["advice"]


def test_a_broken_configuration_is_a_finding(config_file: Path, balt: Balt) -> None:
    config_file.write_text('langage = "fr"\n', encoding="utf-8")
    result = balt("doctor", "--json")
    (found,) = [row for row in result.json if row["id"] == "config.file"]
    assert (result.code, found["result"], "langage" in found["sentence"]) == (1, "failure", True)


@pytest.mark.usefixtures("config_file")
def test_a_bal_cannot_be_tried_without_a_configuration(balt: Balt) -> None:
    assert balt("doctor", "essai@medecin.mssante.fr").code == 2


def test_a_configuration_that_others_may_write_is_a_finding(demo_places: Places, balt: Balt) -> None:
    demo_places.add()
    demo_places.file.chmod(0o666)
    assert balt("doctor").code == 1


@pytest.mark.parametrize(
    "more", [{"port": 1}, {"password_env": "BALT_TEST_WRONG"}, {"host": "localhost.invalid"}]
)
def test_a_server_that_cannot_be_reached_or_refuses(
    demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch, more: dict[str, object]
) -> None:
    monkeypatch.setenv("BALT_TEST_WRONG", CANARY)
    demo_places.add(**({"security": "tls"} if "host" in more else {}) | more)
    assert balt("doctor").code == 3


def test_no_secret_is_said_or_written(
    demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, CANARY)
    monkeypatch.setenv("BALT_TEST_KEY", CANARY)
    demo_places.add()
    with demo_places.file.open("a", encoding="utf-8") as file:
        file.write('[directory]\nbase_url = "http://127.0.0.1:1"\napi_key_env = "BALT_TEST_KEY"\n')
    for options in ((), ("--json",), ("--csv",)):
        result = balt("doctor", *options)
        assert (result.code, CANARY in result.out + result.err) == (3, False)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY in path.read_text("latin-1")]
    assert written == []


def test_a_table_of_checks(demo_places: Places, balt: Balt) -> None:
    demo_places.add()
    rows = list(csv.DictReader(io.StringIO(balt("doctor", "--csv").out)))
    assert list(rows[0]) == KEYS


def test_for_people_each_bal_has_its_part_and_what_to_do(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add(port=1)
    lines = balt("doctor").out.splitlines()
    assert lines[0] == "Cet ordinateur"
    part = lines[lines.index(account.address) :]
    assert part[1].startswith("  [ok]          Nom du serveur : ")
    assert part[2].startswith("  [échec]       Port : ")
    assert part[3].lstrip().startswith("→ Vérifiez « port »")


def test_it_never_imports_the_screen(config_file: Path) -> None:
    done = balt_process("doctor", "--json", BALT_CONFIG=str(config_file), PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 1
    assert "balt.doctor.trying" in done.stderr
    assert "textual" not in done.stderr
