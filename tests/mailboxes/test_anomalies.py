"""The rules over what the directory says: each finds its anomaly, and leaves alone what is only near it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin, Professional
from balt.directory.trust import TrustSpace
from balt.directory.white_list import WhiteList
from balt.mailboxes.anomalies.model import Scene
from balt.mailboxes.anomalies.own import namesakes_nearby, remarks
from balt.mailboxes.anomalies.table import RULES, Anomaly, anomalies
from balt.mailboxes.join import join
from balt.mailboxes.model import Mailbox
from balt.mailboxes.sightings import Sighting, Sightings
from balt.mailboxes.situation_file import BookView
from tests.mailboxes.directory_cases import (
    API,
    CAMILLE,
    CH,
    EXTRACTION,
    FILE_DAY,
    HOSPITAL,
    LILAS,
    NOW,
    OFFICE,
    OTHER_RPPS,
    RPPS,
    api,
    entry,
    extraction,
    settings,
    view,
)

BOTH = frozenset((RPPS, OTHER_RPPS))
SECOND, THIRD = "camille.exemple@ancien-reseau.mssante.fr", "c.exemple@reseau.mssante.fr"
MARRIED = "camille.modele@medecin.mssante.fr"
LISTED = TrustSpace(WhiteList(frozenset(("medecin.mssante.fr",))), NOW)


def scene(*answers: DirectoryAnswer, **more: Any) -> Scene:
    return Scene(NOW, answers, **more)


def at_hospital(**more: Any) -> DirectoryEntry:
    """A BAL of the extraction, tied to the hospital."""
    return entry(HOSPITAL, EXTRACTION, **{"structure": "CH fictif", "finess": "990000028", **more})


def org(address: str = OFFICE, **more: Any) -> DirectoryEntry:
    nobody = {"kind": BalKind.ORG, "family": "", "given": "", "rpps": ""}
    return entry(address, **{**nobody, "structure": "Cabinet des Lilas", **more})


def described(text: str) -> Scene:
    return scene(api(org(description=text)))


def in_service(text: str) -> Scene:
    return scene(extraction(org(origin=EXTRACTION, service=text)))


def asked(*entries: DirectoryEntry, file: bool = False) -> Scene:
    """Both sources were asked about every address; one of them alone names these."""
    keys = frozenset(each.key for each in entries)
    answer = api(*entries) if file else extraction(*entries)
    other = extraction() if file else api()
    return scene(answer, other, asked={API: keys, EXTRACTION: keys})


def sighted(published: bool, *, seen_before: bool = True, days: int = 0) -> Scene:
    since = FILE_DAY - timedelta(days=days)
    before = since - timedelta(days=1) if seen_before else None
    return scene(sightings=Sightings(FILE_DAY, RPPS, (Sighting(CAMILLE, published, since, before),)))


def namesake(rpps: str, given: str = "CAMILLE") -> Professional:
    return Professional(rpps, "Exemple", given, profession="Infirmier", towns=("Essai-Ville",))


def closed_for_structure(**more: Any) -> Scene:
    return Scene(NOW, (extraction(at_hospital()), api(**more)), structures=frozenset(("990000028",)))


CASES: list[tuple[str, Scene, Scene]] = [
    # The extraction ties the BAL to the hospital: the API knows Camille at the Lilas only; there too.
    (
        "role-gone",
        scene(extraction(at_hospital()), api(situations=(LILAS,)), people=BOTH),
        scene(extraction(at_hospital()), api(situations=(LILAS, CH)), people=BOTH),
    ),
    # The same, where the API says no number: the name of the structure decides.
    (
        "role-gone",
        scene(extraction(at_hospital(structure="CH autre")), api(situations=(LILAS,)), people=BOTH),
        scene(extraction(at_hospital()), api(situations=(replace(CH, finess=""),)), people=BOTH),
    ),
    # A role that is closed; one that nobody asked the API about.
    (
        "role-gone",
        scene(api(entry(HOSPITAL, situation=CH.id), situations=(replace(CH, active=False),))),
        scene(extraction(at_hospital()), api(situations=(LILAS,))),
    ),
    # The role that carries it is nowhere any more: the structure decides, under whatever role.
    (
        "role-gone",
        scene(api(at_hospital(situation="0-former"), situations=(LILAS,)), people=BOTH),
        scene(api(at_hospital(situation="0-former"), situations=(LILAS, CH)), people=BOTH),
    ),
    # Where nothing tells at which structure that was, no active role at all shows it; and nobody was asked.
    (
        "role-gone",
        scene(api(entry(HOSPITAL, situation="0-former")), people=BOTH),
        scene(api(entry(HOSPITAL, situation="0-former"), situations=(LILAS,)), people=BOTH),
    ),
    (
        "role-gone",
        scene(api(entry(HOSPITAL, situation="0-former")), people=BOTH),
        scene(api(entry(HOSPITAL, situation="0-former"))),
    ),
    # A closed role without an identifier is not that of an entry without one.
    (
        "role-gone",
        scene(api(at_hospital(situation="2-ch"), situations=(replace(CH, active=False),))),
        scene(api(at_hospital(situation=""), situations=(replace(CH, id="", active=False),))),
    ),
    # A role of which the API gives no place may be the one; so may one that shares no kind of name with it.
    (
        "role-gone",
        scene(extraction(at_hospital()), api(situations=(LILAS,)), people=BOTH),
        scene(
            extraction(at_hospital()), api(situations=(replace(CH, finess="", structure=""),)), people=BOTH
        ),
    ),
    (
        "role-gone",
        scene(extraction(at_hospital(finess="")), api(situations=(LILAS,)), people=BOTH),
        scene(
            extraction(at_hospital(finess="")), api(situations=(replace(LILAS, structure=""),)), people=BOTH
        ),
    ),
    # The whole structure was asked for: Camille is not there; Camille is at another site of it.
    (
        "role-gone",
        closed_for_structure(),
        closed_for_structure(situations=(replace(CH, finess="990000036"),)),
    ),
    # Only a PER can lose its holder's role.
    (
        "role-gone",
        scene(extraction(at_hospital()), api(), people=BOTH),
        scene(extraction(at_hospital(kind=BalKind.CAB)), api(), people=BOTH),
    ),
    (
        "no-role",
        scene(api(entry(), situations=(replace(LILAS, active=False),)), people=BOTH),
        scene(api(entry(), situations=(replace(LILAS, active=False), CH)), people=BOTH),
    ),
    ("no-role", scene(api(entry()), people=BOTH), scene(api(entry()))),
    (
        "many-mailboxes",
        scene(api(entry(), entry(SECOND)), extraction(entry(THIRD, EXTRACTION))),
        scene(api(entry(), entry(SECOND)), extraction(entry(CAMILLE.upper(), EXTRACTION))),
    ),
    (
        "many-mailboxes",
        scene(api(entry(), entry(SECOND), entry(THIRD, kind=BalKind.UNKNOWN))),
        scene(api(entry(), entry(SECOND), entry(THIRD, kind=BalKind.CAB))),
    ),
    (
        "same-domain",
        scene(api(entry(), entry(MARRIED))),
        scene(api(entry(), entry(SECOND), entry(MARRIED, rpps=OTHER_RPPS))),
    ),
    (
        "same-domain",
        scene(api(entry(), entry(MARRIED))),
        scene(api(entry(), entry(MARRIED, kind=BalKind.CAB))),
    ),
    ("no-service", scene(api(org())), scene(api(org(service="Secrétariat")))),
    # The extraction has no description: the API's counts. A person's BAL needs none.
    (
        "no-service",
        scene(extraction(org(origin=EXTRACTION)), api(org())),
        scene(extraction(org(origin=EXTRACTION)), api(org(description="Accueil"))),
    ),
    ("no-service", scene(api(org())), scene(api(entry()))),
    ("doubtful-words", described("NE PLUS UTILISER"), described("À utiliser")),
    ("doubtful-words", described("BAL de test"), described("Contestation, tests allergiques")),
    ("doubtful-words", described("BAL_TEST1"), described("Médecine du sport, test d'effort")),
    ("doubtful-words", in_service("ancien_cardio"), in_service("Test respiratoire")),
    ("doubtful-words", described("N’est plus utilisée"), described("N'est plus à présenter")),
    ("doubtful-words", described("Tests"), described("Tests de dépistage")),
    ("doubtful-words", in_service("Cardiologie (ancien site)"), in_service("Foyer des anciens combattants")),
    ("doubtful-words", in_service("Service FERMÉ"), in_service("EHPAD de la Ferme, fermeté")),
    ("doubtful-words", described("Anciennes  archives"), described("Ancienneté et paie")),
    (
        "untrusted-domain",
        scene(api(entry(SECOND)), trust=LISTED),
        scene(api(entry()), trust=LISTED),
    ),
    ("untrusted-domain", scene(api(entry(SECOND)), trust=LISTED), scene(api(entry(SECOND)))),
    (
        "only-in-extraction",
        asked(entry(CAMILLE, EXTRACTION)),
        replace(asked(entry(CAMILLE, EXTRACTION)), asked={}),
    ),
    # In a red list, the API does name it.
    (
        "only-in-extraction",
        asked(entry(CAMILLE, EXTRACTION)),
        scene(
            api(entry(red_list=True)),
            extraction(entry(CAMILLE, EXTRACTION)),
            asked={API: frozenset((CAMILLE,))},
        ),
    ),
    # The extraction holds neither APP nor CAB.
    ("only-in-api", asked(entry(), file=True), asked(org(kind=BalKind.APP), file=True)),
    # A practice shares its BAL; what one source calls personal is not shared.
    (
        "several-holders",
        scene(api(entry(kind=BalKind.CAB), entry(rpps=OTHER_RPPS))),
        scene(api(entry(kind=BalKind.CAB), entry(kind=BalKind.CAB, rpps=OTHER_RPPS))),
    ),
    (
        "several-holders",
        scene(api(entry()), extraction(entry(CAMILLE, EXTRACTION, rpps=OTHER_RPPS))),
        scene(api(entry()), extraction(entry(CAMILLE, EXTRACTION, rpps=""))),
    ),
    (
        "several-rows",
        scene(extraction(at_hospital(), at_hospital(structure="EHPAD", finess="990000044"))),
        scene(extraction(at_hospital()), api(entry(HOSPITAL))),
    ),
    (
        "several-rows",
        scene(extraction(at_hospital(), at_hospital(speciality="Cardiologie"))),
        scene(api(entry(HOSPITAL), entry(HOSPITAL, finess="990000028"))),
    ),
    (
        "homonyms",
        scene(api(entry(), professionals=(namesake(RPPS), namesake(OTHER_RPPS)))),
        scene(api(entry(), professionals=(namesake(RPPS), namesake(OTHER_RPPS, "Camilla")))),
    ),
    (
        "homonyms",
        scene(api(entry(), professionals=(namesake(RPPS, "Anne-Marie"), namesake(OTHER_RPPS, "ANNE MARIE")))),
        scene(api(entry(), professionals=(namesake(RPPS, "Anne-Marie"), namesake(OTHER_RPPS, "Annemarie")))),
    ),
    # Looked for besides; one person whom both sources name.
    (
        "homonyms",
        scene(api(entry(), professionals=(namesake(RPPS),)), alike=(namesake(OTHER_RPPS, "Camillé"),)),
        scene(api(entry(), professionals=(namesake(RPPS),)), alike=(namesake(RPPS),)),
    ),
    # Nobody of that name has a BAL here.
    (
        "homonyms",
        scene(api(entry(), professionals=(namesake(RPPS), namesake(OTHER_RPPS)))),
        scene(api(org(), professionals=(namesake(RPPS), namesake(OTHER_RPPS)))),
    ),
    ("vanished", sighted(published=False, days=40), sighted(published=False, seen_before=False)),
    ("appeared", sighted(published=True), sighted(published=True, days=3)),
    ("appeared", sighted(published=True), sighted(published=True, seen_before=False)),
    (
        "casing",
        scene(extraction(org(origin=EXTRACTION), org(OFFICE.upper(), origin=EXTRACTION))),
        scene(extraction(org(origin=EXTRACTION)), api(org())),
    ),
]


def found(at: Scene, rule: str) -> list[Anomaly]:
    return [each for each in anomalies(at) if each.rule.id == rule]


@pytest.mark.parametrize(
    ("rule", "seen", "near"), CASES, ids=[f"{i}-{each[0]}" for i, each in enumerate(CASES)]
)
def test_a_rule_finds_its_anomaly_and_not_what_is_near_it(rule: str, seen: Scene, near: Scene) -> None:
    (anomaly,) = found(seen, rule)
    assert anomaly.addresses
    assert any(each.value for each in anomaly.evidence) or rule == "no-service"
    assert found(near, rule) == []


def test_every_rule_has_a_case() -> None:
    assert {rule for rule, _seen, _near in CASES} == {each.id for each in RULES}


@pytest.mark.parametrize("rule", RULES, ids=[each.id for each in RULES])
def test_a_rule_says_what_it_means_and_never_that_a_bal_is_not_read(rule: Any) -> None:
    told = f"{rule.title()} {rule.meaning()}".lower()
    assert rule.title()[0].isupper()
    assert rule.meaning().endswith(".")
    assert not any(word in told for word in ("inactiv", "n'est plus lue", "ne lit", "consultée"))


def test_an_empty_directory_has_no_anomaly() -> None:
    assert anomalies(scene()) == []


def test_evidence_names_the_address_the_source_and_the_day() -> None:
    (anomaly,) = found(described("NE PLUS UTILISER"), "doubtful-words")
    (evidence,) = anomaly.evidence
    assert (evidence.value, evidence.address, evidence.origin, evidence.seen_on) == (
        "« NE PLUS UTILISER »",
        OFFICE,
        API,
        NOW,
    )


def test_what_weighs_most_comes_first_and_only_what_was_asked_for() -> None:
    both = scene(api(entry(SECOND), org(description="test")), trust=LISTED)
    assert [each.rule.id for each in anomalies(both)] == [
        "untrusted-domain",
        "untrusted-domain",
        "doubtful-words",
    ]
    assert [each.addresses for each in anomalies(both, frozenset((SECOND,)))] == [(SECOND,)]


def test_a_bal_in_a_red_list_is_not_judged() -> None:
    assert anomalies(scene(api(org(description="test", red_list=True)))) == []


# The detail of a BAL


def bal(address: str, at: Any) -> Mailbox:
    practice = join(settings(CAMILLE, HOSPITAL), {}, at, {}, BookView(), NOW)
    return next(each for each in practice if each.address == address)


def test_the_detail_tells_the_anomalies_of_that_bal_alone() -> None:
    answer = extraction(entry(CAMILLE, EXTRACTION), entry(MARRIED, EXTRACTION), at_hospital(service="Test"))
    at = replace(view(answer), rpps=RPPS)
    told = [said for _severity, said in remarks(bal(HOSPITAL, at), at, NOW)]
    assert told == [
        "Description qui déconseille d'écrire : « Test »",
        "Personne qui a trois BAL ou plus : " + " · ".join(sorted((CAMILLE, MARRIED, HOSPITAL))),
    ]
    (married,) = [said for _severity, said in remarks(bal(CAMILLE, at), at, NOW) if "domaine" in said]
    assert married.endswith(f"{CAMILLE} · {MARRIED}")


def test_the_detail_knows_which_situations_were_asked_for() -> None:
    person = Professional(RPPS, "EXEMPLE", "Camille")
    at = replace(
        view(extraction(at_hospital()), api(situations=(LILAS,), professionals=(person,))), rpps=RPPS
    )
    mailbox = bal(HOSPITAL, at)
    assert any("situation d'exercice close" in said for _severity, said in remarks(mailbox, at, NOW))
    cut = replace(at, api=replace(at.api, whole=False) if at.api else None)
    assert not any("close" in said for _severity, said in remarks(bal(HOSPITAL, cut), cut, NOW))


def test_namesakes_are_told_where_they_work_in_the_same_town() -> None:
    near, far = namesake(OTHER_RPPS), replace(namesake("10999990038"), towns=("Port-Modèle",))
    at = replace(
        view(extraction(at_hospital(town="ESSAI-VILLE"), org(origin=EXTRACTION))),
        rpps=RPPS,
        alike=(near, far),
    )
    assert namesakes_nearby(bal(HOSPITAL, at), at) == [
        f"CAMILLE Exemple · Infirmier · Essai-Ville · RPPS {OTHER_RPPS}"
    ]
    assert namesakes_nearby(bal(CAMILLE, at), at) == []


def test_a_holder_whose_town_is_unknown_has_no_namesake_nearby() -> None:
    at = replace(view(extraction(at_hospital(town=""))), rpps=RPPS, alike=(namesake(OTHER_RPPS),))
    assert namesakes_nearby(bal(HOSPITAL, at), at) == []


def test_a_bal_on_two_lines_is_shown_once_as_evidence() -> None:
    answer = api(entry(), entry(speciality="Une autre"))
    (found,) = (
        each
        for each in anomalies(scene(answer, people=BOTH), frozenset((CAMILLE,)))
        if each.rule.id == "no-role"
    )
    assert [(each.address, each.origin) for each in found.evidence] == [(CAMILLE, Origin.API)]
