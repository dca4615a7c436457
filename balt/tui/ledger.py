"""What the app knows of the practice at this moment, and what the user writes down about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.config import Config
from balt.errors import BaltError
from balt.mailboxes.directory_view import DirectoryView
from balt.tui import signals

if TYPE_CHECKING:
    from balt.cases.autoreply.state import State
    from balt.cases.book import CaseBook
    from balt.cases.model import Case, Happened, Look
    from balt.cases.replies import Heard
    from balt.directory.model import BalKind, DirectoryEntry
    from balt.mailboxes.holders import Holder
    from balt.mailboxes.model import Answer, MailboxStatus
    from balt.mailboxes.operator.figures import OperatorFigure
    from balt.mailboxes.practice import Practice
    from balt.mailboxes.situation_file import BookView
    from balt.mailboxes.supports import SupportView
    from balt.mailboxes.way_out import WayOut

Tell = Callable[[str], object]
"""Says a sentence to the user."""

_WAIT_SECONDS = 0.1
"""For another balt that writes: the screen stands still meanwhile."""


class Ledger:
    """Figures and directory as the workers bring them; answers and situations as they are on disk."""

    def __init__(self, config: Config, clock: Clock, folder: Path, state: Path | None = None) -> None:
        self.config = config
        self.statuses: dict[str, MailboxStatus] = {}
        self.directory = DirectoryView()
        self._clock = clock
        self.folder = folder
        self.state = state or folder
        self._answers: Mapping[str, tuple[Answer, ...]] = {}
        self._operator: Mapping[str, OperatorFigure] = {}
        self._book: BookView | None = None
        self._borne: SupportView | None = None
        self._cases: tuple[Case, ...] = ()

    def adopt(self, config: Config) -> None:
        """Go on with another configuration: the directory was not asked about it yet."""
        self.config = config
        self.directory = DirectoryView()

    def practice(self) -> Practice:
        """All that is known now, judged."""
        from balt.cases.verdicts import departures
        from balt.mailboxes.practice import practice_of
        from balt.mailboxes.situation_file import BookView
        from balt.mailboxes.supports import SupportView

        book, now = self._book or BookView(), self._clock.now()
        leaving = departures(self._cases, now)
        return practice_of(
            self.config,
            self.statuses,
            self.directory,
            self._answers,
            book,
            now,
            leaving,
            self._operator,
            supports=self._borne or SupportView(),
        )

    def load(self, tell: Tell) -> None:
        """Read the answers and the situations; what cannot be read is told, and counts as not there."""
        from balt.cases.book import CaseBook
        from balt.mailboxes.notebook import Notebook
        from balt.mailboxes.operator.book import OperatorBook
        from balt.mailboxes.situations import SituationBook
        from balt.publish.tracker import Tracker

        self._notebook = Notebook(self.folder, self._clock, self.config.person.name, wait=_WAIT_SECONDS)
        self._situations = SituationBook(self.folder, self._clock, wait=_WAIT_SECONDS)
        author = self.config.person.name
        self._book_of_cases = CaseBook(self.folder, self._clock, author, wait=_WAIT_SECONDS)
        self._tracker = Tracker(self.folder, self._clock, author, wait=_WAIT_SECONDS)
        try:
            self._borne = self._tracker.view()
        except BaltError as error:
            tell(str(error))
        try:
            self._answers = self._notebook.answers()
        except BaltError as error:
            tell(str(error))
        try:
            self._operator = OperatorBook(self.folder).figures()
        except BaltError as error:
            tell(str(error))
        try:
            self._book = self._situations.view()
        except BaltError as error:
            tell(str(error))
        try:
            self._cases = self._book_of_cases.cases()
        except BaltError as error:
            tell(str(error))

    def deleted(self) -> frozenset[str]:
        """The BAL that were noted as deleted, in lower case, before ``load`` reads all else: none where that
        cannot be read, which ``load`` tells.
        """
        from balt.cases.at_rest import noted_deleted

        return noted_deleted(self.folder, self._clock, _WAIT_SECONDS)

    def cases_noted(self) -> tuple[Case, ...]:
        """All cases; also before ``load``, as ``deleted``."""
        from balt.cases.at_rest import cases_noted

        return self._cases or cases_noted(self.folder, self._clock, _WAIT_SECONDS)

    def learn(self, tell: Tell) -> None:
        """Keep what the directory says now: the situations of the holder, and of each BAL on its way out
        whether it is still there.
        """
        self._learn_situations(tell)
        self._follow_cases(tell)

    def measured(self, address: str, tell: Tell) -> None:
        """Note what the figures of a BAL that leaves, or replaces another, say of it."""
        if any(address.lower() in (each.address, each.replacement) for each in self._cases):
            self._follow_cases(tell)

    def followed(self) -> list[str]:
        """The BAL that the directory is to be asked about for their case, or as those that replace them."""
        from balt.cases.model import to_look_up

        return list(to_look_up(self._cases))

    def cases_of(self, address: str) -> tuple[Case, ...]:
        """Every case of a BAL, the oldest first, also those that are not followed any more."""
        return tuple(each for each in self._cases if each.address == address.lower())

    def ways(self) -> Mapping[str, WayOut]:
        """How far each BAL with a case is on its way out, by address in lower case."""
        from balt.cases.way_out import ways_of

        return ways_of(self._cases, self._clock.now())

    def left_alone(self, address: str) -> list[str]:
        """Which BAL send people to this one, that leaves: a sentence each."""
        from balt.cases.replacement import left_alone_words, replaced_by

        replaced = replaced_by(address, self._cases, self._clock.now())
        return [left_alone_words(each, address) for each in replaced]

    def against(self, address: str, replacement: str) -> tuple[str, bool]:
        """What is to be known of the BAL that people are sent to from this one ("" for nothing), and whether
        nobody may be sent there.
        """
        from balt.cases.replacement import forbidden_words, warning_of

        forbidden = forbidden_words(address, replacement, self._cases, self._clock.now())
        return forbidden or warning_of(address, replacement, self.config, self.practice()), bool(forbidden)

    def asked_about(self, address: str) -> bool:
        """Whether what the directory said last is about this BAL too."""
        return address.lower() in {*self.config.named, *self.directory.followed}

    def case_for(self, address: str, what: Happened) -> Case | None:
        """The case of a BAL that is followed, and that such an event belongs to."""
        from balt.cases.meant import case_for

        return case_for(self._cases, address, what)

    def kind_known(self, address: str) -> BalKind:
        """The type of a BAL on its way out, as it was published last."""
        from balt.cases.model import kind_known

        return kind_known(self._cases, address)

    def holders(self, address: str) -> tuple[Holder, ...]:
        """Whose BAL it is by the directory, or was by its cases."""
        from balt.cases.following import entries_of
        from balt.cases.request import holders_now

        entries = entries_of(address, self.config, self.directory)
        return holders_now(self._cases, address, entries, self.config.person)

    def shared_with(self, address: str) -> list[str]:
        """Whom what becomes of a BAL concerns beside the person, in sentences."""
        from balt.cases.words import shared_lines

        return shared_lines(self.holders(address), self.config.person)

    def reply_case(self, address: str) -> tuple[Case, Heard | None] | None:
        """The case of a BAL that its auto-reply belongs to, and what was heard of that last."""
        from balt.cases.model import Happened
        from balt.cases.replies import heard_of

        case = self.case_for(address, Happened.AUTO_REPLY)
        if case is None:
            return None
        return case, heard_of(self._cases, case, self._clock.now())

    def depart(self, address: str, replacement: str, tell: Tell) -> bool:
        """Open the case of a BAL to be taken out of the directory; False, and a sentence, when it cannot be
        kept, or nobody should be sent to the ``replacement``.
        """
        from balt.cases.model import CaseKind

        def write(book: CaseBook) -> None:
            book.open(
                CaseKind.DEPUBLICATION, address, replacement=self._replacement_for(address, replacement)
            )

        return self._keep_case(write, tell)

    def replace(self, address: str, replacement: str, tell: Tell) -> bool:
        """Name another BAL that replaces this one in its open cases; False, and a sentence, as ``depart``."""
        return self._keep_case(
            lambda book: book.replace(address, self._replacement_for(address, replacement)), tell
        )

    def _replacement_for(self, address: str, replacement: str) -> str:
        from balt.cases.replacement import replacement_for

        now = self._clock.now()
        return replacement_for(address, replacement, self._cases, self.directory.trust, now)

    def delete(self, address: str, what: Happened, value: str, note: str, tell: Tell) -> bool:
        """Open the case of a BAL to be deleted, its content being safe; False, and a sentence, when it cannot
        be kept.
        """
        from balt.cases.computer import named_computer
        from balt.cases.model import CaseKind, Happened, replacement_before

        replacement = replacement_before(self._cases, address)
        ref = named_computer(self.state) if what is Happened.KEPT else ""
        return self._keep_case(
            lambda book: book.open(
                CaseKind.DELETION, address, book.event(what, value, note, ref), replacement=replacement
            ),
            tell,
        )

    def is_out(self, address: str) -> bool:
        """Whether a BAL is out of the directory by what was read last; while no source can tell, by the
        holder's fresh word.
        """
        from balt.cases.following import seen_now, seen_or_said
        from balt.mailboxes.model import Publication

        key, now = address.lower(), self._clock.now()
        seen = seen_now(key, self.config, self.directory, now, self._cases)
        return seen_or_said(seen, self._answers.get(key, ()), now) is Publication.ABSENT

    def tell_case(
        self, case: Case, what: Happened, value: str, tell: Tell, note: str = "", ref: str = ""
    ) -> bool:
        """Add to a case what happened (``note``, ``ref``: see ``Event``); False, and a sentence, when it
        cannot be kept.
        """
        return self._keep_case(lambda book: book.tell(case, what, value, note, ref), tell)

    def letters_of(self, address: str) -> frozenset[str]:
        """The requests that balt has written for a BAL (``letters.letters_of``)."""
        from balt.cases.letters import letters_of

        return letters_of(self._cases, address)

    def notice_reply(self, case: Case, state: State, tell: Tell) -> bool:
        """Note in a case how its auto-reply stands, where that is news; False, and a sentence, when it cannot
        be kept.
        """
        from balt.cases.following import note_reply

        now = self._clock.now()
        return self._keep_case(lambda book: note_reply(book, case.address, state, now), tell)

    def _keep_case(self, write: Callable[[CaseBook], object], tell: Tell) -> bool:
        try:
            write(self._book_of_cases)
            self._cases = self._book_of_cases.cases()
        except BaltError as error:
            tell(str(error))
            return False
        self._follow_cases(tell)
        return True

    def _follow_cases(self, tell: Tell) -> None:
        """Note what is known now of the cases that are watched, all in one change of their file."""
        from balt.cases.following import entries_of
        from balt.cases.model import watched
        from balt.cases.reading import measured_looks

        following = watched(self._cases)
        if not following:
            return
        practice = self.practice()
        looks = [
            (
                case,
                [
                    *self._looks(case, entries_of(case.address, self.config, self.directory)),
                    *measured_looks(case, self.config, practice),
                ],
            )
            for case in following
        ]
        try:
            self._cases = self._book_of_cases.notice_all(looks)
        except BaltError as error:
            tell(str(error))

    def _looks(self, case: Case, entries: Sequence[DirectoryEntry]) -> list[Look]:
        """What the directory, the archive and the figures of a BAL show. While no server answers at all, it
        is not told that a BAL does not. Exported files tell nothing of a server.
        """
        from balt.cases.following import (
            answer_looks,
            archive_looks,
            directory_looks,
            holder_looks,
            mailbox_looks,
        )
        from balt.cases.model import Happened

        now = self._clock.now()
        looks = directory_looks(case.address, self._cases, entries, self.directory, now)
        looks += answer_looks(self._answers.get(case.address, ()), now)
        looks += [*holder_looks(entries, self.config.person), *archive_looks(case, self.state)]
        asked = case.last(Happened.REQUESTED)
        exported = {each.address.lower() for each in self.config.accounts if each.access == "files"}
        told = [each for each in self.statuses.values() if each.address.lower() not in exported]
        status = next((each for each in told if each.address.lower() == case.address), None)
        if asked is None or status is None or status.taken_at <= asked.at:
            return looks
        if any(each.reachable for each in told):
            looks += mailbox_looks(case, answers=status.reachable)
        return looks

    def _learn_situations(self, tell: Tell) -> None:
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
            self._borne = self._tracker.view()
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
                self._situations.prefer(event.situation, event.address, event.kind)
            case signals.NoteSupport():
                (self._tracker.carry if event.bears else self._tracker.drop)(event.support, event.address)
            case signals.AddSupport():
                self._tracker.add(event.name)
            case signals.RemoveSupport():
                self._tracker.remove(event.support)
            case signals.ChangeKinds():
                self._change_kinds(event)
            case signals.AddSituation():
                self._situations.add(event.structure, event.town, event.mode)
            case signals.RemoveSituation():
                self._situations.remove(event.situation)

    def _change_kinds(self, event: signals.ChangeKinds) -> None:
        if not event.kind:
            self._situations.add_kind(event.name or "")
        elif event.name is None:
            self._situations.remove_kind(event.kind)
        else:
            self._situations.rename_kind(event.kind, event.name)
