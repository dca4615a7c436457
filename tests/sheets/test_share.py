"""Several hands: what two machines wrote down becomes one, whoever merges, however often."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened, Look, open_case
from balt.clock import FixedClock
from balt.errors import StoppedError, UsageError
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.situations import SituationBook
from balt.publish.tracker import Tracker
from balt.sheets.share import STORES, export, exported, merge, read
from tests.sheets.cases import ALIX, LOU, NOW


class Machine:
    """A computer with its clock and its folder."""

    def __init__(self, folder: Path, name: str, ahead: timedelta = timedelta()) -> None:
        self.folder, self.name, self.ahead = folder / name, name, ahead
        self.folder.mkdir()

    def at(self, hours: float) -> FixedClock:
        return FixedClock(NOW + timedelta(hours=hours) + self.ahead)

    def says(self, value: str, hours: float, address: str = ALIX) -> None:
        Notebook(self.folder, self.at(hours), self.name).answer(address, Question.TRASH, value)

    def said(self, hours: float, address: str = ALIX) -> str:
        answers = Notebook(self.folder, self.at(hours)).answers().get(address, ())
        return answers[0].value if answers else ""

    def cases(self, hours: float) -> CaseBook:
        return CaseBook(self.folder, self.at(hours), self.name)

    def takes(self, other: "Machine", **how: bool) -> list[str]:
        file = other.folder.with_suffix(".json")
        file.unlink(missing_ok=True)
        export(other.folder, file)
        return [each.about for each in merge(self.folder, read(file), self.at(3).now(), **how)]

    def stores(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(exported(self.folder))["stores"]
        return found


@pytest.fixture
def doctor(tmp_path: Path) -> Machine:
    return Machine(tmp_path, "Camille")


@pytest.fixture
def secretary(tmp_path: Path) -> Machine:
    return Machine(tmp_path, "Lou")


def filled(machine: Machine, hours: float, other: str) -> None:
    """Something in every store."""
    machine.says("yes", hours)
    book = SituationBook(machine.folder, machine.at(hours))
    place = book.add(f"Cabinet {machine.name}")
    book.prefer(place.id, other)
    Tracker(machine.folder, machine.at(hours), machine.name).carry("letters", other)
    machine.cases(hours).open(CaseKind.DEPUBLICATION, other, replacement=ALIX)


def test_both_ways_both_machines_end_with_the_same(doctor: Machine, secretary: Machine) -> None:
    filled(doctor, 0, LOU)
    filled(secretary, 1, ALIX)
    assert doctor.takes(secretary)
    assert secretary.takes(doctor)
    assert doctor.stores() == secretary.stores()
    assert len(SituationBook(doctor.folder, doctor.at(2)).situations()) == 2


def test_the_removal_of_a_situation_that_has_a_preferred_bal_is_told(
    doctor: Machine, secretary: Machine
) -> None:
    book = SituationBook(doctor.folder, doctor.at(0))
    place = book.add("Cabinet fini")
    book.prefer(place.id, LOU)
    secretary.takes(doctor)
    SituationBook(secretary.folder, secretary.at(1)).remove(place.id)
    assert place.id in doctor.takes(secretary, dry_run=True)
    assert place.id in doctor.takes(secretary)
    assert SituationBook(doctor.folder, doctor.at(2)).situations() == ()


def test_merging_twice_changes_nothing_more(doctor: Machine, secretary: Machine) -> None:
    filled(doctor, 0, LOU)
    filled(secretary, 1, ALIX)
    doctor.takes(secretary)
    once = doctor.stores()
    assert doctor.takes(secretary) == []
    assert doctor.stores() == once


def test_a_dry_run_tells_the_same_and_writes_nothing(doctor: Machine, secretary: Machine) -> None:
    filled(secretary, 1, ALIX)
    told = doctor.takes(secretary, dry_run=True)
    assert list(doctor.folder.iterdir()) == []
    assert doctor.takes(secretary) == told


def test_the_latest_word_counts_and_the_other_is_kept(doctor: Machine, secretary: Machine) -> None:
    doctor.says("no", 0)
    secretary.says("yes", 1)
    assert doctor.takes(secretary) == [f"{ALIX} trash"]
    assert secretary.takes(doctor) == []
    assert doctor.said(2) == secretary.said(2) == "yes"
    history = Notebook(doctor.folder, doctor.at(2)).history(ALIX)
    assert [(each.value, each.author) for each in history] == [("no", "Camille"), ("yes", "Lou")]


@pytest.mark.parametrize("ahead", [timedelta(hours=20), timedelta(hours=-20), timedelta(days=2)])
def test_a_clock_that_is_ahead_does_not_silence_who_has_seen_its_lines(
    tmp_path: Path, ahead: timedelta
) -> None:
    one, other = Machine(tmp_path, "un", ahead), Machine(tmp_path, "autre")
    one.says("yes", 0)
    other.takes(one)
    other.says("no", 1)
    one.takes(other)
    assert (one.said(2), other.said(2)) == ("no", "no")


def test_what_a_wrong_clock_dated_yields_to_any_other_word_and_is_not_fresh(
    tmp_path: Path, doctor: Machine
) -> None:
    wrong = Machine(tmp_path, "2199", timedelta(days=60_000))
    filled(wrong, 0, LOU)
    wrong.says("no", 0, LOU)
    doctor.says("yes", 1, LOU)
    tracker = Tracker(doctor.folder, doctor.at(1), "Camille")
    for _time in range(2):
        doctor.takes(wrong)
        tracker.drop("letters", LOU)
        doctor.takes(wrong)
        assert tracker.view().on("letters") == ()
    assert doctor.said(2, LOU) == "yes"
    (answer,) = Notebook(doctor.folder, doctor.at(2)).answers()[ALIX]
    assert not answer.is_fresh(doctor.at(2).now())


def test_what_a_wrong_clock_dated_is_told_as_counting_for_nothing(tmp_path: Path, doctor: Machine) -> None:
    wrong = Machine(tmp_path, "2199", timedelta(days=60_000))
    wrong.says("no", 0)
    doctor.says("yes", 1)
    assert doctor.takes(wrong) == []
    assert doctor.said(2) == "yes"
    assert len(Notebook(doctor.folder, doctor.at(2)).history(ALIX)) == 2


def test_one_case_is_made_of_two_that_were_open_for_the_same_bal(doctor: Machine, secretary: Machine) -> None:
    for hours, machine in enumerate((doctor, secretary)):
        machine.cases(hours).open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    book = secretary.cases(2)
    book.tell(book.cases()[0], Happened.REQUESTED, "text")
    doctor.takes(secretary)
    (case,) = doctor.cases(3).cases()
    assert [each.what for each in case.events] == [Happened.OPENED, Happened.OPENED, Happened.REQUESTED]
    assert open_case([case], LOU, CaseKind.DEPUBLICATION) is case


def test_looks_that_found_nothing_new_are_merged_and_not_told(doctor: Machine, secretary: Machine) -> None:
    case = doctor.cases(0).open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    doctor.cases(1).notice(case, Look(Happened.API, "absent"))
    assert secretary.takes(doctor) != []
    secretary.cases(30).notice(case, Look(Happened.API, "absent"))
    assert doctor.takes(secretary) == []
    (merged,) = doctor.cases(31).cases()
    assert [each.what for each in merged.events] == [Happened.OPENED, Happened.API, Happened.API]


def test_a_closed_case_stays_closed_although_the_other_machine_went_on(
    doctor: Machine, secretary: Machine
) -> None:
    doctor.cases(0).open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    secretary.takes(doctor)
    doctor.cases(1).tell(doctor.cases(1).cases()[0], Happened.CLOSED)
    secretary.cases(2).tell(secretary.cases(2).cases()[0], Happened.ANSWERED, "", "vu")
    doctor.takes(secretary)
    (case,) = doctor.cases(3).cases()
    assert not case.is_open
    assert case.last(Happened.ANSWERED) is not None


def test_a_new_case_after_a_closed_one_is_its_own(doctor: Machine, secretary: Machine) -> None:
    doctor.cases(0).open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    doctor.cases(1).tell(doctor.cases(1).cases()[0], Happened.ABANDONED)
    doctor.cases(2).open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    before = doctor.cases(3).cases()
    secretary.says("yes", 0)
    doctor.takes(secretary)
    secretary.takes(doctor)
    assert doctor.cases(3).cases() == secretary.cases(3).cases() == before


Words = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from([ALIX, LOU]),
        st.sampled_from(["yes", "no", ""]),
        st.integers(0, 9),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=Words)
def test_any_order_of_merging_gives_the_same(
    told: list[tuple[str, str, str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("machines")
    three = {name: Machine(place, name, timedelta(hours=7 * i)) for i, name in enumerate("abc")}
    for name, address, value, hours in told:
        three[name].says(value, hours, address)
    orders = [("abc", "x"), ("cab", "y"), ("bcab", "z")]
    ends = []
    for order, name in orders:
        whole = Machine(place, name)
        for each in order:
            whole.takes(three[each])
        ends.append(whole.stores())
    assert ends[0] == ends[1] == ends[2]


def test_the_file_is_for_its_owner_and_overwrites_nothing(tmp_path: Path, doctor: Machine) -> None:
    file = tmp_path / "partage.json"
    export(doctor.folder, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="existe déjà"):
        export(doctor.folder, file)


def broken(**changed: object) -> str:
    stores = {each.file: {"format": each.shape.name, "version": each.shape.version} for each in STORES}
    return json.dumps({"format": "balt share", "version": 1, "stores": stores} | changed)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        "\0",
        broken(),
        broken(format="balt answers"),
        broken(version=True),
        broken(version="1"),
        broken(stores=[]),
        broken(stores={}),
    ],
)
def test_a_hostile_file_is_refused_whole(tmp_path: Path, doctor: Machine, content: str) -> None:
    filled(doctor, 0, LOU)
    file = tmp_path / "hostile.json"
    file.write_text(content)
    with pytest.raises(StoppedError):
        read(file)


@pytest.mark.parametrize(
    ("store", "list_", "row"),
    [
        ("answers.json", "answers", {"address": ALIX, "question": "trash", "value": "rm -rf"}),
        ("cases.json", "cases", {"kind": "depublication", "address": ALIX, "events": []}),
        ("supports.json", "carried", {"support": "letters"}),
        ("situations.json", "links", {"situation": 3}),
    ],
)
def test_one_bad_line_in_one_store_refuses_all_of_them(
    tmp_path: Path, doctor: Machine, secretary: Machine, store: str, list_: str, row: dict[str, object]
) -> None:
    filled(secretary, 0, LOU)
    file = tmp_path / "abîmé.json"
    document = json.loads(exported(secretary.folder))
    document["stores"][store][list_].append(row)
    file.write_text(json.dumps(document))
    with pytest.raises(StoppedError, match="abîmé"):
        read(file)
    assert list(doctor.folder.iterdir()) == []


@pytest.mark.parametrize("where", ["share", "store"])
def test_a_newer_balt_is_told(tmp_path: Path, secretary: Machine, where: str) -> None:
    document = json.loads(exported(secretary.folder))
    (document if where == "share" else document["stores"]["cases.json"])["version"] = 99
    file = tmp_path / "neuf.json"
    file.write_text(json.dumps(document))
    with pytest.raises(StoppedError, match="plus récent"):
        read(file)


def test_a_store_of_ones_own_that_is_damaged_stops_before_anything_changes(
    doctor: Machine, secretary: Machine
) -> None:
    filled(secretary, 0, LOU)
    (doctor.folder / "supports.json").write_text("{")
    with pytest.raises(StoppedError):
        doctor.takes(secretary)
    assert [each.name for each in doctor.folder.iterdir()] == ["supports.json"]


def test_control_characters_of_a_foreign_note_are_gone(doctor: Machine, secretary: Machine) -> None:
    secretary.says("yes", 0)
    document = json.loads(exported(secretary.folder))
    document["stores"]["answers.json"]["answers"][0]["note"] = "\x1b]52;c;x\x07"
    file = secretary.folder / "x.json"
    file.write_text(json.dumps(document))
    merge(doctor.folder, read(file), NOW)
    assert "\x1b" not in json.dumps(doctor.stores())


def test_a_file_that_is_not_there_or_cannot_be_written_is_said_so(tmp_path: Path, doctor: Machine) -> None:
    with pytest.raises(StoppedError, match="absent"):
        read(tmp_path / "absent.json")
    export(doctor.folder, tmp_path / "neuf" / "partage.json")
    assert stat.S_IMODE((tmp_path / "neuf").stat().st_mode) == 0o700
    with pytest.raises(StoppedError, match=r"partage\.json"):
        export(doctor.folder, tmp_path / "neuf" / "partage.json" / "dessous.json")


def test_a_situation_taken_away_on_one_machine_does_not_come_back_from_the_other(
    doctor: Machine, secretary: Machine
) -> None:
    place = SituationBook(doctor.folder, doctor.at(0)).add("Cabinet des Lilas")
    secretary.takes(doctor)
    SituationBook(doctor.folder, doctor.at(1)).remove(place.id)
    doctor.takes(secretary)
    secretary.takes(doctor)
    for machine in (doctor, secretary):
        assert SituationBook(machine.folder, machine.at(2)).situations() == ()


def test_a_case_whose_first_event_bears_a_wrong_date_keeps_all_of_them(
    tmp_path: Path, secretary: Machine
) -> None:
    late = Machine(tmp_path, "en avance", timedelta(days=30))
    late.cases(0).open(CaseKind.DEPUBLICATION, LOU, replacement=ALIX)
    late.ahead = timedelta()
    late.cases(0).tell(late.cases(0).cases()[0], Happened.REQUESTED, "text")
    secretary.takes(late)
    (case,) = secretary.cases(1).cases()
    assert [each.what for each in case.events] == [Happened.OPENED, Happened.REQUESTED]
