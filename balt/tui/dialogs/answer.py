"""Ask the holder what no server tells: is the BAL consulted, how full is it, is a step done."""

from dataclasses import dataclass
from datetime import datetime

from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from balt.i18n import _
from balt.mailboxes.model import WHOLE, Answer, Question
from balt.mailboxes.wording import question_text, value_words
from balt.text import plain, shorten
from balt.tui.dialogs.pick import Choice, ChoiceRows, ChoiceTable
from balt.tui.paint import Line, fit, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.views.annuaire_detail import answer_words
from balt.tui.widgets.painted import Painted
from balt.units import format_since

NOTE_LENGTH = 200
OLD_LINES = 3
"""How many lines of the latest answer are shown again: its note may be long, and the screen small."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the user answered: a value as ``Question`` has it, "" to take the answer before back; a note."""

    value: str
    note: str


def question_choice(question: Question, answer: Answer | None, now: datetime) -> Choice:
    """A question as a line to choose, with the latest answer beside it."""
    label = question_label(question)
    if answer is None:
        return Choice(question, label, _("pas de réponse"))
    words = {"value": value_words(question, answer.value), "since": format_since(answer.given_at, now)}
    text = _("%(value)s, %(since)s") if answer.is_fresh(now) else _("%(value)s, %(since)s : à redire")
    return Choice(question, label, text % words)


def question_label(question: Question) -> str:
    """What a question is about, in a few words."""
    return {
        Question.CONSULTED: _("BAL consultée"),
        Question.QUOTA: _("Pourcentage occupé"),
        Question.TRASH: _("Corbeille vidée"),
        Question.OLD: _("Anciens courriels triés"),
        Question.LARGE: _("Grosses pièces jointes retirées"),
        Question.LISTED: _("Publiée"),
        Question.ALL: _("Toutes vos BAL connues"),
    }[question]


def way_of(question: Question) -> str:
    """How to see to it in a webmail."""
    return {
        Question.CONSULTED: _(
            "Consultée : quelqu'un lit son courrier, dans un webmail ou dans le logiciel métier. "
            "Votre réponse l'emporte sur ce que balt déduit des messages."
        ),
        Question.QUOTA: _(
            "Dans un webmail, l'espace occupé se lit souvent sous la liste des dossiers ou dans les "
            "paramètres du compte ; sinon votre opérateur MSSanté peut vous le dire."
        ),
        Question.TRASH: _(
            "Dans un webmail : vérifiez que tout est enregistré dans le logiciel métier, puis ouvrez le "
            "dossier Corbeille et choisissez « Vider »."
        ),
        Question.OLD: _(
            "Dans un webmail : triez la liste par date, les plus anciens d'abord, ou cherchez par date de "
            "réception ; supprimez ce qui ne sert plus, puis videz la corbeille."
        ),
        Question.LARGE: _(
            "Dans un webmail : triez la liste par taille ou cherchez les messages avec pièce jointe ; "
            "une fois le document dans le logiciel métier, supprimez le message, puis videz la corbeille."
        ),
        Question.LISTED: _(
            "balt n'a aucune source de l'Annuaire Santé : cherchez cette adresse sur annuaire.sante.fr, et "
            "dites ce que vous y voyez."
        ),
        Question.ALL: _(
            "balt ne peut pas le lire lui-même : cherchez votre nom sur annuaire.sante.fr, et comparez les "
            "adresses MSSanté à celles de la vue 2."
        ),
    }[question]


class AnswerDialog(ModalScreen[Reply | None]):
    """One question about one BAL: yes or no, or a percentage, and a note; an answer that is there can be
    taken back. None when nothing is changed.
    """

    CSS = """
    AnswerDialog { align: center middle; background: $background 60%; }
    AnswerDialog > Vertical { width: 84; max-width: 96%; height: auto; background: $panel; padding: 1 2; }
    AnswerDialog Input { border: none; height: 1; padding: 0 1; background: $empty; }
    AnswerDialog .label { height: 1; }
    AnswerDialog #note-label { margin: 1 0 0 0; }
    """
    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("enter", "save", show=False),
        Binding("ctrl+c", "app.quit_app", show=False, priority=True),
    ]

    def __init__(self, address: str, question: Question, old: Answer | None, now: datetime) -> None:
        super().__init__()
        self._address = address
        self._question = question
        self._old = old
        self._now = now
        self._wrong = ""
        self._values: list[str] = []
        self._head = Painted(self._paint_head)
        self._keys = Painted(self._paint_keys)
        self._table = ChoiceTable()
        self._figure = Input(compact=True, max_length=4, id="figure")
        self._note = Input(compact=True, max_length=NOTE_LENGTH, id="note")

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            if self._question is Question.QUOTA:
                yield Painted(self._paint_figure_label, id="figure-label")
                yield self._figure
            else:
                yield self._table
            yield Painted(self._paint_note_label, id="note-label")
            yield self._note
            yield self._keys

    def on_mount(self) -> None:
        app = self.app
        for block in self.query(Painted):
            block.set_class(block not in (self._head, self._keys), "label")
        if self._question is Question.QUOTA:
            self._figure.value = self._old.value if self._old else ""
            self._figure.focus()
            return
        said = self._old.value if self._old else ""
        choices = [Choice("yes", _("Oui"), marked=said == "yes"), Choice("no", _("Non"), marked=said == "no")]
        if self._old is not None:
            choices.append(Choice("", _("Retirer la réponse")))
        self._values = [choice.key for choice in choices]
        self._table.styles.height = len(choices)
        self._table.show(ChoiceRows(choices, lambda: look_of(app)), 1 if said == "no" else 0)
        self._table.focus()

    def on_resize(self, event: events.Resize) -> None:
        width = min(84, event.size.width * 96 // 100) - 4
        self._head.styles.height = len(self._head_lines(width, look_of(self.app)))
        self._keys.styles.height = 2

    def on_key(self, event: events.Key) -> None:
        """A digit goes to its line, as in every short list."""
        if self._table.has_focus and event.key in ("1", "2", "3")[: len(self._values)]:
            event.stop()
            self._table.move_to(int(event.key) - 1)

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    def action_save(self) -> None:
        value = self._value()
        if value is not None:
            self.dismiss(Reply(value, plain(self._note.value, NOTE_LENGTH).strip()))

    def _value(self) -> str | None:
        """The answer; None, and the reason on screen, where a percentage makes no sense."""
        if self._question is not Question.QUOTA:
            return self._values[self._table.cursor]
        text = self._figure.value.replace("%", "").strip()
        if not text and self._old is not None:
            return ""
        if text.isascii() and text.isdecimal() and int(text) <= 100:
            return str(int(text))
        self._wrong = _("Un nombre entier de 0 à 100, s'il vous plaît.")
        self._figure.focus()
        self._keys.refresh()
        return None

    def _paint_head(self, width: int, look: Look) -> list[Strip]:
        return [strip_of(line, width, look.panel_style) for line in self._head_lines(width, look)]

    def _head_lines(self, width: int, look: Look) -> list[Line]:
        width = max(width, 20)
        whole = self._address == WHOLE
        title = _("Tout le cabinet") if whole else fit(plain(self._address), width, middle=True)
        lines: list[Line] = [[(title, look.style("identifier") + Style(bold=True))]]
        question = question_text(self._question)
        lines += [[(text, look.style("strong"))] for text in wrap(question, width)]
        lines += [[], *([(text, look.style("muted"))] for text in wrap(way_of(self._question), width))]
        if self._old is not None:
            words, hue = answer_words(self._old, self._now)
            told = _("Dernière réponse : %s") % plain(words)
            shown = wrap(told, width)
            if len(shown) > OLD_LINES:
                shown = [*shown[: OLD_LINES - 1], shorten(shown[OLD_LINES - 1], width - 2) + " …"]
            lines += [[], *([(text, look.style(hue))] for text in shown)]
        return [*lines, []]

    def _paint_figure_label(self, width: int, look: Look) -> list[Strip]:
        line: Line = [(question_label(self._question), look.style("text"))]
        if self._old is not None:
            line.append((_(" (ligne vide : retirer la réponse)"), look.style("muted")))
        return [strip_of(line, width, look.panel_style)]

    def _paint_note_label(self, width: int, look: Look) -> list[Strip]:
        return [strip_of([(_("Note (facultative)"), look.style("text"))], width, look.panel_style)]

    def _paint_keys(self, width: int, look: Look) -> list[Strip]:
        strong, muted = look.style("strong"), look.style("muted")
        line: Line = []
        leave = _("Ne rien changer")
        for key, words in ((_("Entrée"), _("Enregistrer")), ("Tab", _("Note")), (_("Échap"), leave)):
            line += [(key + " ", strong), (words + "   ", muted)]
        first: Line = [(self._wrong, look.style("alert"))]
        return [strip_of(first, width, look.panel_style), strip_of(line, width, look.panel_style)]
