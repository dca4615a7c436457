"""Another client on the same mailbox, which acts just before one of balt's commands reaches the server."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from tests.faults.lightened import original_of
from tests.faults.mailbox import (
    FIRST,
    FREE_TO_MARK,
    PLANNED,
    date_of,
    hash_of,
    raw,
)
from tests.faults.proxy import Fault, Relay
from tests.faults.scenario import World
from tests.faults.trial import Planned, Reference
from tests.faults.units import verb_of
from tests.support.append import append_all

_NEW = 30
_FILLERS = "1,6"


class Interloper(Fault):
    """Acts once, before command ``number``."""

    hides = True  # what it makes may come too late to be seen
    timeout = 2.0

    def __init__(self, world: World, number: int, act: "Act") -> None:
        self._world = world
        self._number = number
        self._act = act

    def command(self, relay: Relay, number: int, command: bytes) -> bytes:
        if number == self._number and not self.fired:
            self.fired = True
            self._act(self._world)
        return command


Act = Callable[[World], None]


def expunge_oldest(world: World) -> None:
    """The oldest message, which nobody planned, is removed for good."""
    _remove(world, FIRST)
    others = world.expected.others[world.scenario.source]
    others -= Counter([world.uids[FIRST]])


def expunge_planned(world: World) -> None:
    """A planned message is removed for good, if it is still there."""
    uid = PLANNED[0]
    if uid in world.box.by_uid(world.scenario.source):
        _remove(world, uid)
        world.expected.lost[world.planned[uid]] += 1
        if world.scenario.reads:
            world.expected.others[world.scenario.source] -= Counter([world.uids[uid]])


def mark_unplanned(world: World) -> None:
    """An unplanned message gets the mark ``\\Deleted``: any plain EXPUNGE would take it."""
    with world.ground.server.client(world.box.user) as client:
        client.select(world.scenario.source)
        client.uid("STORE", str(FREE_TO_MARK), "+FLAGS", "(\\Deleted)")
    others = world.expected.others[world.scenario.source]
    hashed, flags = world.uids[FREE_TO_MARK]
    others -= Counter([(hashed, flags)])
    others[(hashed, "".join(sorted(flags + "T")))] += 1


def append(world: World) -> None:
    """A message arrives."""
    octets = raw(_NEW)
    world.ground.server.deliver(world.box.user, octets, world.scenario.source, date_of(_NEW), ["\\Flagged"])
    world.expected.others[world.scenario.source][(hash_of(octets), "F")] += 1


def flag_planned(world: World) -> None:
    """A planned message is flagged: somebody wants it kept. Balt may have looked before that."""
    uid = PLANNED[2]
    if uid in world.box.by_uid(world.scenario.source):
        with world.ground.server.client(world.box.user) as client:
            client.select(world.scenario.source)
            client.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
        world.expected.maybe[world.planned[uid]] += 1
        if world.scenario.reads:
            others, (hashed, flags) = world.expected.others[world.scenario.source], world.uids[uid]
            others -= Counter([(hashed, flags)])
            others[(hashed, "".join(sorted({*flags, "F"})))] += 1


def flag_planned_in_time(world: World) -> None:
    """The same before balt looks for the last time: the message must stay, with its flag."""
    flag_planned(world)
    hashed, flags = world.uids[PLANNED[2]]
    world.expected.kept = world.expected.maybe.copy()
    world.expected.others[world.scenario.source][(hashed, "".join(sorted({*flags, "F"})))] += 1
    world.expected.planned -= Counter([hashed])


def answer_planned(world: World) -> None:
    """A planned message is answered: the one that is there once the act is over shows it, if balt could see
    it in time.
    """
    uid = PLANNED[0]
    if uid in world.box.by_uid(world.scenario.source):
        with world.ground.server.client(world.box.user) as client:
            client.select(world.scenario.source)
            client.uid("STORE", str(uid), "+FLAGS", "(\\Answered)")
        hashed, flags = world.uids[uid]
        world.uids[uid] = (hashed, "".join(sorted({*flags, "R"})))


def recreate(world: World) -> None:
    """The folder is made anew with what is in it, in reverse order: other messages under the same UIDs."""
    source = world.scenario.source
    letters = world.scenario.letters
    known = {hash_of(octets): (date, flags.split()) for _, octets, date, flags in letters.messages()}
    here = [(octets, *known[original_of(letters.name(octets))]) for octets in world.box.octets(source)]
    _make_anew(world, list(reversed(here)))
    world.expected.recreated = True


def recreate_alike(world: World) -> None:
    """The folder is made anew with strangers that have the same UIDs, dates, sizes and Message-IDs."""
    source = world.scenario.source
    here = world.state().hashes(source)
    world.expected.lost = here & world.expected.planned
    if world.scenario.lightens:
        world.expected.lost = world.expected.planned.copy()  # what was lighter has gone too
    made = [(octets, date, flags.split()) for _, octets, date, flags in world.scenario.letters.messages("b")]
    _make_anew(world, made)
    with world.ground.server.client(world.box.user) as client:
        client.select(source)
        client.uid("STORE", _FILLERS, "+FLAGS", "(\\Deleted)")
        client.uid("EXPUNGE", _FILLERS)
    world.expected.others[source] = Counter(world.box.by_uid(source).values())
    world.expected.recreated = True


ACTS: dict[str, Act] = {
    "expunges the oldest": expunge_oldest,
    "expunges a planned one": expunge_planned,
    "marks an unplanned one": mark_unplanned,
    "appends": append,
    "flags a planned one": flag_planned,
    "answers a planned one": answer_planned,
    "makes the folder anew": recreate,
    "makes the folder anew, alike": recreate_alike,
}


def interlopers(reference: Reference) -> Iterator[Planned]:
    """Each act before each command."""
    for number, command in reference.commands():
        for name, act in ACTS.items():
            if act is answer_planned and not (reference.scenario.lightens and number <= reference.last_look):
                continue  # a flag that is set later than balt can see it is lost
            if act is recreate_alike and number > reference.last_entry:
                continue  # only a folder's UIDVALIDITY tells these strangers, and nothing tells that again
            if act is flag_planned and number <= reference.last_look and not reference.scenario.reads:
                act = flag_planned_in_time
            yield Planned(
                reference.scenario,
                "interloper",
                f"{name} before {verb_of(command).decode()} ({number})",
                lambda world, n=number, a=act: Interloper(world, n, a),  # type: ignore[misc]
            )


def _remove(world: World, uid: int) -> None:
    with world.ground.server.client(world.box.user) as client:
        client.select(world.scenario.source)
        client.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
        client.uid("EXPUNGE", str(uid))


def _make_anew(world: World, made: Sequence[tuple[bytes, datetime, list[str]]]) -> None:
    source = world.scenario.source
    with world.ground.server.client(world.box.user) as client:
        if client.delete(source)[0] != "OK" or client.create(source)[0] != "OK":
            raise RuntimeError(f"{source} cannot be made anew")
        append_all(client, made, source)
