"""``balt checklist --due``: what is due within a month."""

from argparse import Namespace
from collections.abc import Sequence

from balt.cli.checklist_target import target_row
from balt.cli.ending import tell
from balt.cli.output import Column, Row, write_csv, write_json, write_table
from balt.i18n import _
from balt.mailboxes.model import WHOLE, rfc3339
from balt.mailboxes.practice import Practice
from balt.sheets.due import Due, due
from balt.sheets.model import Evidence
from balt.units import format_date

COLUMNS = ("kind", "on", "late", "address", "said")


def write_due(options: Namespace, practice: Practice, evidence: Sequence[Evidence]) -> None:
    """All that is due, in the order in which it presses; of the BAL that are named, if any are."""
    found = due(practice, evidence)
    if options.mailboxes:
        named = {each.address for each in evidence}
        found = [each for each in found if each.address in named]
    rows = [_row(each, practice) for each in found]
    if options.json:
        targets = [target_row(each.target) for each in found]
        write_json({**row, "target": target} for row, target in zip(rows, targets, strict=True))
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif not found:
        tell(_("Rien n'est à faire d'ici un mois."))
    else:
        columns = [Column(_("Quand")), Column(_("BAL"), flexible=True), Column(_("Quoi"), flexible=True)]
        write_table(columns, [_line(each, practice) for each in found])


def _row(each: Due, practice: Practice) -> Row:
    """One thing as scripts read it; ``address`` is null for the practice."""
    return {
        "kind": str(each.kind),
        "on": rfc3339(each.on.astimezone() if each.on else None),
        "late": each.is_late(practice.now),
        "address": each.address if each.address not in ("", WHOLE) else None,
        "said": each.said,
    }


def _line(each: Due, practice: Practice) -> list[str]:
    day = format_date(each.on.astimezone().date()) if each.on is not None else "—"
    if each.is_late(practice.now):
        day = _("en retard, %s") % day
    whole = _("Tout le cabinet")
    return [day, each.address if each.address not in ("", WHOLE) else whole, each.said]
