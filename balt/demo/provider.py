"""The provider behind the practice's network: it reads the requests that are put into the drafts of a BAL,
does what they ask, as an operator would some days later, and answers to the BAL that is named in them.

A BAL whose deletion was asked for is closed: no server opens it any more.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from balt.clock import Clock
from balt.demo.content import StoredSource
from balt.demo.store import StoredAccount, StoredFolder

_SUBJECT = re.compile(r"Demande de (dépublication|suppression) d'une BAL MSSanté : (\S+)")
_REPLACEMENT = re.compile(r"^ *BAL à utiliser désormais *: (\S+)$", re.MULTILINE)
_HEAD = 65_536
_SENDER = "Support de l'opérateur fictif <support@operateur-fictif.mssante.fr>"
_DONE = {
    "dépublication": "a été retirée de l'Annuaire Santé le {day}.\nElle reste ouverte jusqu'à votre demande "
    "de suppression.",
    "suppression": "a été supprimée le {day}, avec ce qu'elle contenait.",
}
_TEXT = """\
Bonjour,

À votre demande, la BAL {address}
{done}

Le support de l'opérateur fictif (démonstration de balt)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, of which address, and where its answer goes ("" for nowhere); both addresses
    in lower case.
    """

    what: str
    address: str
    answer_to: str = ""


class Provider:
    """Watches the drafts of every BAL; ``depublish`` takes an address out of the directory (KeyError where it
    is not there), ``close`` ends a BAL by its user name. A BAL can only ask for itself.
    """

    def __init__(
        self,
        accounts: Iterable[StoredAccount],
        depublish: Callable[[str], None],
        close: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._accounts = {account.username.lower(): account for account in accounts}
        self._depublish = depublish
        self._close = close
        self._clock = clock
        for account in self._accounts.values():
            for folder in account.folders.values():
                if folder.special_use == "\\Drafts":
                    folder.watchers.add(self._watcher(account.username, folder))

    def _watcher(self, address: str, folder: StoredFolder) -> Callable[[], None]:
        read = folder.uidnext

        def look() -> None:
            nonlocal read
            new = [message for message in folder.messages if message.uid >= read]
            read = max(read, folder.uidnext)
            for message in new:
                asked = asked_for(message.source.outline().flat[:_HEAD])
                if asked is not None and asked.address == address.lower():
                    self._do(asked)

        return look

    def _do(self, asked: Asked) -> None:
        if asked.what == "dépublication":
            with suppress(KeyError):
                self._depublish(asked.address)
        else:
            self._close(self._accounts[asked.address].username)
        account = self._accounts.get(asked.answer_to)
        if account is not None and asked.answer_to != asked.address:
            now = self._clock.now().replace(microsecond=0)
            message = EmailMessage(policy=email.policy.SMTP)
            message["From"] = _SENDER
            message["To"] = account.username
            message["Date"] = format_datetime(now)
            message["Message-ID"] = f"<{now:%Y%m%d%H%M%S}.{asked.address}.operateur-fictif>"
            message["Subject"] = f"Votre demande de {asked.what} : {asked.address}"
            done = _DONE[asked.what].format(day=f"{now:%d/%m/%Y}")
            message.set_content(_TEXT.format(address=asked.address, done=done), cte="quoted-printable")
            account.folder("INBOX").add(StoredSource(message.as_bytes()), now, ())


def asked_for(head: bytes) -> Asked | None:
    """What the message that begins so asks of a provider; None for any other message."""
    message = email.message_from_bytes(head, _class=EmailMessage, policy=email.policy.default)
    found = _SUBJECT.fullmatch(str(message["Subject"] or "").strip())
    if found is None:
        return None
    body = str(message.get_content()) if message.get_content_type() == "text/plain" else ""
    answer_to = _REPLACEMENT.search(body.replace("\r", ""))
    return Asked(found[1], found[2].lower(), answer_to[1].lower() if answer_to else "")
