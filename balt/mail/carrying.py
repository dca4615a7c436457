"""What each part of a message is, and whether it must be kept as a document, by type, name, place and size.

A part is harmless only where everything known of it says so: its type, the name that such a part may have,
where it stands, how long it is. Whatever else comes, odd or unknown, counts as a document: the other error
would cost a patient's paper.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from balt.i18n import N_
from balt.mail.model import Content
from balt.mail.structure import Part
from balt.text import fold

SMALL_IMAGE = 40 * 1024
"""Octets, decoded: an inline image below this is a logo or a signature."""
LONGEST_TEXT = 256 * 1024
"""Octets: a text beyond this may well hold a file (uuencode, results), and so may a machine's part."""

_XDM_NAME = re.compile(r"ihe_xdm.*\.zip")
_TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/x-amp-html"})
_MACHINE_NAMES = re.compile(
    r"(?:mdnpart\d|(?:message[ _-]?|original[ _-]?|returned[ _-]?)?headers?|details?|att\d{5}"
    r"|(?:delivery|disposition)[ _-]?(?:status|notification|report))(?:\.(?:txt|dat|html?))?"
)
"""The parts of a report as Thunderbird (MDNPart2.txt), Outlook (ATT00001) and mail servers name them."""
_CALENDAR, _CARD = re.compile(r"[^/]*\.(?:ics|vcs)"), re.compile(r"[^/]*\.vcf")
_SIGNATURE = re.compile(r"[^/]*\.(?:p7s|asc|sig)")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_HARMLESS = {
    **dict.fromkeys(("text/calendar",), _CALENDAR),
    **dict.fromkeys(("text/vcard", "text/x-vcard", "text/directory"), _CARD),
    **dict.fromkeys(_SIGNATURES, _SIGNATURE),
    **dict.fromkeys(
        (
            *("message/delivery-status", "message/disposition-notification", "message/feedback-report"),
            *("message/global-delivery-status", "message/global-disposition-notification"),
            *("message/global-headers", "text/rfc822-headers"),
        ),
        _MACHINE_NAMES,
    ),
}
"""Types that are no document under the names that such a part may have."""
_RECEIPTS = ("message/disposition-notification", "message/global-disposition-notification")
_IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".heif")
_LOGO_NAME = re.compile(r"(?:image\d{3}|(?:logo|signature|icone?|banniere|banner)[\w -]*)\.(?:png|jpe?g|gif)")
"""How mail programs name the pictures of a signature (Outlook: image001.png); a photo has another name."""
_NOTHING_ELSE = ("", "inline")
"""Content-Disposition of what is part of the text; RFC 2183 section 2.8: what is unknown is an attachment."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a part is, and whether it is a document; ``reason`` (to translate) where its content tells not."""

    content: Content
    document: bool = False
    reason: str = ""


_NOTHING = Carried(Content.NONE)
_DOCUMENT = Carried(Content.FILE, document=True)
_LONG = Carried(Content.FILE, True, N_("texte très long, qui peut contenir un document"))
_UNSEEN = Carried(Content.FILE, True, N_("contenu que sa structure ne montre pas"))


def all_carried(root: Part) -> list[Carried]:
    """What a message carries, part by part, forwarded and returned messages included."""
    return [*(_carried(part, parent) for part, parent in leaves(root)), *_unseen(root)]


def leaves(part: Part, parent: Part | None = None) -> Iterator[tuple[Part, Part | None]]:
    """Every part that is not a container, in forwarded and returned messages too, with its container."""
    if not part.children:
        yield part, parent
    for child in part.children:
        yield from leaves(child, part)


def content_of(filename: str, content_type: str) -> Content:
    """What an attachment is by its claimed name and type: XDM, PDF, image, else a file."""
    name = _clean(filename)
    if _XDM_NAME.fullmatch(name):
        return Content.XDM
    if content_type in ("application/pdf", "application/x-pdf") or name.endswith(".pdf"):
        return Content.PDF
    if content_type.startswith("image/") or name.endswith(_IMAGE_NAMES):
        return Content.IMAGE
    return Content.FILE


def is_zip(part: Part) -> bool:
    """Whether a part says that it is a zip."""
    return "zip" in part.content_type or _clean(part.filename).endswith(".zip")


def is_cda(part: Part) -> bool:
    """Whether a part says that it is a CDA document."""
    name = _clean(part.filename)
    return "cda" in part.content_type or name.endswith(".cda") or (name.endswith(".xml") and "cda" in name)


def machine_part(root: Part) -> Part | None:
    """The part of a receipt that is for machines (RFC 8098), of the message itself and not of one in it."""
    if root.content_type in _RECEIPTS:
        return root
    within = root.children if root.content_type.startswith("multipart/") else ()
    return next((found for child in within if (found := machine_part(child))), None)


def octets_of_words(root: Part) -> int:
    """Octets of the texts of a message, as they travel."""
    return sum(part.size for part, _parent in leaves(root) if part.content_type in _TEXT_TYPES)


def _carried(part: Part, parent: Part | None) -> Carried:
    """What a leaf is; one that nothing explains is a document."""
    names = [name for name in (_clean(part.filename), _clean(part.params.get("name", ""))) if name]
    contents = [content_of(name, part.content_type) for name in names or [""]]
    telling = next((content for content in contents if content is not Content.FILE), Content.FILE)
    if telling is Content.IMAGE and _is_decoration(part, parent, names):
        return _NOTHING
    if telling is not Content.FILE:
        return Carried(telling, document=True)
    if part.content_type.startswith("multipart/"):
        return _UNSEEN
    if part.content_type in _HARMLESS:
        return _harmless(part, parent, names)
    if part.content_type in _TEXT_TYPES:
        in_report = parent is not None and parent.content_type == "multipart/report"
        of_machine = in_report and bool(names) and all(map(_MACHINE_NAMES.fullmatch, names))
        if not of_machine and (names or part.disposition not in _NOTHING_ELSE):
            return _DOCUMENT
        return _LONG if part.size > LONGEST_TEXT else _NOTHING
    return _DOCUMENT


def _harmless(part: Part, parent: Part | None, names: list[str]) -> Carried:
    """A part of a type that is no document, unless its name, its length or its place say otherwise."""
    alone = part.content_type in _SIGNATURES and parent is None  # it signs nothing: it may be the whole
    if alone or not all(map(_HARMLESS[part.content_type].fullmatch, names)):
        return _DOCUMENT
    if part.size > LONGEST_TEXT:
        return _LONG
    return Carried(Content.FILE) if names else _NOTHING


def _unseen(part: Part) -> Iterator[Carried]:
    """Containers in which nothing is told but empty texts: their boundary was not found, and what they hold
    is not shown.
    """
    told = part.children if part.content_type.startswith("multipart/") else ()
    if told and all(not child.children and _is_empty(child) for child in told):
        yield _UNSEEN
    for child in part.children:
        yield from _unseen(child)


def _is_empty(part: Part) -> bool:
    return part.content_type in _TEXT_TYPES and not part.size


def _is_decoration(part: Part, parent: Part | None, names: list[str]) -> bool:
    """A small image shown within a text: a logo, a signature. One attached, or alone, is a document, and so
    is one beside the text whose name is not that of a logo: telephones send photos that way.
    """
    if parent is None or not parent.content_type.startswith("multipart/"):
        return False
    if part.disposition not in _NOTHING_ELSE:
        return False
    if parent.content_type != "multipart/related":
        is_logo = bool(names) and all(map(_LOGO_NAME.fullmatch, names))
        if part.disposition != "inline" or not is_logo:
            return False
    decoded = part.size * 57 // 78 if part.encoding == "base64" else part.size
    return 0 < decoded < SMALL_IMAGE


def _clean(name: str) -> str:
    """A claimed name for comparing: without case, accents, and what programs leave at its ends."""
    return fold(name).strip(" .;'\"\t")
