"""Both sources of the directory asked by one reader: a real server on the loopback address, a real file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from balt.clock import ShiftedClock
from balt.demo.directory.faults import DirectoryFaultKind
from balt.directory.index import DirectoryIndex
from balt.directory.model import BalKind, DirectoryAnswer, Origin
from balt.errors import CancelledError
from balt.mailboxes import directory_reader
from balt.mailboxes.directory_reader import DirectoryReader, index_file
from tests.mailboxes.reader_desk import RPPS, VARIABLE, Desk
from tests.support.demo import NOW
from tests.support.directory import KEY, directory_server

CAMILLE, FORGOTTEN = "camille.exemple@medecin.mssante.fr", "dr.exemple@ancien-reseau.mssante.fr"
OFFICE, UNLISTED = "secretariat@cab-lilas.mssante.fr", "camille@msp-lilas.mssante.fr"
HOMONYMS = {RPPS, "10999990020", "10999990038"}
API, EXTRACTION = Origin.API, Origin.EXTRACTION


def addresses(answer: DirectoryAnswer | None) -> set[str]:
    return {entry.key for entry in answer.entries} if answer else set()


def people(answer: DirectoryAnswer) -> set[str]:
    return {person.rpps for person in answer.professionals}


# What is published of the holder and of the BAL known here


def test_both_sources_answer_for_the_holder_and_for_each_account(desk: Desk, extraction: Path) -> None:
    view = desk.reader(desk.settings(CAMILLE, OFFICE, UNLISTED, file=extraction)).read()
    published = {CAMILLE, FORGOTTEN, OFFICE, "c.exemple@ch-fictif.mssante.fr"}
    assert addresses(view.api) == published
    assert addresses(view.extraction) == published
    assert [(answer.origin, answer.whole, answer.notes) for answer in view.answers] == [
        (API, True, ()),
        (EXTRACTION, True, ()),
    ]
    assert view.problem == ""


def test_an_extraction_that_was_replaced_is_read_anew_by_the_same_reader(
    desk: Desk, extraction: Path
) -> None:
    reader = desk.reader(desk.settings(CAMILLE, OFFICE, file=extraction))
    assert OFFICE in addresses(reader.read().extraction)
    lines = extraction.read_text("utf-8").splitlines(keepends=True)
    extraction.write_text("".join(line for line in lines if OFFICE not in line), "utf-8")
    assert OFFICE not in addresses(reader.read().extraction)


def test_only_the_api_gives_the_situations(desk: Desk, extraction: Path) -> None:
    view = desk.reader(desk.settings(CAMILLE, file=extraction)).read()
    assert view.api is not None
    assert [each.structure for each in view.api.situations] == [
        "Cabinet des Lilas",
        "CH Fictif de Valbrume",
        "MSP des Lilas",
    ]
    assert view.extraction is not None
    assert view.extraction.situations == ()


def test_an_account_that_is_not_under_the_number_of_the_holder_is_asked_by_its_address(desk: Desk) -> None:
    view = desk.reader(desk.settings(CAMILLE, OFFICE.upper())).read()
    assert view.api is not None
    (office,) = [entry for entry in view.api.entries if entry.key == OFFICE]
    assert (office.kind, office.rpps) == (BalKind.ORG, "")
    by_address = [target for target in desk.asked() if "mailbox-mss" in target]
    assert by_address
    assert all("secretariat%40cab-lilas" in target for target in by_address)


def test_a_person_without_a_number_is_found_by_their_addresses_alone(desk: Desk, extraction: Path) -> None:
    view = desk.reader(desk.settings(CAMILLE, file=extraction, rpps="")).read()
    assert addresses(view.api) == addresses(view.extraction) == {CAMILLE}
    assert not any("identifier=" in target for target in desk.asked())


def test_nobody_and_no_account_is_an_answer_of_both_without_a_question(desk: Desk, extraction: Path) -> None:
    view = desk.reader(desk.settings(file=extraction, rpps="")).read()
    assert [(answer.origin, answer.entries) for answer in view.answers] == [(API, ()), (EXTRACTION, ())]
    assert desk.asked() == []


def test_beyond_so_many_addresses_the_api_is_not_asked_and_says_so(
    desk: Desk, extraction: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_reader, "MOST_ADDRESSES", 1)
    view = desk.reader(desk.settings(OFFICE, UNLISTED, file=extraction)).read()
    assert view.api is not None
    assert view.extraction is not None
    assert not view.api.whole
    assert any("les 1 premières BAL" in note for note in view.api.notes)
    assert view.extraction.whole
    assert OFFICE in addresses(view.api)
    assert not any("msp-lilas" in target for target in desk.asked())


def test_two_thousand_addresses_are_asked_before_any_is_left_out() -> None:
    assert directory_reader.MOST_ADDRESSES == 2000


# A source that fails


def test_an_api_that_fails_is_told_and_the_extraction_counts(desk: Desk, extraction: Path) -> None:
    desk.server.faults.add(DirectoryFaultKind.HTML, times=-1)
    reader = desk.reader(desk.settings(CAMILLE, file=extraction))
    view = reader.read()
    assert view.api is None
    assert CAMILLE in addresses(view.extraction)
    assert "Annuaire Santé" in view.problem
    assert reader.failed


def test_an_extraction_that_cannot_be_read_is_told_and_the_api_counts(desk: Desk, tmp_path: Path) -> None:
    view = desk.reader(desk.settings(CAMILLE, file=tmp_path / "absente.txt")).read()
    assert CAMILLE in addresses(view.api)
    assert view.extraction is None
    assert "absente.txt" in view.problem


def test_two_sources_that_fail_are_both_told(desk: Desk, tmp_path: Path) -> None:
    desk.server.stop()
    view = desk.reader(desk.settings(CAMILLE, file=tmp_path / "absente.txt")).read()
    assert view.answers == ()
    assert "absente.txt" in view.problem
    assert "127.0.0.1" in view.problem


def test_no_source_at_all_is_no_problem_of_a_reading(desk: Desk) -> None:
    reader = desk.reader(desk.settings(CAMILLE, api=False))
    assert [reader.has_api, reader.has_extraction, reader.has_both] == [False] * 3
    view = reader.read()
    assert (view.answers, view.problem) == ((), "")


def test_a_missing_key_is_told_with_its_variable(desk: Desk) -> None:
    desk.environ.clear()
    view = desk.reader(desk.settings(CAMILLE)).read()
    assert VARIABLE in view.problem
    assert desk.asked() == []


def test_a_reading_that_succeeds_after_a_failure_is_no_failure(desk: Desk) -> None:
    fault = desk.server.faults.add(DirectoryFaultKind.HTML, times=-1)
    reader = desk.reader(desk.settings(CAMILLE))
    assert reader.read().problem
    fault.times = 0
    assert reader.read().problem == ""
    assert not reader.failed


# The key


def test_a_key_that_is_refused_is_told_with_what_to_do_and_without_it(desk: Desk) -> None:
    desk.environ[VARIABLE] = "canari-5e0b21"
    view = desk.reader(desk.settings(CAMILLE)).read()
    assert view.api is None
    assert "n'accepte pas la clé" in view.problem
    assert "https://portal.api.esante.gouv.fr" in view.problem
    assert "canari" not in view.problem


@pytest.mark.parametrize(
    "ask",
    [
        lambda reader: reader.read(),
        lambda reader: list(reader.search("exemple")),
        lambda reader: reader.show(CAMILLE),
    ],
    ids=["read", "search", "show"],
)
def test_after_a_refusal_the_key_is_looked_for_anew(
    desk: Desk, extraction: Path, ask: Callable[[DirectoryReader], object]
) -> None:
    desk.environ[VARIABLE] = "ancienne"
    reader = desk.reader(desk.settings(CAMILLE, file=extraction))
    ask(reader)
    assert reader.failed
    desk.environ[VARIABLE] = KEY
    ask(reader)
    assert not reader.failed


def test_a_failure_that_is_not_the_keys_does_not_look_for_it_again(desk: Desk, tmp_path: Path) -> None:
    reader = desk.reader(desk.settings(CAMILLE, file=tmp_path / "absente.txt"))
    reader.read()
    desk.server.faults.add(DirectoryFaultKind.HTML, times=1)
    desk.environ[VARIABLE] = "jamais lue"
    reader.read()
    assert reader.read().api is not None


# Without the network


@pytest.mark.usefixtures("no_network")
def test_an_extraction_alone_asks_nothing_of_the_network(desk: Desk, extraction: Path) -> None:
    reader = desk.reader(desk.settings(CAMILLE, UNLISTED, api=False, file=extraction))
    assert reader.has_extraction
    assert not reader.has_both
    assert CAMILLE in addresses(reader.read().extraction)
    assert addresses(reader.show(CAMILLE)[0]) == {CAMILLE}
    (found,) = reader.search("camille exemple")
    assert people(found) == HOMONYMS


@pytest.mark.usefixtures("no_network")
def test_an_index_that_was_imported_serves_without_its_file(desk: Desk, extraction: Path) -> None:
    DirectoryIndex.build(index_file(desk.folder), extraction, ShiftedClock(NOW))
    extraction.unlink()
    reader = desk.reader(desk.settings(CAMILLE, api=False))
    assert reader.has_extraction
    assert CAMILLE in addresses(reader.read().extraction)


# Giving up, going on


def test_a_reading_can_be_given_up_before_anything_is_asked(desk: Desk, extraction: Path) -> None:
    with pytest.raises(CancelledError):
        desk.reader(desk.settings(CAMILLE, file=extraction)).read(lambda: True)
    assert desk.asked() == []


def test_a_reading_can_be_given_up_between_two_questions(desk: Desk) -> None:
    given_up: list[bool] = []
    desk.server.faults.add(DirectoryFaultKind.CALL, action=lambda: given_up.append(True))
    with pytest.raises(CancelledError):
        desk.reader(desk.settings(CAMILLE, OFFICE)).read(lambda: bool(given_up))
    assert len(desk.asked()) == 1


def test_giving_up_the_index_leaves_none_behind(desk: Desk, extraction: Path) -> None:
    reader = desk.reader(desk.settings(api=False, file=extraction))
    with pytest.raises(CancelledError):
        reader.read(lambda: True)
    assert not index_file(desk.folder).exists()
    assert reader.read().extraction is not None


@pytest.mark.parametrize("source", ["api", "extraction"])
def test_a_search_that_is_given_up_is_no_failure(desk: Desk, extraction: Path, source: str) -> None:
    file = extraction if source == "extraction" else None
    reader = desk.reader(desk.settings(api=source == "api", file=file))
    with pytest.raises(CancelledError):
        list(reader.search("exemple", lambda: True))
    with pytest.raises(CancelledError):
        reader.show(CAMILLE, lambda: True)
    assert not reader.failed


def test_a_reader_that_was_closed_opens_its_sources_again(desk: Desk, extraction: Path) -> None:
    reader = desk.reader(desk.settings(CAMILLE, file=extraction))
    reader.close()
    before = reader.read()
    reader.close()
    reader.close()
    assert reader.read().answers == before.answers


def test_a_reader_goes_on_with_another_configuration(desk: Desk, extraction: Path) -> None:
    reader = desk.reader(desk.settings(CAMILLE, file=extraction))
    reader.read()
    with directory_server() as other:
        other.depublish(FORGOTTEN)
        settings = desk.settings(CAMILLE, OFFICE)
        directory = replace(settings.directory, base_url=other.base_url)
        reader.adopt(replace(settings, directory=directory))
        view = reader.read()
        asked = len(desk.asked())
        assert reader.read().api == view.api
    assert OFFICE in addresses(view.api)
    assert FORGOTTEN not in addresses(view.api)
    assert len(desk.asked()) == asked


def test_a_new_extraction_is_read_once_the_configuration_names_it(desk: Desk, extraction: Path) -> None:
    reader = desk.reader(desk.settings(api=False, file=extraction))
    assert CAMILLE in addresses(reader.read().extraction)
    newer = extraction.with_name("Extraction_Correspondance_MSSante_202611220910.txt")
    text = extraction.read_text(encoding="utf-8")
    newer.write_text(text.replace(CAMILLE, "nouvelle@medecin.mssante.fr"), encoding="utf-8")
    reader.adopt(desk.settings(api=False, file=newer))
    published = addresses(reader.read().extraction)
    assert "nouvelle@medecin.mssante.fr" in published
    assert CAMILLE not in published


def test_an_address_that_the_api_cannot_be_asked_about_hides_no_other(desk: Desk) -> None:
    odd = "a|b@cab-lilas.mssante.fr"
    view = desk.reader(desk.settings(odd, CAMILLE, rpps="")).read()
    assert view.api is not None
    assert (addresses(view.api), view.api.whole) == ({CAMILLE}, False)
