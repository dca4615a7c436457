"""Where an archive may be, and what a person is warned of."""

import os
from pathlib import Path

import pytest

from balt.cleanup.archive import check_place, open_archive, place_warnings
from balt.errors import StoppedError, UsageError
from tests.cleanup.archive.conftest import Mails
from tests.cleanup.fake import CLOCK, Owner


def warnings(place: Path, mounts: str = "/dev/sda1 / ext4 rw 0 0\n") -> str:
    """The warnings about a place, but for those about the temporary folder of the tests."""
    file = Path(os.environ["HOME"]) / "mounts"
    file.write_text(mounts)
    return " ".join(each for each in place_warnings(place, file) if "temporaire" not in each)


def test_a_folder_of_ones_own_has_no_warning(place: Path) -> None:
    assert warnings(place) == ""
    place.mkdir(mode=0o700)
    assert warnings(place) == ""


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "fuse.rclone"])
def test_a_share_is_warned_of(place: Path, kind: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {place.parent} {kind} rw 0 0\n"
    assert "réseau" in warnings(place / "deep" / "er", mounts)


def test_a_share_with_a_space_in_its_name_is_warned_of(tmp_path: Path) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/my\\040share cifs rw 0 0\n"
    (tmp_path / "my share").mkdir()
    assert "réseau" in warnings(tmp_path / "my share" / "archive", mounts)


def test_a_windows_share_is_warned_of() -> None:
    assert "réseau" in warnings(Path(r"\\server\share\archive"))


@pytest.mark.parametrize(
    "name",
    [
        "OneDrive",
        "OneDrive - Cabinet",
        "Dropbox",
        "Dropbox (Cabinet)",
        "Google Drive",
        "iCloud Drive",
        "Nextcloud",
        "kDrive",
        "com~apple~CloudDocs",
    ],
)
def test_a_synchronised_folder_is_warned_of(tmp_path: Path, name: str) -> None:
    assert "service en ligne" in warnings(tmp_path / name / "archive")


@pytest.mark.parametrize("marker", [".dropbox.cache", ".nextcloudsync.log", ".sync_0a1b2c.db", ".stfolder"])
def test_a_folder_with_the_mark_of_a_synchronising_program_is_warned_of(tmp_path: Path, marker: str) -> None:
    (tmp_path / "mine" / "sub").mkdir(parents=True)
    (tmp_path / "mine" / marker).touch()
    assert "service en ligne" in warnings(tmp_path / "mine" / "sub" / "archive")


@pytest.mark.parametrize("name", ["Boxes", "Archives", "drive", "Documents"])
def test_a_folder_of_another_name_is_not_warned_of(tmp_path: Path, name: str) -> None:
    assert warnings(tmp_path / name) == ""


def test_a_temporary_folder_is_warned_of(tmp_path: Path) -> None:
    assert any("temporaire" in each for each in place_warnings(Path("/tmp/archive")))
    assert any("temporaire" in each for each in place_warnings(Path("/var/tmp/x/archive")))


def test_a_git_work_tree_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert "git" in warnings(tmp_path / "sub" / "archive")


def test_a_folder_that_others_can_open_is_warned_of(place: Path) -> None:
    place.mkdir()
    place.chmod(0o755)
    assert "autres utilisateurs" in warnings(place)


def test_a_folder_with_other_things_in_it_is_warned_of_but_not_an_archive(place: Path) -> None:
    place.mkdir(mode=0o700)
    (place / "letter.txt").touch()
    assert "autre chose" in warnings(place)
    Mails({1: b"a"}).archive(place)
    assert warnings(place) == ""


@pytest.mark.parametrize("place", [Path("archive"), Path("/srv/../archive")])
def test_a_place_must_be_named_whole(place: Path) -> None:
    with pytest.raises(UsageError):
        check_place(place, 0)


def test_a_link_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(StoppedError, match="lien"):
        check_place(tmp_path / "link", 0)
    with pytest.raises(StoppedError, match="lien"):
        Mails({1: b"a"}).archive(tmp_path / "link")
    assert not list((tmp_path / "real").iterdir())


def test_a_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoppedError, match="pas un dossier"):
        check_place(tmp_path / "file", 0)


@pytest.mark.parametrize("inside", [False, True])
def test_a_folder_that_everybody_may_write_to_is_no_place(tmp_path: Path, inside: bool) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    place = tmp_path / "open" / "archive" if inside else tmp_path / "open"
    with pytest.raises(StoppedError, match="tout le monde"):
        check_place(place, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to give a folder away")
def test_a_folder_of_somebody_else_is_no_place(place: Path, tmp_path: Path) -> None:
    place.mkdir()
    os.chown(place, 65534, 65534)
    with pytest.raises(StoppedError, match="autre utilisateur"):
        check_place(place, 0)
    (tmp_path / "theirs").symlink_to(tmp_path)
    os.chown(tmp_path / "theirs", 65534, 65534, follow_symlinks=False)
    with pytest.raises(StoppedError, match="autre utilisateur"):
        check_place(tmp_path / "theirs" / "mine", 0)


def test_a_selection_that_does_not_fit_is_told_with_what_is_missing(place: Path) -> None:
    check_place(place, 1000)
    with pytest.raises(StoppedError, match=r"il manque [\d,]+ To"):
        check_place(place, 1 << 50)
    assert not place.exists()


def test_a_folder_inside_the_archive_that_is_a_link_stops_it(place: Path, tmp_path: Path) -> None:
    place.mkdir(mode=0o700)
    (tmp_path / "elsewhere").mkdir()
    (place / "2024").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoppedError):
        Mails({1: b"a"}).archive(place)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_manifest_that_is_a_link_stops_it(place: Path, tmp_path: Path) -> None:
    place.mkdir(mode=0o700)
    (tmp_path / "elsewhere").write_text("keep")
    (place / "manifest.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoppedError), open_archive(place, Owner(), CLOCK, twice=False, tls=True):
        pass
    assert (tmp_path / "elsewhere").read_text() == "keep"
