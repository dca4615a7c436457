"""SEARCH and SORT criteria (RFC 3501 section 6.4.4), read into tests of one message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_tz

from balt.demo.content import Source
from balt.demo.described import Described, Library, decode_text, decode_words
from balt.demo.mime import Part, read_fields
from balt.demo.session import Session
from balt.demo.sets import NumberSet, read_set
from balt.demo.store import StoredMessage
from balt.demo.wire import Arguments, BadError, NoError

Row = tuple[int, StoredMessage]
Test = Callable[[Row], bool]
_FLAGS = {"ANSWERED": "\\Answered", "DELETED": "\\Deleted", "DRAFT": "\\Draft", "FLAGGED": "\\Flagged"}
_FLAGS["SEEN"] = "\\Seen"
_HEADERS = {"BCC", "CC", "FROM", "SUBJECT", "TO"}
_RECEIVED = {"BEFORE", "ON", "SINCE"}
_SENT = {"SENTBEFORE", "SENTON", "SENTSINCE"}
_MAX_DEPTH = 50


@dataclass
class Criteria:
    """A test of one message, with its number; ``uses_modseq`` when MODSEQ is part of it (RFC 7162)."""

    test: Test
    uses_modseq: bool = False


def read_criteria(session: Session, args: Arguments) -> Criteria:
    """The criteria up to the end of the command."""
    reader = _Reader(session, args)
    tests = [reader.key(0)]
    while args.skip(b" "):
        tests.append(reader.key(0))
    args.end()
    return Criteria(_all(tests), reader.uses_modseq)


def check_charset(name: bytes) -> None:
    if name.upper() not in (b"UTF-8", b"US-ASCII"):
        raise NoError("Unknown charset", "BADCHARSET (UTF-8 US-ASCII)")


def sent_moment(header: bytes | None) -> datetime | None:
    """The moment that a Date field tells, without zone; None when it tells none."""
    parsed = parsedate_tz(header.decode("ascii", "replace")) if header else None
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:6])  # noqa: DTZ001 (SEARCH disregards the zone)
    except ValueError:
        return None


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda row: all(test(row) for test in tests)


def _always(_row: Row) -> bool:
    return True


def _never(_row: Row) -> bool:
    return False


class _Reader:
    """Reads keys from left to right; each becomes a test."""

    def __init__(self, session: Session, args: Arguments) -> None:
        self._session = session
        self._args = args
        self._library: Library = session.served.library
        self.uses_modseq = False

    def key(self, depth: int) -> Test:
        args = self._args
        if depth > _MAX_DEPTH:
            raise BadError("Too many levels")
        if args.skip(b"("):
            tests = [self.key(depth + 1)]
            while args.skip(b" "):
                tests.append(self.key(depth + 1))
            args.expect(b")")
            return _all(tests)
        if args.data[args.position : args.position + 1].isdigit() or args.next_is(b"*"):
            return self._sequence()
        word = args.atom()
        if word == "NOT":
            args.space()
            inner = self.key(depth + 1)
            return lambda row: not inner(row)
        if word == "OR":
            args.space()
            one = self.key(depth + 1)
            args.space()
            other = self.key(depth + 1)
            return lambda row: one(row) or other(row)
        return self._flag(word) or self._with_value(word)

    def _flag(self, word: str) -> Test | None:
        """Keys that stand alone; nothing is ever \\Recent here."""
        if word in ("ALL", "OLD"):
            return _always
        if word in ("NEW", "RECENT"):
            return _never
        if word in _FLAGS:
            flag = _FLAGS[word]
            return lambda row: flag in row[1].flags
        if word.startswith("UN") and word[2:] in _FLAGS:
            flag = _FLAGS[word[2:]]
            return lambda row: flag not in row[1].flags
        return None

    def _with_value(self, word: str) -> Test:
        args = self._args
        args.space()
        if word == "UID":
            return self._uids()
        if word in ("KEYWORD", "UNKEYWORD"):
            keyword, wanted = args.flag().lower(), word == "KEYWORD"
            return lambda row: (keyword in {f.lower() for f in row[1].flags}) == wanted
        if word in ("LARGER", "SMALLER"):
            size, sign = args.number(), 1 if word == "LARGER" else -1
            return lambda row: (row[1].source.size - size) * sign > 0
        if word in _RECEIVED:
            compare = _comparison(word, args.day().date())
            return lambda row: compare(row[1].date.date())
        if word in _SENT:
            return self._sent(_comparison(word.removeprefix("SENT"), args.day().date()))
        if word == "MODSEQ":
            return self._modseq()
        if word in _HEADERS:
            return self._header(word.lower().encode("ascii"), self._text())
        if word == "HEADER":
            name = args.astring().lower()
            args.space()
            return self._header(name, self._text())
        if word in ("BODY", "TEXT"):
            return self._body(self._text(), headers=word == "TEXT")
        raise BadError("Unknown search key")

    def _text(self) -> str:
        try:
            return self._args.astring().decode("utf-8").casefold()
        except UnicodeDecodeError:
            raise BadError("Invalid UTF-8") from None

    def _sequence(self) -> Test:
        ranges = read_set(self._args).resolve(len(self._session.box.view))
        return lambda row: any(low <= row[0] <= high for low, high in ranges)

    def _uids(self) -> Test:
        numbers: NumberSet = read_set(self._args)
        ranges = numbers.resolve(self._session.box.last_uid)
        return lambda row: any(low <= row[1].uid <= high for low, high in ranges)

    def _modseq(self) -> Test:
        self._session.need("CONDSTORE")
        if self._args.next_is(b'"'):
            self._args.string()
            self._args.space()
            self._args.atom()
            self._args.space()
        least = self._args.number()
        self._session.condstore = self.uses_modseq = True
        return lambda row: row[1].modseq >= least

    def _sent(self, compare: Callable[[date], bool]) -> Test:
        def test(row: Row) -> bool:
            moment = sent_moment(self._root(row[1].source).get(b"date"))
            return moment is not None and compare(moment.date())

        return test

    def _header(self, name: bytes, text: str) -> Test:
        def test(row: Row) -> bool:
            return any(text in decode_words(v).casefold() for v in self._root(row[1].source).all(name))

        return test

    def _body(self, text: str, *, headers: bool) -> Test:
        def test(row: Row) -> bool:
            described = self._library.describe(row[1].source)
            if headers:
                fields = read_fields(described.header())
                lines = (decode_words(name + b": " + value) for name, value in fields)
                if any(text in line.casefold() for line in lines):
                    return True
            return _in_text(described, described.root, text)

        return test

    def _root(self, source: Source) -> Part:
        return self._library.describe(source).root


def _in_text(described: Described, part: Part, text: str) -> bool:
    if part.children:
        return any(_in_text(described, child, text) for child in part.children)
    return part.type in (b"text", b"message") and text in decode_text(described, part).casefold()


def _comparison(word: str, day: date) -> Callable[[date], bool]:
    if word == "BEFORE":
        return lambda other: other < day
    if word == "ON":
        return lambda other: other == day
    return lambda other: other >= day
