"""Who wrote the messages of the open folder, and no more: a fifth of what their details cost."""

from collections.abc import Sequence

from balt.mail.envelope import parse_sender
from balt.mail.fetch import read_row
from balt.mail.frames import read_frames, response_in
from balt.mail.wire import Wire

_ITEMS = b"(UID ENVELOPE)"


def read_senders(wire: Wire, uids: Sequence[int]) -> dict[int, str]:
    """The senders of ascending ``uids``, as their details tell them. One that the server passed over, told
    twice, or told in a way that cannot be read is absent.
    """
    told: dict[int, str | None] = {}
    for uid, frame in read_frames(wire, uids, _ITEMS):
        row = read_row(response_in(frame)) if frame else None
        if row is not None and row.uid == uid and b"ENVELOPE" in row.items:
            told[uid] = None if uid in told else parse_sender(row.items[b"ENVELOPE"])
    return {uid: sender for uid, sender in told.items() if sender is not None}
