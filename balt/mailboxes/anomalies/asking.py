"""Asking both sources of the directory about a part of it, so that the rules can look at that part.

Each source is asked about what the other one names too: only then is its silence a fact. What is asked of the
API is bounded, for it takes 17 calls a second (domain 2.1); what was left out is told, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from balt.directory.model import DirectoryAnswer, DirectoryEntry, Origin, Professional, is_ahead
from balt.directory.trust import trust_space
from balt.errors import BaltError, CancelledError, DirectoryError, StoppedError
from balt.i18n import _
from balt.mailboxes.anomalies.model import Scene
from balt.mailboxes.directory_answers import joined
from balt.mailboxes.directory_reader import (
    AT_ONCE,
    MOST_ADDRESSES,
    READ_SECONDS,
    Cancelled,
    DirectoryReader,
    ask_about,
    too_long,
)
from balt.mailboxes.news import hindrance_words
from balt.mailboxes.sightings import (
    Followed,
    Hindrance,
    SightingBook,
    Sightings,
    followed_of,
    look_at,
)

MOST_PEOPLE = 100
"""How many persons the API is asked about, two calls each."""

MOST_NAMES = 10
"""How many names the API is asked for namesakes, some calls each."""

MOST_HELD = 500
"""How many persons' further BAL, and namesakes, are looked up in the extraction (some ms each)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the directory is looked at: a domain, else a structure, else these BAL and those of a
    person.
    """

    addresses: tuple[str, ...] = ()
    rpps: str = ""
    finess: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources said of a scope: the scene, the addresses that the scope holds (lower case), and what
    was not looked at, in sentences.
    """

    scene: Scene
    within: frozenset[str]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heard:
    """What was heard so far."""

    answers: list[DirectoryAnswer] = field(default_factory=list)
    asked: dict[Origin, frozenset[str]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    structures: set[str] = field(default_factory=set)
    alike: list[Professional] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[BaltError] = field(default_factory=list)
    api_cut: bool = False

    def entries(self, origin: Origin | None = None) -> Iterator[DirectoryEntry]:
        """What was named, by one source or by both."""
        for answer in self.answers:
            if origin in (None, answer.origin):
                yield from answer.entries

    def keys(self, origin: Origin | None = None) -> set[str]:
        """The addresses that were named."""
        return {entry.key for entry in self.entries(origin)}

    def holders(self) -> dict[str, DirectoryEntry]:
        """Who holds what was named, by RPPS number, an entry of each."""
        return {entry.rpps: entry for entry in self.entries() if entry.rpps}

    def hear(self, answer: DirectoryAnswer) -> None:
        """Take an answer about addresses of the scope, with what it wishes to have said."""
        self.answers.append(answer)
        self.notes += answer.notes

    def scope_answer(self, origin: Origin) -> DirectoryAnswer | None:
        """The first answer of a source: the one about the scope."""
        return next((each for each in self.answers if each.origin is origin), None)


class SceneReader(DirectoryReader):
    """A reader of both sources that looks at one part of the directory."""

    def look(self, scope: Scope, followed: Iterable[str] | None = None) -> Found:
        """What both sources say of a scope. One that fails is told in the notes, and ``failed`` is set.
        ``followed`` are the BAL that cases follow, None where they are not known. Raises UsageError when no
        source is configured, and a source's own error when none answered.
        """
        self._must_have_source()
        heard = _Heard()
        if self.has_extraction and followed is not None:
            heard.notes += self._written_down(followed_of(self._config, followed))
        if self.has_extraction:
            heard.answers += self._tried(lambda: self._scope_in_file(scope), heard.failures)
        if self.has_api:
            heard.answers += self._tried(lambda: self._scope_in_api(scope), heard.failures)
        if not heard.answers:
            raise heard.failures[0]
        heard.notes += [note for answer in heard.answers for note in answer.notes]
        named = (*scope.addresses, *self._vanished_of(scope.rpps))
        within = heard.keys() | {address.lower() for address in named}
        if (answer := heard.scope_answer(Origin.API)) and answer.whole and answer.situations:
            heard.structures |= {scope.finess} - {""}
        holders = heard.holders()  # of the scope: not of what they hold besides
        self._heed(lambda: self._further_in_file(within, holders, heard), heard)
        heard.api_cut = not self._heed(lambda: self._further_in_api(within, holders, heard), heard)
        notes = dict.fromkeys((*heard.notes, *map(str, heard.failures), *self._left_out(heard)))
        known = followed_of(self._config, (*scope.addresses, *(followed or ())))
        known = replace(known, rpps=scope.rpps or known.rpps)
        return Found(self._scene(heard, known), frozenset(within), tuple(notes))

    def _written_down(self, followed: Followed) -> list[str]:
        """Write down which followed BAL the extraction has, as every reading does; what to say of it."""
        with suppress(DirectoryError):  # said where the scope is asked for
            look = look_at(self._open_index(), followed)
            try:
                found = SightingBook(self._folder).learn(look, followed, self._clock.now())
            except StoppedError as error:
                return [str(error)]
            if found.hindrance is not Hindrance.OLDER:
                return list(filter(None, (hindrance_words(found, look.taken_at),)))
        return []

    def _heed(self, work: Callable[[], None], heard: _Heard) -> bool:
        """Do what goes further, and whether it was done; where it fails, what was heard before counts."""
        try:
            work()
            return True
        except CancelledError:
            self.failed = True
            heard.failures.append(too_long())
        except BaltError as error:
            self.failed = True
            heard.failures.append(error)
        return False

    # The scope itself

    def _scope_in_file(self, scope: Scope) -> DirectoryAnswer:
        index = self._open_index()
        if scope.domain:
            return index.of_domain(scope.domain)
        if scope.finess:
            return index.of_structure(scope.finess)
        answers = [index.of_professional(scope.rpps)] if scope.rpps else []
        answers += [index.of_address(each) for each in _with_own(scope.addresses, answers)]
        return joined(answers) or DirectoryAnswer(Origin.EXTRACTION, index.about().generated_at)

    def _vanished_of(self, rpps: str) -> list[str]:
        """The BAL of this person that an extraction had, and a later one had not."""
        with suppress(StoppedError):
            kept = SightingBook(self._folder).kept(Followed(frozenset(), rpps))
            return [each.address for each in kept.seen if each.own and not each.published and each.before]
        return []

    def _scope_in_api(self, scope: Scope) -> DirectoryAnswer:
        if scope.domain:
            return self._of_api(lambda api, stop: api.search(f"@{scope.domain}", stop), None)
        if scope.finess:
            return self._of_api(lambda api, stop: api.of_structure(scope.finess, stop), None)
        over = self._until_over()
        answers = [self._professional(scope.rpps, over)] if scope.rpps else []
        answers += self._about(_with_own(scope.addresses, answers), over)
        return joined(answers) or DirectoryAnswer(Origin.API, self._clock.now())

    # What goes further

    def _further_in_file(self, within: set[str], holders: dict[str, DirectoryEntry], heard: _Heard) -> None:
        """What the holders have besides, their namesakes, and what the API alone names."""
        answer = heard.scope_answer(Origin.EXTRACTION)
        if answer is None:
            return
        index = self._open_index()
        some = sorted(holders)[:MOST_HELD]
        heard.answers.append(index.of_professionals(some))
        heard.alike += index.homonyms(*some)
        heard.notes += index.work_notes if some else ()
        if len(holders) > MOST_HELD:
            heard.notes.append(
                _("Les autres BAL et les homonymes ne sont cherchés que pour %d personnes.") % MOST_HELD
            )
        for address in sorted(within - heard.keys(Origin.EXTRACTION)):
            heard.hear(index.of_address(address))
        if answer.whole and answer.is_fresh(self._clock.now()):
            asked = (address for address in within if not answer.unreadable.may_hold(address))
            heard.asked[Origin.EXTRACTION] = frozenset(asked)

    def _further_in_api(self, within: set[str], holders: dict[str, DirectoryEntry], heard: _Heard) -> None:
        """What the file alone names, and the situations of the holders."""
        if heard.scope_answer(Origin.API) is None:
            return
        over = self._until_over()
        known = heard.keys(Origin.API) & within
        heard.asked[Origin.API] = frozenset(known)
        wanted = sorted(within - known)
        for answer, some in zip(self._about(wanted[:MOST_ADDRESSES], over), _parts(wanted), strict=False):
            heard.hear(answer)
            if answer.whole:
                heard.asked[Origin.API] |= frozenset(some)
        if len(wanted) > MOST_ADDRESSES:
            note = _("L'API n'a été interrogée que pour %d des adresses de l'extraction.")
            heard.notes.append(note % MOST_ADDRESSES)
        for rpps in sorted(holders)[:MOST_PEOPLE]:
            said = self._professional(rpps, over)
            heard.answers.append(said)
            if said.whole and any(person.rpps == rpps for person in said.professionals):
                heard.people.add(rpps)
        if len(holders) > MOST_PEOPLE:
            note = _("L'API n'a été interrogée que sur les situations de %d personnes.")
            heard.notes.append(note % MOST_PEOPLE)
        for entry in sorted(holders.values(), key=lambda each: each.rpps)[:MOST_NAMES]:
            if entry.family and entry.given:
                heard.alike += self._namesakes_of(entry, over).professionals

    def _professional(self, rpps: str, over: Cancelled) -> DirectoryAnswer:
        return self._of_api(lambda api, stop: api.of_professional(rpps, stop), over)

    def _namesakes_of(self, entry: DirectoryEntry, over: Cancelled) -> DirectoryAnswer:
        return self._of_api(lambda api, stop: api.homonyms(entry.family, entry.given, stop), over)

    def _about(self, addresses: Iterable[str], over: Cancelled) -> Iterator[DirectoryAnswer]:
        """What the API says of addresses, some at a time."""
        for some in _parts(list(addresses)):
            yield self._of_api(ask_about(some), over)

    def _until_over(self) -> Cancelled:
        """Tells when the time for the API has ended."""
        end = self._ticks() + READ_SECONDS
        return lambda: self._ticks() >= end

    # What comes of it

    def _scene(self, heard: _Heard, followed: Followed) -> Scene:
        sightings = Sightings()
        with suppress(StoppedError):
            sightings = SightingBook(self._folder).kept(followed)
        return Scene(
            self._clock.now(),
            tuple(heard.answers),
            tuple(heard.alike),
            heard.asked,
            frozenset(heard.people),
            frozenset(heard.structures),
            trust_space(self._config.directory, self._folder, self._clock),
            sightings,
        )

    def _left_out(self, heard: _Heard) -> Iterator[str]:
        """What could not be looked at, for want of a source."""
        trust = trust_space(self._config.directory, self._folder, self._clock)
        if trust.problem:
            yield trust.problem
        elif trust.listed is None:
            yield _("Sans liste blanche : les domaines ne sont pas contrôlés.")
        silent = heard.scope_answer(Origin.API) is None
        if not self.has_api:
            yield _(
                "Sans l'API : ni les situations d'exercice ni les écarts entre sources ne sont contrôlés."
            )
        elif silent:
            yield _(
                "L'API n'a pas répondu : ni les situations d'exercice ni les écarts entre sources ne sont "
                "contrôlés."
            )
        elif heard.api_cut:
            yield _(
                "L'API n'a pas tout dit : des situations d'exercice et des écarts entre sources n'ont pas "
                "été contrôlés."
            )
        if not self.has_extraction:
            yield _("Sans extraction : les écarts entre sources ne sont pas contrôlés.")
        answer = heard.scope_answer(Origin.EXTRACTION)
        if answer is None and self.has_extraction:
            yield _("L'extraction n'a pas pu être lue : les écarts entre sources ne sont pas contrôlés.")
        elif answer is not None and is_ahead(answer.taken_at, self._clock.now()):
            yield _("L'extraction est datée d'un jour à venir : son silence ne prouve rien.")
        elif answer is not None and not answer.is_fresh(self._clock.now()):
            yield _("L'extraction a plus de 30 jours : son silence ne prouve rien.")


def _with_own(addresses: Iterable[str], answers: Iterable[DirectoryAnswer]) -> list[str]:
    """The addresses to ask about; those of the person too, for another one may stand under them."""
    own = (entry.key for answer in answers for entry in answer.entries)
    return list({address.lower(): address for address in (*own, *addresses)}.values())


def _parts(addresses: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(addresses), AT_ONCE):
        yield addresses[start : start + AT_ONCE]
