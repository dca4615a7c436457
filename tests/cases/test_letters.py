"""Which messages of a BAL are the requests that balt wrote: none that came in, and none that is unsure."""

from collections.abc import Iterable, Sequence

import pytest

from balt.cases.letters import MOST_OCTETS, letter_ref, letters_in
from balt.mail.listing import Listing
from balt.mail.model import Attachment, Folder, FolderRole, FolderState, Identity, MessageDetail

LETTER = letter_ref(b"Message-ID: <balt.1@ch-fictif.mssante.fr>\r\n\r\nBonjour\r\n")
PLAIN = MessageDetail()


class Server:
    """One message, known by its Message-ID, in a folder whose UIDVALIDITY is 7."""

    def __init__(self, size: int = 2000, message_id: str = LETTER, detail: MessageDetail = PLAIN) -> None:
        self._identity = Identity(1, size, "", message_id)
        self._detail = detail

    def examine(self, folder: str) -> FolderState:
        return FolderState(folder, 7, 2, 1)

    def identities(self, uids: Iterable[int]) -> dict[int, Identity]:
        return dict.fromkeys(uids, self._identity)

    def details(self, _folder: str, uids: Sequence[int]) -> Iterable[tuple[int, MessageDetail]]:
        return [(uid, self._detail) for uid in uids]


def found(
    server: Server,
    role: FolderRole = FolderRole.SENT,
    uidvalidity: int = 7,
    letters: tuple[str, ...] = (LETTER,),
) -> frozenset[int]:
    folder = Folder("Sent", "Envoyés", role)
    return letters_in(server, folder, Listing("Sent", uidvalidity, 2), [1], frozenset(letters))


@pytest.mark.parametrize("role", [FolderRole.SENT, FolderRole.DRAFTS])
def test_one_that_the_holder_wrote_is_known_by_its_message_id(role: FolderRole) -> None:
    assert found(Server(), role) == {1}


@pytest.mark.parametrize(
    "server",
    [
        Server(message_id="another"),
        Server(size=MOST_OCTETS + 1),
        Server(size=-1),
        Server(detail=MessageDetail(readable=False)),
        Server(detail=MessageDetail(attachments=(Attachment("2", "radio.pdf", "application/pdf", 9),))),
    ],
)
def test_a_copied_message_id_on_anything_else_is_no_letter(server: Server) -> None:
    assert found(server) == frozenset()


def test_what_came_in_a_folder_made_anew_and_a_bal_without_letters_prove_nothing() -> None:
    assert found(Server(), FolderRole.INBOX) == frozenset()
    assert found(Server(), uidvalidity=6) == frozenset()
    assert found(Server(), letters=()) == frozenset()
