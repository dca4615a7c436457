"""What can be done for a BAL on its way out, line by line, and the page that tells all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from balt.cases import words
from balt.cases.model import Case, CaseKind, Happened, Reply, latest_of, reply_heard
from balt.cases.steps import CaseStep, Known, StepState, is_back, is_gone, steps_of
from balt.i18n import _
from balt.text import plain
from balt.tui.dialogs.pick import Choice
from balt.tui.paint import Line, wrap

if TYPE_CHECKING:
    from datetime import datetime

    from balt.cases.request import Request
    from balt.tui.dialogs.pager import Writer
    from balt.tui.theme import Look


@dataclass(frozen=True, slots=True)
class Way:
    """The latest case of each kind of one BAL, open or not; whether balt can put a draft into it (``opens``)
    and reads its messages.
    """

    leaving: Case | None
    deletion: Case | None
    opens: bool = False
    reads: bool = False

    @classmethod
    def of(cls, cases: tuple[Case, ...], *, opens: bool, reads: bool) -> Way:
        """The way of the BAL that these cases are about; one that was abandoned is none."""
        kept = [each for each in cases if each.last(Happened.ABANDONED) is None]
        latest = latest_of(kept)
        leaving, deletion = latest.get(CaseKind.DEPUBLICATION), latest.get(CaseKind.DELETION)
        return cls(leaving, deletion, opens, reads)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Both, in the order of the sheet."""
        return tuple(each for each in (self.leaving, self.deletion) if each is not None)

    @property
    def under_way(self) -> Case | None:
        """The open case that comes last in the order of the sheet."""
        return next((each for each in reversed(self.cases) if each.is_open), None)

    @property
    def to_ask(self) -> Case | None:
        """The case whose request is to be written now: while the directory shows a BAL again, the deletion's
        is not.
        """
        case = self.under_way
        if case is None or not is_back(case):
            return case
        return self.leaving if self.leaving is not None and self.leaving.is_open else None

    def steps(self, case: Case, now: datetime) -> tuple[CaseStep, ...]:
        """The steps of one of them."""
        return steps_of(case, Known(leaving=self.leaving), now)

    def waiting(self, now: datetime) -> list[CaseStep]:
        """The steps of the case that is under way and that are not done, in their order."""
        case = self.under_way
        steps = self.steps(case, now) if case is not None else ()
        return [each for each in steps if each.state is not StepState.DONE]


def choices_of(way: Way, now: datetime) -> list[Choice]:
    """What can be done now: for the cases that are followed, or once none is any more."""
    case, deletion = way.under_way, way.deletion
    if case is None:
        return _afterwards(way)
    choices = [Choice("read", _("Lire le dossier et la demande")), *_requests(case, way)]
    if case.replacement:
        choices.append(Choice("reply", _("Réponse automatique : l'installer, la voir, la retirer")))
    words = _("Changer la BAL de remplacement") if case.replacement else _("Nommer une BAL de remplacement")
    choices.append(Choice("replace", words))
    if way.reads:
        choices.append(Choice("writers", _("Voir qui écrit encore : les correspondants à prévenir")))
    if any(each.is_open and each.last(Happened.REQUESTED) is not None for each in way.cases):
        choices.append(Choice("sent", _("Noter : la demande est envoyée")))
    choices.append(Choice("answered", _("Noter : le fournisseur a répondu")))
    if case is deletion and case.last(Happened.REQUESTED) is not None:
        choices.append(Choice("deleted", _("Noter : la BAL n'existe plus")))
    heard = reply_heard(case, way.leaving)
    # the server's word outweighs the holder's
    seen = heard is not None and heard[1].value in (Reply.ACTIVE, Reply.ELSEWHERE)
    if case.replacement and not seen:
        choices.append(Choice("autoreply", _("Noter : une réponse automatique est en service")))
    choices += _deletions(way)
    if case is deletion:
        return [*choices, Choice("abandon", _("Abandonner la suppression"))]
    end = ("abandon", _("Abandonner ce dossier")) if way.waiting(now) else ("close", _("Clore ce dossier"))
    return [*choices, Choice(*end)]


def _requests(case: Case, way: Way) -> list[Choice]:
    """The request that is to be written now; none once a depublication has come about."""
    if way.to_ask is case:
        if case is way.leaving and is_gone(case):
            return []
        words = _("Mettre la demande dans les brouillons de cette BAL")
        return [Choice("draft", words)] if way.opens else []
    if way.to_ask is None:
        return [Choice("again", _("Redemander sa dépublication : ouvrir un dossier"))]
    words = _("Redemander sa dépublication : la demande dans les brouillons")
    return [Choice("redraft", words)] if way.opens else []


def _deletions(way: Way) -> list[Choice]:
    """How to ask for the deletion of a BAL that has left; again, where it outlived the first."""
    asked = way.deletion is not None and way.deletion.is_open
    if asked or way.leaving is None or not is_gone(way.leaving):
        return []
    nothing = Choice("nothing", _("Demander sa suppression : rien n'est à garder"))
    if not way.opens:
        return [nothing]
    return [Choice("recovered", _("Demander sa suppression : tout est dans l'archive")), nothing]


def _afterwards(way: Way) -> list[Choice]:
    """What can be done once no case is followed any more."""
    again = _("Ouvrir un nouveau dossier de dépublication")
    if way.deletion is not None and way.deletion.last(Happened.DELETED) is not None:
        again = _("Elle existe encore : ouvrir un nouveau dossier de dépublication")
    return [Choice("read", _("Lire le dossier clos")), *_deletions(way), Choice("again", again)]


def case_page(
    way: Way, story: tuple[str, ...], provider: list[str], request: Request | None, now: datetime
) -> Writer:
    """The steps of the cases that are followed, what happened, whom to write to, and the request."""

    def write(width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        followed = [each for each in way.cases if each.is_open]
        for case in followed:
            if len(followed) > 1:
                lines.append([(words.headline(case), look.style("strong"))])
            for step in way.steps(case, now):
                text = f"{words.SIGNS[step.state]} {words.step_line(step)}"
                lines += [[(part, look.style("text"))] for part in wrap(plain(text), width - 2)]
            lines.append([])
        lines.append([(_("Ce qui s'est passé"), look.style("strong"))])
        lines += [[(part, look.style("text"))] for told in story for part in wrap(plain(told), width - 2)]
        if request is None:
            return lines
        lines += [[], [(_("La demande"), look.style("strong"))]]
        lines += [[(part, look.style("muted"))] for each in provider for part in wrap(plain(each), width - 2)]
        lines.append([])
        for line in request.text().splitlines():
            lines += [[(part, look.style("text"))] for part in wrap(plain(line), width - 2)] or [[]]
        return lines

    return write
