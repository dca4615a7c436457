"""The rules of VALORISER: choose the preferred BAL of each situation, make it known."""

from balt.directory.model import PracticeSituation
from balt.i18n import _, ngettext
from balt.mailboxes.model import Mailbox, Publication, Verdict
from balt.mailboxes.practice import Practice
from balt.mailboxes.situations import may_prefer
from balt.mailboxes.wording import situation_label
from balt.sheets.identify import no_bal
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.scope import Scope
from balt.units import format_count

SHEET = "valoriser"
_HERE = Target("", view="situations")


def choose(scope: Scope) -> Evidence:
    """III.1: done when each situation has its preferred BAL, which the directory publishes and somebody
    reads (the sheet: check your BAL in the Annuaire Santé, then decide).
    """
    if not scope.bals:
        return no_bal(SHEET, 1, scope)
    situations = _situations(scope)
    if not situations:
        return _no_situation(scope)
    left = [each for each in situations if each.id not in scope.practice.preferred]
    troubles = [text for each in situations if (text := _trouble(each, scope))]
    unsure = dict.fromkeys(text for each in situations if (text := _unsure(each, scope)))
    chosen = len(situations) - len(left)
    if troubles:
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
    sentences += troubles
    if not troubles:
        sentences += unsure
    return Evidence(SHEET, 1, scope.address, state, tuple(sentences), None, _HERE)


def communicate(scope: Scope) -> Evidence:
    """III.2: will be done when the four supports that the sheet names carry the preferred BAL."""
    if not scope.bals:
        return no_bal(SHEET, 2, scope)
    if any(each.id in scope.practice.preferred for each in _situations(scope)):
        first = _("signature de mail prête à copier")
    else:
        first = _("attend le choix des BAL privilégiées")
    sentences = (first, _("à noter : lettres, signature, ordonnances, réseaux"))
    return Evidence(SHEET, 2, scope.address, StepState.UNKNOWN, sentences, None, _HERE)


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


def _chosen(situation: PracticeSituation, scope: Scope) -> Mailbox | None:
    address = scope.practice.preferred.get(situation.id)
    return scope.practice.mailbox(address) if address else None


def _trouble(situation: PracticeSituation, scope: Scope) -> str:
    """What speaks against the choice that was made."""
    if situation.id not in scope.practice.preferred:
        return ""
    bal = _chosen(situation, scope)
    words = {"situation": situation_label(situation)}
    if bal is None:
        return _("%(situation)s : la BAL choisie n'est plus connue ici") % words
    if may_prefer(bal):
        return _("%(situation)s : la BAL choisie quitte l'annuaire") % words
    if bal.publication is Publication.ABSENT:
        return _("%(situation)s : la BAL choisie n'est pas publiée") % words
    if bal.finding.verdict in (Verdict.GHOST, Verdict.INACTIVE):
        return _("%(situation)s : la BAL choisie n'est lue par personne") % words
    return ""


def _unsure(situation: PracticeSituation, scope: Scope) -> str:
    """What is still to be known of the BAL that was chosen."""
    bal = _chosen(situation, scope)
    if bal is None:
        return ""
    if bal.publication is Publication.UNKNOWN:
        return _("publication à contrôler dans l'Annuaire Santé")
    if bal.finding.verdict is Verdict.UNKNOWN:
        return _("activité à préciser : %(names)s") % {"names": bal.address}
    return ""
