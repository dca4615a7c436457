"""The app: what the workers tell goes to the views, what the views ask goes to the workers."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from textual import on, work
from textual.css.query import NoMatches
from textual.widgets import ContentSwitcher

from balt.clock import Clock
from balt.config import Config
from balt.errors import CancelledError
from balt.i18n import _
from balt.secrets import Secrets
from balt.sheets.model import Target
from balt.tui import events, signals
from balt.tui.conversation import Conversation
from balt.tui.departing import Departing
from balt.tui.desk import DirectoryDesk
from balt.tui.engine import Engine
from balt.tui.ledger import Ledger
from balt.tui.passwords import PasswordAsker
from balt.tui.refreshing import Refreshing
from balt.tui.sheet_files import SheetFiles
from balt.tui.usual import USUAL_FOLDER

if TYPE_CHECKING:
    from balt.mailboxes.head_start import HeadStart
    from balt.mailboxes.model import MailboxStatus
    from balt.sheets.model import Evidence
    from balt.tui.newcomer import Newcomer

FIRST_MAIL = 2.0
"""Seconds, at most, that other views make way for the first mail."""
WANTS_DEMO = -1
"""What the app returns when the user, without any BAL, chose to see the demo."""


class BaltApp(Refreshing, Departing, SheetFiles):
    """balt on the screen. It knows servers only through the engine and the desk."""

    def __init__(
        self,
        config: Config,
        secrets: Secrets,
        clock: Clock,
        *,
        badge: str,
        state_dir: Path,
        ansi: bool,
        data_dir: Path | None = None,
        head_start: HeadStart | None = None,
        usual_folder: str = USUAL_FOLDER,
    ) -> None:
        super().__init__(config, clock, badge=badge, ansi=ansi)
        self.sheets_folder = usual_folder
        self.secrets = secrets
        self.evidence: list[Evidence] = []
        self.ledger = Ledger(config, clock, data_dir or state_dir, state_dir)
        self.engine = Engine(config, secrets, clock, state_dir, self.post_message, data_dir, head_start)
        self.desk = DirectoryDesk(config, secrets, clock, data_dir or state_dir, self.post_message)
        self.conversation = Conversation(self, self.engine)
        self._passwords = secrets.ask = PasswordAsker(self)
        self._newcomer: Newcomer | None = None
        self._no_mail = False

    @property
    def statuses(self) -> dict[str, MailboxStatus]:
        """The figures that came, by address."""
        return self.ledger.statuses

    def on_unmount(self) -> None:
        self._passwords.give_up()
        self.desk.stop()
        self.engine.stop()

    async def begin(self) -> None:
        """Once the first view is on screen: bring in the one that shows mail and open the lines to the
        servers; while they answer, bring in the other views.
        """
        from balt.tui.views.messages import MessagesView

        switcher = self.screen_stack[0].query_one(ContentSwitcher)
        await switcher.add_content(MessagesView(self.config, self.engine, self.clock))
        self.ready.add("messages")
        self.engine.at_rest = self.ledger.deleted()
        self.engine.prepare()
        self.open_wanted()
        if self.view is self.messages:
            self._begin_with_mail(switcher)
        else:
            self.engine.start()
            await self._furnish(switcher)

    @work(group="furnish")
    async def _begin_with_mail(self, switcher: ContentSwitcher) -> None:
        """What the index knows, then the first mail, then the other views: at once, each would be late."""
        await self._first_mail(lambda: not self.engine.recalling)
        self.engine.start()
        await self._first_mail(lambda: self._no_mail)
        with contextlib.suppress(NoMatches):  # balt is being left meanwhile
            await self._furnish(switcher)

    async def _first_mail(self, in_vain: Callable[[], bool]) -> None:
        """Wait until there are rows on screen, or it is known that none will come."""
        for _turn in range(int(FIRST_MAIL / 0.01)):
            if self.messages.browse.rows is not None or in_vain():
                return
            await asyncio.sleep(0.01)

    async def _furnish(self, switcher: ContentSwitcher) -> None:
        """The other views, and what they show. Their code is read from disk while the screen goes on."""
        reading = Thread(target=_read_views, name="balt views", daemon=True)
        reading.start()
        for _turn in range(int(FIRST_MAIL / 0.005)):
            if not reading.is_alive():
                break
            await asyncio.sleep(0.005)
        from balt.tui.views.annuaire import AnnuaireView
        from balt.tui.views.journal import JournalView
        from balt.tui.views.situations import SituationsView

        await switcher.add_content(AnnuaireView(self.clock, self.config.thresholds))
        await switcher.add_content(SituationsView(lambda: self.config, self.clock, self.sheets_folder))
        await switcher.add_content(JournalView(self.engine.acts.journal, self.clock, self.config.journal))
        self.ledger.load(self._trouble)
        self.furnished = True
        self.look_at_replies(*(each.address for each in self.ledger.statuses.values() if each.reachable))
        self.show_evidence()
        self.read_directory()
        self.open_wanted()
        if not self.config.accounts and not self.config.followed:
            self.newcomer.welcome()
        if not gc.isenabled():
            gc.freeze()  # what is there now stays: no later look for garbage goes through it
            gc.enable()

    @property
    def newcomer(self) -> Newcomer:
        """The way from nothing to a first BAL, and to a further one."""
        if self._newcomer is None:
            from balt.tui.newcomer import Newcomer

            self._newcomer = Newcomer(self)
        return self._newcomer

    def adopt(self, config: Config) -> None:
        """Go on with a configuration that has one BAL more."""
        self.config = config
        self.header.mailboxes = len(config.accounts)
        self.ledger.adopt(config)
        self.messages.browse.adopt(config)
        self.messages.restyle()
        self.desk.adopt(config)
        self.engine.adopt(config)
        self.read_directory()
        self.show_evidence()

    # Keys

    def action_add_mailbox(self) -> None:
        if self.is_furnished() and self.view is self.annuaire:
            self.annuaire.action_add()  # which knows the BAL under the cursor
        else:
            self.newcomer.ask()

    def action_quit_app(self) -> None:
        if self.conversation.acting:
            self.conversation.leave_after()
            self.tell(_("Un acte est en cours : balt se ferme après le lot en cours."))
        else:
            self.exit(0)

    async def action_quit(self) -> None:
        """Textual's own key, ctrl+q."""
        self.action_quit_app()

    # What the views ask

    def go_to(self, target: Target) -> None:
        """Open what a step is about: a BAL in view 2, a situation in view 4, messages already filtered."""
        if target.view == "annuaire":
            self.action_view_annuaire()
            self.annuaire.select(target.address)
            return
        if target.view == "situations":
            self.action_view_situations()
            return
        from balt.tui.views.message_rows import Order

        self.turn_to(self.messages)
        order = Order("size" if target.sort == "size" else "date", target.reverse)
        self.messages.open(target.address, target.folder, target.filter, order)
        if target.partial:
            self.tell(_("Le dossier qui en contient le plus. D'autres dossiers ou BAL en ont aussi."))

    @on(signals.AskPreview)
    def ask_preview(self, event: signals.AskPreview) -> None:
        self.engine.read_message(event.address, event.folder, event.uidvalidity, event.uid)

    @on(signals.AskPlan)
    def ask_plan(self, event: signals.AskPlan) -> None:
        self.conversation.ask(event.request)

    @on(signals.OpenMailbox)
    def open_mailbox(self, event: signals.OpenMailbox) -> None:
        self.go_to(Target(event.address, "INBOX"))

    @on(signals.DirectorySearch)
    def directory_search(self, event: signals.DirectorySearch) -> None:
        self.desk.search(event.text, event.number)

    @on(signals.AddMailbox)
    def add_mailbox(self, event: signals.AddMailbox) -> None:
        self.newcomer.ask(event.address)

    @on(signals.Follow)
    def follow_in_directory(self, event: signals.Follow) -> None:
        self.newcomer.follow(event.address)

    @on(signals.Written)
    def written(self, event: signals.Written) -> None:
        if self.ledger.write(event, self._trouble):
            self.show_evidence()

    # What the workers tell

    @on(events.FoldersRead)
    def folders_read(self, event: events.FoldersRead) -> None:
        self.messages.folders_read(event)
        self.refresh_footer()

    @on(events.StatusTaken)
    def status_taken(self, event: events.StatusTaken) -> None:
        from balt.tui.awaited import status_of

        status = status_of(event, self.ledger) if event.refused else event.status
        rested = self.engine.rests(status.address)
        self.statuses[status.address] = status
        if status.reachable:
            self.look_at_replies(status.address)
        else:
            self.messages.unreachable(status.address, status.error or "", rests=rested)
        self.ledger.measured(status.address, self._trouble)
        self.show_evidence()
        if rested and not self.engine.rests(status.address):
            self.wake(status.address)

    @on(events.DirectoryRead)
    def directory_read(self, event: events.DirectoryRead) -> None:
        self.asking_directory = event.more
        if not event.more or self.ledger.directory.api is None:  # half an answer hides no whole one
            self.ledger.directory = event.view
            self.ledger.learn(self._trouble)
        self.show_evidence()

    @on(events.DirectoryFound)
    def directory_found(self, event: events.DirectoryFound) -> None:
        from balt.tui.dialogs.search_directory import SearchDirectory

        for screen in self.screen_stack:
            if isinstance(screen, SearchDirectory):
                screen.show(event.answer, event.error, event.number, more=event.more)

    @on(events.ListingRead)
    def listing_read(self, event: events.ListingRead) -> None:
        self.messages.listing_read(event)
        self.refresh_footer()

    @on(events.FolderChanged)
    def folder_changed(self, event: events.FolderChanged) -> None:
        self.messages.folder_changed(event)

    @on(events.AttachmentsRead)
    def attachments_read(self, event: events.AttachmentsRead) -> None:
        self.messages.attachments_read(event)

    @on(events.ReceiptsRead)
    def receipts_read(self, event: events.ReceiptsRead) -> None:
        branches = self.messages.browse.branches
        known = replace(branches[event.address], findings=event.findings, validities=event.validities)
        branches[event.address] = known
        self.messages.repaint("#detail")

    @on(events.ListingFailed)
    def listing_failed(self, event: events.ListingFailed) -> None:
        from balt.tui.awaited import as_awaited

        event.error = as_awaited(event.error, event.address, self.ledger, self.clock.now())
        self.messages.listing_failed(event)
        self._no_mail = True

    @on(events.DetailsRead)
    def details_read(self, event: events.DetailsRead) -> None:
        self.messages.details_read(event)

    @on(events.Progress)
    def progress(self, event: events.Progress) -> None:
        self.messages.progress(event)

    @on(events.PreviewRead)
    def preview_read(self, event: events.PreviewRead) -> None:
        from balt.mail.whole import EVERYWHERE
        from balt.tui.dialogs.message_page import MessagePager
        from balt.tui.documents import MessagePlace
        from balt.tui.views.message_kind import with_kind

        browse = self.messages.browse
        here = browse.shows(event.address, event.folder) or browse.shows(event.address, EVERYWHERE)
        if browse.hides_text or not here or browse.listing is None or len(self.screen_stack) > 1:
            return  # the user has gone elsewhere, or put the mask on, meanwhile
        parts = {name: browse.listing.part_of(name).uidvalidity for name in browse.listing.folders}
        if parts.get(event.folder) != event.uidvalidity:
            return  # the folder was made anew meanwhile: there it is another message
        mail = browse.message(browse.listing.key_of(event.folder, event.uid))
        place = MessagePlace(event.address, event.folder, event.uidvalidity, event.uid)
        date, preview = mail.date if mail else None, with_kind(event.preview, browse, mail)
        self.push_screen(MessagePager(preview, date, self.engine.documents, place))

    @on(events.PlanDrafted)
    @on(events.DraftProgress)
    @on(events.PlanProgress)
    def plan_goes_on(self, event: events.PlanStep) -> None:
        self.conversation.goes_on(event)

    @on(events.PlanApplied)
    def plan_applied(self, event: events.PlanApplied) -> None:
        self.conversation.applied(event)
        self.read_again(event.plan.address)

    @on(events.PlanFailed)
    def plan_failed(self, event: events.PlanFailed) -> None:
        if not self.conversation.failed(event) and not isinstance(event.error, CancelledError):
            self.tell(str(event.error), grave=True)

    @on(events.ActsSettled)
    def acts_settled(self, event: events.ActsSettled) -> None:
        for sentence in event.sentences:
            self.tell(_("%(mailbox)s : %(message)s") % {"mailbox": event.address, "message": sentence})

    @on(events.Problem)
    def problem(self, event: events.Problem) -> None:
        from balt.tui.awaited import as_awaited

        error = as_awaited(event.error, event.error.mailbox, self.ledger, self.clock.now())
        self.tell(str(error), grave=error is event.error)

    # Inside

    def show_evidence(self) -> None:
        """Judge again from all that is known now, and show it in every view that tells of it."""
        from balt.tui.views.gauge import alarm_of, worst_sign

        waiting = [a for a in self.engine.accounts if a.address not in self.statuses]
        practice = self.ledger.practice()
        self.evidence = self.judge(
            practice, reading=bool(waiting), settled=self.furnished and not self.asking_directory
        )
        self.header.state = _("lecture…") if waiting else worst_sign(self.evidence)
        self.header.alarm = alarm_of(practice)
        if self.furnished:
            self.header.mailboxes = sum(each.counts for each in practice.mailboxes)
            self.engine.at_rest = frozenset(each.address.lower() for each in practice.mailboxes if each.rests)
            self.annuaire.show(
                (*practice.mailboxes, *practice.others),
                practice.directory,
                reading=bool(waiting) or self.asking_directory,
                situations=practice.situations,
            )
            self.situations.show(practice)
            self.refresh_footer()

    def restyle(self) -> None:
        super().restyle()
        self.show_evidence()

    def _trouble(self, sentence: str) -> None:
        self.tell(sentence, grave=True)


def _read_views() -> None:
    """Have the code of the views that come later in memory. In a daemon thread: it never keeps balt from
    ending.
    """
    for name in ("annuaire", "situations", "journal"):
        importlib.import_module(f"balt.tui.views.{name}")
