"""``balt index``: what is kept of each BAL on this computer, and its end; no server is asked."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import Account, Keep, load_config
from balt.mail.index import MailIndex, index_path
from balt.mail.index_file import files_of
from tests.cli.conftest import Balt
from tests.mail.index_cases import PDF, some

FIRST, SECOND = "camille.exemple@medecin.mssante.fr", "secretariat@cab-fictif.mssante.fr"
CONFIGURATION = f"""
[index]
keep = "figures"
[[mailbox]]
address = "{FIRST}"
host = "imap.invalid"
[[mailbox]]
address = "{SECOND}"
host = "imap.invalid"
username = "{{address}}*admin"
[[mailbox]]
address = "webmail@cab-fictif.mssante.fr"
access = "none"
"""


@pytest.fixture
def now() -> datetime:
    """When the test begins: a run of all of them may go on beyond midnight."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def accounts(config_file: Path, now: datetime) -> list[Account]:
    """Two BAL with an index, of two folders and of one; their server does not exist."""
    config_file.write_text(CONFIGURATION, encoding="utf-8")
    accounts = [each for each in load_config(config_file).accounts if each.access == "imap"]
    _fill(config_file, accounts[0], "Été", range(1, 4), now - timedelta(days=3))
    _fill(config_file, accounts[0], "INBOX", range(1, 3), now)
    _fill(config_file, accounts[1], "INBOX", range(1, 2), now)
    return accounts


def _path(config_file: Path, account: Account) -> Path:
    return index_path(config_file.parent / "data" / "balt", account)


def _fill(config_file: Path, account: Account, folder: str, uids: range, when: datetime) -> None:
    index = MailIndex(_path(config_file, account), FixedClock(when), Keep.FIGURES)
    index.save(some(uids, folder=folder))
    index.save_attachments(folder, 7, {1: (PDF,)})
    index.close()


def test_each_mailbox_tells_what_is_kept_of_it(
    accounts: list[Account], config_file: Path, now: datetime, balt: Balt
) -> None:
    result = balt("index", "--json")
    assert result.code == 0
    first, second = result.json
    assert first == {
        "address": FIRST,
        "folders": 2,
        "messages": 5,
        "size": _path(config_file, accounts[0]).stat().st_size,
        "oldest": (now - timedelta(days=3)).isoformat(),
        "newest": now.isoformat(),
        "keep": "figures",
    }
    assert (second["address"], second["folders"], second["messages"]) == (SECOND, 1, 1)


def test_the_csv_has_the_same_columns(accounts: list[Account], balt: Balt) -> None:
    rows = list(csv.DictReader(io.StringIO(balt("index", "--csv").out)))
    assert [list(row) for row in rows] == [list(row) for row in balt("index", "--json").json]


def test_the_table_says_the_age_and_what_is_kept(accounts: list[Account], balt: Balt) -> None:
    lines = balt("index").out.splitlines()
    assert len(lines) == 3
    assert "aujourd'hui" in lines[1]
    assert "il y a 3 jours" in lines[1]
    assert "sans nom ni objet" in lines[1]


def test_texts_are_never_said_to_be_kept_of_a_discreet_access(
    accounts: list[Account], config_file: Path, balt: Balt
) -> None:
    config_file.write_text(CONFIGURATION.replace("figures", "texts"), encoding="utf-8")
    assert [row["keep"] for row in balt("index", "--json").json] == ["texts", "figures"]


def test_nothing_is_kept_once_the_configuration_says_so(
    accounts: list[Account], config_file: Path, balt: Balt
) -> None:
    config_file.write_text(CONFIGURATION.replace("figures", "nothing"), encoding="utf-8")
    for row in balt("index", "--json").json:
        assert (row["folders"], row["messages"], row["size"]) == (0, 0, 0)
        assert (row["oldest"], row["newest"], row["keep"]) == (None, None, "nothing")
    assert not any(_path(config_file, account).exists() for account in accounts)


def test_looking_creates_nothing(config_file: Path, balt: Balt) -> None:
    config_file.write_text(CONFIGURATION, encoding="utf-8")
    assert [row["messages"] for row in balt("index", "--json").json] == [0, 0]
    assert "—" in balt("index").out
    assert not (config_file.parent / "data").exists()


def test_a_configuration_without_imap_is_an_empty_list(config_file: Path, balt: Balt) -> None:
    config_file.write_text('[person]\nname = "Dr Camille EXEMPLE"\n', encoding="utf-8")
    assert balt("index", "--json").json == []
    assert "Aucune BAL" in balt("index").err


def test_clear_removes_every_index_and_says_so(
    accounts: list[Account], config_file: Path, balt: Balt
) -> None:
    result = balt("index", "clear")
    assert (result.code, result.out) == (0, "")
    assert result.err.count("index effacé") == 2
    for account in accounts:
        assert not any(each.exists() for each in files_of(_path(config_file, account)))
    again = balt("index", "clear", FIRST)
    assert again.code == 0
    assert "il n'y avait pas d'index" in again.err


def test_clear_removes_only_the_index_of_the_mailbox_that_is_named(
    accounts: list[Account], config_file: Path, balt: Balt
) -> None:
    assert balt("index", "clear", "secr").code == 0
    assert _path(config_file, accounts[0]).exists()
    assert not _path(config_file, accounts[1]).exists()


def test_an_unknown_mailbox_is_wrong_use_and_nothing_is_removed(
    accounts: list[Account], config_file: Path, balt: Balt
) -> None:
    assert balt("index", "clear", FIRST, "inconnue").code == 2
    assert _path(config_file, accounts[0]).exists()


def test_an_index_that_cannot_be_removed_is_told(
    accounts: list[Account], config_file: Path, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink: Callable[..., None] = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == _path(config_file, accounts[0]):
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    result = balt("index", "clear")
    assert result.code == 2
    assert f"{FIRST} : l'index n'a pas pu être effacé" in result.err
    assert f"{SECOND} : index effacé" in result.err
