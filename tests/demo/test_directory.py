"""The demo's directory over HTTP: who is answered, what is refused and how, and pages."""

import re
import socket
from datetime import datetime
from itertools import pairwise

import pytest

from balt.demo.directory import DirectoryServer
from tests.support.demo import NOW
from tests.support.directory import KEY, Got, ask, directory_server, practice_directory

HOLDER = "10999990012"
OLD_PAGE = "The url can't be processed. Maybe it is too old or corrupted."


def all_pages(server: DirectoryServer, first: Got) -> list[Got]:
    pages = [first]
    while pages[-1].next:
        pages.append(ask(server, pages[-1].next))
        assert len(pages) < 100
    return pages


# Who is answered


@pytest.mark.parametrize("key", [None, "", "autre", f"{KEY}x"])
def test_without_the_key_the_gateway_answers(directory_server: DirectoryServer, key: str | None) -> None:
    got = ask(directory_server, "Practitioner", key=key)
    assert (got.status, got.json) == (401, {"message": "Unauthorized", "http_status_code": 401})
    assert got.headers["content-type"] == "application/json"


def test_a_key_that_is_not_subscribed_is_forbidden(directory_server: DirectoryServer) -> None:
    directory_server.subscribed = False
    assert ask(directory_server, "Practitioner").status == 403


def test_seventeen_calls_a_second_and_no_more() -> None:
    ticks = [0.0]
    with directory_server(calls_per_second=17, ticks=lambda: ticks[0]) as server:
        answers = [ask(server, "Practitioner?_count=1") for _call in range(18)]
        assert [got.status for got in answers] == [200] * 17 + [429]
        assert answers[-1].json["http_status_code"] == 429
        assert [answers[at].headers["x-rate-limit-remaining"] for at in (0, 16, 17)] == ["16", "0", "0"]
        reset = datetime.fromtimestamp(int(answers[-1].headers["x-rate-limit-reset"]) / 1000, NOW.tzinfo)
        assert 0 < (reset - NOW).total_seconds() < 60
        ticks[0] = 1.0
        assert ask(server, "Practitioner?_count=1").status == 200


# What is refused


@pytest.mark.parametrize("kind", ["Practitioner", "PractitionerRole", "Organization", "Device"])
@pytest.mark.parametrize(
    "name", ["mailbox-mss-type", "_summary", "_sort", "practitioner.name", "phone", "_format"]
)
def test_an_unknown_parameter_is_refused(directory_server: DirectoryServer, kind: str, name: str) -> None:
    got = ask(directory_server, kind, [(name, "x")])
    assert (got.status, got.diagnostics) == (400, f"Parameter {name} not found for resource {kind}")
    assert got.json["resourceType"] == "OperationOutcome"
    assert got.headers["content-type"] == "application/fhir+json;charset=UTF-8"


@pytest.mark.parametrize(
    "parameter",
    [
        ("_count", "0"),
        ("_count", "-1"),
        ("_count", "beaucoup"),
        ("_total", "oui"),
        ("_include", "Practitioner:role"),
        ("_revinclude", "*"),
        ("_lastUpdated", "hier"),
        ("_lastUpdated", "ge2026-13"),
        ("_lastUpdated", "xx2026"),
    ],
)
def test_an_impossible_value_is_refused(
    directory_server: DirectoryServer, parameter: tuple[str, str]
) -> None:
    got = ask(directory_server, "Practitioner", [parameter])
    assert got.status == 400
    assert parameter[1].removeprefix("ge") in got.diagnostics


def test_an_unknown_type_is_told_as_the_real_server_does(directory_server: DirectoryServer) -> None:
    got = ask(directory_server, "PractitiXXXner")
    assert got.status == 404
    assert got.diagnostics == (
        "HAPI-0302: Unknown resource type 'PractitiXXXner' - Server knows how to handle: "
        "[Practitioner, PractitionerRole, Device, Organization, HealthcareService]"
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_nothing_can_be_written(directory_server: DirectoryServer, method: str) -> None:
    assert ask(directory_server, "Practitioner/003-9900001-00037", method=method, body="{}").status == 403


@pytest.mark.parametrize(("method", "target"), [("POST", ""), ("GET", "?_type=Practitioner"), ("GET", "/")])
def test_the_root_is_not_served(directory_server: DirectoryServer, method: str, target: str) -> None:
    got = ask(directory_server, directory_server.base_url + target, method=method, body="{}")
    assert (got.status, got.json["http_status_code"]) == (404, 404)


def test_a_form_may_be_posted(directory_server: DirectoryServer) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    got = ask(
        directory_server, "Practitioner/_search", method="POST", body=f"identifier={HOLDER}", headers=form
    )
    assert (got.status, got.json["total"]) == (200, 1)
    wrong = ask(directory_server, "Practitioner/_search", method="POST", body="phone=1", headers=form)
    assert (wrong.status, wrong.diagnostics) == (500, "Parameter phone not found for resource Practitioner")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": str(1 << 40)}, 413),
        ({"Content-Length": "0" * 12 + "99999999999"}, 413),
        ({"Content-Length": "0" * 5000 + "1"}, 413),
        ({"Content-Length": "beaucoup"}, 411),
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Type": "application/json"}, 415),
    ],
)
def test_a_body_that_is_no_form_is_not_read(
    directory_server: DirectoryServer, headers: dict[str, str], status: int
) -> None:
    assert ask(directory_server, "Practitioner/_search", method="POST", headers=headers).status == status


def test_a_form_that_is_not_utf_8_is_an_error_of_the_server(directory_server: DirectoryServer) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in ("\xff\xfe=", "\xff"):  # sent as Latin-1
        got = ask(directory_server, "Practitioner/_search", method="POST", body=body, headers=form)
        assert (got.status, got.json["resourceType"]) == (500, "OperationOutcome")


def test_an_unknown_type_is_refused_in_a_form_too(directory_server: DirectoryServer) -> None:
    assert ask(directory_server, "Personne/_search", method="POST").diagnostics.startswith("HAPI-0302")


@pytest.mark.parametrize(
    "target", ["http://[/fhir/v2", "/fhir/v2/Practitioner/a/b/c", "/fhir/v2//", "*", "/%00"]
)
def test_a_strange_target_is_refused(directory_server: DirectoryServer, target: str) -> None:
    with socket.create_connection((directory_server.host, directory_server.port), 10) as connection:
        request = f"GET {target} HTTP/1.1\r\nESANTE-API-KEY: {KEY}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 40")


# Single resources


def test_one_resource_is_read_by_its_id(directory_server: DirectoryServer) -> None:
    got = ask(directory_server, "Practitioner/003-9900001-00037")
    assert got.json["name"][0]["text"] == "MME Camille EXEMPLE DR"
    missing = ask(directory_server, "Practitioner/personne")
    assert (missing.status, missing.diagnostics) == (
        404,
        "HAPI-2001: Resource Practitioner/personne is not known",
    )


def test_it_says_what_it_can_do(directory_server: DirectoryServer) -> None:
    said = ask(directory_server, "metadata").json
    practitioner = said["rest"][0]["resource"][0]
    assert said["resourceType"] == "CapabilityStatement"
    assert {"name": "mailbox-mss", "type": "string"} in practitioner["searchParam"]
    assert practitioner["searchRevInclude"] == ["PractitionerRole:practitioner"]


# Pages


def test_an_empty_answer_has_entries_and_a_link_to_itself(directory_server: DirectoryServer) -> None:
    got = ask(directory_server, "Practitioner?identifier=10999999999")
    assert list(got.json) == ["resourceType", "type", "id", "total", "entry", "link"]
    assert (got.json["total"], got.json["entry"]) == (0, [])
    own = f"{directory_server.base_url}/Practitioner?identifier=10999999999"
    assert got.json["link"] == [{"relation": "self", "url": own}]


def test_pages_of_fifty_hold_everyone_once(directory_server: DirectoryServer) -> None:
    pages = all_pages(directory_server, ask(directory_server, "Practitioner"))
    assert [len(page.resources) for page in pages[:-1]] == [50] * (len(pages) - 1)
    ids = [each for page in pages for each in page.ids()]
    assert ids == [person.id for person in practice_directory().persons]
    assert all(re.fullmatch(r".*/fhir/v2/_page\?id=u[\w-]+", page.next) for page in pages[:-1])


def test_what_comes_along_stands_among_the_matches_and_may_come_again(
    directory_server: DirectoryServer,
) -> None:
    asked = [("_include", "PractitionerRole:organization"), ("active", "true")]
    pages = all_pages(directory_server, ask(directory_server, "PractitionerRole", asked))
    kinds = [each["resourceType"] for each in pages[0].resources]
    assert ("Organization", "PractitionerRole") in set(pairwise(kinds))
    assert kinds.count("PractitionerRole") == 50
    brought = [each for page in pages for each in page.ids("Organization")]
    assert len(set(brought)) < len(brought)
    assert "/_page?id=d" in pages[0].next


@pytest.mark.parametrize(
    "mark", ["", "u", "d", "u0AmSYNTHETICpage2token", "dabsent", "x1", "u\u00e9", "u" + "A" * 400]
)
def test_a_mark_that_is_not_ours_is_too_old_or_corrupted(
    directory_server: DirectoryServer, mark: str
) -> None:
    got = ask(directory_server, "_page", [("id", mark)])
    assert (got.status, got.diagnostics) == (500, OLD_PAGE)


def test_a_page_that_the_server_kept_expires(directory_server: DirectoryServer) -> None:
    first = ask(directory_server, "Practitioner?_revinclude=PractitionerRole:practitioner&_count=10")
    assert ask(directory_server, first.next).status == 200
    directory_server.expire_pages()
    expired = ask(directory_server, first.next)
    assert (expired.status, expired.diagnostics) == (500, OLD_PAGE)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("Practitioner?family=EXEMPLE&given=CAMILLE", True),
        ("Practitioner?name=essai", False),
        ("Practitioner?name=essai&_total=accurate", True),
        ("Practitioner?mailbox-mss:contains=mssante", False),
        ("Practitioner?family=EXEMPLE&_total=none", False),
        ("Practitioner", False),
        ("Practitioner?_total=estimate", True),
    ],
)
def test_the_total_is_left_out_where_it_costs(
    directory_server: DirectoryServer, query: str, told: bool
) -> None:
    assert ("total" in ask(directory_server, query).json) is told


def test_the_total_counts_matches_alone(directory_server: DirectoryServer) -> None:
    roles = "_revinclude=PractitionerRole:practitioner"
    got = ask(directory_server, f"Practitioner?family=EXEMPLE&given=CAMILLE&_count=2&{roles}")
    assert got.json["total"] == 3
    assert len(got.ids("Practitioner")) == 2


# What is published


def test_an_address_that_is_published_no_more_is_gone_at_once(directory_server: DirectoryServer) -> None:
    forgotten = "dr.exemple@ancien-reseau.mssante.fr"
    assert ask(directory_server, f"Practitioner?mailbox-mss:exact={forgotten}").ids()
    directory_server.depublish(forgotten.upper())
    assert ask(directory_server, f"Practitioner?mailbox-mss:exact={forgotten}").ids() == []
    others = ask(directory_server, f"Practitioner?identifier={HOLDER}").addresses
    assert others == ["camille.exemple@medecin.mssante.fr"]
    with pytest.raises(KeyError):
        directory_server.depublish(forgotten)


def test_what_was_asked_can_be_looked_at(directory_server: DirectoryServer) -> None:
    ask(directory_server, "Practitioner", [("family", "essai")], headers={"Accept": "application/fhir+json"})
    request = directory_server.requests[-1]
    assert (request.method, request.path) == ("GET", "/fhir/v2/Practitioner")
    assert request.parameters == [("family", "essai")]
    assert request.headers["accept"] == "application/fhir+json"
    assert request.key == KEY
    assert KEY not in repr(request)
