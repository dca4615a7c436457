"""Defects planted into the lightening of messages."""

from tests.faults import interloper
from tests.faults.octets import Octet
from tests.faults.planting import Finder, Patch, first, killed, no_fault
from tests.faults.proxy import Fault
from tests.faults.scenario import DETACH, World
from tests.faults.trial import Reference

_ACT = "cleanup/detach/act.py"


def appended_otherwise(reference: Reference, _world: World) -> Fault:
    """An octet of the first message that is put in is changed on its way to the server."""
    commands = reference.tape.commands
    number = first(reference, "APPEND")
    before = sum(map(len, commands[:number]))
    return Octet("up", before + commands[number].index(b"CANARI 3"), "flip")


def answered_meanwhile() -> Finder:
    """Another client answers a planned message once its copy is there."""
    return lambda reference, world: interloper.Interloper(
        world, reference.last_look, interloper.answer_planned
    )


DETACH_PATCHES = (
    Patch(
        "removed before the copy is put in",
        _ACT,
        "            self._one(message, copies[message.uid])",
        "            self._remove(self._run, *self._again([message]))\n"
        "            self._one(message, copies[message.uid])",
        DETACH,
        no_fault,
        ("I3",),
    ),
    Patch(
        "the copy is not read back",
        _ACT,
        "if uid := self._arrived_as(message, copy, told):",
        "if uid := told or 0:",
        DETACH,
        appended_otherwise,
        ("I1", "I2", "I3"),
    ),
    Patch(
        "flags lost",
        _ACT,
        "    return frozenset(flag.lower() for flag in flags) - {_RECENT}\n",
        "    return frozenset()\n",
        DETACH,
        answered_meanwhile(),
        ("I2",),
    ),
    Patch(
        "put in again where it is already",
        _ACT,
        "uid = self._there(message, copy)",
        "uid = 0",
        DETACH,
        killed("answered", "APPEND"),
        ("I9",),
    ),
    Patch(
        "no line in the journal before a copy is put in",
        _ACT,
        '        self._run.note(Phase.STEP, messages, request=APPEND, figures={"since": since})\n',
        "",
        DETACH,
        killed("unanswered", "APPEND"),
        ("I9",),
    ),
)
"""Each caught under a fault that does no harm to balt without it."""
