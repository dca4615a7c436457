"""After an act: what is kept no longer goes, as it does when the app starts."""

from balt.cleanup.journal import Journal
from balt.cleanup.retention import tidy
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.errors import BaltError


def tidy_up(journal: Journal, context: Context) -> None:
    """Remove old lines of the journal and old plans; the act has been done, so trouble is only told."""
    try:
        tidied = tidy(journal, context.config.journal.keep_months, context.clock)
    except BaltError as error:
        tell(str(error))
    else:
        if tidied.doubt:
            tell(tidied.doubt)
