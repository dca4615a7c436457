"""HTML becomes text: nothing of it is obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.mail.html_text import text_of_html


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Bonjour</p><p>Docteur</p>", "Bonjour\n\nDocteur"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("&eacute;t&eacute; &amp; &#233; &nbsp;x", "été & é x"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ("<SCRIPT src='http://a/b'>x</sCrIpT >y", "y"),
        ("<head><title>t</title></head>corps", "corps"),
        ("<!-- <p>caché</p> -->vu", "vu"),
        ("<!doctype html><?xml?>x", "x"),
        ('<a href="javascript:x">lien</a>', "lien"),
        ("<img src='http://a/pixel.gif'>", ""),
        ("2 < 3 et 5 > 4", "2 < 3 et 5 > 4"),
        ("<td>a</td><td>b</td>", "a b"),
        ("a\n   b", "a b"),
        ("<script>sans fin", ""),
        ("<!-- sans fin", ""),
        ("<p", ""),
        ("&lt;script&gt;", "<script>"),
        ("", ""),
    ],
)
def test_markup_falls_away_and_text_stays(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


@pytest.mark.parametrize(
    "seed", ["<", "<!--", "</", "<a ", "<script>", "<![CDATA[", "&#", "&", "<p><p", "<!", "a<b "]
)
def test_a_malformed_body_is_read_in_one_pass(seed: str) -> None:
    body = seed * (262_144 // len(seed))
    assert len(text_of_html(body)) <= len(body)


@given(st.text(max_size=200))
def test_no_text_upsets_the_reader(markup: str) -> None:
    text_of_html(markup)
