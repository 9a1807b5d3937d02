"""What a person does on a tablet, step by step, in the words that stand on the screen."""

from __future__ import annotations

import re

from tests.e2e.harness import PASSPHRASE, Agency, Screen, Screens, wait_until

SEARCH = "Name, street, school, anyone on the team"
SLOW = 90.0
"""Seconds for what includes a round trip between two tablets, on a busy machine."""


def unlock(screen: Screen, passphrase: str = PASSPHRASE) -> None:
    """From the Unlock screen, over Today, to the list of families."""
    screen.type_into("Passphrase", passphrase)
    screen.press("Unlock", exact=True)
    to_families(screen)
    screen.see("families, all on this tablet", SLOW)


def to_families(screen: Screen) -> None:
    """From Today, where a person lands, to the list of families, by the rail."""
    rail = screen.get_button("Families", exact=True)
    wait_until(lambda: rail.count() > 0, "Today, with the rail", SLOW)
    screen.press("Families", exact=True)


def open_tablet(agency: Agency, screens: Screens, name: str, *, dark: bool = False) -> Screen:
    """A window on a tablet of the example, unlocked."""
    screen = screens.open(agency.tablet(name).address, dark=dark)
    unlock(screen)
    return screen


def open_family(screen: Screen, name: str) -> None:
    """From the list of families to the home of one, by typing its name."""
    screen.type_into(SEARCH, name)
    # The row moves up while the others go: press it where it stays.
    calls = screen.get_button(re.compile("^Call, "))
    wait_until(lambda: calls.count() == 1, f"only {name} is on the list")
    screen.settle()
    screen.press(re.compile(f"^{name}"))
    screen.see("Worker details")


def open_notes(screen: Screen) -> None:
    """On a family's home: its Notes tab."""
    screen.press("Notes", exact=True)
    screen.see("Search notes")


def write_note(screen: Screen, words: str) -> None:
    """On a family's home: write a note and save it."""
    screen.press("New note", exact=True)
    screen.type_into("Note", words)
    screen.press("Save note", exact=True)


def back_to_family(screen: Screen) -> None:
    """Leave the editor for the family's home."""
    screen.press("Back", exact=True)
    screen.see("Worker details")


def find(screen: Screen, words: str) -> None:
    """On the list of families: search until notes with these words are found."""
    wait_until(lambda: _found(screen, words), f"search finds {words!r}", SLOW)


def _found(screen: Screen, words: str) -> bool:
    screen.type_into(SEARCH, "")
    screen.type_into(SEARCH, words)
    try:
        screen.see("In notes", seconds=2)
    except AssertionError:
        return False
    return True


def reach_server(screen: Screen, then: str = "On the server since") -> None:
    """Ask for a round with the server now, from wherever the person is; ends on the Sync screen.

    then: what stands there once all is well.
    """
    screen.press("Sync", exact=True)
    screen.see("Last contact with the server")
    screen.press(re.compile("^(Try now|Send now)$"))
    screen.see(then, SLOW)


TABLE_CODE = "274915"


def open_table(
    screen: Screen, readers: tuple[str, ...], language: str = "English", *, strangers: bool = False
) -> None:
    """On a family's home: turn the tablet to the family, for these people, by the code of the stories.

    strangers: somebody else is there, too.
    """
    screen.press("Family table", exact=True)
    screen.see("Which language?")
    for name in readers:
        screen.press(re.compile(f"^{name}, "))
    if strangers:
        screen.press("Somebody else is here too")
    screen.press(language, exact=True)
    screen.settle()
    screen.page.mouse.move(500, 400)
    screen.page.mouse.wheel(0, 4000)
    screen.settle()
    if screen.field("New table code").count():  # on the first time; the stories keep one code
        screen.type_into("New table code", TABLE_CODE)
        screen.type_into("The same six digits again", TABLE_CODE)
    screen.press("Open the table", exact=True)
    screen.see("What we promised" if language == "English" else "Lo que prometimos")


def close_table(screen: Screen) -> None:
    """Back from the family's table to the worker's screens."""
    screen.press("Close", exact=True)
    screen.type_into("Table code", TABLE_CODE)
    screen.press("Close the table")
    screen.see("Worker details")
