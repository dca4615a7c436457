"""``balt attachments``: the largest attachments of a BAL, largest first."""

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import tell
from balt.cli.narration import Narration
from balt.cli.output import Column, Row, prepare_output, write_csv, write_json, write_table
from balt.config import Account
from balt.i18n import _, ngettext
from balt.mailboxes.largest import FoundAttachment, Largest, largest_attachments
from balt.mailboxes.listings import listings_of
from balt.mailboxes.model import rfc3339
from balt.text import plain
from balt.units import format_size

if TYPE_CHECKING:
    from balt.mail.sessions import MailSession

COLUMNS = ("folder", "uid", "part", "filename", "type", "encoded_size", "size", "message_size", "date")


def run(options: Namespace, context: Context) -> int:
    """List the attachments; a BAL that cannot be read to the end is told, and gives none."""
    (account,) = context.accounts([options.mailbox])
    need_mail(account)
    prepare_output(options)
    narration = Narration(account)
    rows: list[Row] = []
    with narration.of_failures(), session_of(account, context) as session:
        if account.discreet:
            tell(_("%s : accès discret, sans les noms des pièces.") % account.address)
        largest = _read(session, account, options, narration)
        rows = [row_of(found, discreet=account.discreet) for found in largest.attachments]
        narration.progress.clear()
        _tell_unreadable(account, largest.unreadable)
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif rows:
        _write_table(rows)
    elif not narration.code:
        tell(_("Aucune pièce jointe."))
    return narration.code


def _read(session: "MailSession", account: Account, options: Namespace, narration: Narration) -> Largest:
    read = listings_of(session, account, options.folder, narration.read, narration.refused)
    steps = largest_attachments(session, [listing for _folder, listing in read], options.limit)
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            largest: Largest = end.value
            return largest
        told = {"mailbox": account.address, "done": progress.looked_at, "total": progress.messages}
        narration.progress.show(_("%(mailbox)s : pièces jointes, %(done)d messages sur %(total)d") % told)


def _tell_unreadable(account: Account, count: int) -> None:
    if count:
        sentence = ngettext(
            "%(mailbox)s : %(n)d message illisible ; ses pièces jointes manquent à cette liste.",
            "%(mailbox)s : %(n)d messages illisibles ; leurs pièces jointes manquent à cette liste.",
            count,
        )
        tell(sentence % {"mailbox": account.address, "n": count})


def row_of(found: FoundAttachment, *, discreet: bool) -> Row:
    """An attachment as scripts read it; what is unknown, or not for a discreet access, is null."""
    attachment = found.attachment
    return {
        "folder": plain(found.folder),
        "uid": found.uid,
        "part": attachment.part,
        "filename": None if discreet else attachment.filename,
        "type": attachment.content_type,
        "encoded_size": attachment.encoded_size,
        "size": attachment.size,
        "message_size": found.message_size,
        "date": rfc3339(found.date.astimezone() if found.date else None),
    }


def _write_table(rows: list[Row]) -> None:
    columns = [
        Column(_("Taille"), right=True),
        Column(_("Encodée"), right=True),
        Column(_("Pièce jointe"), flexible=True),
        Column(_("Type"), flexible=True),
        Column(_("Dossier"), flexible=True),
        Column(_("UID"), right=True),
        Column(_("Message"), right=True),
        Column(_("Reçu le")),
    ]
    write_table(columns, _lines(rows))


def _lines(rows: list[Row]) -> Iterator[list[str]]:
    for row in rows:
        yield [
            _octets(row["size"]),
            _octets(row["encoded_size"]),
            str(row["filename"] or "—"),
            str(row["type"]),
            str(row["folder"]),
            str(row["uid"]),
            _octets(row["message_size"]),
            str(row["date"] or "?")[:16].replace("T", " "),
        ]


def _octets(size: object) -> str:
    return format_size(size) if isinstance(size, int) else "?"
