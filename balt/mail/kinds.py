"""What a message is, decided from its structure and a few headers, without reading its text.

One error would cost a patient's paper: to take a document for a receipt. So what a message carries is looked
at first, forwarded and returned messages included, and what is not known to be harmless counts as a document.
Signs of MSSanté mail: Référentiel socle MSSanté #2 (clients); reports: RFC 3462, 3464, 8098; automatic
replies: RFC 3834.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from balt.i18n import N_, _
from balt.mail.model import Content, Kind
from balt.mail.structure import Part
from balt.text import fold

SMALL_IMAGE = 40 * 1024
"""Octets, decoded: an inline image below this is a logo or a signature."""

HEADERS = (
    "From",
    "Subject",
    "Return-Path",
    "Auto-Submitted",
    "X-Autoreply",
    "X-Failed-Recipients",
    "X-MSS-CODECDA",
    "X-MSS-MES",
)
"""The headers that ``classify`` looks at."""

_XDM_NAME = re.compile(r"ihe_xdm.*\.zip")
_FAILED = re.compile(r"\[\s*(?:ko\s+integration|erreur\s+d\W?\s*integration)")
_AUTOMATIC = re.compile(r"(?:reponse automatique|automatic reply|absence du bureau|out of office)\b")
_UNDELIVERED = re.compile(
    r"undeliver|delivery (?:status|fail|has failed)|mail delivery|returned mail|failure notice|non remis|"
    r"non[- ]distribu|echec de (?:la )?remise"
)
_BARE_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)  # what an envelope gives; parsing it again is slow
_TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/x-amp-html"})
_HARMLESS_TYPES = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers"}
    | {"message/delivery-status", "message/disposition-notification", "message/feedback-report"}
    | {"message/global-delivery-status", "message/global-disposition-notification", "message/global-headers"}
    | {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".heif")
_FILE_NAMES = (
    *(".zip", ".xml", ".cda", ".hpr", ".hl7", ".dcm", ".p7m", ".eml", ".msg", ".7z", ".rar"),
    *(".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".csv", ".ppt", ".pptx"),
)
_MORE_TELLING = (Content.XDM, Content.PDF, Content.IMAGE, Content.FILE)


@dataclass(frozen=True, slots=True)
class Classified:
    """What was decided: fields as in MessageDetail; ``reason`` says why in a few words."""

    kind: Kind
    content: Content
    has_cda: bool
    failed: bool
    holds_document: bool
    reason: str


def classify(root: Part, headers: Mapping[str, str]) -> Classified:
    """The kind of a message from its structure and its decoded ``headers`` (those of ``HEADERS``, any case).

    A message that holds a document is never a receipt, a bounce or an automatic reply, whatever it says.
    """
    known = {name.lower(): value for name, value in headers.items()}
    found = [_carried(part, parent) for part, parent in _leaves(root, None)]
    announced = bool(known.get("x-mss-codecda", "").strip())
    has_cda = announced or any(_is_cda(part) for part, _parent in _leaves(root, None))
    holds_document = announced or any(document for _content, document in found)
    content = next((each for each in _MORE_TELLING if any(each is kind for kind, _ in found)), Content.NONE)
    if announced and any(_is_zip(part) for part, _parent in _leaves(root, None)):
        content = Content.XDM
    failed = bool(_FAILED.search(fold(known.get("subject", ""))))
    if holds_document:
        structured = has_cda or content is Content.XDM
        kind = Kind.PATIENT if _from_patient(known) and not structured else Kind.DOCUMENT
        reason = _document_reason(content, has_cda, failed)
    else:
        kind, reason = _kind_without_document(root, known)
    return Classified(kind, content, has_cda, failed, holds_document, reason)


def _leaves(part: Part, parent: Part | None) -> Iterator[tuple[Part, Part | None]]:
    """Every part that is not a container, in forwarded and returned messages too, with its container."""
    if not part.children:
        yield part, parent
    for child in part.children:
        yield from _leaves(child, part)


def _carried(part: Part, parent: Part | None) -> tuple[Content, bool]:
    """What a leaf is, and whether it is a document; a leaf that nothing explains is one."""
    name = fold(part.filename)
    content = content_of(part.filename, part.content_type)
    if content is Content.IMAGE and _is_decoration(part, parent):
        return Content.NONE, False
    if content is not Content.FILE:
        return content, True
    if name.endswith(_FILE_NAMES):
        return Content.FILE, True
    if part.content_type in _HARMLESS_TYPES:
        return (Content.FILE if name else Content.NONE), False
    if part.content_type in _TEXT_TYPES:
        in_report = parent is not None and parent.content_type == "multipart/report"
        attached = not in_report and (bool(name) or part.disposition == "attachment")
        return (Content.FILE, True) if attached else (Content.NONE, False)
    if part.content_type.startswith("multipart/"):
        return Content.NONE, False  # a container of nothing
    return Content.FILE, True


def content_of(filename: str, content_type: str) -> Content:
    """What an attachment is by its claimed name and type: XDM, PDF, image, else a file."""
    name = fold(filename)
    if _XDM_NAME.fullmatch(name):
        return Content.XDM
    if content_type in ("application/pdf", "application/x-pdf") or name.endswith(".pdf"):
        return Content.PDF
    if content_type.startswith("image/") or name.endswith(_IMAGE_NAMES):
        return Content.IMAGE
    return Content.FILE


def _is_zip(part: Part) -> bool:
    return "zip" in part.content_type or fold(part.filename).endswith(".zip")


def _is_cda(part: Part) -> bool:
    name = fold(part.filename)
    return "cda" in part.content_type or name.endswith(".cda") or (name.endswith(".xml") and "cda" in name)


def _is_decoration(part: Part, parent: Part | None) -> bool:
    """A small image shown within a text: a logo, a signature. One attached, or alone, is a document."""
    if parent is None or not parent.content_type.startswith("multipart/"):
        return False
    shown = part.disposition == "inline" or (
        parent.content_type == "multipart/related" and part.disposition != "attachment"
    )
    decoded = part.size * 57 // 78 if part.encoding == "base64" else part.size
    return shown and 0 < decoded < SMALL_IMAGE


def _document_reason(content: Content, has_cda: bool, failed: bool) -> str:
    reasons = {
        Content.XDM: N_("porte un dossier XDM"),
        Content.PDF: N_("porte un PDF"),
        Content.IMAGE: N_("porte une image"),
        Content.FILE: N_("porte un fichier"),
        Content.NONE: N_("annoncé comme document structuré"),
    }
    structured = has_cda and content is not Content.XDM
    reason = (
        _("document structuré CDA") if structured and content is not Content.NONE else _(reasons[content])
    )
    return _("échec d'intégration, %(reason)s") % {"reason": reason} if failed else reason


def _kind_without_document(root: Part, headers: Mapping[str, str]) -> tuple[Kind, str]:
    subject = fold(headers.get("subject", "")).strip()
    if _FAILED.match(subject):
        return Kind.RECEIPT, _("échec d'intégration dit dans l'objet")
    report = _report_type(root)
    if report == "disposition-notification":
        return Kind.RECEIPT, _("accusé de réception ou d'intégration")
    if report == "delivery-status" or _from_mail_system(headers, subject):
        return Kind.BOUNCE, _("avis de non-remise")
    if _is_automatic_reply(headers, subject):
        return Kind.AUTOREPLY, _("réponse automatique")
    if _from_patient(headers):
        return Kind.PATIENT, _("échange avec un patient")
    if fold(headers.get("auto-submitted", "")).startswith("auto-"):
        return Kind.OTHER, _("message d'un automate, sans document")
    return Kind.OTHER, _("message sans document")


def _report_type(root: Part) -> str:
    """The type of a report (RFC 3462), wrapped by a signature or a list or not; "" for anything else."""
    while root.content_type in ("multipart/signed", "multipart/mixed") and root.children:
        root = root.children[0]
    if root.content_type != "multipart/report":
        return root.content_type.partition("/")[2] if root.content_type in _REPORT_LEAVES else ""
    told = next((part.content_type for part in root.children if part.content_type in _REPORT_LEAVES), "")
    return told.partition("/")[2] or fold(root.params.get("report-type", ""))


_REPORT_LEAVES = ("message/delivery-status", "message/disposition-notification")


def _from_mail_system(headers: Mapping[str, str], subject: str) -> bool:
    """A bounce in no standard form: from the mail system itself, or with no return path and saying so."""
    if headers.get("x-failed-recipients", "").strip():
        return True
    local = _address(headers).partition("@")[0]
    if local == "mailer-daemon":
        return True
    unreturnable = headers.get("return-path", "").strip() == "<>"
    return (unreturnable or local == "postmaster") and _UNDELIVERED.search(subject) is not None


def _is_automatic_reply(headers: Mapping[str, str], subject: str) -> bool:
    """``Auto-Submitted: auto-replied``; Exchange says ``auto-generated`` and tells by the subject."""
    submitted = fold(headers.get("auto-submitted", "")).strip()
    if submitted.startswith("auto-replied") or headers.get("x-autoreply", "").strip():
        return True
    return submitted.startswith("auto-generated") and _AUTOMATIC.match(subject) is not None


def _from_patient(headers: Mapping[str, str]) -> bool:
    """From Mon espace santé, or a step of such an exchange (``X-MSS-MES``)."""
    return _address(headers).endswith("@patient.mssante.fr") or bool(headers.get("x-mss-mes", "").strip())


def _address(headers: Mapping[str, str]) -> str:
    sender = headers.get("from", "")
    return fold(sender if _BARE_ADDRESS.fullmatch(sender) else parseaddr(sender)[1])
