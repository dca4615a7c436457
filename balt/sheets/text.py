"""The text of the three sheets in the language in use.

The text is data, one file a language, rather than catalogue entries: the French is a quotation, and a sheet
is read whole.
"""

from balt.i18n import language
from balt.sheets import text_en, text_fr
from balt.sheets.model import Sheet, Step

_SHEETS = {"fr": text_fr.SHEETS, "en": text_en.SHEETS}


def sheets() -> tuple[Sheet, ...]:
    """IDENTIFIER, ENTRETENIR, VALORISER, in this order."""
    return _SHEETS[language()]


def sheet(sheet_id: str) -> Sheet:
    """The sheet "identifier", "entretenir" or "valoriser"; raises KeyError for another."""
    return {each.id: each for each in sheets()}[sheet_id]


def step(step_id: str) -> Step:
    """The step "identifier.1"…; raises KeyError for another."""
    return {each.id: each for one in sheets() for each in one.steps}[step_id]
