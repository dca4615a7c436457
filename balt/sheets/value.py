"""The rules of VALORISER: choose the preferred BAL of each situation, make it known.

Neither can be measured: both will be decided by what the user records in the Situations view.
"""

from balt.i18n import _
from balt.sheets.identify import no_bal
from balt.sheets.model import Evidence, StepState
from balt.sheets.scope import Scope

SHEET = "valoriser"


def choose(scope: Scope) -> Evidence:
    """III.1: will be done when each situation has its preferred BAL; no situation is recorded yet."""
    if not scope.bals:
        return no_bal(SHEET, 1, scope)
    sentences: tuple[str, ...]
    if scope.address is None:
        sentences = (_("situations pas encore enregistrées"), _("à décider : une BAL pour chacune"))
    else:
        sentences = (_("aucune situation enregistrée pour cette BAL"),)
    return Evidence(SHEET, 1, scope.address, StepState.UNKNOWN, sentences)


def communicate(scope: Scope) -> Evidence:
    """III.2: will be done when the four supports that the sheet names carry the preferred BAL."""
    if not scope.bals:
        return no_bal(SHEET, 2, scope)
    sentences = (_("pas encore suivi ici"), _("à noter : lettres, signature, ordonnances, réseaux"))
    return Evidence(SHEET, 2, scope.address, StepState.UNKNOWN, sentences)
