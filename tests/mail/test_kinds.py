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
