"""What receipts say: only what is exactly a success is one, and nothing that a sender wrote can break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.i18n import set_language
from balt.mail.receipts import (
    NO_KEY,
    MessageName,
    Outcome,
    Receipt,
    error_words,
    key_of,
    read_name,
    read_receipt,
)

ID = b"<20261112.1@labo-fictif.mssante.fr>"
KEY = key_of(ID[1:-1])
AUTO = b"automatic-action/MDN-sent-automatically"


def machine(disposition: bytes, *more: bytes) -> bytes:
    lines = (b"Reporting-UA: dpi; X", b"Original-Message-ID: " + ID, b"Disposition: " + disposition, *more)
    return b"\r\n".join(lines) + b"\r\n"


@pytest.mark.parametrize(
    ("disposition", "outcome", "code"),
    [
        (AUTO + b"; processed", Outcome.INTEGRATED, None),
        (AUTO.upper() + b" ; PROCESSED ", Outcome.INTEGRATED, None),
        (AUTO + b"; processed/Error: 902^Identifiant patient inconnu", Outcome.FAILED, 902),
        (AUTO + b"; processed/error", Outcome.FAILED, None),
        (AUTO + b"; processed/Error: 9020^x", Outcome.FAILED, None),
        (AUTO + b"; processed/failure", Outcome.FAILED, None),
        (AUTO + b"; failed", Outcome.FAILED, None),
        (AUTO + b"; processed/warning", Outcome.NOTHING, None),
        (AUTO + b"; processed/", Outcome.NOTHING, None),
        (AUTO + b"; displayed", Outcome.NOTHING, None),
        (AUTO + b"; deleted", Outcome.NOTHING, None),
        (AUTO + b"; dispatched", Outcome.NOTHING, None),
        (b"manual-action/MDN-sent-manually; displayed", Outcome.NOTHING, None),
        (b"manual-action/MDN-sent-manually; processed", Outcome.NOTHING, None),
        (b"processed", Outcome.NOTHING, None),
        (b"", Outcome.NOTHING, None),
    ],
)
def test_only_a_machine_that_processed_without_reserve_is_a_success(
    disposition: bytes, outcome: Outcome, code: int | None
) -> None:
    assert read_receipt(b"", machine(disposition)) == Receipt(outcome, KEY, (), code)


def test_an_error_field_makes_a_failure_of_any_disposition() -> None:
    told = read_receipt(b"", machine(AUTO + b"; processed", b"Error: 904^INS non identique"))
    assert (told.outcome, told.code) == (Outcome.FAILED, 904)


def test_a_subject_that_says_ko_outweighs_a_success() -> None:
    header = b"Subject: =?utf-8?Q?[KO_Int=C3=A9gration_syst=C3=A8me_!][903]?= XDM/1.0/DDM+CR 902\r\n"
    told = read_receipt(header, machine(AUTO + b"; processed"))
    assert (told.outcome, told.code) == (Outcome.FAILED, 903)


def test_two_dispositions_that_disagree_are_no_success() -> None:
    both = machine(AUTO + b"; processed", b"Disposition: " + AUTO + b"; displayed")
    assert read_receipt(b"", both).outcome is Outcome.NOTHING
    failed = machine(AUTO + b"; processed", b"Disposition: " + AUTO + b"; processed/error")
    assert read_receipt(b"", failed).outcome is Outcome.FAILED


def test_a_plain_mail_that_says_ko_speaks_of_what_it_answers() -> None:
    header = b"Subject: [Erreur d'integration !][902] CR\r\nIn-Reply-To: " + ID + b"\r\n"
    assert read_receipt(header, b"") == Receipt(Outcome.FAILED, KEY, (), 902)


def test_a_success_speaks_of_nothing_that_its_machine_part_does_not_name() -> None:
    header = b"In-Reply-To: " + ID + b"\r\n"
    told = read_receipt(header, b"Disposition: " + AUTO + b"; processed\r\n")
    assert told == Receipt(Outcome.INTEGRATED, NO_KEY, (KEY,))


@pytest.mark.parametrize(
    ("named", "is_one"),
    [
        (ID, True),
        (ID[1:-1], True),
        (b"  " + ID + b" (commentaire)", True),
        (ID + b" <autre@x>", False),
        (b"", False),
        (b"n'importe quoi", False),
        (b"<>", False),
        (b"<a b@c>", False),
        (b"<" + b"x" * 2000 + b">", False),
    ],
)
def test_a_receipt_names_one_message_or_none(named: bytes, is_one: bool) -> None:
    told = b"Original-Message-ID: " + named + b"\r\nDisposition: " + AUTO + b"; processed\r\n"
    assert read_receipt(b"", told).about == (KEY if is_one else NO_KEY)


def test_a_receipt_that_names_two_messages_names_none() -> None:
    assert read_receipt(b"", machine(AUTO + b"; processed", b"Original-Message-ID: <x@y>")).about == NO_KEY


def test_a_failure_that_names_two_messages_speaks_of_both() -> None:
    told = read_receipt(b"", machine(AUTO + b"; processed/Error: 902", b"Original-Message-ID: <x@y>"))
    assert told.about == NO_KEY
    assert set(told.references) == {KEY, key_of(b"x@y")}
    assert read_receipt(b"", machine(AUTO + b"; processed", b"Original-Message-ID: <x@y>")).references == ()


def test_folded_fields_and_bare_line_ends_are_read() -> None:
    told = b"Original-Message-ID:\n " + ID + b"\nDisposition: " + AUTO + b";\n processed\n"
    assert read_receipt(b"", told) == Receipt(Outcome.INTEGRATED, KEY)


def test_references_are_those_of_both_fields_each_once_and_bounded() -> None:
    header = b"References: <a@x> <b@x>\r\n <a@x>\r\nIn-Reply-To: <b@x> <c@x>\r\n"
    assert read_receipt(header, b"").references == tuple(map(key_of, (b"a@x", b"b@x", b"c@x")))
    many = b"References: " + b" ".join(b"<%d@x>" % n for n in range(1000)) + b"\r\n"
    assert len(read_receipt(many, b"").references) <= 50


def test_a_message_is_called_by_one_message_id_or_not_at_all() -> None:
    assert read_name(b"Message-ID: " + ID + b"\r\nReferences: <r@x>\r\n") == MessageName(
        KEY, (key_of(b"r@x"),)
    )
    two = read_name(b"Message-ID: " + ID + b"\r\nMessage-ID: <autre@x>\r\n")
    assert two == MessageName(NO_KEY, (), frozenset({KEY, key_of(b"autre@x")}))
    assert read_name(b"Message-ID: sans crochets@x\r\n").key == NO_KEY
    assert read_name(b"Message-ID: " + ID.strip(b"<>") + b"\r\n").key == KEY
    assert read_name(b"").key == NO_KEY


def test_every_code_has_its_sentence_in_both_languages() -> None:
    assert error_words(902) == "identifiant patient inconnu"
    french = [error_words(code) for code in range(900, 907)]
    set_language("en")
    assert all(french)
    assert not set(french) & {error_words(code) for code in range(900, 907)}
    assert error_words(None) == error_words(907) == ""


FIELDS = st.sampled_from(
    [
        b"Disposition: ",
        b"Original-Message-ID: ",
        b"Error: ",
        b"Failure: ",
        b"Subject: ",
        b"References: ",
        b" ",
    ]
)
SCRAPS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [ID, AUTO, b"; processed", b"/error", b"902", b"=?utf-8?B?", b"\r\n", b"\x00", b";" * 50]
    ),
)
TEXTS = st.lists(
    st.builds(lambda name, scraps: name + b"".join(scraps), FIELDS, st.lists(SCRAPS, max_size=5))
)


@given(TEXTS.map(b"\r\n".join), TEXTS.map(b"\r\n".join))
def test_no_octets_break_the_reading(header: bytes, told: bytes) -> None:
    found = read_receipt(header, told)
    assert found.code is None or (found.outcome is Outcome.FAILED and 900 <= found.code <= 906)
    assert found.about not in found.references
    read_name(header)


@given(TEXTS.map(b"\r\n".join), st.sampled_from([b"/error", b"/Error: 900^x", b"/failure"]))
def test_a_failure_stays_one_whatever_stands_around_it(around: bytes, modifier: bytes) -> None:
    told = machine(AUTO + b"; processed" + modifier)
    assert read_receipt(b"", told + around).outcome is Outcome.FAILED
    assert read_receipt(around, told).outcome is Outcome.FAILED


def test_very_long_parts_are_read_in_no_time_up_to_a_bound() -> None:
    flood = b"Original-Message-ID: " + b"<a@b>" * 2_000_000
    assert read_receipt(flood, flood).about == key_of(b"a@b")
    assert read_receipt(b"Subject: " + b"[ " * 5_000_000, b"").outcome is Outcome.NOTHING
