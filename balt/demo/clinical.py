"""What the structured documents of the demo say: sections of a CDA, invented, one set for each LOINC code."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

Rows = tuple[tuple[str, ...], ...]

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "11502-2": "CR d'examens biologiques",
        "18748-4": "CR d'imagerie médicale",
        "34105-7": "CR d'hospitalisation",
        "11490-0": "Lettre de liaison à la sortie",
    }
)
_NOTICE = "Document fictif, aucune personne réelle n'est concernée."


def sections(code: str) -> str:
    """The body of a document of this type, as XML: titles, paragraphs, lists, and tables for results."""
    written = _BODIES.get(code, "")
    return written + _section("Information", f"<paragraph>{_NOTICE} Le PDF est joint au message.</paragraph>")


def _section(title: str, text: str) -> str:
    return f"<component><section><title>{title}</title><text>{text}</text></section></component>\n  "


def _list(*items: str) -> str:
    return "<list>" + "".join(f"<item>{escape(item)}</item>" for item in items) + "</list>"


def _paragraph(text: str) -> str:
    return f"<paragraph>{escape(text)}</paragraph>"


def _table(head: tuple[str, ...], rows: Rows) -> str:
    titles = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


_BODIES = {
    "11502-2": _section(
        "Hématologie",
        _table(
            ("Analyse", "Résultat", "Unité", "Valeurs usuelles"),
            (
                ("Hémoglobine", "13,8", "g/dL", "12,0 à 16,0"),
                ("Leucocytes", "6,4", "G/L", "4,0 à 10,0"),
                ("Plaquettes", "248", "G/L", "150 à 400"),
            ),
        ),
    )
    + _section(
        "Biochimie",
        _table(
            ("Analyse", "Résultat", "Unité", "Valeurs usuelles"),
            (
                ("Glycémie à jeun", "1,12", "g/L", "0,70 à 1,10"),
                ("Créatinine", "72", "µmol/L", "45 à 84"),
                ("DFG estimé", "88", "mL/min/1,73 m²", "> 60"),
                ("LDL-cholestérol", "1,31", "g/L", "selon le risque"),
            ),
        ),
    )
    + _section("Commentaire", _paragraph("Glycémie à la limite : à contrôler dans trois mois, à jeun.")),
    "18748-4": _section("Indication", _paragraph("Douleurs depuis trois semaines, sans traumatisme."))
    + _section("Technique", _paragraph("Protocole habituel, sans injection de produit de contraste."))
    + _section(
        "Résultats",
        _list(
            "Pas d'anomalie morphologique.",
            "Pas d'épanchement.",
            "Structures osseuses de signal normal.",
        ),
    )
    + _section("Conclusion", _paragraph("Examen sans particularité. Pas de contrôle à prévoir.")),
    "34105-7": _section("Motif d'hospitalisation", _paragraph("Bilan de palpitations."))
    + _section(
        "Synthèse du séjour",
        _paragraph("Surveillance de 48 heures sans événement. Échocardiographie normale.")
        + _list("Holter : quelques extrasystoles isolées", "Troponine : négative à deux reprises"),
    )
    + _section(
        "Traitement de sortie",
        _table(("Médicament", "Posologie", "Durée"), (("Bisoprolol 1,25 mg", "1 le matin", "3 mois"),)),
    )
    + _section("Suites", _list("Consultation dans trois mois", "Reprise du travail dans une semaine")),
    "11490-0": _section("Séjour", _paragraph("Rééducation de quatre semaines après une prothèse de genou."))
    + _section(
        "État à la sortie",
        _list("Marche avec une canne", "Flexion à 110 degrés", "Cicatrice propre et sèche"),
    )
    + _section("À poursuivre", _list("Kinésithérapie : vingt séances", "Anticoagulant : encore dix jours")),
}
