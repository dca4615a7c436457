"""View 4, Situations: the preferred BAL of each situation d'exercice, and the signature to hand out."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip

from balt.config import Person
from balt.i18n import _, language, ngettext
from balt.mailboxes.model import Mailbox, Verdict
from balt.mailboxes.practice import Practice
from balt.mailboxes.situations import may_prefer
from balt.mailboxes.wording import verdict_label
from balt.publish.signature import Signature, signatory, signature
from balt.sheets.value import why_no_situation
from balt.tui import signals
from balt.tui.actions import bindings_for
from balt.tui.paint import Line, fit, spread, strip_of, wrap
from balt.tui.theme import Look, look_of
from balt.tui.views.situation_rows import (
    SituationRow,
    SituationRows,
    columns,
    served_by,
    situation_rows,
)
from balt.tui.widgets.painted import Painted
from balt.tui.widgets.virtual_table import VirtualTable
from balt.units import format_count

_DOUBTFUL = (Verdict.GHOST, Verdict.INACTIVE, Verdict.UNLISTED)
_OF_A_ROW = ("choose", "copy", "remove", "next_open", "previous_open")


class SituationsView(Vertical):
    """The situations, and under them what to hand out for the one under the cursor."""

    BINDINGS = bindings_for("situations")
    DEFAULT_CSS = """
    SituationsView { width: 100%; height: 1fr; padding: 1 0 0 0; }
    SituationsView #situations-title { height: 1; }
    SituationsView #situations-head { height: 2; }
    SituationsView #situations-sum { height: 2; }
    SituationsView #situations-table { height: auto; max-height: 40%; min-height: 3; }
    SituationsView #situations-out { height: 1fr; }
    """

    def __init__(self, person: Person) -> None:
        super().__init__(id="situations")
        self._person = person
        self._rows: list[SituationRow] = []
        self._mailboxes: Sequence[Mailbox] = ()
        self._asked = False
        self._why_none = ""

    def compose(self) -> ComposeResult:
        yield Painted(self._title, id="situations-title")
        yield Painted(self._head, id="situations-head")
        yield VirtualTable(id="situations-table")
        yield Painted(self._sum, id="situations-sum")
        yield Painted(self._out, id="situations-out")

    @property
    def table(self) -> VirtualTable:
        return self.query_one(VirtualTable)

    @property
    def row(self) -> SituationRow | None:
        """The situation under the cursor."""
        cursor = self.table.cursor
        return self._rows[cursor] if 0 <= cursor < len(self._rows) else None

    @property
    def signature(self) -> Signature | None:
        """What to hand out for the situation under the cursor; None while it has no preferred BAL."""
        row = self.row
        if row is None or not row.preferred:
            return None
        chosen = next((m for m in self._mailboxes if m.address == row.preferred), None)
        if chosen is None:
            return None
        entries = [entry for mailbox in self._mailboxes for entry in mailbox.entries]
        return signature(
            signatory(self._person, entries), row.situation, chosen, "en" if language() == "en" else "fr"
        )

    def show(self, practice: Practice) -> None:
        """Show the situations as they are now; the cursor stays on its situation."""
        here = self.row.situation.id if self.row else ""
        self._asked = bool(practice.directory.answers)
        self._why_none = why_no_situation(practice)
        self._mailboxes = practice.mailboxes
        self._rows = situation_rows(practice)
        app = self.app
        self.table.show(SituationRows(self._rows, lambda: look_of(app)))
        self.table.styles.height = max(len(self._rows), 1)
        places = [i for i, row in enumerate(self._rows) if row.situation.id == here]
        self.table.move_to(places[0] if places else 0)
        self.restyle()

    def why_not(self, name: str) -> str:
        """Why an action of this view is off now, or ""."""
        if name in _OF_A_ROW and self.row is None:
            return _("Aucune situation pour l'instant : a en ajoute une.")
        if name == "copy" and self.signature is None:
            return _("Choisissez d'abord la BAL privilégiée de cette situation (Entrée).")
        if name == "choose" and not self._mailboxes:
            return _("Aucune BAL connue ici.")
        if name == "remove" and self.row is not None and self.row.situation.origin is not None:
            return _("Cette situation vient de l'Annuaire Santé : elle ne s'ôte pas ici.")
        return ""

    def restyle(self) -> None:
        """Draw all again."""
        self.table.refresh()
        for block in self.query(Painted):
            block.refresh()

    def on_virtual_table_moved(self) -> None:
        self.restyle()
        self.post_message(signals.PaneChanged())

    # What the user does

    def action_choose(self) -> None:
        row = self.row
        if self._refuses("choose") or row is None:
            return
        from balt.tui.dialogs.pick import Choice, PickDialog

        serving = [mailbox.address for mailbox in row.serving]
        mailboxes = {m.address: m for m in sorted(self._mailboxes, key=lambda m: m.address not in serving)}
        choices = [
            Choice(m.address, m.address, may_prefer(m) or _role(m, serving), m.address == row.preferred)
            for m in mailboxes.values()
        ]
        if row.preferred:
            choices.append(Choice("", _("Aucune : revenir sur ce choix")))

        def chosen(address: str | None) -> None:
            if address is None:
                return
            if address and (reason := may_prefer(mailboxes[address])):
                self.post_message(signals.Say(reason, grave=True))
            else:
                self.post_message(signals.PreferMailbox(row.situation.id, address or None))

        self.app.push_screen(PickDialog(_("BAL privilégiée pour : %s") % row.label, choices), chosen)

    def action_add(self) -> None:
        from balt.tui.dialogs.situation import NewSituation

        def given(situation: signals.AddSituation | None) -> None:
            if situation is not None:
                self.post_message(situation)

        self.app.push_screen(NewSituation(), given)

    def action_remove(self) -> None:
        if not self._refuses("remove") and self.row is not None:
            self.post_message(signals.RemoveSituation(self.row.situation.id))

    def action_copy(self) -> None:
        signature = self.signature
        if self._refuses("copy") or signature is None:
            return
        self.app.copy_to_clipboard(signature.text)
        self.post_message(
            signals.Say(_("Signature copiée, si votre terminal le permet ; sinon : balt publish signature."))
        )

    def action_next_open(self) -> None:
        self._to_open(1)

    def action_previous_open(self) -> None:
        self._to_open(-1)

    def action_back(self) -> None:
        self.post_message(signals.GoHome())

    # Inside

    def _refuses(self, name: str) -> bool:
        reason = self.why_not(name)
        if reason:
            self.post_message(signals.Say(reason))
        return bool(reason)

    def _to_open(self, by: int) -> None:
        count = len(self._rows)
        for offset in range(1, count + 1):
            place = (self.table.cursor + by * offset) % count
            if not self._rows[place].preferred or self._rows[place].trouble:
                self.table.move_to(place)
                return
        self.post_message(signals.Say(_("Chaque situation a sa BAL privilégiée.")))

    def _title(self, width: int, look: Look) -> list[Strip]:
        left: Line = [(" " + _("BAL privilégiée par situation d'exercice"), look.style("strong"))]
        return [spread(left, [], width, look.ground_style)]

    def _head(self, width: int, look: Look) -> list[Strip]:
        name, town, bal, served = columns(width - 1)
        text = (
            " "
            + fit(_("Situation"), name)
            + (fit(_("Ville"), town) if town else "")
            + "  "
            + fit(_("BAL privilégiée par défaut"), bal)
            + fit(_("Remarque"), served)
        )
        return [
            strip_of([(text, look.style("muted"))], width, look.ground_style),
            strip_of([("─" * width, look.style("rule"))], width, look.ground_style),
        ]

    def _sum(self, width: int, look: Look) -> list[Strip]:
        """The one sentence that decides step 1 of VALORISER."""
        line: Line
        left = [row.label for row in self._rows if not row.preferred and row.situation.active]
        if not self._rows:
            line = [("", look.style("muted"))]
        elif left:
            text = ngettext(
                "%(n)s situation sans BAL privilégiée : %(names)s",
                "%(n)s situations sans BAL privilégiée : %(names)s",
                len(left),
            ) % {"n": format_count(len(left)), "names": ", ".join(left)}
            line = [(" ▲ ", look.style("attention")), (fit(text, width - 4), look.style("text"))]
        else:
            text = _("Chaque situation a sa BAL privilégiée.")
            line = [(" ✔ ", look.style("entretenir")), (text, look.style("text"))]
        return [
            strip_of([("─" * width, look.style("rule"))], width, look.ground_style),
            strip_of(line, width, look.ground_style),
        ]

    def _out(self, width: int, look: Look) -> list[Strip]:
        """What to hand out; or, where there is nothing yet, how to begin."""
        signature = self.signature
        if signature is None:
            lines = [[(" " + text, look.style("muted"))] for text in wrap(self._advice(), width - 2)]
        else:
            lines = [[(" " + _("Signature de mail"), look.style("valoriser"))], []]
            lines += [[("   " + text, look.style("text"))] for text in signature.text.splitlines()]
            for warning in signature.warnings:
                lines += [[], *_warned(warning, width, look)]
        row = self.row
        if row is not None and not columns(width - 1)[3]:
            lines = [*_remark(row, width, look), [], *lines]
        return [strip_of(line, width, look.ground_style) for line in [[], *lines]]

    def _advice(self) -> str:
        if self._rows:
            return _("Entrée choisit la BAL à préférer pour cette situation ; sa signature paraîtra ici.")
        if self._asked:
            return _("Aucune situation d'exercice (a en ajoute une) : %s.") % self._why_none
        return _(
            "Les situations viennent de l'Annuaire Santé (numéro RPPS et source dans la configuration) ; "
            "a en ajoute une à la main."
        )


def _warned(warning: str, width: int, look: Look) -> list[Line]:
    return [
        [(" ▲ " if i == 0 else "   ", look.style("attention")), (part, look.style("text"))]
        for i, part in enumerate(wrap(warning, width - 4))
    ]


def _remark(row: SituationRow, width: int, look: Look) -> list[Line]:
    """What stands in a column of its own where the screen is wide."""
    place = ", ".join(part for part in (row.label, row.situation.town) if part)
    remark = row.trouble or served_by(row)
    text = _("%(place)s : %(remark)s") % {"place": place, "remark": remark}
    hue = "attention" if row.trouble else "muted"
    return [[(" " + part, look.style(hue))] for part in wrap(text, width - 2)]


def _role(mailbox: Mailbox, serving: Sequence[str]) -> str:
    """What to know of a BAL before it is chosen: what speaks against it, else that it serves here."""
    if mailbox.finding.verdict in _DOUBTFUL:
        return verdict_label(mailbox.finding.verdict)
    return _("rattachée à cette situation") if mailbox.address in serving else ""
