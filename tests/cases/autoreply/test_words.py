"""How an auto-reply stands, in the sentences that a person reads."""

from datetime import date

import pytest

from balt.cases.autoreply.reply import auto_reply
from balt.cases.autoreply.script import Installed, Way
from balt.cases.autoreply.state import OwnStand, Stand, State
from balt.cases.autoreply.words import copy_lines, state_lines

OTHER = "camille.exemple@medecin.mssante.fr"
ABOUT = Installed(OTHER, date(2026, 12, 31), Way.COMBINED, "Tri", "", sound=True)


@pytest.mark.parametrize(
    ("stand", "said"),
    [
        (Stand.ABSENT, "Aucune réponse automatique de balt n'est en service"),
        (Stand.ACTIVE, "La réponse automatique est en service."),
        (Stand.ENDED, "ne répond plus : elle est finie"),
        (Stand.IDLE, "mise hors service par un autre programme"),
        (Stand.CHANGED, "un autre programme a changé son texte"),
        (Stand.GONE, "supprimée du serveur par un autre programme"),
        (Stand.REPLACED, "a mis en service le script « Vacances »"),
    ],
)
def test_each_state_has_its_sentence(stand: Stand, said: str) -> None:
    assert said in state_lines(State(stand, active="Vacances"))[0]


def test_one_that_is_there_says_where_it_sends_people_until_when_and_who_put_it_there() -> None:
    lines = state_lines(State(Stand.ACTIVE, about=ABOUT, elsewhere=True))
    assert lines[1:] == [
        f"Elle renvoie vers {OTHER}.",
        "Son dernier jour : 31 déc. 2026.",
        "Elle a été installée par un autre balt : un autre ordinateur, ou un autre utilisateur.",
    ]
    assert len(state_lines(State(Stand.ABSENT, about=ABOUT, elsewhere=True))) == 1


@pytest.mark.parametrize(
    ("state", "lines"),
    [
        (State(Stand.ABSENT, removed=True), []),
        (
            State(Stand.ABSENT, active="Tri", removed=True),
            ["Le script « Tri » est en service."],
        ),
        (
            State(Stand.ABSENT, about=ABOUT, removed=True),
            ["Son script, qu'un autre programme a changé, reste sur le serveur, hors service."],
        ),
    ],
)
def test_one_that_was_just_removed_says_so_and_what_is_left(state: State, lines: list[str]) -> None:
    assert state_lines(state) == ["La réponse automatique est retirée.", *lines]


@pytest.mark.parametrize(
    ("own", "way", "copy", "said"),
    [
        (OwnStand.SAME, Way.COMBINED, False, "continue de trier le courrier"),
        (OwnStand.CHANGED, Way.INCLUDE, False, "continue de trier le courrier"),
        (OwnStand.CHANGED, Way.COMBINED, False, "a changé depuis : installez de nouveau"),
        (OwnStand.IDLE, Way.COMBINED, False, "ne trie plus le courrier"),
        (OwnStand.MISSING, Way.COMBINED, False, "un autre programme l'a supprimé"),
        (OwnStand.MISSING, Way.COMBINED, True, "balt en a gardé une copie"),
    ],
)
def test_it_says_what_has_become_of_the_script_of_the_person(
    own: OwnStand, way: Way, *, copy: bool, said: str
) -> None:
    about = Installed(OTHER, None, way, "Tri", "", sound=True)
    last = state_lines(State(Stand.ACTIVE, own, about=about, previous="Tri", copy=copy))[-1]
    assert (said in last, "« Tri »" in last) == (True, True)


def test_how_to_put_it_there_by_hand_is_one_text_that_every_window_breaks_by_itself() -> None:
    first = copy_lines(auto_reply("ancienne@medecin.mssante.fr", OTHER, None, date(2026, 11, 22)))[0]
    assert first.startswith("À faire dans le webmail de la BAL")
    assert first.endswith("puis enregistrez.")
