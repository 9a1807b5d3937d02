"""Two people write to the same place while neither reaches the server: both versions stay, one chooses."""

from __future__ import annotations

import re

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import SLOW, open_family, open_tablet, reach_server

FAMILY = "Asha Warsame"
HERS = "We want Asha to walk to school with her friends by spring."
MINE = "We want Asha to sleep through the night and wake up glad."
SEEN = {"coordinator": HERS, "supervisor": MINE}


def write_vision(screen: Screen, words: str) -> None:
    """On a family's Plan tab: put other words in the vision."""
    screen.press(re.compile("(Change|Write) the vision"))
    screen.type_into("The family’s own words", words)
    screen.press("Save the vision", exact=True)
    screen.see(words)


def test_concurrent_words_are_both_shown_and_a_choice_settles_them_everywhere(
    example: Agency, screens: Screens
) -> None:
    tablets = {name: open_tablet(example, screens, name) for name in SEEN}
    for screen in tablets.values():
        open_family(screen, FAMILY)
    example.server.stop()
    for name, words in SEEN.items():
        write_vision(tablets[name], words)
    example.server.start()
    for screen in tablets.values():
        reach_server(screen, "Two versions. Keep which?")
    for name, screen in tablets.items():
        screen.press(re.compile("The vision"))
        for words in SEEN.values():
            screen.see(words)
        if name == "supervisor":
            screen.pictures("two-versions")
    supervisor, coordinator = tablets["supervisor"], tablets["coordinator"]
    supervisor.press("Keep yours")
    for screen in (supervisor, coordinator):
        reach_server(screen)
        screen.see_not("Two versions. Keep which?", SLOW)
        screen.press("Families", exact=True)
        open_family(screen, FAMILY)
        screen.see(MINE, SLOW)
        screen.see_not(HERS)
