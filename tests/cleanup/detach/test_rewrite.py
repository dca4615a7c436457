"""A message without its attachments: a note in their place, and every other octet as it was."""

import base64
import hashlib
from collections.abc import Sequence
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings

from balt.cleanup.detach import note, rewrite
from balt.cleanup.detach.note import is_note
from balt.cleanup.detach.parts import Chosen
from balt.cleanup.detach.rewrite import Lightened, UnfitError, lighten
from balt.mail.mime_layout import layout_of
from balt.mail.structure import Part
from tests.mail.layout_cases import DOUBTFUL, TEXT, messages, mixed

CONTENT = bytes(range(256)) * 200
NAMED = (
    b'Content-Type: application/pdf; name="r\xc3\xa9sum\xc3\xa9.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
PDF = NAMED + base64.encodebytes(CONTENT).replace(b"\n", b"\r\n")
OCTETS = mixed(TEXT, PDF, b"Content-Type: image/png\r\n\r\n\xff\xd8")
WHEN = "2026-11-29T08:00:00+01:00"


def chosen_of(octets: bytes, numbers: Sequence[str] = ("2",)) -> list[Chosen]:
    found = [place for place in layout_of(octets).walk() if place.number in numbers and not place.children]
    return [Chosen(place.number, place.content_type, place.size) for place in found]


def lightened(octets: bytes = OCTETS, numbers: Sequence[str] = ("2",)) -> Lightened:
    digest = hashlib.sha256(octets).hexdigest()
    return lighten(octets, chosen_of(octets, numbers), "archive-2026", WHEN, digest)


def test_all_but_the_attachment_is_as_it_was() -> None:
    before, after = layout_of(OCTETS), layout_of(lightened().octets)
    old, new = before.children[1], after.children[1]
    assert lightened().octets[: new.header] == OCTETS[: old.header]
    assert lightened().octets[new.end :] == OCTETS[old.end :]


def test_the_note_tells_what_was_there_and_where_it_is() -> None:
    message = message_from_bytes(lightened().octets, policy=policy.default)
    part = list(message.iter_parts())[1]
    text = part.get_content()
    digest = hashlib.sha256(CONTENT).hexdigest()
    told = ("résumé.pdf", "application/pdf", str(len(CONTENT)), str(len(PDF) - len(NAMED)), digest)
    for word in (*told, "archive-2026", WHEN, "Pièce jointe détachée", "Attachment detached"):
        assert word in text
    assert part.get_filename() == "résumé.pdf (détachée).txt"
    assert part.get_content_disposition() == "inline"
    assert hashlib.sha256(OCTETS).hexdigest() in part["X-Balt-Detached"]


def test_the_note_travels_in_ascii_lines_that_every_server_takes() -> None:
    after = lightened()
    new = layout_of(after.octets).children[1]
    octets = after.octets[new.header : new.end]
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    assert b"\n" not in octets.replace(b"\r\n", b"")


def test_a_note_is_known_again_by_its_structure() -> None:
    message = message_from_bytes(lightened().octets)
    part = list(message.walk())[2]
    params = {key.lower(): value for key, value in part.get_params() or ()}
    assert is_note(Part("2", "text/plain", params))
    assert not is_note(Part("1", "text/plain"))


def test_the_same_message_comes_out_the_same() -> None:
    assert lightened().octets == lightened().octets


def test_several_attachments_go_at_once() -> None:
    octets = mixed(TEXT, PDF, TEXT, PDF)
    after = lightened(octets, ("2", "4"))
    assert [removed.number for removed in after.removed] == ["2", "4"]
    assert len(after.octets) < len(octets) / 5


@pytest.mark.parametrize(
    "name", ["a" * 5000, "é" * 300, "日" * 300, '"; boundary="b', "\x1b[31m\u202eexe", ""]
)
def test_whatever_an_attachment_is_called_the_note_is_sound(name: str) -> None:
    encoded = base64.b64encode(name.encode()).decode()
    header = f'Content-Type: application/pdf; name="=?utf-8?B?{encoded}?="\r\n\r\n'.encode()
    octets = mixed(TEXT, header + b"x" * 3000)
    new = layout_of(lightened(octets).octets).children[1]
    lines = lightened(octets).octets[new.header : new.end].split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert b"\x1b" not in b"".join(lines)


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen("2", "application/pdf", 1),
        Chosen("2", "image/png", len(PDF) - len(NAMED)),
        Chosen("9", "application/pdf", len(PDF) - len(NAMED)),
    ],
)
def test_a_part_that_is_not_what_was_planned_is_left_alone(chosen: Chosen) -> None:
    with pytest.raises(UnfitError, match="part"):
        lighten(OCTETS, [chosen], "archive", WHEN, hashlib.sha256(OCTETS).hexdigest())


def test_octets_that_the_archive_does_not_vouch_for_are_not_used() -> None:
    with pytest.raises(UnfitError, match="octets"):
        lighten(OCTETS, chosen_of(OCTETS), "archive", WHEN, "0" * 64)


def test_a_message_signed_within_its_text_is_left_alone() -> None:
    with pytest.raises(UnfitError, match="pgp"):
        lightened(mixed(TEXT + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n", PDF))


def test_a_message_that_is_nothing_but_a_file_is_left_alone() -> None:
    octets = b"Subject: x\r\n" + PDF
    with pytest.raises(UnfitError, match="part"):
        lighten(octets, chosen_of(octets, ("1",)), "archive", WHEN, hashlib.sha256(octets).hexdigest())


@pytest.mark.parametrize("case", DOUBTFUL)
def test_a_doubtful_message_is_left_alone(case: str) -> None:
    octets = DOUBTFUL[case][0]
    with pytest.raises(UnfitError):
        lighten(octets, [Chosen("1", "text/plain", 1)], "a", WHEN, hashlib.sha256(octets).hexdigest())


@given(messages())
@settings(max_examples=150)
def test_any_part_of_any_sound_message_can_go(octets: bytes) -> None:
    root = layout_of(octets)
    for place in root.walk():
        if place.children or place is root:
            continue
        after = lightened(octets, (place.number,)).octets
        leaves = [each for each in layout_of(after).walk() if not each.children]
        [new] = [each for each in leaves if each.number == place.number]
        assert after[: new.header] + octets[place.header : place.end] + after[new.end :] == octets


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note + b"\r\n--b\r\n\r\nune de plus",
        lambda note: note.replace(b"text/plain", b"text/html"),
        lambda note: b"\r\n--b--\r\n" + note,
        lambda note: b"",
    ],
)
def test_a_rewriting_gone_wrong_is_found_out(monkeypatch: pytest.MonkeyPatch, spoil: object) -> None:
    assert callable(spoil)
    monkeypatch.setattr(rewrite, "note_of", lambda *about: spoil(note.note_of(*about)))
    with pytest.raises(UnfitError, match="proof"):
        lightened()


def test_a_neighbour_that_changes_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    good = rewrite.Lightened
    monkeypatch.setattr(
        rewrite,
        "Lightened",
        lambda octets, removed: good(octets.replace(b"Bonjour", b"bonjour"), removed),
    )
    with pytest.raises(UnfitError, match="proof"):
        lightened()
