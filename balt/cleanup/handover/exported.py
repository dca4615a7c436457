"""The messages of a run that may be marked as integrated: those of which every document is in its folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from balt.cleanup.archive.tree import Folder
from balt.cleanup.handover.folder import FORMAT, INDEX_JSON, LOG, VERSION
from balt.cleanup.uids import MAX_UID
from balt.errors import UsageError
from balt.i18n import _
from balt.text import plain

_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exported:
    """What a run handed over of one BAL. ``uids`` are the whole messages by folder and UIDVALIDITY;
    ``partial`` counts those of which something was refused or left: these are never marked.
    """

    uids: Mapping[tuple[str, int], tuple[int, ...]]
    partial: int = 0


def exported_of(run: Path, mailbox: str) -> Exported:
    """What the index of a run tells of a BAL. The files themselves are not looked for: the business software
    may have taken them away. UsageError for what is no run that has ended.
    """
    try:
        with Folder(run) as folder:
            index = _index(folder)
            messages = [_message(each) for each in _list(index, "messages")]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _no_run(run) from error
    mine = [each for each in messages if each[0] == mailbox]
    uids: dict[tuple[str, int], tuple[int, ...]] = {}
    for _mailbox, name, validity, uid in sorted({each[:4] for each in mine if each[4]}):
        uids[name, validity] = (*uids.get((name, validity), ()), uid)
    return Exported(uids, sum(1 for each in mine if not each[4]))


def _index(folder: Folder) -> Mapping[str, object]:
    if LOG in folder.names() or folder.state(INDEX_JSON).st_size > _LARGEST:
        raise ValueError("unfinished")
    index = json.loads(b"".join(folder.pieces(INDEX_JSON)))
    if not isinstance(index, dict) or index.get("format") != FORMAT or index.get("version") != VERSION:
        raise ValueError("format")
    return index


def _list(index: Mapping[str, object], name: str) -> list[object]:
    told = index[name]
    if not isinstance(told, list):
        raise TypeError(name)
    return told


def _message(told: object) -> tuple[str, str, int, int, bool]:
    if not isinstance(told, dict):
        raise TypeError("message")
    mailbox, folder, validity, uid = (told[name] for name in ("mailbox", "folder", "uidvalidity", "uid"))
    if not isinstance(mailbox, str) or not isinstance(folder, str):
        raise TypeError("place")
    if type(validity) is not int or type(uid) is not int or not 0 < uid <= MAX_UID:
        raise ValueError("place")
    return mailbox, folder, validity, uid, told["whole"] is True


def _no_run(run: Path) -> UsageError:
    return UsageError(
        _("« %s » n'est pas le dossier d'une remise de documents achevée.") % plain(str(run), 200),
        advice=_("Donnez le dossier que balt export a dit, qui contient index.json."),
    )
