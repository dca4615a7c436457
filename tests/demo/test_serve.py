"""The program: one JSON line, the practice behind it, and nothing left when its caller is gone."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.demo.raw_client import RawClient

Running = tuple[subprocess.Popen[str], dict[str, Any]]


def start(*arguments: str, **environ: str) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "balt.demo.serve", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | environ,
    )
    assert process.stdout
    return process, json.loads(process.stdout.readline())


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Closes its standard input; its exit code and what it said."""
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def ask_directory(told: dict[str, str], search: str) -> dict[str, Any]:
    parts = urlsplit(f"{told['base_url']}/{search}")
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"ESANTE-API-KEY": told["key"]})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return dict(answer)


@pytest.fixture
def running() -> Iterator[Running]:
    process, told = start("--today", "2026-11-22", BALT_DEMO_PASSWORD="pass")
    yield process, told
    finish(process)


def test_the_line_says_where_it_is_and_who_may_come_in(running: Running) -> None:
    told = running[1]
    assert told["host"] == "127.0.0.1"
    assert told["person"] == {"name": "Dr Camille EXEMPLE", "rpps": "10999990012"}
    addresses = [account["address"] for account in told["accounts"]]
    assert addresses == [
        "camille.exemple@medecin.mssante.fr",
        "secretariat@cab-lilas.mssante.fr",
        "c.exemple@ch-fictif.mssante.fr",
        "camille@msp-lilas.mssante.fr",
    ]


def test_the_line_says_where_the_directory_is(running: Running) -> None:
    told = running[1]["directory"]
    parts = urlsplit(told["base_url"])
    assert (parts.hostname, parts.path) == ("127.0.0.1", "/fhir/v2")
    answer = ask_directory(told, "Practitioner?identifier=10999990012")
    assert answer["total"] == 1


def test_the_line_holds_the_extraction_of_the_morning(running: Running) -> None:
    extraction = running[1]["extraction"]
    assert extraction["name"] == "Extraction_Correspondance_MSSante_202611220310.txt"
    assert extraction["text"].startswith("Type de BAL|Adresse BAL|")
    assert "|camille.exemple@medecin.mssante.fr|" in extraction["text"]
    assert "camille@msp-lilas.mssante.fr" not in extraction["text"]


def test_the_first_mailbox_is_nearly_full(running: Running) -> None:
    told = running[1]
    with RawClient(told["port"], told["accounts"][0]["username"]) as client:
        used, limit = (int(n) for n in re.findall(rb"\d+", client.ok("GETQUOTAROOT INBOX")[1]))
        assert limit == 2 * 1024**2
        assert used * 100 // limit == 91
        folders = b"\n".join(client.ok('LIST "" *'))
        assert b'\\Trash) "/" Corbeille' in folders
        assert b'\\Sent) "/" Envoy&AOk-s' in folders
        assert b'"Courriers/&AMk-t&AOk- 2019"' in folders


def test_what_is_fetched_is_as_large_as_was_said(running: Running) -> None:
    told = running[1]
    with RawClient(told["port"], told["accounts"][0]["username"]) as client:
        client.ok("EXAMINE INBOX")
        uids = client.ok("UID SORT (REVERSE SIZE) UTF-8 ALL")[0].split()[2:]
        for uid in (uids[0], uids[100], uids[800], uids[-1]):
            answer = client.ok(b"UID FETCH " + uid + b" (RFC822.SIZE BODY.PEEK[])")[0]
            size, literal = re.match(
                rb"\* \d+ FETCH \(UID \d+ RFC822.SIZE (\d+) BODY\[\] \{(\d+)\}", answer
            ).groups()  # type: ignore[union-attr]
            assert size == literal


def test_memory_stays_small_while_everything_is_read(running: Running) -> None:
    process, told = running
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        pytest.skip("no /proc on this system")
    with RawClient(told["port"], told["accounts"][0]["username"]) as client:
        client.ok("EXAMINE INBOX")
        client.ok("UID FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE)")
        for uid in client.ok("UID SORT (REVERSE SIZE) UTF-8 ALL")[0].split()[2:8]:
            client.ok(b"UID FETCH " + uid + b" BODY.PEEK[]")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    assert peak
    assert int(peak[1]) < 120 * 1024


def test_it_ends_with_whoever_started_it() -> None:
    process, _ = start()
    assert finish(process) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM on Windows")
def test_it_ends_when_asked_to() -> None:
    process, _ = start()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert finish(process) == (0, "")


def test_it_ends_quietly_while_clients_are_connected() -> None:
    process, told = start(BALT_DEMO_PASSWORD="pass")
    with RawClient(told["port"], told["accounts"][0]["username"]) as client:
        client.ok("SELECT INBOX")
        directory = urlsplit(told["directory"]["base_url"])
        with socket.create_connection((directory.hostname, directory.port), 20) as idle:
            assert finish(process) == (0, "")
            assert client.answer() == b""
            assert idle.recv(1) == b""


def test_passwords_are_made_anew_each_time() -> None:
    (one, told), (other, told_too) = start(), start()
    passwords = {account["password"] for account in told["accounts"] + told_too["accounts"]}
    keys = {each["directory"]["key"] for each in (told, told_too)}
    assert len(passwords) == 8
    assert len(keys - passwords) == 2
    assert min(len(password) for password in passwords) >= 20
    finish(one)
    finish(other)


def test_extensions_can_be_hidden() -> None:
    process, told = start("--hide", "SORT,quota", BALT_DEMO_PASSWORD="pass")
    with RawClient(told["port"], told["accounts"][0]["username"]) as client:
        words = client.ok("CAPABILITY")[0].split()
        assert not {b"SORT", b"QUOTA"} & set(words)
    finish(process)


def test_an_unknown_extension_is_an_error() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "balt.demo.serve", "--hide", "TELEPATHY"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert "TELEPATHY" in done.stderr
    assert done.stdout == ""
