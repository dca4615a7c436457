"""Which folders of a BAL are meant, and what each of them holds: where a question over messages starts."""

from collections.abc import Callable, Iterator

from balt.config import Account
from balt.errors import RefusedError, UsageError
from balt.i18n import _
from balt.mail.criteria import LARGE
from balt.mail.listing import Listing
from balt.mail.model import Folder
from balt.mailboxes.activity import MailSource
from balt.text import fold, plain

Progress = Callable[[str, int, int], None]
"""Called while a folder is read: its label, messages read, messages in all."""
OnRefused = Callable[[Folder, RefusedError], object]
"""Called for a folder that the server refuses to open."""


def listings_of(
    session: MailSource,
    account: Account,
    wanted: str | None,
    on_progress: Progress | None = None,
    on_refused: OnRefused | None = None,
    criteria: bytes = b"",
) -> Iterator[tuple[Folder, Listing]]:
    """The folders that ``wanted`` means, each with its messages; with ``criteria``
    (``Filter.server_criteria``) those that the server says fit them suffice. One that the server refuses is
    told to ``on_refused``, and the others are read; without it the refusal is raised.

    Raises UsageError for a folder that is not there; MailServerError as the session does.
    """
    for folder in folders_named(session, account, wanted):
        try:
            listing = _found(session, folder, criteria, on_progress)
            if listing is None:
                listing = _scan(session, folder, on_progress)
        except RefusedError as error:
            if on_refused is None:
                raise
            on_refused(folder, error)
        else:
            yield folder, listing


def folders_named(session: MailSource, account: Account, wanted: str | None) -> list[Folder]:
    """The folder that is called ``wanted``, as the server has it or as it is shown, case and accents aside;
    None for all that hold messages. Raises UsageError, with the names that there are.
    """
    folders = [folder for folder in session.folders() if folder.selectable]
    if wanted is None:
        return folders
    exact = [f for f in folders if wanted in (f.name, plain(f.name), f.label)]
    near = [f for f in folders if fold(wanted) in (fold(f.name), fold(f.label))]
    found = exact or near
    if not found:
        raise UsageError(
            _("aucun dossier ne s'appelle « %s ».") % plain(wanted, 100),
            advice=_("Dossiers : %s.") % ", ".join(plain(f.name, 100) for f in folders),
            mailbox=account.address,
        )
    return found[:1]


def _scan(session: MailSource, folder: Folder, on_progress: Progress | None) -> Listing:
    if on_progress is None:
        return session.scan(folder.name)
    return session.scan(folder.name, lambda done, total: on_progress(folder.label, done, total))


def _found(
    session: MailSource, folder: Folder, criteria: bytes, on_progress: Progress | None
) -> Listing | None:
    """What the server finds, where that is quicker than the whole list."""
    if not criteria or (folder.messages is not None and folder.messages <= LARGE):
        return None
    if on_progress is None:
        return session.found(folder.name, criteria)
    return session.found(folder.name, criteria, lambda done, total: on_progress(folder.label, done, total))
