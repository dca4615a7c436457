"""Where one stands on each step of the three sheets, from what is known of the practice; pure functions.

A step is done only when all that its sheet asks holds in every BAL: a BAL that could not be measured, and of
which the holder said nothing lately, makes it unknown, never done. Thresholds are local choices and are said
to be so.
"""

from collections.abc import Callable

from balt.mailboxes.practice import Practice
from balt.sheets import identify, leave, tidy, value
from balt.sheets.model import Evidence
from balt.sheets.scope import Scope, bal_scopes, practice_scope

Rule = Callable[[Scope], Evidence]

RULES: dict[str, Rule] = {
    "identifier.1": identify.know,
    "identifier.2": leave.depublish,
    "identifier.3": leave.delete,
    "entretenir.1": tidy.empty_trash,
    "entretenir.2": tidy.old_messages,
    "entretenir.3": tidy.large_attachments,
    "valoriser.1": value.choose,
    "valoriser.2": value.communicate,
}
"""One rule a step: a new step is its text in ``text_fr``, ``text_en``, and its rule here."""


def evaluate(practice: Practice) -> list[Evidence]:
    """The evidence of every step for the whole practice, in the sheets' order."""
    return _evidence(practice_scope(practice))


def evaluate_mailbox(practice: Practice, address: str) -> list[Evidence]:
    """The evidence of every step for one BAL of the practice; none for one that was deleted."""
    return [found for each in bal_scopes(practice) if each.address == address for found in _evidence(each)]


def checklist(practice: Practice) -> list[Evidence]:
    """The whole practice first, then every BAL known here, measured or not."""
    return [each for scope in (practice_scope(practice), *bal_scopes(practice)) for each in _evidence(scope)]


def _evidence(scope: Scope) -> list[Evidence]:
    return [rule(scope) for rule in RULES.values()]
