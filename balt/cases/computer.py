"""Which computer holds an archive: cases are shared between several, folders are not."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from balt.cases.model import Case, Event, Happened
from balt.errors import StoppedError
from balt.i18n import _
from balt.paths import private_dir, write_private

_FILE = "computer"


def computer_of(state: Path) -> str:
    """The name under which the archives of this computer are noted; "" where none was yet. It is made up, and
    tells nothing of the machine; ``state`` is the folder of the journal.
    """
    try:
        return (state / _FILE).read_text("ascii").strip()[:64]
    except (OSError, ValueError):
        return ""


def named_computer(state: Path) -> str:
    """The same, made now where there is none; "" where that cannot be kept."""
    if not computer_of(state):
        try:
            write_private(private_dir(state) / _FILE, secrets.token_hex(8).encode("ascii"))
        except OSError:
            return ""
    return computer_of(state)


def is_here(kept: Event, state: Path) -> bool:
    """Whether the archive that ``KEPT`` tells of is to be looked for on this computer."""
    return kept.ref in ("", computer_of(state))


def need_here(case: Case, state: Path) -> None:
    """Raise StoppedError where a deletion relies on an archive that another computer holds."""
    kept = case.last(Happened.KEPT)
    if kept is not None and not is_here(kept, state):
        raise StoppedError(
            _("l'archive de cette BAL est sur l'autre poste : elle ne peut pas être comparée ici."),
            advice=_("Rien n'a été écrit. Faites la demande depuis le poste qui a fait l'archive."),
            mailbox=case.address,
        )


def without_own_looks(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases as other computers may have them: whether a folder is there is so on this one only. Pure."""
    return tuple(
        replace(case, events=tuple(each for each in case.events if each.what is not Happened.ARCHIVE))
        for case in cases
    )
