"""A sealed copy: nothing in clear, each file proved without the key, all of it read again with the key."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from balt.cleanup.archive.check import reading
from balt.cleanup.forms.age import Identities, Recipients
from balt.cleanup.forms.export import Exported, Form, export
from balt.cleanup.forms.sealed import check_sealed, is_sealed, reading_sealed, seal
from balt.cleanup.forms.source import ArchiveSource, contents_of
from balt.errors import CancelledError, StoppedError, UsageError
from tests.cleanup.archive.conftest import sha256
from tests.cleanup.fake import CLOCK
from tests.cleanup.forms.conftest import HEAD, Archive, tree


class Key:
    """A pair of keys, the secret one in a file as ``age-keygen`` writes it."""

    def __init__(self, file: Path) -> None:
        identity = pyrage.x25519.Identity.generate()
        self.public = str(identity.to_public())
        self.file = file
        file.write_text(f"# created: 2026-11-29\n# public key: {self.public}\n{identity}\n")

    @property
    def identities(self) -> Identities:
        return Identities(self.file)


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key(tmp_path / "key.txt")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive")
    made.put(HEAD + b"one\r\n", flags=("\\Seen", "$Integrated"))
    made.put(HEAD + b"two\r\n", "Dossiers/DUPONT")
    made.put(HEAD + b"x" * 300_000, "Dossiers/DUPONT")
    return made


def sealed(archive: Archive, target: Path, *keys: Key, cancelled: bool = False) -> Exported:
    with reading(archive.place, CLOCK) as root:
        contents, source = contents_of(root), ArchiveSource(root)
        recipients = Recipients([key.public for key in keys])
        return seal(source, contents, recipients, target, lambda _done, _total: None, lambda: cancelled)


def opened(target: Path, key: Key, plain: Path, form: Form = Form.MAILDIR) -> Exported:
    with reading_sealed(target) as copy:
        contents = copy.open(key.identities)
        return export(copy, contents, form, plain, CLOCK, lambda _done, _total: None, lambda: False)


def test_nothing_is_in_clear(archive: Archive, target: Path, key: Key) -> None:
    done = sealed(archive, target, key)
    assert (done.messages, done.folders, done.exit_code) == (3, 2, 0)
    files = tree(target)
    assert set(files) == {
        "README.txt",
        "contents.jsonl.age",
        "sealed.jsonl",
        *(f"messages/00000{number}.eml.age" for number in (1, 2, 3)),
    }
    everything = b"".join(files.values()) + repr(sorted(files)).encode()
    hidden = [
        "TESTPATIENT",
        "labo",
        "DUPONT",
        "one\r\n",
        "camille",
        "2024",
        *(each.sha256[:32] for each in archive.records),
    ]
    assert [word for word in hidden if word.encode() in everything] == []
    assert is_sealed(target)


def test_without_the_key_each_file_is_proved(archive: Archive, target: Path, key: Key) -> None:
    sealed(archive, target, key)
    found = check_sealed(target, None)
    assert (found.messages, found.ok, found.is_whole) == (3, 3, True)
    harmed = target / "messages" / "000001.eml.age"
    harmed.write_bytes(harmed.read_bytes()[:-1] + b"?")
    (target / "messages" / "000002.eml.age").unlink()
    (target / "note.txt").touch()
    found = check_sealed(target, None)
    assert (found.messages, found.ok) == (3, 1)
    assert found.damaged == ["messages/000001.eml.age"]
    assert found.missing == ["messages/000002.eml.age"]
    assert found.unknown == ["note.txt"]


def test_with_the_key_what_is_inside_is_proved(archive: Archive, target: Path, key: Key) -> None:
    sealed(archive, target, key)
    assert check_sealed(target, key.identities).ok == 3
    # Somebody without the secret key puts another message in, and mends the list.
    forged = pyrage.encrypt(HEAD + b"forged", [pyrage.x25519.Recipient.from_str(key.public)])
    path = target / "messages" / "000001.eml.age"
    old = path.read_bytes()
    path.write_bytes(forged)
    listed = (target / "sealed.jsonl").read_text()
    listed = listed.replace(sha256(old), sha256(forged)).replace(
        f'"size":{len(old)}', f'"size":{len(forged)}'
    )
    (target / "sealed.jsonl").write_text(listed)
    assert check_sealed(target, None).is_whole
    found = check_sealed(target, key.identities)
    assert (found.ok, found.damaged) == (2, ["messages/000001.eml.age"])


def test_each_recipient_can_open_it_and_nobody_else(
    archive: Archive, target: Path, key: Key, tmp_path: Path
) -> None:
    second, stranger = Key(tmp_path / "second"), Key(tmp_path / "stranger")
    sealed(archive, target, key, second)
    for each in (key, second):
        assert check_sealed(target, each.identities).ok == 3
    with pytest.raises(StoppedError, match="clé"):
        check_sealed(target, stranger.identities)


@pytest.mark.parametrize("form", list(Form))
def test_opened_again_it_gives_what_the_archive_gives(
    archive: Archive, target: Path, key: Key, tmp_path: Path, form: Form
) -> None:
    sealed(archive, target, key)
    assert opened(target, key, tmp_path / "opened", form).messages == 3
    archive.export(form, tmp_path / "direct")
    assert tree(tmp_path / "opened") == tree(tmp_path / "direct")


def test_a_harmed_message_is_left_out_when_it_is_opened(
    archive: Archive, target: Path, key: Key, tmp_path: Path
) -> None:
    sealed(archive, target, key)
    path = target / "messages" / "000002.eml.age"
    path.write_bytes(b"?" * len(path.read_bytes()))
    done = opened(target, key, tmp_path / "opened")
    assert (done.messages, done.exit_code, len(done.damaged)) == (2, 1, 1)


def test_what_the_archive_no_longer_holds_is_told(archive: Archive, target: Path, key: Key) -> None:
    archive.path(archive.records[0]).write_bytes(b"?")
    archive.path(archive.records[1]).unlink()
    done = sealed(archive, target, key)
    assert (done.messages, done.damaged, done.missing) == (
        1, [archive.records[0].file], [archive.records[1].file]
    )  # fmt: skip
    assert check_sealed(target, key.identities).messages == 1


def test_a_stop_and_a_full_disk_leave_nothing(
    archive: Archive, target: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CancelledError):
        sealed(archive, target, key, cancelled=True)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoppedError, match="No space left"):
        sealed(archive, target, key)
    assert not [path for path in target.parent.iterdir() if path.name.startswith("copy")]


@pytest.mark.parametrize(
    "line",
    [
        '{"file":"../../secret","sha256":"%s","size":1}' % ("0" * 64),
        '{"file":"messages/../../x.eml.age","sha256":"%s","size":1}' % ("0" * 64),
        '{"file":"/etc/passwd","sha256":"%s","size":1}' % ("0" * 64),
        '{"file":"messages/000009.eml.age","sha256":"x","size":1}',
        '{"file":"messages/000009.eml.age","sha256":"%s","size":true}' % ("0" * 64),
        "[]",
        "[" * 5000,
        "nothing",
    ],
)
def test_a_hostile_line_is_damaged_and_opens_nothing(
    archive: Archive, target: Path, key: Key, line: str
) -> None:
    sealed(archive, target, key)
    with (target / "sealed.jsonl").open("a") as listed:
        listed.write(line + "\n")
    found = check_sealed(target, None)
    assert (found.damaged, found.ok) == (["sealed.jsonl:7"], 3)


def test_the_first_line_says_which_version_it_is(archive: Archive, target: Path, key: Key) -> None:
    sealed(archive, target, key)
    first = json.loads((target / "sealed.jsonl").read_text().splitlines()[0])
    assert first == {"balt_sealed": 1, "recipients": [key.public]}


@pytest.mark.parametrize("text", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQ"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="clé publique"):
        Recipients([text])


def test_a_secret_never_stands_in_an_error(tmp_path: Path, key: Key) -> None:
    secret = re.search(r"AGE-SECRET-KEY-1\w+", key.file.read_text())
    assert secret
    with pytest.raises(UsageError) as refused:
        Recipients([secret[0]])
    assert secret[0][20:40] not in str(refused.value)
    key.file.write_text(secret[0][:-3])
    with pytest.raises(UsageError) as refused:
        Identities(key.file)
    assert secret[0][20:40] not in str(refused.value)


def test_a_file_without_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name in ("empty", "nowhere"):
        with pytest.raises(UsageError, match="clé"):
            Identities(tmp_path / name)


def test_without_the_library_its_name_and_the_extra_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(UsageError, match=r"balt\[age\]"):
        Recipients(["age1x"])


def test_who_does_not_encrypt_does_not_import_it() -> None:
    code = "import sys, balt.cli.archive; sys.exit('pyrage' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
