"""The encodings that octets travel in (RFC 2045 section 6): never raises, leaves out what it cannot read."""

import quopri

from balt.mail.headers import decode_base64


def decoded(octets: bytes, encoding: str) -> bytes:
    """Octets without their encoding; as they are where it is none of the two that change anything."""
    if encoding == "base64":
        return decode_base64(octets)
    if encoding == "quoted-printable":
        return quopri.decodestring(octets)
    return octets
