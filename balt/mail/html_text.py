"""The text of an HTML body: nothing is fetched, followed or run; scripts, styles and markup fall away.

One pass over the text, without ``html.parser``, whose time grows with the square of some malformed bodies.
"""

import html
import re

_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object"})
_BREAKS = frozenset(
    {"p", "div", "br", "tr", "table", "ul", "ol", "li", "dl", "dt", "dd", "hr", "pre", "blockquote", "body"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"}
)
_TAG_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9]{0,20})")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_MAX_TAG = 4000
_NO_CHARACTER = re.compile(r"&#[0-9]{8,}+;?")
"""A number beyond any character; ``html.unescape`` raises ValueError for one of more than 4,300 digits."""


def text_of_html(markup: str) -> str:
    """``markup`` as plain text with line breaks where blocks end; at most as long as ``markup`` itself."""
    out: list[str] = []
    position, end = 0, len(markup)
    while position < end:
        opening = markup.find("<", position)
        if opening < 0:
            opening = end
        if opening > position:
            out.append(_SPACES.sub(" ", _unescaped(markup[position:opening])))
        if opening == end:
            break
        position = _after_tag(markup, opening, out)
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _unescaped(text: str) -> str:
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


def _after_tag(markup: str, opening: int, out: list[str]) -> int:
    """The place after the tag, comment or dropped element that begins at ``opening``."""
    if markup.startswith("<!--", opening):
        close = markup.find("-->", opening + 4)
        return len(markup) if close < 0 else close + 3
    match = _TAG_NAME.match(markup, opening + 1)
    if match is None and markup[opening + 1 : opening + 2] not in ("!", "?"):
        out.append("<")
        return opening + 1
    close = markup.find(">", opening + 1, opening + _MAX_TAG)
    after = min(opening + _MAX_TAG, len(markup)) if close < 0 else close + 1
    name = match[1].lower() if match else ""
    if name in _BREAKS:
        out.append("\n")
    elif name in ("td", "th"):
        out.append(" ")
    if name in _DROPPED and markup[opening + 1] != "/" and markup[after - 2 : after] != "/>":
        return _after_element(markup, after, name)
    return after


def _after_element(markup: str, position: int, name: str) -> int:
    """The place after ``</name``; the end of the text where the element is never closed."""
    closing = re.compile(rf"</{name}\b[^>]{{0,100}}>?", re.IGNORECASE).search(markup, position)
    return closing.end() if closing else len(markup)
