"""View 1 beyond the three columns: one BAL or the practice, ticks by hand, what is due, the line a day."""

from dataclasses import replace
from pathlib import Path

from balt.cli.demo import Demo
from balt.config import Account
from balt.sheets.history import Day, History
from balt.sheets.model import StepState
from balt.tui.dialogs.answer import AnswerDialog
from balt.tui.dialogs.pick import PickDialog
from tests.tui.driver import NOW, sitting

CAMILLE, WEBMAIL = "camille.exemple@medecin.mssante.fr", "webmail@medecin.mssante.fr"


async def test_b_goes_from_the_practice_to_each_bal_and_back(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        assert "Tout le cabinet" in person.screen()
        await person.press("b")
        shown = person.screen()
        assert f"{CAMILLE}   BAL 1 sur" in shown
        assert "412 messages, 380 Mo" in shown
        assert "dans 2 BAL" not in shown
        await person.press("B")
        assert "Tout le cabinet" in person.screen()
        await person.press("B", "b")
        assert "Tout le cabinet" in person.screen()


async def test_enter_works_on_the_steps_of_one_bal(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("b", "b", "l", "enter")
        await person.quiet()
        assert person.app.view is person.app.messages
        assert person.app.messages.browse.address == demo.config.accounts[1].address


async def test_t_says_why_where_the_evidence_decides(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("b", "l", "t")
        assert any("Cette étape se mesure dans cette BAL" in each for each in person.said())
        await person.press("l", "t")
        assert any("se choisit dans la vue 4" in each for each in person.said())
        assert len(person.app.screen_stack) == 1


async def test_t_asks_where_nothing_can_be_measured_and_the_step_turns(demo: Demo, tmp_path: Path) -> None:
    config = replace(demo.config, accounts=(Account(WEBMAIL, access="none"),))
    async with sitting(config, demo.secrets, tmp_path) as person:
        person.app.whose = WEBMAIL
        person.app.show_evidence()
        await person.press("l", "t")
        assert isinstance(person.app.screen, AnswerDialog)
        assert "La corbeille de cette BAL est-elle vidée ?" in person.screen()
        await person.press("enter")
        assert "fait d'après Dr Camille EXEMPLE, le " in person.screen()
        found = next(each for each in person.app._shown if each.id == "entretenir.1")
        assert found.state is StepState.DONE


async def test_e_tells_what_is_due_and_enter_goes_there(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("e")
        dialog = person.app.screen
        assert isinstance(dialog, PickDialog)
        assert "Échéances" in person.screen()
        place = next(i for i, each in enumerate(dialog._choices, 1) if each.text.startswith("Vider"))
        await person.press(str(place))
        await person.quiet()
        assert person.app.view is person.app.messages


async def test_the_day_is_kept_and_shown_beside_an_earlier_one(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        (today,) = History(person.app.ledger.folder).days()
        assert today.day == NOW.date()
        assert len(today.states) == 8
        long_ago = Day(NOW.date().replace(month=3), tuple((step, StepState.TODO) for step, _ in today.states))
        (person.app.ledger.folder / "history.json").unlink()
        History(person.app.ledger.folder)._store.change(lambda _days: (long_ago,))
        person.app._noted = None
        person.app.show_evidence()
        await person.quiet()
        assert "en mars 0/8, aujourd'hui " in person.screen()
