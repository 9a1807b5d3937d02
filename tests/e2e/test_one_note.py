"""The story of the product: one note, from the kitchen table to the supervisor."""

from __future__ import annotations

from tests.e2e.harness import PASSPHRASE, Agency, Screen, Screens, wait_until

FAMILY = "Nia Delgado"


def unlock(screen: Screen) -> None:
    """Unlock and wait for the list of families."""
    screen.type_into("Passphrase", PASSPHRASE)
    screen.press("Unlock", exact=True)
    screen.see("Families")
    screen.see(FAMILY)


def open_family(screen: Screen) -> None:
    """Open the family from the list."""
    screen.press(FAMILY)
    screen.see("Nia and the Delgado family")


def write_note(screen: Screen, words: str) -> None:
    """From the family's home: write and save one note."""
    screen.press("New note", exact=True)
    screen.type_into("Note", words)
    screen.press("Save note", exact=True)


def back_to_family(screen: Screen) -> None:
    """Leave the editor."""
    screen.press("Back")
    screen.see("New note")


def find_note(screen: Screen, words: str) -> None:
    """Find a note by search from the list of families, as often as it takes to arrive."""
    wait_until(lambda: _found(screen, words), f"search finds {words!r}", 30)


def _found(screen: Screen, words: str) -> bool:
    screen.type_into("Name, street, school, anyone on the team", words)
    try:
        screen.see("In notes", seconds=2)
    except AssertionError:
        return False
    return True


def test_a_note_reaches_the_server_and_the_supervisor_finds_it(example: Agency, screens: Screens) -> None:
    coordinator = screens.open(example.tablet("coordinator").address)
    coordinator.pictures("unlock")
    unlock(coordinator)
    coordinator.see("12 families")
    coordinator.pictures("families")
    open_family(coordinator)
    write_note(coordinator, "Rosa kept a plumquat pie for us. 😀 مرحبا")
    coordinator.see("Saved on this tablet")
    coordinator.see("On the server")
    coordinator.pictures("note-saved")
    supervisor = screens.open(example.tablet("supervisor").address)
    unlock(supervisor)
    find_note(supervisor, "plumquat")
    supervisor.pictures("found")
    supervisor.tap("plumquat pie")
    supervisor.see("Rosa kept a plumquat pie for us. 😀 مرحبا")


def test_notes_written_while_the_server_is_away_arrive_in_order_and_once(
    example: Agency, screens: Screens
) -> None:
    coordinator = screens.open(example.tablet("coordinator").address)
    unlock(coordinator)
    open_family(coordinator)
    example.server.stop()
    for number in ("first", "second", "third"):
        write_note(coordinator, f"The {number} dewberry note.")
        coordinator.see("Saved on this tablet")
        back_to_family(coordinator)
    example.tablet("coordinator").kill()  # a dead battery between the visit and the network
    example.tablet("coordinator").start()
    example.server.start()
    coordinator.open()
    unlock(coordinator)
    coordinator.see("On the server")
    supervisor = screens.open(example.tablet("supervisor").address)
    unlock(supervisor)
    for number in ("first", "second", "third"):
        find_note(supervisor, f"{number} dewberry")
    open_again = supervisor
    open_again.type_into("Name, street, school, anyone on the team", "")
    open_family(open_again)
    open_again.tap("Notes")
    for number in ("first", "second", "third"):
        open_again.see(f"The {number} dewberry note.")
    said = open_again.read()
    places = [said.index(f"The {number} dewberry note.") for number in ("third", "second", "first")]
    assert places == sorted(places), "newest first"
    assert [said.count(f"The {number} dewberry note.") for number in ("first", "second", "third")] == [1, 1, 1]


def test_a_wrong_passphrase_says_so_without_a_hint(example: Agency, screens: Screens) -> None:
    coordinator = screens.open(example.tablet("coordinator").address)
    coordinator.type_into("Passphrase", "kitchen table exampel")
    coordinator.press("Unlock", exact=True)
    coordinator.see("That is not the passphrase of this tablet.")
    assert "example" not in coordinator.read()
