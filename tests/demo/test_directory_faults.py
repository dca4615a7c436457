"""What goes wrong with the demo's directory when a test asks for it."""

import json
import socket
import time
import zlib
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected

import pytest

from balt.demo.directory import DirectoryServer
from balt.demo.directory.faults import DirectoryFaultKind as Kind
from tests.support.directory import KEY, ask, directory_server

ONE = "Practitioner?identifier=10999990012"


def test_a_body_may_end_too_early_in_good_order(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.TRUNCATED, amount=300)
    got = ask(directory_server, ONE)
    assert (got.status, len(got.body)) == (200, 300)
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(got.body)


def test_a_connection_may_close_in_the_middle(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.CUT, amount=300)
    with pytest.raises(IncompleteRead):
        ask(directory_server, ONE)


def test_a_connection_may_close_before_anything_is_said(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.CLOSE)
    with pytest.raises(RemoteDisconnected):
        ask(directory_server, ONE)


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.SILENT, Kind.DRIP])
def test_an_answer_may_never_come_to_its_end(directory_server: DirectoryServer, kind: Kind) -> None:
    directory_server.faults.add(kind, seconds=60)
    with pytest.raises(TimeoutError):
        ask(directory_server, ONE, timeout=0.3)


def test_an_answer_may_come_drop_by_drop(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.DRIP, seconds=0.001)
    got = ask(directory_server, "Practitioner?identifier=10999999999")
    assert got.json["total"] == 0


def test_a_body_may_have_no_end(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.ENDLESS)
    connection = HTTPConnection(directory_server.host, directory_server.port, timeout=10)
    connection.request("GET", f"/fhir/v2/{ONE}", headers={"ESANTE-API-KEY": KEY})
    answer = connection.getresponse()
    assert len(answer.read(5_000_000)) == 5_000_000
    connection.close()


def test_a_small_body_may_unpack_to_a_huge_one(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.BOMB, amount=64 * 1024 * 1024)
    got = ask(directory_server, ONE)
    assert got.headers["content-encoding"] == "gzip"
    assert len(got.body) < 200_000
    assert len(zlib.decompress(got.body, 16 + zlib.MAX_WBITS)) > 64 * 1024 * 1024


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_may_lead_elsewhere(directory_server: DirectoryServer, status: int) -> None:
    directory_server.faults.add(Kind.REDIRECT, status=status, text="http://ailleurs.example/fhir")
    got = ask(directory_server, ONE)
    assert (got.status, got.headers["location"]) == (status, "http://ailleurs.example/fhir")


@pytest.mark.parametrize("link", ["http://ailleurs.example/fhir/v2/_page?id=u1", "javascript:1", ""])
def test_the_next_page_may_be_anything(directory_server: DirectoryServer, link: str) -> None:
    directory_server.faults.add(Kind.NEXT, text=link)
    assert ask(directory_server, "Practitioner").next == link


def test_pages_may_go_round(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.LOOP, target="_page", times=-1)
    second = ask(directory_server, ask(directory_server, "Practitioner").next)
    again = ask(directory_server, second.next)
    assert (again.next, again.ids()) == (second.next, second.ids())


def test_the_total_may_be_wrong(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.TOTAL, amount=-3)
    assert ask(directory_server, ONE).json["total"] == -3


def test_an_answer_may_be_for_people(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.HTML)
    got = ask(directory_server, ONE)
    assert (got.status, got.body[:6]) == (502, b"<html>")


def test_too_many_may_say_how_long_to_wait(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.TOO_MANY, text="3")
    got = ask(directory_server, ONE)
    assert (got.status, got.headers["retry-after"]) == (429, "3")


def test_an_answer_may_be_empty_or_something_else(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.EMPTY)
    directory_server.faults.add(Kind.REPLACED, text="[]", content_type="text/plain", status=418)
    directory_server.faults.add(Kind.CONTENT_TYPE, content_type="image/png")
    empty, replaced, mistaken = (ask(directory_server, ONE) for _turn in range(3))
    assert (empty.status, empty.body) == (200, b"")
    assert (replaced.status, replaced.body, replaced.headers["content-type"]) == (418, b"[]", "text/plain")
    assert (mistaken.headers["content-type"], mistaken.json["total"]) == ("image/png", 1)


def test_json_may_be_deeper_than_anybody_reads(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.DEEP, amount=200_000)
    got = ask(directory_server, ONE)
    with pytest.raises(RecursionError):
        json.loads(got.body)


def test_a_client_may_leave_and_the_others_are_served(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.DRIP, seconds=60)
    with pytest.raises(TimeoutError):
        ask(directory_server, ONE, timeout=0.1)
    assert ask(directory_server, ONE).status == 200


def test_faults_can_be_taken_away(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.CLOSE, times=-1)
    directory_server.faults.clear()
    assert ask(directory_server, ONE).status == 200


def test_a_fault_waits_for_its_turn_and_for_its_target(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.EMPTY, target="Organization", status=503, after=1, times=2)
    asked = ("Practitioner", "Organization", "Organization", "Practitioner", "Organization", "Organization")
    statuses = [ask(directory_server, f"{kind}?_count=1").status for kind in asked]
    assert statuses == [200, 200, 503, 200, 503, 200]


def test_something_may_happen_between_two_pages(directory_server: DirectoryServer) -> None:
    directory_server.faults.add(Kind.CALL, target="_page", action=directory_server.expire_pages)
    first = ask(directory_server, "Practitioner?_revinclude=PractitionerRole:practitioner")
    assert ask(directory_server, first.next).status == 500


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.SILENT, Kind.DRIP, Kind.ENDLESS])
def test_it_stops_at_once_whatever_it_is_doing(kind: Kind) -> None:
    with directory_server() as server:
        server.faults.add(kind, seconds=60)
        idle = socket.create_connection((server.host, server.port))
        busy = socket.create_connection((server.host, server.port))
        busy.sendall(f"GET /fhir/v2/{ONE} HTTP/1.1\r\nESANTE-API-KEY: {KEY}\r\n\r\n".encode())
        deadline = time.monotonic() + 5
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    idle.close()
    busy.close()


def test_more_connections_than_it_admits_are_closed() -> None:
    with directory_server() as server:
        crowd = [socket.create_connection((server.host, server.port), 5) for _turn in range(80)]
        assert crowd[-1].recv(1) == b""
        for each in crowd:
            each.close()
