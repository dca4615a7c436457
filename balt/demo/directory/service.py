"""The Annuaire Santé's API over a table: what each request is answered, without the network (domain 2)."""

import uuid
from collections.abc import Callable
from urllib.parse import parse_qsl, quote

from balt.clock import Clock
from balt.demo.directory import fhir
from balt.demo.directory.exchange import Reply, Request, as_json, outcome, refusal
from balt.demo.directory.fhir import Json
from balt.demo.directory.model import Directory
from balt.demo.directory.pages import ExpiredPageError, Marks, Page
from balt.demo.directory.parameters import PARAMETERS, BadParameterError
from balt.demo.directory.search import Search, find, read_search
from balt.demo.directory.statement import capability_statement

PREFIX = "/fhir/v2"
TYPES = ("Practitioner", "PractitionerRole", "Device", "Organization", "HealthcareService")
"""In the order in which the server names them."""

_FORM = "application/x-www-form-urlencoded"
_OLD_PAGE = "The url can't be processed. Maybe it is too old or corrupted."


class Service:
    """Answers requests. ``base_url`` is asked for when links are written: the port is known late."""

    def __init__(self, directory: Directory, clock: Clock, base_url: Callable[[], str]) -> None:
        self.directory = directory
        self.marks = Marks()
        self._clock = clock
        self._base_url = base_url

    def answer(self, request: Request) -> Reply:
        """Never raises: what is wrong with a request is in the answer."""
        steps = request.path.removeprefix(PREFIX).strip("/").split("/")
        if not request.path.startswith(PREFIX + "/") or steps == [""]:
            return refusal(404, "No context-path matches the request URI.")
        try:
            return self._routed(request, steps)
        except BadParameterError as error:
            # A bad parameter is the client's fault, yet the server says 500 to it in a POST.
            return outcome(500 if request.method == "POST" else 400, str(error), "exception")
        except ExpiredPageError:
            return outcome(500, _OLD_PAGE, "exception")

    def _routed(self, request: Request, steps: list[str]) -> Reply:
        if request.method == "POST" and len(steps) == 2 and steps[1] == "_search":
            return self._posted(request, steps[0])
        if request.method != "GET":
            return refusal(403, "Forbidden")
        match steps:
            case ["metadata"]:
                return Reply(200, as_json(capability_statement()))
            case ["_page"]:
                page = self.marks.read(dict(request.parameters).get("id", ""))
                return self._bundle(read_search(page.kind, page.pairs, self._clock.now()), page.offset)
            case [kind, *_rest] if kind not in PARAMETERS:
                return _unknown_type(kind)
            case [kind]:
                return self._bundle(read_search(kind, request.parameters, self._clock.now()))
            case [kind, identifier]:
                return self._one(kind, identifier)
        return outcome(404, f"Unknown path: {'/'.join(steps)}")

    def _posted(self, request: Request, kind: str) -> Reply:
        if kind not in PARAMETERS:
            return _unknown_type(kind)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return outcome(415, f"Content-Type must be {_FORM}")
        form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        asked = read_search(kind, (*request.parameters, *form), self._clock.now())
        return self._bundle(asked, kept=True)

    def _one(self, kind: str, identifier: str) -> Reply:
        record = find(self.directory, kind, identifier)
        if record is None:
            return outcome(404, f"HAPI-2001: Resource {kind}/{identifier} is not known")
        return Reply(200, as_json(fhir.resource(record)))

    def _bundle(self, search: Search, offset: int = 0, *, kept: bool = False) -> Reply:
        """One page; its members in the order in which the server streams them: the links come last."""
        directory = self.directory  # one table for the whole page, whatever is withdrawn meanwhile
        matches = search.matches(directory, self._clock.now())
        page = matches[offset : offset + search.count]
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "id": str(uuid.uuid4())}
        if search.counts(matches):
            bundle["total"] = len(matches)
        base = self._base_url()
        bundle["entry"] = [
            {
                "fullUrl": f"{base}/{fhir.kind_of(record)}/{record.id}",
                "resource": fhir.resource(record, search.elements),
            }
            for record in search.entries(page, directory)
        ]
        links: list[Json] = []
        if offset + search.count < len(matches):
            rest = Page(search.kind, search.pairs, offset + search.count)
            # The real server keeps what does not fit into an address; here, what is likely not to.
            mark = self.marks.kept(rest) if kept or search.brings_others else self.marks.sealed(rest)
            links.append({"relation": "next", "url": f"{base}/_page?id={mark}"})
        links.append({"relation": "self", "url": f"{base}/{search.kind}{_query(search)}"})
        return Reply(200, as_json(bundle | {"link": links}))


def _query(search: Search) -> str:
    pairs = "&".join(f"{quote(name, safe=':')}={quote(value, safe=',')}" for name, value in search.pairs)
    return f"?{pairs}" if pairs else ""


def _unknown_type(kind: str) -> Reply:
    known = ", ".join(TYPES)
    return outcome(404, f"HAPI-0302: Unknown resource type '{kind}' - Server knows how to handle: [{known}]")
