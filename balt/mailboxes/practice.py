"""The practice at one moment: all that the sheets, the views and the commands judge from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from balt.config import Config, Person, Thresholds
from balt.directory.identifiers import typed_rpps
from balt.directory.model import Origin, PracticeSituation
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.join import NO_FIGURES, NOBODY, join, join_followed
from balt.mailboxes.model import WHOLE, Answer, Departure, Mailbox, MailboxStatus
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.supports import SupportView
from balt.mailboxes.verdicts import latest


@dataclass(frozen=True, slots=True)
class Practice:
    """Every BAL of the holder, what the directory said, the situations and their preferred BAL. ``others``
    are those of other people that are followed: no sheet, figure or choice counts them.

    ``preferred`` gives the address chosen for a situation (in lower case), by the situation's id;
    ``by_address`` the BAL by its address in lower case. ``book`` is all that was written of the situations,
    ``supports`` what was noted of where each BAL is told, ``said`` the latest answers about the whole of it.
    """

    mailboxes: tuple[Mailbox, ...]
    directory: DirectoryView
    situations: tuple[PracticeSituation, ...]
    preferred: Mapping[str, str]
    person: Person
    thresholds: Thresholds
    now: datetime
    by_address: Mapping[str, Mailbox]
    book: BookView = BookView()  # noqa: RUF009 - frozen
    supports: SupportView = SupportView()  # noqa: RUF009 - frozen
    said: tuple[Answer, ...] = ()
    others: tuple[Mailbox, ...] = ()

    @property
    def measured(self) -> list[MailboxStatus]:
        """The figures of the BAL that answered, without those that no longer count."""
        there = (mailbox for mailbox in self.mailboxes if mailbox.counts)
        return [status for mailbox in there if (status := mailbox.measured) is not None]

    def mailbox(self, address: str) -> Mailbox | None:
        """The holder's BAL of this address, whatever its case."""
        return self.by_address.get(address.lower())

    def known(self, address: str) -> Mailbox | None:
        """The same, also where it is somebody else's that is followed."""
        key = address.lower()
        return self.by_address.get(key) or next((e for e in self.others if e.address.lower() == key), None)

    def preferred_for(self, situation: str, kind: str = "") -> str:
        """The address that is preferred in a situation for a kind of prescription (both by identifier): the
        one chosen for that kind, else that of the situation; "" where none was chosen.
        """
        return self.book.overrides.get((situation, kind)) or self.preferred.get(situation, "")


def practice_of(
    config: Config,
    statuses: Mapping[str, MailboxStatus],
    directory: DirectoryView,
    answers: Mapping[str, Sequence[Answer]],
    book: BookView,
    now: datetime,
    leaving: Mapping[str, Departure] = NOBODY,
    operator: Mapping[str, OperatorFigure] = NO_FIGURES,
    supports: SupportView = SupportView(),  # noqa: B008 - frozen
) -> Practice:
    """All that is known, put together. ``leaving`` is what is known of the BAL on their way out, whose
    verdict was settled elsewhere; ``operator`` the operators' figures, by address in lower case;
    ``supports`` where each BAL is told. Pure.
    """
    mailboxes = tuple(join(config, statuses, directory, answers, book, now, leaving, operator))
    return Practice(
        mailboxes=mailboxes,
        directory=directory,
        situations=book.situations,
        preferred=book.preferred,
        person=config.person,
        thresholds=config.thresholds,
        now=now,
        by_address={each.address.lower(): each for each in mailboxes},
        book=book,
        supports=supports,
        said=latest(answers.get(WHOLE, ())),
        others=tuple(join_followed(config, directory, now, leaving)),
    )


def own_situations(directory: DirectoryView, person: Person) -> tuple[list[PracticeSituation], set[Origin]]:
    """The holder's situations that the sources give, and the sources whose silence means that one has ended:
    the API when it was read without a doubt, the extraction (which holds none by itself) when it gave some.
    """
    rpps = typed_rpps(person.rpps)
    if not rpps:
        return [], set()
    found = [
        each for answer in directory.answers for each in answer.situations if typed_rpps(each.rpps) == rpps
    ]
    given = {each.origin for each in found}
    whole = {
        answer.origin
        for answer in directory.answers
        if answer.whole and (answer.origin is Origin.API or answer.origin in given)
    }
    return found, whole
