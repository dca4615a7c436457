"""The loop of one connection: a command is read, done, and answered."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from balt.demo import fetch, folders, login, results, selected
from balt.demo.faults import FaultKind
from balt.demo.session import HangUpError, Served, Session
from balt.demo.wire import Arguments, BadError, NoError

MAX_LINE = 64 * 1024
MAX_LITERAL = 64 * 1024
MAX_MESSAGE = 64 * 1024 * 1024
_MAX_LITERAL_BEFORE_LOGIN = 1024
_MAX_BAD = 20
_TAG = re.compile(rb'([^\x00-\x20\x7f-\xff(){%*"\\+]{1,64}) (UID )?([A-Za-z]+)(?= |\Z)', re.IGNORECASE)
_LITERAL = re.compile(rb"\{(\d{1,10})(\+?)\}\r\n\Z")

Handler = Callable[[Session, Arguments], Awaitable[str]]

_ANY_STATE: Mapping[str, Handler] = MappingProxyType(
    {
        "CAPABILITY": login.capability,
        "NOOP": login.noop,
        "LOGOUT": login.logout,
        "ID": login.ident,
        "STARTTLS": login.starttls,
    }
)
_BEFORE_LOGIN: Mapping[str, Handler] = MappingProxyType(
    {"LOGIN": login.login, "AUTHENTICATE": login.authenticate}
)
_AFTER_LOGIN: Mapping[str, Handler] = MappingProxyType(
    {
        "ENABLE": login.enable,
        "NAMESPACE": login.namespace,
        "IDLE": login.idle,
        "LIST": folders.list_folders,
        "LSUB": folders.lsub,
        "STATUS": folders.status,
        "CREATE": folders.create,
        "DELETE": folders.delete,
        "RENAME": folders.rename,
        "SUBSCRIBE": folders.subscribe,
        "UNSUBSCRIBE": folders.unsubscribe,
        "GETQUOTAROOT": folders.get_quota_root,
        "GETQUOTA": folders.get_quota,
        "SELECT": selected.select,
        "EXAMINE": selected.examine,
        "APPEND": selected.append,
        "CLOSE": selected.close,
        "UNSELECT": selected.unselect,
        "CHECK": selected.check,
        "STORE": selected.store,
        "UID STORE": selected.uid_store,
        "COPY": selected.copy,
        "UID COPY": selected.uid_copy,
        "MOVE": selected.move,
        "UID MOVE": selected.uid_move,
        "EXPUNGE": selected.expunge,
        "UID EXPUNGE": selected.uid_expunge,
        "FETCH": fetch.fetch,
        "UID FETCH": fetch.uid_fetch,
        "SEARCH": results.search,
        "UID SEARCH": results.uid_search,
        "SORT": results.sort,
        "UID SORT": results.uid_sort,
    }
)
_NO_EXPUNGE = frozenset({"FETCH", "STORE", "SEARCH", "SORT"})
_SECRET = frozenset({"LOGIN", "AUTHENTICATE", "APPEND"})


async def converse(served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serves one connection until either side ends it."""
    session = Session(served, reader, writer)
    session.line(b"OK [CAPABILITY %b] balt demo ready." % session.capabilities.line(False))
    bad = 0
    try:
        await session.flush()
        while not session.ending:
            command = await _read_command(session)
            if command is None:
                break
            bad = bad + 1 if await _obey(session, command) else 0
            if bad >= _MAX_BAD:
                session.line(b"BYE Too many invalid commands.")
                session.ending = True
            await session.flush()
    except (HangUpError, ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _read_command(session: Session) -> bytes | None:
    """A whole command with its literals, without its last end of line; None when the client is gone."""
    data = b""
    while True:
        line = await _read_line(session)
        if line is None:
            return None
        data += line
        match = _LITERAL.search(line)
        if not match:
            return data[:-2]
        size, waits = int(match[1]), not match[2]
        if size > _literal_limit(session, data) or (not waits and not session.has("LITERAL+")):
            if not waits:
                await _discard(session, size)
                await _read_line(session)
            tag = data.split(b" ", 1)[0] or b"*"
            session.write(tag + b" BAD [TOOBIG] Literal refused\r\n")
            await session.flush()
            data = b""
            continue
        if waits:
            session.write(b"+ OK\r\n")
            await session.flush()
        data += await session.reader.readexactly(size)


async def _read_line(session: Session) -> bytes | None:
    """One line; one that is too long is passed over and answered by BAD."""
    too_long = False
    while True:
        try:
            line = await session.reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            await session.reader.readexactly(error.consumed)
            too_long = True
            continue
        except asyncio.IncompleteReadError:
            return None
        if not too_long:
            return line if line.endswith(b"\r\n") else line[:-1] + b"\r\n"
        too_long = False
        session.write(b"* BAD Command line too long\r\n")
        await session.flush()


def _literal_limit(session: Session, data: bytes) -> int:
    if session.account is None:
        return _MAX_LITERAL_BEFORE_LOGIN
    match = _TAG.match(data)
    return MAX_MESSAGE if match and match[3].upper() == b"APPEND" else MAX_LITERAL


async def _discard(session: Session, size: int) -> None:
    while size > 0:
        size -= len(await session.reader.readexactly(min(size, MAX_LINE)))


async def _obey(session: Session, data: bytes) -> bool:
    """Does one command and answers it; whether it was bad."""
    match = _TAG.match(data)
    if not match:
        session.write((data.split(b" ", 1)[0][:64] or b"*") + b" BAD Invalid command\r\n")
        return True
    if session.account is not None and session.account.closed:
        session.line(b"BYE Mailbox was deleted")
        await session.hang_up()
    session.tag = match[1]
    name = ((match[2] or b"") + match[3]).decode("ascii").upper()
    session.served.log(name if name in _SECRET else data[len(match[1]) + 1 :].decode("utf-8", "replace"))
    session.faults = session.served.faults.striking(name) if session.account else {}
    answer, done = b"", False
    try:
        if session.faults:
            answer = await _strike(session)
        if not answer:
            handler = _handler(session, name)
            answer = b"OK " + (await handler(session, Arguments(data, match.end()))).encode("utf-8")
            done = True
    except BadError as error:
        answer = f"BAD {error}".encode()
    except NoError as error:
        code = f"[{error.code}] " if error.code else ""
        answer = f"NO {code}{error}".encode()
    session.tell_changes(expunges=name not in _NO_EXPUNGE)
    if FaultKind.CUT_AFTER in session.faults and done:
        await session.hang_up()
    session.write(session.tag + b" " + answer + b"\r\n")
    return answer.startswith(b"BAD")


def _handler(session: Session, name: str) -> Handler:
    table = _AFTER_LOGIN if session.account else _BEFORE_LOGIN
    handler = _ANY_STATE.get(name) or table.get(name)
    if handler is None:
        raise BadError("Unknown command, or not now")
    return handler


async def _strike(session: Session) -> bytes:
    """Plays the faults that come before the command; an answer, or nothing when the command goes on."""
    faults, account = session.faults, session.user
    if FaultKind.CUT in faults:
        await session.hang_up()
    if FaultKind.STALL in faults:
        await session.reader.read()
        await session.hang_up()
    if FaultKind.BYE in faults:
        session.line(b"BYE Going down")
        await session.hang_up()
    if FaultKind.CALL in faults and (action := faults[FaultKind.CALL].action):
        action(account)
    if FaultKind.UIDVALIDITY in faults:
        name = faults[FaultKind.UIDVALIDITY].folder
        changing = account.folder(name) if name or not session.selected else session.selected.folder
        changing.uidvalidity = account.new_uidvalidity()
    if FaultKind.UNSOLICITED_EXPUNGE in faults and session.selected and session.selected.folder.messages:
        session.selected.folder.remove(session.selected.folder.messages[:1])
        session.tell_changes(expunges=True)
    if FaultKind.OVERQUOTA in faults:
        return b"NO [OVERQUOTA] Not enough disk quota"
    for kind, word in ((FaultKind.NO, b"NO"), (FaultKind.BAD, b"BAD"), (FaultKind.LYING_OK, b"OK")):
        if kind in faults:
            code = f"[{faults[kind].code}] ".encode("ascii") if faults[kind].code else b""
            return word + b" " + code + b"As the script says."
    return b""
