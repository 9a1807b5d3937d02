"""A family copy made in a real browser: caught as a download, opened, and read page by page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import open_family, open_tablet
from tests.papers import draw, info_of, opens, text_of

FAMILY = "Nia Delgado"
PASSWORD = "tres gatos azules"


def open_copy(screen: Screen) -> None:
    """From the list of families to the choices of a copy."""
    open_family(screen, FAMILY)
    screen.press("More", exact=True)
    screen.press(re.compile("^Documents"))
    screen.press("Make a family copy", exact=True)
    screen.see("Who is it for?")


def caught(screen: Screen) -> tuple[str, bytes]:
    """Make the copy and catch what the browser downloads."""
    page: Page = screen.page
    with page.expect_download() as download:
        screen.press("Make the copy", exact=True)
    screen.see("is on the list of what was given")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_spanish_copy_for_the_grandmother_is_made_and_read(
    example: Agency, screens: Screens, tmp_path: Path
) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_copy(coordinator)
    coordinator.press(re.compile("^Rosa"))
    coordinator.see("not in Spanish yet")  # The gaps, before anything is made.
    name, content = caught(coordinator)

    assert re.fullmatch(r"nuestro-plan-\d{4}-\d\d-\d\d\.pdf", name)
    pages = int(info_of(content)["Pages"])
    assert pages == len(draw(content, tmp_path)) >= 4
    said = text_of(content)
    for words in (
        "Nuestro plan", "Para Rosa.", "“Queremos una casa con mañanas tranquilas,", "reír en la mesa.”",
        "En qué estamos trabajando", "Lo que prometimos", "La gente que nos rodea", f"Página 1 de {pages}",
    ):  # fmt: skip
        assert words in said, words
    assert "A quién llamar, en este orden" in text_of(content, page=pages)
    assert "Todavía no está en español" in said
    assert "Delgado" not in " ".join([name, *info_of(content).values()])

    coordinator.press("Back", exact=True)
    coordinator.see("Spanish. Plan, promises, map of people, crisis card")


def test_a_copy_with_a_password_opens_with_it_alone(example: Agency, screens: Screens) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_copy(coordinator)
    coordinator.press(re.compile("^Rosa"))
    coordinator.press("English", exact=True)
    coordinator.press("Only the crisis card", exact=True)
    coordinator.tick("Lock it with a password, For a file on a phone or a computer.")
    coordinator.type_into("The family’s password", PASSWORD)
    name, content = caught(coordinator)

    assert name.startswith("our-card-")
    assert not opens(content) and not opens(content, "tres gatos")
    facts = info_of(content, PASSWORD)
    assert facts["Pages"] == "1" and "AES-256" in facts["Encrypted"]
    assert "Who to call, in this order" in text_of(content, password=PASSWORD)
