"""Whether the script of a person files mail into folders that are there.

``fileinto`` a folder that is not is an error (RFC 5228 section 4.1): a server may then undo all that the
script did, the auto-reply included, as Pigeonhole does.
"""

from collections.abc import Callable, Collection

from balt.cases.autoreply.sieve_text import Token, tokens_of
from balt.clock import Clock
from balt.config import Account
from balt.errors import BaltError
from balt.mail.sessions import open_session

_MADE = frozenset({b":create", b":specialuse", b":mailboxid"})
"""With these, a folder that is not there is made, or another one is found (RFC 5490, 8579, 9042)."""

Folders = Callable[[], Collection[str]]


def folders_filed(script: bytes) -> frozenset[str]:
    """The folders that a script counts on: written out after ``fileinto``, not asked for before
    (``mailboxexists``), nor in a rule that is switched off (``if false``). None of what is no Sieve.
    """
    try:
        tokens = _in_force(tokens_of(script))
    except ValueError:
        return frozenset()
    named: set[bytes] = set()
    asked: set[bytes] = set()
    for place, token in enumerate(tokens):
        if token[:2] == ("word", b"mailboxexists"):
            asked |= _strings(_until(tokens, place, b"{);"))
        elif token[:2] == ("word", b"fileinto"):
            argument = _until(tokens, place, b";")
            if not _MADE & {each.value for each in argument if each.kind == "word"}:
                named |= {each.value for each in argument[-1:] if each.kind == "string"}
    return frozenset(name.decode("utf-8", "replace") for name in named - asked if b"${" not in name and name)


def lost_folders(script: bytes, folders: Folders) -> tuple[str, ...]:
    """Those of them that a BAL does not have; none where that cannot be known. ``folders`` is only asked
    where the script counts on any.
    """
    wanted = folders_filed(script)
    if not wanted:
        return ()
    try:
        there = {_key(name) for name in folders()}
    except BaltError:
        return ()
    return tuple(sorted(name for name in wanted if _key(name) not in there))


def folders_of(account: Account, password: Callable[[], str], clock: Clock) -> Folders:
    """Asks the server of the mail which folders a BAL has, on a line of its own."""

    def read() -> Collection[str]:
        session = open_session(account, password, clock)
        try:
            session.open()
            return [each.name for each in session.folders() if each.selectable]
        finally:
            session.close()

    return read


def _key(name: str) -> str:
    """INBOX is one in any letters (RFC 9051 section 5.1)."""
    head = name[:5].upper()
    return head + name[5:] if head == "INBOX" else name


def _in_force(tokens: list[Token]) -> list[Token]:
    """The tokens without the blocks of ``if false``."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].value in (b"if", b"elsif") and _is(tokens, place + 1, b"false"):
            place = _end_of_block(tokens, place)
        else:
            kept.append(tokens[place])
            place += 1
    return kept


def _is(tokens: list[Token], place: int, word: bytes) -> bool:
    return place < len(tokens) and tokens[place][:2] == ("word", word)


def _end_of_block(tokens: list[Token], place: int) -> int:
    """The place after the first block from here on."""
    depth = 0
    while place < len(tokens):
        depth += {("sign", b"{"): 1, ("sign", b"}"): -1}.get(tokens[place][:2], 0)
        place += 1
        if not depth and tokens[place - 1].value == b"}":
            break
    return place


def _until(tokens: list[Token], place: int, signs: bytes) -> list[Token]:
    """The tokens after a place, up to one of these signs."""
    found: list[Token] = []
    for token in tokens[place + 1 :]:
        if token.kind == "sign" and token.value in signs:
            break
        found.append(token)
    return found


def _strings(tokens: list[Token]) -> set[bytes]:
    return {each.value for each in tokens if each.kind == "string"}
