"""Where a step is done, as ``balt checklist`` tells it: for scripts, and as a command or view to open."""

import shlex

from balt.cases.recovery import archiving
from balt.cli.output import Row
from balt.i18n import _
from balt.mail.whole import EVERYWHERE
from balt.sheets.model import Target
from balt.text import plain


def target_row(target: Target | None) -> Row | None:
    """The place as scripts read it; ``address`` and ``folder`` are null where it is no single one."""
    if target is None:
        return None
    folder = target.folder if target.folder != EVERYWHERE else ""
    return {
        "view": target.view,
        "address": target.address or None,
        "folder": folder or None,
        "filter": target.filter,
        "sort": target.sort,
    }


def target_lines(target: Target) -> list[str]:
    """The commands that do what a step waits for, or the one that shows what it counts; the view of the
    application where no command does.
    """
    address = plain(target.address, 200)
    if target.view == "situations":
        return ["balt situations list"]
    if target.view == "annuaire":
        return [_("balt, vue 2 (Annuaire) : %s") % address]
    if target.archive:
        place = _("DOSSIER")
        return [archiving(address, place), f"balt case delete {address} --archive {place}"]
    return [_listing(target)]


def _listing(target: Target) -> str:
    """The command that lists the messages that a step counts."""
    words = ["balt", "messages", target.address]
    if target.folder and target.folder != EVERYWHERE:
        words += ["--folder", target.folder]
    if target.filter:
        words += ["--filter", target.filter]
    words += ["--sort", target.sort, *(["--reverse"] if target.reverse else [])]
    return shlex.join(plain(word, 300) for word in words)
