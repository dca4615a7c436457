"""COMPRESS=DEFLATE (RFC 4978): after the login, what goes over the line is deflated both ways.

Lists of messages shrink to an eighth or less. On loopback it only costs time, so it is not asked for there.
"""

import zlib

from balt.errors import RefusedError
from balt.mail.wire import Wire

CAPABILITY = "COMPRESS=DEFLATE"
_RAW = -zlib.MAX_WBITS  # without the zlib header: RFC 4978 section 4


class Deflate:
    """The state of both directions. What comes in is inflated a bounded piece at a time."""

    def __init__(self) -> None:
        self._outward = zlib.compressobj(wbits=_RAW)
        self._inward = zlib.decompressobj(wbits=_RAW)
        self.holds_more = False

    @property
    def ended(self) -> bool:
        """Whether the other side has said that nothing follows."""
        return self._inward.eof

    def deflated(self, data: bytes) -> bytes:
        """The octets to send for ``data``, such that the other side can read it all at once."""
        return self._outward.compress(data) + self._outward.flush(zlib.Z_SYNC_FLUSH)

    def inflated(self, raw: bytes, limit: int) -> bytes:
        """At most ``limit`` octets out of what came before and ``raw``, which may be empty.

        When ``holds_more`` is true afterwards, ask again before hearing more: octets may be left, also inside
        zlib. Raises zlib.error for what is not deflated data.
        """
        if self._inward.eof and raw:
            raise zlib.error("octets after the end")
        data = self._inward.decompress(self._inward.unconsumed_tail + raw, limit)
        self.holds_more = len(data) == limit
        return data


def start(wire: Wire, capabilities: frozenset[str], *, on_loopback: bool = False) -> bool:
    """After the login: compress the line when the server offers it and is another machine.

    Whether the line is compressed now; a server that refuses goes on without. ``on_loopback``: also to this
    machine.
    """
    if CAPABILITY not in capabilities or (wire.line.is_loopback and not on_loopback):
        return False
    try:
        wire.run(b"COMPRESS", b"DEFLATE")
    except RefusedError:
        return False
    wire.line.start_deflate(Deflate())
    return True
