"""``[[provider]]``: whom to write to about the BAL of a domain."""

from pathlib import Path

import pytest

from balt.config import Contact, ContactKind, parse_config
from balt.errors import ConfigError

FULL = """
[[provider]]
domains = ["CH-fictif.mssante.fr", "@autre.mssante.fr"]
kind = "dsi"
name = "DSI du CH fictif"
email = "bal@ch-fictif.mssante.fr"
phone = "01 99 00 00 00"
url = "https://ch-fictif.example"
[[provider]]
domains = ["medecin.mssante.fr"]
"""


def test_each_contact_is_read_with_what_is_given_of_it() -> None:
    first, second = parse_config(FULL, Path("config.toml")).providers
    assert first == Contact(
        ("ch-fictif.mssante.fr", "autre.mssante.fr"),
        ContactKind.DSI,
        "DSI du CH fictif",
        "bal@ch-fictif.mssante.fr",
        "01 99 00 00 00",
        "https://ch-fictif.example",
    )
    assert second == Contact(("medecin.mssante.fr",))


def test_no_contact_is_invented() -> None:
    assert parse_config("", Path("config.toml")).providers == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[provider]\ndomains = ["a.fr"]', "[[provider]]"),
        ("[[provider]]\nkind = 'dsi'", "domains"),
        ('[[provider]]\ndomains = ["pas un domaine"]', "domains"),
        ('[[provider]]\ndomains = ["a.fr"]\nkind = "mairie"', "operator"),
        ('[[provider]]\ndomains = ["a.fr"]\nemail = "x@a.fr\\" <b@c.fr>"', "email"),
        ('[[provider]]\ndomains = ["a.fr"]\nmail = "x@a.fr"', "email"),
    ],
)
def test_a_contact_that_cannot_be_used_is_an_error_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=r"ligne \d") as raised:
        parse_config(text, Path("config.toml"))
    assert told in str(raised.value)
