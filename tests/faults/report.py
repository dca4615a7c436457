"""What a sweep found, as lines of JSON and as the table of ``docs/faults.md``."""

from collections.abc import Sequence

from tests.faults.trial import Verdict
from tests.support.source import ROOT

PAGE = ROOT / "docs" / "faults.md"
_BEGIN, _END = "<!-- table: begin -->", "<!-- table: end -->"


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
    rows = ["| plan | scenario | faults | reached | held | broken |", "|---|---|---|---|---|---|"]
    places = dict.fromkeys((each.fault.plan, each.fault.scenario.name) for each in verdicts)
    for plan, scenario in sorted(places):
        here = [v for v in verdicts if (v.fault.plan, v.fault.scenario.name) == (plan, scenario)]
        rows.append(_row(plan, scenario, here))
    rows.append(_row("**all**", "", verdicts))
    return "\n".join(rows)


def write_table(verdicts: Sequence[Verdict], seconds: float) -> None:
    """Put the table into the page, in place of the one before."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    time = f"{len(verdicts)} faults in {seconds / 60:.0f} min, two at a time."
    PAGE.write_text(f"{before}{_BEGIN}\n{time}\n\n{table(verdicts)}\n{_END}{after}", encoding="utf-8")


def _row(plan: str, scenario: str, verdicts: Sequence[Verdict]) -> str:
    reached = sum(verdict.reached for verdict in verdicts)
    held = sum(not verdict.broken for verdict in verdicts)
    rules = sorted({rule.split(" ", 1)[0] for verdict in verdicts for rule in verdict.broken})
    return f"| {plan} | {scenario} | {len(verdicts)} | {reached} | {held} | {', '.join(rules)} |"
