"""The demo's directory, as tests start it: the same invented people each time, on the day of the practice."""

import json
from collections.abc import Iterable
from functools import cache
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from balt.clock import ShiftedClock
from balt.demo.directory import DirectoryServer, make_directory
from balt.demo.directory.model import Directory
from tests.support.demo import NOW, TODAY

KEY = "cle-d-essai-0123456789"


@cache
def practice_directory() -> Directory:
    """The directory of seed 1; it is never changed, servers replace it."""
    return make_directory(1, TODAY)


def directory_server(**options: Any) -> DirectoryServer:
    """A server not started yet; ``options`` are those of ``DirectoryServer``. There is no limit of calls
    unless one is asked for.
    """
    given: dict[str, Any] = {"key": KEY, "clock": ShiftedClock(NOW), "calls_per_second": 0} | options
    return DirectoryServer(given.pop("directory", practice_directory()), **given)


class Got(NamedTuple):
    """An answer, as it came; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def resources(self) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in self.json["entry"]]

    def ids(self, kind: str = "") -> list[str]:
        """The ids of the resources of this type, in order."""
        return [each["id"] for each in self.resources if kind in ("", each["resourceType"])]

    @property
    def addresses(self) -> list[str]:
        """Every address in them."""
        contacts = [point for each in self.resources for point in each.get("telecom", ())]
        return [point["value"] for point in contacts if point["system"] == "email"]

    @property
    def next(self) -> str:
        """The link to the next page; "" when this is the last one."""
        return next((link["url"] for link in self.json["link"] if link["relation"] == "next"), "")

    @property
    def diagnostics(self) -> str:
        return str(self.json["issue"][0]["diagnostics"])


def ask(
    server: DirectoryServer,
    target: str,
    parameters: Iterable[tuple[str, str]] = (),
    *,
    method: str = "GET",
    key: str | None = KEY,
    body: str = "",
    headers: dict[str, str] | None = None,
    timeout: float = 10,
) -> Got:
    """Ask with a client that knows nothing of FHIR; ``target`` comes after the base address, or is a link."""
    if not target.startswith("http"):
        target = f"{server.base_url}/{target}"
    parts = urlsplit(target)
    query = "&".join(filter(None, (parts.query, urlencode(list(parameters)))))
    sent = dict(headers or {}) | ({} if key is None else {"ESANTE-API-KEY": key})
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path + (f"?{query}" if query else ""), body or None, sent)
        answer = connection.getresponse()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Got(answer.status, known, answer.read())
    finally:
        connection.close()
