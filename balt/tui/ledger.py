"""What the app knows of the practice at this moment, and what the user writes down about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.config import Config
from balt.errors import BaltError
from balt.mailboxes.directory_view import DirectoryView
from balt.tui import signals

if TYPE_CHECKING:
    from balt.cases.model import Case
    from balt.mailboxes.model import Answer, MailboxStatus
    from balt.mailboxes.practice import Practice
    from balt.mailboxes.situation_file import BookView

Tell = Callable[[str], object]
"""Says a sentence to the user."""

_WAIT_SECONDS = 0.1
"""For another balt that writes: the screen stands still meanwhile."""


class Ledger:
    """Figures and directory as the workers bring them; answers and situations as they are on disk."""

    def __init__(self, config: Config, clock: Clock, folder: Path) -> None:
        self.config = config
        self.statuses: dict[str, MailboxStatus] = {}
        self.directory = DirectoryView()
        self._clock = clock
        self._folder = folder
        self._answers: Mapping[str, tuple[Answer, ...]] = {}
        self._book: BookView | None = None
        self._cases: tuple[Case, ...] = ()

    def adopt(self, config: Config) -> None:
        """Go on with another configuration: the directory was not asked about it yet."""
        self.config = config
        self.directory = DirectoryView()

    def practice(self) -> Practice:
        """All that is known now, judged."""
        from balt.cases.verdicts import findings
        from balt.mailboxes.practice import practice_of
        from balt.mailboxes.situation_file import BookView

        book, now = self._book or BookView(), self._clock.now()
        leaving = findings(self._cases, now)
        return practice_of(self.config, self.statuses, self.directory, self._answers, book, now, leaving)

    def load(self, tell: Tell) -> None:
        """Read the answers and the situations; what cannot be read is told, and counts as not there."""
        from balt.cases.book import CaseBook
        from balt.mailboxes.notebook import Notebook
        from balt.mailboxes.situations import SituationBook

        self._notebook = Notebook(self._folder, self._clock, self.config.person.name, wait=_WAIT_SECONDS)
        self._situations = SituationBook(self._folder, self._clock, wait=_WAIT_SECONDS)
        try:
            self._answers = self._notebook.answers()
        except BaltError as error:
            tell(str(error))
        try:
            self._book = self._situations.view()
        except BaltError as error:
            tell(str(error))
        try:
            self._cases = CaseBook(self._folder, self._clock).cases()
        except BaltError as error:
            tell(str(error))

    def learn_situations(self, tell: Tell) -> None:
        """Keep the situations that the directory gives of the holder."""
        from balt.mailboxes.practice import own_situations

        found, whole = own_situations(self.directory, self.config.person)
        if not found and not (self._book and self._book.situations):
            return  # nothing to keep: a look at an empty directory leaves no file behind
        try:
            self._situations.merge(found, whole)
            self._book = self._situations.view()
        except BaltError as error:
            tell(str(error))

    def write(self, event: signals.Written, tell: Tell) -> bool:
        """Keep what the user wrote; False, and a sentence, when it cannot be kept."""
        try:
            self._write(event)
            self._answers = self._notebook.answers()
            self._book = self._situations.view()
        except BaltError as error:
            tell(str(error))
            return False
        return True

    def _write(self, event: signals.Written) -> None:
        match event:
            case signals.AnswerGiven():
                self._notebook.answer(event.address, event.question, event.value, event.note)
            case signals.LinkSituation():
                self._situations.serve(event.address, event.situation, event.yes)
            case signals.PreferMailbox():
                self._situations.prefer(event.situation, event.address)
            case signals.AddSituation():
                self._situations.add(event.structure, event.town, event.mode)
            case signals.RemoveSituation():
                self._situations.remove(event.situation)
