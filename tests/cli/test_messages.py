"""``balt messages`` on both servers: what comes out, in what order, and what must never come out."""

import csv
import io
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from balt.cli.messages import COLUMNS
from balt.demo.server import MASTER
from tests.cli.conftest import Balt, Places, with_attachment
from tests.support.dovecot import MASTER as DOVECOT_MASTER
from tests.support.servers import DemoImapServer
from tests.support.terminal import foreign_controls

KEYS = ["folder", "uid", "size", "date", "from", "subject", "flags", "attachments"]
NOW = datetime.now(UTC)
HOSTILE = [
    "\x1b[31mrouge\x1b[0m \x1b]0;titre\x07",
    "C1 \x9b31m \x9d0;x\x9c \x7f\x08",
    "\u202egauche\u2066 \u200binvisible",
    "deux\r\nlignes\tet\u2028trois",
    "pile e" + "\u0301" * 40,
    "[/nope] [red]x[/red]",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
]
FORMULAS = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "＝1+1", "bilan;=HYPERLINK(1)", '"=1"']


def subjects(rows: list[dict[str, object]]) -> list[object]:
    return [row["subject"] for row in rows]


def test_each_message_has_the_keys_of_the_contract(places: Places, balt: Balt) -> None:
    account = places.add()
    when = datetime(2024, 1, 31, 8, 12, tzinfo=UTC)
    uid = places.server.append(account, with_attachment("Bilan sanguin"), date=when, flags=["\\Seen"])
    result = balt("messages", account.address, "--json")
    assert result.code == 0
    (row,) = result.json
    assert list(row) == KEYS
    assert row["folder"] == "INBOX"
    assert row["uid"] == uid
    assert row["from"] == "labo@bio-fictive.mssante.fr"
    assert row["subject"] == "Bilan sanguin"
    assert "\\Seen" in row["flags"]
    assert row["attachments"] == 1


def test_a_date_has_its_offset_and_is_the_reception(places: Places, balt: Balt) -> None:
    account = places.add()
    when = datetime(2024, 7, 31, 8, 12, tzinfo=UTC)
    places.write(account, date=when)
    (row,) = balt("messages", account.address, "--json").json
    assert datetime.fromisoformat(row["date"]) == when
    assert row["date"] == "2024-07-31T10:12:00+02:00"


def test_the_largest_come_first_and_the_size_is_the_servers(places: Places, balt: Balt) -> None:
    account = places.add()
    for size in (500, 9000, 3000):
        places.write(account, f"de {size}", size=size)
    rows = balt("messages", account.address, "--sort", "size", "--json").json
    with places.server.client(account) as client:
        client.select("INBOX", readonly=True)
        answer = client.uid("FETCH", "1:*", "(UID RFC822.SIZE)")[1]
    told = {}
    for line in answer:
        words = bytes(line).decode().replace("(", " ").replace(")", " ").split()
        told[int(words[words.index("UID") + 1])] = int(words[words.index("RFC822.SIZE") + 1])
    assert [row["size"] for row in rows] == sorted(told.values(), reverse=True)
    assert {row["uid"]: row["size"] for row in rows} == told


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--sort", "date"], ["ancien", "moyen", "neuf"]),
        (["--sort", "date", "--reverse"], ["neuf", "moyen", "ancien"]),
        ([], ["ancien", "moyen", "neuf"]),
        (["--sort", "from"], ["moyen", "neuf", "ancien"]),
        (["--sort", "date", "--limit", "2"], ["ancien", "moyen"]),
        (["--filter", "older:2y"], ["ancien"]),
        (["--filter", "-older:2y from:radio"], ["neuf"]),
        (["--filter", "is:flagged"], ["moyen"]),
        (["--folder", "INBOX"], ["moyen", "neuf"]),
        (["--filter", "in:INBOX", "--reverse"], ["neuf", "moyen"]),
    ],
)
def test_order_filter_folder_and_limit(
    places: Places, balt: Balt, arguments: list[str], expected: list[str]
) -> None:
    account = places.add()
    old, middle, new = (NOW - timedelta(days=days) for days in (1000, 400, 3))
    places.write(account, "neuf", sender="radio@ch-fictif.mssante.fr", date=new)
    places.write(account, "ancien", sender="zoe@ch-fictif.mssante.fr", date=old, folder="Été")
    places.write(account, "moyen", sender="Albert@ch-fictif.mssante.fr", date=middle, flags=["\\Flagged"])
    assert subjects(balt("messages", account.address, "--json", *arguments).json) == expected


def test_a_folder_is_found_by_its_name_whatever_its_accents(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account, "là", folder="Été 2019")
    assert subjects(balt("messages", account.address, "--json", "--folder", "ete 2019").json) == ["là"]


def test_a_folder_that_is_not_there_is_wrong_use_and_names_the_others(places: Places, balt: Balt) -> None:
    account = places.add()
    result = balt("messages", account.address, "--json", "--folder", "Perdu")
    assert (result.code, result.json) == (2, [])
    assert "Perdu" in result.err
    assert "INBOX" in result.err


def test_an_empty_mailbox_is_an_empty_list(places: Places, balt: Balt) -> None:
    account = places.add()
    assert balt("messages", account.address, "--json").json == []
    assert balt("messages", account.address, "--csv").out == ",".join(KEYS) + "\n"
    plain = balt("messages", account.address)
    assert (plain.code, plain.out) == (0, "")
    assert "Aucun message" in plain.err


def test_looking_marks_nothing_as_read(places: Places, balt: Balt) -> None:
    account = places.add()
    places.server.append(account, with_attachment("Bilan"))
    balt("messages", account.address, "--json", "--filter", "has:pdf bilan")
    with places.server.client(account) as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1][0].split() == [b"1"]


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_hostile_subject_comes_out_without_control_characters(
    places: Places, balt: Balt, form: str
) -> None:
    account = places.add()
    for subject in HOSTILE:
        places.write(account, subject, sender="=?utf-8?q?=1B[2J=E2=80=AEx?= <x@hostile-fictif.mssante.fr>")
    result = balt("messages", account.address, *([form] if form else []))
    assert result.code == 0
    assert foreign_controls(result.out.encode()) == []
    assert "\x1b" not in result.out
    if form == "--json":
        assert len(result.json) == len(HOSTILE)
        assert not any(foreign_controls(str(subject).encode()) for subject in subjects(result.json))
    else:
        assert len(result.out.splitlines()) == len(HOSTILE) + 1


def test_the_hostile_messages_of_the_practice_come_out_inert(practice: object, balt: Balt) -> None:
    for form in ("--json", "--csv"):
        result = balt("messages", "camille.exemple", form)
        assert result.code == 0
        assert foreign_controls(result.out.encode()) == []
        assert "\x1b" not in result.out


def test_no_subject_is_a_formula_for_a_spreadsheet(places: Places, balt: Balt) -> None:
    account = places.add()
    for subject in FORMULAS:
        places.write(account, subject)
    result = balt("messages", account.address, "--csv")
    cells = [row["subject"].strip() for row in csv.DictReader(io.StringIO(result.out))]
    assert len(cells) == len(FORMULAS)
    for cell in cells:
        for piece in cell.split(";"):
            assert piece.strip(" \"'")[:1] not in "=+-@＝" or piece.lstrip().startswith("'"), cell


def test_raw_leaves_the_subject_as_it_is(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account, "=1+1")
    result = balt("messages", account.address, "--csv", "--raw")
    assert [row["subject"] for row in csv.DictReader(io.StringIO(result.out))] == ["=1+1"]


def test_the_columns_of_the_csv_are_the_keys_of_the_json() -> None:
    assert list(COLUMNS) == KEYS


def test_a_table_is_aligned_and_says_what_is_unread(places: Places, balt: Balt) -> None:
    account = places.add()
    places.write(account, "Lu", flags=["\\Seen"], date=datetime(2024, 1, 31, 12, tzinfo=UTC))
    places.write(account, "Pas lu", date=datetime(2024, 2, 1, 12, tzinfo=UTC))
    head, first, second = balt("messages", account.address).out.splitlines()
    assert head.index("Objet") == first.index("Lu") == second.index("Pas lu")
    assert "non lu" not in first
    assert second.endswith("non lu")


def test_several_mailboxes_are_told_apart_by_their_address(places: Places, balt: Balt) -> None:
    one, two = places.add(), places.add()
    places.write(one, "premier")
    places.write(two, "second")
    rows = balt("messages", one.address, two.address, "--json").json
    assert [(row["address"], row["subject"]) for row in rows] == [
        (one.address, "premier"),
        (two.address, "second"),
    ]
    assert list(rows[0]) == ["address", *KEYS]


@pytest.mark.parametrize("name", ["personne", "", "x" * 500, "\x1b[31m"])
def test_an_address_that_is_not_there_is_wrong_use(demo_places: Places, balt: Balt, name: str) -> None:
    demo_places.add()
    result = balt("messages", name, "--json")
    assert (result.code, result.out) == (2, "")
    assert "\x1b" not in result.err


def test_a_prefix_that_fits_several_names_them(practice: object, balt: Balt) -> None:
    result = balt("messages", "camille", "--json")
    assert result.code == 2
    assert "camille.exemple@medecin.mssante.fr" in result.err
    assert "camille@msp-lilas.mssante.fr" in result.err


def test_a_filter_that_cannot_be_read_is_refused_before_any_connection(balt: Balt, dead: Places) -> None:
    result = balt("messages", "camille", "--filter", "oldr:2y", "--json")
    assert (result.code, result.out) == (2, "")
    assert "older:2y" in result.err


@pytest.fixture
def dead(demo_places: Places) -> Iterator[Places]:
    """A configuration whose only server does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        account = demo_places.server.account(address="camille@medecin.mssante.fr")
        demo_places.configure(account, port=taken.getsockname()[1], timeout=5)
        yield demo_places


def test_a_dead_host_is_a_sentence_and_the_code_3(dead: Places, balt: Balt) -> None:
    result = balt("messages", "camille", "--json")
    assert (result.code, result.json) == (3, [])
    assert result.err.startswith("balt : camille@medecin.mssante.fr : ")
    assert len(result.err.splitlines()) == 1
    assert "Errno" not in result.err


def test_a_wrong_password_is_a_sentence_without_it(
    places: Places, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = places.add()
    monkeypatch.setenv("BALT_TEST_PASSWORD", "canari-7d1f")
    result = balt("messages", account.address, "--json")
    assert (result.code, result.json) == (3, [])
    assert "mot de passe" in result.err
    assert "canari" not in result.err + result.out


def test_one_mailbox_that_fails_does_not_hide_the_others(places: Places, balt: Balt) -> None:
    good = places.add()
    bad = places.add(password_env="BALT_TEST_ABSENT_PASSWORD")
    places.write(good, "là")
    result = balt("messages", bad.address, good.address, "--json")
    assert subjects(result.json) == ["là"]
    assert bad.address in result.err
    assert result.code != 0


def test_a_mailbox_without_imap_is_wrong_use(demo_places: Places, balt: Balt) -> None:
    account = demo_places.add(access="none")
    result = balt("messages", account.address, "--json")
    assert (result.code, result.out) == (2, "")
    assert "IMAP" in result.err


@pytest.fixture
def discreet(places: Places, monkeypatch: pytest.MonkeyPatch) -> str:
    """A mailbox that another than its holder enters; its address."""
    server = places.server
    account = server.account()
    if isinstance(server, DemoImapServer):
        user, password = MASTER, server.demo.master_password
    else:
        user, password = DOVECOT_MASTER
    monkeypatch.setenv("BALT_TEST_PASSWORD", password)
    places.configure(account, username=user, authorization_identity=account.username)
    server.append(account, with_attachment("Bilan TESTPATIENT", "TESTPATIENT.pdf"))
    return account.address


@pytest.mark.parametrize("form", ["--json", "--csv", ""])
def test_a_discreet_access_sees_sizes_and_dates_only(
    discreet: str, places: Places, balt: Balt, form: str
) -> None:
    result = balt("messages", discreet, *([form] if form else []))
    assert result.code == 0
    assert "TESTPATIENT" not in result.out
    assert "labo" not in result.out
    if form == "--json":
        (row,) = result.json
        assert (row["from"], row["subject"]) == (None, None)
        assert row["size"] > 0
        assert row["attachments"] == 1


@pytest.mark.parametrize(
    "question", [["--filter", "subject:testpatient"], ["--filter", "-bilan"], ["--sort", "from"]]
)
def test_a_discreet_access_cannot_ask_what_it_must_not_see(
    discreet: str, balt: Balt, question: list[str]
) -> None:
    result = balt("messages", discreet, "--json", *question)
    assert (result.code, result.json) == (2, [])
    assert "discret" in result.err
