"""What a document is to a reader: plain values, safe to show."""

from dataclasses import dataclass

from balt.mail.documents.kinds import DocumentKind


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a zip. ``size`` and ``packed`` are what the zip claims, in octets, unpacked and packed;
    ``refusal`` is a sentence where it is one that balt does not open (outside path, encrypted, zip in zip…).
    """

    name: str
    size: int
    packed: int
    kind: DocumentKind
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document to look at. ``facts`` are label and value; ``members`` what a zip holds; ``headings`` the
    numbers of those ``lines`` that are titles; ``warnings`` sentences about what is not shown and why;
    ``truncated`` where the text goes on beyond what is shown.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    members: tuple[Member, ...] = ()
    lines: tuple[str, ...] = ()
    headings: frozenset[int] = frozenset()
    warnings: tuple[str, ...] = ()
    truncated: bool = False
