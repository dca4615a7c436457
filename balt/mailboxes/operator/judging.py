"""What an operator's figure proves of the use of a BAL, and the sentences that name the source and its date.

The day of a statistic is its evidence: nobody connected *until then*. So a BAL is unread when the last
connection lies ``inactive_after_days`` before that day, and read when it lies less than that before today.
"""

from datetime import date, datetime

from balt.config import Thresholds
from balt.i18n import _
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.usage import Activity
from balt.units import format_age, format_date, format_percent, format_size


def activity_by(figure: OperatorFigure, thresholds: Thresholds, today: date) -> Activity:
    """Whether the BAL is read. A statistic that has aged proves nothing, nor does "never": it may be of a BAL
    that was opened the day before.
    """
    if figure.last_login is None or not figure.is_fresh(today):
        return Activity.UNCLEAR
    if (figure.taken_on - figure.last_login).days >= thresholds.inactive_after_days:
        return Activity.UNREAD
    if (today - figure.last_login).days < thresholds.inactive_after_days:
        return Activity.READ
    return Activity.UNCLEAR


def knows_later(figure: OperatorFigure, status: MailboxStatus, now: datetime) -> bool:
    """Whether the operator saw the holder later than the messages do. Where they do not, some software reads
    the BAL without what the operator calls a connection, and its figure proves nothing.
    """
    if figure.last_login is None:
        return False
    return status.last_seen is None or figure.last_login >= _local_day(status.last_seen, now)


def received_on(figure: OperatorFigure | None, today: date) -> date | None:
    """The day of the last message received, from a statistic that still counts."""
    return figure.last_received if figure is not None and figure.is_fresh(today) else None


def fullness_of(figure: OperatorFigure | None, today: date) -> int | None:
    """How full the BAL is, in percent, from a statistic that still counts."""
    return figure.fullness if figure is not None and figure.is_fresh(today) else None


def use_words(figure: OperatorFigure, activity: Activity, today: date) -> str:
    """What the operator says of the use of a BAL, in a sentence; "" where it says nothing."""
    source = {"source": source_words(figure)}
    if figure.never:
        said = _("jamais ouverte, %(source)s") % source
    elif figure.last_login is None:
        return ""
    elif activity is Activity.UNREAD:
        age = format_age((figure.taken_on - figure.last_login).days)
        said = _("aucune connexion depuis %(age)s, %(source)s") % {"age": age, **source}
    else:
        day = {"day": format_date(figure.last_login)}
        said = _("dernière connexion le %(day)s, %(source)s") % {**day, **source}
    return said if figure.is_fresh(today) else _("%s : trop ancien pour conclure") % said


def figure_lines(figure: OperatorFigure, now: datetime) -> list[str]:
    """All that a figure says, a sentence each, its day first."""
    day = {"day": format_date(figure.taken_on)}
    if figure.is_fresh(now.date()):
        said = [_("statistique du %(day)s") % day]
    else:
        said = [_("statistique du %(day)s : trop ancienne pour conclure") % day]
    if figure.never:
        said.append(_("jamais ouverte"))
    elif figure.last_login is not None:
        said.append(_("dernière connexion le %s") % format_date(figure.last_login))
    if figure.last_received is not None:
        said.append(_("dernier message reçu le %s") % format_date(figure.last_received))
    if room := _room_words(figure):
        said.append(room)
    return said


def _room_words(figure: OperatorFigure) -> str:
    """How full the BAL is; "" where that is not told."""
    percent = "" if figure.fullness is None else format_percent(figure.fullness, 100)
    if figure.used is None:
        return percent and _("remplie à %s") % percent
    if figure.quota is None:
        return _("%s occupés") % format_size(figure.used)
    sizes = {"used": format_size(figure.used), "limit": format_size(figure.quota)}
    if not percent:
        return _("%(used)s sur %(limit)s") % sizes
    return _("%(percent)s : %(used)s sur %(limit)s") % {"percent": percent, **sizes}


def source_words(figure: OperatorFigure) -> str:
    """Where a figure comes from: "d'après l'opérateur, le 12 oct. 2026"."""
    return _("d'après l'opérateur, le %s") % format_date(figure.taken_on)


def _local_day(moment: datetime, now: datetime) -> date:
    return moment.astimezone(now.tzinfo).date()
