"""The worker process: one document on standard input, its view as JSON on standard output, and the end.

``worker`` starts it with nothing of its parent's: no environment, no open file, no ``site``. First comes one
line of JSON that says how to read (``kind``, ``encoding``, ``charset``), then the octets as they stand in the
mail. What is not read is answered by a word; ``telling`` makes a sentence of it in the parent.
"""

import json
import sys
from collections.abc import Callable

from balt.mail.documents.guard import lock
from balt.mail.documents.kinds import MOST_CHARACTERS, MOST_LINES, DocumentKind
from balt.mail.documents.refusal import Refusal
from balt.mail.headers import decode_charset
from balt.mail.transfer import decoded

_PIECE = 1024 * 1024
Reader = Callable[[bytes, str], dict[str, object]]
"""Given the octets of a document and the charset that the mail names, its view; raises Refusal."""


def main() -> None:
    """Read, answer, end."""
    request = json.loads(sys.stdin.buffer.readline(4096))
    charset = request["charset"]
    if request.get("take"):
        take(request["encoding"], everything=request["take"] == "everything")
        return
    read = reader_of(request["kind"])
    lock(charset)
    try:
        octets = decoded(sys.stdin.buffer.read(), request["encoding"])
        answer = read(octets, charset) if octets else {"refusal": "empty"}
    except Refusal as refusal:
        answer = {"refusal": refusal.code}
    except MemoryError:
        answer = {"refusal": "memory"}
    except Exception:  # a fault of ours before octets that nobody thought of: a sentence all the same
        answer = {"refusal": "unknown"}
    sys.stdout.write(json.dumps(answer))


def take(encoding: str, *, everything: bool) -> None:
    """Send the files of a zip, octet for octet (``extract``)."""
    from balt.mail.documents.extract import extract, sender

    send, send_octets = sender(sys.stdout.buffer)
    lock("utf-8")
    try:
        octets = decoded(sys.stdin.buffer.read(), encoding)
        if not octets:
            raise Refusal("empty")
        extract(octets, send, send_octets, everything=everything)
    except Refusal as refusal:
        send({"refusal": refusal.code})
    except MemoryError:
        send({"refusal": "memory"})
    except Exception:  # as in ``main``
        send({"refusal": "unknown"})
    send({"over": True})
    sys.stdout.buffer.flush()


def reader_of(kind: str) -> Reader:
    """What reads such a document. Its code is imported here, before the process is locked."""
    if kind == DocumentKind.ZIP:
        from balt.mail.documents.xdm import read_zip

        return read_zip
    if kind == DocumentKind.XML:
        from balt.mail.documents.cda import read_cda

        def read_xml(octets: bytes, charset: str) -> dict[str, object]:
            """A CDA as text; any other XML, and one that is not read, as it stands: inert letters."""
            try:
                return read_cda(octets[i : i + _PIECE] for i in range(0, len(octets), _PIECE))
            except Refusal as refusal:
                raw = octets[: 2 * MOST_CHARACTERS]
                marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
                text = decode_charset(raw, "utf-16" if marked else charset)
                return shown(text) | {"warnings": [refusal.code]}

        return read_xml
    from balt.mail.html_text import text_of_html

    return lambda octets, charset: shown(text_of_html(decode_charset(octets, charset)))


def shown(text: str) -> dict[str, object]:
    """A view of text alone."""
    cut = text[:MOST_CHARACTERS]
    lines = cut.replace("\r\n", "\n").split("\n", MOST_LINES)
    return {"lines": lines[:MOST_LINES], "truncated": len(text) > len(cut) or len(lines) > MOST_LINES}
