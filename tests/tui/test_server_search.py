"""Looking for the server of a BAL: what the DNS may put on the lines, and what only the user may."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.config import Config
from balt.doctor import discovery
from balt.doctor.discovery import Candidate, Discovery
from balt.secrets import Secrets
from tests.tui.applicant import ADDRESS, fill, form, here, push, type_ahead, value
from tests.tui.driver import SMALL, Person, sitting

INSIDE = Candidate("imap.cab-lilas.mssante.fr", 144, "starttls", 0, 0, needs_confirmation=False)
OUTSIDE = Candidate("imap.operateur-fictif.fr", 993, "tls", 0, 0, needs_confirmation=True)


class Dns:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.candidate = INSIDE
        self.answers = threading.Event()
        self.asked = 0

    def discover(self, _address: str) -> Discovery:
        self.asked += 1
        self.answers.wait(20)
        return Discovery("cab-lilas.mssante.fr", (self.candidate,))


@pytest.fixture
def dns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dns]:
    """The DNS of the domain; no configuration is there yet."""
    monkeypatch.setenv("BALT_CONFIG", str(tmp_path / "new" / "config.toml"))
    dns = Dns()
    monkeypatch.setattr(discovery, "discover", dns.discover)
    yield dns
    dns.answers.set()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The servers that a password was sent to."""
    hosts: list[str] = []

    def listen(account: object, _secret: object, _clock: object, **_more: object) -> None:
        hosts.append(getattr(account, "host", ""))

    monkeypatch.setattr("balt.doctor.trying.try_account", listen)
    return hosts


def server(person: Person) -> list[str]:
    """What the lines of the server say."""
    return [value(person, name) for name in ("host", "port", "security")]


async def search(person: Person) -> None:
    await person.press("enter")
    await fill(person, {"address": ADDRESS, "secret": "canari"})
    await push(person, "discover")


async def test_a_late_answer_leaves_what_was_typed_meanwhile_and_the_keys_where_they_go(
    dns: Dns, tmp_path: Path
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        await fill(person, {"host": "imap.exemple.invalid", "port": "993", "secret": "sec"})
        dns.answers.set()
        await person.until("elles restent à vous")
        assert here(person) == "secret"
        await person.type("ret")
        assert server(person) == ["imap.exemple.invalid", "993", "tls"]
        assert value(person, "secret") == "secret"


@pytest.mark.parametrize(("name", "text"), [("port", "1993"), ("security", "starttls")])
async def test_any_line_of_the_server_that_changed_keeps_the_answer_out(
    dns: Dns, tmp_path: Path, name: str, text: str
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        await fill(person, {name: text})
        dns.answers.set()
        await person.until("elles restent à vous")
        assert value(person, "host") == ""
        assert value(person, name) == text


async def test_an_answer_fills_in_the_server_without_leaving_another_line(dns: Dns, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        await fill(person, {"secret": "sec"})
        dns.answers.set()
        await person.until("✔ Le domaine annonce le serveur")
        await person.quiet()
        assert here(person) == "secret"
        assert server(person) == ["imap.cab-lilas.mssante.fr", "144", "starttls"]


async def test_an_answer_leads_whoever_waits_for_it_to_the_server(dns: Dns, tmp_path: Path) -> None:
    dns.answers.set()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        await person.until("✔ Le domaine annonce le serveur")
        await person.quiet()
        assert here(person) == "host"


async def test_enter_alone_never_sends_anything_outside_the_domain(
    dns: Dns, sent: list[str], tmp_path: Path
) -> None:
    dns.candidate = OUTSIDE
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        type_ahead(person, "\n\n")
        dns.answers.set()
        await person.until("hors du domaine de votre adresse")
        await person.quiet()
        await person.press(*["enter"] * 15)
        assert value(person, "host") == ""
    assert sent == []


async def test_a_server_outside_the_domain_is_taken_when_it_is_asked_for_again(
    dns: Dns, tmp_path: Path
) -> None:
    dns.candidate = OUTSIDE
    dns.answers.set()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        await person.until("hors du domaine de votre adresse")
        assert server(person) == ["", "", "tls"]
        await push(person, "discover")
        assert "▲ Serveur repris à votre demande : imap.operateur-fictif.fr." in person.screen()
        assert server(person) == ["imap.operateur-fictif.fr", "993", "tls"]
    assert dns.asked == 1


async def test_an_offer_goes_with_the_address_that_it_was_made_for(dns: Dns, tmp_path: Path) -> None:
    dns.candidate = OUTSIDE
    dns.answers.set()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await search(person)
        await person.until("hors du domaine de votre adresse")
        await fill(person, {"address": "accueil@cab-lilas.mssante.fr"})
        form(person).query_one("#discover").focus()
        await person.quiet()
        await person.press("enter")
        await person.until("hors du domaine de votre adresse")
        assert value(person, "host") == ""
    assert dns.asked == 2
