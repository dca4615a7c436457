"""The parts of the net that are easy to get wrong, by themselves."""

from tests.faults.durable import exposed
from tests.faults.units import Splitter, set_of


def test_a_response_with_literals_is_one_unit_however_its_octets_arrive() -> None:
    stream = b"* 1 FETCH (BODY[] {5}\r\na\r\nb) FLAGS {2}\r\nxy)\r\nB1 OK done\r\n"
    for size in range(1, len(stream) + 1):
        splitter = Splitter()
        units = [
            unit
            for start in range(0, len(stream), size)
            for unit in splitter.feed(stream[start : start + size])
        ]
        assert units == [stream[:-12], b"B1 OK done\r\n"]


def test_a_set_names_its_numbers_in_any_order_and_the_last_by_a_star() -> None:
    assert set_of(b"5:3,9,7:*", 8) == {3, 4, 5, 7, 8, 9}


def test_a_command_waits_where_its_literal_is_announced_and_not_before_nor_after() -> None:
    splitter = Splitter()
    told = [
        (splitter.feed(piece), splitter.waits)
        for piece in (b'a APPEND "x" {', b"5}\r", b"\n", b"{1}\r", b"\n\r\n")
    ]
    whole = b'a APPEND "x" {5}\r\n{1}\r\n\r\n'
    assert told == [([], False), ([], False), ([], True), ([], False), ([whole], False)]


def called(*calls: tuple[str, str] | tuple[str, str, str]) -> list[dict[str, object]]:
    """Calls, one a second from 1 on."""
    return [
        {"time": when, "call": call, "path": path, "to": to[0] if to else ""}
        for when, (call, path, *to) in enumerate(calls, 1)
    ]


def test_a_file_outlives_a_power_cut_once_its_octets_and_then_its_name_were_flushed() -> None:
    calls = called(
        ("open", "/a/x.tmp"),
        ("write", "/a/x.tmp"),
        ("fsync", "/a/x.tmp"),
        ("rename", "/a/x.tmp", "/a/x"),
        ("fsync", "/a"),
    )
    assert exposed(calls, 4.5) == ["/a/x"]
    assert exposed(calls, 5.5) == []


def test_octets_written_after_the_flush_and_folders_nobody_flushed_are_lost() -> None:
    calls = called(("mkdir", "/a/b"), ("open", "/a/b/x"), ("fsync", "/a/b"), ("write", "/a/b/x"))
    assert exposed(calls, 9) == ["/a/b", "/a/b/x"]
