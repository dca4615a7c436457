"""The filter language: the same in the app, in ``--filter`` and in plans.

Terms are joined by *and*; a leading ``-`` negates; quotes hold spaces (inside them ``\\"`` is a quote and
``\\\\`` a backslash). Ages and dates mean the reception date, in whole days of the clock's zone.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from balt.clock import Clock
from balt.errors import UsageError
from balt.i18n import _
from balt.mail.criteria import criteria_of
from balt.mail.filter_rows import RowTest
from balt.mail.filter_terms import KEYS, WORD, Compiled, Key, ValueRefusedError
from balt.mail.filter_tests import ColumnTest, FactsTest, LabelOf, Needs, TextTest
from balt.mail.listing import Listing
from balt.mail.model import Folder, Message
from balt.text import fold, plain

_LONGEST_SHOWN = 60
MOST_TERMS = 200
"""More than anybody types; each is looked for in every message."""
_PIECE = 65_536
"""Rows looked at in one go: other threads run in between, and few exist as objects."""
_QUOTING = re.compile(r'\\(["\\])|"')
_DEAREST_LAST: tuple[Needs, ...] = ("columns", "facts", "texts")

# What a French speaker may try for a key: only to suggest the right one.
_FRENCH_KEYS = {
    "de": "from",
    "expediteur": "from",
    "a": "to",
    "destinataire": "to",
    "objet": "subject",
    "sujet": "subject",
    "avant": "before",
    "apres": "after",
    "depuis": "after",
    "dans": "in",
    "dossier": "in",
    "taille": "larger",
    "avec": "has",
    "est": "is",
    "type": "kind",
}


class FilterError(UsageError):
    """A term that cannot be read: ``term``, its place ``start``..``end`` in the text (as a slice), what was
    ``expected``, and ``suggestion``, the nearest term that can be read ("" for none).
    """

    def __init__(self, term: str, start: int, end: int, expected: str, suggestion: str = "") -> None:
        self.term = plain(term, _LONGEST_SHOWN)
        self.start = start
        self.end = end
        self.expected = expected
        self.suggestion = suggestion
        message = _("« %(term)s » (caractère %(place)d) ne se lit pas ; attendu : %(expected)s.") % {
            "term": self.term,
            "place": start + 1,
            "expected": expected,
        }
        advice = _("Vouliez-vous dire « %s » ?") % suggestion if suggestion else ""
        super().__init__(message, advice=advice)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: ``key`` is "" for a bare word; ``start``..``end`` is its place in the text, as a slice."""

    key: str
    value: str
    negated: bool
    start: int
    end: int
    _compiled: Compiled = field(repr=False, compare=False)

    @property
    def needs(self) -> Needs:
        """What must be known of a message to decide."""
        return self._compiled.needs

    @property
    def test(self) -> ColumnTest | FactsTest | TextTest:
        """What decides, as if the term were not negated."""
        return self._compiled.test

    @property
    def needs_details(self) -> bool:
        """Whether the sender, subject or structure must be read to decide."""
        return self.needs != "columns"

    def matches(self, message: Message, folder: Folder | str) -> bool:
        """Whether the message is known to fit; what it does not tell fits no term, negated or not."""
        found = self.test.of(message, folder)
        return found is not None and found is not self.negated

    def describe(self) -> str:
        """The term in plain words, in the language in use."""
        return self._compiled.says(self.negated)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read: its ``text`` and its ``terms``, in the order written."""

    text: str
    terms: tuple[Term, ...]
    _cheap_first: tuple[Term, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.terms, key=lambda term: _DEAREST_LAST.index(term.needs)))
        object.__setattr__(self, "_cheap_first", ordered)

    @property
    def needs_details(self) -> bool:
        """Whether any term needs the sender, subject or structure of the messages."""
        return any(term.needs_details for term in self.terms)

    def matches(self, message: Message, folder: Folder | str) -> bool:
        """Whether every term is known to fit a message of ``folder`` (a Folder, or a name)."""
        return all(term.matches(message, folder) for term in self._cheap_first)

    def rows(self, listing: Listing, rows: Sequence[int], label_of: LabelOf = str) -> "array[int]":
        """Those of ``rows``, in their order, that are known to fit: as ``matches`` says of their messages,
        without making any. ``label_of`` gives the folder of a name.
        """
        return self.sort_out(listing, rows, label_of)[0]

    def undecided(self, listing: Listing, rows: Sequence[int], label_of: LabelOf = str) -> "array[int]":
        """Those of ``rows``, in their order, that fit as far as is known, and of which more must be read."""
        return self.sort_out(listing, rows, label_of)[1] if self.needs_details else array("I")

    def sort_out(
        self,
        listing: Listing,
        rows: Sequence[int],
        label_of: LabelOf = str,
        stopped: Callable[[], bool] = lambda: False,
    ) -> "tuple[array[int], array[int]]":
        """``rows`` and ``undecided`` at one look; what was found so far where it is ``stopped``."""
        fitting, still_open = array("I"), array("I")
        on_rows = (
            RowTest([(term.test, term.negated) for term in self.terms], listing)
            if self.needs_details
            else None
        )
        for start in range(0, len(rows), _PIECE):
            if stopped():
                break
            kept: Sequence[int] = rows[start : start + _PIECE]
            for term in self.terms:
                if not isinstance(term.test, FactsTest | TextTest):
                    kept = term.test.keep(listing, kept, term.negated, label_of)
            if on_rows is not None:
                kept, more = on_rows.sort_out(kept)
                still_open.extend(more)
            fitting.extend(kept)
        return fitting, still_open

    def server_criteria(self) -> bytes:
        """What to search a server for so that no message is missed that fits (``criteria``)."""
        return criteria_of((term.test, term.negated) for term in self.terms)

    def describe(self) -> str:
        """The filter in plain words: "plus de 2 ans, plus de 5 Mo, non marqués"."""
        return ", ".join(term.describe() for term in self.terms) or _("tous les messages")


def parse_filter(text: str, clock: Clock) -> Filter:
    """Read a filter; ages count back from the clock's today. Raises FilterError, and nothing else."""
    now = clock.now()
    terms: list[Term] = []
    for token in _tokens(text):
        if len(terms) == MOST_TERMS:
            raise FilterError(token.raw, token.start, token.end, _("%d termes au plus") % MOST_TERMS)
        try:
            compiled = (WORD if token.key is None else _key(token).compile)(token.value, now)
        except ValueRefusedError:
            raise _value_error(token) from None
        terms.append(Term(token.name, token.value, token.negated, token.start, token.end, compiled))
    return Filter(text, tuple(terms))


@dataclass(frozen=True, slots=True)
class _Token:
    """A term as typed: ``key`` is None for a bare word, and not yet known to exist otherwise."""

    raw: str
    start: int
    end: int
    negated: bool
    key: str | None
    value: str

    @property
    def name(self) -> str:
        return fold(self.key or "")

    @property
    def sign(self) -> str:
        return "-" if self.negated else ""


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        yield token
        at = token.end


def _token(text: str, start: int) -> _Token:
    """The term that begins at ``start``; raises FilterError when it has no end or no beginning."""
    negated = text[start] == "-"
    at = start + negated
    if negated and (at == len(text) or text[at].isspace() or text[at] == "-"):
        end = at + 1 if text[at : at + 1] == "-" else at
        raise FilterError(text[start:end], start, end, _("un terme juste après le signe -"))
    key: str | None = None
    value: list[str] = []
    quote = -1  # where the open quote stands
    quoted = False
    while at < len(text) and (quote >= 0 or not text[at].isspace()):
        char = text[at]
        if quote >= 0 and char == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
            value.append(text[at])
        elif char == '"':
            quote = at if quote < 0 else -1
            quoted = True
        elif char == ":" and key is None and not quoted:
            key, value = "".join(value), []
        else:
            value.append(char)
        at += 1
    if quote >= 0:
        raise FilterError(text[quote:], quote, len(text), _('un guillemet fermant "'))
    return _Token(text[start:at], start, at, negated, key, "".join(value))


def _key(token: _Token) -> Key:
    found = KEYS.get(token.name)
    if found is not None:
        return found
    near = _FRENCH_KEYS.get(token.name) or _nearest(token.name, tuple(KEYS))
    value = _quote(token.value) if token.value else ""
    suggestion = f"{token.sign}{near}:{value}" if near else ""
    expected = _("l'un de ces mots devant les deux-points : %(keys)s, ou un texte entre guillemets") % {
        "keys": ", ".join(KEYS)
    }
    raise FilterError(token.raw, token.start, token.end, expected, plain(suggestion, _LONGEST_SHOWN))


def _value_error(token: _Token) -> FilterError:
    if token.key is None:
        return FilterError(token.raw, token.start, token.end, _("un texte"))
    key = KEYS[token.name]
    expected = _(key.expects)
    suggestion = ""
    if key.closed:
        expected %= {"values": ", ".join(key.values)}
        near = _nearest(fold(token.value), key.values)
        suggestion = f"{token.sign}{key.name}:{near}" if near else ""
    return FilterError(token.raw, token.start, token.end, expected, suggestion)


def _nearest(word: str, known: Sequence[str]) -> str:
    return next(iter(get_close_matches(word[:_LONGEST_SHOWN], known, 1, 0.6)), "")


def _quote(value: str) -> str:
    """A value as it must be typed."""
    if not any(char.isspace() or char in '"\\' for char in value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def term_start(text: str, cursor: int) -> int:
    """Where the term under the cursor begins: what ``complete`` proposes replaces ``text[start:cursor]``."""
    start = 0
    quoted = escaped = False
    for at, char in enumerate(text[:cursor]):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = text[at + 1 : at + 2] in ('"', "\\")
        elif char == '"':
            quoted = not quoted
        elif char.isspace() and not quoted:
            start = at + 1
    return start


def complete(text: str, cursor: int, folders: Sequence[str] = ()) -> list[str]:
    """Terms that continue the one under the cursor; ``folders`` are the names to offer after ``in:``."""
    fragment = text[term_start(text, cursor) : cursor]
    sign = "-" if fragment.startswith("-") else ""
    name, colon, value = fragment.removeprefix("-").partition(":")
    if not colon:
        return [f"{sign}{key}:" for key in KEYS if key.startswith(fold(name))]
    key = KEYS.get(fold(name))
    if key is None:
        return []
    begun = fold(_QUOTING.sub(r"\1", value))
    values = folders if key.name == "in" else key.values
    return [f"{sign}{key.name}:{_quote(each)}" for each in values if fold(each).startswith(begun)]
