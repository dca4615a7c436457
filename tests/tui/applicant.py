"""Filling in the form of a BAL as a person does: go to a line, type or turn it over, walk on."""

import stat
from collections.abc import Mapping
from pathlib import Path

from textual import events

from balt.tui.dialogs.add_mailbox import AddMailbox
from balt.tui.widgets.form import ChoiceLine, Field
from tests.tui.driver import Person

NAME, RPPS = "Dr Camille EXEMPLE", "10999990012"
ADDRESS = "camille@cab-lilas.mssante.fr"


def is_there(file: Path) -> bool:
    """Whether there is a configuration."""
    return file.exists()


def octets(file: Path) -> bytes:
    """The configuration as it stands on disk."""
    return file.read_bytes()


def mode(file: Path) -> int:
    """Who may read and write the configuration."""
    return stat.S_IMODE(file.stat().st_mode)


def put(file: Path, content: bytes) -> bytes:
    """Write a configuration as a person would have; its octets."""
    file.parent.mkdir()
    file.write_bytes(content)
    return content


def form(person: Person) -> AddMailbox:
    """The form on screen."""
    assert isinstance(person.app.screen, AddMailbox)
    return person.app.screen


def lines(person: Person) -> list[str]:
    """The names of the lines that the form shows, from top to bottom."""
    return [(field.id or "").removeprefix("field-") for field in form(person).query(Field) if field.display]


def value(person: Person, name: str) -> str:
    """What stands on a line."""
    return form(person).query_one(f"#field-{name}", Field).value


def here(person: Person) -> str:
    """The line or the button that the keys go to."""
    focused = form(person).focused
    if focused is None:
        return ""
    field = next((each for each in focused.ancestors_with_self if isinstance(each, Field)), None)
    return (field.id or "").removeprefix("field-") if field is not None else focused.id or ""


async def fill(person: Person, entries: Mapping[str, str]) -> None:
    """Paste a text on each line instead of what stands there; a choice is turned over to the value named."""
    for name, text in entries.items():
        entry = form(person).query_one(f"#field-{name}", Field).entry
        entry.focus()
        await person.quiet()
        if isinstance(entry, ChoiceLine):
            for _turn in entry.options:
                if entry.value != text:
                    await person.press("right")
            assert entry.value == text
        else:
            await person.press("ctrl+e", "ctrl+u")
            await person.paste(text)


async def push(person: Person, button: str) -> None:
    """Go to a button and press Enter."""
    form(person).query_one(f"#{button}").focus()
    await person.quiet()
    await person.press("enter")


async def attempt(person: Person, says: str) -> None:
    """Have the BAL tried, until the form says this."""
    await push(person, "try")
    await person.until(says)
    await person.quiet()


async def save(person: Person) -> None:
    """Save, and once more where the form asks whether one is sure."""
    await push(person, "save")
    if isinstance(person.app.screen, AddMailbox) and "enregistrer quand même" in person.screen():
        await person.press("enter")


def type_ahead(person: Person, *texts: str) -> None:
    """Hand in all keys at once, as a fast typist's terminal does: a text letter by letter, a line end being
    Enter; or a key by its name, "<right>".
    """
    for text in texts:
        if text.startswith("<"):
            person.app.post_message(events.Key(text.strip("<>"), None))
            continue
        for char in text:
            key = events.Key("enter", "\r") if char == "\n" else events.Key(char, char)
            person.app.post_message(key)
