"""Writing a note: drafts that survive, signing, and whatever a person may type or paste."""

from __future__ import annotations

import re

import pytest

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import (
    SLOW,
    back_to_family,
    open_family,
    open_notes,
    open_tablet,
    unlock,
    write_note,
)

FAMILY = "Nia Delgado"


def start_draft(screen: Screen, words: str) -> None:
    """Type and stop typing: the draft is kept by itself."""
    open_family(screen, FAMILY)
    screen.press("New note", exact=True)
    screen.type_into("Note", words)
    screen.see("Draft saved on this tablet")


def find_draft(screen: Screen, words: str) -> None:
    """The draft stands on top of the notes; open it."""
    open_family(screen, FAMILY)
    open_notes(screen)
    screen.see("Draft kept on this tablet")
    screen.press(re.compile(re.escape(words)))
    screen.see("Save note")


def test_a_draft_survives_the_lock(example: Agency, screens: Screens) -> None:
    words = "Half a thought about gooseberries"
    coordinator = open_tablet(example, screens, "coordinator")
    start_draft(coordinator, words)
    coordinator.press("Settings", exact=True)
    coordinator.press("Lock now", exact=True)
    unlock(coordinator)
    find_draft(coordinator, words)
    coordinator.see_typed("Note", words)
    coordinator.press("Save note", exact=True)
    coordinator.see("On the server", SLOW)
    back_to_family(coordinator)
    coordinator.see(words)
    coordinator.see_not("Draft kept on this tablet")


def test_a_draft_survives_a_dead_battery(example: Agency, screens: Screens) -> None:
    words = "Half a thought about cloudberries"
    coordinator = open_tablet(example, screens, "coordinator")
    start_draft(coordinator, words)
    example.tablet("coordinator").kill()
    example.tablet("coordinator").start()
    coordinator.open()
    unlock(coordinator)
    find_draft(coordinator, words)
    coordinator.see_typed("Note", words)
    coordinator.press("Save note", exact=True)
    coordinator.see("On the server", SLOW)


def test_a_signed_note_is_locked_and_can_only_be_added_to(example: Agency, screens: Screens) -> None:
    words = "Nia laughed at the elderberry joke."
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    coordinator.press("New note", exact=True)
    coordinator.type_into("Note", words)
    coordinator.press("Sign this note", exact=True)
    coordinator.see("Signing says it is true and complete")
    coordinator.press("Sign this note", exact=True)
    coordinator.see("Signed by Marisol Vega")
    assert not coordinator.get_button("Go on writing").count()
    assert coordinator.page.get_by_role("textbox", name=re.compile("^Note$")).count() == 0
    coordinator.type_into("Your words", "Rosa called back about it.")
    coordinator.press("Add to this note", exact=True)
    coordinator.see("Added by Marisol Vega")
    coordinator.see("Rosa called back about it.")
    assert words in coordinator.read()


def test_an_empty_note_is_refused_in_plain_words(example: Agency, screens: Screens) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    coordinator.press("New note", exact=True)
    for words in ("", "   \n  "):
        coordinator.type_into("Note", words)
        coordinator.press("Save note", exact=True)
        coordinator.see("There are no words in this note yet. Write one line, then save.")
    coordinator.type_into("Note", "Now it has one: medlar.")
    coordinator.press("Save note", exact=True)
    coordinator.see("Saved on this tablet")


@pytest.mark.parametrize(
    "words",
    [
        "emoji 👨‍👩‍👧‍👦 🏳️‍🌈 👋🏽 tamarind",
        "שלום עולם و مرحبا بالعالم tayberry",
        "e\u0301 é 漢字 \u200dzero-width salak\nsecond line",
        "\"quotes\" <b>tags</b> %s {brace} ' OR 1=1 -- rambutan",
    ],
    ids=["emoji", "right-to-left", "combining", "markup"],
)
def test_any_words_are_saved_as_they_were_typed(example: Agency, screens: Screens, words: str) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    write_note(coordinator, words)
    coordinator.see("On the server", SLOW)
    back_to_family(coordinator)
    open_notes(coordinator)
    coordinator.type_into("Search notes", words.split()[-1])
    coordinator.press(re.compile("Home visit"))
    coordinator.press("Go on writing")
    coordinator.see("Save note")
    coordinator.see_typed("Note", words)


def test_a_pasted_nul_is_saved_or_refused_and_nothing_else_is_lost(example: Agency, screens: Screens) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    coordinator.press("New note", exact=True)
    coordinator.type_into("Note", "Before ")
    coordinator.page.keyboard.insert_text("a\0z after, jujube.")
    coordinator.press("Save note", exact=True)
    coordinator.see("On the server", SLOW)
    back_to_family(coordinator)
    open_notes(coordinator)
    coordinator.see("after, jujube.")
    assert "Before a" in coordinator.read()


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_field(example: Agency, screens: Screens) -> None:
    words = "loquat " * 22_000
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    coordinator.press("New note", exact=True)
    coordinator.type_into("Note", words)
    coordinator.press("Save note", exact=True)
    coordinator.see("This is too long for one piece: 154 of 100 thousand letters.")
    coordinator.see("Your words are still here. Split them in two.")
    coordinator.see_typed("Note", words)
    coordinator.type_into("Note", "loquat, cut short")
    coordinator.press("Save note", exact=True)
    coordinator.see("Saved on this tablet")
