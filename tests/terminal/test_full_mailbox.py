"""A BAL at 100 % of its Dovecot quota is brought down to 60 %: in the app by keys, and in a shell."""

import imaplib
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from balt.config import Account
from tests.cli.conftest import PASSWORD_VARIABLE, message, toml_of
from tests.support.append import append_all
from tests.support.dovecot import Dovecot
from tests.support.servers import DovecotServer
from tests.support.source import ROOT
from tests.support.terminal import Terminal, foreign_controls

pytestmark = [pytest.mark.terminal, pytest.mark.dovecot]

LIMIT = 1024 * 1024
SIZE = 10_000
BALT = [sys.executable, "-P", "-m", "balt"]


def _fits(client: imaplib.IMAP4, mail: bytes) -> bool:
    return client.append("INBOX", "(\\Seen)", "", mail)[0] == "OK"


class Full:
    """A full mailbox: every message but a few is read, and the server takes no more."""

    def __init__(self, dovecot: Dovecot, folder: Path) -> None:
        self.server = DovecotServer(dovecot)
        self.account: Account = self.server.account(storage=LIMIT)
        self.folder = folder
        with self.server.client(self.account) as client:
            mails = [(message(f"courrier {n}", size=SIZE), None, ("\\Seen",)) for n in range(60)]
            append_all(client, mails[:55], "INBOX")
            append_all(client, mails[55:], "Trash")
            append_all(client, [(message(f"non lu {n}", size=SIZE), None, ()) for n in range(5)], "INBOX")
            self._fill(client)
        self.environ = {
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "BALT_CONFIG": str(folder / "config.toml"),
            PASSWORD_VARIABLE: dovecot.password,
            **{f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "DATA", "CACHE")},
        }
        (folder / "config.toml").write_text(toml_of(self.account), encoding="utf-8")

    @staticmethod
    def _fill(client: imaplib.IMAP4) -> None:
        """Until the server itself says that no more fits."""
        numbers = itertools.count()
        for size in (SIZE * 10, SIZE, 300):
            while _fits(client, message(f"de trop {next(numbers)}", size=size)):
                pass

    def subjects(self, folder: str) -> list[str]:
        with self.server.client(self.account) as client:
            if client.select(folder, readonly=True)[1] == [b"0"]:
                return []
            told = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        heads = [part[1].decode("ascii") for part in told if isinstance(part, tuple)]
        return [bytes.fromhex("".join(re.findall(r"=([0-9A-F]{2})", head))).decode("utf-8") for head in heads]

    def percent(self) -> int:
        with self.server.client(self.account) as client:
            told = client.getquotaroot("INBOX")[1][1][0]
        found = re.search(rb"STORAGE (\d+) (\d+)", told if isinstance(told, bytes) else b"")
        assert found is not None
        return int(found[1]) * 100 // int(found[2])

    def archived(self, place: Path) -> int:
        return len(list(place.rglob("*.eml")))


@pytest.fixture
def full(dovecot: Dovecot, tmp_path: Path) -> Full:
    found = Full(dovecot, tmp_path)
    assert found.percent() >= 99
    return found


def check(full: Full, before: int, place: Path) -> None:
    """It is at 60 %, what was unread is there, and what is gone is in the archive."""
    assert full.percent() <= 60
    left = full.subjects("INBOX") + full.subjects("Trash")
    assert len([name for name in left if name.startswith("non lu")]) == 5
    assert full.archived(place) == before - len(left)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=str)
def test_from_the_app(size: tuple[int, int], full: Full) -> None:
    before = len(full.subjects("INBOX") + full.subjects("Trash"))
    with Terminal(BALT, columns=size[0], rows=size[1], environ=full.environ) as terminal:
        terminal.wait_for("ENTRETENIR")
        terminal.keys("3")
        terminal.wait_for("courrier")
        terminal.keys("L")
        terminal.wait_for("Libérer de la place", "60 %", "Il faut libérer")
        terminal.keys("Enter")
        terminal.wait_for("Supprimer définitivement", "Archive", "Oui, archiver puis supprimer")
        terminal.wait_until(lambda screen: _pressed(terminal, "o", screen, "Fermer"), "the account")
        screen = terminal.text()
        assert re.search(r"✔ \d+ messages archivés et relus", screen)
        assert re.search(r"quota : (99|100) % → (5\d|60) %", screen)
        terminal.keys("Enter")
        terminal.wait_until_gone("Fermer")
        terminal.keys("q")
        assert terminal.wait_for_end() == 0
        assert foreign_controls(terminal.raw()) == []
    check(full, before, full.folder / "data" / "balt" / "archives")


def _pressed(terminal: Terminal, key: str, screen: str, wanted: str) -> bool:
    """Press a key as long as it is offered: a plan must have been read for a moment first."""
    if "o Oui," in screen:
        terminal.keys(key)
    return wanted in screen


def test_from_the_shell(full: Full) -> None:
    before = len(full.subjects("INBOX") + full.subjects("Trash"))
    place, plan = full.folder / "archives", full.folder / "plan.json"

    def balt(*arguments: str) -> str:
        done = subprocess.run(
            [*BALT, *arguments],
            env=os.environ | full.environ,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    address = full.account.address
    where = ("--then", "delete", "--archive", str(place), "--output", str(plan))
    balt("plan", address, "--down-to", "60", *where)
    assert full.percent() >= 99
    told = json.loads(balt("apply", str(plan), "--yes", "--json"))
    assert told["quota_after"]["used"] * 100 // told["quota_after"]["limit"] <= 60
    assert told["archived"] == told["deleted"]
    check(full, before, place)
    verified = json.loads(balt("archive", "verify", str(place), "--json"))
    assert verified["ok"] == told["archived"]
    assert not verified["damaged"]
