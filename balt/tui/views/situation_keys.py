"""The keys of view 4 that choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from balt.i18n import _
from balt.mailboxes.model import Mailbox, Verdict
from balt.mailboxes.situations import may_prefer
from balt.mailboxes.wording import verdict_label
from balt.tui import signals
from balt.tui.views.situation_out_keys import HandoutKeys

if TYPE_CHECKING:
    from balt.tui.dialogs.pick import Choice
    from balt.tui.views.situation_rows import Cell, SituationRow

_DOUBTFUL = (Verdict.GHOST, Verdict.INACTIVE, Verdict.UNLISTED)


class SituationKeys(HandoutKeys):
    """What the user does with the matrix."""

    def action_left(self) -> None:
        self._to_column(self.matrix.column - 1)

    def action_right(self) -> None:
        self._to_column(self.matrix.column + 1)

    def _to_column(self, column: int) -> None:
        self.matrix.column = min(max(column, 0), len(self.matrix.kinds))
        self.renew()
        self.post_message(signals.PaneChanged())

    def action_choose(self) -> None:
        if self.offers.has_focus:
            self.action_read()
            return
        row, cell, practice = self.row, self.cell, self.practice
        if self._refuses("choose") or row is None or cell is None or practice is None:
            return
        from balt.tui.dialogs.pick import PickDialog

        kind = cell.kind.id if cell.kind is not None else ""
        place = row.label if cell.kind is None else f"{row.label}, {cell.kind.label}"
        mailboxes = {each.address: each for each in practice.mailboxes}

        def chosen(address: str | None) -> None:
            if address is None:
                return
            if address and (reason := may_prefer(mailboxes[address])):
                self.post_message(signals.Say(reason, grave=True))
            else:
                self.post_message(signals.PreferMailbox(row.situation.id, address or None, kind))

        title = _("BAL privilégiée pour : %s") % place
        self.app.push_screen(PickDialog(title, _choices(row, cell, list(mailboxes.values()))), chosen)

    def action_add(self) -> None:
        from balt.tui.dialogs.situation import NewSituation

        def given(situation: signals.AddSituation | None) -> None:
            if situation is not None:
                self.post_message(situation)

        self.app.push_screen(NewSituation(), given)

    def action_remove(self) -> None:
        if not self._refuses("remove") and self.row is not None:
            self.post_message(signals.RemoveSituation(self.row.situation.id))

    def action_next_open(self) -> None:
        self._to_open(1)

    def action_previous_open(self) -> None:
        self._to_open(-1)

    def _to_open(self, by: int) -> None:
        rows = self.matrix.rows
        for offset in range(1, len(rows) + 1):
            place = (self.table.cursor + by * offset) % len(rows)
            if rows[place].is_open:
                self.table.move_to(place)
                return
        self.post_message(signals.Say(_("Chaque situation a sa BAL privilégiée.")))

    def action_kinds(self) -> None:
        """The list of kinds of prescription."""
        from balt.tui.dialogs.line import LineDialog
        from balt.tui.dialogs.pick import Choice, PickDialog

        kinds = {each.id: each for each in self.matrix.kinds}

        def chosen(key: str | None) -> None:
            if key == "":
                title = _("Nouveau genre de prescription")
                self.app.push_screen(
                    LineDialog(title, _("Son nom, en quelques mots."), 60), self._kind_named("")
                )
            elif key is not None:
                self._change_kind(key, kinds[key].label)

        choices = [Choice(each.id, each.label) for each in kinds.values()]
        title = _("Genres de prescription")
        self.app.push_screen(PickDialog(title, [*choices, Choice("", _("Ajouter un genre…"))]), chosen)

    def _change_kind(self, kind: str, label: str) -> None:
        from balt.tui.dialogs.line import LineDialog
        from balt.tui.dialogs.pick import Choice, PickDialog

        def chosen(key: str | None) -> None:
            if key == "rename":
                dialog = LineDialog(label, _("Son nom, en quelques mots."), 60, value=label)
                self.app.push_screen(dialog, self._kind_named(kind))
            elif key == "remove":
                self.post_message(signals.ChangeKinds(kind, None))

        hint = _("Ôté de la liste, ce qui était choisi pour lui ne compte plus.")
        choices = [Choice("rename", _("L'appeler autrement…")), Choice("remove", _("L'ôter de la liste"))]
        self.app.push_screen(PickDialog(label, choices, hint), chosen)

    def _kind_named(self, kind: str) -> Callable[[str | None], None]:
        def named(name: str | None) -> None:
            if name is not None:
                self.post_message(signals.ChangeKinds(kind, name))

        return named

    def action_back(self) -> None:
        if self.offers.has_focus:
            self.table.focus()
        else:
            self.post_message(signals.GoHome())


def _choices(row: SituationRow, cell: Cell, mailboxes: list[Mailbox]) -> list[Choice]:
    """The BAL that may be preferred, those that serve the situation first."""
    from balt.tui.dialogs.pick import Choice

    serving = [each.address for each in row.serving]
    mailboxes.sort(key=lambda each: each.address not in serving)
    choices = [
        Choice(
            each.address,
            each.address,
            may_prefer(each) or _role(each, serving),
            cell.own and each.address == cell.address,
        )
        for each in mailboxes
    ]
    if cell.own and cell.address:
        none = _("Aucune : revenir sur ce choix") if cell.kind is None else _("Comme par défaut")
        choices.append(Choice("", none))
    return choices


def _role(mailbox: Mailbox, serving: Sequence[str]) -> str:
    """What to know of a BAL before it is chosen: what speaks against it, else that it serves here."""
    if mailbox.finding.verdict in _DOUBTFUL:
        return verdict_label(mailbox.finding.verdict)
    return _("rattachée à cette situation") if mailbox.address in serving else ""
