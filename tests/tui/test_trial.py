"""Trying a BAL from its form, on real servers: what is said, where the keys go, and what is given up."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.config import Config
from balt.secrets import Secrets
from balt.tui.dialogs.add_mailbox import AddMailbox
from tests.doctor.conftest import server_saying
from tests.support.dovecot import Dovecot
from tests.tui.applicant import ADDRESS, attempt, fill, form, here, is_there, push, type_ahead, value
from tests.tui.driver import SMALL, WIDE, Person, sitting

pytestmark = pytest.mark.dovecot

SIZES = [SMALL, WIDE]
REFUSED = "identifiant ou mot de passe refusé"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration will be; nothing is there yet."""
    path = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("BALT_CONFIG", str(path))
    return path


def right(dovecot: Dovecot, user: str) -> dict[str, str]:
    """The lines that open the BAL of a user, on a protected line."""
    return {
        "address": ADDRESS,
        "host": "localhost",
        "port": str(dovecot.tls_port),
        "username": user,
        "secret": dovecot.password,
        "authority": str(dovecot.ca_file),
    }


def plain_line(port: int) -> dict[str, str]:
    """The lines for a server of this machine that speaks without protection."""
    return {
        "address": ADDRESS,
        "host": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "secret": "secret",
    }


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes every connection and never says a word."""
    with server_saying(b"") as port:
        yield port


async def begin(person: Person, entries: dict[str, str]) -> None:
    await person.press("enter")
    await fill(person, entries)


@pytest.mark.parametrize("size", SIZES)
async def test_a_bal_that_opens_is_told_step_by_step_and_one_enter_from_being_saved(
    file: Path, tmp_path: Path, dovecot: Dovecot, size: tuple[int, int]
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=size) as person:
        await begin(person, right(dovecot, dovecot.new_user()))
        await attempt(person, "✔ Tout va bien : Entrée l'enregistre.")
        assert "✔ Nom du serveur : localhost est connu" in person.screen()
        assert here(person) == "save"
        assert not is_there(file)
        await person.press("pagedown")
        assert "Possibilités" in person.screen()


@pytest.mark.parametrize("size", SIZES)
async def test_a_wrong_password_is_tried_once_and_said_with_what_to_do(
    file: Path, tmp_path: Path, dovecot: Dovecot, size: tuple[int, int]
) -> None:
    user = dovecot.new_user()
    async with sitting(Config(), Secrets(), tmp_path, size=size) as person:
        await begin(person, right(dovecot, user) | {"secret": "faux"})
        await attempt(person, REFUSED)
        shown = " ".join(person.screen().split())
        assert "Vérifiez « username » et le mot de passe." in shown
        assert "balt n'essaie pas une seconde fois de lui-même." in shown
        assert here(person) == "secret"
        assert "faux" not in shown
    failures = [line for line in dovecot.log().splitlines() if f"user=<{user}>" in line and "auth" in line]
    assert len(failures) == 1
    assert "1 attempts" in failures[0]
    assert not is_there(file)


async def test_a_password_corrected_after_a_refusal_opens_the_bal(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, dovecot.new_user()) | {"secret": "faux"})
        await attempt(person, REFUSED)
        await person.press("ctrl+u")
        await person.type(dovecot.password)
        assert REFUSED in person.screen()  # what to change stays readable while it is changed
        await attempt(person, "Tout va bien")
        assert REFUSED not in person.screen()


def logins(dovecot: Dovecot, user: str) -> int:
    """How often somebody tried to open the BAL of a user."""
    return len([line for line in dovecot.log().splitlines() if f"user=<{user}>" in line])


@pytest.mark.parametrize("renamed", [False, True], ids=["the same lines", "another address"])
async def test_a_refused_password_is_not_sent_a_second_time(
    file: Path, tmp_path: Path, dovecot: Dovecot, renamed: bool
) -> None:
    user = dovecot.new_user()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, user) | {"secret": "faux"})
        await attempt(person, REFUSED)
        if renamed:
            await fill(person, {"address": "accueil@cab-lilas.mssante.fr", "keeping": "keyring"})
        await attempt(person, "a déjà refusé ce mot de passe")
        assert here(person) == "secret"
        assert logins(dovecot, user) == 1
        await fill(person, {"secret": dovecot.password})
        await attempt(person, "Tout va bien")


async def test_a_refused_password_given_again_when_asked_goes_nowhere(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, user) | {"secret": ""})
        for said in (REFUSED, "a déjà refusé ce mot de passe"):
            await push(person, "try")
            await person.until("Mot de passe de la BAL")
            await person.type("faux")
            await person.press("enter")
            await person.until(said)
            await person.quiet()
    assert logins(dovecot, user) == 1


async def test_a_bal_saved_with_a_refused_password_asks_for_it_and_sends_it_no_more(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, user) | {"secret": "faux"})
        await attempt(person, REFUSED)
        await push(person, "save")
        assert "Le mot de passe refusé n'est pas gardé" in person.screen()
        type_ahead(person, "\n")
        await person.until("Mot de passe de la BAL")
        assert logins(dovecot, user) == 1
        await person.press("escape")
    assert is_there(file)


async def test_the_spaces_of_a_password_belong_to_it(file: Path, tmp_path: Path, dovecot: Dovecot) -> None:
    async with sitting(Config(), Secrets(), tmp_path) as person:
        await begin(person, right(dovecot, dovecot.new_user()) | {"secret": f" {dovecot.password} "})
        await attempt(person, REFUSED)


async def test_a_wrong_port_is_said_and_the_line_of_the_server_waits(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, dovecot.new_user()) | {"port": "1"})
        await attempt(person, "refuse la connexion sur le port 1")
        assert here(person) == "host"


async def test_an_unknown_authority_is_said_and_its_line_waits(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, dovecot.new_user()) | {"authority": ""})
        await attempt(person, "✘ Protection")
        assert "« ca_file » est la ligne « Autorité (PEM) »" in " ".join(person.screen().split())
        assert here(person) == "authority"
        assert "Connexion :" not in person.screen()


async def test_the_password_is_asked_for_when_none_was_typed(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, dovecot.new_user()) | {"secret": ""})
        await push(person, "try")
        await person.until("Mot de passe de la BAL")
        await person.type(dovecot.password)
        await person.press("enter")
        await person.until("Tout va bien")


# Changing one's mind


async def test_a_line_changed_during_a_trial_makes_it_void(
    file: Path, tmp_path: Path, dovecot: Dovecot, silent: int
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, plain_line(silent))
        await attempt(person, "est connu")
        await fill(person, {"host": "localhost"})
        assert "Une ligne a changé depuis l'essai" in person.screen()
        assert "127.0.0.1 est connu" not in person.screen()
        await fill(person, right(dovecot, dovecot.new_user()) | {"security": "tls"})
        await attempt(person, "Tout va bien")
        assert "127.0.0.1 est connu :" not in person.screen()


async def test_a_bal_changed_after_its_trial_is_not_taken_for_tried(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, dovecot.new_user()))
        await attempt(person, "Tout va bien")
        await fill(person, {"port": "1"})
        assert "Tout va bien" not in person.screen()
        await push(person, "save")
        assert "Pas encore essayée" in person.screen()
    assert not is_there(file)


async def test_what_does_not_matter_to_the_server_leaves_the_trial_good(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, dovecot.new_user()))
        await attempt(person, "Tout va bien")
        await fill(person, {"name": "Dr Camille EXEMPLE"})
        await push(person, "save")
    assert is_there(file)


async def test_asking_twice_for_the_same_trial_logs_in_once(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, right(dovecot, user) | {"secret": "faux"})
        form(person).query_one("#field-authority").query_one("Input").focus()
        await person.quiet()
        type_ahead(person, "\n\n\n")
        await person.until("refusé")  # by the server, or already where the last key came after its answer
        await person.quiet()
    assert len([line for line in dovecot.log().splitlines() if f"user=<{user}>" in line]) == 1


async def test_escape_during_a_trial_ends_it_at_once_and_so_does_leaving(
    file: Path, tmp_path: Path, silent: int
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, plain_line(silent))
        await attempt(person, "Port :")
        await person.press("escape")
        assert not isinstance(person.app.screen, AddMailbox)
        person.app.exit(0)
    assert not is_there(file)
    assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())


async def test_an_unexpected_fault_in_a_trial_is_a_sentence(
    file: Path, tmp_path: Path, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("objet du patient")

    monkeypatch.setattr("balt.doctor.trying.try_account", broken)
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await begin(person, plain_line(silent))
        await attempt(person, "erreur inattendue (RuntimeError)")
        assert "patient" not in person.screen()
        assert value(person, "port") == str(silent)
