"""Faults at an octet of the line: it ends there, or the client does, or the octet is changed, lost, doubled.

What goes to the server is changed only under TLS: on a bare line nobody could tell a changed UID from the one
that was asked, and balt accepts such a line to this very machine only.
"""

from collections.abc import Callable, Iterator

from tests.faults.proxy import Fault, Relay
from tests.faults.trial import Planned, Reference

ENDS = ("cut", "kill")
CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "flip": lambda octet: bytes([octet[0] ^ 1]),
    "drop": lambda _octet: b"",
    "dup": lambda octet: octet * 2,
    "NUL": lambda octet: b"\0" + octet,
}


class Octet(Fault):
    """One act at one octet of one direction."""

    hides = True
    timeout = 2.0  # a lost octet is often waited for

    def __init__(self, way: str, at: int, act: str) -> None:
        self._way = way
        self._at = at
        self._act = act

    def octets(self, relay: Relay, way: str, offset: int, data: bytes) -> bytes:
        place = self._at - offset
        if way != self._way or not 0 <= place < len(data):
            return data
        self.fired = True
        before, octet, after = data[:place], data[place : place + 1], data[place + 1 :]
        if self._act in CHANGES:
            return before + CHANGES[self._act](octet) + after
        (relay.client if way == "down" else relay.server).sendall(before)
        if self._act == "kill":
            relay.kill()
        relay.cut()
        return b""


def octet_faults(reference: Reference, stride: int = 1) -> Iterator[Planned]:
    """One act for each ``stride``-th octet of each direction, the acts taking turns."""
    for way in ("down", "up"):
        changed = reference.scenario.tls or way == "down"
        acts = (*ENDS, *CHANGES) if changed else ENDS
        for turn, at in enumerate(range(0, reference.tape.octets[way], stride)):
            act = acts[turn % len(acts)]
            yield Planned(
                reference.scenario,
                "bytes",
                f"{act} {way} {at}",
                lambda _world, w=way, k=at, a=act: Octet(w, k, a),  # type: ignore[misc]
            )
