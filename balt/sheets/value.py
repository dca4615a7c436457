"""The rules of VALORISER: choose the preferred BAL of each situation, make it known."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from balt.directory.model import PracticeSituation
from balt.i18n import _, ngettext
from balt.mailboxes.model import Mailbox, Publication
from balt.mailboxes.practice import Practice
from balt.mailboxes.preferences import GRAVE, Doubt, Judge, Warned, homonyms
from balt.mailboxes.supports import Support
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import use_of
from balt.mailboxes.wording import situation_label
from balt.publish.standings import Place, Standing, Standings
from balt.sheets.identify import no_bal
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import Scope
from balt.units import format_count, format_date

SHEET = "valoriser"
_SHOWN = 3
_HERE = Target("", view="situations")


def choose(scope: Scope) -> Evidence:
    """III.1: done when each situation has its preferred BAL, which the directory publishes and somebody
    reads, and so has each kind of prescription with a BAL of its own (the sheet: check your BAL in the
    Annuaire Santé, then decide for your types of prescriptions). What is only doubtful is told beside it.
    """
    if not scope.bals:
        return no_bal(SHEET, 1, scope)
    situations = _situations(scope)
    if not situations:
        return _no_situation(scope)
    left = [each for each in situations if each.id not in scope.practice.preferred]
    judge = Judge(scope.practice)
    warned = [each for situation in situations for each in judge.situation(situation)]
    if scope.address is None:
        warned += homonyms(scope.practice)
    grave = _gravest(warned)
    unsure = dict.fromkeys(text for each in situations if (text := _unsure(each, scope)))
    chosen = len(situations) - len(left)
    if grave:
        state = StepState.ATTENTION
    elif left:
        state = StepState.TODO
    else:
        state = StepState.UNKNOWN if unsure else StepState.DONE
    text = ngettext(
        "%(n)s situation sur %(total)s a sa BAL privilégiée",
        "%(n)s situations sur %(total)s ont leur BAL privilégiée",
        chosen,
    )
    sentences = [text % {"n": format_count(chosen), "total": format_count(len(situations))}]
    if left and chosen:
        names = scope_names([situation_label(each) for each in left])
        sentences.append(_("reste : %(names)s") % {"names": names})
    sentences += _few([each.sentence for each in grave])
    if not grave:
        sentences += unsure
    sentences += _few([each.sentence for each in _beside(warned)])
    since = _chosen_since(situations, scope.practice) if state is StepState.DONE else None
    return Evidence(SHEET, 1, scope.address, state, tuple(sentences), since, _HERE)


def _few(sentences: Sequence[str]) -> list[str]:
    """The first of them, and how many more there are: a large practice would fill the screen and the page."""
    more = len(sentences) - _SHOWN
    if more <= 0:
        return list(sentences)
    text = ngettext("et %(n)s autre remarque", "et %(n)s autres remarques", more)
    return [*sentences[:_SHOWN], text % {"n": format_count(more)}]


def _gravest(warned: Iterable[Warned]) -> list[Warned]:
    """What undoes a choice, once for each."""
    found: dict[tuple[object, object], Warned] = {}
    for each in warned:
        if each.doubt in GRAVE:
            found.setdefault((each.situation, each.kind), each)
    return list(found.values())


def _beside(warned: Iterable[Warned]) -> list[Warned]:
    """What is told without deciding anything: the gravest of each situation, not to drown the rest."""
    found: dict[str, Warned] = {}
    for each in warned:
        if each.doubt not in GRAVE and each.doubt is not Doubt.ENDED:
            found.setdefault(each.situation.id if each.situation else "", each)
    return list(found.values())


def _chosen_since(situations: Sequence[PracticeSituation], practice: Practice) -> datetime | None:
    """Since when all of them have the preferred BAL that they have: the day of the last choice."""
    days = [practice.book.chosen.get(each.id) for each in situations]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def communicate(scope: Scope) -> Evidence:
    """III.2: done when the four supports that the sheet names bear the preferred BAL of every situation, as
    was noted by hand within the year; a support that still bears the BAL of before presses. One that step 1
    doubts, or does not know enough of, is not to be made known.
    """
    if not scope.bals:
        return no_bal(SHEET, 2, scope)
    known = _situations(scope)
    situations = [each for each in known if each.id in scope.practice.preferred]
    if not situations:
        state = StepState.BLOCKED if known else StepState.UNKNOWN
        waits = _("attend le choix des BAL privilégiées")
        return Evidence(SHEET, 2, scope.address, state, (waits,), None, _HERE)
    standings = Standings(scope.practice)
    supports = scope.practice.supports.supports
    found = [place for support in supports for each in known for place in standings.asked(support, each)]
    asked = [each for each in found if each.support.of_the_sheet]
    old = [each for each in found if each.standing is Standing.OLD]
    missing = [each for each in asked if each.standing is Standing.MISSING]
    aged = [each for each in asked if each.standing is Standing.AGED]
    undecided = len(known) - len(situations)
    sentences = [_borne(asked), *_old_words(old), *_missing_words(missing), *_aged_words(aged)]
    if undecided:
        text = ngettext(
            "%(n)s situation attend encore sa BAL privilégiée",
            "%(n)s situations attendent encore leur BAL privilégiée",
            undecided,
        )
        sentences.append(text % {"n": format_count(undecided)})
    judge = Judge(scope.practice)
    if old:
        state = StepState.ATTENTION
    elif missing or undecided:
        state = StepState.TODO
    elif _gravest(each for situation in situations for each in judge.situation(situation)):
        state = StepState.BLOCKED
        sentences.append(_("attend l'étape 1 : une BAL privilégiée ne convient plus"))
    elif unsure := dict.fromkeys(text for each in situations if (text := _unsure(each, scope))):
        state = StepState.UNKNOWN
        sentences += unsure
    else:
        state = StepState.UNKNOWN if aged else StepState.DONE
    since = _borne_since(asked, scope) if state is StepState.DONE else None
    return Evidence(SHEET, 2, scope.address, state, tuple(sentences), since, _HERE)


def _borne(asked: Sequence[Place]) -> str:
    """How many of the four bear all that they should."""
    total = dict.fromkeys(each.support for each in asked)
    short = {each.support for each in asked if each.standing is not Standing.CARRIED}
    done = len(total) - len(short)
    text = ngettext(
        "%(n)s support sur %(total)s porte vos BAL privilégiées",
        "%(n)s supports sur %(total)s portent vos BAL privilégiées",
        done,
    )
    return text % {"n": format_count(done), "total": format_count(len(total))}


def _old_words(old: Sequence[Place]) -> list[str]:
    """What a changed preference made wrong."""
    supports = list(dict.fromkeys(each.support for each in old))
    if len(supports) < 2:
        return [_still_old(each) for each in supports]
    return [_("encore l'ancienne adresse : %(names)s") % {"names": ", ".join(each.word for each in supports)}]


def _still_old(support: Support) -> str:
    """That a support still bears the address of before; the sheet's four in a sentence of their own."""
    return {
        "letters": _("vos lettres d'adressage portent encore l'ancienne adresse"),
        "signature": _("votre signature de mail porte encore l'ancienne adresse"),
        "prescriptions": _("vos ordonnances portent encore l'ancienne adresse"),
        "networks": _("vos réseaux sociaux portent encore l'ancienne adresse"),
    }.get(support.id, _("%s : encore l'ancienne adresse") % support.label)


def _missing_words(missing: Sequence[Place]) -> list[str]:
    names = list(dict.fromkeys(each.support.word for each in missing))
    if not names:
        return []
    return [_("à noter : %(names)s") % {"names": ", ".join(names)}]


def _aged_words(aged: Sequence[Place]) -> list[str]:
    """Those to confirm, with the day of the oldest note."""
    if not aged:
        return []
    names = ", ".join(dict.fromkeys(each.support.word for each in aged))
    oldest = min(each.note.noted for each in aged if each.note is not None)
    words = {"names": names, "day": format_date(oldest.astimezone().date())}
    return [_("à confirmer : %(names)s (noté le %(day)s)") % words]


def _borne_since(asked: Sequence[Place], scope: Scope) -> datetime | None:
    """Since when all of them bear it: the day of the last one, at its beginning."""
    days = [each.note.since for each in asked if each.note is not None]
    if not days:
        return None
    return datetime.combine(max(days), datetime.min.time(), scope.now.tzinfo)


def scope_names(names: list[str]) -> str:
    """Names in a sentence: two at most, then a count."""
    if len(names) <= 2:
        return ", ".join(names)
    text = ngettext("%(first)s et %(n)s autre", "%(first)s et %(n)s autres", len(names) - 1)
    return text % {"first": names[0], "n": format_count(len(names) - 1)}


def _situations(scope: Scope) -> list[PracticeSituation]:
    """The situations in activity; for one BAL, those that it serves."""
    active = [each for each in scope.practice.situations if each.active]
    if scope.address is None:
        return active
    served = {each.id for bal in scope.bals for each in bal.situations}
    return [each for each in active if each.id in served]


def _no_situation(scope: Scope) -> Evidence:
    if scope.address is not None:
        sentence = _("aucune situation enregistrée pour cette BAL")
        return Evidence(SHEET, 1, scope.address, StepState.UNKNOWN, (sentence,), None, _HERE)
    if scope.directory_read:
        sentences = (_("aucune situation d'exercice enregistrée"), why_no_situation(scope.practice))
        return Evidence(SHEET, 1, None, StepState.TODO, sentences, None, _HERE)
    sentences = (_("situations pas encore enregistrées"), _("à décider : une BAL pour chacune"))
    return Evidence(SHEET, 1, None, StepState.UNKNOWN, sentences, None, _HERE)


def why_no_situation(practice: Practice) -> str:
    """Why the directory gave no situation, and what to do."""
    if not practice.person.rpps:
        return _("sans votre numéro RPPS, l'Annuaire Santé n'en donne pas : à écrire à la main")
    if practice.directory.api is None:
        return _("l'extraction n'en contient pas : importez le fichier d'activités, ou à écrire à la main")
    return _("l'Annuaire Santé n'en donne pas pour vous : à écrire à la main")


def _chosen(situation: PracticeSituation, scope: Scope) -> list[Mailbox]:
    """The BAL preferred in a situation, by default and for the kinds that have their own."""
    practice = scope.practice
    kinds = ("", *(each.id for each in practice.book.kinds))
    addresses = dict.fromkeys(practice.preferred_for(situation.id, kind) for kind in kinds)
    return [bal for each in addresses if each and (bal := practice.mailbox(each)) is not None]


def _unsure(situation: PracticeSituation, scope: Scope) -> str:
    """What is still to be known of the BAL that were chosen."""
    for bal in _chosen(situation, scope):
        if scope.publication(bal) is Publication.UNKNOWN:
            return _("publication à contrôler dans l'Annuaire Santé")
        if use_of(bal, scope.thresholds, scope.now) is Activity.UNCLEAR:
            return _("activité à préciser : %(names)s") % {"names": bal.address}
    return ""
