"""The people of the practice: all invented, as their names say."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Holder:
    """The doctor whose mailboxes these are."""

    name: str
    rpps: str


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Someone who writes or is written to."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Patient:
    """Someone whom documents are about; the matricule belongs to nobody (department 99)."""

    family: str
    given: str
    birth: date
    matricule: str

    @property
    def name(self) -> str:
        return f"{self.family} {self.given}"

    @property
    def born(self) -> str:
        return f"{self.birth:%d/%m/%Y}"


HOLDER = Holder("Dr Camille EXEMPLE", "10999990012")
MAIN = Correspondent("Dr Camille EXEMPLE", "camille.exemple@medecin.mssante.fr")
SHARED = Correspondent("Secrétariat du cabinet des Lilas", "secretariat@cab-lilas.mssante.fr")
HOSPITAL = Correspondent("Dr Camille EXEMPLE", "c.exemple@ch-fictif.mssante.fr")
UNLISTED = Correspondent("Dr Camille EXEMPLE", "camille@msp-lilas.mssante.fr")
FORGOTTEN = Correspondent("Dr Camille EXEMPLE", "dr.exemple@ancien-reseau.mssante.fr")
"""Still in the directory, though nobody opens it: it has no account here."""

LABORATORY = Correspondent("Laboratoire BIO FICTIVE", "labo@bio-fictive.mssante.fr")
IMAGING = Correspondent("CHU Fictif, imagerie médicale", "imagerie@chu-fictif.mssante.fr")
RADIOLOGY = Correspondent("Clinique Fictive, radiologie", "radio@clinique-fictive.mssante.fr")
CARDIOLOGY = Correspondent("Secrétariat de cardiologie, CH Fictif", "secretariat.cardio@ch-fictif.mssante.fr")
REHABILITATION = Correspondent("SSR Fictif, secrétariat médical", "secretariat@ssr-fictif.mssante.fr")
PHARMACY = Correspondent("Pharmacie des Lilas", "pharmacie@lilas.mssante.fr")
NURSE = Correspondent("Inès MODÈLE, infirmière", "ide.liberale@infirmier.mssante.fr")
SOFTWARE = Correspondent("", "dpi@ch-fictif.mssante.fr")
EXPERT = Correspondent("Dr Zoé ESSAI", "zoe.essai@medecin.mssante.fr")
COLLEAGUE = Correspondent("Dr Hélène MODÈLE", "helene.modele@medecin.mssante.fr")
PHYSIOTHERAPIST = Correspondent("Théo FICTIF", "theo.fictif@masseur-kinesitherapeute.mssante.fr")
MIDWIFE = Correspondent("Éloïse MODÈLE, sage-femme", "eloise.modele@sage-femme.mssante.fr")
NETWORK = Correspondent("Réseau de santé Fictif", "lettre@reseau-fictif.mssante.fr")
OPERATOR = Correspondent("Votre opérateur MSSanté", "assistance@operateur-fictif.mssante.fr")
POSTMASTER = Correspondent("Mail Delivery System", "mailer-daemon@operateur-fictif.mssante.fr")

COLLEAGUES = (EXPERT, COLLEAGUE, PHYSIOTHERAPIST, MIDWIFE, NURSE)
RECIPIENTS = (CARDIOLOGY, IMAGING, REHABILITATION, EXPERT, COLLEAGUE, PHARMACY, NURSE)

_NAMES = (
    ("EXEMPLE", "Alix", "1988-10-12", 2),
    ("FICTIF", "Noé", "1951-02-03", 1),
    ("ESSAI", "Paul", "1946-07-21", 1),
    ("ESSAI", "Lou", "1999-04-30", 2),
    ("FICTIF", "Jeanne", "1938-11-08", 2),
    ("MODÈLE", "Inès", "1975-01-17", 2),
    ("TESTPATIENT", "Alix", "1988-10-12", 2),
    ("MODÈLE", "Hugo", "2011-09-05", 1),
    ("FICTIF", "Gaëtan", "1963-06-14", 1),
    ("ESSAI", "Éloïse", "1982-03-26", 2),
    ("EXEMPLE", "Zoé", "2004-12-01", 2),
    ("TESTPATIENT", "Théo", "1957-08-19", 1),
    ("MODÈLE", "Françoise", "1949-05-09", 2),
    ("FICTIF", "Anaïs", "1993-02-28", 2),
    ("EXEMPLE", "Jérôme", "1968-10-31", 1),
    ("ESSAI", "Noëlle", "1941-12-24", 2),
)
PATIENTS = tuple(
    Patient(family, given, date.fromisoformat(birth), f"{sex}99999999999{900 + rank}")
    for rank, (family, given, birth, sex) in enumerate(_NAMES)
)


def patient_address(patient: Patient) -> Correspondent:
    """How a patient writes from Mon espace santé."""
    return Correspondent(f"{patient.given} {patient.family}", f"{patient.matricule}@patient.mssante.fr")
