"""What the journal no longer keeps: never by default, whole acts only, and the rest can still be verified."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt import paths
from balt.cleanup.chain import examine, split
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.retention import PLAN_DAYS, Tidied, clear_plans, months_before, prune, tidy
from balt.clock import FixedClock
from balt.errors import StoppedError

TODAY = datetime(2026, 11, 29, 10, tzinfo=UTC)
CLOCK = FixedClock(TODAY)
Write = Callable[..., None]


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = TODAY

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def kept(tmp_path: Path, hand: Hand, no_fsync: None) -> Journal:
    """A journal whose lines are written at the moment that the hand shows."""
    return Journal(tmp_path / "balt" / "journal.jsonl", hand, "Dr Camille EXEMPLE")


@pytest.fixture
def act(kept: Journal, hand: Hand) -> Write:
    """Write an act of so many days ago; without ``end`` it stays open."""

    def write(plan: str, days: int, *, end: bool = True, size: int = 0) -> None:
        hand.moment = TODAY - timedelta(days=days)
        kept.append(Deed(Phase.BEFORE, "trash", plan=plan, folder="INBOX", uids="1:3", count=3))
        kept.append(Deed(Phase.STEP, "trash", plan=plan, folder="INBOX", request="UID MOVE", answer="OK"))
        if end:
            kept.append(
                Deed(Phase.AFTER, "trash", plan=plan, folder="INBOX", uids="1:3", count=3, answer="OK")
            )
        hand.moment = TODAY

    return write


def plans(journal: Journal) -> list[str]:
    """The acts that the journal still tells of, in order."""
    return list(dict.fromkeys(entry.deed.plan for entry in journal.entries() if entry.deed.plan))


def keep_plan(journal: Journal, name: str, days: int) -> Path:
    """A plan that was written so many days ago."""
    path = journal.folder / "plans" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    written = (TODAY - timedelta(days=days)).timestamp()
    os.utime(path, (written, written))
    return path


def test_without_a_setting_every_line_stays(kept: Journal, act: Write) -> None:
    act("old", 3000)
    before = kept.path.read_bytes()
    assert prune(kept, 0, CLOCK) == 0
    assert kept.path.read_bytes() == before


def test_lines_of_more_than_six_months_ago_go_and_the_rest_is_a_chain_that_says_so(
    kept: Journal, act: Write
) -> None:
    act("old", 300)
    act("older", 250)
    act("young", 100)
    young = kept.path.read_bytes().splitlines()[6:]
    assert prune(kept, 6, CLOCK) == 6
    lines = kept.path.read_bytes().splitlines()
    assert lines[1:-1] == young
    check = kept.verify()
    assert check.ok
    assert check.removed == 6
    assert check.removed_until == TODAY - timedelta(days=250)
    assert plans(kept) == ["young"]
    assert [entry.deed.phase for entry in (kept.entries()[0], kept.entries()[-1])] == [
        Phase.ANCHOR,
        Phase.PRUNED,
    ]


def test_the_shortened_file_is_for_its_owner_alone(kept: Journal, act: Write) -> None:
    act("old", 300)
    prune(kept, 6, CLOCK)
    assert kept.path.stat().st_mode & 0o777 == 0o600


def test_a_journal_of_nothing_but_old_lines_goes_on_afterwards(kept: Journal, act: Write) -> None:
    act("old", 300)
    assert prune(kept, 6, CLOCK) == 3
    assert plans(kept) == []
    act("new", 0)
    assert kept.verify().ok
    assert plans(kept) == ["new"]


def test_a_second_time_counts_on_from_the_first(kept: Journal, act: Write, hand: Hand) -> None:
    act("a", 400)
    act("b", 250)
    act("c", 10)
    hand.moment = TODAY - timedelta(days=100)
    assert prune(kept, 6, hand) == 3
    hand.moment = TODAY
    assert prune(kept, 6, hand) == 3
    check = kept.verify()
    assert check.ok
    assert check.removed == 6
    anchor = kept.entries()[0].deed
    assert anchor.figures["first"] == int((TODAY - timedelta(days=400)).timestamp())
    assert plans(kept) == ["c"]
    assert prune(kept, 6, hand) == 0


def test_whole_months_go_so_that_the_file_is_not_written_anew_every_day() -> None:
    moment = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)
    assert months_before(moment, 6) == datetime(2025, 9, 1, tzinfo=UTC)
    assert months_before(moment, 3) == datetime(2025, 12, 1, tzinfo=UTC)
    assert months_before(moment, 15) == datetime(2024, 12, 1, tzinfo=UTC)


def test_an_act_whose_end_is_not_known_stays_with_all_that_came_after(kept: Journal, act: Write) -> None:
    act("a", 400)
    act("open", 390, end=False)
    act("b", 380)
    assert prune(kept, 6, CLOCK) == 3
    assert plans(kept) == ["open", "b"]
    assert [entry.deed.plan for entry in kept.unsettled()] == ["open"]


def test_an_act_that_goes_on_until_today_stays_from_its_first_line(kept: Journal, act: Write) -> None:
    act("a", 400)
    act("long", 390)
    act("long", 1)
    assert prune(kept, 6, CLOCK) == 3
    assert plans(kept) == ["long"]
    assert len(kept.entries()) == 1 + 6 + 1


def test_an_act_that_may_be_undone_stays(kept: Journal, act: Write) -> None:
    act("a", 400)
    act("undoable", 390)
    keep_plan(kept, "undoable", 390)
    assert prune(kept, 6, CLOCK) == 3
    assert plans(kept) == ["undoable"]


def test_a_journal_that_was_altered_is_evidence_and_stays_as_it_is(kept: Journal, act: Write) -> None:
    act("a", 400)
    act("b", 10)
    kept.path.write_bytes(kept.path.read_bytes().replace(b'"count":3', b'"count":4', 1))
    before = kept.path.read_bytes()
    assert prune(kept, 6, CLOCK) == 0
    assert kept.path.read_bytes() == before


def test_lines_cut_by_an_old_crash_go_with_those_around_them(kept: Journal, act: Write, hand: Hand) -> None:
    act("a", 400)
    kept.path.write_bytes(kept.path.read_bytes()[:-30])
    act("b", 390)
    act("c", 10)
    assert kept.verify().damaged == (3,)
    hand.moment = TODAY - timedelta(days=385)
    kept.append(Deed(Phase.SETTLED, "trash", plan="a", folder="INBOX"))
    hand.moment = TODAY
    assert plans(kept) == ["a", "b", "c"]
    assert prune(kept, 6, CLOCK) == 0  # the end of "a" was written after "c": the clock went backwards
    kept.path.unlink()
    act("a", 400)
    kept.path.write_bytes(kept.path.read_bytes() + b'{"torn')
    act("b", 390)
    act("c", 10)
    assert prune(kept, 6, CLOCK) == 8  # both acts, the torn line, and the one that goes on after it
    assert kept.verify().ok
    assert plans(kept) == ["c"]


def test_a_line_of_a_later_version_stays(kept: Journal, act: Write) -> None:
    from balt.cleanup import deeds

    act("a", 400)
    lines = kept.path.read_bytes().splitlines()
    content = json.loads(lines[1]) | {"phase": "unheard of"}
    content["hash"] = deeds.digest(content)
    last = json.loads(lines[2]) | {"previous": content["hash"]}
    last["hash"] = deeds.digest(last)
    kept.path.write_text("\n".join([lines[0].decode(), json.dumps(content), json.dumps(last)]) + "\n")
    assert kept.verify().ok
    assert prune(kept, 6, CLOCK) == 0


@pytest.mark.parametrize("line", range(5))
def test_a_line_altered_after_the_shortening_is_found(kept: Journal, act: Write, line: int) -> None:
    act("a", 400)
    act("b", 10)
    prune(kept, 6, CLOCK)
    lines = kept.path.read_bytes().splitlines()
    assert len(lines) == 5
    lines[line] = lines[line].replace(b"EXEMPLE", b"AUTRE")
    kept.path.write_bytes(b"\n".join(lines) + b"\n")
    assert kept.verify().broken is not None


@pytest.mark.parametrize("line", range(4))
def test_a_line_taken_out_after_the_shortening_is_found(kept: Journal, act: Write, line: int) -> None:
    act("a", 400)
    act("b", 10)
    prune(kept, 6, CLOCK)
    lines = kept.path.read_bytes().splitlines()
    del lines[line]
    kept.path.write_bytes(b"\n".join(lines) + b"\n")
    assert kept.verify().broken is not None


def test_an_anchor_of_somebody_elses_making_is_found(kept: Journal, act: Write) -> None:
    """Lines are taken off the beginning, and a fine first line put there: the chain does not confirm it."""
    from balt.cleanup.deeds import GENESIS, encode

    act("a", 10)
    act("b", 9)
    lines = kept.path.read_bytes().splitlines()
    forged = Deed(Phase.ANCHOR, "retention", count=3, note=json.loads(lines[2])["hash"])
    anchor = encode(forged, TODAY, "x", "x", GENESIS)
    kept.path.write_bytes(b"\n".join([anchor, *lines[3:]]) + b"\n")
    assert kept.verify().broken == 1


def test_a_crash_at_any_write_leaves_the_old_or_the_new_file(
    kept: Journal, act: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    act("a", 400)
    act("b", 10)
    before = kept.path.read_bytes()

    class Crash(BaseException):
        pass

    def crash(*_arguments: object, **_names: object) -> None:
        raise Crash

    for name, owner in (("fdopen", os), ("replace", Path), ("sync_dir", paths)):
        with monkeypatch.context() as broken:
            broken.setattr(owner, name, crash)
            with pytest.raises(Crash):
                prune(kept, 6, CLOCK)
        now = kept.path.read_bytes()
        assert now == before or examine(*split(now))[1].removed == 3
        assert kept.verify().ok
    assert plans(kept) == ["b"]
    assert not kept.path.with_name("journal.jsonl.part").exists()


def test_a_full_disk_leaves_the_journal_as_it_was_and_is_told(
    kept: Journal, act: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    act("a", 400)
    before = kept.path.read_bytes()

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("balt.cleanup.journal.write_private", full)
    with pytest.raises(StoppedError, match="ne peut pas être écrit"):
        prune(kept, 6, CLOCK)
    assert kept.path.read_bytes() == before


def test_plans_of_acts_that_ended_long_ago_go(kept: Journal, act: Write) -> None:
    for name, days, end in (("old", 120, True), ("young", 20, True), ("open", 120, False)):
        act(name, days, end=end)
        keep_plan(kept, name, days)
    never = keep_plan(kept, "never-applied", 120)
    assert clear_plans(kept, kept.folder, CLOCK) == 1
    left = {path.stem for path in (kept.folder / "plans").iterdir()}
    assert left == {"young", "open", never.stem}


def test_a_plan_that_was_just_written_again_stays(kept: Journal, act: Write) -> None:
    act("again", PLAN_DAYS + 30)
    path = keep_plan(kept, "again", 0)
    assert clear_plans(kept, kept.folder, CLOCK) == 0
    assert path.exists()


def test_plans_go_first_so_that_their_acts_can(kept: Journal, act: Write) -> None:
    act("old", 300)
    keep_plan(kept, "old", 300)
    act("recent", 20)
    tidied = tidy(kept, 6, CLOCK)
    assert (tidied.lines, tidied.plans) == (3, 1)


def told(journal: Journal) -> int:
    """How many lines tell that nothing was removed because of the clock."""
    return sum(entry.deed.action == "clock" for entry in journal.entries())


def test_a_clock_that_leaps_removes_nothing_and_that_is_told_once(
    kept: Journal, act: Write, hand: Hand
) -> None:
    act("old", 100)
    keep_plan(kept, "old", 100)
    act("recent", 1)
    before = kept.path.read_bytes()
    hand.moment = TODAY.replace(year=2031)
    first = tidy(kept, 6, hand)
    assert (first.lines, first.plans) == (0, 0)
    assert "28 nov. 2026" in first.doubt
    assert "29 nov. 2031" in first.doubt
    assert "6 déc. 2031" in first.doubt
    hand.moment += timedelta(hours=1)
    second = tidy(kept, 6, hand)
    assert (second.lines, second.plans, second.doubt) == (0, 0, "")
    assert kept.path.read_bytes().startswith(before)
    assert told(kept) == 1
    assert kept.verify().ok


def test_an_act_after_the_leap_does_not_vouch_for_the_clock(kept: Journal, act: Write, hand: Hand) -> None:
    act("recent", 1)
    act("wrong", -2000)
    hand.moment = TODAY + timedelta(days=2000, minutes=5)
    tidied = tidy(kept, 6, hand)
    assert (tidied.lines, told(kept)) == (0, 1)
    assert plans(kept) == ["recent", "wrong"]


def test_a_clock_that_is_set_right_again_removes_what_is_old_and_keeps_what_it_had_dated_wrongly(
    kept: Journal, act: Write, hand: Hand
) -> None:
    act("old", 300)
    act("recent", 20)
    hand.moment = TODAY.replace(year=2031)
    tidy(kept, 6, hand)
    hand.moment = TODAY
    tidied = tidy(kept, 6, hand)
    assert (tidied.lines, tidied.doubt) == (3, "")
    assert plans(kept) == ["recent"]


def test_after_an_absence_a_week_of_use_is_proof_enough(kept: Journal, act: Write, hand: Hand) -> None:
    act("old", 400)
    keep_plan(kept, "old", 400)
    assert tidy(kept, 6, hand).doubt
    hand.moment = TODAY + timedelta(days=6, hours=23)
    assert tidy(kept, 6, hand) == Tidied(0, 0)
    hand.moment = TODAY + timedelta(days=7)
    tidied = tidy(kept, 6, hand)
    assert (tidied.lines, tidied.plans, tidied.doubt) == (3, 1, "")
    assert kept.verify().ok


def test_a_doubt_is_not_told_where_nothing_would_go(kept: Journal, act: Write, hand: Hand) -> None:
    act("young", 100)
    before = kept.path.read_bytes()
    assert tidy(kept, 6, hand) == Tidied(0, 0)
    assert tidy(kept, 0, hand) == Tidied(0, 0)
    assert kept.path.read_bytes() == before


def test_nothing_to_tidy_creates_nothing(kept: Journal) -> None:
    tidied = tidy(kept, 6, CLOCK)
    assert (tidied.lines, tidied.plans) == (0, 0)
    assert not kept.folder.exists()
