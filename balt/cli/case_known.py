"""That the BAL of a new case is one: a mistyped address is absent from every directory."""

from contextlib import suppress

from balt.cases.autoreply.reply import is_mssante
from balt.cases.following import entries_of, own_addresses
from balt.cases.model import UNSEEN
from balt.cases.presence import never_shown
from balt.cli.case_asked import Asked
from balt.cli.naming import known_here
from balt.config.table import nearest
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.operator.book import OperatorBook


def need_known(asked: Asked, view: DirectoryView) -> str:
    """What a case of this BAL is to be opened with: ``UNSEEN`` where nothing here has ever shown its address,
    or it is none of the MSSanté, "" otherwise. Raises UsageError there, unless it was said again.
    """
    if _is_shown(asked, view):
        return ""
    mssante = is_mssante(asked.address, view.trust)
    if mssante and (asked.account is not None or asked.context.config.follows(asked.address)):
        return ""
    if not asked.options.again:
        raise UsageError(_why(mssante=mssante), advice=_advice(asked, view), mailbox=asked.address)
    return UNSEEN


def _is_shown(asked: Asked, view: DirectoryView) -> bool:
    """Whether a case, a source of the directory, now or before, or an operator's statistic has the BAL."""
    cases, address = asked.book.cases(), asked.address
    followed = any(each.address == address for each in cases) and not never_shown(cases, address)
    listed = bool(entries_of(address, asked.context.config, view)) or view.sightings.stood(address)
    return followed or listed or address in _counted(asked)


def _counted(asked: Asked) -> list[str]:
    """The BAL of the operators' statistics; none where these cannot be read."""
    with suppress(StoppedError):
        return list(OperatorBook(asked.context.data_dir).figures())
    return []


def _why(*, mssante: bool) -> str:
    if not mssante:
        return _("ce n'est pas une adresse MSSanté que l'on connaisse ici.")
    return _("rien ne montre cette BAL : ni la configuration, ni un dossier, ni l'annuaire lu ici.")


def _advice(asked: Asked, view: DirectoryView) -> str:
    """The address that was most likely meant, and how to go on with this one."""
    again = _("Si c'est bien son adresse : la même commande avec --again.")
    own = own_addresses(asked.context.config, view)
    near = nearest(asked.address, {*known_here(asked.context), *own, *_counted(asked)} - {asked.address})
    return " ".join([_("Vouliez-vous dire %s ?") % near, again] if near else [again])
