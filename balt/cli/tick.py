"""``balt tick``: what a person says of a step that nothing can measure."""

from argparse import Namespace
from collections.abc import Callable

from balt.cli.context import Context
from balt.cli.ending import tell, worst
from balt.cli.output import Column, Row, prepare_output, write_csv, write_json, write_table
from balt.cli.practice import gather
from balt.cli.status import read_statuses
from balt.i18n import _
from balt.mailboxes.model import WHOLE, rfc3339
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.practice import Practice
from balt.sheets.text import step
from balt.sheets.ticks import Given, Tick, given, tick_of
from balt.text import plain
from balt.units import format_date

COLUMNS = ("step", "address", "done", "given_at", "ends_at", "counts", "author", "note")


def run(options: Namespace, context: Context) -> int:
    """Do what is asked of the ticks."""
    actions: dict[str, Callable[[Namespace, Context], int]] = {"list": _list, "set": _set, "clear": _clear}
    return actions[options.action](options, context)


def _list(options: Namespace, context: Context) -> int:
    practice, code = gather(context, [])
    found = given(practice)
    prepare_output(options)
    rows = [_row(each, practice) for each in found]
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif not found:
        tell(_("Aucune étape n'est cochée à la main."))
    else:
        columns = [
            Column(_("Étape")),
            Column(_("BAL"), flexible=True),
            Column(_("Dit")),
            Column(_("Le")),
            Column(_("Par")),
            Column(_("À revoir le")),
            Column(_("Note"), flexible=True),
        ]
        write_table(columns, [_line(each) for each in found])
    return code


def _set(options: Namespace, context: Context) -> int:
    tick, code = _asked(options, context)
    value = {"yes": "no", "no": "yes"}[tick.value] if options.no else tick.value
    answer = _notebook(context).answer(tick.address, tick.question, value, options.note)
    words = {"step": step(tick.step).title, "day": format_date(answer.given_at.date())}
    if options.no:
        tell(_("%(step)s : noté qu'il reste à faire, le %(day)s.") % words)
    else:
        tell(_("%(step)s : coché le %(day)s.") % words)
    return code


def _clear(options: Namespace, context: Context) -> int:
    tick, code = _asked(options, context)
    _notebook(context).answer(tick.address, tick.question, "")
    tell(_("%s : ce qui avait été dit est retiré.") % step(tick.step).title)
    return code


def _notebook(context: Context) -> Notebook:
    return Notebook(context.data_dir, context.clock, context.config.person.name)


def _asked(options: Namespace, context: Context) -> tuple[Tick, int]:
    """What is to be ticked, where that counts; the BAL is read first where it can be."""
    if options.mailbox is None:
        practice, code = gather(context, [])
        return tick_of(practice, options.step, None), code
    named = options.mailbox.lower()
    own = any(each.address.lower().startswith(named) for each in context.config.accounts)
    if not own:  # a BAL that only the directory knows
        practice, code = gather(context, [])
        return tick_of(practice, options.step, options.mailbox), code
    account = context.config.account(options.mailbox)
    statuses, code = read_statuses(context, [account]) if account.access == "imap" else ([], 0)
    practice, answered = gather(context, statuses)
    return tick_of(practice, options.step, account.address), worst(code, answered)


def _row(each: Given, practice: Practice) -> Row:
    """A tick as scripts read it; ``address`` is null for the practice."""
    return {
        "step": each.tick.step,
        "address": each.tick.address if each.tick.address != WHOLE else None,
        "done": each.green,
        "given_at": rfc3339(each.answer.given_at.astimezone()),
        "ends_at": rfc3339(each.ends.astimezone()),
        "counts": each.answer.is_fresh(practice.now),
        "author": each.answer.author,
        "note": each.answer.note,
    }


def _line(each: Given) -> list[str]:
    return [
        each.tick.step,
        each.tick.address if each.tick.address != WHOLE else _("Tout le cabinet"),
        _("fait") if each.green else _("à faire"),
        format_date(each.answer.given_at.astimezone().date()),
        plain(each.answer.author, 40) or "—",
        format_date(each.ends.astimezone().date()),
        plain(each.answer.note, 200),
    ]
