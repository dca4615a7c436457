"""Documents handed over from the app: chosen as for any act, followed, told; marked only by a yes."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from balt.cleanup.handover.place import last_place, place_of
from balt.cli.demo import Demo
from balt.config import Account
from balt.mail.model import Flag
from balt.tui.dialogs.export import ExportDialog
from tests.cleanup.handover.test_handing_over import PDF, mail, pdf, xdm, zip_of
from tests.tui.driver import SMALL, Person, sitting
from tests.tui.test_mark import integrated, keyworded
from tests.tui.test_views import CAMILLE, second_client

FOLDER = "Remise"


def arrived(demo: Demo, *mails: bytes) -> None:
    """Mail that comes into a folder of its own."""
    with second_client(demo, demo.config.account(CAMILLE)) as client:
        client.create(FOLDER)
        for each in mails:
            client.append(FOLDER, r"(\Seen)", "", each)


async def opened(person: Person) -> None:
    """Look at that folder."""
    await person.press("3")
    person.app.messages.open(CAMILLE, FOLDER)
    await person.quiet()


def dialog(person: Person) -> ExportDialog:
    screen = person.app.screen
    assert isinstance(screen, ExportDialog)
    return screen


async def ready(person: Person) -> None:
    """Wait until what is to be known of the place is on screen."""
    window = dialog(person)
    for _turn in range(1000):
        if window.state.warnings is not None or window.state.problem is not None:
            break
        await person._pilot.pause(0.01)
    await person.quiet()


async def handed_over(person: Person) -> None:
    await person.press("e")
    await ready(person)
    await person.press("enter")


def run_in(place: Path) -> Path:
    (run,) = place.iterdir()
    return run


async def test_marked_messages_give_their_documents_and_no_answer_marks_nothing(
    demo: Demo, tmp_path: Path
) -> None:
    arrived(demo, mail(("application/zip", "IHE_XDM.zip", xdm()), pdf()), mail(pdf(b"%PDF 2")))
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        before = keyworded(demo, FOLDER)
        await opened(person)
        await person.press("asterisk", "e")
        assert "les documents de 2 messages" in person.screen()
        assert dialog(person)._head.size.height == 2  # whole at once, before anything else comes
        assert "2 portent des pièces jointes." in person.screen()
        await ready(person)
        await person.press("enter")
        assert "4 documents remis et relus à l'identique" in person.screen()
        assert "Les documents de 2 messages sont-ils intégrés\N{NO-BREAK SPACE}?" in person.screen()
        run = run_in(tmp_path / "documents")
        found = json.loads((run / "index.json").read_bytes())["documents"]
        digests = {row["sha256"]: hashlib.sha256((run / row["file"]).read_bytes()) for row in found}
        assert hashlib.sha256(PDF).hexdigest() in digests
        assert all(told == read.hexdigest() for told, read in digests.items())
        await person.press("escape")
        assert keyworded(demo, FOLDER) == before
        assert f"balt mark {CAMILLE} --exported {run} --integrated" in person.said()[-1]


async def test_yes_marks_those_of_which_all_was_handed_over_and_no_other(demo: Demo, tmp_path: Path) -> None:
    bomb = zip_of(("IHE_XDM/SUBSET01/DOC.XML", b"\0" * 30_000_000))
    arrived(
        demo,
        mail(pdf(b"%PDF whole")),
        mail(pdf(b"%PDF refused"), ("application/zip", "IHE_XDM.zip", bomb)),
        mail(pdf(b"%PDF left"), ("application/msword", "a.doc", b"x")),
    )
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        before = keyworded(demo, FOLDER)
        await opened(person)
        await person.press("asterisk")
        await handed_over(person)
        told = person.screen()
        assert "3 documents remis" in told
        assert "1 pièce refusée" in told
        assert "1 pièce d'un autre genre, laissée" in told
        assert "2 messages n'ont pas donné tout ce qu'ils portent" in told
        assert "Les documents de 1 message sont-ils" in told
        await person.press("o")
        assert keyworded(demo, FOLDER) == before + 1
        assert integrated(person) == before + 1
        assert person.said()[-1] == "1 message marqué intégré (marque posée sur le serveur)."


async def test_a_letter_typed_before_the_account_was_read_marks_nothing(demo: Demo, tmp_path: Path) -> None:
    arrived(demo, mail(pdf()))
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        before = keyworded(demo, FOLDER)
        await opened(person)
        await person.press("e")
        await ready(person)
        window = dialog(person)
        window._allow()
        await person.press("enter")
        window._may_answer = False  # as in the first moments of the account
        await person.press("o", "y")
        assert dialog(person) is window
        assert keyworded(demo, FOLDER) == before


async def test_what_was_handed_over_is_not_a_second_time_unless_asked(demo: Demo, tmp_path: Path) -> None:
    arrived(demo, mail(pdf()))
    place = tmp_path / "ailleurs"
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await opened(person)
        await person.press("e")
        dialog(person)._field("place").value = str(place)
        await person.quiet()
        await ready(person)
        await person.press("enter", "escape")
        assert last_place(tmp_path) == place
        await person.press("e")
        assert dialog(person)._field("place").value == str(place)
        await ready(person)
        await person.press("enter")
        assert "1 document déjà remis" in person.screen()
        assert "intégrés\N{NO-BREAK SPACE}?" not in person.screen()
        await person.press("enter")
        assert len(person.app.screen_stack) == 1
        await person.press("e", "down", "down", "down", "space")
        await ready(person)
        await person.press("enter")
        assert "1 document remis" in person.screen()
    assert len(list(place.iterdir())) == 2


async def test_a_place_and_a_name_that_will_not_do_are_told_and_nothing_is_written(
    demo: Demo, tmp_path: Path
) -> None:
    arrived(demo, mail(pdf()))
    (tmp_path / "ouvert").mkdir()
    (tmp_path / "ouvert").chmod(0o777)
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await opened(person)
        await person.press("e")
        window = dialog(person)
        for place, why in (
            (tmp_path / "ouvert", "tout le monde peut y écrire"),
            ("", "dites dans quel dossier"),
        ):
            window._field("place").value = str(place)
            await person.quiet()
            await ready(person)
            assert why.lower() in " ".join(person.screen().split()).lower()
            await person.press("enter")
            assert window.state.stage == "ask"
        window._field("place").value = str(tmp_path / "documents")
        window._field("name").value = "{patient}"
        await person.quiet()
        await ready(person)
        await person.press("enter")
        assert "{patient}" in person.screen()
        assert window.state.stage == "ask"
        window._field("name").value = "{kind}-{number}"
        await person.quiet()
        await person.press("enter")
        assert (run_in(tmp_path / "documents") / "pdf-0001.pdf").read_bytes() == PDF


async def test_a_synchronised_folder_is_warned_of(demo: Demo, tmp_path: Path) -> None:
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await person.press("3", "e")
        dialog(person)._field("place").value = str(tmp_path / "Dropbox" / "labo")
        await person.quiet()
        await ready(person)
        await person.until("synchronisé")
        assert "synchronisé avec un service en ligne" in " ".join(person.screen().split())


async def test_stopped_it_tells_what_is_handed_over_and_what_is_not(demo: Demo, tmp_path: Path) -> None:
    arrived(demo, *(mail(pdf(b"%%PDF %d" % number)) for number in range(40)))
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await opened(person)
        await person.press("asterisk", "e")
        await ready(person)
        window, exporting = dialog(person), person.app.engine.exporting

        def first(done: int, total: int) -> None:
            window.post_message(window.Advanced(done, total))
            if done == 3:
                exporting.stop()

        window.advanced = first  # type: ignore[method-assign]
        await person.press("enter")
        told = " ".join(person.screen().split())
        assert "3 documents remis" in told
        assert "37 messages restent à lire" in told
        assert "Les documents de 3 messages sont-ils intégrés" in told


async def test_escape_stops_after_the_message_under_way(demo: Demo, tmp_path: Path) -> None:
    arrived(demo, mail(pdf()))
    stopped: list[bool] = []
    async with sitting(demo.config, demo.secrets, tmp_path) as person:
        await opened(person)
        await person.press("e")
        await ready(person)
        window = dialog(person)
        window._begin = lambda _place, _wanted: window.advanced(1, 3)
        window._stop = lambda: stopped.append(True)
        await person.press("enter")
        assert "1 messages sur 3" in person.screen()
        await person.press("escape", "escape", "ctrl+c")
        assert "Arrêt demandé" in person.screen()
        assert stopped == [True]
        assert person.app.is_running


async def test_it_fits_a_small_screen_whatever_is_told(demo: Demo, tmp_path: Path) -> None:
    damaged = [mail(pdf(b"%%PDF %d" % n), ("application/zip", "IHE_XDM.zip", b"PK?")) for n in range(30)]
    arrived(demo, *damaged)
    async with sitting(demo.config, demo.secrets, tmp_path, size=SMALL) as person:
        await opened(person)
        await person.press("asterisk", "e")
        await ready(person)
        assert "Ne rien faire" in person.screen()
        await person.press("enter")
        assert "30 documents remis" in person.screen()
        assert "Fermer" in person.screen()
        await person.press(*["down"] * 70)
        last = dialog(person).state.done
        assert last is not None
        assert f"message {last.refused[-1][0].uid}," in person.screen()


async def test_mail_in_files_gives_its_documents_and_keeps_its_marks_here(demo: Demo, tmp_path: Path) -> None:
    mails = tmp_path / "mails"
    mails.mkdir()
    octets = mail(pdf())
    (mails / "1.eml").write_bytes(octets)
    account = Account("fichiers@exemple.mssante.fr", access="files", path=mails)
    config = replace(demo.config, accounts=(account,))
    async with sitting(config, demo.secrets, tmp_path / "state") as person:
        await person.press("3")
        await handed_over(person)
        assert "1 document remis" in person.screen()
        await person.press("o")
        listing = person.app.messages.browse.listing
        assert listing is not None
        assert [bool(flags & Flag.INTEGRATED) for flags in listing.flags] == [True]
    assert (mails / "1.eml").read_bytes() == octets


async def test_a_discreet_access_hands_nothing_over(shared_demo: Demo, tmp_path: Path) -> None:
    account = replace(shared_demo.config.account(CAMILLE), authorization_identity="quelqu-un-d-autre")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3")
        branches = person.app.messages.browse.branches
        branches[CAMILLE] = replace(branches[CAMILLE], account=account)
        await person.press("e")
        assert len(person.app.screen_stack) == 1
        assert "Accès discret" in person.said()[-1]


def test_a_place_that_leads_nowhere_is_no_last_place(tmp_path: Path) -> None:
    assert last_place(tmp_path) is None
    gone = {"open": str(tmp_path / "gone" / "run")}
    (tmp_path / "handed-over.jsonl").write_text(json.dumps(gone) + '\n{"open": 3}\n{"open"')
    assert last_place(tmp_path) is None
    (tmp_path / "gone").mkdir()
    assert last_place(tmp_path) == tmp_path / "gone"
    assert place_of(Path("~")).is_absolute()
