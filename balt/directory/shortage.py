"""Whether an extraction was cut on its way here, by how many BAL there were before.

A file that was cut at the end of a line looks like a whole one: it does not say how many lines it should
have, nor are they known to be in any order (domain 3.1). A zip and a download tell their length; a copied
text does not. So one that has lost more than the real one loses in four months proves no absence, until
somebody says that it is whole or the next one agrees with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from balt.i18n import _
from balt.units import format_count

if TYPE_CHECKING:
    from balt.directory.index_schema import IndexAbout

USUAL_SHARE = 0.97
"""A local choice. In 75 days the real one lost 2 % of its BAL, those that came counted (domain 3.1)."""

FEWEST_LOST = 100
"""Of a few BAL no share tells anything."""

LEAST_SHARE = 0.5
"""A local choice: with less than this share a file was most likely cut, and is taken from a person only."""


def lacks_half(addresses: int, measure: int) -> bool:
    """Whether a file of so many BAL was most likely cut, where there were ``measure`` before."""
    return addresses < measure * LEAST_SHARE


def may_be_cut(addresses: int, measure: int) -> bool:
    """Whether a file of so many BAL may have been cut, where there were ``measure`` before."""
    lost = measure - addresses
    return lacks_half(addresses, measure) or (lost >= FEWEST_LOST and addresses < measure * USUAL_SHARE)


def measure_for(new: IndexAbout, former: IndexAbout | None, *, confirmed: bool) -> int:
    """By how many BAL a new extraction is measured: its own number, where nothing speaks against it or
    somebody ``confirmed`` that it is whole; else what the former one is measured by. Pure.
    """
    if former is None:
        return new.addresses
    sound = confirmed or not may_be_cut(new.addresses, former.measure) or _agree(new, former)
    return new.addresses if sound and new.whole else former.measure


def _agree(new: IndexAbout, former: IndexAbout) -> bool:
    """Whether another, later extraction has as many BAL as one that was in doubt. Two of the same size were
    most likely cut at the same place.
    """
    later = new.generated_at > former.generated_at and new.source_size != former.source_size
    fewer, more = sorted((new.addresses, former.addresses))
    return former.is_short and former.whole and later and not may_be_cut(fewer, more)


def shortage_words(about: IndexAbout) -> str:
    """What to say of an extraction that may have been cut."""
    words = {"new": format_count(about.addresses), "former": format_count(about.measure)}
    return (
        _(
            "Cette extraction nomme %(new)s BAL, contre %(former)s auparavant : elle a pu être coupée, et ce "
            "qui y manque n'est pas tenu pour absent de l'annuaire. Si la suivante en nomme autant, ce sera "
            "confirmé ; si vous savez celle-ci entière : balt directory import FICHIER --whole."
        )
        % words
    )
