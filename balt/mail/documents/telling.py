"""What the worker answered, as sentences and labels in the language in use."""

import re
from datetime import UTC, datetime

from balt.i18n import N_, _, ngettext
from balt.mail.documents.kinds import DocumentKind, kind_of
from balt.mail.documents.model import DocumentView, Member
from balt.mail.documents.worker import Answer
from balt.text import capital
from balt.units import format_count, format_date, format_size

_WHY = {
    "memory": N_("Ce document prendrait trop de mémoire : sa lecture a été arrêtée."),
    "time": N_("Ce document était trop long à lire : sa lecture a été arrêtée."),
    "unknown": N_("Ce document n'a pas pu être lu."),
    "no_worker": N_("Le processus qui lit les documents n'a pas pu démarrer."),
    "empty": N_("Cette pièce est vide."),
    "damaged": N_("Ce fichier est endommagé, ou n'est pas ce que son nom dit."),
    "too_large": N_("Cette pièce est trop grande pour être montrée ici."),
    "members": N_("Ce zip contient plus de 1 000 fichiers : rien n'en est lu."),
    "unpacked": N_("Ce zip prendrait plus de 200 Mo une fois ouvert : rien n'en est lu."),
    "ratio": N_("ce fichier grandit plus de cent fois à l'ouverture : il n'est pas lu."),
    "encrypted": N_("ce fichier est chiffré : il n'est pas lu."),
    "overlap": N_("ce fichier en recouvre un autre dans le zip : il n'est pas lu."),
    "path": N_("ce fichier porte un chemin qui sort du zip : il n'est pas lu."),
    "link": N_("c'est un lien vers un autre fichier : il n'est pas suivi."),
    "device": N_("ce n'est pas un fichier ordinaire : il n'est pas lu."),
    "twice": N_("plusieurs fichiers du zip portent ce nom : aucun n'est pris."),
    "absent": N_("METADATA.XML nomme ce fichier, et le zip ne le contient pas."),
    "beyond": N_("ce zip dépasse 200 Mo une fois ouvert : ce fichier n'est pas pris."),
    "nested": N_("c'est une archive dans l'archive : elle n'est pas ouverte."),
    "method": N_("ce fichier est compressé d'une façon que balt ne lit pas."),
    "dtd": N_("Ce document déclare un DOCTYPE : il n'est pas interprété, aucune entité n'est suivie."),
    "depth": N_("Ce document emboîte ses éléments trop profondément : il n'est pas interprété."),
    "charset": N_("Ce document annonce un jeu de caractères que balt n'admet pas : il n'est pas interprété."),
    "not_cda": N_("Ce XML n'est pas un document CDA : il est montré tel quel."),
    "cut": N_("Ce document est coupé ou endommagé : seul son début est montré."),
    "no_body": N_("Ce document CDA n'a pas de texte à montrer."),
    "no_document": N_("Ce zip ne contient pas de document CDA que balt sache montrer."),
}
_LABELS = {
    "type": N_("Type"),
    "date": N_("Date"),
    "patient": N_("Patient"),
    "born": N_("Né(e) le"),
    "author": N_("Auteur"),
    "organization": N_("Structure"),
    "custodian": N_("Conservé par"),
    "version": N_("Version"),
    "replaces": N_("Remplace"),
    "body": N_("Contenu"),
}
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:\d\d(?:\.\d{1,6})?)?)?([+-]\d{4})?")


def view_of(answer: Answer, title: str) -> DocumentView:
    """The view of a part named ``title`` as the worker read it."""
    if answer.refusal:
        return DocumentView(title, warnings=(sentence(answer.refusal),))
    told = dict(answer.facts)
    facts: list[tuple[str, str]] = []
    if answer.shown:
        facts.append((_("Document"), answer.shown))
    if told.get("title"):
        facts.append((_("Titre"), told["title"]))
    facts += [(_(label), value) for name, label in _LABELS.items() if (value := _fact(name, told))]
    warnings = [sentence(code) for code in answer.warnings]
    if answer.others:
        warnings.append(
            ngettext(
                "Ce zip contient %s autre document, qui n'est pas montré.",
                "Ce zip contient %s autres documents, qui ne sont pas montrés.",
                answer.others,
            )
            % format_count(answer.others)
        )
    members = tuple(
        Member(
            one.name, one.size, one.packed, kind_of("application/octet-stream", one.name), _refusal(one.why)
        )
        for one in answer.members
    )
    return DocumentView(
        title, tuple(facts), members, answer.lines, answer.headings, tuple(warnings), answer.truncated
    )


def sentence(code: str) -> str:
    """The sentence for a word of the worker."""
    return capital(_(_WHY.get(code, _WHY["unknown"])))


def _refusal(code: str) -> str:
    return sentence(code) if code else ""


def _fact(name: str, told: dict[str, str]) -> str:
    value = told.get(name, "")
    if name == "type":
        code = told.get("code", "")
        return f"{value} ({code})" if value and code else value or code
    if name in ("date", "born"):
        return _moment(value)
    if name == "replaces":
        return _("un document antérieur") if value else ""
    if name == "body" and "body_type" in told:
        return _body(told["body_type"], told.get("body_size", ""))
    return value


def _body(content_type: str, size: str) -> str:
    """What stands in the place of a text (CDA: nonXMLBody)."""
    if not size.isascii() or not size.isdigit() or len(size) > 12:
        return content_type
    kind = "PDF" if content_type == "application/pdf" else content_type or "?"
    told = {"kind": kind, "size": format_size(int(size))}
    return _("%(kind)s de %(size)s, que balt ne montre pas") % told


def _moment(value: str) -> str:
    """A moment as HL7 writes it (TS: ``YYYYMMDDHHMMSS+ZZZZ``, cut anywhere) as a person reads it; as it
    stands where it is none. The hour is that of its own zone.
    """
    match = _MOMENT.fullmatch(value)
    if match is None:
        return value
    try:
        year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
        moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return value
    shown = format_date(moment.date())
    return f"{shown} {moment:%H:%M} {match[6] or ''}".rstrip() if match[4] else shown


def view_of_untouched(kind: DocumentKind, title: str, content_type: str, size: int) -> DocumentView:
    """The view of a part that balt does not show: only what is known of it."""
    words = {DocumentKind.PDF: _("un PDF"), DocumentKind.IMAGE: _("une image")}
    facts = (
        (_("Type"), content_type),
        (_("Taille"), format_size(size)),
    )
    if kind in words:
        told = (
            _("C'est %s : balt ne l'affiche pas. Ouvrez la pièce dans votre logiciel métier.") % words[kind]
        )
    else:
        told = _("balt ne sait pas montrer ce type de pièce. Ouvrez-la dans votre logiciel métier.")
    return DocumentView(title, facts, warnings=(told,))
