"""The kinds of prescription for which another BAL than the usual one may be preferred (sheet VALORISER,
step 1: "quelle adresse doit être privilégiée pour vos types de prescriptions").

The list is the person's: the given ones may be renamed or left out, others added. The sheet names none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from balt.i18n import N_, _

_GIVEN = {
    "letter": N_("Lettre d'adressage"),
    "lab": N_("Biologie"),
    "imaging": N_("Imagerie"),
    "prescription": N_("Ordonnance"),
    "report": N_("Compte rendu"),
    "tele": N_("Téléexpertise"),
}
_SHORT = {"letter": N_("Adressage"), "tele": N_("Téléexpert.")}


@dataclass(frozen=True, slots=True)
class PrescriptionKind:
    """One kind, by its identifier; ``name`` as the person wrote it, "" for a given one that keeps its own."""

    id: str
    name: str = ""

    @property
    def label(self) -> str:
        """Its name, in the language in use where it is a given one."""
        return self.name or _(_GIVEN.get(self.id, self.id))

    @property
    def short(self) -> str:
        """The same for the head of a narrow column."""
        return self.name or _(_SHORT.get(self.id, _GIVEN.get(self.id, self.id)))


@dataclass(frozen=True, slots=True)
class KindLine:
    """That a kind bears this ``name`` from then on ("": its given one), or (None) is out of the list."""

    kind: str
    name: str | None
    since: datetime


GIVEN_KINDS = tuple(PrescriptionKind(each) for each in _GIVEN)
"""Those that are there at first, in this order."""


def kinds_of(lines: Iterable[KindLine]) -> tuple[PrescriptionKind, ...]:
    """The list as it stands after these changes, oldest first: the given ones, then the person's own."""
    names: dict[str, str | None] = dict.fromkeys(_GIVEN, "")
    for line in lines:
        names[line.kind] = line.name
    return tuple(PrescriptionKind(kind, name) for kind, name in names.items() if name is not None)
