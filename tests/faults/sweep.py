"""The sweep: every fault of every plan, in parallel, each with its verdict. ``scripts/faults`` runs it."""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.faults import commands, interloper, local, mangle, octets, stalls
from tests.faults.report import told, write_table
from tests.faults.scenario import ARCHIVE, PLAIN, SECURED, Ground, Scenario, grounds, shelf
from tests.faults.trial import Planned, Reference, Verdict, refer, try_fault
from tests.support.source import ROOT

OCTET_STRIDES = {True: 11, False: 9}
"""Under TLS, and not."""
MANGLED_PLACES = {ARCHIVE.name: 50}
FEWER_PLACES = 16


def _octets(reference: Reference) -> Iterator[Planned]:
    return octets.octet_faults(reference, OCTET_STRIDES[reference.scenario.tls])


def _mangles(reference: Reference) -> Iterator[Planned]:
    return mangle.mangles(reference, MANGLED_PLACES.get(reference.scenario.name, FEWER_PLACES))


PLANS: dict[str, Callable[[Reference], Iterator[Planned]]] = {
    "cmd": commands.boundaries,
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
                every = [every[len(every) * turn // self.sample] for turn in range(self.sample)]
            yield from every


def sweep(made: Sequence[Ground], wanted: Wanted, on_verdict: Callable[[Verdict, int, int], None]) -> None:
    """Try each fault on whichever ground is free; ``on_verdict`` is told of each, and how far it is."""
    faults = [fault for each in wanted.scenarios for fault in wanted.faults(refer(made[0], each))]
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


def _verdict(ground: Ground, fault: Planned) -> Verdict:
    try:
        return try_fault(ground, fault)
    except Exception as error:  # a fault of the net itself is a hole in it
        return Verdict(fault, [f"the net: {error!r}"], False, None, None, 0.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m tests.faults.sweep``: 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--plan", action="append", choices=tuple(PLANS), help="only this plan (repeatable)")
    parser.add_argument("--scenario", help="only scenarios whose name holds this")
    parser.add_argument("--stride", type=int, default=1, help="every n-th fault of a plan")
    parser.add_argument("--sample", type=int, default=0, help="at most so many faults a plan and scenario")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--package", type=Path, default=ROOT, help="another balt than this one (its parent folder)"
    )
    parser.add_argument("--results", type=Path, help="one line of JSON a fault")
    parser.add_argument("--table", action="store_true", help="write docs/faults.md")
    options = parser.parse_args(arguments)
    scenarios = [each for each in (*PLAIN, *SECURED) if (options.scenario or "") in each.name]
    wanted = Wanted(options.plan or tuple(PLANS), scenarios, options.stride, options.sample)
    began, verdicts = time.monotonic(), list[Verdict]()

    def on_verdict(verdict: Verdict, done: int, count: int) -> None:
        verdicts.append(verdict)
        if verdict.broken:
            print(f"BROKEN {verdict.fault} (exit {verdict.code}, then {verdict.again})", flush=True)
            for rule in verdict.broken:
                print(f"    {rule}", flush=True)
        if done % 100 == 0 or done == count:
            print(f"{done}/{count}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if options.results:
            with options.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told(verdict)) + "\n")

    with shelf() as on, grounds(on, options.jobs, options.package) as made:
        sweep(made, wanted, on_verdict)
    seconds = time.monotonic() - began
    if options.table:
        write_table(verdicts, seconds)
    held = sum(not verdict.broken for verdict in verdicts)
    print(f"{len(verdicts)} faults, {held} held, {len(verdicts) - held} broken, {seconds:.0f} s")
    return int(held < len(verdicts))


if __name__ == "__main__":
    sys.exit(main())
