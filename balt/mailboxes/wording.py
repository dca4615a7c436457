"""The words of a BAL on every screen: verdicts, publication, modes of practice, questions."""

from pathlib import Path

from balt.directory.model import PracticeSituation
from balt.i18n import _
from balt.mailboxes.model import Publication, Question, Verdict
from balt.text import plain
from balt.units import format_percent


def verdict_label(verdict: Verdict) -> str:
    """A verdict in two or three words."""
    return {
        Verdict.ACTIVE: _("active"),
        Verdict.WATCH: _("à surveiller"),
        Verdict.INACTIVE: _("inactive"),
        Verdict.GHOST: _("fantôme"),
        Verdict.UNLISTED: _("hors annuaire"),
        Verdict.LEAVING: _("en cours de dépublication"),
        Verdict.TO_DELETE: _("à supprimer"),
        Verdict.DELETED: _("supprimée"),
        Verdict.UNKNOWN: _("à préciser"),
    }[verdict]


def verdict_in_a_word(verdict: Verdict) -> str:
    """The same where a column is narrow: what follows the sign in 13 cells."""
    return _("dépublication") if verdict is Verdict.LEAVING else verdict_label(verdict)


def mode_label(code: str) -> str:
    """The mode of practice (TRE_R23) in a word; the code itself where it is not known here, "" for ""."""
    return {"L": _("libéral"), "S": _("salarié"), "B": _("bénévole")}.get(code, code)


def situation_label(situation: PracticeSituation) -> str:
    """A situation in a few words: "Cabinet des Lilas (libéral)"."""
    place = situation.structure or situation.town
    if not place and situation.finess:
        place = _("FINESS %s") % situation.finess
    mode = mode_label(situation.mode)
    if not place:
        return _("exercice %s") % mode if mode else _("structure non précisée")
    return _("%(place)s (%(mode)s)") % {"place": place, "mode": mode} if mode else place


def publication_label(publication: Publication) -> str:
    """Whether the directory publishes a BAL, for a column headed "Publiée"."""
    return {
        Publication.PUBLISHED: _("oui"),
        Publication.ABSENT: _("non"),
        Publication.UNKNOWN: "?",
    }[publication]


def question_text(question: Question) -> str:
    """What is asked of the holder."""
    return {
        Question.CONSULTED: _("Consultez-vous régulièrement cette BAL ?"),
        Question.QUOTA: _("À quel pourcentage cette BAL est-elle remplie ?"),
        Question.TRASH: _("La corbeille de cette BAL est-elle vidée ?"),
        Question.OLD: _("Les anciens courriels de cette BAL sont-ils triés ?"),
        Question.LARGE: _("Les grosses pièces jointes de cette BAL sont-elles retirées ?"),
        Question.LISTED: _("Le site de l'Annuaire Santé montre-t-il cette BAL ?"),
        Question.ALL: _("Toutes vos BAL de l'Annuaire Santé sont-elles connues ici ?"),
    }[question]


def rest_words() -> str:
    """Why a BAL that was noted as deleted is not read."""
    return _("notée supprimée : n'est plus relevée, sauf par R.")


def retire_words(address: str, file: Path | None) -> str:
    """What is left to do once a BAL is deleted: balt rewrites no configuration, a person does."""
    place = plain(str(file), 300) if file is not None else "config.toml"
    words = _("retirez-la de la configuration : le bloc [[mailbox]] de %(bal)s, dans %(file)s")
    return words % {"bal": plain(address, 254), "file": place}


def value_words(question: Question, value: str) -> str:
    """An answer in words: "oui", "non", "34 %"."""
    if question is Question.QUOTA and value.isdecimal():
        return format_percent(int(value[:3]), 100)
    return {"yes": _("oui"), "no": _("non")}.get(value, value)
