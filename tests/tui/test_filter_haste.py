"""A filter that has not caught up with what was typed: nothing is marked or ruled out by it meanwhile."""

from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.mail.listing import Listing
from balt.mail.model import MessageDetail
from balt.tui.engine import Engine
from balt.tui.events import DetailsRead
from tests.tui.driver import Person, sitting
from tests.tui.test_ways import at


async def test_all_is_not_marked_while_the_list_is_still_that_of_another_filter(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await at(person)
        view = person.app.messages
        view.set_filter("older:3y")
        await person.press("asterisk")
        assert "Le filtre n'a pas encore tout regardé" in person.said()[-1]
        assert not view.browse.marks
        view.rearrange()
        await person.quiet()
        await person.press("asterisk")
        rows, listing = view.browse.rows, view.browse.listing
        assert rows is not None
        assert listing is not None
        assert 0 < len(view.browse.marks) == len(rows) < len(listing)


@pytest.fixture
def _unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read but what a test tells."""

    def nothing(*_asked: object, **_more: object) -> None: ...

    monkeypatch.setattr(Engine, "read_details", nothing)
    monkeypatch.setattr(Engine, "read_ahead", nothing)


def undecided(person: Person) -> "array[int]":
    browse = person.app.messages.browse
    assert browse.matches is not None
    assert browse.listing is not None
    return browse.matches.sift(browse.listing, browse.listing.order("date")).undecided


async def filtered(person: Person) -> Listing:
    await at(person)
    view = person.app.messages
    view.set_filter("-from:labo")
    view.rearrange()
    await person.quiet()
    assert view.browse.listing is not None
    return view.browse.listing


def read(listing: Listing, asked: Sequence[int], told: dict[int, MessageDetail], address: str) -> DetailsRead:
    return DetailsRead(address, listing, asked, told, background=True)


@pytest.mark.usefixtures("_unread")
@pytest.mark.parametrize("what", ["read ahead", "a folder made anew"])
async def test_what_was_passed_over_or_is_of_another_folder_rules_no_message_out(
    what: str, shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        listing = await filtered(person)
        view, before = person.app.messages, len(undecided(person))
        assert before
        keys = list(listing.uids)[:5]
        if what == "read ahead":
            view.details_read(read(listing, keys, {}, view.browse.address))
        else:
            other = Listing(listing.folder, listing.uidvalidity + 1, listing.uidnext)
            told = dict.fromkeys(keys, MessageDetail(sender="labo@bio-fictive.mssante.fr"))
            view.details_read(read(other, keys, told, view.browse.address))
        assert len(undecided(person)) == before
        told = dict.fromkeys(keys[:3], MessageDetail(sender="zoe@medecin.mssante.fr"))
        view.details_read(read(listing, keys, told, view.browse.address))
        assert len(undecided(person)) == before - 5
