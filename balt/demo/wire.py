"""IMAP on the wire: arguments read from a command, values written in a response (RFC 3501 section 9)."""

import re
from datetime import datetime, timedelta, timezone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_ASTRING = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+')
_LIST_MAILBOX = re.compile(rb'[^\x00-\x20\x7f-\xff(){"\\]+')
_FLAG = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\x00]|\\["\\])*)"')
_LITERAL = re.compile(rb"\{(\d{1,10})\+?\}\r\n")
_NUMBER = re.compile(rb"\d{1,19}")
_DATE = re.compile(rb"(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_DATE_TIME = re.compile(r"([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_PLAIN_QUOTED = re.compile(rb"[\x20-\x7e]{0,900}")


class BadError(Exception):
    """The command is malformed or out of place: answered by BAD."""


class NoError(Exception):
    """The command is refused: answered by NO, with its response code where there is one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Arguments:
    """Reads the arguments of one command, literals in place, from left to right."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def _take(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        match = pattern.match(self.data, self.position)
        if not match:
            raise BadError(f"Expected {what}")
        self.position = match.end()
        return match

    @property
    def done(self) -> bool:
        return self.position >= len(self.data)

    def next_is(self, text: bytes) -> bool:
        """Whether the next octets are ``text``, whatever their case."""
        return self.data[self.position : self.position + len(text)].upper() == text

    def skip(self, text: bytes) -> bool:
        """Passes over ``text`` where it comes next."""
        if not self.next_is(text):
            return False
        self.position += len(text)
        return True

    def expect(self, text: bytes) -> None:
        if not self.skip(text):
            raise BadError(f"Expected {text.decode('ascii')!r}")

    def space(self) -> None:
        self.expect(b" ")

    def end(self) -> None:
        if not self.done:
            raise BadError("Unexpected arguments")

    def atom(self) -> str:
        """An atom in capitals."""
        return self._take(_ATOM, "an atom")[0].decode("ascii").upper()

    def flag(self) -> str:
        return self._take(_FLAG, "a flag")[0].decode("ascii")

    def number(self) -> int:
        return int(self._take(_NUMBER, "a number")[0])

    def matched(self, pattern: re.Pattern[bytes], what: str) -> bytes:
        return self._take(pattern, what)[0]

    def string(self) -> bytes:
        """A quoted string or a literal."""
        if self.next_is(b"{"):
            size = int(self._take(_LITERAL, "a literal")[1])
            start, self.position = self.position, self.position + size
            if self.position > len(self.data):
                raise BadError("Truncated literal")
            return self.data[start : self.position]
        return re.sub(rb'\\(["\\])', rb"\1", self._take(_QUOTED, "a string")[1])

    def astring(self) -> bytes:
        if self.next_is(b'"') or self.next_is(b"{"):
            return self.string()
        return self._take(_ASTRING, "a string")[0]

    def list_mailbox(self) -> bytes:
        if self.next_is(b'"') or self.next_is(b"{"):
            return self.string()
        return self._take(_LIST_MAILBOX, "a mailbox pattern")[0]

    def day(self) -> datetime:
        """A date, quoted or not, as midnight without zone."""
        quoted = self.skip(b'"')
        match = self._take(_DATE, "a date")
        if quoted:
            self.expect(b'"')
        return _moment(int(match[1]), match[2].decode("ascii"), int(match[3]))

    def flag_list(self) -> list[str]:
        """Flags in parentheses."""
        self.expect(b"(")
        flags: list[str] = []
        while not self.skip(b")"):
            if flags:
                self.space()
            flags.append(self.flag())
        return flags

    def words(self) -> list[str]:
        """Atoms in parentheses, in capitals."""
        self.expect(b"(")
        words: list[str] = []
        while not self.skip(b")"):
            if words:
                self.space()
            words.append(self.atom())
        return words


def _moment(day: int, month: str, year: int) -> datetime:
    try:
        return datetime(year, MONTHS.index(month.capitalize()) + 1, day)  # noqa: DTZ001 (a day has no zone)
    except ValueError:
        raise BadError("Invalid date") from None


def parse_date_time(text: str) -> datetime:
    """A date-time of APPEND, aware; raises BadError."""
    match = _DATE_TIME.fullmatch(text)
    if not match:
        raise BadError("Invalid date-time")
    minutes = int(match[8]) * 60 + int(match[9])
    zone = timezone(timedelta(minutes=-minutes if match[7] == "-" else minutes))
    day = _moment(int(match[1]), match[2], int(match[3]))
    try:
        return day.replace(hour=int(match[4]), minute=int(match[5]), second=int(match[6]), tzinfo=zone)
    except ValueError:
        raise BadError("Invalid date-time") from None


def date_time(moment: datetime) -> bytes:
    """A quoted date-time, as INTERNALDATE writes it."""
    return f'"{moment.day:2d}-{MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S %z}"'.encode("ascii")


def string(value: bytes) -> bytes:
    """A quoted string, or a literal where a quoted string cannot hold the octets."""
    if _PLAIN_QUOTED.fullmatch(value):
        if b'"' in value or b"\\" in value:
            value = value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        return b'"' + value + b'"'
    return b"{%d}\r\n%b" % (len(value), value.replace(b"\0", b"\x80"))


def nstring(value: bytes | None) -> bytes:
    return b"NIL" if value is None else string(value)


def astring(value: bytes) -> bytes:
    """An atom where possible, else a string."""
    return value if value != b"NIL" and _ASTRING.fullmatch(value) else string(value)
