"""``balt duplicates``: the messages that a BAL holds twice, octet for octet."""

from argparse import Namespace

from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import tell
from balt.cli.narration import Narration
from balt.cli.output import Column, Row, prepare_output, write_json, write_table
from balt.i18n import _, ngettext
from balt.mailboxes.duplicates import Copy, Duplicates, find_duplicates, refuse_reading
from balt.mailboxes.listings import listings_of
from balt.text import plain
from balt.units import format_count, format_size


def run(options: Namespace, context: Context) -> int:
    """Find and tell them; nothing is touched."""
    (account,) = context.accounts([options.mailbox])
    need_mail(account)
    refuse_reading(account)
    prepare_output(options)
    narration = Narration(account)
    found: list[Duplicates] = []
    with narration.of_failures(), session_of(account, context) as session:
        places = list(listings_of(session, account, None, narration.read, narration.refused))
        found = find_duplicates(session, places, narration.octets)
    if options.json:
        write_json([row_of(each) for each in found])
    elif found:
        _write_table(found)
    if not narration.code or found:
        tell(_summary(found))
    return narration.code


def row_of(each: Duplicates) -> Row:
    """Equal messages as scripts read them; the first one is the one to keep."""
    return {
        "sha256": each.sha256,
        "size": each.size,
        "messages": [_copy(copy, kept=copy is each.kept) for copy in each.copies],
    }


def _copy(copy: Copy, *, kept: bool) -> Row:
    return {
        "folder": plain(copy.folder.name),
        "uid": copy.uid,
        "date": copy.date.isoformat(timespec="seconds") if copy.date else None,
        "keep": kept,
    }


def _write_table(found: list[Duplicates]) -> None:
    columns = [
        Column(_("Taille"), right=True),
        Column(_("À garder"), flexible=True),
        Column(_("En double"), flexible=True),
    ]
    lines = [
        [format_size(each.size), _place(each.kept), ", ".join(_place(copy) for copy in each.surplus)]
        for each in found
    ]
    write_table(columns, lines)


def _place(copy: Copy) -> str:
    return f"{copy.folder.label}:{copy.uid}"


def _summary(found: list[Duplicates]) -> str:
    count = sum(len(each.surplus) for each in found)
    if not count:
        return _("Aucun message en double.")
    sentence = ngettext(
        "%(n)s message en double, à l'octet près : %(size)s. Pour s'en défaire : balt plan BAL --duplicates",
        "%(n)s messages en double, à l'octet près : %(size)s. Pour s'en défaire : balt plan BAL --duplicates",
        count,
    )
    size = sum(each.size * len(each.surplus) for each in found)
    return sentence % {"n": format_count(count), "size": format_size(size)}
