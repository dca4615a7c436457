"""What a person types, turned into questions to the index; nothing typed is ever read as query syntax."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONGEST_TEXT = 200
MOST_WORDS = 8
SHORTEST_BEGINNING = 3
"""From how many letters on a word is taken as the beginning of a longer one."""

Labels = Mapping[str, tuple[str, ...]]
"""The mark that stands for a label in the index, and the words of the label."""

_WORD = re.compile(r"[^\W_]+")
_ADDRESS_END = ("mssante", "fr")
_IDENTIFIER = re.compile(r"\d[0-9AB]\d{1,12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a question, folded as the index folds them."""

    words: tuple[str, ...]

    def questions(self, labels: Labels) -> Iterator[str]:
        """FTS5 expressions, the most telling first: persons of that very name, names that begin so,
        structures, then any field.
        """
        if self.words:
            yield from _tiers(self.words, labels)

    def fewer_questions(self, labels: Labels) -> Iterator[str]:
        """The same without the words too short to tell much ("exemple c", being typed); often nothing."""
        longer = tuple(word for word in self.words if len(word) >= SHORTEST_BEGINNING)
        if longer and longer != self.words:
            yield from _tiers(longer, labels)


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


def _tiers(words: tuple[str, ...], labels: Labels) -> Iterator[str]:
    whole = " AND ".join(_term(word, beginning=False) for word in words)
    begun = " AND ".join(_term(word, beginning=True) for word in words)
    yield f"names : ({whole})"
    if begun != whole:
        yield f"names : ({begun})"
    yield f"place : ({begun})"
    yield " AND ".join(_anywhere(word, labels) for word in words)


def _anywhere(word: str, labels: Labels) -> str:
    """A word in any field, a profession and a speciality among them."""
    marks = [mark for mark, known in labels.items() if any(_begins(each, word) for each in known)]
    terms = [_term(word, beginning=True), *(f'"{mark}"' for mark in marks)]
    return f"({' OR '.join(terms)})"


def _begins(word: str, typed: str) -> bool:
    return word.startswith(typed) if len(typed) >= SHORTEST_BEGINNING else word == typed


def _term(word: str, *, beginning: bool) -> str:
    """One word as FTS5 reads it, in quotes; ``œ`` and ``æ`` are found by two letters, and the other way."""
    star = "*" if beginning and len(word) >= SHORTEST_BEGINNING else ""
    parted = word.replace("œ", "oe").replace("æ", "ae")
    joined = parted.replace("oe", "œ").replace("ae", "æ")
    forms = dict.fromkeys((word, parted, joined))
    terms = [f'"{form}"{star}' for form in forms]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
