"""The key that takes back the act under the cursor of the journal."""

from typing import TYPE_CHECKING

from textual.containers import Vertical

from balt.cleanup.plan import Act
from balt.i18n import _
from balt.tui import signals
from balt.tui.requests import CleanupRequest

if TYPE_CHECKING:
    from balt.cleanup.deeds import Entry


class JournalUndo(Vertical):
    """What concerns it in the journal view, which is what it acts on."""

    if TYPE_CHECKING:  # what JournalView adds

        @property
        def entry_meant(self) -> Entry | None: ...

    def action_undo(self) -> None:
        """Show what would go back; whether it can is said there, by what the journal knows of the act."""
        entry = self.entry_meant
        if entry is None or not (entry.deed.plan and entry.deed.mailbox):
            self.post_message(signals.Say(_("Cette ligne du journal n'est pas un acte sur une BAL.")))
            return
        deed = entry.deed
        request = CleanupRequest(deed.mailbox, (), Act.UNDO, undoes=deed.plan)
        self.post_message(signals.AskPlan(request))
