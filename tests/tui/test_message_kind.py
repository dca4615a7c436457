"""What a message is, why, and what receipts say of it: on the list, wide and small, and on its page."""

from dataclasses import replace
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.config import Account, Config
from balt.mail.listing import Listing
from balt.mail.model import Kind
from balt.mailboxes.integration import Finding, Says
from balt.secrets import Secrets
from balt.tui.views.browse import Browse
from balt.tui.views.folder_rows import Branch
from balt.tui.views.message_kind import told_of
from tests.support.receipt_mails import letter, receipt
from tests.support.servers import ImapServer
from tests.tui.driver import NOW, SMALL, WIDE, Person, sitting

FILTERS = {
    "kind:document has:xdm": "porte un dossier XDM",
    "kind:receipt -subject:KO": "accusé de réception ou d'intégration",
    "kind:receipt subject:KO": "échec d'intégration dit dans l'objet",
    "kind:bounce": "avis de non-remise",
    "kind:autoreply": "réponse automatique",
    "kind:notification": "message d'un",
    "kind:patient": "échange avec un patient",
    "kind:other": "message sans document",
}


async def filtered(person: Person, text: str) -> None:
    await person.press("3", "slash")
    await person.type(text)
    await person.press("enter")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "140x45"])
async def test_the_reason_stands_on_screen_for_every_kind(
    shared_demo: Demo, tmp_path: Path, size: tuple[int, int]
) -> None:
    assert {kind.value for kind in Kind} == {text.split()[0].partition(":")[2] for text in FILTERS}
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=size) as person:
        for text, reason in FILTERS.items():
            await filtered(person, text)
            await person.until(reason)
            await person.press("escape")
            await person.until("filtrer :")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "140x45"])
async def test_what_receipts_say_stands_beside_the_message_and_on_its_page(
    shared_demo: Demo, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(
        shared_demo.config, shared_demo.secrets, tmp_path, size=size, with_receipts=True
    ) as person:
        await filtered(person, "kind:receipt -subject:KO")
        await person.until("Parle d'un message envoyé le ")
        await person.press("p")
        await person.until("Parle d'un message envoyé le ")
        assert "accusé de réception ou d'intégration" in person.screen()


async def test_an_integration_that_was_confirmed_or_failed_is_told(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, with_receipts=True) as person:
        await person.press("3")
        browse = person.app.messages.browse
        findings = browse.branches[browse.address].findings
        uids = {finding.says: uid for (folder, uid), finding in findings.items() if folder == "INBOX"}
        told = {
            Says.INTEGRATED: "Intégration confirmée le ",
            Says.FAILED: "Échec d'intégration 902 : identifiant patient inconnu",
        }
        shown = [says for says in told if says in uids]
        assert shown
        for says in shown:
            assert browse.listing is not None
            place = browse.listing.index_of(uids[says])
            assert place is not None
            assert browse.rows is not None
            person.app.messages.table.move_to(list(browse.rows.rows).index(place))
            await person.until(told[says])


def test_what_receipts_said_of_a_folder_is_not_told_once_it_was_made_anew() -> None:
    """Its UIDs are those of other messages: one of them would look integrated."""
    account = Account("camille.exemple@medecin.mssante.fr", host="imap.example")
    browse = Browse(Config(accounts=(account,)), address=account.address, folder="INBOX")
    told = {("INBOX", 5): Finding(Says.INTEGRATED)}
    branch = Branch(account, findings=told, validities={"INBOX": 7})
    browse.branches[account.address] = branch
    for uidvalidity, is_told in ((7, True), (8, False)):
        browse.listing = Listing("INBOX", uidvalidity, 6)
        browse.listing.uids.append(5)
        assert bool(told_of(browse, 0)) is is_told


async def test_a_receipt_that_is_written_into_sent_while_it_is_shown_is_told(
    demo_imap: ImapServer, tmp_path: Path
) -> None:
    account = replace(demo_imap.account(), password_env="MSS")
    uid = demo_imap.append(account, letter("good@labo"))
    settings, secrets = Config(accounts=(account,)), Secrets(environ={"MSS": demo_imap.password})
    async with sitting(settings, secrets, tmp_path, now=NOW, with_receipts=True) as person:
        await person.press("3")
        person.app.messages.open(account.address, "Sent")
        await person.quiet()
        branch = person.app.messages.browse.branches[account.address]
        assert ("INBOX", uid) not in branch.findings
        demo_imap.append(account, receipt("good@labo"), "Sent")
        for _turn in range(300):
            await person.quiet()
            branch = person.app.messages.browse.branches[account.address]
            if ("INBOX", uid) in branch.findings:
                break
            await person._pilot.pause(0.02)
        assert branch.findings["INBOX", uid].says is Says.INTEGRATED
