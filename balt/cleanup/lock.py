"""One act at a time on a mailbox: a second balt would take the first one's work in hand for a crash.

The lock is the system's own, and ends with the process that holds it. Beside it stands a small file that says
who that is, for the sentence that the other balt shows: nothing is decided by it.
"""

import getpass
import hashlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import filelock

from balt.cleanup.ports import Owner, server_of
from balt.clock import Clock, SystemClock
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain
from balt.units import format_moment

_MOST = 4_000
_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on a mailbox: the process, its machine, its user there, since when (RFC 3339), and the id of
    the plan that it carries out, "" for none.
    """

    pid: int
    host: str
    user: str
    since: str
    act: str = ""

    @property
    def sentence(self) -> str:
        """Who it is, as a person reads it; ValueError where that is not known."""
        told = {"pid": self.pid, "host": plain(self.host, 100), "user": plain(self.user, 100)}
        since = format_moment(datetime.fromisoformat(self.since))
        return _(
            "un autre balt (pid %(pid)s sur %(host)s, utilisateur %(user)s, depuis le %(since)s) travaille "
            "déjà sur cette BAL."
        ) % {**told, "since": since}


@contextmanager
def mailbox_lock(state: Path, owner: Owner, act: str = "", clock: Clock = _CLOCK) -> Iterator[None]:
    """Hold the lock of this mailbox, in balt's state folder; StoppedError, which says who holds it, when
    another balt does. ``act`` is the id of the plan that is to be carried out.

    A mailbox is known by the user whose it is: one login may open several (``authorization_identity``).
    """
    user = owner.authorization_identity or owner.username
    name = hashlib.sha256(f"{server_of(owner)}\n{user}".encode()).hexdigest()[:32]
    about = state / "locks" / f"{name}.json"
    try:
        private_dir(state)
        folder = private_dir(state / "locks")
        lock = filelock.FileLock(folder / f"{name}.lock", timeout=0, mode=0o600)
        lock.acquire()
    except filelock.Timeout as error:
        raise StoppedError(
            _held_by(about),
            advice=_("Rien n'a été fait. Attendez qu'il ait fini, puis recommencez."),
            mailbox=owner.address,
        ) from error
    except NotImplementedError as error:
        raise no_locks(owner.address) from error
    except OSError as error:
        raise StoppedError(
            _("le dossier d'état de balt ne peut pas être écrit : %s.")
            % plain(error.strerror or type(error).__name__),
            advice=_("Rien n'a été fait. Vérifiez la place et les droits, puis recommencez."),
            mailbox=owner.address,
        ) from error
    try:
        _tell(about, act, clock)
        yield
    finally:
        with suppress(OSError):  # left there, it is written over by the next one
            about.unlink(missing_ok=True)
        lock.release()


def no_locks(mailbox: str = "") -> StoppedError:
    """What to say where the disk of the state folder knows no locks (some network drives)."""
    return StoppedError(
        _("le dossier d'état de balt est sur un disque qui ne permet pas de verrouiller un fichier."),
        advice=_("Rien n'a été fait. Placez ce dossier sur un disque de cet ordinateur (XDG_STATE_HOME)."),
        mailbox=mailbox,
    )


def _tell(about: Path, act: str, clock: Clock) -> None:
    """Say who holds the lock; a disk that does not take it is the journal's affair."""
    since = clock.now().isoformat(timespec="seconds")
    holder = Holder(os.getpid(), socket.gethostname(), system_user(), since, act)
    with suppress(OSError):
        write_private(about, json.dumps(asdict(holder)).encode("ascii"))


def _held_by(about: Path) -> str:
    """Who holds the lock; without a name where its file is not there yet, or is not what balt writes."""
    with suppress(OSError, ValueError, TypeError, RecursionError):
        with about.open("rb") as file:
            content = json.loads(file.read(_MOST))
        if isinstance(content, dict) and all(type(value) in (int, str) for value in content.values()):
            return Holder(**content).sentence
    return _("un autre balt travaille déjà sur cette BAL.")


def system_user() -> str:
    """The user of this machine as the system knows it, by name where there is one, whatever variables say."""
    if os.name == "posix":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return str(os.getuid())
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
