"""vCards, read by a reader that is not ours (vobject), and their lines as the standards want them."""

from dataclasses import replace

import pytest
import vobject

from balt.publish.handouts import Kind, handout
from balt.publish.signatory import Signatory
from balt.publish.vcards import vcard
from tests.mailboxes.directory_cases import CAMILLE, LILAS, RPPS
from tests.publish.test_handouts import BAL
from tests.support.hostile import PAYLOADS

WHO = Signatory("Dr Camille EXEMPLE", "Médecin", "Cardiologie (SM)", RPPS, "EXEMPLE", "Camille", "Dr")
CARDS: tuple[Kind, ...] = ("vcard", "vcard3")


@pytest.mark.parametrize("kind", CARDS)
def test_another_reader_finds_the_professional_and_the_address(kind: Kind) -> None:
    card = vobject.readOne(handout(kind, WHO, LILAS, BAL).octets.decode())
    assert card.version.value == {"vcard": "4.0", "vcard3": "3.0"}[kind]
    assert card.fn.value == "Dr Camille EXEMPLE"
    assert (card.n.value.family, card.n.value.given, card.n.value.prefix) == ("EXEMPLE", "Camille", "Dr")
    assert card.email.value == CAMILLE
    assert card.org.value == ["Cabinet des Lilas"]
    assert card.title.value == "Cardiologie"
    assert card.adr.value.city == "Fictive"


@pytest.mark.parametrize("kind", CARDS)
def test_signs_that_a_vcard_would_read_as_its_own_come_back_as_written(kind: Kind) -> None:
    name = "Cabinet; des, Lilas \\ annexe: A"
    card = vobject.readOne(handout(kind, WHO, replace(LILAS, structure=name), BAL).octets.decode())
    assert card.org.value == [name]


@pytest.mark.parametrize("payload", [*PAYLOADS.values(), "é" * 190, "END:VCARD\r\nBEGIN:VCARD"])
@pytest.mark.parametrize("kind", CARDS)
def test_lines_are_folded_at_75_octets_and_nothing_adds_one(kind: Kind, payload: str) -> None:
    who = replace(WHO, name=payload, family=payload, given=payload, speciality=payload)
    octets = handout(kind, who, replace(LILAS, structure=payload), BAL).octets
    lines = octets.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode("utf-8") for line in lines[:-1])  # no character was cut in two
    assert b"\n" not in b"".join(lines)
    cards = list(vobject.readComponents(octets.decode()))
    assert len(cards) == 1
    assert cards[0].email.value == CAMILLE


def test_a_name_whose_parts_are_not_known_is_not_guessed_at() -> None:
    card = vobject.readOne(vcard(Signatory("Lou ESSAI"), None, BAL, "fr", "3.0"))
    assert (card.n.value.family, card.n.value.given) == ("Lou ESSAI", "")


def test_the_same_address_makes_the_same_card_again() -> None:
    one, other = (vcard(WHO, LILAS, replace(BAL, address=a), "fr") for a in (CAMILLE, CAMILLE.upper()))
    assert vobject.readOne(one).uid.value == vobject.readOne(other).uid.value


def test_a_card_holds_no_other_way_to_reach_the_person() -> None:
    card = vobject.readOne(vcard(WHO, LILAS, BAL, "fr"))
    assert set(card.contents) == {
        *("version", "fn", "n", "kind", "org", "title", "adr", "email", "note", "uid"),
    }
