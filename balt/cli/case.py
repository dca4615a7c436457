"""``balt case``: a BAL that leaves the directory, then is deleted, followed to its end."""

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from balt.cases import words
from balt.cases.abandoning import abandon_lines, reply_left
from balt.cases.book import CaseBook
from balt.cases.computer import named_computer, need_here
from balt.cases.contacts import contact_of
from balt.cases.drafts import draft_words, save_draft, waiting_draft
from balt.cases.following import Advice, directory_looks, entries_of, holder_looks, need_out, seen_now
from balt.cases.holders import Holder
from balt.cases.letters import letter_ref, letters_of
from balt.cases.model import (
    Case,
    CaseKind,
    Channel,
    Happened,
    Reply,
    case_for,
    kind_known,
    open_case,
    open_cases,
    replacement_before,
    watched,
)
from balt.cases.recovery import need_whole, recovery_of
from balt.cases.replacement import replacement_for
from balt.cases.request import Request, holders_now, request_of
from balt.cases.steps import CaseStep, Known, StepState, steps_of
from balt.cases.taking_back import told_in
from balt.cleanup.journal import Journal
from balt.cli import case_following
from balt.cli.case_output import print_case, print_cases
from balt.cli.context import Context, meant, need_mail, session_of
from balt.cli.ending import tell
from balt.cli.output import prepare_output, write
from balt.cli.practice import read_directory
from balt.config import Account, Contact
from balt.directory.model import DirectoryEntry
from balt.directory.trust import trust_space
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.join import holder_entries
from balt.mailboxes.model import Publication
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.publication import kind_of, listing_of
from balt.paths import write_private


@dataclass(frozen=True, slots=True)
class Asked:
    """What every action starts from: the BAL that is meant, and the account that opens it if there is one."""

    options: Namespace
    context: Context
    book: CaseBook
    address: str
    account: Account | None

    def case(self, what: Happened) -> Case:
        """The open case that such an event belongs to; UsageError where there is none."""
        cases = self.book.cases()
        found = case_for(cases, self.address, what)
        if found is None and open_cases(cases, self.address):
            raise UsageError(
                _("sa suppression n'a pas été demandée : balt case delete."), mailbox=self.address
            )
        if found is None:
            raise self.no_case()
        return found

    def no_case(self) -> UsageError:
        """That nothing is followed, and how to begin."""
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


def run(options: Namespace, context: Context) -> int:
    """Do what is asked of a case, and print how it stands."""
    prepare_output(options)
    book = CaseBook(context.data_dir, context.clock, context.config.person.name)
    if options.action in ("list", "follow"):
        return _several(options, context, book)
    address, account = meant(options.mailbox, context)
    asked = Asked(options, context, book, address, account)
    actions: dict[str, Callable[[Asked], int]] = {
        "depublish": _depublish,
        "replace": _replace,
        "delete": _delete,
        "request": _request,
        "tell": _tell,
        "show": _show,
        "close": _close,
    }
    return actions[options.action](asked)


def _several(options: Namespace, context: Context, book: CaseBook) -> int:
    wanted = {meant(name, context)[0] for name in options.mailboxes}
    cases = [each for each in book.cases() if not wanted or each.address in wanted]
    if options.action == "list":
        print_cases(options, context.config, cases, context.clock.now())
        return 0
    return case_following.follow(options, context, book, watched(cases))


def _depublish(asked: Asked) -> int:
    case = asked.book.open(CaseKind.DEPUBLICATION, asked.address, replacement=_replacement(asked))
    return _looked_at(asked, case)


def _replace(asked: Asked) -> int:
    """Another BAL takes over: what was written or installed names the former one from now on."""
    asked.case(Happened.REPLACED)
    asked.book.replace(asked.address, _replacement(asked), asked.options.note)
    return _looked_at(asked, asked.case(Happened.REPLACED))


def _replacement(asked: Asked) -> str:
    """The BAL of ``--to``; UsageError where nobody should be sent there."""
    context = asked.context
    trust = trust_space(context.config.directory, context.data_dir, context.clock)
    cases = asked.book.cases()
    return replacement_for(asked.address, asked.options.to, cases, trust, context.clock.now())


def _looked_at(asked: Asked, case: Case) -> int:
    """The case with what the directory says now."""
    context, view = asked.context, read_directory(asked.context, [asked.address])
    entries = entries_of(asked.address, context.config, view)
    case = _noticed(asked, case, entries, view)
    if warning := view.trust.warning(case.replacement, context.clock.now()) or view.trust.problem:
        tell(warning)
    known = Known(replacement=_published(case.replacement, context, view), cases=asked.book.cases())
    print_case(asked.options, asked.context.config, case, steps_of(case, known, context.clock.now()))
    return 3 if view.problem else 0


def _published(address: str, context: Context, view: DirectoryView) -> Publication:
    """Whether a BAL is published; of one that nobody asked about that is not known."""
    entries = holder_entries(context.config, view).get(address, ())
    known = {each.address.lower() for each in context.config.accounts}
    if not entries and address not in known:
        return Publication.UNKNOWN
    return listing_of(entries, view, context.clock.now()).publication


def _delete(asked: Asked) -> int:
    context, book, options = asked.context, asked.book, asked.options
    if open_case(book.cases(), asked.address, CaseKind.DELETION) is not None:
        book.open(CaseKind.DELETION, asked.address, replacement="")  # says that there is one already
    view = read_directory(context, [asked.address])
    entries = entries_of(asked.address, context.config, view)
    _need_out(asked, view)
    if options.archive is None:
        kept = book.event(Happened.NOTHING_TO_KEEP, note=_said(options.nothing_to_keep, asked.address))
    else:
        place = _recovered(asked, options.archive.expanduser().resolve())
        kept = book.event(Happened.KEPT, place, ref=named_computer(context.state_dir))
    replacement = replacement_before(book.cases(), asked.address)
    case = book.open(CaseKind.DELETION, asked.address, kept, replacement=replacement)
    case = _noticed(asked, case, entries, view)
    known = Known(cases=book.cases())
    print_case(options, asked.context.config, case, steps_of(case, known, context.clock.now()))
    return 3 if view.problem else 0


def _noticed(asked: Asked, case: Case, entries: Sequence[DirectoryEntry], view: DirectoryView) -> Case:
    """The case, once what the directory says of the BAL now is noted in each of those that are open; whom it
    concerns beside the person is told.
    """
    cases, person = asked.book.cases(), asked.context.config.person
    known = kind_known(cases, asked.address)
    looks = directory_looks(known, entries, view, asked.context.clock.now()) + holder_looks(entries, person)
    noted = asked.book.notice_all((each, looks) for each in open_cases(cases, asked.address))
    for line in words.shared_lines(_holders(asked, entries), person):
        tell(line)
    return open_case(noted, case.address, case.kind) or case


def _holders(asked: Asked, entries: Sequence[DirectoryEntry]) -> tuple[Holder, ...]:
    """Whose BAL it is, or was."""
    return holders_now(asked.book.cases(), asked.address, entries, asked.context.config.person)


def _need_out(asked: Asked, view: DirectoryView) -> None:
    """Raise StoppedError unless the BAL is seen to have left the directory at this moment, or its holder has
    lately said so while no source can tell.
    """
    context = asked.context
    entries = entries_of(asked.address, context.config, view)
    known = kind_known(asked.book.cases(), asked.address)
    seen = seen_now(entries, view, context.clock.now(), known)
    answers = Notebook(context.data_dir, context.clock).answers().get(asked.address, ())
    leaving = open_case(asked.book.cases(), asked.address, CaseKind.DEPUBLICATION)
    first = _("D'abord : balt case depublish %s --to ADRESSE.")
    if leaving is not None:
        first = _("D'abord, demandez sa dépublication : balt case request %s --for depublication.")
    unknown = _("Recommencez quand il répond, ou dites qu'elle n'y est plus : balt tick set identifier.2 %s")
    advice = Advice(first % asked.address, unknown % asked.address)
    need_out(seen, answers, context.clock.now(), advice, asked.address)


def _said(text: str, address: str) -> str:
    if not text.strip():
        raise UsageError(_("--nothing-to-keep demande une phrase du titulaire."), mailbox=address)
    return text


def _recovered(asked: Asked, place: Path) -> str:
    """The folder of an archive that holds the whole BAL; StoppedError where a message is missing there."""
    account = asked.need_account()
    with session_of(account, asked.context) as session:
        written = letters_of(asked.book.cases(), asked.address)
        found = recovery_of(session, place, asked.context.clock, written)
    for line in words.recovery_lines(found):
        tell(line)
    need_whole(found, account.address, place)
    return str(place)


def _request(asked: Asked) -> int:
    options, context, case = asked.options, asked.context, _asked_for(asked)
    channel = Channel(options.channel)
    if (options.output is not None) != (channel is Channel.EML):
        raise UsageError(_("--output va avec --as eml, et lui seul."), mailbox=asked.address)
    if channel is Channel.DRAFT and options.yes and not options.again:
        _need_no_draft(asked, case)
    view = read_directory(context, [asked.address])
    entries = entries_of(asked.address, context.config, view)
    contact = contact_of(asked.address, context.config.providers)
    now = context.clock.now()
    case = _noticed(asked, case, entries, view)
    if case.kind is CaseKind.DELETION:
        _need_out(asked, view)
    kind = kind_of(entries) or kind_known(asked.book.cases(), asked.address)
    holders = _holders(asked, entries)
    request = request_of(case, holders, kind, context.config.person, contact or Contact(), now)
    for line in [*words.contact_lines(contact, asked.address), *words.request_lines(request)]:
        tell(line)
    if case.kind is CaseKind.DELETION and (kept := case.last(Happened.KEPT)) is not None:
        need_here(case, context.state_dir)
        _recovered(asked, Path(kept.value))  # mail may have come since: it would be lost
    if not options.json:
        write(request.text())
    if not options.yes:
        tell(_("Rien n'est noté sans --yes."))
    else:
        ref = _make_out(asked, request, channel)
        case = asked.book.tell(case, Happened.REQUESTED, channel.value, contact.name if contact else "", ref)
    if options.json:
        known = Known(cases=asked.book.cases())
        print_case(options, asked.context.config, case, steps_of(case, known, now), request=request)
    return 0


def _need_no_draft(asked: Asked, case: Case) -> None:
    """Raise UsageError where its request lies in the drafts already: the provider would be asked twice."""
    draft = waiting_draft(case)
    if draft is not None:
        advice = _("Envoyez-la, puis : balt case tell %s sent. Pour en mettre une autre : --again.")
        raise UsageError(
            draft_words(draft, asked.context.clock.now()),
            advice=advice % asked.address,
            mailbox=asked.address,
        )


def _asked_for(asked: Asked) -> Case:
    """The case whose request is meant: as the option says, else what comes last in the order of the sheet."""
    if asked.options.kind is None:
        return asked.case(Happened.REQUESTED)
    found = open_case(asked.book.cases(), asked.address, CaseKind(asked.options.kind))
    if found is None:
        raise asked.no_case()
    return found


def _make_out(asked: Asked, request: Request, channel: Channel) -> str:
    """The file or the draft, where one is asked for; what the letter is known by, "" for a text."""
    context = asked.context
    if channel is Channel.TEXT:
        return ""
    octets = request.octets(context.clock.now(), draft=channel is Channel.EML)
    if channel is Channel.EML:
        _write_new(asked.options.output.expanduser(), octets)
        tell(_("Écrite dans %s : ouvrez ce fichier, relisez, envoyez.") % asked.options.output)
    else:
        account = asked.need_account()
        journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
        with session_of(account, context) as session:
            folder = save_draft(session, octets, journal)
        tell(_("Mise dans « %s » : relisez-la dans votre messagerie, envoyez.") % folder.label)
    for line in words.header_lines(request):
        tell(line)
    return letter_ref(octets)


def _write_new(path: Path, content: bytes) -> None:
    if path.exists():
        raise UsageError(_("le fichier %s existe déjà.") % path, advice=_("Donnez un autre nom."))
    try:
        write_private(path, content)
    except OSError as error:
        raise StoppedError(
            _("le fichier %(file)s ne peut pas être écrit : %(why)s.")
            % {"file": path, "why": error.strerror or type(error).__name__}
        ) from error


def _tell(asked: Asked) -> int:
    note, now = asked.options.note, asked.context.clock.now()
    what, value = {
        "requested": (Happened.REQUESTED, Channel.TEXT.value),
        "sent": (Happened.SENT, ""),
        "answered": (Happened.ANSWERED, ""),
        "autoreply": (Happened.AUTO_REPLY, Reply.BY_HAND.value),
        "autoreply-off": (Happened.AUTO_REPLY, Reply.OFF.value),
        "deleted": (Happened.DELETED, ""),
    }[asked.options.what]
    case = asked.case(what)
    if asked.options.take_back:
        what, value = Happened.TAKEN_BACK, told_in(case, what).mark
    if what is Happened.DELETED and case.last(Happened.REQUESTED) is None:
        raise UsageError(_("sa suppression n'a pas été demandée : balt case delete."), mailbox=asked.address)
    if what is Happened.SENT and case.last(Happened.REQUESTED) is None:
        raise UsageError(
            _("aucune demande n'est écrite : balt case request %s.") % asked.address, mailbox=asked.address
        )
    case = asked.book.tell(case, what, value, note)
    known = Known(cases=asked.book.cases())
    print_case(asked.options, asked.context.config, case, steps_of(case, known, now))
    return 0


def _show(asked: Asked) -> int:
    """Every case of the BAL, the oldest first; the steps of those that are followed."""
    cases = [each for each in asked.book.cases() if each.address == asked.address]
    if not cases:
        raise asked.no_case()
    print_cases(asked.options, asked.context.config, cases, asked.context.clock.now(), timeline=True)
    return 0


def _close(asked: Asked) -> int:
    case, options = asked.case(Happened.CLOSED), asked.options
    now = asked.context.clock.now()
    known = Known(cases=asked.book.cases())
    steps = steps_of(case, known, now)
    if options.abandon:
        return _abandon(asked, case, steps)
    waiting = [each for each in steps if each.state is not StepState.DONE]
    if waiting:
        raise UsageError(
            _("ce dossier n'est pas à son terme : %s.") % words.step_label(waiting[0].name),
            advice=_("Pour l'abandonner : balt case close %s --abandon.") % asked.address,
            mailbox=asked.address,
        )
    case = asked.book.tell(case, Happened.CLOSED, note=options.note)
    print_case(options, asked.context.config, case, (), timeline=True)
    return 0


def _abandon(asked: Asked, case: Case, steps: Sequence[CaseStep]) -> int:
    """Give a case up, once it was said what that ends, and what goes on by itself."""
    options, cases = asked.options, asked.book.cases()
    now = asked.context.clock.now()
    lines, reply = abandon_lines(case, cases, now), reply_left(case, cases, now)
    if reply is not None and not reply.by_hand and asked.account is not None:
        lines.append(_("Pour la retirer : balt autoreply %s remove --yes.") % asked.address)
    if options.yes:
        case = asked.book.tell(case, Happened.ABANDONED, note=options.note)
        print_case(options, asked.context.config, case, (), timeline=True)
    else:
        print_case(options, asked.context.config, case, steps)
        lines = [_("Si ce dossier est abandonné :"), *lines, _("Rien n'est noté sans --yes.")]
    for line in lines:
        tell(line)
    return 0
