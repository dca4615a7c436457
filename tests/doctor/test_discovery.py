"""The servers that a domain announces in the DNS, honest or not."""

import os
import subprocess
import sys

import dns.rcode
import pytest

from balt.doctor.discovery import Candidate, discover
from tests.doctor.dns_server import DnsServer, Mangle, Zone

ADDRESS = "camille.exemple@medecin.mssante.fr"
IMAPS, IMAP = "_imaps._tcp.medecin.mssante.fr", "_imap._tcp.medecin.mssante.fr"
HERE = "imap.medecin.mssante.fr"


def found(zone: Zone, address: str = ADDRESS) -> tuple[Candidate, ...]:
    """What is found where the DNS says ``zone``."""
    with DnsServer(zone) as server:
        return discover(address, resolver=server.resolver()).candidates


def test_a_server_of_the_domain_needs_no_confirmation() -> None:
    assert found({IMAPS: [f"0 1 993 {HERE}."]}) == (Candidate(HERE, 993, "tls", 0, 1, False),)


def test_the_domain_itself_may_be_the_server() -> None:
    assert not found({IMAPS: ["0 1 993 medecin.mssante.fr."]})[0].needs_confirmation


@pytest.mark.parametrize(
    "host",
    ["imap.operateur-fictif.fr", "xmedecin.mssante.fr", "mssante.fr", "imap.medecin.mssante.fr.exemple.org"],
)
def test_a_server_elsewhere_needs_the_agreement_of_the_user(host: str) -> None:
    candidate = found({IMAPS: [f"0 1 993 {host}."]})[0]
    assert (candidate.host, candidate.needs_confirmation) == (host, True)


def test_implicit_tls_then_priority_then_weight() -> None:
    zone = {
        IMAP: ["0 0 143 a.medecin.mssante.fr."],
        IMAPS: [
            "20 0 993 d.medecin.mssante.fr.",
            "10 5 993 c.medecin.mssante.fr.",
            "10 50 1993 b.medecin.mssante.fr.",
        ],
    }
    order = [(one.host[0], one.port, one.security) for one in found(zone)]
    assert order == [("b", 1993, "tls"), ("c", 993, "tls"), ("d", 993, "tls"), ("a", 143, "starttls")]


def test_both_services_are_asked_for_and_nothing_else() -> None:
    with DnsServer({}) as server:
        discover(ADDRESS, resolver=server.resolver())
    assert server.questions == [IMAPS, IMAP]


def test_a_single_dot_says_that_there_is_no_service() -> None:
    assert found({IMAPS: ["0 0 0 ."], IMAP: [f"0 1 143 {HERE}."]}) == (
        Candidate(HERE, 143, "starttls", 0, 1, False),
    )


@pytest.mark.parametrize(
    "record",
    [
        "0 0 0 imap.medecin.mssante.fr.",
        r"0 0 993 im\027ap.medecin.mssante.fr.",
        r"0 0 993 im\010ap.medecin.mssante.fr.",
        r"0 0 993 im\032ap.medecin.mssante.fr.",
        r"0 0 993 im\.ap.medecin.mssante.fr.",
        "0 0 993 imap.",
    ],
)
def test_what_is_no_server_is_left_out(record: str) -> None:
    assert found({IMAPS: [record]}) == ()


def test_hundreds_of_servers_are_cut_to_a_few() -> None:
    assert len(found({IMAPS: [f"{n} 0 993 h{n}.medecin.mssante.fr." for n in range(500)]})) == 8


def test_a_long_answer_is_fetched_over_tcp() -> None:
    with DnsServer({IMAPS: [f"0 1 993 {HERE}."]}, over_tcp=True) as server:
        assert discover(ADDRESS, resolver=server.resolver()).candidates[0].host == HERE


def test_a_domain_that_announces_nothing_is_told() -> None:
    with DnsServer({IMAPS: []}) as server:
        sentence = discover(ADDRESS, resolver=server.resolver()).sentence
    assert sentence == "medecin.mssante.fr n'annonce pas de serveur IMAP dans le DNS."


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.FORMERR])
def test_a_dns_that_fails_is_told(rcode: dns.rcode.Rcode) -> None:
    with DnsServer(rcode=rcode) as server:
        told = discover(ADDRESS, resolver=server.resolver(), seconds=1)
    assert (told.candidates, "pas donné de réponse utilisable" in told.sentence) == ((), True)


MANGLED: dict[str, Mangle] = {
    "silence": lambda wire: None,
    "cut": lambda wire: wire[: len(wire) // 2],
    "garbage": lambda wire: b"\xff" * 200,
    "empty": lambda wire: b"",
    "another number": lambda wire: bytes([wire[0] ^ 1]) + wire[1:],
    "a name that points to itself": lambda wire: wire.replace(
        b"\x04imap\x07medecin", b"\xc0\x0c" * 6 + b"\0"
    ),
    "followed by a lot": lambda wire: wire + b"\0" * 30_000,
}


@pytest.mark.parametrize("way", MANGLED)
def test_a_broken_answer_ends_with_nothing_used(way: str) -> None:
    zone = {IMAPS: [f"0 1 993 {HERE}."], IMAP: [f"0 1 143 {HERE}."]}
    with DnsServer(zone, mangle=MANGLED[way]) as server:
        told = discover(ADDRESS, resolver=server.resolver(), seconds=0.5)
    assert (told.candidates, bool(told.sentence)) == ((), True)


def test_names_that_lead_to_each_other_end() -> None:
    assert found({IMAPS: [f"{IMAP}."], IMAP: [f"{IMAPS}."]}) == ()


@pytest.mark.parametrize(
    "address",
    ["", "essai", "essai@", "essai@local", "a@b c.fr", "a@-\n.fr", "a@" + "x" * 64 + ".fr", "a@a..fr"],
)
def test_what_is_no_domain_is_not_asked_for(address: str) -> None:
    with DnsServer() as server:
        told = discover(address, resolver=server.resolver())
    assert (told.candidates, server.questions) == ((), [])
    assert "n'est pas un nom de domaine" in told.sentence


def test_a_domain_with_accents_is_asked_for_in_its_ascii_form() -> None:
    with DnsServer() as server:
        discover("essai@santé-fictive.fr", resolver=server.resolver())
    assert server.questions[0] == "_imaps._tcp.xn--sant-fictive-eeb.fr"


def test_no_name_server_at_all_is_an_answer_like_another() -> None:
    with DnsServer() as server:
        resolver = server.resolver()
    resolver.nameservers = []
    assert discover(ADDRESS, resolver=resolver, seconds=0.5).candidates == ()


def test_importing_it_does_not_import_the_library() -> None:
    program = "import sys, balt.doctor.discovery; print('dns' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "False"
