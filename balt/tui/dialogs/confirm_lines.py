"""What the dialog about a plan says at each stage of it: lines to paint, from the state alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.style import Style

from balt.cleanup import room_words, undo_words, wording
from balt.cleanup.detach.choose import Left
from balt.cleanup.freeing import Room
from balt.cleanup.pace import Pace
from balt.cleanup.plan import Act, CleanupPlan, Guard, Tally
from balt.cleanup.ports import Advance
from balt.cleanup.result import ApplyResult
from balt.cleanup.undo import Undoing
from balt.errors import BaltError, RefusedError
from balt.i18n import _, ngettext
from balt.text import plain
from balt.tui.dialogs.lighter_lines import lighter_lines
from balt.tui.paint import Line, bar, fit, wrap
from balt.tui.requests import CleanupRequest
from balt.tui.theme import Look
from balt.units import format_count, format_date, format_percent, format_size

_NAME = 14
"""Cells of the name of a fact."""


@dataclass
class PlanState:
    """How far the conversation is. ``stage``: ``draft``, ``ask``, ``act``, ``stop``, ``done`` or ``failed``.

    ``sure`` tells that a removal without archive was confirmed once: it must be twice.
    """

    request: CleanupRequest
    stage: str = "draft"
    plan: CleanupPlan | None = None
    undoing: Undoing | None = None
    room: Room | None = None
    warnings: tuple[str, ...] = ()
    left: Mapping[Left, int] = field(default_factory=dict)
    held: int = 0
    read: tuple[int, int] = (0, 0)
    advance: Advance = field(default_factory=lambda: Advance(0, 0, 0, 0))
    pace: Pace = field(default_factory=Pace)
    paused: bool = False
    sure: bool = False
    result: ApplyResult | None = None
    error: BaltError | None = None

    @property
    def groups(self) -> list[tuple[Guard, Tally, bool]]:
        """The guarded groups: which, how many, and whether they are in the plan."""
        plan = self.plan
        if plan is None or self.request.wish is not None or plan.act is Act.UNDO:
            return []
        groups = []
        for guard in Guard:
            if guard in plan.left_out:
                groups.append((guard, plan.left_out[guard], False))
            elif guard in plan.overridden:
                groups.append((guard, plan.overridden[guard], True))
        return groups

    @property
    def may_undo(self) -> bool:
        """Whether what it did can be taken back: out of the trash, or out of the archive."""
        plan, result = self.plan, self.result
        if (
            plan is None
            or result is None
            or not (result.moved + result.deleted + result.detached + result.earlier)
        ):
            return False
        return plan.act in (Act.TRASH, Act.DETACH) or (plan.act.removes and bool(plan.archive))

    @property
    def must_be_sure(self) -> bool:
        """Whether it removes for good, out of any folder, and without an archive."""
        return self.plan is not None and self.plan.act is Act.DELETE and not self.plan.archive

    @property
    def may_remove_instead(self) -> bool:
        """Whether the trash had no room: archiving and removing needs none."""
        stopped = self.result.stopped if self.result else None
        full = isinstance(stopped, RefusedError) and stopped.code == "OVERQUOTA"
        return full and self.request.act is Act.TRASH and bool(self.request.archives)


def lines_of(state: PlanState, width: int, look: Look) -> list[Line]:
    """All there is to say now."""
    plan = state.plan
    if state.error is not None:
        return [*_failure(state.error, width, look), [], _close(look)]
    if plan is None:
        return [*_waiting(state, width, look), [], _cancel(look)]
    lines = [[(text, look.style("strong"))] for text in wrap(wording.title(plan), width)]
    lines += [[], *_facts(state, plan, width, look), []]
    if state.stage in ("ask", "draft"):
        return lines + _questions(state, plan, width, look)
    if state.stage in ("act", "stop"):
        return lines + _under_way(state, plan, width, look)
    return lines + (_account(state, state.result, width, look) if state.result else [])


def _waiting(state: PlanState, width: int, look: Look) -> list[Line]:
    lines: list[Line] = [[(_("Le plan se prépare : rien n'est encore fait."), look.style("text"))]]
    done, total = state.read
    if total:
        told = {"done": format_count(done), "total": format_count(total)}
        figure = _("%(done)s messages lus sur %(total)s") % told
        lines.append(
            [*bar(done / total, max(width - 40, 4), look, "entretenir"), (f"  {figure}", look.style("muted"))]
        )
    return lines


def _facts(state: PlanState, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
    facts = [(_("BAL"), plan.address), (_("Dossier"), _way(state, plan))]
    if plan.oldest and plan.newest:
        first, last = format_date(plan.oldest.date()), format_date(plan.newest.date())
        span = _("du %(first)s au %(last)s") % {"first": first, "last": last}
        facts.append((_("Reçus"), first if first == last else span))
    if plan.count and plan.act is not Act.DETACH:
        facts.append((_("Le plus gros"), format_size(plan.largest)))
    if plan.archive:
        facts.append((_("Archive"), plain(plan.archive)))
    if state.held:
        said = ngettext("%s message, relu à l'instant", "%s messages, relus à l'instant", state.held)
        facts.append((_("Déjà archivés"), said % format_count(state.held)))
    if state.undoing is not None:
        facts.insert(1, (_("Acte"), undo_words.act_line(state.undoing.act)))
        facts += [(_("Vers"), f"{name} · {what}") for name, what in undo_words.places(state.undoing)]
    lines: list[Line] = [
        [
            (fit(name, _NAME), look.style("muted")),
            (fit(value, width - _NAME, middle=True), look.style("text")),
        ]
        for name, value in facts
    ]
    if state.undoing is not None:
        for remark in undo_words.remarks(state.undoing):
            lines += [[(text, look.style("attention"))] for text in wrap(remark, width)]
    for warning in state.warnings:
        lines += [[(text, look.style("attention"))] for text in wrap(_("Attention : %s") % warning, width)]
    if state.request.hidden:
        text = _("dont %s que la liste ne montre pas")
        lines.append([(" " * _NAME + text % format_count(state.request.hidden), look.style("attention"))])
    if state.request.duplicates and plan.count:
        stays = _(
            "Un exemplaire de chacun reste : balt le relit juste avant, et ne touche à rien s'il manque."
        )
        lines += [[(text, look.style("entretenir"))] for text in wrap(stays, width)]
    if state.room is not None:
        for what, how_much in room_words.rank_lines(state.room):
            figure = fit(how_much, 17)
            lines.append([(" " * _NAME + figure, look.style("text")), (what, look.style("muted"))])
        missing = room_words.missing_line(state.room)
        lines += [[(text, look.style("attention"))] for text in wrap(missing, width) if missing]
    if not plan.count:
        return lines
    return lines + [[(text, look.style("attention"))] for text in wrap(wording.freed(plan), width)]


def _way(state: PlanState, plan: CleanupPlan) -> str:
    """Where the messages are, and where they go."""
    labels = [_label(state, part.folder) for part in plan.parts]
    way = ", ".join(labels[:3]) or "—"
    if len(labels) > 3:
        rest = len(labels) - 3
        told = {"some": way, "n": format_count(rest)}
        way = ngettext("%(some)s et %(n)s autre", "%(some)s et %(n)s autres", rest) % told
    return f"{way} → {_label(state, plan.target)}" if plan.target and state.undoing is None else way


def _label(state: PlanState, name: str) -> str:
    """A folder as the tree shows it."""
    return next((f.label for f in state.request.folders if f.name == name), plain(name))


def _questions(state: PlanState, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
    lines: list[Line] = []
    for number, (guard, tally, inside) in enumerate(state.groups, start=1):
        figures = f"{format_count(tally.messages)} · {format_size(tally.size)}"
        choice = _("inclus") if inside else _("laissés")
        lines.append(
            [
                (f"[{number}] ", look.style("strong")),
                (fit(figures, 15), look.style("text")),
                (fit(wording.guard_label(guard), width - 29), look.style("text")),
                (fit(choice, 10, right=True), look.style("attention" if inside else "entretenir")),
            ]
        )
    if lines:
        hint = _("Messages protégés : laissés en place, sauf si vous tapez leur numéro.")
        lines = [*([(text, look.style("muted"))] for text in wrap(hint, width)), *lines, []]
    if plan.act is Act.DETACH:
        lines += lighter_lines(state.request, plan, state.left, width, look)
    if plan.act is Act.EMPTY_TRASH or (plan.act is Act.DELETE and state.request.wish is None):
        lines += _sheet_question(state, width, look)
    if plan.count:
        lines += [*_archive_choice(state, plan, width, look), []]
    elif plan.act is Act.DETACH:
        lines.append([])
    return [*lines, _keys(state, plan, look)]


def _sheet_question(state: PlanState, width: int, look: Look) -> list[Line]:
    """What the sheet asks before anything goes for good, and how to answer."""
    number, documents, inside = next(
        (
            (number, tally, inside)
            for number, (guard, tally, inside) in enumerate(state.groups, start=1)
            if guard is Guard.DOCUMENT
        ),
        (0, Tally(), False),
    )
    lines: list[Line] = []
    for sentence in wording.sheet_question(documents, whole=state.request.is_whole_trash):
        lines += [[(text, look.style("strong"))] for text in wrap(sentence, width)]
    if number:
        answer = _("Si oui, tapez %d pour inclure ; sinon cela reste en place.")
        if inside:
            answer = _("Vous avez répondu oui : ils seront supprimés. Tapez %d pour revenir.")
        lines += [[(text, look.style("muted"))] for text in wrap(answer % number, width)]
    return [*lines, []]


def _archive_choice(state: PlanState, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
    lines: list[Line] = []
    if state.request.may_choose_archive:
        on = bool(plan.archive)
        said = _("archiver d'abord, et relire l'archive") if on else _("sans archive")
        style = "entretenir" if on else "attention" if plan.act.removes else "muted"
        lines = [[("[a] ", look.style("strong")), (fit(said, width - 4, middle=True), look.style(style))]]
    if state.sure:
        again = _("Sans archive, rien ne pourra être retrouvé : tapez o encore une fois si c'est voulu.")
        lines += [[(text, look.style("alert"))] for text in wrap(again, width)]
    return lines


def _keys(state: PlanState, plan: CleanupPlan, look: Look) -> Line:
    if state.stage == "draft":
        return [(_("Le plan est refait…"), look.style("muted"))]
    cancel = _cancel(look)
    if not plan.count:
        nothing = _("Rien à faire : tous ces messages sont protégés.")
        if state.request.whole:
            nothing = _("Rien à faire : toute la BAL est dans l'archive.")
            nothing = nothing if state.held else _("Rien à faire : cette BAL n'a aucun message.")
        if plan.act is Act.DETACH:
            nothing = _("Rien à détacher ainsi.")
        if state.room is not None and not state.room.wanted:
            nothing = _("Rien à faire : c'est déjà le cas.")
        if state.undoing is not None:
            nothing = _("Rien à remettre en place.")
        return [(nothing + "   ", look.style("attention")), *cancel]
    label = {
        Act.TRASH: _("Oui, mettre à la corbeille"),
        Act.KEEP: _("Oui, archiver"),
        Act.DETACH: _("Oui, archiver puis alléger"),
        Act.UNDO: _("Oui, remettre en place"),
    }.get(plan.act, _("Oui, archiver puis supprimer") if plan.archive else _("Oui, supprimer"))
    hue = "alert" if plan.act.removes else "text"
    return [(_("o") + " ", look.style("strong")), (label + "     ", look.style(hue)), *cancel]


def _under_way(state: PlanState, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
    advance = state.advance
    done, total = advance.octets or advance.messages, advance.of_octets or plan.count or 1
    told = {"done": format_count(advance.messages), "total": format_count(plan.count)}
    sentence = _("%(done)s messages sur %(total)s") % told
    if pace := state.pace.words(advance):
        sentence += f" · {pace}"
    if state.paused:
        sentence = _("En pause. Rien n'est perdu ; le serveur peut couper une longue pause, balt reprendra.")
    if state.stage == "stop":
        sentence = _("Arrêt demandé : le lot en cours se termine…")
    pause = _("Reprendre") if state.paused else _("Pause")
    keys: Line = [
        (_("Échap") + " ", look.style("strong")),
        (_("Arrêter après ce lot") + "     ", look.style("muted")),
        ("p ", look.style("strong")),
        (pause, look.style("muted")),
    ]
    return [
        [
            *bar(done / total, max(width - 10, 4), look, "entretenir"),
            (format_percent(done, total).rjust(8), look.style("text")),
        ],
        *([(text, look.style("muted"))] for text in wrap(sentence, width)),
        [],
        keys if state.stage == "act" else [],
    ]


def _failure(error: BaltError, width: int, look: Look) -> list[Line]:
    lines: list[Line] = [[(text, look.style("alert"))] for text in wrap(error.message, width)]
    return lines + [[(text, look.style("text"))] for text in wrap(error.advice, width) if error.advice]


def _account(state: PlanState, result: ApplyResult, width: int, look: Look) -> list[Line]:
    told = (undo_words if state.undoing else wording).account_lines(result)
    lines: list[Line] = []
    for text in told:
        lines += _signed("✔", text, width, look.style("entretenir"))
    for text in wording.skipped_lines(result):
        lines += _signed("▲", text, width, look.style("attention"))
    if result.stopped is not None:
        lines += _failure(result.stopped, width, look)
    keys = _close(look)
    if state.may_remove_instead:
        offer = _("Archiver ces messages, puis les supprimer sans passer par la corbeille")
        lines += [[], *_signed("x", offer, width, look.style("strong"))]
    if state.may_undo:
        keys = [("u ", look.style("strong")), (_("Annuler cet acte") + "   ", look.style("text")), *keys]
    return [*lines, [], keys]


def _signed(sign: str, text: str, width: int, style: Style) -> list[Line]:
    """A sentence behind its sign, as many lines as it takes."""
    first, *more = wrap(text, width - 2)
    return [[(f"{sign} {first}", style)], *([("  " + part, style)] for part in more)]


def _close(look: Look) -> Line:
    return [(_("Entrée") + " ", look.style("strong")), (_("Fermer"), look.style("muted"))]


def _cancel(look: Look) -> Line:
    return [(_("Échap") + " ", look.style("strong")), (_("Ne rien faire"), look.style("muted"))]
