"""What can be done for a BAL on its way out, line by line, and the page that tells all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from balt.cases import words
from balt.cases.asking import asked_of, asked_words
from balt.cases.meant import awaited, to_ask
from balt.cases.model import Case, CaseKind, Happened, Reply, latest_of, watched
from balt.cases.presence import is_gone
from balt.cases.replies import heard_of
from balt.cases.steps import CaseStep, Known, StepState, steps_of
from balt.cases.taking_back import told_last
from balt.i18n import _, labelled
from balt.text import plain
from balt.tui.dialogs.pick import Choice
from balt.tui.paint import Line, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from balt.cases.request import Request
    from balt.mailboxes.way_out import WayOut
    from balt.tui.dialogs.pager import Writer
    from balt.tui.theme import Look


class Deed(IntEnum):
    """What can be done for a BAL on its way out: each has its digit, whatever else is offered beside it."""

    READ = 1
    DRAFT = 2
    HAND_OUT = 3
    REPLY = 4
    REPLACE = 5
    WRITERS = 6
    TELL = 7
    DELETE = 8
    END = 9


@dataclass(frozen=True, slots=True)
class Way:
    """The latest case of each kind of one BAL, open or not; whether balt can put a draft into it (``opens``)
    and sees what comes into it; whether it is ``out`` of the directory, if only by its holder's word; all of
    its cases (``told``), the oldest first; and how far each BAL is on its way out, by address (``ways``).
    """

    leaving: Case | None
    deletion: Case | None
    opens: bool = False
    reads: bool = False
    out: bool = False
    told: tuple[Case, ...] = ()
    ways: Mapping[str, WayOut] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        cases: tuple[Case, ...],
        *,
        opens: bool,
        reads: bool,
        out: bool = False,
        ways: Mapping[str, WayOut] | None = None,
    ) -> Way:
        """The way of the BAL that these cases are about; one that was abandoned is none."""
        kept = [each for each in cases if not each.is_abandoned]
        latest = latest_of(kept)
        leaving, deletion = latest.get(CaseKind.DEPUBLICATION), latest.get(CaseKind.DELETION)
        return cls(leaving, deletion, opens, reads, out, cases, ways or {})

    @property
    def cases(self) -> tuple[Case, ...]:
        """Both, in the order of the sheet."""
        return tuple(each for each in (self.leaving, self.deletion) if each is not None)

    @property
    def under_way(self) -> Case | None:
        """The open case that comes last in the order of the sheet."""
        return next((each for each in reversed(self.cases) if each.is_open), None)

    @property
    def watched(self) -> tuple[Case, ...]:
        """Those that are looked at again: open ones, or a depublication that was closed."""
        return watched(self.told)

    @property
    def to_ask(self) -> Case | None:
        """The case whose request is to be written now."""
        return to_ask(self.told, self.told[0].address) if self.told else None

    def awaited(self, what: Happened) -> tuple[Case, ...]:
        """The cases with a request that was perhaps sent, or answered, the likeliest first."""
        return awaited(self.told, self.told[0].address, what) if self.told else ()

    def steps(self, case: Case, now: datetime) -> tuple[CaseStep, ...]:
        """The steps of one of them."""
        return steps_of(case, Known(cases=self.told, ways=self.ways), now)

    def waiting(self, now: datetime) -> list[CaseStep]:
        """The steps of the case that is under way and that are not done, in their order."""
        case = self.under_way
        steps = self.steps(case, now) if case is not None else ()
        return [each for each in steps if each.state is not StepState.DONE]


def next_words(way: Way, now: datetime) -> str:
    """What comes next, in a sentence; "" where nothing does, or nothing is followed."""
    if waiting := way.waiting(now):
        return _("Ensuite, %s") % words.step_line(waiting[0])
    if way.under_way is not None and _deletion(way):
        return _("Chaque étape est faite. Ensuite, quand vous le voulez : sa suppression.")
    return ""


def choices_of(way: Way, now: datetime) -> list[Choice]:
    """What can be done now: for the cases that are followed, or once none is any more."""
    case = way.under_way
    if case is None:
        return _afterwards(way, now)
    read = _line(Deed.READ, "read", _("Lire le dossier et la demande"))
    choices = [read, *_requests(case, way), *_reply(case)]
    words = _("Changer la BAL de remplacement") if case.replacement else _("Nommer une BAL de remplacement")
    choices.append(_line(Deed.REPLACE, "replace", words))
    if way.reads:
        words = _("Voir qui écrit encore : les correspondants à prévenir")
        choices.append(_line(Deed.WRITERS, "writers", words))
    if told_choices(way, now):
        choices.append(_line(Deed.TELL, "tell", _("Noter ce qui s'est passé : envoi, réponse…")))
    choices += _deletion(way)
    if case is way.deletion:
        return [*choices, _line(Deed.END, "abandon", _("Abandonner la suppression"))]
    if way.waiting(now):
        return [*choices, _line(Deed.END, "abandon", _("Abandonner ce dossier"))]
    return [*choices, _line(Deed.END, "close", _("Clore ce dossier"))]


def _line(deed: Deed, key: str, words: str) -> Choice:
    return Choice(key, words, digit=deed.value)


def _requests(case: Case, way: Way) -> list[Choice]:
    """The request that is to be written now; none once a depublication has come about."""
    if way.to_ask is None:
        return [_line(Deed.DRAFT, "again", _("Redemander sa dépublication : ouvrir un dossier"))]
    if way.to_ask is way.leaving and case is way.leaving and is_gone(case):
        return []
    draft = _("Mettre la demande dans les brouillons de cette BAL")
    if way.to_ask is not case:
        draft = _("Redemander sa dépublication : la demande dans les brouillons")
    hand_out = _line(Deed.HAND_OUT, "hand_out", _("Copier la demande, ou l'enregistrer (.txt, .eml)"))
    return [_line(Deed.DRAFT, "draft", draft), hand_out] if way.opens else [hand_out]


def _deletion(way: Way) -> list[Choice]:
    """To ask for the deletion of a BAL that has left; again, where it outlived the first."""
    asked = way.deletion is not None and way.deletion.is_open
    gone = way.out or (way.leaving is not None and is_gone(way.leaving))
    words = _("Demander sa suppression…")
    if way.deletion is not None and way.deletion.last(Happened.DELETED) is not None:
        words = _("Elle existe encore : redemander sa suppression…")
    return [] if asked or not gone else [_line(Deed.DELETE, "delete", words)]


def deletion_choices(way: Way) -> list[Choice]:
    """Why a BAL may be deleted without a loss."""
    nothing = Choice("nothing", _("Rien n'est à garder : le dire en une phrase"), digit=2)
    if not way.reads:
        return [nothing]
    recovered = Choice("recovered", _("Tout est dans l'archive : la relire et la comparer"), digit=1)
    return [
        recovered,
        nothing,
        Choice("archive", _("D'abord, archiver toute la BAL, tous les dossiers"), digit=3),
    ]


def told_choices(way: Way, now: datetime) -> list[Choice]:
    """What the holder alone knows, each with its digit."""
    case, choices = way.under_way, []
    if way.awaited(Happened.SENT):
        choices.append(Choice("sent", _("La demande est envoyée"), digit=1))
        choices.append(Choice("answered", _("Le fournisseur a répondu"), digit=2))
    choices += _reply_told(way, now)
    if case is not None and case is way.deletion and case.last(Happened.REQUESTED) is not None:
        choices.append(Choice("deleted", _("La BAL n'existe plus"), digit=5))
    if (told := told_last(way.cases)) is not None:
        line = _("Reprendre, noté par erreur : %s") % words.event_line(told[1])
        choices.append(Choice("take_back", line, digit=6))
    return choices


def request_choices(cases: Iterable[Case], now: datetime) -> list[Choice]:
    """Of which request something is told, where two are waited for: each with its digit."""
    told = {each.kind: asked_words(asked_of(each), now) for each in cases}
    kinds = enumerate((CaseKind.DEPUBLICATION, CaseKind.DELETION), start=1)
    return [
        Choice(kind.value, labelled(words.kind_words(kind), told[kind]), digit=digit)
        for digit, kind in kinds
        if kind in told
    ]


def _reply_told(way: Way, now: datetime) -> list[Choice]:
    """What the holder can say of the auto-reply; what the server has said of it outweighs that."""
    case, choices = next(reversed(way.watched), None), []
    heard = heard_of(way.told, case, now) if case is not None else None
    seen = heard is not None and heard.value in (Reply.ACTIVE, Reply.ELSEWHERE)
    if case is not None and case.replacement and not seen:
        choices.append(Choice("autoreply", _("Une réponse automatique est en service"), digit=3))
    if heard is not None and heard.by_hand:
        choices.append(Choice("reply_off", _("La réponse automatique est retirée"), digit=4))
    return choices


def _reply(case: Case) -> list[Choice]:
    """The window of the auto-reply, which names the BAL that replaces this one."""
    words = _("Réponse automatique : l'installer, la voir, la retirer")
    return [_line(Deed.REPLY, "reply", words)] if case.replacement else []


def _afterwards(way: Way, now: datetime) -> list[Choice]:
    """What can be done once no case is followed any more. The auto-reply stays as long as the BAL does."""
    again = _("Ouvrir un nouveau dossier de dépublication")
    if way.deletion is not None and way.deletion.last(Happened.DELETED) is not None:
        again = _("Elle existe encore : ouvrir un nouveau dossier de dépublication")
    read = _line(Deed.READ, "read", _("Lire le dossier clos"))
    choices = [read, _line(Deed.DRAFT, "again", again)]
    for each in way.watched:
        choices += _reply(each)
    if told_choices(way, now):
        of_reply, mistake = _("Noter ce qui est de la réponse automatique"), _("Notée supprimée par erreur…")
        choices.append(_line(Deed.TELL, "tell", of_reply if way.watched else mistake))
    return [*choices, *_deletion(way)]


def case_page(
    way: Way, story: tuple[str, ...], provider: list[str], request: Request | None, now: datetime
) -> Writer:
    """The steps of the cases that are watched, what happened, whom to write to, and the request."""

    def write(width: int, look: Look) -> list[Line]:
        lines: list[Line] = []
        for case in way.watched:
            if len(way.watched) > 1:
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
