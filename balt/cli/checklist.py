"""``balt checklist``: where one stands on each step of the three sheets."""

import sys
from argparse import Namespace
from collections.abc import Iterable

from balt.cases.book import CaseBook
from balt.cli.case_replies import see_again
from balt.cli.checklist_due import write_due
from balt.cli.checklist_export import export
from balt.cli.checklist_named import named, of_these, tell_of_others
from balt.cli.checklist_target import target_lines, target_row
from balt.cli.context import Context
from balt.cli.ending import fail, tell, worst
from balt.cli.output import Row, prepare_output, write, write_csv, write_json
from balt.cli.practice import gather
from balt.cli.status import read_statuses, tell_of_deleted
from balt.config import Account
from balt.errors import StoppedError
from balt.i18n import _
from balt.mailboxes.model import WHOLE, rfc3339
from balt.mailboxes.practice import Practice
from balt.sheets.history import Day, History, dated, progress_words
from balt.sheets.model import Evidence, StepState
from balt.sheets.rules import RULES, checklist
from balt.sheets.states import SIGNS, state_word
from balt.sheets.text import sheets, step
from balt.units import format_date

COLUMNS = ("sheet", "step", "address", "state", "evidence", "since")
HISTORY_COLUMNS = ("day", "done", "steps", *RULES)
FINDINGS = frozenset({StepState.TODO, StepState.ATTENTION, StepState.BLOCKED})


def run(options: Namespace, context: Context) -> int:
    """Print every step for the whole practice, then for each BAL; for the BAL that are named, if any are."""
    if options.history:
        return _history(options, context)
    accounts, others = named(options.mailboxes, context)
    replacing = _replacing(context, [*(each.address for each in accounts), *others])
    opened = list(dict.fromkeys([*accounts, *replacing]))
    statuses, code = read_statuses(context, opened) if opened or not others else ([], 0)
    reached = {each.address for each in statuses if each.reachable}
    code = worst(code, see_again(context, [each for each in accounts if each.address in reached]))
    practice, answered = gather(context, statuses)
    code = worst(code, answered)
    found = checklist(practice)
    days: tuple[Day, ...] = ()
    if options.mailboxes:
        found = of_these(found, [*(each.address for each in accounts), *others])
        tell_of_deleted(context, practice, accounts)
        tell_of_others(found, practice, others)
    else:
        days = _remembered(context, practice, found)
        found = dated(found, days, practice.now)
    prepare_output(options)
    if options.export is not None:
        export(options.export, found, practice, progress_words(days, practice.now))
    elif options.due:
        write_due(options, practice, found)
    elif options.json:
        write_json(row_of(evidence) for evidence in found if _wanted(options, evidence))
    elif options.csv:
        rows = (_flat(evidence) for evidence in found if _wanted(options, evidence))
        write_csv(rows, COLUMNS, raw=options.raw)
    elif options.quiet:
        _write_open(found)
    else:
        _write_sheets(found, progress_words(days, practice.now))
    if options.strict and any(evidence.state in FINDINGS for evidence in found):
        code = worst(code, 1)
    return code


def _replacing(context: Context, addresses: Iterable[str]) -> list[Account]:
    """The BAL of the configuration that replace one of these: whether they are read decides a step."""
    cases, leaving = CaseBook(context.data_dir, context.clock).cases(), {each.lower() for each in addresses}
    replacements = {each.replacement for each in cases if each.address in leaving and each.is_open}
    return [each for each in context.config.accounts if each.address.lower() in replacements]


def _wanted(options: Namespace, evidence: Evidence) -> bool:
    return not options.quiet or evidence.state in FINDINGS


def _remembered(context: Context, practice: Practice, found: list[Evidence]) -> tuple[Day, ...]:
    """The days, with today where a server answered; that they cannot be kept is told, and stops nothing."""
    history = History(context.data_dir)
    asked = any(account.access == "imap" for account in context.config.accounts)
    try:
        return history.note(found, practice.now) if practice.measured or not asked else history.days()
    except StoppedError as error:
        fail(error)
        return ()


def _history(options: Namespace, context: Context) -> int:
    """Where the practice stood on each day, oldest first."""
    days = History(context.data_dir).days()
    prepare_output(options)
    if options.json:
        write_json({**_day(each), "states": dict(each.states)} for each in days)
    elif options.csv:
        write_csv(
            ({**dict.fromkeys(RULES, ""), **_day(each), **dict(each.states)} for each in days),
            HISTORY_COLUMNS,
            raw=options.raw,
        )
    elif not days:
        tell(_("Aucun relevé n'est encore gardé : balt checklist garde le premier."))
    else:
        for each in days:
            signs = " ".join(_sign(_state(state)[0]) for _step, state in each.states)
            write(f"{format_date(each.day):>13}  {each.score}  {signs}\n")
    return 0


def _day(day: Day) -> Row:
    return {"day": day.day.isoformat(), "done": day.done, "steps": len(day.states)}


def row_of(evidence: Evidence) -> Row:
    """One step as scripts read it."""
    return {
        "sheet": evidence.sheet,
        "step": evidence.step,
        "address": evidence.address,
        "state": str(evidence.state),
        "evidence": list(evidence.sentences),
        "since": rfc3339(evidence.since.astimezone() if evidence.since else None),
        "target": target_row(evidence.target),
    }


def _flat(evidence: Evidence) -> Row:
    row = row_of(evidence)
    return {key: row[key] for key in COLUMNS} | {"evidence": " ; ".join(evidence.sentences)}


def _write_open(found: list[Evidence]) -> None:
    """A line for each step that is to be done: state, step, BAL ("*" for the practice), what decides it."""
    for each in found:
        if each.state in FINDINGS:
            said = _(" ; ").join(each.sentences)
            write(f"{each.state} {each.id} {each.address or WHOLE} {said}\n")


def _write_sheets(found: list[Evidence], progress: str) -> None:
    """The practice, then each BAL: the sheets with their steps, a word for the state, and what decides it."""
    for address in dict.fromkeys(evidence.address for evidence in found):
        head = address or _("Tout le cabinet")
        write(f"{head} · {progress}\n" if progress and not address else f"{head}\n")
        for sheet in sheets():
            steps = [each for each in found if each.address == address and each.sheet == sheet.id]
            if steps:
                write(f"  {sheet.verb}\n")
            for evidence in steps:
                _write_step(evidence)
        write("\n")


def _write_step(evidence: Evidence) -> None:
    sign, word = _state(evidence.state)
    if evidence.since is not None:
        day = format_date(evidence.since.astimezone().date())
        word = _("%(state)s depuis le %(day)s") % {"state": word, "day": day}
    said = _("%(place)s : %(remark)s") % {"place": step(evidence.id).title, "remark": word}
    write(f"    {_sign(sign)} {evidence.step}. {said}\n")
    for sentence in evidence.sentences:
        write(f"         {sentence}\n")
    if evidence.target is not None and evidence.state is not StepState.DONE:
        for line in target_lines(evidence.target):
            write(f"         {_sign('→')} {line}\n")


def _sign(sign: str) -> str:
    """The sign, or a dash where the output has no such character."""
    try:
        sign.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return "-"
    return sign


def _state(state: StepState) -> tuple[str, str]:
    """A sign and a word: colour or sign alone would not be read out."""
    return SIGNS[state], state_word(state)
