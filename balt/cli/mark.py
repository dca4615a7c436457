"""``balt mark``: say which messages are filed in the business software, or take that back."""

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from balt.cleanup import mark_words
from balt.cleanup.handover.exported import exported_of
from balt.cleanup.journal import Journal
from balt.cleanup.marking import Marking, MarkResult
from balt.cleanup.prepare import Choice
from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import fail, tell, worst
from balt.cli.narration import Narration
from balt.cli.output import prepare_output, write
from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _, ngettext
from balt.mail.filters import Filter, parse_filter
from balt.mail.model import Flag
from balt.mailboxes.listings import listings_of
from balt.mailboxes.marks import LocalMarks
from balt.mailboxes.search import refuse_indiscretion, rows_that_fit
from balt.text import plain
from balt.units import format_count

if TYPE_CHECKING:
    from balt.mail.model import Message
    from balt.mail.sessions import MailSession

_Choose = Callable[["MailSession", Narration], Iterator[Choice]]


def run(options: Namespace, context: Context) -> int:
    """Mark what is meant, and give the true account of it."""
    account = context.accounts([options.mailbox])[0]
    need_mail(account)
    choose = (
        _of_a_run(options.exported, account) if options.exported else _by_filter(options, context, account)
    )
    prepare_output(options)
    narration = Narration(account)
    with session_of(account, context) as session:
        choices = list(choose(session, narration))
        if options.dry_run:
            narration.progress.clear()
            return worst(narration.code, _say_only(options, choices))
        result = _mark(session, account, context, choices, narration, on=options.integrated)
    narration.progress.clear()
    if options.json:
        write(json.dumps(result.to_json(), ensure_ascii=False, indent=2) + "\n")
    none = _("Aucun message ne correspond au filtre.")
    if options.exported:
        none = _("Aucun de ces messages n'est dans la BAL.")
    for line in mark_words.account_lines(result) or [none]:
        tell(line)
    if result.stopped is not None:
        fail(result.stopped)
    return worst(narration.code, result.exit_code)


def _by_filter(options: Namespace, context: Context, account: Account) -> _Choose:
    """The messages that a filter finds; raises UsageError for one that may not be asked."""
    wanted = parse_filter(options.filter, context.clock)
    if not wanted.terms:
        raise UsageError(
            _("un filtre vide désigne tous les messages : ils ne se marquent pas d'un coup."),
            advice=_("Dites lesquels : --filter 'kind:document older:1y in:INBOX'."),
        )
    if account.discreet:
        refuse_indiscretion(account, wanted)
    return lambda session, narration: _choices(session, account, wanted, narration)


def _of_a_run(run: Path, account: Account) -> _Choose:
    """The messages of which a run of ``balt export`` has taken everything, where they still are."""
    exported = exported_of(run.expanduser().absolute(), account.address)
    if exported.partial:
        sentence = ngettext(
            "%s message de cette remise n'a pas donné tous ses documents : il n'est pas marqué.",
            "%s messages de cette remise n'ont pas donné tous leurs documents : ils ne sont pas marqués.",
            exported.partial,
        )
        tell(sentence % format_count(exported.partial))

    def choose(session: "MailSession", narration: Narration) -> Iterator[Choice]:
        for (folder, validity), uids in exported.uids.items():
            for _folder, listing in listings_of(session, account, folder, narration.read, narration.refused):
                if listing.uidvalidity == validity:
                    yield Choice(listing, uids)
                else:
                    narration.progress.clear()
                    tell(_("%s : ce dossier a été recréé depuis, rien n'y est marqué.") % plain(folder, 100))

    return choose


def _choices(
    session: "MailSession", account: Account, wanted: Filter, narration: Narration
) -> Iterator[Choice]:
    criteria = wanted.server_criteria()
    listed = listings_of(session, account, None, narration.read, narration.refused, criteria)
    for folder, listing in listed:
        rows = rows_that_fit(session, folder, listing, wanted)
        if rows:
            yield Choice(listing, [listing.uids[row] for row in rows])


def _mark(
    session: "MailSession",
    account: Account,
    context: Context,
    choices: list[Choice],
    narration: Narration,
    *,
    on: bool,
) -> MarkResult:
    def progress(done: int, total: int) -> None:
        told = {"done": format_count(done), "total": format_count(total)}
        narration.progress.show(_("%(done)s messages sur %(total)s") % told)

    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    marks = LocalMarks(context.data_dir, account)
    try:
        return Marking(session, marks, journal, context.clock, progress).mark(choices, on=on)
    finally:
        narration.progress.clear()


def _say_only(options: Namespace, choices: list[Choice]) -> int:
    """What would be marked, or no longer; nothing is touched."""
    on: bool = options.integrated
    messages = [message for choice in choices for message in _messages(choice)]
    meant = [message for message in messages if (Flag.INTEGRATED in message.flags) is not on]
    if options.json:
        account = {**MarkResult(on, already=len(messages) - len(meant)).to_json(), "would_change": len(meant)}
        write(json.dumps(account, ensure_ascii=False, indent=2) + "\n")
    size = sum(message.size or 0 for message in meant)
    tell(_("%s.") % mark_words.intention(len(meant), size, on=on))
    tell(_("Rien n'a été touché (--dry-run)."))
    return 0


def _messages(choice: Choice) -> "Iterator[Message]":
    rows = (choice.listing.index_of(uid) for uid in choice.uids)
    return (choice.listing.message(row) for row in rows if row is not None)
