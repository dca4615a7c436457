"""The steps of trying a BAL: their names for scripts, and for people."""

from balt.doctor.model import Check, Result
from balt.errors import BaltError
from balt.i18n import N_, _

STEPS: dict[str, str] = {
    "account": N_("BAL"),
    "files": N_("Fichiers"),
    "resolve": N_("Nom du serveur"),
    "connect": N_("Port"),
    "tls": N_("Protection"),
    "greeting": N_("Accueil"),
    "login": N_("Connexion"),
    "folders": N_("Dossiers"),
    "inbox": N_("Réception"),
    "quota": N_("Quota"),
    "extensions": N_("Possibilités"),
}
"""In the order in which an IMAP account goes through them, after "account" and "files"."""
IMAP_STEPS = tuple(STEPS)[2:]
SERVER_STEPS = frozenset(("resolve", "connect", "tls", "greeting", "login"))
"""A failure there means that the server could not be reached, or refused."""


def check(step: str, result: Result, sentence: str, advice: str = "") -> Check:
    """The check of a step, under its label in the language in use."""
    return Check(step, _(STEPS[step]), result, sentence, advice)


def failed(step: str, error: BaltError, advice: str = "") -> Check:
    """The failure that an error tells, in its own words; ``advice`` comes after the error's own."""
    words = " ".join(part for part in (error.advice, advice) if part)
    return check(step, Result.FAILURE, error.message, words)
