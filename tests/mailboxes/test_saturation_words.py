"""When a BAL will be full, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from balt.mailboxes.saturation import Forecast, Silence
from balt.mailboxes.saturation_words import (
    saturation_headline,
    saturation_label,
    saturation_sentence,
    saturation_when,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MIB = 1024**2


@pytest.mark.parametrize(
    ("date", "words", "label"),
    [
        (datetime(2027, 1, 12, tzinfo=UTC), "vers le 12 janv. 2027", "12 janv. 2027"),
        (datetime(2027, 4, 2, tzinfo=UTC), "vers début avril 2027", "avril 2027"),
        (datetime(2027, 4, 15, tzinfo=UTC), "vers la mi-avril 2027", "avril 2027"),
        (datetime(2027, 4, 30, tzinfo=UTC), "vers fin avril 2027", "avril 2027"),
        (datetime(2028, 8, 15, tzinfo=UTC), "vers août 2028", "août 2028"),
        (datetime(2030, 8, 15, tzinfo=UTC), "vers 2030", "août 2030"),
    ],
)
def test_the_farther_the_date_the_less_exact_it_is_told(date: datetime, words: str, label: str) -> None:
    assert saturation_when(date, NOW) == words
    assert saturation_headline(Forecast(date), NOW) == f"saturée {words}"
    assert saturation_label(Forecast(date), NOW) == label


def test_the_reasoning_stands_with_the_date() -> None:
    told = Forecast(datetime(2027, 4, 15, tzinfo=UTC), 38 * MIB, 12)
    assert saturation_sentence(told, NOW) == "saturée vers la mi-avril 2027 : +38 Mo par mois sur 12 mois"


@pytest.mark.parametrize(
    ("rate", "words"), [(0, "0 o"), (700, "700 o"), (43_411_000, "41 Mo"), (9_860_000, "9,4 Mo")]
)
def test_the_rate_is_rounded(rate: int, words: str) -> None:
    told = saturation_sentence(Forecast(NOW + timedelta(days=200), rate, 12), NOW)
    assert told.endswith(f": +{words} par mois sur 12 mois")


@pytest.mark.parametrize(
    ("growth", "words"),
    [(1.31, ", 31 % de plus chaque année"), (0.8, ", 20 % de moins chaque année"), (1.04, "")],
)
def test_growth_is_told_where_it_counts(growth: float, words: str) -> None:
    told = Forecast(NOW + timedelta(days=200), 38 * MIB, 12, growth)
    assert saturation_sentence(told, NOW).endswith("+38 Mo par mois sur 12 mois" + words)


def test_a_far_date_is_no_date_but_has_its_reasoning() -> None:
    told = Forecast(None, MIB, 12, silence=Silence.FAR)
    assert saturation_sentence(told, NOW) == "pas saturée avant 5 ans : +1 Mo par mois sur 12 mois"
    assert saturation_label(told, NOW) == "> 5 ans"


def test_every_silence_has_words_of_its_own() -> None:
    silent = [Forecast(None, MIB, 4, silence=silence) for silence in Silence]
    assert len({saturation_sentence(each, NOW) for each in silent}) == len(Silence)
    assert len({saturation_label(each, NOW) for each in silent}) == len(Silence)


def test_a_date_within_90_days_is_near() -> None:
    assert Forecast(NOW + timedelta(days=89)).is_near(NOW)
    assert not Forecast(NOW + timedelta(days=90)).is_near(NOW)
    assert not Forecast(silence=Silence.FULL).is_near(NOW)
