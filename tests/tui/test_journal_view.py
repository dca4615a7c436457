"""View 5: an act is one line, found by words, read whole on Enter, exported; what is wrong is at the top."""

import csv
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import filelock
import pytest

from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.clock import FixedClock
from balt.config import Account, Config, JournalSettings
from balt.secrets import Secrets
from tests.tui.driver import NOW, SMALL, Person, sitting

ADDRESS = "camille.exemple@medecin.mssante.fr"
CONFIG = Config(accounts=(Account(ADDRESS, access="none"),))


class Hand:
    """A clock that is set by hand."""

    moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def journal(tmp_path: Path, hand: Hand) -> Journal:
    """A journal of three acts: one that succeeded in two folders, one refused, one without an end."""
    written = Journal(tmp_path / "state" / "journal.jsonl", hand, "Dr Camille EXEMPLE")
    hand.moment = datetime(2026, 9, 3, 8, 15, tzinfo=UTC)
    whole(written, "moved", "trash", "INBOX", "OK")
    whole(written, "moved", "trash", "Été 2019", "OK")
    hand.moment = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    whole(written, "refused", "empty_trash", "Corbeille", "NO NOPERM")
    written.append(deed(Phase.BEFORE, "open", "keep", "Laboratoires"))
    return written


def deed(phase: Phase, plan: str, action: str, folder: str, **more: Any) -> Deed:
    """A line about three messages of a folder."""
    told = Deed(phase, action, ADDRESS, "imap.example:993", ADDRESS, plan, folder, uids="1:3", count=3)
    return replace(told, size=3 * 1024 * 1024, **more)


def whole(journal: Journal, plan: str, action: str, folder: str, answer: str) -> None:
    """An act in one folder, from its beginning to its end."""
    journal.append(deed(Phase.BEFORE, plan, action, folder))
    journal.append(deed(Phase.STEP, plan, action, folder, request="UID MOVE"))
    journal.append(deed(Phase.STEP, plan, action, folder, request="UID MOVE", answer=answer))
    journal.append(deed(Phase.AFTER, plan, action, folder, answer=answer, figures={"left": 7}))


@asynccontextmanager
async def looking(journal: Journal, size: tuple[int, int] = (140, 45)) -> AsyncIterator[Person]:
    """The app with its journal on screen."""
    async with sitting(CONFIG, Secrets(), journal.folder, size=size) as person:
        await person.press("5")
        yield person


def acts(person: Person) -> list[str]:
    """The plans of the acts in the list, from the top."""
    return [act.deed.plan for act in person.app.journal._shown]


async def test_an_act_is_one_line_with_all_its_folders(journal: Journal) -> None:
    async with looking(journal) as person:
        assert acts(person) == ["open", "refused", "moved"]
        row = next(line for line in person.screen().splitlines() if "2026-09-03 08:15" in line)
        assert "mettre à la corbeille" in row
        assert "INBOX +1" in row
        assert "6 Mo" in row
        assert row.rstrip().endswith("OK")
        assert "3 actes" in person.screen()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("corbeille", ["refused", "moved"]),
        ("VIDER", ["refused"]),
        ("2026-11", ["open", "refused"]),
        ("2026-09-03", ["moved"]),
        ("ete", ["moved"]),
        ("in:labo", ["open"]),
        ("noperm", ["refused"]),
        ("is:failed", ["refused"]),
        ("is:open", ["open"]),
        ("2026-11 -is:open", ["refused"]),
        ("camille", ["open", "refused", "moved"]),
        ("nobody", []),
    ],
)
async def test_acts_are_found_by_words(journal: Journal, words: str, found: list[str]) -> None:
    from balt.cleanup.chronicle import acts_of, matching

    assert [act.deed.plan for act in matching(acts_of(journal.entries()), words)] == found


async def test_the_search_narrows_while_it_is_typed_and_escape_shows_all_again(journal: Journal) -> None:
    async with looking(journal) as person:
        await person.press("slash")
        await person.type("corbeille -vider")
        assert acts(person) == ["moved"]
        await person.press("enter")
        assert "1 sur 3" in person.screen()
        assert "Échap : tout montrer" in person.screen()
        await person.press("escape")
        assert acts(person) == ["open", "refused", "moved"]
        assert "Journal des actes" in person.screen()
        await person.press("escape")
        assert "Journal des actes" not in person.screen()


async def test_a_search_that_finds_nothing_says_how_to_search(journal: Journal) -> None:
    async with looking(journal, SMALL) as person:
        await person.press("slash")
        await person.type("rien-de-tel")
        await person.press("enter", "enter")
        assert "Aucun acte ne répond" in person.screen()
        assert any("Échap l'efface" in said for said in person.said())


async def test_enter_shows_every_request_and_answer_of_an_act(journal: Journal) -> None:
    async with looking(journal) as person:
        await person.press("j", "enter")
        shown = " ".join(person.screen().split())
        assert "2026-11-05 09:30:00 +0000 demande NO NOPERM" in shown
        assert "demandé UID MOVE" in shown
        assert "UID 1:3" in shown
        assert "left 7" in shown
        assert "imap.example:993" in shown
        await person.press("escape", "j")
        assert "Été 2019" in person.screen()


async def test_n_goes_to_what_failed(journal: Journal) -> None:
    async with looking(journal) as person:
        await person.press("n")
        assert person.app.journal.table.cursor == 1
        assert "NO NOPERM" in person.screen()


async def test_an_altered_line_is_said_at_the_top_unasked(journal: Journal) -> None:
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"count":3', b'"count":2', 1))
    async with looking(journal) as person:
        assert "La ligne 1 du journal ne suit pas la précédente" in person.screen()
        assert "la suite est complète" not in person.screen()


async def test_a_line_cut_by_a_crash_is_said_at_the_top(journal: Journal) -> None:
    journal.path.write_bytes(journal.path.read_bytes()[:-20])
    async with looking(journal) as person:
        assert "1 ligne du journal a été coupée" in person.screen()


async def test_a_sound_journal_says_so_only_when_asked(journal: Journal) -> None:
    async with looking(journal) as person:
        assert "▲ " not in "\n".join(person.screen().splitlines()[1:])
        await person.press("c")
        assert person.said() == ["13 lignes, la suite est complète."]


async def test_what_is_shown_is_exported_for_its_owner_alone(journal: Journal, hand: Hand) -> None:
    journal.append(deed(Phase.BEFORE, "formula", "trash", "=HYPERLINK(1)"))
    async with looking(journal) as person:
        await person.press("e")
        await person.press("slash")
        await person.type("is:failed")
        await person.press("enter")
        (first,) = (journal.folder / "exports").iterdir()
        with first.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        await person.press("e")
        assert any(str(first.name) in said.replace("\n", "") for said in person.said())
    assert len(rows) == 14
    assert rows[-1]["folder"] == "'=HYPERLINK(1)"
    assert rows[0]["author"] == "Dr Camille EXEMPLE"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    with first.open(encoding="utf-8", newline="") as file:
        assert [row["plan"] for row in csv.DictReader(file)] == ["refused"] * 4


async def test_an_export_that_cannot_be_written_is_said(journal: Journal) -> None:
    (journal.folder / "exports").write_text("a file where the folder should be")
    async with looking(journal) as person:
        await person.press("e")
        assert any("ne peut pas être écrit" in said for said in person.said())


async def test_a_journal_held_by_another_balt_does_not_hold_up_the_screen(journal: Journal) -> None:
    async with sitting(CONFIG, Secrets(), journal.folder) as person:
        with filelock.FileLock(f"{journal.path}.lock"):
            await person._pilot.press("5")
            await person.until("lecture…")
            await person._pilot.press("4")
            await person._pilot.press("5")
            await person.until("Journal des actes")
        await person.until("3 actes")


async def test_lines_whose_time_is_over_go_at_the_start_and_the_view_says_so(
    journal: Journal, hand: Hand
) -> None:
    old = Journal(journal.folder / "old" / "journal.jsonl", FixedClock(NOW - timedelta(days=400)), "x")
    whole(old, "old", "trash", "INBOX", "OK")
    recent = Journal(old.path, FixedClock(NOW - timedelta(days=14)), "x")
    whole(recent, "recent", "trash", "INBOX", "OK")
    config = Config(accounts=CONFIG.accounts, journal=JournalSettings(6))
    async with sitting(config, Secrets(), old.folder) as person:
        await person.press("5")
        assert "4 lignes, jusqu'au 18 oct. 2025, ont été ôtées" in person.screen()
        assert acts(person) == ["", "recent"]
        assert "durée de conservation" in person.screen()


async def test_twenty_thousand_lines_are_searched_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from balt.cleanup.chronicle import acts_of, matching
    from balt.cleanup.deeds import GENESIS, encode

    previous, lines = GENESIS, []
    for number in range(5_000):
        for phase in (Phase.BEFORE, Phase.STEP, Phase.STEP, Phase.AFTER):
            line = encode(
                deed(phase, f"plan{number}", "trash", "INBOX", answer="OK"), NOW, "x", "x", previous
            )
            previous = line[-66:-2].decode()
            lines.append(line)
    journal = Journal(tmp_path / "state" / "journal.jsonl", FixedClock(NOW), "x")
    journal.folder.mkdir()
    journal.path.write_bytes(b"\n".join(lines) + b"\n")
    assert journal.verify().ok
    told = acts_of(journal.entries())
    start = time.thread_time()
    assert [act.deed.plan for act in matching(told, "plan4321 corbeille")] == ["plan4321"]
    assert time.thread_time() - start < 0.2
