"""What the structure of a message says, in sixteen bits: one column of a listing, and what the index keeps.

No name, no subject and no file name is in it.
"""

import sys
from array import array
from dataclasses import dataclass

from balt.mail.model import Content, Flag, Kind, MessageDetail

UNREAD_FACTS = 0
"""In a column of facts: the structure of this message was not read yet."""

_KINDS = tuple(Kind)
_CONTENTS = tuple(Content)
_KNOWN, _READABLE, _ATTACHMENTS, _DOCUMENT, _CDA, _FAILED, _PDF, _IMAGE = (1 << bit for bit in range(8))
_KIND_AT, _CONTENT_AT = 8, 11  # three bits each
_RECEIPT = 1 << 14
_LOW = 0 if sys.byteorder == "little" else 1
_HOLDS = bytes((low & (_KNOWN | _DOCUMENT)) == _KNOWN | _DOCUMENT for low in range(256))
_UNREAD = bytes(low == UNREAD_FACTS for low in range(256))
_OPEN = bytes(not low & Flag.INTEGRATED for low in range(256))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message is, apart from every text: fields as in MessageDetail.

    ``attachments``: it has at least one; ``pdf`` and ``image``: it holds one, whatever is most telling.
    """

    kind: Kind
    content: Content
    readable: bool
    attachments: bool
    holds_document: bool
    has_cda: bool
    failed: bool
    pdf: bool
    image: bool
    receipt: bool


def facts_of(detail: MessageDetail) -> int:
    """The facts of a message, packed; never ``UNREAD_FACTS``."""
    flags = (
        (_READABLE, detail.readable),
        (_ATTACHMENTS, bool(detail.attachments)),
        (_DOCUMENT, detail.holds_document),
        (_CDA, detail.has_cda),
        (_FAILED, detail.failed),
        (_PDF, _holds(detail, Content.PDF, "application/pdf", ".pdf")),
        (_IMAGE, _holds(detail, Content.IMAGE, "image/", "")),
        (_RECEIPT, detail.receipt),
    )
    packed = _KNOWN | _KINDS.index(detail.kind) << _KIND_AT | _CONTENTS.index(detail.content) << _CONTENT_AT
    return packed | sum(bit for bit, is_so in flags if is_so)


def read_facts(packed: int) -> Facts | None:
    """The facts that ``packed`` holds; None for ``UNREAD_FACTS`` and for what no message can be."""
    kind, content = packed >> _KIND_AT & 7, packed >> _CONTENT_AT & 7
    if not packed & _KNOWN or kind >= len(_KINDS) or content >= len(_CONTENTS):
        return None
    return Facts(
        kind=_KINDS[kind],
        content=_CONTENTS[content],
        readable=bool(packed & _READABLE),
        attachments=bool(packed & _ATTACHMENTS),
        holds_document=bool(packed & _DOCUMENT),
        has_cda=bool(packed & _CDA),
        failed=bool(packed & _FAILED),
        pdf=bool(packed & _PDF),
        image=bool(packed & _IMAGE),
        receipt=bool(packed & _RECEIPT),
    )


def unfiled_documents(facts: "array[int]", flags: "array[int]") -> tuple[int, int]:
    """Of the columns of a listing: how many of the messages that are not marked integrated are known to hold
    a document; and how many of them were not read yet. The lower octet of each tells: a million rows are
    counted between two keys.
    """
    marks = flags.tobytes()[_LOW::2]
    known = facts.tobytes()[_LOW::2].ljust(len(marks), b"\0")  # the column of facts may still be shorter
    unmarked = int.from_bytes(marks.translate(_OPEN), "big")
    documents, unread = (int.from_bytes(known.translate(table), "big") for table in (_HOLDS, _UNREAD))
    return (documents & unmarked).bit_count(), (unread & unmarked).bit_count()


def _holds(detail: MessageDetail, content: Content, content_type: str, suffix: str) -> bool:
    return detail.content is content or any(
        each.content_type.startswith(content_type) or (suffix and each.filename.lower().endswith(suffix))
        for each in detail.attachments
    )
