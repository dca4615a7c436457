"""The sentences about taking an act back, for the dialog and for the shell."""

from balt.cleanup import wording
from balt.cleanup.undo import Undoing
from balt.cleanup.undoable import Undoable
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_moment, format_size


def act_line(act: Undoable) -> str:
    """The act in one line: what, when, how many."""
    told = {
        "act": wording.act_words(act.action),
        "when": format_moment(act.when) if act.when else "?",
        "n": format_count(act.count),
    }
    return (
        ngettext("%(act)s, le %(when)s : %(n)s message", "%(act)s, le %(when)s : %(n)s messages", act.count)
        % told
    )


def title(undoing: Undoing) -> str:
    """What goes back, with its count and octets."""
    if not undoing.count:
        return _("Rien à remettre en place")
    sentence = ngettext(
        "Remettre %(n)s message de la corbeille à sa place, %(size)s",
        "Remettre %(n)s messages de la corbeille à leur place, %(size)s",
        undoing.count,
    )
    return sentence % {"n": format_count(undoing.count), "size": format_size(undoing.size)}


def places(undoing: Undoing) -> list[tuple[str, str]]:
    """The folders that messages go back to, as they are shown, and how many go there."""
    return [
        (_label(undoing, plan.target), f"{format_count(plan.count)} · {format_size(plan.size)}")
        for plan in undoing.plans
    ]


def remarks(undoing: Undoing) -> list[str]:
    """What stays as it is, and why; a sentence each."""
    lines = []
    if undoing.missing:
        sentence = ngettext(
            "%s message n'est plus dans la corbeille : balt ne peut pas le remettre.",
            "%s messages ne sont plus dans la corbeille : balt ne peut pas les remettre.",
            undoing.missing,
        )
        lines.append(sentence % format_count(undoing.missing))
    if undoing.unsure:
        sentence = ngettext(
            "%s message reste dans la corbeille : un autre, tout pareil, y est aussi.",
            "%s messages restent dans la corbeille : d'autres, tout pareils, y sont aussi.",
            undoing.unsure,
        )
        lines.append(sentence % format_count(undoing.unsure))
    for folder, count in undoing.homeless.items():
        sentence = ngettext(
            "%(n)s message reste dans la corbeille : son dossier « %(folder)s » n'existe plus. "
            "Recréez-le dans votre messagerie, puis recommencez.",
            "%(n)s messages restent dans la corbeille : leur dossier « %(folder)s » n'existe plus. "
            "Recréez-le dans votre messagerie, puis recommencez.",
            count,
        )
        lines.append(sentence % {"n": format_count(count), "folder": plain(folder, 200)})
    return lines


def undo_lines(undoing: Undoing) -> list[str]:
    """All that is to be said before: the act, what goes back and where to, what does not."""
    lines = [_("Acte : %s.") % act_line(undoing.act), _("%s.") % title(undoing)]
    lines += [_("  vers %(folder)s : %(what)s") % {"folder": f, "what": what} for f, what in places(undoing)]
    return lines + remarks(undoing)


def _label(undoing: Undoing, folder: str) -> str:
    return undoing.labels.get(folder) or plain(folder, 200)
