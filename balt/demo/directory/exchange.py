"""A request of the demo's directory and its answer, whatever carries them; and the words of errors.

Errors of the server are an OperationOutcome; those of the gateway before it (key, rate, unknown path) are not
(domain 2.7; the gateway's exact bodies are guesses there).
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FHIR_JSON = "application/fhir+json;charset=UTF-8"
GATEWAY_JSON = "application/json"
KEY_HEADER = "esante-api-key"


@dataclass(frozen=True, slots=True)
class Request:
    """What the server was asked. ``target`` is the path with its query; names of headers are in lower case,
    and the key stands apart from them.
    """

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    key: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the query."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """What it answers."""

    status: int
    body: bytes
    content_type: str = FHIR_JSON
    headers: tuple[tuple[str, str], ...] = ()


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def outcome(status: int, diagnostics: str, code: str = "processing") -> Reply:
    """An error of the server."""
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics}
    return Reply(status, as_json({"resourceType": "OperationOutcome", "issue": [issue]}))


def refusal(status: int, message: str, **members: str) -> Reply:
    """An error of the gateway."""
    body = {"message": message, "http_status_code": status, **members}
    return Reply(status, as_json(body), GATEWAY_JSON)
