"""Folders, messages and attachments, as IMAP has them; plain values, safe to show."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balt.mail.facts import Facts


class FolderRole(StrEnum):
    """What a folder is for (RFC 6154, else guessed from its French or English name)."""

    INBOX = "inbox"
    SENT = "sent"
    TRASH = "trash"
    DRAFTS = "drafts"
    JUNK = "junk"
    ARCHIVE = "archive"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder. ``name`` is the server's (decoded, used in commands); ``label`` is safe to show.

    ``size`` is in octets; a figure is None where the server did not say. ``gathers`` tells that it only shows
    what lies in other folders (``\\All``, ``\\Flagged``: RFC 6154; ``\\Important``: RFC 8457). ``everything``
    is the first of these: on some servers mail is kept there that lies in no other folder.
    """

    name: str
    label: str
    role: FolderRole
    selectable: bool = True
    messages: int | None = None
    unseen: int | None = None
    size: int | None = None
    gathers: bool = False
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """Storage used and allowed, in octets; ``by_hand`` when the limit comes from the configuration."""

    used: int
    limit: int
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class FolderState:
    """What EXAMINE or SELECT told: the identity of the folder and what its flags allow. ``modseq`` is the
    state of its flags (HIGHESTMODSEQ, RFC 7162), 0 where the server has none.
    """

    name: str
    uidvalidity: int
    uidnext: int
    messages: int
    keywords_allowed: bool = False
    modseq: int = 0


class Flag(IntFlag):
    """The flags that balt looks at; ``INTEGRATED`` is the keyword ``$Integrated``."""

    SEEN = 1
    ANSWERED = 2
    FLAGGED = 4
    DELETED = 8
    DRAFT = 16
    INTEGRATED = 32


NO_FLAGS = Flag(0)
INTEGRATED_KEYWORD = "$Integrated"
"""Set on a message whose documents the user has filed in the business software."""


class Kind(StrEnum):
    """What a message is, decided from its structure and headers. A new one comes last: facts count them."""

    DOCUMENT = "document"
    RECEIPT = "receipt"
    BOUNCE = "bounce"
    AUTOREPLY = "autoreply"
    PATIENT = "patient"
    OTHER = "other"
    NOTIFICATION = "notification"


class Content(StrEnum):
    """The most telling thing that a message carries."""

    XDM = "xdm"
    PDF = "pdf"
    IMAGE = "image"
    FILE = "file"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached part: IMAP part number, claimed name (made safe), type, encoded size in octets."""

    part: str
    filename: str
    content_type: str
    encoded_size: int
    encoding: str = ""

    @property
    def size(self) -> int:
        """About the size once decoded, in octets: base64 with its line ends carries 57 octets in 78."""
        return self.encoded_size * 57 // 78 if self.encoding == "base64" else self.encoded_size


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """What ENVELOPE, BODYSTRUCTURE and a few headers say of one message; all text is safe to show.

    ``sender`` is the address (or the display name where there is none); ``recipients`` are the first
    addresses of To and Cc. ``subject`` has lost the technical prefix ``XDM/1.0/DDM+`` (ECO.3.1.3).
    ``failed`` marks a receipt that says an integration failed (KO) in its subject; ``receipt`` is true where
    the machine's part of a receipt is in it, whatever else is. ``holds_document`` is true for what must first
    be in the business software: XDM, CDA, PDF, image. ``reason`` says in a few words why
    ``kind`` was chosen. ``readable`` is false for a structure that could not be understood: such a message
    is never proposed for removal.
    """

    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    kind: Kind = Kind.OTHER
    content: Content = Content.NONE
    has_cda: bool = False
    failed: bool = False
    holds_document: bool = False
    attachments: tuple[Attachment, ...] = ()
    reason: str = ""
    readable: bool = True
    receipt: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One row of a listing. ``date`` is the reception date (INTERNALDATE, aware) or None when unknown or
    outside 1990..tomorrow; ``size`` is RFC822.SIZE in octets or None; ``detail`` is None until it is read;
    ``facts`` may be known before it, from the index.
    """

    uid: int
    size: int | None
    date: datetime | None
    flags: Flag
    detail: MessageDetail | None = None
    facts: "Facts | None" = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a message the same one at the moment of the act: checked again before it is touched.

    ``internaldate`` is the server's raw text; ``message_id`` is the SHA-256 (hex) of the Message-ID header
    value, "" where there is none: a digest, so that a plan or a journal holds nobody's name.
    """

    uid: int
    size: int
    internaldate: str
    message_id: str
    flags: Flag = NO_FLAGS


@dataclass(frozen=True, slots=True)
class Preview:
    """A message to look at: headers in order, text lines, parts. All inert and safe to show."""

    headers: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    truncated: bool = False
