"""``balt directory white-list``: the domains of the trust space, from a file, and how old it is."""

from argparse import Namespace

from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import prepare_output, write, write_csv, write_json
from balt.directory.trust import TrustSpace, import_white_list, kept_list, trust_space
from balt.errors import DirectoryError, UsageError
from balt.i18n import _, ngettext
from balt.mailboxes.model import rfc3339
from balt.units import format_count

COLUMNS = ("file", "domains", "dated", "old")


def run(options: Namespace, context: Context) -> int:
    """Keep a copy of a list, or tell which one serves."""
    if options.list_action == "import":
        try:
            import_white_list(options.file, context.data_dir, context.clock)
        except DirectoryError as error:
            raise UsageError(error.message, advice=error.advice) from None
        if context.config.directory.white_list is not None:
            tell(_("La configuration nomme une autre liste blanche : c'est elle qui sert."))
    _give(options, context, trust_space(context.config.directory, context.data_dir, context.clock))
    return 0


def _give(options: Namespace, context: Context, trust: TrustSpace) -> None:
    """The list that serves, its size and its age."""
    prepare_output(options)
    if trust.problem:
        raise UsageError(trust.problem)
    now = context.clock.now()
    rows = []
    if trust.listed is not None:
        rows.append(
            {
                "file": str(context.config.directory.white_list or kept_list(context.data_dir)),
                "domains": len(trust.listed.domains),
                "dated": rfc3339(trust.dated),
                "old": trust.is_old(now),
            }
        )
    if options.json:
        write_json(rows)
    elif options.csv:
        write_csv(rows, COLUMNS, raw=options.raw)
    elif trust.listed is None:
        tell(_("Aucune liste blanche n'est gardée : balt directory white-list import FICHIER."))
    else:
        count = len(trust.listed.domains)
        text = ngettext("%(n)s domaine de confiance", "%(n)s domaines de confiance", count)
        said = text % {"n": format_count(count)}
        write(_("%(said)s (%(age)s).") % {"said": said, "age": trust.age(now)} + "\n")
