"""The ways to look at a BAL: in groups, into one of them and back, with the same marks throughout."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.mail.listing import Listing
from balt.mail.session import ImapSession
from balt.mailboxes.grouping import Way
from balt.tui.engine import Engine
from balt.tui.views import group_keys, reading
from balt.tui.views.group_rows import GroupRows
from balt.units import format_count
from tests.tui.driver import NOW, SMALL, Person, sitting

CAMILLE = "camille.exemple@medecin.mssante.fr"
FEW = "Laboratoires"
"""A folder of the demo with few messages: quickly read."""


@pytest.fixture(autouse=True)
def _seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types here has seen what is on screen."""
    monkeypatch.setattr(group_keys, "TOO_SOON", 0.0)


async def at(person: Person, folder: str = FEW) -> None:
    """Show a folder of Camille's."""
    await person.press("3")
    names = {each.label: each.name for each in person.app.messages.browse.folders}
    person.app.messages.open(CAMILLE, names[folder])
    await person.quiet()


async def look(person: Person, digit: str) -> GroupRows:
    """Look another way, and wait until all that it needs is read."""
    await person.press("w", digit)
    return await groups(person)


async def groups(person: Person) -> GroupRows:
    """The groups, once they are all there."""
    browse = person.app.messages.browse
    for _turn in range(500):
        await person.quiet()
        found = browse.groups
        if found is not None and not len(found.grouping.unread) and person.app.messages._sifting is None:
            assert person.app.messages.table.source is found
            return found
        await person._pilot.pause(0.02)
    raise AssertionError(person.screen())


def senders_in(demo: Demo, folder: str) -> dict[int, str]:
    """Who wrote the messages of a folder of Camille's, as their details tell another session."""
    account = demo.config.account(CAMILLE)
    session = ImapSession(account, lambda: demo.secrets.password(account), FixedClock(NOW))
    try:
        uids = session.scan(folder).uids
        return {uid: detail.sender.casefold() for uid, detail in session.details(folder, uids)}
    finally:
        session.close()


def listed(person: Person) -> list[int]:
    """The keys of the messages in the list."""
    rows = person.app.messages.browse.rows
    assert rows is not None
    assert person.app.messages.table.source is rows
    return [rows.uid(row) for row in range(len(rows))]


async def test_w_opens_seven_ways_with_the_present_one_chosen_and_goes_to_the_next(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await at(person)
        await person.press("w")
        shown = person.screen()
        for words in (
            "pièces jointes",
            "par expéditeur",
            "par année",
            "par dossier",
            "par genre",
            "en double",
        ):
            assert words in shown
        assert "1 ✔ messages" in shown
        await person.press("w", "w", "w", "enter")
        assert (await groups(person)).way is Way.YEAR
        await person.press("w")
        assert "4 ✔ par année" in person.screen()
        await person.press("w", "w", "w", "w", "enter")
        assert person.app.messages.browse.way_shown == "messages"


async def test_keys_typed_ahead_reach_the_choice(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person)
        await person._pilot.press("w", "4")
        assert (await groups(person)).way is Way.YEAR


async def test_groups_by_sender_hold_every_message_and_open_on_exactly_theirs(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Courriers")
        found = await look(person, "3")
        known = senders_in(shared_demo, "Courriers")
        assert {group.key: len(group) for group in found.groups} == Counter(known.values())
        assert [g.size for g in found.groups] == sorted((g.size for g in found.groups), reverse=True)
        await person.press("j", "enter")
        key = found.groups[1].key
        shown = listed(person)
        assert sorted(shown) == [uid for uid, sender in known.items() if sender == key]
        rows = person.app.messages.browse.rows
        assert rows is not None
        sizes = [rows.message(row).size or 0 for row in range(len(rows))]
        assert sizes == sorted(sizes, reverse=True)
        assert f"› {key}" in person.screen()
        await person.press("S")
        assert listed(person) != shown or len(shown) == 1
        assert set(listed(person)) == set(shown)
        await person.press("escape")
        assert person.app.messages.table.cursor == 1
        assert (await groups(person)).groups[1].key == key
        await person.press("escape")
        assert len(listed(person)) == len(known)


async def test_marks_are_the_same_whichever_way(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        browse = person.app.messages.browse
        by_kind = await look(person, "6")
        await person.press("space")
        assert by_kind.sign(0) == "●"
        assert len(browse.marks) == len(by_kind.groups[0])
        assert person.app.messages.table.cursor == min(1, len(by_kind) - 1)
        marked = set(browse.marks.places())
        assert marked == set(by_kind.groups[0].rows)
        by_year = await look(person, "4")
        for row, group in enumerate(by_year.groups):
            inside = len(marked & set(group.rows))
            assert by_year.sign(row) == ("●" if inside == len(group) else "◐" if inside else " ")
        await person.press("asterisk")
        assert len(browse.marks) == by_year.grouping.messages
        await person.press("space")
        assert len(browse.marks) == by_year.grouping.messages - len(by_year.groups[0])
        await person.press("escape")
        assert len(browse.marks) == by_year.grouping.messages - len(by_year.groups[0])
        assert not browse.marks.by_hand


async def test_a_range_of_groups_is_marked_and_n_goes_to_the_next_marked_one(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        found = await look(person, "4")
        await person.press("j", "v", "j", "v")
        browse, table = person.app.messages.browse, person.app.messages.table
        assert set(browse.marks.places()) == {*found.groups[1].rows, *found.groups[2].rows}
        await person.press("g", "n")
        assert table.cursor == 1
        await person.press("g", "N")
        assert table.cursor == 2


async def test_a_filter_restricts_the_groups_and_what_they_open_on(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        whole = await look(person, "4")
        await person.press("slash")
        await person.type("larger:5M")
        await person.press("enter")
        large = await groups(person)
        sizes = large.grouping.listing.sizes
        assert 0 < large.grouping.messages < whole.grouping.messages
        assert all(sizes[place] > 5 * 1024**2 for place in large.places(range(len(large))))
        await person.press("enter")
        assert len(listed(person)) == len(large.groups[0])
        await person.press("slash")
        await person.type(" larger:8M")
        await person.press("enter")
        assert "larger:5M larger:8M" in person.screen()
        inside = set(listed(person))
        assert inside < {large.grouping.listing.uids[place] for place in large.groups[0].rows}
        await person.press("escape")
        old = await groups(person)
        assert old.grouping.messages < large.grouping.messages


async def test_groups_sort_by_size_number_and_name_and_turn_round(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        await look(person, "4")
        browse = person.app.messages.browse

        def years() -> list[str]:
            groups = browse.groups.groups if browse.groups is not None else []
            return [group.key for group in groups if group.key is not None]

        def numbers() -> list[int]:
            return list(map(len, browse.groups.groups)) if browse.groups is not None else []

        await person.press("D")
        assert years() == sorted(years())
        assert "par année, par date" in person.screen()
        await person.press("D")
        assert years() == sorted(years(), reverse=True)
        await person.press("C")
        assert numbers() == sorted(numbers(), reverse=True)
        await person.press("C")
        assert numbers() == sorted(numbers())
        await person.press("escape", "C")
        assert any("w pour en faire" in said for said in person.said())


async def test_an_act_on_a_group_is_a_plan_that_leaves_unread_mail_where_it_is(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        found = await look(person, "4")
        assert person.app.messages.why_not("trash") == ""
        await person.press("d")
        shown = person.screen()
        assert re.search(r"Mettre (\d+) messages à la corbeille", shown)
        left = re.search(r"non lu +(laissés|inclus)", shown)
        assert left is not None
        assert left[1] == "laissés"
        request = person.app.conversation._dialog
        assert request is not None
        listing = found.grouping.listing
        ((_part, uids),) = request.request.choices
        assert list(uids) == [listing.uids[place] for place in found.groups[0].rows]
        await person.press("escape")
        assert not person.app.messages.browse.marks


async def test_an_act_tells_how_many_of_the_marked_messages_the_present_way_does_not_show(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        await person.press("asterisk", "w", "2")
        await person.until("pièces jointes par taille")
        browse = person.app.messages.browse
        await person.quiet()
        shown = set(browse.places())
        hidden = len(browse.marks) - len(shown)
        assert shown
        assert hidden
        await person.press("d")
        await person.until(f"dont {format_count(hidden)} que la liste ne montre pas")


async def test_by_folder_shows_the_whole_bal(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person)
        found = await look(person, "5")
        browse = person.app.messages.browse
        assert browse.everywhere
        assert {group.key for group in found.groups} == {f.name for f in browse.folders if f.messages}
        assert {g.key: len(g) for g in found.groups} == {
            f.name: f.messages for f in browse.folders if f.messages
        }
        assert "Corbeille" in person.screen()
        await person.press("enter")
        rows = browse.rows
        assert rows is not None
        assert {rows.listing.folder_of(place) for place in rows.rows} == {found.groups[0].key}


async def test_by_folder_takes_no_marks_away_without_a_word(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person)
        await person.press("space", "w", "5")
        assert not person.app.messages.browse.everywhere
        assert len(person.app.messages.browse.marks) == 1
        assert any("marques" in said for said in person.said())


async def test_a_masked_screen_shows_domains_and_no_person(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person)
        found = await look(person, "3")
        local, _at, domain = str(found.groups[0].key).partition("@")
        assert f"{local}@{domain}" in person.screen()
        await person.press("m")
        assert f"{local}@" not in person.screen()
        assert f"…@{domain}" in person.screen()
        await person.press("enter")
        assert f"› …@{domain}" in person.screen()


async def test_a_discreet_access_is_refused_the_senders_with_the_reason(
    shared_demo: Demo, tmp_path: Path
) -> None:
    account = replace(shared_demo.config.account(CAMILLE), authorization_identity="quelqu-un-d-autre")
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        browse = person.app.messages.browse
        browse.branches[CAMILLE] = replace(browse.branches[CAMILLE], account=account)
        await at(person)
        await person.press("w", "3")
        assert browse.way_shown == "messages"
        assert any("Accès discret : les expéditeurs" in said for said in person.said())
        found = await look(person, "6")
        await person.press("enter")
        assert len(listed(person)) == len(found.groups[0])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The keys whose senders were asked for, in batches of five."""
    seen: list[int] = []
    read = Engine.read_senders

    def read_senders(engine: Engine, address: str, listing: Listing, keys: Sequence[int]) -> None:
        seen.extend(keys)
        read(engine, address, listing, keys)

    monkeypatch.setattr(Engine, "read_senders", read_senders)
    monkeypatch.setattr(reading, "BATCH", 5)
    return seen


async def test_groups_fill_while_messages_are_read_each_once(
    asked: list[int], shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Envoyés")
        await person._pilot.press("w", "3")
        await person.until(" lus")
        assert re.search(r"\d+ messages sur \d+ lus", person.screen())
        found = await groups(person)
        assert found.grouping.messages == len(found.grouping.listing)
        assert len(asked) == len(set(asked)) <= len(found.grouping.listing)
        assert not re.search(r"messages sur \d+ lus", person.screen())


async def test_leaving_the_groups_ends_the_reading(
    asked: list[int], shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person, "Réception")
        await person._pilot.press("w", "3")
        await person.until(" lus")
        await person.press("escape")
        listing = person.app.messages.browse.listing
        assert listing is not None
        assert len(asked) < len(listing) / 2
        assert person.app.messages.reading.waiting == 0


async def test_what_cannot_be_told_is_not_asked_for_again(
    asked: list[int], shared_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person)
        listing = person.app.messages.browse.listing
        assert listing is not None
        gone = set([uid for uid in listing.uids if uid not in listing.details][:3])
        senders = ImapSession.senders

        def without(session: ImapSession, folder: str, uids: Sequence[int]) -> dict[int, str]:
            return senders(session, folder, [uid for uid in uids if uid not in gone])

        monkeypatch.setattr(ImapSession, "senders", without)
        await person._pilot.press("w", "3")
        for _turn in range(10):
            await person.quiet()
            await person._pilot.pause(0.2)
        found = person.app.messages.browse.groups
        assert found is not None
        assert {listing.uids[place] for place in found.grouping.unread} == gone
        assert max(Counter(asked).values()) == 1
        assert person.app.messages.reading.waiting == 0
