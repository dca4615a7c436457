"""The sentences about taking an act back, for the dialog and for the shell."""

from balt.cleanup import wording
from balt.cleanup.plan import Act
from balt.cleanup.result import ApplyResult
from balt.cleanup.undo import Undoing
from balt.cleanup.undoable import Undoable
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_moment, format_size


def act_line(act: Undoable) -> str:
    """The act in one line: what, when, how many messages where it is about messages."""
    told = {
        "act": wording.deed_words(act.action, act.note),
        "when": format_moment(act.when) if act.when else "?",
        "n": format_count(act.count),
    }
    if not act.count and act.action not in tuple(Act):
        return _("%(act)s, le %(when)s") % told
    return (
        ngettext("%(act)s, le %(when)s : %(n)s message", "%(act)s, le %(when)s : %(n)s messages", act.count)
        % told
    )


def places(undoing: Undoing) -> list[tuple[str, str]]:
    """The folders that messages go back to, as they are shown, and how many go there."""
    return [
        (
            undoing.labels.get(folder) or plain(folder, 200),
            f"{format_count(count)} · {format_size(size)}",
        )
        for folder, count, size in undoing.places
    ]


def remarks(undoing: Undoing) -> list[str]:
    """What stays as it is, and why; a sentence each."""
    lines = []
    if undoing.missing:
        lines.append(_missing(undoing) % format_count(undoing.missing))
    if undoing.unsure:
        sentence = ngettext(
            "%s message reste dans la corbeille : un autre, tout pareil, y est aussi.",
            "%s messages restent dans la corbeille : d'autres, tout pareils, y sont aussi.",
            undoing.unsure,
        )
        lines.append(sentence % format_count(undoing.unsure))
    for folder, count in undoing.homeless.items():
        sentence = ngettext(
            "%(n)s message n'est pas remis : son dossier « %(folder)s » n'existe plus. "
            "Recréez-le dans votre messagerie, puis recommencez.",
            "%(n)s messages ne sont pas remis : leur dossier « %(folder)s » n'existe plus. "
            "Recréez-le dans votre messagerie, puis recommencez.",
            count,
        )
        lines.append(sentence % {"n": format_count(count), "folder": plain(folder, 200)})
    return lines


def _missing(undoing: Undoing) -> str:
    if undoing.whole.archive:
        return ngettext(
            "%s message n'est pas dans l'archive : balt ne peut pas le remettre.",
            "%s messages ne sont pas dans l'archive : balt ne peut pas les remettre.",
            undoing.missing,
        )
    return ngettext(
        "%s message n'est plus dans la corbeille : balt ne peut pas le remettre.",
        "%s messages ne sont plus dans la corbeille : balt ne peut pas les remettre.",
        undoing.missing,
    )


def undo_lines(undoing: Undoing) -> list[str]:
    """All that is to be said before: the act, what goes back and where to, what does not."""
    lines = [_("Acte : %s.") % act_line(undoing.act), _("%s.") % wording.title(undoing.whole)]
    lines += [_("  vers %(folder)s : %(what)s") % {"folder": f, "what": what} for f, what in places(undoing)]
    return lines + remarks(undoing)


def account_lines(result: ApplyResult) -> list[str]:
    """What was put back, and what was there already."""
    lines = []
    if result.moved:
        sentence = ngettext(
            "%(n)s message remis en place, %(size)s", "%(n)s messages remis en place, %(size)s", result.moved
        )
        lines.append(sentence % {"n": format_count(result.moved), "size": format_size(result.moved_size)})
    if result.earlier:
        lines.append(
            ngettext("%s message déjà en place", "%s messages déjà en place", result.earlier)
            % format_count(result.earlier)
        )
    return lines
