"""Planting a defect into a copy of balt, and the faults that defects are caught by."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.faults import interloper
from tests.faults.commands import Ending, Reply
from tests.faults.local import Call, Power, PowerOfLedger
from tests.faults.octets import Octet
from tests.faults.proxy import Fault
from tests.faults.scenario import Scenario, Shelf, World, grounds
from tests.faults.stalls import AfterCommand, FromAnswer
from tests.faults.trial import Planned, Reference, Verdict, try_fault
from tests.faults.units import verb_of
from tests.support.source import ROOT

FALSE_OK, REFUSED = b"%s OK done\r\n", b"%s NO not now\r\n"
Finder = Callable[[Reference, World], Fault]


class Change(Protocol):
    """``old`` in a file of balt becomes ``new``."""

    @property
    def file(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...


@dataclass(frozen=True)
class Patch:
    """``old`` in a file of balt becomes ``new``; under ``fault``, one of ``breaks`` must be broken."""

    name: str
    file: str
    old: str
    new: str
    scenario: Scenario
    fault: Finder
    breaks: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


class StalePatchError(Exception):
    """The line that a patch changes is not there any more, or more than once."""


@contextmanager
def planted(patch: Change, folder: Path) -> Iterator[Path]:
    """A copy of balt with the defect: the folder that holds the package."""
    root = folder / "patched"
    shutil.copytree(ROOT / "balt", root / "balt")
    file = root / "balt" / patch.file
    source = file.read_text(encoding="utf-8")
    if source.count(patch.old) != 1:
        raise StalePatchError(f"{patch.file}: {source.count(patch.old)} times: {patch.old}")
    file.write_text(source.replace(patch.old, patch.new), encoding="utf-8")
    try:
        yield root
    finally:
        shutil.rmtree(root)


def try_patch(on: Shelf, patch: Patch, reference: Reference, folder: Path) -> Verdict:
    """The patched balt under the fault that is to catch it."""
    fault = Planned(patch.scenario, "planted", patch.name, lambda world: patch.fault(reference, world))
    with planted(patch, folder) as package, grounds(on, 1, package) as (ground,):
        return try_fault(ground, fault)


def catches(patch: Patch, verdict: Verdict) -> list[str]:
    """The promises that the patch was to break and did; none when it slipped through."""
    return sorted({rule.split(" ", 1)[0] for rule in verdict.broken} & set(patch.breaks))


def no_fault(_reference: Reference, _world: World) -> Fault:
    """The defect shows without any."""
    return Fault()


def answered(verb: str, text: bytes) -> Finder:
    """Somebody else answers the first command of this name."""
    return lambda reference, _world: Reply(first(reference, verb), text)


def killed(moment: str, verb: str) -> Finder:
    """The client is killed at the first command of this name."""
    return lambda reference, _world: Ending(first(reference, verb), "kill", moment)


def met(act: str, verb: str) -> Finder:
    """Another client acts just before the first command of this name."""
    return lambda reference, world: interloper.Interloper(world, first(reference, verb), interloper.ACTS[act])


def flipped(inside: bytes) -> Finder:
    """An octet of the first response with this text is changed on its way."""

    def find(reference: Reference, _world: World) -> Fault:
        return Octet("down", reference.tape.place_of(inside), "flip")

    return find


def failing(call: str, ending: str, how: str, which: int = 0) -> Finder:
    """A call of this name on a file of this ending fails."""

    def find(reference: Reference, _world: World) -> Fault:
        numbers = [
            number
            for number, each in enumerate(reference.calls)
            if each["call"] == call and str(each["path"]).endswith(ending)
        ]
        return Call(numbers[which], how)

    return find


def silent(verb: str) -> Finder:
    """The server stops answering after the first command of this name."""

    def find(reference: Reference, _world: World) -> Fault:
        fault = AfterCommand(first(reference, verb))
        fault.deadline = 12.0
        return fault

    return find


def never_again(from_text: bytes) -> Finder:
    """The server says nothing any more, on no line, from an answer with this text on."""
    return lambda _reference, _world: FromAnswer(from_text)


def powerless(_reference: Reference, world: World) -> Fault:
    """The power goes at a deletion, or when documents are noted as handed over."""
    return (PowerOfLedger if world.scenario.reads else Power)(world.folder)


def first(reference: Reference, verb: str) -> int:
    """The number of the first command of this name."""
    verbs = [verb_of(command).decode() for command in reference.tape.commands]
    return verbs.index(verb)
