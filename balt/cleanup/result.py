"""What became of every message of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from balt.errors import BaltError
from balt.i18n import _
from balt.mail.model import Quota
from balt.text import plain


class SkipReason(StrEnum):
    """Why a planned message was not dealt with."""

    GONE = "gone"
    CHANGED = "changed"
    FLAGGED = "flagged"
    UNREAD = "unread"
    UNMARKED = "unmarked"
    FAILED = "failed"
    LEFT = "left"
    UNVERIFIED = "unverified"
    UNARCHIVED = "unarchived"
    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    REFUSED = "refused"
    LAST_COPY = "last_copy"
    UNFIT = "unfit"
    NOT_BACK = "not_back"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """The reason as a person reads it."""
        return {
            SkipReason.GONE: _("déjà parti"),
            SkipReason.CHANGED: _("ce n'est plus le même message"),
            SkipReason.FLAGGED: _("marqué important depuis"),
            SkipReason.UNREAD: _("marqué non lu depuis"),
            SkipReason.UNMARKED: _("la marque « intégré » a été ôtée depuis"),
            SkipReason.FAILED: _("un accusé reçu depuis dit que son intégration a échoué"),
            SkipReason.LEFT: _("laissé en place par le serveur"),
            SkipReason.UNARCHIVED: _("pas vérifié dans l'archive : laissé en place"),
            SkipReason.UNVERIFIED: _("copie dans l'autre dossier non confirmée"),
            SkipReason.NOT_FOUND: _("parti du dossier, mais pas retrouvé dans l'autre"),
            SkipReason.DAMAGED: _("abîmé dans l'archive : pas remis"),
            SkipReason.REFUSED: _("refusé par le serveur"),
            SkipReason.LAST_COPY: _("le double à garder n'est plus là à l'identique : laissé en place"),
            SkipReason.UNFIT: _("ne peut pas être réécrit en toute sûreté : laissé entier"),
            SkipReason.NOT_BACK: _(
                "retiré pour faire de la place, pas encore remis : il est dans l'archive ; refaites le plan"
            ),
            SkipReason.UNKNOWN: _("issue inconnue : balt la cherchera à la prochaine ouverture"),
        }[self]


@dataclass(frozen=True, slots=True)
class Skipped:
    """One planned message that was not dealt with; ``folder`` is safe to show."""

    folder: str
    uid: int
    reason: SkipReason

    def to_json(self) -> dict[str, object]:
        return {"folder": self.folder, "uid": self.uid, "reason": self.reason.sentence}


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """The true account of an act, whole or interrupted. Sizes are octets.

    ``moved + deleted + detached + kept + earlier + len(skipped) + remaining`` is the count of the plan;
    ``remaining`` are still in place. ``earlier`` were dealt with by an interrupted application of the same
    plan; ``kept`` are those of an act that only archives; ``detached`` were made lighter. ``archived`` counts
    what is verified in the archive, whatever became of it then. ``freed`` counts what was expunged, or by how
    much messages got shorter: moving to the trash frees nothing. ``stopped`` is why the act ended early, None
    when it went to its end.
    """

    archived: int = 0
    archived_size: int = 0
    kept: int = 0
    earlier: int = 0
    detached: int = 0
    moved: int = 0
    moved_size: int = 0
    deleted: int = 0
    skipped: tuple[Skipped, ...] = ()
    freed: int = 0
    quota_before: Quota | None = None
    quota_after: Quota | None = None
    remaining: int = 0
    stopped: BaltError | None = None

    @property
    def exit_code(self) -> int:
        """0 when all was done, 1 when something was skipped, else the code of what stopped the act."""
        if self.stopped:
            return self.stopped.exit_code
        return 1 if self.skipped else 0

    @property
    def skipped_by_reason(self) -> Mapping[SkipReason, int]:
        """How many messages were skipped for each reason."""
        counts: dict[SkipReason, int] = {}
        for skipped in self.skipped:
            counts[skipped.reason] = counts.get(skipped.reason, 0) + 1
        return counts

    def to_json(self) -> dict[str, object]:
        """The fields of ``balt apply --json``."""
        return {
            "archived": self.archived,
            "earlier": self.earlier,
            "detached": self.detached,
            "moved": self.moved,
            "moved_size": self.moved_size,
            "deleted": self.deleted,
            "skipped": [skipped.to_json() for skipped in self.skipped],
            "freed": self.freed,
            "quota_before": _quota_json(self.quota_before),
            "quota_after": _quota_json(self.quota_after),
        }


def skipped_in(folder: str, reasons: Mapping[int, SkipReason]) -> tuple[Skipped, ...]:
    """The skipped messages of a folder, by rising UID."""
    label = plain(folder, 200)
    return tuple(Skipped(label, uid, reasons[uid]) for uid in sorted(reasons))


def _quota_json(quota: Quota | None) -> dict[str, int] | None:
    return {"used": quota.used, "limit": quota.limit} if quota else None
