"""``balt supports``: which support bears which BAL, and what a changed preference made wrong."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import Column, Row, prepare_output, write_csv, write_json, write_table
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import rfc3339
from balt.mailboxes.practice import Practice, practice_of
from balt.mailboxes.situations import SituationBook
from balt.mailboxes.supports import Carried, Support
from balt.publish.standings import Standing, Standings
from balt.publish.tracker import Tracker
from balt.text import fold, plain
from balt.units import format_date

COLUMNS = ("support", "name", "address", "state", "since", "noted", "author", "note")


def run(options: Namespace, context: Context) -> int:
    """Do what is asked of the supports. No server is asked: what they bear is noted by hand."""
    tracker = Tracker(context.data_dir, context.clock, context.config.person.name)
    actions: dict[str, Callable[[Namespace, Context, Tracker], int]] = {
        "list": _list,
        "carry": _carry,
        "drop": _drop,
        "add": _add,
        "remove": _remove,
    }
    return actions[options.action](options, context, tracker)


def _list(options: Namespace, context: Context, tracker: Tracker) -> int:
    book = SituationBook(context.data_dir, context.clock).view()
    now = context.clock.now()
    practice = practice_of(context.config, {}, DirectoryView(), {}, book, now, supports=tracker.view())
    prepare_output(options)
    if options.json:
        write_json(rows_of(practice))
    elif options.csv:
        write_csv(rows_of(practice), COLUMNS, raw=options.raw)
    else:
        columns = [Column(_("Support")), Column(_("BAL"), flexible=True), Column(_("État"))]
        write_table(columns, [_line(row) for row in rows_of(practice)])
    return 0


def rows_of(practice: Practice) -> Iterator[Row]:
    """What each support bears, then the preferred BAL that it lacks; a row without address for a support of
    which nothing is to be told.
    """
    standings = Standings(practice)
    places = list(standings.everywhere())
    for support in practice.supports.supports:
        borne = practice.supports.on(support.id)
        lacking = dict.fromkeys(
            each.address
            for each in places
            if each.support == support and each.address not in [note.address for note in borne]
        )
        for note in borne:
            yield _row(support, note.address, standings.of(note), note)
        for address in lacking:
            yield _row(support, address, Standing.MISSING, None)
        if not borne and not lacking:
            yield _row(support, None, None, None)


def _row(support: Support, address: str | None, state: Standing | None, note: Carried | None) -> Row:
    return {
        "support": support.id,
        "name": support.label,
        "address": address,
        "state": None if state is None else state.value,
        "since": None if note is None else note.since.isoformat(),
        "noted": rfc3339(None if note is None else note.noted.astimezone()),
        "author": None if note is None else note.author,
        "note": None if note is None else note.note,
    }


def _line(row: Row) -> list[str]:
    since = row["since"]
    day = format_date(date.fromisoformat(since)) if isinstance(since, str) else ""
    said = {
        Standing.CARRIED.value: _("✔ depuis le %s") % day,
        Standing.AGED.value: _("? depuis le %s, à confirmer") % day,
        Standing.OLD.value: _("▲ encore l'ancienne adresse"),
        Standing.MISSING.value: _("○ à noter"),
        None: _("attend le choix des BAL privilégiées"),
    }
    state = row["state"]
    return [
        str(row["name"]),
        str(row["address"] or ""),
        said[state if isinstance(state, str) else None],
    ]


def _carry(options: Namespace, context: Context, tracker: Tracker) -> int:
    support, address = support_named(tracker.view().supports, options.support), _address(options, context)
    tracker.carry(support.id, address, options.since, options.note)
    words = {"support": plain(support.label), "address": plain(address)}
    tell(_("Noté : %(support)s, %(address)s.") % words)
    return 0


def _drop(options: Namespace, context: Context, tracker: Tracker) -> int:
    support, address = support_named(tracker.view().supports, options.support), _address(options, context)
    if address.lower() not in [each.address for each in tracker.view().on(support.id)]:
        raise UsageError(
            _("il n'est pas noté que « %s » porte cette BAL.") % plain(support.label), mailbox=plain(address)
        )
    tracker.drop(support.id, address, options.note)
    words = {"support": plain(support.label), "address": plain(address)}
    tell(_("Noté : %(support)s ne porte plus %(address)s.") % words)
    return 0


def _address(options: Namespace, context: Context) -> str:
    """A BAL of the configuration, or any whole address: the one of before may be known nowhere else."""
    name: str = options.mailbox
    try:
        return context.config.account(name).address
    except UsageError:
        if "@" not in name.strip("@"):
            raise
        return name.strip()


def _add(options: Namespace, _context: Context, tracker: Tracker) -> int:
    tell(_("Support suivi : %s.") % plain(tracker.add(options.name).label))
    return 0


def _remove(options: Namespace, _context: Context, tracker: Tracker) -> int:
    support = support_named(tracker.view().supports, options.support)
    tracker.remove(support.id)
    tell(_("Support ôté : %s.") % plain(support.label))
    return 0


def support_named(supports: Sequence[Support], name: str) -> Support:
    """The support of this identifier, or whose name begins so; UsageError where that is not one."""
    wanted = fold(name)
    found = [each for each in supports if name == each.id or wanted == fold(each.label)]
    found = found or [each for each in supports if fold(each.label).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        _("« %s » ne désigne pas un support.") % plain(name, 80),
        advice=_("Précisez : %s.") % ", ".join(f"{each.id} ({plain(each.label)})" for each in supports),
    )
