"""ENVELOPE and BODYSTRUCTURE (RFC 3501 section 7.4.2), written from the MIME tree."""

from balt.demo.address import Address, parse_addresses
from balt.demo.content import Outline
from balt.demo.mime import Parameters, Part, read_value
from balt.demo.wire import nstring, string

_ADDRESS_FIELDS = (b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc")


def envelope(part: Part) -> bytes:
    """The ENVELOPE of a message; a missing Sender or Reply-To is taken from From."""
    lists = {name: _address_list(part, name) for name in _ADDRESS_FIELDS}
    for name in (b"sender", b"reply-to"):
        if lists[name] == b"NIL":
            lists[name] = lists[b"from"]
    items = [nstring(part.get(b"date")), nstring(part.get(b"subject"))]
    items += [lists[name] for name in _ADDRESS_FIELDS]
    items += [nstring(part.get(b"in-reply-to")), nstring(part.get(b"message-id"))]
    return b"(" + b" ".join(items) + b")"


def _address_list(part: Part, name: bytes) -> bytes:
    addresses = [address for value in part.all(name) for address in parse_addresses(value)]
    return b"(" + b"".join(map(_address, addresses)) + b")" if addresses else b"NIL"


def _address(address: Address) -> bytes:
    return b"(%b NIL %b %b)" % (nstring(address.name), nstring(address.mailbox), nstring(address.host))


def body_structure(part: Part, outline: Outline, extended: bool = True) -> bytes:
    """BODYSTRUCTURE, or BODY (without extension data) when not ``extended``."""
    if part.is_multipart:
        # A multipart without any part is shown with an empty one: the grammar asks for at least one.
        children = part.children or [Part(part.body_end, part.body_end, part.body_end, [])]
        shown = b"".join(body_structure(child, outline, extended) for child in children)
        items = [shown, string(part.subtype)]
        if extended:
            items += [_parameters(part.parameters), *_extension(part)]
        return b"(" + b" ".join(items) + b")"
    items = [
        string(part.type),
        string(part.subtype),
        _parameters(_with_charset(part)),
        nstring(part.get(b"content-id")),
        nstring(part.get(b"content-description")),
        string((part.get(b"content-transfer-encoding") or b"7bit").strip()),
        b"%d" % (outline.end(part.body_end) - outline.start(part.body_start)),
    ]
    if part.is_message:
        items += [envelope(part.children[0]), body_structure(part.children[0], outline, extended)]
    if part.is_message or part.type == b"text":
        items.append(b"%d" % part.lines)
    if extended:
        items += [nstring(part.get(b"content-md5")), *_extension(part)]
    return b"(" + b" ".join(items) + b")"


def _extension(part: Part) -> list[bytes]:
    disposition, languages = part.get(b"content-disposition"), part.get(b"content-language")
    shown = b"NIL"
    if disposition is not None:
        kind, parameters = read_value(disposition)
        shown = b"(%b %b)" % (string(kind), _parameters(parameters))
    tongues = [string(tag.strip()) for tag in (languages or b"").split(b",") if tag.strip()]
    spoken = b"(" + b" ".join(tongues) + b")" if len(tongues) > 1 else tongues[0] if tongues else b"NIL"
    return [shown, spoken, nstring(part.get(b"content-location"))]


def _with_charset(part: Part) -> Parameters:
    """The parameters of a part; a text without charset is in US-ASCII (RFC 2046 section 4.1.2)."""
    if part.type == b"text" and not any(name.startswith(b"charset") for name, _ in part.parameters):
        return [*part.parameters, (b"charset", b"us-ascii")]
    return part.parameters


def _parameters(parameters: Parameters) -> bytes:
    if not parameters:
        return b"NIL"
    return b"(" + b" ".join(string(name) + b" " + string(value) for name, value in parameters) + b")"
