"""Saving a BAL from its form: what the file holds then, what is refused, and what the app shows next."""

import mailbox
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from balt.config import Config, load_config
from balt.secrets import Secrets
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
        assert any("est ajoutée à la configuration" in said for said in person.said())
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


async def test_a_refused_address_leaves_the_keyring_as_it_was(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(Secrets, "remember", lambda _self, account, _secret: kept.append(account.address))
    with_one(file)
    async with sitting(load_config(file), Secrets(), tmp_path) as person:
        await person.press("plus")
        entries = {"address": ADDRESS, "host": "imap.exemple.invalid", "secret": "x", "keeping": "keyring"}
        await fill(person, entries)
        await save(person)
        assert "est déjà celle d'une BAL" in person.screen()
    assert kept == []


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


async def test_without_a_keyring_nothing_is_saved_and_the_sentence_says_what_to_do(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        entries = {"address": ADDRESS, "host": "imap.exemple.invalid", "secret": "x", "keeping": "keyring"}
        await fill(person, entries)
        await save(person)
        assert "trousseau" in person.screen()
        assert "password_command" in person.screen()
        assert {name: value(person, name) for name in entries} == entries
    assert not is_there(file)


async def test_a_number_of_another_length_is_refused(file: Path, tmp_path: Path) -> None:
    async with sitting(Config(), Secrets(), tmp_path, size=SMALL) as person:
        await person.press("enter")
        await fill(person, {"rpps": "1099", "address": ADDRESS, "access": "none"})
        await save(person)
        assert "Le numéro RPPS a 11 chiffres." in person.screen()
    assert not is_there(file)


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
