"""``balt checklist``: where one stands on each step of the three sheets."""

import sys
from argparse import Namespace

from balt.cli.context import Context
from balt.cli.ending import worst
from balt.cli.output import Row, prepare_output, write, write_csv, write_json
from balt.cli.practice import gather
from balt.cli.status import read_statuses
from balt.i18n import _
from balt.mailboxes.model import rfc3339
from balt.sheets.model import Evidence, StepState
from balt.sheets.rules import checklist
from balt.sheets.text import sheets, step

COLUMNS = ("sheet", "step", "address", "state", "evidence", "since")
FINDINGS = frozenset({StepState.TODO, StepState.ATTENTION, StepState.BLOCKED})


def run(options: Namespace, context: Context) -> int:
    """Print every step for the whole practice, then for each BAL; for the BAL that are named, if any are."""
    accounts = context.accounts(options.mailboxes)
    statuses, code = read_statuses(context, accounts)
    practice, answered = gather(context, statuses)
    found = checklist(practice)
    if options.mailboxes:
        named = {account.address for account in accounts}
        found = [evidence for evidence in found if evidence.address in named]
    code = worst(code, answered)
    prepare_output(options)
    if options.json:
        write_json(row_of(evidence) for evidence in found)
    elif options.csv:
        write_csv((_flat(evidence) for evidence in found), COLUMNS, raw=options.raw)
    else:
        _write_sheets(found)
    if options.strict and any(evidence.state in FINDINGS for evidence in found):
        code = worst(code, 1)
    return code


def row_of(evidence: Evidence) -> Row:
    """One step as scripts read it."""
    return {
        "sheet": evidence.sheet,
        "step": evidence.step,
        "address": evidence.address,
        "state": str(evidence.state),
        "evidence": list(evidence.sentences),
        "since": rfc3339(evidence.since.astimezone() if evidence.since else None),
    }


def _flat(evidence: Evidence) -> Row:
    return {**row_of(evidence), "evidence": " ; ".join(evidence.sentences)}


def _write_sheets(found: list[Evidence]) -> None:
    """The practice, then each BAL: the sheets with their steps, a word for the state, and what decides it."""
    for address in dict.fromkeys(evidence.address for evidence in found):
        write((address or _("Tout le cabinet")) + "\n")
        for sheet in sheets():
            steps = [each for each in found if each.address == address and each.sheet == sheet.id]
            if steps:
                write(f"  {sheet.verb}\n")
            for evidence in steps:
                _write_step(evidence)
        write("\n")


def _write_step(evidence: Evidence) -> None:
    sign, word = _state(evidence.state)
    encoding = sys.stdout.encoding or "utf-8"
    shown = sign if _can_show(sign, encoding) else "-"
    said = _("%(place)s : %(remark)s") % {"place": step(evidence.id).title, "remark": word}
    write(f"    {shown} {evidence.step}. {said}\n")
    for sentence in evidence.sentences:
        write(f"         {sentence}\n")


def _can_show(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _state(state: StepState) -> tuple[str, str]:
    """A sign and a word: colour or sign alone would not be read out."""
    return {
        StepState.DONE: ("✔", _("fait")),
        StepState.TODO: ("○", _("à faire")),
        StepState.ATTENTION: ("▲", _("à faire sans tarder")),
        StepState.BLOCKED: ("■", _("attend une autre étape")),
        StepState.UNKNOWN: ("?", _("on ne sait pas")),
    }[state]
