"""What one question to the API may cost, whatever the server does."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one question (one or several searches). Octets are counted both as they come over the line
    and unpacked; ``values`` and ``total_values`` bound the values of one answer and of all, as commas and
    brackets tell them before they are read: they cost far more memory than their octets. ``kept_octets``
    bounds what is kept of all answers, ``pieces`` how many pieces one answer may come in.
    ``calls_per_second`` is the API's own rule (domain 2.1); ``retries`` counts how often a cut
    answer is asked again; ``waits`` how often balt waits for a server that is busy or out of order, at most
    ``wait_seconds`` each time.
    """

    pages: int = 200
    answer_octets: int = 16 * MIB
    total_octets: int = 256 * MIB
    pieces: int = 200_000
    values: int = 1_000_000
    total_values: int = 10_000_000
    kept_octets: int = 64 * MIB
    resources: int = 100_000
    deadline_seconds: float = 120
    read_timeout: float = 30
    connect_timeout: float = 10
    calls_per_second: int = 17
    retries: int = 1
    waits: int = 3
    wait_seconds: float = 30
