"""What holds of every filter and every message, by examples that hypothesis makes up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.i18n import set_language
from balt.mail.filters import FilterError, complete, parse_filter, term_start
from balt.mail.model import Attachment, Content, Flag, Folder, Kind, Message, MessageDetail
from balt.text import fold, plain
from tests.mail.plain_reading import plainly_fits
from tests.mail.test_filters import CLOCK, INBOX, LABS, MEBI, MESSAGE, NOW, selects

WORDS = st.text("abeéÉ zZ", min_size=1, max_size=3).filter(str.strip)
DATES = st.integers(0, 8 * 366 * 24).map(
    lambda hours: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)
DETAILS = st.builds(
    MessageDetail,
    sender=WORDS,
    sender_name=WORDS,
    recipients=st.lists(WORDS, max_size=2).map(tuple),
    subject=WORDS,
    kind=st.sampled_from(Kind),
    content=st.sampled_from(Content),
    has_cda=st.booleans(),
    attachments=st.lists(
        st.builds(
            Attachment,
            st.just("2"),
            st.sampled_from(["", "a.pdf", "b.PNG"]),
            st.sampled_from(["application/pdf", "image/png", "application/octet-stream"]),
            st.just(10),
        ),
        max_size=2,
    ).map(tuple),
    readable=st.sampled_from([True, True, False]),
)
SIZES = st.sampled_from([0, 1, 1000, 1024, 1025, 5 * MEBI, 5 * MEBI + 1, 1234567, 3 * 1024 * MEBI])
MESSAGES = st.builds(
    Message,
    st.just(1),
    st.none() | SIZES,
    st.none() | DATES,
    st.integers(0, 63).map(Flag),
    st.none() | DETAILS,
)
KNOWN = st.builds(
    Message,
    st.just(1),
    SIZES,
    DATES,
    st.integers(0, 63).map(Flag),
    DETAILS.map(lambda detail: replace(detail, readable=True)),
)
FOLDERS = st.sampled_from([INBOX, LABS])
TERMS = st.one_of(
    st.builds(
        "{}:{}{}".format, st.sampled_from(["older", "newer"]), st.integers(0, 40), st.sampled_from("dwmy")
    ),
    st.builds(
        "{}:{}".format, st.sampled_from(["before", "after"]), st.dates(date(2019, 1, 1), date(2027, 1, 1))
    ),
    st.builds(
        "{}:{}".format,
        st.sampled_from(["larger", "smaller"]),
        st.sampled_from(["1k", "5M", "0", "3G", "1234567", "1025"]),
    ),
    st.builds('{}"{}"'.format, st.sampled_from(["from:", "to:", "subject:", ""]), WORDS),
    st.builds("in:{}".format, st.sampled_from(["INBOX", '"labos/été 2026"', "reception", "x"])),
    st.builds("has:{}".format, st.sampled_from(["attachment", "pdf", "image", "xdm", "cda"])),
    st.builds("is:{}".format, st.sampled_from(["read", "unread", "flagged", "answered", "integrated"])),
    st.builds("kind:{}".format, st.sampled_from([kind.value for kind in Kind])),
)
SIGNED = st.builds(lambda sign, term: sign + term, st.sampled_from(["", "-"]), TERMS)


@given(TERMS, KNOWN, FOLDERS)
def test_a_term_and_its_negation_share_out_the_known_messages(
    term: str, message: Message, folder: Folder
) -> None:
    assert selects(term, message, folder) is not selects("-" + term, message, folder)


@given(TERMS, MESSAGES, FOLDERS)
def test_no_message_fits_a_term_and_its_negation(term: str, message: Message, folder: Folder) -> None:
    assert not (selects(term, message, folder) and selects("-" + term, message, folder))


@given(st.lists(SIGNED, max_size=4), MESSAGES, FOLDERS)
def test_terms_are_joined_by_and(terms: list[str], message: Message, folder: Folder) -> None:
    assert selects(" ".join(terms), message, folder) is all(selects(term, message, folder) for term in terms)


@given(st.text() | st.text(':-"\\ olderinhas5M2y', max_size=30))
def test_reading_any_text_gives_a_filter_or_a_filter_error(text: str) -> None:
    place = None
    try:
        found = parse_filter(text, CLOCK)
        assert found.describe()
        found.matches(MESSAGE, INBOX)
    except FilterError as error:
        place = (error.start, error.end)
    assert place is None or 0 <= place[0] < place[1] <= len(text)


@given(st.text(max_size=20), st.integers(0, 20))
def test_completing_never_fails(text: str, cursor: int) -> None:
    assert isinstance(complete(text, min(cursor, len(text))), list)


NAMES = st.text(max_size=12) | st.text(':-"\\ aé/', min_size=1, max_size=8)


@given(
    NAMES.filter(lambda name: name == plain(name) and fold(name).strip()), st.sampled_from(["", "is:read "])
)
def test_a_folder_of_any_name_is_completed_however_far_it_is_typed(name: str, before: str) -> None:
    (whole,) = complete(before + "in:", len(before) + 3, [name])
    text = before + whole
    assert [term.value for term in parse_filter(text, CLOCK).terms if term.key == "in"] == [name]
    assert selects(whole, MESSAGE, name)
    for cursor in range(len(before) + 3, len(text)):
        if whole[cursor - len(before) - 1] != "\\":  # else half of what stands for one letter is typed
            assert term_start(text, cursor) == len(before)
            assert complete(text[:cursor], cursor, [name]) == [whole]


@pytest.mark.parametrize("language", ["fr", "en"])
@given(terms=st.lists(SIGNED, max_size=4), message=MESSAGES, folder=FOLDERS)
def test_what_is_selected_fits_the_plain_reading(
    terms: list[str], message: Message, folder: Folder, language: str
) -> None:
    set_language(language)
    found = parse_filter(" ".join(terms), CLOCK)
    if found.matches(message, folder):
        reading = found.describe()
        assert all(plainly_fits(said, message, folder, NOW) for said in reading.split(", ")), reading


@pytest.mark.parametrize("language", ["fr", "en"])
@given(terms=st.lists(SIGNED, max_size=3), message=KNOWN, folder=FOLDERS)
def test_of_what_is_known_all_that_fits_the_plain_reading_is_selected(
    terms: list[str], message: Message, folder: Folder, language: str
) -> None:
    set_language(language)
    found = parse_filter(" ".join(terms), CLOCK)
    said = found.describe().split(", ")
    assert found.matches(message, folder) is all(plainly_fits(each, message, folder, NOW) for each in said)


@given(st.lists(SIGNED, min_size=1, max_size=3), FOLDERS)
def test_a_message_of_which_nothing_is_known_fits_only_by_its_folder_and_flags(
    terms: list[str], folder: Folder
) -> None:
    found = parse_filter(" ".join(terms), CLOCK)
    if found.matches(Message(1, None, None, Flag(0)), folder):
        assert {term.key for term in found.terms} <= {"in", "is"}
