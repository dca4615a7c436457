"""``balt case``: whether the BAL that people are sent to is read, which its messages tell."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.config import Account
from balt.demo.directory import DirectoryServer
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from tests.cli.case_places import BAL, OTHER, directory
from tests.cli.conftest import Balt, Places

__all__ = ["directory"]

LONG_AGO = datetime.now(UTC).replace(hour=12) - timedelta(days=500)
UNKNOWN = "la remplace ; on ne sait pas si elle est consultée"


@pytest.fixture
def unread(demo_places: Places) -> Account:
    """A BAL that nobody has read for more than a year."""
    account = demo_places.add()
    demo_places.write(account, date=LONG_AGO)
    return account


@pytest.fixture
def read(demo_places: Places) -> Account:
    """A BAL whose last message is read."""
    account = demo_places.add()
    demo_places.write(account, flags=(r"\Seen",))
    return account


def replacement(balt: Balt, action: str = "list") -> tuple[str, str]:
    """How the replacement stands in the case, by a command that opens nothing."""
    (case,) = balt("case", action, BAL, "--json").json
    return next((each["state"], each["said"]) for each in case["steps"] if each["step"] == "replacement")


def sent_to(balt: Balt, account: Account) -> None:
    """People who write to the BAL are sent to this one from now on."""
    assert balt("case", "depublish", BAL, "--to", account.address, "--again").code == 0


def test_a_replacement_that_was_not_measured_is_not_said_to_be_fine(balt: Balt, unread: Account) -> None:
    sent_to(balt, unread)
    assert replacement(balt) == ("unknown", f"{unread.address} {UNKNOWN}")
    followed = balt("case", "follow", BAL, "--no-mail")
    assert (followed.code, "? BAL de remplacement" in followed.out) == (0, True)


def test_following_measures_it_and_says_that_nobody_reads_it(balt: Balt, unread: Account) -> None:
    sent_to(balt, unread)
    followed = balt("case", "follow")
    assert (followed.code, "▲ BAL de remplacement" in followed.out) == (1, True)
    found = ("attention", f"{unread.address} la remplace, mais n'est pas consultée")
    assert replacement(balt) == found
    balt("case", "follow", "--no-mail")
    assert replacement(balt) == found, "what was not looked at takes nothing back"


@pytest.mark.parametrize("command", ["checklist", "status"])
def test_the_commands_that_measure_it_note_it(balt: Balt, unread: Account, command: str) -> None:
    sent_to(balt, unread)
    balt(command)
    assert replacement(balt)[0] == "attention"
    assert balt("case", "follow", "--no-mail").code == 1


def test_one_that_is_read_is_noted_as_such_and_stays_so_while_it_is_not_measured(
    balt: Balt, read: Account
) -> None:
    sent_to(balt, read)
    assert balt("case", "follow").code == 0
    for action in ("list", "show"):
        assert replacement(balt, action) == ("done", f"{read.address} la remplace")
    balt("case", "follow", "--no-mail")
    assert replacement(balt)[0] == "done"


def test_one_that_cannot_be_opened_stays_unknown(
    balt: Balt, read: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_to(balt, read)
    monkeypatch.setenv("BALT_TEST_PASSWORD", "faux")
    followed = balt("case", "follow")
    assert (followed.code, followed.err.count(read.address)) == (3, 1)
    assert replacement(balt)[0] == "unknown"


def test_a_bal_that_is_read_is_not_depublished_without_a_word(balt: Balt, read: Account) -> None:
    asked = balt("case", "depublish", read.address, "--to", OTHER)
    assert (asked.code, "encore en usage (consultée : un message reçu" in asked.err) == (
        4,
        True,
    )
    assert f"balt case depublish {read.address} --to {OTHER} --yes" in asked.err
    assert balt("case", "list", "--json").json == []
    assert balt("case", "depublish", read.address, "--to", OTHER, "--yes").code == 0


def test_nor_is_one_that_its_holder_says_is_read(balt: Balt, directory: DirectoryServer) -> None:
    folder = Path(os.environ["XDG_DATA_HOME"]) / "balt"
    Notebook(folder, SystemClock()).answer(BAL, Question.CONSULTED, "yes")
    asked = balt("case", "depublish", BAL, "--to", OTHER)
    assert (asked.code, "consultée, selon vous" in asked.err) == (4, True)
    assert balt("case", "depublish", BAL, "--to", OTHER, "--yes").code == 0


def written(balt: Balt, address: str) -> tuple[str, str]:
    """The request and the auto-reply of a BAL, as they are shown without opening it."""
    return balt("case", "request", address).out, balt("autoreply", address, "show", "--to", OTHER).out


def test_what_is_written_says_that_nobody_reads_it_only_where_that_was_seen(
    balt: Balt, read: Account, unread: Account
) -> None:
    for account, seen in ((read, False), (unread, True)):
        balt("case", "depublish", account.address, "--to", OTHER, "--yes")
        for text in written(balt, account.address):
            assert ("n'est plus consultée" in text, "remplacée par une autre" in text) == (seen, not seen)


def test_nothing_is_said_of_one_that_cannot_be_opened(
    balt: Balt, unread: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BALT_TEST_PASSWORD", "faux")
    opened = balt("case", "depublish", unread.address, "--to", OTHER)
    assert (opened.code, "dépublication" in opened.out) == (3, True)
    assert all("consultée" not in each for each in written(balt, unread.address))
