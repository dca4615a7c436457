"""``balt messages``: the messages of one or several BAL, listed without marking anything as read."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import tell, worst
from balt.cli.narration import Narration
from balt.cli.output import Column, Row, cleared, prepare_output, write_csv, write_json, write_table
from balt.config import Account
from balt.i18n import _
from balt.mail.filters import parse_filter
from balt.mail.model import INTEGRATED_KEYWORD, Flag
from balt.mailboxes.model import rfc3339
from balt.mailboxes.search import Found, Search, find
from balt.text import plain
from balt.units import format_size

if TYPE_CHECKING:
    from balt.mail.sessions import MailSession

COLUMNS = ("folder", "uid", "size", "date", "from", "subject", "flags", "attachments")
_FLAGS = {
    Flag.SEEN: "\\Seen",
    Flag.ANSWERED: "\\Answered",
    Flag.FLAGGED: "\\Flagged",
    Flag.DELETED: "\\Deleted",
    Flag.DRAFT: "\\Draft",
    Flag.INTEGRATED: INTEGRATED_KEYWORD,
}


def run(options: Namespace, context: Context) -> int:
    """List the messages; a BAL that cannot be read is told, and the others are listed."""
    accounts = context.accounts(options.mailboxes)
    for account in accounts:
        need_mail(account)
    search = Search(
        filter=parse_filter(options.filter, context.clock),
        sort=options.sort,
        reverse=options.reverse,
        limit=options.limit,
        folder=options.folder,
    )
    listing = _Listing(context, accounts, search)
    prepare_output(options)
    if options.json:
        write_json(listing.rows())
    elif options.csv:
        write_csv(listing.rows(), listing.columns, raw=options.raw)
    else:
        _write_table(listing)
    return listing.code


class _Listing:
    """The rows of every BAL, one BAL after the other; ``code`` is the exit code once they have come."""

    def __init__(self, context: Context, accounts: list[Account], search: Search) -> None:
        self._context = context
        self._accounts = accounts
        self._search = search
        self.several = len(accounts) > 1
        self.columns = ("address", *COLUMNS) if self.several else COLUMNS
        self.code = 0

    def rows(self) -> Iterator[Row]:
        """Read and tell, as the columns say."""
        for account in self._accounts:
            if account.discreet:
                tell(_("%s : accès discret, sans expéditeurs ni objets.") % account.address)
            narration = Narration(account)
            with narration.of_failures(), session_of(account, self._context) as session:
                rows = self._rows_of(account, session, narration)
                yield from cleared(narration.progress, rows)
            self.code = worst(self.code, narration.code)

    def _rows_of(self, account: Account, session: "MailSession", narration: Narration) -> Iterator[Row]:
        for found in find(session, account, self._search, narration.read, narration.refused):
            row = row_of(found, discreet=account.discreet)
            yield {"address": account.address, **row} if self.several else row


def row_of(found: Found, *, discreet: bool) -> dict[str, object]:
    """A message as scripts read it; what is unknown, or not for a discreet access, is null."""
    message, detail = found.message, found.message.detail
    readable = detail is not None and detail.readable
    shown = detail if readable and not discreet else None
    return {
        "folder": plain(found.folder.name),
        "uid": message.uid,
        "size": message.size,
        "date": rfc3339(message.date.astimezone() if message.date else None),
        "from": shown.sender if shown else None,
        "subject": shown.subject if shown else None,
        "flags": [name for flag, name in _FLAGS.items() if flag in message.flags],
        "attachments": len(detail.attachments) if detail and readable else None,
    }


def _write_table(listing: _Listing) -> None:
    columns = [
        Column(_("Dossier"), flexible=True),
        Column(_("UID"), right=True),
        Column(_("Reçu le")),
        Column(_("Taille"), right=True),
        Column(_("De"), flexible=True),
        Column(_("Objet"), flexible=True),
        Column(_("Pièces"), right=True),
        Column(_("Marques")),
    ]
    if listing.several:
        columns.insert(0, Column(_("BAL"), flexible=True))
    lines = [_line(row) for row in listing.rows()]
    if lines:
        write_table(columns, lines)
    elif not listing.code:
        tell(_("Aucun message."))


def _line(row: Row) -> list[str]:
    size, date, count, flags = row["size"], row["date"], row["attachments"], row["flags"]
    line = [
        str(row["folder"]),
        str(row["uid"]),
        str(date)[:16].replace("T", " ") if date else "?",
        format_size(size) if isinstance(size, int) else "?",
        str(row["from"] or "—"),
        str(row["subject"] or "—"),
        str(count) if count else "",
        _marks(flags if isinstance(flags, list) else []),
    ]
    return [str(row["address"]), *line] if "address" in row else line


def _marks(flags: list[str]) -> str:
    words = {
        "\\Answered": _("répondu"),
        "\\Flagged": _("important"),
        "\\Deleted": _("effacé"),
        "\\Draft": _("brouillon"),
        INTEGRATED_KEYWORD: _("intégré"),
    }
    unread = [] if "\\Seen" in flags else [_("non lu")]
    return ", ".join(unread + [words[flag] for flag in flags if flag in words])
