"""An mbox made by balt gives back the very octets, whatever they are; to other readers too."""

import io
import mailbox
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balt.cleanup.forms.mboxrd import after, from_line, quoted, unquoted
from balt.mail.dates import DateReader
from balt.mail.files.mbox import Mbox
from tests.cleanup.fake import CLOCK
from tests.cleanup.forms.conftest import HEAD, SECONDS

LINES = st.lists(
    st.sampled_from(
        [b"From ", b">From a", b">>From ", b"From", b">", b"\r", b"", b"text", b"from ", b"\0\xff", b" From "]
    ),
    max_size=8,
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\n\n", b""])
OCTETS = st.builds(lambda lines, end, last: end.join(lines) + last, LINES, ENDS, ENDS) | st.binary(
    max_size=60
)


def written(messages: Sequence[bytes], cut: int = 7) -> bytes:
    """The file; each message comes in pieces of ``cut`` octets."""
    made = b""
    for octets in messages:
        body = b"".join(quoted(octets[i : i + cut] for i in range(0, len(octets), cut)))
        ended = body.endswith(b"\n")
        made += from_line(SECONDS, ended=ended) + body + after(ended=ended)
    return made


def read_back(file: bytes) -> list[bytes]:
    found, octets = [], b""
    for piece in unquoted(io.BytesIO(file)):
        if piece is None:
            found.append(octets)
            octets = b""
        else:
            octets += piece
    return found


@given(st.lists(OCTETS, max_size=4), st.integers(1, 9))
@settings(max_examples=400, deadline=None)
def test_reading_back_gives_the_very_octets(messages: list[bytes], cut: int) -> None:
    assert read_back(written(messages, cut)) == messages


@given(st.lists(OCTETS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_mailbox_of_the_standard_library_finds_the_same_messages(bodies: list[bytes]) -> None:
    messages = [HEAD + body for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mbox"
        path.write_bytes(written(messages))
        box = mailbox.mbox(path)
        found = [re.sub(rb"(?m)^>(?=>*From )", b"", box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118
        box.close()
    # It has no way to know that a last line had no end.
    assert found == [octets if octets.endswith(b"\n") else octets + b"\n" for octets in messages]


@given(st.lists(OCTETS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_balt_s_own_reader_finds_the_same_messages(bodies: list[bytes]) -> None:
    messages = [HEAD + body for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mbox"
        path.write_bytes(written(messages))
        box = Mbox(path, DateReader(CLOCK))
        entries = box.look(lambda: None)
        found = []
        for key in entries.rows:
            with box.open(key) as extent:
                found.append(re.sub(rb"(?m)^>(?=>*From )", b"", extent.read(0, extent.size)))
    assert found == [octets if octets.endswith(b"\n") else octets + b"\n" for octets in messages]
    assert set(entries.dates) == {SECONDS}


def test_the_line_before_a_message_is_the_one_of_rfc_4155() -> None:
    assert from_line(SECONDS, ended=True) == b"From balt-ended@localhost Tue Mar  5 13:32:00 2024\n"
    assert len(from_line(0, ended=False)) == len(from_line(SECONDS, ended=True))


@pytest.mark.parametrize("file", [b"text\n", b"From a Tue\n", b"From a Tue\ntext\n", b"From a Tue\ntext"])
def test_what_balt_did_not_write_is_refused(file: bytes) -> None:
    with pytest.raises(ValueError):
        read_back(file)
