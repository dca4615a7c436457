"""The provider behind the practice's network: it reads the requests that are put into the drafts of a BAL,
and does what they ask, as an operator would some days later.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterable
from contextlib import suppress

from balt.demo.store import StoredAccount, StoredFolder

_SUBJECT = re.compile(r"Demande de dépublication d'une BAL MSSanté : (\S+)")
_HEAD = 65_536


class Provider:
    """Watches the drafts of every BAL; ``depublish`` takes an address out of the directory (KeyError where it
    is not there). A BAL can only ask for itself.
    """

    def __init__(self, accounts: Iterable[StoredAccount], depublish: Callable[[str], None]) -> None:
        self._depublish = depublish
        for account in accounts:
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
                if asked_for(message.source.outline().flat[:_HEAD]) == address.lower():
                    with suppress(KeyError):
                        self._depublish(address)

        return look


def asked_for(head: bytes) -> str:
    """The address (in lower case) that a message asks to depublish, "" for any other message."""
    message = email.message_from_bytes(head, policy=email.policy.default)
    found = _SUBJECT.fullmatch(str(message["Subject"] or "").strip())
    return found[1].lower() if found else ""
