"""What the auto-reply says: two addresses and fixed words, and never the way out of the MSSanté."""

from datetime import date

import pytest

from balt.cases.autoreply.reply import SUBJECT, auto_reply, is_mssante
from balt.directory.trust import TrustSpace
from balt.directory.white_list import WhiteList
from balt.errors import UsageError

OLD, NEW = "ancienne.exemple@medecin.mssante.fr", "camille.exemple@chu-fictif.mssante.fr"
TODAY = date(2026, 11, 22)


def test_it_names_both_addresses_in_both_languages() -> None:
    reply = auto_reply(OLD, NEW, None, TODAY, unread=True)
    french, english = reply.body.strip().split("\n\n")
    assert OLD in french
    assert NEW in french
    assert OLD in english
    assert NEW in english
    assert "n'est plus consultée" in french
    assert "no longer read" in english


def test_of_one_that_is_read_or_may_be_it_says_only_that_another_replaces_it() -> None:
    reply = auto_reply(OLD, NEW, None, TODAY)
    french, english = reply.body.strip().split("\n\n")
    assert all(address in text for address in (OLD, NEW) for text in (french, english))
    assert "est remplacée par une autre" in french
    assert "has been replaced" in english
    for word in ("consultée", "traité", "no longer read", "dealt with"):
        assert word not in f"{SUBJECT}\n{reply.body}"


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
    [
        NEW,
        "a@medecin.mssante.fr",
        "A@MEDECIN.MSSANTE.FR",
        "a@x.y.mssante.fr",
        "a@interop-mssante.apicrypt.org",
    ],
)
def test_operators_of_the_mssante_are_known_by_their_domain(address: str) -> None:
    assert is_mssante(address)
    assert auto_reply(OLD, address, None, TODAY).replacement == address


LOOK_ALIKES = (
    "a@mssante.evil.com",
    "a@mssante.fr.evil.com",
    "a@medecin.mssante.fr.evil.com",
    "a@evil-mssante.fr",
    "a@evilmssante.fr",
    "a@mssante.fr",
    "a@medecin.mssante.fr.",
    "a@medecin..mssante.fr",
    "a@.mssante.fr",
    "a@-.mssante.fr",
    "a@medecin.mssante.frr",
    "a@medecin.mssante.com",
    "a@medecin.mssante.fr:25",
    "a@medecin.mssante.fr evil.com",
    "a@medecin.mssante.fr\nevil.com",
    "a@medecin.mssante.fr\x00.evil.com",
    "a@medecin.mss\u0430nte.fr",  # a Cyrillic letter
    "a@\uff4dedecin.mssante.fr",  # a wide one, that IDNA would make the plain one
    "a@medecin.mssante\u3002fr",  # a full stop of another script
    "a@medecin.mssanté.fr",
    "a@xn--mssant-gva.fr",
    "a@medecin.mssante.fr@evil.com",
    "a@apicrypt.org",
    "a@cabinet.apicrypt.org",
    "a@interop-mssante.apicrypt.org.evil.com",
    "a@evil-interop-mssante.apicrypt.org",
    "a@patient.mssante.fr",
    "a@PATIENT.mssante.fr",
    "a@1.patient.mssante.fr",
    "a@evil.com",
    "a@",
    "",
)


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_a_domain_that_only_looks_like_the_mssante_is_anybodys(address: str) -> None:
    assert not is_mssante(address)
    with pytest.raises(UsageError):
        auto_reply(OLD, address, None, TODAY)


def test_the_white_list_names_domains_that_no_name_tells() -> None:
    trust = TrustSpace(WhiteList(frozenset({"mss.chu-fictif.fr", "patient.mssante.fr"})), None)
    assert is_mssante("a@mss.chu-fictif.fr", trust)
    assert auto_reply(OLD, "a@mss.chu-fictif.fr", None, TODAY, trust).replacement == "a@mss.chu-fictif.fr"
    assert not is_mssante("a@mss.chu-fictif.fr")
    assert not is_mssante("a@evil.mss.chu-fictif.fr", trust)
    assert not is_mssante("a@patient.mssante.fr", trust)
    assert is_mssante("a@recent.mssante.fr", trust)  # a list may be old: that is warned of, not refused


def test_it_does_not_say_that_the_bal_has_left_the_directory() -> None:
    body = auto_reply(OLD, NEW, None, TODAY).body
    assert "ne doit plus être utilisée" in body
    assert "must no longer be used" in body
    assert "publi" not in body


def test_it_cannot_be_over_before_it_begins() -> None:
    assert auto_reply(OLD, NEW, TODAY, TODAY).until == TODAY
    with pytest.raises(UsageError, match="passée"):
        auto_reply(OLD, NEW, date(2026, 11, 21), TODAY)
