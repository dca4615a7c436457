"""What each mechanism says, octet by octet, and error challenges that may hold anything."""

import base64
import json

import pytest

from balt.errors import LoginError, UsageError
from balt.mail.sasl import (
    LONGEST_TOKEN,
    challenge_status,
    external_message,
    oauthbearer_message,
    plain_message,
    xoauth2_message,
)

TOKEN = "canari-ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"


def told(**values: object) -> bytes:
    return base64.b64encode(json.dumps(values).encode())


# The messages


def test_the_example_of_xoauth2_is_written_as_published() -> None:
    assert xoauth2_message("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg") == (
        b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )


def test_the_example_of_rfc_7628_is_written_as_published() -> None:
    message = oauthbearer_message(
        "user@example.com", "server.example.com", 143, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    )
    assert base64.b64encode(message) == (
        b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRx"
        b"bVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )


def test_commas_and_equals_in_a_name_are_written_otherwise() -> None:
    assert oauthbearer_message("a,b=c", "h", 993, TOKEN).startswith(b"n,a=a=2Cb=3Dc,\x01")


def test_plain_and_external_hold_what_they_are_given() -> None:
    assert plain_message("équipe", "essai", "mot de passe") == "équipe\0essai\0mot de passe".encode()
    assert external_message("") == b""
    assert external_message("essai") == b"essai"


@pytest.mark.parametrize("user", ["a\x01auth=Bearer x", "a\r\nX1 NOOP", "a\0b", "a\ud800"])
def test_a_name_that_would_be_another_field_is_refused(user: str) -> None:
    with pytest.raises(UsageError):
        xoauth2_message(user, TOKEN)
    with pytest.raises(UsageError):
        oauthbearer_message(user, "h", 993, TOKEN)


@pytest.mark.parametrize("host", ["h\x01auth=Bearer x", "h\r\n"])
def test_a_host_that_would_be_another_field_is_refused(host: str) -> None:
    with pytest.raises(UsageError):
        oauthbearer_message("essai", host, 993, TOKEN)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "canari 1",
        "Bearer canari",
        "canari\n",
        "canari\r\nX1 NOOP",
        "canari\0",
        "canari\x01auth=x",
        "canari\x7f",
        "canarié",
        "canari\u200b",
        '{"access_token":"canari"}',
        '"canari"',
        "canari" + "x" * LONGEST_TOKEN,
    ],
)
def test_what_is_no_token_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(LoginError) as caught:
        xoauth2_message("essai", token)
    assert "canari" not in f"{caught.value!s}{caught.value!r}{caught.value.__context__!r}"
    assert "token_command" in caught.value.message
    assert caught.value.advice


@pytest.mark.parametrize("token", ["a", "eyJhbGciOi.J9-_~+/==", "1/fFAG:x|y", "x" * LONGEST_TOKEN])
def test_tokens_of_all_kinds_are_taken(token: str) -> None:
    assert token.encode() in xoauth2_message("essai", token)


# The error challenge


@pytest.mark.parametrize(
    ("challenge", "status"),
    [
        (told(status="invalid_token", scope="mail"), "invalid_token"),
        (told(status="401", schemes="bearer", scope="https://mail.google.com/"), "401"),
        (told(status=400), "400"),
        (told(status="Insufficient_Scope"), "insufficient_scope"),
        (told(scope="mail"), ""),
        (told(status="canari token words"), ""),
        (told(status="x" * 41), ""),
        (told(status=None), "none"),
        (told(status={"a": 1}), ""),
        (base64.b64encode(b"[1, 2]"), ""),
        (base64.b64encode(b'"401"'), ""),
        (base64.b64encode(b"\xff\xfe{"), ""),
        (base64.b64encode(b"[" * 5000), ""),
        (base64.b64encode(b"{" * 9000), ""),
        (base64.b64encode(b"9" * 6000), ""),
        (b"not base64!", ""),
        (b"", ""),
        (b"AAA", ""),
    ],
)
def test_a_challenge_is_read_for_its_status_only(challenge: bytes, status: str) -> None:
    assert challenge_status(challenge) == status
