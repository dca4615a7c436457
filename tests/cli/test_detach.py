"""``balt plan --detach-larger``, ``balt apply`` and ``balt undo`` of it, as a script uses them."""

import json
from pathlib import Path

import pytest

from balt.config import Account
from tests.cleanup.detach.mailbox import WHEN, letter
from tests.cli.conftest import Balt, Places, Result

FLAGS = ("\\Seen", "$Integrated")


class Desk:
    """A mailbox with letters that carry a file, and the plan that makes them lighter."""

    def __init__(self, places: Places, balt: Balt, folder: Path) -> None:
        self.account: Account = places.add()
        self.file = folder / "plan.json"
        self.place = folder / "archives"
        self._balt = balt
        for number in range(3):
            places.server.append(self.account, letter(number, 60_000), "INBOX", WHEN, FLAGS)
        places.write(self.account, "ESSAI", flags=FLAGS)

    def plan(self, *options: str) -> Result:
        return self._balt("plan", self.account.address, *options, "--output", str(self.file))

    def plan_all(self, *options: str) -> Result:
        archive = ("--archive", str(self.place))
        return self.plan("--filter", "in:INBOX", "--detach-larger", "20k", *archive, *options)

    @property
    def sizes(self) -> list[int]:
        return sorted(row["size"] for row in self._balt("messages", self.account.address, "--json").json)


@pytest.fixture
def desk(places: Places, balt: Balt, tmp_path: Path) -> Desk:
    return Desk(places, balt, tmp_path)


@pytest.fixture
def demo_desk(demo_places: Places, balt: Balt, tmp_path: Path) -> Desk:
    return Desk(demo_places, balt, tmp_path)


def test_attachments_go_are_told_and_come_back(desk: Desk, balt: Balt) -> None:
    before = desk.sizes
    made = desk.plan_all()
    assert made.code == 0
    assert "Alléger 3 messages de leurs pièces jointes" in made.err
    assert "3 pièces jointes partent" in made.err
    assert "DKIM" in made.err
    assert "Laissé dans 1 message : le message n'est qu'un fichier" not in made.err
    assert json.loads(desk.file.read_text("ascii"))["act"] == "detach"
    assert desk.sizes == before
    told = balt("apply", str(desk.file), "--yes", "--json")
    assert told.code == 0
    assert (told.json["detached"], told.json["archived"], told.json["skipped"]) == (3, 3, [])
    assert told.json["freed"] == sum(before) - sum(desk.sizes)
    assert "3 messages allégés" in told.err
    back = balt("undo", "--yes", "--json")
    assert (back.code, back.json["moved"]) == (0, 3)
    assert desk.sizes == before


def test_only_named_messages_get_lighter(demo_desk: Desk, balt: Balt) -> None:
    options = ("--detach-larger", "20k", "--archive", str(demo_desk.place))
    assert demo_desk.plan("--uids", "INBOX:2", *options).code == 0
    assert balt("apply", str(demo_desk.file), "--yes", "--json").json["detached"] == 1
    assert sum(size > 60_000 for size in demo_desk.sizes) == 2


def test_what_is_too_small_is_left_and_told(demo_desk: Desk) -> None:
    archive = ("--archive", str(demo_desk.place))
    made = demo_desk.plan("--filter", "in:INBOX", "--detach-larger", "10M", *archive)
    assert "Rien à détacher." in made.err
    assert "Laissé dans 3 messages : pièce trop petite" in made.err


def test_a_document_that_is_not_integrated_stays_whole(
    demo_places: Places, balt: Balt, tmp_path: Path
) -> None:
    desk = Desk(demo_places, balt, tmp_path)
    assert balt("mark", desk.account.address, "--filter", "in:INBOX", "--not-integrated").code == 0
    made = desk.plan_all()
    assert "Rien à détacher." in made.err
    assert "document non marqué intégré" in made.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--filter", "in:INBOX", "--detach-larger", "1M"), "n'est détachée que si son message est archivé"),
        (("--free", "1M", "--detach-larger", "1M", "--archive", "A"), "allège des messages désignés"),
        (
            ("--filter", "in:INBOX", "--detach-larger", "1M", "--archive", "A", "--then", "delete"),
            "laisse les messages en place",
        ),
        (("--filter", "in:INBOX", "--detach-also", "xdm"), "complète --detach-larger"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_written(
    demo_desk: Desk, options: tuple[str, ...], words: str
) -> None:
    made = demo_desk.plan(*options)
    assert made.code == 2
    assert words in made.err
    assert not demo_desk.file.exists()


# Put back out of the archive


def lightened(desk: Desk, balt: Balt) -> list[int]:
    """All letters are lighter, and the plan of it is forgotten; the sizes of before."""
    before = desk.sizes
    desk.plan_all()
    assert balt("apply", str(desk.file), "--yes", "--json").json["detached"] == 3
    return before


def test_each_message_gets_its_attachments_back_out_of_the_archive(desk: Desk, balt: Balt) -> None:
    before = lightened(desk, balt)
    restore = ("archive", "restore", str(desk.place), desk.account.address, "--reattach")
    shown = balt(*restore)
    assert (shown.code, "3 messages à remettre" in shown.err) == (0, True)
    assert "3 messages allégés leur laissent la place" in shown.err
    assert desk.sizes != before
    told = balt(*restore, "--yes", "--json")
    assert (told.code, told.json["restored"], told.json["reattached"]) == (0, 3, 3)
    assert desk.sizes == before
    rows = balt("messages", desk.account.address, "--filter", "is:integrated", "--json").json
    assert len(rows) == 4
    again = balt(*restore, "--yes", "--json")
    assert (again.json["restored"], again.json["reattached"]) == (0, 0)
    assert "Aucun de ces messages n'est allégé" in again.err


def test_a_lighter_message_that_was_filed_elsewhere_is_left_alone(demo_desk: Desk, balt: Balt) -> None:
    before = lightened(demo_desk, balt)
    options = ("--folder", "Sent", "--reattach", "--yes", "--json")
    told = balt("archive", "restore", str(demo_desk.place), demo_desk.account.address, *options)
    assert (told.code, told.json["restored"], told.json["reattached"]) == (0, 0, 0)
    assert demo_desk.sizes != before


def test_a_damaged_archive_takes_no_lighter_message_away(desk: Desk, balt: Balt) -> None:
    lightened(desk, balt)
    there = desk.sizes
    for file in desk.place.rglob("*.eml"):
        file.write_bytes(b"x" + file.read_bytes()[1:])
    restore = ("archive", "restore", str(desk.place), desk.account.address, "--reattach")
    told = balt(*restore, "--yes", "--json")
    assert told.json["reattached"] == 0
    assert desk.sizes == there


def test_a_whole_message_that_an_interrupted_run_put_back_is_not_added_twice(desk: Desk, balt: Balt) -> None:
    before = lightened(desk, balt)
    whole = ("archive", "restore", str(desk.place), desk.account.address, "--yes", "--json")
    assert balt(*whole).json["restored"] == 3
    told = balt(*whole[:-2], "--reattach", "--yes", "--json")
    assert (told.json["restored"], told.json["reattached"]) == (0, 3)
    assert desk.sizes == before
