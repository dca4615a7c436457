"""BODYSTRUCTURE, ENVELOPE and headers become plain values; nothing in a mail can break the reader."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.mail.envelope import parse_envelope
from balt.mail.headers import decode_base64, decode_charset, decode_header, decode_parameters
from balt.mail.structure import Part, StructureError, attachments_of, parse_structure, text_parts
from balt.mail.tokens import MAX_DEPTH, TokenError, Value, tokenize
from balt.text import plain

PLAIN = '("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 12 1 NIL NIL NIL NIL)'
HTML = '("TEXT" "HTML" ("CHARSET" "utf-8") NIL NIL "QUOTED-PRINTABLE" 90 2 NIL NIL NIL NIL)'
PDF = (
    '("APPLICATION" "PDF" ("NAME" "courrier.pdf") NIL NIL "BASE64" 78000 NIL '
    '("ATTACHMENT" ("FILENAME" "courrier.pdf")) NIL NIL)'
)


def token(text: str) -> Value:
    return tokenize([text.encode()])[0]


def part(text: str) -> Part:
    return parse_structure(token(text))


def test_a_single_text_is_part_1() -> None:
    root = part(PLAIN)
    assert (root.number, root.content_type, root.size, root.encoding) == ("1", "text/plain", 12, "7bit")
    assert root.params == {"charset": "utf-8"}


def test_parts_are_numbered_as_imap_numbers_them() -> None:
    root = part(f'(({PLAIN}{HTML} "ALTERNATIVE" ("BOUNDARY" "a") NIL NIL NIL){PDF} "MIXED" NIL NIL NIL NIL)')
    assert [(one.number, one.content_type) for one in root.walk()] == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "application/pdf"),
    ]


def test_an_attachment_has_its_name_and_about_its_true_size() -> None:
    [attachment] = attachments_of(part(f'({PLAIN}{PDF} "MIXED" NIL NIL NIL NIL)'))
    assert (attachment.part, attachment.filename, attachment.encoded_size) == ("2", "courrier.pdf", 78000)
    assert attachment.size == 57000


def test_a_forwarded_message_is_one_attachment_and_its_parts_are_numbered_below_it() -> None:
    envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    forwarded = (
        f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5000 {envelope} ({PLAIN}{PDF} "MIXED") 100 NIL NIL NIL NIL)'
    )
    root = part(f'({PLAIN}{forwarded} "MIXED" NIL NIL NIL NIL)')
    assert [one.number for one in root.walk()] == ["", "1", "2", "2", "2.1", "2.2"]
    assert [one.part for one in attachments_of(root)] == ["2"]


def test_a_forwarded_text_is_part_1_of_the_part_that_holds_it() -> None:
    envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    root = part(f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5000 {envelope} {PLAIN} 100)')
    assert [one.number for one in root.walk()] == ["1", "1.1"]


def test_the_text_to_read_is_plain_before_html_and_never_an_attachment() -> None:
    attached = PLAIN.replace("NIL NIL NIL NIL)", 'NIL ("attachment" ("filename" "notes.txt")) NIL NIL)')
    root = part(f'({HTML}{attached}{PLAIN} "MIXED" NIL NIL NIL NIL)')
    assert [one.number for one in text_parts(root)] == ["3", "1"]


def test_the_machine_part_of_a_report_is_no_attachment() -> None:
    status = '("MESSAGE" "DELIVERY-STATUS" NIL NIL NIL "7BIT" 300 NIL NIL NIL NIL)'
    assert (
        attachments_of(part(f'({PLAIN}{status} "REPORT" ("REPORT-TYPE" "delivery-status") NIL NIL NIL)'))
        == ()
    )


@pytest.mark.parametrize("text", ["NIL", '"x"', "()", "(())", '(("TEXT") (()) "MIXED")'])
def test_what_is_no_structure_is_said_so(text: str) -> None:
    with pytest.raises(StructureError):
        part(text)


@pytest.mark.parametrize(
    "text",
    [
        '("TEXT")',
        '("TEXT" "PLAIN")',
        "(NIL NIL NIL NIL NIL NIL NIL)",
        '("TEXT" "PLAIN" "x" NIL NIL NIL NIL NIL NIL "inline")',
        '("TEXT" "PLAIN" ("a") NIL NIL 7BIT -5)',
        '("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5000)',
        f"({PLAIN})",
    ],
)
def test_a_structure_with_pieces_missing_is_still_read(text: str) -> None:
    assert part(text).size in (0, 5000)


@pytest.mark.parametrize("levels", [10, 50, 99])
def test_nested_parts_are_read_to_a_limit(levels: int) -> None:
    root = part("(" * levels + PLAIN + ' "MIXED")' * levels)
    assert sum(1 for _one in root.walk()) == levels + 1


@pytest.mark.parametrize("levels", [101, 120])
def test_beyond_the_limit_a_structure_is_refused(levels: int) -> None:
    with pytest.raises(StructureError):
        part("(" * levels + PLAIN + ' "MIXED")' * levels)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 1000, 100_000])
def test_lists_nested_deeper_than_any_mail_are_no_tokens(levels: int) -> None:
    with pytest.raises(TokenError):
        tokenize([b"(" * levels + b")" * levels])


values: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.binary(max_size=20) | st.sampled_from([b"TEXT", b"MESSAGE", b"RFC822", b"NAME*0*", b"12"]),
    lambda inner: st.lists(inner, max_size=12),
    max_leaves=60,
)


@given(values)
def test_no_value_at_all_upsets_the_structure_or_envelope_reader(value: Value) -> None:
    parse_envelope(value)
    try:
        root = parse_structure(value)
    except StructureError:
        return
    for one in root.walk():
        assert all(text == plain(text) for text in (one.filename, one.content_type, *one.params.values()))
    attachments_of(root)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_the_tokenizer_gives_tokens_or_says_that_there_are_none(pieces: list[bytes]) -> None:
    with suppress(TokenError):
        tokenize(pieces)


def written(value: Value) -> bytes:
    """``value`` as a server writes it, strings quoted."""
    if value is None:
        return b"NIL"
    if isinstance(value, bytes):
        return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return b"(" + b" ".join(map(written, value)) + b")"


@given(values)
def test_what_a_server_writes_is_read_back(value: Value) -> None:
    assert tokenize([written(value)]) == [value]


@given(values)
def test_literals_and_text_make_the_same_tokens(value: Value) -> None:
    assert tokenize([b"(", b'a"(b', b" " + written(value) + b" ", b"", b")"]) == [[b'a"(b', value, b""]]


# Headers


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Bonjour", "Bonjour"),
        (b"=?utf-8?B?w4l0w6k=?=", "Été"),
        (b"=?iso-8859-1?Q?R=E9sultat_d'analyse?=", "Résultat d'analyse"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),
        (b"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        (b"a =?utf-8?Q?b?= c", "a b c"),
        (b"=?utf-8*fr?Q?=C3=A9?=", "é"),
        (b"\xc3\xa9", "é"),
        (b"\xe9t\xe9", "été"),
        (b"=?rot13?Q?nop?=", "nop"),
        (b"=?idna?Q?xn--a?=", "xn--a"),
        (b"=?utf-7?Q?+AOk-?=", "+AOk-"),
        (b"=?utf-8?B?!!!?=", ""),
        (b"=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        (b"a\x1b]0;PWNED\x07b", "a·]0;PWNED·b"),
        (b"=?utf-8?Q?=1B[31m?=", "·[31m"),
        ("ordonnance\u202efdp.exe".encode(), "ordonnance·fdp.exe"),
        (b"", ""),
        (None, ""),
    ],
)
def test_headers_are_decoded_and_safe_to_show(raw: bytes | None, expected: str) -> None:
    assert decode_header(raw) == expected


@given(st.binary(max_size=300))
def test_no_header_upsets_the_decoder(raw: bytes) -> None:
    assert plain(decode_header(raw)) == decode_header(raw)


@given(st.binary(max_size=100), st.text(max_size=30))
def test_no_charset_upsets_the_decoder(raw: bytes, charset: str) -> None:
    assert not any("\ud800" <= char <= "\udfff" for char in decode_charset(raw, charset))


def test_a_very_long_chain_of_encoded_words_is_cut_not_waited_for() -> None:
    assert len(decode_header(b"=?utf-8?Q?a?= " * 20_000)) <= 1000


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ('("FILENAME" "a.pdf")', {"filename": "a.pdf"}),
        ('("filename" "=?utf-8?Q?=C3=A9.pdf?=")', {"filename": "é.pdf"}),
        ('("filename*" "utf-8\'fr\'%C3%A9t%C3%A9.pdf")', {"filename": "été.pdf"}),
        ('("filename*0" "lettre" "filename*1" ".pdf")', {"filename": "lettre.pdf"}),
        ('("filename*1*" "%A9.pdf" "filename*0*" "utf-8\'\'%C3")', {"filename": "é.pdf"}),
        ('("filename*0*" "utf-8\'\'%C3%A9" "filename*1" "%20.pdf")', {"filename": "é%20.pdf"}),
        ('("filename*0" "a" "filename*2" "c")', {"filename": "a"}),
        ('("filename*1" "b")', {}),
        ('("filename*" "utf-8\'\'%2e%2e%2fetc%2fpasswd")', {"filename": "../etc/passwd"}),
        ('("filename*" "idna\'\'abc")', {"filename": "abc"}),
        ('("filename" "old.pdf" "filename*" "utf-8\'\'new.pdf")', {"filename": "new.pdf"}),
        ('("filename" "a" "filename" "b")', {"filename": "a"}),
        ('("a" NIL "b")', {}),
        ('("*" "x" "a*b*c" "y")', {}),
        ('("a" ("b"))', {}),
        ("NIL", {}),
    ],
)
def test_parameters_are_joined_and_decoded(pairs: str, expected: dict[str, str]) -> None:
    assert dict(decode_parameters(token(pairs))) == expected


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        (b"Qm9u", b"Bon"),
        (b"Qm9\r\nu", b"Bon"),
        (b"Qm9uam", b"Bonj"),
        (b"Qm9u*am8=", b"Bonjo"),
        (b"A", b""),
        (b"", b""),
    ],
)
def test_base64_that_is_cut_or_soiled_gives_what_it_can(text: bytes, octets: bytes) -> None:
    assert decode_base64(text) == octets


@given(st.binary(max_size=100))
def test_no_base64_upsets_the_decoder(octets: bytes) -> None:
    decode_base64(octets)


# Envelopes


def envelope(sender: str, subject: str = '"s"') -> Value:
    return token(f"(NIL {subject} {sender} NIL NIL NIL NIL NIL NIL NIL)")


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ('(("Dr EXEMPLE" NIL "camille" "medecin.mssante.fr"))', ("camille@medecin.mssante.fr", "Dr EXEMPLE")),
        ('((NIL NIL "camille" "medecin.mssante.fr"))', ("camille@medecin.mssante.fr", "")),
        ('((NIL NIL "groupe" NIL)(NIL NIL "a" "b.fr")(NIL NIL NIL NIL))', ("a@b.fr", "")),
        ('(("Sans adresse" NIL NIL NIL))', ("Sans adresse", "Sans adresse")),
        ('(("=?utf-8?Q?=C3=A9?=" NIL "a" "b"))', ("a@b", "é")),
        ("NIL", ("", "")),
        ('("x")', ("", "")),
    ],
)
def test_the_sender_is_an_address_or_else_a_name(sender: str, expected: tuple[str, str]) -> None:
    found = parse_envelope(envelope(sender))
    assert found is not None
    assert (found.sender, found.sender_name) == expected


def test_the_technical_prefix_is_not_shown() -> None:
    found = parse_envelope(envelope("NIL", '"XDM/1.0/DDM+CR BIO TESTPATIENT"'))
    assert found is not None
    assert found.shown_subject == "CR BIO TESTPATIENT"
    assert found.subject.startswith("XDM/1.0/DDM+")


@pytest.mark.parametrize("text", ["NIL", '"x"', "()", "(NIL NIL)"])
def test_what_is_no_envelope_is_none(text: str) -> None:
    assert parse_envelope(token(text)) is None
