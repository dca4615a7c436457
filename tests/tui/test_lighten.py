"""Attachments taken out from the app: what goes, what stays and why is said first; then done, then undone."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from balt.demo import DemoServer
from balt.tui.requests import sizes_offered
from tests.cleanup.detach.mailbox import letter
from tests.support.servers import DemoImapServer
from tests.tui.driver import SMALL, Person
from tests.tui.test_cleanup import OLD, READ, Desk

KI = 1024


@pytest.fixture
def server() -> Iterator[DemoImapServer]:
    from tests.support.dovecot import PASSWORD

    with DemoServer(password=PASSWORD) as running:
        yield DemoImapServer(running)


@pytest.fixture
def desk(server: DemoImapServer, tmp_path: Path) -> Desk:
    """Two letters with a large file, one with a small one, all read and filed."""
    desk = Desk(server, tmp_path)
    for number, size in ((1, 900_000), (2, 400_000), (3, 5_000)):
        server.append(desk.account, letter(number, size), "INBOX", OLD, FILED)
    return desk


FILED = (*READ, "$Integrated")


def sealed(subtype: str, name: str) -> bytes:
    """A letter with a file that is left alone for what it is."""
    message = EmailMessage()
    message["From"], message["Subject"] = "labo@labo.mssante.fr", name
    message["Message-ID"] = f"<{name}@labo>"
    message.set_content("Ci-joint.")
    message.add_attachment(b"x" * 300_000, maintype="application", subtype=subtype, filename=name)
    return message.as_bytes().replace(b"\n", b"\r\n")


def octets(desk: Desk) -> int:
    with desk.server.client(desk.account) as client:
        client.select("INBOX", readonly=True)
        told = client.uid("FETCH", "1:*", "(RFC822.SIZE)")[1]
    return sum(int(line.split(b"RFC822.SIZE ")[1].split(b")")[0].split()[0]) for line in told if line)


def shown(person: Person) -> str:
    return " ".join(person.screen().split())


async def test_marked_messages_lose_their_large_files_once_archived_and_undo_brings_them_back(
    desk: Desk,
) -> None:
    before = octets(desk)
    async with desk.sit() as person:
        await person.press("3", "asterisk", "a")
        assert "Alléger 1 message de ses pièces jointes" in shown(person)
        assert "pièces jointes d'au moins 1 Mo" in shown(person)
        assert "2 pièce de moins de 1 Mo" in shown(person)
        await person.press("t")
        assert "Alléger 2 messages de leurs pièces jointes" in shown(person)
        assert "pièces jointes d'au moins 256 Ko" in shown(person)
        assert "2 pièces jointes partent, une note à leur place" in shown(person)
        assert "mes archives" in person.screen()
        assert octets(desk) == before
        await person.press("o")
        assert "2 messages allégés" in person.screen()
        assert octets(desk) < before - 1_700_000
        assert (desk.count(), desk.archived) == (3, 2)
        await person.press("u", "o")
        await person.press("enter")
    assert (octets(desk), desk.count()) == (before, 3)


async def test_what_is_left_alone_is_told_with_the_reason_and_may_go_on_demand(
    server: DemoImapServer, tmp_path: Path
) -> None:
    desk = Desk(server, tmp_path)
    server.append(desk.account, sealed("zip", "IHE_XDM.zip"), "INBOX", OLD, FILED)
    server.append(desk.account, sealed("pkcs7-mime", "smime.p7m"), "INBOX", OLD, FILED)
    async with desk.sit() as person:
        await person.press("3", "asterisk", "a")
        told = shown(person)
        assert "Rien à détacher" in told
        assert "[d] 1 document de santé (XDM), que le logiciel métier relit laissés" in told
        assert "1 message chiffré restent" in told
        await person.press("o")
        assert "Rien à détacher" in shown(person)
        await person.press("s", "i")  # nothing is signed, nothing is shown in a text
        assert shown(person) == told
        await person.press("d")
        assert "Alléger 1 message de ses pièces jointes" in shown(person)
        assert "(XDM), que le logiciel métier relit inclus" in shown(person)
        await person.press("d")
        assert "Rien à détacher" in shown(person)
    assert desk.archived == 0


async def test_a_document_that_is_not_filed_stays_whole(server: DemoImapServer, tmp_path: Path) -> None:
    desk = Desk(server, tmp_path)
    server.append(desk.account, letter(1, 900_000), "INBOX", OLD, READ)
    async with desk.sit() as person:
        await person.press("3", "a")
        assert "document non marqué intégré" in person.screen()
        assert "Rien à détacher" in person.screen()


async def test_from_the_attachments_the_message_under_the_cursor_is_meant(desk: Desk) -> None:
    async with desk.sit() as person:
        await person.press("3", "w", "2", "a")
        assert "Alléger 1 message de ses pièces jointes" in shown(person)
        assert "1 pièce jointe part" in shown(person)


async def test_it_all_fits_a_small_screen(desk: Desk) -> None:
    desk.server.append(desk.account, sealed("zip", "IHE_XDM.zip"), "INBOX", OLD, FILED)
    desk.server.append(desk.account, sealed("pkcs7-mime", "smime.p7m"), "INBOX", OLD, FILED)
    async with desk.sit(SMALL) as person:
        await person.press("3", "asterisk", "a", "t", "t")
        assert "Oui, archiver puis alléger" in person.screen()
        assert "agrandissez" not in person.screen()


async def test_what_a_low_screen_has_no_room_for_is_read_before_it_can_be_agreed_to(desk: Desk) -> None:
    before = octets(desk)
    async with desk.sit((80, 12)) as person:
        await person.press("3", "asterisk", "a", "t", "o")
        assert "agrandissez la fenêtre" in person.screen()
        assert octets(desk) == before
        await person.press(*["down"] * 12)
        assert "pièce de moins de 256 Ko" in person.screen()
        await person.press("up", "o")
        assert octets(desk) < before


def test_the_sizes_offered_begin_with_the_largest_that_a_message_can_hold() -> None:
    every = (5 * KI * KI, KI * KI, 256 * KI, 16 * KI)
    assert sizes_offered(5 * KI * KI, 20 * KI * KI) == (every, every[0])
    assert sizes_offered(5 * KI * KI, 900 * KI) == (every, 256 * KI)
    assert sizes_offered(5 * KI * KI, -1) == (every, 16 * KI)
    assert sizes_offered(10 * KI, 10 * KI) == ((16 * KI,), 16 * KI)
