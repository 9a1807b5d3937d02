"""A tablet with a keyboard and no touch at all: unlock, find a family, write, close the sheet."""

from __future__ import annotations

from tests.e2e.harness import PASSPHRASE, Agency, Screen, Screens
from tests.e2e.steps import SEARCH, SLOW

MOST_STEPS = 60
_NAME = """() => {
    const e = document.activeElement;
    return (e.getAttribute('aria-label') || e.textContent || '').trim().replace(/\\s+/g, ' ');
}"""


def tab_to(screen: Screen, name: str, *, back: bool = False) -> None:
    """Press Tab (Shift+Tab to go back) until the focus is on what starts with this name."""
    met: list[str] = []
    for _ in range(MOST_STEPS):
        screen.page.keyboard.press("Shift+Tab" if back else "Tab")
        screen.page.wait_for_timeout(80)
        met.append(screen.page.evaluate(_NAME))
        if met[-1].startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name!r}. It met:\n" + "\n".join(met))


def enter(screen: Screen) -> None:
    screen.page.keyboard.press("Enter")


def test_a_note_is_written_without_touching_the_screen(example: Agency, screens: Screens) -> None:
    screen = screens.open(example.tablet("coordinator").address)
    tab_to(screen, "Passphrase")
    screen.page.keyboard.insert_text(PASSPHRASE)
    enter(screen)
    screen.see("Due and overdue", SLOW)
    tab_to(screen, "Families")
    enter(screen)
    screen.see("families, all on this tablet", SLOW)

    tab_to(screen, SEARCH)
    screen.page.keyboard.insert_text("Camila")
    screen.see_not("Nia Delgado")
    tab_to(screen, "Camila Fuentes")
    enter(screen)
    screen.see("Worker details")

    tab_to(screen, "New note", back=True)
    enter(screen)
    screen.see("Save note")
    tab_to(screen, "Note")
    screen.page.keyboard.insert_text("Written with keys alone.")
    tab_to(screen, "Save note")
    enter(screen)
    screen.see("Saved on this tablet")
    tab_to(screen, "Back", back=True)
    enter(screen)
    screen.see("Worker details")
