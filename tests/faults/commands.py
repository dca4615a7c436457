"""Faults at the boundaries of commands: cuts, kills of the client, and answers that are not the server's."""

import signal
import time
from collections.abc import Iterator

from balt.cli.ending import INTERRUPTED
from tests.faults.proxy import Fault, Relay
from tests.faults.trial import Planned, Reference
from tests.faults.units import tag_of, verb_of

ENDINGS = ("FIN", "RST", "kill")
MOMENTS = ("before", "unanswered", "answered")
REPLIES = {
    "NO": b"%s NO not now\r\n",
    "BAD": b"%s BAD what?\r\n",
    "BYE": b"* BYE going down\r\n",
    "lying OK": b"%s OK done\r\n",
}
OVERQUOTA = b"%s NO [OVERQUOTA] Quota exceeded\r\n"


class Ending(Fault):
    """The line or the client ends before a command reaches the server, once the server has carried it out but
    has not answered, or right after the answer.
    """

    def __init__(self, number: int, ending: str, moment: str) -> None:
        self._number = number
        self._ending = ending
        self._moment = moment

    def command(self, relay: Relay, number: int, command: bytes) -> bytes:
        if number == self._number and self._moment == "before":
            self._end(relay)
        return command

    def answer(self, relay: Relay, number: int, answer: bytes) -> bytes:
        if number == self._number and self._moment == "unanswered":
            self._end(relay)
        return answer

    def answered(self, relay: Relay, number: int) -> None:
        if number == self._number and self._moment == "answered":
            self._end(relay)

    def _end(self, relay: Relay) -> None:
        self.fired = True
        if self._ending == "kill":
            relay.kill()
        relay.cut(reset=self._ending == "RST")


class Asked(Fault):
    """The client is asked to stop, once or twice, when it sends a command; the command goes on."""

    answers = Fault.answers | {INTERRUPTED}

    def __init__(self, number: int, which: signal.Signals, times: int) -> None:
        self._number = number
        self._which = which
        self._times = times

    def command(self, relay: Relay, number: int, command: bytes) -> bytes:
        if number == self._number and not self.fired:
            self.fired = True
            for turn in range(self._times):
                time.sleep(0.02 * turn)  # two signals at once are one
                relay.case.send(self._which)
        return command


class Reply(Fault):
    """A command is answered by somebody else, and never reaches the server."""

    def __init__(self, number: int, text: bytes) -> None:
        self._number = number
        self._text = text
        self.hides = b" OK " in text
        self.no_room = text == OVERQUOTA

    def command(self, relay: Relay, number: int, command: bytes) -> bytes:
        if number != self._number:
            return command
        self.fired = True
        relay.reply(self._text % tag_of(command) if b"%s" in self._text else self._text)
        if self._text.startswith(b"* BYE"):
            relay.cut()
        return b""


def boundaries(reference: Reference) -> Iterator[Planned]:
    """Nine for each command."""
    for number, name in _numbered(reference):
        for ending in ENDINGS:
            for moment in MOMENTS:
                yield Planned(
                    reference.scenario,
                    "cmd",
                    f"{ending} {moment} {name}",
                    lambda _world, n=number, e=ending, m=moment: Ending(n, e, m),  # type: ignore[misc]
                )


def replies(reference: Reference) -> Iterator[Planned]:
    """Refusals and a lie for each command."""
    for number, name in _numbered(reference):
        for kind, text in REPLIES.items():
            yield Planned(
                reference.scenario,
                "reply",
                f"{kind} to {name}",
                lambda _world, n=number, t=text: Reply(n, t),  # type: ignore[misc]
            )


def quotas(reference: Reference) -> Iterator[Planned]:
    """No room left, said to each command."""
    for number, name in _numbered(reference):
        yield Planned(
            reference.scenario,
            "quota",
            f"OVERQUOTA to {name}",
            lambda _world, n=number: Reply(n, OVERQUOTA),  # type: ignore[misc]
        )


def cancellations(reference: Reference) -> Iterator[Planned]:
    """Ctrl-C and SIGTERM at each command, and Ctrl-C twice."""
    kinds = {"Ctrl-C": (signal.SIGINT, 1), "SIGTERM": (signal.SIGTERM, 1), "Ctrl-C twice": (signal.SIGINT, 2)}
    for number, name in _numbered(reference):
        for kind, (which, times) in kinds.items():
            yield Planned(
                reference.scenario,
                "cancel",
                f"{kind} at {name}",
                lambda _world, n=number, w=which, t=times: Asked(n, w, t),  # type: ignore[misc]
            )


def _numbered(reference: Reference) -> Iterator[tuple[int, str]]:
    for number, command in reference.commands():
        yield number, f"{verb_of(command).decode()} ({number})"
