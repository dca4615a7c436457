"""What codes of the directory mean, in French (Nomenclatures des objets de santé, ANS).

The nomenclatures live longer than a release of balt, so an unknown code is shown as it is.
"""

import re

_KIND_CODE = re.compile(r"\s*\([A-Z]{1,4}\)$")

PROFESSIONS = {
    "10": "Médecin",
    "21": "Pharmacien",
    "26": "Audioprothésiste",
    "28": "Opticien-lunetier",
    "31": "Assistant dentaire",
    "32": "Physicien médical",
    "40": "Chirurgien-dentiste",
    "41": "Assistant de service social",
    "50": "Sage-femme",
    "60": "Infirmier",
    "70": "Masseur-kinésithérapeute",
    "71": "Ostéopathe",
    "72": "Psychothérapeute",
    "73": "Chiropracteur",
    "80": "Pédicure-podologue",
    "81": "Orthoprothésiste",
    "82": "Podo-orthésiste",
    "83": "Orthopédiste-orthésiste",
    "84": "Oculariste",
    "85": "Épithésiste",
    "86": "Technicien de laboratoire médical",
    "91": "Orthophoniste",
    "92": "Orthoptiste",
    "93": "Psychologue",
    "94": "Ergothérapeute",
    "95": "Diététicien",
    "96": "Psychomotricien",
    "98": "Manipulateur d'électroradiologie médicale",
}
"""TRE_G15-ProfessionSante, with the titles (TRE_R95) and the social professions (TRE_R94) beside it."""

_SPECIALITIES = """
SI01 Pratique avancée : pathologies chroniques stabilisées
SI02 Pratique avancée : oncologie et hémato-oncologie
SI03 Pratique avancée : maladie rénale chronique
SI04 Pratique avancée : santé mentale
SI05 Pratique avancée : urgences
SI06 Bloc opératoire
SI07 Anesthésie
SI08 Puériculture
SCD01 Orthopédie dento-faciale
SCD02 Chirurgie orale
SCD03 Médecine bucco-dentaire
SM01 Anatomie et cytologie pathologiques
SM02 Anesthésie-réanimation
SM03 Biologie médicale
SM04 Cardiologie et maladies vasculaires
SM05 Chirurgie générale
SM06 Chirurgie maxillo-faciale
SM07 Chirurgie maxillo-faciale et stomatologie
SM08 Chirurgie orthopédique et traumatologie
SM09 Chirurgie infantile
SM10 Chirurgie plastique reconstructrice et esthétique
SM11 Chirurgie thoracique et cardio-vasculaire
SM12 Chirurgie urologique
SM13 Chirurgie vasculaire
SM14 Chirurgie viscérale et digestive
SM15 Dermatologie et vénéréologie
SM16 Endocrinologie et métabolisme
SM17 Génétique médicale
SM18 Gériatrie
SM19 Gynécologie médicale
SM20 Gynécologie-obstétrique
SM21 Hématologie
SM22 Hématologie, option maladie du sang
SM23 Hématologie, option onco-hématologie
SM24 Gastro-entérologie et hépatologie
SM25 Médecine du travail
SM26 Qualifié en médecine générale
SM27 Médecine interne
SM28 Médecine nucléaire
SM29 Médecine physique et de réadaptation
SM30 Néphrologie
SM31 Neuro-chirurgie
SM32 Neurologie
SM33 Neuro-psychiatrie
SM34 ORL et chirurgie cervico-faciale
SM35 Oncologie, option onco-hématologie
SM36 Oncologie, option médicale
SM37 Oncologie, option radiothérapie
SM38 Ophtalmologie
SM39 Oto-rhino-laryngologie
SM40 Pédiatrie
SM41 Pneumologie
SM42 Psychiatrie
SM43 Psychiatrie, option enfant et adolescent
SM44 Radio-diagnostic
SM45 Radio-thérapie
SM46 Médecine intensive-réanimation
SM47 Recherche médicale
SM48 Rhumatologie
SM49 Santé publique et médecine sociale
SM50 Stomatologie
SM51 Gynéco-obstétrique et gynéco-médicale, option gynéco-obstétrique
SM52 Gynéco-obstétrique et gynéco-médicale, option gynéco-médicale
SM53 Spécialiste en médecine générale
SM54 Médecine générale
SM55 Radio-diagnostic et radio-thérapie
SM56 Chirurgie orale
SM57 Allergologie
SM58 Maladies infectieuses et tropicales
SM59 Médecine d'urgence
SM60 Médecine légale et expertises médicales
SM61 Médecine vasculaire
SM62 Endocrinologie, diabétologie, nutrition
SM68 Chirurgie maxillo-faciale (réforme 2017)
SM69 Chirurgie pédiatrique, option viscérale
SM70 Chirurgie pédiatrique, option orthopédie
SM71 Hématologie (réforme 2017)
SM72 Médecine interne et immunologie clinique
SM73 Médecine cardiovasculaire
SM74 Radiologie et imagerie médicale
SM75 Santé publique
SM87 Pédiatrie, option néonatologie
SM92 Psychiatrie, option enfant et adolescent
SM93 Psychiatrie, option personne âgée
"""
SPECIALITIES: dict[str, str] = {
    code: label for code, _space, label in (line.partition(" ") for line in _SPECIALITIES.split("\n") if line)
}
"""TRE_R38-SpecialiteOrdinale."""

FUNCTIONS = {
    "FON-01": "Titulaire de cabinet",
    "FON-02": "Associé dans une société d'exercice",
    "FON-03": "Titulaire d'officine",
    "FON-04": "Remplaçant du titulaire d'officine",
    "FON-05": "Adjoint",
    "FON-07": "Gérant après incapacité ou décès",
    "FON-09": "Responsable d'établissement",
    "FON-17": "Collaborateur",
    "FON-18": "Assistant",
    "FON-19": "Praticien conseil",
}
"""TRE_R21-Fonction."""

_OTHER_FUNCTION = "FON-AU"


def profession(code: str, display: str = "") -> str:
    """The profession that a code means; else the words that came with it, else the code."""
    return PROFESSIONS.get(code) or display or code


def speciality(code: str, display: str = "") -> str:
    """The speciality that a code of TRE_R38 means; else the words that came with it, else the code."""
    return SPECIALITIES.get(code) or display or code


def function(code: str, display: str = "") -> str:
    """The function that a code of TRE_R21 means, "" for "other"; else the words that came with it, else the
    code.
    """
    return "" if code == _OTHER_FUNCTION else FUNCTIONS.get(code) or display or code


TITLES = {"DR": "Dr", "PR": "Pr", "MME": "Mme", "MLLE": "Mme", "M": "M."}
"""Civility codes as they are written before a name."""


def title_of(code: str) -> str:
    """The title of a civility code ("DR" gives "Dr"); an unknown one as it is."""
    return TITLES.get(code.strip().strip(".").upper(), code.strip())


def given_name(text: str) -> str:
    """A given name as the API writes it: the extraction has capitals only ("JEAN-PAUL" gives "Jean-Paul")."""
    text = text.strip()
    return text.title() if text.isupper() else text


def bare_speciality(text: str) -> str:
    """A speciality as the API names it: the extraction adds the code of its kind ("Gériatrie (SM)")."""
    return _KIND_CODE.sub("", text.strip())
