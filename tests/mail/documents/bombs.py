"""What a hostile sender may attach: each is let off in a process of its own, which reads it in its worker.

``bombs write NAME | bombs read NAME`` prints what the user is told, how long it took, and the most
memory that the worker and its parent held.
"""

import base64
import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from balt.mail.documents.part import PartContent, document_of
from balt.mail.structure import Part
from tests.mail.documents.made import MIB, cda, lying, many, overlapping, xdm, zipped

Bomb = tuple[str, Callable[[], bytes]]
"""The type that the part claims, and its octets."""
ZIP, XML, HTML, TEXT = "application/zip", "text/xml", "text/html", "text/plain"


def _narrative(text: bytes) -> bytes:
    before, after = cda(
        "<structuredBody><component><section><text>@</text></section></component></structuredBody>"
    ).split(b"@")
    return before + text + after


def _barely_under_the_ratio() -> bytes:
    noise = random.Random(1).randbytes(6_000).hex().encode()
    return xdm(_narrative((noise + b" " * 500_000) * 360))


def _laughs(levels: int = 12) -> str:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, levels))
    return f'<!DOCTYPE c [<!ENTITY l0 "ha">{entities}]>'


def _declared(encoding: str) -> bytes:
    return cda().replace(b'encoding="UTF-8"', f'encoding="{encoding}"'.encode())


CHARSETS = ("utf-7", "idna", "punycode", "rot13", "unicode_escape", "hz", "utf-16", "zlib", "no such")

BOMBS: dict[str, Bomb] = {
    "zip: a thousandfold": (ZIP, lambda: xdm(b" " * (150 * MIB))),
    "zip: as much as is allowed": (ZIP, _barely_under_the_ratio),
    "zip: more than is allowed in all": (ZIP, lambda: lying(cda(), 1 << 31)),
    "zip: members that overlap": (ZIP, lambda: overlapping(900, _narrative(b"x y " * 300_000))),
    "zip: a million members": (ZIP, lambda: many(1_000_000)),
    "zip: as many members as fifty million octets": (ZIP, lambda: many(750_000)),
    "zip: as many members as are not counted": (ZIP, lambda: many(1_999)),
    "zip: a zip in a zip": (ZIP, lambda: zipped({"IHE_XDM.zip": xdm()})),
    "zip: a zip that says it is the document": (ZIP, lambda: xdm(xdm())),
    "zip: smaller than it says": (ZIP, lambda: lying(cda(), len(cda()) * 2)),
    "zip: larger than it says": (ZIP, lambda: lying(_narrative(b"x" * MIB), 2000)),
    "zip: encrypted": (ZIP, lambda: lying(cda(), len(cda()), flags=1)),
    "zip: a path that leaves it": (ZIP, lambda: zipped({"../../IHE_XDM/SUBSET01/DOC0001.XML": cda()})),
    "zip: octets that are no zip": (ZIP, lambda: random.Random(2).randbytes(30 * MIB)),
    "zip: nothing": (ZIP, lambda: b""),
    "xml: a billion laughs": (XML, lambda: cda(before=_laughs()).replace(b"<title>", b"<title>&l11;")),
    "xml: a billion laughs in an xdm": (ZIP, lambda: xdm(cda(before=_laughs()))),
    "xml: one long entity many times": (
        XML,
        lambda: cda(before=f'<!DOCTYPE c [<!ENTITY a "{"a" * MIB}">]>').replace(b"anomalie", b"&a;" * MIB),
    ),
    "xml: an external entity": (
        XML,
        lambda: cda(before='<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>').replace(
            b"anomalie", b"&x;"
        ),
    ),
    "xml: a hundred thousand levels": (XML, lambda: _narrative(b"<content>" * 100_000)),
    "xml: a hundred thousand levels in the header": (XML, lambda: cda().replace(b"<code", b"<a>" * 100_000)),
    "xml: ten million elements": (XML, lambda: _narrative(b"<a/>" * 9_000_000)),
    "xml: a million rows": (XML, lambda: _narrative(b"<table>" + b"<tr><td>1</td></tr>" * 1_000_000)),
    "xml: a million cells in a row": (XML, lambda: _narrative(b"<table><tr>" + b"<td>1</td>" * 1_000_000)),
    "xml: a million attributes": (
        XML,
        lambda: _narrative(b"<a " + b" ".join(b'a%d=""' % i for i in range(1_000_000)) + b"/>"),
    ),
    "xml: a value of thirty million": (XML, lambda: _narrative(b'<a b="' + b"x" * (30 * MIB) + b'"/>')),
    "xml: a name of thirty million": (XML, lambda: _narrative(b"<" + b"x" * (30 * MIB) + b"/>")),
    "xml: a comment of thirty million": (XML, lambda: _narrative(b"<!--" + b"x" * (30 * MIB))),
    "xml: a text of thirty million": (XML, lambda: _narrative(b"x " * (15 * MIB))),
    "xml: a title of thirty million": (
        XML,
        lambda: cda().replace(b"<title>Compte", b"<title>" + b"x " * (15 * MIB)),
    ),
    "xml: no cda": (XML, lambda: b"<a>" * 5_000_000),
    "html: a million tags": (HTML, lambda: b"<b>x</b>" * 1_000_000),
    "html: a million blocks": (HTML, lambda: b"<p>" * 1_000_000),
    "html: a million levels": (HTML, lambda: b"<div>" * 1_000_000 + b"x"),
    "html: tags that never end": (HTML, lambda: b"<a " * 1_000_000),
    "html: comments that never end": (HTML, lambda: b"<!--" * 1_000_000),
    "html: scripts that never end": (HTML, lambda: b"<script>" * 1_000_000),
    "html: a number of a million figures": (HTML, lambda: b"&#" + b"9" * 1_000_000 + b";"),
    "html: entities that are none": (HTML, lambda: b"&" * 1_000_000),
    "html: nothing but spaces": (HTML, lambda: b" " * 1_000_000),
    "text: lines without end": (TEXT, lambda: b"\n" * (40 * MIB)),
    "text: one line": (TEXT, lambda: b"x" * (40 * MIB)),
    "text: tabs": (TEXT, lambda: b"\t" * MIB),
    **{f"charset: {name}": (XML, partial(_declared, name)) for name in CHARSETS},
    **{f"charset: {name} page": (HTML, lambda: b"<p>+AGE-\x80~{" * 100_000) for name in CHARSETS},
}


def write(name: str) -> None:
    """Put one together, as base64: apart, for a process is counted with the memory of its parent."""
    sys.stdout.buffer.write(base64.b64encode(BOMBS[name][1]()))


def read(name: str) -> None:
    """Let one off that comes on standard input."""
    coded = sys.stdin.buffer.read()
    content_type = BOMBS[name][0]
    most = MIB if content_type in (HTML, TEXT) else 50 * MIB
    charset = name.removeprefix("charset: ").removesuffix(" page")
    part = Part("2", content_type, {"charset": charset}, encoding="base64", size=len(coded))
    content = PartContent(part, coded[:most], len(coded) > most)
    before = _peak()
    begun = time.monotonic()
    view = document_of(content)
    told = {
        "warnings": view.warnings,
        "lines": len(view.lines),
        "members": len(view.members),
        "characters": sum(map(len, view.lines)),
        "truncated": view.truncated,
        "seconds": round(time.monotonic() - begun, 2),
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
        "grown": _peak() - before,
    }
    print(json.dumps(told))


def _peak() -> int:
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(peak[1]) * 1024 if peak else 0


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
