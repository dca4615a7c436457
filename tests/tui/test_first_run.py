"""From nothing to a first BAL: the welcome, the lines of the form, what a domain and the DNS tell."""

from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from balt.clock import FixedClock
from balt.config import Config
from balt.doctor import discovery
from balt.secrets import Secrets
from balt.tui.app import WANTS_DEMO, BaltApp
from balt.tui.dialogs.add_mailbox import AddMailbox
from balt.tui.dialogs.password import PasswordDialog
from tests.doctor.dns_server import DnsServer, Zone
from tests.tui.applicant import (
    ADDRESS,
    NAME,
    RPPS,
    attempt,
    fill,
    form,
    here,
    is_there,
    lines,
    push,
    put,
    type_ahead,
    value,
)
from tests.tui.driver import NOW, SMALL, WIDE, Person, sitting

SIZES = [SMALL, WIDE]
COMMON = ["address", "access", "host", "port", "security", "username", "auth"]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration will be; nothing is there yet."""
    path = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("BALT_CONFIG", str(path))
    return path


@pytest.mark.parametrize("size", SIZES)
async def test_the_welcome_offers_a_first_bal_and_the_demo(
    file: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=size) as person:
        for words in ("Bienvenue dans balt", "Ajouter ma première BAL", "cabinet de démonstration", "Échap"):
            await person.until(words)
        await person.press("enter")
        assert here(person) == "name"
        for words in ("Votre nom", "Adresse de la BAL", "Autorité (PEM)", "Enregistrer", "Entrée", "Échap"):
            await person.until(words)


async def test_the_demo_is_one_key_away(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("2")
    assert person.app.return_value == WANTS_DEMO
    assert not is_there(file)


async def test_who_leaves_the_welcome_is_told_the_key_that_adds_a_bal(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("escape")
        assert any("+ ajoute une BAL" in said for said in person.said())
        await person.press("plus")
        assert isinstance(person.app.screen, AddMailbox)
        await person.press("escape", "plus", "escape")
    assert not is_there(file)


async def test_the_form_and_the_password_can_be_asked_for_in_sixteen_colours(
    file: Path, tmp_path: Path
) -> None:
    app = BaltApp(Config(), Secrets(), FixedClock(NOW), badge="", state_dir=tmp_path, ansi=True)
    async with app.run_test(size=SMALL) as pilot:
        person = Person(app, pilot)
        await person.quiet()
        await person.press("enter")
        assert "Adresse de la BAL" in person.screen()
        app.push_screen(PasswordDialog(ADDRESS))
        await person.until("Mot de passe de la BAL")


@pytest.mark.parametrize("where", ["dialog", "form"])
async def test_a_password_that_is_typed_is_neither_copied_nor_cut(
    file: Path, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(BaltApp, "copy_to_clipboard", lambda _app, text: copied.append(text))
    async with sitting(Config(), Secrets(), tmp_path) as person:
        if where == "form":
            await person.press("enter")
            await fill(person, {"secret": "sesame"})
        else:
            person.app.push_screen(PasswordDialog(ADDRESS))
            await person.until("Mot de passe de la BAL")
            await person.type("sesame")
        await person.press("shift+home", "super+c", "ctrl+x")
        typed = person.app.focused
        assert isinstance(typed, Input)
        assert (typed.selected_text, copied) == ("sesame", [])


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ({}, [*COMMON, "secret", "keeping", "authority"]),
        ({"access": "none"}, ["address", "access"]),
        ({"access": "files"}, ["address", "access", "path"]),
        ({"auth": "xoauth2"}, [*COMMON, "command", "authority"]),
        ({"auth": "oauthbearer"}, [*COMMON, "command", "authority"]),
        ({"auth": "external"}, [*COMMON, "certificate", "key", "authority"]),
        ({"keeping": "keyring"}, [*COMMON, "secret", "keeping", "authority"]),
        ({"keeping": "command"}, [*COMMON, "keeping", "command", "authority"]),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_only_the_lines_that_count_are_shown(
    file: Path, tmp_path: Path, size: tuple[int, int], chosen: dict[str, str], shown: list[str]
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=size) as person:
        await person.press("enter")
        await fill(person, chosen)
        assert lines(person) == ["name", "rpps", *shown]
        assert "Enregistrer" in person.screen()
        assert ("Chercher le serveur" in person.screen()) is (chosen.get("access", "imap") == "imap")


async def test_name_and_number_are_asked_for_a_new_file_only(file: Path, tmp_path: Path) -> None:
    put(file, b"[thresholds]\nquota_warning = 70\n")
    async with sitting(Config(), Secrets(), tmp_path) as person:
        await person.press("enter")
        assert lines(person)[0] == "address"


# What the domain tells


async def test_a_bal_of_mailiz_is_proposed_without_imap(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, {"address": "camille.exemple@medecin.mssante.fr"})
        assert value(person, "access") == "none"
        assert "Mailiz" in person.screen()
        await fill(person, {"address": ADDRESS})
        assert value(person, "access") == "imap"
        assert "une structure ou d'une région" in person.screen()


async def test_an_access_that_the_user_chose_stays(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path) as person:
        await person.press("enter")
        await fill(person, {"access": "files", "address": "camille.exemple@medecin.mssante.fr"})
        assert value(person, "access") == "files"


@pytest.mark.parametrize("button", ["try", "save"])
async def test_the_address_of_a_patient_is_refused(file: Path, tmp_path: Path, button: str) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, {"address": "prenom@patient.mssante.fr"})
        assert "C'est l'adresse d'un patient" in person.screen()
        await fill(person, {"access": "none"})
        await push(person, button)
        assert "C'est l'adresse d'un patient" in person.screen()
        await push(person, "save")
        assert isinstance(person.app.screen, AddMailbox)
    assert not is_there(file)


async def test_an_address_that_is_given_is_filled_in_with_what_its_domain_tells(
    file: Path, tmp_path: Path
) -> None:
    put(file, b"")
    async with sitting(Config(), Secrets(), tmp_path) as person:
        await person.press("escape")
        person.app.newcomer.ask("camille.exemple@medecin.mssante.fr")
        await person.quiet()
        assert lines(person) == ["address", "access"]
        assert value(person, "access") == "none"
        assert here(person) == "access"
        await person.press("escape")
        person.app.newcomer.ask(ADDRESS)
        await person.quiet()
        assert here(person) == "host"


# What the DNS tells


async def asked_the_dns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: Zone
) -> tuple[str, dict[str, str]]:
    """The screen after a search in a DNS that holds ``zone``, and what it put on the lines."""
    with DnsServer(zone) as server:
        asking = partial(discovery.discover, resolver=server.resolver())
        monkeypatch.setattr(discovery, "discover", asking)
        async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
            await person.press("enter")
            await fill(person, {"address": ADDRESS})
            await push(person, "discover")
            for _turn in range(200):
                await person.quiet()
                if "Recherche dans le DNS" not in person.screen():
                    break
            return person.screen(), {name: value(person, name) for name in ("host", "port", "security")}


async def test_a_server_that_the_domain_announces_is_filled_in(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = {"_imap._tcp.cab-lilas.mssante.fr": ["0 1 144 imap.cab-lilas.mssante.fr."]}
    shown, filled = await asked_the_dns(tmp_path, monkeypatch, zone)
    assert "✔ Le domaine annonce le serveur imap.cab-lilas.mssante.fr." in shown
    assert "hors du domaine" not in shown
    assert filled == {"host": "imap.cab-lilas.mssante.fr", "port": "144", "security": "starttls"}


async def test_a_server_outside_the_domain_is_named_and_not_filled_in(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = {"_imaps._tcp.cab-lilas.mssante.fr": ["0 1 993 imap.operateur-fictif.fr."]}
    shown, filled = await asked_the_dns(tmp_path, monkeypatch, zone)
    assert "▲ Le domaine annonce le serveur imap.operateur-fictif.fr." in shown
    assert "Ce nom est hors du domaine" in shown
    assert filled == {"host": "", "port": "", "security": "tls"}


async def test_where_the_dns_tells_nothing_names_to_try_are_told_and_none_is_filled_in(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, filled = await asked_the_dns(tmp_path, monkeypatch, {})
    assert "n'annonce pas de serveur IMAP" in shown
    assert "imap.cab-lilas.mssante.fr" in shown
    assert filled["host"] == ""


async def test_without_an_address_there_is_nothing_to_look_for(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await push(person, "discover")
        assert "Il manque l'adresse de la BAL." in person.screen()


# The keys


async def test_what_is_typed_ahead_goes_to_its_own_lines(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        type_ahead(person, f"{NAME}\n{RPPS}\n{ADDRESS}\n\nimap.exemple.invalid\n144\n\ncamille\n\nx y\n")
        await person.until("imap.exemple.invalid")
        await person.quiet()
        typed = {
            name: value(person, name) for name in ("name", "rpps", "address", "host", "port", "username")
        }
        assert list(typed.values()) == [NAME, RPPS, ADDRESS, "imap.exemple.invalid", "144", "camille"]
        assert value(person, "secret") == "x y"
        assert here(person) == "keeping"


async def test_enter_typed_ahead_goes_to_the_line_that_comes_next_by_then(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        type_ahead(person, f"\n\n{ADDRESS}\n", "<right>", "<right>", "\n")
        await person.until("Chemin")
        await person.quiet()
        assert here(person) == "path"
        await person.type("/x/y")
        assert value(person, "access") == "files"
        assert value(person, "path") == "/x/y"
        assert value(person, "host") == ""


async def test_what_is_erased_ahead_of_enter_is_erased_on_its_own_line(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        type_ahead(person, "Drr", "<backspace>", " EXEMPL\n123", "<ctrl+u>", "109\n")
        await person.quiet()
        assert here(person) == "address"
        assert (value(person, "name"), value(person, "rpps")) == ("Dr EXEMPL", "109")
        assert value(person, "address") == ""


async def test_a_domain_typed_ahead_of_enter_tells_first(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        type_ahead(person, "\n\ncamille@medecin.mssante.fr\n\n")
        await person.until("Tout va bien : Entrée l'enregistre.")
        await person.quiet()
        assert lines(person) == ["name", "rpps", "address", "access"]
        assert here(person) == "save"


async def test_arrows_walk_the_lines_and_turn_over_a_choice(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter", "down", "down", "down")
        assert here(person) == "access"
        await person.press("right", "right", "left", "left")
        assert value(person, "access") == "imap"
        await person.press("left")
        assert value(person, "access") == "files"
        await person.press("up")
        assert here(person) == "address"


async def test_the_line_that_the_keys_go_to_stands_out(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter", "enter", "enter")
        current = [field.id for field in form(person).query(".current")]
        assert current == ["field-address"]


async def test_what_is_missing_is_said_before_anything_is_tried(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await attempt(person, "Il manque l'adresse de la BAL.")
        await fill(person, {"address": ADDRESS})
        await attempt(person, "Il manque le nom du serveur IMAP.")
        await fill(person, {"host": "imap.exemple.invalid", "port": "neuf"})
        await attempt(person, "Le port est un nombre")
        await fill(person, {"port": "", "security": "none"})
        await attempt(person, "en clair")
        await fill(person, {"security": "tls", "keeping": "command"})
        await attempt(person, "Il manque la commande")
        await fill(person, {"auth": "external"})
        await attempt(person, "Il manque le fichier du certificat")
