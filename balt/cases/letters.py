"""Which messages of a BAL are the requests that balt wrote: what asks for its end is no mail lost with it."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from balt.cases.model import Case, Happened
from balt.mail.details import message_id_digest
from balt.mail.listing import Listing
from balt.mail.model import Folder, FolderRole, FolderState, Identity, MessageDetail

MOST_OCTETS = 16 * 1024
"""Of a letter; those that balt writes have 2 kB, and a mail program may add to their header."""

_ROLES = (FolderRole.DRAFTS, FolderRole.SENT)
_END = b"\r\n\r\n"


class Session(Protocol):
    """What is asked of a session."""

    def examine(self, folder: str) -> FolderState: ...
    def identities(self, uids: Iterable[int]) -> dict[int, Identity]: ...
    def details(self, folder: str, uids: Sequence[int]) -> Iterable[tuple[int, MessageDetail]]: ...


def letter_ref(octets: bytes) -> str:
    """What a letter is known by: the SHA-256 (hex) of its Message-ID, as ``Identity.message_id`` has it."""
    return message_id_digest(octets.partition(_END)[0] + _END)


def letters_of(cases: Iterable[Case], address: str) -> frozenset[str]:
    """The letters that the cases of a BAL, open or not, tell of."""
    return frozenset(
        event.ref
        for case in cases
        if case.address == address.lower()
        for event in case.events
        if event.what is Happened.REQUESTED and event.ref
    )


def letters_in(
    session: Session, folder: Folder, listing: Listing, uids: Sequence[int], letters: frozenset[str]
) -> frozenset[int]:
    """Which of these messages of a folder are among the ``letters``. Only what the holder wrote counts
    (drafts, sent mail: a Message-ID that came in proves nothing), that is small and holds nothing but text.
    """
    if not letters or not uids or folder.role not in _ROLES:
        return frozenset()
    if session.examine(folder.name).uidvalidity != listing.uidvalidity:
        return frozenset()
    named = [
        uid
        for uid, each in session.identities(uids).items()
        if each.message_id in letters and 0 <= each.size <= MOST_OCTETS
    ]
    return frozenset(
        uid
        for uid, detail in session.details(folder.name, named)
        if detail.readable and not detail.attachments
    )
