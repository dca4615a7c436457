"""The archive that a plan asks for, opened for the time of the act."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from balt.cleanup.plan import CleanupPlan
from balt.cleanup.ports import Keeper, Owner
from balt.clock import Clock
from balt.i18n import _


class SecuredOwner(Owner, Protocol):
    """Whose mailbox it is, and how its line is protected."""

    @property
    def security(self) -> str: ...


def warnings_of(plan: CleanupPlan) -> list[str]:
    """What a person should know of the place where a plan would archive, before they agree; of a new one,
    that messages lie there as they are.
    """
    if not plan.archive or not plan.count:
        return []
    from balt.cleanup.archive.layout import MANIFEST
    from balt.cleanup.archive.places import place_warnings

    place = Path(plan.archive)
    try:
        in_clear = _("les messages y seront en clair : gardez ce dossier sur un disque chiffré.")
        return [*place_warnings(place), *([] if (place / MANIFEST).exists() else [in_clear])]
    except OSError:  # told when the act begins: then the place is checked
        return []


@contextmanager
def keeper_of(
    plan: CleanupPlan, owner: SecuredOwner, clock: Clock, *, twice: bool = False
) -> Iterator[Keeper | None]:
    """The open archive of a plan; None where it asks for none.

    Raises StoppedError, before anything is touched, where the place must not be used or has too little room.
    """
    if not plan.archive or not plan.count:
        yield None
        return
    from balt.cleanup.archive.opening import open_archive
    from balt.cleanup.archive.places import check_place

    place = Path(plan.archive)
    check_place(place, plan.size, lambda: _held(plan, owner, place))
    with open_archive(place, owner, clock, twice=twice, tls=owner.security != "none") as keeper:
        yield keeper


def _held(plan: CleanupPlan, owner: Owner, place: Path) -> int:
    """The octets of the plan's messages that the archive's manifest tells of already."""
    from balt.cleanup.archive.manifest import read_records
    from balt.cleanup.archive.record import source_of
    from balt.cleanup.archive.tree import Folder

    wanted = {
        source_of(owner, part.folder, part.uidvalidity, message.uid): message.size
        for part in plan.parts
        for message in part.messages
    }
    held = 0
    with suppress(OSError), Folder(place) as root:
        for _number, record in read_records(root):
            if record is not None and record.announced == wanted.get(record.source):
                held += wanted.pop(record.source)
    return held
