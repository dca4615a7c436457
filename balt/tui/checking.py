"""The sheets on screen: of the practice or of one BAL, ticks by hand, their history, what is due."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual import on

from balt.errors import BaltError
from balt.i18n import _, ngettext
from balt.text import capital
from balt.tui import signals
from balt.tui.shell import Shell
from balt.units import format_count, format_date

if TYPE_CHECKING:
    from balt.mailboxes.model import Answer
    from balt.mailboxes.practice import Practice
    from balt.sheets.due import Due
    from balt.sheets.history import Day
    from balt.sheets.model import Evidence, Target
    from balt.sheets.ticks import Tick
    from balt.tui.dialogs.answer import Reply
    from balt.tui.dialogs.pick import Choice
    from balt.tui.ledger import Ledger
    from balt.tui.views.board import Heading

FEW = 9
"""Up to so many BAL, one goes from one to the next; beyond, one chooses from the list."""


class Checking(Shell):
    """The part of the app that judges the steps and lets a person say what cannot be measured."""

    ledger: Ledger
    whose = ""
    """The BAL whose sheets are shown; "" for the practice."""
    _shown: tuple[Evidence, ...] = ()
    _days: tuple[Day, ...] = ()
    _noted: object = None

    @abstractmethod
    def show_evidence(self) -> None:
        """Judge again, and show it."""

    @abstractmethod
    def go_to(self, target: Target) -> None:
        """Open what a step is about."""

    def judge(self, practice: Practice, *, reading: bool, settled: bool) -> list[Evidence]:
        """The evidence of the practice; view 1 shows it, or that of the chosen BAL. ``settled``: the views
        stand and the directory was read, so that the day's states can be written down.
        """
        from balt.sheets.rules import evaluate, evaluate_mailbox
        from balt.tui.views.gauge import gauge_of

        nothing_yet = reading and not self.ledger.statuses
        whole = [] if nothing_yet else evaluate(practice)
        if settled and not reading:
            whole = self._remember(whole, practice)
        chosen = practice.mailbox(self.whose) if self.whose else None
        if chosen is None or not chosen.counts:
            self.whose = ""
        shown = whole if not self.whose or nothing_yet else evaluate_mailbox(practice, self.whose)
        self._shown = tuple(shown)
        heading = self._heading(practice)
        self.fiches.show(shown, gauge_of(practice, self.whose), reading=reading, heading=heading)
        return whole

    def _heading(self, practice: Practice) -> Heading:
        from balt.tui.views.board import Heading

        addresses = [each.address for each in practice.mailboxes if each.counts]
        count = len(addresses)
        if self.whose:
            place = addresses.index(self.whose) + 1
            words = {"n": format_count(place), "total": format_count(count)}
            return Heading(self.whose, _("BAL %(n)s sur %(total)s") % words)
        progress = ""
        if self._days:
            from balt.sheets.history import progress_words

            progress = progress_words(self._days, practice.now)
        aside = ngettext("%s BAL", "%s BAL", count) % format_count(count)
        return Heading(_("Tout le cabinet"), aside, progress)

    def _remember(self, whole: list[Evidence], practice: Practice) -> list[Evidence]:
        """The evidence with the dates that the readings give it, once this one is written down. A reading to
        which no server answered is none.
        """
        from balt.sheets.history import History, dated

        states = (practice.now.date(), *((each.id, each.state) for each in whole))
        if states != self._noted:
            self._noted = states
            history = History(self.ledger.folder, wait=0.1)
            try:
                asked = any(each.access == "imap" for each in self.config.accounts)
                heard = bool(practice.measured) or not asked
                self._days = history.note(whole, practice.now) if heard else history.days()
            except BaltError as error:
                self.tell(str(error), grave=True)
        return dated(whole, self._days, practice.now)

    @on(signals.Act)
    def act_on_step(self, event: signals.Act) -> None:
        """Open the view that does the step."""
        found = next((each for each in self._shown if each.id == event.step), None)
        if found is None or found.target is None:
            self.tell(_("Rien à ouvrir pour cette étape : la phrase sous son titre dit ce qui manque."))
            return
        self.go_to(found.target)

    @on(signals.TurnMailbox)
    def turn_mailbox(self, event: signals.TurnMailbox) -> None:
        """Another BAL, or the practice."""
        known = self.ledger.practice().mailboxes
        addresses = ["", *(each.address for each in known if each.counts)]
        if len(addresses) > FEW + 1:
            self._choose_mailbox(addresses)
            return
        here = addresses.index(self.whose) if self.whose in addresses else 0
        self._look_at(addresses[(here + event.by) % len(addresses)])

    def _choose_mailbox(self, addresses: list[str]) -> None:
        from balt.tui.dialogs.pick import Choice, PickDialog

        choices = [
            Choice(each, each or _("Tout le cabinet"), marked=each == self.whose) for each in addresses
        ]

        def chosen(address: str | None) -> None:
            if address is not None:
                self._look_at(address)

        self.push_screen(PickDialog(_("Les fiches de quelle BAL ?"), choices), chosen)

    def _look_at(self, address: str) -> None:
        self.whose = address
        self.show_evidence()

    @on(signals.AskTick)
    def tick_asked(self, event: signals.AskTick) -> None:
        """Ask for the holder's word, or say why it would not count."""
        from balt.sheets.ticks import tick_of

        practice = self.ledger.practice()
        if self.whose:
            try:
                self._ask(tick_of(practice, event.step, self.whose), practice)
            except BaltError as error:
                self.tell(capital(error.message))
            return
        ticks, why = _ticks(practice, event.step)
        if not ticks:
            self.tell(capital(why))
        elif len(ticks) == 1:
            self._ask(ticks[0], practice)
        else:
            self._choose_tick(ticks, practice)

    def _choose_tick(self, ticks: list[Tick], practice: Practice) -> None:
        from balt.tui.dialogs.answer import question_choice
        from balt.tui.dialogs.pick import Choice, PickDialog

        def line(tick: Tick) -> Choice:
            beside = question_choice(tick.question, _answer(tick, practice), practice.now).detail
            return Choice(tick.address, _name(tick), beside)

        def chosen(address: str | None) -> None:
            if address is not None:
                self._ask(next(each for each in ticks if each.address == address), practice)

        from balt.sheets.text import step

        hint = _("Rien ne peut y être mesuré : votre réponse compte, avec sa date.")
        self.push_screen(PickDialog(step(ticks[0].step).title, [line(each) for each in ticks], hint), chosen)

    def _ask(self, tick: Tick, practice: Practice) -> None:
        from balt.tui.dialogs.answer import AnswerDialog

        def replied(reply: Reply | None) -> None:
            if reply is not None:
                self.post_message(signals.AnswerGiven(tick.address, tick.question, reply.value, reply.note))

        old = _answer(tick, practice)
        self.push_screen(AnswerDialog(tick.address, tick.question, old, practice.now), replied)

    @on(signals.AskDue)
    def due_asked(self) -> None:
        """What is due this month; Enter goes where it is done."""
        from balt.sheets.due import due
        from balt.sheets.rules import evaluate
        from balt.tui.dialogs.pick import PickDialog

        practice = self.ledger.practice()
        found = due(practice, evaluate(practice))
        if not found:
            self.tell(_("Rien n'est à faire d'ici un mois."))
            return
        choices = [_due_choice(str(number), each, practice) for number, each in enumerate(found)]

        def chosen(key: str | None) -> None:
            target = found[int(key)].target if key is not None else None
            if target is not None:
                self.go_to(target)

        hint = _("D'ici un mois, ce qui presse d'abord. Entrée ouvre l'endroit où cela se fait.")
        self.push_screen(PickDialog(_("Échéances"), choices, hint), chosen)


def _ticks(practice: Practice, step: str) -> tuple[list[Tick], str]:
    """Every tick of a step that would count; where there is none, why."""
    from balt.sheets.ticks import tick_of, tickable

    ticks, reasons = [], []
    bals = [each.address for each in tickable(practice, step)]
    some = [each.address for each in practice.mailboxes if each.counts][:1]
    for address in (None, *(bals or some)):
        try:
            ticks.append(tick_of(practice, step, address))
        except BaltError as error:
            reasons.append(error.message)
    return ticks, reasons[-1] if reasons else ""


def _answer(tick: Tick, practice: Practice) -> Answer | None:
    from balt.mailboxes.model import WHOLE

    if tick.address == WHOLE:
        return next((each for each in practice.said if each.question is tick.question), None)
    bal = practice.mailbox(tick.address)
    return bal.answer(tick.question) if bal is not None else None


def _name(tick: Tick) -> str:
    from balt.mailboxes.model import WHOLE

    return _("Tout le cabinet") if tick.address == WHOLE else tick.address


def _due_choice(key: str, due: Due, practice: Practice) -> Choice:
    from balt.mailboxes.model import WHOLE
    from balt.tui.dialogs.pick import Choice

    on = format_date(due.on.astimezone(practice.now.tzinfo).date()) if due.on is not None else ""
    beside = _("en retard, %s") % on if due.is_late(practice.now) else on
    named = due.address and due.address != WHOLE
    text = _("%(first)s · %(second)s") % {"first": due.said, "second": due.address} if named else due.said
    return Choice(key, text, beside)
