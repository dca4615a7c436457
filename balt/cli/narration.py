"""What a command tells on standard error while it reads a BAL: how far it is, and what was refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from balt.cli.ending import fail, tell, worst
from balt.cli.output import Progress
from balt.config import Account
from balt.errors import BaltError, CancelledError, RefusedError
from balt.i18n import _
from balt.mail.model import Folder
from balt.units import format_size


class Narration:
    """Of one BAL. ``code`` is the exit code that what failed makes."""

    def __init__(self, account: Account) -> None:
        self._mailbox = account.address
        self.progress = Progress()
        self.code = 0

    @contextmanager
    def of_failures(self) -> Iterator[None]:
        """While the BAL is read: one that fails is told, and the command goes on with what it has."""
        try:
            yield
        except CancelledError:
            raise
        except BaltError as error:
            self.progress.clear()
            fail(error)
            self.code = worst(self.code, error.exit_code)
        self.progress.clear()

    def read(self, folder: str, done: int, total: int) -> None:
        """A folder is being listed."""
        told = {"mailbox": self._mailbox, "folder": folder, "done": done, "total": total}
        self.progress.show(_("%(mailbox)s : %(folder)s, %(done)d sur %(total)d") % told)

    def read_of(self, folder: str, done: int, total: int) -> None:
        """The messages of a folder are being read."""
        told = {"mailbox": self._mailbox, "folder": folder, "done": done, "total": total}
        self.progress.show(_("%(mailbox)s : %(folder)s, %(done)d messages lus sur %(total)d") % told)

    def octets(self, done: int, total: int) -> None:
        """Whole messages are being read and compared."""
        told = {"mailbox": self._mailbox, "done": format_size(done), "total": format_size(total)}
        self.progress.show(_("%(mailbox)s : %(done)s comparés sur %(total)s") % told)

    def refused(self, folder: Folder, error: RefusedError) -> None:
        """The server did not open a folder; the others are read."""
        self.progress.clear()
        told = {"mailbox": self._mailbox, "folder": folder.label, "message": error.message}
        tell(_("%(mailbox)s, dossier %(folder)s : %(message)s") % told)
        self.code = worst(self.code, error.exit_code)
