"""The tablet lies in front of a family, and somebody tries every way past its table. None succeeds."""

from __future__ import annotations

import re

from tests.e2e.harness import PASSPHRASE, Agency, Screen, Screens, wait_until
from tests.e2e.steps import SEARCH, open_family, unlock

CODE = "274915"
FAMILY = "Nia Delgado"
WORKER = ("Families", "Sync", "Settings", "Worker details", "New note", "Search notes", SEARCH)
"""Words of the worker's screens."""


def nothing_of_the_worker(screen: Screen) -> None:
    """The table is there, and not a word of anything else."""
    screen.see("What we promised")
    said = screen.read()
    assert [words for words in WORKER if words in said] == []


def sit_down(screen: Screen) -> None:
    """From the family's home to its table, for Nia and Rosa, in English."""
    screen.press("More", exact=True)
    screen.press(re.compile("^The family’s table"))
    screen.see("Which language?")
    screen.press(re.compile("^Nia, "))
    screen.press(re.compile("^Rosa, "))
    screen.page.mouse.move(500, 400)
    screen.page.mouse.wheel(0, 1500)
    screen.press("English", exact=True)
    screen.settle()
    screen.page.mouse.wheel(0, 4000)
    screen.settle()
    if screen.get_button("Change the code").count():
        screen.press("Change the code")
        screen.settle()
        screen.page.mouse.wheel(0, 4000)
        screen.settle()
    screen.type_into("New table code", CODE)
    screen.type_into("The same six digits again", CODE)
    screen.press("Open the table", exact=True)
    screen.see("What we promised")


def locked(screen: Screen) -> bool:
    """Whether the page came back as Unlock."""
    asks, cover = screen.get_button("Unlock", exact=True), screen.get_button(re.compile("Tap to go on"))
    shown = screen.words("What we promised")
    wait_until(lambda: asks.count() + cover.count() + shown.count() > 0, "Unlock, cover or table")
    return asks.count() > 0


def at_the_table_again(screen: Screen) -> None:
    """After the page was left: at the table, or at Unlock, for it may come back as another window."""
    if locked(screen):  # nothing is shown
        unlock(screen)
        open_family(screen, FAMILY)
        sit_down(screen)
    uncover(screen)
    nothing_of_the_worker(screen)


def uncover(screen: Screen) -> None:
    """A page that was left may come back covered; one tap brings back what lay below."""
    cover = screen.get_button(re.compile("Tap to go on"))
    wait_until(lambda: cover.count() + screen.words("What we promised").count() > 0, "cover or table")
    screen.settle()
    if cover.count():
        screen.press(re.compile("Tap to go on"))


def press_if_there(screen: Screen, keys: str) -> None:
    screen.page.keyboard.press(keys)
    screen.page.wait_for_timeout(150)


def test_no_way_leads_past_the_table_but_its_code(example: Agency, screens: Screens) -> None:
    address = example.tablet("coordinator").address
    profile = screens.context()
    screen = screens.window(profile, address)
    screen.open()
    unlock(screen)
    open_family(screen, FAMILY)
    sit_down(screen)
    nothing_of_the_worker(screen)

    # Keys: Escape, the browser's and Android's back, search, and Tab all the way round.
    for keys in ("Escape", "Alt+ArrowLeft", "Control+F", "Escape", "Control+K", "F6"):
        press_if_there(screen, keys)
    named: set[str] = set()
    for _ in range(25):
        press_if_there(screen, "Tab")
        named.add(screen.page.evaluate("document.activeElement?.getAttribute('aria-label') ?? ''") or "")
    assert not named & set(WORKER)
    # Tab has led down the page, to how each goal has gone: back up to where it began.
    screen.page.mouse.move(500, 400)
    screen.page.mouse.wheel(0, -4000)
    nothing_of_the_worker(screen)

    # The address: a hash, and a reload.
    screen.page.evaluate("location.hash = '#/families'")
    screen.settle()
    nothing_of_the_worker(screen)
    screen.reload()
    at_the_table_again(screen)

    # Three wrong codes, leaving in between; then the right one is no use, and the passphrase is.
    for left in ("Tries left: 2", "Tries left: 1"):
        screen.press("Close", exact=True)
        screen.type_into("Table code", "111333")
        screen.press("Close the table")
        screen.see(left)
        screen.press("Stay at the table")
        nothing_of_the_worker(screen)
    screen.press("Close", exact=True)
    screen.type_into("Table code", "111333")
    screen.press("Close the table")
    screen.see("Only the passphrase closes the table now")
    screen.type_into("Passphrase", CODE)
    screen.press("Close the table")
    screen.see("does not open this tablet")
    screen.type_into("Passphrase", PASSPHRASE)
    screen.press("Close the table")
    screen.see("Worker details")

    # The right code leads back to the family, too.
    sit_down(screen)
    screen.press("Close", exact=True)
    screen.type_into("Table code", CODE)
    screen.press("Close the table")
    screen.see("Worker details")

    # Out of the page and back into it.
    sit_down(screen)
    screen.page.goto("about:blank")
    screen.page.go_back(wait_until="commit")
    screen.show_semantics()
    at_the_table_again(screen)

    # Another window, also at a path of its own, is locked, and takes the table off the first.
    other = screens.window(profile, address)
    other.open("/#/families")
    other.see("Unlock")
    screen.see("Kitchen Table is open in another window")
    other.type_into("Passphrase", CODE)
    other.press("Unlock", exact=True)
    wait_until(lambda: other.words("What we promised").count() == 0, "the code unlocks nothing")
    assert [words for words in WORKER if words in other.read()] == []
