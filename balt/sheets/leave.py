"""The rules of IDENTIFIER for the BAL that nobody reads: out of the directory, then deleted.

Concerned are the inactive BAL, and those whose way out has begun (``balt.cases``) whatever their messages
say. The sheet's order: out of the directory, with an auto-reply; then recovered; then their deletion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from balt.cases.asking import asked_words
from balt.cases.doubts import Doubt, doubt_of, why
from balt.cases.reply_words import trouble_of
from balt.i18n import _, ngettext
from balt.mail.whole import EVERYWHERE
from balt.mailboxes.model import Mailbox, Publication, Question, has_outlived
from balt.mailboxes.usage import Activity
from balt.mailboxes.way_out import Asked, WayOut
from balt.sheets.identify import (
    SHEET,
    adrift_words,
    is_idle,
    longest_first,
    no_bal,
    unread_for,
    unread_since,
    uses,
)
from balt.sheets.limits import age_words
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import Scope, figures_of
from balt.units import format_count, format_date

_SHOWN = 2
_WORST = (StepState.ATTENTION, StepState.TODO, StepState.BLOCKED, StepState.UNKNOWN, StepState.DONE)


@dataclass(frozen=True, slots=True)
class _Stand:
    """How one step stands for one BAL, in a sentence that does not name it. ``there`` is the BAL where the
    step goes on, "" for this one.
    """

    bal: Mailbox
    state: StepState
    said: str
    since: datetime | None = None
    there: str = ""


def depublish(scope: Scope) -> Evidence:
    """I.2: done when every inactive BAL is out of the directory *and* answers by itself. Attention while
    nothing is done about one, or the provider is to be asked again; what is underway is to do, with its
    dates.
    """
    if not scope.bals and not scope.adrift:
        return no_bal(SHEET, 2, scope)
    stands = [_depublication(bal, scope) for bal in _concerned(scope)]
    left = _worst_first(each for each in stands if each.state is not StepState.DONE)
    if not left:
        return _nothing_to_depublish(scope, stands)
    sentences = _shown(scope, left)
    others = len(left) - _SHOWN
    if others > 0:
        text = ngettext("et %(n)s autre BAL inactive", "et %(n)s autres BAL inactives", others)
        sentences.append(text % {"n": format_count(others)})
    if any(each.bal.way_out is None for each in left):
        sentences.append(_threshold(scope))
    sentences += adrift_words(scope)
    concerned = [each.bal for each in stands]
    sentences += scope.unmeasured(Question.CONSULTED, besides=concerned, decides=False)
    target = Target(left[0].there or left[0].bal.address, view="annuaire")
    return Evidence(SHEET, 2, scope.address, left[0].state, tuple(sentences), left[0].since, target)


def delete(scope: Scope) -> Evidence:
    """I.3: blocked until a BAL has passed step 2 and its content is safe (the sheet: recover the messages
    first); then to do, asked for and waited for with dates; done when no inactive BAL is left.
    """
    if not scope.bals and not scope.adrift:
        return no_bal(SHEET, 3, scope)
    stands = _worst_first(_deletion(bal, scope) for bal in _concerned(scope))
    if not stands:
        return _nothing_to_delete(scope)
    first = stands[0]
    if first.state is StepState.BLOCKED:
        sentences = [_blocked(scope, stands)]
    else:
        sentences = _shown(scope, stands)
    return Evidence(
        SHEET, 3, scope.address, first.state, tuple(sentences), first.since, _way_to_delete(first)
    )


def _concerned(scope: Scope) -> list[Mailbox]:
    """The BAL that both steps are about, those unread for longest first; also one that has vanished from the
    directory where the holder says that it is there still, and not read.
    """
    unread = {bal.address for bal in scope.with_use(Activity.UNREAD)}
    here = [bal for bal in scope.bals if bal.address in unread or bal.way_out is not None]
    return longest_first([*here, *(bal for bal in scope.adrift if is_idle(bal, scope))])


def _depublication(bal: Mailbox, scope: Scope) -> _Stand:
    publication, way = scope.publication(bal), bal.way_out
    if publication is Publication.ABSENT:
        return _answering(bal, scope)
    if way is None:
        return _Stand(bal, StepState.ATTENTION, unread_for(bal, scope), unread_since(bal))
    if publication is Publication.PUBLISHED and way.deleted is not None:
        return _outlived(bal, way.deleted, scope)
    if publication is Publication.PUBLISHED and _is_back(way):
        said = _("de nouveau dans l'annuaire : dépublication à redemander au fournisseur")
        return _Stand(bal, StepState.ATTENTION, said)
    if way.depublication.on is None:
        said = _("en cours depuis le %s : demande au fournisseur à écrire") % _day(way.opened, scope)
        return _Stand(bal, StepState.TODO, said, way.opened)
    return _waiting(bal, way.depublication, _("en cours"), scope)


def _is_back(way: WayOut) -> bool:
    """Whether a BAL that the directory shows had left it before, and nothing was asked since: as its case has
    noted, or is about to; its deletion is begun once it has left.
    """
    left, asked = way.gone or way.recovered, way.depublication.on
    return way.back or (left is not None and (asked is None or asked <= left))


def _outlived(bal: Mailbox, deleted: datetime, scope: Scope) -> _Stand:
    """One that was noted as deleted, and is there all the same."""
    if has_outlived(bal.account, bal.status, bal.way_out):
        said = _("notée supprimée le %s, et pourtant elle répond : à voir avec son fournisseur")
    else:
        said = _("notée supprimée le %s, et pourtant publiée : à voir avec son fournisseur")
    return _Stand(bal, StepState.ATTENTION, said % _day(deleted, scope), deleted)


def _answering(bal: Mailbox, scope: Scope) -> _Stand:
    """The auto-reply of a BAL that the directory no longer shows."""
    way, there = bal.way_out or WayOut(scope.now), ""
    out = (
        _("hors de l'annuaire depuis le %s") % _day(way.gone, scope) if way.gone else _("hors de l'annuaire")
    )
    if way.reply is None:
        state, said, since = StepState.TODO, _("réponse automatique à poser"), way.gone
    elif trouble := trouble_of(way.reply, scope.now):
        state = StepState.ATTENTION if trouble.presses else StepState.TODO
        said, since = _("réponse automatique %s") % trouble.said, way.reply.since
    elif doubt := _doubt_about(bal, way.replacement, scope):
        (state, said), since = doubt, None
        there = way.replacement if state is not StepState.ATTENTION else ""
    else:
        said = _("réponse automatique en service depuis le %s") % _day(way.reply.since, scope)
        state, since = StepState.DONE, max(way.gone or way.reply.since, way.reply.since)
    return _Stand(bal, state, _("%(first)s, %(second)s") % {"first": out, "second": said}, since, there)


def _doubt_about(bal: Mailbox, replacement: str, scope: Scope) -> tuple[StepState, str] | None:
    """Why nobody should be sent to the BAL that an auto-reply names, or why that is not known; None where
    nothing is known against it.
    """
    doubt = doubt_of(bal.address, replacement, scope.practice)
    if doubt is None:
        return None
    if doubt is Doubt.UNMEASURED:
        said = _("réponse automatique en service ; on ne sait pas encore si %s, qu'elle nomme, est consultée")
        return StepState.UNKNOWN, said % replacement
    if doubt is Doubt.UNCLEAR:
        said = _("réponse automatique en service ; à préciser : %s, qu'elle nomme, est-elle consultée ?")
        return StepState.TODO, said % replacement
    said = _("réponse automatique en service, mais %(bal)s, qu'elle nomme, %(why)s")
    return StepState.ATTENTION, said % {"bal": replacement, "why": why(doubt)}


def _deletion(bal: Mailbox, scope: Scope) -> _Stand:
    way, before = bal.way_out, _depublication(bal, scope)
    if way is not None and way.deleted is not None:
        return _outlived(bal, way.deleted, scope)
    asked = way.deletion if way is not None else None
    if asked is not None and asked.on is not None:
        if before.state in (StepState.DONE, StepState.UNKNOWN):
            return _waiting(bal, asked, _("suppression"), scope)
        words = {"day": _day(asked.on, scope), "why": before.said}
        said = _("suppression demandée le %(day)s avant que l'étape 2 soit faite : %(why)s") % words
        return _Stand(bal, StepState.ATTENTION, said, asked.on)
    if way is None or before.state is not StepState.DONE:
        recovered = way is not None and way.recovered is not None
        said = _("attend l'étape 2") if recovered else _("attend l'étape 2 et une archive de la BAL")
        return _Stand(bal, StepState.BLOCKED, said)
    if way.recovered is None:
        return _Stand(bal, StepState.BLOCKED, "", way.gone)
    said = _("contenu récupéré le %s : demande de suppression à écrire") % _day(way.recovered, scope)
    return _Stand(bal, StepState.TODO, said, way.recovered)


def _waiting(bal: Mailbox, asked: Asked, what: str, scope: Scope) -> _Stand:
    """A request that was made out: that it is to be sent; or what is waited for, and until when."""
    late, ahead = asked.is_late(scope.now), asked.is_ahead(scope.now)
    waits = not (asked.former or asked.is_unsent or ahead)
    words = {"what": what, "asked": asked_words(asked, scope.now), "remind": _day(asked.remind_on, scope)}
    if asked.answered is not None:
        words["answered"] = _day(asked.answered, scope)
    if not waits:
        said = _("%(what)s : demande %(asked)s")
    elif late:
        said = _("%(what)s : demande %(asked)s ; fournisseur à relancer depuis le %(remind)s")
    elif asked.answered is not None:
        said = _("%(what)s : demande %(asked)s ; réponse du fournisseur le %(answered)s")
    else:
        said = _("%(what)s : demande %(asked)s ; attend le fournisseur")
    if waits and not late and asked.remind_on is not None:
        said += _(", relance le %(remind)s")
    state, since = (StepState.ATTENTION, asked.remind_on) if late else (StepState.TODO, asked.on)
    if asked.former:
        state, since = StepState.ATTENTION, asked.on
    return _Stand(bal, state, said % words, None if ahead else since)


def _blocked(scope: Scope, stands: Sequence[_Stand]) -> str:
    """What all of these BAL wait for; those that wait for step 2 too say so first."""
    waiting = [each.said for each in stands if each.said]
    if waiting:
        return waiting[0]
    return _("attend une archive de %(names)s") % {
        "names": scope.names([each.bal.address for each in stands])
    }


def _way_to_delete(first: _Stand) -> Target:
    """Its messages, all folders at once, where an archive of them is what is missing; else its dossier."""
    account = first.bal.account
    if first.state is StepState.BLOCKED and not first.said and account and account.access == "imap":
        return Target(first.bal.address, EVERYWHERE, archive=True)
    return Target(first.bal.address, view="annuaire")


def _nothing_to_depublish(scope: Scope, settled: Sequence[_Stand]) -> Evidence:
    """No BAL is left to be taken out: done only when this is certain of each."""
    done = {each.bal.address for each in settled}
    others = [bal for bal in scope.bals if bal.address not in done]
    read = [bal for bal in scope.with_use(Activity.READ) if bal.address not in done]
    certain = len(read) == len(others) and scope.is_certain
    certain = certain and not scope.adrift
    state = StepState.DONE if certain else StepState.UNKNOWN
    sentences = _shown(scope, settled)
    sentences += _none_inactive(scope, read, others) if others else []
    sentences += adrift_words(scope)
    sentences += scope.unmeasured(Question.CONSULTED, besides=[each.bal for each in settled])
    if not scope.knows_all:
        sentences.append(_("publication à contrôler dans l'Annuaire Santé"))
    since = max((each.since for each in settled if each.since), default=None)
    return Evidence(SHEET, 2, scope.address, state, tuple(sentences), since if certain else None)


def _none_inactive(scope: Scope, read: list[Mailbox], others: list[Mailbox]) -> list[str]:
    """That the BAL which stay are in use, as far as that is known."""
    if scope.address is not None:
        return uses(scope)
    said = []
    if read and len(read) == len(scope.bals):
        text = ngettext(
            "la BAL connue ici n'est pas inactive",
            "aucune des %(n)s BAL connues ici n'est inactive",
            len(read),
        )
        said.append(text % {"n": format_count(len(read))})
    elif read:
        text = ngettext("%(n)s BAL n'est pas inactive", "%(n)s BAL ne sont pas inactives", len(read))
        said.append(text % {"n": format_count(len(read))})
    known = {bal.address for bal in read}
    unclear = [bal.address for bal in others if bal.address not in known and figures_of(bal)]
    if unclear:
        said.append(_("activité à préciser : %(names)s") % {"names": scope.names(unclear)})
    return said


def _nothing_to_delete(scope: Scope) -> Evidence:
    """No BAL that nobody reads: done when this is certain, with the day on which the last one was deleted."""
    read = len(scope.with_use(Activity.READ)) == len(scope.bals)
    settled = read and scope.is_certain and not scope.adrift
    ended = [
        bal.way_out.deleted
        for bal in scope.practice.mailboxes
        if scope.address is None and bal.way_out is not None and bal.way_out.deleted is not None
    ]
    if scope.address is not None:
        sentence = _("rien à demander pour l'instant")
    elif settled:
        sentence = _("aucune BAL inactive, rien à demander")
    else:
        sentence = _("aucune BAL inactive connue ici, rien à demander pour l'instant")
    sentences = [sentence]
    if ended:
        text = ngettext(
            "%(n)s BAL supprimée, le %(day)s", "%(n)s BAL supprimées, la dernière le %(day)s", len(ended)
        )
        sentences.append(text % {"n": format_count(len(ended)), "day": _day(max(ended), scope)})
    sentences += adrift_words(scope)
    sentences += scope.unmeasured(Question.CONSULTED)
    state = StepState.DONE if settled else StepState.UNKNOWN
    since = max(ended, default=None) if settled else None
    return Evidence(SHEET, 3, scope.address, state, tuple(sentences), since)


def _shown(scope: Scope, stands: Sequence[_Stand]) -> list[str]:
    """The first ones, each under its address where there may be several."""
    sentences = []
    for each in stands[:_SHOWN]:
        said = each.said or _("attend une archive de la BAL")
        sentences += [each.bal.address, said] if scope.address is None else [said]
    return sentences


def _worst_first(stands: Iterable[_Stand]) -> list[_Stand]:
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(stands, key=lambda each: (_WORST.index(each.state), each.since or latest, each.bal.address))


def _threshold(scope: Scope) -> str:
    return _("seuil choisi ici : %(age)s") % {"age": age_words(scope.thresholds.inactive_after_days)}


def _day(moment: datetime | None, scope: Scope) -> str:
    return "" if moment is None else format_date(moment.astimezone(scope.now.tzinfo).date())
