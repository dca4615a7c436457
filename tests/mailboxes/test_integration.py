"""Receipts tied to what they speak of, in real mailboxes: on both servers and in files."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import Account
from balt.errors import RefusedError, StoppedError
from balt.mail.files.session import FilesSession
from balt.mail.model import Flag
from balt.mail.receipts import Receipt
from balt.mail.session import ImapSession
from balt.mail.sessions import MailSession
from balt.mailboxes import receipt_rooms
from balt.mailboxes.integration import Finding, Place, ReceiptBook, Says
from balt.mailboxes.integration_words import finding_sentence
from tests.support.receipt_mails import DISPLAYED, FAILED, LAB, SERVICE, letter, passed_on, receipt
from tests.support.servers import ImapServer

FIRST = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Mailbox:
    """A BAL that fills up day by day."""

    def __init__(self, put: Callable[[str, bytes, datetime], int], opened: Callable[[], MailSession]) -> None:
        self._put = put
        self._opened = opened
        self._day = 0

    def put(self, folder: str, raw: bytes) -> int:
        """One more message, a day later than the last; its UID."""
        self._day += 1
        return self._put(folder, raw, FIRST + timedelta(days=self._day))

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        session = self._opened()
        session.open()
        try:
            yield session
        finally:
            session.close()

    def findings(self, book: ReceiptBook | None = None) -> dict[Place, Finding]:
        with self.session() as session:
            return told(book or ReceiptBook(), session)


def told(book: ReceiptBook, session: MailSession) -> dict[Place, Finding]:
    return result_of(book.findings_steps(session))


def result_of(steps: Generator[None, None, dict[Place, Finding]]) -> dict[Place, Finding]:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: dict[Place, Finding] = end.value
            return found


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


@pytest.fixture(params=["server", "files"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Mailbox:
    if request.param == "files":
        return in_files(tmp_path)
    server: ImapServer = request.getfixturevalue("demo_imap")
    return on(server)


def on(server: ImapServer) -> Mailbox:
    account = server.account()
    return Mailbox(
        lambda folder, raw, date: server.append(account, raw, folder, date),
        lambda: ImapSession(account, lambda: server.password, FixedClock(NOW)),
    )


def in_files(root: Path) -> Mailbox:
    counts: dict[str, int] = {}

    def put(folder: str, raw: bytes, date: datetime) -> int:
        place = root / "mail" / ("." + folder if folder != "INBOX" else "")
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        counts[folder] = counts.get(folder, 0) + 1
        name = f"{int(date.timestamp())}.M{counts[folder]}P1.host:2,S"
        path = place / "cur" / name
        path.write_bytes(raw)
        return counts[folder]

    account = Account("camille.exemple@medecin.mssante.fr", access="files", path=root / "mail")
    return Mailbox(put, lambda: FilesSession(account, FixedClock(NOW)))


def says(found: dict[Place, Finding], folder: str, uid: int) -> Says | None:
    finding = found.get((folder, uid))
    return finding.says if finding else None


def test_the_own_software_says_what_it_integrated_and_what_not(mailbox: Mailbox) -> None:
    good = mailbox.put("INBOX", letter("good@labo"))
    bad = mailbox.put("INBOX", letter("bad@labo"))
    silent = mailbox.put("INBOX", letter("silent@labo"))
    yes = mailbox.put("Sent", receipt("good@labo"))
    no = mailbox.put("Sent", receipt("bad@labo", FAILED))
    found = mailbox.findings()
    assert says(found, "INBOX", good) is Says.INTEGRATED
    assert says(found, "INBOX", bad) is Says.FAILED
    assert ("INBOX", silent) not in found
    assert found["INBOX", bad].code == 902
    assert says(found, "Sent", yes) is says(found, "Sent", no) is Says.ABOUT_RECEIVED


@pytest.mark.dovecot
def test_the_same_on_dovecot_with_the_dates(dovecot_imap: ImapServer) -> None:
    mailbox = on(dovecot_imap)
    good = mailbox.put("INBOX", letter("good@labo"))
    bad = mailbox.put("INBOX", letter("bad@labo"))
    sent = mailbox.put("Sent", letter("mine@medecin", to=SERVICE))
    yes = mailbox.put("Sent", receipt("good@labo"))
    mailbox.put("Sent", receipt("bad@labo", FAILED))
    there = mailbox.put("INBOX", receipt("mine@medecin", sender=SERVICE))
    found = mailbox.findings()
    assert found["INBOX", good] == Finding(Says.INTEGRATED, day(4))
    assert found["INBOX", bad] == Finding(Says.FAILED, day(5), 902)
    assert found["Sent", sent] == Finding(Says.INTEGRATED_THERE, day(6))
    assert found["Sent", yes] == Finding(Says.ABOUT_RECEIVED, day(1))
    assert found["INBOX", there] == Finding(Says.ABOUT_SENT, day(3))


def test_a_receipt_that_came_in_says_nothing_of_a_message_that_came_in(mailbox: Mailbox) -> None:
    """Whoever knows the id of a message could write it."""
    received = mailbox.put("INBOX", letter("good@labo"))
    forged = mailbox.put("INBOX", receipt("good@labo", sender=LAB))
    found = mailbox.findings()
    assert ("INBOX", received) not in found
    assert ("INBOX", forged) not in found


def test_a_receipt_that_came_in_speaks_of_what_was_sent(mailbox: Mailbox) -> None:
    sent = mailbox.put("Sent", letter("mine@medecin", to=SERVICE))
    other = mailbox.put("Sent", letter("other@medecin", to=SERVICE))
    yes = mailbox.put("INBOX", receipt("mine@medecin", sender=SERVICE))
    mailbox.put("INBOX", receipt("other@medecin", FAILED, sender=SERVICE))
    found = mailbox.findings()
    assert says(found, "Sent", sent) is Says.INTEGRATED_THERE
    assert says(found, "Sent", other) is Says.FAILED_THERE
    assert says(found, "INBOX", yes) is Says.ABOUT_SENT


def test_that_a_person_read_it_proves_no_integration(mailbox: Mailbox) -> None:
    received = mailbox.put("INBOX", letter("good@labo"))
    read = mailbox.put("Sent", receipt("good@labo", DISPLAYED))
    found = mailbox.findings()
    assert ("INBOX", received) not in found
    assert says(found, "Sent", read) is Says.ABOUT_RECEIVED


def test_an_id_that_two_messages_bear_matches_neither(mailbox: Mailbox) -> None:
    mailbox.put("INBOX", letter("twice@labo"))
    mailbox.put("Archive", letter("twice@labo"))
    mailbox.put("Sent", receipt("twice@labo"))
    mailbox.put("Sent", receipt("twice@labo", FAILED))
    assert mailbox.findings() == {}


def test_a_document_passed_on_is_integrated_where_it_went(mailbox: Mailbox) -> None:
    received = mailbox.put("INBOX", letter("origin@labo"))
    mailbox.put("Sent", passed_on("on@medecin", "origin@labo"))
    mailbox.put("INBOX", receipt("on@medecin", sender=SERVICE))
    finding = mailbox.findings()["INBOX", received]
    assert (finding.says, finding.passed_on) == (Says.INTEGRATED, True)


@pytest.mark.parametrize(
    "answer",
    [
        passed_on("on@medecin", "origin@labo", to=LAB),
        passed_on("on@medecin", "origin@labo", octets=b"%PDF une autre lettre" * 10),
        passed_on("on@medecin", "elsewhere@labo"),
    ],
    ids=["to its sender", "another document", "of another message"],
)
def test_an_answer_does_not_pass_the_document_on(mailbox: Mailbox, answer: bytes) -> None:
    received = mailbox.put("INBOX", letter("origin@labo"))
    mailbox.put("Sent", answer)
    mailbox.put("INBOX", receipt("on@medecin", sender=SERVICE))
    assert ("INBOX", received) not in mailbox.findings()


def test_what_passes_no_document_on_integrates_none(mailbox: Mailbox) -> None:
    """The same visiting card hangs on both, and nothing else."""
    card = (b"application/pdf", b"text/x-vcard"), (b"cr.pdf", b"camille.vcf")
    small = b"BEGIN:VCARD" * 9

    def carded(raw: bytes) -> bytes:
        for old, new in card:
            raw = raw.replace(old, new)
        return raw

    received = mailbox.put("INBOX", carded(letter("origin@labo", subject="Bonjour", octets=small)))
    sent = mailbox.put("Sent", carded(passed_on("on@medecin", "origin@labo", octets=small)))
    mailbox.put("INBOX", receipt("on@medecin", sender=SERVICE))
    with mailbox.session() as session:
        detail = dict(session.details("Sent", [sent]))[sent]
    assert (bool(detail.attachments), detail.holds_document) == (True, False)
    found = mailbox.findings()
    assert says(found, "Sent", sent) is Says.INTEGRATED_THERE
    assert ("INBOX", received) not in found


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(FAILED, "", Says.INTEGRATED), ("", FAILED, Says.FAILED), (FAILED, DISPLAYED, Says.FAILED)],
)
def test_the_last_word_counts(mailbox: Mailbox, first: str, last: str, expected: Says) -> None:
    received = mailbox.put("INBOX", letter("good@labo"))
    for disposition in (first, last):
        mailbox.put("Sent", receipt("good@labo", disposition) if disposition else receipt("good@labo"))
    assert says(mailbox.findings(), "INBOX", received) is expected


def test_a_failure_written_as_a_plain_mail_is_found(mailbox: Mailbox) -> None:
    sent = mailbox.put("Sent", letter("mine@medecin", to=SERVICE))
    plain = (
        f"From: {SERVICE}\r\nSubject: =?utf-8?Q?[Erreur_d'int=C3=A9gration_!][905]_CR?=\r\n"
        "Message-ID: <ko@chu>\r\nIn-Reply-To: <mine@medecin>\r\n\r\nINS incomplet\r\n"
    )
    mailbox.put("INBOX", plain.encode())
    finding = mailbox.findings()["Sent", sent]
    assert (finding.says, finding.code) == (Says.FAILED_THERE, 905)


def test_nothing_is_marked_and_nothing_is_read_by_finding_out(demo_imap: ImapServer) -> None:
    account = demo_imap.account()
    mailbox = Mailbox(
        lambda folder, raw, date: demo_imap.append(account, raw, folder, date),
        lambda: ImapSession(account, lambda: demo_imap.password, FixedClock(NOW)),
    )
    mailbox.put("INBOX", letter("good@labo"))
    mailbox.put("Sent", receipt("good@labo"))
    mailbox.findings()
    with mailbox.session() as session:
        for folder in ("INBOX", "Sent"):
            assert {Flag(flags) for flags in session.scan(folder).flags} <= {Flag(0)}


def test_a_book_reads_what_is_new_and_forgets_what_is_gone(
    demo_imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = demo_imap.account()
    mailbox = Mailbox(
        lambda folder, raw, date: demo_imap.append(account, raw, folder, date),
        lambda: ImapSession(account, lambda: demo_imap.password, FixedClock(NOW)),
    )
    monkeypatch.setattr(receipt_rooms, "PIECE", 2)
    uids = [mailbox.put("INBOX", letter(f"{number}@labo")) for number in range(5)]
    first = mailbox.put("Sent", receipt("0@labo"))
    book = ReceiptBook()
    with mailbox.session() as session:
        assert says(told(book, session), "INBOX", uids[0]) is Says.INTEGRATED
        mailbox.put("Sent", receipt("4@labo", FAILED))
        late = mailbox.put("INBOX", letter("late@labo"))
        mailbox.put("Sent", receipt("late@labo"))
        found = told(book, session)
        assert says(found, "INBOX", uids[4]) is Says.FAILED
        assert says(found, "INBOX", late) is Says.INTEGRATED
        session.select("Sent")
        session.mark_deleted([first])
        session.expunge([first])
        assert ("INBOX", uids[0]) not in told(book, session)


def test_another_reading_at_a_pause_makes_no_message_two(demo_imap: ImapServer) -> None:
    mailbox = on(demo_imap)
    received = mailbox.put("INBOX", letter("good@labo"))
    mailbox.put("Sent", receipt("good@labo"))
    book = ReceiptBook()
    with mailbox.session() as session:
        for pauses in range(1, 30):
            book = ReceiptBook()
            steps = book.findings_steps(session)
            for _ in range(pauses):
                if next(steps, steps) is steps:
                    return
            assert says(told(book, session), "INBOX", received) is Says.INTEGRATED
            assert says(result_of(steps), "INBOX", received) is Says.INTEGRATED


def test_what_came_while_an_older_reading_paused_is_not_lost(demo_imap: ImapServer) -> None:
    mailbox = on(demo_imap)
    received = mailbox.put("INBOX", letter("good@labo"))
    mailbox.put("Sent", receipt("other@labo"))
    for pauses in range(30):
        book = ReceiptBook()
        with mailbox.session() as session, mailbox.session() as other:
            steps = book.findings_steps(session)
            for _ in range(pauses):
                if next(steps, steps) is steps:
                    return
            late = mailbox.put("Sent", receipt("good@labo"))
            assert says(told(book, other), "INBOX", received) is Says.INTEGRATED
            result_of(steps)
            assert says(told(book, session), "INBOX", received) is Says.INTEGRATED, pauses
            session.select("Sent")
            session.mark_deleted([late])
            session.expunge([late])


@pytest.mark.parametrize("why", ["left out", "refused"])
def test_a_receipt_that_a_server_does_not_tell_is_asked_for_again(
    demo_imap: ImapServer, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    mailbox = on(demo_imap)
    received = mailbox.put("INBOX", letter("good@labo"))
    mailbox.put("Sent", receipt("other@labo"))
    mailbox.put("Sent", receipt("good@labo"))

    def silent(self: ImapSession, folder: str, uids: list[int]) -> dict[int, Receipt]:
        if why == "refused":
            raise RefusedError("occupé")
        return {}

    book = ReceiptBook()
    with mailbox.session() as session, monkeypatch.context() as patch:
        patch.setattr(ImapSession, "receipts", silent)
        assert ("INBOX", received) not in told(book, session)
        with pytest.raises(StoppedError, match="2 accusés de « Sent » n'ont pas pu être lus"):
            book.find(session, strict=True)
    with mailbox.session() as session:
        assert says(told(book, session), "INBOX", received) is Says.INTEGRATED


def test_a_receipt_whose_structure_alone_tells_it_is_found_once_that_is_known(demo_imap: ImapServer) -> None:
    """Its type and subject are those of any signed mail: the search of the server passes it by."""
    mailbox = on(demo_imap)
    received = mailbox.put("INBOX", letter("bad@labo"))
    told_plainly = receipt("bad@labo", FAILED, subject="Accuse")
    header, body = told_plainly.split(b"\r\n\r\n", 1)
    lines = header.split(b"\r\n")
    kept = b"\r\n".join(line for line in lines if not line.startswith(b"Content-Type"))
    inner = next(line for line in lines if line.startswith(b"Content-Type"))
    signed = (
        kept + b'\r\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="s"'
        b"\r\n\r\n--s\r\n" + inner + b"\r\n\r\n" + body + b"\r\n--s\r\n"
        b"Content-Type: application/pkcs7-signature\r\n\r\nx\r\n--s--\r\n"
    )
    uid = mailbox.put("Sent", signed)
    book = ReceiptBook()
    with mailbox.session() as session:
        assert ("INBOX", received) not in told(book, session)
        listing = session.scan("Sent")
        listing.learn(dict(session.details("Sent", [uid])))
        assert says(told(book, session), "INBOX", received) is Says.FAILED


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            Finding(Says.INTEGRATED, day(11)),
            "Intégration confirmée le 12 nov. 2026 par votre logiciel (accusé automatique)",
        ),
        (
            Finding(Says.INTEGRATED, day(11), passed_on=True),
            "Intégration confirmée le 12 nov. 2026 par le logiciel à qui ce message a été transféré",
        ),
        (Finding(Says.FAILED, day(11), 902), "Échec d'intégration 902 : identifiant patient inconnu"),
        (Finding(Says.FAILED, None), "Échec d'intégration"),
        (
            Finding(Says.FAILED_THERE, day(11), 905),
            "Échec d'intégration chez le destinataire 905 : INS incomplet",
        ),
        (
            Finding(Says.INTEGRATED_THERE, day(11)),
            "Intégration confirmée le 12 nov. 2026 par le logiciel du destinataire",
        ),
        (Finding(Says.ABOUT_SENT, day(11)), "Parle d'un message envoyé le 12 nov. 2026"),
        (Finding(Says.ABOUT_RECEIVED, day(11)), "Parle d'un message reçu le 12 nov. 2026"),
        (Finding(Says.ABOUT_RECEIVED), "Parle d'un message reçu à une date inconnue"),
    ],
)
def test_each_finding_is_one_sentence(finding: Finding, sentence: str) -> None:
    assert finding_sentence(finding) == sentence
