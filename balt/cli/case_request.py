"""``balt case request``: the request to a provider shown, written to a file, or put into the drafts."""

from pathlib import Path

from balt.cases import words
from balt.cases.computer import need_here
from balt.cases.contacts import contact_of
from balt.cases.drafts import draft_words, save_draft, waiting_draft
from balt.cases.following import entries_of
from balt.cases.letters import letter_ref
from balt.cases.model import (
    Case,
    CaseKind,
    Channel,
    Happened,
    kind_known,
)
from balt.cases.reading import is_unread
from balt.cases.request import Request, request_of
from balt.cases.steps import Known, steps_of
from balt.cleanup.journal import Journal
from balt.cli.case_asked import Asked, holders_of, need_left, noticed, recovered
from balt.cli.case_output import print_case
from balt.cli.context import session_of
from balt.cli.ending import tell
from balt.cli.output import write
from balt.cli.practice import practice_with, read_directory
from balt.config import Contact
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.mailboxes.publication import kind_of
from balt.paths import write_private


def run(asked: Asked) -> int:
    """Make out the request of a case; what is not confirmed by ``--yes`` is only shown."""
    options, context = asked.options, asked.context
    case = asked.case(Happened.REQUESTED, options.kind)
    channel = Channel(options.channel)
    if (options.output is not None) != (channel is Channel.EML):
        raise UsageError(_("--output va avec --as eml, et lui seul."), mailbox=asked.address)
    if channel is Channel.DRAFT and options.yes and not options.again:
        _need_no_draft(asked, case)
    view = read_directory(context, [asked.address])
    entries = entries_of(asked.address, context.config, view)
    contact = contact_of(asked.address, context.config.providers)
    now = context.clock.now()
    case = noticed(asked, case, entries, view)
    if case.kind is CaseKind.DELETION:
        need_left(asked, view)
    kind = kind_of(entries) or kind_known(asked.book.cases(), asked.address)
    holders = holders_of(asked, entries)
    person, followed = context.config.person, context.config.follows(asked.address)
    unread = is_unread(asked.address, case, practice_with(context, view))
    request = request_of(
        case, holders, kind, person, contact or Contact(), now, followed=followed, unread=unread
    )
    for line in [*words.contact_lines(contact, asked.address), *words.request_lines(request)]:
        tell(line)
    if case.kind is CaseKind.DELETION and (kept := case.last(Happened.KEPT)) is not None:
        need_here(case, context.state_dir)
        recovered(asked, Path(kept.value))  # mail may have come since: it would be lost
    if not options.json:
        write(request.text())
    if not options.yes:
        tell(_("Rien n'est noté sans --yes."))
    else:
        ref = _make_out(asked, request, channel)
        case = asked.book.tell(case, Happened.REQUESTED, channel.value, contact.name if contact else "", ref)
    if options.json:
        known = Known.of(asked.book.cases(), asked.context.clock.now())
        print_case(options, asked.context.config, case, steps_of(case, known, now), request=request)
    return 0


def _need_no_draft(asked: Asked, case: Case) -> None:
    """Raise UsageError where its request lies in the drafts already: the provider would be asked twice."""
    draft = waiting_draft(case)
    if draft is not None:
        advice = _(
            "Envoyez-la, puis : balt case tell %(bal)s sent --for %(for)s. "
            "Pour en mettre une autre : --again."
        )
        raise UsageError(
            draft_words(draft, asked.context.clock.now()),
            advice=advice % {"bal": asked.address, "for": case.kind.value},
            mailbox=asked.address,
        )


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
