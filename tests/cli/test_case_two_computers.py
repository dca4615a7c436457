"""``balt case`` on two computers that share their cases: an archive is looked for where it was made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.case_places import seen_out_of_the_directory, states
from tests.cli.conftest import Balt, Places
from tests.cli.test_case_deletion import archived

Sit = Callable[[str], None]


@pytest.fixture
def sit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sit:
    """Sit down at a computer: its state and its data are its own."""

    def down(name: str) -> None:
        for kind in ("STATE", "DATA"):
            monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / name / kind.lower()))

    return down


def handed_over(balt: Balt, sit: Sit, place: Path, *way: str) -> None:
    """What was written down at one computer is taken over at the other, where one then sits."""
    file = place / "-".join(way)
    sit(way[0])
    assert balt("share", "export", str(file)).code == 0
    sit(way[1])
    assert balt("share", "merge", str(file)).code == 0


@pytest.fixture
def address(balt: Balt, demo_places: Places, sit: Sit, tmp_path: Path) -> str:
    """A BAL whose deletion rests on an archive of computer A; one sits at B."""
    account = demo_places.add()
    demo_places.write(account)
    sit("A")
    seen_out_of_the_directory(account.address)
    archive = archived(balt, account.address, tmp_path)
    assert balt("case", "delete", account.address, "--archive", str(archive)).code == 0
    assert balt("case", "follow").code == 0
    handed_over(balt, sit, tmp_path, "A", "B")
    (tmp_path / "archive").rename(tmp_path / "kept")
    return account.address


def recovery(balt: Balt) -> tuple[int, str, str]:
    """What following says of what was recovered."""
    followed = balt("case", "follow", "--json")
    (step,) = (each for each in followed.json[0]["steps"] if each["step"] == "recovery")
    return followed.code, step["state"], step["said"]


def test_on_the_other_computer_the_archive_is_not_missed(balt: Balt, address: str) -> None:
    code, state, said = recovery(balt)
    assert (code, state) == (0, "done")
    assert "sur l'autre poste" in said
    assert "archive sur l'autre poste" in balt("case", "show", address).out


def test_a_folder_of_the_same_name_there_is_another_one(
    balt: Balt, demo_places: Places, tmp_path: Path, address: str
) -> None:
    (tmp_path / "archive").mkdir()
    code, state, _said = recovery(balt)
    assert (code, state) == (0, "done")


def test_what_one_computer_sees_of_it_is_no_news_on_the_other(
    balt: Balt, sit: Sit, tmp_path: Path, address: str
) -> None:
    recovery(balt)
    (tmp_path / "kept").rename(tmp_path / "archive")
    handed_over(balt, sit, tmp_path, "B", "A")
    code, state, said = recovery(balt)
    assert (code, state, said) == (0, "done", "toute la BAL est dans une archive vérifiée")
    (tmp_path / "archive").rename(tmp_path / "kept")
    assert recovery(balt)[:2] == (1, "attention")
    told = balt("case", "show", address, "--json").json[0]["events"]
    assert {each["value"] for each in told if each["what"] == "archive"} == {"there", "gone"}


def test_its_deletion_is_asked_for_where_the_archive_can_be_compared(
    balt: Balt, sit: Sit, tmp_path: Path, address: str
) -> None:
    seen_out_of_the_directory(address)
    refused = balt("case", "request", address, "--yes")
    assert (refused.code, "sur l'autre poste" in refused.err, refused.out) == (4, True, "")
    assert states(balt("case", "list", "--json").json[0])["request"] == "todo"
    (tmp_path / "kept").rename(tmp_path / "archive")
    sit("A")
    assert balt("case", "request", address, "--yes").code == 0
