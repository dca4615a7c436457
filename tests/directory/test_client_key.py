"""The key of the API reaches the API and no other place, wherever a link or a redirection leads."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from balt.clock import SystemClock
from balt.directory.client import DirectoryClient, Limits
from balt.directory.gate import Gate
from balt.directory.http import HEADER, KeyAuth
from balt.errors import DirectoryError
from tests.directory.fake_api import PREFIX, FakeApi, Reply
from tests.directory.fhir_data import CAMILLE, bundle, camille

KEY = "cle-secrete-0123456789"
_connected: list[object] = []
_listening = False


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _listening and event in ("socket.connect", "socket.getaddrinfo"):
        _connected.append(arguments[1] if event == "socket.connect" else arguments[0:2])


sys.addaudithook(_listen)


@contextmanager
def connections() -> Iterator[list[object]]:
    """Every place that this process looks up or connects to meanwhile."""
    global _listening
    _connected.clear()
    _listening = True
    try:
        yield _connected
    finally:
        _listening = False


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as server:
        yield server


@pytest.fixture
def other() -> Iterator[FakeApi]:
    """Somebody else's server, which writes down every header."""
    with FakeApi(bundle()) as server:
        yield server


def client(base_url: str, key: str = KEY) -> DirectoryClient:
    limits = Limits(deadline_seconds=20, calls_per_second=1000)
    return DirectoryClient(base_url, lambda: key, SystemClock(), limits=limits)


ELSEWHERE = [
    "http://127.0.0.1:{b}/fhir/v2/_page?id=2",
    "https://127.0.0.1:{b}/fhir/v2/_page?id=2",
    "HTTP://127.0.0.1:{b}/fhir/v2/_page?id=2",
    "//127.0.0.1:{b}/fhir/v2/_page?id=2",
    "http://127.0.0.1:{a}@127.0.0.1:{b}/fhir/v2/_page?id=2",
    "http://user:pass@127.0.0.1:{a}/fhir/v2/_page?id=2",
    "http://@127.0.0.1:{a}/fhir/v2/_page?id=2",
    "http://localhost:{b}/fhir/v2/_page?id=2",
    "http://LOCALHOST:{a}/fhir/v2/_page?id=2",
    "http://127.0.0.1.:{a}/fhir/v2/_page?id=2",
    "http://127.0.0.1/fhir/v2/_page?id=2",
    "http://127.1:{a}/fhir/v2/_page?id=2",
    "http://2130706433:{b}/fhir/v2/_page?id=2",
    "http://[::1]:{b}/fhir/v2/_page?id=2",
    "http://[::ffff:127.0.0.1]:{a}/fhir/v2/_page?id=2",
    "https://127.0.0.1:{a}/fhir/v2/_page?id=2",
    "ftp://127.0.0.1:{b}/fhir/v2/_page?id=2",
    "file:///etc/passwd",
    "data:application/json,{{}}",
    "javascript:alert(1)",
    "http://169.254.169.254/latest/meta-data/",
    "http://evil.example/fhir/v2/_page?id=2",
    "http://127.0.0.1:{a}/fhir/v2/../../_page?id=2",
    "http://127.0.0.1:{a}/fhir/v2/..",
    "http://127.0.0.1:{a}/fhir/v2/%2e%2e/%2e%2e/_page?id=2",
    "http://127.0.0.1:{a}/fhir/v2/%2E%2e/x",
    "http://127.0.0.1:{a}/fhir/v2/..%2fx",
    "http://127.0.0.1:{a}/fhir/v2/%252e%252e/x",
    "http://127.0.0.1:{a}/fhir/v2/..;/admin",
    "http://127.0.0.1:{a}/fhir/v2/.;/x",
    "http://127.0.0.1:{a}/fhir/v2/x;/../y",
    "http://127.0.0.1:{a}/fhir/v2/x;a=1",
    "http://127.0.0.1:{a}/fhir/v2/%c0%ae%c0%ae/x",
    "http://127.0.0.1:{a}/fhir/v2/%ef%bc%8e%ef%bc%8e/x",
    "http://127.0.0.1:{a}/fhir/v2/%uff0e%uff0e/x",
    "http://127.0.0.1:{a}/fhir/v2/a%09b",
    "http://127.0.0.1:{a}/fhir/v2/a%20b",
    "http://127.0.0.1:{a}/fhir/v2/a@b",
    "http://127.0.0.1:{a}/fhir/v2/_page?id=%0d%0aHost:evil",
    "http://127.0.0.1:{a}/fhir/v2/_page?id=%00",
    "http://127.0.0.1:{a}/fhir/v2/",
    "http://127.0.0.1:{a}/fhir/v2//127.0.0.1:{b}/",
    "http://127.0.0.1:{a}/fhir/v22/_page?id=2",
    "http://127.0.0.1:{a}/autre/_page?id=2",
    "http://127.0.0.1:{a}\\@127.0.0.1:{b}/fhir/v2/_page?id=2",
    "http:\\\\127.0.0.1:{b}\\fhir\\v2\\_page?id=2",
    "http://127.0.0.1:{a}/fhir/v2\\..\\..\\x",
    "http://127.0.0.1:{a}#@127.0.0.1:{b}/fhir/v2/_page?id=2",
    "http://127.0.0.1:{a}?@127.0.0.1:{b}/fhir/v2/_page?id=2",
    " http://127.0.0.1:{b}/fhir/v2/_page?id=2",
    "ht\ttp://127.0.0.1:{b}/fhir/v2/_page?id=2",
    "http://127.0.0.1:{a}/fhir/v2/_page?id=2\r\nHost: evil.example",
    "http://127.0.0.1:{a}/fhir/v2/_page?id=\x00",
    "http://127.0.0.1:{a}0/fhir/v2/_page?id=2",
    "http://127.0.0.1:99999999/fhir/v2/_page?id=2",
    "http://127.0.0.1:-1/fhir/v2/_page?id=2",
    "http://127.0.0.1：{b}/fhir/v2/_page?id=2",
    "http://①27.0.0.1:{b}/fhir/v2/_page?id=2",
    "http://[::1/fhir/v2/_page?id=2",
    "../../_page?id=2",
    "/_page?id=2",
    "\\\\127.0.0.1:{b}\\x",
    "x" * 20_000,
    "",
]


@pytest.mark.parametrize("link", ELSEWHERE, ids=lambda link: ascii(link)[:70])
def test_a_next_link_that_leads_elsewhere_is_not_followed(api: FakeApi, other: FakeApi, link: str) -> None:
    api.script(bundle(camille(), next_url=link.format(a=api.port, b=other.port)))

    with connections() as made, client(api.base_url) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "mène ailleurs" in caught.value.message
    assert len(api.asked) == 1
    assert other.asked == []
    assert {place for place in made if place not in (("127.0.0.1", api.port),)} == set()


@pytest.mark.parametrize("link", [7, True, [], {}, ["http://127.0.0.1"], None])
def test_a_next_link_that_is_no_text_leads_nowhere(api: FakeApi, link: object) -> None:
    page = bundle(camille())
    page["link"].append({"relation": "next", "url": link})
    api.script(page)

    with client(api.base_url) as directory, pytest.raises(DirectoryError):
        directory.of_professional(CAMILLE)

    assert len(api.asked) == 1


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:{a}/fhir/v2/_page?id=u0Am",
        "HTTP://127.0.0.1:{a}/fhir/v2/_page?id=u0Am",
        "_page?id=u0Am",
        "/fhir/v2/_page?id=u0Am",
        "//127.0.0.1:{a}/fhir/v2/_page?id=u0Am",
    ],
)
def test_a_next_link_inside_the_api_is_followed_with_the_key(api: FakeApi, link: str) -> None:
    api.script(bundle(camille(), next_url=link.format(a=api.port)), bundle())

    with client(api.base_url) as directory:
        directory.of_professional(CAMILLE)

    assert api.asked[1].target == PREFIX + "/_page?id=u0Am"
    assert {each.headers[HEADER.lower()] for each in api.asked} == {KEY}


REDIRECTIONS = [
    "http://127.0.0.1:{b}/fhir/v2/Practitioner",
    "https://127.0.0.1:{b}/fhir/v2/Practitioner",
    "http://localhost:{b}/",
    "//127.0.0.1:{b}/fhir/v2/Practitioner",
    "http://127.0.0.1:{a}@127.0.0.1:{b}/",
    "http://127.0.0.1:{a}/ailleurs",
    "/fhir/v2/Practitioner?identifier=1",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", REDIRECTIONS)
def test_a_redirection_is_never_followed(api: FakeApi, other: FakeApi, status: int, location: str) -> None:
    where = location.format(a=api.port, b=other.port)
    api.script(Reply(b"", status, (("Location", where),)))

    with connections() as made, client(api.base_url) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "protéger la clé" in caught.value.message
    assert (len(api.asked), other.asked) == (1, [])
    assert {place for place in made if place not in (("127.0.0.1", api.port),)} == set()


@pytest.mark.parametrize("name", ["Location", "Content-Location", "Refresh", "Link", "Alt-Svc"])
def test_a_header_that_names_another_place_changes_nothing(api: FakeApi, other: FakeApi, name: str) -> None:
    api.script(Reply(bundle(), 200, ((name, f"http://127.0.0.1:{other.port}/"),)))

    with client(api.base_url) as directory:
        directory.of_professional(CAMILLE)

    assert other.asked == []


def test_the_other_server_would_see_a_key_that_a_careless_client_sends(api: FakeApi, other: FakeApi) -> None:
    api.script(Reply(b"", 302, (("Location", other.base_url + "/Practitioner"),)))

    with httpx.Client(follow_redirects=True, trust_env=False) as careless:
        careless.get(api.base_url + "/Practitioner", headers={HEADER: KEY})

    assert len(list(other.seen(KEY))) == 1


def test_the_mark_of_a_page_may_hold_anything_encoded(api: FakeApi) -> None:
    mark = "_page?id=u0%2F..%3B%C3%A9%25&tag=a%20b;c"
    api.script(bundle(camille(), next_url=mark), bundle())

    with client(api.base_url) as directory:
        directory.of_professional(CAMILLE)

    assert api.asked[1].target == f"{PREFIX}/{mark}"


def test_the_auth_object_itself_refuses_another_place() -> None:
    auth = KeyAuth(Gate("https://api.example/fhir/v2"), KEY)
    request = httpx.Request("GET", "https://autre.example/fhir/v2/Practitioner")

    with pytest.raises(DirectoryError):
        next(auth.auth_flow(request))

    assert HEADER not in request.headers


def test_no_proxy_of_the_environment_is_used(
    api: FakeApi, other: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, other.origin)
    api.script(bundle())

    with client(api.base_url) as directory:
        directory.of_professional(CAMILLE)

    assert other.asked == []


def test_a_cookie_is_not_given_back(api: FakeApi) -> None:
    api.script(Reply(bundle(camille()), 200, (("Set-Cookie", "suivi=1; Path=/"),)), bundle())

    with client(api.base_url) as directory:
        directory.of_professional(CAMILLE)

    assert "cookie" not in api.asked[1].headers


@pytest.mark.parametrize(
    "key",
    ["a\r\nX: 1", "a\n", "a\x00b", "canarié", "canari 1", " canari", "\u200ba", "x" * 2000, "a\x7f"],
    ids=lambda key: ascii(key)[:30],
)
def test_a_key_that_cannot_stand_in_a_header_is_refused_before_anything_is_sent(
    api: FakeApi, key: str
) -> None:
    with client(api.base_url, key) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "retour à la ligne" in caught.value.message
    assert key not in str(caught.value)
    assert api.asked == []


def test_a_missing_key_is_told_with_the_way_to_get_one(api: FakeApi) -> None:
    with client(api.base_url, "") as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "https://portal.api.esante.gouv.fr" in caught.value.advice
    assert not caught.value.again
    assert api.asked == []


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.example/fhir/v2",
        "ftp://api.example/fhir/v2",
        "https://",
        "https://user:pass@api.example/fhir/v2",
        "https://api.example/fhir/v2?cle=1",
        "https://api.example/fhir/v2#x",
        "https://api.example:0/fhir/v2",
        "https://api.example:x/fhir/v2",
        "https://api .example/fhir/v2",
        "api.example/fhir/v2",
        "",
    ],
)
def test_a_base_address_that_a_key_may_not_go_to_is_refused(base_url: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        client(base_url)

    assert "base_url" in caught.value.advice


def test_neither_key_nor_name_is_in_any_log(api: FakeApi, caplog: pytest.LogCaptureFixture) -> None:
    api.script(bundle())
    caplog.set_level(logging.DEBUG)

    with client(api.base_url) as directory:
        directory.search("Fictivaud")

    assert KEY not in caplog.text
    assert "Fictivaud" not in caplog.text
