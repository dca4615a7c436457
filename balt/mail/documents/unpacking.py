"""The files of a zip, taken out of it by a process of its own (``extract``), of which nothing is believed."""

import json
import subprocess
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import IO

from balt.mail.documents.guard import OUT_OF_MEMORY
from balt.mail.documents.kinds import MOST_MEMBERS
from balt.mail.documents.worker import ALONE, feed, start_child
from balt.text import plain

SECONDS = 60.0
"""From the start of the process to the last octet, by the clock: the files are written meanwhile."""
MOST_OCTETS = 220 * 1024 * 1024
"""Of all files of one zip; a little more than the worker itself unpacks."""
_LONGEST_LINE = 64 * 1024
_LONGEST_PIECE = 2 * 1024 * 1024


class LiedError(Exception):
    """The worker did not answer as it must; ``code`` is a word that ``telling`` has a sentence for."""

    def __init__(self, code: str = "unknown") -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Unpacked:
    """One file of a zip. ``pieces`` must be gone through before the next one is asked for; ``why`` is then a
    word where the file must not be kept, else ``facts`` tell of it: whether it is a CDA (``cda``), its
    ``code``, ``type`` and ``date`` as they are written.
    """

    name: str
    role: str
    stream: "_Stream"
    why: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    over: bool = False

    def pieces(self) -> Iterator[bytes]:
        """The octets, as they come; raises LiedError."""
        while not self.over:
            line = self.stream.line()
            if "octets" in line:
                yield self.stream.octets(line["octets"])
                continue
            self.over = True
            if "end" in line:
                self.facts = _facts(line["end"])
            else:
                self.why = _word(line.get("why"))


class _Stream:
    """What the worker writes, counted."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = MOST_OCTETS

    def line(self) -> Mapping[str, object]:
        line = self._stream.readline(_LONGEST_LINE)
        try:
            told = json.loads(line) if line.endswith(b"\n") else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise LiedError
        return told

    def octets(self, count: object) -> bytes:
        if not isinstance(count, int) or not 0 < count <= min(_LONGEST_PIECE, self._left):
            raise LiedError
        octets = self._stream.read(count)
        if len(octets) < count:
            raise LiedError
        self._left -= count
        return octets


def unpack(octets: bytes, encoding: str, over: Event, *, everything: bool) -> Generator[Unpacked, None, None]:
    """The files of a zip whose octets are still encoded as in the mail; they come one after the other.

    Raises LiedError, with a word for the whole zip, where none or no more can be had. Once ``over`` is set,
    by any thread, the process is ended.
    """
    request = {"kind": "zip", "charset": "", "encoding": plain(encoding, 40)}
    request["take"] = "everything" if everything else "documents"
    try:
        with ALONE, start_child() as child:
            yield from _from_child(child, json.dumps(request).encode() + b"\n", octets, over)
    except OSError:
        raise LiedError("no_worker") from None


def _from_child(
    child: "subprocess.Popen[bytes]", request: bytes, octets: bytes, over: Event
) -> Iterator[Unpacked]:
    ended, late = Event(), list[bool]()

    def watch() -> None:
        left = SECONDS
        while left > 0 and not ended.wait(0.1) and not over.is_set():
            left -= 0.1
        if left <= 0:
            late.append(True)
        child.kill()

    clock = Thread(target=watch, daemon=True)
    feeder = Thread(target=feed, args=(child, request, octets), daemon=True)
    clock.start()
    feeder.start()
    try:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        yield from _members(_Stream(child.stdout))
    except LiedError as lied:
        child.kill()
        raise LiedError(
            "time" if late else "memory" if child.wait() == OUT_OF_MEMORY else lied.code
        ) from None
    finally:
        ended.set()
        child.kill()
        feeder.join()
        clock.join()


def _members(stream: _Stream) -> Iterator[Unpacked]:
    for _number in range(2 * MOST_MEMBERS + 2):
        line = stream.line()
        if "over" in line:
            return
        if "refusal" in line:
            raise LiedError(_word(line["refusal"]))
        name, role = line.get("member"), line.get("role")
        if not isinstance(name, str) or not isinstance(role, str):
            raise LiedError
        member = Unpacked(plain(name, 200), _word(role), stream)
        yield member
        for _piece in member.pieces():
            pass
    raise LiedError


def _facts(told: object) -> Mapping[str, str]:
    if not isinstance(told, dict):
        raise LiedError
    names = ("code", "type", "date")
    facts = {name: plain(told[name], 200) for name in names if isinstance(told.get(name), str)}
    return facts | ({"cda": "yes"} if told.get("cda") is True else {})


def _word(told: object) -> str:
    return plain(told, 40) if isinstance(told, str) and told else "unknown"
