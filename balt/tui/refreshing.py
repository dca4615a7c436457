"""Reading again what the servers say: on the user's word, and once an act has changed something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balt.tui.shell import Shell

if TYPE_CHECKING:
    from balt.tui.desk import DirectoryDesk
    from balt.tui.engine import Engine
    from balt.tui.ledger import Ledger


class Refreshing(Shell):
    """The part of the app that asks again; what it asks are the app's."""

    desk: DirectoryDesk
    engine: Engine
    ledger: Ledger
    asking_directory = False

    def action_refresh(self) -> None:
        if self.is_furnished():
            for account in self.engine.accounts:
                self.read_again(account.address)
            self.read_directory()

    def read_directory(self) -> None:
        """Ask the directory again."""
        self.asking_directory = True
        self.desk.read(self.ledger.followed())

    def read_again(self, address: str) -> None:
        """Read a BAL again, and what view 3 shows of it. Of one at rest it is looked whether it answers, no
        more, and view 3 says so.
        """
        from balt.mailboxes.wording import rest_words

        self.engine.refresh(address)
        browse = self.messages.browse
        if browse.address == address and self.engine.rests(address):
            browse.note = rest_words()
            self.messages.repaint()
            if self.view is self.messages:
                self.tell(browse.note)
        elif browse.address == address:
            self.messages.read_folder()
        if self.view is self.journal:
            self.journal.reload()

    def wake(self, address: str) -> None:
        """Read a BAL that was at rest and has answered: it counts again."""
        self.engine.read_folders(address)
        if self.messages.browse.address == address:
            self.messages.read_folder()
