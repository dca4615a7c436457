"""What a message is, decided from its structure and a few headers, without reading its text.

One error would cost a patient's paper: to take a document for a receipt. So what a message carries is looked
at first, forwarded and returned messages included, and what is not known to be harmless counts as a document.
Signs of MSSanté mail: Référentiel socle MSSanté #2 (clients); reports: RFC 3462, 3464, 8098; automatic
replies: RFC 3834.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from balt.i18n import N_, _
from balt.mail.carrying import Carried, all_carried, is_cda, is_zip, leaves, octets_of_words
from balt.mail.model import Content, Kind
from balt.mail.structure import Part
from balt.text import fold

HEADERS = (
    "From",
    "Subject",
    "Return-Path",
    "Auto-Submitted",
    "X-Autoreply",
    "X-Failed-Recipients",
    "X-MSS-CODECDA",
    "X-MSS-MES",
    "List-Id",
    "List-Unsubscribe",
    "Precedence",
)
"""The headers that ``classify`` looks at. Servers repeat the names in each answer: the last three cost 36
octets a message, of about 800."""

_FAILED = re.compile(r"\[\s*(?:ko\s+integration|erreur\s+d\W?\s*integration)")
_AUTOMATIC = re.compile(r"(?:reponse automatique|automatic reply|absence du bureau|out of office)\b")
_UNDELIVERED = re.compile(
    r"undeliver|delivery (?:status|fail|has failed)|mail delivery|returned mail|failure notice|non remis|"
    r"non[- ]distribu|echec de (?:la )?remise"
)
_NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|ne[._-]?pas[._-]?repondre|no[._-]?response|"
    r"sans[._-]?reponse)(?:[._+-].*)?"
)
_ANSWER = re.compile(r"(?:re|rep|tr|fw|fwd)\s*:")
_BARE_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)  # what an envelope gives; parsing it again is slow
_MORE_TELLING = (Content.XDM, Content.PDF, Content.IMAGE, Content.FILE)
_TO_MANY = ("bulk", "list", "junk")
_BRIEF = (Kind.RECEIPT, Kind.BOUNCE, Kind.AUTOREPLY)
_FEW_WORDS = 64 * 1024
"""Octets of text in a receipt, a bounce or an automatic reply: some mail servers return a whole message, its
attachments included, as mere text."""


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

    A message that holds a document is never a receipt, a bounce, an automatic reply or a notification,
    whatever it says. That a notification holds none does not make it worthless: its text may be results.
    """
    known = {name.lower(): value for name, value in headers.items()}
    found = all_carried(root)
    announced = bool(known.get("x-mss-codecda", "").strip())
    has_cda = announced or any(is_cda(part) for part, _parent in leaves(root))
    holds_document = announced or any(each.document for each in found)
    content = next(
        (each for each in _MORE_TELLING if any(each is one.content for one in found)), Content.NONE
    )
    if announced and any(is_zip(part) for part, _parent in leaves(root)):
        content = Content.XDM
    failed = says_failed(known.get("subject", ""))
    if holds_document:
        structured = has_cda or content is Content.XDM
        kind = Kind.PATIENT if _from_patient(known) and not structured else Kind.DOCUMENT
        reason = _document_reason(content, has_cda, failed, found)
    else:
        kind, reason = _kind_without_document(root, known)
        if kind in _BRIEF and octets_of_words(root) > _FEW_WORDS:
            kind, content, holds_document = Kind.DOCUMENT, Content.FILE, True
            reason = _("%(what)s qui rend un long texte") % {"what": reason}
    return Classified(kind, content, has_cda, failed, holds_document, reason)


def says_failed(subject: str) -> bool:
    """Whether a subject, decoded, says that an integration failed (``[KO Intégration système !][902]``)."""
    return _FAILED.search(fold(subject)) is not None


def _document_reason(content: Content, has_cda: bool, failed: bool, found: Sequence[Carried]) -> str:
    reasons = {
        Content.XDM: N_("porte un dossier XDM"),
        Content.PDF: N_("porte un PDF"),
        Content.IMAGE: N_("porte une image"),
        Content.FILE: N_("porte un fichier"),
        Content.NONE: N_("annoncé comme document structuré"),
    }
    if has_cda and content not in (Content.XDM, Content.NONE):
        reason = _("document structuré CDA")
    else:
        odd = [each.reason for each in found if each.document]
        reason = _(odd[0] if odd and all(odd) else reasons[content])
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
    if notified := _notification_reason(headers, subject):
        return Kind.NOTIFICATION, _(notified)
    return Kind.OTHER, _("message sans document")


def _report_type(root: Part) -> str:
    """The type of a report (RFC 3462), wrapped by a signature or a list or not; "" for anything else."""
    while root.content_type in ("multipart/signed", "multipart/mixed") and root.children:
        root = root.children[0]
    if root.content_type != "multipart/report":
        alone = root.content_type if root.content_type in _REPORT_LEAVES else ""
        return alone.partition("/")[2].removeprefix("global-")
    told = next((part.content_type for part in root.children if part.content_type in _REPORT_LEAVES), "")
    return told.partition("/")[2].removeprefix("global-") or fold(root.params.get("report-type", ""))


_REPORT_LEAVES = (
    *("message/delivery-status", "message/disposition-notification"),
    *("message/global-delivery-status", "message/global-disposition-notification"),  # RFC 6533
)


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
    """``Auto-Submitted: auto-replied``; Exchange says ``auto-generated``, older programs ``Precedence:
    bulk``, and both tell by the subject.
    """
    submitted = fold(headers.get("auto-submitted", "")).strip()
    if submitted.startswith("auto-replied") or headers.get("x-autoreply", "").strip():
        return True
    precedence = fold(headers.get("precedence", "")).strip()
    if precedence in ("auto_reply", "auto-reply"):
        return True
    by_a_machine = submitted.startswith("auto-generated") or precedence in _TO_MANY
    return by_a_machine and _AUTOMATIC.match(subject) is not None


def _notification_reason(headers: Mapping[str, str], subject: str) -> str:
    """What says that a machine or a list wrote, and no person to this one (to translate); "" for nothing.

    Auto-Submitted: RFC 3834; List-Id and List-Unsubscribe: RFC 2919 and 2369. A sender that reads no answers
    is a sign by its name alone, so an answer or a forward from there is a message of somebody all the same.
    """
    if fold(headers.get("auto-submitted", "")).strip().startswith("auto-"):
        return N_("message d'un automate, sans document")
    if headers.get("list-id", "").strip() or headers.get("list-unsubscribe", "").strip():
        return N_("message d'une liste ou lettre d'information, sans document")
    if fold(headers.get("precedence", "")).strip() in _TO_MANY:
        return N_("message envoyé en nombre, sans document")
    local = _address(headers).partition("@")[0]
    if _NO_REPLY.fullmatch(local) and not _ANSWER.match(subject):
        return N_("d'un expéditeur qui ne lit pas les réponses, sans document")
    return ""


def _from_patient(headers: Mapping[str, str]) -> bool:
    """From Mon espace santé, or a step of such an exchange (``X-MSS-MES``)."""
    return _address(headers).endswith("@patient.mssante.fr") or bool(headers.get("x-mss-mes", "").strip())


def _address(headers: Mapping[str, str]) -> str:
    sender = headers.get("from", "")
    return fold(sender if _BARE_ADDRESS.fullmatch(sender) else parseaddr(sender)[1])
