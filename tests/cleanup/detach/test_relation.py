"""Whether a message is the lighter form of another one is proved by their octets."""

import hashlib

import pytest

from balt.cleanup.detach.parts import Chosen
from balt.cleanup.detach.relation import is_lighter_form
from balt.cleanup.detach.rewrite import lighten
from balt.mail.mime_layout import layout_of
from tests.cleanup.detach.mailbox import letter

WHOLE = letter(1)


def lighter_of(whole: bytes) -> bytes:
    (part,) = [each for each in layout_of(whole).walk() if each.number == "2"]
    chosen = Chosen("2", part.content_type, part.size)
    digest = hashlib.sha256(whole).hexdigest()
    return lighten(whole, [chosen], "archives", "2026-03-02T09:00:00+00:00", digest).octets


LIGHTER = lighter_of(WHOLE)


def test_what_balt_made_lighter_is_known_again() -> None:
    assert is_lighter_form(LIGHTER, WHOLE)


@pytest.mark.parametrize(
    ("lighter", "whole"),
    [
        pytest.param(WHOLE, WHOLE, id="the whole message itself"),
        pytest.param(LIGHTER, letter(2), id="another message"),
        pytest.param(lighter_of(letter(2)), WHOLE, id="the lighter form of another message"),
        pytest.param(LIGHTER.replace(b"Bonjour n1", b"Bonjour nX"), WHOLE, id="a text that was changed"),
        pytest.param(LIGHTER + b"suite", WHOLE, id="something after it"),
        pytest.param(b"message=" + hashlib.sha256(WHOLE).hexdigest().encode(), WHOLE, id="the name alone"),
        pytest.param(b"", WHOLE, id="nothing"),
    ],
)
def test_what_is_not_its_lighter_form_is_not_taken_for_it(lighter: bytes, whole: bytes) -> None:
    assert not is_lighter_form(lighter, whole)


def test_a_note_that_names_a_part_that_is_not_there_proves_nothing() -> None:
    assert not is_lighter_form(LIGHTER.replace(b"\r\n--b\r\n", b"\r\n--b\r\n\r\n--b\r\n", 1), WHOLE)
