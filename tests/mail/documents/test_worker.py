"""The worker process can do nothing but answer, and nothing that it answers is believed."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from balt.mail.documents import worker
from balt.mail.documents.guard import MOST_MEMORY, OUT_OF_MEMORY
from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES, DocumentKind
from balt.mail.documents.telling import view_of
from balt.mail.documents.worker import Answer, ask_worker
from tests.mail.documents.made import cda, xdm

ROOT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(os.name != "posix", reason="the kernel's limits are those of POSIX")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other kernels keep fewer limits")


def locked(attempt: str) -> subprocess.CompletedProcess[str]:
    """What a locked process says after it tried something."""
    program = (
        "import sys, os, socket, subprocess, threading; sys.path.append(sys.argv[1])\n"
        "from balt.mail.documents.guard import lock, memory_reader, watch_memory\n"
        f"lock('utf-8')\ntry:\n    {attempt}\nexcept BaseException as error: print(type(error).__name__)\n"
        "else: print('done')"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program, str(ROOT)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('made-by-a-mail', 'w')",
        "os.open('/etc/passwd', os.O_RDONLY)",
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('localhost', 80)",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.fork()",
        "os.listdir('/')",
        "os.remove('x')",
        "import ctypes; ctypes.CDLL(None)",
    ],
)
def test_nothing_can_be_opened_started_or_connected(attempt: str) -> None:
    assert locked(attempt).stdout.strip() in ("PermissionError", "OSError", "ImportError")


@POSIX
def test_the_kernel_refuses_another_descriptor_too() -> None:
    assert locked("os.dup(0)").stdout.strip() == "OSError"


@LINUX
def test_the_memory_is_limited_by_the_kernel() -> None:
    assert locked(f"bytearray({MOST_MEMORY})").stdout.strip() == "MemoryError"


def test_where_the_kernel_does_not_a_thread_looks_at_the_memory() -> None:
    attempt = "watch_memory(1, memory_reader())"
    assert locked(attempt).returncode == OUT_OF_MEMORY


def test_it_starts_without_the_environment_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALT_TEST_PASSWORD", "canary")
    monkeypatch.setattr(
        worker, "_PROGRAM", "import os, json; print(json.dumps({'lines': sorted(os.environ)}))"
    )
    assert "BALT_TEST_PASSWORD" not in ask_worker(DocumentKind.HTML, b"", "", "").lines


@pytest.mark.parametrize("kind", [DocumentKind.HTML, DocumentKind.XML, DocumentKind.ZIP])
def test_no_document_makes_a_connection_or_a_file(
    kind: DocumentKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        lured = cda(
            before=f'<?xml-stylesheet href="{url}"?><!DOCTYPE c SYSTEM "{url}" [<!ENTITY x SYSTEM "{url}">]>'
        )
        page = f'<img src="{url}"><link rel="stylesheet" href="{url}"><iframe src="{url}"></iframe>x'.encode()
        octets = {DocumentKind.HTML: page, DocumentKind.XML: lured, DocumentKind.ZIP: xdm(lured)}[kind]
        ask_worker(kind, octets, "", "")
        server.settimeout(0.3)
        with pytest.raises(TimeoutError):
            server.accept()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("program", "refusal"),
    [
        ("while True: pass", "time"),
        ("import time; time.sleep(60)", "time"),
        ("raise SystemExit(1)", "unknown"),
        (f"raise SystemExit({OUT_OF_MEMORY})", "memory"),
        ("import os; os.abort()", "unknown"),
        ("print('no json')", "unknown"),
        ("print('[' * 1000000)", "unknown"),
        ("print([])", "unknown"),
        ("print('{\"lines\": 1}')", "unknown"),
        ('print(\'{"lines": [], "facts": {"a": 1}}\')', "unknown"),
        ("print('{\"members\": [{}]}')", "unknown"),
        ("print('{\"others\": -1}')", "unknown"),
        ("while True: print('x' * 100000)", "unknown"),
        (f"print('{{\"lines\": [' + ','.join(['1'] * {MOST_LINES + 1}) + ']}}')", "unknown"),
        (f"print('{{\"lines\": [\"' + 'x' * {2 * MOST_CHARACTERS + 1} + '\"]}}')", "unknown"),
    ],
)
def test_a_worker_that_does_not_answer_well_is_one_sentence(
    program: str, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PROGRAM", program)
    monkeypatch.setattr(worker, "SECONDS", 2.0)
    before = threading.active_count()
    answer = ask_worker(DocumentKind.XML, b"x" * 1_000_000, "", "")
    assert answer == Answer(refusal)
    assert view_of(answer, "a.xml").warnings[0].endswith(".")
    assert threading.active_count() == before


def test_what_it_answers_is_made_safe_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "lines": ["\x1b[2J\ta", 5],
        "facts": {"title": "\x9b31m"},
        "shown": "\u202e",
        "warnings": ["\x07"],
    }
    monkeypatch.setattr(worker, "_PROGRAM", f"print({json.dumps(json.dumps(told))})")
    answer = ask_worker(DocumentKind.XML, b"", "", "")
    assert answer.lines == ("·[2J    a", "")
    assert answer.facts == (("title", "·31m"),)
    assert (answer.shown, answer.warnings) == ("·", ("·",))


def test_whoever_waits_no_more_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file, over = tmp_path / "over", threading.Event()
    program = f"import time, pathlib; time.sleep(20); pathlib.Path({str(file)!r}).touch()"
    monkeypatch.setattr(worker, "_PROGRAM", program)
    monkeypatch.setattr(worker, "SECONDS", 3600.0)
    threading.Timer(0.5, over.set).start()
    assert ask_worker(DocumentKind.XML, b"<a/>", "", "", over).refusal
    assert not file.exists()


def test_nothing_is_started_for_whoever_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    over = threading.Event()
    over.set()
    assert ask_worker(DocumentKind.XML, b"<a/>", "", "", over).refusal


def test_one_document_is_read_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each says when it begins and ends: a second that begins before the first ends would be seen."""
    program = "import sys, time\nwith open({!r}, 'a') as told: told.write('b')\ntime.sleep(0.3)\n"
    program += "with open({!r}, 'a') as told: told.write('e')"
    path = str(tmp_path / "told")
    monkeypatch.setattr(worker, "_PROGRAM", program.format(path, path))
    asked = [threading.Thread(target=ask_worker, args=(DocumentKind.XML, b"", "", "")) for _ in range(3)]
    for each in asked:
        each.start()
    for each in asked:
        each.join()
    assert Path(path).read_text(encoding="ascii") == "bebebe"


def test_a_worker_that_cannot_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert ask_worker(DocumentKind.HTML, b"x", "", "") == Answer("no_worker")
