"""The key of the mark "intégré au logiciel métier": on what is marked, else on what is under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from balt.errors import BaltError, CancelledError
from balt.i18n import _
from balt.mail.model import Flag
from balt.tui import signals
from balt.tui.views.cleanup_keys import CleanupKeys

if TYPE_CHECKING:
    from balt.cleanup.marking import MarkResult
    from balt.mail.listing import Listing
    from balt.tui.dialogs.mark import MarkDialog


class MarkKeys(CleanupKeys):
    """What concerns the mark in the messages view, which is what it acts on."""

    _dialog: MarkDialog | None = None
    _marking = ""
    """The BAL in which marks are being set; "" when none are."""

    class Advanced(Message):
        """So many messages are dealt with."""

        def __init__(self, done: int) -> None:
            super().__init__()
            self.done = done

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, MarkKeys.Advanced)

    class Marked(Message):
        """It ended; ``result`` is the true account."""

        def __init__(self, result: MarkResult) -> None:
            super().__init__()
            self.result = result

    class Failed(Message):
        """It could not begin."""

        def __init__(self, error: BaltError) -> None:
            super().__init__()
            self.error = error

    if TYPE_CHECKING:  # what MessagesView adds

        def read_folder(self) -> None: ...

    def action_integrate(self) -> None:
        """Mark the messages that are not marked yet; where all are, take the marks back."""
        browse, listing = self.browse, self.browse.listing
        if self._refuses("integrate") or listing is None:
            return
        places = browse.chosen(self.table.cursor)
        wanted = [place for place in places if not listing.flags[place] & Flag.INTEGRATED]
        on = bool(wanted)
        self._propose(listing, wanted or places, on=on)

    def why_not_integrate(self) -> str:
        """Why marks cannot be set now, or ""."""
        browse = self.browse
        if self._marking:
            return _("Des marques sont déjà en cours : un instant.")
        if browse.address in browse.branches and browse.branches[browse.address].failed:
            return _("Cette BAL n'a pas répondu : R pour réessayer.")
        return ""

    def _propose(self, listing: Listing, places: list[int], *, on: bool) -> None:
        """One message is marked at once; more are asked about first."""
        if not places:
            return
        folders = listing.split(listing.uids[place] for place in places)
        choices = [(listing.part_of(folder), uids) for folder, uids in folders.items()]
        address = self.browse.address

        def act() -> None:
            self._begin(address, choices, on=on)

        if len(places) == 1:
            act()
            return
        from balt.tui.dialogs.mark import MarkDialog

        size = sum(max(listing.sizes[place], 0) for place in places)
        hidden = self.browse.hidden(places)
        stop = self.engine.marking.stop
        self._dialog = MarkDialog((len(places), size), hidden, act, stop, on=on)
        self.app.push_screen(self._dialog, self._dialog_closed)

    def _begin(self, address: str, choices: list[tuple[Listing, list[int]]], *, on: bool) -> None:
        self._marking = address
        self.engine.marking.mark(
            address,
            choices,
            lambda done, _total: self.post_message(self.Advanced(done)),
            lambda result: self.post_message(self.Marked(result)),
            lambda error: self.post_message(self.Failed(error)),
            on=on,
        )

    def _dialog_closed(self, _nothing: None) -> None:
        self._dialog = None

    @on(Advanced)
    def _advanced(self, event: Advanced) -> None:
        event.stop()
        if self._dialog is not None:
            self._dialog.progressed(event.done)

    @on(Marked)
    def _marked(self, event: Marked) -> None:
        from balt.cleanup import mark_words

        event.stop()
        result = event.result
        told = [*mark_words.account_lines(result), *([str(result.stopped)] if result.stopped else [])]
        grave = result.stopped is not None and not isinstance(result.stopped, CancelledError)
        self._end(_("%s.") % _(" ; ").join(told), grave=grave)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        event.stop()
        self._end(str(event.error), grave=not isinstance(event.error, CancelledError))

    def _end(self, sentence: str, *, grave: bool) -> None:
        address, self._marking = self._marking, ""
        if self._dialog is not None:
            self._dialog.end()
        self.post_message(signals.Say(sentence, grave=grave))
        self.engine.refresh(address)
        if self.browse.address == address:
            self.read_folder()
