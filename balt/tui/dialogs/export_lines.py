"""What the dialog about documents that are handed over says at each stage: lines to paint, from the state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.style import Style

from balt.cleanup.handover import words
from balt.cleanup.handover.model import HandedOver
from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.text import capital, cell_width, plain
from balt.tui.paint import Line, bar, wrap
from balt.tui.theme import Look
from balt.units import format_count, format_percent, format_size

_REFUSALS = 500
"""Refused parts that are listed; further ones are counted."""
_AT_A_TIME = 20
"""As many as ``words.refusal_lines`` tells."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The messages that it is about. Of ``count``, with ``size`` octets, ``carrying`` have attachments and
    ``unread`` were not looked at yet; ``hidden`` are not shown by the list.
    """

    count: int
    size: int
    carrying: int
    unread: int = 0
    hidden: int = 0


@dataclass
class ExportState:
    """How far it is. ``stage``: ``ask``, ``act``, ``stop``, ``done`` or ``failed``.

    ``warnings`` are about the place that is typed, None while they are looked for; ``problem`` says why it
    cannot begin.
    """

    address: str
    chosen: Chosen
    stage: str = "ask"
    warnings: tuple[str, ...] | None = None
    problem: BaltError | None = None
    progress: tuple[int, int] = (0, 0)
    done: HandedOver | None = None

    @property
    def asks(self) -> bool:
        """Whether there are messages of which the user may say that their documents are integrated."""
        return self.stage == "done" and self.done is not None and bool(self.done.whole)


def head_lines(state: ExportState, width: int, look: Look) -> list[Line]:
    """How many messages, and what is known of what they carry."""
    chosen = state.chosen
    size = format_size(chosen.size).replace(" ", "\N{NO-BREAK SPACE}")
    told = {"n": format_count(chosen.count), "size": size}
    title = ngettext(
        "Remettre au logiciel métier les documents de %(n)s message (%(size)s)",
        "Remettre au logiciel métier les documents de %(n)s messages (%(size)s)",
        chosen.count,
    )
    lines: list[Line] = [[(text, look.style("strong"))] for text in wrap(title % told, width)]
    if chosen.hidden:
        hidden = _("dont %s que la liste ne montre pas") % format_count(chosen.hidden)
        lines += _said(hidden, width, look.style("attention"))
    carrying = ngettext(
        "%s porte des pièces jointes", "%s portent des pièces jointes", chosen.carrying
    ) % format_count(chosen.carrying)
    if chosen.unread:
        carrying += _(" ; %s encore à regarder") % format_count(chosen.unread)
    return lines + _said(_("%s.") % carrying, width, look.style("muted"))


def body_lines(state: ExportState, width: int, look: Look) -> list[Line]:
    """What is to be known at this stage."""
    if state.stage == "failed":
        return _failure(state.problem, width, look)
    if state.stage == "ask":
        return _asking(state, width, look)
    if state.stage in ("act", "stop"):
        return _under_way(state, width, look)
    return _account(state, state.done, width, look) if state.done is not None else []


def keys_line(state: ExportState, look: Look) -> Line:
    """The keys of this stage."""
    keys = {
        "ask": [
            (_("Entrée"), _("Remettre")),
            ("Tab", _("Ligne suivante")),
            (_("Échap"), _("Ne rien faire")),
        ],
        "act": [(_("Échap"), _("Arrêter après ce message"))],
        "stop": [],
    }.get(state.stage, [(_("Entrée"), _("Fermer"))])
    if state.asks:
        keys = [(_("o"), _("Oui, les marquer intégrés")), (_("Échap"), _("Non, ou pas encore"))]
    strong, muted = look.style("strong"), look.style("muted")
    return [part for key, said in keys for part in ((key + " ", strong), (said + "   ", muted))]


def _asking(state: ExportState, width: int, look: Look) -> list[Line]:
    if state.problem is not None:
        return _failure(state.problem, width, look)
    what = _(
        "PDF, CDA, images et contenu des IHE_XDM.zip, à l'octet près, avec un index, dans un nouveau "
        "dossier. Aucun message n'est changé."
    )
    lines = _said(what, width, look.style("muted"))
    if state.warnings is None:
        return lines + _said(_("Le dossier est en cours de contrôle…"), width, look.style("muted"))
    for warning in state.warnings:
        lines += _said(_("Attention : %s") % warning, width, look.style("attention"))
    return lines


def _under_way(state: ExportState, width: int, look: Look) -> list[Line]:
    done, total = state.progress
    percent = format_percent(done, max(total, 1)).rjust(8)
    drawn: Line = [*bar(done / max(total, 1), max(width - 10, 4), look, "entretenir")]
    drawn.append((percent, look.style("text")))
    told = {"done": format_count(done), "total": format_count(total)}
    sentence = _("%(done)s messages sur %(total)s") % told if total else _("Recherche des pièces jointes…")
    if state.stage == "stop":
        sentence = _("Arrêt demandé : le message en cours se termine…")
    return [drawn, *_said(sentence, width, look.style("muted"))]


def _account(state: ExportState, done: HandedOver, width: int, look: Look) -> list[Line]:
    """What was written, what was not and why, and the question."""
    lines: list[Line] = []
    for text in words.account_lines(replace(done, earlier=0, left=[], refused=[])):
        lines += _signed("✔", capital(text), width, look.style("entretenir"))
    for text in _remarks(done):
        lines += _signed("·", text, width, look.style("text"))
    lines += _refusals(done, width, look)
    if done.stopped is not None:
        lines += _failure(done.stopped, width, look)
    if not state.asks:
        return lines
    question = words.question(len(done.whole)).replace(" ?", "\N{NO-BREAK SPACE}?")
    how = _("Sans votre oui, rien n'est marqué : la touche i le fera plus tard, sur ces messages.")
    return [
        *lines,
        [],
        *([(text, look.style("strong"))] for text in wrap(question, width)),
        *_said(how, width, look.style("muted")),
    ]


def _remarks(done: HandedOver) -> list[str]:
    """What else became of the messages, in the words of the dialog."""
    remarks: list[str] = []
    if done.earlier:
        sentence = ngettext(
            "%s document déjà remis, qui ne l'est pas une seconde fois",
            "%s documents déjà remis, qui ne le sont pas une seconde fois",
            done.earlier,
        )
        remarks.append(sentence % format_count(done.earlier))
    if done.left:
        sentence = ngettext(
            "%s pièce d'un autre genre, laissée", "%s pièces d'un autre genre, laissées", len(done.left)
        )
        remarks.append(sentence % format_count(len(done.left)))
    if partial := done.messages - len(done.whole):
        sentence = ngettext(
            "%s message n'a pas donné tout ce qu'il porte : il ne sera pas marqué",
            "%s messages n'ont pas donné tout ce qu'ils portent : ils ne seront pas marqués",
            partial,
        )
        remarks.append(sentence % format_count(partial))
    return remarks


def _refusals(done: HandedOver, width: int, look: Look) -> list[Line]:
    if not done.refused:
        return []
    count = len(done.refused)
    sentence = ngettext("%s pièce refusée :", "%s pièces refusées :", count) % format_count(count)
    lines = _signed("▲", sentence, width, look.style("attention"))
    told = done.refused[:_REFUSALS]
    for start in range(0, len(told), _AT_A_TIME):
        for text in words.refusal_lines(told[start : start + _AT_A_TIME]):
            lines += _signed(" ", text, width, look.style("text"))
    if count > _REFUSALS:
        rest = ngettext("et %s autre", "et %s autres", count - _REFUSALS) % format_count(count - _REFUSALS)
        lines += _signed(" ", rest, width, look.style("muted"))
    return lines


def _failure(error: BaltError | None, width: int, look: Look) -> list[Line]:
    if error is None:
        return []
    lines = _said(capital(error.message), width, look.style("alert"))
    return lines + (_said(error.advice, width, look.style("text")) if error.advice else [])


def _said(text: str, width: int, style: Style) -> list[Line]:
    return [[(part, style)] for part in wrap(_breakable(plain(text), width), width)]


def _signed(sign: str, text: str, width: int, style: Style) -> list[Line]:
    first, *more = _said(text, width - 2, style)
    return [[(f"{sign} ", style), *first], *([("  ", style), *line] for line in more)]


def _breakable(text: str, width: int) -> str:
    """The text, in which a word longer than a line, as a path may be, goes on in the next one: never cut."""
    return " ".join(part for word in text.split(" ") for part in _pieces(word, width))


def _pieces(word: str, width: int) -> Sequence[str]:
    pieces, piece = [], ""
    for char in word:
        if piece and cell_width(piece + char) > width:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]
