"""Header text from mails, decoded in one guarded place: it never raises and what it gives is safe to show.

RFC 2047 encoded words and RFC 2231 parameters, with a list of allowed charsets (a mail may name any codec of
the interpreter, ``idna`` and ``rot13`` included); what cannot be read so is read as UTF-8, else Latin-1.
"""

import base64
import codecs
import quopri
import re
from collections.abc import Mapping

from balt.mail.tokens import Value
from balt.text import plain

_MAX_HEADER = 16_384
_MAX_PARAMETERS = 200
_ALLOWED = frozenset(
    {"ascii", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "mac-roman", "koi8-r", "koi8-u", "tis-620"}
    | {"big5", "gb2312", "gbk", "gb18030", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp949"}
    | {f"iso8859-{part}" for part in range(1, 17)}
    | {f"cp{page}" for page in (437, 850, 852, 858, 866, *range(1250, 1259))}
)
_CHARSET = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_ENCODED_WORD = re.compile(rb"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\r\n]*)\?=")
_PARAMETER = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_FOLD = re.compile(rb"[ \t]*\r?\n[ \t]+")
_NOT_BASE64 = re.sub(rb"[A-Za-z0-9+/]", b"", bytes(range(256)))


def decode_text(raw: bytes) -> str:
    """Octets in no declared charset: UTF-8, else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def decode_charset(raw: bytes, charset: str) -> str:
    """``raw`` in ``charset`` when it is an allowed one, else as ``decode_text``; never raises."""
    try:
        name = codecs.lookup(charset).name if _CHARSET.fullmatch(charset) else ""
    except (LookupError, ValueError, UnicodeError):
        name = ""
    return raw.decode(name, "replace") if name in _ALLOWED else decode_text(raw)


def decode_header(raw: bytes | None, limit: int = 1000) -> str:
    """A header value with its encoded words decoded (RFC 2047), on one line, safe to show; never raises."""
    if not raw:
        return ""
    if len(raw) <= limit and b"=?" not in raw and raw.isascii() and (text := raw.decode()).isprintable():
        return text.strip()  # what most headers are
    return plain(_decode_words(_FOLD.sub(b" ", raw[:_MAX_HEADER])), limit).strip()


def _decode_words(raw: bytes) -> str:
    if b"=?" not in raw:
        return decode_text(raw)
    out: list[str] = []
    pending, charset, position = b"", "", 0
    for match in _ENCODED_WORD.finditer(raw):
        between = raw[position : match.start()]
        word_charset = match[1].decode("latin-1").lower()
        if pending and (between.strip() or word_charset != charset):
            out.append(decode_charset(pending, charset))
            pending = b""
        if between.strip() or (between and position == 0):
            out.append(decode_text(between))
        pending += _word_octets(match[2], match[3])
        charset, position = word_charset, match.end()
    if pending:
        out.append(decode_charset(pending, charset))
    out.append(decode_text(raw[position:]))
    return "".join(out)


def _word_octets(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"qQ":
        return quopri.decodestring(text, header=True)
    return decode_base64(text)


def decode_base64(text: bytes) -> bytes:
    """The octets of base64 that may be cut, unpadded or soiled; what cannot be read is left out."""
    clean = text.translate(None, _NOT_BASE64)
    return base64.b64decode(clean[: len(clean) // 4 * 4] + _last_group(clean))


def _last_group(clean: bytes) -> bytes:
    rest = clean[len(clean) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) >= 2 else b""


def decode_parameters(token: Value) -> Mapping[str, str]:
    """The parameters of a type or a disposition: lower-case names, decoded values (RFC 2231), safe to show.

    Continuations (``name*0``, ``name*1*``) are joined in order; a charset may stand in the first of them.
    """
    if not isinstance(token, list):
        return {}
    plain_values: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for key, value in zip(token[: 2 * _MAX_PARAMETERS : 2], token[1 : 2 * _MAX_PARAMETERS : 2], strict=False):
        if not isinstance(key, bytes) or not isinstance(value, bytes):
            continue
        match = _PARAMETER.fullmatch(plain(decode_text(key), 100).lower())
        if match is None:
            continue
        if match[2] is None and match[3] is None:
            plain_values.setdefault(match[1], decode_header(value))
        else:
            pieces.setdefault(match[1], {}).setdefault(int(match[2] or 0), (value, match[3] is not None))
    extended = {name: _join_pieces(numbered) for name, numbered in pieces.items()}
    return plain_values | {name: value for name, value in extended.items() if value}


def _join_pieces(numbered: dict[int, tuple[bytes, bool]]) -> str:
    octets, charset = b"", ""
    for index, number in enumerate(sorted(numbered)):
        if number != index:
            break
        value, percent = numbered[number]
        if percent and index == 0 and value.count(b"'") >= 2:
            name, _language, value = value.split(b"'", 2)
            charset = name.decode("latin-1")
        octets += _unquote(value) if percent else value
    if not charset:
        return decode_header(octets)
    return plain(decode_charset(octets[:_MAX_HEADER], charset), 1000).strip()


def _unquote(value: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes((int(match[1], 16),)), value)
