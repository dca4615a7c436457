"""Which attachments may go: told from the structure alone, and what would do harm is left alone."""

import pytest

from balt.cleanup.detach.choose import LEAST, Left, choose
from balt.mail.structure import Part

LARGE = 5 * 1024 * 1024
TEXT = Part("1", "text/plain", size=200)


def pdf(
    number: str = "2",
    size: int = LARGE,
    *,
    content_type: str = "application/pdf",
    filename: str = "bilan.pdf",
    disposition: str = "attachment",
) -> Part:
    return Part(
        number, content_type, filename=filename, encoding="base64", size=size, disposition=disposition
    )


def mixed(*parts: Part, kind: str = "mixed") -> Part:
    return Part("", f"multipart/{kind}", children=parts)


def test_large_attachments_may_go_and_what_is_freed_is_told() -> None:
    found = choose(mixed(TEXT, pdf(), pdf("3", 20_000)), 1024 * 1024, "archive")
    assert [part.number for part in found.parts] == ["2"]
    assert LARGE - 2000 < found.frees < LARGE
    assert found.left == {Left.SMALL}


def test_the_least_is_more_than_a_note() -> None:
    assert choose(mixed(TEXT, pdf(size=LEAST - 1)), 0, "archive").left == {Left.SMALL}
    assert choose(mixed(TEXT, pdf(size=LEAST)), 0, "archive").frees > LEAST * 0.8


def test_a_note_is_never_detached_again() -> None:
    note = Part("2", "text/plain", {"x-balt-detached": "1"}, "a (détachée).txt", size=LARGE)
    assert choose(mixed(TEXT, note), 0, "archive").parts == ()


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        (mixed(mixed(TEXT, pdf()), Part("2", "application/pkcs7-signature"), kind="signed"), Left.SIGNED),
        (mixed(TEXT, pdf(), pdf("3", filename="bilan.pdf.asc")), Left.SIGNED),
        (mixed(Part("1", "application/pgp-encrypted"), pdf(), kind="encrypted"), Left.ENCRYPTED),
        (Part("1", "application/pkcs7-mime", {"smime-type": "enveloped-data"}), Left.ENCRYPTED),
        (Part("1", "application/pkcs7-mime", {"smime-type": "signed-data"}), Left.SIGNED),
        (mixed(TEXT, pdf(content_type="application/zip", filename="IHE_XDM.ZIP")), Left.XDM),
        (pdf("1"), Left.WHOLE),
        (None, Left.UNSURE),
        (mixed(TEXT, Part("2", "message/rfc822", size=LARGE, children=(TEXT,))), Left.FORWARDED),
        (mixed(TEXT, pdf(), kind="alternative"), Left.PLACE),
        (mixed(TEXT, pdf(), kind="report"), Left.PLACE),
        (mixed(TEXT, pdf(content_type="image/png"), kind="related"), Left.INLINE),
        (mixed(TEXT, pdf(disposition="inline"), kind="related"), Left.INLINE),
        (mixed(TEXT, pdf(content_type="image/png", disposition="inline")), Left.INLINE),
    ],
)
def test_what_would_do_harm_is_left_alone(root: Part | None, reason: Left) -> None:
    found = choose(root, 0, "archive")
    assert found.parts == ()
    assert found.left == {reason}


def test_a_header_that_tells_of_a_document_is_believed() -> None:
    assert choose(mixed(TEXT, pdf()), 0, "archive", has_cda=True).left == {Left.XDM}


def test_who_asks_for_it_may_have_signed_messages_and_xdm_documents_and_pictures() -> None:
    also = frozenset({Left.SIGNED, Left.XDM, Left.INLINE})
    signed = mixed(TEXT, pdf(), pdf("3", 200, filename="bilan.pdf.asc"))
    xdm = mixed(TEXT, pdf(content_type="application/zip", filename="IHE_XDM.zip"))
    picture = mixed(TEXT, pdf(content_type="image/png"), kind="related")
    for root in (signed, xdm, picture):
        assert [part.number for part in choose(root, 0, "archive", also=also).parts] == ["2"]


def test_nobody_can_ask_for_what_is_encrypted() -> None:
    root = mixed(Part("1", "application/pgp-encrypted"), pdf(), kind="encrypted")
    assert choose(root, 0, "archive", also=frozenset(Left)).parts == ()
