"""``balt usage``: what an operator counted of each BAL, out of its CSV."""

import json
from argparse import Namespace
from collections.abc import Mapping
from contextlib import closing
from datetime import date

from balt.cli.context import Context
from balt.cli.ending import tell, worst
from balt.cli.output import Column as Heading
from balt.cli.output import Progress, Row, prepare_output, write, write_csv, write_json, write_table
from balt.cli.practice import read_directory
from balt.errors import UsageError
from balt.i18n import _, ngettext
from balt.mailboxes.join import holder_entries
from balt.mailboxes.operator.book import Form, OperatorBook, figure_row
from balt.mailboxes.operator.columns import Columns, chosen, read_map
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.operator.reading import MOST_TOLD, BadLine, Fault, Reading, day_of, read_figures
from balt.mailboxes.operator.table import Table
from balt.units import format_count, format_date, format_percent, format_size

COLUMNS = (
    "address",
    "taken_on",
    "last_login",
    "never",
    "used",
    "quota",
    "percent",
    "last_received",
    "counts",
)


def run(options: Namespace, context: Context) -> int:
    """Import a statistic, show what is kept of them, or forget it."""
    match options.action:
        case "import":
            return _import(options, context)
        case "show":
            return _show(options, context)
    count = OperatorBook(context.data_dir).forget()
    text = ngettext("Chiffres d'opérateur oubliés : %s BAL.", "Chiffres d'opérateur oubliés : %s BAL.", count)
    tell(text % format_count(count))
    return 0


# Importing


def _import(options: Namespace, context: Context) -> int:
    """0 when all is well, 1 when lines were left aside or none of the BAL is in the table, 3 when a source of
    the directory did not answer: BAL that only it knows may then be missing.
    """
    now, book, progress = context.clock.now(), OperatorBook(context.data_dir), Progress()
    with closing(Table(options.file)) as table:
        asked = read_map(options.map, table.headers)
        columns = chosen(table.headers, asked, book.columns_of(table.headers))
        taken_on = _taken_on(options, table.written_at, context)
        own, code = _own(context)
        try:
            reading = read_figures(
                table,
                columns,
                own,
                taken_on,
                now.tzinfo,
                lambda done, total: progress.show(_("lecture… %s") % format_percent(done, total)),
            )
        finally:
            progress.clear()
        form = Form(frozenset(table.headers), columns) if asked else None
        aside = [header for header in table.headers if header not in _headers(columns)]
    older = 0 if options.dry_run else book.learn(reading.figures, form)
    _tell_columns(columns, aside)
    _tell_account(reading, older, taken_on, dry=options.dry_run)
    prepare_output(Namespace(json=options.json, csv=False))
    if options.json:
        report = _report(reading, columns, taken_on, older, dry=options.dry_run)
        write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        _write_figures(reading.figures)
    return worst(code, 1 if reading.faults or not reading.figures else 0)


def _taken_on(options: Namespace, written_at: float, context: Context) -> date:
    """The day of the statistic: as told, else as the name of the file has it, else that of the file."""
    told: date | None = options.taken_on
    now = context.clock.now()
    if told is not None:
        if told > now.date() or told.year < 1990:
            raise UsageError(_("--taken-on : ce jour n'est pas celui d'une statistique déjà faite."))
        return told
    day, by_name = day_of(options.file, written_at, now)
    words = _("Jour de la statistique : %s, d'après le nom du fichier (sinon : --taken-on).")
    if not by_name:
        words = _("Jour de la statistique : %s, la date du fichier (sinon : --taken-on).")
    tell(words % format_date(day))
    return day


def _own(context: Context) -> tuple[frozenset[str], int]:
    """The BAL of the configuration, and the holder's in the directory; 3 when it did not answer."""
    directory = read_directory(context)
    known = {account.address.lower() for account in context.config.accounts}
    return frozenset(known | set(holder_entries(context.config, directory))), 3 if directory.problem else 0


def _headers(columns: Columns) -> set[str]:
    return {column.header for column in columns.values()}


def _tell_columns(columns: Columns, aside: list[str]) -> None:
    read = [f"{part.value} = {column.header}" for part, column in columns.items()]
    tell(_("Colonnes lues : %s") % " · ".join(read))
    if aside:
        tell(_("Colonnes laissées de côté : %s") % " · ".join(aside))


def _tell_account(reading: Reading, older: int, taken_on: date, *, dry: bool) -> None:
    """What became of every line."""
    kept, day = len(reading.figures), format_date(taken_on)
    text = ngettext(
        "%(n)s ligne, %(kept)s de vos BAL, statistique du %(day)s.",
        "%(n)s lignes, %(kept)s de vos BAL, statistique du %(day)s.",
        reading.rows,
    )
    tell(text % {"n": format_count(reading.rows), "kept": format_count(kept), "day": day})
    if reading.others:
        text = ngettext(
            "%s ligne d'une autre BAL n'est pas retenue.",
            "%s lignes d'autres BAL ne sont pas retenues.",
            reading.others,
        )
        tell(text % format_count(reading.others))
    for address in reading.repeated:
        tell(_("%s est sur plusieurs lignes : sa date la plus tardive compte.") % address)
    for bad in reading.bad:
        tell(_("Ligne %(n)d laissée de côté : %(why)s.") % {"n": bad.number, "why": _why(bad)})
    if (more := sum(reading.faults.values()) - MOST_TOLD) > 0:
        text = ngettext("Et %s autre ligne laissée de côté.", "Et %s autres lignes laissées de côté.", more)
        tell(text % format_count(more))
    if older:
        text = ngettext(
            "%s BAL a déjà une statistique plus récente, qui reste.",
            "%s BAL ont déjà une statistique plus récente, qui reste.",
            older,
        )
        tell(text % format_count(older))
    if dry:
        tell(_("Essai seulement : rien n'a été retenu."))


def _why(bad: BadLine) -> str:
    words = {
        Fault.CELLS: _("elle n'a pas les colonnes des titres"),
        Fault.ADDRESS: _("elle ne donne pas d'adresse"),
        Fault.VALUE: _("« %s » ne se lit pas"),
        Fault.LATER: _("« %s » est plus tard que la statistique"),
        Fault.BEYOND: _("la place occupée dépasse de beaucoup la limite de « %s »"),
    }[bad.fault]
    return words % bad.header if bad.header else words


def _report(reading: Reading, columns: Columns, taken_on: date, older: int, *, dry: bool) -> Row:
    return {
        "taken_on": taken_on.isoformat(),
        "dry_run": dry,
        "columns": {part.value: column.header for part, column in columns.items()},
        "rows": reading.rows,
        "others": reading.others,
        "older": older,
        "repeated": list(reading.repeated),
        "bad": sum(reading.faults.values()),
        "bad_lines": [
            {"line": bad.number, "reason": bad.fault.value, "column": bad.header or None}
            for bad in reading.bad
        ],
        "figures": [figure_row(address, figure) for address, figure in sorted(reading.figures.items())],
    }


# Showing


def _show(options: Namespace, context: Context) -> int:
    figures, today = OperatorBook(context.data_dir).figures(), context.clock.now().date()
    rows = [
        {**figure_row(address, figure), "counts": figure.is_fresh(today)}
        for address, figure in sorted(figures.items())
    ]
    prepare_output(options)
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif rows:
        _write_figures(figures)
    if not rows:
        tell(_("Aucune statistique d'opérateur n'est retenue : balt usage import FICHIER."))
    for each in (row for row in rows if not row["counts"]):
        tell(_("%s : statistique trop ancienne, elle ne décide plus rien.") % each["address"])
    return 0


def _write_figures(figures: Mapping[str, OperatorFigure]) -> None:
    if not figures:
        return
    headings = [
        Heading(_("BAL"), flexible=True),
        Heading(_("Statistique du")),
        Heading(_("Dernière connexion")),
        Heading(_("Occupé"), right=True),
        Heading(_("Quota"), right=True),
        Heading(_("Rempli"), right=True),
        Heading(_("Dernier reçu")),
    ]
    write_table(headings, [_line(address, figure) for address, figure in sorted(figures.items())])


def _line(address: str, figure: OperatorFigure) -> list[str]:
    return [
        address,
        format_date(figure.taken_on),
        _("jamais") if figure.never else _day(figure.last_login),
        _size(figure.used),
        _size(figure.quota),
        "—" if figure.fullness is None else format_percent(figure.fullness, 100),
        _day(figure.last_received),
    ]


def _day(day: date | None) -> str:
    return "—" if day is None else format_date(day)


def _size(octets: int | None) -> str:
    return "—" if octets is None else format_size(octets)
