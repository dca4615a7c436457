"""What a merge changes, in the words of the screens: whose file it is speaks the language of a program."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from balt.cases.model import Case, Event
from balt.cases.words import event_line, kind_words
from balt.directory.model import PracticeSituation
from balt.i18n import _, labelled
from balt.mailboxes.model import WHOLE, Question
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.store import moment
from balt.mailboxes.supports import Support
from balt.mailboxes.wording import question_text, situation_label, value_words
from balt.units import format_date

Row = Mapping[str, Any]
Document = Mapping[str, Any]
Words = tuple[str, str]
"""What something is about ("" where it has lost its name), and what is said of it."""


def case_words(case: Case, event: Event, now: datetime) -> Words:
    """Of a case and of what happened in it last."""
    said = _signed(event_line(event), event.author, event.at, now)
    return labelled(case.address, kind_words(case.kind)), said


def line_words(name: str, date: str, row: Row, document: Document, now: datetime) -> Words:
    """Of a line of the list ``name``, which ``date`` dates; ``document`` is all that its store holds."""
    about, said = _WORDS[name](row, document)
    return about, _signed(said, row.get("author", ""), moment(row[date]), now)


def _signed(said: str, author: str, at: datetime, now: datetime) -> str:
    told = {"said": said, "who": author, "day": format_date(at.astimezone(now.tzinfo).date())}
    return (_("%(said)s · %(who)s, le %(day)s") if author else _("%(said)s · le %(day)s")) % told


def _answer(row: Row, _document: Document) -> Words:
    question = Question(row["question"])
    text, value = question_text(question), value_words(question, str(row["value"]))
    about = text if row["address"] == WHOLE else labelled(row["address"], text)
    return about, value or _("réponse retirée")


def _situation(row: Row, _document: Document) -> Words:
    if row["removed"] is not None:
        return _place(row), _("situation retirée")
    return _place(row), _("situation d'exercice") if row["active"] else _("situation terminée")


def _link(row: Row, document: Document) -> Words:
    about = labelled(_place_of(row["situation"], document), row["address"])
    return about, _("rattachée") if row["serves"] else _("détachée")


def _preferred(row: Row, document: Document) -> Words:
    about = _place_of(row["situation"], document)
    if row["kind"]:
        names = {each["kind"]: each["name"] for each in document["kinds"]}
        about = labelled(about, PrescriptionKind(row["kind"], names.get(row["kind"]) or "").label)
    return about, _("BAL privilégiée %s") % row["address"] if row["address"] else _("aucune BAL privilégiée")


def _kind(row: Row, _document: Document) -> Words:
    about = _named(row["kind"], PrescriptionKind(row["kind"], row["name"] or "").label)
    return about, _("type de prescription") if row["name"] is not None else _("type retiré de la liste")


def _support(row: Row, _document: Document) -> Words:
    about = _named(row["support"], Support(row["support"], row["name"] or "").label)
    return about, _("support suivi") if row["name"] is not None else _("support qui n'est plus suivi")


def _named(identifier: str, label: str) -> str:
    """The label; "" where it is nothing but the identifier."""
    return label if label != identifier else ""


def _carried(row: Row, document: Document) -> Words:
    names = {each["support"]: each["name"] for each in document["supports"]}
    label = Support(row["support"], names.get(row["support"]) or "").label
    said = _("porte cette adresse") if row["bears"] else _("ne porte plus cette adresse")
    return labelled(label, row["address"]), said


def _place(row: Row) -> str:
    return situation_label(
        PracticeSituation(
            row["id"], row["rpps"], row["structure"], row["finess"], row["town"], row["mode"], origin=None
        )
    )


def _place_of(situation: str, document: Document) -> str:
    """The name of a situation; what another copy of the file alone knows has none here."""
    row = next((each for each in document["situations"] if each["id"] == situation), None)
    return _place(row) if row is not None else _("situation inconnue ici")


_WORDS: Mapping[str, Callable[[Row, Document], Words]] = {
    "answers": _answer,
    "situations": _situation,
    "links": _link,
    "preferred": _preferred,
    "kinds": _kind,
    "supports": _support,
    "carried": _carried,
}
"""How each list of ``share.STORES`` is told."""
