"""Every failure of the API ends in a sentence: what happened, what to do, and whether to try again."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from balt.clock import FixedClock, SystemClock
from balt.directory.client import DirectoryClient, Limits
from balt.errors import CancelledError, DirectoryError
from tests.directory.fake_api import FakeApi, Reply
from tests.directory.fhir_data import CAMILLE, EXPIRED, bundle, camille, outcome, practitioner
from tests.directory.scripted_directory import NOON
from tests.support.tls import Certificates, TlsFront

KEY = "cle-secrete-0123456789"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as server:
        yield server


class Waits:
    """Notes how long balt waits, without waiting: its time goes by these waits alone."""

    def __init__(self) -> None:
        self.total = 0.0

    def pause(self, seconds: float) -> None:
        self.total += seconds

    def ticks(self) -> float:
        return self.total


def client(base_url: str, waits: Waits | None = None, **limits: Any) -> DirectoryClient:
    bounds = Limits(**({"deadline_seconds": 20, "calls_per_second": 1000} | limits))
    if waits is None:
        return DirectoryClient(base_url, lambda: KEY, SystemClock(), limits=bounds)
    return DirectoryClient(
        base_url, lambda: KEY, FixedClock(NOON), limits=bounds, pause=waits.pause, ticks=waits.ticks
    )


def failure(api: FakeApi, question: str = CAMILLE, **limits: Any) -> DirectoryError:
    with client(api.base_url, **limits) as directory, pytest.raises(DirectoryError) as caught:
        directory.search(question)
    assert caught.value.advice
    assert KEY not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("reply", "words", "again"),
    [
        (Reply({"message": "Unauthorized", "http_status_code": 401}, 401), "n'accepte pas la clé", False),
        (Reply(b"Unauthorized", 401, content_type="text/plain"), "n'accepte pas la clé", False),
        (Reply(b"", 403, content_type=""), "API Annuaire Santé en libre accès", False),
        (Reply(outcome("HAPI-0302: Unknown resource type"), 404), "Unknown resource type", False),
        (Reply({"message": "No context-path matches the request URI."}, 404), "No context-path", False),
        (Reply(outcome("gone"), 410), "n'existe pas", False),
        (Reply(outcome("Parameter x not found for resource Practitioner"), 400), "Parameter x", False),
        (Reply(outcome(details="Paramètre inconnu"), 400), "Paramètre inconnu", False),
        (Reply(outcome("Parameter x not found"), 200), "Parameter x", False),
        (Reply(outcome("boum"), 500), "panne", True),
        (Reply(b"<html>Bad gateway</html>", 502, content_type="text/html"), "panne", True),
        (Reply(b"", 503), "panne", True),
        (Reply(b"\xff\xfe\x00{{{", 504), "panne", True),
        (Reply(b"[" * 100_000, 500), "panne", True),
        (Reply(EXPIRED, 500), "panne", True),
        (Reply(b"", 204), "inattendue", True),
        (Reply(bundle(), 206), "inattendue", True),
        (Reply(b"", 418), "pas compris", False),
        (Reply(b"<html>Bienvenue</html>", content_type="text/html"), "n'est pas l'Annuaire", False),
        (Reply(b"bonjour", content_type="text/plain"), "n'est pas l'Annuaire", False),
        (Reply({"resourceType": "CapabilityStatement"}), "n'est pas l'Annuaire", False),
        (Reply(practitioner(CAMILLE)), "n'est pas l'Annuaire", False),
        (Reply([1, 2]), "n'est pas l'Annuaire", False),
        (Reply(b'"Bundle"'), "n'est pas l'Annuaire", False),
        (Reply(b"null"), "n'est pas l'Annuaire", False),
        (Reply(bundle() | {"entry": {"0": {}}}), "forme attendue", True),
        (Reply(bundle() | {"entry": "x"}), "forme attendue", True),
        (Reply(bundle() | {"link": 3}), "forme attendue", True),
        (Reply(b"[" * 200_000), "forme attendue", True),
        (Reply(b'{"a":' * 100_000), "forme attendue", True),
        (Reply(b""), "coupée", True),
        (Reply(b" \r\n"), "coupée", True),
        (Reply(b"{"), "coupée", True),
        (Reply(b'{"resourceType":"Bundle","entry":[{"resource":{"resou'), "coupée", True),
        (Reply(b"1" * 10_000), "coupée", True),
        (Reply(b"\x00" * 100), "coupée", True),
    ],
)  # fmt: skip
def test_each_failure_is_told_in_words(api: FakeApi, reply: Reply, words: str, again: bool) -> None:
    api.script(reply)

    error = failure(api)

    assert words in str(error)
    assert error.again is again


def test_the_words_of_the_server_are_made_safe_and_cut(api: FakeApi) -> None:
    api.script(Reply(outcome("\x1b[31mRouge\u202e " + "x" * 5000), 400))

    message = failure(api).message

    assert "·[31mRouge·" in message
    assert len(message) < 300


@pytest.mark.parametrize("told", [f"bad key {KEY}", f"{KEY}" * 20, f"{'x' * 150}{KEY}", KEY.upper()])
def test_a_server_that_repeats_the_key_does_not_bring_it_to_the_screen(api: FakeApi, told: str) -> None:
    api.script(Reply(outcome(told), 400))

    message = failure(api).message.lower()

    assert KEY not in message
    assert KEY[:8] not in message


def test_a_server_that_repeats_the_question_does_not_bring_a_name_to_the_screen(api: FakeApi) -> None:
    api.script(Reply(outcome("cannot read family=FICTIVAUD, or Fictivaud, in Practitioner?..."), 400))

    message = failure(api, "Fictivaud").message

    assert "fictivaud" not in message.lower()
    assert "cannot read family=…" in message


def test_a_cut_answer_is_asked_again_once_and_nothing_of_it_is_kept(api: FakeApi) -> None:
    cut = Reply(b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Practitioner","id":"x"')
    api.script(cut, bundle(camille()), bundle())

    with client(api.base_url) as directory:
        answer = directory.of_professional(CAMILLE)

    assert len(answer.entries) == 3
    assert len(api.asked) == 3


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def half(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
    connection.shutdown(socket.SHUT_RDWR)


def nonsense(connection: socket.socket) -> None:
    connection.sendall(b"* OK IMAP4rev1 ready\r\n")
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("speak", [hang_up, half, nonsense])
def test_a_line_that_is_cut_is_tried_again_once(api: FakeApi, speak: Any) -> None:
    api.script(Reply(speak=speak))

    error = failure(api)

    assert "coupée" in error.message
    assert error.again
    assert len(api.asked) == 2


def test_an_aged_page_mark_starts_the_search_again_once(api: FakeApi) -> None:
    aged = Reply(EXPIRED, 500)
    first = bundle(camille(), next_url="_page?id=d1", total=1)
    api.script(first, aged, first, bundle(), bundle())

    with client(api.base_url) as directory:
        answer = directory.of_professional(CAMILLE)

    assert len(answer.entries) == 3
    assert [each.resource for each in api.asked[:4]] == ["Practitioner", "_page", "Practitioner", "_page"]


def test_a_page_mark_that_always_ages_ends_in_a_sentence(api: FakeApi) -> None:
    first = bundle(camille(), next_url="_page?id=d1")
    api.script(first, Reply(EXPIRED, 500), first, Reply(EXPIRED, 500))

    error = failure(api)

    assert "oublié la recherche" in error.message
    assert len(api.asked) == 4


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("Retry-After", "7"),), 7),
        ((("Retry-After", "Tue, 24 Nov 2026 12:00:09 GMT"),), 9),
        ((("X-Rate-Limit-Reset", str(int(NOON.timestamp() * 1000) + 4000)),), 4),
        ((("Retry-After", "bientôt".encode().decode("latin-1")),), 1),
        ((), 1),
    ],
)
def test_a_busy_server_is_given_the_time_it_asks_for(
    api: FakeApi, headers: tuple[tuple[str, str], ...], seconds: float
) -> None:
    waits = Waits()
    api.script(Reply({"message": "Rate limit exceeded!"}, 429, headers), bundle())

    with client(api.base_url, waits) as directory:
        directory.of_professional(CAMILLE)

    assert waits.total == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("31", "dans 1 min"),
        ("600", "dans 10 min"),
        ("1000000000", "dans 1440 min"),
        ("9" * 400, "dans 1440 min"),
    ],
    ids=["soon", "later", "years", "ages"],
)
def test_a_server_that_asks_for_too_long_is_not_waited_for(api: FakeApi, told: str, words: str) -> None:
    waits = Waits()
    api.script(Reply(b"", 429, (("Retry-After", told),)))

    with client(api.base_url, waits) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert caught.value.again
    assert words in caught.value.advice
    assert (waits.total, len(api.asked)) == (0, 1)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_that_is_out_of_order_for_a_moment_is_asked_again(api: FakeApi, status: int) -> None:
    waits = Waits()
    api.script(Reply(b"", status), Reply(b"", status, (("Retry-After", "5"),)), bundle())

    with client(api.base_url, waits) as directory:
        directory.of_professional(CAMILLE)

    assert waits.total == pytest.approx(1 + 5, abs=0.2)


def test_a_gateway_that_stays_out_of_order_is_left_after_waits_that_grow(api: FakeApi) -> None:
    waits = Waits()
    api.script(Reply(b"", 503))

    with client(api.base_url, waits) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "panne" in caught.value.message
    assert waits.total == pytest.approx(1 + 2 + 4, abs=0.3)
    assert len(api.asked) == 4


def test_a_server_that_stays_busy_is_left_after_a_few_tries(api: FakeApi) -> None:
    waits = Waits()
    api.script(Reply(b"", 429))

    with client(api.base_url, waits) as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "trop de questions" in caught.value.message
    assert len(api.asked) == 4


def test_giving_up_ends_a_wait(api: FakeApi) -> None:
    waits = Waits()
    api.script(Reply(b"", 429, (("Retry-After", "20"),)))

    with client(api.base_url, waits, deadline_seconds=60) as directory, pytest.raises(CancelledError):
        directory.of_professional(CAMILLE, lambda: waits.total > 3)

    assert waits.total < 4


def test_calls_are_spaced_so_that_no_second_holds_more_than_seventeen(api: FakeApi) -> None:
    waits = Waits()
    moments: list[float] = []

    def note(asked: object) -> Any:
        moments.append(waits.total)
        return bundle(next_url=f"_page?id=u{len(moments)}") if len(moments) < 40 else bundle()

    with FakeApi(answer=note) as server, client(server.base_url, waits, calls_per_second=17) as directory:
        directory.of_professional(CAMILLE)

    assert len(moments) == 40
    assert all(later - sooner > 1 for sooner, later in zip(moments, moments[17:], strict=False))


def test_a_port_where_nothing_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with client(f"http://127.0.0.1:{port}/fhir/v2") as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "refuse la connexion" in caught.value.message
    assert caught.value.again


def test_a_host_that_has_no_address_is_told() -> None:
    with (
        client("https://annuaire.invalid/fhir/v2") as directory,
        pytest.raises(DirectoryError) as caught,
    ):
        directory.of_professional(CAMILLE)

    assert "introuvable" in caught.value.message
    assert "base_url" in caught.value.advice


def test_a_host_name_that_cannot_be_one_is_told() -> None:
    name = "a" * 70 + ".invalid"
    with client(f"https://{name}/fhir/v2") as directory, pytest.raises(DirectoryError) as caught:
        directory.of_professional(CAMILLE)

    assert "introuvable" in caught.value.message


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize("presented", ["expired", "wrong_name", "unknown_authority", "self_signed"])
def test_a_certificate_that_cannot_be_trusted_stops_everything(
    api: FakeApi, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, presented: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
    api.script(bundle())

    with TlsFront(api.port, getattr(certificates, presented)) as front:
        address = f"https://localhost:{front.port}/fhir/v2"
        with client(address) as directory, pytest.raises(DirectoryError) as caught:
            directory.of_professional(CAMILLE)

    assert "certificat" in caught.value.message
    assert not caught.value.again
    assert api.asked == []


def test_a_certificate_of_an_authority_that_this_computer_trusts_is_accepted(
    api: FakeApi, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
    api.script(bundle(camille(), next_url="_page?id=u1"), bundle())

    with (
        TlsFront(api.port, certificates.good) as front,
        client(f"https://localhost:{front.port}/fhir/v2") as directory,
    ):
        answer = directory.of_professional(CAMILLE)

    assert len(answer.entries) == 3


def test_a_server_that_does_not_speak_tls_is_told(api: FakeApi) -> None:
    with (
        client(f"https://127.0.0.1:{api.port}/fhir/v2") as directory,
        pytest.raises(DirectoryError) as caught,
    ):
        directory.of_professional(CAMILLE)

    assert "connexion protégée" in caught.value.message
