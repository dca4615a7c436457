"""Made-up mail whose kind is known because of who writes it and why, not of any rule that balt has.

Each writer is a program or a habit met in practice, with its own odd ways: names in five notations, types
that say nothing, machines that attach, reports that return what they speak of. All people are invented.
"""

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from urllib.parse import quote

PEOPLE = ("zoe.fictif@medecin.mssante.fr", "noel.essai@ch-fictif.mssante.fr", "s.modele@cab-lilas.mssante.fr")
MACHINES = ("noreply@labo-fictif.mssante.fr", "resultats@bio-fictive.mssante.fr", "dpi@ch-fictif.mssante.fr")
SUBJECTS = ("Avis demandé", "CR de consultation", "Résultats de biologie", "Question de traitement", "Sortie")
PDF, ZIP, JPEG = b"%PDF-1.4 essai " * 400, b"PK\x03\x04 essai " * 300, b"\xff\xd8\xff\xe0 essai " * 900


Writer = Callable[[random.Random], Message]


@dataclass(frozen=True)
class Made:
    """One message: what it is (``Kind`` by name), who wrote it, and its octets."""

    truth: str
    writer: str
    raw: bytes


def make_mails(count: int, seed: int = 1) -> Iterator[Made]:
    """``count`` messages of all writers, in turn, each with chances of its own."""
    chance = random.Random(seed)
    for number in range(count):
        truth, write = WRITERS[number % len(WRITERS)]
        message = write(chance)
        if "Subject" not in message:
            message["Subject"] = Header(chance.choice(SUBJECTS), "utf-8").encode()
        if "From" not in message:
            message["From"] = chance.choice(PEOPLE)
        message["Message-ID"] = f"<essai-{seed}-{number}@fictif.mssante.fr>"
        raw = message.as_bytes(policy=compat32.clone(linesep="\r\n", max_line_length=998))
        yield Made(truth, write.__name__.strip("_"), _soiled(raw, chance))


def _soiled(raw: bytes, chance: random.Random) -> bytes:
    """The same message as some programs write it: header names in capitals or not, bare line ends."""
    if chance.random() < 0.1:
        raw = raw.replace(b"Content-Type:", b"CONTENT-TYPE:").replace(
            b"Content-Disposition:", b"content-disposition:"
        )
    if chance.random() < 0.05:
        raw = raw.replace(b"Content-Transfer-Encoding: base64", b"Content-transfer-encoding:  BASE64")
    return raw.replace(b"\r\n", b"\n") if chance.random() < 0.1 else raw


def _words(chance: random.Random, html: bool = False) -> Message:
    text = "Cher confrère, voici ce qui a été dit. " * chance.randint(1, 30)
    return MIMEText(f"<p>{text}</p>" if html else text, "html" if html else "plain", "utf-8")


def _body(chance: random.Random) -> Message:
    """The text of a person: plain, or twice, sometimes with the logo of a signature."""
    if chance.random() < 0.5:
        return _words(chance)
    page: Message = _words(chance, html=True)
    if chance.random() < 0.4:
        logo = MIMEImage(b"\x89PNG essai" * chance.randint(20, 900), "png")
        logo["Content-ID"] = "<logo>"
        logo["Content-Disposition"] = 'inline; filename="image001.png"'
        page = _multi("related", page, logo)
    return _multi("alternative", _words(chance), page)


def _multi(subtype: str, *parts: Message, **params: str) -> Message:
    whole = MIMEMultipart(subtype)
    for name, value in params.items():
        whole.set_param(name.replace("_", "-"), value)
    for part in parts:
        whole.attach(part)
    return whole


def _file(
    chance: random.Random, name: str, content_type: str, octets: bytes, inline: bool = False
) -> Message:
    """An attached file: its name in one of the notations that programs use, or only in the type."""
    kind, _slash, subtype = content_type.partition("/")
    part = MIMEBase(kind, subtype)
    part.set_payload(base64.encodebytes(octets).decode())
    part["Content-Transfer-Encoding"] = "base64"
    word = "inline" if inline else chance.choice(("attachment", "attachment", "ATTACHMENT", "inline"))
    way = chance.randrange(5)
    if way == 0:
        part["Content-Disposition"] = f'{word}; filename="{name}"'
    elif way == 1:
        part["Content-Disposition"] = f"{word}; filename*=utf-8''{quote(name)}"
    elif way == 2:
        middle = len(name) // 2
        part["Content-Disposition"] = f'{word}; filename*0="{name[:middle]}"; filename*1="{name[middle:]}"'
    elif way == 3:
        part.set_param("name", f"=?utf-8?B?{base64.b64encode(name.encode()).decode()}?=")
        part["Content-Disposition"] = word
    else:
        part.set_param("name", name)
    return part


def _cased(chance: random.Random, name: str) -> str:
    return chance.choice((name, name.upper(), name.lower()))


def _any_document(chance: random.Random) -> Message:
    """A file that somebody must file, of any sort."""
    octets = "application/octet-stream"
    name, kinds, content = chance.choice(
        (
            ("IHE_XDM.zip", ("application/zip", "application/x-zip-compressed", octets), ZIP),
            ("20261112_CR-BIO_0001.pdf", ("application/pdf", "application/x-pdf", octets, "text/plain"), PDF),
            ("plaie.jpg", ("image/jpeg", "image/pjpeg", octets), JPEG * 4),
            ("ecg.tiff", ("image/tiff", octets), JPEG),
            ("resultats.hpr", ("text/plain", octets, "application/edi-consent"), b"H|~^\\&|essai" * 30),
            ("courrier.docx", ("application/msword", octets), ZIP),
            ("bilan.rtf", ("text/rtf", "application/rtf"), b"{\\rtf1 essai}"),
            ("irm.dcm", ("application/dicom", octets), PDF),
            ("cda.xml", ("text/xml", "application/xml", octets), b"<ClinicalDocument/>" * 9),
            ("notes.txt", ("text/plain",), b"essai " * 90),
            ("winmail.dat", ("application/ms-tnef", "application/vnd.ms-tnef"), PDF),
            ("sans-type", ("application/x-inconnu", "model/essai", "chemical/x-pdb"), PDF),
        )
    )
    part = _file(chance, _cased(chance, name), chance.choice(kinds), content)
    if part.get_content_type() == "text/plain" and "name" not in str(part.get("Content-Disposition", "")):
        part.set_param("name", name)
    return part


def _headed(message: Message, **fields: str) -> Message:
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


# Documents


def xdm_report(chance: random.Random) -> Message:
    name = _cased(chance, chance.choice(("IHE_XDM.zip", "IHE_XDM (1).zip", "IHE_XDM.zip")))
    archive = _file(chance, name, chance.choice(("application/zip", "application/octet-stream")), ZIP)
    whole = _headed(_multi("mixed", _words(chance), archive), From=chance.choice(MACHINES))
    if chance.random() < 0.6:
        whole["X-MSS-CODECDA"] = "11502-2"
    return _headed(whole, Subject="XDM/1.0/DDM+CR TESTPATIENT ALIX 01/01/1980")


def letter(chance: random.Random) -> Message:
    return _multi("mixed", _body(chance), *(_any_document(chance) for _ in range(chance.randint(1, 3))))


def bare_document(chance: random.Random) -> Message:
    part = _any_document(chance)
    part["MIME-Version"] = "1.0"
    return part


def telephone_photo(chance: random.Random) -> Message:
    photo = _file(chance, "IMG_2041.jpg", "image/jpeg", JPEG[: chance.randint(4_000, 12_000)], inline=True)
    return _multi("mixed", _words(chance), photo, _words(chance))


def forwarded_letter(chance: random.Random) -> Message:
    inner = letter(chance)
    for _ in range(chance.randint(1, 4)):
        inner = _multi("mixed", _words(chance), MIMEMessage(_headed(inner, Subject="TR: CR")))
    return inner


def digest_of_letters(chance: random.Random) -> Message:
    return _multi("digest", MIMEMessage(EmailMessage()), MIMEMessage(_headed(letter(chance), Subject="a")))


def signed_letter(chance: random.Random) -> Message:
    mark = MIMEApplication(b"signature", "pkcs7-signature", name="smime.p7s")
    return _multi("signed", letter(chance), mark, protocol="application/pkcs7-signature")


def encrypted_letter(chance: random.Random) -> Message:
    if chance.random() < 0.5:
        whole = MIMEApplication(PDF, chance.choice(("pkcs7-mime", "x-pkcs7-mime")))
        whole["Content-Disposition"] = chance.choice(("attachment", 'attachment; filename="smime.p7m"'))
        return whole
    return _multi("encrypted", MIMEApplication(b"Version: 1", "pgp-encrypted"), MIMEApplication(PDF))


def results_of_a_machine(chance: random.Random) -> Message:
    whole = _headed(_multi("mixed", _words(chance), _any_document(chance)), From=chance.choice(MACHINES))
    return _machine_marks(whole, chance)


def _machine_marks(whole: Message, chance: random.Random) -> Message:
    marks = (
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
        ("List-Unsubscribe", "<mailto:stop@fictif.example>"),
        ("Return-Path", "<>"),
        ("X-Autoreply", "yes"),
        ("Auto-Submitted", "auto-replied"),
    )
    for name, value in chance.sample(marks, chance.randint(1, 3)):
        if name not in whole:
            whole[name] = value
    return whole


def vacation_with_a_leaflet(chance: random.Random) -> Message:
    whole = _multi("mixed", _words(chance), _any_document(chance))
    return _machine_marks(_headed(whole, Subject="Réponse automatique : absence"), chance)


def receipt_that_returns_the_letter(chance: random.Random) -> Message:
    returned = MIMEMessage(letter(chance)) if chance.random() < 0.6 else _any_document(chance)
    whole = _report("disposition-notification", chance, _mdn_part(), returned)
    subject = chance.choice(("Accusé", "[KO Intégration système !][902] CR"))
    return _headed(whole, From=MACHINES[2], Subject=str(Header(subject, "utf-8")))


def bounce_that_returns_the_letter(chance: random.Random) -> Message:
    whole = _report("delivery-status", chance, _dsn_part(), MIMEMessage(letter(chance)))
    return _headed(
        whole, From="MAILER-DAEMON@ch-fictif.mssante.fr", Subject="Undelivered Mail", Return_Path="<>"
    )


def bounce_that_returns_it_as_text(chance: random.Random) -> Message:
    lines = base64.encodebytes(PDF * chance.randint(14, 40)).decode()
    whole = MIMEText("--- Below this line is a copy of the message.\n\n" + lines, "plain", "us-ascii")
    return _headed(whole, From="MAILER-DAEMON@ch-fictif.mssante.fr", Subject="failure notice")


def document_in_a_report_s_place(chance: random.Random) -> Message:
    kind = chance.choice(("disposition-notification", "delivery-status"))
    return _headed(_report(kind, chance, _any_document(chance)), From=chance.choice(MACHINES))


def newsletter_with_a_document(chance: random.Random) -> Message:
    whole = _multi("mixed", _body(chance), _any_document(chance))
    return _headed(whole, From="lettre@ans-fictif.example", List_Id="<lettre.ans-fictif.example>")


def boundary_that_does_not_fit(chance: random.Random) -> Message:
    """A multipart whose parts nobody finds: what it holds cannot be seen."""
    whole = Message()
    whole["MIME-Version"] = "1.0"
    kind = chance.choice(("mixed", "report; report-type=disposition-notification", "alternative"))
    whole["Content-Type"] = f'multipart/{kind}; boundary="jamais"'
    whole.set_payload("--autre\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--autre--\r\n")
    return _machine_marks(_headed(whole, From=chance.choice(MACHINES)), chance)


# Receipts and bounces


def _report(kind: str, chance: random.Random, *parts: Message) -> Message:
    words = (
        _words(chance)
        if chance.random() < 0.7
        else _multi("alternative", _words(chance), _words(chance, html=True))
    )
    return _multi("report", words, *parts, **{"report_type": kind} if chance.random() < 0.9 else {})


def _machine_part(subtype: str, text: str) -> Message:
    part = Message()
    part["Content-Type"] = f"message/{subtype}"
    part.set_payload(text)
    return part


def _mdn_part(disposition: str = "processed") -> Message:
    mode = "automatic-action/MDN-sent-automatically"
    text = f"Original-Message-ID: <a@x>\r\nDisposition: {mode}; {disposition}\r\n"
    return _machine_part("disposition-notification", text)


def _dsn_part() -> Message:
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    fields = _headed(Message(), Final_Recipient="rfc822; a@x", Action="failed", Status="5.2.2")
    part.set_payload([_headed(Message(), Reporting_MTA="dns; mx"), fields])
    return part


def _headers_back(chance: random.Random) -> list[Message]:
    if chance.random() < 0.4:
        return []
    if chance.random() < 0.3:
        return [MIMEMessage(_headed(_words(chance), Subject="Avis", From=PEOPLE[0]))]
    part = MIMEBase("text", "rfc822-headers")
    part.set_payload("From: a@x\r\nSubject: Avis\r\n")
    if chance.random() < 0.3:
        part["Content-Disposition"] = 'inline; filename="MDNPart3.txt"'
    return [part]


def receipt_of_software(chance: random.Random) -> Message:
    whole = _report("disposition-notification", chance, _mdn_part(), *_headers_back(chance))
    if chance.random() < 0.2:
        whole = _multi("signed", whole, MIMEApplication(b"s", "pkcs7-signature", name="smime.p7s"))
    return _headed(whole, From=MACHINES[2], Subject=str(Header("Accusé d'intégration", "utf-8")))


def receipt_of_a_person(chance: random.Random) -> Message:
    part = _mdn_part("displayed")
    if chance.random() < 0.5:
        part["Content-Disposition"] = 'inline; filename="MDNPart2.txt"'
    return _headed(_report("disposition-notification", chance, part, *_headers_back(chance)), From=PEOPLE[0])


def receipt_ko(chance: random.Random) -> Message:
    whole = _report(
        "disposition-notification", chance, _mdn_part("processed/Error: 902^x"), *_headers_back(chance)
    )
    return _headed(
        whole, From=MACHINES[2], Subject=str(Header("[KO Intégration système !][902] CR", "utf-8"))
    )


def receipt_ko_as_plain_mail(chance: random.Random) -> Message:
    subject = chance.choice(("[Erreur d'intégration !][902] CR", "[Erreur d’intégration !][905] CR"))
    return _headed(_words(chance), From=MACHINES[2], Subject=str(Header(subject, "utf-8")))


def bounce_by_the_book(chance: random.Random) -> Message:
    whole = _report("delivery-status", chance, _dsn_part(), *_headers_back(chance))
    sender = "Mail Delivery System <MAILER-DAEMON@x.mssante.fr>"
    told = {"Return_Path": "<>", "Auto_Submitted": "auto-replied"}
    return _headed(whole, From=sender, Subject="Undelivered", **told)


def bounce_of_an_old_program(chance: random.Random) -> Message:
    sender, subject = chance.choice(
        (
            ("MAILER-DAEMON@x.mssante.fr", "failure notice"),
            ("Postmaster <postmaster@ch-fictif.mssante.fr>", "Non remis : avis"),
            ("postmaster@ch-fictif.mssante.fr", "DELIVERY FAILURE: User not listed"),
            ("Mail Delivery Subsystem <mailer-daemon@x.mssante.fr>", "Returned mail: see transcript"),
            ("postmaster@x.mssante.fr", "Échec de la remise : boîte pleine"),
            ("systeme@x.mssante.fr", "Message refusé"),  # nothing but its words tells it
        )
    )
    return _headed(_words(chance), From=sender, Subject=str(Header(subject, "utf-8")))


def bounce_of_exim(chance: random.Random) -> Message:
    fields = {"X_Failed_Recipients": "a@ch-fictif.mssante.fr", "Auto_Submitted": "auto-replied"}
    return _headed(_words(chance), From="exim@x.mssante.fr", Subject="Mail failed", **fields)


# Automatic replies, notifications


def vacation(chance: random.Random) -> Message:
    whole = _headed(_body(chance), Subject=str(Header("Absence du 1er au 15", "utf-8")))
    told = ("auto-replied", "auto-replied (vacation)", "AUTO-REPLIED", "auto-replied (zimbra; vacation)")
    return _headed(whole, Auto_Submitted=chance.choice(told))


def vacation_of_other_programs(chance: random.Random) -> Message:
    subject = chance.choice(("Réponse automatique : CR", "Automatic reply: CR", "Absence du bureau : CR"))
    whole = _headed(_words(chance, html=True), Subject=str(Header(subject, "utf-8")))
    name, value = chance.choice(
        (
            ("Auto-Submitted", "auto-generated"),
            ("Precedence", "bulk"),
            ("Precedence", "auto_reply"),
            ("X-Autoreply", "yes"),
            ("X-Auto-Response-Suppress", "All"),  # not asked for: too dear for what it tells
        )
    )
    whole[name] = value
    return whole


def newsletter(chance: random.Random) -> Message:
    whole = _headed(_body(chance), From="lettre@urps-fictif.example", Subject="La lettre de novembre")
    marks = (
        ("List-Id", "<l.urps-fictif.example>"),
        ("List-Unsubscribe", "<mailto:x@y.example>"),
        ("Precedence", "bulk"),
    )
    for name, value in chance.sample(marks, chance.randint(1, 3)):
        whole[name] = value
    return whole


def notice(chance: random.Random) -> Message:
    sender = chance.choice(
        (
            *("no-reply@operateur-fictif.mssante.fr", "Ne pas répondre <ne-pas-repondre@portail.mssante.fr>"),
            *("donotreply@x.example", "labo.noreply@ch-fictif.mssante.fr"),
            "alerte@portail-fictif.mssante.fr",  # nothing tells this one
        )
    )
    whole = _headed(
        _body(chance),
        From=str(Header(sender, "utf-8")) if sender.isascii() else sender.encode("ascii", "replace").decode(),
    )
    if chance.random() < 0.5:
        whole["Auto-Submitted"] = "auto-generated"
    return _headed(whole, Subject="Votre BAL est remplie")


# Patients and the rest


def patient(chance: random.Random) -> Message:
    whole = (
        _body(chance)
        if chance.random() < 0.6
        else _multi("mixed", _words(chance), _file(chance, "plaie.jpg", "image/jpeg", JPEG * 3))
    )
    if chance.random() < 0.7:
        return _headed(whole, From="Alix TESTPATIENT <299999999999934@patient.mssante.fr>")
    return _headed(whole, X_MSS_MES="FIN")


def word_of_a_colleague(chance: random.Random) -> Message:
    subject = chance.choice(
        (*SUBJECTS, "RE: [KO Intégration système !][902] CR", "RE: Réponse automatique : absent")
    )
    return _headed(_body(chance), Subject=str(Header(subject, "utf-8")), Auto_Submitted="no")


def word_with_a_card(chance: random.Random) -> Message:
    kind, name = chance.choice((("vcard", "moi.vcf"), ("x-vcard", "contact.vcf"), ("calendar", "invite.ics")))
    part = MIMEText("BEGIN:X", kind)
    part["Content-Disposition"] = f'attachment; filename="{name}"'
    return _multi("mixed", _body(chance), part)


def signed_word(chance: random.Random) -> Message:
    mark = MIMEApplication(b"signature", "pkcs7-signature", name="smime.p7s")
    return _multi("signed", _body(chance), mark)


def word_of_the_administrator(chance: random.Random) -> Message:
    return _headed(_words(chance), From="postmaster@ch-fictif.mssante.fr", Subject="Votre demande de BAL")


_WRITERS: dict[str, tuple[Writer, ...]] = {
    "document": (
        *(xdm_report, xdm_report, xdm_report, letter, letter, letter, bare_document, telephone_photo),
        *(forwarded_letter, digest_of_letters, signed_letter, encrypted_letter, results_of_a_machine),
        *(vacation_with_a_leaflet, receipt_that_returns_the_letter, bounce_that_returns_the_letter),
        *(bounce_that_returns_it_as_text, document_in_a_report_s_place, newsletter_with_a_document),
        boundary_that_does_not_fit,
    ),
    "receipt": (receipt_of_software, receipt_of_a_person, receipt_ko, receipt_ko_as_plain_mail),
    "bounce": (bounce_by_the_book, bounce_by_the_book, bounce_of_an_old_program, bounce_of_exim),
    "autoreply": (vacation, vacation, vacation_of_other_programs),
    "notification": (newsletter, newsletter, notice),
    "patient": (patient, patient),
    "other": (
        *(word_of_a_colleague, word_of_a_colleague, word_with_a_card, signed_word),
        word_of_the_administrator,
    ),
}
WRITERS = [(truth, write) for truth, writers in _WRITERS.items() for write in writers]
