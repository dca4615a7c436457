"""What the API says of itself at ``metadata``: what its CapabilityStatement says of searches."""

from balt.demo.directory.fhir import Json
from balt.demo.directory.parameters import INCLUDES, PARAMETERS, REVERSE_INCLUDES


def capability_statement() -> Json:
    """Made from the table of parameters: it says what is so."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-06-30",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{"mode": "server", "resource": [_resource(kind) for kind in PARAMETERS]}],
    }


def _resource(kind: str) -> Json:
    written: Json = {"type": kind, "interaction": [{"code": "search-type"}, {"code": "read"}]}
    if kind in INCLUDES:
        written["searchInclude"] = list(INCLUDES[kind])
    if kind in REVERSE_INCLUDES:
        written["searchRevInclude"] = list(REVERSE_INCLUDES[kind])
    written["searchParam"] = [
        {"name": name, "type": parameter.kind.value} for name, parameter in sorted(PARAMETERS[kind].items())
    ]
    return written
