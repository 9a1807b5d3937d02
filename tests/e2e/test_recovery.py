"""Monday morning: a forgotten passphrase, and an agency whose only administrator lost her tablet."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import PASSPHRASE, Agency, Screen, Screens
from tests.e2e.steps import SLOW, open_notes, reach_server, to_families, unlock, write_note
from tests.e2e.test_first_run import FIRST, SECOND, choose_passphrase, confirm_sheet, read_code

ADMINISTRATOR = "others/ines"
FAMILIES = 12
"""Of the coordinator of the example agency; with 14, see tests/services/test_recovery.py."""


@pytest.fixture
def monday(example_folder: Path, tmp_path: Path) -> Iterator[Agency]:
    """The example agency for one story, with its administrator's tablet."""
    root = tmp_path / "agency"
    shutil.copytree(example_folder, root)
    running = Agency(root, ("coordinator", "supervisor", ADMINISTRATOR))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Agency]:
    """A server, a tablet to begin on, and a fresh one."""
    running = Agency(tmp_path, ("founder", "fresh"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


def scroll_to(screen: Screen, words: str) -> None:
    """Down a long page until a button is there."""
    screen.page.mouse.move(500, 400)
    for _ in range(12):
        screen.settle()
        if screen.get_button(re.compile(words)).count():
            return
        screen.page.mouse.wheel(0, 500)


def test_a_forgotten_passphrase_on_monday_ends_with_every_family(monday: Agency, screens: Screens) -> None:
    marisol = screens.open(monday.tablet("coordinator").address)
    supervisor = screens.open(monday.tablet("supervisor").address)
    ines = screens.open(monday.tablet(ADMINISTRATOR).address)
    unlock(supervisor)  # she is at work; nothing more is asked of her
    ines.type_into("Passphrase", PASSPHRASE)
    ines.press("Unlock", exact=True)
    began = time.monotonic()

    marisol.press("I cannot get in")
    marisol.press("I have neither passphrase nor kit")
    marisol.see("Notes and changes that were never sent exist only here.")
    marisol.tick("I understand that notes never sent may be lost")
    marisol.press("Put it aside and start over")
    marisol.see("Join with an invitation")

    ines.press("Settings", exact=True)
    ines.press(re.compile("^People"))
    ines.press(re.compile("^Marisol Vega"))
    ines.press("New tablet")
    ines.press("Make the invitation")
    ines.see("An invitation for Marisol Vega", SLOW)
    code = read_code(ines)
    ines.press("Done", exact=True)
    ines.see("Lost or replaced")  # her own page again, before its Back is pressed
    ines.settle()
    ines.press("Back", exact=True)

    marisol.press("Join with an invitation")
    marisol.type_into("Invitation code", code)
    marisol.press("Read the code")
    choose_passphrase(marisol, SECOND)
    marisol.press("Join", exact=True)
    confirm_sheet(marisol, "Your recovery kit")
    marisol.see("Waiting to be let in")
    ines.see("Their tablet has answered. Let them in.", SLOW)
    ines.press("Let them in")
    to_families(marisol)
    marisol.see(f"{FAMILIES} families, all on this tablet", SLOW)
    print(f"From “I cannot get in” to {FAMILIES} families: {time.monotonic() - began:.0f} s")


def read_sheet(screen: Screen, number: int) -> tuple[str, ...]:
    """Confirm one of three sheets."""
    screen.see(f"Sheet {number} of 4", SLOW)
    return confirm_sheet(screen, f"The agency’s words, sheet {number}")


def test_the_agencys_words_alone_make_a_new_administrator(alone: Agency, screens: Screens) -> None:
    founder = screens.open(alone.tablet("founder").address)
    founder.press("Start an agency")
    founder.type_into("Name of the agency", "River House")
    founder.type_into("Your name", "Ruth Abara")
    founder.press("Three sheets")
    choose_passphrase(founder, FIRST)
    founder.press("Make the keys")
    shares = [read_sheet(founder, number) for number in (1, 2, 3)]
    confirm_sheet(founder, "Your recovery kit")
    to_families(founder)
    founder.see("No families yet.", SLOW)
    founder.press("Add a family")
    founder.type_into("The young person’s first name", "Otis")
    founder.press("Add this family")
    founder.see("Worker details", SLOW)
    write_note(founder, "Otis showed me his newts.")
    founder.see("On the server", SLOW)
    reach_server(founder)
    alone.tablet("founder").stop()  # the tablet lies in a river
    began = time.monotonic()

    fresh = screens.open(alone.tablet("fresh").address)
    fresh.press("I have the agency’s words")
    fresh.press("Two of three")
    fresh.get_button("Sheet 3").first.click()
    fresh.type_into("The 24 words of the sheet (1 of 2)", " ".join(shares[2]))
    fresh.get_button("Sheet 1").last.click()
    fresh.type_into("The 24 words of the sheet (2 of 2)", " ".join(shares[0]))
    fresh.picture("words", "wide")
    fresh.press("Look for the agency")
    fresh.see("Agency found.", SLOW)
    fresh.picture("found", "wide")
    choose_passphrase(fresh, SECOND)
    fresh.press("Make this an administrator’s tablet")
    confirm_sheet(fresh, "Your recovery kit")
    to_families(fresh)
    fresh.see("1 family, on this tablet", SLOW)
    print(f"From two sheets to the family: {time.monotonic() - began:.0f} s")
    fresh.press(re.compile("^Otis"))
    open_notes(fresh)
    fresh.see("Otis showed me his newts.", SLOW)
    fresh.see("Ruth Abara")

    fresh.press("Settings", exact=True)
    scroll_to(fresh, "The agency’s words")
    fresh.press(re.compile("The agency’s words"))
    fresh.see("a new administrator’s tablet")
    fresh.picture("seed", "wide")
    fresh.press("Try the words")
    fresh.type_into("The 24 words", " ".join(shares[0]))
    fresh.press("Check the words")
    fresh.see("These are not the words of this agency. Nothing was changed.")
    fresh.press("Two of three")
    fresh.get_button("Sheet 1").first.click()
    fresh.get_button("Sheet 2").last.click()
    fresh.type_into("The 24 words of the sheet (2 of 2)", " ".join(shares[1]))
    fresh.press("Check the words")
    fresh.see("These are this agency’s words.")
