"""ManageSieve on the line: what goes out cannot be another command, what comes in is read within limits."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.errors import ConnectionFailedError, RefusedError, UsageError
from balt.mail.line import CutError, Line
from balt.mail.sieve.opening import offers_of
from balt.mail.sieve.wire import LARGEST_SCRIPT, SieveWire, Token, string


@contextmanager
def hearing(octets: bytes) -> Iterator[SieveWire]:
    """A wire on which ``octets`` come, then the end of the line."""
    ours, theirs = socket.socketpair()

    def say() -> None:
        try:
            theirs.sendall(octets)
            theirs.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    threading.Thread(target=say, daemon=True).start()
    line = Line(ours, 5.0, "essai@medecin.mssante.fr")
    line.begin(2 * LARGEST_SCRIPT)
    try:
        yield SieveWire(line, "essai@medecin.mssante.fr")
    finally:
        line.close()
        theirs.close()


def test_rows_come_with_their_strings_and_literals() -> None:
    answer = b'"a \\"b\\\\" ACTIVE\r\n{6+}\r\nx\r\ny\xc3\xa9 \r\n""\r\nOK (WARNINGS) "fine"\r\n'
    with hearing(answer) as wire:
        reply = wire.answer()
    assert reply.rows == (
        (Token(b'a "b\\', text=True), Token(b"ACTIVE")),
        (Token(b"x\r\ny\xc3\xa9", text=True),),
        (Token(b"", text=True),),
    )
    assert reply.code == "WARNINGS"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (b'NO (QUOTA/MAXSIZE) "PATIENT"\r\n', "QUOTA/MAXSIZE", "place"),
        (b"NO (NONEXISTENT) {7}\r\nPATIENT\r\n", "NONEXISTENT", "n'existe plus"),
        (b'NO (TRYLATER) "PATIENT"\r\n', "TRYLATER", "pour le moment"),
        (b'no "PATIENT"\r\n', "", "refusé"),
        (b'NO (X-\xff "y") "PATIENT"\r\n', "X-\ufffd", "refusé"),
    ],
)
def test_a_refusal_is_told_in_our_words(answer: bytes, code: str, words: str) -> None:
    with hearing(answer) as wire, pytest.raises(RefusedError, match=words) as refused:
        wire.answer()
    assert refused.value.code == code
    assert "PATIENT" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"\r\n",
        b"* OK IMAP4rev1 ready\r\n",
        b"+OK POP3 ready\r\n",
        b'"unterminated\r\n',
        b'"nul \0"\r\nOK\r\n',
        b"{2000000}\r\n",
        b"{9999999999}\r\n",
        b"{-1}\r\n",
        b"{5}x\r\n",
        b'"a" {3} "b"\r\n',
        b"x" * 200_000 + b"\r\n",
        b"YES\r\n",
        b"(((((\r\n",
        b'"a" ' * 100 + b"\r\nOK\r\n",
        b'"a"\r\n' * 5_000 + b"OK\r\n",
        b"{0}\r\n" * 200 + b"\r\nOK\r\n",
        b'HTTP/1.1 400 "x"\r\n',
    ],
)
def test_what_is_no_managesieve_ends_the_line(answer: bytes) -> None:
    with hearing(answer) as wire:
        with pytest.raises(ConnectionFailedError):
            wire.answer()
        assert not wire.line.is_open


def test_endless_literals_are_given_up() -> None:
    piece = b"{1000000}\r\n" + b"x" * 1_000_000 + b"\r\n"
    with hearing(piece * 4) as wire, pytest.raises(ConnectionFailedError, match="trop longue"):
        wire.answer()


@given(st.binary(max_size=200))
def test_any_octets_are_an_answer_or_an_error_of_ours(octets: bytes) -> None:
    with hearing(octets) as wire, suppress(ConnectionFailedError, RefusedError):
        wire.answer()


@pytest.mark.parametrize("answer", [b'BYE "x"\r\n', b'BYE (REFERRAL "sieve://elsewhere") "x"\r\n', b"", b"O"])
def test_the_end_is_told_as_the_end(answer: bytes) -> None:
    with hearing(answer) as wire, pytest.raises(CutError):
        wire.answer()


@given(st.binary(max_size=300).filter(lambda octets: b"\0" not in octets))
def test_a_string_is_read_back_as_it_was_and_nothing_after_it(octets: bytes) -> None:
    with hearing(string(octets) + b"\r\nOK\r\n") as wire:
        assert wire.answer().rows == ((Token(octets, text=True),),)


@pytest.mark.parametrize(
    "text", ["\r\nDELETESCRIPT x", "\n", '"', "\\", "{5}", "{5+}\r\n", "é" * 400, "a" * 600]
)
def test_text_that_could_be_a_command_goes_as_a_literal(text: str) -> None:
    octets = text.encode()
    assert string(octets) in (b"{%d+}\r\n%s" % (len(octets), octets), b'"%s"' % octets)
    if not set(text) <= set("{5}"):
        assert string(octets).startswith(b"{")


@pytest.mark.parametrize("octets", [b"a\0b", b"x" * (LARGEST_SCRIPT + 1)])
def test_what_no_string_can_hold_is_not_sent(octets: bytes) -> None:
    with pytest.raises(UsageError):
        string(octets)


def test_capabilities_that_nobody_knows_are_left_alone() -> None:
    answer = (
        b'"IMPLEMENTATION" "x"\r\n"SIEVE" "fileinto VACATION"\r\n"SASL" "plain XOAUTH2"\r\n'
        b'"STARTTLS"\r\n"ODD"\r\n"VERSION" "1.0"\r\nOK\r\n'
    )
    with hearing(answer) as wire:
        offers = offers_of(wire.answer())
    assert offers.extensions == {"fileinto", "vacation"}
    assert offers.mechanisms == {"PLAIN", "XOAUTH2"}
    assert (offers.starttls, offers.checks) == (True, True)
