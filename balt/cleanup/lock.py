"""One act at a time on a mailbox: a second balt would take the first one's work in hand for a crash."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from balt.cleanup.ports import Owner, server_of
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir
from balt.text import plain


@contextmanager
def mailbox_lock(state: Path, owner: Owner) -> Iterator[None]:
    """Hold the lock of this mailbox, in balt's state folder; StoppedError when another balt holds it."""
    name = hashlib.sha256(f"{server_of(owner)}\n{owner.username}".encode()).hexdigest()[:32]
    try:
        private_dir(state)
        folder = private_dir(state / "locks")
        lock = filelock.FileLock(folder / f"{name}.lock", timeout=0, mode=0o600)
        lock.acquire()
    except filelock.Timeout as error:
        raise StoppedError(
            _("un autre balt travaille déjà sur cette BAL."),
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
        yield
    finally:
        lock.release()


def no_locks(mailbox: str = "") -> StoppedError:
    """What to say where the disk of the state folder knows no locks (some network drives)."""
    return StoppedError(
        _("le dossier d'état de balt est sur un disque qui ne permet pas de verrouiller un fichier."),
        advice=_("Rien n'a été fait. Placez ce dossier sur un disque de cet ordinateur (XDG_STATE_HOME)."),
        mailbox=mailbox,
    )
