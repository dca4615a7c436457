"""What can go wrong between a client and the directory, on demand: a script of faults for tests."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from balt.demo.directory.exchange import Reply, Request, as_json, refusal

_ERROR_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class DirectoryFaultKind(StrEnum):
    """What happens to an answer that a fault strikes."""

    TRUNCATED = "truncated"
    """Its body ends after ``amount`` octets, and HTTP says that this is all of it (domain 2.7)."""
    CUT = "cut"
    """The connection closes after ``amount`` octets of the body that was announced."""
    CLOSE = "close"
    """The connection closes before anything is answered."""
    HANG = "hang"
    """``amount`` octets of the body, then nothing until the client goes away."""
    SILENT = "silent"
    """Nothing at all until the client goes away."""
    DRIP = "drip"
    """One octet of the body every ``seconds``."""
    ENDLESS = "endless"
    """A body that never ends."""
    BOMB = "bomb"
    """A body that is ``amount`` octets once unpacked, and next to nothing before."""
    REDIRECT = "redirect"
    """``status`` (302) to ``text``."""
    NEXT = "next"
    """``text`` stands where the link to the next page is, or would be; no link at all for ""."""
    LOOP = "loop"
    """The next page is this one."""
    TOTAL = "total"
    """``amount`` is said to be the total."""
    REPLACED = "replaced"
    """``text`` as the body, of ``content_type``, with ``status`` (200)."""
    HTML = "html"
    """A page for people, with ``status`` (502)."""
    TOO_MANY = "too many"
    """429 of the gateway; ``text`` is Retry-After, when there is any."""
    EMPTY = "empty"
    """No body, with ``status`` (200)."""
    CONTENT_TYPE = "content type"
    """The right body, said to be of ``content_type``."""
    DEEP = "deep"
    """JSON with ``amount`` lists in each other."""
    CALL = "call"
    """``action`` is called, then the request is answered: whatever may happen meanwhile."""


@dataclass
class DirectoryFault:
    """Strikes the answers to requests whose target contains ``target`` ("" is in each of them).

    It lets ``after`` of them pass, then strikes ``times`` times (-1: for ever).
    """

    kind: DirectoryFaultKind
    target: str = ""
    times: int = 1
    after: int = 0
    amount: int = 100
    seconds: float = 0.05
    status: int = 0
    text: str = ""
    content_type: str = "text/html"
    action: Callable[[], object] | None = None

    def strikes(self, target: str) -> bool:
        """Whether it strikes the answer to this request; counts."""
        if self.times == 0 or self.target not in target:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= self.times > 0
        return True

    def changed(self, reply: Reply, request: Request, base_url: str) -> Reply:
        """The answer that is given instead; the same one when the fault is in how it travels."""
        kind = DirectoryFaultKind
        match self.kind:
            case kind.TRUNCATED:
                return replace(reply, body=reply.body[: self.amount])
            case kind.REDIRECT:
                return Reply(self.status or 302, b"", "text/html", (("Location", self.text),))
            case kind.REPLACED:
                return Reply(self.status or 200, self.text.encode(), self.content_type)
            case kind.HTML:
                return Reply(self.status or 502, _ERROR_PAGE.encode(), "text/html;charset=UTF-8")
            case kind.TOO_MANY:
                waiting = (("Retry-After", self.text),) if self.text else ()
                return replace(too_many(17), headers=waiting)
            case kind.EMPTY:
                return replace(reply, status=self.status or 200, body=b"")
            case kind.CONTENT_TYPE:
                return replace(reply, content_type=self.content_type)
            case kind.DEEP:
                nested = "[" * self.amount + "]" * self.amount
                return replace(reply, body=f'{{"resourceType":"Bundle","entry":{nested}}}'.encode())
            case kind.NEXT:
                return _with_next(reply, self.text)
            case kind.LOOP:
                return _with_next(reply, base_url + request.target.removeprefix("/fhir/v2"))
            case kind.TOTAL:
                return replace(reply, body=as_json(json.loads(reply.body) | {"total": self.amount}))
        return reply


class DirectoryFaults:
    """The faults of one server; tests may add to it at any time, from any thread."""

    def __init__(self, faults: Iterable[DirectoryFault] = ()) -> None:
        self.faults = list(faults)
        self._lock = threading.Lock()

    def add(self, kind: DirectoryFaultKind, **options: object) -> DirectoryFault:
        """Add a fault; ``options`` are the fields of ``DirectoryFault``."""
        fault = DirectoryFault(kind, **options)  # type: ignore[arg-type]
        with self._lock:
            self.faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self.faults.clear()

    def striking(self, target: str) -> DirectoryFault | None:
        """The first fault that strikes the answer to this request; the others let it pass uncounted."""
        with self._lock:
            return next((fault for fault in self.faults if fault.strikes(target)), None)


def too_many(calls: int) -> Reply:
    """What the gateway says above so many calls per second."""
    message = f"Rate limit exceeded! You reached the limit of {calls} requests per 1 seconds."
    return refusal(429, message, key="RATE_LIMIT_TOO_MANY_REQUESTS")


def _with_next(reply: Reply, link: str) -> Reply:
    """A page whose link to the next one is ``link``, whether it had one or not."""
    bundle = json.loads(reply.body)
    links = [each for each in bundle.get("link", []) if each["relation"] != "next"]
    following = [{"relation": "next", "url": link}] if link else []
    return replace(reply, body=as_json(bundle | {"link": following + links}))
