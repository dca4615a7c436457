"""The script that answers, and how it lives with a script that is in service."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.script import NAME, Own, Way, block_in, build, clash_of, own_in, read
from balt.cases.autoreply.sieve_text import head_of, quoted

REPLY = AutoReply("ancienne.exemple@medecin.mssante.fr", "camille.exemple@chu-fictif.mssante.fr")
ENDING = AutoReply(REPLY.address, REPLY.replacement, date(2026, 12, 31))
INCLUDE = frozenset({"include"})
SORTING = b'# mon tri\r\nrequire ["fileinto", "copy"]; # ceci\r\nrequire "body";\r\nfileinto "Labo";\r\n'


def alone(own: Own) -> str:
    return clash_of(own, lambda: ())


def test_a_script_says_what_it_is() -> None:
    about = read(build(ENDING, Own("Tri", SORTING), INCLUDE))
    assert about is not None
    assert (about.replacement, about.until, about.way) == (REPLY.replacement, ENDING.until, Way.INCLUDE)
    assert (about.previous, about.sound) == ("Tri", True)


def test_a_sender_is_answered_once_a_week_in_words_of_balt_and_for_the_address_that_is_left() -> None:
    script = build(REPLY, None, INCLUDE).decode()
    assert f'vacation :days 7 :addresses ["{REPLY.address}"] :subject "Réponse automatique' in script


def test_any_change_of_an_octet_shows() -> None:
    script = build(REPLY, Own("Tri", SORTING), frozenset())
    for place in range(len(script)):
        changed = script[:place] + bytes([script[place] ^ 1]) + script[place + 1 :]
        about = read(changed)
        assert about is None or not about.sound, place


def test_what_is_needed_is_said_first() -> None:
    assert head_of(build(REPLY, None, INCLUDE)).required == {"vacation"}
    assert head_of(build(ENDING, Own("Tri", SORTING), INCLUDE)).required == {
        "vacation",
        "include",
        "date",
        "relational",
    }
    combined = head_of(build(REPLY, Own("Tri", SORTING), frozenset()))
    assert combined.required == {"fileinto", "copy", "body", "vacation"}


def test_a_combined_script_gives_the_own_one_back_octet_for_octet() -> None:
    script = build(REPLY, Own("Tri", SORTING), frozenset())
    assert own_in(script) == SORTING
    assert script.startswith(SORTING[: SORTING.index(b'fileinto "')].rstrip())
    assert script.endswith(b'fileinto "Labo";\r\n')


@given(
    st.lists(st.sampled_from([b'require "fileinto";', b"# x\r\n", b"/* ; */", b" ", b"\r\n", b"\n"])),
    st.binary(max_size=60),
)
def test_whatever_stands_in_it(head: list[bytes], rest: bytes) -> None:
    own = Own("Tri", b"".join(head) + rest)
    if not alone(own):
        assert own_in(build(REPLY, own, frozenset())) == own.script


@pytest.mark.parametrize("name", ["a/b", "${x}", "a\nb", "\udc80"])
def test_a_name_that_cannot_be_called_is_not(name: str) -> None:
    about = read(build(REPLY, Own(name, SORTING), INCLUDE))
    assert about is not None
    assert (about.way, about.previous) == (Way.COMBINED, name)


def test_what_is_balts_can_be_told_from_what_is_the_persons() -> None:
    block = block_in(build(REPLY, Own("Tri", SORTING), frozenset()))
    assert (b"vacation" in block, b"Labo" in block, b"mon tri" in block) == (True, False, False)
    assert block_in(SORTING) == b""


def test_a_name_cannot_end_the_command_that_calls_it() -> None:
    script = build(REPLY, Own('x"; discard; "', SORTING), INCLUDE)
    assert rb'include :personal :optional "x\"; discard; \"";' in script


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (b'require "vacation"; vacation "x";', "vacation"),
        (b'REQUIRE ["fileinto","Vacation-Seconds"];', "vacation"),
        (b'require "reject"; reject "x";', "reject"),
        (b'require "ihave"; if ihave "vacation" { vacation "x"; }', "vacation"),
        (b'/* */ require "fileinto"; # x\n require ["ereject"];', "reject"),
        (b'require "fileinto', "écrit"),
        (b"\x00\xff", "écrit"),
        (b'require "fileinto" fileinto "x"', "écrit"),
        (build(REPLY, None, INCLUDE), "vacation"),
    ],
)
def test_what_cannot_live_with_an_answer_is_known(own: bytes, why: str) -> None:
    assert why in alone(Own("Tri", own))


def test_words_in_comments_and_texts_are_not_taken_for_commands() -> None:
    own = b'# require "vacation";\r\nrequire "fileinto";\r\nfileinto "require \\"reject\\";";\r\n'
    assert alone(Own("Tri", own)) == ""


def test_what_a_script_calls_counts_too() -> None:
    own = Own("Tri", b'require "include"; include "Absence";')
    assert "vacation" in clash_of(own, lambda: (b'require "vacation"; vacation "x";',))
    assert clash_of(own, lambda: (b'require "fileinto";',)) == ""


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"# balt-autoreply: {} x\r\n",
        b"# balt-autoreply: [1] x\r\n",
        b"# balt-autoreply: " + b"[" * 90_000,
    ],
)
def test_somebody_elses_words_are_not_a_script_of_balt(script: bytes) -> None:
    assert read(script) is None


def test_balts_own_script_is_never_the_previous_one() -> None:
    about = read(build(REPLY, Own(NAME, SORTING), INCLUDE))
    assert about is not None
    assert about.previous is None


def test_quotes_are_escaped() -> None:
    assert quoted('a"b\\') == '"a\\"b\\\\"'
