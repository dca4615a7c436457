"""View 2, Annuaire: one's own BAL in a list, with what is to be thought of each; the evidence under it."""

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.widgets import Input

from balt.clock import Clock
from balt.config import Thresholds
from balt.directory.model import PracticeSituation
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Mailbox, Question
from balt.mailboxes.verdicts import questions_due
from balt.mailboxes.wording import situation_label
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.dialogs.answer import AnswerDialog, Reply, question_choice
from balt.tui.dialogs.pager import Pager
from balt.tui.dialogs.pick import Choice, PickDialog
from balt.tui.dialogs.search_directory import SearchDirectory
from balt.tui.paint import Line
from balt.tui.theme import Look, look_of
from balt.tui.views.annuaire_detail import detail_lines, directory_lines, title_lines
from balt.tui.views.annuaire_pane import DetailPane
from balt.tui.views.annuaire_panels import AnnuairePanels, Known, address_to_add
from balt.tui.views.annuaire_rows import AnnuaireRows, is_calm, kept, longest_of
from balt.tui.views.message_widgets import FilterInput
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable

LOW = 28
_OF_ONE_BAL = frozenset({"detail", "consulted", "answer", "link", "open_messages", "depart"})
_OF_ONES_OWN = _OF_ONE_BAL - {"detail", "depart"}
_ASKED = (Question.QUOTA, Question.TRASH, Question.OLD, Question.LARGE)


class AnnuaireView(Vertical):
    """The list of BAL and the detail of the one under the cursor. It is shown what is known by ``show``."""

    BINDINGS = bindings_for("annuaire")
    DEFAULT_CSS = """
    AnnuaireView { width: 100%; height: 1fr; padding: 1 0 0 0; }
    AnnuaireView.low { padding: 0; }
    #annuaire-title { height: 2; }
    AnnuaireView.low #annuaire-title { height: 1; }
    #annuaire-filter-line { height: 1; }
    #annuaire-problem { height: 2; display: none; }
    AnnuaireView.troubled #annuaire-problem { display: block; }
    #annuaire-news { height: 1; display: none; }
    AnnuaireView.newer #annuaire-news { display: block; }
    #annuaire-filter { display: none; height: 1; border: none; padding: 0 1; background: $background; }
    #annuaire-filter-line { display: none; }
    AnnuaireView.filtered #annuaire-filter-line { display: block; }
    AnnuaireView.filtering #annuaire-filter { display: block; }
    AnnuaireView.filtering #annuaire-filter-line { display: none; }
    #annuaire-head { height: 2; }
    #annuaire-table { height: 3; }
    #annuaire-rule { height: 1; }
    """

    def __init__(self, clock: Clock, thresholds: Thresholds | None = None) -> None:
        super().__init__(id="annuaire")
        self._clock = clock
        self._thresholds = thresholds or Thresholds()
        self.known = Known()
        self.panels = AnnuairePanels(self, clock)
        self._address = ""
        self._off: set[str] = set()

    def compose(self) -> ComposeResult:
        yield Painted(self.panels.title, id="annuaire-title")
        yield Painted(self.panels.problem, id="annuaire-problem")
        yield Painted(self.panels.news, id="annuaire-news")
        yield FilterInput(id="annuaire-filter", compact=True, select_on_focus=False)
        yield Painted(self.panels.filter_line, id="annuaire-filter-line")
        yield Painted(self.panels.head, id="annuaire-head")
        yield VirtualTable(id="annuaire-table")
        yield Painted(self.panels.rule, id="annuaire-rule")
        yield DetailPane(self.panels.detail, id="annuaire-detail")

    @property
    def table(self) -> VirtualTable:
        return self.query_one("#annuaire-table", VirtualTable)

    @property
    def pane(self) -> DetailPane:
        return self.query_one("#annuaire-detail", DetailPane)

    @property
    def roomy(self) -> bool:
        """Whether the screen is high enough for blank lines."""
        return not self.has_class("low")

    @property
    def current(self) -> Mailbox | None:
        """The BAL under the cursor."""
        row = self.table.cursor
        return self.known.shown[row] if row < len(self.known.shown) else None

    # What the app tells

    def show(
        self,
        mailboxes: Sequence[Mailbox],
        directory: DirectoryView,
        *,
        reading: bool,
        situations: Sequence[PracticeSituation] = (),
    ) -> None:
        """Show these BAL in this order; the cursor stays on its BAL. ``situations`` are those that a BAL can
        be linked to, besides the ones that the BAL and the directory already name.
        """
        known = self.known
        known.mailboxes, known.longest = tuple(mailboxes), longest_of(mailboxes)
        known.directory, known.reading = directory, reading
        told = [each for answer in directory.answers for each in answer.situations]
        served = [each for mailbox in mailboxes for each in mailbox.situations]
        known.situations = tuple({each.id: each for each in (*told, *served, *situations)}.values())
        self.set_class(bool(directory.trouble), "troubled")
        self._rearrange()

    def select(self, address: str) -> None:
        """Put the cursor on a BAL; a filter that hides it is taken away."""
        self._address = address or self._address
        if self.known.filter_text and self._row_of(address) is None:
            self._set_filter("")
        row = self._row_of(address)
        if row is not None:
            self.table.move_to(row)

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        if name == "filter" and not self.known.mailboxes:
            return _("Aucune BAL à filtrer.")
        if name not in _OF_ONE_BAL:
            return ""
        mailbox = self.current
        if mailbox is None:
            if self.known.mailboxes:
                return _("Le filtre ne laisse aucune BAL : Échap l'efface.")
            return _("Aucune BAL n'est connue ici.")
        if mailbox.followed and name in _OF_ONES_OWN:
            return _(
                "C'est la BAL de quelqu'un d'autre : balt la suit dans l'annuaire, et n'en demande rien."
            )
        account = mailbox.account
        if name == "open_messages" and account is None:
            return _("Aucun compte n'est configuré pour cette BAL : + l'ajoute.")
        if name == "open_messages" and account is not None and account.access == "none":
            return _("Cette BAL est sans accès IMAP : ses messages se lisent dans son webmail.")
        if name == "answer" and not _open_questions(mailbox):
            return _("Ces chiffres sont mesurés sur le serveur : il n'y a rien à déclarer.")
        if name == "link" and not self.known.situations:
            return _("Aucune situation d'exercice n'est connue : la vue 4 Situations permet d'en ajouter.")
        return ""

    def restyle(self) -> None:
        """Draw all again."""
        self.table.refresh()
        self.pane.renew()
        for block in self.query(Painted):
            block.refresh()

    # What the user does

    @on(VirtualTable.Opened, "#annuaire-table")
    def action_detail(self) -> None:
        mailbox = self._meant("detail")
        if mailbox is None:
            return
        directory, now = self.known.directory, self._clock.now()

        def write(width: int, look: Look) -> list[Line]:
            lines = [*title_lines(mailbox, width, look), []]
            lines += detail_lines(mailbox, directory, now, width, look)
            notes = directory_lines(directory, width, look)
            heading: Line = [(_("L'Annuaire Santé"), look.style("strong"))]
            return [*lines, [], heading, *notes] if notes else lines

        self.app.push_screen(Pager(_("Détail de la BAL"), write, hue="identifier"))

    def action_filter(self) -> None:
        if self._refuses("filter"):
            return
        self.add_class("filtering")
        line = self.query_one(FilterInput)
        line.value = self.known.filter_text
        line.cursor_position = len(line.value)
        line.focus()

    def action_search(self) -> None:
        own, followed = self.known.addresses(), self.known.addresses(followed=True)

        def chosen(address: str | None) -> None:
            if address:
                self.select(address)

        self.app.push_screen(SearchDirectory(own, followed, has_source=self.known.has_source), chosen)

    def action_consulted(self) -> None:
        mailbox = self._meant("consulted")
        if mailbox is not None:
            self._ask(mailbox, Question.CONSULTED)

    def action_answer(self) -> None:
        mailbox = self._meant("answer")
        if mailbox is None:
            return
        now = self._clock.now()
        due = questions_due(mailbox, self._thresholds, now)
        asked = sorted(_open_questions(mailbox), key=lambda each: each not in due)
        choices = [question_choice(each, mailbox.answer(each), now) for each in asked]
        hint = _("balt ne mesure pas cette BAL : votre réponse compte, avec sa date.")

        def chosen(key: str | None) -> None:
            if key is not None:
                self._ask(mailbox, Question(key))

        self.app.push_screen(PickDialog(mailbox.address, choices, hint), chosen)

    def action_link(self) -> None:
        mailbox = self._meant("link")
        if mailbox is None:
            return
        linked = {each.id for each in mailbox.situations}
        choices = [
            Choice(each.id, situation_label(each), each.town, marked=each.id in linked)
            for each in self.known.situations
            if each.active or each.id in linked
        ]
        hint = _(
            "Entrée rattache cette BAL à la situation choisie, ou l'en détache si elle est cochée : elle n'y "
            "est alors plus privilégiée."
        )

        def chosen(key: str | None) -> None:
            if key is not None:
                self.post_message(signals.LinkSituation(mailbox.address, key, key not in linked))

        self.app.push_screen(PickDialog(mailbox.address, choices, hint), chosen)

    def action_open_messages(self) -> None:
        mailbox = self._meant("open_messages")
        if mailbox is not None and mailbox.account is not None:
            self.post_message(signals.OpenMailbox(mailbox.account.address))

    def action_depart(self) -> None:
        mailbox = self._meant("depart")
        if mailbox is not None:
            self.post_message(signals.AskDeparture(mailbox.address))

    def action_add(self) -> None:
        """The BAL under the cursor when it has no account yet, else another one."""
        self.post_message(signals.AddMailbox(address_to_add(self.current)))

    def action_next_finding(self) -> None:
        self._to_finding(1)

    def action_previous_finding(self) -> None:
        self._to_finding(-1)

    def action_next_pane(self) -> None:
        (self.pane if self.table.has_focus else self.table).focus()

    def action_back(self) -> None:
        if self.pane.has_focus:
            self.table.focus()
        elif self.known.filter_text:
            self._set_filter("")
        else:
            self.post_message(signals.GoHome())

    # Inside

    def on_mount(self) -> None:
        self.watch(self.pane, "scroll_y", self._scrolled, init=False)
        self._rearrange()

    def _scrolled(self) -> None:
        """The rule says how many lines stand below."""
        self._rule.refresh()

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW, "low")
        self._share_out()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if not isinstance(event.widget, FilterInput):
            self.remove_class("filtering")
        self._rule.refresh()
        self.post_message(signals.PaneChanged())

    def on_descendant_blur(self) -> None:
        self._rule.refresh()

    @on(VirtualTable.Moved)
    def cursor_moved(self) -> None:
        mailbox = self.current
        if mailbox is None:
            self.pane.renew(top=True)
        else:
            self.pane.renew(top=mailbox.address != self._address)
            self._address = mailbox.address
        self._rule.refresh()
        off = {name for name in _OF_ONE_BAL if self.why_not(name)}
        if off != self._off:
            self._off = off
            self.post_message(signals.PaneChanged())

    @on(Input.Changed)
    def filter_changed(self, event: Input.Changed) -> None:
        if self.has_class("filtering") and event.value != self.known.filter_text:
            self._set_filter(event.value)

    @on(Input.Submitted)
    @on(FilterInput.Left)
    def filter_done(self, event: Input.Submitted | FilterInput.Left) -> None:
        if isinstance(event, FilterInput.Left):
            self._set_filter("")
        self.remove_class("filtering")
        self.table.focus()

    @property
    def _rule(self) -> Painted:
        return self.query_one("#annuaire-rule", Painted)

    def _meant(self, name: str) -> Mailbox | None:
        """The BAL under the cursor, unless the action is off now: then the reason is told."""
        return None if self._refuses(name) else self.current

    def _refuses(self, name: str) -> bool:
        reason = self.why_not(name)
        if reason:
            self.post_message(signals.Say(reason))
        return bool(reason)

    def _ask(self, mailbox: Mailbox, question: Question) -> None:
        def replied(reply: Reply | None) -> None:
            if reply is not None:
                given = signals.AnswerGiven(mailbox.address, question, reply.value, reply.note)
                self.post_message(given)

        old = mailbox.answer(question)
        self.app.push_screen(AnswerDialog(mailbox.address, question, old, self._clock.now()), replied)

    def _to_finding(self, by: int) -> None:
        count = len(self.known.shown)
        for offset in range(1, count + 1):
            row = (self.table.cursor + by * offset) % count
            if not is_calm(self.known.shown[row]):
                self.table.move_to(row)
                return
        self.post_message(signals.Say(_("Aucune de ces BAL ne demande votre attention.")))

    def _set_filter(self, text: str) -> None:
        self.known.filter_text = text
        self.set_class(bool(text), "filtered")
        self._rearrange()

    def _row_of(self, address: str) -> int | None:
        wanted = address.lower()
        return next((i for i, each in enumerate(self.known.shown) if each.address.lower() == wanted), None)

    def _rearrange(self) -> None:
        """Filter again and show; the cursor stays on its BAL where it is still there."""
        known = self.known
        now, limits, seen = self._clock.now(), self._thresholds, known.directory.sightings
        known.shown = kept(known.mailboxes, known.filter_text, now) if known.filter_text else known.mailboxes
        rows = AnnuaireRows(known.shown, now, limits, self._look(), known.longest, seen)
        if not self.is_mounted:
            return
        self.table.show(rows, self._row_of(self._address) or 0)
        self._share_out()
        self.restyle()

    def _look(self) -> Callable[[], Look]:
        app = self.app
        return lambda: look_of(app)

    def _share_out(self) -> None:
        """The list is as high as it needs to be, and leaves the detail half of the room at least."""
        around = 1 + 2 + 1 + bool(self.known.filter_text) + (2 if self.known.directory.trouble else 0)
        news = len(self.panels.news_lines(self.size.width))
        self.set_class(news > 0, "newer")
        self.query_one("#annuaire-news").styles.height = max(news, 1)
        around += news
        room = self.size.height - around - (2 if self.roomy else 0)
        self.table.styles.height = max(min(len(self.known.shown) + (room > 20), room // 2), 3)


def _open_questions(mailbox: Mailbox) -> tuple[Question, ...]:
    """What the holder may answer of a BAL: all that its server does not tell."""
    measured = mailbox.measured
    if measured is None or (mailbox.account is not None and mailbox.account.access != "imap"):
        return _ASKED
    return () if measured.quota is not None else (Question.QUOTA,)
