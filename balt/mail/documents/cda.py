"""A CDA R2 document (HL7 v3, as in the French ``volets CDA``) as text. Runs in the worker process.

The octets go piece by piece through expat, which is part of Python and builds no tree: a document takes as
little memory as its text. A DOCTYPE ends the reading before any entity could be declared, so nothing expands
and nothing is looked for outside; no element is followed, no stylesheet is obeyed.
"""

from collections.abc import Iterable, Mapping
from xml.parsers import expat

from balt.mail.documents.layout import Enough, Layout
from balt.mail.documents.refusal import Refusal

_HL7 = "urn:hl7-org:v3 "
_DEEPEST = 200
"""Elements one in the other. The deepest CDA that are exchanged have some forty."""
_LONGEST_FACT = 300
_MOST_ELEMENTS = 1_000_000
_ENCODINGS = frozenset(
    {"utf-8", "utf8", "utf-16", "us-ascii", "ascii"}
    | {"iso-8859-1", "latin-1", "iso-8859-15", "windows-1252", "cp1252"}
)
_TEXTS = {
    "title": "title",
    "author/assignedAuthor/assignedPerson/name": "author",
    "author/assignedAuthor/representedOrganization/name": "organization",
    "custodian/assignedCustodian/representedCustodianOrganization/name": "custodian",
    "recordTarget/patientRole/patient/name": "patient",
}
_VALUES = {
    "effectiveTime": "date",
    "recordTarget/patientRole/patient/birthTime": "born",
    "versionNumber": "version",
}
_FACTS_UP_TO = 6


class CdaReader:
    """Takes the elements of a document as they come. ``facts`` are what its header says, by our own names;
    the text of its body is in ``layout``.
    """

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.layout = Layout()
        self._path: list[str] = []
        self._elements = 0
        self._fact = ""
        self._fact_depth = 0
        self._fact_text: list[str] = []
        self._text_depth = 0
        self._title: list[str] | None = None
        self._binary: int | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        path = self._path
        tag = name.removeprefix(_HL7) if name.startswith(_HL7) else ""
        if not path and tag != "ClinicalDocument":
            raise Refusal("not_cda")
        if len(path) >= _DEEPEST:
            raise Refusal("depth")
        path.append(tag)
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise Enough
        if self._text_depth:
            self.layout.start(tag)
        elif "section" in path[-2:-1]:
            if tag == "text":
                self._text_depth = len(path)
            elif tag == "title":
                self._title = []
        elif len(path) - 1 < _FACTS_UP_TO:
            self._start_fact("/".join(path[1:]), attributes)

    def _start_fact(self, place: str, attributes: Mapping[str, str]) -> None:
        if place in _TEXTS and _TEXTS[place] not in self.facts and not self._fact:
            self._fact, self._fact_depth, self._fact_text = _TEXTS[place], len(self._path), []
        elif place in _VALUES:
            self.facts.setdefault(_VALUES[place], attributes.get("value", "")[:_LONGEST_FACT])
        elif place == "code":
            self.facts.setdefault("code", attributes.get("code", "")[:_LONGEST_FACT])
            self.facts.setdefault("type", attributes.get("displayName", "")[:_LONGEST_FACT])
        elif place == "relatedDocument" and attributes.get("typeCode") == "RPLC":
            self.facts.setdefault("replaces", "yes")
        elif place == "component/nonXMLBody/text":
            self.facts["body_type"] = attributes.get("mediaType", "")[:_LONGEST_FACT]
            if attributes.get("representation") == "B64":
                self._binary = 0
            else:
                self._text_depth = len(self._path)

    def end(self, _name: str) -> None:
        """An element closes."""
        depth, tag = len(self._path), self._path.pop()
        if self._text_depth:
            if depth > self._text_depth:
                self.layout.end(tag)
                return
            self._text_depth = 0
            self.layout.finish()
        elif self._title is not None and tag == "title":
            self.layout.heading("".join(self._title))
            self._title = None
        elif self._fact:
            self._fact_text.append(" ")
            if depth == self._fact_depth:
                self.facts[self._fact] = " ".join("".join(self._fact_text).split())[:_LONGEST_FACT]
                self._fact = ""
        elif self._binary is not None:
            self.facts["body_size"] = str(self._binary * 3 // 4)
            self._binary = None

    def data(self, text: str) -> None:
        """Text between two tags."""
        if self._text_depth:
            self.layout.data(text)
        elif self._title is not None:
            self._title.append(text[:_LONGEST_FACT])
            del self._title[_LONGEST_FACT:]
        elif self._fact:
            self._fact_text.append(text[:_LONGEST_FACT])
            del self._fact_text[_LONGEST_FACT:]
        elif self._binary is not None:
            self._binary += len(text.translate(_NO_SPACE))


_NO_SPACE = dict.fromkeys(map(ord, " \t\r\n"))


def read_cda(pieces: Iterable[bytes]) -> dict[str, object]:
    """The view of a CDA document that comes in pieces; raises Refusal where it is not one, or not read."""
    reader = CdaReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.XmlDeclHandler = _check_declaration
    truncated, warnings = False, []
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except Enough:
        truncated = True
    except (expat.ExpatError, LookupError, ValueError):
        if not reader.facts:
            raise Refusal("damaged") from None
        warnings.append("cut")
    layout = reader.layout
    layout.close()
    if not layout.lines and not truncated and "body_type" not in reader.facts:
        warnings.append("no_body")
    return {
        "facts": reader.facts,
        "lines": layout.lines,
        "headings": layout.headings,
        "warnings": warnings,
        "truncated": truncated,
    }


def refuse_doctype(*_declared: object) -> None:
    """Nothing of a document that could declare entities is read on."""
    raise Refusal("dtd")


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    """Only character sets that documents are written in: expat would take any codec of the interpreter."""
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise Refusal("charset")
