"""What a job of the engine takes for an answer, and what not."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from balt.mail.listing import Listing
from balt.mail.senders import UNREAD_SENDER
from balt.tui.engine import Engine


class Session:
    """Tells senders of a folder that was made anew or not."""

    def __init__(self, uidvalidity: int) -> None:
        self._uidvalidity = uidvalidity

    def senders(self, _folder: str, uids: Sequence[int]) -> dict[int, str]:
        return dict.fromkeys(uids, "labo@bio-fictive.mssante.fr")

    def validity(self, _folder: str) -> int:
        return self._uidvalidity


class Jobs:
    """Takes the job that the engine hands in, and does it at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.told: list[Any] = []

    def _details(
        self,
        _address: str,
        _listing: Listing,
        job: Callable[..., object],
        done: Callable[[object], object],
        *,
        background: bool,
    ) -> None:
        assert background
        done(job(self._session, lambda: False))

    def _post(self, event: object) -> None:
        self.told.append(event)


@pytest.mark.parametrize(("uidvalidity", "told"), [(7, {1, 2}), (8, set())])
def test_senders_of_a_folder_made_anew_are_those_of_other_messages(uidvalidity: int, told: set[int]) -> None:
    listing = Listing("INBOX", 7, 3)
    for uid in (1, 2):
        listing.uids.append(uid)
        listing.sizes.append(1)
        listing.dates.append(1)
        listing.flags.append(0)
    jobs = Jobs(Session(uidvalidity))
    Engine.read_senders(jobs, "a@b.fr", listing, [1, 2])  # type: ignore[arg-type]
    assert jobs.told[0].senders == told
    assert {uid for uid in (1, 2) if listing.senders.number(uid - 1) != UNREAD_SENDER} == told
