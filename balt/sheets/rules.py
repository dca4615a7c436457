"""Where one stands on each step of the three sheets, from what was measured; pure functions.

A step is done only when all that its sheet asks holds in every BAL: a BAL that could not be measured makes
it unknown, never done. Thresholds are local choices and are said to be so. Left to later, and said so in
the sentences: what the Annuaire Santé publishes, and the practice situations.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from balt.config import Config
from balt.mailboxes.model import MailboxStatus
from balt.sheets import identify, tidy, value
from balt.sheets.model import Evidence
from balt.sheets.scope import Scope, bal_scopes, practice_scope

Rule = Callable[[Scope], Evidence]

RULES: dict[str, Rule] = {
    "identifier.1": identify.know,
    "identifier.2": identify.depublish,
    "identifier.3": identify.delete,
    "entretenir.1": tidy.empty_trash,
    "entretenir.2": tidy.old_messages,
    "entretenir.3": tidy.large_attachments,
    "valoriser.1": value.choose,
    "valoriser.2": value.communicate,
}
"""One rule a step: a new step is its text in ``text_fr``, ``text_en``, and its rule here."""


def evaluate(statuses: Sequence[MailboxStatus], config: Config, now: datetime) -> list[Evidence]:
    """The evidence of every step for the whole practice, in the sheets' order.

    A BAL of the configuration without a status counts as not measured.
    """
    return _evidence(practice_scope(statuses, config, now))


def evaluate_mailbox(status: MailboxStatus, config: Config, now: datetime) -> list[Evidence]:
    """The evidence of every step for one BAL."""
    scope = practice_scope([status], config, now)
    return next(_evidence(each) for each in bal_scopes(scope) if each.address == status.address)


def checklist(statuses: Sequence[MailboxStatus], config: Config, now: datetime) -> list[Evidence]:
    """The whole practice first, then every BAL known here, measured or not."""
    practice = practice_scope(statuses, config, now)
    return [each for scope in (practice, *bal_scopes(practice)) for each in _evidence(scope)]


def _evidence(scope: Scope) -> list[Evidence]:
    return [rule(scope) for rule in RULES.values()]
