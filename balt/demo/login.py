"""Commands of any state: logging in and out, capabilities, ID, NOOP, ENABLE, IDLE."""

import asyncio
import base64
import binascii
import hmac

from balt.demo.names import encode_name
from balt.demo.session import Session
from balt.demo.wire import Arguments, BadError, NoError, string


async def capability(session: Session, args: Arguments) -> str:
    args.end()
    session.line(b"CAPABILITY " + session.capabilities.line(session.account is not None))
    return "Capability completed."


async def noop(_session: Session, args: Arguments) -> str:
    args.end()
    return "Completed."


async def logout(session: Session, args: Arguments) -> str:
    args.end()
    session.line(b"BYE Logging out")
    session.ending = True
    return "Logout completed."


async def ident(session: Session, args: Arguments) -> str:
    session.need("ID")
    args.space()
    if not args.skip(b"NIL"):
        args.expect(b"(")
        while not args.skip(b")"):
            args.string()
            args.space()
            if not args.skip(b"NIL"):
                args.string()
            args.skip(b" ")
    args.end()
    session.line(b'ID ("name" "balt demo")')
    return "ID completed."


async def starttls(_session: Session, _args: Arguments) -> str:
    raise BadError("TLS is not offered")


async def login(session: Session, args: Arguments) -> str:
    args.space()
    user = args.list_mailbox()  # user*master comes unquoted from some clients
    args.space()
    password = args.astring()
    args.end()
    if not session.has("LOGIN"):
        raise NoError("LOGIN is disabled", "PRIVACYREQUIRED")
    name, _, master = _text(user).partition("*")
    return _open(session, name, master or name, _text(password))


async def authenticate(session: Session, args: Arguments) -> str:
    """SASL PLAIN (RFC 4616), with or without an initial response (RFC 4959)."""
    args.space()
    mechanism = args.atom()
    if mechanism != "PLAIN" or not session.has("AUTH=PLAIN"):
        raise NoError("Unsupported authentication mechanism", "CANNOT")
    if args.skip(b" "):
        session.need("SASL-IR")
        coded = args.data[args.position :]
    else:
        session.write(b"+ \r\n")
        await session.flush()
        coded = (await session.reader.readline()).rstrip(b"\r\n")
        if coded == b"*":
            raise BadError("Authentication cancelled")
    try:
        fields = base64.b64decode(b"" if coded == b"=" else coded, validate=True).split(b"\0")
    except binascii.Error:
        raise BadError("Invalid base64") from None
    if len(fields) != 3:
        raise NoError("Invalid PLAIN data", "AUTHENTICATIONFAILED")
    acting, user, password = (_text(value) for value in fields)
    if not acting:
        acting, _, master = user.partition("*")
        user = master or acting
    return _open(session, acting, user, password)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _open(session: Session, name: str, user: str, password: str) -> str:
    """Opens the account ``name`` for ``user``: its own, or the master user. Never one that is closed."""
    served = session.served
    account = served.accounts.get(name)
    expected = account.password if account and user == name else ""
    if user == served.master[0]:
        expected = served.master[1]
    matches = hmac.compare_digest(password.encode("utf-8", "replace"), expected.encode())
    if account is None or account.closed or not expected or not matches:
        raise NoError("Authentication failed.", "AUTHENTICATIONFAILED")
    session.account = account
    return f"[CAPABILITY {session.capabilities.line(True).decode('ascii')}] Logged in"


async def enable(session: Session, args: Arguments) -> str:
    session.need("ENABLE")
    enabled: list[str] = []
    while args.skip(b" "):
        if args.atom() == "CONDSTORE" and session.has("CONDSTORE"):
            session.condstore = True
            enabled.append("CONDSTORE")
    args.end()
    session.line(" ".join(["ENABLED", *enabled]).encode("ascii"))
    return "Enabled."


async def namespace(session: Session, args: Arguments) -> str:
    session.need("NAMESPACE")
    args.end()
    session.line(b'NAMESPACE (("" %b)) NIL NIL' % string(encode_name(session.user.separator)))
    return "Namespace completed."


async def idle(session: Session, args: Arguments) -> str:
    """Tells changes as they happen, until the client says DONE (RFC 2177)."""
    session.need("IDLE")
    args.end()
    changed = asyncio.Event()
    folder = session.selected.folder if session.selected else None
    if folder:
        folder.watchers.add(changed.set)
    done = asyncio.ensure_future(session.reader.readline())
    try:
        session.write(b"+ idling\r\n")
        while not done.done() and not session.ending:
            changed.clear()
            session.tell_changes(expunges=True)
            await session.flush()
            waiting = asyncio.ensure_future(changed.wait())
            await asyncio.wait({done, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
    finally:
        if folder:
            folder.watchers.discard(changed.set)
        if not done.done():
            done.cancel()
    if not session.ending and (await done).strip().upper() != b"DONE":
        raise BadError("Expected DONE")
    return "Idle completed."
