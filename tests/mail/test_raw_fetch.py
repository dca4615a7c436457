"""Octets as the server gives them: only those of the UID and of the piece that were asked count."""

import pytest

from balt.errors import ConnectionFailedError, RefusedError
from balt.mail.raw_fetch import PIECE, is_flag, read_flags, read_octets, read_whole
from tests.mail.scripted import ScriptedServer, refusing, wire_hearing
from tests.mail.session_answers import OPENED, after_login, session


def row(uid: int, octets: bytes, section: bytes = b"BODY[]", number: int = 1) -> bytes:
    return b"* %d FETCH (UID %d %s {%d}\r\n%s)\r\n" % (number, uid, section, len(octets), octets)


def test_several_messages_come_in_one_answer() -> None:
    answer = row(7, b"seven") + row(9, b"nine", number=2) + b"B1 OK done\r\n"
    with wire_hearing(answer) as wire:
        assert read_whole(wire, [9, 7]) == {7: b"seven", 9: b"nine"}


@pytest.mark.parametrize(
    "strange",
    [
        row(8, b"of another"),
        b"* 1 FETCH (BODY[] {5}\r\nnobod)\r\n",
        b"* 1 FETCH (UID 7 BODY[] NIL)\r\n",
        b"* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n",
        row(7, b"header", b"BODY[HEADER]"),
        row(7, b"piece", b"BODY[]<0>"),
        b"* 1 EXPUNGE\r\n",
        b"* 3 EXISTS\r\n",
    ],
)
def test_what_was_not_asked_is_not_taken(strange: bytes) -> None:
    with wire_hearing(strange + row(9, b"nine") + strange + b"B1 OK done\r\n") as wire:
        assert read_whole(wire, [7, 9]) == {9: b"nine"}


def test_a_message_that_comes_in_two_versions_is_not_taken() -> None:
    with wire_hearing(row(7, b"one") + row(7, b"two") + row(9, b"nine") + b"B1 OK done\r\n") as wire:
        assert read_whole(wire, [7, 9]) == {9: b"nine"}


def test_a_message_that_is_much_longer_than_a_small_one_is_read_away() -> None:
    with wire_hearing(row(7, b"x" * 3 * PIECE) + row(9, b"nine") + b"B1 OK done\r\n") as wire:
        assert read_whole(wire, [7, 9]) == {9: b"nine"}


def test_an_answer_beyond_all_sense_ends_the_line() -> None:
    with (
        wire_hearing(b"* 1 FETCH (UID 7 BODY[] {99999999999}\r\n") as wire,
        pytest.raises(ConnectionFailedError),
    ):
        read_whole(wire, [7])


def test_a_refusal_in_the_end_is_told() -> None:
    with (
        wire_hearing(row(7, b"seven") + b"B1 NO [SERVERBUG] broken\r\n") as wire,
        pytest.raises(RefusedError),
    ):
        read_whole(wire, [7, 9])


def test_a_small_message_is_asked_whole() -> None:
    with ScriptedServer({"SELECT": OPENED, "UID FETCH": row(7, b"seven")}) as server:
        opened = session(server)
        opened.select("INBOX")
        assert list(opened.octets(7, 5)) == [b"seven"]
        assert after_login(server)[-1] == b"UID FETCH 7 (UID BODY.PEEK[])"


def test_a_large_message_is_asked_by_pieces_until_there_is_no_more() -> None:
    answers = [
        row(7, b"a" * PIECE, b"BODY[]<0>") + b"B1 OK\r\n",
        row(7, b"b" * 9, b"BODY[]<%d>" % PIECE) + b"B2 OK\r\n",
        b"* 1 FETCH (UID 7 BODY[]<%d> NIL)\r\nB3 OK\r\n" % (PIECE + 9),
    ]
    with wire_hearing(b"".join(answers)) as wire:
        assert list(map(len, read_octets(wire, 7, PIECE + 9))) == [PIECE, 9]


def test_a_piece_that_is_cut_short_does_not_end_the_message() -> None:
    """Else one of which the end is missing could pass for one whose size was announced a little high."""
    answers = [
        row(7, b"a" * (PIECE - 1), b"BODY[]<0>") + b"B1 OK\r\n",
        row(7, b"b" * 10, b"BODY[]<%d>" % (PIECE - 1)) + b"B2 OK\r\n",
        row(7, b"", b"BODY[]<%d>" % (PIECE + 9)) + b"B3 OK\r\n",
    ]
    with wire_hearing(b"".join(answers)) as wire:
        assert sum(map(len, read_octets(wire, 7, PIECE + 9))) == PIECE + 9


@pytest.mark.parametrize(
    "answer",
    [
        row(7, b"a" * 100, b"BODY[]<5>"),
        row(7, b"a" * 100),
        row(8, b"a" * 100, b"BODY[]<0>"),
        row(7, b"a" * (PIECE + 1), b"BODY[]<0>"),
        row(7, b"a", b"BODY[]<0>") + row(7, b"b", b"BODY[]<0>"),
        b"",
    ],
)
def test_another_piece_than_the_one_that_was_asked_is_refused(answer: bytes) -> None:
    with wire_hearing(answer + b"B1 OK\r\n") as wire, pytest.raises(RefusedError):
        list(read_octets(wire, 7, 2 * PIECE))


def test_a_message_that_has_gone_is_told_to_be_gone() -> None:
    with wire_hearing(b"B1 OK done\r\n") as wire, pytest.raises(RefusedError) as refused:
        list(read_octets(wire, 7, 5))
    assert refused.value.code == "NONEXISTENT"


def test_flags_are_as_the_server_writes_them() -> None:
    answer = (
        b"* 1 FETCH (UID 7 FLAGS (\\Seen $Integrated NonJunk))\r\n* 2 FETCH (FLAGS (\\Seen))\r\nB1 OK\r\n"
    )
    with wire_hearing(answer) as wire:
        assert read_flags(wire, [7, 8]) == {7: ("\\Seen", "$Integrated", "NonJunk")}


@pytest.mark.parametrize(
    "text", ["", "a b", 'a"', "a\r\nB", "(", "a)", "{5}", "\\", "*", "%", "é", "x" * 102]
)
def test_a_text_that_is_no_flag_never_goes_into_a_command(text: str) -> None:
    assert not is_flag(text)


@pytest.mark.parametrize("text", ["\\Seen", "$Forwarded", "NonJunk", "Label_1", "a-b.c/d"])
def test_a_flag_is_one(text: str) -> None:
    assert is_flag(text)


def test_reading_needs_an_open_folder() -> None:
    from balt.errors import StoppedError

    with ScriptedServer({"UID FETCH": refusing()}) as server, pytest.raises(StoppedError):
        list(session(server).octets(7, 5))
