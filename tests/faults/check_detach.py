"""The promise of lightening, checked from outside: each message is there once, whole or as it should be
without its files; and where it is lighter, its archive holds the whole. The numbers are those of ``checker``.
"""

from collections import Counter

from tests.faults.archived import Archived
from tests.faults.client import Ended
from tests.faults.lightened import LIGHTER, original_of
from tests.faults.mailbox import Key, State, date_of
from tests.faults.scenario import World


def check_lightened(
    world: World, state: State, archived: Archived, ended: Ended, *, no_room: bool
) -> list[str]:
    """Whatever has happened; ``no_room``: the server said so, and the original may have gone before."""
    whole, lighter = _forms(world, state)
    broken = []
    for hashed, times in world.expected.planned.items():
        there = whole[hashed] + lighter[hashed]
        owed = times - world.expected.lost[hashed]
        if there < owed and not (no_room and archived.hashes()[hashed] >= times):
            broken.append(f"I1 {owed - there} messages are on the server in neither form")
        if lighter[hashed] and archived.hashes()[hashed] < min(lighter[hashed], times):
            broken.append("I3 a message is lighter, and its archive does not hold the whole")
    told = ended.report.get("detached", 0)
    if not ended.killed and told > lighter.total():
        broken.append(f"I6 detached: {told}, and {lighter.total()} are lighter")
    return broken + _flags_kept(world, state)


def check_all_lightened(world: World, state: State) -> list[str]:
    """After the last clean re-run: each message once, lighter unless somebody else has touched it."""
    whole, lighter = _forms(world, state)
    expected, broken = world.expected, []
    if expected.recreated:
        return []  # copies in a folder made anew are messages like any other
    for hashed, times in (expected.planned + expected.kept).items():
        there = whole[hashed] + lighter[hashed]
        least = times - expected.lost[hashed]
        if not least <= there <= times:
            broken.append(f"I9 {there} messages, in one form or the other, where {times} were")
        spared = expected.maybe[hashed] + expected.lost[hashed]
        if lighter[hashed] < expected.planned[hashed] - spared:
            broken.append("I9 a planned message is not lighter")
    dates = {hash_: date_of(uid) for uid, hash_ in world.planned.items()}
    for name, found in world.box.dates(world.scenario.source):
        if name.startswith(LIGHTER) and found != dates[original_of(name)]:
            broken.append(f"I2 a lighter message has another date: {found}")
    return broken


def _forms(world: World, state: State) -> tuple[Counter[str], Counter[str]]:
    """How often each message is in the source whole, and lighter, by the hash of the whole."""
    whole: Counter[str] = Counter()
    lighter: Counter[str] = Counter()
    for name, times in state.hashes(world.scenario.source).items():
        (lighter if name.startswith(LIGHTER) else whole)[original_of(name)] += times
    return whole, lighter


def _flags_kept(world: World, state: State) -> list[str]:
    """I2: a lighter message has the flags and keywords of its original, balt's own mark for removal apart."""
    known = {key for uid, key in world.uids.items() if uid in world.planned}
    here = state.folders.get(world.scenario.source, Counter())
    wrong = [key for key in here if key[0].startswith(LIGHTER) and not _is_of(key, known)]
    return [f"I2 a lighter message has the flags {flags}" for _, flags in wrong]


def _is_of(key: Key, known: set[Key]) -> bool:
    name, flags = key
    told = flags.replace("T", "").replace("F", "")
    return any((original_of(name), told) == one for one in known)
