"""One fault: the client under it, the promise checked, the clean re-run, the promise checked again."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.checker import DONE, STOPPED, check, check_finished
from tests.faults.client import Ended
from tests.faults.holding import watch
from tests.faults.proxy import Case, Fault, Tape
from tests.faults.scenario import Ground, Scenario, World
from tests.faults.units import verb_of


@dataclass(frozen=True)
class Planned:
    """A fault that a plan of faults holds. ``make`` gives it anew for each run; another client's wants the
    mailbox.
    """

    scenario: Scenario
    plan: str
    name: str
    make: Callable[[World], Fault]

    def __str__(self) -> str:
        return f"{self.scenario} / {self.plan} / {self.name}"


@dataclass(frozen=True)
class Verdict:
    """What came of a fault; ``broken`` is empty when the promise held."""

    fault: Planned
    broken: list[str]
    reached: bool
    code: int | None
    again: int | None
    seconds: float
    err: str = ""


@dataclass(frozen=True)
class Reference:
    """What the client does without a fault, from which the faults are counted: commands, responses and octets
    on the line; calls that change files, and the octets written.
    """

    scenario: Scenario
    tape: Tape
    calls: tuple[dict[str, object], ...] = ()
    written: int = 0

    def commands(self) -> Iterator[tuple[int, bytes]]:
        """The commands with their numbers; of an act that archives first, and then lightens, only from there
        on where it opens the folder: it begins as one that archives.
        """
        for number, command in enumerate(self.tape.commands):
            if not self.scenario.lightens or number >= self._first_entry:
                yield number, command

    @property
    def _first_entry(self) -> int:
        return min(n for n, command in enumerate(self.tape.commands) if verb_of(command) == b"SELECT")

    @property
    def last_look(self) -> int:
        """The number of the last command that asks what the messages are now."""
        return self._last({b"UID FETCH"})

    @property
    def last_entry(self) -> int:
        """The number of the command that opens the folder, to be changed if it is, for the last time."""
        return self._last({b"EXAMINE"} if self.scenario.reads else {b"SELECT"})

    def _last(self, verbs: set[bytes]) -> int:
        return max(n for n, command in enumerate(self.tape.commands) if verb_of(command) in verbs)


def try_fault(ground: Ground, planned: Planned) -> Verdict:
    """Run the client under a fault and once more without; what of the promise was broken."""
    began = time.monotonic()
    with ground.world(planned.scenario) as world:
        fault = planned.make(world)
        broken: list[str] = []
        case = Case(fault=fault, hold=watch(world, broken))
        ended = world.apply(case)
        broken += check(world, ended, fault)
        broken += fault.judge(world.folder, case.deletions)
        again = _again(world, broken)
        broken += check_finished(world, again)
    seconds = time.monotonic() - began
    return Verdict(planned, broken, fault.fired, ended.code, again.code, seconds, ended.err)


def _again(world: World, broken: list[str]) -> Ended:
    """The same plan once more; where the folder was made anew it must stop, and a new plan is made."""
    again = world.apply(Case(hold=watch(world, broken)))
    if not world.expected.recreated or world.scenario.reads:
        return again
    if again.code != STOPPED:
        broken.append(f"I9 a plan of a folder that was made anew ends with {again.code}")
    if world.expected.nothing_left(world.box.by_uid(world.scenario.source)):
        return again
    made = world.plan()
    if made.code != DONE:
        broken.append(f"I9 a new plan cannot be made: {made.code} {made.err}")
    return world.apply(Case(hold=watch(world, broken)))


class Recording(Fault):
    """No fault: a log of the client's calls."""

    def __init__(self, log: Path) -> None:
        self.inject = {"root": "", "log": str(log)}


def refer(ground: Ground, scenario: Scenario) -> Reference:
    """Make the scenario's mailbox and plan, and run once without a fault; RuntimeError when the promise does
    not hold even so.
    """
    ground.make_template(scenario)
    broken: list[str] = []
    with ground.world(scenario) as world:
        log = world.folder / "calls.log"
        case = Case(fault=Recording(log), hold=watch(world, broken))
        broken += check_finished(world, world.apply(case))
        calls = tuple(json.loads(line) for line in log.read_text("utf-8").splitlines())
        for call in calls:  # the folder is another one in each run
            call["path"] = str(call["path"]).removeprefix(str(world.own))
    if broken:
        raise RuntimeError(f"{scenario}: {broken}")
    return Reference(scenario, case.tape, calls, sum(int(call["size"]) for call in calls))
