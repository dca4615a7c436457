"""What a question costs at most in memory, in time spent on the line, and in time spent on the answers."""

import gzip
import itertools
import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.directory.client import DirectoryClient, Limits
from balt.directory.dialing import aside
from balt.directory.fhir import Person, Role
from balt.directory.gathering import Gathering
from balt.directory.pages import Found
from balt.directory.patience import Patience
from balt.errors import CancelledError, DirectoryError
from tests.directory.fake_api import Asked, FakeApi, Reply
from tests.directory.fhir_data import CAMILLE, HOSPITAL, bundle, camille, organization
from tests.directory.scripted_directory import NOON

MIB = 1024 * 1024
GZIPPED = ("Content-Encoding", "gzip")


def client(base_url: str, **limits: Any) -> DirectoryClient:
    bounds = Limits(**({"deadline_seconds": 20, "calls_per_second": 100_000} | limits))
    return DirectoryClient(base_url, lambda: "cle", SystemClock(), limits=bounds)


def failure(base_url: str, **limits: Any) -> DirectoryError:
    with client(base_url, **limits) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)
    return caught.value


def patience(cancelled: Callable[[], bool] | None = None) -> Patience:
    return Patience(Limits(), cancelled, time.monotonic, time.sleep)


def pages_of(padding: bytes) -> Callable[[Asked], Reply]:
    """Pages without end, each with one person of the API and this JSON in it besides."""
    numbers = itertools.count(1)

    def page(asked: Asked) -> Reply:
        number = next(numbers)
        person = json.dumps(camille() | {"id": f"p{number}"}).encode()
        following = json.dumps([{"relation": "next", "url": f"_page?id=u{number}"}]).encode()
        entry = b'[{"resource":' + person[:-1] + b',"x":[' + padding + b"]}}]"
        body = b'{"resourceType":"Bundle","link":' + following + b',"entry":' + entry + b"}"
        return Reply(gzip.compress(body, 1), headers=(GZIPPED,))

    return page


def test_no_page_is_kept_once_it_is_read() -> None:
    with FakeApi(answer=pages_of(b",".join([b'{"a":0}'] * 200_000))) as server:
        tracemalloc.start()
        try:
            error = failure(server.base_url, pages=6, deadline_seconds=60)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert "trop volumineuse" in error.message
    assert len(server.asked) == 6
    assert peak < 120 * MIB  # one page takes fifty, and six would take three hundred


def test_numbers_without_end_are_refused_before_they_are_read() -> None:
    with FakeApi(answer=pages_of(b",".join([b"1.5"] * 1_500_000))) as server:
        assert "trop volumineuse" in failure(server.base_url).message
        assert len(server.asked) == 1


def test_the_values_of_all_pages_together_are_bounded() -> None:
    with FakeApi(answer=pages_of(b",".join([b"1.5"] * 1000))) as server:
        assert "trop volumineuse" in failure(server.base_url, total_values=5000).message
        assert len(server.asked) == 5


def test_what_is_kept_of_all_pages_together_is_bounded() -> None:
    with FakeApi(answer=pages_of(b"")) as server:
        assert "trop volumineuse" in failure(server.base_url, kept_octets=10_000).message
        assert 3 < len(server.asked) < 12


def test_an_answer_in_crumbs_is_left_at_a_bound_and_costs_little() -> None:
    def speak(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                connection.sendall(b"2\r\n  \r\n" * 10_000)

    with FakeApi(Reply(speak=speak)) as server:
        tracemalloc.start()
        try:
            error = failure(server.base_url, pieces=50_000, read_timeout=60)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert "trop volumineuse" in error.message
    assert peak < 2 * MIB


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What a step that hangs waits for; it goes on at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def hanging_names(held: threading.Event, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A resolver that does not answer before the test is over; the names that it was waited for."""
    waited_for: list[str] = []

    def ask(host: str, *_arguments: object, **_options: object) -> list[Any]:
        held.wait(20)
        waited_for.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return waited_for


def test_a_resolver_that_hangs_is_left_when_the_time_is_over(hanging_names: list[str]) -> None:
    assert "trop de temps" in failure("https://annuaire.invalid/v2", deadline_seconds=0.5).message
    assert not hanging_names


def test_a_resolver_that_hangs_is_left_after_the_time_for_connecting(hanging_names: list[str]) -> None:
    assert "ne répond pas" in failure("https://annuaire.invalid/v2", connect_timeout=0.5).message
    assert not hanging_names


def give_up(base_url: str, when: Callable[[], bool] = lambda: True) -> None:
    """Ask, and give up soon; neither the time for connecting nor the whole would end it."""
    end = time.monotonic() + 0.3
    patient = {"connect_timeout": 3600, "deadline_seconds": 3600}
    with client(base_url, **patient) as directory, pytest.raises(CancelledError):
        directory.of_professional(CAMILLE, lambda: time.monotonic() >= end and when())


def test_giving_up_takes_effect_while_the_resolver_hangs(hanging_names: list[str]) -> None:
    give_up("https://annuaire.invalid/v2")
    assert not hanging_names


def test_giving_up_takes_effect_while_a_protected_line_is_agreed_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        give_up(f"https://127.0.0.1:{silent.getsockname()[1]}/v2")


class Addresses:
    """A host with several addresses, of which those for documentation keep silent."""

    def __init__(self, held: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried: list[str] = []
        self.known = [f"192.0.2.{number}" for number in range(1, 21)]
        self._held = held
        monkeypatch.setattr(socket, "getaddrinfo", self.ask)
        monkeypatch.setattr(socket, "create_connection", self.connect)

    def ask(self, _host: str, port: int, *_arguments: object, **_options: object) -> list[Any]:
        family = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*family, (address, port)) for address in self.known]

    def connect(self, place: tuple[str, int], timeout: float, **options: Any) -> socket.socket:
        self.tried.append(place[0])
        if place[0] == "127.0.0.1":
            with socket.socket() as line:
                line.connect(place)
                return line.dup()
        self._held.wait(timeout)
        raise TimeoutError


@pytest.fixture
def addresses(held: threading.Event, monkeypatch: pytest.MonkeyPatch) -> Addresses:
    return Addresses(held, monkeypatch)


def test_all_addresses_together_have_the_time_of_one_question(addresses: Addresses) -> None:
    limits = {"deadline_seconds": 1.0, "connect_timeout": 0.4}

    assert failure("https://annuaire.invalid/v2", **limits).again
    assert 2 <= len(addresses.tried) <= 4


def test_giving_up_takes_effect_while_an_address_keeps_silent(addresses: Addresses) -> None:
    give_up("https://annuaire.invalid/v2", lambda: bool(addresses.tried))
    assert addresses.tried == ["192.0.2.1"]


def test_an_address_that_keeps_silent_leaves_the_next_one_its_turn(addresses: Addresses) -> None:
    addresses.known = ["192.0.2.1", "127.0.0.1"]
    api = FakeApi(bundle(camille()), bundle())
    with api, client(api.base_url, connect_timeout=0.3) as directory:
        assert directory.of_professional(CAMILLE).entries

    assert addresses.tried == ["192.0.2.1", "127.0.0.1"]


def test_what_comes_after_giving_up_is_undone(held: threading.Event) -> None:
    undone: list[str] = []
    done = threading.Event()

    def work() -> str:
        held.wait(20)
        return "ligne"

    def undo(late: str) -> None:
        undone.append(late)
        done.set()

    with pytest.raises(CancelledError):
        aside(work, patience(lambda: True), 10, undo)
    held.set()

    assert done.wait(5)
    assert undone == ["ligne"]


def role_of(person: str, number: int) -> dict[str, Any]:
    return {
        "resourceType": "PractitionerRole",
        "id": f"r{number}",
        "active": True,
        "practitioner": {"reference": f"Practitioner/{person}"},
        "organization": {"reference": "Organization/nord"},
    }


def test_one_person_with_thousands_of_roles_is_put_together_in_time() -> None:
    roles = [role_of("p", number) for number in range(20_000)]
    answers = {
        "Organization": bundle(organization("nord")),
        "PractitionerRole": bundle(*roles, camille() | {"id": "p"}),
    }
    with (
        FakeApi(answer=lambda asked: answers[asked.resource]) as server,
        client(server.base_url) as directory,
    ):
        found = directory.of_structure(HOSPITAL)

    assert len(found.situations) == 1


def test_thousands_of_people_with_roles_are_put_together_in_time() -> None:
    people = [{"resourceType": "Practitioner", "id": f"p{each}", "active": True} for each in range(2000)]
    roles = [role_of(f"p{number % 2000}", number) for number in range(20_000)]

    def answer(asked: Asked) -> Any:
        if asked.resource == "Practitioner":
            return bundle(*people)
        first = asked.resource == "PractitionerRole" and asked.parameters[0][1].startswith("p0,")
        return bundle(*roles) if first else bundle()

    with FakeApi(answer=answer) as server, client(server.base_url) as directory:
        found = directory.search("exemple")

    assert len(found.situations) > 0


def test_a_role_that_changes_hands_between_two_searches_counts_for_the_last() -> None:
    gathering = Gathering(patience())
    gathering.add(Found([Role("r", person="a"), Role("s", person="a")]))
    gathering.add(Found([Role("r", person="b")]))

    assert [role.id for role in gathering.roles_of(Person("a"))] == ["s"]
    assert [role.id for role in gathering.roles_of(Person("b"))] == ["r"]


def test_giving_up_takes_effect_while_the_answer_is_put_together() -> None:
    with pytest.raises(CancelledError):
        Gathering(patience(lambda: True)).answer(NOON, people=[Person("a")])
