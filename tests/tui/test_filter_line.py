"""The filter while it is typed: what is proposed and taken, what is wrong and where, what is kept so far."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.i18n import set_language
from balt.mail.filters import FilterError, parse_filter
from balt.mail.listing import Listing
from balt.mail.model import Flag, Folder, FolderRole
from balt.tui.theme import DARK
from balt.tui.views.arranging import Arranged, Wanted
from balt.tui.views.filter_line import MARKER, Typed, draw, folder_names, proposals
from tests.tui.driver import NOW, SMALL, Person, sitting

FOLDERS = ["Réception", "Été 2026", "Corbeille"]


def wrong_of(text: str) -> FilterError | None:
    try:
        parse_filter(text, FixedClock(NOW))
    except FilterError as error:
        return error
    return None


def taken(text: str, chosen: int = 0) -> tuple[str, int]:
    return proposals(text, len(text), wrong_of(text), FOLDERS, chosen).taken(text)


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("ol", "older:"),
        ("is:read -la", "is:read -larger:"),
        ("is:u", "is:unread "),
        ("kind:noti", "kind:notification "),
        ("has:x", "has:xdm "),
        ('in:"été', 'in:"Été 2026" '),
        ("in:ete", 'in:"Été 2026" '),
        ("larger:5M in:", "larger:5M in:Réception "),
        ("oldr:2y", "older:2y "),
        ("kind:document has:pfd", "kind:document has:pdf "),
        ("-kind:receit", "-kind:receipt "),
    ],
)
def test_what_is_proposed_is_taken_with_what_was_typed_before(text: str, completed: str) -> None:
    assert taken(text) == (completed, len(completed))


def test_the_suggestion_for_a_term_in_the_middle_takes_its_place_alone() -> None:
    text = "larger:5M oldr:2y is:read"
    assert proposals(text, len(text), wrong_of(text), FOLDERS).taken(text) == (
        "larger:5M older:2y is:read",
        len("larger:5M older:2y"),
    )


def test_what_is_wrong_before_is_mended_first() -> None:
    assert taken("oldr:2y la") == ("older:2y la", len("older:2y"))


def test_another_proposal_may_be_chosen_going_round() -> None:
    assert [taken("is:", chosen)[0] for chosen in (0, 1, 5)] == ["is:read ", "is:unread ", "is:read "]
    assert taken("is:", -1)[0] == "is:integrated "


def test_nothing_is_proposed_for_a_word_or_for_a_term_that_is_complete() -> None:
    assert proposals("labo", 4, None, FOLDERS).terms == ()
    assert proposals("is:read", 7, None, FOLDERS).terms == ()


def test_folders_are_offered_as_they_are_shown_and_can_be_typed() -> None:
    folders = [
        Folder("INBOX", "Réception", FolderRole.INBOX),
        Folder("Groupe", "Groupe", FolderRole.OTHER, selectable=False),
        Folder("a\x1bb", "a\x1bb", FolderRole.OTHER),
    ]
    assert folder_names(folders) == ["Réception"]


def drawn(text: str, *, width: int = 79, told: str = "12 messages, 3,4 Mo", indent: int = 1) -> list[str]:
    wrong = wrong_of(text)
    offered = proposals(text, len(text), wrong, FOLDERS)
    found = None if wrong else parse_filter(text, FixedClock(NOW))
    typed = Typed(
        text, indent, offered, found, str(wrong.message) if wrong else "", wrong, "" if wrong else told
    )
    return [strip.text for strip in draw(typed, width, DARK)]


@pytest.mark.parametrize("width", [40, 60, 79, 105, 139])
@pytest.mark.parametrize(
    "text",
    ["", "o", "older:", "oldr:2y", "is:", "labo", 'from:"x', "-", "larger:beaucoup", "x" * 200 + " a:b"],
)
def test_every_line_fills_the_width_and_three_suffice(text: str, width: int) -> None:
    lines = drawn(text, width=width)
    assert 2 <= len(lines) <= 3
    assert all(len(line) == width for line in lines)


def test_a_mark_stands_under_the_very_term_with_what_it_may_have_meant() -> None:
    text = "larger:5M oldr:2y"
    marks, sentence, _rest = drawn(text)
    assert marks.index(MARKER) == 1 + text.index("oldr")
    assert marks.count(MARKER) == len("oldr:2y")
    assert "Tab older:2y" in marks
    assert sentence.strip().startswith("attendu : l'un de ces mots")


def test_a_term_that_is_not_yet_whole_is_no_fault() -> None:
    proposed, expected = drawn("older:")
    assert MARKER not in proposed
    assert "older:90d" in proposed
    assert expected.strip().startswith("attendu : un âge")


def test_a_filter_is_told_in_plain_words_with_what_it_keeps() -> None:
    proposed, said = drawn("older:2y -is:read")
    assert proposed.rstrip().endswith("12 messages, 3,4 Mo")
    assert said.strip() == "plus de 2 ans, non lus"


def test_more_proposals_than_fit_are_cut_and_the_keys_are_told() -> None:
    proposed = drawn("", width=79)[0]
    assert proposed.split()[:2] == ["Tab", "older:"]
    assert "…" in proposed
    assert "↓ autre" in proposed


def test_english_says_the_same() -> None:
    set_language("en")
    assert drawn("older:2y")[1].strip() == "more than 2 years old"
    assert drawn("oldr:2y")[1].strip().startswith("expected: one of")


# In the app


def line(person: Person) -> str:
    return person.app.messages.filter_input.value


async def test_tab_takes_and_the_count_follows(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("lar")
        await person.press("tab")
        assert line(person) == "larger:"
        await person.press("down", "down", "right")
        assert line(person) == "larger:5M "
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert 0 < len(rows) < len(rows.listing)
        assert re.search(rf"\b{len(rows)} messages?, [\d,]+ [KMG]o", person.screen())
        assert "plus de 5 Mo" in person.screen()
        await person.press("enter")
        assert person.app.messages.table.has_focus


async def test_an_error_has_its_mark_and_tab_mends_it(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await person.press("3", "slash")
        await person.type("is:read oldr:2y")
        lines = person.screen().splitlines()
        at = next(number for number, each in enumerate(lines) if MARKER in each)
        assert lines[at].index(MARKER) == lines[at - 1].index("oldr")
        await person.press("tab")
        assert line(person) == "is:read older:2y "
        assert MARKER not in person.screen()


async def test_an_arrow_behind_the_last_letter_takes_and_elsewhere_moves(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("kind:noti")
        await person.press("left", "right")
        assert line(person) == "kind:noti"
        await person.press("right")
        assert line(person) == "kind:notification "


async def test_folders_are_proposed_behind_in(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3", "slash")
        await person.type("in:corb")
        await person.press("tab")
        assert line(person) == "in:Corbeille "


async def test_one_filter_is_at_work_at_a_time_and_the_last_one_is_shown(
    shared_demo: Demo, tmp_path: Path
) -> None:
    at_once: list[int] = []
    seen: list[str] = []

    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        newest = person.app.messages._newest
        arrange = newest._work

        def slow(wanted: Wanted, stopped: Callable[[], bool]) -> Arranged | None:
            at_once.append(1)
            assert len(at_once) == 1
            seen.append(wanted.matches.wanted.text if wanted.matches else "")
            deadline = time.monotonic() + 0.2
            while not stopped() and time.monotonic() < deadline:
                time.sleep(0.005)
            at_once.pop()
            return arrange(wanted, stopped)

        await person.press("3", "slash")
        newest._work = slow
        await person.type("larger:5M")
        assert seen[-1] == "larger:5M"
        rows = person.app.messages.browse.rows
        assert rows is not None
        assert 0 < len(rows) < len(rows.listing)
        assert all((rows.message(i).size or 0) > 5 * 1024**2 for i in range(len(rows)))


def test_a_filter_that_nobody_waits_for_any_more_stops() -> None:
    listing = Listing("INBOX", 1, 1)
    for number in range(200_000):
        listing.uids.append(number + 1)
        listing.sizes.append(10)
        listing.dates.append(1)
        listing.flags.append(int(Flag.SEEN))
    looks: list[int] = []

    def stopped() -> bool:
        looks.append(1)
        return len(looks) > 1

    wanted = parse_filter("larger:1", FixedClock(NOW))
    found, _open = wanted.sort_out(listing, range(len(listing)), str, stopped)
    assert 0 < len(found) < len(listing)
