"""A small app that holds view 2 alone, and a practice to show in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from balt.clock import FixedClock
from balt.config import Account
from balt.directory.model import (
    BalKind,
    DirectoryAnswer,
    DirectoryEntry,
    Origin,
    PracticeSituation,
    Professional,
)
from balt.mail.model import Quota
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, Finding, Mailbox, MailboxStatus, Publication, Question, Verdict
from balt.mailboxes.saturation import Forecast
from balt.tui import signals
from balt.tui.theme import ANSI, DARK, LOOKS, Look
from balt.tui.views.annuaire import AnnuaireView
from balt.tui.widgets.footer import FooterBar

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
RPPS, TWIN, THIRD = "10999990012", "10999990137", "10999990145"
CAMILLE = "camille.exemple@medecin.mssante.fr"
GHOST = "c.exemple@ch-fictif.mssante.fr"
DESK = "secretariat@cab-lilas.mssante.fr"
UNLISTED = "camille@msp-lilas.mssante.fr"
UNKNOWN = "dr.exemple@ancien-reseau.mssante.fr"

LILAS = PracticeSituation("s1", RPPS, "Cabinet des Lilas", "990000017", "Fictiville", "L")
HOSPITAL = PracticeSituation("s2", RPPS, "CH fictif", "990000025", "Essai-sur-Mer", "S", "praticien")


def entry(address: str, origin: Origin = Origin.API, **facts: object) -> DirectoryEntry:
    """What one source publishes of a BAL of Camille EXEMPLE."""
    given = DirectoryEntry(
        address,
        BalKind.PER,
        origin,
        NOW if origin is Origin.API else YESTERDAY,
        family="EXEMPLE",
        given="Camille",
        title="Dr",
        rpps=RPPS,
        profession="Médecin",
        speciality="Cardiologie",
        structure="Cabinet des Lilas",
        finess="990000017",
        town="Fictiville",
        postcode="99001",
    )
    return replace(given, **facts)  # type: ignore[arg-type]


def measured(address: str, **figures: object) -> MailboxStatus:
    """The figures of a BAL that answered three minutes ago."""
    status = MailboxStatus(address, True, NOW - timedelta(minutes=3), messages=900, unseen=0)
    return replace(status, **figures)  # type: ignore[arg-type]


def filled(percent: int) -> Quota:
    """So much of two Go."""
    limit = 2 * 1024**3
    return Quota(limit * percent // 100 + 1, limit)


def mailboxes() -> list[Mailbox]:
    """Five BAL, one of each fate."""
    return [
        Mailbox(
            CAMILLE,
            BalKind.PER,
            Publication.PUBLISHED,
            Finding(Verdict.WATCH, "bientôt saturée", ("Occupée à 91 %, au-dessus du seuil de 80 %.",)),
            Account(CAMILLE, host="imap.exemple.invalid"),
            measured(
                CAMILLE,
                quota=filled(91),
                last_received=YESTERDAY,
                last_seen=YESTERDAY,
                last_sent=NOW - timedelta(days=4),
                unseen=12,
                trash_messages=412,
                trash_size=380 * 1024**2,
                saturation=Forecast(NOW + timedelta(days=140), 38 * 1024**2, 12),
            ),
            (entry(CAMILLE), entry(CAMILLE, Origin.EXTRACTION)),
            (LILAS,),
        ),
        Mailbox(
            DESK,
            BalKind.ORG,
            Publication.PUBLISHED,
            Finding(Verdict.ACTIVE, "lue et publiée", ("Un message reçu ce matin est lu.",)),
            Account(DESK, host="imap.exemple.invalid"),
            measured(
                DESK,
                quota=filled(34),
                last_received=NOW - timedelta(hours=1),
                last_seen=NOW - timedelta(hours=1),
                last_sent=NOW - timedelta(hours=2),
            ),
            (entry(DESK, kind=BalKind.ORG, family="", given="", title="", rpps="", service="Secrétariat"),),
            (LILAS,),
        ),
        Mailbox(
            GHOST,
            BalKind.PER,
            Publication.PUBLISHED,
            Finding(
                Verdict.GHOST,
                "publiée, et personne ne la lit",
                (
                    "L'annuaire la publie : des confrères y écrivent.",
                    "212 messages de suite n'ont pas été lus depuis le 14 sept. 2025.",
                    "Aucun envoi depuis 14 mois.",
                ),
            ),
            Account(GHOST, host="imap.ch-fictif.invalid"),
            measured(
                GHOST,
                quota=filled(57),
                last_received=NOW - timedelta(days=3),
                last_seen=NOW - timedelta(days=434),
                unread_since=NOW - timedelta(days=430),
                unread_run=212,
                unseen=212,
            ),
            (
                entry(GHOST, structure="CH fictif", finess="990000025"),
                entry(GHOST, Origin.EXTRACTION, structure="CH fictif", finess="990000033"),
            ),
            (HOSPITAL,),
        ),
        Mailbox(
            UNLISTED,
            BalKind.PER,
            Publication.ABSENT,
            Finding(Verdict.UNLISTED, "reçoit du courrier, absente de l'annuaire"),
            Account(UNLISTED, host="imap.exemple.invalid"),
            measured(
                UNLISTED,
                quota=filled(4),
                last_received=NOW - timedelta(days=12),
                last_seen=NOW - timedelta(days=12),
            ),
        ),
        Mailbox(
            UNKNOWN,
            BalKind.PER,
            Publication.PUBLISHED,
            Finding(Verdict.UNKNOWN, "publiée, sans compte ici : la consultez-vous ?"),
            entries=(entry(UNKNOWN, Origin.EXTRACTION),),
            answers=(
                Answer(Question.QUOTA, "40", NOW - timedelta(days=120), "Camille", "vu dans le webmail"),
            ),
        ),
    ]


def directory(problem: str = "") -> DirectoryView:
    """Both sources, as they answered."""
    known = [each for mailbox in mailboxes() for each in mailbox.entries]
    api = tuple(each for each in known if each.origin is Origin.API)
    file = tuple(each for each in known if each.origin is Origin.EXTRACTION)
    return DirectoryView(
        DirectoryAnswer(Origin.API, NOW - timedelta(minutes=3), api, (LILAS, HOSPITAL)),
        DirectoryAnswer(Origin.EXTRACTION, YESTERDAY, file),
        problem,
    )


def homonyms() -> DirectoryAnswer:
    """A search that finds three persons of one name, one without any BAL, and a service."""
    people = (
        Professional(RPPS, "EXEMPLE", "Camille", "Dr", "Médecin", "Cardiologie", ("Fictiville",)),
        Professional(TWIN, "Exemple", "Camille", "", "Infirmier", "", ("Essai-sur-Mer",)),
        Professional(THIRD, "EXEMPLE", "CAMILLE", "Dr", "Pharmacien", "", ("Modèleville",)),
    )
    entries = (
        entry(CAMILLE),
        entry(
            "accueil@ch-fictif.mssante.fr",
            kind=BalKind.ORG,
            family="",
            given="",
            title="",
            rpps="",
            profession="",
            speciality="",
            service="Accueil",
            structure="CH fictif",
        ),
        entry(CAMILLE, Origin.EXTRACTION),
        entry(
            "c.exemple@idel.mssante.fr",
            family="Exemple",
            rpps=TWIN,
            profession="Infirmier",
            speciality="",
            town="Essai-sur-Mer",
            structure="Cabinet infirmier du Port",
        ),
    )
    return DirectoryAnswer(Origin.API, NOW, entries, (), people)


class Host(App[None]):
    """View 2 and a footer; keeps what the view asks."""

    CSS = "Screen { background: $background; }"

    def __init__(self, look: Look = DARK) -> None:
        super().__init__(ansi_color=look is ANSI)
        self.look = look
        self.asked: list[Message] = []
        for each in LOOKS.values():
            self.register_theme(each.theme())
        self.theme = "ansi-dark" if look is ANSI else look.name

    def compose(self) -> ComposeResult:
        yield AnnuaireView(FixedClock(NOW))
        yield FooterBar()

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.query_one(FooterBar).show(("annuaire",), self.annuaire.why_not)
        self.annuaire.table.focus()

    @property
    def annuaire(self) -> AnnuaireView:
        """The view, also under a window."""
        return self.screen_stack[0].query_one(AnnuaireView)

    @on(signals.PaneChanged)
    def pane_changed(self) -> None:
        self.screen_stack[0].query_one(FooterBar).refresh()

    @on(signals.OpenMailbox)
    @on(signals.AddMailbox)
    @on(signals.Follow)
    @on(signals.AnswerGiven)
    @on(signals.LinkSituation)
    @on(signals.DirectorySearch)
    @on(signals.GoHome)
    @on(signals.Say)
    def keep(self, event: Message) -> None:
        self.asked.append(event)


class Reader:
    """Someone at the keyboard of the host."""

    def __init__(self, app: Host, pilot: "Pilot[None]") -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, each once the app is quiet again."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def show(self, found: Sequence[Mailbox], view: DirectoryView, *, reading: bool = False) -> None:
        """Give the view something to show."""
        self.app.annuaire.show(found, view, reading=reading)
        await self.pilot.pause()

    def screen(self) -> str:
        """What the screen shows, without colours."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def shown_as_one(self) -> str:
        """The same as one line, broken nowhere."""
        return " ".join(self.screen().split())

    def line_of(self, text: str) -> str:
        """The first line of the screen that holds a text; "" where there is none."""
        return next((line for line in self.screen().splitlines() if text in line), "")

    def said(self) -> list[str]:
        """The sentences that the view told the user."""
        return [each.sentence for each in self.app.asked if isinstance(each, signals.Say)]

    def picture(self, path: Path) -> None:
        """The screen as an SVG file."""
        path.write_text(self.app.export_screenshot(), encoding="utf-8")


@asynccontextmanager
async def reading(
    size: tuple[int, int] = (140, 45),
    *,
    found: Sequence[Mailbox] | None = None,
    view: DirectoryView | None = None,
    look: Look = DARK,
) -> AsyncIterator[Reader]:
    """View 2 on the practice of these tests, or on what is given."""
    app = Host(look)
    async with app.run_test(size=size) as pilot:
        reader = Reader(app, pilot)
        await reader.show(mailboxes() if found is None else found, directory() if view is None else view)
        await pilot.pause()
        yield reader
