"""What the ``METADATA.XML`` of an XDM submission says of its documents (IHE ITI TF-3, 4.2). Runs in the
worker process. Only three things are looked at: which file, which type, of when.
"""

import re
from dataclasses import dataclass
from xml.parsers import expat

from balt.mail.documents.cda import refuse_doctype
from balt.mail.documents.refusal import Refusal

TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
"""The scheme of the classification that gives the type of a document (IHE ITI TF-3, 4.2.5.2)."""
MOST_DOCUMENTS = 200
_DEEPEST = 50
_LONGEST = 300
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")


@dataclass(slots=True)
class Described:
    """One document: ``name`` is its file, beside the metadata; ``date`` as HL7 writes it."""

    name: str = ""
    code: str = ""
    date: str = ""


class _Reader:
    """Takes the elements as they come; namespaces are left aside, as senders write both of them."""

    def __init__(self) -> None:
        self.found: list[Described] = []
        self._one: Described | None = None
        self._depth = 0
        self._slot = ""
        self._value: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Refusal("depth")
        if tag == "ExtrinsicObject":
            if len(self.found) >= MOST_DOCUMENTS:
                raise Refusal("members")
            self._one = Described()
            self.found.append(self._one)
        elif self._one is None:
            return
        elif tag == "Slot":
            self._slot = attributes.get("name", "")[:_LONGEST]
        elif tag == "Value" and self._slot in ("URI", "creationTime"):
            self._value = []
        elif tag == "Classification":
            self._classify(self._one, attributes)

    @staticmethod
    def _classify(one: Described, attributes: dict[str, str]) -> None:
        code = attributes.get("nodeRepresentation", "")[:_LONGEST]
        if attributes.get("classificationScheme") == TYPE_CODE:
            one.code = code
        elif "classificationScheme" not in attributes and _LOINC.fullmatch(code):
            one.code = one.code or code

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self._depth -= 1
        if tag == "ExtrinsicObject":
            self._one = None
        elif tag == "Slot":
            self._slot = ""
        elif tag == "Value" and self._value is not None:
            text, self._value = "".join(self._value).strip()[:_LONGEST], None
            if self._one is not None and self._slot == "URI":
                self._one.name += text  # a long one is cut over several values (TF-3, 4.2.3.2.26)
            elif self._one is not None:
                self._one.date = self._one.date or text

    def data(self, text: str) -> None:
        if self._value is not None and len(self._value) < _LONGEST:
            self._value.append(text[:_LONGEST])


def read_metadata(octets: bytes) -> list[Described]:
    """The documents that a submission tells of; none where it cannot be read."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(octets, True)
    except (expat.ExpatError, LookupError, ValueError, Refusal):
        return []
    return [one for one in reader.found if one.name]
