"""What a message is: a table of real-looking cases, then the promise that no document is called a receipt."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.i18n import set_language
from balt.mail.kinds import Classified, classify
from balt.mail.model import Content, Kind
from balt.mail.structure import Part
from tests.mail.kind_cases import (
    CASES,
    COLLEAGUE,
    DAEMON,
    DPI,
    HEADERS_BACK,
    HTML,
    KO,
    LOGO,
    PATIENT,
    PDF,
    PHOTO,
    TEXT,
    VACATION,
    XDM,
    Case,
    forwarded,
    leaf,
    tree,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_message_is_what_it_looks_like(case: Case) -> None:
    found = classify(case.root, case.headers)
    assert found == Classified(case.kind, case.content, case.cda, case.failed, case.document, case.reason)


def test_every_reason_is_translated() -> None:
    set_language("en")
    assert not {case.reason for case in CASES} & {classify(case.root, case.headers).reason for case in CASES}


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
            st.builds(
                lambda kind, parts: tree(kind, *parts),
                st.sampled_from(CONTAINERS),
                st.lists(inner, min_size=1),
            ),
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


ODD_TYPES = st.one_of(
    st.sampled_from(
        [
            *("application/octet-stream", "application/ms-tnef", "application/pkcs7-mime", "application/zip"),
            *("application/x-inconnu", "text/xml", "text/rtf", "text/csv", "text/x-hprim", "image/jpeg"),
            *("audio/mpeg", "model/essai", "message/partial", "message/external-body", "message/rfc822"),
            *("application/cda+xml", "font/otf", "x-essai/y"),
        ]
    ),
    st.from_regex(r"(application|x-[a-z]{1,5}|video|model)/[a-z0-9.+-]{1,12}", fullmatch=True),
)
HARMLESS_TYPES = st.sampled_from(
    [
        *("text/plain", "text/html", "text/calendar", "text/vcard", "text/rfc822-headers"),
        *("message/delivery-status", "message/disposition-notification", "application/pkcs7-signature"),
    ]
)
ENDINGS = st.sampled_from(
    ["pdf", "zip", "xml", "hpr", "docx", "jpg", "tiff", "p7m", "dcm", "hl7", "eml", "xyz"]
)
NAMES = st.builds(
    lambda stem, ending, upper, tail: (f"{stem}.{ending}".upper() if upper else f"{stem}.{ending}") + tail,
    st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=12),
    ENDINGS,
    st.booleans(),
    st.sampled_from(["", " ", ".", ";", "\t"]),
)
DISPOSITIONS = st.sampled_from(["", "inline", "attachment", "fichier", "form-data"])


def part_of(content_type: str, name: str, size: int, disposition: str, encoding: str, in_type: bool) -> Part:
    """A part that has its name in its disposition or only in its type."""
    params = {"name": name} if in_type and name else {}
    return Part("", content_type, params, "" if in_type else name, encoding, size, disposition)


ENCODINGS = st.sampled_from(["", "7bit", "base64", "quoted-printable", "x-inconnu"])
BEARING = st.one_of(
    # whatever its type: a name that no text of a person and no part of a machine has
    st.builds(part_of, st.one_of(ODD_TYPES, HARMLESS_TYPES), NAMES, st.integers(60_000, 10**8), DISPOSITIONS,
              ENCODINGS, st.booleans()),
    # whatever its name, none included: a type that is not known to be harmless
    st.builds(part_of, ODD_TYPES, st.one_of(st.just(""), NAMES), st.integers(60_000, 10**8), DISPOSITIONS,
              ENCODINGS, st.booleans()),
    # a text that is attached
    st.builds(part_of, st.sampled_from(["text/plain", "text/html"]), st.just(""), st.integers(1, 10**8),
              st.sampled_from(["attachment", "fichier"]), ENCODINGS, st.booleans()),
    # more text than anybody writes
    st.builds(part_of, HARMLESS_TYPES, st.just(""), st.integers(300_000, 10**8), DISPOSITIONS, ENCODINGS,
              st.booleans()),
    st.builds(lambda kind: tree(kind), st.sampled_from(CONTAINERS)),
)  # fmt: skip
ANY_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "From": st.sampled_from(
            [DPI["From"], DAEMON["From"], COLLEAGUE["From"], "noreply@x.example", "", "<>"]
        ),
        "Subject": st.one_of(
            st.sampled_from([KO["Subject"], VACATION["Subject"], DAEMON["Subject"]]), st.text()
        ),
        "Return-Path": st.sampled_from(["<>", "<a@x>"]),
        "Auto-Submitted": st.sampled_from(["auto-generated", "auto-replied", "AUTO-REPLIED", "no"]),
        "X-Autoreply": st.just("yes"),
        "X-Failed-Recipients": st.just("a@x"),
        "List-Id": st.just("<l.example>"),
        "List-Unsubscribe": st.just("<mailto:a@x>"),
        "Precedence": st.sampled_from(["bulk", "list", "junk", "auto_reply"]),
        "X-MSS-MES": st.just("FIN"),
    },
)


@given(
    BEARING,
    st.lists(bundles(st.sampled_from([*HARMLESS, *PAPERS])), max_size=3),
    st.lists(st.sampled_from([*CONTAINERS, "digest", "encrypted", "message/rfc822", "x-odd"]), max_size=12),
    ANY_HEADERS,
    st.sampled_from(["disposition-notification", "delivery-status", ""]),
)
def test_whatever_may_be_a_document_is_kept_whatever_is_around_it(
    bearing: Part, others: list[Part], wraps: list[str], headers: Mapping[str, str], report: str
) -> None:
    buried = bearing
    for wrap in wraps:
        buried = forwarded(buried) if wrap == "message/rfc822" else tree(wrap, TEXT, buried)
    machine = [leaf(f"message/{report}", size=400)] if report else []
    root = tree("report", TEXT, *machine, *others, buried, report_type=report) if report else buried
    found = classify(root, headers)
    assert found.holds_document
    assert found.kind in (Kind.DOCUMENT, Kind.PATIENT)
    assert found.reason
