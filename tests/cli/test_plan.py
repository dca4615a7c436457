"""``balt plan`` and ``balt apply`` on both servers, as a script uses them."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from balt.config import Account
from tests.cli.conftest import Balt, Places, Result, message, with_attachment

FIELDS = {
    "archived",
    "detached",
    "moved",
    "moved_size",
    "deleted",
    "skipped",
    "freed",
    "quota_before",
    "quota_after",
}
READ = ("\\Seen",)
OLD = datetime(2019, 2, 1, 10, tzinfo=UTC)


class Desk:
    """A mailbox, and the plan that a script makes for it."""

    def __init__(self, places: Places, balt: Balt, folder: Path, storage: int | None = None) -> None:
        self.places = places
        self.account: Account = places.server.account(storage=storage)
        places.configure(self.account)
        self.file = folder / "plan.json"
        self._balt = balt

    def put(self, *subjects: str, folder: str = "INBOX", size: int = 2_000, read: bool = True) -> list[int]:
        flags = READ if read else ()
        return [
            self.places.write(self.account, subject, size=size, folder=folder, flags=flags, date=OLD)
            for subject in subjects
        ]

    def plan(self, *options: str) -> Result:
        return self._balt("plan", self.account.address, *options, "--output", str(self.file))

    def apply(self, *options: str) -> Result:
        return self._balt("apply", str(self.file), "--json", *options)

    def names(self, folder: str = "INBOX") -> list[str]:
        listed = self._balt("messages", self.account.address, "--folder", folder, "--json")
        return sorted(row["subject"] for row in listed.json)

    @property
    def content(self) -> Any:
        return json.loads(self.file.read_text("ascii"))

    @property
    def planned(self) -> list[tuple[str, int]]:
        return [
            (part["folder"], each["uid"]) for part in self.content["folders"] for each in part["messages"]
        ]


@pytest.fixture
def desk(places: Places, balt: Balt, tmp_path: Path) -> Desk:
    return Desk(places, balt, tmp_path)


@pytest.fixture
def demo_desk(demo_places: Places, balt: Balt, tmp_path: Path) -> Desk:
    return Desk(demo_places, balt, tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "archives"


def test_a_plan_of_a_filter_names_what_fits_and_touches_nothing(desk: Desk) -> None:
    kept = desk.put("récent petit", size=100)
    wanted = desk.put("gros", size=5_000)
    result = desk.plan("--filter", "larger:3k in:INBOX")
    assert result.code == 0
    assert desk.planned == [("INBOX", wanted[0])]
    assert desk.names() == ["gros", "récent petit"]
    assert kept


def test_a_plan_goes_to_the_trash_unless_told_otherwise_and_frees_nothing(desk: Desk) -> None:
    desk.put("un", "deux")
    desk.put("dedans", folder="Trash")
    assert desk.plan("--filter", "in:INBOX").code == 0
    rehearsed = desk.apply()
    assert (rehearsed.code, rehearsed.json["moved"]) == (0, 0)
    assert desk.names() == ["deux", "un"]
    done = desk.apply("--yes")
    assert done.code == 0
    assert set(done.json) >= FIELDS
    assert (done.json["moved"], done.json["freed"], done.json["skipped"]) == (2, 0, [])
    assert desk.names() == []


def test_applied_again_a_finished_plan_has_nothing_left_to_do(desk: Desk) -> None:
    desk.put("un", "deux")
    desk.put("dedans", folder="Trash")
    desk.plan("--filter", "in:INBOX")
    desk.apply("--yes")
    again = desk.apply("--yes")
    assert (again.code, again.json["moved"], again.json["earlier"]) == (0, 0, 2)


def test_emptying_the_trash_removes_what_is_in_it_at_that_time(desk: Desk) -> None:
    desk.put("vieux", "ancien", folder="Trash")
    assert desk.plan("--empty-trash").code == 0
    desk.put("arrivé depuis", folder="Trash")
    done = desk.apply("--yes")
    assert (done.code, done.json["deleted"]) == (0, 2)
    assert done.json["freed"] > 4_000
    assert desk.names("Trash") == ["arrivé depuis"]


def test_messages_are_archived_before_they_are_removed(desk: Desk, place: Path) -> None:
    uids = desk.put("un", "deux", size=9_000)
    named = ",".join(map(str, uids))
    result = desk.plan("--uids", f"INBOX:{named}", "--then", "delete", "--archive", str(place))
    assert result.code == 0
    assert not place.exists()
    done = desk.apply("--yes")
    assert (done.code, done.json["archived"], done.json["deleted"]) == (0, 2, 2)
    assert desk.names() == []
    files = sorted(place.rglob("*.eml"))
    assert {message(subject, size=9_000) for subject in ("un", "deux")} == {f.read_bytes() for f in files}
    if os.name == "posix":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_archiving_alone_leaves_everything(desk: Desk, place: Path) -> None:
    desk.put("un", "deux")
    desk.plan("--filter", "in:INBOX", "--then", "keep", "--archive", str(place))
    done = desk.apply("--yes", "--twice")
    assert (done.code, done.json["archived"], done.json["deleted"], done.json["moved"]) == (0, 2, 0, 0)
    assert desk.names() == ["deux", "un"]
    assert len(list(place.rglob("*.eml"))) == 2


def test_archiving_alone_leaves_nothing_out(demo_desk: Desk, place: Path) -> None:
    demo_desk.put("non lu", read=False)
    server, account = demo_desk.places.server, demo_desk.account
    server.append(account, with_attachment("Bilan"), flags=(*READ, "\\Flagged"), date=OLD)
    demo_desk.plan("--filter", "in:INBOX", "--then", "keep", "--archive", str(place))
    assert len(demo_desk.planned) == 2
    assert demo_desk.apply("--yes").json["archived"] == 2


def test_drafts_enter_a_plan_only_where_their_folder_is_named(demo_desk: Desk) -> None:
    demo_desk.put("brouillon", folder="Drafts")
    demo_desk.put("lettre")
    demo_desk.plan("--filter", "larger:1")
    assert {folder for folder, _uid in demo_desk.planned} == {"INBOX"}
    demo_desk.plan("--filter", "in:Drafts")
    assert {folder for folder, _uid in demo_desk.planned} == {"Drafts"}


# What stays out of a plan


def test_unread_messages_stay_out_unless_they_are_asked_for(demo_desk: Desk) -> None:
    unread = demo_desk.put("non lu", read=False)
    (read,) = demo_desk.put("lu")
    demo_desk.put("dedans", folder="Trash")
    demo_desk.plan("--filter", "in:INBOX")
    assert demo_desk.planned == [("INBOX", read)]
    for options in (
        ("--filter", "in:INBOX", "--include-unread"),
        ("--filter", "in:INBOX is:unread"),
        ("--uids", f"INBOX:{unread[0]}"),
    ):
        demo_desk.plan(*options)
        assert ("INBOX", unread[0]) in demo_desk.planned


def test_a_document_that_is_not_marked_integrated_enters_only_with_a_reason(demo_desk: Desk) -> None:
    server, account = demo_desk.places.server, demo_desk.account
    uid = server.append(account, with_attachment("Bilan"), flags=READ, date=OLD)
    demo_desk.put("dedans", folder="Trash")
    told = demo_desk.plan("--uids", f"INBOX:{uid}")
    assert (told.code, demo_desk.planned) == (0, [])
    assert "document non marqué intégré" in told.err
    demo_desk.plan("--uids", f"INBOX:{uid}", "--override", "vu avec le titulaire")
    assert demo_desk.planned == [("INBOX", uid)]
    assert demo_desk.content["reason"] == "vu avec le titulaire"


def test_an_empty_plan_is_written_and_applied_without_a_word_of_error(demo_desk: Desk) -> None:
    demo_desk.put("dedans", folder="Trash")
    assert demo_desk.plan("--filter", "larger:1G").code == 0
    assert demo_desk.planned == []
    assert demo_desk.apply("--yes").code == 0


def test_messages_that_are_not_there_are_told(demo_desk: Desk) -> None:
    (uid,) = demo_desk.put("un")
    demo_desk.put("dedans", folder="Trash")
    told = demo_desk.plan("--uids", f"INBOX:{uid},90-99")
    assert demo_desk.planned == [("INBOX", uid)]
    assert "10 des messages désignés" in told.err


# How much


@pytest.fixture
def full(places: Places, balt: Balt, tmp_path: Path) -> Desk:
    """A BAL of which about 90 % is used."""
    desk = Desk(places, balt, tmp_path, storage=100 * 1024)
    desk.put(*(f"m{n}" for n in range(9)), size=10_000)
    desk.put("dedans", folder="Trash", size=500)
    return desk


def test_so_much_is_freed_and_hardly_more(full: Desk, place: Path) -> None:
    full.plan("--free", "25k", "--then", "delete", "--archive", str(place))
    size = full.content["size"]
    assert 25 * 1024 <= size < 36 * 1024
    done = full.apply("--yes")
    assert (done.code, done.json["freed"]) == (0, size)


def test_a_bal_comes_down_to_so_many_percent(full: Desk, place: Path) -> None:
    full.plan("--down-to", "60", "--then", "delete", "--archive", str(place))
    done = full.apply("--yes").json
    assert done["quota_before"]["used"] > 85 * 1024
    assert done["quota_after"]["used"] <= 60 * 1024


def test_only_so_much_is_kept(full: Desk, place: Path) -> None:
    full.plan("--keep", "30k", "--then", "delete", "--archive", str(place))
    assert full.apply("--yes").json["quota_after"]["used"] <= 30 * 1024


def test_what_is_already_so_needs_no_plan(full: Desk) -> None:
    full.plan("--keep", "1G", "--then", "delete", "--no-archive")
    assert full.planned == []


def test_what_cannot_be_freed_without_a_protected_message_is_told(full: Desk) -> None:
    told = full.plan("--free", "10M", "--then", "delete", "--no-archive")
    assert told.code == 0
    assert "Il manque" in told.err
    assert len(full.planned) == 10


def test_a_bal_without_a_trash_says_so_when_it_is_to_be_emptied(demo_desk: Desk) -> None:
    with demo_desk.places.server.client(demo_desk.account) as client:
        client.delete("Trash")
    result = demo_desk.plan("--empty-trash")
    assert (result.code, "aucune corbeille" in result.err) == (4, True)
    assert not demo_desk.file.exists()


def test_a_folder_may_be_named_twice(demo_desk: Desk) -> None:
    one, two, _three = demo_desk.put("un", "deux", "trois")
    result = demo_desk.plan("--uids", f"INBOX:{two}", "--uids", f"inbox:{one},{two}")
    assert result.code == 0
    assert demo_desk.planned == [("INBOX", one), ("INBOX", two)]


def test_an_empty_plan_that_archives_is_applied_and_leaves_no_archive(demo_desk: Desk, place: Path) -> None:
    demo_desk.put("un")
    assert demo_desk.plan("--filter", "larger:1G", "--then", "delete", "--archive", str(place)).code == 0
    assert demo_desk.apply("--yes").code == 0
    assert not place.exists()


# Wrong use


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--filter", "x", "--then", "delete"), "il faut le dire deux fois"),
        (("--filter", "x", "--then", "keep"), "--archive"),
        (("--filter", "x", "--archive", "/a", "--no-archive"), "se contredisent"),
        (("--empty-trash", "--then", "trash"), "n'a pas de sens"),
        (("--free", "1M", "--override", "x"), "protégé"),
        (("--uids", "INBOX"), "ne nomme pas de messages"),
        (("--uids", "INBOX:9-3"), "UID"),
        (("--filter", "older:"), "older"),
        (("--filter", " ", "--then", "delete", "--no-archive"), "tous les messages"),
        (("--free", "beaucoup"), "500M"),
        (("--down-to", "130"), "0 à 100"),
        ((), "--filter"),
    ],
    ids=str,
)
def test_wrong_use_is_told_and_nothing_is_written(
    demo_desk: Desk, options: tuple[str, ...], said: str
) -> None:
    result = demo_desk.plan(*options)
    assert result.code == 2
    assert said in result.err
    assert not demo_desk.file.exists()


def test_a_file_that_is_not_a_plan_is_never_written_over(demo_desk: Desk) -> None:
    demo_desk.put("dedans", folder="Trash")
    demo_desk.file.write_text("mes notes", "utf-8")
    assert demo_desk.plan("--empty-trash").code == 2
    assert demo_desk.file.read_text("utf-8") == "mes notes"
    demo_desk.file.unlink()
    assert [demo_desk.plan("--empty-trash").code for _ in range(2)] == [0, 0]


def test_a_plan_may_go_to_the_output(demo_desk: Desk, balt: Balt) -> None:
    demo_desk.put("dedans", folder="Trash")
    result = balt("plan", demo_desk.account.address, "--empty-trash")
    assert (result.code, result.json["count"]) == (0, 1)


@pytest.mark.parametrize("text", ["", "{}", "[]", "\0", '{"balt_plan": 1}'])
def test_what_is_not_a_plan_is_not_applied(demo_desk: Desk, text: str) -> None:
    demo_desk.file.write_text(text, "utf-8")
    assert demo_desk.apply("--yes").code == 2


def test_a_plan_for_a_bal_that_is_not_configured_is_stopped(demo_desk: Desk) -> None:
    demo_desk.put("dedans", folder="Trash")
    demo_desk.plan("--empty-trash")
    changed = demo_desk.content | {"address": "autre@medecin.mssante.fr"}
    demo_desk.file.write_text(json.dumps(changed), "utf-8")
    assert demo_desk.apply("--yes").code == 4


def test_a_folder_made_anew_stops_the_act(demo_desk: Desk) -> None:
    demo_desk.put("un", folder="Vieux")
    demo_desk.put("dedans", folder="Trash")
    demo_desk.plan("--filter", "in:Vieux")
    with demo_desk.places.server.client(demo_desk.account) as client:
        client.delete("Vieux")
    demo_desk.put("un", folder="Vieux")
    assert demo_desk.apply("--yes").code in (3, 4)
    assert demo_desk.names("Vieux") == ["un"]
