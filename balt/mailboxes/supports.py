"""Where the holder makes a preferred BAL known, and what was noted of it: letters, prescriptions, a mail
signature, social networks (sheet VALORISER, step 2), and their own. Values only; kept by ``publish.tracker``.
"""

from dataclasses import dataclass
from datetime import date, datetime

from balt.i18n import N_, _
from balt.mailboxes.order import is_fresh

_GIVEN = {
    "letters": N_("Lettres d'adressage"),
    "signature": N_("Signature de mail"),
    "prescriptions": N_("Ordonnances"),
    "networks": N_("Réseaux sociaux professionnels"),
}
_SHORT = {"networks": N_("Réseaux sociaux pro.")}
_WORDS = {
    "letters": N_("lettres"),
    "signature": N_("signature"),
    "prescriptions": N_("ordonnances"),
    "networks": N_("réseaux"),
}
FRESH_DAYS = 365
"""A local choice: what is printed stays longer than a habit does; after a year it is asked again."""


@dataclass(frozen=True, slots=True)
class Support:
    """One support, by its identifier; ``name`` as the person wrote it, "" for one of the sheet's four."""

    id: str
    name: str = ""

    @property
    def label(self) -> str:
        """Its name, in the language in use where it is one of the four."""
        return self.name or _(_GIVEN.get(self.id, self.id))

    @property
    def short(self) -> str:
        """The same for a narrow list."""
        return self.name or _(_SHORT.get(self.id, _GIVEN.get(self.id, self.id)))

    @property
    def word(self) -> str:
        """The same within a sentence, as short as it can be."""
        return self.name or _(_WORDS.get(self.id, self.id))

    @property
    def of_the_sheet(self) -> bool:
        """Whether the sheet names it."""
        return self.id in _GIVEN


@dataclass(frozen=True, slots=True)
class Carried:
    """That a support (by identifier) bears a BAL (in lower case) since a day; noted when, by whom."""

    support: str
    address: str
    since: date
    noted: datetime
    author: str = ""
    note: str = ""

    def is_fresh(self, now: datetime) -> bool:
        """Whether the note still counts; an older one is shown with its date and asked again."""
        return is_fresh(self.noted, now, FRESH_DAYS)


GIVEN_SUPPORTS = tuple(Support(each) for each in _GIVEN)
"""The four of the sheet, in its order."""


@dataclass(frozen=True, slots=True)
class SupportView:
    """The supports that there are, and what each bears today as far as it was noted."""

    supports: tuple[Support, ...] = GIVEN_SUPPORTS
    carried: tuple[Carried, ...] = ()

    def on(self, support: str) -> tuple[Carried, ...]:
        """What a support bears."""
        return tuple(each for each in self.carried if each.support == support)
