"""FETCH (RFC 3501 section 6.4.5, RFC 7162 for MODSEQ and CHANGEDSINCE)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from balt.demo.faults import FaultKind
from balt.demo.sections import Section, read_section
from balt.demo.session import Session, flag_list
from balt.demo.sets import read_set
from balt.demo.store import StoredMessage
from balt.demo.wire import Arguments, BadError, date_time

_ITEM = re.compile(rb"[A-Za-z0-9.]+")
_MACROS = {
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}
_SIMPLE = {"UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY", "MODSEQ"}
_WHOLE = {"RFC822": Section(), "RFC822.HEADER": Section(text="HEADER"), "RFC822.TEXT": Section(text="TEXT")}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked for. ``partial`` is the first octet and the count; ``marks`` makes the message read."""

    name: str
    section: Section | None = None
    partial: tuple[int, int] | None = None
    marks: bool = False


async def fetch(session: Session, args: Arguments) -> str:
    return await _fetch(session, args, by_uid=False)


async def uid_fetch(session: Session, args: Arguments) -> str:
    return await _fetch(session, args, by_uid=True)


async def _fetch(session: Session, args: Arguments, *, by_uid: bool) -> str:
    args.space()
    numbers = read_set(args)
    args.space()
    items = _items(args)
    changed_since = _modifiers(session, args)
    args.end()
    box = session.box
    if not by_uid and (numbers.largest() > len(box.view) or not box.view):
        raise BadError("Invalid messageset")
    names = {item.name for item in items}
    if "MODSEQ" in names:
        session.need("CONDSTORE")
        session.condstore = True
    if by_uid and "UID" not in names:
        items.insert(0, Item("UID"))
    if changed_since is not None and "MODSEQ" not in names:
        items.append(Item("MODSEQ"))
    if FaultKind.REORDER in session.faults:
        items.reverse()
    ranges = numbers.resolve(box.last_uid if by_uid else len(box.view))
    for number, message in session.messages(ranges, by_uid):
        if changed_since is None or message.modseq > changed_since:
            await _answer(session, number, message, items)
            await session.flush(force=False)
    return "Fetch completed."


def _items(args: Arguments) -> list[Item]:
    if not args.skip(b"("):
        name = args.matched(_ITEM, "a fetch item").decode("ascii").upper()
        return [Item(n) for n in _MACROS[name]] if name in _MACROS else [_item(args, name)]
    items: list[Item] = []
    while not args.skip(b")"):
        if items:
            args.space()
        items.append(_item(args, args.matched(_ITEM, "a fetch item").decode("ascii").upper()))
    if not items:
        raise BadError("Nothing to fetch")
    return items


def _item(args: Arguments, name: str) -> Item:
    if name in ("BODY", "BODY.PEEK") and args.next_is(b"["):
        section = read_section(args)
        partial = None
        if args.skip(b"<"):
            first = args.number()
            args.expect(b".")
            partial = (first, args.number())
            args.expect(b">")
            if not partial[1]:
                raise BadError("Nothing to fetch")
        return Item("BODY[]", section, partial, marks=name == "BODY")
    if name in _WHOLE:
        return Item(name, _WHOLE[name], marks=name != "RFC822.HEADER")
    if name not in _SIMPLE:
        raise BadError("Unknown fetch item")
    return Item(name)


def _modifiers(session: Session, args: Arguments) -> int | None:
    if not args.skip(b" "):
        return None
    session.need("CONDSTORE")
    args.expect(b"(CHANGEDSINCE ")
    since = args.number()
    args.expect(b")")
    session.condstore = True
    return since


async def _answer(session: Session, number: int, message: StoredMessage, items: list[Item]) -> None:
    """Writes the answer about one message; attached files pass in chunks, never whole."""
    box = session.box
    marked = False
    if any(item.marks for item in items) and not box.read_only and box.folder.holds(message):
        marked = box.folder.set_flags(message, message.flags | {"\\Seen"})
        if marked:
            box.own_change(message)
    if FaultKind.UNSOLICITED_FETCH in session.faults:
        session.tell_message_flags(number, message)
    session.write(b"* %d FETCH (" % number)
    for position, item in enumerate(items):
        if position:
            session.write(b" ")
        if item.section is not None:
            await _write_section(session, message, item)
        else:
            session.write(_simple(session, message, item.name))
    if marked and not any(item.name == "FLAGS" for item in items):
        session.write(b" FLAGS " + flag_list(message.flags))
    session.write(b")\r\n")


def _simple(session: Session, message: StoredMessage, name: str) -> bytes:
    if name == "UID":
        return b"UID %d" % message.uid
    if name == "FLAGS":
        return b"FLAGS " + flag_list(message.flags)
    if name == "INTERNALDATE":
        return b"INTERNALDATE " + date_time(message.date)
    if name == "RFC822.SIZE":
        lie = session.faults.get(FaultKind.LYING_SIZE)
        return b"RFC822.SIZE %d" % (message.source.size + (lie.amount if lie else 0))
    if name == "MODSEQ":
        return b"MODSEQ (%d)" % message.modseq
    return name.encode("ascii") + b" " + session.served.library.answer(message.source, name)


async def _write_section(session: Session, message: StoredMessage, item: Item) -> None:
    section = item.section or Section()
    library = session.served.library
    found = library.section(message.source, section)
    label = b"BODY[" + section.label() + b"]" if item.name == "BODY[]" else item.name.encode("ascii")
    if item.partial:
        label += b"<%d>" % item.partial[0]
    if found is None:
        session.write(label + b" NIL")
        return
    start, end = found if isinstance(found, tuple) else (0, len(found))
    if item.partial:
        start = min(start + item.partial[0], end)
        end = min(end, start + item.partial[1])
    session.write(label + b" {%d}\r\n" % (end - start))
    if isinstance(found, tuple):
        chunks = library.describe(message.source).outline.octets(start, end)
    else:
        chunks = iter((found[start:end],))
    for chunk in _spoiled(session, chunks, end - start):
        session.write(chunk)
        await session.flush(force=False)
    if FaultKind.CUT_IN_LITERAL in session.faults:
        await session.hang_up()


def _spoiled(session: Session, chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The chunks of a literal, or fewer octets where a fault says so."""
    left = size
    if FaultKind.CUT_IN_LITERAL in session.faults:
        left = size // 2
    elif FaultKind.SHORT_LITERAL in session.faults:
        left = max(size - session.faults.pop(FaultKind.SHORT_LITERAL).amount, 0)
    for chunk in chunks:
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            return
