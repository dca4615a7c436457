"""What the journal tells of earlier that a plan must know: read once, however many folders the plan has."""

from balt.cleanup.deeds import Deed
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan


def past_of(journal: Journal, plan: CleanupPlan) -> list[Deed]:
    """The lines of earlier applications of the plan and of what took them back; for one that makes messages
    lighter, also those of others like it on this mailbox. StoppedError where the journal cannot be read.
    """
    return [entry.deed for entry in journal.entries() if _matters(entry.deed, plan)]


def _matters(deed: Deed, plan: CleanupPlan) -> bool:
    if plan.id in (deed.plan, deed.note):
        return True
    lightens = deed.action == plan.act.value == Act.DETACH.value
    return lightens and (deed.server, deed.user) == (plan.server, plan.user)
