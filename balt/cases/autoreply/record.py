"""What this computer remembers of the auto-reply of a BAL: what was installed, and the scripts found before.

A small private file for each BAL, and beside it each script of the person that balt has seen in service, by
its hash: written before anything is asked of the server, never changed, never deleted.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from balt.cases.autoreply.script import digest_of
from balt.cleanup.ports import Owner, server_of
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain

_MOST = 4 * 1024 * 1024


class Phase(StrEnum):
    """Where it stands: begun and not known to be ended, in service, or not."""

    INSTALLING = "installing"
    INSTALLED = "installed"
    REMOVING = "removing"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Record:
    """``script`` is the SHA-256 (hex) of what balt put on the server, ``since`` when (RFC 3339), ``act`` the
    name of the act in the journal. ``listed`` are the scripts on the server, name and SHA-256, where none was
    in service before; ``uncovered`` is one of the person that came out then, and that no script calls.
    """

    phase: Phase
    act: str
    script: str = ""
    since: str = ""
    listed: dict[str, str] | None = None
    uncovered: str = ""


class Records:
    """The memory of one BAL. StoppedError where it cannot be read or written: then nothing is done."""

    def __init__(self, state: Path, owner: Owner) -> None:
        name = hashlib.sha256(f"{server_of(owner)}\n{owner.username}\n{owner.address}".encode()).hexdigest()
        self._folder = state / "autoreply" / name[:32]
        self._mailbox = owner.address

    def load(self) -> Record | None:
        """What was remembered last."""
        try:
            with (self._folder / "record.json").open("rb") as file:
                told = json.loads(file.read(_MOST))
            return Record(
                Phase(told["phase"]),
                str(told["act"]),
                str(told.get("script", "")),
                str(told.get("since", "")),
                _texts(told.get("listed")),
                str(told.get("uncovered", "")),
            )
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed(error) from error
        except (ValueError, KeyError, TypeError, RecursionError):
            return None  # the server is asked, and knows

    def save(self, record: Record) -> None:
        """Remember this instead."""
        try:
            self._make()
            write_private(self._folder / "record.json", json.dumps(asdict(record)).encode("ascii"))
        except OSError as error:
            raise self._failed(error) from error

    def keep(self, script: bytes) -> Path:
        """Keep a copy of a script of the person, and say where."""
        path = self._folder / f"{digest_of(script)}.sieve"
        try:
            self._make()
            if not path.exists() or path.read_bytes() != script:
                write_private(path, script)
        except OSError as error:
            raise self._failed(error) from error
        return path

    def kept(self, digest: str) -> bytes | None:
        """The copy of a script of this hash; None where there is none that is whole."""
        try:
            script = (self._folder / f"{digest}.sieve").read_bytes() if digest.isalnum() else b""
        except OSError:
            return None
        return script if digest_of(script) == digest else None

    def _make(self) -> None:
        private_dir(self._folder.parent.parent)
        private_dir(self._folder.parent)
        private_dir(self._folder)

    def _failed(self, error: OSError) -> StoppedError:
        return StoppedError(
            _("le dossier d'état de balt ne peut pas être écrit : %s.")
            % plain(error.strerror or type(error).__name__),
            advice=_("Rien n'a été fait. Vérifiez la place et les droits, puis recommencez."),
            mailbox=self._mailbox,
        )


def _texts(told: object) -> dict[str, str] | None:
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else None
