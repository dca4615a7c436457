"""Folders of .eml: one file, one message; what each is, and when it came."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.mail.model import Content, Flag, Kind
from tests.mail.files.mails import SHAPES, WHEN, lab_report, letter, only_detail, reading

EXPECTED = {
    "lab_report": (Kind.DOCUMENT, Content.XDM, ["IHE_XDM.zip", "20261112_CR-BIO_0001.pdf"]),
    "letter": (Kind.DOCUMENT, Content.PDF, ["courrier écrit.pdf"]),
    "bounce": (Kind.BOUNCE, Content.NONE, []),
    "failed_integration": (Kind.RECEIPT, Content.NONE, []),
    "automatic_reply": (Kind.AUTOREPLY, Content.NONE, []),
    "from_patient": (Kind.PATIENT, Content.NONE, []),
    "forwarded": (Kind.DOCUMENT, Content.PDF, ["avis.eml"]),
}


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_is_what_it_is(tmp_path: Path, name: str, ends: bytes) -> None:
    (tmp_path / "un.EML").write_bytes(SHAPES[name]().replace(b"\r\n", ends))
    detail = only_detail(tmp_path)
    kind, content, files = EXPECTED[name]
    assert (detail.kind, detail.content, [one.filename for one in detail.attachments]) == (
        kind,
        content,
        files,
    )
    assert detail.readable
    assert detail.reason


def test_sender_recipients_and_subject_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(letter())
    detail = only_detail(tmp_path)
    assert (detail.sender_name, detail.sender) == ("Dr Zoé MODÈLE", "zoe.modele@medecin.fictif.mssante.fr")
    assert detail.subject == "Avis cardio – patient fictif"
    assert detail.recipients == ("camille.exemple@medecin.mssante.fr", "secretariat@ch-fictif.mssante.fr")


def test_the_sizes_of_parts_do_not_depend_on_the_line_ends(tmp_path: Path) -> None:
    found = []
    for name, ends in (("a", b"\r\n"), ("b", b"\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "un.eml").write_bytes(lab_report().replace(b"\r\n", ends))
        found.append(only_detail(tmp_path / name).attachments)
    assert found[0] == found[1]


def test_the_last_server_dates_a_message_else_its_sender_else_its_file(tmp_path: Path) -> None:
    undated = b"Subject: x\r\n\r\nrien\r\n"
    for name, raw in (("a.eml", lab_report()), ("b.eml", letter()), ("c.eml", undated)):
        (tmp_path / name).write_bytes(raw)
        os.utime(tmp_path / name, (WHEN.timestamp(), WHEN.timestamp()))
    with reading(tmp_path) as session:
        listing = session.scan("INBOX")
    assert listing.message(0).date == datetime(2026, 11, 12, 8, 30, 4, tzinfo=UTC)
    assert listing.message(1).date == datetime(2025, 3, 4, 17, 2, 11, tzinfo=UTC)
    assert listing.message(2).date == WHEN
    assert listing.message(1).size == len(letter())


def test_a_preview_is_text_without_anything_live(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(SHAPES["forwarded"]())
    with reading(tmp_path) as session:
        preview = session.preview("INBOX", session.scan("INBOX").uids[0])
    assert preview.lines == ("Voir ci-joint",)
    assert dict(preview.headers)["Objet"] == "TR: Avis"
    assert [one.filename for one in preview.attachments] == ["avis.eml"]


def test_a_long_text_is_cut_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(b"Subject: x\n\n" + (b"y" * 79 + b"\n") * 5000)
    with reading(tmp_path) as session:
        preview = session.preview("INBOX", session.scan("INBOX").uids[0])
    assert preview.truncated
    assert sum(map(len, preview.lines)) < 300_000


def test_a_forwarded_message_that_cannot_be_seen_into_counts_as_a_document(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(
        b"From: dpi@ch-fictif.mssante.fr\nContent-Type: multipart/report; boundary=b;"
        b" report-type=disposition-notification\n\n--b\n\nRecu\n"
        b"--b\nContent-Type: message/rfc822; name=avis.eml\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment; filename=avis.eml\n\nU3ViamVjdDogeA==\n--b--\n"
    )
    detail = only_detail(tmp_path)
    assert (detail.kind, detail.content, detail.holds_document) == (Kind.DOCUMENT, Content.FILE, True)
    assert [one.filename for one in detail.attachments] == ["avis.eml"]


def test_files_that_come_go_and_change_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(b"Subject: b\n\n.")
    with reading(tmp_path) as session:
        assert list(session.scan("INBOX").uids) == [1]
        (tmp_path / "a.eml").write_bytes(b"X-Mozilla-Status: 0001\nSubject: a\n\n.")
        listing = session.scan("INBOX")
        assert [Flag(flags) for flags in listing.flags] == [Flag(0), Flag.SEEN]
        assert [d.subject for _uid, d in session.details("INBOX", [1, 2])] == ["b", "a"]
        (tmp_path / "b.eml").unlink()
        assert [uid for uid, _detail in session.details("INBOX", [1, 2])] == [2]
