"""``balt group``: what fills a BAL, by sender, year, folder or kind of message, largest first."""

from argparse import Namespace

from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import tell
from balt.cli.narration import Narration
from balt.cli.output import Column, Row, prepare_output, write_csv, write_json, write_table
from balt.i18n import _
from balt.mail.filters import parse_filter
from balt.mailboxes.grouping import Way
from balt.mailboxes.grouping_words import heading, key_name
from balt.mailboxes.totals import Question, Total, Totals, refuse_indiscreet, take_totals
from balt.text import plain
from balt.units import format_count, format_percent, format_size

COLUMNS = ("key", "messages", "size")


def run(options: Namespace, context: Context) -> int:
    """Add the groups up; a BAL that cannot be read to the end is told, and gives none."""
    (account,) = context.accounts([options.mailbox])
    need_mail(account)
    question = Question(Way(options.by), parse_filter(options.filter, context.clock), options.folder)
    refuse_indiscreet(account, question)
    prepare_output(options)
    narration = Narration(account)
    totals = Totals((), {})
    with narration.of_failures(), session_of(account, context) as session:
        totals = take_totals(
            session,
            account,
            question,
            context.clock,
            narration.read,
            narration.read_of,
            narration.refused,
        )
    rows = [row_of(total) for total in totals.groups]
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif rows:
        _write_table(question.way, totals)
    elif not narration.code:
        tell(_("Aucun message."))
    return narration.code


def row_of(total: Total) -> Row:
    """A group as scripts read it; the key of what is unknown is null."""
    key = None if total.key is None else plain(total.key)
    return {"key": key, "messages": total.messages, "size": total.size}


def _write_table(way: Way, totals: Totals) -> None:
    columns = [
        Column(heading(way), flexible=True),
        Column(_("Messages"), right=True),
        Column(_("Taille"), right=True),
        Column(_("Part"), right=True),
    ]
    whole = sum(total.size for total in totals.groups)
    lines = [
        [
            _name(way, total.key, totals),
            format_count(total.messages),
            format_size(total.size),
            format_percent(total.size, whole),
        ]
        for total in totals.groups
    ]
    write_table(columns, lines)


def _name(way: Way, key: str | None, totals: Totals) -> str:
    if way is Way.FOLDER and key is not None:
        return totals.folders[key].label
    return key_name(way, key)
