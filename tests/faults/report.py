"""What a sweep found, as lines of JSON and as the tables of ``docs/faults.md``."""

from collections.abc import Sequence

from tests.faults.planting import Patch, catches
from tests.faults.trial import Verdict
from tests.support.source import ROOT

PAGE = ROOT / "docs" / "faults.md"
Caught = Sequence[tuple[Patch, Verdict]]


def told(verdict: Verdict) -> dict[str, object]:
    """One verdict."""
    return {
        "scenario": verdict.fault.scenario.name,
        "plan": verdict.fault.plan,
        "fault": verdict.fault.name,
        "reached": verdict.reached,
        "broken": verdict.broken,
        "exit": verdict.code,
        "again": verdict.again,
        "seconds": round(verdict.seconds, 2),
    }


def table(verdicts: Sequence[Verdict]) -> str:
    """Faults by plan and scenario: tried, reached, held, and which promises were broken."""
    rows = ["| plan | act | faults | reached | held | broken |", "|---|---|---|---|---|---|"]
    places = dict.fromkeys((each.fault.plan, each.fault.scenario.name) for each in verdicts)
    for plan, scenario in sorted(places):
        here = [v for v in verdicts if (v.fault.plan, v.fault.scenario.name) == (plan, scenario)]
        rows.append(_row(plan, scenario, here))
    rows.append(_row("**all**", "", verdicts))
    return "\n".join(rows)


def table_of_defects(caught: Caught) -> str:
    """Each planted defect, the act it was tried on, and the promises that it was seen to break."""
    rows = ["| planted defect | file | act | caught by |", "|---|---|---|---|"]
    for patch, verdict in caught:
        found = ", ".join(catches(patch, verdict)) or "**nothing**"
        rows.append(f"| {patch.name} | `{patch.file}` | {patch.scenario} | {found} |")
    return "\n".join(rows)


def write_tables(verdicts: Sequence[Verdict], caught: Caught, seconds: float, jobs: int) -> None:
    """Put the tables into the page, in place of those before."""
    time = f"{len(verdicts)} faults in {seconds / 60:.0f} minutes, {jobs} at a time."
    _replace("faults", f"{time}\n\n{table(verdicts)}")
    _replace("defects", table_of_defects(caught))


def _replace(name: str, text: str) -> None:
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def _row(plan: str, scenario: str, verdicts: Sequence[Verdict]) -> str:
    reached = sum(verdict.reached for verdict in verdicts)
    held = sum(not verdict.broken for verdict in verdicts)
    rules = sorted({rule.split(" ", 1)[0] for verdict in verdicts for rule in verdict.broken})
    return f"| {plan} | {scenario} | {len(verdicts)} | {reached} | {held} | {', '.join(rules)} |"
