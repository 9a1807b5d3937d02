"""People of an agency come, change and go: in a real browser, with a real server, in minutes."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import PASSPHRASE, Agency, Screen, Screens
from tests.e2e.steps import SLOW, open_family, open_notes, to_families, unlock, write_note
from tests.e2e.test_first_run import SECOND, choose_passphrase, confirm_sheet, read_code

ADMINISTRATOR = "others/ines"
MINUTES = 2.0
"""The most that inviting, letting in, changing a role or removing may take."""


class Act:
    """Counts the presses of one act and how long it took."""

    def __init__(self, screen: Screen, name: str) -> None:
        self._screen = screen
        self.name = name
        self.taps = 0
        self._began = time.monotonic()

    def press(self, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        """One tap."""
        self.taps += 1
        self._screen.press(name, exact=exact)

    def done(self, most_taps: int) -> None:
        """The act is over. Says what it took."""
        seconds = time.monotonic() - self._began
        print(f"{self.name}: {self.taps} taps, {seconds:.0f} s")
        assert self.taps <= most_taps
        assert seconds < MINUTES * 60


@pytest.fixture
def own_example(example_folder: Path, tmp_path: Path) -> Iterator[Agency]:
    """A copy of the example agency for one story: somebody leaves it for good."""
    root = tmp_path / "agency"
    shutil.copytree(example_folder, root)
    running = Agency(root, ("coordinator", "supervisor", ADMINISTRATOR, "newcomer"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


def in_the_office(agency: Agency, screens: Screens) -> Screen:
    """The administrator's tablet, at People."""
    ines = screens.open(agency.tablet(ADMINISTRATOR).address)
    ines.type_into("Passphrase", PASSPHRASE)
    ines.press("Unlock", exact=True)
    to_families(ines)
    ines.see("No families yet.", SLOW)
    ines.press("Settings", exact=True)
    ines.press(re.compile("^People"))
    ines.see("Who works here")
    return ines


@pytest.mark.timeout(600)  # six windows and five processes, started anew
def test_an_administrator_removes_a_colleague(own_example: Agency, screens: Screens) -> None:
    words = "Rosa rang while I sat in the bus. Quincemeal."
    supervisor = screens.open(own_example.tablet("supervisor").address)
    unlock(supervisor)
    coordinator = screens.open(own_example.tablet("coordinator").address)
    unlock(coordinator)
    # An honest note that is only on the tablet when its author is taken out.
    own_example.server.stop()
    open_family(coordinator, "Nia Delgado")
    write_note(coordinator, words)
    coordinator.see("Saved on this tablet")
    coordinator.page.goto("about:blank")  # a window without its tablet does nothing but complain
    own_example.tablet("coordinator").stop()
    own_example.server.start()

    ines = in_the_office(own_example, screens)
    act = Act(ines, "remove")
    act.press(re.compile("^Marisol Vega"))
    ines.see("Supervised by Ruth Abara")
    act.press("Take out of the agency")
    ines.see("What will happen")
    ines.see("Nothing takes back paper")
    act.press("Take Marisol Vega out")
    ines.see("What they could still have", SLOW)
    act.done(3)
    ines.see("Marisol Vega held the keys of 12 families")
    ines.see("Names of families, and papers, stand on a supervisor’s tablet.")

    # The supervisor's tablet changes the keys at its next contact by itself; the office sees it.
    supervisor.press("Sync", exact=True)
    supervisor.see("Taken out lately", SLOW)
    ines.see("Every family has a new key: 12 of 12", SLOW)
    supervisor.press(re.compile("^Marisol Vega"))
    supervisor.see("Every family has a new key: 12 of 12", SLOW)
    supervisor.see("Nia Delgado, since")
    supervisor.press("Back", exact=True)

    # Her tablet hands over what it had not sent, and wipes itself.
    own_example.tablet("coordinator").start()
    coordinator.open()
    coordinator.type_into("Passphrase", PASSPHRASE)
    coordinator.press("Unlock", exact=True)
    coordinator.see("This tablet was taken out of the agency", SLOW)
    coordinator.see("They were handed to the agency first")
    coordinator.page.goto("about:blank")
    own_example.tablet("coordinator").kill()
    own_example.tablet("coordinator").start()
    coordinator.open()
    coordinator.see("This tablet was taken out of the agency")

    # Her last words wait for somebody to take them over in the open.
    supervisor.see("Came too late", SLOW)
    supervisor.press(re.compile("^Came too late"))
    supervisor.see(words)
    supervisor.press("Take over", exact=True)
    supervisor.see("Taken over. It says whose words they are.", SLOW)
    supervisor.press("Back", exact=True)
    supervisor.press("Families", exact=True)
    open_family(supervisor, "Nia Delgado")
    open_notes(supervisor)
    supervisor.type_into("Search notes", "Quincemeal")
    supervisor.see("Words of Marisol Vega, written", SLOW)
    supervisor.see("Ruth Abara")
    assert coordinator.errors == supervisor.errors == ines.errors == []


@pytest.mark.timeout(600)
def test_inviting_letting_in_and_changing_a_role_take_two_minutes_each(
    own_example: Agency, screens: Screens
) -> None:
    ines = in_the_office(own_example, screens)
    act = Act(ines, "invite")
    act.press("Invite someone")
    ines.type_into("Name", "Kim Lee")
    ines.type_into("Title", "Youth partner")
    act.press("Family or youth partner")
    act.press("Coordinator", exact=True)
    act.press("Make the invitation")
    ines.see("An invitation for Kim Lee", SLOW)
    code = read_code(ines)
    act.press("Done", exact=True)
    act.done(5)

    newcomer = screens.open(own_example.tablet("newcomer").address)
    newcomer.press("Join with an invitation")
    newcomer.type_into("Invitation code", code)
    newcomer.press("Read the code")
    choose_passphrase(newcomer, SECOND)
    newcomer.press("Join", exact=True)
    confirm_sheet(newcomer, "Your recovery kit")
    newcomer.see("Waiting to be let in")
    ines.see("Their tablet has answered. Let them in.", SLOW)
    act = Act(ines, "let in")
    act.press("Let them in")
    to_families(newcomer)
    newcomer.see("No families yet.", SLOW)
    act.done(1)

    ines.see("Youth partner · Family or youth partner", SLOW)
    act = Act(ines, "change a role")
    act.press(re.compile("^Kim Lee"))
    ines.see("Youth partner")
    act.press("Roles and team")
    ines.see("Works beside a family")
    ines.page.get_by_role("checkbox", name=re.compile("^Coordinator")).first.wait_for(state="attached")
    act.taps += 1
    ines.tick("Coordinator")
    act.press("Save", exact=True)
    ines.see("Coordinator, Family or youth partner", SLOW)
    act.done(4)
    assert ines.errors == newcomer.errors == []
