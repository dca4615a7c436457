"""Answers of the Annuaire Santé as it writes them, made of invented people: builders for the tests."""

from typing import Any

IG = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/"
CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
NOS = "https://mos.esante.gouv.fr/NOS/"
RPPS = "https://rpps.esante.gouv.fr"
FINESS = "https://finess.esante.gouv.fr"

CAMILLE, NOA, ZOE, LOU = "10999990012", "10999990020", "10999990038", "10999990046"
HOSPITAL, LEGAL = "990000028", "990000010"

Json = dict[str, Any]


def nos(name: str) -> str:
    """The system of a nomenclature, as ``TRE_R23-ModeExercice`` names it."""
    return f"{NOS}{name}/FHIR/{name.replace('_', '-')}"


def concept(name: str, code: str) -> Json:
    return {"coding": [{"system": nos(name), "code": code}]}


def mss(address: str, kind: str | None = "PER", rank: int | None = None, **facts: Any) -> Json:
    """A BAL; ``facts`` are members of its metadata (service, description, digitization…)."""
    metadata: list[Json] = []
    if kind:
        metadata.append({"url": "type", "valueCodeableConcept": concept("TRE_R257-TypeBAL", kind)})
    for name, value in facts.items():
        metadata.append({"url": name, "valueBoolean" if isinstance(value, bool) else "valueString": value})
    point: Json = {
        "extension": [
            email_type("MSSANTE"),
            {"url": IG + "as-ext-mailbox-mss-metadata", "extension": metadata},
        ],
        "system": "email",
        "value": address,
    }
    return point if rank is None else point | {"rank": rank}


def email_type(code: str) -> Json:
    system = nos("TRE_R256-TypeMessagerie")
    return {"url": CORE + "fr-core-contact-point-email-type", "valueCoding": {"system": system, "code": code}}


def trace(day: str, system: str = "RPPS") -> Json:
    """The ``meta`` of a resource whose last business change was on ``day``."""
    parts = [
        {"url": "autorite-enregistrement", "valueCodeableConcept": concept("TRE_R60-Autorite", "01")},
        {"url": "systeme-information", "valueCode": system},
        {"url": "date-maj-ae", "valueDate": day},
    ]
    return {
        "extension": [{"url": IG + "as-ext-data-trace", "extension": parts}],
        "versionId": "3",
        "lastUpdated": "2026-11-19T03:55:31.777+01:00",
        "source": "https://annuaire.sante.fr",
    }


def identifier(kind: str, system: str, value: str) -> Json:
    coding = [{"system": TYPES, "code": kind}]
    return {"use": "official", "type": {"coding": coding}, "system": system, "value": value}


def practitioner(
    rpps: str,
    family: str = "EXEMPLE",
    given: str = "Camille",
    *,
    prefix: str = "MME",
    suffix: str = "DR",
    profession: str = "10",
    speciality: str = "",
    telecom: list[Json] | None = None,
    **members: Any,
) -> Json:
    """A Practitioner; its technical id is ``person-`` and the number. ``members`` replace whole members."""
    qualification = [
        {"code": {"coding": [{"system": nos("TRE_G15-ProfessionSante"), "code": profession},
                             {"system": nos("TRE_R09-CategorieProfessionnelle"), "code": "C"}]}},
    ]  # fmt: skip
    if speciality:
        qualification.append({"code": concept("TRE_R38-SpecialiteOrdinale", speciality)})
    name = {"use": "usual", "text": f"{prefix} {given} {family} {suffix}", "family": family}
    resource = {
        "resourceType": "Practitioner",
        "id": f"person-{rpps}",
        "meta": trace("2026-10-02"),
        "language": "fr",
        "identifier": [
            identifier("IDNPS", "urn:oid:1.2.250.1.71.4.2.1", "8" + rpps),
            identifier("RPPS", RPPS, rpps),
        ],
        "active": True,
        "name": [name | {"given": [given], "prefix": [prefix], "suffix": [suffix]}],
        "qualification": qualification,
    }
    if telecom is not None:
        resource["telecom"] = telecom
    return resource | members


def role(
    number: str,
    rpps: str,
    structure: str = "",
    *,
    mode: str = "S",
    function: str = "FON-AU",
    telecom: list[Json] | None = None,
    **members: Any,
) -> Json:
    """A PractitionerRole; ``structure`` is the technical id of an Organization, ``number`` its own."""
    resource: Json = {
        "resourceType": "PractitionerRole",
        "id": f"role-{number}",
        "meta": trace("2026-09-14"),
        "identifier": [{"system": RPPS, "value": number}],
        "active": True,
        "practitioner": {"reference": f"Practitioner/person-{rpps}"},
        "code": [
            concept("TRE_R22-GenreActivite", "GENR01"),
            concept("TRE_R23-ModeExercice", mode),
            concept("TRE_R21-Fonction", function),
        ],
    }
    if structure:
        resource["organization"] = {"reference": f"Organization/{structure}"}
    if telecom is not None:
        resource["telecom"] = telecom
    return resource | members


def organization(
    number: str = "site-nord",
    name: str = "CH FICTIF DE VALBRUME - SITE NORD",
    finess: str = HOSPITAL,
    *,
    telecom: list[Json] | None = None,
    **members: Any,
) -> Json:
    """An Organization at Valbrume, known by FINESS; without one, a practice known by its RPPS rank."""
    ids = (
        [identifier("IDNST", "urn:oid:1.2.250.1.71.4.2.2", "1" + finess),
         identifier("FINEG", FINESS, finess)]
        if finess
        else [identifier("RPPSRG", "https://rppsrang.esante.gouv.fr", "10999990012001"),
              identifier("IDNST", "urn:oid:1.2.250.1.71.4.2.2", "410999990012001")]
    )  # fmt: skip
    resource = {
        "resourceType": "Organization",
        "id": number,
        "meta": trace("2026-08-01", "FINESS"),
        "identifier": ids,
        "active": True,
        "type": [{"coding": [{"system": TYPES, "code": "GEOGRAPHICAL-ENTITY"}]}],
        "name": name,
        "address": [{"line": ["1 R DE L EXEMPLE"], "city": "VALBRUME", "postalCode": "99100"}],
    }
    if telecom is not None:
        resource["telecom"] = telecom
    return resource | members


def bundle(*resources: Any, next_url: object = None, total: int | None = None) -> Json:
    """A page of results; entries have no ``search.mode``, as with the real API."""
    links: list[Json] = [] if next_url is None else [{"relation": "next", "url": next_url}]
    links.append({"relation": "self", "url": "https://gateway.api.esante.gouv.fr/fhir/v2/Practitioner"})
    entries = [{"fullUrl": "https://gateway.api.esante.gouv.fr/x", "resource": each} for each in resources]
    page: Json = {"resourceType": "Bundle", "type": "searchset", "id": "387c9b7f"}
    if total is not None:
        page["total"] = total
    return page | {"entry": entries, "link": links}


def outcome(diagnostics: str = "", details: str = "") -> Json:
    issue: Json = {"severity": "error", "code": "exception"}
    if diagnostics:
        issue["diagnostics"] = diagnostics
    if details:
        issue["details"] = {"text": details}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


EXPIRED = outcome("The url can't be processed. Maybe it is too old or corrupted.")


def camille() -> Json:
    """One person with three BAL of her own: two PER, one of them at Apicrypt, and one CAB."""
    return practitioner(
        CAMILLE,
        speciality="SM04",
        telecom=[
            mss("camille.exemple@medecin.fictif.mssante.fr"),
            mss("camille.exemple@interop-mssante.apicrypt.org"),
            mss(
                "cabinet.exemple@fictif.mssante.fr",
                "CAB",
                description="Secrétariat du cabinet",
                digitization=True,
            ),
        ],
    )


def at_hospital() -> Json:
    """Her salaried role, with a BAL there."""
    box = mss("camille.exemple@ch-fictif.mssante.fr", service="Cardiologie")
    return role("1099000011", CAMILLE, "site-nord", mode="S", telecom=[box])


def at_practice() -> Json:
    return role("1099000012", CAMILLE, "cabinet", mode="L", function="FON-01")


def closed_role() -> Json:
    """What is left of a role that has ended."""
    return {
        "resourceType": "PractitionerRole",
        "id": "role-1099000013",
        "meta": trace("2026-10-02"),
        "identifier": [{"system": RPPS, "value": "1099000013"}],
        "active": False,
        "practitioner": {"reference": f"Practitioner/person-{CAMILLE}"},
    }


def hospital() -> Json:
    """A hospital: two services, an application, an ordinary address and a telephone."""
    return organization(
        telecom=[
            {"system": "phone", "value": "0199000001", "rank": 1},
            {"system": "email", "value": "accueil@ch-valbrume.example"},
            mss(
                "secretariat.cardiologie@ch-fictif.mssante.fr",
                "ORG",
                1,
                description="Secrétariat de cardiologie",
                service="Cardiologie",
                digitization=True,
                responsible="Dominique FICTIF",
                phone="0199000002",
            ),
            mss("cardio.ancien@ch-fictif.mssante.fr", "ORG", description="NE PLUS UTILISER"),
            mss("dpi.integration@ch-fictif.mssante.fr", "APP", description="Intégration automatique"),
        ],
        partOf={"reference": "Organization/legal"},
    )


def practice() -> Json:
    return organization("cabinet", "CABINET DU DR EXEMPLE", "")


def legal_entity() -> Json:
    ids = [identifier("FINEJ", FINESS, LEGAL)]
    box = mss("direction@ch-fictif.mssante.fr", "ORG")
    return organization("legal", "CH FICTIF DE VALBRUME", identifier=ids, telecom=[box])
