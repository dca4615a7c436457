"""What every measure prints: a table on standard error, JSON for scripts on standard output."""

import json
import platform
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Measure = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One thing measured. ``reference`` is the row it is compared with, ``held_to`` the ratio allowed."""

    name: str
    seconds: list[float]
    reference: str = ""
    held_to: float | None = None

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def take_turns(measures: Mapping[str, Measure], runs: int) -> dict[str, list[float]]:
    """Run all measures in turn, ``runs`` times, so that what slows the machine slows all of them.

    One more turn goes first, uncounted: it fills the caches of the disk and of Python.
    """
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(runs + 1):
        for name, measure in measures.items():
            seconds = measure()
            if turn:
                taken[name].append(seconds)
    return taken


def report(rows: list[Row], notes: Mapping[str, object] | None = None) -> None:
    """Print the table and the JSON; ratios are of medians."""
    by_name = {row.name: row for row in rows}
    documents = []
    print(f"{'':34} {'best':>9} {'median':>9}  ratio", file=sys.stderr)
    for row in rows:
        ratio = row.median / by_name[row.reference].median if row.reference else None
        held = f" (≤ {row.held_to})" if row.held_to else ""
        shown = f"{ratio:.2f}{held}" if ratio else "reference"
        print(f"{row.name:34} {row.best * 1e3:6.1f} ms {row.median * 1e3:6.1f} ms  {shown}", file=sys.stderr)
        documents.append(
            {
                "name": row.name,
                "best": round(row.best, 6),
                "median": round(row.median, 6),
                "runs": len(row.seconds),
                "reference": row.reference or None,
                "ratio": round(ratio, 3) if ratio else None,
                "held_to": row.held_to,
            }
        )
    machine = {"python": platform.python_version(), "system": platform.platform()}
    print(json.dumps({"rows": documents, "notes": dict(notes or {}), "machine": machine}, indent=2))
