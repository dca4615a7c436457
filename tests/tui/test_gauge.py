"""The fill level under ENTRETENIR, and what the header says of a BAL that will soon be full."""

from datetime import timedelta

from textual.app import App, ComposeResult

from balt.mail.model import Quota
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.saturation import Forecast, Silence
from balt.tui.theme import DARK
from balt.tui.views.board import Gauge
from balt.tui.views.gauge import alarm_of, gauge_of
from balt.tui.widgets.header import HeaderBar
from tests.sheets.cases import ALIX, GIB, LOU, MIB, NOW, bal, known

LATER = Forecast(NOW + timedelta(days=200), 38 * MIB, 12)
SOON = Forecast(NOW + timedelta(days=40), 38 * MIB, 12)
FULLEST = Quota(9 * GIB, 10 * GIB)


def gauge(*statuses: MailboxStatus) -> Gauge:
    found = gauge_of(known(statuses))
    assert found is not None
    return found


def test_the_reasoning_stands_below_and_the_date_beside_the_bar() -> None:
    shown = gauge(bal(quota=FULLEST, saturation=LATER))
    assert shown.sentences == (
        "9 Go sur 10 Go",
        "saturée vers début juin 2027 : +38 Mo par mois sur 12 mois",
    )
    assert shown.brief == "saturée vers début juin 2027"


def test_without_a_date_the_storage_stands_beside_the_bar_and_the_reason_below() -> None:
    shown = gauge(bal(quota=FULLEST, saturation=Forecast(silence=Silence.STILL)))
    assert shown.brief == "9 Go sur 10 Go"
    assert "presque rien n'arrive" in shown.sentences[-1]


def test_another_bal_that_will_be_full_first_is_named() -> None:
    shown = gauge(
        bal(ALIX, quota=FULLEST, saturation=LATER), bal(LOU, quota=Quota(GIB, 2 * GIB), saturation=SOON)
    )
    assert shown.sentences[0] == f"9 Go sur 10 Go · {ALIX}"
    assert shown.sentences[-1] == f"{LOU} : saturée vers le 1er janv. 2027"


def test_the_header_speaks_of_what_is_near_only() -> None:
    assert alarm_of(known([bal(quota=FULLEST, saturation=LATER)])) == ""
    assert alarm_of(known([bal(quota=FULLEST, saturation=SOON)])) == "saturée vers le 1er janv. 2027"
    assert alarm_of(known([bal(quota=FULLEST)])) == ""


class HeaderApp(App[None]):
    """The header alone."""

    look = DARK

    def compose(self) -> ComposeResult:
        yield HeaderBar(who="Dr Camille EXEMPLE", mailboxes=5, badge="")

    def on_mount(self) -> None:
        self.register_theme(DARK.theme())
        self.theme = DARK.name


async def header(width: int, alarm: str) -> str:
    app = HeaderApp()
    async with app.run_test(size=(width, 5)) as pilot:
        bar = app.query_one(HeaderBar)
        bar.state, bar.alarm = "▲", alarm
        await pilot.pause()
        return bar.render_line(0).text


async def test_the_alarm_stands_before_the_name_and_gives_way_on_a_narrow_screen() -> None:
    wide = await header(140, "saturée vers le 1er janv. 2027")
    assert "▲  saturée vers le 1er janv. 2027" in wide
    assert "5 BAL" in wide
    narrow = await header(80, "saturée vers le 1er janv. 2027")
    assert "saturée" not in narrow
    assert "▲" in narrow
