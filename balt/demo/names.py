"""Names of folders: modified UTF-7 (RFC 3501 section 5.1.3) and the wildcards of LIST."""

import binascii
import re
from collections.abc import Iterable

from balt.demo.wire import NoError

_RUN = re.compile(r"[^\x20-\x7e]+|&")
_CODED = re.compile(r"&([A-Za-z0-9+,]*)-")


def encode_name(name: str) -> bytes:
    """``name`` as it travels: "Envoyés" becomes ``Envoy&AOk-s``."""

    def coded(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        base64 = binascii.b2a_base64(match[0].encode("utf-16-be"), newline=False).decode("ascii")
        return "&" + base64.rstrip("=").replace("/", ",") + "-"

    return _RUN.sub(coded, name).encode("ascii")


def decode_name(raw: bytes) -> str:
    """The name that travelled as ``raw``; raises NoError for what is not modified UTF-7."""

    def plain(match: re.Match[str]) -> str:
        coded = match[1].replace(",", "/")
        if not coded:
            return "&"
        return binascii.a2b_base64(coded + "=" * (-len(coded) % 4)).decode("utf-16-be")

    try:
        name = _CODED.sub(plain, raw.decode("ascii"))
    except (UnicodeError, binascii.Error):
        raise NoError("Mailbox name is not valid mUTF-7", "CANNOT") from None
    if not name.isprintable() or encode_name(name) != raw:
        raise NoError("Mailbox name is not valid mUTF-7", "CANNOT")
    return "INBOX" if name.upper() == "INBOX" else name


def pattern(reference: bytes, mask: bytes, separator: str) -> re.Pattern[str]:
    """What LIST asks for, over the encoded names: ``*`` is anything, ``%`` anything within one level."""
    text = (reference + mask).decode("ascii", "replace")
    if text[:5].upper() == "INBOX" and text[5:6] in ("", separator):
        text = "INBOX" + text[5:]
    level = f"[^{re.escape(separator)}]*"
    parts = re.split(r"([*%])", text)
    regex = "".join(".*" if p == "*" else level if p == "%" else re.escape(p) for p in parts)
    return re.compile(regex, re.DOTALL)


def parents(name: str, separator: str) -> Iterable[str]:
    """Every name above ``name``, from the top."""
    levels = name.split(separator)
    return (separator.join(levels[:depth]) for depth in range(1, len(levels)))
