"""How full a BAL is, in a bar and a sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from balt.config import Thresholds
from balt.mail.model import Quota
from balt.mailboxes.model import Answer, Question
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.saturation import Forecast, Silence
from balt.sheets.quota import QuotaLevel, fullest, quota_line, room_of, soonest
from tests.sheets.cases import ALIX, GIB, LOU, MIB, NOW, answer, bal, days_ago, known, silent

LIMITS = Thresholds()


def test_the_sentence_tells_used_and_limit() -> None:
    line = quota_line(bal(quota=Quota(1_954_210_120, 2 * GIB)), LIMITS)
    assert line is not None
    assert (line.address, line.sentence) == (ALIX, "1,82 Go sur 2 Go")


def test_a_limit_given_by_hand_is_said_to_be() -> None:
    line = quota_line(bal(quota=Quota(GIB, 2 * GIB, by_hand=True)), LIMITS)
    assert line is not None
    assert line.sentence == "1 Go sur 2 Go (quota indiqué par vous)"


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (79, QuotaLevel.CALM),
        (80, QuotaLevel.WARNING),
        (94, QuotaLevel.WARNING),
        (95, QuotaLevel.ALERT),
        (120, QuotaLevel.ALERT),
    ],
)
def test_the_level_follows_the_thresholds(used: int, level: QuotaLevel) -> None:
    line = quota_line(bal(quota=Quota(used, 100)), LIMITS)
    assert line is not None
    assert (line.percent, line.level) == (used, level)


def test_no_limit_gives_no_line() -> None:
    assert quota_line(bal(), LIMITS) is None
    assert quota_line(bal(quota=Quota(5, 0)), LIMITS) is None
    assert quota_line(silent(), LIMITS) is None


def test_the_fullest_is_the_nearest_to_its_limit() -> None:
    small = bal(ALIX, quota=Quota(90, 100))
    large = bal(LOU, quota=Quota(GIB, 2 * GIB))
    line = fullest(known([large, silent(), bal("x@y.mssante.fr"), small]).mailboxes, LIMITS, NOW)
    assert line is not None
    assert line.address == ALIX
    assert fullest(known([silent(), bal()]).mailboxes, LIMITS, NOW) is None


COUNTED = OperatorFigure(days_ago(20).date(), used=1_900 * MIB, quota=2 * GIB)


@pytest.mark.parametrize(
    ("figure", "answers", "said"),
    [
        (COUNTED, (), (92, "1,86 Go sur 2 Go, d'après l'opérateur, le 2 nov. 2026")),
        (
            replace(COUNTED, used=None, quota=None, percent=97),
            (),
            (97, "remplie à 97 %, d'après l'opérateur, le 2 nov. 2026"),
        ),
        (replace(COUNTED, quota=None), (), None),
        (replace(COUNTED, taken_on=days_ago(90).date()), (), None),
        (COUNTED, (answer(Question.QUOTA, "40"),), None),
        (
            COUNTED,
            (answer(Question.QUOTA, "40", 100),),
            (92, "1,86 Go sur 2 Go, d'après l'opérateur, le 2 nov. 2026"),
        ),
    ],
)
def test_where_the_server_gives_no_quota_the_operator_s_lately_counted_one_is_drawn(
    figure: OperatorFigure, answers: tuple[Answer, ...], said: tuple[int, str] | None
) -> None:
    (mailbox,) = known([bal()]).mailboxes
    line = room_of(replace(mailbox, operator=figure, answers=answers), LIMITS, NOW)
    assert (None if line is None else (line.percent, line.sentence)) == said


def test_the_server_s_own_quota_outranks_the_operator_s() -> None:
    (mailbox,) = known([bal(quota=Quota(10, 100))]).mailboxes
    line = room_of(replace(mailbox, operator=COUNTED), LIMITS, NOW)
    assert line is not None
    assert line.percent == 10


def test_the_fullest_may_be_one_that_its_operator_counted() -> None:
    other, mailbox = known([bal(LOU, quota=Quota(50, 100)), bal()]).mailboxes
    line = fullest(
        [other, replace(mailbox, operator=replace(COUNTED, used=None, quota=None, percent=97))], LIMITS, NOW
    )
    assert line is not None
    assert (line.address, line.part, line.level) == (ALIX, 0.97, QuotaLevel.ALERT)


def test_the_date_and_its_reasoning_stand_beside_the_storage() -> None:
    told = Forecast(NOW + timedelta(days=200), 38 * MIB, 12)
    line = quota_line(bal(quota=Quota(GIB, 2 * GIB), saturation=told), LIMITS)
    assert line is not None
    assert line.headline == "saturée vers début juin 2027"
    assert line.forecast == "saturée vers début juin 2027 : +38 Mo par mois sur 12 mois"
    assert (line.level, line.soon) == (QuotaLevel.CALM, False)


def test_without_a_date_its_reason_stands_there() -> None:
    line = quota_line(bal(quota=Quota(GIB, 2 * GIB), saturation=Forecast(silence=Silence.IRREGULAR)), LIMITS)
    assert line is not None
    assert (line.headline, line.soon) == ("", False)
    assert "trop inégal" in line.forecast


def test_a_near_date_is_a_warning_below_the_threshold_too() -> None:
    told = Forecast(NOW + timedelta(days=30), 38 * MIB, 12)
    line = quota_line(bal(quota=Quota(GIB, 2 * GIB), saturation=told), LIMITS)
    assert line is not None
    assert (line.level, line.soon) == (QuotaLevel.WARNING, True)


def test_the_soonest_may_be_another_than_the_fullest() -> None:
    full = bal(ALIX, quota=Quota(90, 100), saturation=Forecast(NOW + timedelta(days=300), 1, 12))
    quick = bal(LOU, quota=Quota(50, 100), saturation=Forecast(NOW + timedelta(days=100), 1, 12))
    line = soonest([full, quick, bal("x@y.mssante.fr")], LIMITS)
    assert line is not None
    assert line.address == LOU
    assert soonest([bal(), silent()], LIMITS) is None
