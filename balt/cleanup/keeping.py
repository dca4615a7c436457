"""The archive that a plan asks for, opened for the time of the act."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from balt.cleanup.plan import CleanupPlan
from balt.cleanup.ports import Keeper, Owner
from balt.clock import Clock


class SecuredOwner(Owner, Protocol):
    """Whose mailbox it is, and how its line is protected."""

    @property
    def security(self) -> str: ...


def warnings_of(plan: CleanupPlan) -> list[str]:
    """What a person should know of the place where a plan would archive, before they agree."""
    if not plan.archive or not plan.count:
        return []
    from balt.cleanup.archive.places import place_warnings

    try:
        return place_warnings(Path(plan.archive))
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
    check_place(place, plan.size)
    with open_archive(place, owner, clock, twice=twice, tls=owner.security != "none") as keeper:
        yield keeper
