"""What the messages of the practice say."""

from dataclasses import dataclass

from balt.demo.people import (
    CARDIOLOGY,
    COLLEAGUE,
    COLLEAGUES,
    EXPERT,
    IMAGING,
    LABORATORY,
    MIDWIFE,
    NETWORK,
    NURSE,
    OPERATOR,
    PHARMACY,
    PHYSIOTHERAPIST,
    POSTMASTER,
    RADIOLOGY,
    REHABILITATION,
    SOFTWARE,
    Correspondent,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One sort of message: who sends it, what it is called, and the file that it brings.

    ``file`` is the form of the bulky file ("pdf", "jpg", "dcm" or ""), ``short`` the type in its name;
    ``code`` is the LOINC code of a structured document. ``layout`` names the function that writes it.
    In ``title``, ``{patient}`` and ``{month}`` are filled in. ``bulk``: how large its file is, beside others.
    """

    layout: str
    senders: tuple[Correspondent, ...]
    title: str
    code: str = ""
    short: str = ""
    file: str = ""
    opening: str = ""
    bulk: float = 1.0

    @property
    def is_document(self) -> bool:
        return bool(self.file)


def _document(sender: Correspondent, title: str, code: str, short: str, bulk: float = 1.0) -> Topic:
    opening = "Bonjour,\n\nVeuillez trouver ci-joint le document concernant votre patient."
    return Topic("document", (sender,), title, code, short, "pdf", opening, bulk)


def _letter(senders: tuple[Correspondent, ...], title: str, short: str, file: str, opening: str) -> Topic:
    bulk = {"pdf": 0.8, "jpg": 2.0, "dcm": 4.0}[file]
    return Topic("letter", senders, title, "", short, file, opening, bulk)


def _text(layout: str, senders: tuple[Correspondent, ...], title: str, opening: str) -> Topic:
    return Topic(layout, senders, title, opening=opening)


TOPICS: dict[str, tuple[Topic, ...]] = {
    "biology": (
        _document(LABORATORY, "Résultats de biologie", "11502-2", "CR-BIO", 0.15),
        _document(LABORATORY, "Bilan sanguin, valeurs à contrôler", "11502-2", "CR-BIO", 0.15),
    ),
    "imaging": (
        _document(IMAGING, "IRM lombaire", "18748-4", "CR-IMG", 2.5),
        _document(IMAGING, "Échographie abdominopelvienne", "18748-4", "CR-IMG", 2.5),
        _document(RADIOLOGY, "Scanner thoracique", "18748-4", "CR-IMG", 2.5),
        _document(RADIOLOGY, "Radiographie du genou droit", "18748-4", "CR-IMG", 2.5),
    ),
    "hospital": (
        _document(CARDIOLOGY, "Compte rendu d'hospitalisation", "34105-7", "CRH"),
        _document(REHABILITATION, "Lettre de liaison", "11490-0", "LDL-SES"),
    ),
    "letter": (
        _letter(
            (REHABILITATION,),
            "Lettre de liaison {patient}",
            "LDL",
            "pdf",
            "Cher confrère,\n\nVous trouverez ci-joint la lettre de liaison de votre patient, sorti ce jour.",
        ),
        _letter(
            (CARDIOLOGY,),
            "Compte rendu d'hospitalisation {patient}",
            "CRH",
            "pdf",
            "Madame, Monsieur,\n\nLe compte rendu d'hospitalisation est joint à ce message.",
        ),
        _letter(
            (EXPERT, COLLEAGUE),
            "Avis spécialisé {patient}",
            "COURRIER",
            "pdf",
            "Cher confrère,\n\nMerci de m'avoir adressé ce patient. Mon courrier est joint.",
        ),
        _letter(
            (PHYSIOTHERAPIST,),
            "Bilan-diagnostic kinésithérapique {patient}",
            "BDK",
            "pdf",
            "Bonjour,\n\nVoici le bilan de fin de traitement. Je reste à votre disposition.",
        ),
        _letter(
            (MIDWIFE,),
            "Suivi de grossesse {patient}",
            "COURRIER",
            "pdf",
            "Bonjour,\n\nVous trouverez ci-joint le compte rendu de la consultation du mois.",
        ),
    ),
    "scans": (
        Topic(
            "letter",
            (PHARMACY,),
            "Ordonnances scannées, {month}",
            "",
            "ORDONNANCES",
            "pdf",
            "Bonjour,\n\nVoici les ordonnances du mois, numérisées à l'officine.",
            3.0,
        ),
    ),
    "photos": (
        _letter(
            (NURSE,),
            "Photos de la plaie, suivi à domicile",
            "PHOTO",
            "jpg",
            "Bonjour docteur,\n\nVoici les photos prises ce matin. Le pansement est refait un jour sur deux.",
        ),
        _letter(
            (EXPERT,),
            "Tracé ECG {patient}",
            "ECG",
            "jpg",
            "Cher confrère,\n\nLe tracé de ce jour est joint. Il n'y a pas d'argument pour une urgence.",
        ),
    ),
    "slices": (
        _letter(
            (RADIOLOGY,),
            "Clichés du scanner thoracique {patient}",
            "CLICHES",
            "dcm",
            "Bonjour,\n\nLes coupes demandées sont jointes au format DICOM.",
        ),
    ),
    "receipt": (
        _text(
            "receipt",
            (SOFTWARE,),
            "Accusé d'intégration :",
            "Le document a été intégré au dossier du patient.",
        ),
    ),
    "failure": (
        _text(
            "failure",
            (SOFTWARE,),
            "[KO Intégration système !][902]",
            "Le document n'a pas pu être intégré : 902 Identifiant patient inconnu.",
        ),
    ),
    "returned": (
        Topic(
            "letter",
            (SOFTWARE,),
            "[KO Intégration système !][902] Compte rendu {patient}",
            "",
            "CR",
            "pdf",
            "Bonjour,\n\nCe document n'a pas pu être intégré : 902 Identifiant patient inconnu.\n"
            "Il vous est retourné en pièce jointe.",
        ),
    ),
    "bounce": (
        _text(
            "bounce",
            (POSTMASTER,),
            "Undelivered Mail Returned to Sender",
            "Votre message n'a pas pu être remis : la boîte aux lettres du destinataire est pleine.",
        ),
    ),
    "autoreply": (
        _text(
            "autoreply",
            COLLEAGUES,
            "Réponse automatique : absence du cabinet",
            "Bonjour,\n\nLe cabinet est fermé cette semaine. En cas d'urgence, composez le 15.",
        ),
        _text(
            "autoreply",
            COLLEAGUES,
            "Réponse automatique : adresse MSSanté fermée",
            "Cette boîte aux lettres n'est plus consultée et n'est plus publiée dans l'Annuaire Santé.",
        ),
    ),
    "newsletter": (
        _text(
            "newsletter",
            (NETWORK,),
            "La lettre du réseau, {month}",
            "Bonjour,\n\nVoici les nouvelles du réseau.",
        ),
        _text(
            "newsletter",
            (NETWORK,),
            "Formation : l'échange de documents en pratique",
            "Bonjour,\n\nIl reste des places pour la soirée de formation du mois prochain.",
        ),
    ),
    "notice": (
        _text(
            "notice",
            (OPERATOR,),
            "Votre boîte aux lettres se remplit",
            "Bonjour,\n\nVotre boîte aux lettres approche de sa limite. "
            "Pensez à supprimer les messages devenus inutiles.",
        ),
        _text(
            "notice",
            (OPERATOR,),
            "Maintenance de la messagerie dans la nuit de jeudi",
            "Bonjour,\n\nLa messagerie sera interrompue quelques minutes dans la nuit de jeudi à vendredi.",
        ),
        _text(
            "notice",
            (OPERATOR,),
            "Nouvelle version de l'annuaire",
            "Bonjour,\n\nL'annuaire a été mis à jour. Vérifiez que vos adresses y sont exactes.",
        ),
    ),
    "patient": (
        _text(
            "patient",
            (),
            "Question sur mon traitement",
            "Bonjour docteur,\n\nJ'ai une question sur mon traitement.",
        ),
        _text(
            "patient",
            (),
            "Demande de renouvellement",
            "Bonjour docteur,\n\nMon ordonnance arrive à son terme.",
        ),
        _text("patient", (), "Résultats reçus", "Bonjour docteur,\n\nJ'ai bien reçu mes résultats, merci."),
    ),
    "note": (
        _text("note", COLLEAGUES, "Re: {patient}", "Cher confrère,\n\nMerci pour votre réponse rapide."),
        _text("note", COLLEAGUES, "Rendez-vous confirmé", "Bonjour,\n\nLe rendez-vous est confirmé."),
        _text(
            "note", COLLEAGUES, "Demande d'avis", "Bonjour,\n\nJe souhaite votre avis sur un patient commun."
        ),
    ),
}
"""Sorts of messages by name; who sends patients' messages is one of the patients."""

SENT_DOCUMENT = Topic(
    "document",
    (),
    "Compte rendu de consultation",
    "11488-4",
    "CR-CONS",
    "pdf",
    "Cher confrère,\n\nVeuillez trouver ci-joint mon compte rendu.",
)
SENT_LETTER = Topic(
    "letter",
    (),
    "Lettre d'adressage {patient}",
    "",
    "LETTRE",
    "pdf",
    "Cher confrère,\n\nJe vous adresse ce patient pour avis. Le courrier est joint.",
)
SENT_NOTE = Topic("note", (), "Re: {patient}", opening="Bonjour,\n\nBien reçu, merci.")
DRAFT = Topic("note", (), "Brouillon : compte rendu à finir", opening="Bonjour,\n\nÀ compléter.")

SENTENCES = (
    "L'état général est bon, sans fièvre ni perte de poids.",
    "La tension est bien équilibrée sous le traitement actuel, qui est poursuivi à l'identique.",
    "Un contrôle biologique est souhaitable dans trois mois, avec une créatininémie.",
    "L'examen clinique de ce jour ne montre rien de particulier.",
    "Nous avons évoqué ensemble la reprise progressive d'une activité physique adaptée.",
    "La douleur est calmée par les antalgiques de palier 1, pris à la demande.",
    "Le prochain rendez-vous est fixé dans six mois, plus tôt en cas de besoin.",
    "Merci de me tenir au courant de l'évolution et de tout événement nouveau.",
    "Le carnet de vaccination est à jour ; un rappel sera proposé à l'automne.",
    "L'aide à domicile passe deux fois par semaine, et la famille est très présente.",
)
GENERAL_SENTENCES = (
    "Les informations de ce message sont fictives et ne concernent personne.",
    "Pensez à vérifier régulièrement l'espace qui reste dans votre boîte aux lettres.",
    "Une messagerie n'est pas un lieu d'archivage : les documents ont leur place dans votre logiciel métier.",
    "Vous trouverez le programme complet et le bulletin d'inscription auprès du secrétariat.",
    "L'équipe reste à votre disposition aux heures ouvrables.",
    "Plusieurs établissements de la région ont rejoint le réseau ces derniers mois.",
    "Pour ne plus recevoir cette lettre, répondez simplement à ce message.",
)
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
