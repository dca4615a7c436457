"""Saving a BAL from its form: what the file holds then, what is refused, and what the app shows next."""

import mailbox
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from balt.config import Account, Config, load_config
from balt.secrets import Secrets
from balt.tui import signals
from balt.tui.dialogs.add_mailbox import AddMailbox
from tests.support.dovecot import Dovecot
from tests.support.servers import ImapServer
from tests.tui.applicant import (
    ADDRESS,
    NAME,
    RPPS,
    attempt,
    fill,
    is_there,
    lines,
    mode,
    octets,
    push,
    put,
    save,
    value,
)
from tests.tui.driver import SMALL, WIDE, Person, sitting

SECOND = "accueil@cab-lilas.mssante.fr"
LETTER = b"From: labo@bio-fictive.mssante.fr\r\nSubject: bilan\r\n\r\nBonjour\r\n"
WRITTEN = (
    '# mes BAL\r\n[person]\r\nname = "Dr Camille EXEMPLE"\r\n\r\n'
    '[[mailbox]]\r\naddress = "%s"\r\naccess = "none"\r\n'
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration will be; nothing is there yet."""
    path = tmp_path / "new" / "config.toml"
    monkeypatch.setenv("BALT_CONFIG", str(path))
    return path


def written(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def with_one(file: Path) -> bytes:
    """A configuration as a person wrote it, with one BAL; its octets."""
    return put(file, (WRITTEN % ADDRESS).encode())


async def test_a_first_bal_is_saved_for_its_owner_alone_and_read_at_once(
    file: Path, tmp_path: Path, imap_server: ImapServer
) -> None:
    account = imap_server.account()
    imap_server.append(account, LETTER)
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(
            person,
            {
                "name": NAME,
                "rpps": "10 999 990 012",
                "address": account.address,
                "access": "imap",
                "host": account.host,
                "port": str(account.port),
                "security": "none",
                "username": account.username,
                "secret": imap_server.password,
            },
        )
        await attempt(person, "Tout va bien")
        await person.press("enter")
        await person.until("1 message")
        assert person.app.view is person.app.messages
        await person.hears("est ajoutée à la configuration")
    assert mode(file) == 0o600
    assert imap_server.password.encode() not in octets(file)
    assert written(file)["person"] == {"name": NAME, "rpps": RPPS}
    assert load_config(file).accounts[0].address == account.address


async def test_a_second_bal_is_appended_and_what_was_written_stays(file: Path, tmp_path: Path) -> None:
    before = with_one(file)
    async with sitting(load_config(file), Secrets(), tmp_path) as person:
        await person.press("plus")
        assert lines(person)[0] == "address"
        await fill(person, {"address": SECOND, "access": "none"})
        await save(person)
        assert person.app.view is person.app.annuaire
        assert "2 BAL" in person.screen()
    assert octets(file).startswith(before)
    assert [each["address"] for each in written(file)["mailbox"]] == [ADDRESS, SECOND]


async def test_a_bal_that_is_followed_stands_in_the_list_and_is_not_counted(
    file: Path, tmp_path: Path
) -> None:
    before = with_one(file)
    async with sitting(load_config(file), Secrets(), tmp_path) as person:
        person.app.post_message(signals.Follow(SECOND))
        await person.hears(f"{SECOND} est suivie : bloc [[followed]] de la configuration.")
        assert person.app.view is person.app.annuaire
        await person.until("BAL de quelqu'un d'autre : balt ne la lit pas")
        for said in ("1 BAL", "1 trouvée · 1 suivie", "· suivie "):
            assert said in person.screen()
        await person.press("c")
        await person.hears("balt la suit dans l'annuaire, et n'en demande rien")
        person.app.post_message(signals.Follow(SECOND))
        await person.hears("est déjà suivie, par un bloc [[followed]]")
    assert octets(file).startswith(before)
    assert [each["address"] for each in written(file)["mailbox"]] == [ADDRESS]
    assert written(file)["followed"] == [{"address": SECOND}]


async def test_an_address_that_is_there_already_is_refused(file: Path, tmp_path: Path) -> None:
    before = with_one(file)
    async with sitting(load_config(file), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("plus")
        await fill(person, {"address": ADDRESS.upper(), "access": "none"})
        await save(person)
        assert isinstance(person.app.screen, AddMailbox)
        assert "est déjà celle d'une BAL de ce fichier" in " ".join(person.screen().split())
        assert value(person, "address") == ADDRESS.upper()
    assert octets(file) == before


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is read-only for root")
async def test_a_folder_that_cannot_be_written_is_said(file: Path, tmp_path: Path) -> None:
    file.parent.mkdir(mode=0o500)
    await cannot_be_saved(tmp_path, "n'a pas le droit d'écrire")


async def test_a_place_that_cannot_hold_the_file_is_said_and_the_form_keeps_all(
    file: Path, tmp_path: Path
) -> None:
    file.parent.write_bytes(b"a file where the folder should be")
    await cannot_be_saved(tmp_path, "n'a pas pu être écrit")


async def cannot_be_saved(tmp_path: Path, sentence: str) -> None:
    entries = {"name": NAME, "rpps": RPPS, "address": ADDRESS, "access": "none"}
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, entries)
        await save(person)
        assert sentence in " ".join(person.screen().split())
        assert {name: value(person, name) for name in entries} == entries


async def test_what_was_not_tried_is_saved_when_asked_twice(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, {"address": ADDRESS, "host": "127.0.0.1", "port": "1", "secret": "secret"})
        await push(person, "save")
        assert "Pas encore essayée" in person.screen()
        assert not is_there(file)
        await fill(person, {"port": "2"})
        await push(person, "save")
        assert not is_there(file)
        await person.press("enter")
        await person.quiet()
    assert written(file)["mailbox"] == [{"address": ADDRESS, "host": "127.0.0.1", "port": 2}]


async def test_a_bal_without_access_is_selected_in_view_2(file: Path, tmp_path: Path) -> None:
    with_one(file)
    async with sitting(load_config(file), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("plus")
        await fill(person, {"address": SECOND, "access": "none"})
        await save(person)
        detail = person.screen().split("─")[-1]
        assert SECOND in detail
        assert "sans accès IMAP" in detail


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_exported_mail_opens_in_view_3(file: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    folder = tmp_path / "Maildir"
    mailbox.Maildir(folder, create=True).add(LETTER)
    async with sitting(Config(), Secrets(), tmp_path / "state", size=size) as person:
        await person.press("enter")
        await fill(person, {"address": ADDRESS, "access": "files", "path": str(folder)})
        await attempt(person, "Tout va bien")
        await person.press("enter")
        await person.until("bilan")
        assert person.app.view is person.app.messages
    assert written(file)["mailbox"] == [{"address": ADDRESS, "access": "files", "path": str(folder)}]


@pytest.fixture
def keyring_of(backend: KeyringBackend) -> Iterator[None]:
    """Make ``backend`` the keyring of the machine."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield
    keyring.set_keyring(before)


@pytest.mark.parametrize("backend", [fail.Keyring()])  # type: ignore[no-untyped-call]
@pytest.mark.usefixtures("keyring_of")
async def test_without_a_keyring_nothing_is_saved_and_the_sentence_says_what_to_do(
    file: Path, tmp_path: Path
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        entries = {"address": ADDRESS, "host": "imap.exemple.invalid", "secret": "x", "keeping": "keyring"}
        await fill(person, entries)
        await save(person)
        assert "trousseau" in person.screen()
        assert "password_command" in person.screen()
        assert {name: value(person, name) for name in entries} == entries
    assert not is_there(file)


class Keyring(KeyringBackend):
    """Holds the password that another configuration uses; takes a new one, or does not."""

    priority: ClassVar[float] = 5

    def __init__(self, *, takes: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept = {("balt", ADDRESS): "d'un autre fichier"}
        self._takes = takes

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self._takes:
            self.kept[service, username] = password


KEPT = {"address": ADDRESS, "host": "imap.exemple.invalid", "secret": "neuf", "keeping": "keyring"}


@pytest.mark.parametrize("backend", [Keyring(takes=True)])
@pytest.mark.usefixtures("keyring_of")
async def test_a_bal_that_cannot_be_appended_leaves_the_keyring_and_what_is_known(
    file: Path, tmp_path: Path, backend: Keyring
) -> None:
    put(file, b'mailbox = [{address = "x@y.fr", access = "none"}]\n')
    secrets = Secrets()
    secrets.give(Account(ADDRESS), "d'avant")
    async with sitting(load_config(file), secrets, tmp_path) as person:
        await person.press("plus")
        await fill(person, KEPT)
        await save(person)
        assert re.search("ne.*peut.*pas.*être.*ajoutée", person.screen(), re.DOTALL)  # over two lines
    assert list(backend.kept.values()) == ["d'un autre fichier"]
    assert secrets.password(Account(ADDRESS)) == "d'avant"


@pytest.mark.parametrize("backend", [Keyring(takes=True)])
@pytest.mark.usefixtures("keyring_of")
async def test_a_refused_address_leaves_the_keyring_as_it_was(
    file: Path, tmp_path: Path, backend: Keyring
) -> None:
    with_one(file)
    async with sitting(load_config(file), Secrets(), tmp_path) as person:
        await person.press("plus")
        await fill(person, KEPT)
        await save(person)
        assert "est déjà celle d'une BAL" in person.screen()
    assert list(backend.kept.values()) == ["d'un autre fichier"]


@pytest.mark.parametrize("backend", [Keyring(takes=False)])
@pytest.mark.usefixtures("keyring_of")
async def test_a_keyring_that_refuses_in_the_end_is_told_with_the_bal_that_is_added(
    file: Path, tmp_path: Path, backend: Keyring
) -> None:
    async with sitting(Config(), Secrets(), tmp_path) as person:
        await person.press("enter")
        await fill(person, KEPT)
        await save(person)
        for _turn in range(100):  # it is told a moment after the form has gone
            await person.quiet()
            if any("est ajoutée" in each for each in person.said()):
                break
        said = " ".join(person.said())
        assert "balt le demandera" in said
        assert "n'a pas gardé le mot de passe" in said
    assert written(file)["mailbox"][0]["keyring"] is True
    assert list(backend.kept.values()) == ["d'un autre fichier"]


@pytest.mark.parametrize("access", ["none", "imap"])
async def test_a_number_with_a_wrong_key_is_doubted_once_and_saved_all_the_same(
    file: Path, tmp_path: Path, access: str
) -> None:
    entries = {"rpps": "10999990013", "address": ADDRESS, "access": access}
    if access == "imap":
        entries |= {"host": "127.0.0.1", "port": "1", "secret": "secret"}
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, entries)
        await push(person, "save")
        assert "La clé de ce numéro RPPS ne correspond pas" in " ".join(person.screen().split())
        assert not is_there(file)
        await person.press("enter")
    assert written(file)["person"] == {"rpps": "10999990013"}


async def test_a_trial_that_ends_well_doubts_a_number_and_one_enter_saves_it(
    file: Path, tmp_path: Path
) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, {"rpps": "10999990013", "address": ADDRESS, "access": "none"})
        await attempt(person, "Tout va bien")
        assert "La clé de ce numéro RPPS ne correspond pas" in " ".join(person.screen().split())
        await person.press("enter")
    assert is_there(file)


async def test_a_number_of_another_length_is_told_once_and_stops_nothing(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, {"rpps": "1099", "address": ADDRESS, "access": "none"})
        await push(person, "save")
        assert "Un numéro RPPS a onze chiffres : vérifiez-le." in person.screen()
        assert not is_there(file)
        await person.press("enter")
    assert written(file)["person"] == {"rpps": "1099"}


async def test_a_password_that_was_typed_is_not_asked_for_again(
    file: Path, tmp_path: Path, dovecot: Dovecot
) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, LETTER)
    asked: Person
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as asked:
        await asked.press("enter")
        await fill(
            asked,
            {
                "address": ADDRESS,
                "host": "127.0.0.1",
                "port": str(dovecot.port),
                "security": "none",
                "username": user,
                "secret": dovecot.password,
            },
        )
        await save(asked)
        await asked.until("1 message")
        assert "Mot de passe de la BAL" not in asked.screen()
