"""Arguments of commands: dangerous text is refused, sets of UIDs are short and fit their command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.errors import UsageError
from balt.mail.arguments import (
    MAX_COMMAND,
    MAX_UIDS,
    checked,
    decode_folder,
    encode_folder,
    expand_set,
    quoted,
    uid_batches,
    uid_set,
)

uids = st.sets(st.integers(1, 0xFFFFFFFF) | st.integers(1, 3000), max_size=400)


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\x00b", "\r\n", "a\r\nX1 NOOP", "\ud800"])
def test_text_that_would_end_a_command_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        checked(text)


@pytest.mark.parametrize("text", ["", "Éléments supprimés", 'a"b', "a\\b", "{5}", "%*", "🦷"])
def test_any_other_text_is_taken(text: str) -> None:
    assert checked(text) == text


def test_quotes_and_backslashes_stay_inside_the_string() -> None:
    assert quoted(b'a"b\\c') == b'"a\\"b\\\\c"'


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("INBOX", b"INBOX"),
        ("Éléments supprimés", b"&AMk-l&AOk-ments supprim&AOk-s"),
        ("R&D", b"R&-D"),
        ("été/🦷", b"&AOk-t&AOk-/&2D7dtw-"),
    ],
)
def test_a_folder_name_goes_to_the_wire_and_comes_back(name: str, raw: bytes) -> None:
    assert encode_folder(name) == raw
    assert decode_folder(raw) == name


@pytest.mark.parametrize("raw", [b"&", b"&AMk", b"&AGE-", "é".encode(), b"&!!!-", b"&2D4-", b"\xff"])
def test_a_name_that_does_not_encode_back_is_left_as_octets(raw: bytes) -> None:
    assert decode_folder(raw) is None


@given(uids)
def test_batches_hold_every_uid_once_and_fit_a_command(asked: set[int]) -> None:
    batches = list(uid_batches(asked, most=50, octets=200))
    assert [uid for batch in batches for uid in batch] == sorted(asked)
    for batch in batches:
        assert len(batch) <= 50
        assert len(uid_set(batch)) <= 200
        assert expand_set(uid_set(batch), 50) == batch


def test_scattered_uids_keep_to_the_length_of_a_command() -> None:
    batches = list(uid_batches(range(4_000_000_001, 4_000_004_001, 2)))
    assert max(map(len, batches)) <= MAX_UIDS
    assert max(len(uid_set(batch)) for batch in batches) <= MAX_COMMAND - 512


def test_runs_become_ranges() -> None:
    assert uid_set([1, 2, 3, 7, 9, 10]) == b"1:3,7,9:10"


def test_a_batch_is_as_full_as_it_may_be() -> None:
    assert [len(batch) for batch in uid_batches(range(1, 2502))] == [1000, 1000, 501]


@pytest.mark.parametrize("uid", [0, -1, 1 << 32])
def test_what_is_no_uid_never_reaches_a_command(uid: int) -> None:
    with pytest.raises(ValueError):
        list(uid_batches([uid]))


@pytest.mark.parametrize(
    "text", [b"", b"1,", b"1:2:3", b"*", b"1:*", b"0", b"1:4294967295", b"a", b"1 2", b"4294967296"]
)
def test_a_set_from_a_server_is_expanded_only_within_what_was_asked(text: bytes) -> None:
    assert expand_set(text, 1000) is None
