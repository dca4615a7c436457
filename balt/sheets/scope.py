"""What the rules look at: some BAL of the practice, and what is known of their use."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from balt.config import Thresholds
from balt.i18n import _, ngettext
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus, Publication, Question
from balt.mailboxes.practice import Practice
from balt.mailboxes.publication import publication_now
from balt.mailboxes.usage import Activity
from balt.mailboxes.verdicts import operator_says, use_of
from balt.units import format_count


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole practice (``address`` None) or one BAL of it."""

    address: str | None
    bals: tuple[Mailbox, ...]
    practice: Practice

    @property
    def thresholds(self) -> Thresholds:
        """The local thresholds."""
        return self.practice.thresholds

    @property
    def now(self) -> datetime:
        """The moment of the judgement."""
        return self.practice.now

    @property
    def measured(self) -> list[MailboxStatus]:
        """The figures of the BAL that answered."""
        return [status for bal in self.bals if (status := figures_of(bal)) is not None]

    @property
    def directory_read(self) -> bool:
        """Whether the directory was read lately, so that what is missing in it means something."""
        return any(answer.is_fresh(self.now) for answer in self.practice.directory.answers)

    @property
    def knows_all(self) -> bool:
        """Whether the directory could name every BAL of the holder: it finds them by RPPS number only, and
        only where one of its sources was read whole; else whether the holder looked for themselves lately. Of
        one BAL there is nothing more to find.
        """
        whole = any(answer.whole and answer.is_fresh(self.now) for answer in self.practice.directory.answers)
        if whole and self.practice.person.rpps:
            return True
        return self.looked_up is not None or (whole and self.address is not None)

    @property
    def is_certain(self) -> bool:
        """Whether every BAL of the holder is known: no source failed, and none is still to answer."""
        directory = self.practice.directory
        return self.knows_all and not directory.problem and not directory.api_silent

    @property
    def looked_up(self) -> Answer | None:
        """The holder's word that all their BAL are known here, while it counts."""
        answer = next((each for each in self.practice.said if each.question is Question.ALL), None)
        counts = answer is not None and answer.value == "yes" and answer.is_fresh(self.now)
        return answer if counts else None

    @property
    def directory_known(self) -> bool:
        """Whether it is known what the directory shows: it was read lately, or the holder looked."""
        return self.directory_read or self.looked_up is not None

    def publication(self, bal: Mailbox) -> Publication:
        """Whether the directory shows a BAL now, or the holder saw it lately."""
        return publication_now(bal, self.now)

    def with_use(self, activity: Activity) -> list[Mailbox]:
        """The BAL whose use is this one: as the holder said lately, else as messages or operator tell."""
        return [bal for bal in self.bals if use_of(bal, self.thresholds, self.now) is activity]

    def answer(self, bal: Mailbox, question: Question) -> Answer | None:
        """What the holder said of a BAL, while it counts."""
        answer = bal.answer(question)
        return answer if answer is not None and answer.is_fresh(self.now) else None

    @property
    def vanished(self) -> list[Mailbox]:
        """The BAL that left the directory, and that neither an account nor a case follows. Seen from the
        practice only.
        """
        if self.address is not None:
            return []
        return [bal for bal in self.practice.mailboxes if bal.vanished is not None and bal.way_out is None]

    @property
    def adrift(self) -> list[Mailbox]:
        """Those of them of which the holder did not say lately that they are read."""
        return [bal for bal in self.vanished if not self.says(bal, Question.CONSULTED, "yes")]

    def says(self, bal: Mailbox, question: Question, value: str) -> bool:
        """Whether the holder gave this answer lately."""
        answer = self.answer(bal, question)
        return answer is not None and answer.value == value

    def names(self, addresses: Sequence[str]) -> str:
        """``addresses`` in a sentence: two at most, then a count; "cette BAL" when there is but one."""
        if self.address is not None:
            return _("cette BAL")
        if len(addresses) == 1:
            return addresses[0]
        if len(addresses) == 2:
            return _("%(first)s et %(second)s") % {"first": addresses[0], "second": addresses[1]}
        others = len(addresses) - 1
        return ngettext("%(first)s et %(n)s autre", "%(first)s et %(n)s autres", others) % {
            "first": addresses[0],
            "n": format_count(others),
        }

    def unmeasured(
        self, question: Question | None = None, *, besides: Collection[Mailbox] = (), decides: bool = True
    ) -> tuple[str, ...]:
        """A sentence for each reason why some BAL could not be measured, naming them; without those of which
        the holder answered ``question`` lately, or the operator told whether they are read, and without those
        that the step is settled for (``besides``). That some have no account here, which no reading mends,
        is told only where this ``decides`` how the step stands.
        """
        settled = {bal.address for bal in besides}
        left = [
            bal
            for bal in self.bals
            if figures_of(bal) is None
            and bal.address not in settled
            and not (question and self._stands(bal, question))
            and not (question is Question.CONSULTED and operator_says(bal, self.thresholds, self.now))
        ]
        without = [bal for bal in left if bal.account is None]
        closed = _with_access("none", left)
        exported = _with_access("files", left)
        asked = [bal for bal in left if is_measurable(bal)]
        silent = [bal.address for bal in asked if bal.status is not None and bal.status.error]
        waiting = [bal.address for bal in asked if bal.address not in silent]
        closing = [bal.address for bal in asked if bal.address in silent and _is_to_be_deleted(bal)]
        silent = [address for address in silent if address not in closing]
        said = []
        if closing:
            text = ngettext(
                "%(names)s ne répond pas, sa suppression est demandée",
                "%(names)s ne répondent pas, leur suppression est demandée",
                len(closing),
            )
            said.append(text % {"names": self.names(closing)})
        if silent:
            text = ngettext("%(names)s n'a pas répondu", "%(names)s n'ont pas répondu", len(silent))
            said.append(text % {"names": self.names(silent)})
        if closed:
            text = ngettext(
                "%(names)s est sans accès IMAP : à voir dans son webmail",
                "%(names)s sont sans accès IMAP : à voir dans leur webmail",
                len(closed),
            )
            said.append(text % {"names": self.names(closed)})
        if exported:
            text = ngettext(
                "%(names)s : des fichiers exportés ne disent pas où elle en est ; à voir dans son webmail",
                "%(names)s : des fichiers exportés ne disent pas où elles en sont ; à voir dans leur webmail",
                len(exported),
            )
            said.append(text % {"names": self.names(exported)})
        if without and decides:
            said.append(self._without_account(without))
        if waiting:
            text = ngettext(
                "%(names)s n'est pas encore relevée", "%(names)s ne sont pas encore relevées", len(waiting)
            )
            said.append(text % {"names": self.names(waiting)})
        return tuple(said)

    def _without_account(self, bals: Sequence[Mailbox]) -> str:
        published = all(self.publication(bal) is Publication.PUBLISHED for bal in bals)
        if self.address is not None:
            return (
                _("cette BAL est publiée, sans compte ici")
                if published
                else _("cette BAL est sans compte ici")
            )
        text = ngettext("%(n)s BAL est sans compte ici", "%(n)s BAL sont sans compte ici", len(bals))
        if published:
            text = ngettext(
                "%(n)s BAL publiée est sans compte ici", "%(n)s BAL publiées sont sans compte ici", len(bals)
            )
        return text % {"n": format_count(len(bals))}

    def _stands(self, bal: Mailbox, question: Question) -> bool:
        """Whether the holder's word decides: of what can be measured, only whether it is consulted."""
        told = self.answer(bal, question) is not None
        return told and (question is Question.CONSULTED or not is_measurable(bal))


def _with_access(access: str, bals: Iterable[Mailbox]) -> list[str]:
    return [bal.address for bal in bals if bal.account is not None and bal.account.access == access]


def _is_to_be_deleted(bal: Mailbox) -> bool:
    """Whether its provider was asked to delete it: that it answers no more is what is waited for."""
    asked = bal.way_out.deletion if bal.way_out is not None else None
    return asked is not None and asked.on is not None


def is_measurable(bal: Mailbox) -> bool:
    """Whether its server can say what the BAL holds, be it silent today."""
    return bal.account is not None and bal.account.access == "imap"


def figures_of(bal: Mailbox) -> MailboxStatus | None:
    """What its server said of a BAL; exported files are a copy, and say nothing of the BAL as it is now."""
    exported = bal.account is not None and bal.account.access == "files"
    return None if exported else bal.measured


def practice_scope(practice: Practice) -> Scope:
    """Every BAL known here, but those that were deleted, or that only an earlier directory knew."""
    return Scope(None, tuple(bal for bal in practice.mailboxes if bal.counts), practice)


def bal_scopes(practice: Practice) -> list[Scope]:
    """The scope of each of these BAL."""
    return [Scope(bal.address, (bal,), practice) for bal in practice_scope(practice).bals]
