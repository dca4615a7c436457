"""Folders and quota from what servers say: roles, odd names and separators, figures that may be missing."""

import pytest

from balt.mail.folder_roles import roles_held
from balt.mail.folders import read_folders
from balt.mail.model import Folder, FolderRole, Quota
from balt.mail.quota import by_hand, fullest
from balt.mail.wire import Response
from tests.mail.scripted import wire_hearing

PLAIN_SERVER: frozenset[str] = frozenset()


def folders(listed: str, capabilities: frozenset[str] = PLAIN_SERVER) -> list[Folder]:
    """The folders of a server that answers LIST with ``listed`` and each STATUS with nothing."""
    answers = "".join(f"* {line}\r\n" for line in listed.splitlines() if line) + "B1 OK\r\n"
    answers += "".join(f"B{number} NO\r\n" for number in range(2, 30))
    with wire_hearing(answers.encode()) as wire:
        return read_folders(wire, capabilities).folders


def roles(listed: str) -> dict[str, FolderRole]:
    return {folder.name: folder.role for folder in folders(listed)}


@pytest.mark.parametrize(
    ("raw", "role"),
    [
        ("Trash", FolderRole.TRASH),
        ("Corbeille", FolderRole.TRASH),
        ("&AMk-l&AOk-ments supprim&AOk-s", FolderRole.TRASH),
        ("Messages supprim&AOk-s", FolderRole.TRASH),
        ("Deleted Items", FolderRole.TRASH),
        ("Deleted Messages", FolderRole.TRASH),
        ("INBOX.Trash", FolderRole.TRASH),
        ("INBOX.Corbeille", FolderRole.TRASH),
        ("Envoy&AOk-s", FolderRole.SENT),
        ("&AMk-l&AOk-ments envoy&AOk-s", FolderRole.SENT),
        ("Sent Items", FolderRole.SENT),
        ("Brouillons", FolderRole.DRAFTS),
        ("Courrier ind&AOk-sirable", FolderRole.JUNK),
        ("Ind&AOk-sirables", FolderRole.JUNK),
        ("Spam", FolderRole.JUNK),
        ("JUNK", FolderRole.JUNK),
        ("Archives", FolderRole.ARCHIVE),
        ("Corbeille 2019", FolderRole.OTHER),
        ("Patients.Trash", FolderRole.OTHER),
        ("INBOX.a.Trash", FolderRole.OTHER),
    ],
)
def test_a_folder_without_special_use_is_known_by_its_usual_name(raw: str, role: FolderRole) -> None:
    [found] = folders(f'LIST () "." "{raw}"')
    assert found.role is role


def test_special_use_outranks_the_name() -> None:
    assert roles('LIST () "/" Corbeille\nLIST (\\Trash) "/" Poub\nLIST (\\Sent) "/" Trash') == {
        "Poub": FolderRole.TRASH,
        "Trash": FolderRole.SENT,
        "Corbeille": FolderRole.OTHER,
    }


def test_of_several_usual_names_one_folder_takes_the_role() -> None:
    found = roles('LIST () "/" "Deleted Items"\nLIST () "/" Trash\nLIST () "/" Corbeille')
    assert [name for name, role in found.items() if role is FolderRole.TRASH] == ["Trash"]


def test_a_folder_that_cannot_be_opened_takes_no_role() -> None:
    assert roles('LIST (\\Noselect) "/" Trash\nLIST () "/" Corbeille')["Corbeille"] is FolderRole.TRASH


@pytest.mark.parametrize(
    ("line", "name", "label"),
    [
        ('LIST () "/" INBOX', "INBOX", "Réception"),
        ('LIST () "/" "inbox"', "INBOX", "Réception"),
        ('LIST () "." "INBOX.Labo.2024"', "INBOX.Labo.2024", "Labo/2024"),
        ('LIST () "\\\\" "Labo\\\\2024"', "Labo\\2024", "Labo/2024"),
        ('LIST () "^" "Labo^2024"', "Labo^2024", "Labo/2024"),
        ("LIST () NIL Labo.2024", "Labo.2024", "Labo.2024"),
        ('LIST () "/" "a\\"b"', 'a"b', 'a"b'),
        ('LIST () "/" "R&-D"', "R&D", "R&D"),
        ('LIST () "/" {5}\r\nLa bo', "La bo", "La bo"),
        ('LIST () "/" "x" ("CHILDINFO" ("SUBSCRIBED"))', "x", "x"),
        ('LIST () "/" "..//etc"', "..//etc", "..//etc"),
        ('LIST () "/" "a&IC4-b"', "a\u202eb", "a·b"),
    ],
)
def test_names_with_any_separator_are_kept_for_commands_and_made_readable(
    line: str, name: str, label: str
) -> None:
    with wire_hearing(f"* {line}\r\nB1 OK\r\nB2 NO\r\n".encode()) as wire:
        [found] = read_folders(wire, PLAIN_SERVER).folders
    assert (found.name, found.label, found.selectable) == (name, label, True)


def test_a_name_that_encodes_otherwise_is_sent_back_as_the_server_wrote_it() -> None:
    with wire_hearing(b'* LIST () "/" "&AGE-bc"\r\nB1 OK\r\nB2 NO\r\n') as wire:
        found = read_folders(wire, PLAIN_SERVER)
    assert found.raw_names[found.folders[0].name] == b"&AGE-bc"


@pytest.mark.parametrize("raw", ['"&AAoADQ-"', "{3}\r\na\0b", "{4}\r\na\r\nb"])
def test_a_name_with_control_characters_is_shown_and_never_opened(raw: str) -> None:
    with wire_hearing(f'* LIST () "/" {raw}\r\nB1 OK\r\nB2 NO\r\n'.encode()) as wire:
        [found] = read_folders(wire, PLAIN_SERVER).folders
    assert not found.selectable
    assert found.label.isprintable()


def test_a_folder_that_only_holds_others_is_kept_as_not_selectable() -> None:
    [found] = folders('LIST (\\Noselect \\HasChildren) "/" Patients')
    assert not found.selectable


def test_a_folder_that_shows_what_lies_in_others_says_so() -> None:
    listed = 'LIST (\\All) "/" Tout\nLIST (\\Flagged) "/" Suivis\nLIST (\\Sent) "/" Sent\nLIST () "/" Divers'
    assert {each.name for each in folders(listed) if each.gathers} == {"Tout", "Suivis"}
    assert {each.name for each in folders(listed) if each.everything} == {"Tout"}


def test_what_a_folder_holds_is_told_by_those_above_it_and_by_usual_names() -> None:
    names = (
        "INBOX",
        "Sent",
        "Sent/2024",
        "Patients",
        "Patients/A",
        "Éléments envoyés",
        "Archives/Brouillons",
    )
    folders = [Folder(name, name, FolderRole.OTHER) for name in names]
    folders[0:2] = [Folder("INBOX", "Réception", FolderRole.INBOX), Folder("Sent", "Sent", FolderRole.SENT)]
    folders.append(Folder("INBOX.Sous", "Réception/Sous", FolderRole.OTHER))
    assert roles_held(folders) == {
        "INBOX": FolderRole.INBOX,
        "Sent": FolderRole.SENT,
        "Sent/2024": FolderRole.SENT,
        "Patients": FolderRole.OTHER,
        "Patients/A": FolderRole.OTHER,
        "Éléments envoyés": FolderRole.SENT,
        "Archives/Brouillons": FolderRole.DRAFTS,
        "INBOX.Sous": FolderRole.OTHER,
    }


def test_inbox_comes_first_then_the_roles_then_the_names() -> None:
    listed = 'LIST () "/" zèbre\nLIST () "/" Ecole\nLIST () "/" Trash\nLIST () "/" Sent\nLIST () "/" INBOX'
    assert [folder.label for folder in folders(listed)] == ["Réception", "Sent", "Trash", "Ecole", "zèbre"]


@pytest.mark.parametrize(
    "line", ["LIST", "LIST ()", 'LIST () "/"', "LIST x y z", "OK it's \"odd", 'LIST (a "/" b']
)
def test_a_line_that_is_no_list_leaves_the_others(line: str) -> None:
    assert [folder.name for folder in folders(f'{line}\nLIST () "/" Labo')] == ["Labo"]


def test_figures_come_with_the_list_where_the_server_can() -> None:
    said = (
        b'* LIST () "/" INBOX\r\n* STATUS "INBOX" (MESSAGES 17 UNSEEN 3 SIZE 4000)\r\n'
        b'* LIST () "/" Labo\r\n* STATUS Labo (MESSAGES x UNSEEN 1)\r\nB1 OK\r\n'
    )
    with wire_hearing(said) as wire:
        inbox, labo = read_folders(wire, frozenset({"LIST-STATUS", "STATUS=SIZE"})).folders
    assert (inbox.messages, inbox.unseen, inbox.size) == (17, 3, 4000)
    assert (labo.messages, labo.unseen, labo.size) == (None, 1, None)


def test_figures_are_asked_one_by_one_where_they_are_not_offered_at_once() -> None:
    said = b'* LIST () "/" INBOX\r\nB1 OK\r\n* STATUS INBOX (MESSAGES 17 UNSEEN 3)\r\nB2 OK\r\n'
    with wire_hearing(said) as wire:
        [inbox] = read_folders(wire, PLAIN_SERVER).folders
    assert (inbox.messages, inbox.unseen, inbox.size) == (17, 3, None)


def test_a_list_with_options_that_is_refused_is_asked_plainly() -> None:
    said = b'B1 BAD no\r\n* LIST (\\Trash) "/" Bin\r\nB2 OK\r\nB3 NO\r\n'
    with wire_hearing(said) as wire:
        [found] = read_folders(wire, frozenset({"LIST-EXTENDED", "SPECIAL-USE"})).folders
    assert found.role is FolderRole.TRASH


# Quota


def quota(*lines: bytes) -> Quota | None:
    return fullest([Response((b"* " + line + b"\r\n",)) for line in lines])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([b'QUOTAROOT "INBOX" ""', b'QUOTA "" (STORAGE 10 512)'], Quota(10 * 1024, 512 * 1024)),
        ([b'QUOTA "User quota" (STORAGE 10 512 MESSAGE 1 2)'], Quota(10 * 1024, 512 * 1024)),
        ([b"QUOTA root (MESSAGE 1 2 storage 3 4)"], Quota(3 * 1024, 4 * 1024)),
        ([b'QUOTA "a" (STORAGE 1 100)', b'QUOTA "b" (STORAGE 90 100)'], Quota(90 * 1024, 100 * 1024)),
        ([b'QUOTA "a" (STORAGE 150 100)'], Quota(150 * 1024, 100 * 1024)),
        ([b'QUOTA "a" (MESSAGE 1 2)'], None),
        ([b'QUOTA "a" (STORAGE 5 0)'], None),
        ([b'QUOTA "a" (STORAGE -5 10)'], None),
        ([b'QUOTA "a" (STORAGE 5)'], None),
        ([b'QUOTA "a" ()'], None),
        ([b"QUOTA"], None),
        ([b'QUOTA "unclosed (STORAGE 1 2)'], None),
        ([], None),
    ],
)
def test_the_quota_is_the_fullest_storage_root(lines: list[bytes], expected: Quota | None) -> None:
    assert quota(*lines) == expected


def test_a_quota_root_may_come_as_a_literal() -> None:
    assert fullest([Response((b"* QUOTA ", b"a (b", b" (STORAGE 1 2)\r\n"))]) == Quota(1024, 2048)


def folder(size: int | None, selectable: bool = True) -> Folder:
    return Folder("x", "x", FolderRole.OTHER, selectable=selectable, size=size)


def test_a_quota_by_hand_sums_the_folders() -> None:
    assert by_hand(100, [folder(10), folder(20), folder(None, selectable=False)]) == Quota(
        30, 100, by_hand=True
    )


def test_a_quota_by_hand_is_unknown_where_a_folder_is() -> None:
    assert by_hand(100, [folder(10), folder(None)]) is None
