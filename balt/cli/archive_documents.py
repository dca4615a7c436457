"""``balt archive export --to documents``: the documents of archived messages, for the business software."""

from argparse import Namespace
from pathlib import Path

from balt.cleanup.archive.check import reading
from balt.cleanup.forms.source import ArchiveSource, contents_of
from balt.cleanup.handover.sources import ArchiveLetters, letters_in
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.export import Handing
from balt.cli.output import write_json
from balt.i18n import ngettext
from balt.units import format_count


def run_documents(options: Namespace, context: Context) -> int:
    """Hand them over; 1 where some were refused, or the manifest is damaged."""
    archive: Path = options.archive
    handing = Handing(options, options.target, context)
    with reading(archive.expanduser().resolve(), context.clock) as root:
        contents = contents_of(root)
        records = [record for each in contents.folders.values() for record in each]
        source = ArchiveLetters(ArchiveSource(root), records, handing.spool)
        done = handing.hand_over(source, list(letters_in(contents, context.clock)))
    if options.json:
        write_json([done.to_json(None) | {"damaged": contents.damaged}])
    handing.tell(done, "")
    if contents.damaged:
        sentence = ngettext(
            "%s ligne abîmée du manifeste n'a pas été lue.",
            "%s lignes abîmées du manifeste n'ont pas été lues.",
            len(contents.damaged),
        )
        tell(sentence % format_count(len(contents.damaged)))
    return done.exit_code or int(bool(contents.damaged))
