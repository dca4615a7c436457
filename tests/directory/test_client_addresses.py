"""Many addresses asked at once: few calls, short ones, and the same answer as one by one."""

from collections.abc import Iterator
from typing import Any

import pytest

from balt.directory.client import DirectoryClient, Limits
from balt.errors import CancelledError, DirectoryError
from tests.directory.fake_api import Asked, FakeApi, Reply
from tests.directory.fhir_data import (
    CAMILLE,
    NOA,
    at_hospital,
    bundle,
    camille,
    hospital,
    mss,
    organization,
    outcome,
    practitioner,
)
from tests.directory.scripted_directory import CLOCK, Directory, scripted_directory


@pytest.fixture
def directory() -> Iterator[Directory]:
    with scripted_directory() as scripted:
        yield scripted


ROLE = "camille.exemple@ch-fictif.mssante.fr"
OWN = "noa@fictif.mssante.fr"
SHARED = "accueil@fictif.mssante.fr"
NOBODY = "personne@fictif.mssante.fr"


def test_addresses_are_asked_together_and_only_the_missing_ones_again(directory: Directory) -> None:
    together = f"{ROLE},{OWN},{SHARED},{NOBODY}"
    directory.answers |= {
        f"PractitionerRole?mailbox-mss={together}": bundle(at_hospital(), camille(), hospital()),
        f"Practitioner?mailbox-mss={together}": bundle(practitioner(NOA, telecom=[mss(OWN)])),
        f"Organization?mailbox-mss:exact={SHARED},{NOBODY}": bundle(
            organization("x", "CENTRE", telecom=[mss("Accueil@fictif.mssante.fr", "ORG")])
        ),
    }

    answer = directory.client.of_addresses([ROLE, OWN, SHARED, NOBODY])

    assert [each.address for each in answer.entries] == [OWN, ROLE, "Accueil@fictif.mssante.fr"]
    assert [each.rpps for each in answer.professionals] == [NOA, CAMILLE]
    assert answer.whole
    includes = "&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization"
    assert directory.questions == [
        f"Practitioner?mailbox-mss={together}",
        f"PractitionerRole?mailbox-mss={together}{includes}",
        f"Organization?mailbox-mss={together}",
        f"Practitioner?mailbox-mss:exact={SHARED},{NOBODY}",
        f"PractitionerRole?mailbox-mss:exact={SHARED},{NOBODY}{includes}",
        f"Organization?mailbox-mss:exact={SHARED},{NOBODY}",
    ]


def test_a_carrier_that_comes_with_two_calls_is_told_once(directory: Directory) -> None:
    many = [f"bal{number}@fictif.mssante.fr" for number in range(30)]
    both = practitioner(NOA, telecom=[mss(many[0]), mss(many[29])])
    directory.answers |= {
        f"Practitioner?mailbox-mss={','.join(some)}": bundle(both) for some in (many[:15], many[15:])
    }

    answer = directory.client.of_addresses(many)

    assert [each.address for each in answer.entries] == [many[0], many[29]]
    assert [each.rpps for each in answer.professionals] == [NOA]


def asked_for(addresses: list[str]) -> list[Asked]:
    with FakeApi(answer=lambda asked: bundle()) as api:
        limits = Limits(calls_per_second=100_000)
        with DirectoryClient(api.base_url, lambda: "cle", CLOCK, limits=limits) as client:
            client.of_addresses(addresses)
        return api.asked


@pytest.mark.parametrize("length", [1, 40, 200])
def test_no_question_is_long_and_none_holds_many_addresses(length: int) -> None:
    addresses = [f"{'é' * (length // 4)}{number}@{'x' * length}.mssante.fr" for number in range(40)]

    asked = asked_for(addresses)

    values = [each.parameters[0][1].split(",") for each in asked if each.resource == "Organization"]
    assert [address for some in values for address in some] == addresses * 2
    assert max(map(len, values)) <= 15
    assert max(len(each.target) + len("http://127.0.0.1:65535") for each in asked) <= 2000


def test_two_hundred_addresses_take_few_calls() -> None:
    addresses = [f"prenom.nom{number}@medecin.fictif.mssante.fr" for number in range(200)]

    assert len(asked_for(addresses)) == 14 * 3 * 2


def test_the_same_address_in_other_capitals_is_asked_once(directory: Directory) -> None:
    directory.client.of_addresses([OWN, OWN.upper(), f" {OWN} "])

    assert [each.parameters[0][1] for each in directory.api.asked] == [OWN] * 6


def test_no_address_is_no_question(directory: Directory) -> None:
    assert directory.client.of_addresses([]).entries == ()
    assert directory.api.asked == []


@pytest.mark.parametrize("typed", ["", "camille", "a@b,c@d", "a@b|c", "a b@c.fr"])
def test_nothing_is_asked_where_one_is_no_address(directory: Directory, typed: str) -> None:
    with pytest.raises(DirectoryError):
        directory.client.of_addresses([OWN, typed])

    assert directory.api.asked == []


def test_giving_up_takes_effect_between_two_calls(directory: Directory) -> None:
    many = [f"bal{number}@fictif.mssante.fr" for number in range(60)]

    with pytest.raises(CancelledError):
        directory.client.of_addresses(many, lambda: len(directory.api.asked) >= 4)

    assert len(directory.api.asked) == 4


def test_a_server_that_repeats_one_of_the_addresses_does_not_bring_it_to_the_screen() -> None:
    def refuse(asked: Asked) -> Any:
        return Reply(outcome(f"Bad value {OWN} in search"), 400)

    with FakeApi(answer=refuse) as api:
        client = DirectoryClient(api.base_url, lambda: "cle", CLOCK)
        with client, pytest.raises(DirectoryError) as caught:
            client.of_addresses([ROLE, OWN])

    assert "Bad value" in str(caught.value)
    assert OWN not in str(caught.value)
