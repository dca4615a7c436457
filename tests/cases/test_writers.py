"""Who still writes, as the messages of a BAL tell; a patient is known by more than a domain."""

from collections.abc import Sequence
from datetime import UTC, datetime

from balt.cases.writers import read_writers
from balt.mail.model import Kind, MessageDetail
from tests.mailboxes.fake_mail import FakeMail

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PATIENT = "a.exemple@messagerie.mssante.fr"


class Box(FakeMail):
    """A mailbox that tells who wrote."""

    def senders(self, folder: str, uids: Sequence[int]) -> dict[int, str]:
        return {uid: self._known[folder, uid].sender for uid in uids}


def test_whoever_wrote_through_mon_espace_sante_is_counted_and_not_copied() -> None:
    box = Box(NOW)
    box.add("INBOX", 1, detail=MessageDetail(sender=PATIENT, kind=Kind.PATIENT))
    box.add("INBOX", 2, detail=MessageDetail(sender=PATIENT.upper(), kind=Kind.OTHER))
    box.add("INBOX", 3, detail=MessageDetail(sender="labo@bio.mssante.fr", kind=Kind.DOCUMENT))
    found = read_writers(box, 30, NOW)
    assert [(each.address, each.recent, each.patient) for each in found.still] == [
        (PATIENT, 2, True),
        ("labo@bio.mssante.fr", 1, False),
    ]
    assert found.to_copy == ("labo@bio.mssante.fr",)
