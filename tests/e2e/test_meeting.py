"""A whole review meeting in a browser: from the plan of it to the names under the new version."""

from __future__ import annotations

import re

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import SLOW, open_family, open_tablet

FAMILY = "Nia Delgado"


def name_with_the_finger(screen: Screen) -> None:
    """Draw a line on the pad, as a finger would."""
    screen.see("Keep this name")
    screen.settle()
    size = screen.page.viewport_size
    assert size is not None
    x, y = size["width"] * 0.2, size["height"] * 0.35
    screen.page.mouse.move(x, y)
    screen.page.mouse.down()
    for step in range(12):
        screen.page.mouse.move(x + 12 * step, y + (step % 3) * 14, steps=2)
    screen.page.mouse.up()


def test_a_review_meeting_ends_with_a_signed_version_and_the_next_day(
    example: Agency, screens: Screens
) -> None:
    tablet = open_tablet(example, screens, "coordinator")
    open_family(tablet, FAMILY)
    tablet.press("More", exact=True)
    tablet.press(re.compile("^Meetings"))
    tablet.press("Start one now", exact=True)

    # The table begins in the family's language.
    tablet.get_button(re.compile("^(Not now|Ahora no)$")).first.wait_for(timeout=SLOW * 1000)
    tablet.settle()
    if tablet.get_button("English", exact=True).count():
        tablet.press("English", exact=True)
    tablet.see("Who can see this?")
    tablet.press(re.compile("^Nia,"))
    tablet.press(re.compile("^Rosa,"))
    tablet.press("Start", exact=True)

    tablet.see("Step 1 of 10. Who is here?")
    tablet.press("How we talk", exact=True)
    tablet.see("Step 2 of 10")
    tablet.press("Good news", exact=True)
    tablet.type_into("What went well?", "Four mornings in a row.")
    tablet.press("Add", exact=True)
    tablet.see("Four mornings in a row.")
    tablet.press("How it is going", exact=True)

    tablet.see("Step 4 of 10. How is it going?")
    tablet.press(re.compile("^Nia, 8 of 10"))
    tablet.see("Only Nia knows")
    tablet.press("Show it", exact=True)
    tablet.see_not("Only Nia knows")
    tablet.press(re.compile("^Rosa, 3 of 10"))
    tablet.see("Only Rosa knows")
    tablet.see("Saved on this tablet")

    tablet.press("Ten minutes left", exact=True)
    tablet.see("Step 6 of 10. Who does what?")
    tablet.press("Crisis plan", exact=True)
    tablet.see("Step 7 of 10")
    tablet.press("Yes, it is right", exact=True)
    tablet.press("Next meeting", exact=True)
    tablet.see("Step 8 of 10")
    tablet.press("Do we agree", exact=True)
    tablet.see("Pick a day, or tap that somebody will call.")
    for _ in range(3):  # a page that is drawn anew may miss the tick: ticked again, it is asked again
        tablet.tick("Somebody will call to find a day")
        tablet.press("Do we agree", exact=True)
        try:
            tablet.see("Step 9 of 10. Do we agree?", 8)
            break
        except AssertionError:
            tablet.settle()

    tablet.see("Step 9 of 10. Do we agree?")
    tablet.press("I agree", exact=True)
    tablet.press("Sign here", exact=True)
    name_with_the_finger(tablet)
    tablet.press("Keep this name", exact=True)
    tablet.see("Nia signed")
    tablet.press("Turn to you", exact=True)
    tablet.press_last("I agree, but")
    tablet.type_into("Rosa, all but what?", "Not on Mondays.")
    tablet.press("Say it out loud", exact=True)
    tablet.see("Rosa said it out loud")
    tablet.press("Turn back", exact=True)
    tablet.press("To the end", exact=True)
    tablet.see("Step 10 of 10")
    tablet.press("Keep it all", exact=True)
    tablet.see("All of it is safe on this tablet.")
    tablet.press("Close", exact=True)

    for words in ("Who was there", "Four mornings in a row.", "Signature of Nia", "Not on Mondays."):
        tablet.see(words)
    tablet.press("Open the minutes", exact=True)
    tablet.see("Nia: 8 of 10.")
    assert "Rosa: 3 of 10." not in tablet.read()
