"""The keys that clean up: to the trash, for good, into the archive, to make room. Each asks for a plan."""

from typing import TYPE_CHECKING

from balt.cleanup.plan import Act, Guard
from balt.i18n import _
from balt.mail.model import FolderRole
from balt.tui import signals
from balt.tui.requests import CleanupRequest, sizes_offered
from balt.tui.views.filter_keys import FilterKeys
from balt.tui.views.folder_rows import Branch

if TYPE_CHECKING:
    from balt.cleanup.freeing import Wish


class CleanupKeys(FilterKeys):
    """Acts on what is marked, else on what is under the cursor; nothing happens before one is agreed to."""

    if TYPE_CHECKING:  # what MessagesView adds

        def branch_meant(self) -> Branch | None: ...

    def action_trash(self) -> None:
        self._ask("trash", Act.TRASH)

    def action_remove(self) -> None:
        self._ask("remove", Act.DELETE)

    def action_archive(self) -> None:
        self._ask("archive", Act.KEEP)

    def action_archive_whole(self) -> None:
        branch = self.branch_meant()
        if branch is None or self._refuses("archive_whole"):
            return
        address = branch.account.address
        request = CleanupRequest.to_archive_all(address, branch.folders, self.engine.archives)
        self.post_message(signals.AskPlan(request))

    def action_lighten(self) -> None:
        self._ask("lighten", Act.DETACH)

    def action_empty_trash(self) -> None:
        branch = self.branch_meant()
        if branch is not None and not self._refuses("empty_trash"):
            address = branch.account.address
            request = CleanupRequest(address, branch.folders, archives=self._archives(branch))
            self.post_message(signals.AskPlan(request))

    def action_undo(self) -> None:
        branch = self.branch_meant()
        if branch is not None and not self._refuses("undo"):
            self.post_message(
                signals.AskPlan(CleanupRequest(branch.account.address, branch.folders, Act.UNDO))
            )

    def action_make_room(self) -> None:
        from balt.tui.dialogs.room import RoomDialog

        branch = self.branch_meant()
        if branch is None or self._refuses("make_room"):
            return

        def chosen(wish: "Wish | None") -> None:
            if wish is not None:
                self._ask_room(branch, wish)

        self.app.push_screen(RoomDialog(branch.account.address, branch.quota), chosen)

    def _archives(self, branch: Branch) -> str:
        """Where messages would be archived; "" for a discreet access, which must not see what they hold."""
        return "" if branch.account.discreet else self.engine.archives

    def _ask_room(self, branch: Branch, wish: "Wish") -> None:
        archives = self._archives(branch)
        request = CleanupRequest(
            branch.account.address,
            branch.folders,
            Act.DELETE,
            wish=wish,
            archives=archives,
            archive=archives,
        )
        self.post_message(signals.AskPlan(request))

    def _ask(self, name: str, act: Act) -> None:
        browse, listing = self.browse, self.browse.listing
        if self._refuses(name) or listing is None:
            return
        places = browse.chosen(self.table.cursor)
        if not places:
            return
        include = frozenset({Guard.UNREAD}) if browse.takes_unread(places) else frozenset()
        folders = listing.split(listing.uids[place] for place in places)
        if act is Act.TRASH and folders.keys() <= self._trash_names():
            act = Act.EMPTY_TRASH
        archives = self._archives(browse.branches[browse.address])
        if act in (Act.KEEP, Act.DETACH) and not archives:
            self._say_discreet()
            return
        largest = max(listing.sizes[place] for place in places)
        sizes, larger = sizes_offered(browse.config.thresholds.large_attachment, largest)
        request = CleanupRequest(
            browse.address,
            browse.folders,
            act,
            tuple((listing.part_of(folder), uids) for folder, uids in folders.items()),
            include=include,
            hidden=browse.hidden(places),
            archives=archives,
            archive=archives if act in (Act.DELETE, Act.KEEP, Act.DETACH) else "",
            sizes=sizes,
            larger=larger,
        )
        self.post_message(signals.AskPlan(request))

    def _say_discreet(self) -> None:
        self.post_message(signals.Say(_("Accès discret : le contenu des messages n'est pas archivé.")))

    def _trash_names(self) -> set[str]:
        return {folder.name for folder in self.browse.folders if folder.role is FolderRole.TRASH}
