"""``balt case``: what balt itself wrote into a BAL keeps no deletion locked; what its holder wrote does."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.cli.demo import running_demo
from balt.config import Account
from tests.cli.case_places import BAL, OTHER, seen_out_of_the_directory, states
from tests.cli.conftest import Balt, Places, Result, with_attachment

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "fr" / "commandes.md"


class WayOut:
    """A BAL that holds a message, and the draft of its own depublication; it has left the directory."""

    def __init__(self, balt: Balt, places: Places, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.balt, self.places, self.archive = balt, places, place / "archive"
        self.account: Account = places.add()
        self.address = self.account.address
        places.write(self.account)
        assert balt("case", "depublish", self.address, "--to", OTHER).code == 0
        self.draft()
        seen_out_of_the_directory(self.address)
        monkeypatch.chdir(place)

    def draft(self) -> None:
        assert self.balt("case", "request", self.address, "--as", "draft", "--yes").code == 0

    def run(self, command: str) -> Result:
        """A command as it is printed somewhere."""
        return self.balt(*shlex.split(command, comments=True)[1:])

    def archive_all(self) -> None:
        for command in documented(self.address, self.archive):
            assert self.run(command).code == 0

    def delete(self) -> Result:
        return self.balt("case", "delete", self.address, "--archive", str(self.archive))

    def asked(self) -> None:
        """All is archived, and its deletion is asked for by a draft."""
        self.archive_all()
        assert self.delete().code == 0
        self.draft()

    def follow(self) -> tuple[int, str]:
        followed = self.balt("case", "follow", self.address, "--json")
        (deletion,) = (each for each in followed.json if each["kind"] == "deletion")
        return followed.code, states(deletion)["recovery"]

    def letter(self, folder: str = "Drafts") -> tuple[int, bytes]:
        """The UID and the octets of the last message of a folder."""
        with self.places.server.client(self.account) as client:
            client.select(folder, readonly=True)
            uid = int(client.uid("SEARCH", "ALL")[1][0].split()[-1])
            return uid, client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0][1]

    def put(self, octets: bytes, folder: str) -> None:
        self.places.server.append(self.account, octets, folder=folder)


def documented(address: str, archive: Path) -> list[str]:
    """The commands of the documentation that archive a whole BAL."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    found = re.search(r"^balt plan c\.exemple --all .*\nbalt apply .*$", text, re.MULTILINE)
    assert found is not None
    told = found[0].replace("~/archives/c.exemple", str(archive)).replace("plan c.exemple", f"plan {address}")
    return told.splitlines()


@pytest.fixture
def way(balt: Balt, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WayOut:
    return WayOut(balt, places, tmp_path, monkeypatch)


@pytest.fixture
def demo_way(balt: Balt, demo_places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WayOut:
    return WayOut(balt, demo_places, tmp_path, monkeypatch)


def test_from_the_draft_to_the_deletion_by_the_commands_of_the_documentation(way: WayOut) -> None:
    way.asked()
    assert way.follow() == (0, "done"), "the letter itself is nothing to recover"
    way.balt("case", "tell", way.address, "sent")
    assert way.follow() == (0, "done")


def test_a_letter_that_was_sent_as_it_is_need_not_be_archived(way: WayOut) -> None:
    way.asked()
    _uid, octets = way.letter()
    way.put(octets, "Sent")
    assert way.follow() == (0, "done")


def test_drafts_of_the_holder_lock_and_the_advice_archives_them(way: WayOut) -> None:
    way.put(b"From: moi@medecin.mssante.fr\r\nSubject: TESTPATIENT\r\n\r\nA finir.\r\n", "Drafts")
    way.archive_all()
    way.put(b"From: moi@medecin.mssante.fr\r\nSubject: TESTPATIENT\r\n\r\nAutre.\r\n", "Drafts")
    locked = way.delete()
    assert (locked.code, "1 message de la BAL" in locked.err) == (4, True)
    advised = re.search(r"(balt plan .*?), puis (balt apply \S+ --yes)", locked.err)
    assert advised is not None
    for command in advised.groups():
        assert way.run(command).code == 0
    assert way.delete().code == 0


def test_a_draft_that_comes_later_is_told_with_a_command_that_ends_it(way: WayOut) -> None:
    way.asked()
    way.put(b"From: moi@medecin.mssante.fr\r\nSubject: TESTPATIENT\r\n\r\nA finir.\r\n", "Drafts")
    assert way.follow() == (1, "attention")
    told = re.search(r"(balt plan .*)", way.balt("case", "follow", way.address).out)
    assert told is not None
    assert way.run(told[0]).code == 0
    assert way.balt("apply", "plan.json", "--yes").code == 0
    assert way.follow() == (0, "done")


def test_a_message_of_any_date_is_archived_with_the_whole_bal(demo_way: WayOut) -> None:
    server = demo_way.places.server
    server.append(demo_way.account, b"Subject: ancien\r\n\r\nx\r\n", date=datetime(1975, 1, 1, tzinfo=UTC))
    demo_way.archive_all()
    assert demo_way.delete().code == 0


@pytest.mark.parametrize("folder", ["INBOX", "Trash"])
def test_who_knows_the_name_of_a_letter_hides_no_mail_behind_it(demo_way: WayOut, folder: str) -> None:
    demo_way.asked()
    _uid, octets = demo_way.letter()
    demo_way.put(octets, folder)
    assert demo_way.follow() == (1, "attention")


def test_a_letter_to_which_something_was_added_is_mail(demo_way: WayOut) -> None:
    demo_way.asked()
    name = re.search(rb"Message-ID:\s*(<[^>]+>)", demo_way.letter()[1])
    assert name is not None
    head = b"Message-ID: " + name[1] + b"\r\n"
    demo_way.put(head + with_attachment("Demande", "resultat.pdf"), "Sent")
    assert demo_way.follow() == (1, "attention")
    demo_way.archive_all()
    assert demo_way.follow() == (0, "done")
    demo_way.put(head + b"Subject: Demande\r\n\r\n" + b"TESTPATIENT\r\n" * 2_000, "Sent")
    assert demo_way.follow() == (1, "attention")


def test_the_letter_of_another_bal_is_mail(demo_way: WayOut) -> None:
    demo_way.asked()
    octets = demo_way.letter()[1].replace(b"balt.", b"balt.0")
    demo_way.put(octets, "Sent")
    assert demo_way.follow() == (1, "attention")


@pytest.mark.parametrize("then", [(), ("--then", "trash"), ("--then", "delete", "--no-archive")])
def test_a_whole_bal_is_archived_and_never_emptied(demo_way: WayOut, then: tuple[str, ...]) -> None:
    refused = demo_way.balt("plan", demo_way.address, "--all", *then, "--output", "plan.json")
    assert (refused.code, "--then keep" in refused.err) == (2, True)
    assert not Path("plan.json").exists()


def test_in_the_demo_a_bal_is_led_to_its_end(
    balt: Balt, config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with running_demo(seed=1) as demo:
        monkeypatch.setenv("BALT_CONFIG", str(demo.config_file))
        for account in demo.config.accounts:
            monkeypatch.setenv(account.password_env, demo.secrets.password(account))
        monkeypatch.setenv(demo.config.directory.api_key_env, demo.secrets.api_key(demo.config.directory))
        balt("case", "depublish", BAL, "--to", OTHER)
        assert balt("case", "request", BAL, "--as", "draft", "--yes").code == 0
        balt("case", "follow", BAL)
        for command in documented(BAL, tmp_path / "archive"):
            assert balt(*shlex.split(command, comments=True)[1:]).code == 0
        deletion = balt("case", "delete", BAL, "--archive", str(tmp_path / "archive"), "--json")
        assert (deletion.code, states(deletion.json)["recovery"]) == (0, "done")
        assert balt("case", "request", BAL, "--as", "draft", "--yes").code == 0
        last = balt("case", "follow", BAL, "--json").json[-1]
    assert states(last)["recovery"] == "done"
    assert "n'a pas répondu" in last["steps"][-1]["said"], "the provider has closed it"
