"""What is in each mailbox of the practice, folder by folder."""

from dataclasses import dataclass
from datetime import time

from balt.demo import people
from balt.demo.people import Correspondent

KO = 1024
MO = 1024**2
GO = 1024**3
NINE_YEARS = 3290


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one folder that were received in the same way.

    ``mix`` gives each topic its weight. Ages are in days before today; the first message is as old as
    ``oldest`` and the last as recent as ``newest``, at ``hour`` o'clock. ``octets`` is about the size of all;
    ``large`` the sizes of those with bulky files. ``read``, ``integrated``, ``flagged`` and ``answered`` are
    shares between 0 and 1.
    """

    count: int
    mix: tuple[tuple[str, int], ...]
    oldest: int
    newest: int
    octets: int = 0
    large: tuple[int, ...] = ()
    growing: bool = True
    read: float = 1.0
    integrated: float = 0.8
    flagged: float = 0.0
    answered: float = 0.0
    hour: time = time(9, 30)


@dataclass(frozen=True, slots=True)
class Drawer:
    """The plan of one folder."""

    name: str
    special_use: str = ""
    batches: tuple[Batch, ...] = ()


@dataclass(frozen=True, slots=True)
class MailboxPlan:
    """One BAL. Folders are written in this order, so that receipts have something to speak of."""

    owner: Correspondent
    quota: int
    drawers: tuple[Drawer, ...]


def _large(first: float, last: float, count: int) -> tuple[int, ...]:
    """Sizes of ``count`` messages in octets, from ``first`` Mo down to ``last`` Mo."""
    step = (last / first) ** (1 / (count - 1))
    return tuple(int(first * step**rank * MO) for rank in range(count))


_DOCUMENTS = (("biology", 30), ("imaging", 22), ("hospital", 14), ("letter", 16), ("scans", 5), ("photos", 4))
_WORDS = (("newsletter", 6), ("notice", 4), ("patient", 5), ("note", 8), ("autoreply", 3), ("bounce", 2))
_RECEIPTS = (("receipt", 5), ("failure", 1))

_MAIN = MailboxPlan(
    people.MAIN,
    2 * GO,
    (
        Drawer(
            "Envoyés",
            "\\Sent",
            (
                Batch(
                    300,
                    (("sent document", 45), ("sent letter", 25), ("sent note", 30)),
                    *(NINE_YEARS, 3),
                    octets=214 * MO,
                    large=_large(9.8, 7.6, 3),
                    integrated=0.0,
                ),
            ),
        ),
        Drawer(
            "INBOX",
            "",
            (
                Batch(
                    1536,
                    (*_DOCUMENTS, ("slices", 1), *_WORDS, *_RECEIPTS, ("returned", 1)),
                    *(NINE_YEARS, 1),
                    octets=1201 * MO,
                    large=_large(18.4, 7.4, 26),
                    read=0.97,
                    flagged=0.015,
                    answered=0.5,
                    hour=time(18, 42),
                ),
            ),
        ),
        Drawer(
            "Corbeille",
            "\\Trash",
            (
                Batch(
                    403,
                    (*_DOCUMENTS, *_WORDS, ("receipt", 10)),
                    *(1900, 12),
                    octets=372 * MO,
                    large=_large(16.2, 7.5, 9),
                    integrated=1.0,
                ),
                Batch(
                    9,
                    (("biology", 4), ("imaging", 2), ("letter", 2)),
                    *(700, 20),
                    octets=8 * MO,
                    growing=False,
                    integrated=0.0,
                ),
            ),
        ),
        Drawer("Brouillons", "\\Drafts", (Batch(4, (("draft", 1),), 300, 6),)),
        Drawer(
            "Laboratoires",
            "",
            (Batch(236, (("biology", 1),), 2400, 5, octets=22 * MO, read=0.99, integrated=0.9),),
        ),
        Drawer("Courriers", "", (Batch(31, (("letter", 3), ("note", 1)), 2300, 900, octets=14 * MO),)),
        Drawer(
            "Courriers/Été 2019",
            "",
            (
                Batch(
                    47, (("letter", 3), ("photos", 1), ("note", 1)), 2740, 2600, octets=38 * MO, growing=False
                ),
            ),
        ),
        Drawer(
            "Envoyés",
            "\\Sent",
            (Batch(44, (("sent receipt", 12), ("sent failure", 2)), NINE_YEARS, 3),),
        ),
    ),
)

_SHARED = MailboxPlan(
    people.SHARED,
    512 * MO,
    (
        Drawer(
            "Éléments envoyés",
            "\\Sent",
            (
                Batch(
                    38, (("sent document", 2), ("sent letter", 2), ("sent note", 3)), 900, 2, octets=24 * MO
                ),
            ),
        ),
        Drawer(
            "INBOX",
            "",
            (
                Batch(
                    112,
                    (*_DOCUMENTS, *_WORDS, *_RECEIPTS),
                    *(1000, 0),
                    octets=151 * MO,
                    read=0.94,
                    answered=0.6,
                    hour=time(6, 12),
                ),
            ),
        ),
        Drawer("Corbeille", "\\Trash", (Batch(6, (("newsletter", 1), ("notice", 1)), 60, 9),)),
    ),
)

_HOSPITAL = MailboxPlan(
    people.HOSPITAL,
    256 * MO,
    (
        Drawer("Sent", "\\Sent", (Batch(12, (("sent note", 1),), 1500, 446),)),
        Drawer(
            "INBOX",
            "",
            (
                Batch(
                    46, (*_DOCUMENTS, ("note", 10)), 2200, 433, octets=96 * MO, growing=False, integrated=0.6
                ),
                Batch(
                    31,
                    (("biology", 3), ("imaging", 2), ("hospital", 1)),
                    428,
                    4,
                    octets=50 * MO,
                    growing=False,
                    read=0.0,
                ),
                Batch(181, (*_WORDS, ("failure", 1)), 430, 3, read=0.0),
            ),
        ),
        Drawer("Trash", "\\Trash"),
        Drawer("Drafts", "\\Drafts"),
    ),
)

_UNLISTED = MailboxPlan(
    people.UNLISTED,
    256 * MO,
    (
        Drawer(
            "INBOX", "", (Batch(19, (*_DOCUMENTS, ("note", 30)), 420, 12, octets=10_600 * KO, growing=False),)
        ),
        Drawer("Envoyés", "", (Batch(3, (("sent note", 1),), 300, 31),)),
        Drawer("Corbeille"),
    ),
)

PLANS = (_MAIN, _SHARED, _HOSPITAL, _UNLISTED)
