"""What speaks against the preferred BAL of a situation, or for choosing one: pure, from what is known."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from balt.directory.model import PracticeSituation
from balt.i18n import _, ngettext
from balt.mailboxes.anomalies.own import namesakes_nearby
from balt.mailboxes.model import Mailbox, Publication, Verdict
from balt.mailboxes.practice import Practice
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.publication import publication_now
from balt.mailboxes.situations import may_prefer
from balt.mailboxes.wording import situation_label
from balt.units import format_count, format_percent

_SHOWN = 2


class Doubt(StrEnum):
    """What is doubtful. Those of ``GRAVE`` undo the choice; the others are told beside it."""

    ENDED = "ended"
    STRANGER = "stranger"
    LEAVING = "leaving"
    UNPUBLISHED = "unpublished"
    UNREAD = "unread"
    SEVERAL = "several"
    SATURATING = "saturating"
    RANK = "rank"
    UNTRUSTED = "untrusted"
    HOMONYM = "homonym"


GRAVE = frozenset({Doubt.STRANGER, Doubt.LEAVING, Doubt.UNPUBLISHED, Doubt.UNREAD})
"""With one of these, what is sent to the preferred BAL may reach nobody: step 1 of VALORISER is not done."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One doubt about one choice. ``kind`` is None for the default of the situation; ``situation`` None for
    what concerns the holder wherever they work. ``said`` is a sentence without its place.
    """

    doubt: Doubt
    said: str
    situation: PracticeSituation | None = None
    kind: PrescriptionKind | None = None
    address: str = ""

    @property
    def sentence(self) -> str:
        """With the place that it is about."""
        if self.situation is None:
            return self.said
        place = situation_label(self.situation)
        if self.kind is not None:
            place = f"{place}, {self.kind.label}"
        return _("%(situation)s : %(said)s") % {"situation": place, "said": self.said}


class Judge:
    """Tells what is doubtful in the choices of a practice; which BAL serve which situation is looked up once,
    for a large practice holds thousands of each.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._serving: dict[str, list[Mailbox]] = {}
        for bal in practice.mailboxes:
            for each in bal.situations:
                self._serving.setdefault(each.id, []).append(bal)

    def serving(self, situation: PracticeSituation) -> tuple[Mailbox, ...]:
        """The BAL that serve a situation."""
        return tuple(self._serving.get(situation.id, ()))

    def everything(self) -> tuple[Warned, ...]:
        """Situation by situation: that of the default before that of each kind; homonyms last."""
        kept = [
            each for each in self._practice.situations if each.active or each.id in self._practice.preferred
        ]
        found = [warned for situation in kept for warned in self.situation(situation)]
        return (*found, *homonyms(self._practice))

    def situation(self, situation: PracticeSituation) -> tuple[Warned, ...]:
        """What is doubtful in one situation: its default, then the kinds that have a BAL of their own."""
        found = list(self.cell(situation))
        for kind in self._practice.book.kinds:
            if (situation.id, kind.id) in self._practice.book.overrides:
                found += self.cell(situation, kind)
        return tuple(found)

    def cell(self, situation: PracticeSituation, kind: PrescriptionKind | None = None) -> tuple[Warned, ...]:
        """What is doubtful in one choice, the gravest first; without a choice, why there should be one."""
        address = self._practice.preferred_for(situation.id, kind.id if kind else "")
        found: list[Warned] = []
        if not situation.active and kind is None:
            found.append(Warned(Doubt.ENDED, _("situation terminée"), situation, None, address))
        if not address:
            return tuple(found) if not situation.active else self._undecided(situation)
        bal = self._practice.mailbox(address)
        if bal is None:
            said = _("la BAL choisie n'est plus connue ici")
            return (*found, Warned(Doubt.STRANGER, said, situation, kind, address))
        told = {doubt: rule(bal, self._practice) for doubt, rule in _RULES.items()}
        if kind is None:  # the directory knows no kinds
            told[Doubt.RANK] = self._rank(bal, situation)
        found += [
            Warned(doubt, said, situation, kind, bal.address)
            for doubt in Doubt
            if (said := told.get(doubt, ""))
        ]
        return tuple(found)

    def _undecided(self, situation: PracticeSituation) -> tuple[Warned, ...]:
        """Two published BAL for one situation, and no word on which one to use."""
        rivals = [
            bal.address
            for bal in self.serving(situation)
            if publication_now(bal, self._practice.now) is Publication.PUBLISHED and not may_prefer(bal)
        ]
        if len(rivals) < 2:
            return ()
        said = ngettext(
            "%(n)s BAL publiée, aucune privilégiée : %(names)s",
            "%(n)s BAL publiées, aucune privilégiée : %(names)s",
            len(rivals),
        ) % {"n": format_count(len(rivals)), "names": ", ".join(rivals)}
        return (Warned(Doubt.SEVERAL, said, situation),)

    def _rank(self, bal: Mailbox, situation: PracticeSituation) -> str:
        """The directory may order the BAL of a person (``telecom.rank``, 1 first: domain 0.5)."""
        ranks = {
            each.address: rank
            for each in self.serving(situation)
            if (rank := _rank_of(each, situation)) is not None
        }
        first = min(ranks, key=ranks.__getitem__, default="")
        if not first or ranks[first] >= ranks.get(bal.address, ranks[first] + 1):
            return ""
        return _("l'annuaire met en premier %s") % first


def _leaving(bal: Mailbox, _practice: Practice) -> str:
    return _("la BAL choisie quitte l'annuaire") if may_prefer(bal) else ""


def _unpublished(bal: Mailbox, practice: Practice) -> str:
    if may_prefer(bal):
        return ""
    if publication_now(bal, practice.now) is Publication.ABSENT:
        return _("la BAL choisie n'est pas publiée")
    return _("la BAL choisie n'est plus dans l'extraction de l'annuaire") if bal.vanished is not None else ""


def _unread(bal: Mailbox, _practice: Practice) -> str:
    unread = bal.finding.verdict in (Verdict.GHOST, Verdict.INACTIVE)
    return _("la BAL choisie n'est lue par personne") if unread else ""


def _saturating(bal: Mailbox, practice: Practice) -> str:
    """Nearly full, or soon so: what is sent there would come back."""
    figures = bal.measured
    if figures is None:
        return ""
    quota, foretold = figures.quota, figures.saturation
    if quota is not None and quota.limit > 0:
        percent = quota.used * 100 // quota.limit
        if percent >= practice.thresholds.quota_warning:
            return _("la BAL choisie est remplie à %s") % format_percent(percent, 100)
    if foretold is not None and foretold.is_near(practice.now):
        return _("la BAL choisie sera bientôt pleine")
    return ""


def _rank_of(bal: Mailbox, situation: PracticeSituation) -> int | None:
    """The best rank of a BAL in a situation; entries of the person as a whole hold in each."""
    ranks = [
        each.rank for each in bal.entries if each.rank is not None and each.situation in ("", situation.id)
    ]
    return min(ranks, default=None)


def _untrusted(bal: Mailbox, practice: Practice) -> str:
    """The white list serves to warn, never to refuse: it may be old, and the domain newer."""
    trust = practice.directory.trust
    if not trust.lacks(bal.address):
        return ""
    return _("son domaine n'est pas dans la liste blanche MSSanté (%s)") % trust.age(practice.now)


_RULES: dict[Doubt, Callable[[Mailbox, Practice], str]] = {
    Doubt.LEAVING: _leaving,
    Doubt.UNPUBLISHED: _unpublished,
    Doubt.UNREAD: _unread,
    Doubt.SATURATING: _saturating,
    Doubt.UNTRUSTED: _untrusted,
}


def homonyms(practice: Practice) -> tuple[Warned, ...]:
    """That the directory knows another person of the holder's name in a town where they work: letters may
    reach the wrong one, and the whole address is what helps (sheet VALORISER, "erreurs d'homonymes").
    """
    if not practice.directory.alike:
        return ()
    others = [each for bal in practice.mailboxes for each in namesakes_nearby(bal, practice.directory)]
    known = list(dict.fromkeys(others))
    if not known:
        return ()
    said = ngettext(
        "un homonyme exerce dans la même ville, donnez l'adresse entière : %(who)s",
        "%(n)s homonymes exercent dans la même ville, donnez l'adresse entière : %(who)s",
        len(known),
    ) % {"n": format_count(len(known)), "who": _(" ; ").join(known[:_SHOWN])}
    return (Warned(Doubt.HOMONYM, said),)
