"""When a BAL will be full, in words, with the reasoning; or why that cannot be said."""

from datetime import datetime, timedelta

from balt.i18n import N_, _, ngettext
from balt.mailboxes.saturation import HORIZON, LEAST_MONTHS, NEAR_DAYS, Forecast, Silence
from balt.units import format_date, format_percent, format_size

_MONTHS = (
    *(N_("janvier"), N_("février"), N_("mars"), N_("avril"), N_("mai"), N_("juin")),
    *(N_("juillet"), N_("août"), N_("septembre"), N_("octobre"), N_("novembre"), N_("décembre")),
)
_YEAR = timedelta(days=366)
_STEADY = 0.05
"""A growth of less, by year, is not worth a word."""


def saturation_when(date: datetime, now: datetime) -> str:
    """About when, as exactly as a forecast deserves: "vers le 12 janv. 2027", "vers la mi-avril 2027",
    "vers avril 2028", "vers 2030".
    """
    day, ahead = date.astimezone(now.tzinfo).date(), date - now
    if ahead < timedelta(days=NEAR_DAYS):
        return _("vers le %s") % format_date(day)
    if ahead > 3 * _YEAR:
        return _("vers %s") % day.year
    words = {"month": _(_MONTHS[day.month - 1]), "year": day.year}
    if ahead > _YEAR:
        return _("vers %(month)s %(year)s") % words
    if day.day <= 10:
        return _("vers début %(month)s %(year)s") % words
    return (_("vers la mi-%(month)s %(year)s") if day.day <= 20 else _("vers fin %(month)s %(year)s")) % words


def saturation_headline(forecast: Forecast, now: datetime) -> str:
    """ "saturée vers la mi-avril 2027"; "" where no date is told."""
    return "" if forecast.date is None else _("saturée %s") % saturation_when(forecast.date, now)


def saturation_sentence(forecast: Forecast, now: datetime) -> str:
    """ "saturée vers la mi-avril 2027 : +38 Mo par mois sur 12 mois", or why no date is told."""
    if forecast.date is not None:
        said = saturation_headline(forecast, now)
    elif forecast.silence is Silence.FAR:
        said = _("pas saturée avant %d ans") % (HORIZON // 12)
    else:
        return _why_not(forecast)
    return _("%(what)s : %(reasoning)s") % {"what": said, "reasoning": _reasoning(forecast)}


def saturation_label(forecast: Forecast, now: datetime) -> str:
    """The same in a column: "mars 2028", "> 5 ans", "irrégulière"; "—" where no limit is known."""
    if forecast.date is not None:
        day = forecast.date.astimezone(now.tzinfo).date()
        if forecast.is_near(now):
            return format_date(day)
        return _("%(month)s %(year)s") % {"month": _(_MONTHS[day.month - 1]), "year": day.year}
    return {
        Silence.FAR: _("> %d ans") % (HORIZON // 12),
        Silence.FULL: _("pleine"),
        Silence.UNDATED: _("dates inconnues"),
        Silence.UNMATCHED: _("compte différent"),
        Silence.TOO_RECENT: _("trop récente"),
        Silence.EMPTIED: _("vidée"),
        Silence.STILL: _("rien n'arrive"),
        Silence.IRREGULAR: _("irrégulière"),
    }.get(forecast.silence or Silence.NO_QUOTA, "—")


def _reasoning(forecast: Forecast) -> str:
    """ "+38 Mo par mois sur 12 mois, 20 % de plus chaque année"."""
    text = _("+%(size)s par mois sur %(n)d mois")
    said = text % {"size": _roughly(forecast.rate or 0), "n": forecast.months}
    change = forecast.growth - 1
    if abs(change) < _STEADY:
        return said
    more = _("%(pace)s, %(percent)s de plus chaque année")
    less = _("%(pace)s, %(percent)s de moins chaque année")
    return (more if change > 0 else less) % {
        "pace": said,
        "percent": format_percent(round(abs(change) * 100), 100),
    }


def _roughly(octets: int) -> str:
    """A size without the decimals that a forecast does not deserve: "41 Mo", but "9,4 Mo"."""
    unit = 1
    while octets >= unit * 1024:
        unit *= 1024
    return format_size(round(octets / unit) * unit if octets >= 10 * unit else octets)


def _why_not(forecast: Forecast) -> str:
    if forecast.silence is Silence.FULL:
        return _("pleine")
    if forecast.silence is Silence.EMPTIED:
        text = ngettext(
            "saturation imprévisible : beaucoup a été supprimé de ce qui a plus de %d mois",
            "saturation imprévisible : beaucoup a été supprimé de ce qui a plus de %d mois",
            forecast.months,
        )
        return text % forecast.months
    return {
        Silence.UNDATED: _("saturation imprévisible : trop de messages sont sans date connue"),
        Silence.UNMATCHED: _(
            "saturation imprévisible : le serveur compte autre chose que ces messages (quota partagé ?)"
        ),
        Silence.TOO_RECENT: _("saturation imprévisible : moins de %d mois complets de courrier")
        % LEAST_MONTHS,
        Silence.STILL: _("saturation imprévisible : presque rien n'arrive depuis un mois"),
        Silence.IRREGULAR: _("saturation imprévisible : d'un mois à l'autre, trop inégal"),
    }.get(forecast.silence or Silence.NO_QUOTA, _("saturation imprévisible : quota inconnu"))
