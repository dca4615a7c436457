"""What is known of the directory at this moment, from both of its sources."""

from dataclasses import dataclass

from balt.directory.model import DirectoryAnswer, Origin, Professional
from balt.directory.trust import TrustSpace
from balt.mailboxes.sightings import Sightings


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """The last answer of each source about the holder and the BAL known here; None where it was not asked or
    did not answer. ``problem`` is what went wrong, in a sentence for the user, "" when nothing did;
    ``warning`` what looks wrong in the holder's own number, likewise: it stops nothing.
    ``sources`` is false where there is none to ask: no key for the API, and no extraction. ``sightings`` is
    what was written down of the followed BAL at each extraction; of ``left_out`` of them, which are too many,
    nothing is. ``rpps`` is the number whose BAL and
    situations were asked for, ``alike`` the persons of the same name that the extraction knows. ``trust`` is
    what is known of the trust space. ``api_silent`` tells that the API, which alone shows what is published
    now, is to be asked and has not answered whole. ``followed`` are the BAL (lower case) that were asked
    about for a case.
    """

    api: DirectoryAnswer | None = None
    extraction: DirectoryAnswer | None = None
    problem: str = ""
    warning: str = ""
    api_silent: bool = False
    sources: bool = True
    sightings: Sightings = Sightings()  # noqa: RUF009 - frozen
    rpps: str = ""
    alike: tuple[Professional, ...] = ()
    trust: TrustSpace = TrustSpace()  # noqa: RUF009 - frozen
    followed: frozenset[str] = frozenset()
    left_out: int = 0

    @property
    def trouble(self) -> str:
        """What is to be told before anything else, in sentences; "" where there is nothing."""
        return " ".join(filter(None, (self.problem, self.warning)))

    @property
    def answers(self) -> tuple[DirectoryAnswer, ...]:
        """The sources that answered, the API first."""
        return tuple(answer for answer in (self.api, self.extraction) if answer is not None)

    def of(self, origin: Origin) -> DirectoryAnswer | None:
        """The answer of a source; None where it did not answer."""
        return self.api if origin is Origin.API else self.extraction
