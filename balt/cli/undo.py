"""``balt undo``: take an act back, once it is confirmed; without ``--yes`` nothing is touched."""

import json
from argparse import Namespace

from balt.cleanup import undo_words, wording
from balt.cleanup.journal import Journal
from balt.cleanup.result import ApplyResult
from balt.cleanup.settle import settle
from balt.cleanup.undo import Undoing
from balt.cleanup.undo_archive import plan_taking_back, take_back
from balt.cleanup.undoable import Undoable, undoable
from balt.cli.acting import ActNarration, asked_to_stop
from balt.cli.context import Context, session_of
from balt.cli.ending import fail, tell, worst
from balt.cli.output import Column, prepare_output, write, write_json, write_table
from balt.config import Account
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.text import plain


def run(options: Namespace, context: Context) -> int:
    """Take back the act that is named, or the newest that can be, and give the true account of it."""
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    prepare_output(options)
    if options.list:
        _print_list(options, undoable(journal))
        return 0
    act = _act(options.act, journal)
    if act is None:
        tell(_("Aucun acte du journal ne peut être annulé."))
        _print(options, None, ApplyResult())
        return 0
    account = _account_of(act, context)
    with asked_to_stop() as cancelled, session_of(account, context) as session:
        if options.yes and act.is_open:
            settle(journal, session)
            act = next(each for each in undoable(journal) if each.id == act.id)
        undoing = plan_taking_back(session, journal, act, context.clock, cancelled=cancelled)
        for line in undo_words.undo_lines(undoing):
            tell(line)
        if not options.yes:
            if undoing.count:
                tell(_("Rien n'est fait sans --yes."))
            _print(options, undoing, ApplyResult())
            return 0
        narration = ActNarration()
        try:
            result = take_back(undoing, session, journal, context.clock, narration.advance, cancelled)
        finally:
            narration.progress.clear()
    return _account(options, undoing, result)


def _act(name: str | None, journal: Journal) -> Undoable | None:
    """The act of this id, or of which it is the beginning; the newest that can be undone without one.

    Raises UsageError where the journal has none of that name, or several; StoppedError where it cannot be
    undone.
    """
    acts = undoable(journal)
    if name is None:
        return next((act for act in acts if act.can), None)
    named = [act for act in acts if act.id == name] or [act for act in acts if act.id.startswith(name)]
    if len(named) != 1:
        message = _("plusieurs actes commencent par « %s ».") if named else _("aucun acte « %s » au journal.")
        raise UsageError(message % plain(name, 80), advice=_("« balt undo --list » donne leurs noms."))
    if not named[0].can:
        raise named[0].refusal()
    return named[0]


def _print_list(options: Namespace, acts: list[Undoable]) -> None:
    """Every act, the newest first, and whether it can be undone."""
    if options.json:
        write_json(_row(act) for act in acts)
        return
    columns = [
        Column(_("Acte")),
        Column(_("Ce qui a été fait"), flexible=True),
        Column(_("BAL"), flexible=True),
        Column(_("Annulable"), flexible=True),
    ]
    rows = [
        [act.id, undo_words.act_line(act), act.mailbox, _("oui") if act.can else _("non : %s") % act.why_not]
        for act in acts
    ]
    write_table(columns, rows)


def _row(act: Undoable) -> dict[str, object]:
    return {
        "act": act.id,
        "action": act.action,
        "time": act.when.isoformat(timespec="seconds") if act.when else None,
        "mailbox": act.mailbox,
        "folders": list(act.folders),
        "count": act.count,
        "size": act.size,
        "undone": act.undone,
        "can_be_undone": act.can,
        "why_not": act.why_not or None,
    }


def _account_of(act: Undoable, context: Context) -> Account:
    for account in context.config.accounts:
        if act.is_of(account):
            return account
    raise StoppedError(
        _("cet acte a été fait sur une BAL qui n'est pas dans la configuration."),
        advice=_("Rien n'a été fait. Utilisez la configuration avec laquelle il a été fait."),
        mailbox=act.mailbox,
    )


def _account(options: Namespace, undoing: Undoing, result: ApplyResult) -> int:
    """Print what was done, and return the exit code."""
    _print(options, undoing, result)
    for line in (*undo_words.account_lines(result), *wording.skipped_lines(result)):
        tell(line)
    if result.stopped is not None:
        fail(result.stopped)
    return worst(result.exit_code, 0 if undoing.is_whole else 1)


def _print(options: Namespace, undoing: Undoing | None, result: ApplyResult) -> None:
    if not options.json:
        return
    homeless = undoing.homeless if undoing else {}
    about = {
        "act": undoing.act.id if undoing else None,
        "count": undoing.count if undoing else 0,
        "missing": undoing.missing if undoing else 0,
        "unsure": undoing.unsure if undoing else 0,
        "homeless": [{"folder": plain(name), "messages": count} for name, count in homeless.items()],
    }
    write(json.dumps(about | result.to_json(), ensure_ascii=False, indent=2) + "\n")
