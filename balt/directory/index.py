"""The directory on this machine: an index of the extraction, searched as the person types.

A cache of a public file: it holds nothing else, and is made anew whenever it does not fit. Its sources are
``index_build`` (making it), ``index_file`` (opening it) and ``index_search`` (what is typed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from balt.clock import Clock
from balt.directory import index_schema as schema
from balt.directory.extraction import Cancelled, Progress
from balt.directory.identifiers import finess_warning, rpps_warning, typed_rpps, typed_warning
from balt.directory.index_build import ImportReport, build_index
from balt.directory.index_entries import (
    ENTRIES,
    by_name,
    by_structure,
    entry_of,
)
from balt.directory.index_file import IndexFile
from balt.directory.index_people import homonyms_of, marks, parts, people_of
from balt.directory.index_schema import IndexAbout
from balt.directory.index_search import identifier_in, words_in, words_of
from balt.directory.index_words import cut_words, damage_words
from balt.directory.model import DirectoryAnswer, DirectoryEntry, Origin, Professional
from balt.directory.shortage import shortage_words
from balt.directory.unreadable import key_of
from balt.directory.workplaces import WorkplaceIndex
from balt.errors import DirectoryError
from balt.i18n import _
from balt.text import capital, plain
from balt.units import format_count

__all__ = ["DirectoryIndex", "ImportReport", "IndexAbout"]

_MOST_AT_ONE = 2000
"""Rows of one address that are read; a real extraction has two or three at most (domain 3.1)."""

MOST_OF_DOMAIN = 50_000
"""Rows of one domain that are read (some 130 MiB to look at for anomalies); a hospital has some thousands."""

T = TypeVar("T")
Found = tuple[int, DirectoryEntry]


class DirectoryIndex:
    """An open index, read-only; used by one thread at a time. Every question raises DirectoryError when the
    file cannot be read. ``notes`` are sentences that every answer will carry.
    """

    def __init__(self, path: Path, notes: Sequence[str] = ()) -> None:
        self._notes = tuple(notes)
        self._file = IndexFile(path)
        self._work = WorkplaceIndex(path)
        try:
            self._about = self._file.asked(schema.read_about)
            if not self._about.whole:
                self._notes += (cut_words(),)
            if self._about.is_short:
                self._notes += (shortage_words(self._about),)
            self._damage = damage_words(self._about)
            self._labels = self._file.asked(lambda _db: self._marked_labels())
        except DirectoryError:
            self.close()
            raise

    @staticmethod
    def build(
        path: Path,
        source: Path,
        clock: Clock,
        on_progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        confirmed: bool = False,
    ) -> ImportReport:
        """Make the index of the extraction ``source`` at ``path``; see ``build_index``."""
        return build_index(path, source, clock, on_progress, cancelled, confirmed=confirmed)

    def about(self) -> IndexAbout:
        """What this index was made from."""
        return self._about

    @property
    def closed(self) -> bool:
        """Whether the file is closed: by ``close``, or because a question found it damaged. Such an index
        answers nothing any more; where it was damaged, its file is gone.
        """
        return self._file.closed

    @property
    def work_notes(self) -> tuple[str, ...]:
        """What is missing of the places where persons work, in sentences."""
        return self._work.notes

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._work.close()

    def search(self, text: str, limit: int = 200) -> DirectoryAnswer:
        """What fits what a person typed: an exact address or number first, then names, structures, the rest.

        At most ``limit`` entries; a note says when there are more. Words of fewer than three letters count as
        whole words.
        """
        found = self._asked(lambda: self._search(text, limit + 1))
        notes = []
        if at_work := self._asked(lambda: self._search_at_work(text, found, limit + 1)):
            found += at_work
            notes.append(self._work.told())
        notes += self.work_notes
        if not found and (warning := typed_warning(text)):
            notes.append(capital(warning))
        if len(found) > limit:
            notes.append(
                _("Seuls les %(count)d premiers résultats sont montrés : précisez la recherche.")
                % {"count": limit}
            )
        answer = self._answer(found[:limit], notes)
        missed = not found and bool(self._about.bad_lines or self.work_notes)
        return replace(answer, whole=False) if missed or len(found) > limit else answer

    def of_professionals(self, numbers: Sequence[str]) -> DirectoryAnswer:
        """Every BAL of several persons, by RPPS (11 digits): one answer, however many they are."""
        return self._answer(self._asked(lambda: self._held_by(numbers)))

    def of_professional(self, rpps: str) -> DirectoryAnswer:
        """Every BAL of a person, by RPPS (11 digits, or 8 and the RPPS). Of one who stands in a line that
        could not be read another may be published: the answer is not ``whole``, and says so.
        """
        number = typed_rpps(rpps) or plain(rpps).strip()
        found = self._asked(lambda: self._held_by((number,)))
        warning = "" if found else rpps_warning(number)
        answer = self._answer(found, [capital(warning)] if warning else [])
        if key_of(number) not in self._about.passed_over:
            return answer
        note = (
            _("Une ligne illisible de l'extraction nomme le RPPS %s : une de ses BAL peut y manquer.")
            % number
        )
        return replace(answer, notes=(*answer.notes, note), whole=False)

    def of_address(self, address: str) -> DirectoryAnswer:
        """Every entry of an address, whatever its case. One that stands in a line that could not be read is
        neither published nor absent: the answer is not ``whole``, and says so.
        """
        found = self._asked(lambda: self._at(address))
        if found or key_of(address) not in self._about.passed_over:
            return self._answer(found, told=not found)
        note = _(
            "La BAL %s se trouve dans une ligne illisible de l'extraction : rien ne montre qu'elle en est "
            "absente."
        )
        return replace(self._answer((), [note % plain(address)]), whole=False)

    def of_structure(self, finess: str) -> DirectoryAnswer:
        """Every BAL tied to a structure, by FINESS (or by the other number that the file gives it)."""
        number = "".join(plain(finess).split()).upper()
        found = self._asked(lambda: self._in_structure(number))
        warning = "" if found else finess_warning(number)
        return self._answer(found, [capital(warning)] if warning else [])

    def of_domain(self, domain: str) -> DirectoryAnswer:
        """Every BAL of a domain, itself and not those below it. Reads the file once, and keeps only these: of
        the largest domains so many that they do not fill the memory; a note says when there are more.
        """
        wanted = plain(domain).strip().lower().removeprefix("@")
        found = self._asked(lambda: self._in_domain(wanted, MOST_OF_DOMAIN + 1))
        answer = self._answer(found[:MOST_OF_DOMAIN])
        if len(found) <= MOST_OF_DOMAIN:
            return answer
        text = _("Ce domaine a plus de %s lignes dans l'extraction : seules les premières sont regardées.")
        return replace(answer, notes=(*answer.notes, text % format_count(MOST_OF_DOMAIN)), whole=False)

    def homonyms(self, *numbers: str) -> tuple[Professional, ...]:
        """The other persons of the same family name and given name as one of these (RPPS), with a BAL in the
        file.
        """
        own = [typed_rpps(rpps) or plain(rpps).strip() for rpps in numbers]
        return self._asked(
            lambda: homonyms_of([entry for _id, entry in self._held_by(own)], self._file, self._work)
        )

    # Questions to the tables

    def _marked_labels(self) -> dict[str, tuple[str, ...]]:
        """The mark of each label, and the label's words."""
        labels = self._file.execute("SELECT id, label FROM labels WHERE id < ?", (schema.MOST_MARKS,))
        return {schema.mark_of(number): words_in(label) for number, label in labels if label}

    def _search(self, text: str, limit: int) -> list[Found]:
        found: dict[int, DirectoryEntry] = dict(self._exact(text, limit))
        if found and "@" in text:  # a whole address asks for nothing else
            return _once(found.items())[:limit]
        words = words_of(text)
        for question in words.questions(self._labels, self._file.begun):
            self._add_matching(found, question, limit)
        if not found:
            for question in words.fewer_questions(self._labels, self._file.begun):
                self._add_matching(found, question, limit)
        return _once(found.items())[:limit]

    def _search_at_work(self, text: str, found: list[Found], limit: int) -> list[Found]:
        """Further entries, ``limit`` with those that were found, of persons found by where they work."""
        if len(found) >= limit or "@" in text:
            return []
        known = {number for number, _entry in found}
        held = self._held_by(self._work.named(text, limit - len(found)))
        further = [each for each in held if each[0] not in known]
        return sorted(further, key=lambda each: by_name(each[1]))[: limit - len(found)]

    def _exact(self, text: str, limit: int) -> list[Found]:
        """What an address or a number (whole, or its beginning) names by itself."""
        if "@" in text:
            return self._at(text)
        if rpps := typed_rpps(text) or next(filter(None, map(typed_rpps, text.split())), ""):
            return self._held_by((rpps,))
        if not (number := identifier_in(text)):
            return []
        beyond = number + "~"
        people = self._where("e.rpps >= ? AND e.rpps < ? AND e.rpps <> '' LIMIT ?", (number, beyond, limit))
        return [*self._in_structure(number), *people]

    def _add_matching(self, found: dict[int, DirectoryEntry], question: str, limit: int) -> None:
        """Add the entries that an expression finds, sorted, behind those found before."""
        if len(found) >= limit:
            return
        ids = self._file.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?",
            (question, limit + len(found)),
        )
        fresh = [number for (number,) in ids if number not in found][: limit - len(found)]
        entries = [each for some in parts(fresh) for each in self._where(f"e.id IN {marks(some)}", some)]
        order = by_name if question.startswith("names") else by_structure
        entries.sort(key=lambda each: order(each[1]))
        found.update(entries)

    def _at(self, address: str) -> list[Found]:
        wanted = plain(address).strip().lower()
        near = self._where("e.key = ? LIMIT ?", (key_of(address.strip()), _MOST_AT_ONE))
        return [each for each in near if each[1].key == wanted]

    def _in_domain(self, domain: str, most: int) -> list[Found]:
        if not domain:
            return []
        found = self._where("e.address LIKE ? ESCAPE '\\' LIMIT ?", ("%@" + _unlike(domain), most))
        return [each for each in found if each[1].key.rpartition("@")[2] == domain]

    def _in_structure(self, number: str) -> list[Found]:
        places = [
            place for (place,) in self._file.execute(
                "SELECT id FROM places WHERE identifier <> '' AND identifier IN (?, ?)",
                (number, f"1{number}"),
            )
        ]  # fmt: skip
        found = [
            each
            for some in parts(places)
            for each in self._where(f"e.place > 0 AND e.place IN {marks(some)}", some)
        ]
        return sorted(found, key=_number)

    def _held_by(self, numbers: Sequence[str]) -> list[Found]:
        """The BAL of persons, in the order of the file."""
        known = [number for number in dict.fromkeys(numbers) if number]
        found = [
            each
            for some in parts(known)
            for each in self._where(f"e.rpps <> '' AND e.rpps IN {marks(some)}", some)
        ]
        return sorted(found, key=_number)

    def _where(self, condition: str, values: Sequence[object]) -> list[Found]:
        """The entries that a condition of ours finds; what the person typed is only ever among ``values``."""
        seen_on = self._about.generated_at
        return [
            (row[0], entry_of(row, seen_on=seen_on))
            for row in self._file.execute(f"{ENTRIES} WHERE {condition}", values)
        ]

    # Answers

    def _answer(
        self, found: Iterable[Found], notes: Sequence[str] = (), *, told: bool = True
    ) -> DirectoryAnswer:
        """``told``: something may stand in a line that could not be read, and is to be known."""
        entries = [entry for _id, entry in _once(found)]
        return DirectoryAnswer(
            Origin.EXTRACTION,
            self._about.generated_at,
            entries=tuple(entries),
            professionals=self._asked(lambda: people_of(entries, self._file, self._work)),
            notes=(*self._notes, *notes, *(self._damage if told else ())),
            whole=not self._notes,
            unreadable=self._about.unreadable,
        )

    def _asked(self, question: Callable[[], T]) -> T:
        return self._file.asked(lambda _db: question())


_number = itemgetter(0)


def _once(found: Iterable[Found]) -> list[Found]:
    """Each fact once: a file may hold the same line twice."""
    once: dict[DirectoryEntry, int] = {}
    for number, entry in found:
        once.setdefault(entry, number)
    return [(number, entry) for entry, number in once.items()]


def _unlike(text: str) -> str:
    """A text that ``LIKE`` takes by the letter."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
