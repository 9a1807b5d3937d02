"""An agency from nothing: start it, invite, join on a second tablet, be let in, work together."""

from __future__ import annotations

import re

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import SLOW, open_notes, to_families, write_note

FIRST = "otter lamp seven quiet bread"
SECOND = "plum ladder nine slow river"


def choose_passphrase(screen: Screen, passphrase: str) -> None:
    """Leave the words on offer, and type one's own twice."""
    screen.press("Write my own instead")
    screen.type_into("New passphrase", passphrase)
    screen.type_into("New passphrase, once more", passphrase)


def confirm_sheet(screen: Screen, title: str) -> tuple[str, ...]:
    """Read 24 words off the screen, say three of them wrongly, then rightly."""
    screen.see("I have written it down", SLOW)
    screen.see(title)
    words = dict(re.findall(r"(?m)^(?:\S+: )?(\d{1,2})\s+([a-z]+)$", screen.read()))
    assert sorted(map(int, words)) == list(range(1, 25)), screen.read()
    screen.press("I have written it down")
    screen.see("Three words from your sheet")
    asked = re.findall(r"Word (\d+)$", screen.read(), re.M)
    assert len(asked) == 3
    screen.type_into(f"Word {asked[0]}", "wrong")
    screen.press("That is them")
    screen.see(f"That is not word {asked[0]} of the sheet.")
    for number in asked:
        screen.page.get_by_role("textbox", name=f"Word {number}", exact=True).fill("")
        screen.type_into(f"Word {number}", words[number])
    screen.press("That is them")
    return tuple(words[str(number)] for number in range(1, 25))


def test_an_agency_starts_and_a_colleague_joins_it(agency: Agency, screens: Screens) -> None:
    founder = screens.open(agency.tablet("supervisor").address)
    founder.press("Start an agency")
    founder.type_into("Name of the agency", "River House")
    founder.type_into("Your name", "Ruth Abara")
    founder.type_into("Your title", "Supervisor")
    founder.see_typed("Server address", agency.server.address)
    choose_passphrase(founder, FIRST)
    founder.press("Make the keys")
    seed = confirm_sheet(founder, "The agency’s words")
    kit = confirm_sheet(founder, "Your recovery kit")
    assert seed != kit
    to_families(founder)
    founder.see("No families yet.", SLOW)

    founder.press("Settings", exact=True)
    founder.press(re.compile("^People"))
    founder.press("Invite someone")
    founder.type_into("Name", "Marisol Vega")
    founder.type_into("Title", "Care coordinator")
    founder.press("Make the invitation")
    founder.see("An invitation for Marisol Vega", SLOW)
    code = read_code(founder)
    founder.press("Done", exact=True)

    joiner = screens.open(agency.tablet("coordinator").address)
    joiner.press("Join with an invitation")
    joiner.type_into("Invitation code", code[:-1] + ("A" if code[-1] != "A" else "B"))
    joiner.press("Read the code")
    joiner.see_not("The code is complete.")
    joiner.type_into("Invitation code", code.lower())
    joiner.press("Read the code")
    joiner.see(f"Server: {agency.server.address}")
    joiner.see("Fingerprint of the agency")
    choose_passphrase(joiner, SECOND)
    joiner.press("Join", exact=True)
    confirm_sheet(joiner, "Your recovery kit")
    joiner.see("Waiting to be let in")
    founder.see("Their tablet has answered. Let them in.", SLOW)
    founder.press("Let them in")
    to_families(joiner)
    joiner.see("No families yet.", SLOW)

    joiner.press("Add a family")
    joiner.type_into("The young person’s first name", "Otis")
    joiner.type_into("Family name", "Lindqvist")
    joiner.press("Add this family")
    joiner.see("Worker details", SLOW)
    write_note(joiner, "First visit. Otis showed me his newts.")
    joiner.see("On the server", SLOW)

    founder.press("Families", exact=True)
    founder.see("Otis Lindqvist", SLOW)
    founder.press(re.compile("^Otis Lindqvist"))
    founder.see("Worker details")
    open_notes(founder)
    founder.see("First visit. Otis showed me his newts.", SLOW)
    founder.see("Marisol Vega, Care coordinator")

    joiner.press("Settings", exact=True)
    joiner.press("Lock now", exact=True)
    joiner.type_into("Passphrase", FIRST)
    joiner.press("Unlock", exact=True)
    joiner.see("That is not the passphrase of this tablet.")
    joiner.type_into("Passphrase", SECOND)
    joiner.press("Unlock", exact=True)
    to_families(joiner)
    joiner.see("1 family, on this tablet", SLOW)


def read_code(screen: Screen) -> str:
    """The invitation's text as it stands on the screen."""
    found = re.search(r"^\S+: ([0-9A-Z ]{100,})$", screen.read(), re.M)
    assert found is not None, screen.read()
    return found.group(1)
