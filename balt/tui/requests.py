"""What the user wants cleaned up, before it is a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from balt.cleanup.plan import NO_REASON_NEEDED, Guard
from balt.cleanup.wording import guard_label
from balt.i18n import _
from balt.mail.listing import Listing
from balt.mail.model import Folder


@dataclass(frozen=True)
class CleanupRequest:
    """Messages marked in a listing, or (``listing`` None) the whole trash; and the guards set aside.

    ``folders`` are those of the BAL, among them its trash; ``hidden`` of the marked messages are not shown by
    the list.
    """

    address: str
    folders: Sequence[Folder]
    listing: Listing | None = None
    uids: Sequence[int] = ()
    include: frozenset[Guard] = frozenset()
    hidden: int = 0

    def toggled(self, guard: Guard) -> "CleanupRequest":
        """The same request with one guard set aside, or no longer."""
        return replace(self, include=self.include ^ {guard})

    @property
    def reason(self) -> str:
        """Why guards were set aside, as the journal keeps it; "" when none needs a reason."""
        reasons = []
        for guard in Guard:
            if guard not in self.include - NO_REASON_NEEDED:
                continue
            if guard is Guard.DOCUMENT:
                reasons.append(_("l'utilisateur a répondu que les documents sont dans le logiciel métier"))
            else:
                reasons.append(_("inclus à la demande de l'utilisateur : %s") % guard_label(guard))
        return _(" ; ").join(reasons)
