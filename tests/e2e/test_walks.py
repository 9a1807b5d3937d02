"""Two visits, as they go: a father who comes unannounced, and a mother who reads Spanish."""

from __future__ import annotations

import re

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import close_table, open_family, open_table, open_tablet

HIDDEN = ("Opal", "Juniper", "Saturdays at", "Call Tasha")
"""The example's Hale family keeps its grandmother Opal, and where she lives, from Vernon."""


def look_everywhere(screen: Screen) -> str:
    """All that the table says: its first page, more of the plan, and the crisis card."""
    said = read_all(screen)
    for name in ("More of our plan", "Crisis card"):
        screen.press(name)
        screen.settle()
        said += read_all(screen)
        screen.press(re.compile("^Back"))
        screen.see("What we promised")
    return said


def read_all(screen: Screen) -> str:
    """What can be read from the top of a page to its end."""
    said = ""
    screen.page.mouse.move(500, 400)
    for _ in range(8):
        said += screen.read()
        before = screen.page.screenshot()
        screen.page.mouse.wheel(0, 600)
        if screen.settle() == before:
            break
    return said


def test_a_father_comes_in_and_finds_nothing_of_what_is_kept_from_him(
    example: Agency, screens: Screens
) -> None:
    screen = open_tablet(example, screens, "coordinator")
    open_family(screen, "Marcus and June Hale")
    open_table(screen, ("Lorna",))
    assert "Opal" in look_everywhere(screen), "their mother reads of the grandmother"

    screen.press(re.compile("^Cover"))  # he is at the door
    screen.see_not("What we promised")
    covered = screen.read()
    assert [word for word in (*HIDDEN, "Hale", "Lorna") if word in covered] == []
    screen.page.keyboard.press("Enter")
    screen.see("What we promised")
    close_table(screen)

    open_table(screen, ("Lorna", "Vernon"))
    said = look_everywhere(screen)
    assert [word for word in HIDDEN if word in said] == []
    close_table(screen)

    open_table(screen, ("Lorna",), strangers=True)
    said = look_everywhere(screen)
    assert [word for word in HIDDEN if word in said] == []
    close_table(screen)


def test_a_mother_reads_her_plan_in_spanish(example: Agency, screens: Screens) -> None:
    screen = open_tablet(example, screens, "coordinator")
    open_family(screen, "Camila Fuentes")
    screen.press("Family table", exact=True)
    screen.see("Which language?")
    screen.press("Español", exact=True)
    screen.see("At the table it will say so in their place.")  # what is missing is listed first
    screen.press("Back", exact=True)

    open_table(screen, ("Iris",), "Español")
    said = read_all(screen)
    for words in ("¿Cómo vamos?", "Lo que prometimos", "Nuestra próxima reunión"):
        assert words in said, words
    for words in ("What we promised", "How is it going", "mother", "youth"):
        assert words not in said, words
    screen.press("English", exact=True)
    screen.see("What we promised")
    close_table(screen)
