"""What the dialog about a plan says of attachments: which go, which stay and why, and how to choose."""

from collections.abc import Mapping

from balt.cleanup.detach.choose import LEAST, Left
from balt.cleanup.detach.words import why_left
from balt.cleanup.plan import CleanupPlan
from balt.i18n import _, ngettext
from balt.tui.paint import Line, fit, wrap
from balt.tui.requests import CleanupRequest
from balt.tui.theme import Look
from balt.units import format_count, format_size

ALSO = {Left.SIGNED: "s", Left.XDM: "d", Left.INLINE: "i"}
"""The key that has go what is usually left alone for a reason."""


def lighter_lines(
    request: CleanupRequest, plan: CleanupPlan, left: Mapping[Left, int], width: int, look: Look
) -> list[Line]:
    """All of it; the keys stand before what they change."""
    lines: list[Line] = []
    if plan.count:
        parts = sum(len(message.detach) for message in plan.messages)
        goes = ngettext(
            "%s pièce jointe part, une note à sa place dit où elle est.",
            "%s pièces jointes partent, une note à leur place dit où elles sont.",
            parts,
        )
        dkim = _("La signature DKIM ne se vérifiera plus.")
        goes = f"{goes % format_count(parts)} {dkim}"
        lines += [[(part, look.style("text"))] for part in wrap(goes, width)]
    size = _("pièces jointes d'au moins %s, telles qu'elles voyagent") % format_size(request.larger)
    lines.append([("[t] ", look.style("strong")), (fit(size, width - 4), look.style("text"))])
    for reason in Left:
        count = left.get(reason, 0)
        if not count and reason not in request.also:
            continue
        key, included = ALSO.get(reason, ""), reason in request.also
        state = _("inclus") if included else _("laissés") if key else _("restent")
        why = why_left(reason)
        if reason is Left.SMALL and request.larger > LEAST:
            why = _("pièce de moins de %s") % format_size(request.larger)
        first, *more = wrap(why, width - 20)
        style = look.style("text" if key else "muted")
        lines.append(
            [
                (f"[{key}] " if key else "    ", look.style("strong")),
                (fit(format_count(count) if count else "", 6), look.style("text")),
                (fit(first, width - 20), style),
                (fit(state, 10, right=True), look.style("attention" if included else "entretenir")),
            ]
        )
        lines += [[(" " * 10 + part, style)] for part in more]
    return lines
