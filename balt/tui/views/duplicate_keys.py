"""The key that shows what the BAL holds twice, and the plan that follows."""

from balt.cleanup.plan import Act
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.duplicates import refuse_reading
from balt.tui import signals
from balt.tui.requests import CleanupRequest
from balt.tui.views.branches import why_not_act
from balt.tui.views.export_keys import ExportKeys


class DuplicateKeys(ExportKeys):
    """What concerns duplicates in the messages view, which is what it acts on."""

    def action_duplicates(self) -> None:
        from balt.tui.dialogs.duplicates import DuplicatesDialog, Wanted

        branch = self.branch_meant()
        if branch is None or self._refuses("duplicates"):
            return
        address, jobs = branch.account.address, self.engine.duplicates

        def find(dialog: DuplicatesDialog) -> None:
            jobs.find(address, dialog.advanced, dialog.ended, dialog.ended)

        def why_not(act: Act) -> str:
            return why_not_act(self.browse.branches[address], needs_trash=act is Act.TRASH)

        def wanted(what: Wanted | None) -> None:
            if what is not None:
                archives = self.engine.archives
                request = CleanupRequest(
                    address,
                    self.browse.branches[address].folders,
                    what.act,
                    what.found.choices(what.meant),
                    archives=archives,
                    archive=archives if what.act is Act.DELETE else "",
                    duplicates=what.meant,
                )
                self.post_message(signals.AskPlan(request))

        masked = self.browse.masked
        self.app.push_screen(DuplicatesDialog(address, find, jobs.stop, why_not, masked=masked), wanted)

    def why_not_duplicates(self) -> str:
        """Why they cannot be looked for now, or ""."""
        branch = self.branch_meant()
        if branch is None:
            return _("Aucune BAL n'est ouverte.")
        try:
            refuse_reading(branch.account)
        except UsageError as error:
            return error.message
        return why_not_act(branch, needs_trash=False, changes=False)
