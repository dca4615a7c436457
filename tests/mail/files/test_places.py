"""What a path holds: which folders of mail are found, under which names, and what is passed over."""

import os
import pwd
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.errors import ConfigError, ConnectionFailedError, RefusedError
from balt.mail.files.session import FilesSession
from balt.mail.model import FolderRole
from tests.mail.files.mails import account, letter, reading, tree

MBOX = b"From a@b.fr Tue Mar 12 09:00:00 2024\nSubject: x\n\n.\n"
EML = b"Subject: x\r\n\r\n.\r\n"


def make(root: Path, *names: str) -> None:
    """Folders (``a/``), files of mail, and other files, by their names."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(EML if name.lower().endswith(".eml") or "/cur/" in f"/{name}" else MBOX)


def found(path: Path) -> dict[str, tuple[FolderRole, int | None]]:
    with reading(path) as session:
        return {folder.name: (folder.role, folder.messages) for folder in session.folders()}


INBOX, SENT, TRASH, OTHER = FolderRole.INBOX, FolderRole.SENT, FolderRole.TRASH, FolderRole.OTHER


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["un.eml", "deux.EML"], {"INBOX": (INBOX, 2)}),
        (
            ["un.eml", "Corbeille/a.eml", "Corbeille/2024/b.eml"],
            {"INBOX": (INBOX, 1), "Corbeille": (TRASH, 1), "Corbeille/2024": (OTHER, 1)},
        ),
        (
            ["Inbox", "Inbox.msf", "Sent.mbox", "Inbox.sbd/Labo"],
            {"INBOX": (INBOX, 1), "Sent": (SENT, 1), "Inbox/Labo": (OTHER, 1)},
        ),
        (["Boîte de réception.mbox/mbox"], {"INBOX": (INBOX, 1)}),
        (["cur/1.m:2,S", "new/", "tmp/"], {"INBOX": (INBOX, 1)}),
        (
            ["cur/", "new/", ".Sent/cur/1.m", ".&AMk-t&AOk-.2024/cur/1.m", ".INBOX.Trash/new/", ".git/x"],
            {"INBOX": (INBOX, 0), "Sent": (SENT, 1), "INBOX/Trash": (TRASH, 0), "Été/2024": (OTHER, 1)},
        ),
        (
            ["perso/cur/1.m", "vieux.mbox", "vieux/a.eml", "lu/cur/1.m"],
            {
                "lu": (OTHER, 1),
                "perso": (OTHER, 1),
                "vieux": (OTHER, 1),
                "vieux (2)": (OTHER, 1),
            },
        ),
        ([], {"INBOX": (INBOX, 0)}),
        (["vide/"], {"INBOX": (INBOX, 0)}),
    ],
)
def test_what_a_path_holds(
    tmp_path: Path, names: list[str], expected: dict[str, tuple[FolderRole, int | None]]
) -> None:
    make(tmp_path, *names)
    assert found(tmp_path) == expected


def test_a_path_that_is_a_link_is_followed(tmp_path: Path) -> None:
    make(tmp_path / "vrai", "un.eml")
    (tmp_path / "lien").symlink_to(tmp_path / "vrai")
    assert found(tmp_path / "lien") == {"INBOX": (INBOX, 1)}


def test_no_link_fifo_socket_or_device_below_it_is_opened(tmp_path: Path) -> None:
    make(tmp_path / "hors", "secret.eml", "secret.mbox")
    root = tmp_path / "racine"
    make(root, "un.eml")
    (root / "lien.eml").symlink_to(tmp_path / "hors" / "secret.eml")
    (root / "lien.mbox").symlink_to(tmp_path / "hors" / "secret.mbox")
    (root / "dossier").symlink_to(tmp_path / "hors")
    (root / "boucle").symlink_to(root)
    (root / "zero.mbox").symlink_to("/dev/zero")
    os.mkfifo(root / "tube.eml")
    os.mkfifo(root / "tube.mbox")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(root)  # the name of a socket has to be short
        server.bind("prise.eml")
        os.chdir(here)
        assert found(root) == {"INBOX": (INBOX, 1)}


def test_a_message_that_becomes_a_link_is_not_read(tmp_path: Path) -> None:
    make(tmp_path / "hors", "secret.eml")
    root = tmp_path / "racine"
    make(root, "cur/1.m", "new/", "a.eml")
    with reading(root) as session:
        [uid] = session.scan("INBOX").uids
        (root / "cur/1.m").unlink()
        (root / "cur/1.m").symlink_to(tmp_path / "hors" / "secret.eml")
        [(_uid, detail)] = session.details("INBOX", [uid])
        assert not detail.readable
        with pytest.raises(RefusedError):
            session.preview("INBOX", uid)


def test_a_maildir_whose_folders_are_links_is_not_followed(tmp_path: Path) -> None:
    make(tmp_path / "hors", "cur/1.m", "new/")
    root = tmp_path / "racine"
    make(root, "cur/1.m", "new/", ".Sub/new/")
    (root / ".Sub" / "cur").symlink_to(tmp_path / "hors" / "cur")
    assert found(root)["Sub"] == (OTHER, 0)


def test_ten_thousand_levels_end_somewhere(tmp_path: Path) -> None:
    make(tmp_path, "un.eml")
    here = os.open(tmp_path, os.O_RDONLY)
    for _level in range(10_000):
        os.mkdir("n", dir_fd=here)
        below = os.open("n", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        assert found(tmp_path) == {"INBOX": (INBOX, 1)}
    finally:
        _remove_deep(tmp_path)


def _remove_deep(root: Path) -> None:
    """No tool of the library takes away so deep a tree: each level is moved up and emptied in turn."""
    top = os.open(root, os.O_RDONLY)
    while True:
        try:
            os.rename("n/n", "m", src_dir_fd=top, dst_dir_fd=top)
        except FileNotFoundError:
            os.rmdir("n", dir_fd=top)
            break
        os.rmdir("n", dir_fd=top)
        os.rename("m", "n", src_dir_fd=top, dst_dir_fd=top)
    os.close(top)


HOSTILE = ["\x1b]0;PWNED\x07", "a\nb", "[bold]", "‮fdp", "x" * 200, " ", "-rf", "~", "\\", "%2e%2e"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_any_characters_is_read_and_safe_to_show(tmp_path: Path, name: str) -> None:
    make(tmp_path, f"{name}/{name}.eml", f"{name}/b.eml")
    with reading(tmp_path) as session:
        folder = next(one for one in session.folders() if one.name != "INBOX")
        assert folder.label.isprintable()
        uids = session.scan(folder.name).uids
        assert len(list(session.details(folder.name, list(uids)))) == len(uids) > 0


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
def test_a_name_in_no_known_encoding_can_be_written_out(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/archiv\xe9es"
    Path(os.fsdecode(raw)).mkdir()
    Path(os.fsdecode(raw + b"/\xff.eml")).write_bytes(EML)
    with reading(tmp_path) as session:
        [folder] = session.folders()
        folder.name.encode("utf-8")
        assert (folder.label, folder.messages) == ("archivées", 1)


@contextmanager
def without_privilege() -> Iterator[None]:
    """Root reads everything: it becomes nobody for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(before)


def test_what_may_not_be_read_hides_nothing_else() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own place is closed to others
        root = Path(name)
        root.chmod(0o755)
        make(root, "un.eml", "deux.eml", "clos/a.eml", "clos.mbox")
        for closed in ("clos", "deux.eml", "clos.mbox"):
            (root / closed).chmod(0)
        with without_privilege(), reading(root) as session:
            assert {f.name: f.messages for f in session.folders()} == {"INBOX": 2, "clos": None}
            readable = [d.readable for _uid, d in session.details("INBOX", list(session.scan("INBOX").uids))]
            assert sorted(readable) == [False, True]
            with pytest.raises(RefusedError):
                session.scan("clos")
        root.chmod(0)
        with without_privilege(), pytest.raises(ConnectionFailedError, match="ne peut pas être lu"):
            FilesSession(account(root), SystemClock()).open()
        root.chmod(0o755)


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailedError, match="n'existe pas"):
        FilesSession(account(tmp_path / "absent"), SystemClock()).open()
    (tmp_path / "boucle").symlink_to(tmp_path / "boucle")
    with pytest.raises(ConnectionFailedError):
        FilesSession(account(tmp_path / "boucle"), SystemClock()).open()


def test_a_path_that_goes_away_is_said(tmp_path: Path) -> None:
    make(tmp_path / "cle", "un.eml")
    with reading(tmp_path / "cle") as session:
        session.scan("INBOX")
        (tmp_path / "cle").rename(tmp_path / "ailleurs")
        for read in (session.folders, lambda: session.scan("INBOX"), lambda: session.preview("INBOX", 1)):
            with pytest.raises(ConnectionFailedError):
                read()
        (tmp_path / "ailleurs").rename(tmp_path / "cle")
        assert len(session.scan("INBOX")) == 1


@pytest.mark.parametrize("octets", [b"%PDF-1.4", b"\x7fELF\x00\x01", b"bonjour\n"])
def test_a_path_that_holds_no_mail_is_a_mistake_of_the_configuration(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "x").write_bytes(octets)
    with pytest.raises(ConfigError, match="mbox"):
        FilesSession(account(tmp_path / "x"), SystemClock()).open()


def test_files_that_are_no_mail_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "un.eml")
    for name in ("notes.txt", "photo.jpg", "liste.csv", ".cache", "index.msf"):
        (tmp_path / name).write_bytes(b"autre chose\n")
    before = tree(tmp_path)
    assert found(tmp_path) == {"INBOX": (INBOX, 1)}
    assert tree(tmp_path) == before


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(letter())
    with reading(tmp_path) as session, pytest.raises(RefusedError) as refused:
        session.scan("../ailleurs")
    assert refused.value.code == "NONEXISTENT"
