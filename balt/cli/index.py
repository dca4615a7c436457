"""``balt index``: what this computer keeps of the messages of each BAL; ``balt index clear`` removes it."""

from argparse import Namespace
from datetime import datetime
from typing import TYPE_CHECKING

from balt.cli.context import Context
from balt.cli.ending import fail, tell, worst
from balt.cli.output import Column, Row, prepare_output, write_csv, write_json, write_table
from balt.config import Account, Keep
from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.text import plain
from balt.units import format_count, format_since, format_size

if TYPE_CHECKING:
    from balt.mail.index import FolderAbout

COLUMNS = ("address", "folders", "messages", "size", "oldest", "newest", "keep")


def run(options: Namespace, context: Context) -> int:
    """Print what is kept, or remove it. No server is asked, and no password."""
    if options.action == "clear":
        return _clear(context, context.accounts(options.mailboxes))
    accounts = [account for account in context.config.accounts if account.access == "imap"]
    if not accounts:
        tell(_("Aucune BAL avec un accès IMAP dans la configuration."))
    rows = [_row(account, context) for account in accounts]
    prepare_output(options)
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif rows:
        _write_table(rows, context.clock.now())
    return 0


def _clear(context: Context, accounts: list[Account]) -> int:
    from balt.mail.index import clear

    code = 0
    for account in accounts:
        try:
            removed = clear(context.data_dir, account)
        except OSError as error:
            failure = _not_removed(account, error)
            fail(failure)
            code = worst(code, failure.exit_code)
            continue
        sentence = _("%s : index effacé.") if removed else _("%s : il n'y avait pas d'index.")
        tell(sentence % account.address)
    return code


def _not_removed(account: Account, error: OSError) -> BaltError:
    return UsageError(
        _("l'index n'a pas pu être effacé (%s).") % plain(error.strerror or type(error).__name__),
        advice=_("Fermez balt, puis vérifiez les droits de son dossier de données."),
        mailbox=account.address,
    )


def _row(account: Account, context: Context) -> Row:
    from balt.mail.index import index_of, index_path, kept_of, octets_of

    keep = context.config.index.keep
    index = index_of(context.data_dir, account, context.clock, keep)
    found = index.about()
    index.close()
    moments = _moments(found)
    return {
        "address": account.address,
        "folders": len(found),
        "messages": sum(each.messages for each in found),
        "size": octets_of(index_path(context.data_dir, account)),
        "oldest": moments[0] if moments else None,
        "newest": moments[-1] if moments else None,
        "keep": kept_of(account, keep).value,
    }


def _moments(found: "list[FolderAbout]") -> list[str]:
    """When the folders were read, the oldest first."""
    return [moment.isoformat() for moment in sorted(each.taken_at for each in found)]


def _write_table(rows: list[Row], now: datetime) -> None:
    columns = [
        Column(_("BAL"), flexible=True),
        Column(_("Dossiers"), right=True),
        Column(_("Messages"), right=True),
        Column(_("Sur le disque"), right=True),
        Column(_("Dernier relevé")),
        Column(_("Le plus ancien")),
        Column(_("Gardé")),
    ]
    write_table(columns, [_line(row, now) for row in rows])


def _line(row: Row, now: datetime) -> list[str]:
    return [
        str(row["address"]),
        format_count(int(str(row["folders"]))),
        format_count(int(str(row["messages"]))),
        format_size(int(str(row["size"]))),
        _age(row["newest"], now),
        _age(row["oldest"], now),
        _kept(Keep(str(row["keep"]))),
    ]


def _age(moment: object, now: datetime) -> str:
    return "—" if moment is None else format_since(datetime.fromisoformat(str(moment)), now)


def _kept(keep: Keep) -> str:
    """What is kept, in the words of the documentation."""
    words = {
        Keep.NOTHING: _("rien"),
        Keep.FIGURES: _("chiffres, sans nom ni objet"),
        Keep.TEXTS: _("chiffres, expéditeurs et objets"),
    }
    return words[keep]
