"""``balt group`` on both servers: every message in one group, exactly, and what must never come out."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cli.group import COLUMNS
from balt.demo.faults import Fault, FaultKind
from balt.demo.server import MASTER
from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places, message, with_attachment
from tests.integration.mails import nested
from tests.integration.test_dovecot import EXCHANGE
from tests.support.dovecot import MASTER as DOVECOT_MASTER
from tests.support.dovecot import Dovecot
from tests.support.servers import DemoImapServer, DovecotServer
from tests.support.terminal import foreign_controls

WAYS = ("sender", "year", "folder", "kind")
LABO, CHU = "labo@bio-fictive.mssante.fr", "radio@chu-fictif.mssante.fr"


def when(year: int) -> datetime:
    return datetime(year, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def filled(places: Places) -> str:
    """A BAL with messages of two senders, years, folders and kinds."""
    account = places.add()
    places.write(account, "Un", sender=LABO, size=3000, date=when(2023))
    places.write(account, "Deux", sender=LABO.upper(), size=9000, date=when(2024))
    places.write(account, "Trois", sender=CHU, size=20_000, folder="Été", date=when(2024))
    places.server.append(account, with_attachment("Bilan"), "Été", date=when(2025))
    return account.address


def test_each_way_adds_up_to_what_messages_tells(filled: str, balt: Balt) -> None:
    listed = balt("messages", filled, "--json").json
    for way in WAYS:
        result = balt("group", filled, "--by", way, "--json")
        assert (result.code, result.err) == (0, "")
        assert all(list(row) == ["key", "messages", "size"] for row in result.json)
        assert sum(row["messages"] for row in result.json) == len(listed) == 4
        assert sum(row["size"] for row in result.json) == sum(row["size"] for row in listed)
        assert [row["size"] for row in result.json] == sorted((r["size"] for r in result.json), reverse=True)


def test_the_keys_are_senders_years_folders_and_kinds(filled: str, balt: Balt) -> None:
    def counts(way: str, *more: str) -> dict[str | None, int]:
        return {r["key"]: r["messages"] for r in balt("group", filled, "--by", way, "--json", *more).json}

    assert counts("sender") == {LABO: 3, CHU: 1}
    assert counts("year") == {"2023": 1, "2024": 2, "2025": 1}
    assert counts("folder") == {"INBOX": 2, "Été": 2}
    assert counts("kind") == {"other": 3, "document": 1}
    assert counts("sender", "--folder", "ete") == {LABO: 1, CHU: 1}
    assert counts("year", "--filter", "larger:5k") == {"2024": 2}
    assert counts("folder", "--filter", "from:chu") == {"Été": 1}


def test_the_key_of_a_kind_goes_on_as_a_filter(filled: str, balt: Balt) -> None:
    for row in balt("group", filled, "--by", "kind", "--json").json:
        found = balt("messages", filled, "--filter", f"kind:{row['key']}", "--json").json
        assert (len(found), sum(each["size"] for each in found)) == (row["messages"], row["size"])


@pytest.mark.dovecot
def test_a_server_without_extensions_gives_the_same(
    start_dovecot: Callable[..., Dovecot], demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = DovecotServer(start_dovecot(hide=EXCHANGE, folders={"Sent": ""}))
    monkeypatch.setenv(PASSWORD_VARIABLE, server.password)
    account = server.account()
    demo_places.configure(account)
    senders = [f"poste-{number % 3}@ch-fictif.mssante.fr" for number in range(30)]
    for sender in senders:
        server.append(account, message("Courrier", sender))
    rows = balt("group", account.address, "--by", "sender", "--json").json
    assert {row["key"]: row["messages"] for row in rows} == Counter(senders)


def test_what_the_index_knows_is_not_read_again(
    demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = demo_places.add()
    demo_places.server.append(account, with_attachment("Bilan"))
    first = balt("group", account.address, "--by", "kind", "--json").json
    monkeypatch.setattr("balt.mail.reading.read_frames_of", None)
    assert balt("group", account.address, "--by", "kind", "--json").json == first


def test_a_message_without_date_or_sender_has_no_key(config_file: Path, balt: Balt) -> None:
    folder = config_file.parent / "courrier"
    folder.mkdir()
    (folder / "a.eml").write_bytes(b"Subject: essai\r\n\r\nBonjour\r\n")
    (folder / "b.eml").write_bytes(nested(60))
    config_file.write_text(
        '[[mailbox]]\naddress = "copie@medecin.mssante.fr"\naccess = "files"\npath = "courrier"\n', "utf-8"
    )
    by_sender = balt("group", "copie", "--by", "sender", "--json").json
    assert {row["key"]: row["messages"] for row in by_sender}[None] >= 1
    assert None in {row["key"] for row in balt("group", "copie", "--by", "kind", "--json").json}
    assert sum(row["messages"] for row in balt("group", "copie", "--by", "year", "--json").json) == 2


def test_the_table_is_for_people_and_the_csv_for_spreadsheets(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    demo_places.write(account, sender="=cmd@bio-fictive.mssante.fr", date=when(2024))
    demo_places.server.append(account, with_attachment("Bilan"), date=when(2024))
    head, *lines = balt("group", account.address, "--by", "kind").out.splitlines()
    assert head.split() == ["Genre", "Messages", "Taille", "Part"]
    assert {line.split("  ")[0] for line in lines} == {"documents", "autres messages"}
    rows = list(csv.DictReader(io.StringIO(balt("group", account.address, "--by", "sender", "--csv").out)))
    assert tuple(rows[0]) == COLUMNS
    assert "'=cmd@bio-fictive.mssante.fr" in {row["key"] for row in rows}


def test_nothing_to_group_is_said_on_standard_error(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    result = balt("group", account.address, "--by", "year")
    assert (result.code, result.out, result.err) == (0, "", "Aucun message.\n")
    assert balt("group", account.address, "--by", "year", "--json").json == []


def test_nothing_is_marked_as_read(filled: str, places: Places, balt: Balt) -> None:
    balt("group", filled, "--by", "sender")
    assert all("\\Seen" not in row["flags"] for row in balt("messages", filled, "--json").json)


@pytest.mark.parametrize(
    "wrong",
    [("--by", "colour"), (), ("--by", "kind", "--filter", "kind:x"), ("--by", "year", "--folder", "Perdu")],
)
def test_a_wrong_question_is_wrong_use(demo_places: Places, balt: Balt, wrong: tuple[str, ...]) -> None:
    account = demo_places.add()
    assert balt("group", account.address, *wrong, "--json").code == 2


@pytest.fixture
def faulty(demo_places: Places) -> Iterator[Callable[[Fault], None]]:
    """Lets something go wrong on the demo's server."""
    server = demo_places.server
    assert isinstance(server, DemoImapServer)
    yield server.demo.faults.add
    server.demo.faults.clear()


def test_a_folder_that_the_server_refuses_is_said_and_the_others_are_added_up(
    demo_places: Places, balt: Balt, faulty: Callable[[Fault], None]
) -> None:
    account = demo_places.add()
    demo_places.write(account)
    demo_places.write(account, folder="Été")
    faulty(Fault(FaultKind.NO, "EXAMINE"))
    result = balt("group", account.address, "--by", "folder", "--json")
    assert [(row["key"], row["messages"]) for row in result.json] == [("Été", 1)]
    assert result.code == 3
    assert "dossier Réception" in result.err


def test_a_mailbox_without_imap_is_wrong_use(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add(access="none")
    result = balt("group", account.address, "--by", "year", "--json")
    assert (result.code, result.out) == (2, "")
    assert "IMAP" in result.err


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_hostile_sender_does_nothing_to_the_terminal(places: Places, balt: Balt, form: str) -> None:
    account = places.add()
    raw = message("ESSAI").replace(
        b"From: labo@bio-fictive.mssante.fr", b"From: =?utf-8?q?=1B]0;titre=07gauche?= <a=1b@b.fr>"
    )
    places.server.append(account, raw)
    result = balt("group", account.address, "--by", "sender", *([form] if form else []))
    assert result.code == 0
    assert foreign_controls(result.out.encode()) == []


def test_a_discreet_access_is_refused_the_senders_and_given_the_rest(
    places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = places.server
    account = server.account()
    if isinstance(server, DemoImapServer):
        user, password = MASTER, server.demo.master_password
    else:
        user, password = DOVECOT_MASTER
    monkeypatch.setenv(PASSWORD_VARIABLE, password)
    places.configure(account, username=user, authorization_identity=account.username)
    places.write(account, sender="testpatient@medecin.mssante.fr")
    refused = balt("group", account.address, "--by", "sender", "--json")
    assert refused.code == 2
    assert "discret" in refused.err
    assert balt("group", account.address, "--by", "year", "--filter", "from:test").code == 2
    for way in ("year", "folder", "kind"):
        result = balt("group", account.address, "--by", way, "--json")
        assert (result.code, [row["messages"] for row in result.json]) == (0, [1])
        assert "testpatient" not in result.out + result.err + refused.out + refused.err
