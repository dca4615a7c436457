"""One balt at a time on a mailbox, and the other one is told who it is: a real second process holds it."""

import getpass
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.errors import StoppedError
from tests.cleanup.fake import CLOCK, FakeSession, Owner, Script, Server, make_plan

HOLD = """
import sys
from pathlib import Path
from balt.cleanup.lock import mailbox_lock
from tests.cleanup.fake import Owner

with mailbox_lock(Path(sys.argv[1]), Owner(), "20261122-093000-abcdef01"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_balt(state: Path) -> "Iterator[subprocess.Popen[str]]":
    """A process of its own that holds the lock of the mailbox, until the block is left."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def about(state: Path) -> Path:
    """The file that says who holds the lock."""
    (file,) = (state / "locks").glob("*.json")
    return file


def taken(state: Path, owner: Owner | None = None) -> str:
    """What is said to a second balt; "" when it gets the lock."""
    try:
        with mailbox_lock(state, owner or Owner()):
            return ""
    except StoppedError as error:
        return str(error)


def test_a_second_balt_is_told_who_works_on_the_mailbox(tmp_path: Path) -> None:
    with another_balt(tmp_path) as process:
        told = taken(tmp_path)
        assert f"un autre balt (pid {process.pid} sur {socket.gethostname()}" in told
        assert f"utilisateur {getpass.getuser()}, depuis le " in told
        assert "Rien n'a été fait." in told
        written = json.loads(about(tmp_path).read_text(encoding="ascii"))
        assert (written["pid"], written["act"]) == (process.pid, "20261122-093000-abcdef01")
    assert taken(tmp_path) == ""


def test_two_mailboxes_that_one_login_opens_do_not_wait_for_each_other(tmp_path: Path) -> None:
    secretary = Owner(username="secretariat", authorization_identity="camille.exemple")
    with mailbox_lock(tmp_path, secretary):
        assert taken(tmp_path, Owner(username="secretariat", authorization_identity="dominique")) == ""
        assert "travaille déjà sur cette BAL" in taken(tmp_path, secretary)


def test_a_mailbox_is_one_whether_its_owner_opens_it_or_another_login_for_the_owner(tmp_path: Path) -> None:
    with mailbox_lock(tmp_path, Owner(username="secretariat", authorization_identity="camille.exemple")):
        assert "travaille déjà sur cette BAL" in taken(tmp_path, Owner(username="camille.exemple"))


def test_a_killed_balt_leaves_the_way_free_and_what_it_had_said_is_written_over(tmp_path: Path) -> None:
    with another_balt(tmp_path) as process:
        pass
    assert process.wait() != 0
    assert json.loads(about(tmp_path).read_text(encoding="ascii"))["pid"] == process.pid
    with mailbox_lock(tmp_path, Owner(), "p1", CLOCK):
        assert json.loads(about(tmp_path).read_text(encoding="ascii")) == {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "user": getpass.getuser(),
            "since": CLOCK.now().isoformat(timespec="seconds"),
            "act": "p1",
        }
    assert list((tmp_path / "locks").glob("*.json")) == []


def test_another_mailbox_is_free(tmp_path: Path) -> None:
    with another_balt(tmp_path):
        assert taken(tmp_path, Owner(username="dominique.fictif")) == ""


def test_an_act_beside_another_balt_asks_nothing_of_the_server(tmp_path: Path) -> None:
    server, journal = Server(), Journal(tmp_path / "journal.jsonl", CLOCK, "Dr Camille EXEMPLE")
    server.fill("INBOX", 2)
    session = FakeSession(server)
    with another_balt(tmp_path) as process, pytest.raises(StoppedError, match=f"pid {process.pid} "):
        apply_plan(make_plan(server), session, journal)
    assert session.script.calls == []
    assert journal.entries() == []


def test_an_act_says_its_plan_while_it_holds_the_lock(journal: Journal) -> None:
    server, script, seen = Server(), Script(), list[str]()
    server.fill("INBOX", 1)
    script.hand(1, lambda: seen.append(json.loads(about(journal.folder).read_text(encoding="ascii"))["act"]))
    apply_plan(make_plan(server, plan_id="p7"), FakeSession(server, script), journal)
    assert seen == ["p7"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"pid": 1}',
        b'{"pid": 1, "host": "h", "user": "u", "since": "hier"}',
        b'{"pid": [], "host": "h", "user": "u", "since": "2026-11-22T09:30:00+00:00"}',
        b"[" * 3_000,
    ],
)
def test_a_file_that_balt_did_not_write_is_not_believed(tmp_path: Path, content: bytes) -> None:
    with mailbox_lock(tmp_path, Owner()):
        about(tmp_path).write_bytes(content)
        told = taken(tmp_path)
    assert "un autre balt travaille déjà sur cette BAL." in told


def test_a_name_in_the_file_cannot_drive_the_terminal(tmp_path: Path) -> None:
    with mailbox_lock(tmp_path, Owner()):
        content = {"pid": 1, "host": "\x1b[31m", "user": "u", "since": "2026-11-22T09:30:00+00:00"}
        about(tmp_path).write_text(json.dumps(content), encoding="ascii")
        assert "\x1b" not in taken(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_nobody_else_can_read_who_works_on_the_mailbox(tmp_path: Path) -> None:
    with mailbox_lock(tmp_path, Owner()):
        assert about(tmp_path).stat().st_mode & 0o777 == 0o600
