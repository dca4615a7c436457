"""Trying a BAL step by step, and saying in plain words where it fails.

Nothing is changed on the server, nothing is sent before the line is protected, and there is one login at
most: a server that counts failed logins would lock the account.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from balt.clock import Clock
from balt.config import Account
from balt.doctor.line import look_at_certificate, look_at_greeting, look_at_port
from balt.doctor.model import Check, Result
from balt.doctor.steps import check, failed
from balt.errors import BaltError, CancelledError, ConnectionFailedError
from balt.i18n import _, ngettext
from balt.mail.model import Folder, FolderRole
from balt.mail.session import ImapSession
from balt.mail.sessions import MailSession, open_session
from balt.text import plain
from balt.units import format_count, format_percent, format_size

RESOLVE_SECONDS = 10.0
OnStep = Callable[[Check], None]
Cancelled = Callable[[], bool]


def try_account(
    account: Account,
    password: Callable[[], str],
    clock: Clock,
    *,
    on_step: OnStep | None = None,
    cancelled: Cancelled | None = None,
) -> list[Check]:
    """What each step of reading this BAL gives, up to the first that fails; never raises for a server's sake.

    ``password`` is asked for one login, and only on a protected line. ``on_step`` hears each check when it
    is done. Raises CancelledError between two steps. A BAL without IMAP access has its own few checks.
    """
    done = _Trial(account, password, clock, on_step, cancelled)
    match account.access:
        case "none":
            done.add(check("account", Result.SKIPPED, _("sans accès IMAP : rien à essayer.")))
        case "files":
            done.files()
        case _:
            done.imap()
    return done.checks


class _Trial:
    def __init__(
        self,
        account: Account,
        password: Callable[[], str],
        clock: Clock,
        on_step: OnStep | None,
        cancelled: Cancelled | None,
    ) -> None:
        self.checks: list[Check] = []
        self._account = account
        self._password = password
        self._clock = clock
        self._on_step = on_step
        self._cancelled = cancelled

    def add(self, *found: Check) -> bool:
        """Keep and tell what was found; whether there is a way on."""
        for each in found:
            self.checks.append(each)
            if self._on_step is not None:
                self._on_step(each)
        if self._cancelled is not None and self._cancelled():
            raise CancelledError(_("essai interrompu."), mailbox=self._account.address)
        return all(each.result is not Result.FAILURE for each in found)

    def reach(self) -> bool:
        """Name, port, protection, greeting."""
        account = self._account
        if not self.add(_resolved(account)) or not self.add(look_at_port(account)):
            return False
        if account.security == "tls" and not self.add(look_at_certificate(account, self._clock)):
            return False
        return self.add(*look_at_greeting(account, self._clock))

    def imap(self) -> None:
        """The way to the server, the login, then what can be read."""
        if not self.reach():
            return
        secret = _AtLogin(self._password)
        session = ImapSession(self._account, secret, self._clock)
        try:
            found = _logged_in(session)
            secret.over = True
            if self.add(found):
                self._read(session)
        finally:
            session.close()

    def _read(self, session: ImapSession) -> None:
        steps = (("folders", _folders), ("inbox", _inbox), ("quota", _quota), ("extensions", _extensions))
        for name, look in steps:
            if not self.add(_told(name, partial(look, session))):
                return

    def files(self) -> None:
        """What stands at the path, and the folders found there."""
        session = open_session(self._account, lambda: "", self._clock)
        try:
            if self.add(_files(session)):
                self.add(_told("folders", lambda: _counted_folders(session)))
        finally:
            session.close()


def _told(step: str, look: Callable[[], Check]) -> Check:
    """What a step finds, or the failure that its error tells."""
    try:
        return look()
    except BaltError as error:
        return failed(step, error)


class _AtLogin:
    """Gives the secret for the first login only: a line that is cut later is not logged into again."""

    def __init__(self, password: Callable[[], str]) -> None:
        self._password = password
        self.over = False

    def __call__(self) -> str:
        if self.over:
            raise ConnectionFailedError(
                _("le serveur a coupé la connexion pendant l'essai."),
                advice=_("balt ne s'est pas connecté une seconde fois. Réessayez plus tard."),
            )
        return self._password()


def _resolved(account: Account) -> Check:
    """Whether the name of the server leads anywhere."""
    host = plain(account.host, 254)
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, OverflowError, ValueError):  # ValueError: a name that no server can have
            answers = socket.getaddrinfo(account.host, account.port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    if not account.host:
        return check("resolve", Result.FAILURE, _("aucun serveur n'est indiqué."), _("Indiquez « host »."))
    asking = threading.Thread(target=ask, daemon=True)  # the system's resolver has no time limit of its own
    asking.start()
    asking.join(RESOLVE_SECONDS)
    if found:
        sentence = _("%(host)s est connu : %(addresses)s.")
        return check("resolve", Result.OK, sentence % {"host": host, "addresses": ", ".join(found[:4])})
    if asking.is_alive():
        sentence = _("le nom du serveur « %s » n'a pas été trouvé à temps.")
        return check("resolve", Result.FAILURE, sentence % host, _("Vérifiez la connexion au réseau."))
    advice = _("Vérifiez l'orthographe de « host » et la connexion au réseau.")
    return check("resolve", Result.FAILURE, _("le serveur « %s » est introuvable.") % host, advice)


def _logged_in(session: ImapSession) -> Check:
    try:
        session.open()
    except BaltError as error:
        return failed("login", error)
    sentence = _("connexion acceptée pour « %s ».") % plain(session.account.username, 254)
    return check("login", Result.OK, sentence)


def _files(session: MailSession) -> Check:
    try:
        session.open()
    except BaltError as error:
        return failed("files", error)
    return check("files", Result.OK, _("lisible : %s.") % plain(str(session.account.path), 200))


def _counted_folders(session: MailSession) -> Check:
    return check("folders", Result.OK, _number_of(session.folders()))


def _folders(session: ImapSession) -> Check:
    folders = session.folders()
    sentence = _number_of(folders)
    if any(folder.role is FolderRole.TRASH for folder in folders):
        return check("folders", Result.OK, sentence)
    advice = _("Créez dans votre webmail un dossier « Corbeille » : balt y déplace ce que vous supprimez.")
    return check("folders", Result.WARNING, sentence + " " + _("Aucune corbeille n'est reconnue."), advice)


def _number_of(folders: Sequence[Folder]) -> str:
    return ngettext("%d dossier.", "%d dossiers.", len(folders)) % len(folders)


def _inbox(session: ImapSession) -> Check:
    count = session.examine("INBOX").messages
    sentence = ngettext(
        "%s message dans la boîte de réception.", "%s messages dans la boîte de réception.", count
    )
    return check("inbox", Result.OK, sentence % format_count(count))


def _quota(session: ImapSession) -> Check:
    quota = session.quota()
    if quota is None:
        advice = _('Si vous connaissez la limite, indiquez-la : quota = "2G".')
        return check("quota", Result.WARNING, _("le serveur ne dit pas quelle place est accordée."), advice)
    sentence = _("%(used)s utilisés sur %(limit)s (%(percent)s).") % {
        "used": format_size(quota.used),
        "limit": format_size(quota.limit),
        "percent": format_percent(quota.used, quota.limit),
    }
    return check("quota", Result.OK, sentence)


def _extensions(session: ImapSession) -> Check:
    """What this server lacks, and what it changes for the user (RFC 4315, 6851, 9208, 5256, 6154)."""
    meanings = {
        "UIDPLUS": _("UIDPLUS : balt ne pourra rien supprimer définitivement"),
        "MOVE": _("MOVE : balt copie dans la corbeille, contrôle, puis supprime l'original"),
        "QUOTA": _("QUOTA : la limite de place reste à indiquer à la main"),
        "SORT": _("SORT : balt trie lui-même, ce n'est pas grave"),
        "SPECIAL-USE": _("SPECIAL-USE : la corbeille et les envoyés sont reconnus à leur nom"),
    }
    missing = [said for name, said in meanings.items() if name not in session.capabilities]
    if not missing:
        return check("extensions", Result.OK, _("le serveur sait tout ce dont balt se sert."))
    if not {"UIDPLUS", "MOVE"} & session.capabilities:
        missing.append(_("ni UIDPLUS ni MOVE : balt ne pourra rien mettre à la corbeille"))
    grave = "UIDPLUS" not in session.capabilities
    advice = _("Pour ces gestes, utilisez votre webmail, ou demandez-les à l'opérateur.") if grave else ""
    sentence = _("il manque au serveur : %s.") % _(" ; ").join(missing)
    return check("extensions", Result.WARNING if grave else Result.OK, sentence, advice)
