"""The sweep: every fault of every plan, in parallel, each with its verdict. ``scripts/faults`` runs it."""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.faults import commands, interloper, local, mangle, octets, stalls
from tests.faults.letters import PLAIN_LETTERS
from tests.faults.patches import PATCHES
from tests.faults.planting import Patch, catches, try_patch
from tests.faults.report import told, write_tables
from tests.faults.scenario import ARCHIVE, PLAIN, SECURED, Ground, Scenario, Shelf, grounds, shelf
from tests.faults.trial import Planned, Reference, Verdict, refer, try_fault
from tests.support.source import ROOT

OCTET_STRIDES = {True: 40, False: 24}
"""Under TLS, and not; larger where the messages carry files, so that there are at most so many faults."""
MOST_OCTETS = 200
MANGLED_PLACES = {ARCHIVE.name: 40}
FEWER_PLACES = 8


def _octets(reference: Reference) -> Iterator[Planned]:
    least = OCTET_STRIDES[reference.scenario.tls]
    if reference.scenario.letters is not PLAIN_LETTERS:  # messages with files are long
        least = max(least, sum(reference.tape.octets.values()) // MOST_OCTETS)
    return octets.octet_faults(reference, least)


def _mangles(reference: Reference) -> Iterator[Planned]:
    return mangle.mangles(reference, MANGLED_PLACES.get(reference.scenario.name, FEWER_PLACES))


PLANS: dict[str, Callable[[Reference], Iterator[Planned]]] = {
    "cmd": commands.boundaries,
    "cancel": commands.cancellations,
    "reply": commands.replies,
    "quota": commands.quotas,
    "interloper": interloper.interlopers,
    "bytes": _octets,
    "stall": stalls.stalls,
    "mangle": _mangles,
    "sys": local.calls,
    "disk": local.full_disks,
    "power": local.power_cuts,
    "clock": local.clocks,
}


@dataclass(frozen=True)
class Wanted:
    """What is swept: plans, scenarios, every n-th fault, at most so many of each plan and scenario."""

    plans: Sequence[str]
    scenarios: Sequence[Scenario]
    stride: int = 1
    sample: int = 0

    def faults(self, reference: Reference) -> Iterator[Planned]:
        """The faults for one scenario."""
        for plan in self.plans:
            if reference.scenario.tls and plan != "bytes":  # the proxy cannot read what is said under TLS
                continue
            every = list(PLANS[plan](reference))[:: self.stride]
            if self.sample and len(every) > self.sample:
                places = [len(every) * (2 * turn + 1) // (2 * self.sample) for turn in range(self.sample)]
                every = [every[place] for place in places]
            yield from every


def sweep(
    made: Sequence[Ground],
    wanted: Wanted,
    references: Sequence[Reference],
    on_verdict: Callable[[Verdict, int, int], None],
) -> None:
    """Try each fault on whichever ground is free; ``on_verdict`` is told of each, and how far it is."""
    faults = [fault for each in references for fault in wanted.faults(each)]
    free: SimpleQueue[Ground] = SimpleQueue()
    for ground in made:
        free.put(ground)
    lock, done = threading.Lock(), 0

    def one(fault: Planned) -> None:
        nonlocal done
        ground = free.get()
        try:
            verdict = _verdict(ground, fault)
        finally:
            free.put(ground)
        with lock:
            done += 1
            on_verdict(verdict, done, len(faults))

    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(one, faults))


def try_patches(on: Shelf, references: Sequence[Reference]) -> list[tuple[Patch, Verdict]]:
    """Every planted defect whose act was swept."""
    by_name = {each.scenario.name: each for each in references}
    caught = []
    with tempfile.TemporaryDirectory(prefix="balt-patched-") as folder:
        for patch in PATCHES:
            if reference := by_name.get(patch.scenario.name):
                caught.append((patch, try_patch(on, patch, reference, Path(folder))))
    return caught


def _verdict(ground: Ground, fault: Planned) -> Verdict:
    try:
        return try_fault(ground, fault)
    except Exception as error:  # a fault of the net itself is a hole in it
        return Verdict(fault, [f"the net: {error!r}"], False, None, None, 0.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m tests.faults.sweep``: 0 when every promise held and every planted defect was caught."""
    options = _options(arguments)
    scenarios = [each for each in (*PLAIN, *SECURED) if (options.scenario or "") in each.name]
    wanted = Wanted(options.plan or tuple(PLANS), scenarios, options.stride, options.sample)
    told_of = _Telling(options.results)
    caught: list[tuple[Patch, Verdict]] = []
    began = time.monotonic()
    with shelf() as on, grounds(on, options.jobs, options.package) as made:
        references = [refer(made[0], each) for each in scenarios]
        sweep(made, wanted, references, told_of.verdict)
        if not options.plan:
            caught = try_patches(on, references)
    seconds, verdicts = time.monotonic() - began, told_of.verdicts
    missed = [patch for patch, verdict in caught if not catches(patch, verdict)]
    for patch in missed:
        print(f"NOT CAUGHT {patch}")
    if options.table:
        write_tables(verdicts, caught, seconds, options.jobs)
    broken = sum(bool(verdict.broken) for verdict in verdicts)
    print(f"{len(verdicts)} faults, {len(verdicts) - broken} held, {broken} broken, {seconds:.0f} s")
    print(f"{len(caught)} planted defects, {len(caught) - len(missed)} caught")
    return int(bool(broken or missed))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--plan", action="append", choices=tuple(PLANS), help="only this plan (repeatable)")
    parser.add_argument("--scenario", help="only acts whose name holds this")
    parser.add_argument("--stride", type=int, default=1, help="every n-th fault of a plan")
    parser.add_argument("--sample", type=int, default=0, help="at most so many faults a plan and act")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--package", type=Path, default=ROOT, help="another balt: the folder that holds it")
    parser.add_argument("--results", type=Path, help="a file that gets a line of JSON a fault")
    parser.add_argument("--table", action="store_true", help="write the tables of docs/faults.md")
    options = parser.parse_args(arguments)
    if options.table and (options.plan or options.scenario or options.stride > 1 or options.sample):
        parser.error("--table is for the whole sweep")
    return options


class _Telling:
    """Says what is broken at once, and now and then how far it is."""

    def __init__(self, results: Path | None) -> None:
        self.verdicts: list[Verdict] = []
        self._results = results
        self._began = time.monotonic()

    def verdict(self, verdict: Verdict, done: int, count: int) -> None:
        """One more."""
        self.verdicts.append(verdict)
        if verdict.broken:
            print(f"BROKEN {verdict.fault} (exit {verdict.code}, then {verdict.again})", flush=True)
            for rule in verdict.broken:
                print(f"    {rule}", flush=True)
        if done % 100 == 0 or done == count:
            print(f"{done}/{count}, {time.monotonic() - self._began:.0f} s", file=sys.stderr, flush=True)
        if self._results:
            with self._results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told(verdict)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
