"""How a name that was typed is put to the API: which part may be the family name, which the given one.

A value is searched from its beginning, without case and accents; ``:contains`` finds it anywhere (domain
2.3), and serves only where the beginning found nobody: it finds "Anne-Marie" under "marie".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from balt.directory.pages import Parameters
from balt.text import fold

SEPARATORS = re.compile(r"[\s,;|\\$]+")
"""What a search word cannot hold: a comma means "or" to the API, and cannot be escaped (domain 2.3)."""

_DASHES = re.compile("[\u2010-\u2015\u2212]")
"""The dashes that texts have where registers write a hyphen."""

_TITLES = frozenset(("dr", "docteur", "pr", "professeur", "mme", "madame", "m", "monsieur"))
_MOST_PARTS = 4
"""From how many words on a name is not parted any further: each way of meaning it is a call."""

_SHORTEST_WITHIN = 3
"""Fewer letters are within too many names."""


def words_of(text: str) -> list[str]:
    """The words of a search, without a title before them."""
    words = [word for word in SEPARATORS.split(_DASHES.sub("-", text)) if word]
    while len(words) > 1 and fold(words[0]).rstrip(".") in _TITLES:
        del words[0]
    return words


def ways_to_name(words: Sequence[str]) -> Iterator[list[Parameters]]:
    """How a name may be meant, the likeliest first; what comes later serves only where nobody was found:
    family name alone, or with the given name before or after it; ``name``, which covers every part of a
    name; the words within names.
    """
    yield [(("family", spelled(words)),), *_parted(words, "")]
    yield [(("name", spelled(words)),)]
    if len(words) < _MOST_PARTS and min(map(len, words)) >= _SHORTEST_WITHIN:
        whole = spelled(words)
        alone: list[Parameters] = [(("family:contains", whole),), (("given:contains", whole),)]
        yield _parted(words, ":contains") or alone


def _parted(words: Sequence[str], modifier: str) -> list[Parameters]:
    """Every way to part words into a family name and a given one."""
    family, given = f"family{modifier}", f"given{modifier}"
    ways: list[Parameters] = []
    for at in range(1, min(len(words), _MOST_PARTS)):
        ways.append(((family, spelled(words[at:])), (given, spelled(words[:at]))))
        ways.append(((family, spelled(words[:-at])), (given, spelled(words[-at:]))))
    return ways


def spelled(words: Sequence[str]) -> str:
    """A name as the API is asked for it: as it was typed, or its parts joined by dashes, or by spaces, for
    registers write both (a comma means "or").
    """
    typed = " ".join(words)
    parts = typed.replace("-", " ").split()
    return ",".join(dict.fromkeys((typed, "-".join(parts), " ".join(parts))))


def is_local_part(words: Sequence[str]) -> bool:
    """Whether what was typed may be an address without its domain ("am.exemple")."""
    return len(words) == 1 and any(sign in words[0][1:-1] for sign in "._-")
