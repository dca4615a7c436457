"""The key that hands documents over to the business software: of what is marked, else under the cursor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from balt.i18n import _
from balt.mail.facts import read_facts
from balt.tui import signals
from balt.tui.views.mark_keys import MarkKeys

if TYPE_CHECKING:
    from balt.cleanup.handover.model import HandedOver, Letter
    from balt.cleanup.handover.taking import Wanted
    from balt.mail.listing import Listing


class ExportKeys(MarkKeys):
    """What concerns handing over in the messages view, which is what it acts on."""

    def action_export(self) -> None:
        from balt.tui.dialogs.export import ExportDialog
        from balt.tui.dialogs.export_lines import Chosen

        browse, listing = self.browse, self.browse.listing
        if self._refuses("export") or listing is None:
            return
        places = browse.chosen(self.table.cursor)
        if not places:
            return
        folders = listing.split(listing.uids[place] for place in places)
        choices = [(listing.part_of(folder), uids) for folder, uids in folders.items()]
        facts = [read_facts(listing.facts[place]) if place < len(listing.facts) else None for place in places]
        chosen = Chosen(
            len(places),
            sum(max(listing.sizes[place], 0) for place in places),
            sum(1 for each in facts if each is not None and each.attachments),
            sum(1 for each in facts if each is None),
            browse.hidden(places),
        )
        address, exporting = browse.address, self.engine.exporting

        def begin(place: Path, wanted: Wanted) -> None:
            told = (dialog.advanced, dialog.ended, dialog.ended)
            exporting.hand_over(address, choices, place, wanted, *told)

        def closed(integrated: HandedOver | None) -> None:
            done = dialog.state.done
            if integrated is not None:
                self._mark_handed_over(address, listing, integrated.whole)
            elif done is not None and done.whole:
                self._tell_later(address, done)

        name = browse.config.export.name
        dialog = ExportDialog(address, chosen, exporting.place(), name, begin, exporting.stop)
        self.app.push_screen(dialog, closed)

    def why_not_export(self) -> str:
        """Why documents cannot be handed over now, or "". Mail in files gives its own too."""
        branch = self.browse.branches.get(self.browse.address)
        if branch is None or not len(self.browse.shown or ()):
            return _("Aucun message à l'écran.")
        if branch.account.discreet:
            return _("Accès discret : le contenu des messages n'est pas exporté.")
        return _("Cette BAL n'a pas répondu : R pour réessayer.") if branch.failed else ""

    def _mark_handed_over(self, address: str, listing: Listing, letters: list[Letter]) -> None:
        """Mark the messages of which all was handed over, as their listing names them."""
        if reason := self.why_not_integrate():
            self.post_message(signals.Say(reason))
            return
        uids: dict[str, list[int]] = {}
        for letter in letters:
            uids.setdefault(letter.folder, []).append(letter.uid)
        self._begin(address, [(listing.part_of(folder), its) for folder, its in uids.items()], on=True)

    def _tell_later(self, address: str, done: HandedOver) -> None:
        from balt.cleanup.handover import words

        hint = words.mark_hint([address], str(done.folder))
        self.post_message(signals.Say(_("Rien n'est marqué. %s") % hint))
