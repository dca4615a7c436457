"""The messages of the practice: each is a few facts, written out only when somebody reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from types import MappingProxyType

from balt.demo import files
from balt.demo.compose import (
    Draft,
    DraftPart,
    address,
    encode_words,
    file_part,
    finish,
    plain_part,
    text_part,
)
from balt.demo.content import Outline, Wrapping
from balt.demo.people import Correspondent, Patient
from balt.demo.texts import GENERAL_SENTENCES, MONTHS, SENTENCES, Topic

PREFIX = "XDM/1.0/DDM+"
LEAST_DOCUMENT = 14_000
_FORMS: Mapping[str, tuple[str, Wrapping]] = MappingProxyType(
    {
        "pdf": ("application/pdf", files.pdf),
        "jpg": ("image/jpeg", files.jpeg),
        "dcm": ("application/dicom", files.dicom),
    }
)


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Mail:
    """One message: who, to whom, what about, when it was sent, and how large it is, in octets.

    ``about`` is the message that a receipt or a bounce speaks of. ``number`` is its own in the practice.
    """

    number: int
    topic: Topic
    sender: Correspondent
    recipient: Correspondent
    patient: Patient
    sent: datetime
    size: int
    about: "Mail | None" = None

    @property
    def message_id(self) -> str:
        return f"<{self.sent:%Y%m%d%H%M%S}.{self.number}@{self.sender.domain}>"

    @property
    def title(self) -> str:
        month = MONTHS[(self.sent - timedelta(days=20)).month - 1]
        return self.topic.title.format(patient=self.patient.name, month=month)

    @property
    def subject(self) -> str:
        """The subject as a person reads it, prefix included (LPS: prefix, title, name, date of birth)."""
        about = self.about.subject if self.about else ""
        if self.topic.layout == "document":
            return f"{PREFIX}{self.title} {self.patient.name} {self.patient.born}"
        if self.topic.layout in ("receipt", "failure") and about:
            return f"{self.title} {about}"
        return self.title

    def outline(self) -> Outline:
        """The pieces of the message, always the same."""
        return self._write(self.size if self.topic.is_document else 0)

    def _write(self, size: int) -> Outline:
        return finish(_LAYOUTS[self.topic.layout](self), size, self.number)

    def measured(self) -> "Mail":
        """The same message with its true size, for one of words alone."""
        return self if self.topic.is_document else replace(self, size=self._write(0).size)


def _draft(mail: Mail, parts: list[DraftPart], multipart: str, *extra: str) -> Draft:
    how = "Q" if mail.number % 3 == 0 else "B"
    host = mail.sender.domain
    fields = [
        f"Return-Path: <{mail.sender.address}>",
        f"Received: from smtp.{host} by imap.{mail.recipient.domain};\r\n {format_datetime(mail.sent)}",
        f"Date: {format_datetime(mail.sent)}",
        f"From: {address(mail.sender, how)}",
        f"To: {address(mail.recipient, how)}",
        f"Message-ID: {mail.message_id}",
        f"Subject: {_subject(mail, how)}",
        *extra,
    ]
    return Draft(fields, parts, multipart, boundary=f"=_{mail.number:08x}_fictif")


def _subject(mail: Mail, how: str) -> str:
    """The prefix stays readable by machines, whatever follows it."""
    if mail.topic.layout == "document":
        rest = encode_words(mail.subject.removeprefix(PREFIX), how)
        return f"{PREFIX}{rest}" if rest.isascii() and "=?" not in rest else f"{PREFIX}\r\n {rest}"
    return encode_words(mail.subject, how)


def _signature(mail: Mail) -> str:
    return f"\n\nBien confraternellement,\n{mail.sender.name}\n" if mail.sender.name else "\n"


def _software() -> str:
    return "X-MSS-NIL: LOGICIEL-FICTIF-1.0"


def _document(mail: Mail) -> Draft:
    """A structured document: IHE_XDM.zip, and the PDF beside it (LPS)."""
    topic, patient = mail.topic, mail.patient
    archive = files.xdm(patient, mail.title, topic.code, mail.sender, mail.sent, mail.number)
    name = f"{mail.sent:%Y%m%d}_{topic.short}_{patient.family}_{patient.given}_{mail.number:04d}.pdf"
    zip_name = "IHE_XDM.ZIP" if mail.number % 5 == 0 else "IHE_XDM.zip"
    parts = [
        text_part(topic.opening + _signature(mail), mail.number),
        file_part(zip_name, "application/zip", archive),
        file_part(name, *_FORMS[topic.file]),
    ]
    return _draft(
        mail,
        parts,
        "mixed",
        f"Disposition-Notification-To: {mail.sender.address}",
        f"X-MSS-CODECDA: {topic.code}",
        f"X-MSS-INS: {patient.matricule}",
        _software(),
    )


def _letter(mail: Mail) -> Draft:
    """A text and one bulky file, or a report and its picture."""
    topic = mail.topic
    name = f"{mail.sent:%Y%m%d}_{topic.short}_{mail.patient.family}_{mail.number:04d}.{topic.file}"
    parts = [text_part(topic.opening + _signature(mail), mail.number), file_part(name, *_FORMS[topic.file])]
    if topic.file == "jpg" and mail.number % 4 == 0:
        parts.insert(1, file_part(f"compte-rendu_{mail.number:04d}.pdf", *_FORMS["pdf"]))
    return _draft(mail, parts, "mixed", _software())


def _note(mail: Mail) -> Draft:
    return _worded(mail, SENTENCES, _signature(mail))


def _patient(mail: Mail) -> Draft:
    return _worded(mail, SENTENCES[:4], f"\n\nMerci d'avance,\n{mail.sender.name}\n", "X-MSS-MES: FIN")


def _notice(mail: Mail) -> Draft:
    return _worded(mail, GENERAL_SENTENCES, f"\n\n{mail.sender.name}\n", "Auto-Submitted: auto-generated")


def _autoreply(mail: Mail) -> Draft:
    return _worded(mail, GENERAL_SENTENCES[:1], "\n", "Auto-Submitted: auto-replied", "Precedence: bulk")


def _worded(mail: Mail, sentences: tuple[str, ...], closing: str, *extra: str) -> Draft:
    """A text alone, as long as it must be."""
    draft = _draft(mail, [plain_part(f"{mail.topic.opening}\n\n{closing}")], "", *extra)
    draft.sentences = sentences
    draft.closing = closing.replace("\n", "\r\n").encode("utf-8")
    return draft


def _newsletter(mail: Mail) -> Draft:
    """The same thing twice, as text and as a page."""
    draft = _worded(
        mail,
        GENERAL_SENTENCES,
        "\n",
        f"List-Id: <lettre.{mail.sender.domain}>",
        "Precedence: list",
        f"List-Unsubscribe: <mailto:{mail.sender.address}>",
    )
    paragraphs = "".join(f"<p>{sentence}</p>\n" for sentence in GENERAL_SENTENCES[:4])
    draft.parts.append(plain_part(f"<html><body><h1>{mail.title}</h1>\n{paragraphs}</body></html>\n", "html"))
    draft.multipart = "alternative"
    return draft


def _receipt(mail: Mail) -> Draft:
    return _disposition(mail, "automatic-action/MDN-sent-automatically; processed")


def _failure(mail: Mail) -> Draft:
    state = "automatic-action/MDN-sent-automatically; processed/Error: 902^Identifiant patient inconnu"
    return _disposition(mail, state)


def _disposition(mail: Mail, state: str) -> Draft:
    """A receipt of integration (RFC 8098)."""
    original = mail.about.message_id if mail.about else mail.message_id
    report = (
        f"Reporting-UA: {mail.sender.domain}; LOGICIEL-FICTIF-1.0\n"
        f"Original-Recipient: rfc822; {mail.sender.address}\n"
        f"Final-Recipient: rfc822; {mail.sender.address}\n"
        f"Original-Message-ID: {original}\nDisposition: {state}\n"
    )
    parts = [
        plain_part(mail.topic.opening + "\n"),
        DraftPart(
            ["Content-Type: message/disposition-notification"], report.replace("\n", "\r\n").encode("ascii")
        ),
    ]
    references = [f"In-Reply-To: {original}", f"References: {original}", _software()]
    return _draft(mail, parts, "report; report-type=disposition-notification", *references)


def _bounce(mail: Mail) -> Draft:
    """What a mail server sends back when the mailbox is full (RFC 3464)."""
    about = mail.about or mail
    failed = about.recipient.address
    report = (
        f"Reporting-MTA: dns; smtp.{mail.sender.domain}\n\nFinal-Recipient: rfc822; {failed}\n"
        "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full (quota exceeded)\n"
    )
    original = (
        f"From: {about.sender.address}\nTo: {failed}\nMessage-ID: {about.message_id}\n"
        f"Subject: {_subject(about, 'B')}\n"
    )
    parts = [
        plain_part(f"{mail.topic.opening}\n\n<{failed}>: 552 5.2.2 Mailbox full (quota exceeded)\n"),
        DraftPart(["Content-Type: message/delivery-status"], report.replace("\n", "\r\n").encode("ascii")),
        DraftPart(
            ["Content-Type: text/rfc822-headers"],
            original.replace("\r\n", "\n").replace("\n", "\r\n").encode("ascii"),
        ),
    ]
    draft = _draft(mail, parts, "report; report-type=delivery-status", "Auto-Submitted: auto-replied")
    draft.fields[0] = "Return-Path: <>"
    return draft


_LAYOUTS: Mapping[str, Callable[[Mail], Draft]] = MappingProxyType(
    {
        "document": _document,
        "letter": _letter,
        "note": _note,
        "patient": _patient,
        "notice": _notice,
        "autoreply": _autoreply,
        "newsletter": _newsletter,
        "receipt": _receipt,
        "failure": _failure,
        "bounce": _bounce,
    }
)
