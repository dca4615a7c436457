"""``balt export``: the documents of messages, handed over to the business software in a folder."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from balt.cleanup.archive.places import place_warnings
from balt.cleanup.handover import words
from balt.cleanup.handover.model import HandedOver, Letter, Letters
from balt.cleanup.handover.naming import Template
from balt.cleanup.handover.place import place_of
from balt.cleanup.handover.run import Handover
from balt.cleanup.handover.sources import SessionLetters, letters_of
from balt.cleanup.handover.taking import Wanted
from balt.cleanup.journal import Journal
from balt.cleanup.wanted import missing_of, read_named
from balt.cli.acting import asked_to_stop
from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import fail, tell, worst
from balt.cli.narration import Narration
from balt.cli.output import Progress, prepare_output, write_json
from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.filters import Filter, parse_filter
from balt.mail.model import FolderRole
from balt.mailboxes.listings import listings_of
from balt.mailboxes.search import rows_that_fit
from balt.text import capital
from balt.units import format_count

if TYPE_CHECKING:
    from balt.mail.listing import Listing
    from balt.mail.sessions import MailSession

_NOT_RECEIVED = (FolderRole.SENT, FolderRole.DRAFTS, FolderRole.JUNK, FolderRole.TRASH)
"""Folders that are looked at only where they are named."""


def run(options: Namespace, context: Context) -> int:
    """Hand over the documents of each BAL, and give the true account of it."""
    accounts = context.accounts(options.mailboxes)
    if options.uids and len(accounts) > 1:
        raise UsageError(_("--uids désigne les messages d'une seule BAL."))
    for account in accounts:
        need_mail(account)
        if account.discreet:
            raise words.discreet()
    prepare_output(options)
    handing = Handing(options, options.to, context)
    choosing = _Choosing(options, context)
    code, rows = 0, []
    for account in accounts:
        narration = Narration(account)
        with narration.of_failures(), session_of(account, context) as session:
            letters = list(letters_of(session, choosing.choices(session, account, narration)))
            narration.progress.clear()
            letters_here = SessionLetters(session, handing.spool)
            done = handing.hand_over(letters_here, letters)
            rows.append(done.to_json(account.address))
            handing.tell(done, account.address)
            code = worst(code, done.exit_code)
        code = worst(code, narration.code)
    if options.json:
        write_json(rows)
    return code


class Handing:
    """What one command hands over into ``target``, whatever the messages come from; its options are those of
    ``parser_export.add_documents``.
    """

    def __init__(self, options: Namespace, target: Path, context: Context) -> None:
        template = Template(options.name or context.config.export.name)
        self._wanted = Wanted(template, again=options.again, everything=options.all)
        self._place = place_of(target)
        self._context = context
        self.spool = context.state_dir
        for warning in place_warnings(self._place / "run"):
            tell(_("Attention : %s") % warning)

    def hand_over(self, source: Letters, letters: Sequence[Letter]) -> HandedOver:
        """Do it, and follow it."""
        progress = Progress()

        def show(done: int, total: int) -> None:
            told = {"done": format_count(done), "total": format_count(total)}
            progress.show(_("%(done)s messages sur %(total)s") % told)

        clock, person = self._context.clock, self._context.config.person.name
        journal = Journal(self._context.state_dir / "journal.jsonl", clock, person)
        try:
            with asked_to_stop() as cancelled:
                about = Handover(source, self._place, self._wanted, journal, clock, show, cancelled)
                return about.hand_over(letters)
        finally:
            progress.clear()

    @staticmethod
    def tell(done: HandedOver, mailbox: str) -> None:
        """The account in sentences."""
        for line in words.account_lines(done):
            tell(_("%s.") % capital(line))
        for line in words.refusal_lines(done.refused):
            tell(f"  {line}")
        if done.stopped is not None:
            fail(done.stopped)
        if done.whole and mailbox:
            tell(words.mark_hint([mailbox], str(done.folder)))


class _Choosing:
    """The messages that the options mean."""

    def __init__(self, options: Namespace, context: Context) -> None:
        self._folder: str | None = options.folder
        self._filter: Filter = parse_filter(options.filter or "", context.clock)
        self._named = [read_named(text) for text in options.uids or ()]
        self._names_folders = self._folder is not None or any(
            term.key == "in" and not term.negated for term in self._filter.terms
        )

    def choices(
        self, session: "MailSession", account: Account, narration: Narration
    ) -> "Iterator[tuple[Listing, Sequence[int]]]":
        """Each folder with the messages that are meant."""
        if self._named:
            yield from self._those_named(session, account, narration)
            return
        for folder, listing in listings_of(
            session, account, self._folder, narration.read, narration.refused, self._filter.server_criteria()
        ):
            if (folder.role in _NOT_RECEIVED or folder.gathers) and not self._names_folders:
                continue
            rows = rows_that_fit(session, folder, listing, self._filter)
            yield listing, [listing.uids[row] for row in rows]

    def _those_named(
        self, session: "MailSession", account: Account, narration: Narration
    ) -> "Iterator[tuple[Listing, Sequence[int]]]":
        for named in self._named:
            ((_folder, listing),) = listings_of(session, account, named.folder, narration.read)
            uids = named.among(listing)
            if missing := missing_of(named, uids):
                narration.progress.clear()
                tell(missing)
            yield listing, uids
