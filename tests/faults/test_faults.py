"""The part of the sweep that every run of the tests does: a few faults of each plan, all planted defects."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest

from tests.conftest import NO_DOVECOT, need
from tests.faults.letters import PLAIN_LETTERS
from tests.faults.patches import PATCHES
from tests.faults.planting import Patch, catches, no_fault, powerless, try_patch
from tests.faults.scenario import PLAIN, SECURED, Ground, Scenario, Shelf, grounds, shelf
from tests.faults.sweep import PLANS, Wanted
from tests.faults.trial import Planned, Reference, refer, try_fault
from tests.support.dovecot import dovecot_program

pytestmark = pytest.mark.dovecot
Refer = Callable[[Scenario], Reference]
SAMPLE = {"power": 1, "stall": 1, "disk": 2, "clock": 1}
USUAL, WITH_FILES = 3, 2
"""Faults of each plan and scenario; of those whose messages carry files, which take longer."""
PLACES = [(plan, scenario) for scenario in PLAIN for plan in PLANS] + [("bytes", each) for each in SECURED]
UNDER_A_FAULT = [patch for patch in PATCHES if patch.fault not in (no_fault, powerless)]


@pytest.fixture(scope="module")
def on() -> Iterator[Shelf]:
    need(dovecot_program(), NO_DOVECOT)
    with shelf() as made:
        yield made


@pytest.fixture(scope="module")
def ground(on: Shelf) -> Iterator[Ground]:
    with grounds(on, 1) as (made,):
        yield made


@pytest.fixture(scope="module")
def reference(ground: Ground) -> Refer:
    """An act without a fault: the promise must hold, and the faults are counted from it."""
    return cache(partial(refer, ground))


@pytest.mark.parametrize(("plan", "scenario"), PLACES, ids=str)
def test_under_faults_nothing_is_lost_nothing_else_is_touched_and_the_next_run_finishes(
    plan: str, scenario: Scenario, ground: Ground, reference: Refer
) -> None:
    usual = USUAL if scenario.letters is PLAIN_LETTERS else WITH_FILES
    wanted = Wanted([plan], [scenario], sample=SAMPLE.get(plan, usual))
    verdicts = [try_fault(ground, fault) for fault in wanted.faults(reference(scenario))]
    assert verdicts
    assert [f"{each.fault}: {rule}" for each in verdicts for rule in each.broken] == []


@pytest.mark.parametrize("patch", PATCHES, ids=str)
def test_each_planted_defect_is_caught(patch: Patch, on: Shelf, reference: Refer, tmp_path: Path) -> None:
    verdict = try_patch(on, patch, reference(patch.scenario), tmp_path)
    assert catches(patch, verdict), verdict.broken


@pytest.mark.parametrize("patch", UNDER_A_FAULT, ids=str)
def test_the_fault_that_catches_a_defect_breaks_no_promise_of_balt_without_it(
    patch: Patch, ground: Ground, reference: Refer
) -> None:
    without = reference(patch.scenario)
    fault = Planned(patch.scenario, "sound", patch.name, lambda world: patch.fault(without, world))
    verdict = try_fault(ground, fault)
    assert (verdict.broken, verdict.reached) == ([], True)
