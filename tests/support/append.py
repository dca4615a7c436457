"""Putting mail into a mailbox as another client would: IMAP APPEND with the standard library."""

import base64
import imaplib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby


def append_all(
    connection: imaplib.IMAP4,
    messages: Iterable[tuple[bytes, datetime | None, Iterable[str]]],
    folder: str,
) -> list[int]:
    """APPEND messages over an open connection, making the folder when it is missing; their UIDs."""
    name = quoted(folder)
    uids = []
    for raw, date, flags in messages:
        when = imaplib.Time2Internaldate(date or datetime.now(UTC))
        answer = connection.append(name, "({})".format(" ".join(flags)), when, raw)
        if answer[0] == "NO" and b"TRYCREATE" in answer[1][0]:
            connection.create(name)
            answer = connection.append(name, "({})".format(" ".join(flags)), when, raw)
        if answer[0] != "OK":
            raise AssertionError(f"APPEND: {answer!r}")
        code = connection.response("APPENDUID")[1]
        uids.append(int(code[-1].split()[1]) if code and code[-1] else 0)
    return uids


def quoted(folder: str) -> str:
    """A folder name as it goes on the wire: modified UTF-7 (RFC 3501, 5.1.3), quoted."""
    encoded = ""
    for is_ascii, run in groupby(folder, lambda char: " " <= char <= "~"):
        text = "".join(run)
        if is_ascii:
            encoded += text.replace("&", "&-")
        else:
            code = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            encoded += f"&{code}-"
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'
