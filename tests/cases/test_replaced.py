"""A BAL that is given another replacement: what was written and installed before names the former one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import Case, CaseKind, Happened, Look, Reply
from balt.cases.steps import CaseStep, Known, StepName, StepState, steps_of
from balt.cases.verdicts import departures
from balt.cases.words import has_news, told_of
from balt.clock import FixedClock
from balt.errors import UsageError
from balt.mailboxes.way_out import WayOut

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, FORMER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
NEW = "camille.exemple@chu-fictif.mssante.fr"


class Story:
    """The cases of one BAL, told day after day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.day = 0
        self.case = self.book.open(CaseKind.DEPUBLICATION, BAL, replacement=FORMER)

    @property
    def now(self) -> datetime:
        return START + timedelta(days=self.day)

    @property
    def book(self) -> CaseBook:
        return CaseBook(self._folder, FixedClock(self.now))

    def tell(self, what: Happened, value: str = "") -> None:
        self.case = self.book.tell(self.case, what, value)

    def look(self, reply: Reply) -> Case:
        self.case = self.book.notice(self.case, Look(Happened.AUTO_REPLY, reply))
        return self.case

    def replace(self, by: str = NEW) -> None:
        self.case = self.book.replace(BAL, by)[0]

    def way_out(self) -> WayOut | None:
        return departures([self.case], self.now)[BAL].way_out

    def step(self, name: StepName) -> CaseStep:
        return {each.name: each for each in steps_of(self.case, Known(), self.now)}[name]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


@pytest.mark.parametrize("stands", [Reply.ACTIVE, Reply.SCRIPT])
def test_the_reply_in_service_names_the_former_one_at_once(story: Story, stands: Reply) -> None:
    story.look(stands)
    story.day = 3
    story.replace()
    found = story.step(StepName.AUTO_REPLY)
    assert (found.state, found.since) == (StepState.ATTENTION, story.now)
    assert found.said == (
        "en service (vu le 2 mars 2026), mais elle nomme l'ancienne BAL de remplacement : à réinstaller"
    )


def test_so_does_one_that_was_put_there_by_hand(story: Story) -> None:
    story.tell(Happened.AUTO_REPLY, Reply.BY_HAND)
    story.replace()
    found = story.step(StepName.AUTO_REPLY)
    assert (found.state, "à refaire" in found.said) == (StepState.ATTENTION, True)
    story.day = 1
    story.tell(Happened.AUTO_REPLY, Reply.BY_HAND)
    assert story.step(StepName.AUTO_REPLY).state is StepState.DONE


def test_one_that_is_out_of_service_is_just_that(story: Story) -> None:
    story.look(Reply.OFF)
    story.replace()
    assert "hors service" in story.step(StepName.AUTO_REPLY).said


def test_installed_again_on_the_same_day_it_is_in_service_and_news(story: Story) -> None:
    story.look(Reply.ACTIVE)
    story.replace()
    before = story.case
    now = story.look(Reply.ACTIVE)
    assert story.step(StepName.AUTO_REPLY).state is StepState.DONE
    assert story.step(StepName.AUTO_REPLY).since == now.events[-1].at
    assert has_news(before, now)
    assert [each.what for each in told_of(now, story.now)][1:] == [
        Happened.AUTO_REPLY,
        Happened.REPLACED,
        Happened.AUTO_REPLY,
    ]


def test_what_is_seen_again_after_that_is_no_news(story: Story) -> None:
    story.replace()
    story.look(Reply.ACTIVE)
    before = story.case
    for day in (1, 2, 3):
        story.day = day
        story.look(Reply.ACTIVE)
    assert not has_news(before, story.case)
    assert [each.what for each in story.case.events].count(Happened.AUTO_REPLY) == 2


def test_the_former_one_named_again_the_reply_is_right_as_it_is(story: Story) -> None:
    story.look(Reply.ACTIVE)
    story.replace()
    story.replace(FORMER)
    assert story.step(StepName.AUTO_REPLY).state is StepState.DONE


def test_a_request_that_names_the_former_one_is_to_be_written_again(story: Story) -> None:
    story.tell(Happened.REQUESTED, "text")
    assert story.step(StepName.REQUEST).state is StepState.TODO
    story.replace()
    found = story.step(StepName.REQUEST)
    assert found.state is StepState.ATTENTION
    assert found.said == ("écrite le 2 mars 2026, mais elle nomme l'ancienne BAL de remplacement : à récrire")
    story.tell(Happened.REQUESTED, "draft")
    assert story.step(StepName.REQUEST).said == "mise dans les brouillons le 2 mars 2026, à envoyer"


def test_a_request_that_has_come_about_is_not(story: Story) -> None:
    story.tell(Happened.REQUESTED, "text")
    story.tell(Happened.API, "absent")
    story.replace()
    assert story.step(StepName.REQUEST).state is StepState.DONE


def test_both_cases_of_a_bal_name_the_new_one(story: Story) -> None:
    book = story.book
    kept = book.event(Happened.NOTHING_TO_KEEP, note="rien")
    book.open(CaseKind.DELETION, BAL, kept, replacement=FORMER)
    assert [each.replacement for each in book.replace(BAL.upper(), NEW.upper(), "parti au CHU")] == [NEW, NEW]
    assert {each.last(Happened.REPLACED).note for each in book.cases()} == {"parti au CHU"}  # type: ignore[union-attr]


def test_a_deletion_hears_of_the_reply_that_names_the_former_one(story: Story) -> None:
    story.look(Reply.ACTIVE)
    story.tell(Happened.CLOSED)
    book = story.book
    kept = book.event(Happened.NOTHING_TO_KEEP, note="rien")
    book.open(CaseKind.DELETION, BAL, kept, replacement=FORMER)
    (deletion,) = book.replace(BAL, NEW)
    steps = steps_of(deletion, Known(cases=(story.case,)), story.now)
    assert "l'ancienne BAL" in next(each.said for each in steps if each.name is StepName.AUTO_REPLY)


def test_a_deletion_that_names_nobody_says_nothing_of_the_reply_before_it(story: Story) -> None:
    story.look(Reply.ACTIVE)
    story.tell(Happened.CLOSED)
    book = story.book
    deletion = book.open(CaseKind.DELETION, BAL, replacement="")
    steps = steps_of(deletion, Known(cases=(story.case,)), story.now)
    assert "en service" in next(each.said for each in steps if each.name is StepName.AUTO_REPLY)


def test_the_sheets_do_not_count_a_reply_that_names_the_former_one(story: Story) -> None:
    story.look(Reply.ACTIVE)
    story.day = 3
    story.replace()
    way = story.way_out()
    assert way is not None
    assert way.reply is not None
    assert (way.replacement, way.reply.active, way.reply.stands) == (NEW, False, "elsewhere")
    story.day = 4
    story.look(Reply.ACTIVE)
    way = story.way_out()
    assert way is not None
    assert way.reply is not None
    assert (way.reply.active, way.reply.stands, way.reply.since) == (True, "active", story.now)


def test_the_same_one_is_no_change_and_without_a_case_there_is_nothing_to_change(story: Story) -> None:
    with pytest.raises(UsageError, match="la remplace déjà"):
        story.book.replace(BAL, FORMER.upper())
    with pytest.raises(UsageError, match="aucun dossier"):
        story.book.replace(NEW, FORMER)
    assert len(story.book.cases()[0].events) == 1
