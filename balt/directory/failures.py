"""Every way in which asking the Annuaire Santé can fail, in a sentence with what to do.

No sentence holds the key, an address that was asked (it may hold a person's name), or a raw answer.
"""

import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from balt.directory.shapes import members, objects, text
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import plain

PORTAL = "https://portal.api.esante.gouv.fr"
STATUS_PAGE = "https://status.esante.gouv.fr"
SUBSCRIPTION = "API Annuaire Santé en libre accès"

_LONGEST_TOLD = 4000
_LONGEST_REASON = 160
_SHORTEST_SECRET = 3
_EXPIRED_PAGE = "too old or corrupted"


def refused(status: int, answer: object, hidden: Iterable[str]) -> DirectoryError:
    """What an HTTP status other than 200 means. ``answer`` is the JSON that came with it, if any; ``hidden``
    are the texts that must not be repeated from it (the key, what was asked).
    """
    if status in (401, 403):
        return _unwelcome(status)
    if 300 <= status < 400:
        return redirected()
    reason = _reason(answer, hidden)
    if status in (404, 410):
        message = _("l'adresse demandée n'existe pas dans l'API de l'annuaire (%(status)d).")
        advice = _("Vérifiez « base_url » dans [directory].")
        again = False
    elif 400 <= status < 500:
        message = _("l'Annuaire Santé n'a pas compris la question (%(status)d).")
        advice = _("Essayez une autre recherche ; si cela se répète, signalez-le aux auteurs de balt.")
        again = False
    elif status >= 500:
        message = _("l'Annuaire Santé est en panne ou trop chargé (%(status)d).")
        advice = _("Réessayez plus tard ; l'état du service est sur %(page)s.") % {"page": STATUS_PAGE}
        again = True
    else:
        message = _("l'Annuaire Santé a donné une réponse inattendue (%(status)d).")
        advice = _("Réessayez plus tard.")
        again = True
    message %= {"status": status}
    if reason:
        message = _("%(message)s Il répond : « %(reason)s ».") % {"message": message, "reason": reason}
    return DirectoryError(message, advice=advice, again=again)


def _unwelcome(status: int) -> DirectoryError:
    where = {"portal": PORTAL, "api": SUBSCRIPTION}
    if status == 401:
        return DirectoryError(
            _("l'Annuaire Santé n'accepte pas la clé : elle est fausse, ou elle a été retirée."),
            advice=_(
                "Copiez-la de nouveau depuis l'onglet des abonnements (Subscriptions) de votre application "
                "sur %(portal)s."
            )
            % where,
        )
    return DirectoryError(
        _("la clé est connue, mais elle n'ouvre pas l'Annuaire Santé."),
        advice=_("Sur %(portal)s, abonnez votre application à « %(api)s ».") % where,
    )


def is_expired_page(answer: object) -> bool:
    """Whether the server says that the mark of a page has aged (it does so as a failure of its own)."""
    return any(_EXPIRED_PAGE in told.lower() for told in _told(answer))


def outcome(answer: object, hidden: Iterable[str]) -> DirectoryError:
    """An OperationOutcome where results were expected."""
    return refused(400, answer, hidden)


def no_key() -> DirectoryError:
    return DirectoryError(
        _("aucune clé n'a été donnée pour l'Annuaire Santé."),
        advice=_(
            "La clé est gratuite : créez un compte et une application sur %(portal)s, abonnez-la à "
            "« %(api)s », puis indiquez « api_key_command » ou « api_key_env » dans [directory]."
        )
        % {"portal": PORTAL, "api": SUBSCRIPTION},
    )


def odd_key() -> DirectoryError:
    return DirectoryError(
        _("la clé de l'Annuaire Santé contient un retour à la ligne ou un caractère qui n'y a pas sa place."),
        advice=_("Rien n'a été envoyé. Copiez-la de nouveau, seule et sur une seule ligne."),
    )


def redirected() -> DirectoryError:
    return DirectoryError(
        _("l'annuaire renvoie vers une autre adresse ; balt ne l'a pas suivie, pour protéger la clé."),
        advice=_("Vérifiez « base_url » dans [directory], ou le portail de connexion de ce réseau."),
    )


def elsewhere() -> DirectoryError:
    return DirectoryError(
        _("une demande allait partir ailleurs qu'à l'annuaire ; elle n'est pas partie."),
        advice=_("Vérifiez « base_url » dans [directory]."),
    )


def busy(seconds: float | None) -> DirectoryError:
    if seconds is None:
        advice = _("Attendez une minute puis réessayez.")
    else:
        minutes = min(max(1, round(seconds / 60 + 0.5)), 24 * 60)
        advice = _("Réessayez dans %(minutes)d min.") % {"minutes": minutes}
    return DirectoryError(
        _("l'Annuaire Santé reçoit trop de questions avec cette clé."), advice=advice, again=True
    )


def too_slow() -> DirectoryError:
    return DirectoryError(
        _("l'Annuaire Santé met trop de temps à répondre."),
        advice=_("Réessayez plus tard, ou faites une recherche plus précise."),
        again=True,
    )


def cut() -> DirectoryError:
    return DirectoryError(
        _("la réponse de l'Annuaire Santé a été coupée en route ; rien n'en a été gardé."),
        advice=_("Réessayez dans un instant."),
        again=True,
    )


def not_the_directory() -> DirectoryError:
    return DirectoryError(
        _("ce qui a répondu n'est pas l'Annuaire Santé (une page web, ou un autre service)."),
        advice=_("Vérifiez « base_url » dans [directory], et si ce réseau demande de s'identifier."),
    )


def malformed() -> DirectoryError:
    return DirectoryError(
        _("la réponse de l'Annuaire Santé n'a pas la forme attendue ; rien n'en a été gardé."),
        advice=_("Réessayez plus tard ; si cela se répète, signalez-le aux auteurs de balt."),
        again=True,
    )


def too_large() -> DirectoryError:
    return DirectoryError(
        _("la réponse de l'Annuaire Santé est trop volumineuse ; rien n'en a été gardé."),
        advice=_("Faites une recherche plus précise."),
    )


def endless() -> DirectoryError:
    return DirectoryError(
        _("l'Annuaire Santé tourne en rond : il redonne une page déjà lue ; rien n'a été gardé."),
        advice=_("Réessayez plus tard, ou faites une recherche plus précise."),
        again=True,
    )


def stale_pages() -> DirectoryError:
    return DirectoryError(
        _("l'Annuaire Santé a oublié la recherche avant d'en donner la suite, deux fois."),
        advice=_("Réessayez plus tard, ou faites une recherche plus précise."),
        again=True,
    )


def unreachable(error: BaseException, host: str) -> DirectoryError:
    """Why the line could not be opened, told from the system's own error inside ``error``."""
    cause = _cause(error)
    where = {"host": plain(host)}
    again = True
    if isinstance(cause, socket.gaierror | UnicodeError):
        message = _("le serveur de l'annuaire « %(host)s » est introuvable.") % where
        advice = _("Vérifiez la connexion au réseau, et « base_url » dans [directory].")
    elif isinstance(cause, ssl.SSLError):
        message, advice, again = _unsafe(cause, where)
    elif isinstance(cause, ConnectionRefusedError):
        message = _("le serveur de l'annuaire %(host)s refuse la connexion.") % where
        advice = _("Réessayez plus tard ; vérifiez « base_url » dans [directory].")
    elif isinstance(cause, TimeoutError):
        message = _("le serveur de l'annuaire %(host)s ne répond pas.") % where
        advice = _("Vérifiez la connexion au réseau et un pare-feu éventuel, puis réessayez.")
    else:
        message = _("le serveur de l'annuaire %(host)s ne peut pas être joint.") % where
        advice = _("Vérifiez la connexion au réseau puis réessayez.")
    return DirectoryError(message, advice=advice, again=again)


def _unsafe(error: ssl.SSLError, where: Mapping[str, str]) -> tuple[str, str, bool]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            _("le certificat du serveur de l'annuaire %(host)s n'est pas digne de confiance.") % where,
            _("Rien n'a été envoyé. Un filtre de ce réseau se place peut-être entre balt et l'annuaire."),
            False,
        )
    return (
        _("la connexion protégée avec l'annuaire %(host)s n'a pas pu être établie.") % where,
        _("Rien n'a été envoyé. Vérifiez « base_url » dans [directory], puis réessayez."),
        True,
    )


def certificate_fault(error: BaseException) -> int:
    """OpenSSL's number of what is wrong with a certificate; 0 where that is not what went wrong."""
    cause = _cause(error)
    return cause.verify_code if isinstance(cause, ssl.SSLCertVerificationError) else 0


def _cause(error: BaseException) -> BaseException:
    """The error of the system at the bottom of a chain."""
    seen: BaseException = error
    for _step in range(10):
        below = seen.__cause__ or seen.__context__
        if below is None:
            break
        seen = below
    return seen


def _told(answer: object) -> list[str]:
    """What an OperationOutcome or the gateway says, safe to show."""
    told = [text(members(answer).get("message"), _LONGEST_TOLD)]
    for issue in objects(members(answer).get("issue")):
        details = members(issue.get("details"))
        told += [text(issue.get("diagnostics"), _LONGEST_TOLD), text(details.get("text"), _LONGEST_TOLD)]
    return [sentence for sentence in told if sentence]


def _reason(answer: object, hidden: Iterable[str]) -> str:
    """The server's own words, cut, and without what must not be repeated."""
    reason = next(iter(_told(answer)), "")
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for form in {secret, quote(secret), quote_plus(secret)}:
                reason = re.sub(re.escape(form), "…", reason, flags=re.IGNORECASE)
    return reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"
