"""Asking both sources of the directory about the holder and the BAL known here, and searching it whole.

The API tells what is published now; the extraction is complete for PER and ORG, and works without a network
(domain: they disagree at times, so both are kept apart and shown with their origin).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from balt.clock import Clock
from balt.config import Config, DirectorySettings
from balt.directory.model import DirectoryAnswer, Origin, Professional
from balt.directory.trust import trust_space
from balt.errors import BaltError, CancelledError, DirectoryError, StoppedError, UsageError
from balt.i18n import _
from balt.mailboxes.directory_answers import joined, lacking, merged, names_only
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.own_number import number_warning
from balt.mailboxes.sightings import SightingBook, Sightings, followed_of

if TYPE_CHECKING:  # what touches the network and the index is imported when it is used
    from balt.directory.client import DirectoryClient
    from balt.directory.index import DirectoryIndex

Cancelled = Callable[[], bool]

MOST_ADDRESSES = 2000
"""How many addresses the API is asked about: many in each call, but only 17 calls a second (domain 2.1)."""

READ_SECONDS = 180.0
"""How long one reading may ask the API; one question has its own, shorter, time besides."""

AT_ONCE = 100
"""Addresses in one question: what was answered before a failure counts."""


class KeySource(Protocol):
    """Gives the key of the API."""

    def api_key(self, settings: DirectorySettings) -> str: ...
    def forget_api_key(self) -> None: ...


class DirectoryReader:
    """The two sources, opened when they are first needed; used by one thread. ``folder`` holds the index.

    ``failed`` tells whether a source did not answer the last question. ``ticks`` are seconds that only grow.
    """

    def __init__(
        self,
        config: Config,
        keys: KeySource,
        clock: Clock,
        folder: Path,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._keys = keys
        self._clock = clock
        self._ticks = ticks
        self._folder = folder
        self._index_file = index_file(folder)
        self._client: DirectoryClient | None = None
        self._index: DirectoryIndex | None = None
        self._also: tuple[str, ...] = ()
        self.failed = False

    @property
    def has_api(self) -> bool:
        """Whether the configuration gives a key for the API."""
        settings = self._config.directory
        return bool(settings.api_key_command or settings.api_key_env)

    @property
    def has_extraction(self) -> bool:
        """Whether an extraction was named in the configuration, or imported before."""
        return self._config.directory.extraction is not None or self._index_file.exists()

    @property
    def has_both(self) -> bool:
        """Whether a search has a fast part and a slow one."""
        return self.has_api and self.has_extraction

    def adopt(self, config: Config) -> None:
        """Go on with another configuration."""
        self.close()
        self._config = config

    def read(self, cancelled: Cancelled | None = None, also: Iterable[str] = ()) -> DirectoryView:
        """What each source says of the holder, of every BAL of the configuration, and of those of ``also``.

        A source that fails is told in ``problem``; the other one still counts, and what the API said before
        it failed (not ``whole``). Raises CancelledError.
        """
        *_first, view = self.readings(cancelled, also)
        return view

    def readings(
        self, cancelled: Cancelled | None = None, also: Iterable[str] = ()
    ) -> Iterator[DirectoryView]:
        """As ``read``, told in two steps where there are two sources: the extraction's part comes first, for
        the API takes its time. An extraction that was replaced since the last reading is read anew.
        """
        self.failed = False
        self._also = tuple(each.lower() for each in also)
        self._leave_index()
        trust = trust_space(self._config.directory, self._folder, self._clock)
        person, followed = self._config.person, frozenset(self._also)
        view = DirectoryView(
            rpps=person.rpps,
            trust=trust,
            api_silent=self.has_api,
            followed=followed,
            warning=number_warning(person, ()),
            sightings=self._kept(),
        )
        local: list[BaltError] = []
        if self.has_extraction:
            answers = self._tried(lambda: self._from_extraction(cancelled), local)
            alike = self._namesakes() if answers else ()
            found = answers[0] if answers else None
            warning = number_warning(person, answers)
            view = replace(view, extraction=found, alike=alike, problem=_sentences(local), warning=warning)
            yield view
        if self.has_api:
            remote: list[BaltError] = []
            answers = self._tried(lambda: self._from_api(cancelled, remote), remote)
            api = answers[0] if answers else None
            silent = api is None or not api.whole
            view = replace(view, api=api, problem=_sentences([*remote, *local]), api_silent=silent)
            yield replace(view, warning=number_warning(person, view.answers))
        elif not self.has_extraction:
            yield replace(view, sources=False)

    def search(
        self, text: str, cancelled: Cancelled | None = None, *, patient: bool = True
    ) -> Iterator[DirectoryAnswer]:
        """What the whole directory holds for a text: first what the extraction has, then with the API's part.

        With ``patient`` false the API is asked only where the extraction gave nothing to show. A source that
        fails is told in the notes of the other one's answer. Raises UsageError when no source is
        configured, the first source's own error when none answered, and CancelledError.
        """
        self._must_have_source()
        failures: list[BaltError] = []
        found: list[DirectoryAnswer] = []
        by_name = "@" not in text
        if self.has_extraction:
            found = self._tried(lambda: self._open_index(cancelled).search(text), failures)
            yield from found
        if self.has_api and (patient or not found):
            said = self._tried(
                lambda: self._of_api(lambda api, stop: api.search(text, stop), cancelled), failures
            )
            if said and not self.has_extraction:
                said = [names_only(said[0], by_name=by_name)]
            if found and said:
                yield merged(said[0], found[0], by_name=by_name)
            elif answers := found or said:
                yield lacking(answers[0], failures[0]) if failures else answers[0]
            found = found or said
        if not found:
            raise failures[0]

    def show(self, address: str, cancelled: Cancelled | None = None) -> list[DirectoryAnswer]:
        """What each source says of one address. A source that fails is told, and errors are raised, as
        ``search`` does.
        """
        self._must_have_source()
        failures: list[BaltError] = []
        answers = []
        if self.has_api:
            answers += self._tried(
                lambda: self._of_api(lambda api, stop: api.of_address(address, stop), cancelled), failures
            )
        if self.has_extraction:
            answers += self._tried(lambda: self._open_index(cancelled).of_address(address), failures)
        if not answers:
            raise failures[0]
        return [lacking(answers[0], failures[0])] if failures else answers

    def close(self) -> None:
        """Leave both sources; they are opened again when they are needed."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._leave_index()

    # Inside

    def _leave_index(self) -> None:
        index, self._index = self._index, None
        if index is not None:
            index.close()

    def _tried(
        self, question: Callable[[], DirectoryAnswer], failures: list[BaltError]
    ) -> list[DirectoryAnswer]:
        """The answer of a source, if it has one; else what it failed with is among ``failures``."""
        try:
            return [question()]
        except CancelledError:
            raise
        except BaltError as error:
            self.failed = True
            failures.append(error)
            return []

    def _must_have_source(self) -> None:
        self.failed = False
        if not (self.has_api or self.has_extraction):
            raise no_source()

    def _of_api(
        self,
        question: Callable[[DirectoryClient, Cancelled | None], DirectoryAnswer],
        cancelled: Cancelled | None,
    ) -> DirectoryAnswer:
        """The answer of the API; a key that may be the reason of its refusal is looked for anew next time."""
        try:
            return question(self._open_client(), cancelled)
        except DirectoryError as error:
            if not error.again:
                self._keys.forget_api_key()
            raise

    def _from_api(self, cancelled: Cancelled | None, failures: list[BaltError]) -> DirectoryAnswer:
        """What the API says in the time it has. Where it fails after a first answer, that one counts, and the
        failure is among ``failures``.
        """
        end = self._ticks() + READ_SECONDS

        def given_up() -> bool:
            return cancelled is not None and cancelled()

        def over() -> bool:
            return self._ticks() >= end or given_up()

        rpps = self._config.person.rpps
        answers: list[DirectoryAnswer] = []
        wanted: list[str] = []
        try:
            if rpps:
                answers.append(self._of_api(lambda api, stop: api.of_professional(rpps, stop), over))
            wanted = self._addresses(answers)
            for start in range(0, min(len(wanted), MOST_ADDRESSES), AT_ONCE):
                some = wanted[start : min(start + AT_ONCE, MOST_ADDRESSES)]
                answers.append(self._of_api(ask_about(some), over))
        except CancelledError:
            if given_up():
                raise
            failures.append(too_long())
        except BaltError as error:
            if not answers:
                raise
            failures.append(error)
        found = joined(answers) or DirectoryAnswer(Origin.API, self._clock.now())
        if failures:
            self.failed = True
            return replace(found, whole=False)
        return found if len(wanted) <= MOST_ADDRESSES else _cut(found)

    def _from_extraction(self, cancelled: Cancelled | None) -> DirectoryAnswer:
        index = self._open_index(cancelled)
        rpps = self._config.person.rpps
        answers = [index.of_professional(rpps)] if rpps else []
        wanted = dict.fromkeys((*self._addresses(answers), *self._remembered(answers)))
        answers += [index.of_address(each) for each in wanted]
        return joined(answers) or DirectoryAnswer(Origin.EXTRACTION, index.about().generated_at)

    def _remembered(self, answers: Sequence[DirectoryAnswer]) -> list[str]:
        """The holder's BAL that the last extraction had and this one does not name: it may be that it names
        them in a line that cannot be read.
        """
        known = {each.key for one in answers for each in one.entries}
        own = (each.address for each in self._kept().seen if each.own and each.published)
        return [address for address in own if address not in known]

    def _kept(self) -> Sightings:
        """What was written down of the extractions before; nothing where it cannot be read."""
        with suppress(StoppedError):
            return SightingBook(self._folder).kept(followed_of(self._config, self._also))
        return Sightings()

    def _namesakes(self) -> tuple[Professional, ...]:
        """The persons of the holder's name that the extraction knows; none where it cannot be asked."""
        with suppress(DirectoryError):
            return self._open_index().homonyms(self._config.person.rpps)
        return ()

    def _addresses(self, answers: Sequence[DirectoryAnswer]) -> list[str]:
        """The BAL to ask about; the holder's own too, for another person may stand under one of them."""
        own = (entry.key for answer in answers for entry in answer.entries)
        return list(dict.fromkeys((*self._config.named, *self._also, *own)))

    def _open_client(self) -> DirectoryClient:
        if self._client is None:
            from balt.directory.client import DirectoryClient

            settings = self._config.directory
            self._client = DirectoryClient(
                settings.base_url, lambda: self._keys.api_key(settings), self._clock
            )
        return self._client

    def _open_index(self, cancelled: Cancelled | None = None) -> DirectoryIndex:
        """The index; one that closed itself (its file was damaged, or is another by now) is opened anew."""
        if self._index is None or self._index.closed:
            self._index = None
            from balt.directory.index_ensured import ensure_index

            source = self._config.directory.extraction
            self._index = ensure_index(self._index_file, source, self._clock, cancelled=cancelled)
        return self._index


def index_file(folder: Path) -> Path:
    """Where the index of the extraction stands in balt's data folder."""
    return folder / "directory" / "extraction.sqlite"


def _sentences(failures: Sequence[BaltError]) -> str:
    return " ".join(map(str, failures))


def ask_about(addresses: Sequence[str]) -> Callable[[DirectoryClient, Cancelled | None], DirectoryAnswer]:
    """The question to the API about some addresses; one that it cannot be asked about hides no other."""

    def ask(client: DirectoryClient, stop: Cancelled | None) -> DirectoryAnswer:
        from balt.directory.client import can_be_asked

        askable = [each for each in addresses if can_be_asked(each)]  # an odd one must not hide the others
        answer = client.of_addresses(askable, stop)
        return answer if len(askable) == len(addresses) else replace(answer, whole=False)

    return ask


def too_long() -> DirectoryError:
    """What to say where the time for the API ended before its last answer."""
    told = _("l'API de l'Annuaire Santé n'a pas tout dit en %d secondes.") % READ_SECONDS
    return DirectoryError(told, advice=_("Ce qui a été lu est montré ; relisez plus tard."), again=True)


def _cut(found: DirectoryAnswer) -> DirectoryAnswer:
    """The answer of the API where it was not asked about every BAL."""
    note = _("l'API n'a été interrogée que pour les %d premières BAL de la configuration.") % MOST_ADDRESSES
    return replace(found, notes=(*found.notes, note), whole=False)


def no_source() -> UsageError:
    """What to say where nothing tells how to read the directory."""
    return UsageError(
        _("aucune source de l'Annuaire Santé n'est configurée."),
        advice=_(
            "Importez une extraction (balt directory import FICHIER), ou donnez une clé de l'API par "
            "« api_key_command » dans la partie [directory] de la configuration."
        ),
    )
