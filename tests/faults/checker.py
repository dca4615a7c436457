"""The promise, checked from outside: what the server and the archive hold, against what they held before.

Each broken rule is a text that begins with its number: I1 nothing is lost · I2 nothing outside the plan is
touched · I3 what is removed was safe before · I4 what is archived is whole · I5 files are private · I6 the
account is true · I7 the client ends · I8 no secret, no patient, no traceback · I9 the clean re-run finishes.
"""

import base64
import json
import stat
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from balt.cleanup.journal import Journal
from balt.clock import SystemClock
from tests.faults.archived import Archived
from tests.faults.check_detach import check_all_lightened, check_lightened
from tests.faults.check_export import check_all_handed, check_handed
from tests.faults.client import Ended
from tests.faults.lightened import LIGHTER, original_of
from tests.faults.mailbox import PASSWORD, PATIENT, Key, State
from tests.faults.proxy import Fault
from tests.faults.scenario import World

DONE, FINDINGS, UNKNOWN, STOPPED = 0, 1, 2, 4


def check(world: World, ended: Ended, fault: Fault | None = None) -> list[str]:
    """What must hold whatever has happened; the fault says which exit codes may come."""
    fault = fault or Fault()
    state, archived = world.state(), world.archived()
    broken = [*_nothing_lost(world, state, archived), *_nothing_else_touched(world, state)]
    broken += _whole(world, archived)
    broken += _private(world.own)
    broken += _true_account(world, state, archived, ended)
    if ended.code is not None and not ended.killed and ended.code not in _answers(world, fault):
        broken.append(f"I6 exit {ended.code}: {_brief(ended)}")
    if ended.code is None:
        broken.append(f"I7 still at work after {ended.seconds:.0f} s")
    broken += _no_marks(world, state, ended)
    if world.scenario.lightens:
        broken += check_lightened(world, state, archived, ended, no_room=fault.no_room)
    if world.scenario.reads:
        broken += check_handed(world, ended, hides=fault.hides)
    return broken + _discreet(world, ended)


def _answers(world: World, fault: Fault) -> Collection[int]:
    """The exit codes that may come: a folder of which the server says nothing cannot be asked for."""
    return {*fault.answers, UNKNOWN} if world.scenario.reads and fault.hides else fault.answers


def check_finished(world: World, ended: Ended) -> list[str]:
    """What must hold after the last clean re-run."""
    state, archived = world.state(), world.archived()
    broken = check(world, ended)
    expected, scenario = world.expected, world.scenario
    if scenario.reads:
        if ended.code != DONE:
            broken.append(f"I9 the re-run ends with {ended.code}: {_brief(ended)}")
        return broken + check_all_handed(world, state) + _journal_holds(world)
    allowed = {DONE, FINDINGS} if expected.lost + expected.maybe + expected.kept else {DONE}
    if expected.recreated and ended.code == STOPPED:
        allowed = {STOPPED}  # nothing was left to plan anew
    if ended.code not in allowed:
        broken.append(f"I9 the re-run ends with {ended.code}: {_brief(ended)}")
    left = (state.hashes(scenario.source) & expected.planned) - expected.maybe
    if left:
        broken.append(f"I9 {left.total()} planned messages are still in {scenario.source}")
    gone = expected.planned - expected.lost - expected.maybe
    if scenario.archive and (missing := gone - archived.hashes()):
        broken.append(f"I9 {missing.total()} removed messages are not in the archive")
    if archived.unfinished:
        broken.append(f"I9 unfinished files stay: {archived.unfinished}")
    if len(archived.files) != len(set(archived.files.values())):
        broken.append("I9 a message has two files in the archive")
    if scenario.lightens:
        broken += check_all_lightened(world, state)
    if scenario.target:
        broken += _arrived_once(world, state, gone)
    return broken + _journal_holds(world)


def _nothing_lost(world: World, state: State, archived: Archived) -> list[str]:
    """I1: each message, as often as it was there, on the server or in the archive."""
    scenario, expected = world.scenario, world.expected
    there: Counter[str] = Counter()
    for folder in state.folders:
        there += state.hashes(folder)
    needed = Counter(expected.planned) - expected.lost
    if not (scenario.archive or scenario.target):
        needed = Counter()  # the user chose to remove exactly these for good
    for found in expected.others.values():
        for (hashed, _), times in found.items():
            needed[hashed] += times
    missing = needed - there - archived.hashes()
    return [f"I1 {missing.total()} messages are neither on the server nor in the archive"] if missing else []


def _nothing_else_touched(world: World, state: State) -> list[str]:
    """I2: what was not planned stands where it stood, with its flags; nothing came that balt did not move."""
    broken: list[str] = []
    for folder in {*state.folders, *world.expected.others}:
        others = world.expected.others.get(folder, Counter())
        now = state.folders.get(folder, Counter())
        if missing := others - now:
            broken.append(f"I2 in {folder}, {missing.total()} unplanned messages have gone or changed")
        broken += _strangers(world, folder, now - others)
    return broken


def _no_marks(world: World, state: State, ended: Ended) -> list[str]:
    """I2: unless the act is left open in the journal, no planned message keeps balt's mark ``\\Deleted``."""
    marked = sum(
        times
        for (hashed, flags), times in state.folders.get(world.scenario.source, Counter()).items()
        if "T" in flags and original_of(hashed) in world.expected.planned
    )
    if not marked or ended.killed or ended.code is None or _journal(world).unsettled():
        return []
    return [f"I2 {marked} planned messages stay marked as deleted"]


def _strangers(world: World, folder: str, more: Counter[Key]) -> list[str]:
    """What a folder holds beside the unplanned messages: only planned ones, where the plan has them."""
    places = (world.scenario.source, world.scenario.target)
    known = set(world.expected.planned) if folder in places and not world.scenario.reads else set()
    if world.scenario.hide and folder == world.scenario.target:
        known |= set(world.expected.kept)  # flagged once it was copied: it stays, and so does its copy
    if world.scenario.lightens and folder == world.scenario.source:
        known |= {LIGHTER + each for each in world.planned.values()}
    strange = sum(times for (hashed, _), times in more.items() if hashed not in known)
    return [f"I2 in {folder}, {strange} messages that nobody put there"] if strange else []


def _whole(world: World, archived: Archived) -> list[str]:
    """I4: every finished entry is, octet for octet, the message that it says it is."""
    broken = [f"I4 a line of the manifest is false: {name}" for name in archived.false]
    known = {hashed for folder in world.start.folders for hashed in world.start.hashes(folder)}
    broken += [
        f"I4 a file of no message: {name}" for name, hashed in archived.files.items() if hashed not in known
    ]
    if not world.expected.recreated:
        wrong = [
            uid
            for (folder, _, uid), hashed in archived.verified.items()
            if folder != world.scenario.source or world.planned.get(uid) != hashed
        ]
        broken += [f"I4 the archive has another message as UID {uid}" for uid in wrong]
    return broken


def _private(root: Path) -> list[str]:
    """I5: 0600 for files, 0700 for folders."""
    open_ones = [
        path.relative_to(root).as_posix()
        for path in (root, *root.rglob("*"))
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    return [f"I5 readable by others: {name}" for name in open_ones]


def _true_account(world: World, state: State, archived: Archived, ended: Ended) -> list[str]:
    """I6: exit 0 only when it is done, and no figure larger than the truth."""
    scenario, expected = world.scenario, world.expected
    if ended.killed or ended.code is None or scenario.reads:
        return []
    broken: list[str] = []
    here = state.hashes(scenario.source) & expected.planned
    if ended.code == DONE and ended.report and here - expected.maybe and not expected.recreated:
        broken.append(f"I6 exit 0, and {here.total()} planned messages are still there")
    gone = expected.planned.total() - here.total()
    for figure in ("moved", "deleted"):
        told = ended.report.get(figure, 0)
        if told > gone:
            broken.append(f"I6 {figure}: {told}, and {gone} have gone")
    if ended.report.get("archived", 0) > len(archived.verified):
        broken.append(f"I6 archived: {ended.report['archived']}, and {len(archived.verified)} are verified")
    return broken


def _discreet(world: World, ended: Ended) -> list[str]:
    """I8: neither on the screen nor in balt's own files."""
    told = {"standard output": ended.out, "standard error": ended.err}
    for path in world.own.rglob("*"):
        is_document = world.out in path.parents and path.suffix not in (".json", ".csv", ".jsonl")
        if path.is_file() and path.suffix not in (".eml", ".part") and not is_document:
            told[path.relative_to(world.own).as_posix()] = path.read_bytes().decode("latin-1")
    sasl = base64.b64encode(f"\0{world.box.user}\0{PASSWORD}".encode()).decode()  # RFC 4616
    broken = [f"I8 the password is in {n}" for n, text in told.items() if PASSWORD in text or sasl in text]
    broken += [f"I8 the patient is in {name}" for name, text in told.items() if PATIENT in text]
    if "Traceback" in ended.err or "Traceback" in ended.out:
        broken.append("I8 a traceback")
    return broken


def _arrived_once(world: World, state: State, gone: Counter[str]) -> list[str]:
    """I9: moved messages are in the target; twice only where a copy had to be made again."""
    others: Counter[str] = Counter()
    for (hashed, _), times in world.expected.others.get(world.scenario.target, Counter()).items():
        others[hashed] += times
    there = state.hashes(world.scenario.target) - others
    broken = []
    if missing := gone - there:
        broken.append(f"I9 {missing.total()} moved messages are not in {world.scenario.target}")
    if not world.scenario.hide and (twice := there - world.expected.planned):
        broken.append(f"I9 {twice.total()} messages are twice in {world.scenario.target}")
    return broken


def _journal_holds(world: World) -> list[str]:
    """I9: the chain of the journal is not broken, and no act is left open."""
    journal = _journal(world)
    broken = []
    if (line := journal.verify().broken) is not None:
        broken.append(f"I9 the journal's chain is broken at line {line}")
    if open_ones := journal.unsettled():
        broken.append(f"I9 {len(open_ones)} acts are left open in the journal")
    return broken


def _journal(world: World) -> Journal:
    return Journal(world.own / "state" / "balt" / "journal.jsonl", SystemClock(), "")


def _brief(ended: Ended) -> str:
    text = ended.err.strip() or json.dumps(ended.report)[:300]
    return text[-300:].replace("\n", " | ")
