"""``balt case``: a BAL that leaves the directory, then is deleted, followed to its end."""

from argparse import Namespace
from collections.abc import Callable, Sequence

from balt.cases import words
from balt.cases.abandoning import abandon_lines, reply_left
from balt.cases.asking import asked_of
from balt.cases.book import CaseBook
from balt.cases.computer import named_computer
from balt.cases.following import entries_of
from balt.cases.meant import OF_A_REQUEST
from balt.cases.model import (
    Case,
    CaseKind,
    Channel,
    Happened,
    Reply,
    open_case,
    replacement_before,
    to_look_up,
    watched,
)
from balt.cases.outliving import done_deletion, done_deletions
from balt.cases.reading import read_words
from balt.cases.replacement import replacement_for
from balt.cases.steps import CaseStep, Known, StepState, steps_of
from balt.cases.taking_back import case_told, told_in
from balt.cli import case_following, case_request
from balt.cli.case_asked import (
    Asked,
    need_left,
    noticed,
    recovered,
    tell_of_replaced,
    tell_of_replacement,
)
from balt.cli.case_known import need_known
from balt.cli.case_outliving import need_silent
from balt.cli.case_output import print_case, print_cases
from balt.cli.context import Context
from balt.cli.ending import tell, worst
from balt.cli.naming import meant
from balt.cli.output import prepare_output
from balt.cli.practice import practice_with, read_directory
from balt.cli.status import read_statuses
from balt.directory.trust import trust_space
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.practice import Practice


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
        "request": case_request.run,
        "tell": _tell,
        "show": _show,
        "close": _close,
    }
    return actions[options.action](asked)


def _several(options: Namespace, context: Context, book: CaseBook) -> int:
    wanted = {meant(name, context)[0] for name in options.mailboxes}
    every, now = book.cases(), context.clock.now()
    cases = [each for each in every if not wanted or each.address in wanted]
    if options.action == "list":
        print_cases(options, context.config, cases, Known.of(every, now), now)
        return 0
    done = () if options.no_mail else done_deletions(cases)
    return case_following.follow(options, context, book, watched(cases), done)


def _depublish(asked: Asked) -> int:
    if asked.is_deleted and not asked.options.again:
        raise asked.no_case()
    replacement, context = _replacement(asked), asked.context
    if open_case(asked.book.cases(), asked.address, CaseKind.DEPUBLICATION) is not None:
        asked.book.open(CaseKind.DEPUBLICATION, asked.address, replacement="")  # says that there is one
    view = read_directory(context, [asked.address, replacement, *to_look_up(asked.book.cases())])
    ref, account = need_known(asked, view), asked.account
    opened = [account] if account is not None and account.access == "imap" else []
    statuses, code = read_statuses(context, opened) if opened else ([], 0)
    if not asked.options.yes:
        _need_unread(asked, replacement, practice_with(context, view, statuses))
    case = asked.book.open(CaseKind.DEPUBLICATION, asked.address, replacement=replacement, ref=ref)
    tell_of_replaced(asked)
    return worst(code, _looked_at(asked, case, view, statuses))


def _need_unread(asked: Asked, replacement: str, practice: Practice) -> None:
    """Raise StoppedError where the BAL is seen, or said, to be read."""
    if said := read_words(asked.address, practice):
        advice = _("Rien n'est noté. Si elle doit partir quand même : balt case depublish %s --to %s --yes.")
        raise StoppedError(
            _("cette BAL est encore en usage (%s).") % said,
            advice=advice % (asked.address, replacement),
            mailbox=asked.address,
        )


def _replace(asked: Asked) -> int:
    """Another BAL takes over: what was written or installed names the former one from now on."""
    asked.case(Happened.REPLACED)
    asked.book.replace(asked.address, _replacement(asked), asked.options.note)
    view = read_directory(asked.context, to_look_up(asked.book.cases()))
    return _looked_at(asked, asked.case(Happened.REPLACED), view)


def _replacement(asked: Asked) -> str:
    """The BAL of ``--to``; UsageError where nobody should be sent there."""
    context = asked.context
    trust = trust_space(context.config.directory, context.data_dir, context.clock)
    cases = asked.book.cases()
    return replacement_for(asked.address, asked.options.to, cases, trust, context.clock.now())


def _looked_at(asked: Asked, case: Case, view: DirectoryView, statuses: Sequence[MailboxStatus] = ()) -> int:
    """The case with what the directory says now, and the figures of the BAL that were taken."""
    context, now = asked.context, asked.context.clock.now()
    case = noticed(asked, case, entries_of(asked.address, context.config, view), view, statuses)
    if warning := view.trust.warning(case.replacement, now) or view.trust.problem:
        tell(warning)
    tell_of_replacement(asked, case, view)
    print_case(asked.options, context.config, case, steps_of(case, Known.of(asked.book.cases(), now), now))
    return 3 if view.problem else 0


def _delete(asked: Asked) -> int:
    context, book, options = asked.context, asked.book, asked.options
    if asked.is_deleted and not options.again:
        raise asked.no_case()
    if open_case(book.cases(), asked.address, CaseKind.DELETION) is not None:
        book.open(CaseKind.DELETION, asked.address, replacement="")  # says that there is one already
    view = read_directory(context, [asked.address, *to_look_up(book.cases())])
    entries = entries_of(asked.address, context.config, view)
    ref = need_known(asked, view)
    need_left(asked, view, unseen=bool(ref))
    if options.archive is None:
        kept = book.event(Happened.NOTHING_TO_KEEP, note=_said(options.nothing_to_keep, asked.address))
    else:
        place = recovered(asked, options.archive.expanduser().resolve())
        kept = book.event(Happened.KEPT, place, ref=named_computer(context.state_dir))
    replacement = replacement_before(book.cases(), asked.address)
    case = book.open(CaseKind.DELETION, asked.address, kept, replacement=replacement, ref=ref)
    case = noticed(asked, case, entries, view)
    tell_of_replaced(asked)
    now = context.clock.now()
    print_case(options, context.config, case, steps_of(case, Known.of(book.cases(), now), now))
    return 3 if view.problem else 0


def _said(text: str, address: str) -> str:
    if not text.strip():
        raise UsageError(_("--nothing-to-keep demande une phrase du titulaire."), mailbox=address)
    return text


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
    case = _told_case(asked, what)
    if asked.options.take_back:
        what, value = Happened.TAKEN_BACK, told_in(case, what).mark
    if what in (Happened.SENT, Happened.ANSWERED, Happened.DELETED) and asked_of(case).on is None:
        raise _nothing_asked(case)
    if what is Happened.DELETED and not asked.options.again:
        need_silent(asked.account, asked.context)
    case = asked.book.tell(case, what, value, note)
    known = Known.of(asked.book.cases(), now)
    print_case(asked.options, asked.context.config, case, steps_of(case, known, now))
    for line in asked.retire_lines() if what is Happened.DELETED else ():
        tell(line)
    return 0


def _told_case(asked: Asked, what: Happened) -> Case:
    """The case that something is told of; that it was told in, to take it back."""
    kind = asked.options.kind
    if kind is not None and what not in OF_A_REQUEST:
        raise UsageError(_("--for va avec requested, sent ou answered."), mailbox=asked.address)
    if asked.options.take_back and what is Happened.DELETED:
        return done_deletion(_cases_of(asked)) or asked.case(what)
    case = asked.case(what, kind)
    if kind is None and asked.options.take_back:
        return case_told(_cases_of(asked), what) or case
    return case


def _cases_of(asked: Asked) -> list[Case]:
    return [each for each in asked.book.cases() if each.address == asked.address]


def _nothing_asked(case: Case) -> UsageError:
    """That there is no request which could be sent, answered or granted."""
    told = {"kind": words.kind_words(case.kind), "bal": case.address, "for": case.kind.value}
    return UsageError(
        _("aucune demande de %(kind)s n'est écrite.") % told,
        advice=_(
            "Pour l'écrire : balt case request %(bal)s --for %(for)s. "
            "Si elle a été faite autrement : balt case tell %(bal)s requested --for %(for)s."
        )
        % told,
        mailbox=case.address,
    )


def _show(asked: Asked) -> int:
    """Every case of the BAL, the oldest first; the steps of those that are followed."""
    every, now = asked.book.cases(), asked.context.clock.now()
    cases = _cases_of(asked)
    if not cases:
        raise asked.no_case()
    print_cases(asked.options, asked.context.config, cases, Known.of(every, now), now, timeline=True)
    return 0


def _close(asked: Asked) -> int:
    case, options = asked.case(Happened.CLOSED), asked.options
    now = asked.context.clock.now()
    steps = steps_of(case, Known.of(asked.book.cases(), now), now)
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
