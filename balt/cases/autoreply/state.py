"""How an auto-reply stands: what the server holds, beside what this computer remembers. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from balt.cases.autoreply.record import Phase, Record
from balt.cases.autoreply.script import NAME, Installed, Way, digest_of, read


class Stand(StrEnum):
    """``ABSENT``: none. ``ACTIVE``: it answers. ``ENDED``: its last day is over. ``IDLE``: it is on the
    server and no script is in service. ``REPLACED``: another script was put into service. ``CHANGED``: it is
    in service, and its text is no longer what balt wrote. ``GONE``: balt installed it, and it is not there.
    """

    ABSENT = "absent"
    ACTIVE = "active"
    ENDED = "ended"
    IDLE = "idle"
    REPLACED = "replaced"
    CHANGED = "changed"
    GONE = "gone"


class OwnStand(StrEnum):
    """What became of the person's script that was in service before: there was none, it is as it was, it was
    changed since, it is no longer on the server, or it is there and no longer sorts (``IDLE``).
    """

    NONE = "none"
    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Found:
    """What the server holds: names, the script in service, the octets of balt's and of the person's, and
    whether that one is ``found`` where balt's calls it.
    """

    names: tuple[str, ...]
    active: str | None
    ours: bytes | None = None
    about: Installed | None = None
    own: bytes | None = None
    found: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """The account of it. ``elsewhere`` tells that another balt wrote what is there; ``previous`` is the name
    of the person's script, of which there may be a ``copy``; it files into folders that are ``lost``.
    ``removed`` tells that it was just taken out of service.
    """

    stand: Stand
    own: OwnStand = OwnStand.NONE
    active: str | None = None
    about: Installed | None = None
    since: str = ""
    elsewhere: bool = False
    previous: str | None = None
    copy: bool = False
    lost: tuple[str, ...] = ()
    removed: bool = False

    @property
    def is_as_meant(self) -> bool:
        """Whether there is nothing to look after. A script that is called may change: it is followed."""
        followed = self.own in (OwnStand.NONE, OwnStand.SAME) or (
            self.own is OwnStand.CHANGED and self.about is not None and self.about.way is Way.INCLUDE
        )
        return self.stand in (Stand.ABSENT, Stand.ACTIVE) and followed and not self.lost


def state_of(
    found: Found, record: Record | None, today: date, *, copy: bool, lost: tuple[str, ...] = ()
) -> State:
    """How it stands, by what was found and what is remembered. ``copy``: of the person's script; ``lost``:
    folders that it files into.
    """
    meant = record is not None and record.phase is Phase.INSTALLED
    about = found.about
    if found.ours is None or about is None:
        stand = Stand.GONE if meant else Stand.ABSENT
        return State(stand, active=found.active)
    stand = _stand(found, about, meant, today)
    known = record is not None and record.script == digest_of(found.ours)
    idle = previous_of(found, record) if about.previous is None else None
    own = _own(found, about) if idle is None else OwnStand.IDLE
    return State(
        stand,
        own=own if stand is not Stand.ABSENT else OwnStand.NONE,
        active=found.active,
        about=about,
        previous=idle or about.previous,
        copy=copy,
        lost=lost if stand is not Stand.ABSENT else (),
        since=record.since if record is not None and known else "",
        elsewhere=about.sound and not known,
    )


def _stand(found: Found, about: Installed, meant: bool, today: date) -> Stand:
    if found.active != NAME:
        if not meant:
            return Stand.ABSENT  # left over, out of service: nothing runs by it
        return Stand.IDLE if found.active is None else Stand.REPLACED
    if not about.sound:
        return Stand.CHANGED
    return Stand.ENDED if about.until is not None and about.until < today else Stand.ACTIVE


def _own(found: Found, about: Installed) -> OwnStand:
    if about.previous is None:
        return OwnStand.NONE
    if found.own is None:
        return OwnStand.MISSING
    if not found.found:
        return OwnStand.IDLE
    return OwnStand.SAME if digest_of(found.own) == about.own else OwnStand.CHANGED


def previous_of(found: Found, record: Record | None) -> str | None:
    """The name of the person's script that was in service before balt's, also of one that came out when an
    act was cut and that balt's script does not call.
    """
    if found.about is None:
        return None
    if found.about.previous is not None:
        return found.about.previous
    return record.uncovered if record is not None and record.uncovered in found.names else None


def about_of(script: bytes | None) -> Installed | None:
    """What balt's script says of itself, where there is one."""
    return read(script) if script is not None else None
