"""What the reading windows say: the keys of a view, the risks of a sheet."""

from collections.abc import Iterable

from balt.i18n import _
from balt.sheets.model import Sheet
from balt.tui.action import Action
from balt.tui.actions import in_place
from balt.tui.dialogs.pager import Writer
from balt.tui.paint import Line, fit, wrap
from balt.tui.theme import Look


def help_page(places: Iterable[str]) -> Writer:
    """The keys of these places, from the table of actions."""
    chosen = [place for place in places if place != "app"] + ["app"]

    def write(width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        for place in chosen:
            lines += [[(_place_name(place), look.style("strong"))]]
            for action in in_place(place):
                lines += _action_lines(action, width, look)
            lines.append([])
        lines.append([(_("Sélectionner du texte à la souris : maintenez Maj."), look.style("muted"))])
        return lines

    return write


def _place_name(place: str) -> str:
    names = {
        "fiches": _("Fiches"),
        "annuaire": _("Annuaire"),
        "messages": _("Messages"),
        "folders": _("Dossiers"),
        "situations": _("Situations"),
        "journal": _("Journal"),
        "list": _("Dans une liste"),
        "app": _("Partout"),
    }
    return names[place]


def _action_lines(action: Action, width: int, look: Look) -> list[Line]:
    keys = fit("  " + action.key_words, 10)
    texts = wrap(_(action.help), width - 12)
    first: Line = [
        (keys, look.style("alert" if action.dangerous else "identifier")),
        (texts[0], look.style("text")),
    ]
    return [first, *([(" " * 10 + text, look.style("text"))] for text in texts[1:])]


def risks_page(sheet: Sheet) -> Writer:
    """What a sheet says of the risks, and whom to ask."""

    def write(width: int, look: Look) -> list[Line]:
        hue = look.style(sheet.id)
        lines: list[Line] = [[(text, look.style("strong"))] for text in wrap(sheet.risk_heading, width - 2)]
        lines.append([])
        for group in sheet.risks:
            if group.for_whom:
                lines.append([(group.for_whom, hue)])
            for item in group.items:
                lines += _bullet(item, width, look, dot=len(group.items) > 1 or bool(group.for_whom))
            lines.append([])
        for paragraph in sheet.more:
            lines += [[(text, look.style("text"))] for text in wrap(paragraph, width - 2)]
            lines.append([])
        lines.append([(sheet.questions_heading, look.style("strong"))])
        for contact in sheet.questions:
            lines += _bullet(contact, width, look)
        lines += [[], [(" ".join(sheet.hashtags), hue)]]
        return lines

    return write


def _bullet(text: str, width: int, look: Look, *, dot: bool = True) -> list[Line]:
    parts = wrap(text, width - 4)
    return [
        [("• " if i == 0 and dot else "  " if dot else "", look.style("muted")), (part, look.style("text"))]
        for i, part in enumerate(parts)
    ]
