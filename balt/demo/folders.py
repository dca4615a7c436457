"""Commands about folders and quotas: LIST, STATUS, CREATE and the like, GETQUOTA."""

from collections.abc import Collection

from balt.demo.names import decode_name, encode_name, pattern
from balt.demo.session import Session
from balt.demo.store import StoredFolder
from balt.demo.wire import Arguments, BadError, NoError, astring, string

_SELECTIONS = {"SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"}
_RETURNS = {"SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "STATUS"}
_STATUS = {"MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ", "SIZE"}


def mailbox(args: Arguments) -> str:
    """The folder name that comes next."""
    return decode_name(args.astring())


async def list_folders(session: Session, args: Arguments) -> str:
    """LIST, with the selections and returns of RFC 5258, RFC 5819 and RFC 6154."""
    args.space()
    selections: set[str] = set()
    if args.next_is(b"("):
        session.need("LIST-EXTENDED")
        selections = set(args.words())
        args.space()
    if selections - _SELECTIONS or selections == {"RECURSIVEMATCH"}:
        raise BadError("Invalid selection option")
    reference = args.astring()
    args.space()
    masks = _masks(session, args)
    returns, wanted = _returns(session, args)
    args.end()
    if masks == [b""]:
        session.line(b'LIST (\\Noselect) %b ""' % _separator(session))
        return "List completed."
    if "SPECIAL-USE" in selections:
        session.need("SPECIAL-USE")
    patterns = [pattern(reference, mask, session.user.separator) for mask in masks]
    for folder in _sorted(session.user.folders.values()):
        name = encode_name(folder.name)
        if not any(p.fullmatch(name.decode("ascii")) for p in patterns):
            continue
        if "SUBSCRIBED" in selections and not folder.subscribed:
            continue
        if "SPECIAL-USE" in selections and not folder.special_use:
            continue
        attributes = _attributes(session, folder)
        if folder.subscribed and "SUBSCRIBED" in selections | returns:
            attributes.append("\\Subscribed")
        session.line(_list_line(b"LIST", attributes, _separator(session), name))
        if "STATUS" in returns and folder.selectable:
            session.line(_status_line(folder, wanted))
    return "List completed."


def _masks(session: Session, args: Arguments) -> list[bytes]:
    if not args.skip(b"("):
        return [args.list_mailbox()]
    session.need("LIST-EXTENDED")
    masks = [args.list_mailbox()]
    while args.skip(b" "):
        masks.append(args.list_mailbox())
    args.expect(b")")
    return masks


def _returns(session: Session, args: Arguments) -> tuple[set[str], list[str]]:
    """What RETURN asks for, and the items of its STATUS."""
    returns: set[str] = set()
    wanted: list[str] = []
    if not args.skip(b" "):
        return returns, wanted
    session.need("LIST-EXTENDED")
    args.expect(b"RETURN (")
    while not args.skip(b")"):
        if returns:
            args.space()
        option = args.atom()
        if option not in _RETURNS:
            raise BadError("Invalid return option")
        if option == "STATUS":
            session.need("LIST-STATUS")
            args.space()
            wanted = _status_items(session, args)
        elif option == "SPECIAL-USE":
            session.need("SPECIAL-USE")
        returns.add(option)
    return returns, wanted


async def lsub(session: Session, args: Arguments) -> str:
    args.space()
    reference = args.astring()
    args.space()
    mask = pattern(reference, args.list_mailbox(), session.user.separator)
    args.end()
    for folder in _sorted(session.user.folders.values()):
        name = encode_name(folder.name)
        if folder.subscribed and mask.fullmatch(name.decode("ascii")):
            session.line(_list_line(b"LSUB", _attributes(session, folder), _separator(session), name))
    return "Lsub completed."


def _sorted(folders: Collection[StoredFolder]) -> list[StoredFolder]:
    return sorted(folders, key=lambda folder: (folder.name != "INBOX", folder.name))


def _separator(session: Session) -> bytes:
    return string(session.user.separator.encode("ascii"))


def _attributes(session: Session, folder: StoredFolder) -> list[str]:
    attributes = [] if folder.selectable else ["\\Noselect"]
    if session.has("CHILDREN"):
        below = session.user.children(folder.name)
        attributes.append("\\HasChildren" if below else "\\HasNoChildren")
    if folder.special_use and session.has("SPECIAL-USE"):
        attributes.append(folder.special_use)
    return attributes


def _list_line(command: bytes, attributes: list[str], separator: bytes, name: bytes) -> bytes:
    return b"%b (%b) %b %b" % (command, " ".join(attributes).encode("ascii"), separator, astring(name))


async def status(session: Session, args: Arguments) -> str:
    args.space()
    folder = session.user.folder(mailbox(args))
    args.space()
    wanted = _status_items(session, args)
    args.end()
    session.line(_status_line(folder, wanted))
    return "Status completed."


def _status_items(session: Session, args: Arguments) -> list[str]:
    wanted = args.words()
    if not wanted or set(wanted) - _STATUS:
        raise BadError("Unknown status item")
    if "SIZE" in wanted:
        session.need("STATUS=SIZE")
    if "HIGHESTMODSEQ" in wanted:
        session.need("CONDSTORE")
        session.condstore = True
    return wanted


def _status_line(folder: StoredFolder, wanted: list[str]) -> bytes:
    figures = {
        "MESSAGES": len(folder.messages),
        "RECENT": 0,
        "UIDNEXT": folder.uidnext,
        "UIDVALIDITY": folder.uidvalidity,
        "UNSEEN": folder.unseen if "UNSEEN" in wanted else 0,
        "HIGHESTMODSEQ": folder.modseq,
        "SIZE": folder.size,
    }
    items = " ".join(f"{item} {figures[item]}" for item in wanted)
    return b"STATUS %b (%b)" % (astring(encode_name(folder.name)), items.encode("ascii"))


async def create(session: Session, args: Arguments) -> str:
    args.space()
    name = mailbox(args)
    args.end()
    session.user.create(name)
    return "Create completed."


async def delete(session: Session, args: Arguments) -> str:
    args.space()
    name = mailbox(args)
    args.end()
    if session.selected and session.selected.folder.name == name:
        session.leave()
    session.user.delete(name)
    return "Delete completed."


async def rename(session: Session, args: Arguments) -> str:
    args.space()
    old = mailbox(args)
    args.space()
    new = mailbox(args)
    args.end()
    session.user.rename(old, new)
    return "Rename completed."


async def subscribe(session: Session, args: Arguments) -> str:
    return _subscription(session, args, True)


async def unsubscribe(session: Session, args: Arguments) -> str:
    return _subscription(session, args, False)


def _subscription(session: Session, args: Arguments, wanted: bool) -> str:
    args.space()
    folder = session.user.folders.get(mailbox(args))
    args.end()
    if folder is None:
        raise NoError("Mailbox does not exist", "NONEXISTENT")
    folder.subscribed = wanted
    return "Completed."


async def get_quota_root(session: Session, args: Arguments) -> str:
    session.need("QUOTA")
    args.space()
    folder = session.user.folder(mailbox(args))
    args.end()
    limited = session.user.quota is not None
    session.line(b"QUOTAROOT " + astring(encode_name(folder.name)) + (b' ""' if limited else b""))
    if limited:
        session.line(_quota_line(session))
    return "Getquotaroot completed."


async def get_quota(session: Session, args: Arguments) -> str:
    session.need("QUOTA")
    args.space()
    root = args.astring()
    args.end()
    if root or session.user.quota is None:
        raise NoError("No such quota root", "NONEXISTENT")
    session.line(_quota_line(session))
    return "Getquota completed."


def _quota_line(session: Session) -> bytes:
    """STORAGE counts in units of 1024 octets (RFC 9208 section 5.1)."""
    used, limit = session.user.used, session.user.quota or 0
    return b'QUOTA "" (STORAGE %d %d)' % (-(-used // 1024), limit // 1024)
