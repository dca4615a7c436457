"""What the auto-reply says: two addresses and fixed words, and never the way out of the MSSanté."""

from datetime import date

import pytest

from balt.cases.autoreply.reply import auto_reply, is_mssante
from balt.errors import UsageError

OLD, NEW = "ancienne.exemple@medecin.mssante.fr", "camille.exemple@chu-fictif.mssante.fr"
TODAY = date(2026, 11, 22)


def test_it_names_both_addresses_in_both_languages() -> None:
    reply = auto_reply(OLD, NEW, None, TODAY)
    french, english = reply.body.strip().split("\n\n")
    assert OLD in french
    assert NEW in french
    assert OLD in english
    assert NEW in english
    assert "n'est plus consultée" in french
    assert "no longer read" in english


@pytest.mark.parametrize(
    "to",
    [
        "camille.exemple@gmail.com",
        "camille.exemple@orange.fr",
        "camille.exemple@mssante.fr.example.org" + "\r\nBcc: x@y.fr",
        "camille.exemple@patient.mssante.fr",
        "x@1.patient.mssante.fr",
        "camille",
        "",
        '"quoted name"@medecin.mssante.fr',
        "a@b@medecin.mssante.fr",
        "a\x00b@medecin.mssante.fr",
        "a\nb@medecin.mssante.fr",
        "${hex:41}@medecin.mssante.fr",
        "é@medecin.mssante.fr",
        "a..b@medecin.mssante.fr",
        "a@-medecin.mssante.fr",
        "a" * 250 + "@medecin.mssante.fr",
        OLD,
        OLD.upper(),
    ],
)
def test_it_sends_nobody_elsewhere(to: str) -> None:
    with pytest.raises(UsageError):
        auto_reply(OLD, to, None, TODAY)


@pytest.mark.parametrize(
    "address",
    [NEW, "a@medecin.mssante.fr", "a@cabinet.apicrypt.org", "a@interop-mssante.apicrypt.org", "a@mssante.fr"],
)
def test_operators_of_the_mssante_are_known_by_their_domain(address: str) -> None:
    assert is_mssante(address)


def test_it_cannot_be_over_before_it_begins() -> None:
    assert auto_reply(OLD, NEW, TODAY, TODAY).until == TODAY
    with pytest.raises(UsageError, match="passée"):
        auto_reply(OLD, NEW, date(2026, 11, 21), TODAY)
