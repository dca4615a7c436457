"""A plan on the disk: readable, private, read back exactly or not at all."""

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.cleanup import plan_file
from balt.cleanup.detach.parts import Chosen
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard, PlannedMessage, Tally
from balt.cleanup.plan_file import from_json, load_plan, plan_path, save_plan, to_json
from balt.errors import StoppedError, UsageError

WHEN = datetime(2026, 11, 22, 9, 30, 12, 345, tzinfo=timezone(timedelta(hours=1)))
PLAN = CleanupPlan(
    id="20261122-093012-ab12cd34",
    act=Act.TRASH,
    server="imap.example:993",
    user="camille.exemple",
    address="camille.exemple@medecin.mssante.fr",
    target="Corbeille",
    parts=(
        FolderPart(
            "Réception/Année 2019",
            7,
            (
                PlannedMessage(
                    3, 2048, "01-Feb-2019 10:00:00 +0100", "0f" * 32, WHEN, frozenset({Guard.UNREAD})
                ),
                PlannedMessage(9, 10, "", "", None, frozenset({Guard.UNKNOWN_DATE, Guard.FLAGGED})),
            ),
        ),
        FolderPart("Envoyés", 8, ()),
    ),
    created=WHEN,
    left_out={Guard.DOCUMENT: Tally(9, 4096), Guard.UNREAD: Tally(1, 5)},
    kept=Tally(9, 4101),
    reason="vu avec le titulaire",
)

lines = st.text(st.characters(exclude_characters="\0\r\n"), min_size=1, max_size=30)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
tallies = st.builds(Tally, st.integers(0, 10**6), st.integers(0, 10**12))
plan_messages = st.builds(
    PlannedMessage,
    uid=st.integers(1, 2**32 - 1),
    size=st.integers(0, 10**10),
    internaldate=lines,
    message_id=st.just("") | st.just("a1" * 32),
    date=st.none() | instants,
    guards=st.frozensets(st.sampled_from(Guard)),
)


chosen = st.builds(
    Chosen,
    number=st.from_regex(r"\A[1-9][0-9]{0,2}(\.[1-9]){0,3}\Z"),
    content_type=st.sampled_from(["application/pdf", "image/jpeg"]),
    encoded_size=st.integers(0, 10**10),
)
lighter_messages = st.builds(
    lambda message, detach, frees: replace(message, detach=tuple(detach), frees=frees),
    plan_messages,
    st.lists(chosen, min_size=1, max_size=3),
    st.integers(0, 10**10),
)


@st.composite
def parts(draw: st.DrawFn, messages: st.SearchStrategy[PlannedMessage]) -> FolderPart:
    rows = draw(st.lists(messages, max_size=5, unique_by=lambda message: message.uid))
    ordered = tuple(sorted(rows, key=lambda message: message.uid))
    return FolderPart(draw(lines), draw(st.integers(0, 2**32)), ordered)


@st.composite
def plans(draw: st.DrawFn) -> CleanupPlan:
    act = draw(st.sampled_from(Act))
    messages = lighter_messages if act is Act.DETACH else plan_messages
    folders = draw(st.lists(parts(messages), max_size=3, unique_by=lambda part: part.folder))
    archive = draw(lines) if act in (Act.KEEP, Act.DETACH) or draw(st.booleans()) else ""
    return CleanupPlan(
        id=draw(st.from_regex(r"\A[0-9a-z][0-9a-z-]{0,63}\Z")),
        act=act,
        server="imap.example:993",
        user=draw(lines),
        address=draw(lines),
        target="".join(part.folder for part in folders) + "x" if act.moves else "",
        parts=tuple(folders),
        archive=archive,
        created=draw(instants),
        left_out=draw(st.dictionaries(st.sampled_from(Guard), tallies)),
        kept=draw(tallies),
        reason=draw(lines),
        undoes="20261122-093012-ab12cd34" if act is Act.UNDO else "",
    )


@given(plans())
def test_a_plan_comes_back_exactly(plan: CleanupPlan) -> None:
    assert from_json(to_json(plan)) == plan


@given(plans())
def test_the_file_is_plain_ascii_without_control_characters(plan: CleanupPlan) -> None:
    assert not {char for char in to_json(plan) if char != "\n" and not " " <= char <= "~"}


def test_the_file_can_be_read_by_a_person_one_message_a_line() -> None:
    lines_ = to_json(PLAN).splitlines()
    assert '  "count": 2,' in lines_
    assert sum('"uid"' in line for line in lines_) == 2


def test_saved_and_loaded_for_its_owner_alone(tmp_path: Path) -> None:
    path = save_plan(PLAN, tmp_path / "state")
    assert load_plan(path) == PLAN
    assert path == tmp_path / "state" / "plans" / f"{PLAN.id}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "-a", "x" * 65, "a\n"])
def test_a_plan_name_cannot_lead_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        plan_path(tmp_path, name)


def content() -> dict[str, Any]:
    loaded = json.loads(to_json(PLAN))
    assert isinstance(loaded, dict)
    return loaded


BAD_HEADS: list[dict[str, Any]] = [
    {"act": "delete"},
    {"act": "empty_trash"},
    {"target": ""},
    {"target": "Réception/Année 2019"},
    {"archive": "a\r\nb"},
    {"archive": None},
    {"folders": {}},
    {"folders": [3]},
    {"server": "imap.example"},
    {"id": "../../x"},
    {"created": "hier"},
    {"created": "2026-11-22T09:30:12"},
    {"reason": ""},
    {"undoes": "20261122-093012-ab12cd34"},
    {"undoes": None},
    {"count": 3},
    {"size": 1},
    {"left_out": []},
    {"left_out": {"unknown": {"messages": 1, "size": 1}}},
    {"left_out": {"unread": {"messages": 1}}},
    {"kept": {"messages": 1.5, "size": 1}},
    {"more": 1},
]
BAD_PARTS: list[dict[str, Any]] = [
    {"folder": "a\r\nb"},
    {"folder": 3},
    {"folder": ""},
    {"folder": "Corbeille"},
    {"uidvalidity": "7"},
    {"uidvalidity": True},
    {"uidvalidity": -1},
    {"count": 3},
    {"size": 1},
    {"messages": {}},
    {"messages": [3]},
    {"more": 1},
]
BAD_MESSAGES: list[dict[str, Any]] = [
    {"uid": 0},
    {"uid": 9},
    {"uid": 1e3},
    {"uid": 2**32},
    {"size": -1},
    {"message_id": "<a@b>"},
    {"message_id": None},
    {"date": "2019-02-01T10:00:00"},
    {"date": 5},
    {"guards": ["unknown"]},
    {"guards": "unread"},
    {"subject": "IRM"},
]


@pytest.mark.parametrize("change", BAD_HEADS)
def test_a_plan_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="pas un plan"):
        from_json(json.dumps(content() | change))


@pytest.mark.parametrize("change", BAD_PARTS)
def test_a_folder_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    changed = content()
    changed["folders"][0] |= change
    with pytest.raises(UsageError, match="pas un plan"):
        from_json(json.dumps(changed))


@pytest.mark.parametrize("change", BAD_MESSAGES)
def test_a_message_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    changed = content()
    changed["folders"][0]["messages"][0] |= change
    with pytest.raises(UsageError, match="pas un plan"):
        from_json(json.dumps(changed))


@pytest.mark.parametrize("missing", sorted(content()))
def test_nothing_may_be_missing(missing: str) -> None:
    changed = content()
    del changed[missing]
    with pytest.raises(UsageError):
        from_json(json.dumps(changed))


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{", '{"balt_plan": "1"}', '{"balt_plan": true}', "[" * 200_000]
)
def test_what_is_not_a_plan_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="pas un plan"):
        from_json(text)


def test_a_key_given_twice_is_refused() -> None:
    text = to_json(PLAN).replace('"uidvalidity": 7,', '"uidvalidity": 7, "uidvalidity": 8,')
    with pytest.raises(UsageError, match="pas un plan"):
        from_json(text)


def test_a_plan_of_the_version_before_attachments_could_be_detached_is_still_read() -> None:
    assert from_json(json.dumps(content() | {"balt_plan": 2})) == PLAN


def test_a_plan_of_another_version_is_refused_and_says_so() -> None:
    with pytest.raises(UsageError, match="autre version"):
        from_json(json.dumps(content() | {"balt_plan": 1}))


def test_a_plan_cut_anywhere_is_refused() -> None:
    text = to_json(PLAN).rstrip("\n")
    for end in range(len(text)):
        with pytest.raises(UsageError):
            from_json(text[:end])


def test_a_missing_file_is_said_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ne peut pas être lu"):
        load_plan(tmp_path / "absent.json")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(UsageError, match="pas un plan"):
        load_plan(path)


def test_a_file_too_large_to_be_a_plan_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_file, "MAX_OCTETS", 100)
    with pytest.raises(UsageError, match="pas un plan"):
        load_plan(save_plan(PLAN, tmp_path))


def test_a_plan_that_cannot_be_written_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "plans").write_text("a file where the folder should be")
    with pytest.raises(StoppedError, match="ne peut pas être écrit"):
        save_plan(replace(PLAN), tmp_path)
