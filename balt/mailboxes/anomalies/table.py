"""The table of anomalies: what each is called, what it means, what to do, and the rule that finds it.

A new anomaly is a function of ``people`` or ``boxes``, and an entry here. The list is that of domain
section 10.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from balt.i18n import _
from balt.mailboxes.anomalies import boxes, people
from balt.mailboxes.anomalies.model import Evidence, Scene, Seen, Severity

Words = Callable[[], str]
"""Words in the language of the moment."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of anomaly. ``id`` is what scripts read; ``meaning`` says what it means and what to do."""

    id: str
    severity: Severity
    title: Words
    meaning: Words
    find: Callable[[Scene], Iterator[Seen]]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing that looks wrong, by which rule, at which addresses (lower case), and what shows it."""

    rule: Rule
    addresses: tuple[str, ...]
    evidence: tuple[Evidence, ...]


RULES = (
    Rule(
        "untrusted-domain",
        Severity.ALERT,
        lambda: _("Domaine hors de la liste blanche"),
        lambda: _(
            "La liste blanche donnée à balt ne nomme pas ce domaine : ce qui y est envoyé sort peut-être de "
            "l'espace de confiance. Prenez une liste récente, puis demandez à l'opérateur."
        ),
        boxes.untrusted_domain,
    ),
    Rule(
        "several-holders",
        Severity.ALERT,
        lambda: _("Une adresse pour plusieurs personnes"),
        lambda: _(
            "L'annuaire donne la même adresse à plusieurs numéros RPPS : un document peut arriver chez une "
            "autre personne. Faites rectifier par l'opérateur avant d'y écrire."
        ),
        boxes.several_holders,
    ),
    Rule(
        "role-gone",
        Severity.WARNING,
        lambda: _("BAL liée à une situation d'exercice close"),
        lambda: _(
            "L'annuaire tient la BAL pour celle d'une structure où il ne connaît plus la personne en "
            "exercice. Si elle en est partie, demandez la dépublication ; sinon, faites rectifier."
        ),
        people.role_gone,
    ),
    Rule(
        "no-role",
        Severity.WARNING,
        lambda: _("BAL d'une personne sans situation d'exercice active"),
        lambda: _(
            "L'annuaire ne donne à cette personne aucune situation d'exercice active. Si elle n'exerce plus, "
            "demandez la dépublication ; sinon, faites rectifier sa fiche par son ordre."
        ),
        people.no_role,
    ),
    Rule(
        "same-domain",
        Severity.WARNING,
        lambda: _("Deux BAL d'une personne sur un même domaine"),
        lambda: _(
            "Souvent l'ancien nom et le nouveau : les correspondants ne savent laquelle choisir. Gardez-en "
            "une, demandez la dépublication de l'autre."
        ),
        people.same_domain,
    ),
    Rule(
        "doubtful-words",
        Severity.WARNING,
        lambda: _("Description qui déconseille d'écrire"),
        lambda: _(
            "Sa description ou son service contient un mot comme « ancien », « ne plus utiliser », « fermé » "
            "ou « test ». Si elle ne sert plus, demandez la dépublication ; sinon, faites changer le texte."
        ),
        boxes.doubtful_words,
    ),
    Rule(
        "no-service",
        Severity.WARNING,
        lambda: _("BAL de service sans description ni service"),
        lambda: _(
            "Rien ne dit à qui arrive ce qu'on y envoie. Faites ajouter une description ou un service par "
            "l'opérateur."
        ),
        boxes.no_service,
    ),
    Rule(
        "only-in-extraction",
        Severity.WARNING,
        lambda: _("Dans l'extraction, pas dans l'API"),
        lambda: _(
            "Les deux sources de l'annuaire diffèrent : qui cherche par l'une ne trouve pas ce que donne "
            "l'autre. Attendez l'extraction suivante ; si l'écart reste, signalez-le à l'opérateur."
        ),
        boxes.only_in_extraction,
    ),
    Rule(
        "only-in-api",
        Severity.WARNING,
        lambda: _("Dans l'API, pas dans l'extraction"),
        lambda: _(
            "L'API la donne, le fichier non : elle est peut-être plus récente que lui. Prenez une extraction "
            "à jour ; si l'écart reste, signalez-le à l'opérateur."
        ),
        boxes.only_in_api,
    ),
    Rule(
        "vanished",
        Severity.WARNING,
        lambda: _("BAL disparue de l'extraction"),
        lambda: _(
            "Une extraction l'avait, la dernière ne l'a plus : dépubliée, supprimée, ou en liste rouge. Si "
            "personne ne l'a demandé, voyez avec l'opérateur."
        ),
        boxes.vanished,
    ),
    Rule(
        "many-mailboxes",
        Severity.NOTE,
        lambda: _("Personne qui a trois BAL ou plus"),
        lambda: _(
            "Un correspondant ne sait laquelle choisir. Gardez celles qui servent, et dites laquelle est "
            "privilégiée. Les BAL de cabinet (CAB), partagées, ne comptent pas."
        ),
        people.many,
    ),
    Rule(
        "several-rows",
        Severity.NOTE,
        lambda: _("Une adresse sur plusieurs lignes"),
        lambda: _(
            "Une source la donne plusieurs fois : plusieurs structures, services ou spécialités. Vérifiez "
            "que chacune est encore vraie."
        ),
        boxes.several_rows,
    ),
    Rule(
        "homonyms",
        Severity.NOTE,
        lambda: _("Homonymes"),
        lambda: _(
            "D'autres personnes portent ce nom : vérifiez RPPS, profession et commune avant d'écrire, et "
            "donnez votre adresse entière à vos correspondants."
        ),
        people.homonyms,
    ),
    Rule(
        "appeared",
        Severity.NOTE,
        lambda: _("BAL apparue dans l'extraction"),
        lambda: _(
            "La dernière extraction l'a, celle d'avant non. Si vous ne la connaissez pas, demandez à "
            "l'opérateur de son domaine qui l'a ouverte."
        ),
        boxes.appeared,
    ),
    Rule(
        "casing",
        Severity.NOTE,
        lambda: _("Une adresse écrite de plusieurs façons"),
        lambda: _(
            "Majuscules et minuscules ne changent rien à l'adresse, mais font croire à deux BAL. Faites "
            "garder une seule écriture."
        ),
        boxes.casing,
    ),
)
"""Those that weigh most come first."""


def anomalies(scene: Scene, within: frozenset[str] | None = None) -> list[Anomaly]:
    """Everything that the rules find, in the order of the table; with ``within`` (addresses in lower case),
    only what concerns one of them. Pure.
    """
    found = []
    for rule in RULES:
        seen = [each for each in rule.find(scene) if within is None or not within.isdisjoint(each.addresses)]
        seen.sort(key=lambda each: each.addresses)
        found += [Anomaly(rule, each.addresses, each.evidence) for each in seen]
    return found
