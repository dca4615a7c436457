"""What the HTML of a signature may hold: a few tags and attributes, nothing that runs or fetches.

Everything that is not named here is refused, so that what is not thought of is refused too.
"""

import html
import re

_TAGS = (
    *("a", "b", "br", "div", "em", "hr", "i", "li", "ol", "p", "small", "span", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
)
_ATTRIBUTES = (
    *("align", "bgcolor", "border", "cellpadding", "cellspacing", "colspan", "dir", "height", "lang"),
    *("role", "rowspan", "title", "valign", "width"),
)
_TAG = re.compile(
    r"</[A-Za-z]+[ \t]*>|<([A-Za-z]+)((?:[ \t]+[A-Za-z]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*)[ \t]*/?>",
)
_ATTRIBUTE = re.compile(r"([A-Za-z]+)=(?:\"([^\"]*)\"|'([^']*)')")
_LINK = re.compile(r"(?:mailto:|https://)[^\s\\]*", re.I)
_UNSAFE_STYLE = re.compile(r"[\\(@{}<>]|/\*")
"""A function may fetch (url, image-set), a backslash hides one, a field would be foreign text in it."""


def is_harmless(line: str) -> bool:
    """Whether every tag of a line is a known one, closed on that line, with known and quoted attributes: a
    line may be left out (see ``templates``), and a tag over two lines would stay open.
    """
    at = line.find("<")
    while at >= 0:
        match = _TAG.match(line, at)
        if match is None or not _is_known(match):
            return False
        at = line.find("<", match.end())
    return True


def _is_known(tag: re.Match[str]) -> bool:
    name = (tag[1] or tag[0].strip("</> \t")).lower()
    return name in _TAGS and all(
        _is_allowed(name, each[1].lower(), html.unescape(each[2] if each[2] is not None else each[3]))
        for each in _ATTRIBUTE.finditer(tag[2] or "")
    )


def _is_allowed(tag: str, attribute: str, value: str) -> bool:
    if attribute == "href":
        return tag == "a" and _LINK.fullmatch(value) is not None
    if attribute == "style":
        return not _UNSAFE_STYLE.search(value)
    return attribute in _ATTRIBUTES
