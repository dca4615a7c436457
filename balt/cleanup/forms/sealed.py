"""A sealed copy of an archive: each message encrypted by itself; on the disk is nothing else but these files.

``messages/000001.eml.age`` and so on are the messages; ``contents.jsonl.age`` holds the lines of the manifest
of the archive, each with the file of its message (``sealed``); ``sealed.jsonl`` tells the SHA-256 and the
octets of every other file **as encrypted**: whoever has no key can tell whether they are what was written.
Folder names, dates and digests of contents are not in clear: a digest would tell whoever has the same letter
that it is there. How many messages there are, and about how large each is, can be seen.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from balt.cleanup.archive.check import Checked
from balt.cleanup.archive.failures import disk_lies, not_an_archive, place_failed
from balt.cleanup.archive.manifest import lines_of
from balt.cleanup.archive.record import Record, decode, encode
from balt.cleanup.archive.tree import Folder, walk
from balt.cleanup.forms.age import CannotDecryptError, Identities, Recipients
from balt.cleanup.forms.export import Exported
from balt.cleanup.forms.source import Contents, Source, UnfitError
from balt.cleanup.forms.target import fresh_folder
from balt.cleanup.forms.writing import write_all
from balt.cleanup.ports import Cancelled, Progress
from balt.errors import CancelledError, StoppedError
from balt.i18n import _
from balt.text import plain

SEALED = "sealed.jsonl"
CONTENTS = "contents.jsonl.age"
MESSAGES = "messages"
README = "README.txt"
_FILE = re.compile(rf"{MESSAGES}/\d{{6,9}}\.eml\.age|{re.escape(CONTENTS)}|{re.escape(README)}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

README_TEXT = """\
COPIE CHIFFRÉE D'UNE ARCHIVE DE MESSAGES, FAITE PAR BALT

Chaque fichier .age est chiffré au format age (age-encryption.org). Avec la clé secrète :
  balt archive verify DOSSIER --identity CLÉ                       tout relire
  balt archive export DOSSIER --identity CLÉ --to maildir CHEMIN   tout rouvrir
  age -d -i CLÉ messages/000001.eml.age                            un message, sans balt
Sans elle, « balt archive verify DOSSIER » dit si les fichiers sont intacts, et rien ne se relit : gardez-la
ailleurs, en double.

----------------------------------------------------------------------------------------------------

AN ENCRYPTED COPY OF AN ARCHIVE OF MESSAGES, MADE BY BALT

Each .age file is encrypted in the age format (age-encryption.org). With the secret key:
  balt archive verify FOLDER --identity KEY                        read everything again
  balt archive export FOLDER --identity KEY --to maildir PATH      open all of it
  age -d -i KEY messages/000001.eml.age                            one message, without balt
Without it, "balt archive verify FOLDER" says whether the files are intact, and nothing can be read: keep it
elsewhere, twice.
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is on the disk."""

    sha256: str
    size: int


def is_sealed(place: Path) -> bool:
    """Whether a folder is a sealed copy."""
    return (place / SEALED).is_file()


def seal(
    source: Source,
    contents: Contents,
    recipients: Recipients,
    place: Path,
    on_progress: Progress,
    cancelled: Cancelled,
) -> Exported:
    """Encrypt the messages into ``place``, which must not be there yet; each file is read again from the disk
    and is what was written. Raises as ``export``.
    """
    done = Exported(damaged=list(contents.damaged), folders=len(contents.folders))
    with fresh_folder(place, contents.size) as root:
        writing = _Writing(root)
        writing.add(README, README_TEXT.encode())
        lines: list[bytes] = []
        dealt_with = 0
        with root.child(MESSAGES, create=True) as inside:
            for record in (each for records in contents.folders.values() for each in records):
                if cancelled():
                    raise CancelledError(_("copie interrompue."), advice=_("Il n'en reste rien."))
                octets = _octets(source, record, done)
                if octets is not None:
                    name = f"{len(lines) + 1:06d}.eml.age"
                    writing.add(name, recipients.encrypt(octets), inside, f"{MESSAGES}/{name}")
                    lines.append(_line(record, f"{MESSAGES}/{name}"))
                    done.messages += 1
                    done.size += record.size
                dealt_with += 1
                on_progress(dealt_with, contents.count)
            inside.sync()
        writing.add(CONTENTS, recipients.encrypt(b"".join(lines)))
        writing.finish(recipients)
    return done


def _octets(source: Source, record: Record, done: Exported) -> bytes | None:
    try:
        return b"".join(source.pieces(record))
    except UnfitError as unfit:
        (done.missing if unfit.missing else done.damaged).append(record.file)
        return None


def _line(record: Record, file: str) -> bytes:
    told = json.loads(encode(record)) | {"sealed": file}
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


class _Writing:
    """The files of a copy; what they are is told at the end."""

    def __init__(self, root: Folder) -> None:
        self._root = root
        self._files: dict[str, _File] = {}

    def add(self, name: str, octets: bytes, folder: Folder | None = None, path: str = "") -> None:
        """One file, on the disk and read again."""
        folder = folder or self._root
        file = _File(sha256(octets).hexdigest(), len(octets))
        handle = folder.create(name)
        try:
            write_all(handle, octets)
            os.fsync(handle)
        finally:
            os.close(handle)
        if folder.digest(name) != (file.sha256, file.size):
            raise disk_lies()
        self._files[path or name] = file

    def finish(self, recipients: Recipients) -> None:
        """The list of the files, and for whom they are."""
        head = {"balt_sealed": 1, "recipients": recipients.keys}
        told = [
            {"file": path, "sha256": each.sha256, "size": each.size} for path, each in self._files.items()
        ]
        lines = (json.dumps(each, separators=(",", ":")) for each in (head, *told))
        self.add(SEALED, "".join(f"{line}\n" for line in lines).encode("ascii"))


class SealedCopy:
    """A sealed copy that is open for reading: a source of messages. StoppedError where it is none."""

    def __init__(self, root: Folder) -> None:
        self.root = root
        self.damaged: list[str] = []
        self.files: dict[str, _File] = {}
        self._sealed: dict[tuple[object, str], str] = {}
        self._identities: Identities | None = None
        self._read()

    def is_whole(self, path: str) -> bool:
        """Whether a file is on the disk as it was written; FileNotFoundError where there is none."""
        try:
            with self._inside(path) as (folder, name):
                found = folder.digest(name)
        except FileNotFoundError:
            raise
        except OSError:
            return False
        return _File(*found) == self.files[path]

    def open(self, identities: Identities) -> Contents:
        """What it holds, with the keys; StoppedError where none of them opens it."""
        self._identities = identities
        try:
            lines = self._decrypted(CONTENTS).splitlines()
        except (CannotDecryptError, OSError, KeyError) as error:
            raise StoppedError(
                _("cette clé n'ouvre pas cette copie chiffrée, ou sa liste est abîmée."),
                advice=_("Rien n'a été fait. Donnez la clé d'un de ses destinataires."),
            ) from error
        contents = Contents(damaged=list(self.damaged))
        for number, line in enumerate(lines, 1):
            try:
                record, file = decode(line), json.loads(line)["sealed"]
            except (ValueError, KeyError):
                contents.damaged.append(f"{CONTENTS}:{number}")
                continue
            self._sealed[record.source, record.sha256] = str(file)
            contents.folders.setdefault((record.account, record.folder), []).append(record)
        return contents

    def file_of(self, record: Record) -> str:
        """The file that holds a message."""
        return self._sealed[record.source, record.sha256]

    def pieces(self, record: Record) -> Iterator[bytes]:
        """The octets of a message; UnfitError where they are not its own."""
        path = self.file_of(record)
        try:
            octets = self._decrypted(path)
        except FileNotFoundError as error:
            raise UnfitError(missing=True) from error
        except (OSError, KeyError, CannotDecryptError) as error:
            raise UnfitError from error
        if (len(octets), sha256(octets).hexdigest()) != (record.size, record.sha256):
            raise UnfitError
        yield octets

    def _decrypted(self, path: str) -> bytes:
        """CannotDecryptError, OSError; KeyError for a path that the list does not tell of."""
        told = self.files[path]
        with self._inside(path) as (folder, name):
            if self._identities is None or folder.state(name).st_size != told.size:
                raise CannotDecryptError
            octets = b"".join(folder.pieces(name))
        return self._identities.decrypt(octets)

    @contextmanager
    def _inside(self, path: str) -> Iterator[tuple[Folder, str]]:
        folder, _slash, name = path.rpartition("/")
        if not folder:
            yield self.root, name
            return
        with self.root.child(folder) as inside:
            yield inside, name

    def _read(self) -> None:
        """The list of the files; what balt would not have written is damaged."""
        handle = self.root.open(SEALED)
        try:
            for number, raw in enumerate(lines_of(handle), 1):
                try:
                    self._learn(json.loads(raw), first=number == 1)
                except (ValueError, KeyError, TypeError, RecursionError):
                    self.damaged.append(f"{SEALED}:{number}")
        finally:
            os.close(handle)

    def _learn(self, told: Mapping[str, object], *, first: bool) -> None:
        if first:
            if told["balt_sealed"] != 1:
                raise ValueError("version")
            return
        path, digest, size = told["file"], told["sha256"], told["size"]
        if not isinstance(path, str) or not isinstance(digest, str) or type(size) is not int or size < 0:
            raise TypeError("file")
        if not _FILE.fullmatch(path) or not _SHA256.fullmatch(digest) or path in self.files:
            raise ValueError("file")
        self.files[path] = _File(digest, size)


@contextmanager
def reading_sealed(place: Path) -> Iterator[SealedCopy]:
    """A sealed copy, open for reading; StoppedError where there is none or the disk fails."""
    try:
        with Folder(place) as root:
            if SEALED not in root.names():
                raise not_an_archive()
            yield SealedCopy(root)
    except OSError as error:
        raise place_failed(error) from error


def check_sealed(
    place: Path, identities: Identities | None, on_progress: Progress = lambda _done, _total: None
) -> Checked:
    """Read everything again: each file as encrypted, and with keys what is in it too."""
    with reading_sealed(place) as copy:
        found = Checked(damaged=list(copy.damaged))
        contents = copy.open(identities) if identities is not None else None
        harmed: set[str] = set()
        paths = sorted(copy.files)
        for number, path in enumerate(paths, 1):
            try:
                if not copy.is_whole(path):
                    found.damaged.append(path)
                    harmed.add(path)
            except FileNotFoundError:
                found.missing.append(path)
                harmed.add(path)
            on_progress(number, len(paths))
        messages = [path for path in paths if path.startswith(f"{MESSAGES}/")]
        found.messages, found.ok = len(messages), len(messages) - len(harmed.intersection(messages))
        if contents is not None:
            _open_all(copy, contents, harmed, found)
        found.unknown += sorted(plain(path) for path in set(walk(copy.root)) - copy.files.keys() - {SEALED})
        return found


def _open_all(copy: SealedCopy, contents: Contents, harmed: set[str], found: Checked) -> None:
    """What is in the files: whether each message is what the archive's manifest said of it."""
    found.damaged += [line for line in contents.damaged if line not in found.damaged]
    found.messages, found.ok = contents.count, 0
    for record in (each for records in contents.folders.values() for each in records):
        path = copy.file_of(record)
        try:
            for _octets_of_it in copy.pieces(record):
                pass
            found.ok += path not in harmed
        except UnfitError as unfit:
            if path not in harmed:
                (found.missing if unfit.missing else found.damaged).append(plain(path))
