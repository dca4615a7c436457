"""A whole search: every page of it, each resource once, or an error; never a part taken for the whole.

A Bundle is streamed by the API, its links last: a failure midway is an HTTP 200 with cut JSON, asked again
once. The mark of a page ages; the search is then begun again once (domain 2.6 and 2.7).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from balt.directory import failures
from balt.directory.fhir import Carrier, read_resource, weight
from balt.directory.gate import Gate
from balt.directory.http import Answer, CutError, Door
from balt.directory.limits import Limits
from balt.directory.patience import Patience
from balt.directory.shapes import members, objects, raw, whole
from balt.errors import DirectoryError

Parameters = tuple[tuple[str, str], ...]

_MOST_TOTAL = 10**9
_LONGEST_NAME = 64
"""Characters of a technical id (FHIR's own rule)."""


@dataclass(slots=True)
class Found:
    """What a search brought, already read: the JSON of a page costs many times as much, so no page is kept.

    ``unreadable`` counts entries that are no resource; ``more`` says that there are
    further pages, left unread on purpose; ``missing`` how many results were announced and did not come.
    """

    brought: list[Carrier] = field(default_factory=list)
    unreadable: int = 0
    more: bool = False
    missing: int = 0


class _ExpiredError(Exception):
    """The mark of a page has aged."""


class Searches:
    """Searches of the API, page after page, within the limits of one question."""

    def __init__(self, gate: Gate, door: Door, limits: Limits, patience: Patience) -> None:
        self._gate = gate
        self._door = door
        self._limits = limits
        self._patience = patience

    def read(self, kind: str, parameters: Parameters, *, most_pages: int | None = None) -> Found:
        """Everything that a search finds; with ``most_pages``, only so many pages.

        Raises DirectoryError and CancelledError; nothing partial is ever returned for an error.
        """
        for _turn in range(2):
            try:
                return self._read(kind, parameters, most_pages)
            except _ExpiredError:
                continue
        raise failures.stale_pages()

    def _read(self, kind: str, parameters: Parameters, most_pages: int | None) -> Found:
        asked = [value for _name, value in parameters]
        hidden = (self._door.key(), *asked, *(part for value in asked for part in value.split(",")))
        url: str | None = self._gate.search(kind, parameters)
        gathered = _Gathered(kind, self._limits, self._patience)
        visited: set[str] = set()
        while url is not None:
            self._patience.check()
            if url in visited:
                raise failures.endless()
            if len(visited) >= self._limits.pages:
                raise failures.too_large()
            visited.add(url)
            link = gathered.add(self._page(url, hidden, first=len(visited) == 1))
            if link is None:
                gathered.found.missing = gathered.missing()
                return gathered.found
            url = self._gate.next_page(link, url)
            if most_pages is not None and len(visited) >= most_pages:
                gathered.found.more = True
                return gathered.found
        return gathered.found

    def _page(self, url: str, hidden: tuple[str, ...], *, first: bool) -> Mapping[str, object]:
        """One page as JSON. A cut answer is asked again as often as the limits say."""
        for turn in range(self._limits.retries + 1):
            try:
                answer = self._door.get(url, self._patience)
                if answer.status == 200:
                    return bundle(self._parse(answer), hidden)
            except CutError:
                if turn == self._limits.retries:
                    raise failures.cut() from None
                continue
            told = self._said(answer)
            if not first and answer.status >= 400 and failures.is_expired_page(told):
                raise _ExpiredError
            raise failures.refused(answer.status, told, hidden)
        raise failures.cut()

    def _parse(self, answer: Answer) -> object:
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind and "json" not in kind:
            raise failures.not_the_directory()
        self._patience.spend_values(sum(map(answer.body.count, (b"{", b"[", b","))))
        return parse(answer.body)

    def _said(self, answer: Answer) -> object:
        """What an error's body says, where it can be read at all."""
        try:
            return self._parse(answer)
        except (CutError, DirectoryError):
            return None


class _Gathered:
    """The resources of a search's pages, each once: included ones come again from page to page."""

    def __init__(self, kind: str, limits: Limits, patience: Patience) -> None:
        self.found = Found()
        self._kind = kind
        self._limits = limits
        self._patience = patience
        self._seen: set[tuple[str, str]] = set()
        self._total: int | None = None
        self._matches = 0
        self._count = 0

    def add(self, page: Mapping[str, object]) -> object:
        """Read what a page holds; where the next one is said to be. Raises as ``Searches.read`` does."""
        total = whole(page.get("total"), 0, _MOST_TOTAL)
        self._total = total if total is not None else self._total
        for entry in self._patience.each(_entries(page)):
            resource = members(entry).get("resource")
            if not isinstance(resource, dict) or not raw(resource.get("resourceType")):
                self.found.unreadable += 1
                continue
            kind, identifier = raw(resource.get("resourceType")), raw(resource.get("id"))
            if identifier and len(kind) + len(identifier) <= 2 * _LONGEST_NAME:
                if (kind, identifier) in self._seen:
                    continue
                self._seen.add((kind, identifier))
            self._matches += kind == self._kind
            self._count += 1
            if self._count > self._limits.resources:
                raise failures.too_large()
            carrier = read_resource(resource)
            if carrier is not None:
                self._patience.keep(weight(carrier))
                self.found.brought.append(carrier)
        return next_link(page)

    def missing(self) -> int:
        return max(0, (self._total or 0) - self._matches)


def parse(body: bytes | bytearray) -> object:
    """JSON as the API writes it. Raises CutError when it is none, as an answer that was cut is."""
    try:
        return json.loads(body.decode("utf-8-sig", errors="replace"))
    except ValueError:
        raise CutError from None
    except RecursionError:
        raise failures.malformed() from None


def bundle(answer: object, hidden: tuple[str, ...]) -> Mapping[str, object]:
    """The Bundle that an answer is. Raises DirectoryError when it is anything else."""
    document = members(answer)
    if document.get("resourceType") == "OperationOutcome":
        raise failures.outcome(document, hidden)
    if document.get("resourceType") != "Bundle":
        raise failures.not_the_directory()
    if not isinstance(document.get("entry", []), list | None) or not isinstance(
        document.get("link", []), list | None
    ):
        raise failures.malformed()
    return document


def next_link(page: Mapping[str, object]) -> object:
    """Where the next page is said to be, whatever stands there; None on the last page."""
    for link in objects(page.get("link")):
        if link.get("relation") == "next":
            return link.get("url") or ""
    return None


def _entries(page: Mapping[str, object]) -> Sequence[object]:
    entries = page.get("entry")
    return entries if isinstance(entries, list) else ()
