"""What every action of ``balt case`` starts from, and what must hold before a deletion."""

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from balt.cases import words
from balt.cases.book import CaseBook
from balt.cases.following import (
    Advice,
    answer_looks,
    directory_looks,
    holder_looks,
    need_out,
    seen_now,
)
from balt.cases.letters import letters_of
from balt.cases.meant import case_for
from balt.cases.model import (
    Case,
    CaseKind,
    Happened,
    open_case,
    open_cases,
)
from balt.cases.reading import measured_looks
from balt.cases.recovery import need_archive, need_whole, recovery_of
from balt.cases.replacement import left_alone_words, replaced_by, warning_of
from balt.cases.replies import replacement_of
from balt.cases.request import holders_now
from balt.cases.verdicts import deleted_of
from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import tell
from balt.cli.practice import practice_with
from balt.config import Account
from balt.directory.model import DirectoryEntry
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import Answer, MailboxStatus, Publication
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.wording import retire_words
from balt.text import capital


@dataclass(frozen=True, slots=True)
class Asked:
    """What every action starts from: the BAL that is meant, and the account that opens it if there is one."""

    options: Namespace
    context: Context
    book: CaseBook
    address: str
    account: Account | None

    def case(self, what: Happened, kind: str | None = None) -> Case:
        """The open case that such an event belongs to, or that of the ``kind`` that is named; UsageError
        where there is none.
        """
        cases = self.book.cases()
        if kind is not None:
            return self._case_of(CaseKind(kind), cases)
        found = case_for(cases, self.address, what)
        if found is None and open_cases(cases, self.address):
            raise self.no_deletion()
        if found is None:
            raise self.no_case()
        return found

    def _case_of(self, kind: CaseKind, cases: Iterable[Case]) -> Case:
        found = open_case(cases, self.address, kind)
        if found is not None:
            return found
        if self.is_deleted:
            raise self.no_case()
        raise self.no_deletion() if kind is CaseKind.DELETION else self.no_depublication()

    @property
    def is_deleted(self) -> bool:
        """Whether the BAL was noted as deleted."""
        return self.address in deleted_of(self.book.cases(), self.context.clock.now())

    def no_deletion(self) -> UsageError:
        """That its deletion was not asked for yet, and how that begins."""
        said = _("sa suppression n'a pas été demandée : balt case delete %s --archive DOSSIER.")
        if self.account is None or self.account.access != "imap":
            said = _("sa suppression n'a pas été demandée : balt case delete %s --nothing-to-keep TEXTE.")
        return UsageError(said % self.address, mailbox=self.address)

    def no_depublication(self) -> UsageError:
        """That no depublication is followed, and how to begin one."""
        return UsageError(
            _("aucun dossier de dépublication n'est ouvert pour cette BAL."),
            advice=_("Pour en ouvrir un : balt case depublish %s --to ADRESSE.") % self.address,
            mailbox=self.address,
        )

    def retire_lines(self) -> list[str]:
        """That the configuration still has the BAL, which was deleted; nothing where it has not."""
        if self.account is None:
            return []
        return [f"{capital(retire_words(self.account.address, self.context.config.file))}."]

    def no_case(self) -> UsageError:
        """That nothing is followed, and how to begin; of a BAL that was deleted, that it was."""
        if self.is_deleted:
            back = _("Notée par erreur : balt case tell %s deleted --take-back.")
            again = _("Si elle existe encore ou de nouveau : balt case depublish %s --to ADRESSE --again.")
            return UsageError(
                _("cette BAL est notée supprimée : rien n'y est plus à faire."),
                advice=" ".join([*self.retire_lines(), back % self.address, again % self.address]),
                mailbox=self.address,
            )
        return UsageError(
            _("aucun dossier n'est ouvert pour cette BAL."),
            advice=_("Pour en ouvrir un : balt case depublish %s --to ADRESSE.") % self.address,
            mailbox=self.address,
        )

    def need_account(self) -> Account:
        """The account; UsageError where the configuration has none that opens the BAL."""
        if self.account is None:
            raise UsageError(
                _("cette BAL n'est pas dans la configuration : balt ne peut pas l'ouvrir."),
                mailbox=self.address,
            )
        need_mail(self.account)
        return self.account


def noticed(
    asked: Asked,
    case: Case,
    entries: Sequence[DirectoryEntry],
    view: DirectoryView,
    statuses: Sequence[MailboxStatus] = (),
) -> Case:
    """The case, once what the directory says of the BAL now, and what these figures show, is noted in each of
    those that are open; whom it concerns beside the person is told.
    """
    cases, person = asked.book.cases(), asked.context.config.person
    now = asked.context.clock.now()
    looks = [
        *directory_looks(asked.address, cases, entries, view, now),
        *answer_looks(_answers(asked), now),
        *holder_looks(entries, person),
    ]
    practice = practice_with(asked.context, view, statuses)
    noted = asked.book.notice_all(
        (each, [*looks, *measured_looks(each, asked.context.config, practice)])
        for each in open_cases(cases, asked.address)
    )
    for line in words.shared_lines(holders_of(asked, entries), person):
        tell(line)
    return open_case(noted, case.address, case.kind) or case


def tell_of_replacement(asked: Asked, case: Case, view: DirectoryView) -> None:
    """What speaks against the BAL that replaces this one, or is not known of it."""
    context = asked.context
    if said := warning_of(asked.address, case.replacement, context.config, practice_with(context, view)):
        tell(said)


def tell_of_replaced(asked: Asked) -> None:
    """Which BAL send people to this one, which leaves itself, and how to name another for them."""
    now, cases = asked.context.clock.now(), asked.book.cases()
    named = replacement_of((each for each in cases if each.address == asked.address), now)
    for each in replaced_by(asked.address, cases, now):
        action = "replace" if open_cases(cases, each) else "depublish"
        to = named if named != each else ""
        said = left_alone_words(each, asked.address)
        tell(f"{said} balt case {action} {each} --to {to or _('ADRESSE')}")


def holders_of(asked: Asked, entries: Sequence[DirectoryEntry]) -> tuple[Holder, ...]:
    """Whose BAL it is, or was."""
    return holders_now(asked.book.cases(), asked.address, entries, asked.context.config.person)


def need_left(asked: Asked, view: DirectoryView, *, unseen: bool = False) -> None:
    """Raise StoppedError unless the BAL is seen to have left the directory at this moment, or its holder has
    lately said so while no source can tell. Of one that nothing ever showed (``unseen``) none can.
    """
    context = asked.context
    seen = seen_now(asked.address, context.config, view, context.clock.now(), asked.book.cases())
    if unseen and seen is Publication.ABSENT:
        seen = Publication.UNKNOWN
    leaving = open_case(asked.book.cases(), asked.address, CaseKind.DEPUBLICATION)
    first = _("D'abord : balt case depublish %s --to ADRESSE.")
    if leaving is not None:
        first = _("D'abord, demandez sa dépublication : balt case request %s --for depublication.")
    again = _("Recommencez avec une extraction récente, ou quand l'API répond.")
    unknown = _("%(again)s Sinon, dites qu'elle n'y est plus : balt tick set identifier.2 %(bal)s")
    advice = Advice(first % asked.address, unknown % {"again": again, "bal": asked.address})
    need_out(seen, _answers(asked), context.clock.now(), advice, asked.address)


def _answers(asked: Asked) -> tuple[Answer, ...]:
    """What the holder said of the BAL."""
    return Notebook(asked.context.data_dir, asked.context.clock).answers().get(asked.address, ())


def recovered(asked: Asked, place: Path) -> str:
    """The folder of an archive that holds the whole BAL; UsageError where balt cannot see all that the BAL
    holds, StoppedError where a message is missing there.
    """
    account = asked.account
    if account is None or account.access != "imap":
        raise UsageError(
            _("balt n'ouvre pas cette BAL sur son serveur : il ne peut ni l'archiver, ni la comparer."),
            advice=_("La parole du titulaire suffit : balt case delete %s --nothing-to-keep TEXTE.")
            % asked.address,
            mailbox=asked.address,
        )
    need_archive(account.address, place)
    with session_of(account, asked.context) as session:
        written = letters_of(asked.book.cases(), asked.address)
        found = recovery_of(session, place, asked.context.clock, written)
    for line in words.recovery_lines(found):
        tell(line)
    need_whole(found, account.address, place)
    return str(place)
