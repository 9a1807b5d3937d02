"""The story of the product: one note, from the kitchen table to the supervisor."""

from __future__ import annotations

import pytest

from tests.e2e.harness import Agency, Screens
from tests.e2e.steps import (
    SLOW,
    back_to_family,
    find,
    open_family,
    open_notes,
    open_tablet,
    unlock,
    write_note,
)

FAMILY = "Nia Delgado"
NUMBERS = ("first", "second", "third")


def test_a_note_reaches_the_server_and_the_supervisor_finds_it(example: Agency, screens: Screens) -> None:
    words = "Rosa kept a plumquat pie for us. 😀 مرحبا"
    coordinator = screens.open(example.tablet("coordinator").address)
    unlock(coordinator)
    coordinator.see("12 families, all on this tablet")
    open_family(coordinator, FAMILY)
    coordinator.see("Nia and the Delgado family")
    write_note(coordinator, words)
    coordinator.see("Saved on this tablet")
    coordinator.see("On the server", SLOW)
    supervisor = open_tablet(example, screens, "supervisor")
    find(supervisor, "plumquat")
    supervisor.tap("plumquat pie")
    supervisor.see(words)
    supervisor.see("Marisol Vega, Care coordinator")
    supervisor.press("Back", exact=True)
    open_family(supervisor, FAMILY)
    open_notes(supervisor)
    supervisor.type_into("Search notes", "plumquat")
    supervisor.see(words)
    assert coordinator.errors == supervisor.errors == []


def test_notes_written_while_the_server_is_away_arrive_in_order_and_once(
    example: Agency, screens: Screens
) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    example.server.stop()
    for number in NUMBERS:
        write_note(coordinator, f"The {number} dewberry note.")
        coordinator.see("Saved on this tablet")
        back_to_family(coordinator)
    example.tablet("coordinator").kill()  # a dead battery between the visit and the network
    example.tablet("coordinator").start()
    coordinator.open()
    unlock(coordinator)
    open_family(coordinator, FAMILY)
    open_notes(coordinator)
    for number in NUMBERS:
        coordinator.see(f"The {number} dewberry note.")
    example.server.start()
    supervisor = open_tablet(example, screens, "supervisor")
    find(supervisor, "third dewberry")
    open_family(supervisor, FAMILY)
    open_notes(supervisor)
    supervisor.type_into("Search notes", "dewberry")
    for number in NUMBERS:
        supervisor.see(f"The {number} dewberry note.")
    said = supervisor.read()
    places = [said.index(f"The {number} dewberry note.") for number in reversed(NUMBERS)]
    assert places == sorted(places), "newest first"
    assert [said.count(f"The {number} dewberry note.") for number in NUMBERS] == [1, 1, 1]


def test_the_page_is_drawn_by_one_thread(example: Agency, screens: Screens) -> None:
    """A second one measures some texts many times too wide (see app/views/web/headers.py)."""
    coordinator = screens.open(example.tablet("coordinator").address)
    assert coordinator.page.evaluate("window.crossOriginIsolated") is False


def test_a_wrong_passphrase_says_so_without_a_hint(example: Agency, screens: Screens) -> None:
    coordinator = screens.open(example.tablet("coordinator").address)
    coordinator.type_into("Passphrase", "kitchen table exampel")
    coordinator.press("Unlock", exact=True)
    coordinator.see("That is not the passphrase of this tablet.")
    assert "example" not in coordinator.read()
    assert "families" not in coordinator.read().casefold()
    unlock(coordinator)


@pytest.mark.parametrize("place", ["Settings", "a family"])
def test_the_lock_button_closes_the_tablet_wherever_one_was(
    example: Agency, screens: Screens, place: str
) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    if place == "a family":
        open_family(coordinator, FAMILY)
        coordinator.see("mornings are quiet")
    coordinator.press("Settings", exact=True)
    coordinator.press("Lock now", exact=True)
    coordinator.see("Everything you need is already on this tablet.")
    coordinator.see_not("Delgado")
    assert "mornings" not in coordinator.read()
    unlock(coordinator)
    assert "mornings" not in coordinator.read(), "one starts at the list again"
