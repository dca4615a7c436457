"""ENVELOPE (RFC 3501 section 7.4.2): sender and subject, decoded and safe to show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from balt.mail.headers import decode_header
from balt.mail.tokens import Value

MAX_RECIPIENTS = 50
"""Addresses kept of To and Cc: a mail may name thousands."""

_TECHNICAL_PREFIX = re.compile(r"XDM/1\.0/DDM\+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sent a message, to whom (To, then Cc), and its subject as it is (with any technical prefix)."""

    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""

    @property
    def shown_subject(self) -> str:
        """The subject as a person reads it."""
        return without_technical_prefix(self.subject)


def without_technical_prefix(subject: str) -> str:
    """A subject without ``XDM/1.0/DDM+``, which is for software (ECO.3.1.3)."""
    return _TECHNICAL_PREFIX.sub("", subject, count=1).strip()


def parse_envelope(value: Value) -> Envelope | None:
    """The envelope already cut into tokens; None when it is not one."""
    if not isinstance(value, list) or len(value) < 3:
        return None
    subject = value[1] if isinstance(value[1], bytes) else None
    address, name = _sender(value)
    recipients = [*_addresses(value[5:6]), *_addresses(value[6:7])][:MAX_RECIPIENTS]
    return Envelope(address or name, name, tuple(recipients), decode_header(subject))


def parse_sender(value: Value) -> str | None:
    """The sender alone, as ``parse_envelope`` tells it; None when it is no envelope."""
    if not isinstance(value, list) or len(value) < 3:
        return None
    address, name = _sender(value)
    return address or name


def _sender(value: list[Value]) -> tuple[str, str]:
    """The address and the name of From, else of Sender."""
    address, name = _first_address(value[2])
    if not address and not name and len(value) > 3:
        address, name = _first_address(value[3])
    return address, name


def _addresses(lists: list[Value]) -> Iterator[str]:
    """Every real address of address lists."""
    for entries in lists:
        for entry in entries if isinstance(entries, list) else ():
            address, _name = _first_address([entry])
            if address:
                yield address


def _first_address(value: Value) -> tuple[str, str]:
    """The first real address of a list (group marks have no host) and the name before it."""
    name = ""
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, list) or len(entry) < 4:
            continue
        name = name or _text(entry[0])
        mailbox, host = _text(entry[2]), _text(entry[3])
        if mailbox and host:
            return f"{mailbox}@{host}", _text(entry[0])
    return "", name


def _text(value: Value) -> str:
    return decode_header(value, 320) if isinstance(value, bytes) else ""
