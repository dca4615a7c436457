"""The HTML of a signature: what is let through, what is refused."""

import pytest

from balt.publish.fields import LANGUAGES, Language
from balt.publish.markup import is_harmless
from balt.publish.templates import built_in


@pytest.mark.parametrize(
    "line",
    [
        '<td background="http://x.example/a.png">',
        '<img srcset="https://x.example/a.png">',
        "<a/onclick=alert(1)>",
        '<a onclick="x">',
        '<a href="jav&#97;script:alert(1)">',
        '<a href="http://x.example">',
        r'<p style="background:u\72l(//x.example)">',
        '<p style="background:url&#40;//x.example)">',
        '<p style="background:image-set(//x.example)">',
        '<p style="{name}">',
        "<math>",
        "<a href={name}>",
        '<a href="{name}">',
        "<{name}>",
        "<!-- {name} -->",
        "<p",
        '<p title="{name}',
    ],
)
def test_what_runs_fetches_or_is_not_known_is_refused(line: str) -> None:
    assert not is_harmless(line)


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color:#333;margin:0">{name}<br/></p>',
        "<a href='https://annuaire.example/{address_url}' title=\"{name}\">{name}</a>",
    ],
)
def test_what_a_signature_needs_is_let_through(line: str) -> None:
    assert is_harmless(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_balts_own_signature_is_let_through(language: Language) -> None:
    assert all(is_harmless(line) for line in built_in("signature_html", language).text.splitlines())
