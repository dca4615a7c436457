"""What a person types, turned into questions to the index; nothing typed is ever read as query syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

LONGEST_TEXT = 200
MOST_WORDS = 8
SHORTEST_BEGINNING = 3
"""From how many letters on a word is taken as the beginning of a longer one."""

Labels = Mapping[str, tuple[str, ...]]
"""The mark that stands for a label in the index, and the words of the label."""

Begun = Callable[[str, str], Sequence[str] | None]
"""Given a field of the index and the beginning of a word: the words of that field which begin so; None where
FTS5 finds them better by itself.
"""

NAMES, PLACE, REST = "names", "place", "rest"
"""The fields of the index."""

_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"([^\W\d]+)(\d\w*)", re.ASCII)
_ADDRESS_END = ("mssante", "fr")
_IDENTIFIER = re.compile(r"\d[0-9AB]\d{1,12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a question, folded as the index folds them."""

    words: tuple[str, ...]

    def questions(self, labels: Labels, begun: Begun) -> Iterator[str]:
        """FTS5 expressions, the most telling first: persons of that very name, names that begin so,
        structures, then any field.
        """
        if self.words:
            yield from _tiers(self.words, labels, begun)

    def fewer_questions(self, labels: Labels, begun: Begun) -> Iterator[str]:
        """The same without the words too short to tell much ("exemple c", being typed); often nothing."""
        longer = tuple(word for word in self.words if len(word) >= SHORTEST_BEGINNING)
        if longer and longer != self.words:
            yield from _tiers(longer, labels, begun)

    @property
    def of_that_name(self) -> str:
        """The first of the questions: persons of that very name; "" without a word."""
        return _exactly(self.words) if self.words else ""


def words_of(text: str) -> Words:
    """The words in ``text``. In an address the end that nearly all share is left out, even half typed."""
    found: list[str] = []
    for part in text[:LONGEST_TEXT].split():
        pieces = list(words_in(part))
        if "@" in part or "." in part:
            pieces = _without_end(pieces)
        found += pieces
    kept = [word for word in dict.fromkeys(found) if word != _ADDRESS_END[0]]
    return Words(tuple(kept[:MOST_WORDS]))


def at_work(text: str, begun: Begun) -> str:
    """An expression for rows that hold every word of ``text`` in any field, and one at least among the
    places; "" where no row can.
    """
    words = words_of(text).words
    terms = [_one_of(_anywhere(word, {}, begun)) for word in words]
    places = _one_of(term for word in words for term in _beginning(word, PLACE, begun))
    return f"{PLACE} : {places} AND {' AND '.join(terms)}" if places and all(terms) else ""


def words_in(text: str) -> tuple[str, ...]:
    """Every word of ``text``, without case and accents, parted where FTS5 parts them."""
    decomposed = unicodedata.normalize("NFD", text).lower()
    return tuple(_WORD.findall("".join(char for char in decomposed if not unicodedata.combining(char))))


def identifier_in(text: str) -> str:
    """The beginning of an RPPS, FINESS, SIRET or other number, when that is all that was typed; else ""."""
    typed = "".join(text.split()).upper()
    return typed if _IDENTIFIER.fullmatch(typed) else ""


def _without_end(pieces: list[str]) -> list[str]:
    if len(pieces) > 1 and any(end.startswith(pieces[-1]) for end in _ADDRESS_END):
        pieces = pieces[:-1]
    return [piece for piece in pieces if piece != _ADDRESS_END[0]]


def _tiers(words: tuple[str, ...], labels: Labels, begun: Begun) -> Iterator[str]:
    """A field where one of the words stands nowhere is not asked at all."""
    yield _exactly(words)
    for field in (NAMES, PLACE):
        terms = [_one_of(_beginning(word, field, begun)) for word in words]
        if all(terms):
            yield f"{field} : ({' AND '.join(terms)})"
    terms = [_one_of(_anywhere(word, labels, begun)) for word in words]
    if all(terms):
        yield " AND ".join(terms)


def _exactly(words: tuple[str, ...]) -> str:
    return f"{NAMES} : ({' AND '.join(_one_of(map(_quoted, _forms(word))) for word in words)})"


def _anywhere(word: str, labels: Labels, begun: Begun) -> Iterator[str]:
    """A word in any field, a profession and a speciality among them. A number at the end of a name is a word
    of its own in the index where an address has both.
    """
    for field in (NAMES, PLACE, REST):
        yield from _beginning(word, field, begun)
    for mark, known in labels.items():
        if any(_begins(each, word) for each in known):
            yield _quoted(mark)
    if parted := _NUMBERED.fullmatch(word):
        name, number = parted.groups()
        yield f"({NAMES} : {_quoted(name)} AND {REST} : {_quoted(number)}*)"


def _begins(word: str, typed: str) -> bool:
    return word.startswith(typed) if len(typed) >= SHORTEST_BEGINNING else word == typed


def _beginning(word: str, field: str, begun: Begun) -> Iterator[str]:
    """The terms of a field that a word is the beginning of; a short word is only ever itself."""
    for form in _forms(word):
        if len(word) < SHORTEST_BEGINNING:
            yield _quoted(form)
        elif (found := begun(field, form)) is None:
            yield f"{_quoted(form)}*"
        else:
            yield from map(_quoted, found)


def _forms(word: str) -> Iterable[str]:
    """``œ`` and ``æ`` are found by two letters, and the other way."""
    parted = word.replace("œ", "oe").replace("æ", "ae")
    return dict.fromkeys((word, parted, parted.replace("oe", "œ").replace("ae", "æ")))


def _quoted(term: str) -> str:
    """A term as FTS5 reads it: in quotes, whatever it is."""
    return '"' + term.replace('"', '""') + '"'


def _one_of(terms: Iterable[str]) -> str:
    """Any of the terms; "" where there is none."""
    each = tuple(dict.fromkeys(terms))
    return each[0] if len(each) == 1 else f"({' OR '.join(each)})" if each else ""
