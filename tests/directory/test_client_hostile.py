"""An answer that loops, swells, drips or never ends costs little time and memory, and ends in a sentence."""

import gzip
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from balt.clock import SystemClock
from balt.directory.client import DirectoryClient, Limits
from balt.errors import CancelledError, DirectoryError
from tests.directory.fake_api import FakeApi, Reply
from tests.directory.fhir_data import CAMILLE, bundle, camille, mss

MIB = 1024 * 1024


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as server:
        yield server


def client(base_url: str, **limits: Any) -> DirectoryClient:
    bounds = Limits(**({"deadline_seconds": 20, "calls_per_second": 100_000} | limits))
    return DirectoryClient(base_url, lambda: "cle", SystemClock(), limits=bounds)


def failure(api: FakeApi, **limits: Any) -> DirectoryError:
    with client(api.base_url, **limits) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)
    return caught.value


@pytest.mark.parametrize(
    "links", [["Practitioner?identifier=10999990012&_revinclude=PractitionerRole%3Apractitioner"],
              ["_page?id=a"],
              ["_page?id=a", "_page?id=b"],
              ["_page?id=a", "_page?id=b", "_page?id=c"]]
)  # fmt: skip
def test_pages_that_go_round_in_circles_are_noticed(api: FakeApi, links: list[str]) -> None:
    following = itertools.cycle(links)

    with FakeApi(answer=lambda asked: bundle(camille(), next_url=next(following))) as server:
        error = failure(server)

        assert "tourne en rond" in error.message
        assert len(server.asked) <= len(links) + 1


def test_pages_without_end_are_left_at_a_bound() -> None:
    numbers = itertools.count()

    with FakeApi(answer=lambda asked: bundle(next_url=f"_page?id=u{next(numbers)}")) as server:
        error = failure(server)

        assert "trop volumineuse" in error.message
        assert len(server.asked) == Limits().pages


def test_resources_without_end_are_left_at_a_bound() -> None:
    numbers = itertools.count()

    def page(asked: object) -> Any:
        people = [{"resourceType": "Device", "id": f"{next(numbers)}"} for _each in range(50)]
        return bundle(*people, next_url=f"_page?id=u{next(numbers)}")

    with FakeApi(answer=page) as server:
        assert "trop volumineuse" in failure(server, resources=500).message
        assert len(server.asked) == 11


def test_a_resource_that_comes_again_counts_once(api: FakeApi) -> None:
    api.script(
        bundle(camille(), camille(), next_url="_page?id=u1", total=2),
        bundle(camille(), total=2),
        bundle(),
    )

    with client(api.base_url) as directory:
        answer = directory.of_professional(CAMILLE)

    assert len(answer.entries) == 3
    assert answer.notes == ("l'annuaire annonçait 1 résultat de plus qu'il n'en a donné.",)


def test_fewer_results_than_announced_are_told(api: FakeApi) -> None:
    api.script(bundle(camille(), total=3), bundle())

    with client(api.base_url) as directory:
        answer = directory.of_professional(CAMILLE)

    assert any("2 résultats de plus" in note for note in answer.notes)


@pytest.mark.parametrize("total", [-1, "3", True, 10**40, None, 1.5])
def test_an_odd_total_counts_as_none(api: FakeApi, total: object) -> None:
    api.script(bundle(camille()) | {"total": total}, bundle())

    with client(api.base_url) as directory:
        assert directory.of_professional(CAMILLE).notes == ()


ODD: list[object] = [None, 0, "texte", True, [], {}, [None], {"resourceType": None}, {"resourceType": 3}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_entry_that_is_no_resource_is_left_out_and_told(api: FakeApi, odd: object) -> None:
    page = bundle(odd, camille(), odd)
    page["entry"].append(odd)
    api.script(page, bundle())

    with client(api.base_url) as directory:
        answer = directory.of_professional(CAMILLE)

    assert len(answer.entries) == 3
    assert any("3 éléments illisibles" in note for note in answer.notes)


def test_a_million_telecoms_end_in_a_sentence_within_bounds(api: FakeApi) -> None:
    one = json.dumps(mss("a@b.mssante.fr", None)).encode()
    body = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Practitioner","telecom":['
    api.script(Reply(gzip.compress(body + (one + b",") * 1_000_000, 1), headers=(gzipped,)))

    assert "trop volumineuse" in peak_below(100 * MIB, lambda: failure(api)).message


gzipped = ("Content-Encoding", "gzip")
ZEROS = b" " * MIB


def packed(make: Any, megabytes: int) -> bytes:
    body = bytearray()
    for _each in range(megabytes):
        body += make.compress(ZEROS)
    return bytes(body + make.flush())


def peak_below(octets: int, work: Callable[[], DirectoryError]) -> DirectoryError:
    """Do the work, which must not take more memory than this."""
    tracemalloc.start()
    try:
        error = work()
        assert tracemalloc.get_traced_memory()[1] < octets
    finally:
        tracemalloc.stop()
    return error


@pytest.mark.parametrize(
    ("encoding", "bits"), [("gzip", 31), ("x-gzip", 31), ("GZIP", 31), ("deflate", 15), ("deflate", -15)]
)
def test_a_bomb_is_left_at_a_bound(api: FakeApi, encoding: str, bits: int) -> None:
    bomb = packed(zlib.compressobj(9, zlib.DEFLATED, bits), 300)
    api.script(Reply(bomb, headers=(("Content-Encoding", encoding),)))

    assert "trop volumineuse" in peak_below(100 * MIB, lambda: failure(api)).message


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "compress", "identity, gzip", "\x7f"])
def test_a_packing_that_was_not_asked_for_is_refused(api: FakeApi, encoding: str) -> None:
    api.script(Reply(gzip.compress(b"{}"), headers=(("Content-Encoding", encoding),)))

    assert "forme attendue" in failure(api).message


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("gzip", lambda body: gzip.compress(body[:50]) + gzip.compress(body[50:])),
        ("identity", bytes),
    ],
)
def test_an_honestly_packed_answer_is_read(
    api: FakeApi, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = json.dumps(bundle(camille())).encode()
    api.script(Reply(pack(body), headers=(("Content-Encoding", encoding),)), bundle())

    with client(api.base_url) as directory:
        assert len(directory.of_professional(CAMILLE).entries) == 3


@pytest.mark.parametrize(
    "body",
    [b"pas du gzip", gzip.compress(b"{}" * 500)[:20], gzip.compress(b"{}") + b"x" * 9],
    ids=["none", "cut", "followed"],
)
def test_damaged_packing_counts_as_a_cut_answer(api: FakeApi, body: bytes) -> None:
    api.script(Reply(body, headers=(gzipped,)))

    assert "coupée" in failure(api).message


def test_the_octets_of_all_pages_together_are_bounded() -> None:
    numbers = itertools.count()

    def page(asked: object) -> Any:
        return bundle(next_url=f"_page?id=u{next(numbers)}") | {"x": "x" * 100_000}

    with FakeApi(answer=page) as server:
        assert "trop volumineuse" in failure(server, total_octets=MIB).message
        assert len(server.asked) == 11


def test_more_objects_than_memory_should_hold_are_refused_unread(api: FakeApi) -> None:
    api.script(Reply(b'{"resourceType":"Bundle","x":[' + b"[]," * 2_000_000 + b"0]}"))

    assert "trop volumineuse" in peak_below(60 * MIB, lambda: failure(api)).message


def drip(pieces: Iterator[bytes], gap: float = 0.05) -> Callable[[socket.socket], None]:
    """Send a piece now and then, for as long as somebody listens."""

    def speak(connection: socket.socket) -> None:
        with suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(gap)

    return speak


def silence(pieces: int, over: threading.Event) -> Iterator[bytes]:
    """Nothing, again and again; ``over`` is set at its end."""
    yield from itertools.repeat(b"", pieces)
    over.set()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        lambda: itertools.chain(
            [HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"1\r\n \r\n")
        ),
        lambda: itertools.chain([HEAD, b"Content-Length: 100000\r\n\r\n"], itertools.repeat(b" ")),
        lambda: itertools.chain([HEAD, b"X-Long: "], itertools.repeat(b"x")),
        lambda: itertools.chain([b"HTTP/1.1 100 Continue\r\n\r\n"] * 2000),
        lambda: itertools.repeat(b""),
    ],
    ids=["chunks", "body", "headers", "continue", "silence"],
)
def test_an_answer_that_drips_is_left_when_the_time_is_over(
    api: FakeApi, pieces: Callable[[], Iterator[bytes]]
) -> None:
    api.script(Reply(speak=drip(pieces())))
    error = failure(api, deadline_seconds=0.8)

    assert "trop de temps" in error.message
    assert error.again


def test_a_server_that_keeps_silent_is_left_after_the_time_for_one_read(api: FakeApi) -> None:
    api.script(Reply(speak=drip(itertools.repeat(b""))))

    error = failure(api, read_timeout=0.5, deadline_seconds=3600)

    assert "trop de temps" in error.message


def test_the_time_holds_for_all_pages_together() -> None:
    numbers = itertools.count()

    def slow(asked: object) -> Any:
        time.sleep(0.1)
        return bundle(next_url=f"_page?id=u{next(numbers)}")

    with FakeApi(answer=slow) as server:
        assert "trop de temps" in failure(server, deadline_seconds=0.6).message
        assert len(server.asked) < 10


def test_giving_up_takes_effect_between_two_pages() -> None:
    numbers = itertools.count()

    with FakeApi(answer=lambda asked: bundle(next_url=f"_page?id=u{next(numbers)}")) as server:
        with client(server.base_url) as directory, pytest.raises(CancelledError):
            directory.of_professional(CAMILLE, lambda: len(server.asked) >= 3)

        assert len(server.asked) == 3


def test_giving_up_takes_effect_while_the_server_keeps_silent(api: FakeApi) -> None:
    over = threading.Event()
    api.script(Reply(speak=drip(silence(200, over))))
    given_up = threading.Event()
    threading.Timer(0.3, given_up.set).start()

    with client(api.base_url) as directory, pytest.raises(CancelledError):
        directory.of_professional(CAMILLE, given_up.is_set)

    assert not over.is_set()


def test_a_client_goes_on_after_a_failure(api: FakeApi) -> None:
    api.script(Reply(b"<html>", 500), bundle(camille()), bundle())

    with client(api.base_url) as directory:
        with pytest.raises(DirectoryError):
            directory.of_professional(CAMILLE)
        assert len(directory.of_professional(CAMILLE).entries) == 3


def test_a_closed_client_opens_again_when_it_is_asked(api: FakeApi) -> None:
    api.script(bundle(camille()), bundle(), bundle(camille()), bundle())

    with client(api.base_url) as directory:
        directory.of_professional(CAMILLE)
        directory.close()
        assert len(directory.of_professional(CAMILLE).entries) == 3


def test_nothing_is_imported_for_the_network_before_the_client_is() -> None:
    script = "import sys, balt.directory.model, balt.config; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
