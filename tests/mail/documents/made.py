"""Documents made for the tests: a CDA, an IHE_XDM.zip, and what a hostile sender makes of them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

MIB = 1024 * 1024
DOCUMENT = "IHE_XDM/SUBSET01/DOC0001.XML"

SECTION = """<component><section><title>Conclusion</title><text>
<paragraph>Pas d'anomalie.</paragraph>
<list><item>Glycémie normale</item><item>Revoir dans <content styleCode="Bold">six mois</content>
  <list><item>à jeun</item></list></item></list>
<table><thead><tr><th>Analyse</th><th>Résultat</th></tr></thead>
<tbody><tr><td>Glycémie</td><td>0,92 g/L</td></tr>
<tr><td>Créatinine</td><td>72 µmol/L</td></tr></tbody></table>
</text></section></component>"""


def cda(body: str = f"<structuredBody>{SECTION}</structuredBody>", head: str = "", before: str = "") -> bytes:
    """A CDA R2 document with this body; ``before`` stands before its root, ``head`` in its header."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <code code="11502-2" displayName="CR d'examens biologiques" codeSystem="2.16.840.1.113883.6.1"/>
 <title>Compte rendu d'examens</title>
 <effectiveTime value="20261112093000+0100"/>
 <recordTarget><patientRole><patient>
  <name><family qualifier="BR">TESTPATIENT</family><given>ALIX</given></name><birthTime value="19881012"/>
 </patient></patientRole></recordTarget>
 <author><assignedAuthor><assignedPerson><name><given>CAMILLE</given><family>EXEMPLE</family></name>
 </assignedPerson><representedOrganization><name>LABORATOIRE FICTIF</name></representedOrganization>
 </assignedAuthor></author>{head}
 <custodian><assignedCustodian><representedCustodianOrganization><name>LABORATOIRE FICTIF</name>
 </representedCustodianOrganization></assignedCustodian></custodian>
 <component>{body}</component>
</ClinicalDocument>""".encode()


def xdm(document: bytes | None = None, more: Mapping[str, bytes] | None = None) -> bytes:
    """An IHE_XDM.zip around a document."""
    members = {
        "INDEX.HTM": b"<html><body>Index</body></html>",
        "README.TXT": b"Fictif",
        "IHE_XDM/SUBSET01/METADATA.XML": b"<SubmitObjectsRequest/>",
        DOCUMENT: cda() if document is None else document,
    }
    return zipped(members | dict(more or {}))


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members, of no time: made twice, it is the same."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o600 << 16
            archive.writestr(member, octets, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _entry(name: bytes, offset: int, packed: int, size: int, crc: int = 0, flags: int = 0) -> bytes:
    """One entry of a zip's directory (APPNOTE 4.3.12)."""
    fixed = struct.pack(
        "<4s6H3I5H2I",
        b"PK\x01\x02",
        20,
        20,
        flags,
        8,
        0,
        33,
        crc,
        packed,
        size,
        len(name),
        0,
        0,
        0,
        0,
        0,
        offset,
    )
    return fixed + name


def _local(name: bytes, packed: int, size: int, crc: int = 0, flags: int = 0) -> bytes:
    """What stands before the octets of a member (APPNOTE 4.3.7)."""
    return (
        struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, flags, 8, 0, 33, crc, packed, size, len(name), 0) + name
    )


def _assembled(data: bytes, directory: bytes, count: int) -> bytes:
    count = min(count, 0xFFFF)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(data), 0)
    return data + directory + end


def deflated(octets: bytes) -> bytes:
    """Packed as a zip packs."""
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(octets) + packer.flush()


def lying(octets: bytes, said: int, name: str = DOCUMENT, flags: int = 0) -> bytes:
    """A zip of one member that says it holds ``said`` octets."""
    packed, label, crc = deflated(octets), name.encode(), zlib.crc32(octets)
    data = _local(label, len(packed), said, crc, flags) + packed
    return _assembled(data, _entry(label, 0, len(packed), said, crc, flags), 1)


def overlapping(count: int, octets: bytes) -> bytes:
    """A zip whose members are all the same octets (CVE-2024-0450)."""
    packed, label, crc = deflated(octets), DOCUMENT.encode(), zlib.crc32(octets)
    data = _local(label, len(packed), len(octets), crc) + packed
    entry = _entry(label, 0, len(packed), len(octets), crc)
    return _assembled(data, entry * count, count)


def many(count: int) -> bytes:
    """A zip of so many empty members."""
    return _assembled(_local(b"a", 0, 0), _entry(b"a", 0, 0, 0) * count, count)


def linked(name: str = DOCUMENT) -> bytes:
    """A zip whose member is a symbolic link to a file of this machine."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.create_system, member.external_attr = 3, 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return stream.getvalue()
