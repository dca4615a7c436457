"""A fault at every call between balt and the world, and the promise checked after each of them.

Every message is in the folder, in the trash, or was in a plan that removes it; nothing outside the plan is
touched; and the same plan applied again, without a fault, finishes the work.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan
from balt.cleanup.result import ApplyResult, SkipReason
from balt.cleanup.settle import settle
from balt.errors import BaltError, ConnectionFailedError, LoginError, StoppedError
from balt.mail.model import Flag
from tests.cleanup.fake import (
    CLOCK,
    FULL,
    UIDPLUS,
    Box,
    Crash,
    FakeSession,
    Mail,
    Script,
    ScriptedJournal,
    Server,
    make_plan,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

FAULTS = ["cut before", "cut after", "NO", "NO OVERQUOTA", "lie", "crash before", "crash after"]
PLANNED = 5


@dataclass(frozen=True)
class Way:
    """One way of removing messages: the act, and what the server offers."""

    name: str
    act: Act
    offers: frozenset[str]
    copyuid: bool

    def __str__(self) -> str:
        return self.name


WAYS = [
    Way("move", Act.TRASH, FULL, True),
    Way("move-blind", Act.TRASH, FULL - {"UIDPLUS"}, False),
    Way("copy", Act.TRASH, UIDPLUS, True),
    Way("copy-blind", Act.TRASH, UIDPLUS, False),
    Way("empty", Act.EMPTY_TRASH, UIDPLUS, True),
]


class World:
    """A mailbox with five planned messages among others, two of them equal to the eye, and a plan."""

    def __init__(self, way: Way, folder: Path) -> None:
        self.way = way
        self.server = Server()
        self.source = "INBOX" if way.act is Act.TRASH else "Trash"
        self.server.fill("INBOX", 2, "inbox")
        self.server.fill("Trash", 2, "trash")
        first = self.server.fill(self.source, 3, "planned")
        twins = [self.server.put(self.source, f"planned-twin{n}", 500, same_as="twin") for n in range(2)]
        self.other = self.server.put(self.source, "marked-by-another", flags=Flag.SEEN | Flag.DELETED)
        self.plan = make_plan(self.server, way.act, [*first, *twins])
        self.start = self.server.everywhere()
        self.planned = {name for name in self.start if name.startswith("planned")}
        self.folder = folder

    def session(self, script: Script | None = None) -> FakeSession:
        return FakeSession(self.server, script, self.way.offers, self.way.copyuid)

    def apply(self, script: Script) -> ApplyResult | None:
        """The result, or None when the process was killed or nothing could be begun."""
        journal = ScriptedJournal(self.folder / "journal.jsonl", script)
        try:
            return apply_plan(self.plan, self.session(script), journal, batch_size=3)
        except (Crash, BaltError):
            return None

    def again(self) -> None:
        """The next start: settle what was open, then the same plan once more."""
        journal = Journal(self.folder / "journal.jsonl", CLOCK, "Dr Camille EXEMPLE")
        settle(journal, self.session())
        assert journal.unsettled() == []
        apply_plan(self.plan, self.session(), journal, batch_size=3)
        assert journal.verify().ok

    def check_promise(self) -> None:
        removable = self.planned if self.way.act is Act.EMPTY_TRASH else set()
        assert self.start - self.server.everywhere() <= removable
        assert set(self.server.names("INBOX")) >= {"inbox0", "inbox1"}
        assert set(self.server.names("Trash")) >= {"trash0", "trash1"}
        others = set(self.server.names(self.source)) - self.planned
        assert "marked-by-another" in others

    def check_no_mark_is_left(self) -> None:
        assert self.server.marked(self.source) == ["marked-by-another"]

    def check_account(self, result: ApplyResult) -> None:
        here = set(self.server.names(self.source)) & self.planned
        done = result.moved + result.deleted
        assert done + len(result.skipped) + result.remaining == PLANNED
        in_doubt = result.skipped_by_reason.get(SkipReason.UNKNOWN, 0)
        assert done <= PLANNED - len(here) <= done + in_doubt


def calls_of(way: Way, folder: Path) -> list[str]:
    script = Script()
    assert World(way, folder).apply(script)
    return script.calls


def each_fault(way: Way, folder: Path) -> list[tuple[int, str]]:
    return [(call, fault) for call in range(len(calls_of(way, folder))) for fault in FAULTS]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_without_a_fault_exactly_the_planned_messages_leave(way: Way, tmp_path: Path) -> None:
    world = World(way, tmp_path)
    result = world.apply(Script())
    assert result
    assert result.moved + result.deleted == PLANNED
    assert not set(world.server.names(world.source)) & world.planned
    world.check_promise()
    world.check_no_mark_is_left()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_finished_plan_applied_again_finds_what_it_has_done(way: Way, tmp_path: Path) -> None:
    world = World(way, tmp_path)
    world.apply(Script())
    again = world.apply(Script())
    assert again
    assert (again.earlier, again.skipped, again.exit_code) == (PLANNED, (), 0)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_fault_at_any_call_loses_nothing_and_the_next_start_finishes(way: Way, tmp_path: Path) -> None:
    for call, fault in each_fault(way, tmp_path / "first"):
        world = World(way, tmp_path / f"{call}-{fault}")
        script = Script().at(call, fault)
        result = world.apply(script)
        where = f"{fault} at call {call} of {script.calls}"
        try:
            world.check_promise()
            if result:
                world.check_account(result)
            if result:
                world.check_no_mark_is_left()
            world.again()
            world.check_promise()
            assert not set(world.server.names(world.source)) & world.planned
            world.check_no_mark_is_left()
        except AssertionError as error:
            raise AssertionError(where) from error


NEVER_AGAIN = [LoginError("refusé"), ConnectionFailedError("absent"), StoppedError("journal")]


@pytest.mark.parametrize("reason", NEVER_AGAIN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_server_that_never_comes_back_leaves_the_act_open_until_the_next_start(
    way: Way, reason: BaltError, tmp_path: Path
) -> None:
    for call in range(len(calls_of(way, tmp_path / "first"))):
        world = World(way, tmp_path / str(call))
        script = Script().at(call, "cut after")
        session = world.session(script)
        session.refuse_reconnection = reason
        journal = ScriptedJournal(world.folder / "journal.jsonl", script)
        try:
            world.check_account(apply_plan(world.plan, session, journal, batch_size=3))
        except BaltError:
            assert not world.server.expunged
        world.check_promise()
        if world.server.marked(world.source) != ["marked-by-another"]:
            assert journal.unsettled(), "marks stand, and nobody will know"
        world.again()
        world.check_promise()
        world.check_no_mark_is_left()
        assert not set(world.server.names(world.source)) & world.planned


def test_after_a_refused_login_the_server_is_not_asked_again(tmp_path: Path) -> None:
    world = World(WAYS[0], tmp_path)
    script = Script().on("move", "cut after")
    session = world.session(script)
    session.refuse_reconnection = LoginError("refusé")
    journal = Journal(tmp_path / "journal.jsonl", CLOCK, "x")
    result = apply_plan(world.plan, session, journal)
    assert result.stopped is session.refuse_reconnection
    assert result.skipped_by_reason == {SkipReason.UNKNOWN: PLANNED}
    assert script.calls[-1] == "move"
    assert [entry.deed.phase for entry in journal.unsettled()] == [Phase.BEFORE]


# Another client at work


def expunge_one(world: World) -> None:
    box = world.server.boxes[world.source]
    for uid in [m.uid for m in world.plan.messages[:1] if m.uid in box.mails]:
        box.mails.pop(uid)


def flag_one(world: World) -> None:
    box = world.server.boxes[world.source]
    for message in world.plan.messages[1:2]:
        if message.uid in box.mails:
            box.mails[message.uid].flags |= Flag.FLAGGED


def mark_a_stranger(world: World) -> None:
    for mail in world.server.boxes[world.source].mails.values():
        if mail.name in ("inbox0", "trash0"):
            mail.flags |= Flag.DELETED


def receive(world: World) -> None:
    for folder in ("INBOX", "Trash"):
        world.server.put(folder, f"new-{folder}", 500, same_as="twin")


def recreate(world: World) -> None:
    """The same UIDs now name other messages, under another UIDVALIDITY."""
    old = world.server.boxes[world.source]
    new = Box(uidvalidity=old.uidvalidity + 100)
    for n in range(old.uidnext):
        new.add(Mail(f"other{n}"))
    world.server.boxes[world.source] = new
    world.server.boxes["elsewhere"] = Box(mails=dict(old.mails))


HANDS: list[Callable[[World], None]] = [expunge_one, flag_one, mark_a_stranger, receive]


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_another_client_at_any_call_changes_only_what_it_touches(
    way: Way, hand: Callable[[World], None], tmp_path: Path
) -> None:
    for call in range(len(calls_of(way, tmp_path / "first"))):
        world = World(way, tmp_path / str(call))
        before = world.start - ({"planned0"} if hand is expunge_one else set())
        result = world.apply(Script().hand(call, lambda world=world: hand(world)))  # type: ignore[misc]
        assert result
        lost = before - world.server.everywhere()
        assert lost <= (world.planned if way.act is Act.EMPTY_TRASH else set())
        if hand is receive:
            assert {"new-INBOX", "new-Trash"} <= world.server.everywhere()
        total = result.moved + result.deleted + len(result.skipped) + result.remaining
        assert total == PLANNED


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_folder_made_anew_at_any_call_is_left_alone(way: Way, tmp_path: Path) -> None:
    for call in range(len(calls_of(way, tmp_path / "first"))):
        world = World(way, tmp_path / str(call))
        script = Script().hand(call, lambda world=world: recreate(world))  # type: ignore[misc]
        result = world.apply(script)
        new = [name for name in world.server.names(world.source) if name.startswith("other")]
        assert len(new) == world.other + 1
        assert world.start - world.server.everywhere() <= (
            world.planned if way.act is Act.EMPTY_TRASH else set()
        )
        assert not [name for name in world.server.expunged if name.startswith("other")]
        assert not [m for m in world.server.boxes[world.source].mails.values() if Flag.DELETED in m.flags]
        if result:
            assert result.moved + result.deleted + len(result.skipped) + result.remaining == PLANNED
        assert Journal(world.folder / "journal.jsonl", CLOCK, "x").verify().ok


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_flag_set_between_the_plan_and_the_act_protects_its_message(way: Way, tmp_path: Path) -> None:
    world = World(way, tmp_path)
    flag_one(world)
    result = world.apply(Script())
    assert result
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.FLAGGED]
    assert "planned1" in world.server.names(world.source)


@pytest.mark.parametrize(
    "way", [way for way in WAYS if "MOVE" not in way.offers and way.act is Act.TRASH], ids=str
)
def test_a_flag_set_while_messages_are_copied_protects_its_message(way: Way, tmp_path: Path) -> None:
    call = calls_of(way, tmp_path / "first").index("copy")
    world = World(way, tmp_path / "then")
    result = world.apply(Script().hand(call, lambda: flag_one(world)))
    assert result
    assert [skipped.reason for skipped in result.skipped] == [SkipReason.FLAGGED]
    assert "planned1" in world.server.names(world.source)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_only_planned_uids_are_ever_named_in_a_removal(way: Way, tmp_path: Path) -> None:
    world = World(way, tmp_path)
    session = world.session()
    journal = Journal(tmp_path / "journal.jsonl", CLOCK, "x")
    apply_plan(world.plan, session, journal, batch_size=2)
    assert session.asked_to_remove == {message.uid for message in world.plan.messages}


def shifted(plan: CleanupPlan) -> CleanupPlan:
    """A plan whose UIDs name the messages next to the right ones."""
    part = plan.parts[0]
    moved = tuple(replace(message, uid=message.uid + 1) for message in part.messages[:3])
    return replace(plan, parts=(replace(part, messages=moved),))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_plan_whose_identities_do_not_fit_touches_nothing(way: Way, tmp_path: Path) -> None:
    world = World(way, tmp_path)
    everything = {name: world.server.names(name) for name in world.server.boxes}
    world.plan = shifted(world.plan)
    result = world.apply(Script())
    assert result
    assert {skipped.reason for skipped in result.skipped} <= {SkipReason.CHANGED, SkipReason.GONE}
    assert {name: world.server.names(name) for name in world.server.boxes} == everything
