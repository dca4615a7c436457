"""The attached files: small but real ones, and the first and last octets of bulky ones."""

import hashlib
import io
import struct
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape

from balt.demo import clinical
from balt.demo.people import Correspondent, Patient

# A grey square: one table of each kind, each Huffman table with a single code, and two bits of data.
_JPEG = bytes.fromhex(
    "ffd8 ffe000104a46494600010100000100010000"
    + "ffdb004300"
    + "10" * 64
    + "ffc0000b08 0008 0008 01011100"
    + "ffc4001400 01000000000000000000000000000000 00"
    + "ffc4001410 01000000000000000000000000000000 00"
    + "ffda000801010000 3f00 3f ffd9"
)


def pdf(size: int) -> tuple[bytes, bytes]:
    """A one-page PDF of ``size`` octets whose bulk is a scanned page that no reader shows."""
    text = b"BT /F1 18 Tf 72 720 Td (Document fictif - demonstration de balt) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(head))
        head += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    places.append(len(head))

    def tail(noise: int) -> bytes:
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table
        start = len(head) + len(opening % 0) + noise + len(ending)
        trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(places) + 1)
        return ending + table + trailer + b"startxref\n%010d\n%%%%EOF\n" % start

    opening = b"6 0 obj\n<< /Length %010d >>\nstream\n"
    ending = b"\nendstream\nendobj\n"
    noise = size - len(head) - len(opening % 0) - len(tail(0))
    return head + opening % max(noise, 0), tail(max(noise, 0))


def jpeg(_size: int) -> tuple[bytes, bytes]:
    """A JPEG picture of 8 × 8 pixels; what follows its end is no longer the picture."""
    return _JPEG, b""


def dicom(size: int) -> tuple[bytes, bytes]:
    """A DICOM file (PS3.10): preamble, transfer syntax, pixels."""
    syntax = b"1.2.840.10008.1.2.1\0"
    element = struct.pack("<HH2sH", 2, 0x10, b"UI", len(syntax)) + syntax
    meta = struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(element)) + element
    head = bytes(128) + b"DICM" + meta
    pixels = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, size - len(head) - 12)
    return head + pixels, b""


def xdm(patient: Patient, title: str, code: str, author: Correspondent, when: datetime, number: int) -> bytes:
    """A real IHE_XDM.zip (IHE ITI XDM): index, read-me, metadata and one CDA document."""
    document = _cda(patient, title, code, author, when, number)
    members = {
        "INDEX.HTM": _INDEX % {"title": escape(title), "author": escape(author.name)},
        "README.TXT": "Dossier XDM fictif, fabriqué pour la démonstration de balt.\r\n",
        "IHE_XDM/SUBSET01/METADATA.XML": _metadata(patient, title, code, document, when, number),
        "IHE_XDM/SUBSET01/DOC0001.XML": document,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            member = zipfile.ZipInfo(name, (when.year, when.month, when.day, when.hour, when.minute, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            archive.writestr(member, text.encode("utf-8"))
    return stream.getvalue()


def _cda(patient: Patient, title: str, code: str, author: Correspondent, when: datetime, number: int) -> str:
    return _CDA % {
        "id": f"2.25.{when:%Y%m%d%H%M%S}{number}",
        "code": code,
        "name": escape(clinical.NAMES.get(code, ""), {'"': "&quot;"}),
        "sections": clinical.sections(code),
        "title": escape(title),
        "time": f"{when:%Y%m%d%H%M%S%z}",
        "matricule": patient.matricule,
        "family": escape(patient.family),
        "given": escape(patient.given),
        "birth": f"{patient.birth:%Y%m%d}",
        "author": escape(author.name),
    }


def _metadata(patient: Patient, title: str, code: str, document: str, when: datetime, number: int) -> str:
    octets = document.encode("utf-8")
    return _METADATA % {
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "title": escape(title),
        "code": code,
        "time": f"{when:%Y%m%d%H%M%S}",
        "matricule": patient.matricule,
        "size": len(octets),
        "hash": hashlib.sha1(octets, usedforsecurity=False).hexdigest(),
    }


_INDEX = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="UTF-8"><title>%(title)s</title></head>
<body><h1>%(title)s</h1><p>%(author)s (structure fictive)</p>
<p><a href="IHE_XDM/SUBSET01/DOC0001.XML">Document CDA</a></p></body></html>
"""
_CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="%(id)s"/>
  <code code="%(code)s" displayName="%(name)s" codeSystem="2.16.840.1.113883.6.1"/>
  <title>%(title)s</title>
  <effectiveTime value="%(time)s"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="fr-FR"/>
  <recordTarget><patientRole>
    <id extension="%(matricule)s" root="1.2.250.1.213.1.4.10"/>
    <patient>
      <name><family qualifier="BR">%(family)s</family><given>%(given)s</given></name>
      <birthTime value="%(birth)s"/>
    </patient>
  </patientRole></recordTarget>
  <author><time value="%(time)s"/><assignedAuthor><id nullFlavor="NI"/>
    <representedOrganization><name>%(author)s</name></representedOrganization>
  </assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization><id nullFlavor="NI"/>
    <name>%(author)s</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  <component><structuredBody>
  %(sections)s</structuredBody></component>
</ClinicalDocument>
"""
_METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">
 <RegistryObjectList xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
  <ExtrinsicObject id="%(id)s" mimeType="text/xml">
   <Slot name="creationTime"><ValueList><Value>%(time)s</Value></ValueList></Slot>
   <Slot name="sourcePatientId"><ValueList><Value>%(matricule)s</Value></ValueList></Slot>
   <Slot name="size"><ValueList><Value>%(size)d</Value></ValueList></Slot>
   <Slot name="hash"><ValueList><Value>%(hash)s</Value></ValueList></Slot>
   <Slot name="URI"><ValueList><Value>DOC0001.XML</Value></ValueList></Slot>
   <Name><LocalizedString value="%(title)s"/></Name>
   <Classification nodeRepresentation="%(code)s"/>
  </ExtrinsicObject>
 </RegistryObjectList>
</SubmitObjectsRequest>
"""
