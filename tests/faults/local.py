"""Faults between the client and its own machine: failing calls, a full disk, a power cut, a wrong clock."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults.durable import exposed
from tests.faults.inject import LYING
from tests.faults.letters import PLAIN_LETTERS
from tests.faults.proxy import Fault
from tests.faults.trial import Planned, Reference

ERRORS = ("KILL", "EIO", "ENOSPC")
_STEPS = 16
DAYS = {"20 years ago": -7305, "yesterday": -1, "tomorrow": 1, "in 20 years": 7305}
PACES = {"600 times as fast": 600.0, "a hundredth as fast": 0.01}


class Call(Fault):
    """The n-th call that changes or secures a file fails, or the client is killed there."""

    fired = True

    def __init__(self, number: int, how: str) -> None:
        self.inject = {"root": "", "at": number, "how": how}


class Lying(Fault):
    """The disk keeps something else than what is written below this folder."""

    fired = True

    def __init__(self, folder: str) -> None:
        self.inject = {"root": "", "lying": folder}


class Room(Fault):
    """The disk takes so many octets and no more."""

    fired = True

    def __init__(self, octets: int) -> None:
        self.inject = {"root": "", "room": octets}


class Power(Fault):
    """No fault, but a look at what the archive and the journal would lose if the power went at a deletion."""

    fired = True
    log = "calls.log"

    def __init__(self, folder: Path) -> None:
        self.inject = {"root": "", "log": str(folder / self.log)}

    def judge(self, folder: Path, deletions: Sequence[float]) -> list[str]:
        calls = [json.loads(line) for line in (folder / self.log).read_text("utf-8").splitlines()]
        names = sorted({name for moment in self.moments(calls, deletions) for name in exposed(calls, moment)})
        return [f"I3 a power cut would take {Path(name).name}" for name in names if self.matters(name)]

    def moments(self, _calls: Sequence[dict[str, object]], deletions: Sequence[float]) -> Sequence[float]:
        """When the power goes."""
        return deletions

    def matters(self, _name: str) -> bool:
        """Whether a file is needed later on."""
        return True


class PowerOfLedger(Power):
    """What of the documents would go with the power when the ledger has just been told of them: they would
    never be handed over again.
    """

    def moments(self, calls: Sequence[dict[str, object]], _deletions: Sequence[float]) -> Sequence[float]:
        ledger = [each for each in calls if str(each["path"]).endswith("/handed-over.jsonl")]
        return [float(str(each["time"])) for each in ledger if each["call"] == "write"]

    def matters(self, name: str) -> bool:
        return "/out/" in name


class Clock(Fault):
    """The machine's clock is wrong, or runs too fast or too slowly."""

    fired = True

    def __init__(self, **spec: float) -> None:
        self.inject = dict(spec)


def calls(reference: Reference) -> Iterator[Planned]:
    """Every call, killed there or failing in two ways, which take turns where messages have files; what is
    archived or handed over, kept otherwise by the disk.
    """
    all_ways = reference.scenario.letters is PLAIN_LETTERS
    for number, call in enumerate(reference.calls):
        name = f"{call['call']} {Path(str(call['path'])).name} ({number})"
        for how in ERRORS if all_ways else ("KILL", ERRORS[1 + number % 2]):
            yield Planned(
                reference.scenario,
                "sys",
                f"{how} at {name}",
                lambda _world, n=number, h=how: Call(n, h),  # type: ignore[misc]
            )
        kept = "/archive/" in str(call["path"]) or "/out/" in str(call["path"])
        if call["call"] == "write" and str(call["path"]).endswith(".part") and kept:
            yield Planned(
                reference.scenario,
                "sys",
                f"a lying disk at {name}",
                lambda _world, n=number: Call(n, LYING),  # type: ignore[misc]
            )


def full_disks(reference: Reference) -> Iterator[Planned]:
    """A disk with room for a part of what is written."""
    for step in range(_STEPS):
        octets = reference.written * step // _STEPS
        yield Planned(
            reference.scenario,
            "disk",
            f"room for {octets} octets",
            lambda _world, k=octets: Room(k),  # type: ignore[misc]
        )


def power_cuts(reference: Reference) -> Iterator[Planned]:
    """At each deleting command, or each time that documents are noted as handed over."""
    kind, when = (PowerOfLedger, "entry") if reference.scenario.reads else (Power, "deletion")
    yield Planned(reference.scenario, "power", f"at each {when}", lambda world: kind(world.folder))


def clocks(reference: Reference) -> Iterator[Planned]:
    """Wrong days, wrong paces."""
    for name, days in DAYS.items():
        yield Planned(
            reference.scenario,
            "clock",
            name,
            lambda _world, d=days: Clock(shift=d),  # type: ignore[misc]
        )
    for name, pace in PACES.items():
        yield Planned(
            reference.scenario,
            "clock",
            name,
            lambda _world, p=pace: Clock(pace=p),  # type: ignore[misc]
        )
