"""One hand-over from its first message to its index, after what a kill has left of others is finished."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from balt.cleanup.archive.places import check_safe
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.handover.failures import no_room, place_failed
from balt.cleanup.handover.folder import RunFolder, finish_cut, new_run, run_name
from balt.cleanup.handover.ledger import Ledger, held_ledger, ledger_failed
from balt.cleanup.handover.model import (
    Document,
    HandedOver,
    Letter,
    Letters,
    MessageAccount,
    NotTaken,
    UnreadError,
)
from balt.cleanup.handover.taking import Taking, Wanted
from balt.cleanup.journal import Journal
from balt.cleanup.ports import Cancelled, Progress
from balt.cleanup.run import answer_of
from balt.clock import Clock
from balt.errors import BaltError, CancelledError
from balt.i18n import _
from balt.paths import sync_dir

ACTION = "export"
_Owner = tuple[str, str, str]
"""A BAL: its address, its server, and who enters."""
_Figures = Callable[[_Owner], tuple[int, int, Mapping[str, int]]]


@dataclass
class Handover:
    """What a hand-over needs. ``place`` is the absolute path of the folder that gets the folder of the run;
    the journal's folder has the ledger.
    """

    letters: Letters
    place: Path
    wanted: Wanted
    journal: Journal
    clock: Clock
    on_progress: Progress = lambda _done, _total: None
    cancelled: Cancelled = lambda: False

    def hand_over(self, chosen: Sequence[Letter]) -> HandedOver:
        """Take the documents of these messages. No message is changed.

        Raises a BaltError while nothing has been written; afterwards what stopped it is told in the result.
        """
        check_safe(self.place)
        with held_ledger(self.journal.folder) as ledger:
            settled = self._finish_cut_runs(ledger)
            no_room(self.place, chosen)
            name = run_name(self.clock.now())
            self._note(chosen, name, "")
            run = _Run(self, ledger, self.place / name)
            result = run.through(chosen)
            result.settled = settled
            self._note_end(chosen, name, run)
        return result

    def _finish_cut_runs(self, ledger: Ledger) -> list[Path]:
        """Finish what a kill left; a folder that cannot be reached now stays for another time."""
        settled: list[Path] = []
        for place in ledger.cut_runs:
            if not place.parent.is_dir():
                continue
            try:
                index = finish_cut(place)
                for document in index.documents if index else ():
                    ledger.add(place.name, [document], everything=False)
                ledger.end(place)
            except OSError as error:
                raise place_failed(error) from error
            if index is not None:
                settled.append(place)
                self.journal.append(
                    Deed(Phase.SETTLED, ACTION, plan=place.name, count=len(index.messages), answer="OK")
                )
        return settled

    def _note(
        self, letters: Iterable[Letter], run: str, answer: str, figures: _Figures | None = None
    ) -> None:
        """A line for each BAL, before (no answer yet) and after."""
        counts: Counter[_Owner] = Counter()
        sizes: Counter[_Owner] = Counter()
        for letter in letters:
            owner = _owner_of(letter)
            counts[owner] += 1
            sizes[owner] += letter.size
        for owner, count in counts.items():
            told = figures(owner) if figures is not None else None
            self.journal.append(
                Deed(
                    Phase.STEP,
                    ACTION,
                    mailbox=owner[0],
                    server=owner[1],
                    user=owner[2],
                    plan=run,
                    count=count if told is None else told[0],
                    size=sizes[owner] if told is None else told[1],
                    request=ACTION,
                    answer=answer,
                    figures={} if told is None else told[2],
                )
            )

    def _note_end(self, chosen: Sequence[Letter], name: str, run: "_Run") -> None:
        stopped = run.result.stopped
        answer = answer_of(stopped) if stopped else "OK"
        try:
            self._note(chosen, name, answer, run.figures)
        except BaltError as error:
            run.result.stopped = stopped or error


class _Run:
    """The messages of a run, one after the other."""

    def __init__(self, about: Handover, ledger: Ledger, place: Path) -> None:
        self._about = about
        self._ledger = ledger
        self._place = place
        self._stack = ExitStack()
        self._folder: RunFolder | None = None
        self._taking = Taking(about.wanted, ledger, self._opened)
        self.result = HandedOver()
        self._figures: dict[_Owner, Counter[str]] = {}

    def through(self, chosen: Sequence[Letter]) -> HandedOver:
        """All of them, as far as it goes; then the index."""
        self.result.remaining = len(chosen)
        try:
            with self._stack:
                try:
                    self._messages(chosen)
                finally:
                    self._close()
        except OSError as error:
            self.result.stopped = self.result.stopped or place_failed(error)
        except BaltError as error:
            self.result.stopped = self.result.stopped or error
        if self._folder is not None and self._folder.index.documents:
            self.result.folder = self._place
        return self.result

    def _messages(self, chosen: Sequence[Letter]) -> None:
        for letter in chosen:
            if self._about.cancelled():
                raise CancelledError(_("arrêté à votre demande."), advice=_("Ce qui est remis le reste."))
            self._message(letter)
            self.result.remaining -= 1
            self._about.on_progress(len(chosen) - self.result.remaining, len(chosen))

    def _message(self, letter: Letter) -> None:
        everything = self._about.wanted.everything
        known = self._ledger.documents_of(letter, everything=everything)
        if known is not None and not self._about.wanted.again:
            self._count(MessageAccount(letter, earlier=known))
            return
        try:
            account, parts = self._about.letters.look(
                letter, lambda octets: self._taking.take(letter, octets)
            )
        except UnreadError as unread:
            account, parts = MessageAccount(letter, refused=[NotTaken("", "", unread.why)]), []
        if account.documents:
            self._opened().keep(account, parts)
        count = len(account.documents) + account.earlier
        complete = (letter, count) if not account.refused else None
        try:
            self._remember(account.documents, complete)
        finally:
            self._count(account)

    def _remember(self, documents: Sequence[Document], complete: tuple[Letter, int] | None = None) -> None:
        """Tell the ledger, which may know of them already."""
        everything = self._about.wanted.everything
        try:
            self._ledger.add(self._place.name, documents, complete, everything=everything)
        except OSError as error:
            raise ledger_failed(error) from error

    def _count(self, account: MessageAccount) -> None:
        self.result.add(account)
        owner = _owner_of(account.letter)
        told = {
            "messages": bool(account.documents),
            "size": sum(document.size for document in account.documents),
            "documents": len(account.documents),
            "earlier": account.earlier,
            "refused": len(account.refused),
            "left": len(account.left),
        }
        self._figures.setdefault(owner, Counter()).update(told)

    def figures(self, owner: _Owner) -> tuple[int, int, Mapping[str, int]]:
        """Of one BAL: messages, octets, and the other counts."""
        told = self._figures.get(owner, Counter())
        names = ("documents", "earlier", "refused", "left")
        return told["messages"], told["size"], {name: told[name] for name in names if told[name]}

    def _opened(self) -> RunFolder:
        """The folder of the run, made when the first document comes."""
        if self._folder is None:
            self._ledger.begin(self._place)
            for folder in reversed([each for each in self._place.parents if not each.exists()]):
                folder.mkdir(mode=0o700)
                sync_dir(folder.parent)
            self._folder = self._stack.enter_context(new_run(self._place, self._about.clock.now()))
        return self._folder

    def _close(self) -> None:
        """Write the index, or take a folder away that has got nothing."""
        if self._folder is None:
            return
        self._folder.discard()
        if self._folder.index.documents:
            self._remember(self._folder.index.documents)  # where that failed, the next run finishes this one
            self._folder.close()
        else:
            self._folder.remove_all()
        self._ledger.end(self._place)


def _owner_of(letter: Letter) -> _Owner:
    return letter.mailbox, letter.server, letter.user
