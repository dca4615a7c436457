"""A part of a message on the screen: opened by its figure, by Tab and Enter, or from the attachments."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from threading import Event
from typing import NoReturn

import pytest

from balt.config import Config
from balt.mail.documents import part
from balt.mail.documents.model import DocumentView
from balt.mail.documents.part import PartContent
from balt.mail.structure import Part
from balt.mailboxes.worker import Ticket
from balt.secrets import Secrets
from balt.tui.documents import Documents, MessagePlace
from tests.mail.documents.made import xdm
from tests.support.servers import ImapServer
from tests.tui.driver import NOW, SMALL, WIDE, Person, sitting


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "labo@bio.mssante.fr", "Résultats"
    message.set_content("Bonjour")
    message.add_attachment(xdm(), "application", "zip", filename="IHE_XDM.zip")
    message.add_attachment(b"%PDF-1.4" + b"x" * 9000, "application", "pdf", filename="resultat.pdf")
    return message.as_bytes().replace(b"\n", b"\r\n")


def config(server: ImapServer) -> tuple[Config, Secrets]:
    account = replace(server.account(), password_env="MSS")
    server.append(account, mail())
    return Config(accounts=(account,)), Secrets(environ={"MSS": server.password})


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_figure_of_a_part_opens_it_and_escape_goes_back(
    demo_imap: ImapServer, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(*config(demo_imap), tmp_path, size=size, now=NOW) as person:
        await person.press("3", "p")
        assert "1-2 Ouvrir la pièce" in person.screen()
        await person.press("1")
        await person.until("TESTPATIENT ALIX")
        assert "IHE_XDM/SUBSET01/DOC0001.XML" in person.screen()
        await person.press("G")
        assert "Créatinine  72 µmol/L" in person.screen()
        await person.press("escape")
        assert "Bonjour" in person.screen()
        await person.press("9", "escape")
        assert len(person.app.screen_stack) == 1


async def test_tab_goes_to_the_next_part_and_enter_opens_it(demo_imap: ImapServer, tmp_path: Path) -> None:
    async with sitting(*config(demo_imap), tmp_path, now=NOW) as person:
        await person.press("3", "enter", "tab", "enter")
        await person.until("balt ne l'affiche pas")
        await person.press("escape", "tab", "enter")
        await person.until("TESTPATIENT ALIX")


async def open_attachments(person: Person) -> None:
    person.app.messages.show_attachments()
    await person.quiet()
    await person.until("resultat.pdf")


async def test_enter_opens_an_attachment_of_the_list(demo_imap: ImapServer, tmp_path: Path) -> None:
    async with sitting(*config(demo_imap), tmp_path, now=NOW) as person:
        await person.press("3")
        await open_attachments(person)
        await person.press("j", "enter")
        await person.until("TESTPATIENT ALIX")
        await person.press("escape")
        assert "resultat.pdf" in person.screen()


async def test_a_mask_shows_no_part(demo_imap: ImapServer, tmp_path: Path) -> None:
    async with sitting(*config(demo_imap), tmp_path, now=NOW) as person:
        await person.press("3")
        await open_attachments(person)
        await person.press("m", "enter")
        assert len(person.app.screen_stack) == 1
        assert "masqué" in person.said()[-1]


def test_a_discreet_access_asks_for_no_part() -> None:
    def submit(*_job: object) -> NoReturn:
        raise AssertionError("asked of the server")

    told: list[object] = []
    documents = Documents(submit, lambda _address: True)
    documents.read(MessagePlace("a@b.fr", "INBOX", 1, 7), "2", told.append)
    assert told == ["Accès discret : le contenu des messages n'est pas montré."]


def test_closing_the_window_ends_the_process_that_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    content = PartContent(Part("2", "application/zip"), b"x")
    told: list[object] = []
    waited = Event()

    def submit(_to: str, _job: object, on_done: Callable[..., object], *_more: object) -> Ticket:
        on_done(content)
        return Ticket(1)

    def looking(_content: PartContent, over: Event) -> DocumentView:
        assert over.wait(10)
        waited.set()
        return DocumentView("z.zip")

    monkeypatch.setattr(part, "document_of", looking)
    documents = Documents(submit, lambda _address: False)
    opened = documents.read(MessagePlace("a@b.fr", "INBOX", 1, 7), "2", told.append)
    assert opened is not None
    assert not waited.is_set()
    opened.cancel()
    assert waited.wait(10)


async def test_a_part_that_is_gone_meanwhile_is_a_sentence(demo_imap: ImapServer, tmp_path: Path) -> None:
    settings, secrets = config(demo_imap)
    async with sitting(settings, secrets, tmp_path, now=NOW) as person:
        await person.press("3", "p")
        with demo_imap.client(settings.accounts[0]) as other:
            other.select("INBOX")
            other.store("1:*", "+FLAGS", "\\Deleted")
            other.expunge()
        await person.press("1")
        await person.until("n'est plus dans ce dossier")
