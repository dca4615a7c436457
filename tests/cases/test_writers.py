"""Who still writes, as the messages of a BAL tell; a patient is known by more than a domain."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from balt.cases.writers import Writers, read_writers, without_patients
from balt.clock import SystemClock
from balt.mail.model import FolderRole, Kind, MessageDetail
from balt.mail.session import ImapSession
from tests.mailboxes.fake_mail import FakeMail
from tests.support.servers import ImapServer

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


@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.BOUNCE, Kind.AUTOREPLY, Kind.NOTIFICATION])
def test_what_no_person_wrote_needs_no_warning(kind: Kind) -> None:
    box = Box(NOW)
    box.add("INBOX", 1, detail=MessageDetail(sender="plateforme@ch-fictif.mssante.fr", kind=kind))
    box.add("INBOX", 2, detail=MessageDetail(sender="labo@bio.mssante.fr", kind=Kind.DOCUMENT))
    box.add("INBOX", 3, detail=MessageDetail(sender="labo@bio.mssante.fr", kind=kind))
    assert told(read_writers(box, 30, NOW)) == [("labo@bio.mssante.fr", 1)]


def test_a_service_that_sends_documents_and_reads_no_answers_is_to_be_warned() -> None:
    box = Box(NOW)
    for uid, (sender, kind) in enumerate(
        [
            ("noreply@bio.mssante.fr", Kind.DOCUMENT),
            ("noreply@ch-fictif.mssante.fr", Kind.OTHER),
            ("mailer-daemon@ch-fictif.mssante.fr", Kind.DOCUMENT),
        ],
        start=1,
    ):
        box.add("INBOX", uid, detail=MessageDetail(sender=sender, kind=kind))
    assert told(read_writers(box, 30, NOW)) == [("noreply@bio.mssante.fr", 1)]


def test_a_message_that_went_away_meanwhile_still_came_from_somebody() -> None:
    box = Box(NOW)
    box.add("INBOX", 1, detail=MessageDetail(sender="labo@bio.mssante.fr"))
    box.gone = {1}
    assert told(read_writers(box, 30, NOW)) == [("labo@bio.mssante.fr", 1)]


def test_a_second_folder_of_sent_mail_is_no_mail_that_came() -> None:
    box = Box(NOW)
    box.roles = {"Sent": FolderRole.SENT}
    for uid, folder in enumerate(("Sent", "Éléments envoyés", "Classement", "Spam"), start=1):
        box.add(folder, uid, detail=MessageDetail(sender=f"s{uid}@bio.mssante.fr"))
    assert told(read_writers(box, 30, NOW)) == [("s3@bio.mssante.fr", 1)]


def test_no_patients_address_is_shown_however_they_are_known() -> None:
    box = Box(NOW)
    box.add("INBOX", 1, detail=MessageDetail(sender=PATIENT, kind=Kind.PATIENT))
    box.add("INBOX", 2, detail=MessageDetail(sender="299999999999915@patient.mssante.fr"))
    shown = without_patients(read_writers(box, 30, NOW))
    assert [(each.address, each.is_patient) for each in shown.still] == [("adresse de patient", True)] * 2
    assert shown.to_copy == ()


def told(found: Writers) -> list[tuple[str, int]]:
    return [(each.address, each.recent) for each in found.still]


# Both servers

MINE, OTHER_MINE = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


def mail(sender: str, *headers: str, kind: str = "text/plain", body: str = "Bonjour") -> bytes:
    lines = [f"From: {sender}", f"To: {MINE}", "Subject: essai", "MIME-Version: 1.0", *headers]
    return "\r\n".join((*lines, f"Content-Type: {kind}", "", body, "")).encode()


def report(of: str) -> tuple[str, str]:
    """The type and the body of a report (RFC 3462)."""
    part = f"--a\r\nContent-Type: message/{of}\r\n\r\nOriginal-Message-ID: <1@ch>\r\n--a--"
    return f"multipart/report; report-type={of}; boundary=a", part


def test_only_people_and_services_are_told_to_be_warned(imap_server: ImapServer) -> None:
    account = imap_server.account()
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    receipt, bounce = report("disposition-notification"), report("delivery-status")
    for raw in (
        mail("confrere@medecin.mssante.fr"),
        mail("Labo <labo@bio.mssante.fr>", "Auto-Submitted: auto-generated", kind="application/pdf"),
        mail("accuse@ch-fictif.mssante.fr", kind=receipt[0], body=receipt[1]),
        mail("retour@ch-fictif.mssante.fr", kind=bounce[0], body=bounce[1]),
        mail("absent@ch-fictif.mssante.fr", "Auto-Submitted: auto-replied"),
        mail("lettre@ch-fictif.mssante.fr", "List-Id: <lettre.ch-fictif.mssante.fr>", "Precedence: bulk"),
        mail(MINE),
        mail(OTHER_MINE.upper()),
    ):
        imap_server.append(account, raw, "INBOX", yesterday, [])
    session = ImapSession(account, lambda: imap_server.password, SystemClock())
    try:
        found = read_writers(session, 30, datetime.now(UTC), {MINE, OTHER_MINE})
        unread = session.scan("INBOX")
    finally:
        session.close()
    assert told(found) == [("confrere@medecin.mssante.fr", 1), ("labo@bio.mssante.fr", 1)]
    assert not any(flags & 1 for flags in unread.flags), "looking marks nothing as read"
