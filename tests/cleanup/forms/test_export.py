"""An archive copied into other forms: everything arrives, octet for octet, or nothing is there."""

import hashlib
import mailbox
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.cleanup.archive.tree import Folder
from balt.cleanup.forms.export import Form
from balt.errors import CancelledError, StoppedError, UsageError
from balt.mail.dates import DateReader
from balt.mail.files.maildir import Maildir
from balt.mail.files.mbox import Mbox
from balt.mail.files.places import find_places
from balt.mail.model import Flag
from tests.cleanup.fake import CLOCK
from tests.cleanup.forms.conftest import HEAD, SECONDS, Archive, tree
from tests.mail.files.mails import reading

FORMS = pytest.mark.parametrize("form", list(Form))


def octets_of(path: Path) -> dict[str, list[str]]:
    """The SHA-256 of all messages at a path, by folder, as balt reads mail in files."""
    found: dict[str, list[str]] = {}
    for place in find_places(path, lambda: None):
        store = (Mbox if place.layout == "mbox" else Maildir)(place.path, DateReader(CLOCK))
        digests = found[place.name] = []
        for key in store.look(lambda: None).rows:
            with store.open(key) as extent:
                octets = extent.read(0, extent.size)
            octets = re.sub(rb"(?m)^>(?=>*From )", b"", octets) if extent.quoted else octets
            digests.append(hashlib.sha256(octets).hexdigest())
    return found


def test_a_maildir_is_read_by_others_with_octets_flags_and_dates(archive: Archive, target: Path) -> None:
    octets = HEAD + b"From the ward\r\nbare\n"
    archive.put(octets, flags=("\\Seen", "\\Flagged", "$Integrated", "\\Recent", "\\Deleted"))
    archive.put(HEAD + b"sent", "Sent/2024 é")
    done = archive.export(Form.MAILDIR, target)
    assert (done.messages, done.size, done.folders, done.exit_code) == (2, len(octets) + len(HEAD) + 4, 2, 0)

    box = mailbox.Maildir(target, create=False)
    (key,) = box.keys()
    assert box.get_bytes(key) == octets
    assert box.get_message(key).get_flags().strip("abcdefghijklmnopqrstuvwxyz") == "FS"
    assert box.list_folders() == ["Sent.2024 &AOk-"]
    assert (
        box.get_folder("Sent.2024 &AOk-").get_bytes(*box.get_folder("Sent.2024 &AOk-").keys())
        == HEAD + b"sent"
    )

    with reading(target) as session:
        assert {folder.name for folder in session.folders()} == {"INBOX", "Sent/2024 é"}
        listing = session.scan("INBOX")
        assert Flag(listing.flags[0]) == Flag.SEEN | Flag.FLAGGED | Flag.INTEGRATED
        assert (list(listing.dates), list(listing.sizes)) == ([SECONDS], [len(octets) + 1])


def test_an_mbox_is_read_by_others_with_its_dates(archive: Archive, target: Path) -> None:
    octets = HEAD + b"From the ward\r\n>From\r\n"
    archive.put(octets)
    archive.put(HEAD + b"other\r\n")
    archive.put(HEAD + b"sent\r\n", "Sent/2024")
    assert archive.export(Form.MBOX, target).exit_code == 0
    assert set(tree(target)) == {"INBOX.mbox", "Sent/2024.mbox"}
    box = mailbox.mbox(target / "INBOX.mbox", create=False)
    found = list(map(box.get_bytes, box.keys()))
    assert found == [octets.replace(b"\nFrom ", b"\n>From "), HEAD + b"other\r\n"]
    with reading(target) as session:
        assert {folder.name for folder in session.folders()} == {"INBOX", "Sent/2024"}
        assert list(session.scan("INBOX").dates) == [SECONDS, SECONDS]


@FORMS
def test_only_the_owner_can_read_the_copy(archive: Archive, target: Path, form: Form) -> None:
    archive.put(HEAD, "Sent/2024")
    archive.export(form, target)
    for path in (target, *target.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@FORMS
def test_nothing_names_a_patient_in_the_names_of_files(archive: Archive, target: Path, form: Form) -> None:
    archive.put(HEAD)
    archive.export(form, target)
    assert not [path for path in target.rglob("*") if "TESTPATIENT" in path.name or "labo" in path.name]


@FORMS
def test_a_damaged_and_a_missing_file_are_told_and_left_out(
    archive: Archive, target: Path, form: Form
) -> None:
    whole = archive.put(HEAD + b"whole\r\n")
    damaged, longer, missing = (archive.put(HEAD + each) for each in (b"a", b"bb", b"ccc"))
    archive.put(HEAD + b"last\r\n")
    archive.path(damaged).write_bytes(HEAD + b"?")
    archive.path(longer).write_bytes(HEAD + b"bb" * 2_000_000)
    archive.path(missing).unlink()
    with (archive.place / "manifest.jsonl").open("ab") as manifest:
        manifest.write(b"no line of balt's\n")
    done = archive.export(form, target)
    assert (done.messages, done.exit_code) == (2, 1)
    assert done.damaged == ["manifest.jsonl:6", damaged.file, longer.file]
    assert done.missing == [missing.file]
    content = b"".join(tree(target).values())
    assert (b"whole" in content, b"last" in content, b"?" in content, b"bb" in content) == (
        True,
        True,
        False,
        False,
    )
    if form is Form.MAILDIR:
        assert octets_of(target)["INBOX"][0] == whole.sha256
        assert not list((target / "tmp").iterdir())


@FORMS
@pytest.mark.parametrize("what", ["file", "folder", "link"])
def test_nothing_is_written_over(archive: Archive, target: Path, form: Form, what: str) -> None:
    archive.put(HEAD)
    if what == "file":
        target.touch()
    elif what == "folder":
        target.mkdir()
    else:
        target.symlink_to(target.parent / "nowhere")
    with pytest.raises(UsageError, match="existe déjà"):
        archive.export(form, target)
    assert not target.with_name("copy.part").exists()


def test_what_a_killed_copy_left_is_told(archive: Archive, target: Path) -> None:
    archive.put(HEAD)
    target.with_name("copy.part").mkdir()
    with pytest.raises(UsageError, match="interrompue"):
        archive.export(Form.MBOX, target)


@FORMS
def test_a_copy_that_is_stopped_leaves_nothing(archive: Archive, target: Path, form: Form) -> None:
    archive.put(HEAD)
    archive.put(HEAD + b"2")
    asked: Iterator[bool] = iter([False, True])
    with pytest.raises(CancelledError):
        archive.export(form, target, lambda: next(asked))
    assert set(target.parent.iterdir()) == {archive.place}


@FORMS
def test_a_disk_that_fails_leaves_nothing(
    archive: Archive, target: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(HEAD)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoppedError, match="No space left"):
        archive.export(form, target)
    assert set(target.parent.iterdir()) == {archive.place}


@FORMS
def test_a_disk_that_gives_back_something_else_is_found_out(
    archive: Archive, target: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(HEAD + b"text\r\n")
    real_open = Folder.open

    def lying(self: Folder, name: str, *flags: int) -> int:
        path = self.path / name
        if "copy.part" in str(path) or ".part" in str(self.path) or name == "1.1":
            place = next(each for each in target.parent.rglob(name) if each.is_file())
            place.write_bytes(place.read_bytes().replace(b"text", b"tExt"))
        return real_open(self, name, *flags)

    monkeypatch.setattr(Folder, "open", lying)
    with pytest.raises(StoppedError, match="ne rend pas"):
        archive.export(form, target)
    assert not target.exists()


@FORMS
def test_the_messages_of_several_mailboxes_do_not_mix(archive: Archive, target: Path, form: Form) -> None:
    archive.put(HEAD + b"1\r\n")
    archive.put(HEAD + b"2\r\n", account="secretariat@cabinet.mssante.fr")
    assert archive.export(form, target).folders == 2
    inboxes = {name for name in octets_of(target) if name.endswith(("mssante.fr", "INBOX"))}
    assert len(inboxes) == 2


@FORMS
@pytest.mark.parametrize(
    "names",
    [
        ("Sent", "sent", "SENT "),
        (".", "..", "/", "//", "...."),
        ("cur", "new", "tmp", "NUL", "com1.txt", "a.mbox"),
        ("A/B", "A.B", "A", "a.mbox/B"),
        ("é" * 300, "é" * 299 + "e", "x/" * 40 + "y"),
        ("a:b", "a\\b", "a\x1b]0;b", "\u202egpj", "../../etc/passwd"),
        ("inbox", "INBOX", "INBOX.Sent", "INBOX/Sent"),
    ],
)
def test_folders_of_any_name_stay_apart_and_inside(
    archive: Archive, target: Path, form: Form, names: tuple[str, ...]
) -> None:
    put = [archive.put(HEAD + b"%d\r\n" % number, name) for number, name in enumerate(names)]
    done = archive.export(form, target)
    assert (done.messages, done.exit_code) == (len(names), 0)
    found = octets_of(target)
    assert sorted(each for folder in found.values() for each in folder) == sorted(each.sha256 for each in put)
    inbox = sum(name.upper() == "INBOX" for name in names)
    assert sum(bool(folder) for folder in found.values()) == len(names) - max(inbox - 1, 0)
    assert set(target.parent.iterdir()) == {archive.place, target}


def test_a_message_without_a_known_date_stays_without_one(archive: Archive, target: Path) -> None:
    archive.put(HEAD, received="01-Jan-0000 00:00:00 +0000")
    archive.export(Form.MAILDIR, target)
    with reading(target) as session:
        assert list(session.scan("INBOX").dates) == [-1]
