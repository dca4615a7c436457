"""Every key of a configuration is found on its line, however the file is written."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from balt.config.lines import Path, key_lines


def test_keys_stand_on_their_lines() -> None:
    assert key_lines('language = "fr"\n\n[person]\nname = "Dr"\n') == {
        ("language",): 1,
        ("person",): 3,
        ("person", "name"): 4,
    }


def test_the_nth_mailbox_has_its_own_lines() -> None:
    text = '[[mailbox]]\naddress = "a@b"\n# a note\n[[mailbox]] # the second\n\nport = 1\n'
    lines = key_lines(text)
    assert lines["mailbox", 0] == 1
    assert lines["mailbox", 0, "address"] == 2
    assert lines["mailbox", 1] == 4
    assert lines["mailbox", 1, "port"] == 6


def test_comments_that_look_like_keys_are_not_keys() -> None:
    lines = key_lines("# a = 1\n  # [b]\nc = 2 # d = 3\n")
    assert lines == {("c",): 3}


def test_a_hash_or_a_bracket_inside_a_text_is_only_text() -> None:
    lines = key_lines('a = "# [x]"\nb = \'] # [\'\nc = "\\"\\\\"\nd = 1\n')
    assert lines == {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}


def test_what_a_text_of_several_lines_holds_is_not_keys() -> None:
    text = 'a = """\nb = 1\n[c]\n\\"""\n"""\nd = \'\'\'\ne = 2\n\'\'\'\nf = 3\n'
    assert key_lines(text) == {("a",): 1, ("d",): 6, ("f",): 9}


def test_quotes_just_before_the_closing_ones_belong_to_the_text() -> None:
    text = 'a = """x"""""\nb = \'\'\'y\'\'\'\'\nc = """"""\nd = 1\n'
    assert tomllib.loads(text) == {"a": 'x""', "b": "y'", "c": "", "d": 1}
    assert key_lines(text) == {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}


def test_an_array_over_several_lines() -> None:
    text = 'password_command = [\n  "pass", # = ]\n  "show",\n]\nport = 1\n'
    lines = key_lines(text)
    assert lines["password_command",] == 1
    assert lines["password_command", 1] == 3
    assert lines["port",] == 5


def test_mailboxes_as_an_array_of_inline_tables() -> None:
    text = 'mailbox = [\n  { address = "a@b", host.name = "x" },\n  { address = "c@d" },\n]\n'
    lines = key_lines(text)
    assert lines["mailbox", 0, "address"] == 2
    assert lines["mailbox", 0, "host", "name"] == 2
    assert lines["mailbox", 1, "address"] == 3


def test_dotted_and_quoted_keys() -> None:
    text = 'person . "name" = "x"\n\'person\'.rpps = "y"\n["thres\\u0068olds"]\nquota_alert = 1\n'
    lines = key_lines(text)
    assert lines["person", "name"] == 1
    assert lines["person", "rpps"] == 2
    assert lines["thresholds", "quota_alert"] == 4


def test_a_table_below_an_array_of_tables_belongs_to_the_latest() -> None:
    lines = key_lines("[[m]]\n[m.x]\na = 1\n[[m]]\n[m.x]\na = 1\n[[m.y]]\nb = 1\n")
    assert lines["m", 0, "x", "a"] == 3
    assert lines["m", 1, "x", "a"] == 6
    assert lines["m", 1, "y", 0, "b"] == 8


def test_dates_numbers_and_windows_line_ends() -> None:
    text = "a = 2024-01-31 07:32:00\r\nb = +1_000.5e3\r\nc = -inf\r\nd = true\r\n"
    assert key_lines(text) == {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}


_NAMES = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"h\\"i"', "3"])
_SCALARS = st.sampled_from(
    ["1", "true", "2024-01-31", '"x # ] }"', "'y = ['", '"""\nk = 1\n"""', "'''\n[t]\n'''", '"""\\""" """']
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",  # , ]\n".join(items) + "\n]"),
        st.lists(st.tuples(_NAMES, inner), max_size=3, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"
        ),
    ),
    max_leaves=6,
)
_KEYS = st.lists(_NAMES, min_size=1, max_size=2).map(" . ".join)
_LINES = st.one_of(
    st.tuples(_KEYS, _VALUES).map(lambda pair: f"{pair[0]} = {pair[1]} # = [x]"),
    _KEYS.map(lambda key: f"[ {key} ]"),
    _KEYS.map(lambda key: f"[[{key}]] # ]"),
    st.sampled_from(["", "# [[c]]", "   "]),
)


@given(st.lists(_LINES, max_size=8).map("\n".join))
def test_exactly_the_keys_that_tomllib_reads_are_found(text: str) -> None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = key_lines(text)
    assert set(lines) >= set(_paths(values))
    assert {path for path in lines if isinstance(path[-1], str)} == {
        path for path in _paths(values) if isinstance(path[-1], str)
    }
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


def _paths(value: object, path: Path = ()) -> list[Path]:
    """The path of every key and of every item below a value."""
    found: list[Path] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [(*path, key), *_paths(inner, (*path, key))]
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += [(*path, index), *_paths(inner, (*path, index))]
    return found
