"""Commands that open a folder and change what is in it: SELECT, STORE, COPY, MOVE, EXPUNGE, APPEND."""

from balt.demo.content import StoredSource, canonical
from balt.demo.folders import mailbox
from balt.demo.session import Selected, Session
from balt.demo.sets import read_set, write_set
from balt.demo.store import StoredFolder, StoredMessage, copy_messages
from balt.demo.wire import Arguments, BadError, NoError, parse_date_time


async def select(session: Session, args: Arguments) -> str:
    return _open(session, args, read_only=False)


async def examine(session: Session, args: Arguments) -> str:
    return _open(session, args, read_only=True)


def _open(session: Session, args: Arguments, *, read_only: bool) -> str:
    args.space()
    name = mailbox(args)
    if args.skip(b" "):
        session.need("CONDSTORE")
        if args.words() != ["CONDSTORE"]:
            raise BadError("Unknown parameter")
        session.condstore = True
    args.end()
    session.leave()
    folder = session.user.folder(name)
    selected = session.enter(folder, read_only)
    session.tell_flags()
    session.line(b"%d EXISTS" % len(selected.view))
    session.line(b"0 RECENT")
    for number, message in enumerate(selected.view, 1):
        if "\\Seen" not in message.flags:
            session.line(b"OK [UNSEEN %d] First unseen." % number)
            break
    session.line(b"OK [UIDVALIDITY %d] UIDs valid" % folder.uidvalidity)
    session.line(b"OK [UIDNEXT %d] Predicted next UID" % folder.uidnext)
    if session.has("CONDSTORE"):
        session.line(b"OK [HIGHESTMODSEQ %d] Highest" % folder.modseq)
    return "[READ-ONLY] Examine completed." if read_only else "[READ-WRITE] Select completed."


async def close(session: Session, args: Arguments) -> str:
    """Leaves the folder, and removes for good what is marked \\Deleted, unless it was only examined."""
    args.end()
    box = session.box
    if not box.read_only:
        box.folder.remove([m for m in box.folder.messages if "\\Deleted" in m.flags])
    session.leave()
    return "Close completed."


async def unselect(session: Session, args: Arguments) -> str:
    session.need("UNSELECT")
    args.end()
    if session.selected is None:
        raise BadError("No mailbox selected")
    session.leave()
    return "Unselect completed."


async def check(session: Session, args: Arguments) -> str:
    args.end()
    if session.selected is None:
        raise BadError("No mailbox selected")
    return "Check completed."


async def store(session: Session, args: Arguments) -> str:
    return _store(session, args, by_uid=False)


async def uid_store(session: Session, args: Arguments) -> str:
    return _store(session, args, by_uid=True)


def _store(session: Session, args: Arguments, *, by_uid: bool) -> str:
    chosen = _chosen(session, args, by_uid)
    args.space()
    unchanged = _unchanged_since(session, args)
    sign = "+" if args.skip(b"+") else "-" if args.skip(b"-") else ""
    item = args.atom()
    if item not in ("FLAGS", "FLAGS.SILENT"):
        raise BadError("Unknown STORE item")
    args.space()
    flags = args.flag_list() if args.next_is(b"(") else _bare_flags(args)
    args.end()
    box = session.writable
    wanted = _allowed(session, box.folder, flags)
    modified: list[int] = []
    missing = False
    for number, message in chosen:
        if not box.folder.holds(message):
            missing = True
        elif unchanged is not None and message.modseq > unchanged:
            modified.append(message.uid if by_uid else number)
        else:
            _set_flags(box, message, sign, wanted)
            if item == "FLAGS" or session.condstore:
                session.tell_message_flags(number, message, silent=item != "FLAGS", uid=by_uid)
    if modified:
        return f"[MODIFIED {write_set(modified).decode('ascii')}] Conditional store failed"
    if missing and not by_uid:
        raise NoError("Some of the messages no longer exist", "EXPUNGEISSUED")
    return "Store completed."


def _bare_flags(args: Arguments) -> list[str]:
    flags = [args.flag()]
    while args.skip(b" "):
        flags.append(args.flag())
    return flags


def _unchanged_since(session: Session, args: Arguments) -> int | None:
    if not args.skip(b"(UNCHANGEDSINCE "):
        return None
    session.need("CONDSTORE")
    session.condstore = True
    value = args.number()
    args.expect(b")")
    args.space()
    return value


def _allowed(session: Session, folder: StoredFolder, flags: list[str]) -> frozenset[str]:
    """``flags`` without those that may not be set; new keywords are announced."""
    if not session.has("KEYWORDS"):
        known = {keyword.lower() for keyword in folder.keywords}
        flags = [flag for flag in flags if flag.startswith("\\") or flag.lower() in known]
    before = len(folder.keywords)
    wanted = folder.known_flags(flags)
    if len(folder.keywords) > before:
        session.tell_flags()
    return wanted


def _set_flags(box: Selected, message: StoredMessage, sign: str, wanted: frozenset[str]) -> None:
    flags = {"+": message.flags | wanted, "-": message.flags - wanted}.get(sign, wanted)
    if box.folder.set_flags(message, flags):
        box.own_change(message)


def _chosen(session: Session, args: Arguments, by_uid: bool) -> list[tuple[int, StoredMessage]]:
    """The messages of the set that comes next; a wrong sequence number is BAD, a wrong UID is nothing."""
    args.space()
    numbers = read_set(args)
    box = session.box
    if not by_uid and (numbers.largest() > len(box.view) or not box.view):
        raise BadError("Invalid messageset")
    return session.messages(numbers.resolve(box.last_uid if by_uid else len(box.view)), by_uid)


async def copy(session: Session, args: Arguments) -> str:
    return _copy(session, args, by_uid=False)


async def uid_copy(session: Session, args: Arguments) -> str:
    return _copy(session, args, by_uid=True)


def _copy(session: Session, args: Arguments, *, by_uid: bool) -> str:
    chosen, target = _transfer(session, args, by_uid)
    session.user.need_room(sum(message.source.size for message in chosen))
    code = _copy_uid(session, target, chosen)
    return f"{code}Copy completed."


async def move(session: Session, args: Arguments) -> str:
    return _move(session, args, by_uid=False)


async def uid_move(session: Session, args: Arguments) -> str:
    return _move(session, args, by_uid=True)


def _move(session: Session, args: Arguments, *, by_uid: bool) -> str:
    """RFC 6851; within one quota root a move needs no room."""
    session.need("MOVE")
    box = session.writable
    chosen, target = _transfer(session, args, by_uid)
    code = _copy_uid(session, target, chosen)
    if code:
        session.line(f"OK {code}Moved UIDs.".encode("ascii"))
    box.folder.remove(chosen)
    return "Move completed."


def _transfer(session: Session, args: Arguments, by_uid: bool) -> tuple[list[StoredMessage], StoredFolder]:
    """The messages to copy and the folder to put them in."""
    numbered = _chosen(session, args, by_uid)
    args.space()
    name = mailbox(args)
    args.end()
    target = session.user.target(name)
    folder = session.box.folder
    chosen = [message for _, message in numbered if folder.holds(message)]
    if len(chosen) < len(numbered) and not by_uid:
        raise NoError("Some of the messages no longer exist", "EXPUNGEISSUED")
    return chosen, target


def _copy_uid(session: Session, target: StoredFolder, chosen: list[StoredMessage]) -> str:
    """Copies, and the response code COPYUID (RFC 4315) with a space after it."""
    uids = copy_messages(chosen, target)
    if not uids or not session.has("UIDPLUS"):
        return ""
    sets = f"{write_set(uids).decode('ascii')} {write_set(uids.values()).decode('ascii')}"
    return f"[COPYUID {target.uidvalidity} {sets}] "


async def expunge(session: Session, args: Arguments) -> str:
    args.end()
    folder = session.writable.folder
    folder.remove([message for message in folder.messages if "\\Deleted" in message.flags])
    return "Expunge completed."


async def uid_expunge(session: Session, args: Arguments) -> str:
    session.need("UIDPLUS")
    chosen = _chosen(session, args, by_uid=True)
    args.end()
    session.writable.folder.remove([m for _, m in chosen if "\\Deleted" in m.flags])
    return "Expunge completed."


async def append(session: Session, args: Arguments) -> str:
    args.space()
    name = mailbox(args)
    args.space()
    flags: list[str] = []
    if args.next_is(b"("):
        flags = args.flag_list()
        args.space()
    date = session.served.clock.now().replace(microsecond=0)
    if args.next_is(b'"'):
        date = parse_date_time(args.string().decode("ascii", "replace"))
        args.space()
    if not args.next_is(b"{"):
        raise BadError("Expected a literal")
    raw = args.string()
    args.end()
    target = session.user.target(name)
    if not raw:
        raise NoError("Cannot store an empty message")
    source = StoredSource(canonical(raw))
    session.user.need_room(source.size)
    if not session.has("KEYWORDS"):
        flags = [flag for flag in flags if flag.startswith("\\")]
    message = target.add(source, date, flags)
    if session.has("UIDPLUS"):
        return f"[APPENDUID {target.uidvalidity} {message.uid}] Append completed."
    return "Append completed."
