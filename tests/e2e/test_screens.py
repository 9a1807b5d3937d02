"""Every main screen at three sizes, light and dark, kept as pictures under .artefacts/."""

from __future__ import annotations

import re

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import SEARCH, open_family, open_notes, unlock

FAMILY = "Nia Delgado"


def look(screen: Screen, name: str) -> None:
    """Take the pictures; nothing on the screen may have failed."""
    for picture in screen.pictures(name):
        assert picture.stat().st_size > 6_000, f"{picture.name} shows next to nothing"
    assert "could not be shown" not in screen.read()
    assert screen.errors == []


def test_every_main_screen_can_be_looked_at(example: Agency, screens: Screens) -> None:
    screen = screens.open(example.tablet("coordinator").address)
    look(screen, "unlock")
    unlock(screen)
    screen.press("Today", exact=True)
    screen.see("Plan a visit")
    look(screen, "today")
    screen.press("Families", exact=True)
    look(screen, "families")
    screen.type_into(SEARCH, "playlist")
    screen.see("In notes")
    look(screen, "search")
    screen.type_into(SEARCH, "")
    open_family(screen, FAMILY)
    screen.press("Worker details", exact=True)
    screen.press("Before I knock", exact=True)
    screen.see("Who lives here")
    look(screen, "knock")
    screen.press("Back", exact=True)
    screen.see("mornings are quiet")
    look(screen, "plan")
    screen.press("Change the plan", exact=True)
    screen.press("Add an outcome", exact=True)
    look(screen, "plan-sheet")
    screen.press("Close", exact=True)
    screen.press("Done changing", exact=True)
    screen.press("People", exact=True)
    screen.see("Add a person")
    look(screen, "people")
    screen.press(re.compile("^Teo Delgado"))
    screen.see("Save changes")
    look(screen, "support")
    screen.press("Back", exact=True)
    open_notes(screen)
    look(screen, "notes")
    screen.press(re.compile("^Home visit"))
    screen.see("Who may read it")
    look(screen, "note")
    screen.press("Back", exact=True)
    screen.press("New note", exact=True)
    screen.type_into("Note", "Nia showed me the playlist. Teo drives on Thursday.")
    look(screen, "editor")
    screen.press("Back", exact=True)
    screen.press("Crisis", exact=True)
    screen.settle()
    look(screen, "crisis")
    for place in ("Sync", "Settings"):
        screen.press(place, exact=True)
        screen.settle()
        look(screen, place.lower())


def test_unlock_families_and_plan_in_the_dark(example: Agency, screens: Screens) -> None:
    screen = screens.open(example.tablet("coordinator").address, dark=True)
    look(screen, "unlock-dark")
    unlock(screen)
    screen.press("Settings", exact=True)
    screen.tick("Dark, Light words on a dark table")
    look(screen, "settings-dark")
    screen.press("Families", exact=True)
    look(screen, "families-dark")
    open_family(screen, FAMILY)
    screen.see("mornings are quiet")
    look(screen, "plan-dark")
    screen.press("Settings", exact=True)
    screen.tick("Dark, Light words on a dark table")
