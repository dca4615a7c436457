"""Defects planted one by one into balt's own code: each must break the promise where a test looks.

A net is worth what it catches. Every defect is a line of ``balt.cleanup`` changed as a hurried hand might.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pytest

from balt.cleanup import account, apply, run, settle
from balt.cleanup.journal import Journal
from balt.mail.model import Flag
from tests.cleanup import test_faults as net
from tests.cleanup.fake import CLOCK, Box, Script

pytestmark = pytest.mark.usefixtures("no_fsync")

MOVE, MOVE_BLIND, COPY, COPY_BLIND, EMPTY = net.WAYS


@dataclass(frozen=True)
class Defect:
    """``old`` of a module's source becomes ``new``; ``check`` of the net must fail."""

    name: str
    module: ModuleType
    old: str
    new: str
    check: Callable[[Path], None]

    def __str__(self) -> str:
        return self.name


def faults(way: net.Way) -> Callable[[Path], None]:
    return lambda folder: net.test_a_fault_at_any_call_loses_nothing_and_the_next_start_finishes(way, folder)


def clean(way: net.Way) -> Callable[[Path], None]:
    return lambda folder: net.test_without_a_fault_exactly_the_planned_messages_leave(way, folder)


def shifted(way: net.Way) -> Callable[[Path], None]:
    return lambda folder: net.test_a_plan_whose_identities_do_not_fit_touches_nothing(way, folder)


def flagged(way: net.Way) -> Callable[[Path], None]:
    return lambda folder: net.test_a_flag_set_between_the_plan_and_the_act_protects_its_message(way, folder)


def never_back(way: net.Way) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        for reason in net.NEVER_AGAIN:
            net.test_a_server_that_never_comes_back_leaves_the_act_open_until_the_next_start(
                way, reason, folder / type(reason).__name__
            )

    return check


EVERYTHING = "sorted(run.session.existing(range(1, 100)))"
DEFECTS = [
    Defect(
        "plain EXPUNGE",
        apply,
        "lambda: run.session.expunge(uids)",
        f"lambda: run.session.expunge({EVERYTHING})",
        clean(EMPTY),
    ),
    Defect(
        "sequence numbers instead of UIDs",
        apply,
        "lambda: run.session.expunge(uids)",
        "lambda: run.session.expunge(range(1, len(uids) + 1))",
        clean(EMPTY),
    ),
    Defect(
        "removal before the copy is verified",
        apply,
        "    run.skip((message.uid for message in todo if message.uid not in run.verified), "
        "SkipReason.UNVERIFIED)",
        "    run.verified |= {message.uid for message in messages}",
        faults(COPY),
    ),
    Defect(
        "a COPY believed on its answer",
        run,
        "self.verified |= arrivals.landed(messages, self._look(self._since))",
        "self.verified |= {message.uid for message in messages}",
        faults(COPY_BLIND),
    ),
    Defect(
        "a MOVE believed on its answer",
        apply,
        "    run.skip(run.reconcile(messages), SkipReason.LEFT)",
        "    run.done.update((message.uid, message) for message in messages)",
        faults(MOVE),
    ),
    Defect(
        "an EXPUNGE believed on its answer",
        apply,
        "    left = run.reconcile(messages)\n",
        "    run.done.update((message.uid, message) for message in messages)\n    left = set[int]()\n",
        faults(EMPTY),
    ),
    Defect(
        "UIDVALIDITY not compared",
        run,
        "if state.uidvalidity != self.part.uidvalidity:",
        "if state.uidvalidity < 0:",
        lambda folder: check_equal_strangers_stay(folder),
    ),
    Defect(
        "identities not compared",
        apply,
        "if not message.is_same(found):",
        "if found.uid != message.uid:",
        shifted(MOVE),
    ),
    Defect("new flags ignored", apply, "if Guard.FLAGGED in raised:", "if not found:", flagged(EMPTY)),
    Defect(
        "marks left behind on a refusal",
        account,
        "        run.unmark(run.marks)",
        "        run.marks.clear()",
        faults(EMPTY),
    ),
    Defect("marks left behind by a lying server", apply, "    run.unmark(left)\n", "", faults(EMPTY)),
    Defect(
        "an act closed in the journal although nobody knows",
        account,
        "Phase.AFTER if known else Phase.INTERRUPTED",
        "Phase.AFTER",
        never_back(EMPTY),
    ),
    Defect(
        "marks of a killed run never taken back",
        settle,
        "        session.unmark_deleted(batch)",
        "        pass",
        lambda folder: check_crash_leaves_no_mark(folder),
    ),
    Defect(
        "no intent before the act",
        apply,
        "    run.note(Phase.BEFORE, run.part.messages, reason=run.plan.reason)",
        "    pass",
        lambda folder: check_crash_leaves_no_mark(folder),
    ),
    Defect(
        "marks counted as nobody's",
        apply,
        "        run.marks.update(message.uid for message in fresh)",
        "        pass",
        faults(EMPTY),
    ),
    Defect(
        "another client's mark taken for ours",
        apply,
        "fresh = [message for message in messages if Flag.DELETED not in found[message.uid].flags]",
        "fresh = list(messages)",
        lambda folder: check_marks_of_others_stay(folder),
    ),
]


def check_crash_leaves_no_mark(folder: Path) -> None:
    """After a kill between mark and removal, the next start takes the marks back."""
    world = net.World(EMPTY, folder)
    world.apply(Script().on("mark", "crash after"))
    settle.settle(Journal(folder / "journal.jsonl", CLOCK, "x"), world.session())
    world.check_no_mark_is_left()


def check_equal_strangers_stay(folder: Path) -> None:
    """In a folder made anew, other messages that look the same to every other check are left alone."""
    world = net.World(EMPTY, folder)
    old = world.server.boxes["Trash"]
    strangers = {uid: replace(mail, name=f"stranger{uid}") for uid, mail in old.mails.items()}
    world.server.boxes["Trash"] = Box(old.uidvalidity + 1, old.uidnext, strangers)
    world.apply(Script())
    assert world.server.expunged == []


def check_marks_of_others_stay(folder: Path) -> None:
    """A planned message that another client had marked keeps that mark when the removal is refused."""
    world = net.World(EMPTY, folder)
    uid = world.plan.parts[0].messages[0].uid
    world.server.boxes["Trash"].mails[uid].flags |= Flag.DELETED
    world.apply(Script().on("expunge", "NO"))
    assert world.server.marked("Trash") == ["marked-by-another", "planned0"]


OWN_CHECKS = [check_crash_leaves_no_mark, check_equal_strangers_stay, check_marks_of_others_stay]


@pytest.mark.parametrize("check", OWN_CHECKS, ids=lambda check: check.__name__)
def test_the_checks_made_for_these_defects_pass_without_them(
    check: Callable[[Path], None], tmp_path: Path
) -> None:
    check(tmp_path)


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_each_planted_defect_is_caught(
    defect: Defect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(defect, monkeypatch)
    with pytest.raises(AssertionError):
        defect.check(tmp_path)


def plant(defect: Defect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the changed source in a module of its own, and put what it defines in the sound one's place."""
    source = inspect.getsource(defect.module)
    assert source.count(defect.old) == 1, "the line that the defect changes is not there any more"
    changed = ModuleType(defect.module.__name__)
    exec(compile(source.replace(defect.old, defect.new), str(defect.module.__file__), "exec"), vars(changed))  # noqa: S102
    if defect.module is apply:
        monkeypatch.setattr(net, "apply_plan", vars(changed)["apply_plan"])
    elif defect.module is account:
        monkeypatch.setattr(apply, "finish", vars(changed)["finish"])
    elif defect.module is run:
        monkeypatch.setattr(apply, "Run", vars(changed)["Run"])
    else:
        monkeypatch.setattr(apply, "settle_open", vars(changed)["settle_open"])
        monkeypatch.setattr(settle, "settle", vars(changed)["settle"])
