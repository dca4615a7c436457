"""What one question to the API may cost, whatever the server does."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one question (one or several searches). Octets are counted both as they come over the line
    and unpacked; ``containers`` bounds the objects and lists of one answer, which cost far more memory than
    their octets. ``calls_per_second`` is the API's own rule (domain 2.1); ``retries`` counts how often a cut
    answer is asked again; ``waits`` how often balt waits as told by a busy server, at most ``wait_seconds``
    each time.
    """

    pages: int = 200
    answer_octets: int = 16 * MIB
    total_octets: int = 256 * MIB
    containers: int = 1_000_000
    resources: int = 100_000
    deadline_seconds: float = 120
    read_timeout: float = 30
    connect_timeout: float = 10
    calls_per_second: int = 17
    retries: int = 1
    waits: int = 3
    wait_seconds: float = 30
