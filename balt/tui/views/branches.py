"""What can be done in a BAL as the tree of folders knows it, or why not."""

from balt.cleanup.ports import trash_of
from balt.config import Account
from balt.i18n import _
from balt.text import capital
from balt.tui.views.folder_rows import Branch


def why_not_act(branch: Branch, *, needs_trash: bool = True, changes: bool = True) -> str:
    """Why nothing can be done in a BAL now, or "". Archiving alone ``changes`` nothing there, and what is
    removed for good needs no trash: a full BAL without one can still be emptied.
    """
    if branch.account.access == "none":
        return _("Cette BAL est sans accès IMAP : ses messages se voient dans son webmail.")
    if branch.failed:
        return _("Cette BAL n'a pas répondu : R pour réessayer.")
    if branch.account.access == "files":
        return _("Ce sont des fichiers exportés : balt les lit, et ne les change jamais.")
    if branch.account.read_only and changes:
        return _("Cette BAL est en lecture seule dans votre configuration.")
    if not branch.folders:
        return capital(branch.reason) or _("Cette BAL n'est pas encore lue.")
    if needs_trash and trash_of(branch.folders) is None:
        return _("Cette BAL n'a pas de dossier Corbeille : demandez à votre opérateur de le créer.")
    return ""


def why_not_archive_whole(branch: Branch) -> str:
    """Why a whole BAL cannot be archived now, or ""."""
    if branch.account.discreet:
        return _("Accès discret : le contenu des messages n'est pas archivé.")
    return why_not_act(branch, needs_trash=False, changes=False)


def why_not_empty(branch: Branch) -> str:
    """Why the trash of a BAL cannot be emptied now, or ""."""
    trash = trash_of(branch.folders)
    if trash is not None and trash.messages == 0:
        return _("La corbeille de cette BAL est déjà vide.")
    return why_not_act(branch)


def first_note(account: Account) -> str:
    """What the tree says of a BAL before its server has answered."""
    if account.access == "imap":
        return _("connexion…")
    if account.access == "none":
        return _("sans accès IMAP")
    return _("lecture…")
