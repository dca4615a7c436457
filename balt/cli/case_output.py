"""How ``balt case`` prints cases: JSON for scripts, lines for people."""

import json
from argparse import Namespace
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from balt.cases import words
from balt.cases.asking import asked_of
from balt.cases.autoreply.reply import is_plain_address
from balt.cases.model import Case, Happened, Reply, watched
from balt.cases.recovery import archiving
from balt.cases.request import Request
from balt.cases.steps import CaseStep, Known, StepName, StepState, steps_of
from balt.cases.story import story_of
from balt.cases.writers import Writers, without_patients
from balt.cli.output import Row, write, write_csv, write_json
from balt.config import Account, Config
from balt.i18n import _, labelled
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import rfc3339
from balt.text import plain
from balt.units import format_count, format_date

MOST_WRITERS = 20
"""Correspondents in a text; ``--json`` and ``--csv`` have them all."""
COLUMNS = (
    *("address", "kind", "open", "opened", "replacement", "remind_on"),
    *("step", "state", "said", "command", "since"),
)
WRITER_COLUMNS = ("address", "writer", "recent", "before", "trend", "latest")

Looked = tuple[Case, Sequence[CaseStep], Writers | None]
"""A case, its steps, and who still writes where that was looked at."""


def print_case(
    options: Namespace,
    config: Config,
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
            told = {"to": request.recipient, "subject": request.subject, "text": request.body}
            more = {"request": {**told, "blank": list(request.blank)}}
        write(json.dumps(case_json(config, case, steps) | more, ensure_ascii=False, indent=2) + "\n")
        return
    write(words.headline(case) + "\n")
    for line in step_lines(config, case, steps):
        write(f"  {line}\n")
    if timeline:
        for day, line in story_of([case], case.opened.astimezone()):
            write(f"  {format_date(day)}  {line}\n")


def print_cases(
    options: Namespace,
    config: Config,
    cases: Sequence[Case],
    known: Known,
    now: datetime,
    *,
    timeline: bool = False,
) -> None:
    """Cases, with the steps of those that are watched, from what was noted last."""
    looked_at = watched(cases)

    def steps(case: Case) -> tuple[CaseStep, ...]:
        return steps_of(case, known, now)

    if options.json:
        write_json([case_json(config, each, steps(each), over=each not in looked_at) for each in cases])
        return
    if options.csv:
        over = [each for each in cases if each not in looked_at]
        print_steps(options, config, ((each, steps(each), None) for each in cases), over)
        return
    if not cases:
        write(_("Aucun dossier.") + "\n")
    for case in cases:
        print_case(options, config, case, steps(case) if case in looked_at else (), timeline=timeline)


def step_lines(config: Config, case: Case, steps: Sequence[CaseStep]) -> list[str]:
    """A line for each step: its sign, what it is about, why, and the command that does it."""
    labels = [words.step_label(each.name) for each in steps]
    width = max(map(len, labels), default=0)
    lines = []
    for each, label in zip(steps, labels, strict=True):
        command = command_of(config, case, each)
        said = labelled(each.said, command) if command else each.said
        lines.append(f"{words.SIGNS[each.state]} {label:<{width}}  {said}")
    return lines


def command_of(config: Config, case: Case, step: CaseStep) -> str:
    """The command for a step that waits for the person; "" where nothing is theirs to do, or nothing that
    balt can do of a BAL that the configuration does not open.
    """
    bal, account = case.address, _account(config, case.address)
    if step.name is StepName.GONE and (step.state is StepState.UNKNOWN or step.since is not None):
        return f"balt tick set identifier.2 {bal}" if step.state is not StepState.DONE else ""
    if step.state not in (StepState.TODO, StepState.ATTENTION):
        return ""
    match step.name:
        case StepName.REPLACEMENT:
            action = "replace" if case.is_open else "depublish"
            return f"balt case {action} {bal} --to {_('ADRESSE')}"
        case StepName.AUTO_REPLY:
            return _command_of_reply(case, step.reply, by_hand=account is None or not is_plain_address(bal))
        case StepName.REQUEST:
            return _command_of_request(case, dated=step.since is not None)
        case StepName.DELETED if step.state is StepState.ATTENTION:
            return f"balt case tell {bal} deleted" + ("" if case.is_open else " --take-back")
        case StepName.RECOVERY if account is not None and account.access == "imap":
            kept = case.last(Happened.KEPT)
            return archiving(bal, kept.value if kept is not None else _("DOSSIER"))
    return ""


def _command_of_request(case: Case, *, dated: bool) -> str:
    """The command for a request: one that is written is told as sent, and told again where no day is known;
    of a case that was closed, another one is opened.
    """
    if not case.is_open:
        return f"balt case depublish {case.address} --to {case.replacement or _('ADRESSE')}"
    asked = asked_of(case)
    again = asked.on is not None and not dated
    if (asked.is_unsent or again) and not asked.former:
        what = "answered" if again and asked.answered is not None else "sent"
        return f"balt case tell {case.address} {what} --for {case.kind.value}"
    return f"balt case request {case.address} --for {case.kind.value}"


def _account(config: Config, address: str) -> Account | None:
    return next((each for each in config.accounts if each.address.lower() == address), None)


def _command_of_reply(case: Case, reply: Reply | None, *, by_hand: bool) -> str:
    """The command for an auto-reply: what somebody changed is looked at, a word is given again. Where balt
    cannot put it there, its text is shown, to be pasted.
    """
    to = case.replacement or _("ADRESSE")
    if by_hand and reply in (None, Reply.OFF, Reply.ELSEWHERE):
        return f"balt autoreply {case.address} show --to {to}"
    if by_hand:
        return f"balt case tell {case.address} autoreply"
    if reply in (Reply.ACTIVE, Reply.CHANGED, Reply.SCRIPT):
        return f"balt autoreply {case.address} status"
    if reply is Reply.BY_HAND:
        return f"balt case tell {case.address} autoreply"
    return f"balt autoreply {case.address} install --to {to}"


def writer_lines(writers: Writers) -> list[str]:
    """Whom to warn: those who still write."""
    shown = without_patients(writers).still[:MOST_WRITERS]
    width = max((len(plain(each.address)) for each in shown), default=0)
    lines = [
        f"{plain(each.address):<{width}}  {format_count(each.recent)} ({words.trend_label(each.trend)})"
        for each in shown
    ]
    return [*lines, "…"] if len(writers.still) > MOST_WRITERS else lines


def case_json(
    config: Config,
    case: Case,
    steps: Sequence[CaseStep],
    writers: Writers | None = None,
    *,
    over: bool = False,
) -> dict[str, object]:
    """A case as scripts read it; dates are RFC 3339. Of one that is ``over`` no step has a command, save that
    its BAL answers still.
    """
    told: dict[str, object] = {
        **_head(case),
        "steps": _step_rows(config, case, steps, over=over),
        "events": [
            {
                "at": rfc3339(each.at),
                "what": each.what.value,
                "value": each.value,
                "author": each.author,
                "note": each.note,
                **({"holders": [_holder(of) for of in each.holders]} if each.holders else {}),
                **({"of": rfc3339(each.of)} if each.of is not None else {}),
            }
            for each in case.events
        ],
    }
    if writers is not None:
        told["writers"] = _writer_rows(writers)
        told["days"] = writers.days
    return told


def _head(case: Case) -> Row:
    return {
        "address": case.address,
        "kind": case.kind.value,
        "open": case.is_open,
        "opened": rfc3339(case.opened),
        "replacement": case.replacement or None,
        "remind_on": rfc3339(case.remind_on()),
    }


def _step_rows(config: Config, case: Case, steps: Sequence[CaseStep], *, over: bool) -> list[Row]:
    def command(step: CaseStep) -> str | None:
        led = not over or step.name is StepName.DELETED
        return (command_of(config, case, step) or None) if led else None

    return [
        {
            "step": each.name.value,
            "state": each.state.value,
            "said": each.said,
            "command": command(each),
            "since": rfc3339(each.since),
        }
        for each in steps
    ]


def _writer_rows(writers: Writers) -> list[Row]:
    return [
        {
            "address": plain(each.address),
            "recent": each.recent,
            "before": each.before,
            "trend": each.trend.value,
            "latest": rfc3339(each.latest),
        }
        for each in without_patients(writers).people
    ]


def print_steps(
    options: Namespace, config: Config, found: Iterable[Looked], over: Container[Case] = ()
) -> None:
    """A CSV with a line for each step of each case; those that are ``over`` as ``case_json`` has them."""
    rows = (
        {**_head(case), **row}
        for case, steps, _writers in found
        for row in _step_rows(config, case, steps, over=case in over)
    )
    write_csv(rows, COLUMNS, raw=options.raw)


def print_writers(options: Namespace, found: Iterable[Looked]) -> None:
    """A CSV with a line for each correspondent of each BAL whose mail was looked at."""
    rows = (
        {**row, "address": case.address, "writer": row["address"]}
        for case, _steps, writers in found
        if writers is not None
        for row in _writer_rows(writers)
    )
    write_csv(rows, WRITER_COLUMNS, raw=options.raw)


def _holder(holder: Holder) -> dict[str, object]:
    return asdict(holder) | {"origin": holder.origin.value}
