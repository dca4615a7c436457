"""A server that says what no server should: hostile lines between its responses, and untrue figures."""

import re
from collections.abc import Callable, Iterator

from tests.faults.proxy import Fault, Relay
from tests.faults.trial import Planned, Reference

LINES = {
    "a removal": b"* 1 EXPUNGE\r\n",
    "all vanished": b"* VANISHED 1:99\r\n",
    "PREAUTH": b"* PREAUTH welcome\r\n",
    "BYE": b"* BYE see you\r\n",
    "a literal": b"* {3}\r\nabc\r\n",
    "5,000 parentheses": b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 5000 + b"\r\n",
    "NUL": b"* OK a\0b\r\n",
    "70 kB": b"* OK " + b"x" * 70_000 + b"\r\n",
    "others found": b"* SEARCH 2 5 8 10\r\n",
    "another body": (
        b'* 2 FETCH (UID 3 FLAGS (\\Seen) INTERNALDATE "05-Feb-2019 10:00:00 +0000" RFC822.SIZE 4 BODY[] '
        b"{4}\r\nabcd)\r\n"
    ),
    "another UIDVALIDITY": b"* OK [UIDVALIDITY 1] UIDs valid\r\n",
    "a COPYUID": b"* OK [COPYUID 1 3:4,7,9 900:903] Moved\r\n",
}
Rewrite = Callable[[bytes], bytes]


def _each_number(pattern: bytes, change: Callable[[int], int]) -> Rewrite:
    made = re.compile(pattern)

    def rewrite(response: bytes) -> bytes:
        return made.sub(lambda found: found[1] + b"%d" % change(int(found[2])) + found[3], response, count=1)

    return rewrite


def _swap_uids(response: bytes) -> bytes:
    return re.sub(rb"(?<=UID )[34](?=[ )])", lambda found: b"4" if found[0] == b"3" else b"3", response)


def _shortened(response: bytes) -> bytes:
    """The half of a message, announced as if it were the whole."""
    found = re.search(rb"BODY\[\] \{(\d+)\}\r\n", response)
    if found is None:
        return response
    size = int(found[1])
    octets, rest = response[found.end() : found.end() + size], response[found.end() + size :]
    half = octets[: size // 2]
    return response[: found.start()] + b"BODY[] {%d}\r\n" % len(half) + half + rest


REWRITES: dict[str, Rewrite] = {
    "sizes one too large": _each_number(rb"(RFC822\.SIZE )(\d+)([ )])", lambda size: size + 1),
    "sizes of one octet": _each_number(rb"(RFC822\.SIZE )(\d+)([ )])", lambda _size: 1),
    "UIDs changed over": _swap_uids,
    "dates of the year 0": lambda response: re.sub(rb"-20\d\d ", b"-0000 ", response),
    "literals one octet less": _each_number(rb"(\{)(\d+)(\}\r\n)", lambda size: max(size - 1, 0)),
    "literals one octet more": _each_number(rb"(\{)(\d+)(\}\r\n)", lambda size: size + 1),
    "half of each message": _shortened,
    "no UIDPLUS": lambda response: response.replace(b" UIDPLUS", b""),
    "no MOVE": lambda response: response.replace(b" MOVE", b""),
    "UIDVALIDITY one more": _each_number(rb"(\[UIDVALIDITY )(\d+)(\])", lambda validity: validity + 1),
    "every flag gone": lambda response: re.sub(rb"FLAGS \([^)]*\)", b"FLAGS ()", response),
    "no rows": lambda response: b"" if re.match(rb"\* \d+ FETCH", response) else response,
    "nothing found": lambda response: re.sub(rb"\* SEARCH[ \d]*", b"* SEARCH", response),
}


class Inserted(Fault):
    """A line before the n-th response, those that end an answer included."""

    hides = True

    def __init__(self, place: int, line: bytes) -> None:
        self._place = place
        self._line = line
        self._seen = 0
        self.timeout = 2.0

    def response(self, relay: Relay, number: int, response: bytes) -> bytes:
        return self._after_line(response)

    def answer(self, relay: Relay, number: int, answer: bytes) -> bytes:
        return self._after_line(answer)

    def _after_line(self, response: bytes) -> bytes:
        here, self._seen = self._seen, self._seen + 1
        if here != self._place:
            return response
        self.fired = True
        return self._line + response


class Rewritten(Fault):
    """Every response passes through ``rewrite``."""

    hides = True
    timeout = 2.0

    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite = rewrite

    def response(self, relay: Relay, number: int, response: bytes) -> bytes:
        changed = self._rewrite(response)
        self.fired |= changed != response
        return changed

    def answer(self, relay: Relay, number: int, answer: bytes) -> bytes:
        return self.response(relay, number, answer)


class Restless(Fault):
    """A message with this text in it comes otherwise each time."""

    hides = True
    timeout = 2.0

    def __init__(self, inside: bytes) -> None:
        self._inside = inside
        self._count = 0

    def response(self, relay: Relay, number: int, response: bytes) -> bytes:
        if b"BODY[] {" not in response or self._inside not in response:
            return response
        self.fired = True
        self._count += 1
        return response.replace(self._inside, self._inside[:-1] + b"%d" % (self._count % 10))


def mangles(reference: Reference, most: int = 50) -> Iterator[Planned]:
    """Each line at up to ``most`` places, and each rewriting."""
    scenario = reference.scenario
    count = len(reference.tape.responses) + len(reference.tape.commands) - 1  # LOGOUT is not waited for
    places = range(count) if count <= most else [count * turn // most for turn in range(most)]
    for kind, line in LINES.items():
        for place in places:
            yield Planned(
                scenario,
                "mangle",
                f"{kind} before response {place}",
                lambda _world, p=place, text=line: Inserted(p, text),  # type: ignore[misc]
            )
    yield Planned(scenario, "mangle", "a message never alike", lambda _world: Restless(b"CANARI 3"))
    for kind, rewrite in REWRITES.items():
        yield Planned(scenario, "mangle", kind, lambda _world, r=rewrite: Rewritten(r))  # type: ignore[misc]
