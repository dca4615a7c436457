"""Synthetic rows of the public files, in every shape that was seen; no real person, place or number."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from balt.clock import FixedClock

CLOCK = FixedClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
GENERATED = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
NAME = "Extraction_Correspondance_MSSante_202611220310.txt"
ACTIVITY_NAME = "PS_LibreAcces_Personne_activite_202611220310.txt"

HEADER = (
    "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|"
    "Type identifiant structure|Identification Structure|Service de rattachement|Civilité d'exercice|"
    "Nom d'exercice|Prénom d'exercice|Catégorie profession|Libellé de catégorie profession|Code Profession|"
    "Libellé Profession|Code savoir-faire|Libellé savoir-faire|Dématérialisation|"
    "Raison Sociale structure BAL|Enseigne commerciale structure BAL|"
    "L2COMPLEMENTLOCALISATION structure BAL|L3COMPLEMENTDISTRIBUTION structure BAL|"
    "L4NUMEROVOIE structure BAL|L4COMPLEMENTNUMEROVOIE structure BAL|NL4TYPEVOIE structure BAL|"
    "L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|L6LIGNEACHEMINEMENT structure BAL|"
    "Code postal structure BAL|Département structure BAL|Pays structure BAL"
)
COLUMNS = HEADER.split("|")
ACTIVITY_HEADER = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|"
    "Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|"
    "Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|"
    "Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|"
    "Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|"
    "Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|"
    "Enseigne commerciale site|Complément destinataire (coord. structure)|"
    "Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|"
    "Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|"
    "Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|"
    "Mention distribution (coord. structure)|Bureau cedex (coord. structure)|"
    "Code postal (coord. structure)|Code commune (coord. structure)|Libellé commune (coord. structure)|"
    "Code pays (coord. structure)|Libellé pays (coord. structure)|Téléphone (coord. structure)|"
    "Téléphone 2 (coord. structure)|Télécopie (coord. structure)|Adresse e-mail (coord. structure)|"
    "Code Département (structure)|Libellé Département (structure)|Ancien identifiant de la structure|"
    "Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|"
    "Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|"
    "Code genre activité|Libellé genre activité"
)
ACTIVITY_COLUMNS = ACTIVITY_HEADER.split("|")

ALIX, ALIX_HOMONYM, NOE, LEA, DANIEL, BASILE, USHA, HONORINE, SOLENE, KEVIN = (
    "10999991010",
    "10999991028",
    "10999991036",
    "10999991044",
    "10999991051",
    "10999991069",
    "10999991077",
    "10999991085",
    "10999991093",
    "10999991101",
)
HOSPITAL, LABORATORY, HOME = "990000101", "990000119", "990000127"
CARDIOLOGY = "Cardiologie et maladies vasculaires (SM)"
GENERAL = "Médecine générale (SM)"
_STREET = "1||R|DE LA FICTION|"


def person(
    address: str,
    rpps: str,
    family: str,
    given: str,
    trade: str,
    *,
    title: str = "",
    where: str = "||",
    digital: str = "N",
    place: str = "|" * 12,
) -> str:
    """A PER row. ``trade``: code, label, code of speciality, its label; ``where``: type, number, service."""
    return (
        f"PER|{address}|8|{rpps}|8{rpps}|{where}|{title}|{family}|{given}|C|Civil|{trade}|{digital}|{place}"
    )


def organisation(address: str, number: str, service: str, place: str, digital: str = "O") -> str:
    """An ORG row: nobody holds it."""
    return f"ORG|{address}||||1|{number}|{service}||||||||||{digital}|{place}"


def at(name: str, sign: str = "", town: str = "ESSAIVILLE", postcode: str = "99200") -> str:
    """The postal address of a structure: 13 columns."""
    return f"{name}|{sign}|||{_STREET}|{postcode} {town}|{postcode}|99|France"


DOCTOR, GENERALIST = f"10|Médecin|SM04|{CARDIOLOGY}", f"10|Médecin|SM54|{GENERAL}"
AT_HOSPITAL = at("CH FICTIF D'ESSAIVILLE - SITE SUD", "HOPITAL SUD")
AT_LABORATORY, AT_HOME = at("LABORATOIRE MODÈLE"), at("EHPAD FICTIF LES SAULES", town="MODÈLEBOURG")

ROWS = (
    person("alix.essai@medecin.fictif.mssante.fr", ALIX, "ESSAI", "ALIX", DOCTOR, title="DR", digital="O"),
    person("alix.essai@interop-mssante.apicrypt.org", ALIX, "ESSAI", "ALIX", DOCTOR, title="DR"),
    person(
        "alix.essai@ch-essai.mssante.fr", ALIX, "ESSAI", "ALIX", DOCTOR, title="DR",
        where=f"1|{HOSPITAL}|Cardiologie", place=AT_HOSPITAL,
    ),
    person(
        "alix.essai@medecin.fictif.mssante.fr", ALIX, "ESSAI", "ALIX", GENERALIST, title="DR", digital="O"
    ),
    person("alix.essai@fictif3.mssante.fr", ALIX_HOMONYM, "ESSAI", "ALIX", "60|Infirmier||", title="M"),
    person("noe.modele-durable@fictif3.mssante.fr", NOE, "MODÈLE-DURABLE", "NOÉ", GENERALIST, title="DR"),
    person("noe.modele-durable@medecin.fictif.mssante.fr", NOE, "MODÈLE-DURABLE", "NOÉ", GENERALIST),
    person("lea.fictif@fictif3.mssante.fr", LEA, "FICTIF", "LÉA", "26|Audioprothésiste||"),
    person("h.remede@pharmacien.fictif.mssante.fr", HONORINE, "REMÈDE", "HONORINE", "21|Pharmacien||"),
    person("s.douce@sage-femme.fictif.mssante.fr", SOLENE, "DOUCE", "SOLÈNE", "50|Sage-Femme||", title="MME"),
    person("k.kine@kine.fictif.mssante.fr", KEVIN, "KINÉ", "KÉVIN", "70|Masseur-Kinésithérapeute||"),
    person("d.rien@dentiste.fictif.mssante.fr", DANIEL, "D'RIEN", "DANIEL", "40|Chirurgien-Dentiste||"),
    person(
        "b.labo@labo-modele.mssante.fr", BASILE, "LABO", "BASILE",
        "10|Médecin|SM03|Biologie médicale (SM)", where=f"1|{LABORATORY}|", place=AT_LABORATORY,
    ),
    person(
        "u.vite@ch-essai.mssante.fr", USHA, "VITE", "USHA", "10|Médecin|SM58|Médecine d'urgence (SM)",
        where=f"1|{HOSPITAL}|Urgences", place=AT_HOSPITAL,
    ),
    organisation("secretariat.cardiologie@ch-essai.mssante.fr", HOSPITAL, "Cardiologie", AT_HOSPITAL),
    organisation("urgences@ch-essai.mssante.fr", HOSPITAL, "Urgences", AT_HOSPITAL),
    organisation("cardio.ancien@ch-essai.mssante.fr", HOSPITAL, "Cardiologie", AT_HOSPITAL, "N"),
    organisation("resultats@labo-modele.mssante.fr", LABORATORY, "Secrétariat", AT_LABORATORY),
    organisation("soins@ehpad-saules.mssante.fr", HOME, "Équipe soignante", AT_HOME),
    organisation("SOINS@EHPAD-SAULES.mssante.fr", HOME, "Équipe soignante (double)", AT_HOME),
)  # fmt: skip


def text(rows: Iterable[str] = ROWS, header: str = HEADER, end: str = "\n") -> str:
    """A whole file."""
    return end.join((header, *rows)) + end


def extraction(folder: Path, rows: Iterable[str] = ROWS, name: str = NAME) -> Path:
    """An extraction in ``folder``, written over a former one."""
    path = folder / name
    path.write_bytes(text(rows).encode())
    return path


def activity(values: Mapping[str, str]) -> str:
    """A row of the activity file; columns that are not given are empty."""
    assert set(values) <= set(ACTIVITY_COLUMNS)
    return "|".join(values.get(name, "") for name in ACTIVITY_COLUMNS)


def salaried(rpps: str = ALIX, **changes: str) -> str:
    """Alix at the hospital, as a row of the activity file."""
    return activity(_DOCTOR_ALIX | {"Identifiant PP": rpps} | _AT_WORK | changes)


def liberal(rpps: str = ALIX, **changes: str) -> str:
    """Alix in a practice of their own, as a row of the activity file."""
    return activity(_DOCTOR_ALIX | {"Identifiant PP": rpps} | _IN_PRACTICE | changes)


_DOCTOR_ALIX = {
    "Type d'identifiant PP": "8",
    "Code civilité d'exercice": "DR",
    "Nom d'exercice": "ESSAI",
    "Prénom d'exercice": "ALIX",
    "Code profession": "10",
    "Libellé profession": "Médecin",
    "Code savoir-faire": "SM04",
    "Libellé savoir-faire": CARDIOLOGY,
    "Code rôle": "FON-AU",
    "Libellé rôle": "Autre",
    "Code genre activité": "GENR01",
}
_AT_WORK = {
    "Code mode exercice": "S",
    "Numéro FINESS site": HOSPITAL,
    "Identifiant technique de la structure": f"F{HOSPITAL}",
    "Raison sociale site": "CH FICTIF D'ESSAIVILLE - SITE SUD",
    "Libellé commune (coord. structure)": "Essaiville",
    "Code secteur d'activité": "SA01",
}
_IN_PRACTICE = {
    "Code mode exercice": "L",
    "Identifiant technique de la structure": f"R{ALIX}001",
    "Raison sociale site": "CABINET DU DR ESSAI",
    "Bureau cedex (coord. structure)": "99210 MODÈLEBOURG",
    "Code secteur d'activité": "SA07",
}
