"""The filled sheets as one HTML file: nothing in it runs, and it asks for nothing from elsewhere."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from balt.i18n import _
from balt.sheets.filled.model import Filled, FilledStep, Page
from balt.sheets.states import SIGNS, state_word
from balt.text import shorten_middle

_ADDRESS = 44  # characters: a longer one would cost a second line, and the sheet its one page
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(document: Filled) -> str:
    """The whole document; every text in it is escaped."""
    return "\n".join(_document(document)) + "\n"


def _document(document: Filled) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f'<html lang="{escape(document.language)}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(document.title)}</title>"
    yield f"<style>\n{_style()}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    for page in document.pages:
        yield from _page(page, document)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _style() -> str:
    return files("balt.sheets.filled").joinpath("page.css").read_text(encoding="utf-8")


def _page(page: Page, document: Filled) -> Iterator[str]:
    sheet = page.sheet
    yield f'<article class="{escape(sheet.id)}">'
    yield "<header>"
    yield f"<h1><b>{escape(sheet.verb)}</b> <span>{escape(sheet.title.partition(' ')[2])}</span></h1>"
    yield f'<p class="count">{page.progress}<small>{escape(document.head)}</small></p>'
    yield "</header>"
    if page.address:
        yield f'<p class="who">{escape(page.address)}</p>'
    if sheet.gloss:
        yield f'<p class="gloss">{escape(sheet.gloss)}</p>'
    yield f"<h2>{escape(sheet.practice)}</h2>"
    for step in page.steps:
        yield from _step(step)
    for more in sheet.more:
        yield f'<p class="said">{escape(more)}</p>'
    if page.bals:
        yield from _table(page)
    yield from _risks(page)
    yield "<footer>"
    yield f"<p><b>{escape(sheet.questions_heading)}</b></p>"
    for question in sheet.questions:
        yield f"<p>{escape(question)}</p>"
    if document.history:
        yield f"<p>{escape(document.history)}</p>"
    yield f'<p class="tags">{escape(" ".join(sheet.hashtags))}</p>'
    yield "</footer>"
    yield "</article>"


def _step(step: FilledStep) -> Iterator[str]:
    state = escape(str(step.state))
    since = ""
    if step.since:
        since = f' <span class="since">({escape(_("depuis le %s") % step.since)})</span>'
    yield '<section class="step">'
    yield f'<div class="sign {state}" aria-hidden="true">{escape(SIGNS[step.state])}</div>'
    yield "<div>"
    yield f"<h3>{step.step.number}. {escape(step.step.title)}</h3>"
    if step.step.gloss:
        yield f'<p class="gloss">{escape(step.step.gloss)}</p>'
    yield f'<p class="word {state}">{escape(state_word(step.state))}{since}</p>'
    for sentence in step.sentences:
        yield f"<p>{escape(sentence)}</p>"
    yield f'<p class="said">{"<br>".join(map(escape, step.step.sentences))}</p>'
    yield "</div>"
    yield "</section>"


def _table(page: Page) -> Iterator[str]:
    yield "<table>"
    heads = "".join(f'<th scope="col">{step.step.number}</th>' for step in page.steps)
    yield f'<thead><tr><th scope="col">BAL</th>{heads}</tr></thead>'
    yield "<tbody>"
    for line in page.bals:
        cells = "".join(
            f'<td class="{escape(str(state))}">{escape(SIGNS[state])} {escape(state_word(state))}</td>'
            for state in line.states
        )
        yield f'<tr><th scope="row">{escape(shorten_middle(line.address, _ADDRESS))}</th>{cells}</tr>'
    yield "</tbody>"
    yield "</table>"
    if page.others:
        yield f'<p class="said">{escape(page.others)}</p>'


def _risks(page: Page) -> Iterator[str]:
    yield '<section class="risks">'
    yield f"<h2>{escape(page.sheet.risk_heading)}</h2>"
    yield "<div>"
    for risks in page.risks:
        items = "".join(f"<li>{escape(item)}</li>" for item in risks.items)
        whom = f"<p><b>{escape(risks.for_whom)}</b></p>" if risks.for_whom else ""
        yield f"<div>{whom}<ul>{items}</ul></div>"
    yield "</div>"
    yield "</section>"
