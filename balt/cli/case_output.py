"""How ``balt case`` prints cases: JSON for scripts, lines for people."""

import json
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime

from balt.cases import words
from balt.cases.model import Case
from balt.cases.request import Request
from balt.cases.steps import CaseStep, Known, steps_of
from balt.cases.writers import Writers
from balt.cli.output import write, write_json
from balt.i18n import _
from balt.mailboxes.model import rfc3339
from balt.text import plain
from balt.units import format_count, format_date

MOST_WRITERS = 20
"""Correspondents in a text; ``--json`` has them all."""


def print_case(
    options: Namespace,
    case: Case,
    steps: Sequence[CaseStep],
    *,
    timeline: bool = False,
    request: Request | None = None,
) -> None:
    """One case."""
    if options.json:
        more: dict[str, object] = {}
        if request is not None:
            more = {"request": {"to": request.recipient, "subject": request.subject, "text": request.body}}
        write(json.dumps(case_json(case, steps) | more, ensure_ascii=False, indent=2) + "\n")
        return
    write(words.headline(case) + "\n")
    for line in step_lines(steps):
        write(f"  {line}\n")
    if timeline:
        for event in case.events:
            write(f"  {format_date(event.at.astimezone().date())}  {words.event_line(event)}\n")


def print_cases(options: Namespace, cases: Sequence[Case], now: datetime) -> None:
    """All cases, with their steps from what was noted last."""
    if options.json:
        write_json([case_json(each, steps_of(each, Known(), now)) for each in cases])
        return
    if not cases:
        write(_("Aucun dossier.") + "\n")
    for case in cases:
        print_case(options, case, steps_of(case, Known(), now) if case.is_open else ())


def step_lines(steps: Sequence[CaseStep]) -> list[str]:
    """A line for each step: its sign, what it is about, why."""
    labels = [words.step_label(each.name) for each in steps]
    width = max(map(len, labels), default=0)
    return [
        f"{words.SIGNS[each.state]} {label:<{width}}  {each.said}"
        for each, label in zip(steps, labels, strict=True)
    ]


def writer_lines(writers: Writers) -> list[str]:
    """Whom to warn: those who still write."""
    shown = writers.still[:MOST_WRITERS]
    width = max((len(plain(each.address)) for each in shown), default=0)
    lines = [
        f"{plain(each.address):<{width}}  {format_count(each.recent)} ({words.trend_label(each.trend)})"
        for each in shown
    ]
    return [*lines, "…"] if len(writers.still) > MOST_WRITERS else lines


def case_json(case: Case, steps: Sequence[CaseStep], writers: Writers | None = None) -> dict[str, object]:
    """A case as scripts read it; dates are RFC 3339."""
    told: dict[str, object] = {
        "address": case.address,
        "kind": case.kind.value,
        "open": case.is_open,
        "opened": rfc3339(case.opened),
        "replacement": case.replacement or None,
        "remind_on": rfc3339(case.remind_on()),
        "steps": [
            {
                "step": each.name.value,
                "state": each.state.value,
                "said": each.said,
                "since": rfc3339(each.since),
            }
            for each in steps
        ],
        "events": [
            {
                "at": rfc3339(each.at),
                "what": each.what.value,
                "value": each.value,
                "author": each.author,
                "note": each.note,
            }
            for each in case.events
        ],
    }
    if writers is not None:
        told["writers"] = [
            {
                "address": plain(each.address),
                "recent": each.recent,
                "before": each.before,
                "trend": each.trend.value,
                "latest": rfc3339(each.latest),
            }
            for each in writers.people
        ]
        told["days"] = writers.days
    return told
