"""The filled sheets as Markdown (CommonMark, with tables as GitHub reads them)."""

import re
from collections.abc import Iterator

from balt.i18n import _
from balt.sheets.filled.model import Filled, FilledStep, Page
from balt.sheets.states import SIGNS, state_word

_MEANT = re.compile(r"[\\`*_\[\]<>|~#&!]|(?<=:)//|(?<=www)\.", re.I)
"""What Markdown or HTML would read as its own, and what would make a link of a bare word."""


def as_markdown(document: Filled) -> str:
    """The whole document."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Filled) -> Iterator[str]:
    yield f"# {_text(document.title)}"
    yield ""
    yield _text(document.head)
    if document.history:
        yield ""
        yield _text(document.history)
    for page in document.pages:
        yield ""
        yield "---"
        yield ""
        yield from _page(page)


def _page(page: Page) -> Iterator[str]:
    sheet = page.sheet
    yield f"## {_text(sheet.verb)} {_text(sheet.subject)} · {page.progress}"
    yield ""
    if sheet.gloss:
        yield f"*{_text(sheet.gloss)}*"
        yield ""
    if page.address:
        yield f"**{_text(page.address)}**"
        yield ""
    yield f"### {_text(sheet.practice)}"
    for step in page.steps:
        yield from _step(step)
    for more in sheet.more:
        yield ""
        yield _text(more)
    if page.bals:
        yield from _table(page)
    yield ""
    yield f"### {_text(sheet.risk_heading)}"
    for risks in page.risks:
        yield ""
        if risks.for_whom:
            yield _text(risks.for_whom)
            yield ""
        for item in risks.items:
            yield f"- {_text(item)}"
    yield ""
    yield f"### {_text(sheet.questions_heading)}"
    yield ""
    for question in sheet.questions:
        yield f"- {_text(question)}"
    yield ""
    yield _text(" ".join(sheet.hashtags))


def _step(step: FilledStep) -> Iterator[str]:
    yield ""
    yield f"#### {step.step.number}. {_text(step.step.title)}"
    yield ""
    if step.step.gloss:
        yield f"*{_text(step.step.gloss)}*"
        yield ""
    since = f" ({_text(_('depuis le %s') % step.since)})" if step.since else ""
    yield f"**{_text(SIGNS[step.state])} {_text(state_word(step.state))}**{since}"
    yield ""
    for sentence in step.sentences:
        yield f"- {_text(sentence)}"
    for sentence in step.step.sentences:
        yield ""
        yield f"> {_text(sentence)}"


def _table(page: Page) -> Iterator[str]:
    yield ""
    yield "| BAL | " + " | ".join(str(step.step.number) for step in page.steps) + " |"
    yield "|---" * (len(page.steps) + 1) + "|"
    for line in page.bals:
        cells = [f"{SIGNS[state]} {_text(state_word(state))}" for state in line.states]
        yield f"| {_text(line.address)} | " + " | ".join(cells) + " |"
    if page.others:
        yield ""
        yield _text(page.others)


def _text(text: str) -> str:
    """A text that Markdown reads as nothing else."""
    return _MEANT.sub(lambda match: "\\" + match[0] if match[0] != "//" else "\\/\\/", text)
