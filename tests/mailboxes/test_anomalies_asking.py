"""A part of the directory looked at in both of its sources: a real server, a real file."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from balt.clock import Clock, FixedClock, ShiftedClock
from balt.config import Config
from balt.demo.directory.faults import DirectoryFaultKind
from balt.directory.index import DirectoryIndex
from balt.errors import DirectoryError, UsageError
from balt.mailboxes.anomalies import asking
from balt.mailboxes.anomalies.asking import Found, SceneReader, Scope
from balt.mailboxes.anomalies.table import anomalies
from balt.mailboxes.directory_reader import index_file
from balt.secrets import Secrets
from tests.directory.extraction_data import at, organisation, person, text
from tests.mailboxes.reader_desk import RPPS, Desk
from tests.support.demo import NOW

CAMILLE, FORGOTTEN = "camille.exemple@medecin.mssante.fr", "dr.exemple@ancien-reseau.mssante.fr"
HOSPITAL_BOX, OFFICE = "c.exemple@ch-fictif.mssante.fr", "secretariat@cab-lilas.mssante.fr"
TWIN, THIRD = "10999990020", "10999990038"
THIRD_BOX = "camille.exemple@masseur-kinesitherapeute.mssante.fr"
HOSPITAL = "990000028"
Seen = set[tuple[str, str]]


def look(desk: Desk, config: Config, scope: Scope, clock: Clock | None = None) -> Found:
    """What a reader finds; it is closed."""
    secrets = Secrets(environ=desk.environ)
    with closing(SceneReader(config, secrets, clock or FixedClock(NOW), desk.folder)) as reader:
        return reader.look(scope)


def seen(found: Found) -> Seen:
    """Each anomaly, at each address that it names."""
    return {
        (each.rule.id, address) for each in anomalies(found.scene, found.within) for address in each.addresses
    }


def changed(extraction: Path, *rows: str, without: str = "|") -> Path:
    """The demo's extraction with more rows, and without those that hold a text."""
    head, *lines = extraction.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if without == "|" or without not in line]
    extraction.write_text("\n".join((head, *kept, *rows)) + "\n", encoding="utf-8")
    return extraction


def test_both_sources_that_agree_leave_only_what_is_good_to_know(desk: Desk, extraction: Path) -> None:
    found = look(desk, desk.settings(CAMILLE, OFFICE, file=extraction), Scope((CAMILLE, OFFICE), RPPS))
    assert found.within == {CAMILLE, FORGOTTEN, HOSPITAL_BOX, OFFICE}
    assert {rule for rule, _address in seen(found)} == {"many-mailboxes", "homonyms"}
    assert found.notes == ("Sans liste blanche : les domaines ne sont pas contrôlés.",)


def test_namesakes_without_a_bal_come_from_the_api(desk: Desk, extraction: Path) -> None:
    found = look(desk, desk.settings(file=extraction), Scope((CAMILLE,)))
    (homonyms,) = [each for each in anomalies(found.scene) if each.rule.id == "homonyms"]
    told = " ".join(each.value for each in homonyms.evidence)
    assert TWIN in told
    assert THIRD in told


def test_each_source_is_asked_about_what_only_the_other_names(desk: Desk, extraction: Path) -> None:
    file = changed(extraction, without=f"|{OFFICE}|")
    found = look(desk, desk.settings(file=file), Scope((OFFICE, THIRD_BOX)))
    assert seen(found) >= {("only-in-api", OFFICE), ("only-in-extraction", THIRD_BOX)}
    agreed = look(desk, desk.settings(file=file), Scope((CAMILLE,)))
    assert not {rule for rule, _address in seen(agreed)} & {"only-in-api", "only-in-extraction"}


def test_an_api_that_fails_proves_no_absence_and_is_told(desk: Desk, extraction: Path) -> None:
    desk.server.faults.add(DirectoryFaultKind.HTML, times=-1)
    found = look(desk, desk.settings(file=extraction), Scope((THIRD_BOX,)))
    assert ("only-in-extraction", THIRD_BOX) not in seen(found)
    assert len(found.notes) > 1


def test_what_was_not_checked_for_want_of_the_api_is_told(desk: Desk, extraction: Path) -> None:
    desk.server.faults.add(DirectoryFaultKind.HTML, times=-1)
    found = look(desk, desk.settings(file=extraction), Scope((CAMILLE,)))
    assert (
        "L'API n'a pas répondu : ni les situations d'exercice ni les écarts entre sources ne sont contrôlés."
        in found.notes
    )


def test_what_was_not_checked_for_want_of_the_rest_of_the_api_is_told(desk: Desk, extraction: Path) -> None:
    desk.server.faults.add(DirectoryFaultKind.HTML, times=-1, target="revinclude")
    found = look(desk, desk.settings(file=extraction), Scope((CAMILLE,)))
    assert any("L'API n'a pas tout dit" in note for note in found.notes)


def test_what_was_not_checked_for_want_of_the_extraction_is_told(desk: Desk, tmp_path: Path) -> None:
    found = look(desk, desk.settings(file=tmp_path / "absente.txt"), Scope((CAMILLE,)))
    assert "L'extraction n'a pas pu être lue : les écarts entre sources ne sont pas contrôlés." in found.notes


def test_an_old_extraction_proves_no_absence(desk: Desk, extraction: Path) -> None:
    file = changed(extraction, without=f"|{OFFICE}|")
    later = ShiftedClock(NOW)
    found = look(desk, desk.settings(file=file), Scope((OFFICE,)), later)
    assert ("only-in-api", OFFICE) in seen(found)
    aged = FixedClock(NOW.replace(year=NOW.year + 1))
    found = look(desk, desk.settings(file=file), Scope((OFFICE,)), aged)
    assert ("only-in-api", OFFICE) not in seen(found)
    assert any("plus de 30 jours" in note for note in found.notes)


def test_a_structure_tells_who_is_no_longer_there(desk: Desk, extraction: Path) -> None:
    left = person(
        "ines.parti@ch-fictif.mssante.fr", "10999990996", "PARTI", "INÈS", "60|Infirmier||",
        where=f"1|{HOSPITAL}|Urgences", place=at("CH Fictif de Valbrume"),
    )  # fmt: skip
    found = look(desk, desk.settings(file=changed(extraction, left)), Scope(finess=HOSPITAL))
    gone = {address for rule, address in seen(found) if rule == "role-gone"}
    assert gone == {"ines.parti@ch-fictif.mssante.fr"}
    assert ("doubtful-words", "cardio.ancien@ch-fictif.mssante.fr") in seen(found)


def test_a_structure_that_the_api_does_not_know_tells_nobody_gone(desk: Desk, extraction: Path) -> None:
    unknown = "990000994"
    left = person(
        "ines.parti@ch-inconnu.mssante.fr", "10999990996", "PARTI", "INÈS", "60|Infirmier||",
        where=f"1|{unknown}|Urgences", place=at("CH inconnu"),
    )  # fmt: skip
    found = look(desk, desk.settings(file=changed(extraction, left)), Scope(finess=unknown))
    assert "ines.parti@ch-inconnu.mssante.fr" in found.within
    assert "role-gone" not in {rule for rule, _address in seen(found)}


def test_a_person_whose_only_role_is_elsewhere_is_told(desk: Desk, extraction: Path) -> None:
    moved = person(
        "camille.exemple@ssr-fictif.mssante.fr", TWIN, "EXEMPLE", "CAMILLE", "60|Infirmier||",
        where="1|990000069|", place=at("SSR Fictif"),
    )  # fmt: skip
    found = look(desk, desk.settings(file=changed(extraction, moved)), Scope(rpps=TWIN))
    assert ("role-gone", "camille.exemple@ssr-fictif.mssante.fr") in seen(found)
    assert ("role-gone", "camille.exemple@infirmier.mssante.fr") not in seen(found)


def test_a_domain_is_read_out_of_the_extraction_alone(desk: Desk, tmp_path: Path, no_network: None) -> None:
    file = tmp_path / "Extraction_Correspondance_MSSante_202611220310.txt"
    rows = (
        organisation("soins@ch-essai.mssante.fr", "990000036", "", at("CH ESSAI")),
        organisation("SOINS@CH-Essai.mssante.fr", "990000036", "", at("CH ESSAI")),
        organisation("soins@autre-ch-essai.mssante.fr", "990000036", "", at("CH AUTRE")),
    )
    file.write_text(text(rows), encoding="utf-8")
    found = look(desk, desk.settings(file=file, api=False), Scope(domain="ch-essai.mssante.fr"))
    assert found.within == {"soins@ch-essai.mssante.fr"}
    assert {rule for rule, _address in seen(found)} == {"no-service", "several-rows", "casing"}


def test_of_a_line_of_the_extraction_that_cannot_be_read_nothing_is_missing_there(
    desk: Desk, extraction: Path
) -> None:
    ward = "urgences@ch-fictif.mssante.fr"
    file = changed(extraction, f"ORG|{ward}|coupée", without=f"|{ward}|")
    found = look(desk, desk.settings(file=file), Scope(domain="ch-fictif.mssante.fr"))
    assert ward in found.within
    assert ("only-in-api", ward) not in seen(found)


def test_a_domain_is_asked_of_the_api_too(desk: Desk, extraction: Path) -> None:
    file = changed(extraction, without="|urgences@ch-fictif.mssante.fr|")
    found = look(desk, desk.settings(file=file), Scope(domain="ch-fictif.mssante.fr"))
    assert ("only-in-api", "urgences@ch-fictif.mssante.fr") in seen(found)
    assert all(address.endswith("@ch-fictif.mssante.fr") for address in found.within)


@pytest.mark.parametrize(
    ("bound", "scope"),
    [("MOST_PEOPLE", Scope(finess=HOSPITAL)), ("MOST_HELD", Scope(finess=HOSPITAL))],
)
def test_beyond_so_many_persons_it_says_that_it_looks_no_further(
    desk: Desk, extraction: Path, monkeypatch: pytest.MonkeyPatch, bound: str, scope: Scope
) -> None:
    monkeypatch.setattr(asking, bound, 0)
    found = look(desk, desk.settings(file=extraction), scope)
    assert any("personnes" in note for note in found.notes)


def test_beyond_so_many_addresses_the_silence_of_the_api_decides_nothing(
    desk: Desk, extraction: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_ADDRESSES", 0)
    found = look(desk, desk.settings(file=extraction), Scope(domain=THIRD_BOX.rpartition("@")[2]))
    assert ("only-in-extraction", THIRD_BOX) not in seen(found)
    assert any("des adresses de l'extraction" in note for note in found.notes)


def test_the_time_for_the_api_ends_and_what_was_heard_counts(
    desk: Desk, extraction: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "READ_SECONDS", 0.0)
    found = look(desk, desk.settings(file=extraction), Scope(finess=HOSPITAL))
    assert found.within
    assert any("n'a pas tout dit" in note for note in found.notes)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (lambda desk, _path: desk.settings(api=False), UsageError),
        (lambda desk, path: desk.settings(api=False, file=path / "absent.txt"), DirectoryError),
    ],
)
def test_without_any_answer_the_reason_is_raised(
    desk: Desk, tmp_path: Path, settings: Callable[[Desk, Path], Config], error: type[Exception]
) -> None:
    with pytest.raises(error):
        look(desk, settings(desk, tmp_path), Scope((CAMILLE,)))


def test_the_readings_of_the_practice_know_namesakes_and_the_white_list(desk: Desk, extraction: Path) -> None:
    desk.folder.mkdir(exist_ok=True)
    DirectoryIndex.build(index_file(desk.folder), extraction, FixedClock(NOW))
    view = desk.reader(desk.settings(CAMILLE, api=False)).read()
    assert {each.rpps for each in view.alike} == {TWIN, THIRD}
    assert (view.rpps, view.trust.listed) == (RPPS, None)
