"""Every way in which downloading the extraction can fail, in a sentence with what to do. Whatever it is, the
former index stays.
"""

from balt.directory import failures
from balt.errors import DirectoryError
from balt.i18n import _


def _by_hand() -> str:
    return _("L'ancien index est intact. Le fichier peut aussi être copié à la main : balt directory import.")


def cut() -> DirectoryError:
    return DirectoryError(
        _("le téléchargement de l'annuaire a été coupé plusieurs fois."),
        advice=_("Recommencez : seule la suite sera demandée. L'ancien index est intact."),
        again=True,
    )


def endless() -> DirectoryError:
    return DirectoryError(_("le téléchargement de l'annuaire tourne en rond."), advice=_by_hand(), again=True)


def too_large() -> DirectoryError:
    return DirectoryError(
        _("ce que donne le serveur de l'annuaire est démesuré ; rien n'en a été gardé."), advice=_by_hand()
    )


def malformed() -> DirectoryError:
    return DirectoryError(
        _("le serveur de l'annuaire a donné une réponse inattendue ; rien n'en a été gardé."),
        advice=_by_hand(),
        again=True,
    )


def shrunk(entries: int, former: int) -> DirectoryError:
    """A file with so few BAL that it was more likely cut when it was published."""
    return DirectoryError(
        _("le fichier téléchargé n'a que %(entries)d BAL, contre %(former)d auparavant : il n'est pas pris.")
        % {"entries": entries, "former": former},
        advice=_(
            "S'il est juste malgré tout, importez-le à la main : balt directory import FICHIER --whole."
        ),
    )


def refused(status: int) -> DirectoryError:
    """What an HTTP status means that is none of a download's."""
    if status in (401, 403):
        message, again = _("le serveur de l'annuaire refuse de donner le fichier (%d)."), False
    elif status in (404, 410):
        message, again = _("le fichier n'est plus à cette adresse (%d)."), False
    elif status == 429 or status >= 500:
        message, again = _("le serveur de l'annuaire est en panne ou trop chargé (%d)."), True
    else:
        message, again = _("le serveur de l'annuaire a donné une réponse inattendue (%d)."), True
    return DirectoryError(message % status, advice=_by_hand(), again=again)


def unreachable(error: BaseException, host: str) -> DirectoryError:
    """Why the line could not be opened."""
    found = failures.unreachable(error, host)
    if not found.again:  # the certificate
        advice = _(
            "Rien n'a été envoyé. Le service de l'ANS demande l'autorité de l'IGC-Santé : « update_ca_file » "
            "dans [directory]. Sinon, un filtre de ce réseau se place peut-être entre les deux."
        )
    else:
        advice = _("Vérifiez la connexion au réseau, et « update_url » dans [directory]. ") + _by_hand()
    return DirectoryError(found.message, advice=advice, again=found.again)
