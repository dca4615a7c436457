"""What a hand-over is about, as values: messages, the documents in them, and what became of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from balt.errors import BaltError
from balt.mail.files.octets import Extent

T = TypeVar("T")


class Kind(StrEnum):
    """What a document is: ``XML`` is one that is no CDA, ``OTHER`` is taken only where everything is."""

    CDA = "cda"
    METADATA = "metadata"
    PDF = "pdf"
    IMAGE = "image"
    XML = "xml"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to take documents out of. ``mailbox`` is the address of its BAL; ``server`` and ``user`` are
    those of the journal; ``size`` is in octets as a listing tells it; ``received`` is aware, None where it is
    not known.
    """

    mailbox: str
    server: str
    user: str
    folder: str
    uidvalidity: int
    uid: int
    size: int = 0
    received: datetime | None = None


class UnreadError(Exception):
    """A message cannot be read, or is not what it was; ``why`` is a sentence. The others go on."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Letters(Protocol):
    """Where messages are read."""

    def look(self, letter: Letter, read: Callable[[Extent], T]) -> T:
        """What ``read`` makes of the octets of a message; UnreadError where they cannot be had, a BaltError
        where no other can either.
        """
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One document that was handed over: where it comes from, and the file that holds it.

    ``message`` is the SHA-256 of the whole message; ``part`` an IMAP part number, ``inside`` the path in the
    zip that this part is, else ""; ``code`` and ``type`` are LOINC's, "" where the document says none;
    ``date`` (of the document) and ``received`` are RFC 3339, "" where they are not known.
    """

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    message: str
    part: str
    inside: str
    kind: str
    file: str
    sha256: str
    size: int
    code: str
    type: str
    date: str
    received: str

    def to_json(self) -> dict[str, object]:
        """A row of the index."""
        return asdict(self)


COLUMNS = tuple(field.name for field in fields(Document))


def document_of(told: object) -> Document:
    """A document that was written by ``to_json``; ValueError for anything else."""
    if not isinstance(told, dict):
        raise ValueError("document")
    values: dict[str, Any] = {}
    for each in fields(Document):
        value = told.get(each.name)
        if type(value) is not each.type:
            raise ValueError(each.name)
        values[each.name] = value
    return Document(**values)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A part of a message, or a file of a zip in it, that was not taken, and a sentence that says why."""

    part: str
    inside: str
    why: str

    def to_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(slots=True)
class MessageAccount:
    """What became of one message: the documents taken now, how many of it had been taken before, what was
    refused, and the attachments of other kinds that were left.
    """

    letter: Letter
    documents: list[Document] = field(default_factory=list)
    earlier: int = 0
    refused: list[NotTaken] = field(default_factory=list)
    left: list[NotTaken] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all that the message carries is in the folder now: what was taken before is too."""
        return bool(self.documents) and not self.refused and not self.left

    def to_json(self) -> dict[str, object]:
        """The message as the index tells of it."""
        return {
            "mailbox": self.letter.mailbox,
            "folder": self.letter.folder,
            "uidvalidity": self.letter.uidvalidity,
            "uid": self.letter.uid,
            "documents": len(self.documents),
            "earlier": self.earlier,
            "refused": [each.to_json() for each in self.refused],
            "left": [each.to_json() for each in self.left],
            "whole": self.whole,
        }


@dataclass(slots=True)
class HandedOver:
    """The true account of a run. ``folder`` is where the documents are, None where there were none; ``size``
    is in octets; ``whole`` messages are those of which everything was taken; ``settled`` runs that had been
    cut were finished first; ``remaining`` messages were not looked at, as ``stopped`` says.
    """

    folder: Path | None = None
    messages: int = 0
    documents: int = 0
    size: int = 0
    earlier: int = 0
    whole: list[Letter] = field(default_factory=list)
    refused: list[tuple[Letter, NotTaken]] = field(default_factory=list)
    left: list[tuple[Letter, NotTaken]] = field(default_factory=list)
    settled: list[Path] = field(default_factory=list)
    remaining: int = 0
    stopped: BaltError | None = None

    def add(self, account: MessageAccount) -> None:
        """One more message."""
        self.messages += bool(account.documents)
        self.documents += len(account.documents)
        self.size += sum(document.size for document in account.documents)
        self.earlier += account.earlier
        self.whole += [account.letter] if account.whole else []
        self.refused += [(account.letter, each) for each in account.refused]
        self.left += [(account.letter, each) for each in account.left]

    @property
    def exit_code(self) -> int:
        """0 when all was taken, 1 when something was refused, else the code of what stopped it."""
        if self.stopped is not None:
            return self.stopped.exit_code
        return 1 if self.refused else 0

    def to_json(self, mailbox: str | None) -> dict[str, object]:
        """The document of ``balt export --json``."""
        return {
            "mailbox": mailbox,
            "run": str(self.folder) if self.folder else None,
            "messages": self.messages,
            "whole": len(self.whole),
            "documents": self.documents,
            "size": self.size,
            "earlier": self.earlier,
            "refused": [_told(*each) for each in self.refused],
            "left": [_told(*each) for each in self.left],
            "settled": [str(each) for each in self.settled],
            "remaining": self.remaining,
        }


def _told(letter: Letter, what: NotTaken) -> Mapping[str, object]:
    return {"folder": letter.folder, "uid": letter.uid, **what.to_json()}


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document once it was read: ``ending`` is the extension of its file, without the dot;
    ``why`` a sentence where it must not be kept; ``left`` where it is of a kind that nobody asked for.
    """

    kind: Kind
    ending: str
    code: str = ""
    type: str = ""
    date: str = ""
    why: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Unwanted:
    """An attachment of a kind that nobody asked for."""

    part: str
    inside: str


@dataclass(frozen=True, slots=True)
class Found:
    """A document in a message, before it has a file. ``pieces`` gives its octets, once; it raises
    DamagedError where they are not all of it. ``about`` may be asked afterwards.
    """

    part: str
    inside: str
    pieces: Callable[[], Iterator[bytes]]
    about: Callable[[], About]
