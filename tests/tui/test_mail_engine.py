"""View 3 as a large mailbox needs it: on a Dovecot with all it knows, and on one with next to nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.config import Account, Config
from balt.mail import first_rows, scanning
from balt.mail.listing import Listing
from balt.mail.model import Flag
from balt.mail.whole import EVERYWHERE
from balt.secrets import Secrets
from balt.tui.events import ListingRead
from balt.tui.views import reading as asking
from balt.tui.views.message_rows import MessageRows
from balt.tui.views.messages import MessagesView
from tests.integration.mails import document, text
from tests.integration.test_dovecot import EXCHANGE
from tests.support.dovecot import Dovecot
from tests.support.servers import DovecotServer
from tests.tui.driver import Person, sitting

pytestmark = pytest.mark.dovecot
NOW = datetime.now(UTC)


@pytest.fixture(params=["full", "exchange"])
def server(request: pytest.FixtureRequest, start_dovecot: Callable[..., Dovecot]) -> DovecotServer:
    """A Dovecot with all that it knows, and one that hides what an Exchange lacks."""
    hide = EXCHANGE if request.param == "exchange" else ()
    return DovecotServer(start_dovecot(hide=hide))


@pytest.fixture
def account(server: DovecotServer) -> Account:
    """A BAL with forty letters in its inbox, and one with a document."""
    account = replace(server.account(), password_env="MSS")
    for number in range(40):
        server.append(account, text(f"Lettre {number}", size=500 + 40 * number, number=number), date=NOW)
    server.append(account, document(), date=NOW)
    return account


def at_desk(account: Account, folder: Path) -> "tuple[Config, Secrets, Path]":
    return Config(accounts=(account,)), Secrets(environ={"MSS": "pass"}), folder


def rows(person: Person) -> MessageRows:
    found = person.app.messages.browse.rows
    assert found is not None
    return found


def subjects(person: Person) -> list[str]:
    shown = rows(person)
    details = [shown.message(row).detail for row in range(len(shown))]
    return [detail.subject if detail else "" for detail in details]


async def test_the_list_is_that_of_doveadm_row_by_row(
    server: DovecotServer, account: Account, tmp_path: Path
) -> None:
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3")
        listing = rows(person).listing
        shown = [rows(person).uid(row) for row in range(len(rows(person)))]
    told = server.dovecot.doveadm(
        "-f",
        "tab",
        "fetch",
        "-u",
        account.username,
        "uid size.virtual date.received flags",
        "mailbox",
        "INBOX",
    )
    lines = [line.split("\t") for line in told.splitlines()[1:]]
    assert list(listing.uids) == [int(line[0]) for line in lines]
    assert list(listing.sizes) == [int(line[1]) for line in lines]
    assert [bool(flags & Flag.SEEN) for flags in listing.flags] == ["\\Seen" in line[3] for line in lines]
    assert shown == [uid for uid, _s in sorted(zip(listing.uids, listing.sizes, strict=True), key=_largest)]


def _largest(row: tuple[int, int]) -> tuple[int, int]:
    return -row[1], row[0]


async def test_what_arrives_shows_by_itself_and_moves_neither_cursor_nor_marks(
    server: DovecotServer, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.mail.session._WITHOUT_IDLE", 0.5)
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3", "D", "j", "j", "space")
        table, browse = person.app.messages.table, person.app.messages.browse
        under, marked = rows(person).uid(table.cursor), browse.marks.keys()
        server.append(account, text("Tout neuf", number=99), date=NOW)
        await person.until("42 messages")
        await person.quiet()
        assert rows(person).uid(table.cursor) == under
        assert browse.marks.keys() == marked


async def test_what_another_program_removes_goes_with_its_mark(
    server: DovecotServer, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.mail.session._WITHOUT_IDLE", 0.5)
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3", "space", "space")
        first = rows(person).uid(0)
        with server.client(account) as client:
            client.select("INBOX")
            client.uid("STORE", str(first), "+FLAGS", "(\\Deleted)")
            client.uid("EXPUNGE", str(first))
        await person.until("40 messages")
        await person.quiet()
        marks, sizes = person.app.messages.browse.marks, rows(person).listing.sizes
        assert len(marks) == 1
        assert not {first} & set(marks.keys())
        assert marks.size == sum(sizes[place] for place in marks.places())


async def test_a_folder_made_anew_elsewhere_loses_its_marks(
    server: DovecotServer, account: Account, tmp_path: Path
) -> None:
    server.append(account, text("Ancien", number=1), "Suivi", date=NOW)
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3")
        person.app.messages.open(account.address, "Suivi")
        await person.quiet()
        await person.press("space")
        assert len(person.app.messages.browse.marks) == 1
        with server.client(account) as client:
            client.delete("Suivi")
        server.append(account, text("Nouveau", number=2), "Suivi", date=NOW)
        await person.press("R")
        assert len(person.app.messages.browse.marks) == 0
        assert subjects(person) == ["Nouveau"]


async def test_the_index_shows_a_folder_before_the_server_is_there(
    server: DovecotServer, account: Account, tmp_path: Path
) -> None:
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3")
        assert len(rows(person)) == 41
    away = replace(account, port=1)
    async with sitting(*at_desk(_same_index(account, away, tmp_path), tmp_path), now=NOW) as person:
        await person.press("3")
        await person.until("d'après l'index du")
        assert len(rows(person)) == 41
        assert "Lettre" not in person.screen()
        assert "injoignable" in person.screen()


def _same_index(known: Account, away: Account, folder: Path) -> Account:
    """The account ``away``, whose index is the one of ``known``: as if the server had gone since."""
    from balt.mail.index import index_path

    index_path(folder, known).rename(index_path(folder, away))
    assert len(list((folder / "index").iterdir())) == 1
    return away


async def test_all_folders_stand_in_one_list_and_a_plan_is_about_all_that_is_marked(
    server: DovecotServer, account: Account, tmp_path: Path
) -> None:
    server.append(account, text("Archivée", size=90_000, number=50), "Archive", date=NOW)
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3")
        person.app.messages.open(account.address, EVERYWHERE)
        await person.quiet()
        assert "Tous les dossiers  42 messages" in person.screen()
        assert subjects(person)[0] == "Archivée"
        assert "dans « Archive »" in person.screen()
        await person.press("space", "space", "space", "d")
        await person.until("Archive, Réception → Trash")
        assert "Mettre 2 messages à la corbeille" in person.screen()
        assert "document non marqué intégré" in person.screen()
        await person.press("escape")
        assert len(person.app.messages.browse.marks) == 3


async def test_the_largest_attachments_stand_with_both_sizes_and_mark_their_message(
    server: DovecotServer, account: Account, tmp_path: Path
) -> None:
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3", "w", "2")
        await person.until("courrier.pdf")
        assert "pièces jointes par taille" in person.screen()
        sizes = re.findall(
            r"([\d,]+) Ko", next(li for li in person.screen().splitlines() if "courrier.pdf" in li)
        )
        assert len(sizes) == 3
        await person.press("space")
        assert len(person.app.messages.browse.marks) == 1
        await person.press("escape")
        assert subjects(person)[0] == "CR"
        assert person.app.messages.browse.marks.keys() == [rows(person).uid(0)]


async def test_a_filter_on_subjects_reads_what_it_needs_and_keeps_its_verdicts(
    server: DovecotServer, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "AHEAD", 0)
    monkeypatch.setattr(asking, "BATCH", 7)
    async with sitting(*at_desk(account, tmp_path), now=NOW, size=(80, 24)) as person:
        await person.press("3", "slash")
        await person.type('subject:"lettre 1"')
        await person.press("enter")
        await person.until(" 11 · ")
        await person.quiet()
        assert sorted(subjects(person)) == sorted(["Lettre 1", *(f"Lettre {n}" for n in range(10, 20))])


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[Listing]:
    """Forty messages count as many; the listings that came to the view, in their order."""
    monkeypatch.setattr(first_rows, "FEW_TO_SORT", 10)
    monkeypatch.setattr(scanning, "PIECE", 5)
    monkeypatch.setattr("balt.mailboxes.opening.FIRST_ROWS", 8)
    seen: list[Listing] = []
    take = MessagesView.listing_read

    def listing_read(view: MessagesView, event: ListingRead) -> None:
        seen.append(event.listing)
        take(view, event)

    monkeypatch.setattr(MessagesView, "listing_read", listing_read)
    return seen


async def test_the_first_rows_come_before_the_rest_where_the_server_can_sort(
    few: list[Listing], server: DovecotServer, account: Account, tmp_path: Path
) -> None:
    async with sitting(*at_desk(account, tmp_path), now=NOW) as person:
        await person.press("3")
        assert len(rows(person)) == 41
        sizes = sorted(rows(person).listing.sizes, reverse=True)
    whole = [listing for listing in few if listing.is_whole]
    assert len(whole[-1]) == 41
    partial = [listing for listing in few if not listing.is_whole]
    for listing in partial:  # none where the figures had listed the folder before it was opened
        assert listing.expected == 41
        assert sorted(listing.sizes, reverse=True) == sizes[: len(listing)]
