"""An operator's figure in the app: out of the file on disk into the detail of view 2, with its day."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.mailboxes.operator.book import FILE, OperatorBook
from balt.mailboxes.operator.figures import OperatorFigure
from balt.tui.ledger import Ledger
from balt.tui.views.annuaire_detail import facts_of
from tests.mailboxes.directory_cases import CAMILLE, GIB, NOW, WEBMAIL, settings

TODAY = NOW.date()
FIGURE = OperatorFigure(
    TODAY - timedelta(days=11),
    last_login=TODAY - timedelta(days=15),
    used=GIB,
    quota=2 * GIB,
    last_received=TODAY - timedelta(days=12),
)


@pytest.mark.parametrize(
    ("figure", "hue", "said"),
    [
        (
            FIGURE,
            "text",
            [
                "statistique du 12 nov. 2026",
                "dernière connexion le 8 nov. 2026",
                "dernier message reçu le 11 nov. 2026",
                "50 % : 1 Go sur 2 Go",
            ],
        ),
        (
            OperatorFigure(TODAY - timedelta(days=90), never=True, used=GIB),
            "muted",
            ["statistique du 25 août 2026 : trop ancienne pour conclure", "jamais ouverte", "1 Go occupés"],
        ),
        (replace(FIGURE, last_login=None, last_received=None, used=None, quota=None, percent=7), "text",
         ["statistique du 12 nov. 2026", "remplie à 7 %"]),
        (None, "", []),
    ],
)  # fmt: skip
def test_the_detail_shows_the_operator_s_figure_and_its_age(
    tmp_path: Path, figure: OperatorFigure | None, hue: str, said: list[str]
) -> None:
    if figure is not None:
        OperatorBook(tmp_path).learn({CAMILLE: figure}, None)
    ledger = Ledger(settings(WEBMAIL), FixedClock(NOW), tmp_path)
    ledger.load(lambda sentence: pytest.fail(sentence))
    (mailbox,) = ledger.practice().mailboxes
    shown = [fact for fact in facts_of(mailbox, ledger.directory, NOW) if fact.label == "Opérateur"]
    assert [line for fact in shown for line in fact.said] == [(each, hue) for each in said]


def test_a_damaged_file_is_told_and_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{", encoding="utf-8")
    told: list[str] = []
    ledger = Ledger(settings(WEBMAIL), FixedClock(NOW), tmp_path)
    ledger.load(told.append)
    assert "abîmé" in told[0]
    assert ledger.practice().mailboxes[0].operator is None
