"""What a domain tells of an operator, and what it does not."""

import pytest

from balt.doctor.presets import preset_for


@pytest.mark.parametrize(
    ("address", "family", "access"),
    [
        ("camille.exemple@medecin.mssante.fr", "mailiz", "none"),
        ("Camille.EXEMPLE@Pharmacien.MSSante.FR", "mailiz", "none"),
        ("essai@infirmier.mssante.fr.", "mailiz", "none"),
        ("essai@interop-mssante.apicrypt.org", "apicrypt", "imap"),
        ("accueil@chu-fictif.mssante.fr", "mssante", "imap"),
        ("essai@a.b.region.mssante.fr", "mssante", "imap"),
        ("essai@exemple.fr", "other", "imap"),
        ("essai@medecin.mssante.fr.exemple.org", "other", "imap"),
        ("essai@pasmssante.fr", "other", "imap"),
        ("pas une adresse", "other", "imap"),
        ("", "other", "imap"),
    ],
)
def test_the_domain_tells_the_family_and_the_usual_access(address: str, family: str, access: str) -> None:
    preset = preset_for(address)
    assert (preset.family, preset.access, preset.refused) == (family, access, "")


@pytest.mark.parametrize("domain", ["patient.mssante.fr", "PATIENT.mssante.fr"])
def test_the_address_of_a_patient_is_refused(domain: str) -> None:
    preset = preset_for(f"199999999999999@{domain}")
    assert "l'adresse d'un patient" in preset.refused
    assert preset.hosts == ()


@pytest.mark.parametrize(
    "domain", ["medecin.mssante.fr", "apicrypt.org", "chu-fictif.mssante.fr", "exemple.fr"]
)
def test_every_server_proposed_is_a_guess_made_from_the_domain(domain: str) -> None:
    assert preset_for(f"essai@{domain}").hosts == (f"imap.{domain}", f"mail.{domain}", domain)


@pytest.mark.parametrize(
    "domain", ["", "local", "a..b", "-", "a b.fr", "é.fr", "x" * 64 + ".fr", "a." * 150 + "fr", "a.fr\n.b"]
)
def test_nothing_is_guessed_from_what_is_no_domain(domain: str) -> None:
    assert preset_for(f"essai@{domain}").hosts == ()


def test_a_protected_line_is_always_proposed_first() -> None:
    assert preset_for("essai@exemple.fr").ports == (("tls", 993), ("starttls", 143))


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("domain", ["medecin.mssante.fr", "apicrypt.org", "exemple.mssante.fr", "exemple.fr"])
def test_every_family_has_a_hint(domain: str) -> None:
    assert preset_for(f"essai@{domain}").hint
