"""Real-looking messages, what each is, and the reason that the app shows for it.

Built from what mail programs and MSSanté software send: structures as a server tells them, headers decoded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from balt.mail.model import Content, Kind
from balt.mail.structure import Part

COLLEAGUE = {"From": '"Dr Zoé MARTIN-TEST" <zoe.martin-test@medecin.mssante.fr>', "Subject": "Avis cardio"}
LAB = {"From": "resultats@labo-fictif.mssante.fr", "Subject": "CR d'examens TESTPATIENT ALIX"}
DPI = {"From": "dpi.integration@ch-fictif.mssante.fr", "Subject": "Accusé d'intégration"}
DAEMON = {"From": "MAILER-DAEMON@ch-fictif.mssante.fr", "Subject": "Undelivered Mail Returned to Sender"}
VACATION = {**COLLEAGUE, "Auto-Submitted": "auto-replied", "Subject": "Réponse automatique : adresse fermée"}
PATIENT = {"From": "Alix TESTPATIENT <299999999999934@patient.mssante.fr>", "Subject": "Question"}
KO = {**DPI, "Subject": "[KO Intégration système !][902] XDM/1.0/DDM+CR d'examens TESTPATIENT"}
KO_PLAIN = {**DPI, "Subject": "[Erreur d’intégration !][902] CR d'examens TESTPATIENT"}


def leaf(content_type: str, name: str = "", size: int = 90_000, disposition: str = "", **more: str) -> Part:
    return Part("", content_type, more, name, "base64", size, disposition or ("attachment" if name else ""))


def tree(subtype: str, *children: Part, **params: str) -> Part:
    named = {key.replace("_", "-"): value for key, value in params.items()}
    return Part("", f"multipart/{subtype}", named, children=children)


def forwarded(message: Part, name: str = "") -> Part:
    return Part("", "message/rfc822", {}, name, "", 100_000, "", (message,))


def mdn(*more: Part) -> Part:
    machine = leaf("message/disposition-notification")
    return tree("report", TEXT, machine, *more, report_type="disposition-notification")


def dsn(*more: Part) -> Part:
    return tree("report", TEXT, leaf("message/delivery-status"), *more, report_type="delivery-status")


TEXT = leaf("text/plain", size=800)
HTML = leaf("text/html", size=4_000)
XDM = leaf("application/zip", "IHE_XDM.zip")
PDF = leaf("application/pdf", "20261112_CR-BIO_0001.pdf")
PHOTO = leaf("image/jpeg", "plaie.jpg", 2_000_000)
LOGO = leaf("image/png", "image001.png", 9_000, "inline")
LETTER = tree("mixed", TEXT, PDF)
HEADERS_BACK = leaf("text/rfc822-headers", size=900)


@dataclass(frozen=True)
class Case:
    name: str
    root: Part
    headers: Mapping[str, str]
    kind: Kind
    content: Content = Content.NONE
    document: bool = False
    failed: bool = False
    cda: bool = False
    reason: str = ""


BY_CONTENT = {
    Content.XDM: "porte un dossier XDM",
    Content.PDF: "porte un PDF",
    Content.IMAGE: "porte une image",
    Content.FILE: "porte un fichier",
    Content.NONE: "annoncé comme document structuré",
}
RECEIPT = "accusé de réception ou d'intégration"
KO_SUBJECT = "échec d'intégration dit dans l'objet"
BOUNCE = "avis de non-remise"
AUTO = "réponse automatique"
BY_A_MACHINE = "message d'un automate, sans document"
BY_A_LIST = "message d'une liste ou lettre d'information, sans document"
TO_MANY = "message envoyé en nombre, sans document"
NO_REPLY = "d'un expéditeur qui ne lit pas les réponses, sans document"
NOTHING = "message sans document"
EXCHANGE = "échange avec un patient"
UNSEEN = "contenu que sa structure ne montre pas"
LONG = "texte très long, qui peut contenir un document"


def doc(
    name: str,
    root: Part,
    headers: Mapping[str, str],
    content: Content,
    failed: bool = False,
    cda: bool = False,
    kind: Kind = Kind.DOCUMENT,
    reason: str = "",
) -> Case:
    told = "document structuré CDA" if cda and content is Content.FILE else BY_CONTENT[content]
    told = f"échec d'intégration, {told}" if failed else told
    return Case(name, root, headers, kind, content, True, failed, cda, reason or told)


def case(
    name: str,
    root: Part,
    headers: Mapping[str, str],
    kind: Kind,
    reason: str,
    content: Content = Content.NONE,
    *,
    failed: bool = False,
) -> Case:
    return Case(name, root, headers, kind, content, failed=failed, reason=reason)


CODECDA = {**LAB, "X-MSS-CODECDA": "11502-2"}
CASES = [
    # structured documents
    doc("lab report", tree("mixed", TEXT, XDM, PDF), CODECDA, Content.XDM, cda=True),
    doc("xdm alone", tree("mixed", TEXT, XDM), LAB, Content.XDM),
    doc("xdm in capitals", tree("mixed", TEXT, replace(XDM, filename="IHE_XDM.ZIP")), LAB, Content.XDM),
    doc(
        "xdm as octets",
        tree("mixed", TEXT, leaf("application/octet-stream", "ihe_xdm.zip")),
        LAB,
        Content.XDM,
    ),
    doc("xdm copied twice", tree("mixed", TEXT, replace(XDM, filename="IHE_XDM (1).zip")), LAB, Content.XDM),
    doc("xdm is the whole message", XDM, LAB, Content.XDM),
    doc(
        "renamed zip", tree("mixed", TEXT, leaf("application/zip", "cr.zip")), CODECDA, Content.XDM, cda=True
    ),
    doc("announced by its header alone", TEXT, CODECDA, Content.NONE, cda=True),
    doc("cda as xml", tree("mixed", TEXT, leaf("text/xml", "cr_CDA.xml")), LAB, Content.FILE, cda=True),
    doc("any xml", tree("mixed", TEXT, leaf("application/xml", "resultats.xml")), LAB, Content.FILE),
    # letters, images, files
    doc("letter in pdf", LETTER, COLLEAGUE, Content.PDF),
    doc("pdf is the whole message", leaf("application/pdf"), COLLEAGUE, Content.PDF),
    doc("pdf without a name", tree("mixed", TEXT, leaf("application/pdf")), COLLEAGUE, Content.PDF),
    doc("pdf shown inline", tree("mixed", TEXT, replace(PDF, disposition="inline")), COLLEAGUE, Content.PDF),
    doc("pdf as octets", tree("mixed", TEXT, leaf("application/octet-stream", "CR.PDF")), LAB, Content.PDF),
    doc("pdf said to be text", tree("mixed", TEXT, leaf("text/plain", "cr.pdf")), LAB, Content.PDF),
    doc("photo of a wound", tree("mixed", TEXT, PHOTO), COLLEAGUE, Content.IMAGE),
    doc(
        "large photo inline", tree("related", HTML, replace(PHOTO, disposition="inline")), LAB, Content.IMAGE
    ),
    doc("small scan attached", tree("mixed", TEXT, leaf("image/tiff", "ecg.tif", 9_000)), LAB, Content.IMAGE),
    doc("image alone", leaf("image/jpeg", "ecg.jpg", 9_000, "inline"), COLLEAGUE, Content.IMAGE),
    doc("image of unknown size", tree("mixed", TEXT, replace(LOGO, size=0)), COLLEAGUE, Content.IMAGE),
    doc(
        "letter in a word processor",
        tree("mixed", TEXT, leaf("application/msword", "courrier.doc")),
        COLLEAGUE,
        Content.FILE,
    ),
    doc("results as text (HPRIM)", tree("mixed", TEXT, leaf("text/plain", "res.hpr")), LAB, Content.FILE),
    doc("unknown octets", tree("mixed", TEXT, leaf("application/octet-stream")), COLLEAGUE, Content.FILE),
    doc("dicom", tree("mixed", TEXT, leaf("application/dicom", "irm.dcm")), LAB, Content.FILE),
    doc("encrypted", leaf("application/pkcs7-mime", "smime.p7m"), COLLEAGUE, Content.FILE),
    doc("outlook's own wrapping", tree("mixed", TEXT, leaf("application/ms-tnef")), COLLEAGUE, Content.FILE),
    doc("letter forwarded as a message", tree("mixed", TEXT, forwarded(LETTER)), COLLEAGUE, Content.PDF),
    doc("forward that cannot be seen into", tree("mixed", TEXT, leaf("message/rfc822")), LAB, Content.FILE),
    # documents that come dressed as something else
    doc("receipt that returns the pdf", mdn(forwarded(LETTER)), DPI, Content.PDF),
    doc("receipt with an xdm beside", mdn(XDM), DPI, Content.XDM),
    doc("receipt with an xdm around", tree("mixed", mdn(), XDM), DPI, Content.XDM),
    doc("failed receipt that returns the document", mdn(XDM, PDF), KO, Content.XDM, failed=True),
    doc("failed plain mail with the document", LETTER, KO_PLAIN, Content.PDF, failed=True),
    doc("bounce that returns the letter", dsn(forwarded(LETTER)), DAEMON, Content.PDF),
    doc(
        "bounce that returns a forward of a letter",
        dsn(forwarded(tree("mixed", forwarded(LETTER)))),
        DAEMON,
        Content.PDF,
    ),
    doc(
        "pdf in place of the machine's part",
        tree("report", TEXT, PDF, report_type="disposition-notification"),
        DPI,
        Content.PDF,
    ),
    doc(
        "machine's part named as a pdf",
        tree("report", TEXT, leaf("message/disposition-notification", "cr.pdf")),
        DPI,
        Content.PDF,
    ),
    doc("results sent by a machine", LETTER, {**LAB, "Auto-Submitted": "auto-generated"}, Content.PDF),
    doc("automatic reply with a leaflet", LETTER, VACATION, Content.PDF),
    doc("results without return path", LETTER, {**LAB, "Return-Path": "<>"}, Content.PDF),
    # receipts
    case("receipt", mdn(), DPI, Kind.RECEIPT, RECEIPT),
    case("receipt with the headers back", mdn(HEADERS_BACK), DPI, Kind.RECEIPT, RECEIPT),
    case("receipt with a plain message back", mdn(forwarded(TEXT)), DPI, Kind.RECEIPT, RECEIPT),
    case("receipt with a logo", mdn(LOGO), DPI, Kind.RECEIPT, RECEIPT),
    case(
        "receipt signed",
        tree("signed", mdn(), leaf("application/pkcs7-signature")),
        DPI,
        Kind.RECEIPT,
        RECEIPT,
    ),
    case(
        "receipt without its report type",
        tree("report", TEXT, leaf("message/disposition-notification")),
        DPI,
        Kind.RECEIPT,
        RECEIPT,
    ),
    case("failed integration", mdn(), KO, Kind.RECEIPT, KO_SUBJECT, failed=True),
    case("failed integration, plain mail", TEXT, KO_PLAIN, Kind.RECEIPT, KO_SUBJECT, failed=True),
    case(
        "talk about a failure",
        TEXT,
        {**COLLEAGUE, "Subject": "RE: " + KO["Subject"]},
        Kind.OTHER,
        NOTHING,
        failed=True,
    ),
    # bounces
    case(
        "mailbox full", dsn(HEADERS_BACK), {**DAEMON, "Auto-Submitted": "auto-replied"}, Kind.BOUNCE, BOUNCE
    ),
    case("exchange bounce", dsn(leaf("text/plain", "headers.txt", 500)), DAEMON, Kind.BOUNCE, BOUNCE),
    case("old style bounce", TEXT, DAEMON, Kind.BOUNCE, BOUNCE),
    case(
        "exim bounce",
        TEXT,
        {**COLLEAGUE, "X-Failed-Recipients": "a@ch-fictif.mssante.fr"},
        Kind.BOUNCE,
        BOUNCE,
    ),
    case(
        "no return path, undelivered",
        TEXT,
        {"From": "postmaster@x.mssante.fr", "Subject": "Non remis : avis", "Return-Path": "<>"},
        Kind.BOUNCE,
        BOUNCE,
    ),
    # automatic replies
    case("vacation", TEXT, VACATION, Kind.AUTOREPLY, AUTO),
    case("vacation without return path", TEXT, {**VACATION, "Return-Path": "<>"}, Kind.AUTOREPLY, AUTO),
    case("exchange vacation", TEXT, {**VACATION, "Auto-Submitted": "auto-generated"}, Kind.AUTOREPLY, AUTO),
    case("vacation of a patient", TEXT, {**VACATION, **PATIENT}, Kind.AUTOREPLY, AUTO),
    case(
        "claims to be automatic, no header", TEXT, {**VACATION, "Auto-Submitted": "no"}, Kind.OTHER, NOTHING
    ),
    # patients
    case("patient", TEXT, PATIENT, Kind.PATIENT, EXCHANGE),
    case("end of an exchange", TEXT, {**COLLEAGUE, "X-MSS-MES": "FIN"}, Kind.PATIENT, EXCHANGE),
    doc("patient with a photo", tree("mixed", TEXT, PHOTO), PATIENT, Content.IMAGE, kind=Kind.PATIENT),
    doc(
        "structured document in such an exchange",
        tree("mixed", TEXT, XDM),
        {**LAB, "X-MSS-MES": "FIN"},
        Content.XDM,
    ),
    case(
        "patient's address as a name",
        TEXT,
        {"From": '"a@patient.mssante.fr" <pub@x.example>', "Subject": ""},
        Kind.OTHER,
        NOTHING,
    ),
    # the rest
    case("plain letter", TEXT, COLLEAGUE, Kind.OTHER, NOTHING),
    case("letter with a logo", tree("related", HTML, LOGO), COLLEAGUE, Kind.OTHER, NOTHING),
    case(
        "logo with no disposition",
        tree("related", HTML, replace(LOGO, disposition="")),
        LAB,
        Kind.OTHER,
        NOTHING,
    ),
    case(
        "visiting card",
        tree("mixed", TEXT, leaf("text/vcard", "moi.vcf")),
        COLLEAGUE,
        Kind.OTHER,
        NOTHING,
        Content.FILE,
    ),
    case("invitation", tree("alternative", TEXT, leaf("text/calendar")), COLLEAGUE, Kind.OTHER, NOTHING),
    case(
        "signed letter",
        tree("signed", TEXT, leaf("application/pkcs7-signature", "smime.p7s")),
        COLLEAGUE,
        Kind.OTHER,
        NOTHING,
        Content.FILE,
    ),
    case("notification", TEXT, {**LAB, "Auto-Submitted": "auto-generated"}, Kind.NOTIFICATION, BY_A_MACHINE),
    # a machine, a list, a newsletter
    case(
        "quota warning of the operator",
        TEXT,
        {"From": "no-reply@operateur-fictif.mssante.fr", "Subject": "Votre BAL est remplie à 80 %"},
        Kind.NOTIFICATION,
        NO_REPLY,
    ),
    case(
        "reminder of a calendar",
        tree("alternative", TEXT, HTML, leaf("text/calendar", "invite.ics", 2_000)),
        {**COLLEAGUE, "Auto-Submitted": "auto-generated; calendar"},
        Kind.NOTIFICATION,
        BY_A_MACHINE,
        Content.FILE,
    ),
    case(
        "notified of a change",
        TEXT,
        {**LAB, "Auto-Submitted": "Auto-Notified"},
        Kind.NOTIFICATION,
        BY_A_MACHINE,
    ),
    case(
        "newsletter of the agency",
        tree("alternative", TEXT, tree("related", HTML, LOGO)),
        {"From": "lettre@ans-fictif.example", "List-Id": "Lettre MSS <lettre.ans-fictif.example>"},
        Kind.NOTIFICATION,
        BY_A_LIST,
    ),
    case(
        "newsletter that only tells how to leave it",
        tree("alternative", TEXT, HTML),
        {"From": "info@urps-fictif.example", "List-Unsubscribe": "<https://urps-fictif.example/d?u=1>"},
        Kind.NOTIFICATION,
        BY_A_LIST,
    ),
    case(
        "word of a colleague through a list",
        TEXT,
        {**COLLEAGUE, "List-Id": "<rcp-onco.chu-fictif.mssante.fr>", "Precedence": "list"},
        Kind.NOTIFICATION,
        BY_A_LIST,
    ),
    case(
        "sent to many by an old program",
        TEXT,
        {"From": "cpts@cpts-fictive.mssante.fr", "Subject": "Garde de décembre", "Precedence": "bulk"},
        Kind.NOTIFICATION,
        TO_MANY,
    ),
    case(
        "nobody reads the answers",
        HTML,
        {
            "From": "Ne pas répondre <ne-pas-repondre@portail-fictif.mssante.fr>",
            "Subject": "Nouveau document",
        },
        Kind.NOTIFICATION,
        NO_REPLY,
    ),
    case(
        "a department's machine",
        TEXT,
        {"From": "labo.noreply@ch-fictif.mssante.fr", "Subject": "Examen disponible"},
        Kind.NOTIFICATION,
        NO_REPLY,
    ),
    case(
        "forward from such an address",
        TEXT,
        {"From": "noreply@ch-fictif.mssante.fr", "Subject": "TR: avis cardio"},
        Kind.OTHER,
        NOTHING,
    ),
    case(
        "a name that only begins like one",
        TEXT,
        {"From": "norepl.y-martin@medecin.mssante.fr", "Subject": "Avis"},
        Kind.OTHER,
        NOTHING,
    ),
    case("said not to be automatic", TEXT, {**COLLEAGUE, "Auto-Submitted": "no"}, Kind.OTHER, NOTHING),
    case(
        "patient through a machine",
        TEXT,
        {**PATIENT, "Auto-Submitted": "auto-generated"},
        Kind.PATIENT,
        EXCHANGE,
    ),
    doc("newsletter with a leaflet", LETTER, {**LAB, "List-Id": "<l.example>"}, Content.PDF),
    doc(
        "results from an address without answers",
        tree("mixed", TEXT, XDM),
        {"From": "noreply@labo-fictif.mssante.fr", "Subject": "Résultats", "Precedence": "bulk"},
        Content.XDM,
    ),
    # automatic replies of older programs
    case(
        "vacation of an old program",
        TEXT,
        {**VACATION, "Auto-Submitted": "", "Precedence": "bulk"},
        Kind.AUTOREPLY,
        AUTO,
    ),
    case("vacation that says so", TEXT, {**COLLEAGUE, "Precedence": "auto_reply"}, Kind.AUTOREPLY, AUTO),
    case(
        "vacation with a header of its own", TEXT, {**COLLEAGUE, "X-Autoreply": "yes"}, Kind.AUTOREPLY, AUTO
    ),
    # receipts as mail programs write them
    case(
        "receipt of Thunderbird",
        tree(
            "report",
            TEXT,
            leaf("message/disposition-notification", "MDNPart2.txt", 400, "inline"),
            leaf("text/rfc822-headers", "MDNPart3.txt", 1_900, "inline"),
            report_type="disposition-notification",
        ),
        {**COLLEAGUE, "Subject": "Accusé de lecture (affiché) - Avis"},
        Kind.RECEIPT,
        RECEIPT,
        Content.FILE,
    ),
    case(
        "receipt in Unicode",
        tree("report", TEXT, leaf("message/global-disposition-notification", size=500)),
        DPI,
        Kind.RECEIPT,
        RECEIPT,
    ),
    case("receipt through a list", tree("mixed", mdn(), TEXT), DPI, Kind.RECEIPT, RECEIPT),
    case(
        "bounce in Unicode",
        tree("report", TEXT, leaf("message/global-delivery-status", size=500)),
        DAEMON,
        Kind.BOUNCE,
        BOUNCE,
    ),
    # documents in odd clothes
    doc(
        "results named as text in a report",
        dsn(leaf("text/plain", "resultats.txt", 900)),
        DAEMON,
        Content.FILE,
    ),
    doc(
        "a long text in a report, named as machines name theirs",
        tree("report", TEXT, leaf("message/feedback-report"), leaf("text/plain", "details.txt", 5_000_000)),
        LAB,
        Content.FILE,
        reason="texte très long, qui peut contenir un document",
    ),
    doc(
        "two names, one of a document",
        tree("report", TEXT, replace(leaf("text/plain", "headers.txt", 900), params={"name": "cr.pdf"})),
        DPI,
        Content.PDF,
    ),
    doc(
        "a card that is a document",
        tree("mixed", TEXT, leaf("text/vcard", "resultats.txt")),
        LAB,
        Content.FILE,
    ),
    doc(
        "a signature that is a letter",
        tree("mixed", TEXT, leaf("application/pkcs7-signature", "courrier.doc")),
        LAB,
        Content.FILE,
    ),
    doc("a signature of nothing", leaf("application/pkcs7-signature", "smime.p7s"), LAB, Content.FILE),
    doc(
        "a machine's part as long as a file",
        mdn(leaf("message/disposition-notification", size=900_000)),
        DPI,
        Content.FILE,
        reason=LONG,
    ),
    doc(
        "a name with a dot behind",
        tree("mixed", TEXT, leaf("application/octet-stream", "CR.pdf. ")),
        LAB,
        Content.PDF,
    ),
    doc(
        "an unknown disposition",
        tree("mixed", TEXT, leaf("text/plain", size=900, disposition="fichier")),
        LAB,
        Content.FILE,
    ),
    doc(
        "a text without a name, attached",
        mdn(leaf("text/plain", size=900, disposition="attachment")),
        DPI,
        Content.FILE,
    ),
    doc("a very long text", leaf("text/plain", size=3_000_000), COLLEAGUE, Content.FILE, reason=LONG),
    doc(
        "a whole mail returned as text",
        leaf("text/plain", size=90_000),
        DAEMON,
        Content.FILE,
        reason="avis de non-remise qui rend un long texte",
    ),
    doc(
        "a small photo of a telephone",
        tree("mixed", TEXT, leaf("image/jpeg", "IMG_2041.jpg", 20_000, "inline")),
        COLLEAGUE,
        Content.IMAGE,
    ),
    doc("part of a mail sent in pieces", leaf("message/partial"), COLLEAGUE, Content.FILE),
    doc("mail kept elsewhere", tree("mixed", TEXT, leaf("message/external-body")), COLLEAGUE, Content.FILE),
    doc(
        "encrypted by PGP",
        tree("encrypted", leaf("application/pgp-encrypted", size=12), leaf("application/octet-stream")),
        COLLEAGUE,
        Content.FILE,
    ),
    doc("a page of the archive", tree("mixed", TEXT, leaf("text/html", "INDEX.HTM")), LAB, Content.FILE),
    doc("sound", tree("mixed", TEXT, leaf("audio/mpeg", "dictee.mp3")), COLLEAGUE, Content.FILE),
    # what cannot be seen
    doc("empty", tree("mixed"), {}, Content.FILE, reason=UNSEEN),
    doc(
        "a receipt whose parts were not found",
        tree("report", report_type="disposition-notification"),
        DPI,
        Content.FILE,
        reason=UNSEEN,
    ),
    doc(
        "a boundary that was not found",
        tree("report", leaf("text/plain", size=0), report_type="delivery-status"),
        DAEMON,
        Content.FILE,
        reason=UNSEEN,
    ),
    case("not a word", leaf("text/plain", size=0), COLLEAGUE, Kind.OTHER, NOTHING),
]
