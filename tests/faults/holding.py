"""Every deleting command is held, and the archive looked into, before the server sees it."""

import re
import time
from collections import Counter
from collections.abc import Callable

from tests.faults.check_export import unread_still
from tests.faults.lightened import LIGHTER, original_of
from tests.faults.mailbox import Key
from tests.faults.proxy import Relay
from tests.faults.scenario import World
from tests.faults.units import quoted_word, set_of, verb_of

_SET = re.compile(rb"\S+ (?:UID )?[A-Z]+ ([\d:,*]+)", re.IGNORECASE)
_REMOVING = frozenset({b"UID EXPUNGE", b"EXPUNGE", b"CLOSE"})
_MARKING = frozenset({b"UID STORE", b"STORE"})
_MOVING = frozenset({b"UID MOVE", b"MOVE", b"UID COPY", b"COPY"})
_NEVER = frozenset({b"DELETE", b"RENAME"})


def watch(world: World, broken: list[str]) -> Callable[[Relay, bytes], None]:
    """What is told of each command before it goes on; adds to ``broken`` what must not be sent."""
    opened: dict[Relay, str] = {}

    def hold(relay: Relay, command: bytes) -> None:
        verb = verb_of(command)
        if world.scenario.reads:
            broken.extend(unread_still(command))
            return
        if verb in (b"SELECT", b"EXAMINE"):
            opened[relay] = world.box.validity(quoted_word(command))
        elif opened.get(relay) != world.box.validity(relay.folder):
            return  # the folder was made anew under the client: the server does nothing more in this session
        if verb in _NEVER:
            broken.append(f"I2 {verb.decode()}")
        marking = verb in _MARKING and b"\\DELETED" in command.upper() and b"-FLAGS" not in command.upper()
        if verb in _REMOVING | _MOVING or marking:
            named = _named(world, relay, command, verb)
            broken.extend(_outside(world, relay, named, verb))
            if verb in _REMOVING or marking:
                relay.case.deletions.append(time.monotonic())
                unsafe = _alone if world.scenario.lightens else _unsafe
                broken.extend(unsafe(world, named, verb, relay.case.fault.no_room))
        elif verb in _MARKING and b"-FLAGS" not in command.upper():
            broken.append("I2 STORE of something else than \\Deleted")

    return hold


def _named(world: World, relay: Relay, command: bytes, verb: bytes) -> dict[int, Key]:
    """The messages that the command would act upon, by UID."""
    messages = world.box.by_uid(relay.folder)
    if match := _SET.match(command):
        if verb.startswith(b"UID "):
            wanted = set_of(match[1], max(messages, default=0))
        else:  # sequence numbers
            numbers = set_of(match[1], len(messages))
            wanted = {uid for place, uid in enumerate(messages, 1) if place in numbers}
        messages = {uid: key for uid, key in messages.items() if uid in wanted}
    if verb in _REMOVING:
        messages = {uid: key for uid, key in messages.items() if "T" in key[1]}
    if world.scenario.lightens:  # a copy that the server did not keep as it was given is nobody's
        somebodys = {name for name, _ in world.expected.others[relay.folder]} | {*world.planned.values()}
        messages = {uid: key for uid, key in messages.items() if original_of(key[0]) in somebodys}
    return messages


def _outside(world: World, relay: Relay, named: dict[int, Key], verb: bytes) -> list[str]:
    """Messages that the plan does not name, in what a command acts upon."""
    if relay.folder != world.scenario.source:
        return [f"I2 {verb.decode()} in {relay.folder}"]
    planned = world.expected.planned
    if verb == b"UID COPY":  # leaves the message where it is; that it was flagged is seen before the removal
        planned = planned + world.expected.kept
    if world.scenario.lightens:
        kept = {LIGHTER + hashed for hashed in world.expected.kept}  # its copy goes again
        named = {uid: (original_of(name), f) for uid, (name, f) in named.items() if name not in kept}
    others = [uid for uid, (hashed, _) in named.items() if hashed not in planned]
    return [f"I2 {verb.decode()} acts upon unplanned {others}"] if others else []


def _unsafe(world: World, named: dict[int, Key], verb: bytes, _no_room: bool) -> list[str]:
    """Messages that are about to be removed and are not safe elsewhere yet."""
    if world.scenario.archive:
        safe = world.archived().hashes()
    elif world.scenario.target:
        safe = world.state().hashes(world.scenario.target)
    else:
        return []
    unsafe = [uid for uid, (hashed, _) in named.items() if not safe[hashed]]
    return [f"I3 {verb.decode()} of {unsafe}, which are not safe yet"] if unsafe else []


def _alone(world: World, named: dict[int, Key], verb: bytes, no_room: bool) -> list[str]:
    """Messages of which neither form would be left in the folder, or the whole one nowhere."""
    here = world.state().hashes(world.scenario.source)
    safe = world.archived().hashes()
    going = Counter(original_of(name) for name, _ in named.values())
    broken = []
    for hashed, times in going.items():
        owed = (world.expected.planned + world.expected.kept)[hashed] - world.expected.lost[hashed]
        if here[hashed] + here[LIGHTER + hashed] - times < owed and not no_room:
            broken.append(f"I3 {verb.decode()} of the only form of a message")
        if not safe[hashed]:
            broken.append(f"I3 {verb.decode()} of a message that is not whole in the archive")
    return broken
