"""How the largest attachments are drawn: what each column says, and what must not be seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from balt.mail.model import Attachment
from balt.mailboxes.largest import FoundAttachment
from balt.tui.paint import width_of
from balt.tui.theme import DARK, LIGHT
from balt.tui.views.attachment_rows import AttachmentRows, head, sign_of

SCAN = Attachment("2", "IRM EXEMPLE.zip", "application/zip", 19_291_104, "base64")
FOUND = FoundAttachment("INBOX", 672, SCAN, 19_293_798, datetime(2021, 9, 30, 22, 30, tzinfo=UTC))


def rows(*found: FoundAttachment, masked: bool = False, discreet: bool = False) -> AttachmentRows:
    return AttachmentRows(found, lambda: DARK, lambda _folder, _uid: False, masked, discreet)


def drawn(source: AttachmentRows, width: int = 80) -> str:
    return "".join(text for text, _style in source.line(0, width))


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
def test_a_row_and_its_head_fill_the_width_exactly(width: int) -> None:
    wide = replace(FOUND, attachment=replace(SCAN, filename="日本語 " * 40 + ".pdf"))
    unknown = replace(FOUND, message_size=None, date=None, attachment=replace(SCAN, encoded_size=0))
    source = rows(FOUND, wide, unknown)
    assert width_of(head(width, DARK)) == width
    assert [width_of(source.line(row, width)) for row in range(len(source))] == [width] * 3


def test_a_row_says_both_sizes_the_name_the_type_the_day_and_the_message() -> None:
    assert drawn(rows(FOUND)).split() == [
        "13,4", "Mo", "18,4", "Mo", "2021-10-01", "IRM", "EXEMPLE.zip", "ZIP", "18,4", "Mo",
    ]  # fmt: skip


def test_the_columns_stand_under_their_names() -> None:
    names = "".join(text for text, _style in head(80, LIGHT))
    line = drawn(rows(FOUND))
    assert line.index("IRM") == names.index("Pièce jointe")
    assert line.index("2021") == names.index("Reçu le")
    assert line.index("ZIP") == names.index("Type")
    assert line.index("18,4 Mo") + len("18,4 Mo") == names.index("Encodée") + len("Encodée")


@pytest.mark.parametrize("hidden", [{"masked": True}, {"discreet": True}])
def test_a_hidden_name_gives_way_to_the_type(hidden: dict[str, bool]) -> None:
    line = drawn(rows(FOUND, **hidden))
    assert "EXEMPLE" not in line
    assert "application/zip" in line


def test_a_name_that_is_not_known_gives_way_to_the_type() -> None:
    assert "application/zip" in drawn(rows(replace(FOUND, attachment=replace(SCAN, filename=""))))


def test_a_long_name_keeps_both_ends() -> None:
    long = replace(FOUND, attachment=replace(SCAN, filename="compte-rendu" + "x" * 100 + "-EXEMPLE.zip"))
    line = drawn(rows(long))
    assert "compte-rendu" in line
    assert "MPLE.zip" in line


def test_what_is_unknown_is_a_question_mark() -> None:
    line = drawn(rows(replace(FOUND, message_size=None, date=None)))
    assert line.rstrip().endswith("?")
    assert "date ?" in line


def test_the_message_that_is_marked_shows_its_mark() -> None:
    other = replace(FOUND, folder="Sent")
    marked = {("Sent", 672)}
    source = AttachmentRows((FOUND, other), lambda: DARK, lambda folder, uid: (folder, uid) in marked)
    assert [source.line(row, 80)[0][0] for row in range(2)] == ["   ", " ● "]


@pytest.mark.parametrize(
    ("filename", "content_type", "sign"),
    [
        ("IHE_XDM.ZIP", "application/zip", "XDM"),
        ("", "application/pdf", "PDF"),
        ("bilan.PDF", "application/octet-stream", "PDF"),
        ("photo.jpg", "application/octet-stream", "image"),
        ("", "image/tiff", "image"),
        ("", "application/x-zip-compressed", "ZIP"),
        ("", "message/rfc822", "mail"),
        ("scanner.dcm", "application/dicom", "pièce"),
    ],
)
def test_the_type_is_told_in_a_word(filename: str, content_type: str, sign: str) -> None:
    assert sign_of(Attachment("2", filename, content_type, 1))[0] == sign
