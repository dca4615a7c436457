"""SEARCH and SORT: the commands and their answers (RFC 3501, 4731, 5256, 5267)."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from balt.demo.address import parse_addresses
from balt.demo.described import decode_words
from balt.demo.mime import Part
from balt.demo.search import Criteria, Row, check_charset, read_criteria
from balt.demo.session import Session
from balt.demo.sets import write_set
from balt.demo.wire import Arguments, BadError, string

Found = list[Row]
SortKey = Callable[[Row], int | str | datetime]
_RETURNS = ("MIN", "MAX", "ALL", "COUNT")
_ADDRESSES = {"FROM": b"from", "TO": b"to", "CC": b"cc"}
_BLOB = re.compile(r"^(\s|re\s*(\[[^]]*\])?\s*:|fwd?\s*(\[[^]]*\])?\s*:|\[[^][]*\]\s*(?=\S))+", re.IGNORECASE)
_TRAILER = re.compile(r"(\s|\(fwd\))+$", re.IGNORECASE)


@dataclass
class Returns:
    """What RETURN asks for; ``partial`` is an inclusive range of positions in the result."""

    options: list[str]
    partial: tuple[int, int] | None = None
    update: bool = False


async def search(session: Session, args: Arguments) -> str:
    return _search(session, args, by_uid=False)


async def uid_search(session: Session, args: Arguments) -> str:
    return _search(session, args, by_uid=True)


def _search(session: Session, args: Arguments, *, by_uid: bool) -> str:
    args.space()
    returns = _read_returns(session, args, "ESEARCH")
    if args.skip(b"CHARSET "):
        check_charset(args.astring())
        args.space()
    criteria = read_criteria(session, args)
    found = _matching(session, criteria)
    if returns is None:
        numbers = _numbers(found, by_uid)
        modseq = f" (MODSEQ {_highest(found)})" if criteria.uses_modseq and found else ""
        session.line(" ".join(["SEARCH", *map(str, numbers)]).encode("ascii") + modseq.encode("ascii"))
    else:
        _extended(session, returns, found, criteria, by_uid)
    return "Search completed."


async def sort(session: Session, args: Arguments) -> str:
    return _sort(session, args, by_uid=False)


async def uid_sort(session: Session, args: Arguments) -> str:
    return _sort(session, args, by_uid=True)


def _sort(session: Session, args: Arguments, *, by_uid: bool) -> str:
    session.need("SORT")
    args.space()
    returns = _read_returns(session, args, "ESORT")
    keys = _sort_keys(session, args.words())
    args.space()
    charset = args.astring()
    args.space()
    check_charset(charset)
    criteria = read_criteria(session, args)
    found = _matching(session, criteria)
    for key, reverse in reversed(keys):
        found.sort(key=key, reverse=reverse)
    if returns is None:
        session.line(" ".join(["SORT", *map(str, _numbers(found, by_uid))]).encode("ascii"))
    else:
        _extended(session, returns, found, criteria, by_uid)
    return "Sort completed."


def _matching(session: Session, criteria: Criteria) -> Found:
    return [pair for pair in enumerate(session.box.view, 1) if criteria.test(pair)]


def _numbers(found: Found, by_uid: bool) -> list[int]:
    return [message.uid if by_uid else number for number, message in found]


def _highest(found: Found) -> int:
    return max(message.modseq for _, message in found)


def _read_returns(session: Session, args: Arguments, capability: str) -> Returns | None:
    if not args.skip(b"RETURN ("):
        return None
    session.need(capability)
    returns = Returns([])
    first = True
    while not args.skip(b")"):
        if not first:
            args.space()
        first = False
        _read_return(session, args, returns)
    args.space()
    if not returns.options and returns.partial is None:
        returns.options.append("ALL")
    return returns


def _read_return(session: Session, args: Arguments, returns: Returns) -> None:
    option = args.atom()
    if option in _RETURNS:
        returns.options.append(option)
        return
    session.need("CONTEXT=SEARCH")
    if option == "PARTIAL":
        args.space()
        low = args.number()
        args.expect(b":")
        returns.partial = (low, args.number())
        if 0 in returns.partial:
            raise BadError("Invalid range")
    elif option == "UPDATE":
        returns.update = True
    elif option != "CONTEXT":
        raise BadError("Unknown return option")


def _extended(session: Session, returns: Returns, found: Found, criteria: Criteria, by_uid: bool) -> None:
    """The ESEARCH answer; notifications of UPDATE are refused, as RFC 5267 section 4.3 allows."""
    numbers = _numbers(found, by_uid)
    tag = string(session.tag)
    if returns.update:
        session.line(b"NO [NOUPDATE %b] Updates are not sent" % tag)
    items = [b"ESEARCH (TAG %b)" % tag]
    if by_uid:
        items.append(b"UID")
    values = {"MIN": min(numbers, default=0), "MAX": max(numbers, default=0)}
    for option in dict.fromkeys(returns.options):
        if option == "COUNT":
            items.append(b"COUNT %d" % len(numbers))
        elif numbers and option == "ALL":
            items.append(b"ALL " + write_set(numbers))
        elif numbers:
            items.append(b"%b %d" % (option.encode("ascii"), values[option]))
    if returns.partial:
        low, high = sorted(returns.partial)
        page = write_set(numbers[low - 1 : high]) or b"NIL"
        items.append(b"PARTIAL (%d:%d %b)" % (*returns.partial, page))
    if criteria.uses_modseq and found:
        items.append(b"MODSEQ %d" % _highest(found))
    session.line(b" ".join(items))


def _sort_keys(session: Session, words: list[str]) -> list[tuple[SortKey, bool]]:
    keys: list[tuple[SortKey, bool]] = []
    reverse = False
    for word in words:
        if word == "REVERSE" and not reverse:
            reverse = True
            continue
        keys.append((_sort_key(session, word), reverse))
        reverse = False
    if reverse or not keys:
        raise BadError("Missing sort key")
    return keys


def _sort_key(session: Session, word: str) -> SortKey:
    def root(pair: Row) -> Part:
        return session.served.library.describe(pair[1].source).root

    if word == "ARRIVAL":
        return lambda pair: pair[1].date
    if word == "SIZE":
        return lambda pair: pair[1].source.size
    if word == "DATE":
        return lambda pair: _sent(root(pair).get(b"date"), pair[1].date)
    if word == "SUBJECT":
        return lambda pair: base_subject(root(pair).get(b"subject") or b"")
    if word in _ADDRESSES:
        return lambda pair: _first_mailbox(root(pair).get(_ADDRESSES[word]) or b"")
    raise BadError("Unknown sort key")


def _sent(header: bytes | None, received: datetime) -> datetime:
    """When a message was sent, or received where it does not say (RFC 5256 section 2.2)."""
    parsed = parsedate_tz(header.decode("ascii", "replace")) if header else None
    try:
        if parsed:
            return datetime(*parsed[:6], tzinfo=UTC) - timedelta(seconds=parsed[9] or 0)
    except (ValueError, OverflowError):
        pass
    return received


def base_subject(raw: bytes) -> str:
    """The subject that SORT compares: without "Re:", "Fwd:" and list tags (RFC 5256 section 2.1)."""
    return _collated(_BLOB.sub("", _TRAILER.sub("", decode_words(raw))))


def _collated(text: str) -> str:
    """``text`` as i;unicode-casemap compares it (RFC 5051): accents come after their letter."""
    return unicodedata.normalize("NFKD", text.upper())


def _first_mailbox(value: bytes) -> str:
    addresses = parse_addresses(value)
    return _collated((addresses[0].mailbox or b"").decode("utf-8", "replace")) if addresses else ""
