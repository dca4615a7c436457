"""Has a document read by a process of its own (``child``), and believes nothing of what that answers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

from balt.mail.documents.guard import OUT_OF_MEMORY
from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES, MOST_MEMBERS, DocumentKind
from balt.text import plain

SECONDS = 10.0
"""From the start of the process to its answer, by the clock."""
_MOST_ANSWER = 6 * 1024 * 1024
_LONGEST = 500
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from balt.mail.documents.child import main; main()"
_ROOT = Path(__file__).parents[3]
ALONE = Lock()
"""One document is read at a time: several bombs do not add up."""


@dataclass(frozen=True, slots=True)
class RawMember:
    """A file in a zip as the worker tells of it; ``why`` is a word, "" where it may be opened."""

    name: str
    size: int
    packed: int
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the worker told, made safe: words that ``telling`` makes sentences of, texts without anything
    live. ``refusal`` is a word where nothing is shown.
    """

    refusal: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    members: tuple[RawMember, ...] = ()
    shown: str = ""
    others: int = 0
    lines: tuple[str, ...] = ()
    headings: frozenset[int] = frozenset()
    warnings: tuple[str, ...] = ()
    truncated: bool = False


def ask_worker(
    kind: DocumentKind, octets: bytes, encoding: str, charset: str, over: Event | None = None
) -> Answer:
    """The answer of a worker process about a document; a refusal where it did not answer well. Never raises
    for what is in the document. Once ``over`` is set, by any thread, the process is ended.
    """
    request = {"kind": kind.value, "encoding": plain(encoding, 40), "charset": plain(charset, 40)}
    over = over or Event()
    try:
        with ALONE:
            if over.is_set():
                return Answer("unknown")
            told, code, late = _run(json.dumps(request).encode() + b"\n", octets, over)
    except OSError:
        return Answer("no_worker")
    if late:
        return Answer("time")
    if code == OUT_OF_MEMORY:
        return Answer("memory")
    if code and code == -getattr(signal, "SIGXCPU", 0):
        return Answer("time")
    try:
        return _checked(json.loads(told)) if code == 0 and len(told) <= _MOST_ANSWER else Answer("unknown")
    except (ValueError, RecursionError, TypeError):
        return Answer("unknown")


def _run(request: bytes, octets: bytes, over: Event) -> tuple[bytes, int, bool]:
    """What the worker wrote, its exit code, and whether its time was up. It never outlives this call."""
    late: list[bool] = []
    with start_child() as child:

        def end() -> None:
            if not over.wait(SECONDS):
                late.append(True)
            child.kill()

        clock = Thread(target=end, daemon=True)
        feeder = Thread(target=feed, args=(child, request, octets), daemon=True)
        clock.start()
        feeder.start()
        try:
            assert child.stdout is not None  # noqa: S101 - a pipe was asked for
            told = child.stdout.read(_MOST_ANSWER + 1)
            if len(told) > _MOST_ANSWER:
                child.kill()
            code = child.wait()
        finally:
            over.set()
            child.kill()
            feeder.join()
            clock.join()
    return told, code, bool(late)


def start_child() -> "subprocess.Popen[bytes]":
    """The worker process, which waits for its request; it has nothing of this one's."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _PROGRAM, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def feed(child: "subprocess.Popen[bytes]", request: bytes, octets: bytes) -> None:
    """Give a worker all that it asks for."""
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    with suppress(OSError), child.stdin as pipe:  # it may end without reading all: its answer tells why
        pipe.write(request)
        pipe.write(octets)


def _checked(told: object) -> Answer:
    """An answer with nothing in it but what may be there; raises TypeError and ValueError."""
    if not isinstance(told, dict):
        raise TypeError
    lines = _lines(told.get("lines", []))
    facts = told.get("facts", {})
    headings = told.get("headings", [])
    if not isinstance(facts, dict) or not isinstance(headings, list):
        raise TypeError
    return Answer(
        refusal=_word(told.get("refusal", "")),
        facts=tuple((_word(name), _text(value)) for name, value in list(facts.items())[:50]),
        members=tuple(_member(one) for one in _list(told.get("members", []), MOST_MEMBERS)),
        shown=_text(told.get("shown", "")),
        others=_count(told.get("others", 0)),
        lines=lines,
        headings=frozenset(_count(number) for number in headings[:MOST_LINES]),
        warnings=tuple(_word(one) for one in _list(told.get("warnings", []), 10)),
        truncated=told.get("truncated") is True,
    )


def _lines(told: object) -> tuple[str, ...]:
    """The lines, each safe to show; no more of them than a reader could have made."""
    lines = _list(told, MOST_LINES)
    if sum(len(line) for line in lines if isinstance(line, str)) > 2 * MOST_CHARACTERS:
        raise ValueError
    return tuple(
        plain(line.expandtabs(4), MOST_CHARACTERS) if isinstance(line, str) else "" for line in lines
    )


def _member(told: object) -> RawMember:
    if not isinstance(told, dict):
        raise TypeError
    return RawMember(
        _text(told.get("name")), _count(told.get("size")), _count(told.get("packed")), _word(told.get("why"))
    )


def _list(told: object, most: int) -> Sequence[object]:
    if not isinstance(told, list) or len(told) > most:
        raise TypeError
    return told


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError
    return plain(told, _LONGEST)


def _word(told: object) -> str:
    return _text(told)[:40]


def _count(told: object) -> int:
    if not isinstance(told, int) or not 0 <= told < 1 << 63:
        raise TypeError
    return told
