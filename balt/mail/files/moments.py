"""Dates as mail files have them: the ``From `` line of an mbox, ``Received`` and ``Date`` headers.

They are turned into the form of INTERNALDATE and read by the one reader of dates, with its bounds.
"""

import re

from balt.mail.dates import UNKNOWN_DATE, DateReader

_ZONE = rb"(?P<zone>[+-]\d{4}|[A-Z]{1,5})"
_TIME = rb"(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
_FORMS = (
    # Thu Nov 12 09:30:00 2026, with a zone before or after the year or without (asctime, RFC 4155)
    re.compile(
        rb"\b(?P<month>[A-Z][a-z]{2})\s{1,3}(?P<day>\d{1,2})\s{1,3}"
        + _TIME
        + rb"(?:\s{1,3}(?P<zone1>[A-Z]{1,5}|"
        rb"[+-]\d{4}))?\s{1,3}(?P<year>\d{4})\b(?:\s{1,3}" + _ZONE + rb"\b)?"
    ),
    # Thu, 12 Nov 2026 09:30:00 +0100 (RFC 5322)
    re.compile(
        rb"\b(?P<day>\d{1,2})[ -]{1,3}(?P<month>[A-Z][a-z]{2})[ -]{1,3}(?P<year>\d{4})\s{1,3}"
        + _TIME
        + rb"(?:\s{1,3}"
        + _ZONE
        + rb"(?![\w:]))?"
    ),
    # 2026-11-12 09:30:00+01:00 (RFC 3339)
    re.compile(
        rb"\b(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)[T ]"
        + _TIME
        + rb"(?:\.\d{1,9})?\s?(?P<zone>[+-]\d\d:?\d\d|Z)?"
    ),
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_NAMED_ZONES = {
    b"EST": b"-0500", b"EDT": b"-0400", b"CST": b"-0600", b"CDT": b"-0500", b"MST": b"-0700",
    b"MDT": b"-0600", b"PST": b"-0800", b"PDT": b"-0700", b"CET": b"+0100", b"CEST": b"+0200",
}  # fmt: skip
_LONGEST = 500


def seconds_of(text: bytes, reader: DateReader) -> int:
    """The first date in ``text`` as seconds since 1970 UTC; ``UNKNOWN_DATE`` where there is none that can be.

    A date without a zone is taken as UTC (RFC 4155).
    """
    for form in _FORMS:
        if match := form.search(text[:_LONGEST]):
            return reader.seconds(_internal(match.groupdict()))
    return UNKNOWN_DATE


def has_date(text: bytes) -> bool:
    """Whether ``text`` holds something written as a date."""
    return any(form.search(text[:_LONGEST]) for form in _FORMS)


def _internal(found: dict[str, bytes | None]) -> bytes:
    number = int(found.get("number") or 0)
    month = (_MONTHS[number - 1] if 0 < number < 13 else b"xxx") if number else found["month"] or b""
    time = found["time"] or b""
    time = (b"0" + time if time[1:2] == b":" else time) + (b":00" if time.count(b":") == 1 else b"")
    zone = (found.get("zone1") or found.get("zone") or b"+0000").replace(b":", b"")
    if zone[:1] not in b"+-":
        zone = _NAMED_ZONES.get(zone, b"+0000")
    return b"%2d-%s-%s %s %s" % (int(found["day"] or 0), month, found["year"] or b"", time, zone)


def received_at(fields: list[tuple[str, bytes]], reader: DateReader) -> int:
    """When the last server on the way had the message: the end of its topmost ``Received`` header."""
    for name, value in fields:
        if name == "received":
            return seconds_of(value.rpartition(b";")[2].strip(), reader)
    return UNKNOWN_DATE


def sent_at(fields: list[tuple[str, bytes]], reader: DateReader) -> int:
    """What the sender's ``Date`` header says."""
    return next((seconds_of(value, reader) for name, value in fields if name == "date"), UNKNOWN_DATE)
