"""Adding a BAL when the disk, the rights or another program are in the way: the old file or the new one."""

import errno
import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from balt.config import Account, load_config, lock
from balt.config import append as module
from balt.config.append import append_mailbox
from balt.errors import ConfigError

NEW = Account("camille.exemple@medecin.mssante.fr", host="imap.exemple.mssante.fr")
OLD = b'# mine\n[[mailbox]]\naddress = "essai@medecin.mssante.fr"\nhost = "imap.exemple.mssante.fr"\n'
EXPECTED = (
    OLD + b'\n[[mailbox]]\naddress = "camille.exemple@medecin.mssante.fr"\nhost = "imap.exemple.mssante.fr"\n'
)


class PowerCutError(BaseException):
    """Nothing runs after it, not even what cleans up."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration with one BAL."""
    file = tmp_path / "config.toml"
    file.write_bytes(OLD)
    return file


def error_of(file: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        append_mailbox(file, NEW)
    return str(caught.value)


STEPS: dict[str, tuple[Any, str]] = {
    "make the part": (tempfile, "mkstemp"),
    "open the part": (os, "fdopen"),
    "keep the rights": (os, "fchmod"),
    "fsync": (os, "fsync"),
    "rename": (Path, "replace"),
}


def failing(error: BaseException) -> Callable[..., Any]:
    def fail(*_arguments: object, **_options: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "le disque est plein"),
        (errno.EDQUOT, "le disque est plein"),
        (errno.EACCES, "n'a pas le droit"),
        (errno.EROFS, "n'a pas le droit"),
        (errno.EIO, "n'a pas pu être écrit"),
    ],
)
def test_a_failing_step_leaves_the_old_file_and_a_sentence(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, said: str
) -> None:
    monkeypatch.setattr(*STEPS[step], failing(OSError(number, os.strerror(number))))
    assert said in error_of(file)
    monkeypatch.undo()
    assert file.read_bytes() == OLD
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_disk_without_room_leaves_the_old_file_and_a_sentence(file: Path) -> None:
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "from pathlib import Path; from balt.config import Account\n"
        "from balt.config.append import append_mailbox\n"
        "account = Account('camille.exemple@medecin.mssante.fr', host='imap.exemple.mssante.fr')\n"
        "append_mailbox(Path(sys.argv[1]), account)\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(file)], capture_output=True, encoding="utf-8", check=False
    )
    assert "le disque est plein" in done.stderr
    assert file.read_bytes() == OLD
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("step", STEPS)
def test_a_cut_at_a_step_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(*STEPS[step], failing(PowerCutError()))
    monkeypatch.setattr(Path, "unlink", failing(PowerCutError()))
    with pytest.raises(PowerCutError):
        append_mailbox(file, NEW)
    monkeypatch.undo()
    assert file.read_bytes() == OLD
    append_mailbox(file, NEW)  # what the cut left behind is in nobody's way
    assert file.read_bytes() == EXPECTED


def test_a_cut_after_the_renaming_leaves_the_new_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_sync", failing(PowerCutError()))
    with pytest.raises(PowerCutError):
        append_mailbox(file, NEW)
    assert file.read_bytes() == EXPECTED


def test_a_disk_that_cannot_sync_a_folder_is_no_failure(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_sync", failing(OSError(errno.EINVAL, "Invalid argument")))
    append_mailbox(file, NEW)
    assert file.read_bytes() == EXPECTED


def test_the_part_is_for_its_owner_alone_at_every_moment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = os.fsync

    def look(handle: int) -> None:
        seen.extend(path.stat().st_mode & 0o077 for path in file.parent.glob("*.part"))
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    file.chmod(0o600)
    append_mailbox(file, NEW)
    assert seen == [0]


@pytest.mark.parametrize("changed", [OLD + b"# more\n", OLD.replace(b"mine", b"ours"), b""])
def test_a_change_by_another_program_meanwhile_is_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch, changed: bytes
) -> None:
    real = os.fsync

    def edit(handle: int) -> None:
        real(handle)
        facts = file.stat()
        file.write_bytes(changed)
        os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # an editor may hide that it wrote

    monkeypatch.setattr(os, "fsync", edit)
    assert "a été modifié pendant ce temps par un autre programme. Rien n'a été ajouté." in error_of(file)
    assert file.read_bytes() == changed


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    real = os.fsync

    def edit(handle: int) -> None:
        real(handle)
        file.write_bytes(OLD)

    monkeypatch.setattr(os, "fsync", edit)
    assert "a été modifié" in error_of(file)
    assert file.read_bytes() == OLD


def test_a_file_that_is_removed_meanwhile_does_not_come_back(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def remove(handle: int) -> None:
        real(handle)
        file.unlink()

    monkeypatch.setattr(os, "fsync", remove)
    assert "a été modifié" in error_of(file)
    assert not file.exists()


def test_another_balt_that_writes_between_two_looks_is_waited_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Account("autre@medecin.mssante.fr", host="imap.exemple.mssante.fr")
    look = module._read

    def another_writes(target: Path) -> Any:
        found = look(target)
        monkeypatch.setattr(module, "_read", look)
        append_mailbox(file, other)
        return found

    monkeypatch.setattr(module, "_read", another_writes)
    append_mailbox(file, NEW)
    assert [each.address for each in load_config(file).accounts][1:] == [other.address, NEW.address]


def test_several_at_once_lose_no_bal(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from balt.config import Account\n"
        "from balt.config.append import append_mailbox\n"
        "sys.stdin.readline()\n"
        "for i in range(10):\n"
        "    account = Account(f'essai-{sys.argv[2]}-{i}@medecin.mssante.fr', access='none')\n"
        "    append_mailbox(Path(sys.argv[1]), account)\n"
    )
    file = tmp_path / "config.toml"
    words = [sys.executable, "-B", "-c", program, str(file)]
    started = [subprocess.Popen([*words, str(number)], stdin=subprocess.PIPE) for number in range(4)]
    for each in started:
        assert each.stdin is not None
        each.stdin.write(b"\n")
        each.stdin.close()
    assert [each.wait(60) for each in started] == [0] * 4
    assert len(load_config(file).accounts) == 40
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_another_balt_that_keeps_the_lock_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS", 0.1)
    with lock.config_lock(file, file.parent):
        assert "un autre balt écrit dans ce fichier. Rien n'a été ajouté." in error_of(file)
    assert file.read_bytes() == OLD
    append_mailbox(file, NEW)
    assert file.read_bytes() == EXPECTED


def test_a_disk_without_locks_takes_the_bal_all_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", failing(OSError(errno.ENOLCK, "No locks available")))
    append_mailbox(file, NEW)
    assert file.read_bytes() == EXPECTED


def test_an_editor_that_saves_over_the_new_file_is_noticed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_sync", lambda _folder: file.write_bytes(OLD))
    assert "a été modifié pendant ce temps par un autre programme." in error_of(file)


def test_a_link_is_followed_and_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "lien" / "config.toml"
    link.parent.mkdir()
    link.symlink_to(Path("..") / "config.toml")
    append_mailbox(link, NEW)
    assert link.is_symlink()
    assert file.read_bytes() == EXPECTED


def test_a_link_to_nothing_makes_the_file_that_it_names(tmp_path: Path) -> None:
    link, file = tmp_path / "config.toml", tmp_path / "ailleurs" / "balt.toml"
    link.symlink_to(file)
    append_mailbox(link, NEW)
    assert load_config(file).accounts == (NEW,)
    assert link.is_symlink()


def test_links_that_go_round_end_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.symlink_to(tmp_path / "autre.toml")
    (tmp_path / "autre.toml").symlink_to(file)
    assert str(file) in error_of(file)


def test_a_file_protected_against_writing_is_respected(file: Path) -> None:
    file.chmod(0o400)
    assert "n'a pas le droit d'écrire ce fichier" in error_of(file)
    assert file.read_bytes() == OLD


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_protected_against_writing_is_respected(file: Path) -> None:
    file.parent.chmod(0o500)
    try:
        assert "n'a pas le droit d'écrire ce fichier" in error_of(file)
    finally:
        file.parent.chmod(0o700)
    assert file.read_bytes() == OLD


@pytest.mark.parametrize("inside", ["", "config.toml/config.toml"])
def test_what_is_no_file_is_told(tmp_path: Path, inside: str) -> None:
    (tmp_path / "config.toml").write_bytes(OLD)
    assert str(tmp_path) in error_of(tmp_path / inside)


def test_no_other_file_is_touched(file: Path) -> None:
    neighbour = file.with_name("config.toml.part")
    neighbour.write_bytes(b"mine too")
    append_mailbox(file, NEW)
    assert neighbour.read_bytes() == b"mine too"
