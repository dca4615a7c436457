"""Show a plan, let the user decide on what is guarded, confirm, follow the act, tell the true account."""

from textual import events as textual_events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip

from balt.cleanup import wording
from balt.cleanup.plan import Act, CleanupPlan, Guard, Tally
from balt.cleanup.ports import Advance
from balt.cleanup.result import ApplyResult
from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.text import plain
from balt.tui.engine import Engine
from balt.tui.paint import Line, bar, fit, strip_of, wrap
from balt.tui.requests import CleanupRequest
from balt.tui.theme import Look, look_of
from balt.tui.widgets.painted import Painted
from balt.units import format_count, format_date, format_percent, format_size


class ConfirmDialog(ModalScreen[None]):
    """A plan on screen: nothing happens before ``o`` (or ``y``); digits take guarded messages in or out."""

    CSS = """
    ConfirmDialog { align: center middle; background: $background 60%; }
    ConfirmDialog > Vertical { width: 78; max-width: 98%; height: auto; background: $panel; padding: 1 2; }
    ConfirmDialog.-small > Vertical { padding: 0 1; }
    """
    BINDINGS = [
        Binding("escape,q,ctrl+c", "leave", show=False),
        Binding("o,y", "confirm", show=False),
        Binding("enter", "close_when_done", show=False),
        *(Binding(str(n), f"take({n})", show=False) for n in range(1, len(Guard) + 1)),
    ]

    READING_SECONDS = 0.5
    """How long a plan must have been on screen before it can be confirmed: a letter typed on is no answer."""

    def __init__(self, request: CleanupRequest, engine: Engine) -> None:
        super().__init__()
        self.request = request
        self._plan: CleanupPlan | None = None
        self._engine = engine
        self._stage = "draft"
        self._read = False
        self._done = 0
        self._result: ApplyResult | None = None
        self._error: BaltError | None = None
        self._cut = False
        self._body = Painted(self._paint)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._body

    def on_mount(self) -> None:
        self._resize()

    def on_resize(self, event: textual_events.Resize) -> None:
        self._resize()

    @property
    def plan_id(self) -> str:
        """The id of the plan on screen; "" while there is none."""
        return self._plan.id if self._plan is not None else ""

    @property
    def acting(self) -> bool:
        """Whether the act is under way."""
        return self._stage in ("act", "stop")

    def drafted(self, plan: CleanupPlan) -> None:
        """The plan is made, or made anew after a guarded group was taken in or out."""
        self._plan, self._stage, self._read = plan, "ask", False
        self.set_timer(self.READING_SECONDS, self._allow)
        self._resize()

    def progressed(self, advance: Advance) -> None:
        """So many messages are dealt with."""
        self._done = advance.messages
        self._resize()

    def applied(self, result: ApplyResult) -> None:
        """The true account of the act."""
        self._stage, self._result = "done", result
        self._resize()

    def failed(self, error: BaltError) -> None:
        """There is no plan, or its act could not begin."""
        self._stage, self._error = "failed", error
        self._resize()

    def stop(self) -> None:
        """End the act after the batch under way."""
        if self._stage == "act":
            self._stage = "stop"
            self._engine.acts.cancel_act()
            self._resize()

    def action_leave(self) -> None:
        if self.acting:
            self.stop()
        else:
            self._engine.acts.cancel_draft()
            self.dismiss(None)

    def action_close_when_done(self) -> None:
        if self._stage in ("done", "failed"):
            self.dismiss(None)

    def action_confirm(self) -> None:
        ready = self._stage == "ask" and self._read and not self._cut
        if ready and self._plan is not None and self._plan.count:
            self._stage = "act"
            self._engine.acts.apply(self._plan)
            self._resize()

    def action_take(self, number: int) -> None:
        groups = self._groups()
        if self._stage == "ask" and number <= len(groups):
            self._stage = "draft"
            self.request = self.request.toggled(groups[number - 1][0])
            self._engine.acts.draft(self.request)
            self._resize()

    def _allow(self) -> None:
        self._read = True

    def _groups(self) -> list[tuple[Guard, Tally, bool]]:
        """The guarded groups: which, how many, and whether they are in the plan."""
        plan = self._plan
        if plan is None:
            return []
        groups = []
        for guard in Guard:
            if guard in plan.left_out:
                groups.append((guard, plan.left_out[guard], False))
            elif guard in plan.overridden:
                groups.append((guard, plan.overridden[guard], True))
        return groups

    def _resize(self) -> None:
        if self.is_mounted:
            self._body.styles.height = len(self._lines(max(self._width(), 20), look_of(self.app)))
            self._body.refresh()

    def _width(self) -> int:
        return self._body.size.width or min(78, self.size.width) - 4

    def _paint(self, width: int, look: Look) -> list[Strip]:
        return [strip_of(line, width, look.panel_style) for line in self._lines(width, look)]

    def _lines(self, width: int, look: Look) -> list[Line]:
        """All there is to say; on a small screen without its blank lines, and never without its keys."""
        lines = self._all_lines(width, look)
        room = max(self.size.height - 2, 3)
        if len(lines) > room:
            lines = [line for line in lines if line]
        self._cut = len(lines) > room
        if self._cut:
            more: Line = [(_("… agrandissez la fenêtre pour tout lire"), look.style("alert"))]
            lines = [*lines[: room - 2], more, lines[-1]]
        return lines

    def _all_lines(self, width: int, look: Look) -> list[Line]:
        plan = self._plan
        if self._error is not None:
            return self._failure(self._error, width, look)
        if plan is None:
            wait: Line = [(_("Le plan se prépare : rien n'est encore fait."), look.style("text"))]
            return [wait, [], _cancel(look)]
        lines = [[(text, look.style("strong"))] for text in wrap(wording.title(plan), width)]
        lines += [[], *self._facts(plan, width, look), []]
        if self._stage in ("ask", "draft"):
            return lines + self._questions(plan, width, look)
        if self.acting:
            return lines + self._under_way(plan, width, look)
        return lines + (self._account(self._result, width, look) if self._result else [])

    def _facts(self, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
        way = ", ".join(self._label(part.folder) for part in plan.parts) or "—"
        if plan.act is Act.TRASH:
            way += f" → {self._label(plan.target)}"
        facts = [(_("BAL"), plan.address), (_("Dossier"), way)]
        if plan.oldest and plan.newest:
            first, last = format_date(plan.oldest.date()), format_date(plan.newest.date())
            span = _("du %(first)s au %(last)s") % {"first": first, "last": last}
            facts.append((_("Reçus"), first if first == last else span))
        if plan.count:
            facts.append((_("Le plus gros"), format_size(plan.largest)))
        lines: list[Line] = [
            [(fit(name, 14), look.style("muted")), (fit(value, width - 14, middle=True), look.style("text"))]
            for name, value in facts
        ]
        if self.request.hidden:
            text = _("dont %s que la liste ne montre pas")
            lines.append([(" " * 14 + text % format_count(self.request.hidden), look.style("attention"))])
        if not plan.count:
            return lines
        return lines + [[(text, look.style("attention"))] for text in wrap(wording.freed(plan), width)]

    def _label(self, name: str) -> str:
        """A folder as the tree shows it."""
        return next((f.label for f in self.request.folders if f.name == name), plain(name))

    def _questions(self, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        for number, (guard, tally, inside) in enumerate(self._groups(), start=1):
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
        if plan.act is Act.EMPTY_TRASH:
            documents = next(
                (tally for guard, tally, _in in self._groups() if guard is Guard.DOCUMENT), Tally()
            )
            whole = self.request.listing is None
            for sentence in wording.sheet_question(documents, whole=whole):
                lines += [[(text, look.style("strong"))] for text in wrap(sentence, width)]
            lines += [*self._answer(width, look), []]
        return [*lines, self._keys(plan, look)]

    def _answer(self, width: int, look: Look) -> list[Line]:
        """How to answer the sheet's question, where there are documents."""
        for number, (guard, _tally, inside) in enumerate(self._groups(), start=1):
            if guard is Guard.DOCUMENT:
                sentence = _("Vous avez répondu oui : ils seront supprimés. Tapez %d pour revenir.")
                if not inside:
                    sentence = _("Si oui, tapez %d pour inclure ; sinon cela reste dans la corbeille.")
                return [[(text, look.style("muted"))] for text in wrap(sentence % number, width)]
        return []

    def _keys(self, plan: CleanupPlan, look: Look) -> Line:
        if self._stage == "draft":
            return [(_("Le plan est refait…"), look.style("muted"))]
        cancel = _cancel(look)
        if not plan.count:
            return [
                (_("Rien à faire : tous ces messages sont protégés.") + "   ", look.style("attention")),
                *cancel,
            ]
        label = _("Oui, supprimer") if plan.act is Act.EMPTY_TRASH else _("Oui, mettre à la corbeille")
        hue = "alert" if plan.act is Act.EMPTY_TRASH else "text"
        return [(_("o") + " ", look.style("strong")), (label + "     ", look.style(hue)), *cancel]

    def _under_way(self, plan: CleanupPlan, width: int, look: Look) -> list[Line]:
        total = max(plan.count, 1)
        figure = format_percent(self._done, total)
        sentence = (
            _("Arrêt demandé : le lot en cours se termine…") if self._stage == "stop" else _("En cours…")
        )
        keys: Line = [
            (_("Échap") + " ", look.style("strong")),
            (_("Arrêter après ce lot"), look.style("muted")),
        ]
        return [
            [
                *bar(self._done / total, max(width - 10, 4), look, "entretenir"),
                (figure.rjust(8), look.style("text")),
            ],
            [(sentence, look.style("muted"))],
            [],
            keys if self._stage == "act" else [],
        ]

    def _failure(self, error: BaltError, width: int, look: Look) -> list[Line]:
        lines: list[Line] = [[(text, look.style("alert"))] for text in wrap(error.message, width)]
        lines += [[(text, look.style("text"))] for text in wrap(error.advice, width) if error.advice]
        return [*lines, [], _close(look)]

    def _account(self, result: ApplyResult, width: int, look: Look) -> list[Line]:
        lines: list[Line] = [[("✔ " + text, look.style("entretenir"))] for text in account_of(result)]
        for reason, count in result.skipped_by_reason.items():
            sentence = ngettext("%(n)s non traité : %(why)s", "%(n)s non traités : %(why)s", count)
            text = sentence % {"n": format_count(count), "why": reason.sentence}
            lines += [[("▲ " + part, look.style("attention"))] for part in wrap(text, width - 2)]
        if result.remaining:
            text = ngettext("%s message pas commencé", "%s messages pas commencés", result.remaining)
            lines.append([("○ " + text % format_count(result.remaining), look.style("text"))])
        if result.stopped is not None:
            lines += self._failure(result.stopped, width, look)[:-2]
        return [*lines, [], _close(look)]


def account_of(result: ApplyResult) -> list[str]:
    """What was done, in sentences: moved, deleted, freed, the quota before and after."""
    sentences = []
    if result.moved:
        text = ngettext(
            "%(n)s message mis à la corbeille, %(size)s",
            "%(n)s messages mis à la corbeille, %(size)s",
            result.moved,
        )
        sentences.append(text % {"n": format_count(result.moved), "size": format_size(result.moved_size)})
    if result.deleted:
        text = ngettext(
            "%(n)s message supprimé, %(size)s libérés",
            "%(n)s messages supprimés, %(size)s libérés",
            result.deleted,
        )
        sentences.append(text % {"n": format_count(result.deleted), "size": format_size(result.freed)})
    before, after = result.quota_before, result.quota_after
    if before and after and before.limit and after.limit:
        first, last = format_percent(before.used, before.limit), format_percent(after.used, after.limit)
        changed = _("quota : %(before)s → %(after)s") % {"before": first, "after": last}
        kept = _("quota : toujours %s ; la place sera rendue quand la corbeille sera vidée") % last
        sentences.append(kept if result.moved and first == last else changed)
    return sentences


def _close(look: Look) -> Line:
    return [(_("Entrée") + " ", look.style("strong")), (_("Fermer"), look.style("muted"))]


def _cancel(look: Look) -> Line:
    return [(_("Échap") + " ", look.style("strong")), (_("Ne rien faire"), look.style("muted"))]
