"""A part of a message, from a server and from files: found by its number, bounded, and nothing is marked."""

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest

from balt.errors import CancelledError, RefusedError
from balt.mail import part_fetch
from balt.mail.documents import part as parts
from balt.mail.documents.kinds import MOST_LINES, DocumentKind, kind_of
from balt.mail.documents.model import DocumentView
from balt.mail.documents.part import PartContent, document_of
from balt.mail.part_fetch import read_part
from balt.mail.sessions import MailSession
from balt.mail.structure import Part
from tests.integration.mails import opened
from tests.integration.test_reading import flags_seen_by_another
from tests.mail.documents.made import cda, xdm
from tests.mail.files.mails import reading
from tests.mail.scripted import wire_hearing
from tests.support.servers import ImapServer

PDF = b"%PDF-1.4\n" + b"x" * 9000


def mail() -> bytes:
    """A message with one part of each kind."""
    message = EmailMessage()
    message["From"], message["Subject"] = "labo@bio.mssante.fr", "Résultats"
    message.set_content("Bonjour")
    message.add_attachment(xdm(), "application", "zip", filename="IHE_XDM.zip")
    message.add_attachment(PDF, "application", "pdf", filename="résultat.pdf")
    message.add_attachment(cda(), "application", "octet-stream", filename="DOC.XML")
    message.add_attachment("<p>Une <b>page</b></p>", "html", filename="page.html")
    message.add_attachment("du texte, é", "plain", charset="iso-8859-1", filename="note.txt")
    message.add_attachment(b"<a/>", "application", "xml", filename="a.xml")
    return message.as_bytes().replace(b"\n", b"\r\n")


def views(session: MailSession) -> dict[str, DocumentView]:
    """Each attachment of the only message, looked at."""
    [uid] = session.scan("INBOX").uids
    shown = session.preview("INBOX", uid).attachments
    return {one.filename: document_of(session.part("INBOX", uid, one.part)) for one in shown}


def check(found: dict[str, DocumentView]) -> None:
    assert dict(found["IHE_XDM.zip"].facts)["Patient"] == "TESTPATIENT ALIX"
    assert dict(found["IHE_XDM.zip"].facts)["Date"] == "12 nov. 2026 09:30 +0100"
    assert [one.name for one in found["IHE_XDM.zip"].members][:2] == ["INDEX.HTM", "README.TXT"]
    assert "Créatinine  72 µmol/L" in found["IHE_XDM.zip"].lines
    assert found["DOC.XML"].lines == found["IHE_XDM.zip"].lines
    assert found["page.html"].lines == ("Une page",)
    assert found["note.txt"].lines == ("du texte, é",)
    assert found["a.xml"].lines == ("<a/>",)
    assert "tel quel" in found["a.xml"].warnings[0]
    assert dict(found["résultat.pdf"].facts)["Type"] == "application/pdf"
    assert "ne l'affiche pas" in found["résultat.pdf"].warnings[0]


def test_each_part_on_a_server_is_looked_at_and_the_message_stays_unread(imap_server: ImapServer) -> None:
    account = imap_server.account()
    imap_server.append(account, mail())
    before = flags_seen_by_another(imap_server, account)
    with opened(account) as session:
        check(views(session))
    assert flags_seen_by_another(imap_server, account) == before


def test_each_part_in_files_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    with reading(tmp_path) as session:
        check(views(session))
    assert [one.name for one in tmp_path.iterdir()] == ["a.eml"]


def test_a_part_comes_by_pieces(imap_server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    account = imap_server.account()
    imap_server.append(account, mail())
    monkeypatch.setattr(part_fetch, "_PIECE", 100)
    asked: list[bool] = []

    def carries_on() -> bool:
        asked.append(True)
        return False

    with opened(account) as session:
        [uid] = session.scan("INBOX").uids
        content = session.part("INBOX", uid, "2", carries_on)
        assert base64.b64decode(content.octets) == xdm()
        assert len(asked) > 10
        with pytest.raises(CancelledError):
            session.part("INBOX", uid, "2", lambda: True)


@pytest.mark.parametrize("number", ["9", "0", "", "1.1", "2] BODY[", "x"])
def test_a_part_that_is_not_there_is_refused(imap_server: ImapServer, tmp_path: Path, number: str) -> None:
    account = imap_server.account()
    imap_server.append(account, mail())
    with opened(account) as session, pytest.raises(RefusedError, match="pièce"):
        session.part("INBOX", session.scan("INBOX").uids[0], number)
    (tmp_path / "a.eml").write_bytes(mail())
    with reading(tmp_path) as files, pytest.raises(RefusedError, match="pièce"):
        files.part("INBOX", files.scan("INBOX").uids[0], number)


def test_a_message_that_is_gone_is_refused(imap_server: ImapServer) -> None:
    account = imap_server.account()
    imap_server.append(account, mail())
    with opened(account) as session, pytest.raises(RefusedError, match="n'est plus"):
        session.part("INBOX", session.scan("INBOX").uids[0] + 1, "2")


def structure(size: int, kind: str = '"APPLICATION" "ZIP"') -> bytes:
    shape = f'({kind} ("NAME" "a") NIL NIL "BASE64" {size} NIL ("ATTACHMENT" NIL) NIL NIL)'
    return b"* 1 FETCH (UID 7 BODYSTRUCTURE " + shape.encode() + b")\r\nB1 OK\r\n"


def test_what_is_too_large_or_never_shown_is_not_downloaded() -> None:
    for answer, told in (
        (structure(60 << 20), "trop grande"),
        (structure(100, '"APPLICATION" "PDF"'), "PDF"),
        (structure(100, '"APPLICATION" "X-MSDOWNLOAD"'), "ne sait pas"),
    ):
        with wire_hearing(answer) as wire:  # nothing more comes: nothing more is asked
            content = read_part(wire, 7, "1")
        assert content.octets == b""
        assert told in document_of(content).warnings[0]


def test_a_server_that_gives_more_than_it_said_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_fetch, "_PIECE", 1000)
    monkeypatch.setattr(parts, "MOST_OCTETS", 3000)
    answers = structure(100)
    for number in range(2, 9):
        octets = b"A" * 5000
        answers += b"* 1 FETCH (UID 7 BODY[1]<0> {5000}\r\n" + octets + b")\r\nB%d OK\r\n" % number
    with wire_hearing(answers) as wire:
        assert len(read_part(wire, 7, "1").octets) == 3000


def test_a_long_text_and_a_long_page_are_cut_and_say_so(imap_server: ImapServer) -> None:
    message = EmailMessage()
    message.set_content("x")
    message.add_attachment("une ligne\n" * 200_000, "plain", filename="a.txt")
    message.add_attachment("<p>une ligne</p>\n" * 100_000, "html", filename="a.html")
    account = imap_server.account()
    imap_server.append(account, message.as_bytes().replace(b"\n", b"\r\n"))
    with opened(account) as session:
        found = views(session)
    assert all(view.truncated and view.lines[0] == "une ligne" for view in found.values())


@pytest.mark.parametrize("octets", [b"", b"!!!!", b"===="])
def test_an_empty_part_is_said_to_be_empty(octets: bytes) -> None:
    part = Part("2", "application/zip", encoding="base64", size=len(octets))
    assert document_of(PartContent(part, octets)).warnings == ("Cette pièce est vide.",)


@pytest.mark.parametrize(
    ("content_type", "name", "kind"),
    [
        ("application/zip", "IHE_XDM.zip", DocumentKind.ZIP),
        ("application/octet-stream", "IHE_XDM.ZIP", DocumentKind.ZIP),
        ("application/octet-stream", "DOC0001.XML", DocumentKind.XML),
        ("text/plain", "cr.xml", DocumentKind.XML),
        ("text/plain", "cr.hpr", DocumentKind.TEXT),
        ("text/csv", "", DocumentKind.TEXT),
        ("application/hl7-cda+xml", "", DocumentKind.XML),
        ("application/xhtml+xml", "", DocumentKind.HTML),
        ("image/jpeg", "photo", DocumentKind.IMAGE),
        ("image/svg+xml", "a.svg", DocumentKind.XML),
        ("application/pdf", "a.xml", DocumentKind.PDF),
        ("application/octet-stream", "a.exe", DocumentKind.OTHER),
        ("message/rfc822", "a.xml", DocumentKind.OTHER),
        ("video/mp4", "", DocumentKind.OTHER),
    ],
)
def test_a_part_is_read_by_its_type_then_by_its_name(
    content_type: str, name: str, kind: DocumentKind
) -> None:
    assert kind_of(content_type, name) is kind


def test_a_text_of_many_short_lines_shows_no_more_of_them_than_any_other_document() -> None:
    octets = b"a\n" * 50_000
    view = document_of(PartContent(Part("2", "text/plain", filename="a.txt", size=len(octets)), octets))
    assert view.truncated
    assert len(view.lines) == MOST_LINES
