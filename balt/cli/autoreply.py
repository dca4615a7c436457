"""``balt autoreply``: say on a BAL that is no longer read which one is; without ``--yes`` nothing is done."""

import json
from argparse import Namespace
from collections.abc import Iterable
from contextlib import ExitStack, suppress

from balt.cases.autoreply import words
from balt.cases.autoreply.filing import folders_of
from balt.cases.autoreply.record import Phase, Records
from balt.cases.autoreply.reply import AutoReply, auto_reply, is_plain_address
from balt.cases.autoreply.script import block_in
from balt.cases.autoreply.service import AutoReplies
from balt.cases.autoreply.state import Stand, State
from balt.cases.book import CaseBook
from balt.cases.following import note_reply
from balt.cases.meant import case_for
from balt.cases.model import Case, Happened
from balt.cases.reading import is_unread
from balt.cases.replacement import left_alone_words, replaced_by, replacement_for, warning_of
from balt.cases.words import has_news
from balt.cleanup.journal import Journal
from balt.cli.context import Context, as_awaited, closed_for_good
from balt.cli.ending import fail, tell, worst
from balt.cli.naming import meant
from balt.cli.output import prepare_output, write
from balt.cli.practice import practice_with, read_directory
from balt.config import Account
from balt.directory.trust import trust_space
from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.mail.sieve.opening import NotOfferedError, place_of
from balt.mail.sieve.session import SieveSession
from balt.mailboxes.directory_view import DirectoryView
from balt.text import plain, plain_lines


def run(options: Namespace, context: Context) -> int:
    """Install, change, remove, show, or say how it stands."""
    if options.action == "show" and options.to is not None:
        prepare_output(options)
        return _show_text(options, context)
    account = context.config.account(options.mailbox)
    prepare_output(options)
    if options.to is None and (options.action == "install" or options.until is not None):
        raise UsageError(
            _("il manque --to : l'adresse de la BAL qui remplace celle-ci."), mailbox=account.address
        )
    if options.to is not None and options.action not in ("install", "show"):
        raise UsageError(_("--to ne va qu'avec install ou show."), mailbox=account.address)
    reply = None
    if options.to is not None:
        reply = _reply(options, context, account.address)
        _warn_of_another(context, reply)
        _warn_of_replacement(context, reply)
    with ExitStack() as opened:
        try:
            session = opened.enter_context(SieveSession(account, lambda: context.secrets.password(account)))
            if "vacation" not in session.extensions:
                raise NotOfferedError(
                    _("ce serveur ne sait pas répondre de lui-même (vacation)."), mailbox=account.address
                )
        except BaltError as error:
            return _unopened(options, context, account, error, reply)
        return _do(options, context, account, _replies(context, account, session, reply), reply)


def _replies(
    context: Context, account: Account, session: SieveSession, reply: AutoReply | None
) -> AutoReplies:
    """What acts on the auto-reply of a BAL that was opened."""
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    text = _("Son texte : balt autoreply %(bal)s show --to %(to)s.") % {
        "bal": account.address,
        "to": reply.replacement if reply is not None else _("ADRESSE"),
    }
    folders = folders_of(account, lambda: context.secrets.password(account), context.clock)
    return AutoReplies(session, session.place, journal, context.clock, text_at=text, folders=folders)


def _unopened(
    options: Namespace, context: Context, account: Account, error: BaltError, reply: AutoReply | None
) -> int:
    """What opening ended with, told as what its cases wait for, where they do. Raises it where it failed."""
    told = as_awaited(error, account, context)
    if told is not error:
        if options.action != "install" and closed_for_good(account, context) is not None:
            return _of_deleted(options, told)
        raise told from error
    if not isinstance(error, NotOfferedError) or _was_installed(context, account):
        raise error  # one that was put there may be answering, or not: nobody can say
    return _by_hand(options, error, reply)


def _reply(options: Namespace, context: Context, address: str, *, by_hand: bool = False) -> AutoReply:
    """The reply that is asked for; what is to be known of the BAL that it names is told."""
    now = context.clock.now()
    trust = trust_space(context.config.directory, context.data_dir, context.clock)
    unread = _is_unread(context, address)
    reply = auto_reply(address, options.to, options.until, now.date(), trust, by_hand=by_hand, unread=unread)
    replacement_for(address, reply.replacement, _cases(context), trust, now)
    if warning := trust.warning(reply.replacement, now) or trust.problem:
        tell(warning)
    return reply


def _is_unread(context: Context, address: str) -> bool:
    """Whether the reply may say that nobody reads the BAL."""
    with suppress(BaltError):
        case = case_for(_cases(context), address, Happened.AUTO_REPLY)
        return is_unread(address, case, practice_with(context, DirectoryView()))
    return False


def _do(
    options: Namespace, context: Context, account: Account, replies: AutoReplies, reply: AutoReply | None
) -> int:
    if options.action == "show":
        return _show(options, account, replies)
    if options.action == "install" and reply is not None:
        if not options.yes:
            return _say_only(options, account, replies, reply)
        return _account(options, context, account, replies.install(reply), done=True)
    if options.action == "remove" and options.yes:
        return _account(options, context, account, replies.remove(), done=True)
    state = replies.look()
    if options.action == "remove":
        lines = words.state_lines(state)
        if state.stand is not Stand.ABSENT and state.previous is not None:
            lines.append(
                _("Elle serait retirée, et le script d'avant remis en service. Rien n'est fait sans --yes.")
            )
        elif state.stand is not Stand.ABSENT:
            lines.append(_("Elle serait retirée. Rien n'est fait sans --yes."))
        _print(options, lines, {**_about(state), "done": False})
        return 0
    return _account(options, context, account, state, done=False)


def _say_only(options: Namespace, account: Account, replies: AutoReplies, reply: AutoReply) -> int:
    script, state, lost = replies.prepare(reply), replies.look(), replies.lost()
    there = state.stand is not Stand.ABSENT
    lines = [
        *(words.state_lines(state) if there else ()),
        *words.plan_lines(reply, script, again=there, lost=lost),
        "",
        *words.text_lines(reply),
        "",
        _("Rien n'est fait sans --yes."),
    ]
    about = {"done": False, "script": _shown(script, account), "missing_folders": _names(lost)}
    _print(options, lines, about | _text(reply))
    return 0


def _account(options: Namespace, context: Context, account: Account, state: State, *, done: bool) -> int:
    _print(options, words.state_lines(state), {**_about(state), "done": done})
    return worst(0 if state.is_as_meant else 1, _note(context, account, state))


def _book(context: Context) -> CaseBook:
    return CaseBook(context.data_dir, context.clock, context.config.person.name)


def _cases(context: Context) -> tuple[Case, ...]:
    """All cases; none where they cannot be read, which is told when one is to be written."""
    with suppress(BaltError):
        return _book(context).cases()
    return ()


def _warn_of_another(context: Context, reply: AutoReply) -> None:
    """Tell where the reply sends people elsewhere than the case of the BAL says."""
    case = case_for(_cases(context), reply.address, Happened.AUTO_REPLY)
    if case is not None and case.replacement not in ("", reply.replacement.lower()):
        tell(_("Le dossier de cette BAL nomme une autre BAL de remplacement : %s.") % case.replacement)


def _warn_of_replacement(context: Context, reply: AutoReply) -> None:
    """Tell what speaks against the BAL that people are to be sent to; and which BAL send people to this one,
    that sends them on.
    """
    view = read_directory(context, [reply.replacement])
    with suppress(BaltError):
        if said := warning_of(reply.address, reply.replacement, context.config, practice_with(context, view)):
            tell(said)
    for each in replaced_by(reply.address, _cases(context), context.clock.now()):
        tell(left_alone_words(each, reply.address))


def _note(context: Context, account: Account, state: State) -> int:
    """Write into the case of the BAL, where one is open, how its auto-reply stands; the code of a case that
    cannot be written. What the server did stands all the same.
    """
    try:
        noted = note_reply(_book(context), account.address, state, context.clock.now())
    except BaltError as error:
        fail(error)
        return error.exit_code
    if noted is not None and has_news(*noted):
        tell(_("Noté au dossier."))
    return 0


def _show(options: Namespace, account: Account, replies: AutoReplies) -> int:
    script = replies.shown()
    if options.json:
        _print(options, [], {"script": _shown(script, account) if script is not None else None})
    elif script is None:
        tell(_("Aucune réponse automatique de balt n'est sur ce serveur."))
    else:
        write(_shown(script, account))
    return 0


def _shown(script: bytes, account: Account) -> str:
    """A script to be read. How the person sorts may name people: in discreet access that is left out."""
    if account.discreet:
        script = block_in(script)
    return "".join(f"{line}\n" for line in plain_lines(script.decode("utf-8", "replace").rstrip()))


def _show_text(options: Namespace, context: Context) -> int:
    """The text to be pasted, also for a BAL that balt does not open."""
    address, account = meant(options.mailbox, context)
    shown = account.address if account is not None else address
    reply = _reply(options, context, shown, by_hand=True)
    if options.json:
        _print(options, [], _text(reply))
    else:
        for line in words.text_lines(reply):
            write(line + "\n")
    if account is None or not is_plain_address(address):
        _say_what_follows(context, address)
    return 0


def _say_what_follows(context: Context, address: str) -> None:
    """How to note that a reply that balt cannot see was put there."""
    if case_for(_cases(context), address, Happened.AUTO_REPLY) is not None:
        tell(_("Une fois posée, notez-le : balt case tell %s autoreply.") % plain(address))


def _of_deleted(options: Namespace, closed: BaltError) -> int:
    """One that was noted as deleted answers nobody: nothing is to be done there, and nothing failed."""
    tell(str(closed))
    _print(options, [], {"offered": False, "done": False, "reason": closed.message})
    return 0


def _by_hand(options: Namespace, reason: NotOfferedError, reply: AutoReply | None) -> int:
    """Where the server does not answer by itself, or not by balt: what a person can do."""
    tell(str(reason))
    told: dict[str, object] = {"offered": False, "done": False, "reason": reason.message}
    if reply is None:
        tell(_("Voyez dans le webmail de la BAL. Le texte : balt autoreply BAL show --to ADRESSE."))
        _print(options, [], told)
    else:
        _print(options, [], told | _text(reply))
        if not options.json:
            for line in words.copy_lines(reply):
                write(line + "\n")
    return 0


def _was_installed(context: Context, account: Account) -> bool:
    record = Records(context.state_dir, place_of(account)).load()
    return record is not None and record.phase is not Phase.OFF


def _text(reply: AutoReply) -> dict[str, object]:
    until = reply.until.isoformat() if reply.until else None
    return {"to": reply.replacement, "until": until, "subject": reply.subject, "text": reply.body}


def _about(state: State) -> dict[str, object]:
    about = state.about if state.stand is not Stand.ABSENT else None
    return {
        "offered": True,
        "state": state.stand.value,
        "to": about.replacement if about else None,
        "until": about.until.isoformat() if about and about.until else None,
        "since": state.since or None,
        "by_another_balt": state.elsewhere and about is not None,
        "active_script": _name(state.active),
        "own_script": _name(state.previous) if about else None,
        "own_script_is": state.own.value,
        "missing_folders": _names(state.lost),
    }


def _names(folders: tuple[str, ...]) -> list[str]:
    return [plain(each, 200) for each in folders]


def _name(script: str | None) -> str | None:
    return plain(script, 200) if script is not None else None


def _print(options: Namespace, lines: Iterable[str], about: dict[str, object]) -> None:
    """The account in JSON on standard output; in words, on standard error as all narration."""
    if options.json:
        write(json.dumps(about, ensure_ascii=False, indent=2) + "\n")
    for line in lines:
        tell(line)
