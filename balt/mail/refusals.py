"""What a refusal (NO or BAD with its response code, RFC 5530 and 9208) means for the user, in our words."""

from balt.errors import RefusedError
from balt.i18n import N_, _

_SENTENCES = {
    "OVERQUOTA": (
        N_("la BAL est pleine : le serveur refuse d'y ranger quoi que ce soit."),
        N_("Videz d'abord la corbeille : déplacer vers la corbeille ne libère pas de place."),
    ),
    "TRYCREATE": (
        N_("le dossier de destination n'existe pas sur le serveur."),
        N_("Rien n'a été déplacé. Relisez la liste des dossiers."),
    ),
    "NONEXISTENT": (
        N_("ce dossier n'existe pas ou n'existe plus sur le serveur."),
        N_("Relisez la liste des dossiers."),
    ),
    "NOPERM": (
        N_("le serveur ne permet pas cette action avec ce compte."),
        N_("Demandez ce droit à l'opérateur ou à l'administrateur de la BAL."),
    ),
    "READ-ONLY": (
        N_("ce dossier n'est ouvert qu'en lecture."),
        N_("Demandez à l'opérateur ou à l'administrateur de la BAL un accès en écriture."),
    ),
    "INUSE": (
        N_("le dossier est occupé par un autre programme."),
        N_("Attendez un instant puis réessayez."),
    ),
    "LIMIT": (
        N_("une limite du serveur est atteinte."),
        N_("Réessayez plus tard ou avec moins de messages."),
    ),
    "UNAVAILABLE": (
        N_("le serveur ne peut pas répondre pour le moment."),
        N_("Réessayez plus tard."),
    ),
    "SERVERBUG": (
        N_("le serveur a rencontré une erreur interne."),
        N_("Réessayez plus tard ; si cela se répète, prévenez l'opérateur."),
    ),
    "EXPUNGEISSUED": (
        N_("des messages ont été supprimés entre-temps par un autre programme."),
        N_("Relisez le dossier puis recommencez."),
    ),
}


def refusal(code: str, bad: bool = False, mailbox: str = "") -> RefusedError:
    """The error for a command answered NO, or BAD, with response code ``code`` ("" for none)."""
    if code in _SENTENCES:
        message, advice = (_(text) for text in _SENTENCES[code])
    elif bad:
        message = _("le serveur n'a pas compris ce que balt lui a demandé.")
        advice = _("Ce n'est pas votre faute. Signalez-le avec le nom de l'opérateur.")
    else:
        message = _("le serveur a refusé l'opération.")
        advice = _("Rien de plus n'a été fait. Réessayez ou demandez à l'opérateur.")
    return RefusedError(message, code=code, advice=advice, mailbox=mailbox)


def gone(mailbox: str = "") -> RefusedError:
    """The error for a message that somebody moved or removed meanwhile."""
    return RefusedError(
        _("ce message n'est plus dans ce dossier."),
        code="NONEXISTENT",
        advice=_("Relisez le dossier."),
        mailbox=mailbox,
    )
