"""The lines of view 4: a situation d'exercice each, its preferred BAL, and whether that choice holds."""

from collections.abc import Callable
from dataclasses import dataclass

from balt.directory.model import PracticeSituation
from balt.i18n import _, ngettext
from balt.mailboxes.model import Mailbox, Publication, Verdict
from balt.mailboxes.practice import Practice
from balt.mailboxes.wording import situation_label
from balt.tui.paint import Line, fit
from balt.tui.theme import Look
from balt.units import format_count


@dataclass(frozen=True, slots=True)
class SituationRow:
    """One situation, the BAL that serve it, the one that was chosen, and what speaks against that choice."""

    situation: PracticeSituation
    serving: tuple[Mailbox, ...]
    preferred: str
    trouble: str

    @property
    def label(self) -> str:
        return situation_label(self.situation)


def situation_rows(practice: Practice) -> list[SituationRow]:
    """The situations in activity, then those that ended but still have a preferred BAL."""
    kept = [each for each in practice.situations if each.active or each.id in practice.preferred]
    kept.sort(key=lambda each: not each.active)
    serving: dict[str, list[Mailbox]] = {}
    for mailbox in practice.mailboxes:
        for situation in mailbox.situations:
            serving.setdefault(situation.id, []).append(mailbox)
    return [_row(each, tuple(serving.get(each.id, ())), practice) for each in kept]


def _row(situation: PracticeSituation, serving: tuple[Mailbox, ...], practice: Practice) -> SituationRow:
    preferred = practice.preferred.get(situation.id, "")
    chosen = practice.mailbox(preferred) if preferred else None
    shown = chosen.address if chosen else preferred
    return SituationRow(situation, serving, shown, _trouble(situation, preferred, chosen))


def _trouble(situation: PracticeSituation, preferred: str, chosen: Mailbox | None) -> str:
    from balt.mailboxes.situations import may_prefer

    if not situation.active:
        return _("situation terminée")
    if not preferred:
        return ""
    if chosen is None:
        return _("BAL inconnue ici")
    if reason := may_prefer(chosen):
        return reason
    if chosen.publication is Publication.ABSENT:
        return _("pas publiée dans l'Annuaire Santé")
    if chosen.finding.verdict in (Verdict.GHOST, Verdict.INACTIVE):
        return _("personne ne la lit")
    return ""


class SituationRows:
    """The source of the table of situations."""

    def __init__(self, rows: list[SituationRow], look: Callable[[], Look]) -> None:
        self.rows = rows
        self._look = look

    def __len__(self) -> int:
        return len(self.rows)

    def line(self, row: int, width: int) -> Line:
        look = self._look()
        each = self.rows[row]
        name, town, bal, served = columns(width)
        if each.trouble:
            sign, hue = "▲ ", "attention"
        elif each.preferred:
            sign, hue = "✔ ", "entretenir"
        else:
            sign, hue = "○ ", "muted"
        remark = each.trouble or served_by(each)
        chosen = fit(each.preferred or _("à choisir"), bal - 1, middle=True)
        return [
            (" " + fit(each.label, name - 1) + " ", look.style("text" if each.situation.active else "muted")),
            (fit(each.situation.town, town - 1) + " " if town else "", look.style("muted")),
            (sign, look.style(hue)),
            (chosen + " ", look.style("strong" if each.preferred else "muted")),
            (fit(remark, served), look.style("attention" if each.trouble else "muted")),
        ]


def served_by(row: SituationRow) -> str:
    """How many BAL serve a situation, in words."""
    count = len(row.serving)
    if not count:
        return _("aucune BAL rattachée")
    text = ngettext("%(n)s BAL rattachée", "%(n)s BAL rattachées", count)
    return text % {"n": format_count(count)}


def columns(width: int) -> tuple[int, int, int, int]:
    """The widths of the columns: situation, town, preferred BAL, remark. On a narrow screen the remark stands
    under the list instead.
    """
    town = 18 if width >= 100 else 0
    remark = 34 if width >= 120 else 22 if width >= 100 else 0
    rest = max(width - town - remark - 3, 20)
    name = rest // 2
    return name, town, rest - name, remark
