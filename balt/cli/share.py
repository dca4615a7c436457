"""``balt share``: what several people wrote down, in one file and back."""

from argparse import Namespace

from balt.cases.book import CaseBook
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import prepare_output, write, write_json
from balt.i18n import _, ngettext
from balt.mailboxes.situations import SituationBook
from balt.sheets.share import Change, export, merge, read
from balt.text import plain
from balt.units import format_count


def run(options: Namespace, context: Context) -> int:
    """Write the file, or take one over."""
    if options.action == "export":
        _drop_aged(context)
        export(context.data_dir, options.file)
        tell(_("Écrit dans %s, lisible de vous seul.") % plain(str(options.file)))
        return 0
    changes = merge(context.data_dir, read(options.file), context.clock.now(), dry_run=options.dry_run)
    if not options.dry_run:
        _drop_aged(context)
    prepare_output(options)
    if options.json:
        write_json(
            {"store": each.file, "about": each.about, "before": each.before or None, "after": each.after}
            for each in changes
        )
    else:
        for each in changes:
            write(_line(each))
    _sum_up(len(changes), dry_run=options.dry_run)
    return 0


def _drop_aged(context: Context) -> None:
    """What the API said too long ago leaves the files of this computer, and goes to no other."""
    CaseBook(context.data_dir, context.clock).cases()
    SituationBook(context.data_dir, context.clock).view()


def _line(change: Change) -> str:
    words = {"about": change.told, "before": change.was, "after": change.now}
    said = "%(about)s · %(before)s → %(after)s" if change.was else "%(about)s · %(after)s"
    return f"{said % words}\n"


def _sum_up(count: int, *, dry_run: bool) -> None:
    if not count:
        tell(_("Rien de nouveau : tout y était déjà."))
        return
    text = ngettext("%s chose diffère.", "%s choses diffèrent.", count) % format_count(count)
    done = _("Rien n'a été changé (--dry-run).") if dry_run else _("Le plus récent compte ; tout est gardé.")
    tell(f"{text} {done}")
