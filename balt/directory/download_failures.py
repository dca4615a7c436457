"""Every way in which downloading the extraction can fail, in a sentence with what to do. Whatever it is, the
former index stays.
"""

from balt.directory import failures
from balt.directory.sources import Source
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import plain

_NOT_TODAY, _OTHER_NAME = frozenset((9, 10)), frozenset((62, 64))
"""OpenSSL's numbers (X509_V_ERR): not yet or no longer valid; for another name, for another address."""


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


def unusable(host: str) -> DirectoryError:
    """A whole answer that is no extraction: a page for people, a damaged archive, an empty file."""
    advice = _(
        "Recommencez plus tard ; si cela dure, vérifiez « update_url » dans [directory], et si ce réseau "
        "demande de s'identifier dans un navigateur. "
    )
    return DirectoryError(
        _("ce qu'a donné %(host)s n'est pas l'extraction de l'annuaire, ou est abîmé : rien n'est pris.")
        % {"host": plain(host)},
        advice=advice + _by_hand(),
        again=True,
    )


def unreachable(error: BaseException, source: Source, host: str) -> DirectoryError:
    """Why the line to a host could not be opened."""
    found = failures.unreachable(error, host)
    if found.again:
        advice = _("Vérifiez la connexion au réseau, et « update_url » dans [directory]. ") + _by_hand()
        return DirectoryError(found.message, advice=advice, again=True)
    message, advice = _untrusted(failures.certificate_fault(error), source, plain(host))
    return DirectoryError(message or found.message, advice=advice)


def _untrusted(fault: int, source: Source, host: str) -> tuple[str, str]:
    """What is wrong with a certificate, by OpenSSL's number of the fault, and what to do."""
    if fault in _NOT_TODAY:
        message = _("le certificat du serveur %s n'est pas valable à la date de cet ordinateur.") % host
        return message, _("Vérifiez cette date ; si elle est juste, le serveur est en défaut. ") + _by_hand()
    if fault in _OTHER_NAME:
        message = _("le certificat présenté est celui d'un autre serveur que %s.") % host
        advice = _(
            "Rien n'a été envoyé. Vérifiez « update_url » dans [directory] ; sinon, un filtre de ce réseau "
            "se place peut-être entre les deux."
        )
        return message, advice
    if source.ca_file is not None:
        return "", _(
            "Rien n'a été envoyé. Le fichier « update_ca_file » doit contenir toute la chaîne de "
            "l'IGC-Santé : l'autorité racine et les intermédiaires, l'une après l'autre."
        )
    return "", _(
        "Rien n'a été envoyé. Le service de l'ANS demande l'autorité de l'IGC-Santé : « update_ca_file » "
        "dans [directory]. Sinon, un filtre de ce réseau se place peut-être entre les deux."
    )
