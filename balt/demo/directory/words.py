"""What the invented persons and structures are called, and what codes mean in the words of the extraction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A profession: its label in the extraction, the domain of its BAL, the title of its members, if any."""

    label: str
    domain: str
    suffix: str = ""


TRADES = {
    "10": Trade("Médecin", "medecin.mssante.fr", "DR"),
    "21": Trade("Pharmacien", "pharmacien.mssante.fr", "DR"),
    "40": Trade("Chirurgien-Dentiste", "chirurgien-dentiste.mssante.fr", "DR"),
    "50": Trade("Sage-Femme", "sage-femme.mssante.fr"),
    "60": Trade("Infirmier", "infirmier.mssante.fr"),
    "70": Trade("Masseur-Kinésithérapeute", "masseur-kinesitherapeute.mssante.fr"),
    "80": Trade("Pédicure-Podologue", "pedicure-podologue.mssante.fr"),
    "91": Trade("Orthophoniste", "orthophoniste.mssante.fr"),
}
"""By code of TRE_G15; the shares of each are ``TRADE_WEIGHTS``."""

TRADE_WEIGHTS = (34, 10, 8, 5, 22, 12, 4, 5)

SPECIALITIES = {
    "SM54": "Médecine générale (SM)",
    "SM04": "Cardiologie et maladies vasculaires (SM)",
    "SM15": "Dermatologie et vénéréologie (SM)",
    "SM18": "Gériatrie (SM)",
    "SM24": "Gastro-entérologie et hépatologie (SM)",
    "SM32": "Neurologie (SM)",
    "SM40": "Pédiatrie (SM)",
    "SM41": "Pneumologie (SM)",
    "SM42": "Psychiatrie (SM)",
    "SM44": "Radio-diagnostic (SM)",
    "SM03": "Biologie médicale (SM)",
}
SPECIALITY_WEIGHTS = (45, 6, 5, 5, 5, 5, 6, 5, 8, 6, 4)

FAMILIES = (
    "EXEMPLE",
    "FICTIF",
    "ESSAI",
    "MODÈLE",
    "SPÉCIMEN",
    "ÉPREUVE",
    "FACTICE",
    "D'ESSAI",
    "LE MODÈLE",
    "DE L'EXEMPLE",
)
"""Family names, alone or two together ("ESSAI-FICTIF"): nobody is called so."""

GIVEN = (
    ("MME", "Alix"),
    ("MME", "Anaïs"),
    ("M", "Basile"),
    ("MME", "Bérénice"),
    ("M", "Côme"),
    ("MME", "Élodie"),
    ("M", "Étienne"),
    ("MME", "Françoise"),
    ("M", "Gaëtan"),
    ("MME", "Hélène"),
    ("M", "Ismaël"),
    ("MME", "Jeanne"),
    ("M", "Karim"),
    ("MME", "Léa"),
    ("M", "Loïc"),
    ("MME", "Maëlle"),
    ("M", "Noé"),
    ("MME", "Océane"),
    ("M", "Paul-Émile"),
    ("MME", "Rosa"),
    ("M", "Saïd"),
    ("MME", "Solène"),
    ("M", "Théo"),
    ("MME", "Ursule"),
    ("M", "Victor"),
    ("MME", "Zoé"),
)

TOWNS = (
    ("VALBRUME", "99100"),
    ("ROCHEBRUNE-ESSAI", "99200"),
    ("SAINT-FICTIF", "99300"),
    ("PORT-MODÈLE", "99400"),
    ("L'ÉPREUVE-SUR-RIEN", "99500"),
    ("VILLEFACTICE", "99600"),
    ("LES ESSAIS", "99700"),
    ("MONT-EXEMPLE", "99800"),
)

STREETS = (
    ("R", "DE L EXEMPLE"),
    ("AV", "DES LILAS"),
    ("PL", "DU MODELE"),
    ("BD", "DE L ESSAI"),
    ("CHE", "DES FICTIONS"),
)

SERVICES = (
    "Cardiologie",
    "Urgences",
    "Gériatrie",
    "Pneumologie",
    "Maternité",
    "Chirurgie",
    "Pédiatrie",
    "Imagerie médicale",
    "Pharmacie",
    "Équipe mobile de soins palliatifs",
)
