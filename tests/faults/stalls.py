"""Silence: answers stop for good on a line that stays open, or come an octet at a time."""

import time
from collections.abc import Iterator

from tests.faults.proxy import Fault, Relay
from tests.faults.trial import Planned, Reference
from tests.faults.units import verb_of

PATIENCE = 3.0
"""Seconds that the client is told to wait: what a stall costs."""
_PLACES = 10


class AfterCommand(Fault):
    """The server carries a command out, and its line says nothing any more; a new line is sound."""

    timeout = PATIENCE

    def __init__(self, number: int) -> None:
        self._number = number

    def command(self, relay: Relay, number: int, command: bytes) -> bytes:
        if number == self._number:
            self.fired = relay.stalled = True
        return command


class FromOctet(Fault):
    """From an octet on, nothing comes, on this line and on every other."""

    timeout = PATIENCE

    def __init__(self, at: int) -> None:
        self._at = at

    def octets(self, relay: Relay, way: str, offset: int, data: bytes) -> bytes:
        if way == "up" or offset + len(data) <= self._at:
            return data
        self.fired = True
        return data[: max(self._at - offset, 0)]


class FromAnswer(Fault):
    """From an answer on, nothing comes, on this line and on every other. Known by its text: how many octets
    come before differs by the times that Dovecot tells.
    """

    timeout = PATIENCE

    def __init__(self, text: bytes) -> None:
        self._text = text

    def answer(self, relay: Relay, number: int, answer: bytes) -> bytes:
        self.fired = self.fired or self._text in answer
        return b"" if self.fired else answer

    def octets(self, relay: Relay, way: str, offset: int, data: bytes) -> bytes:
        return b"" if self.fired and way == "down" else data


class Trickle(Fault):
    """One octet every two milliseconds, all the time; some where there are many, so that it ends."""

    timeout = PATIENCE

    def __init__(self, step: int) -> None:
        self._step = step

    def octets(self, relay: Relay, way: str, offset: int, data: bytes) -> bytes:
        if way == "down" and not self.fired:
            self.fired = True
        relay.trickle = lambda octets: _slowly(relay, octets, self._step)
        return data


def _slowly(relay: Relay, octets: bytes, step: int) -> None:
    for place in range(0, len(octets), step):
        relay.client.sendall(octets[place : place + step])
        time.sleep(0.002)


def stalls(reference: Reference) -> Iterator[Planned]:
    """After each command, at ten places, and the trickle."""
    scenario, tape = reference.scenario, reference.tape
    for number, command in reference.commands():
        name = f"silence after {verb_of(command).decode()} ({number})"
        yield Planned(scenario, "stall", name, lambda _world, n=number: AfterCommand(n))  # type: ignore[misc]
    for place in range(_PLACES):
        at = tape.octets["down"] * place // _PLACES
        yield Planned(
            scenario,
            "stall",
            f"silence from octet {at}",
            lambda _world, k=at: FromOctet(k),  # type: ignore[misc]
        )
    step = 1 + tape.octets["down"] // 40_000 * 5
    yield Planned(scenario, "stall", "an octet every 2 ms", lambda _world: Trickle(step))
