"""What a plan says of an attachment that is to be taken out of its message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part to take out, as its structure tells: IMAP number, type in lower case, octets as it travels."""

    number: str
    content_type: str
    encoded_size: int
