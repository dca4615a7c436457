"""Commands and answers on the line: one command at a time, its responses read one by one, within limits.

What the server says outside the numbers and flags that were asked for never reaches an error message.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from balt.errors import ConnectionFailedError, RefusedError
from balt.i18n import _
from balt.mail.line import CutError, Line
from balt.mail.refusals import refusal

MIB = 1024 * 1024
_LITERAL = re.compile(rb"~?\{(\d{1,20})\+?\}\r?\n\Z")
_NO_LITERAL = re.compile(rb"(?!\* )|\* (?:OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_TAGGED = re.compile(rb"(OK|NO|BAD)(?: \[([A-Z0-9-]{1,40})(?: ([^\]]*))?\])?", re.IGNORECASE)
_CHANGE = re.compile(rb"\* (?:(\d{1,10}) (EXISTS|EXPUNGE|FETCH)|VANISHED)\b", re.IGNORECASE)
_WEIGHT = 512
"""Octets that each response and each literal counts for beside its own: what it costs to read and to hold."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Octets allowed in the text of one response, in its literals together, and in one whole answer."""

    line: int = MIB
    literal: int = MIB
    total: int = 64 * MIB


LIMITS = Limits()
_FEW = Limits(line=MIB // 16, literal=MIB // 16, total=MIB // 4)


@dataclass(frozen=True, slots=True)
class Response:
    """One untagged response. ``pieces``: text, literal, text, literal… text (tokens.tokenize takes them).

    ``damaged``: something in it was beyond a limit and was read away; only the first text can be trusted.
    """

    pieces: tuple[bytes, ...]
    damaged: bool = False

    @property
    def head(self) -> bytes:
        """The text up to the first literal."""
        return self.pieces[0]


class Wire:
    """Sends commands over a ``Line`` and reads what comes back."""

    def __init__(self, line: Line, mailbox: str = "") -> None:
        self.line = line
        self.mailbox = mailbox
        self._number = 0

    def command(self, *parts: bytes, limits: Limits = LIMITS) -> "Answer":
        """Send a command; iterate over the answer inside a ``with`` block.

        Two parts follow each other with one space. Leaving the block before the end of the answer closes the
        line. The end of the answer raises RefusedError when it is NO or BAD.
        """
        self._number += 1
        tag = b"B%d" % self._number
        self.line.begin(limits.total)
        self.line.send(b" ".join((tag, *parts)) + b"\r\n")
        return Answer(self, tag, limits)

    def run(self, *parts: bytes, limits: Limits = LIMITS) -> "list[Response]":
        """All untagged responses to a command whose answer is short."""
        with self.command(*parts, limits=limits) as answer:
            return list(answer)

    def capabilities(self) -> frozenset[str]:
        """What the server offers now, in upper case: to be asked again after TLS and after the login."""
        found: set[str] = set()
        for response in self.run(b"CAPABILITY", limits=_FEW):
            words = response.head.split()
            if len(words) > 1 and words[1].upper() == b"CAPABILITY":
                found.update(word.decode("latin-1").upper() for word in words[2:])
        return frozenset(found)

    def read_response(self, limits: Limits) -> Response:
        """The next response, with its literals."""
        pieces: list[bytes] = []
        damaged, room, literal_room = False, limits.line, limits.literal
        while True:
            self.line.total -= _WEIGHT
            text, tail, oversize = self.line.readline(room)
            damaged, room = damaged or oversize, room - len(text)
            literal = _LITERAL.search(tail)
            if literal is None or (not pieces and _NO_LITERAL.match(text)):
                pieces.append(text)
                return Response(tuple(pieces), damaged)
            size = int(literal[1])
            if size > limits.total - self.line.received + limits.literal:
                raise self.line.protocol_error()
            keep = not damaged and size <= literal_room
            damaged, literal_room = not keep, literal_room - size
            octets = self.line.read(size, keep=keep)
            if keep or not pieces:
                pieces += (text if oversize else text[: len(text) - len(literal[0])], octets)


class Answer:
    """The answer to one command: untagged responses until the tagged one, whose code is then known."""

    def __init__(self, wire: Wire, tag: bytes, limits: Limits) -> None:
        self._wire = wire
        self._tag = tag + b" "
        self._limits = limits
        self._ended = False
        self._said_bye = False
        self.code = ""
        self.code_text = b""
        self.exists: int | None = None
        self.changed = False

    @property
    def ended(self) -> bool:
        """Whether the server has said how the command ended."""
        return self._ended

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._ended:
            self._wire.line.close()

    def __iter__(self) -> Iterator[Response]:
        while (response := self.next()) is not None:
            yield response

    def consume(self, read: Callable[[bytes, int], int]) -> bool:
        """Give ``read`` what has arrived and the place of its first octet; it says up to where it took it,
        at the end of a response. Whether it took anything.
        """
        buffer, position = self._wire.line.view()
        end = read(buffer, position)
        self._wire.line.advance(end)
        return end > position

    def next(self) -> Response | None:
        """The next untagged response; None after the tagged OK. Raises RefusedError for NO and BAD."""
        if self._ended:
            return None
        try:
            response = self._wire.read_response(self._limits)
        except MemoryError:
            raise self._wire.line.protocol_error() from None
        except ConnectionFailedError:
            if self._said_bye:
                raise self._bye() from None
            raise
        head = response.head
        if head.startswith(b"* "):
            self._note(head)
            return response
        if head.startswith(self._tag):
            self._finish(head[len(self._tag) :])
            return None
        raise self._wire.line.protocol_error()

    def send_more(self, data: bytes) -> bytes:
        """Wait for the server's "+" and send ``data`` (a SASL response or a literal; b"" for nothing yet).

        Returns what stood after the "+"; b"", and nothing is sent, when the server ends the command instead
        (``ended``).
        """
        while not self._ended:
            text, _tail, _oversize = self._wire.line.readline(self._limits.line)
            if text.startswith(b"+"):
                if data:
                    self._wire.line.send(data)
                return text[1:].strip()
            if text.startswith(self._tag):
                self._finish(text[len(self._tag) :])
            elif text.startswith(b"* "):
                self._note(text)
            else:
                raise self._wire.line.protocol_error()
        return b""

    def _note(self, head: bytes) -> None:
        if change := _CHANGE.match(head):
            self.changed = True
            if change[2] and change[2].upper() == b"EXISTS":
                self.exists = int(change[1])
        elif head[:5].upper() == b"* BYE":
            self._said_bye = True

    def _finish(self, text: bytes) -> None:
        match = _TAGGED.match(text)
        if match is None:
            raise self._wire.line.protocol_error()
        self._ended = True
        self.code = (match[2] or b"").decode("ascii").upper()
        self.code_text = match[3] or b""
        status = match[1].upper()
        if status != b"OK":
            if self._said_bye:
                self._wire.line.close()
            raise self.refused(bad=status == b"BAD")

    def too_much(self) -> ConnectionFailedError:
        """The line closed, and the error to raise, when an answer goes on beyond all sense."""
        return self._wire.line.protocol_error()

    def refused(self, bad: bool = False) -> RefusedError:
        """The error for NO or BAD, in our words."""
        return refusal(self.code, bad, self._wire.mailbox)

    def _bye(self) -> CutError:
        return CutError(
            _("le serveur de messagerie a mis fin à la connexion."),
            advice=_(
                "Il est peut-être en maintenance ou limite le nombre de connexions. Réessayez plus tard."
            ),
            mailbox=self._wire.mailbox,
        )
