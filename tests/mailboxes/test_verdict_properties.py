"""What holds of every verdict, whatever is known of the BAL."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from balt import i18n
from balt.config import Thresholds
from balt.mail.model import Quota
from balt.mailboxes.model import Publication, Question, Verdict
from balt.mailboxes.usage import Activity, activity_of
from balt.mailboxes.verdicts import Facts, judge
from balt.text import cell_width
from tests.mailboxes.directory_cases import (
    DEAD,
    EMPTY,
    FILES,
    GIB,
    IMAP,
    NOW,
    READ,
    SILENT,
    WEBMAIL,
    days_ago,
    said,
)

moments = st.none() | st.integers(0, 900).map(days_ago)
statuses = st.builds(
    replace,
    st.sampled_from([READ, DEAD, EMPTY, SILENT]),
    last_received=moments,
    last_seen=moments,
    unread_since=moments,
    unread_run=st.none() | st.integers(0, 5000),
    quota=st.none() | st.builds(Quota, st.integers(0, 4 * GIB), st.integers(0, 2 * GIB)),
)
consulted = st.lists(
    st.builds(said, st.just(Question.CONSULTED), st.sampled_from(["yes", "no"]), st.integers(0, 400)),
    max_size=3,
)
facts = st.builds(
    Facts,
    st.sampled_from([None, IMAP, WEBMAIL, FILES]),
    st.none() | statuses,
    st.sampled_from(list(Publication)),
    st.just(()),
    consulted,
)


@given(facts)
def test_a_bal_is_never_called_active_unless_something_says_that_it_is_read(known: Facts) -> None:
    if judge(known, Thresholds(), NOW).verdict is not Verdict.ACTIVE:
        return
    answer = known.answer(Question.CONSULTED)
    if answer is not None and answer.is_fresh(NOW):
        assert answer.value == "yes"
    else:
        assert known.account == IMAP
        assert known.measured is not None
        assert activity_of(known.measured, Thresholds(), NOW) is Activity.READ


@given(facts)
def test_a_bal_is_called_dead_only_by_its_messages_or_its_holder(known: Facts) -> None:
    if judge(known, Thresholds(), NOW).verdict not in (Verdict.GHOST, Verdict.INACTIVE):
        return
    answer = known.answer(Question.CONSULTED)
    told = answer is not None and answer.is_fresh(NOW) and answer.value == "no"
    assert told or (known.measured is not None and known.account == IMAP)


@given(facts, st.sampled_from(["fr", "en"]))
def test_a_verdict_always_has_a_short_headline_and_a_reason(known: Facts, language: str) -> None:
    i18n.set_language(language)
    found = judge(known, Thresholds(), NOW)
    assert 0 < cell_width(found.headline) <= 40
    assert found.reasons
    assert all(found.reasons)
