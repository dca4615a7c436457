"""``balt status``: what each BAL holds and how full it is."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from balt.cli.context import Context, ask_first, closed_for_good, session_of
from balt.cli.ending import fail, tell, worst
from balt.cli.output import Column, Progress, Row, prepare_output, write_csv, write_json, write_table
from balt.cli.practice import gather
from balt.config import Account
from balt.errors import BaltError, CancelledError, ClosedError, UsageError
from balt.i18n import _
from balt.mailboxes.activity import take_status, unreachable
from balt.mailboxes.model import MailboxStatus, Verdict
from balt.mailboxes.operator.judging import fullness_of
from balt.mailboxes.practice import Practice
from balt.mailboxes.saturation_words import saturation_label
from balt.mailboxes.survey import Cancelled, ask_each
from balt.mailboxes.wording import verdict_label
from balt.units import format_count, format_date, format_percent, format_size

COLUMNS = (
    *("address", "reachable", "error", "messages", "unseen", "size", "quota_used", "quota_limit"),
    *("quota_counted", "quota_counted_on"),
    *(
        "trash_messages",
        "trash_size",
        "last_received",
        "last_sent",
        "last_seen",
        "last_seen_in",
        "saturation_date",
        "saturation_rate",
        "saturation_months",
        "saturation_growth",
        "saturation_reason",
        "verdict",
    ),
)


def run(options: Namespace, context: Context) -> int:
    """Print the figures of each BAL, in the order of the configuration or of the arguments."""
    accounts = context.accounts(options.mailboxes)
    statuses, code = read_statuses(context, accounts)
    statuses += [_without_imap(account, context) for account in accounts if account.access == "none"]
    practice, answered = gather(context, statuses)
    code = worst(code, answered)
    statuses = [_judged(status, practice) for status in statuses]
    order = [account.address for account in accounts]
    statuses.sort(key=lambda status: order.index(status.address))
    counted = {each.address: _counted(each, practice) for each in statuses}
    prepare_output(options)
    if options.json:
        write_json({**status.to_json(), **counted[status.address]} for status in statuses)
    elif options.csv:
        rows = ({**_flat(status), **counted[status.address]} for status in statuses)
        write_csv(rows, COLUMNS, raw=options.raw)
    else:
        _write_table([_line(each, counted[each.address]["quota_counted"]) for each in statuses])
        tell_of_deleted(context, practice, accounts)
    return code


def read_statuses(context: Context, accounts: list[Account]) -> tuple[list[MailboxStatus], int]:
    """The status of each BAL that can be read, several at once, and the exit code: 3 when one failed that is
    not closed as its cases wait for.
    """
    if not accounts:
        tell(_("Aucune BAL dans la configuration."))
    accounts = [account for account in accounts if account.access != "none"]
    ask_first(context, accounts)
    progress = Progress()
    code = 0
    statuses: list[MailboxStatus] = []

    def read(account: Account, cancelled: Cancelled) -> MailboxStatus | BaltError:
        try:
            with session_of(account, context) as session:
                return take_status(session, account, context.config.thresholds, context.clock, cancelled)
        except CancelledError:
            raise
        except BaltError as error:
            return error

    progress.show(_("lecture…"))
    for account, answer in ask_each(accounts, read):
        if isinstance(answer, BaltError):
            progress.clear()
            if not isinstance(answer, ClosedError):
                fail(answer)
                code = worst(code, max(answer.exit_code, 3))
            answer = unreachable(account, answer, context.clock)
        statuses.append(answer)
        progress.show(_("%(done)d BAL sur %(total)d") % {"done": len(statuses), "total": len(accounts)})
    progress.clear()
    return statuses, code


def tell_of_deleted(context: Context, practice: Practice, accounts: Iterable[Account]) -> None:
    """Tell which of these BAL were deleted, and that the configuration still has them."""
    for account in accounts:
        mailbox = practice.mailbox(account.address)
        if mailbox is not None and mailbox.deleted and (closed := closed_for_good(account, context)):
            tell(str(closed))


def _judged(status: MailboxStatus, practice: Practice) -> MailboxStatus:
    """The status with balt's verdict on that BAL."""
    mailbox = practice.mailbox(status.address)
    return status if mailbox is None else replace(status, verdict=mailbox.finding.verdict.value)


def _counted(status: MailboxStatus, practice: Practice) -> Row:
    """How full the operator says that a BAL is, and on which day, where its server does not tell."""
    mailbox = practice.mailbox(status.address)
    figure = mailbox.operator if mailbox is not None and status.quota is None else None
    percent = fullness_of(figure, practice.now.date())
    day = figure.taken_on.isoformat() if figure is not None and percent is not None else None
    return {"quota_counted": percent, "quota_counted_on": day}


def _without_imap(account: Account, context: Context) -> MailboxStatus:
    error = UsageError(_("sans accès IMAP dans la configuration : à voir dans son webmail."))
    return unreachable(account, error, context.clock)


def _flat(status: MailboxStatus) -> Row:
    """The status as one row of a table."""
    row = dict(status.to_json())
    quota, trash = status.quota, status.trash_messages is not None
    row["quota_used"] = quota.used if quota else None
    row["quota_limit"] = quota.limit if quota else None
    row["trash_messages"] = status.trash_messages
    row["trash_size"] = status.trash_size if trash else None
    told = status.saturation.to_json() if status.saturation else {}
    row |= {f"saturation_{name}": told.get(name) for name in ("rate", "months", "growth", "reason")}
    return row


def _write_table(lines: list[list[str]]) -> None:
    columns = [
        Column(_("BAL"), flexible=True),
        Column(_("Messages"), right=True),
        Column(_("Non lus"), right=True),
        Column(_("Taille"), right=True),
        Column(_("Quota"), right=True),
        Column(_("Saturation")),
        Column(_("Corbeille"), right=True),
        Column(_("Dernier reçu")),
        Column(_("Dernier lu")),
        Column(_("Dernier envoyé")),
        Column(_("Constat")),
    ]
    write_table(columns, lines)


def _line(status: MailboxStatus, counted: object) -> list[str]:
    """One row; ``counted`` is how full the operator says that the BAL is, in percent; None for nothing."""
    quota = status.quota
    room = format_percent(counted, 100) if isinstance(counted, int) else ""
    return [
        status.address,
        _figure(status.messages),
        _figure(status.unseen),
        _size(status.size),
        format_percent(quota.used, quota.limit) if quota else f"≈{room}" if room else "—",
        saturation_label(status.saturation, status.taken_at) if status.saturation else "—",
        _size(status.trash_size),
        _day(status.last_received),
        _day(status.last_seen),
        _day(status.last_sent),
        verdict_label(Verdict(status.verdict)) if status.verdict else "—",
    ]


def _figure(value: int | None) -> str:
    return "—" if value is None else format_count(value)


def _size(value: int | None) -> str:
    return "—" if value is None else format_size(value)


def _day(moment: datetime | None) -> str:
    return "—" if moment is None else format_date(moment.astimezone().date())
