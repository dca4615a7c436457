"""The states of a step in signs and words: colour or sign alone would not be read out."""

from balt.i18n import _
from balt.sheets.model import StepState

SIGNS = {
    StepState.DONE: "✔",
    StepState.TODO: "○",
    StepState.ATTENTION: "▲",
    StepState.BLOCKED: "■",
    StepState.UNKNOWN: "?",
}
WORST_FIRST = (
    *(StepState.ATTENTION, StepState.TODO, StepState.BLOCKED),
    *(StepState.UNKNOWN, StepState.DONE),
)


def state_word(state: StepState) -> str:
    """A state in a few words."""
    return {
        StepState.DONE: _("fait"),
        StepState.TODO: _("à faire"),
        StepState.ATTENTION: _("à faire sans tarder"),
        StepState.BLOCKED: _("attend une autre étape"),
        StepState.UNKNOWN: _("on ne sait pas"),
    }[state]
