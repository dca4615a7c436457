"""A preview is text, whatever the message claims to be, and says when there is none to show."""

import base64

import pytest

from balt.errors import RefusedError
from balt.mail.model import Preview
from balt.mail.preview import read_preview
from tests.mail.scripted import wire_hearing

HEADERS = b"From: a@b.fr\r\nSubject: =?utf-8?Q?R=C3=A9sultat?=\r\n suite\r\nTo: c@d.fr\r\n\r\n"


def structure(kind: str = "PLAIN", charset: str = "utf-8", encoding: str = "7BIT", size: int = 10) -> bytes:
    text = f'("TEXT" "{kind}" ("CHARSET" "{charset}") NIL NIL "{encoding}" {size} 1 NIL NIL NIL NIL)'
    return text.encode()


def literal(octets: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(octets), octets)


def preview(body: bytes | None, shape: bytes) -> Preview:
    """The preview of message 7, of structure ``shape``, whose text is ``body``."""
    answers = b"* 1 FETCH (UID 7 BODYSTRUCTURE %s BODY[HEADER.FIELDS (FROM)]<0> %s)\r\nB1 OK\r\n" % (
        shape,
        literal(HEADERS),
    )
    if body is not None:
        answers += b"* 1 FETCH (UID 7 FLAGS () BODY[1]<0> %s)\r\nB2 OK\r\n" % literal(body)
    with wire_hearing(answers) as wire:
        return read_preview(wire, 7)


@pytest.mark.parametrize(
    ("body", "shape", "lines"),
    [
        (b"Bonjour\r\nDocteur\r\n", structure(), ("Bonjour", "Docteur")),
        ("été".encode(), structure(), ("été",)),
        ("été".encode("latin-1"), structure(charset="iso-8859-1"), ("été",)),
        ("été".encode("latin-1"), structure(charset="rot13"), ("été",)),
        (base64.b64encode("été".encode()), structure(encoding="BASE64"), ("été",)),
        (b"=C3=A9t=\r\n=C3=A9", structure(encoding="QUOTED-PRINTABLE"), ("été",)),
        (b"<p>a</p>b<script>x()</script>", structure("HTML"), ("a", "b")),
        (b"\x1b]0;PWNED\x07\r\n\x9b31m", structure(charset="latin-1"), ("·]0;PWNED·", "·31m")),
        (b"", structure(), ("",)),
    ],
)
def test_the_text_is_decoded_and_inert(body: bytes, shape: bytes, lines: tuple[str, ...]) -> None:
    assert preview(body, shape).lines == lines


def test_headers_are_in_their_order_and_decoded() -> None:
    shown = preview(b"x", structure()).headers
    assert shown == (("De", "a@b.fr"), ("À", "c@d.fr"), ("Objet", "Résultat suite"))


def test_a_message_without_text_shows_its_parts() -> None:
    pdf = b'("APPLICATION" "PDF" ("NAME" "a.pdf") NIL NIL "BASE64" 78 NIL NIL NIL NIL)'
    shown = preview(None, pdf)
    assert shown.lines == ()
    assert [one.filename for one in shown.attachments] == ["a.pdf"]


def test_a_message_that_cannot_be_read_says_so() -> None:
    shown = preview(None, b"NIL")
    assert "illisible" in shown.lines[0]
    assert shown.headers[0] == ("De", "a@b.fr")


def test_a_text_that_is_gone_meanwhile_is_empty() -> None:
    answers = (
        b"* 1 FETCH (UID 7 BODYSTRUCTURE %s BODY[HEADER.FIELDS (FROM)]<0> {0}\r\n)\r\nB1 OK\r\nB2 OK\r\n"
    )
    with wire_hearing(answers % structure()) as wire:
        assert read_preview(wire, 7).lines == ("",)


def test_a_message_that_is_gone_is_an_error() -> None:
    with wire_hearing(b"B1 OK\r\n") as wire, pytest.raises(RefusedError, match="n'est plus"):
        read_preview(wire, 7)
