"""Messages to be taken apart octet for octet: sound ones made by hypothesis, and hostile ones by hand."""

from email import message_from_bytes
from email.message import Message

from hypothesis import strategies as st

BOUNDARIES = ("b", "=_frontiere 1/2", "----=_Part_0.(x):1", "b'un,autre?")
TYPES = ("text/plain", "text/html; charset=utf-8", 'application/pdf; name="a.pdf"', "image/png", "")
TEXTS = (
    b"",
    b"Bonjour,\r\n\r\n-- \r\nLe cabinet",
    b"--\r\n--autre\r\n---b\r\n",
    b"\xff\xfe binaire \x01\r\n",
    b"AAAA" * 19 + b"\r\n",
    b"ligne\nautre\r\n",
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message that nobody can read in two ways."""
    head = b"Subject: essai\r\nMessage-ID: <1@essai.example>\r\nMIME-Version: 1.0\r\n"
    return head + draw(_part(list(BOUNDARIES), 3))


@st.composite
def _part(draw: st.DrawFn, boundaries: list[str], levels: int) -> bytes:
    kind = draw(st.sampled_from(["leaf", "multipart", "message"])) if levels and boundaries else "leaf"
    if kind == "message":
        return b"Content-Type: message/rfc822\r\n\r\nSubject: dedans\r\n" + draw(
            _part(boundaries, levels - 1)
        )
    if kind == "leaf":
        told = draw(st.sampled_from(TYPES))
        header = f"Content-Type: {told}\r\n" if told else ""
        more = draw(st.sampled_from(["", "Content-Disposition: attachment;\r\n filename=a.pdf\r\n"]))
        return (header + more + "\r\n").encode() + draw(st.sampled_from(TEXTS))
    mine = boundaries[0].encode()
    inner = [draw(_part(boundaries[1:], levels - 1)) for _ in range(draw(st.integers(1, 3)))]
    lines = b"".join(b"\r\n--" + mine + b"\r\n" + part for part in inner)
    subtype = draw(st.sampled_from([b"mixed", b"alternative", b"related"]))
    return (
        b'Content-Type: multipart/%s;\r\n\tboundary="%s"\r\n\r\n' % (subtype, mine)
        + draw(st.sampled_from([b"", b"preambule\r\n-- b\r\n"]))
        + lines
        + b"\r\n--%s--" % mine
        + draw(st.sampled_from([b"", b"\r\n", b"\r\nepilogue\r\n"]))
    )


def seen_by_python(octets: bytes) -> dict[str, bytes | None]:
    """The parts that the parser of Python sees, by IMAP number: octets, or None for a container."""
    found: dict[str, bytes | None] = {}
    _look(message_from_bytes(octets), "", found, is_inner=False)
    return found


def _look(message: Message, number: str, found: dict[str, bytes | None], *, is_inner: bool) -> None:
    payload = message.get_payload()
    children = payload if isinstance(payload, list) else []
    is_multipart = message.get_content_maintype() == "multipart"
    if not is_multipart:
        number = f"{number}.1" if is_inner else number or "1"
    if not children:
        octets = message.get_payload(decode=True)  # nothing here is encoded
        assert isinstance(octets, bytes)
        found[number] = octets
        return
    found.setdefault(number, None)
    for place, child in enumerate(children, 1):
        assert isinstance(child, Message)
        inner_number = f"{number}.{place}" if number else str(place)
        _look(child, inner_number if is_multipart else number, found, is_inner=not is_multipart)


def mixed(*parts: bytes, boundary: bytes = b"b", end: bytes = b"\r\n--b--\r\n") -> bytes:
    """A message of these parts, each with its header."""
    head = b"Subject: essai\r\nContent-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
    return head + b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts) + end


TEXT = b"Content-Type: text/plain\r\n\r\nBonjour"
INNER = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n\r\na\r\n--%s--"

DOUBTFUL: dict[str, tuple[bytes, str]] = {
    "no end": (mixed(TEXT, end=b"\r\n"), "end"),
    "inner without an end": (mixed(b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\na"), "end"),
    "one boundary begins as the other": (mixed(INNER % (b"bb", b"bb", b"bb")), "boundary"),
    "the same boundary twice": (mixed(INNER % (b"b", b"b", b"b")), "boundary"),
    "a line that begins as a boundary": (mixed(TEXT + b"\r\n--bis\r\n"), "boundary"),
    "a boundary after a lone CR": (mixed(TEXT + b"\r--b\r\n"), "boundary"),
    "a boundary after the last one": (mixed(TEXT, end=b"\r\n--b--\r\n--b\r\n\r\nx"), "boundary"),
    "no boundary told": (b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\na\r\n--b--", "boundary"),
    "a boundary in pieces": (
        b"Content-Type: multipart/mixed; boundary*0=b\r\n\r\n--b\r\n\r\na\r\n--b--",
        "boundary",
    ),
    "two boundaries told": (
        b"Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\na\r\n--b--",
        "boundary",
    ),
    "a folded boundary": (
        b'Content-Type: multipart/mixed; boundary="b\r\n c"\r\n\r\n--b c\r\n\r\na\r\n--b c--',
        "type",
    ),
    "a comment in the type": (
        b"Content-Type: multipart/mixed (b); boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--",
        "type",
    ),
    "two types": (mixed(b"Content-Type: text/plain\r\nContent-Type: image/png\r\n\r\na"), "twice"),
    "two types of the whole": (b"Content-Type: text/plain\r\n" + mixed(TEXT), "twice"),
    "no parts": (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n", "parts"),
    "an encoded container": (
        mixed(b"Content-Transfer-Encoding: base64\r\n" + INNER % (b"i", b"i", b"i")),
        "type",
    ),
    "an encoded message": (
        mixed(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQ=="),
        "type",
    ),
    "an unknown kind of message": (mixed(b"Content-Type: message/fc822\r\n\r\nSubject: a\r\n\r\na"), "type"),
    "a digest": (
        b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nA: b\r\n\r\na\r\n--b--",
        "type",
    ),
    "a line that is no field": (b"Subject: a\r\npas un champ\r\n\r\na", "header"),
    "a line of an mbox": (b"From a@b.fr Mon\r\nSubject: a\r\n\r\na", "header"),
    "a space before the colon": (b"Subject : a\r\n\r\na", "header"),
    "a folded first line": (b" a\r\nSubject: a\r\n\r\na", "header"),
    "a lone CR in a header": (b"Subject: a\rContent-Type: image/png\r\n\r\na", "header"),
    "a boundary in a header": (mixed(b"Content-Type: text/plain\r\n--b: a\r\n\r\na"), "boundary"),
    "a header without an end": (mixed(b"Content-Type: text/plain"), "header"),
    "a header and nothing more": (b"Subject: a\r\n", "header"),
    "a NUL": (mixed(TEXT + b"\0"), "octets"),
    "too deep": (
        b"".join(
            b"Content-Type: multipart/mixed; boundary=n%03d\r\n\r\n--n%03d\r\n" % (n, n) for n in range(200)
        ),
        "levels",
    ),
    "too many parts": (mixed(*[b"\r\n"] * 2000), "parts"),
}  # fmt: skip
"""Messages that could be taken apart in several ways, and the doubt."""
