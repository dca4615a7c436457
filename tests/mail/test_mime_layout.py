"""Where the parts of a message lie: as Dovecot and the parser of Python see them, or not at all."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.mail.arguments import uid_set
from balt.mail.fetch import read_row
from balt.mail.files.mime import read_structure
from balt.mail.files.octets import Extent
from balt.mail.mime_layout import MAX_DASHES, Doubt, LayoutError, Place, layout_of
from balt.mail.structure import Part, parse_structure
from tests.integration.mails import document, opened, text
from tests.mail.files.mails import SHAPES
from tests.mail.layout_cases import DOUBTFUL, TEXT, messages, mixed, seen_by_python
from tests.support.dovecot import Dovecot
from tests.support.hostile import PAYLOADS, mail

WHEN = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


def leaves(root: Place) -> dict[str, Place]:
    return {place.number: place for place in root.walk() if not place.children}


def test_every_octet_has_its_place() -> None:
    octets = mixed(TEXT, b'Content-Type: application/pdf;\r\n name="a.pdf"\r\n\r\nPDF\r\n')
    root = layout_of(octets)
    first, second = root.children
    assert (root.number, first.number, second.number) == ("", "1", "2")
    assert octets[first.header : first.body] == b"Content-Type: text/plain\r\n\r\n"
    assert octets[first.body : first.end] == b"Bonjour"
    assert octets[second.body : second.end] == b"PDF\r\n"
    assert second.field("content-type") == b'application/pdf; name="a.pdf"'


def test_bare_line_ends_count_twice_as_they_do_on_the_line() -> None:
    [part] = layout_of(mixed(b"Content-Type: text/plain\n\na\nb\r\nc")).children
    assert (part.end - part.body, part.size) == (6, 7)


@pytest.mark.parametrize("case", DOUBTFUL)
def test_what_could_be_read_in_two_ways_is_refused(case: str) -> None:
    octets, doubt = DOUBTFUL[case]
    with pytest.raises(LayoutError) as refused:
        layout_of(octets)
    assert refused.value.doubt is Doubt(doubt)


def test_a_message_full_of_what_looks_like_boundaries_is_refused() -> None:
    with pytest.raises(LayoutError, match="boundary"):
        layout_of(mixed(TEXT + b"x--b" * (MAX_DASHES + 10)))


@given(messages())
@settings(max_examples=150)
def test_sound_messages_lie_as_the_parser_of_python_sees_them(octets: bytes) -> None:
    found = leaves(layout_of(octets))
    seen = {number: body for number, body in seen_by_python(octets).items() if body is not None}
    assert {number: octets[place.body : place.end] for number, place in found.items()} == seen


@given(messages(), st.data())
@settings(max_examples=150)
def test_spoilt_messages_are_refused_or_lie_as_the_parser_of_python_sees_them(
    octets: bytes, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(octets)))
        piece = data.draw(
            st.sampled_from([b"", b"\r", b"\n", b"--b\r\n", b"\r\n--b--", b"=", b"-", b'"', b" ;"])
        )
        octets = octets[:place] + piece + octets[place + data.draw(st.integers(0, 4)) :]
    try:
        found = leaves(layout_of(octets))
    except LayoutError:
        return
    seen = {number: body for number, body in seen_by_python(octets).items() if body is not None}
    assert {number: octets[place.body : place.end] for number, place in found.items()} == seen


@given(messages())
@settings(max_examples=100)
def test_sound_messages_lie_as_a_server_would_tell(octets: bytes) -> None:
    told = parse_structure(read_structure(Extent(io.BytesIO(octets), 0, len(octets))).body)
    assert sizes_told(told) == sizes_found(layout_of(octets))


def sizes_told(root: Part) -> dict[str, tuple[str, int]]:
    return {part.number: (part.content_type, part.size) for part in root.walk() if not part.children}


def sizes_found(root: Place) -> dict[str, tuple[str, int]]:
    return {number: (place.content_type, place.size) for number, place in leaves(root).items()}


@pytest.mark.dovecot
@given(made=st.lists(messages(), min_size=10, max_size=40))
@settings(max_examples=6)
def test_the_parts_of_sound_messages_are_those_of_dovecot(dovecot: Dovecot, made: list[bytes]) -> None:
    compare_with_dovecot(dovecot, made, all_sound=True)


@pytest.mark.dovecot
def test_hostile_messages_are_refused_or_their_parts_are_those_of_dovecot(dovecot: Dovecot) -> None:
    mails = [
        *(shape() for shape in SHAPES.values()),
        document(),
        text(size=5000),
        *map(mail, PAYLOADS.values()),
    ]
    mails += [octets for octets, _doubt in DOUBTFUL.values() if b"\0" not in octets]
    compare_with_dovecot(dovecot, mails, all_sound=False)


def compare_with_dovecot(dovecot: Dovecot, mails: list[bytes], *, all_sound: bool) -> None:
    """Put mails into a mailbox, and compare what the server gives of each and tells of it."""
    user = dovecot.new_user()
    uids = dovecot.deliver_all(user, [(octets, WHEN, ()) for octets in mails])
    with opened(dovecot.account(user)) as session:
        session.examine("INBOX")
        given_back = session.whole_messages(uids)
        assert session.wire is not None
        told: dict[int, Part] = {}
        with session.wire.command(b"UID FETCH", uid_set(uids), b"(UID BODYSTRUCTURE)") as answer:
            for response in answer:
                row = read_row(response)
                if row is not None and row.uid is not None and b"BODYSTRUCTURE" in row.items:
                    told[row.uid] = parse_structure(row.items[b"BODYSTRUCTURE"])
    compared = 0
    for uid in uids:
        try:
            found = layout_of(given_back[uid])
        except LayoutError:
            assert not all_sound
            continue
        assert sizes_found(found) == sizes_told(told[uid])
        compared += 1
    assert compared > 5
