"""All that is known of the practice, gathered for a command: figures, directory, answers, situations."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from balt.cases.book import CaseBook
from balt.cases.model import to_look_up, watched
from balt.cases.reading import measured_looks
from balt.cases.verdicts import departures
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.errors import StoppedError
from balt.i18n import _
from balt.mailboxes.directory_reader import DirectoryReader
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.news import sighted
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.operator.book import OperatorBook
from balt.mailboxes.practice import Practice, own_situations, practice_of
from balt.mailboxes.situations import SituationBook
from balt.publish.tracker import Tracker


def gather(context: Context, statuses: Sequence[MailboxStatus]) -> tuple[Practice, int]:
    """The practice with these figures, and the exit code: 3 when a source of the directory did not answer.
    What the figures say of a BAL that leaves, or replaces another, is noted in its case.
    """
    directory = read_directory(context)
    book = SituationBook(context.data_dir, context.clock)
    found, whole = own_situations(directory, context.config.person)
    if found or (whole and book.view().situations):
        book.merge(found, whole)
    practice = practice_with(context, directory, statuses)
    if _note_measured(context, practice):
        practice = practice_with(context, directory, statuses)
    return practice, 3 if directory.problem else 0


def _note_measured(context: Context, practice: Practice) -> bool:
    """Note in the cases what the BAL that were measured show; whether there is something. That it cannot be
    kept is told, and stops nothing.
    """
    measured = {each.address.lower() for each in practice.measured}
    if not measured:
        return False
    book = CaseBook(context.data_dir, context.clock, context.config.person.name)
    cases = [each for each in watched(book.cases()) if measured & {each.address, each.replacement}]
    seen = [(each, measured_looks(each, context.config, practice)) for each in cases]
    try:
        book.notice_all(seen)
    except StoppedError as error:
        tell(str(error))
    return any(looks for _case, looks in seen)


def practice_with(
    context: Context, directory: DirectoryView, statuses: Sequence[MailboxStatus] = ()
) -> Practice:
    """The practice by what the directory said, these figures, and all that is written down here."""
    answers = Notebook(context.data_dir, context.clock, context.config.person.name).answers()
    now = context.clock.now()
    return practice_of(
        context.config,
        {status.address: status for status in statuses},
        directory,
        answers,
        SituationBook(context.data_dir, context.clock).view(),
        now,
        departures(CaseBook(context.data_dir, context.clock).cases(), now),
        OperatorBook(context.data_dir).figures(),
        supports=Tracker(context.data_dir, context.clock).view(),
    )


def read_directory(context: Context, also: Iterable[str] = ()) -> DirectoryView:
    """What the directory says of the holder, of the BAL known here, of those that the cases follow and of
    those of ``also``; what went wrong is told. What the extraction shows is written down, as the app does: a
    later command then knows what an older file hides.
    """
    cases = followed_by_cases(context)
    reader = reader_of(context)
    try:
        view = reader.read(also=dict.fromkeys((*also, *(cases or ()))))
    finally:
        reader.close()
    if view.problem:
        tell(_("Annuaire Santé : %s") % view.problem)
    if cases is None:  # which BAL are followed is not known: nothing is compared
        return view
    seen = sighted(replace(view, problem=""), context.config, context.data_dir, context.clock.now())
    if seen.problem:
        tell(seen.problem)
    return replace(seen, problem=view.problem)


def followed_by_cases(context: Context) -> tuple[str, ...] | None:
    """The BAL that the cases follow; None where the cases cannot be read."""
    with suppress(StoppedError):
        return to_look_up(CaseBook(context.data_dir, context.clock).cases())
    return None


def reader_of(context: Context) -> DirectoryReader:
    """The door to the directory; the caller closes it."""
    return DirectoryReader(context.config, context.secrets, context.clock, context.data_dir)
