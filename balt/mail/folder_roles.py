"""How folders are named and ordered, and what they are for where the server does not say it: by the names
that mail programs give in French and in English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from balt.i18n import _
from balt.mail.model import Folder, FolderRole
from balt.text import fold, plain

_USUAL_NAMES = {
    FolderRole.TRASH: (
        "trash", "corbeille", "elements supprimes", "messages supprimes", "deleted items",
        "deleted messages", "deleted", "supprimes", "poubelle", "bin",
    ),
    FolderRole.SENT: (
        "sent", "envoyes", "elements envoyes", "messages envoyes", "courrier envoye", "sent items",
        "sent messages", "sent mail",
    ),
    FolderRole.DRAFTS: ("drafts", "brouillons", "brouillon", "draft"),
    FolderRole.JUNK: (
        "junk", "courrier indesirable", "indesirables", "pourriel", "pourriels", "spam", "junk email",
        "junk e-mail", "bulk mail",
    ),
    FolderRole.ARCHIVE: ("archive", "archives"),
}  # fmt: skip
_ORDER = {role: place for place, role in enumerate(FolderRole)}


def in_order(folders: Iterable[Folder]) -> list[Folder]:
    """INBOX first, then folders with a role, then by name."""
    return sorted(folders, key=lambda folder: (_ORDER[folder.role], fold(folder.label), folder.name))


def folder_label(name: str, separator: str) -> str:
    """The name to show: INBOX by its usual name, levels apart by a slash, no INBOX before the others."""
    if name == "INBOX":
        return _("Réception")
    levels = name.split(separator) if separator else [name]
    if len(levels) > 1 and levels[0].upper() == "INBOX":
        levels = levels[1:]
    return plain("/".join(levels), 255)


def with_guessed_roles(folders: list[Folder], separators: Mapping[str, str]) -> list[Folder]:
    """Roles by name for what SPECIAL-USE left open: one folder a role, at the top or just below INBOX."""
    taken = {folder.role for folder in folders}
    for role, names in _USUAL_NAMES.items():
        if role in taken:
            continue
        candidates = [
            (names.index(known), place)
            for place, folder in enumerate(folders)
            if folder.role is FolderRole.OTHER
            and folder.selectable
            and (known := _top_name(folder.name, separators.get(folder.name, ""))) in names
        ]
        if candidates:
            place = min(candidates)[1]
            folders[place] = replace(folders[place], role=role)
    return folders


def roles_held(folders: Iterable[Folder]) -> dict[str, FolderRole]:
    """What each folder holds, by its name: what it is for itself, else what the nearest level of its path is
    for, or is usually called (a second "Sent Items" beside the folder of the server, "Corbeille/2019").
    """
    folders = list(folders)
    known = {
        each.label: each.role for each in folders if each.role not in (FolderRole.INBOX, FolderRole.OTHER)
    }
    usual = {name: role for role, names in _USUAL_NAMES.items() for name in names}

    def held(folder: Folder) -> FolderRole:
        if folder.role is not FolderRole.OTHER:
            return folder.role
        levels = folder.label.split("/")
        for count in range(len(levels), 0, -1):
            name = fold(levels[count - 1]).replace("’", "'").strip()
            if role := known.get("/".join(levels[:count])) or usual.get(name):
                return role
        return FolderRole.OTHER

    return {each.name: held(each) for each in folders}


def _top_name(name: str, separator: str) -> str:
    levels = name.split(separator) if separator else [name]
    if len(levels) == 2 and levels[0].upper() == "INBOX":
        levels = levels[1:]
    return fold(levels[0]).replace("’", "'").strip() if len(levels) == 1 else ""
