"""What a message is: a table of real-looking cases, then the promise that no document is called a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.i18n import set_language
from balt.mail.kinds import Classified, classify
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


def doc(
    name: str,
    root: Part,
    headers: Mapping[str, str],
    content: Content,
    failed: bool = False,
    cda: bool = False,
    kind: Kind = Kind.DOCUMENT,
) -> Case:
    return Case(name, root, headers, kind, content, True, failed, cda)


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
    Case("receipt", mdn(), DPI, Kind.RECEIPT),
    Case("receipt with the headers back", mdn(HEADERS_BACK), DPI, Kind.RECEIPT),
    Case("receipt with a plain message back", mdn(forwarded(TEXT)), DPI, Kind.RECEIPT),
    Case("receipt with a logo", mdn(LOGO), DPI, Kind.RECEIPT),
    Case("receipt signed", tree("signed", mdn(), leaf("application/pkcs7-signature")), DPI, Kind.RECEIPT),
    Case(
        "receipt without its report type",
        tree("report", TEXT, leaf("message/disposition-notification")),
        DPI,
        Kind.RECEIPT,
    ),
    Case("failed integration", mdn(), KO, Kind.RECEIPT, failed=True),
    Case("failed integration, plain mail", TEXT, KO_PLAIN, Kind.RECEIPT, failed=True),
    Case(
        "talk about a failure",
        TEXT,
        {**COLLEAGUE, "Subject": "RE: " + KO["Subject"]},
        Kind.OTHER,
        failed=True,
    ),
    # bounces
    Case("mailbox full", dsn(HEADERS_BACK), {**DAEMON, "Auto-Submitted": "auto-replied"}, Kind.BOUNCE),
    Case("exchange bounce", dsn(leaf("text/plain", "headers.txt", 500)), DAEMON, Kind.BOUNCE),
    Case("old style bounce", TEXT, DAEMON, Kind.BOUNCE),
    Case("exim bounce", TEXT, {**COLLEAGUE, "X-Failed-Recipients": "a@ch-fictif.mssante.fr"}, Kind.BOUNCE),
    Case(
        "no return path, undelivered",
        TEXT,
        {"From": "postmaster@x.mssante.fr", "Subject": "Non remis : avis", "Return-Path": "<>"},
        Kind.BOUNCE,
    ),
    # automatic replies
    Case("vacation", TEXT, VACATION, Kind.AUTOREPLY),
    Case("vacation without return path", TEXT, {**VACATION, "Return-Path": "<>"}, Kind.AUTOREPLY),
    Case("exchange vacation", TEXT, {**VACATION, "Auto-Submitted": "auto-generated"}, Kind.AUTOREPLY),
    Case("vacation of a patient", TEXT, {**VACATION, **PATIENT}, Kind.AUTOREPLY),
    Case("claims to be automatic, no header", TEXT, {**VACATION, "Auto-Submitted": "no"}, Kind.OTHER),
    # patients
    Case("patient", TEXT, PATIENT, Kind.PATIENT),
    Case("end of an exchange", TEXT, {**COLLEAGUE, "X-MSS-MES": "FIN"}, Kind.PATIENT),
    doc("patient with a photo", tree("mixed", TEXT, PHOTO), PATIENT, Content.IMAGE, kind=Kind.PATIENT),
    doc(
        "structured document in such an exchange",
        tree("mixed", TEXT, XDM),
        {**LAB, "X-MSS-MES": "FIN"},
        Content.XDM,
    ),
    Case(
        "patient's address as a name",
        TEXT,
        {"From": '"a@patient.mssante.fr" <pub@x.example>', "Subject": ""},
        Kind.OTHER,
    ),
    # the rest
    Case("plain letter", TEXT, COLLEAGUE, Kind.OTHER),
    Case("letter with a logo", tree("related", HTML, LOGO), COLLEAGUE, Kind.OTHER),
    Case("logo with no disposition", tree("related", HTML, replace(LOGO, disposition="")), LAB, Kind.OTHER),
    Case(
        "visiting card",
        tree("mixed", TEXT, leaf("text/vcard", "moi.vcf")),
        COLLEAGUE,
        Kind.OTHER,
        Content.FILE,
    ),
    Case("invitation", tree("alternative", TEXT, leaf("text/calendar")), COLLEAGUE, Kind.OTHER),
    Case(
        "signed letter",
        tree("signed", TEXT, leaf("application/pkcs7-signature", "smime.p7s")),
        COLLEAGUE,
        Kind.OTHER,
        Content.FILE,
    ),
    Case("notification", TEXT, {**LAB, "Auto-Submitted": "auto-generated"}, Kind.OTHER),
    Case("empty", tree("mixed"), {}, Kind.OTHER),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_message_is_what_it_looks_like(case: Case) -> None:
    found = classify(case.root, case.headers)
    assert found == Classified(case.kind, case.content, case.cda, case.failed, case.document, found.reason), (
        found.reason
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_case_has_a_reason(language: str) -> None:
    set_language(language)
    assert all(classify(case.root, case.headers).reason for case in CASES)


def test_header_names_are_read_in_any_case() -> None:
    assert classify(TEXT, {"X-Mss-CodeCDA": "11502-2"}).has_cda


PAPERS = [
    XDM,
    PDF,
    PHOTO,
    leaf("text/xml", "cda.xml"),
    leaf("application/pdf"),
    leaf("image/gif", "x.gif", 50),
]
HARMLESS = [TEXT, HTML, LOGO, HEADERS_BACK]
CONTAINERS = ["mixed", "alternative", "related", "report", "signed", "parallel"]


def bundles(leaves: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda kind, parts: tree(kind, *parts), st.sampled_from(CONTAINERS), st.lists(inner)),
            st.builds(forwarded, inner),
        ),
        max_leaves=8,
    )


@given(
    st.sampled_from(PAPERS),
    st.lists(bundles(st.sampled_from([*HARMLESS, *PAPERS])), max_size=3),
    st.integers(0, 6),
    st.sampled_from([DPI, KO, DAEMON, VACATION, PATIENT, COLLEAGUE, {**DPI, "Return-Path": "<>"}]),
    st.sampled_from(["disposition-notification", "delivery-status"]),
)
def test_a_document_is_never_called_a_receipt_however_deep_it_lies(
    paper: Part, others: list[Part], depth: int, headers: Mapping[str, str], report: str
) -> None:
    buried = paper
    for level in range(depth):
        buried = forwarded(tree("mixed", TEXT, buried)) if level % 2 else tree("report", TEXT, buried)
    root = tree("report", TEXT, leaf(f"message/{report}"), *others, buried, report_type=report)
    found = classify(root, headers)
    assert found.holds_document
    assert found.content is not Content.NONE
    assert found.kind in (Kind.DOCUMENT, Kind.PATIENT)


@given(
    bundles(st.sampled_from([TEXT, HTML, HEADERS_BACK, leaf("message/disposition-notification")])),
    st.sampled_from([DPI, DAEMON, VACATION, PATIENT, COLLEAGUE]),
)
def test_a_message_without_a_document_is_not_said_to_hold_one(root: Part, headers: Mapping[str, str]) -> None:
    found = classify(root, headers)
    assert not found.holds_document
    assert found.kind is not Kind.DOCUMENT
