"""Defects planted into a copy of balt, a line each, and the fault that must catch each of them.

A net is worth what it catches. Each patch is a line changed as a hurried hand might; where the line is not
there any more, the patch is stale and says so.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults import interloper, mangle
from tests.faults.commands import Ending, Reply
from tests.faults.local import Call, Lying, Power
from tests.faults.octets import Octet
from tests.faults.proxy import Fault
from tests.faults.scenario import ARCHIVE, COPY, EMPTY, MOVE, Scenario, Shelf, World, grounds
from tests.faults.stalls import AfterCommand, FromOctet
from tests.faults.trial import Planned, Reference, Verdict, try_fault
from tests.faults.units import verb_of
from tests.support.source import ROOT

Finder = Callable[[Reference, World], Fault]
FALSE_OK, REFUSED = b"%s OK done\r\n", b"%s NO not now\r\n"


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
def planted(patch: Patch, folder: Path) -> Iterator[Path]:
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
    return lambda reference, _world: Reply(_first(reference, verb), text)


def killed(moment: str, verb: str) -> Finder:
    """The client is killed at the first command of this name."""
    return lambda reference, _world: Ending(_first(reference, verb), "kill", moment)


def met(act: str, verb: str) -> Finder:
    """Another client acts just before the first command of this name."""
    return lambda reference, world: interloper.Interloper(
        world, _first(reference, verb), interloper.ACTS[act]
    )


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
        fault = AfterCommand(_first(reference, verb))
        fault.deadline = 12.0
        return fault

    return find


def never_again(from_text: bytes) -> Finder:
    """The server says nothing any more, on no line, from this text on."""

    def find(reference: Reference, _world: World) -> Fault:
        return FromOctet(reference.tape.place_of(from_text))

    return find


def powerless(_reference: Reference, world: World) -> Fault:
    """The power goes at a deletion."""
    return Power(world.folder)


def _first(reference: Reference, verb: str) -> int:
    verbs = [verb_of(command).decode() for command in reference.tape.commands]
    return verbs.index(verb)


_ACTS, _RUN, _APPLY = "mail/acts.py", "cleanup/run.py", "cleanup/apply.py"
_BELIEVED = "set(run.done.update((each.uid, each) for each in messages) or ())"
PATCHES = (
    Patch(
        "plain EXPUNGE",
        _ACTS,
        'wire.run(b"UID EXPUNGE", uid_set(batch))',
        'wire.run(b"EXPUNGE")',
        EMPTY,
        no_fault,
        ("I2",),
    ),
    Patch(
        "CLOSE when leaving",
        "mail/connection.py",
        'wire.line.send(b"Z LOGOUT\\r\\n")',
        'wire.line.send(b"Z CLOSE\\r\\n")',
        EMPTY,
        no_fault,
        ("I2",),
    ),
    Patch(
        "sequence numbers instead of UIDs",
        _ACTS,
        'wire.run(b"UID STORE", uid_set(batch), b"+FLAGS.SILENT", _DELETED)',
        'wire.run(b"STORE", uid_set(batch), b"+FLAGS.SILENT", _DELETED)',
        EMPTY,
        no_fault,
        ("I2",),
    ),
    Patch(
        "removed without the archive",
        _APPLY,
        "        if fit and self._keeper:",
        "        if not fit and self._keeper:",
        ARCHIVE,
        no_fault,
        ("I3",),
    ),
    Patch(
        "removed although the archive does not vouch for it",
        _APPLY,
        "_fit(run, [message for message in fit if message.uid in run.archived])",
        "_fit(run, fit)",
        ARCHIVE,
        lambda _reference, _world: mangle.Restless(b"CANARI 3"),
        ("I3",),
    ),
    Patch(
        "no second reading",
        "cleanup/archive/opening.py",
        "2 if twice or not tls else 1",
        "1",
        ARCHIVE,
        flipped(b"CANARI 3"),
        ("I1", "I4"),
    ),
    Patch(
        "removed before the copy is found",
        _RUN,
        "self.verified |= arrivals.landed(messages, self._look(self._since))",
        "self.verified |= {message.uid for message in messages}",
        COPY,
        answered("UID COPY", FALSE_OK),
        ("I3",),
    ),
    Patch(
        "a removal believed on its answer",
        _APPLY,
        "    left = run.reconcile(messages)\n",
        f"    left = {_BELIEVED}\n",
        EMPTY,
        answered("UID EXPUNGE", FALSE_OK),
        ("I6",),
    ),
    Patch(
        "a move believed on its answer",
        _APPLY,
        "run.skip(run.reconcile(messages), SkipReason.LEFT)",
        f"run.skip({_BELIEVED}, SkipReason.LEFT)",
        MOVE,
        answered("UID MOVE", FALSE_OK),
        ("I6",),
    ),
    Patch(
        "marks left behind",
        _APPLY,
        "    run.unmark(left)\n",
        "",
        EMPTY,
        answered("UID EXPUNGE", FALSE_OK),
        ("I2",),
    ),
    Patch(
        "UIDVALIDITY not compared",
        _RUN,
        "if state.uidvalidity != self.part.uidvalidity:",
        "if state.uidvalidity < 0:",
        EMPTY,
        met("makes the folder anew, alike", "SELECT"),
        ("I2",),
    ),
    Patch(
        "identities not compared",
        _APPLY,
        "if not message.is_same(found):",
        "if found.uid != message.uid:",
        ARCHIVE,
        lambda _reference, _world: mangle.Rewritten(mangle.REWRITES["UIDs changed over"]),
        ("I4",),
    ),
    Patch(
        "new flags not looked at",
        _APPLY,
        "else message.new_guards(found.flags)",
        "else frozenset[Guard]()",
        MOVE,
        lambda reference, world: interloper.Interloper(
            world, _first(reference, "UID FETCH"), interloper.flag_planned_in_time
        ),
        ("I2",),
    ),
    Patch(
        "no temporary name",
        "cleanup/archive/part.py",
        '{next(_NUMBERS):016x}.part"',
        '{next(_NUMBERS):016x}.eml"',
        ARCHIVE,
        failing("fsync", ".part", "KILL"),
        ("I4", "I9"),
    ),
    Patch(
        "files not on the disk before the removal",
        "cleanup/archive/part.py",
        "        os.fsync(self._handle)\n",
        "",
        ARCHIVE,
        powerless,
        ("I3",),
    ),
    Patch(
        "names not on the disk before the removal",
        "cleanup/archive/placing.py",
        "            target.sync()\n",
        "",
        ARCHIVE,
        powerless,
        ("I3",),
    ),
    Patch(
        "not read again from the disk",
        "cleanup/archive/part.py",
        "whole = alike(octets, octets_of(self._handle))",
        "whole = True",
        ARCHIVE,
        lambda _reference, _world: Lying("/archive/.incoming/"),
        ("I1", "I3", "I4"),
    ),
    Patch(
        "lengths not compared",
        "cleanup/archive/intake.py",
        "return announced > 0 and abs(size - announced) * 100 <= announced",
        "return announced > 0",
        ARCHIVE,
        lambda _reference, _world: mangle.Rewritten(mangle.REWRITES["half of each message"]),
        ("I1", "I3", "I4"),
    ),
    Patch(
        "an act closed in the journal although nobody knows",
        "cleanup/account.py",
        "Phase.AFTER if known else Phase.INTERRUPTED",
        "Phase.AFTER",
        EMPTY,
        never_again(b"OK Store completed"),
        ("I2",),
    ),
    Patch(
        "archived files open to all",
        "cleanup/archive/tree.py",
        "_CREATE, 0o600, dir_fd",
        "_CREATE, 0o666, dir_fd",
        ARCHIVE,
        no_fault,
        ("I5",),
    ),
    Patch(
        "folders of the archive open to all",
        "cleanup/archive/tree.py",
        "os.mkdir(self._name(name), 0o700, dir_fd",
        "os.mkdir(self._name(name), 0o777, dir_fd",
        ARCHIVE,
        no_fault,
        ("I5",),
    ),
    Patch(
        "exit 0 whatever happens",
        "cli/apply.py",
        "    return result.exit_code\n",
        "    return 0\n",
        EMPTY,
        answered("UID EXPUNGE", REFUSED),
        ("I6",),
    ),
    Patch(
        "no line in the journal before the act",
        _RUN,
        "        self.note(Phase.STEP, messages, request=request, figures=figures)\n",
        "",
        EMPTY,
        killed("unanswered", "UID EXPUNGE"),
        ("I9",),
    ),
    Patch(
        "no patience with the server",
        "mail/line.py",
        "patience = max(min(self._timeout, late), 0.001)",
        "patience = None",
        MOVE,
        silent("UID FETCH"),
        ("I7",),
    ),
    Patch(
        "what is sent is printed",
        "mail/wire.py",
        '        self.line.send(b" ".join((tag, *parts)) + b"\\r\\n")\n',
        '        self.line.send(print(parts) or b" ".join((tag, *parts)) + b"\\r\\n")\n',
        MOVE,
        no_fault,
        ("I8",),
    ),
)
