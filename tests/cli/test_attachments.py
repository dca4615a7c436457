"""``balt attachments`` on both servers: the largest of all folders, exactly, and what must never come out."""

import base64
import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cli.attachments import COLUMNS
from balt.demo.faults import Fault, FaultKind
from balt.demo.server import MASTER
from tests.cli.conftest import PASSWORD_VARIABLE, Balt, Places, with_attachment
from tests.integration.mails import nested
from tests.integration.test_dovecot import EXCHANGE
from tests.support.attached import encoded_size, fill, letter
from tests.support.dovecot import MASTER as DOVECOT_MASTER
from tests.support.dovecot import Dovecot
from tests.support.servers import DemoImapServer, DovecotServer
from tests.support.terminal import foreign_controls

KEYS = ["folder", "uid", "part", "filename", "type", "encoded_size", "size", "message_size", "date"]
WHEN = datetime(2024, 1, 31, 8, 12, tzinfo=UTC)


def test_each_attachment_has_the_keys_of_the_contract(places: Places, balt: Balt) -> None:
    account = places.add()
    raw = letter(60_000, name="bilan.pdf")
    uid = places.server.append(account, raw, date=WHEN)
    result = balt("attachments", account.address, "--json")
    assert (result.code, result.err) == (0, "")
    (row,) = result.json
    assert list(row) == KEYS
    assert (row["folder"], row["uid"], row["part"]) == ("INBOX", uid, "2")
    assert (row["filename"], row["type"]) == ("bilan.pdf", "application/pdf")
    assert row["encoded_size"] == encoded_size(60_000)
    assert row["size"] == pytest.approx(60_000, rel=0.01)
    assert row["message_size"] == len(raw)
    assert row["date"] == "2024-01-31T09:12:00+01:00"


def test_the_largest_of_all_folders_are_exact(places: Places, balt: Balt) -> None:
    account = places.add()
    carried = fill(places.server, account)
    rows = balt("attachments", account.address, "--json", "--limit", "40").json
    assert [(row["encoded_size"], row["folder"], row["uid"], row["part"]) for row in rows] == carried[:40]


@pytest.mark.dovecot
def test_a_server_without_extensions_gives_the_same(
    start_dovecot: Callable[..., Dovecot], demo_places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = DovecotServer(start_dovecot(hide=EXCHANGE, folders={"Sent": ""}))
    monkeypatch.setenv(PASSWORD_VARIABLE, server.password)
    account = server.account()
    demo_places.configure(account)
    carried = fill(server, account)
    rows = balt("attachments", account.address, "--json").json
    assert [(row["encoded_size"], row["folder"], row["uid"], row["part"]) for row in rows] == carried[:50]


def test_one_folder_may_be_asked_for_and_the_number_limited(places: Places, balt: Balt) -> None:
    account = places.add()
    places.server.append(account, letter(90_000, 80_000))
    places.server.append(account, letter(70_000), "Été")
    named = [row["filename"] for row in balt("attachments", account.address, "--json", "--limit", "2").json]
    assert named == ["piece-2.pdf", "piece-3.pdf"]
    (row,) = balt("attachments", account.address, "--json", "--folder", "ete").json
    assert row["folder"] == "Été"
    wrong = balt("attachments", account.address, "--json", "--folder", "Perdu")
    assert (wrong.code, wrong.json) == (2, [])
    assert "INBOX" in wrong.err


def test_fifty_come_by_default(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    demo_places.server.append(account, letter(*range(1000, 1060)))
    assert len(balt("attachments", account.address, "--json").json) == 50


def test_nothing_is_marked_as_read(places: Places, balt: Balt) -> None:
    account = places.add()
    places.server.append(account, letter(9000))
    balt("attachments", account.address)
    with places.server.client(account) as client:
        client.select("INBOX", readonly=True)
        assert b"\\Seen" not in b"".join(client.fetch("1:*", "(FLAGS)")[1])  # type: ignore[arg-type]


def test_the_table_is_for_people_and_the_csv_for_spreadsheets(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    demo_places.server.append(account, letter(60_000, name="=1+1.pdf"), date=WHEN)
    head, line = balt("attachments", account.address).out.splitlines()
    assert head.split()[:2] == ["Taille", "Encodée"]
    assert "=1+1.pdf" in line
    assert "2024-01-31 09:12" in line
    (row,) = csv.DictReader(io.StringIO(balt("attachments", account.address, "--csv").out))
    assert tuple(row) == COLUMNS
    assert row["filename"] == "'=1+1.pdf"


def test_no_attachment_is_said_on_standard_error(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add()
    demo_places.write(account)
    result = balt("attachments", account.address)
    assert (result.code, result.out, result.err) == (0, "", "Aucune pièce jointe.\n")
    assert balt("attachments", account.address, "--json").json == []


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_hostile_name_does_nothing_to_the_terminal(places: Places, balt: Balt, form: str) -> None:
    account = places.add()
    name = base64.b64encode("\x1b]0;titre\x07\u202egauche\x9b31m.pdf".encode()).decode()
    raw = with_attachment("ESSAI", "TROC.pdf").replace(b'"TROC.pdf"', f'"=?utf-8?b?{name}?="'.encode())
    places.server.append(account, raw)
    result = balt("attachments", account.address, *([form] if form else []))
    assert result.code == 0
    assert "gauche" in result.out
    assert foreign_controls(result.out.encode()) == []


def test_mail_in_files_is_searched_too_and_a_structure_that_cannot_be_read_is_said(
    config_file: Path, balt: Balt
) -> None:
    folder = config_file.parent / "courrier"
    folder.mkdir()
    (folder / "a.eml").write_bytes(nested(60))
    (folder / "b.eml").write_bytes(letter(9000))
    config_file.write_text(
        '[[mailbox]]\naddress = "copie@medecin.mssante.fr"\naccess = "files"\npath = "courrier"\n', "utf-8"
    )
    result = balt("attachments", "copie", "--json")
    assert (result.code, [row["encoded_size"] for row in result.json]) == (0, [encoded_size(9000)])
    assert "1 message illisible" in result.err


@pytest.fixture
def faulty(demo_places: Places) -> Iterator[Callable[[Fault], None]]:
    """Lets something go wrong on the demo's server."""
    server = demo_places.server
    assert isinstance(server, DemoImapServer)
    yield server.demo.faults.add
    server.demo.faults.clear()


def test_a_folder_that_the_server_refuses_is_said_and_the_others_are_read(
    demo_places: Places, balt: Balt, faulty: Callable[[Fault], None]
) -> None:
    account = demo_places.add()
    demo_places.server.append(account, letter(9000))
    demo_places.server.append(account, letter(8000), "Été")
    faulty(Fault(FaultKind.NO, "EXAMINE"))
    result = balt("attachments", account.address, "--json")
    assert [row["folder"] for row in result.json] == ["Été"]
    assert result.code == 3
    assert "dossier Réception" in result.err


def test_a_wrong_password_is_a_sentence_and_the_code_3(
    places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = places.add()
    monkeypatch.setenv(PASSWORD_VARIABLE, "canari-7d1f")
    result = balt("attachments", account.address, "--json")
    assert (result.code, result.json) == (3, [])
    assert "mot de passe" in result.err
    assert "canari" not in result.err + result.out


def test_a_mailbox_without_imap_is_wrong_use(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add(access="none")
    result = balt("attachments", account.address, "--json")
    assert (result.code, result.out) == (2, "")
    assert "IMAP" in result.err


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_discreet_access_sees_no_names(
    places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    server = places.server
    account = server.account()
    if isinstance(server, DemoImapServer):
        user, password = MASTER, server.demo.master_password
    else:
        user, password = DOVECOT_MASTER
    monkeypatch.setenv(PASSWORD_VARIABLE, password)
    places.configure(account, username=user, authorization_identity=account.username)
    server.append(account, with_attachment("Bilan TESTPATIENT", "TESTPATIENT.pdf"))
    result = balt("attachments", account.address, *([form] if form else []))
    assert result.code == 0
    assert "TESTPATIENT" not in result.out + result.err
    assert "application/pdf" in result.out
    if form == "--json":
        assert result.json[0]["filename"] is None
