"""The sentences about cases, for the shell and for a screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from balt.cases.contacts import is_reachable, kind_label
from balt.cases.doubts import NO_DOUBT, OPEN, Doubt, why
from balt.cases.holders import is_of, named, persons
from balt.cases.model import LOOKS, Case, CaseKind, Channel, Event, Happened, Reply, Seen
from balt.cases.request import Request
from balt.cases.steps import CaseStep, StepName, StepState
from balt.cases.writers import Trend
from balt.config import Contact, Person
from balt.i18n import _, labelled, ngettext
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import Publication
from balt.text import plain
from balt.units import format_count, format_date

if TYPE_CHECKING:
    from balt.cases.recovery import Recovery

SIGNS = {
    StepState.DONE: "✔",
    StepState.TODO: "○",
    StepState.ATTENTION: "▲",
    StepState.BLOCKED: "■",
    StepState.UNKNOWN: "?",
}


_NOT_TOLD = (NO_DOUBT, *OPEN)
"""What a look at the replacement finds that speaks against nothing: no news."""


def kind_words(kind: CaseKind) -> str:
    """What is asked for."""
    return {CaseKind.DEPUBLICATION: _("dépublication"), CaseKind.DELETION: _("suppression")}[kind]


def step_label(name: StepName) -> str:
    """What a step is about."""
    return {
        StepName.REPLACEMENT: _("BAL de remplacement"),
        StepName.AUTO_REPLY: _("réponse automatique"),
        StepName.RECOVERY: _("contenu récupéré"),
        StepName.REQUEST: _("demande au fournisseur"),
        StepName.GONE: _("sortie de l'annuaire"),
        StepName.WRITERS: _("correspondants"),
        StepName.DELETED: _("suppression"),
    }[name]


def trend_label(trend: Trend) -> str:
    """What has become of what somebody sends."""
    return {
        Trend.STEADY: _("autant"),
        Trend.RISING: _("en hausse"),
        Trend.FALLING: _("en baisse"),
        Trend.ENDED: _("plus rien"),
    }[trend]


def told_of(case: Case, now: datetime) -> list[Event]:
    """The events of a case that are told: of looks that found the same, the first, and of the auto-reply the
    first for each replacement; of the replacement what speaks against it, or no longer does; of an
    extraction, made once a day, the last word of each day.
    """
    found: list[Event] = []
    for event in case.events:
        named = event.what in (Happened.AUTO_REPLY, Happened.REPLACEMENT)
        until = (event.what, Happened.REPLACED) if named else (event.what,)
        before = next((each for each in reversed(found) if each.what in until), None)
        seen_again = before is not None and event.what in LOOKS and _says(event) == _says(before)
        if seen_again and event.value != Reply.BY_HAND:
            continue
        if event.what is Happened.USE:
            continue  # it serves what is written, and verdicts tell it
        if event.what is Happened.REPLACEMENT and not (_is_doubt(event) or _was_doubted(before, event)):
            continue
        if before is not None and event.what is Happened.EXTRACTION and _is_replaced(before, event, now):
            found.remove(before)
        found.append(event)
    return found


def _was_doubted(before: Event | None, event: Event) -> bool:
    """Whether something had spoken against the same replacement."""
    return before is not None and before.note == event.note and _is_doubt(before)


def _is_doubt(event: Event) -> bool:
    """Whether something speaks against the replacement, as it was seen."""
    return event.what is Happened.REPLACEMENT and event.value not in _NOT_TOLD


def has_news(before: Case, now: Case) -> bool:
    """Whether a case tells something that it did not tell ``before``."""
    first, second = told_of(before, before.opened), told_of(now, before.opened)
    return [(each.what, _says(each)) for each in first] != [(each.what, _says(each)) for each in second]


def _says(event: Event) -> tuple[str, str]:
    """What a look found, where that came from left aside."""
    return event.value, _named(event.holders)


def _is_replaced(before: Event, event: Event, now: datetime) -> bool:
    """Whether a look at an extraction is one more at the same on the same day."""
    return before.of == event.of and _same_day(before, event, now)


def _same_day(one: Event, other: Event, now: datetime) -> bool:
    return one.at.astimezone(now.tzinfo).date() == other.at.astimezone(now.tzinfo).date()


def event_line(event: Event) -> str:
    """One line of the timeline, without its date."""
    said = _event(event)
    note = "" if event.what is Happened.KIND else plain(event.note)
    return f"{said} ({note})" if note else said


def _extraction(event: Event) -> str:
    """The extraction that was looked at, by its own day where that is known."""
    if event.of is None:
        return _("extraction")
    return _("extraction du %s") % format_date(event.of.astimezone(event.at.tzinfo).date())


def _event(event: Event) -> str:
    value = plain(event.value)
    match event.what:
        case Happened.OPENED:
            return _("dossier ouvert ; remplacée par %s") % value if value else _("dossier ouvert")
        case Happened.REPLACED:
            return _("remplacée par %s") % value
        case Happened.KIND:
            return _("BAL de type %s") % value
        case Happened.HOLDERS:
            return _("selon l'annuaire, BAL de : %s") % plain(_named(event.holders))
        case Happened.AUTO_REPLY:
            return _replies(value)
        case Happened.REPLACEMENT:
            return _replacements(value)
        case Happened.REQUESTED:
            return _channels(value)
        case Happened.API:
            return source_line([event])
        case Happened.EXTRACTION:
            return source_line([event])
        case Happened.LISTED:
            return _sources(value) % _("selon le titulaire")
        case Happened.KEPT:
            return _("contenu récupéré : toute la BAL est dans une archive vérifiée")
        case Happened.ARCHIVE:
            return _archives(value)
        case Happened.MAILBOX:
            return _("la BAL répond encore") if value == Seen.THERE else _("la BAL n'a pas répondu")
        case Happened.USE:
            return _("consultation de la BAL, par ses messages")
        case Happened.TAKEN_BACK:
            return _taken_back(value)
        case _:
            return _plain_events(event.what)


def _taken_back(mark: str) -> str:
    """What does not count any more; told by its ``Event.mark``, which may come from another balt."""
    what = mark.partition(" ")[0]
    told = {
        Happened.REQUESTED.value: _("demande écrite"),
        Happened.SENT.value: _("demande envoyée, selon le titulaire"),
        Happened.ANSWERED.value: _("réponse du fournisseur"),
        Happened.AUTO_REPLY.value: _("réponse automatique posée à la main"),
    }.get(what)
    return _("noté par erreur, repris : %s") % told if told else _("noté par erreur, repris")


def _plain_events(what: Happened) -> str:
    return {
        Happened.SENT: _("demande envoyée, selon le titulaire"),
        Happened.ANSWERED: _("réponse du fournisseur"),
        Happened.NOTHING_TO_KEEP: _("rien à garder, selon le titulaire"),
        Happened.DELETED: _("BAL supprimée, selon le titulaire"),
        Happened.CLOSED: _("dossier clos"),
        Happened.ABANDONED: _("dossier abandonné"),
    }[what]


def _replacements(value: str) -> str:
    if value in _NOT_TOLD:
        return _("plus rien ne s'oppose à la BAL de remplacement")
    return _("la BAL de remplacement %s") % why(Doubt(value))


def _replies(value: str) -> str:
    return {
        Reply.ACTIVE.value: _("réponse automatique en service"),
        Reply.BY_HAND.value: _("réponse automatique posée à la main"),
        Reply.OFF.value: _("réponse automatique hors service"),
        Reply.CHANGED.value: _("réponse automatique changée par un autre programme"),
        Reply.ELSEWHERE.value: _("réponse automatique en service, mais elle nomme une autre BAL"),
        Reply.SCRIPT.value: _("réponse automatique en service, mais votre propre script est à revoir"),
    }.get(value, _("réponse automatique"))


def _channels(value: str) -> str:
    return {
        Channel.TEXT.value: _("demande écrite (texte)"),
        Channel.EML.value: _("demande écrite (fichier .eml)"),
        Channel.DRAFT.value: _("demande mise dans les brouillons"),
    }.get(value, _("demande écrite"))


def _archives(value: str) -> str:
    return {
        Seen.THERE.value: _("archive présente"),
        Seen.ELSEWHERE.value: _("archive sur l'autre poste"),
    }.get(value, _("archive introuvable"))


def source_line(looks: Sequence[Event]) -> str:
    """What these looks at sources of the directory, which found the same, tell of a BAL."""
    names = [_("API") if each.what is Happened.API else _extraction(each) for each in looks]
    return _sources(looks[0].value) % ", ".join(names)


def _sources(value: str) -> str:
    return {
        Publication.PUBLISHED.value: _("publiée par l'annuaire (%s)"),
        Publication.ABSENT.value: _("absente de l'annuaire (%s)"),
    }.get(value, _("annuaire sans réponse (%s)"))


def contact_lines(contact: Contact | None, address: str) -> list[str]:
    """Whom to write to."""
    if contact is None:
        return [
            _("Aucun fournisseur connu pour @%s : ajoutez-le à la configuration, sous [[provider]].")
            % address.rpartition("@")[2]
        ]
    told = (contact.name, contact.email, contact.phone, contact.url)
    about = ", ".join(each for each in told if each)
    lines = [labelled(kind_label(contact.kind), about) if about else kind_label(contact.kind)]
    if not is_reachable(contact):
        lines.append(_("Comment le joindre : à ajouter à la configuration, sous [[provider]]."))
    return lines


def request_lines(request: Request) -> list[str]:
    """What is still to be done of a request before it is sent; none where it is whole."""
    if not request.blank:
        return []
    return [_("À compléter avant de l'envoyer : %s.") % ", ".join(request.blank)]


def header_lines(request: Request) -> list[str]:
    """What the holder fills in where the request is sent as a message; none where that is nothing."""
    said = _("%s ne peut pas figurer dans l'en-tête d'un message : remplissez-le en l'envoyant.")
    return [said % plain(each) for each in request.left_out]


def shared_lines(holders: Sequence[Holder], person: Person) -> list[str]:
    """Whom what is asked for concerns too; none where the BAL is of one person at most."""
    of = persons(holders, person)
    if len(of) < 2:
        return []
    if is_of(of[0], person):
        said = _("Selon l'annuaire, cette BAL est aussi celle de : %s. Prévenez-les avant la demande.")
        return [said % ", ".join(map(named, of[1:]))]
    said = _(
        "Selon l'annuaire, cette BAL est celle de plusieurs personnes : %s. Prévenez-les avant la demande."
    )
    return [said % ", ".join(map(named, of))]


def _named(holders: Iterable[Holder]) -> str:
    told = [named(each) or each.service or each.structure for each in holders]
    return ", ".join(filter(None, told))


def recovery_lines(found: Recovery) -> list[str]:
    """Why a BAL is not yet recovered; none where it is."""
    lines = []
    if found.checked.damaged or found.checked.missing:
        lines.append(_("L'archive est abîmée : balt archive verify dit quoi."))
    if found.missing:
        count = sum(found.missing.values())
        sentence = ngettext(
            "%(n)s message de la BAL, sur %(all)s, n'est pas dans cette archive :",
            "%(n)s messages de la BAL, sur %(all)s, ne sont pas dans cette archive :",
            count,
        )
        lines.append(sentence % {"n": format_count(count), "all": format_count(found.messages)})
        lines += ["  " + labelled(label, format_count(count)) for label, count in found.missing.items()]
    return lines


def headline(case: Case) -> str:
    """A case in one line."""
    state = f" ({_plain_events(case.end.what)})" if case.end is not None else ""
    return _("%(address)s : %(kind)s") % {"address": case.address, "kind": kind_words(case.kind)} + state


def step_line(step: CaseStep) -> str:
    """A step in one line, without its sign."""
    return _("%(step)s : %(said)s") % {"step": step_label(step.name), "said": step.said}
