"""Sixteen bits tell of a message what its structure says, and no name."""

from array import array
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from balt.mail.facts import UNREAD_FACTS, Facts, facts_of, read_facts, unfiled_documents
from balt.mail.model import Attachment, Content, Flag, Kind, MessageDetail

attachments = st.builds(
    Attachment,
    part=st.just("2"),
    filename=st.sampled_from(["", "EXEMPLE.pdf", "EXEMPLE.PDF", "photo.png", "pdf", "x.pdf.exe"]),
    content_type=st.sampled_from(["application/pdf", "image/png", "application/octet-stream", "text/plain"]),
    encoded_size=st.integers(0, 10**9),
)
details = st.builds(
    MessageDetail,
    sender=st.text(max_size=5),
    subject=st.text(max_size=5),
    kind=st.sampled_from(Kind),
    content=st.sampled_from(Content),
    has_cda=st.booleans(),
    failed=st.booleans(),
    holds_document=st.booleans(),
    attachments=st.lists(attachments, max_size=3).map(tuple),
    readable=st.booleans(),
    receipt=st.booleans(),
)


def holds_pdf(detail: MessageDetail) -> bool:
    return detail.content is Content.PDF or any(
        each.content_type == "application/pdf" or each.filename.lower().endswith(".pdf")
        for each in detail.attachments
    )


def holds_image(detail: MessageDetail) -> bool:
    return detail.content is Content.IMAGE or any(
        each.content_type == "image/png" for each in detail.attachments
    )


@given(details)
def test_facts_come_back_as_they_were_packed(detail: MessageDetail) -> None:
    packed = facts_of(detail)
    assert UNREAD_FACTS < packed < 2**16
    assert read_facts(packed) == Facts(
        kind=detail.kind,
        content=detail.content,
        readable=detail.readable,
        attachments=len(detail.attachments) > 0,
        holds_document=detail.holds_document,
        has_cda=detail.has_cda,
        failed=detail.failed,
        pdf=holds_pdf(detail),
        image=holds_image(detail),
        receipt=detail.receipt,
    )


@given(details, st.text(), st.text())
def test_no_name_and_no_subject_is_in_the_facts(detail: MessageDetail, sender: str, subject: str) -> None:
    assert facts_of(replace(detail, sender=sender, subject=subject, reason=subject)) == facts_of(detail)


def test_no_facts_are_none() -> None:
    assert read_facts(UNREAD_FACTS) is None


def test_any_number_is_facts_or_none() -> None:
    for packed in range(2**16):
        found = read_facts(packed)
        assert found is None or (found.kind in Kind and found.content in Content)


def test_facts_packed_before_a_kind_was_added_still_say_what_they_said() -> None:
    """What an index holds: a kind is its place in the enumeration, so a new one may only come last."""
    packed_by_the_first_balt = {
        0x0923: (Kind.RECEIPT, Content.NONE),
        0x1923: (Kind.RECEIPT, Content.FILE),
    }
    order = ["document", "receipt", "bounce", "autoreply", "patient", "other", "notification"]
    assert [kind.value for kind in Kind] == order
    assert len(Kind) <= 8
    for packed, (kind, _content) in packed_by_the_first_balt.items():
        found = read_facts(packed)
        assert found is not None
        assert found.kind is kind


@given(st.lists(st.tuples(st.none() | details, st.integers(0, 63)), max_size=30), st.integers(0, 5))
def test_the_documents_left_to_file_are_counted(
    rows: list[tuple[MessageDetail | None, int]], missing: int
) -> None:
    rows = rows + [(None, 0)] * missing
    facts = [facts_of(detail) if detail else UNREAD_FACTS for detail, _flags in rows]
    told = array("H", facts[: len(facts) - missing])  # the column may still be shorter
    unmarked = [detail for detail, flags in rows if not flags & Flag.INTEGRATED]
    assert unfiled_documents(told, array("H", (flags for _detail, flags in rows))) == (
        sum(1 for detail in unmarked if detail and detail.holds_document),
        unmarked.count(None),
    )
