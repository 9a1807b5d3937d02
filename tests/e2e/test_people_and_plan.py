"""Team & supports and the plan, through the real screens of two tablets."""

from __future__ import annotations

import re

from tests.e2e.harness import Agency, Screen, Screens
from tests.e2e.steps import SLOW, open_family, open_tablet

FAMILY = "Camila Fuentes"


def people_as_list(screen: Screen) -> None:
    """On a family's home: the People tab, as rows."""
    screen.press("People", exact=True)
    screen.see("Add a person")
    if screen.get_button("Show as a list").count():
        screen.press("Show as a list")
    screen.see("Natural supports")


def test_a_natural_support_is_added_changed_removed_and_brought_back(
    example: Agency, screens: Screens
) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    coordinator.press("People", exact=True)
    coordinator.press("Add a person", exact=True)
    coordinator.press("Add this person", exact=True)
    coordinator.see("name")  # it asks for one and stays
    coordinator.type_into("Name", "Benita Cruz")
    coordinator.type_into("Who they are to the family", "godmother")
    coordinator.press("Rides", exact=True)
    coordinator.press("Meals", exact=True)
    coordinator.type_into("When they can", "Fridays after work")
    coordinator.press("Willing", exact=True)
    coordinator.press("Add this person", exact=True)
    people_as_list(coordinator)
    for words in ("Benita Cruz", "godmother", "rides, meals", "Fridays after work", "Willing"):
        coordinator.see(words)

    coordinator.press(re.compile("^Benita Cruz"))
    coordinator.type_into("When they can", "Saturdays before noon")
    coordinator.press("On the team", exact=True)
    coordinator.press("Save changes", exact=True)
    people_as_list(coordinator)
    coordinator.see("Saturdays before noon")
    coordinator.see_not("Fridays after work")

    supervisor = open_tablet(example, screens, "supervisor")
    open_family(supervisor, FAMILY)
    people_as_list(supervisor)
    supervisor.see("Benita Cruz", SLOW)
    supervisor.see("Saturdays before noon", SLOW)

    coordinator.press(re.compile("^Benita Cruz"))
    coordinator.press("Remove", exact=True)
    coordinator.see("Taken off the list.")
    coordinator.see_not("Benita Cruz")
    supervisor.see_not("Benita Cruz", SLOW)
    coordinator.press("Undo", exact=True)
    coordinator.see("Benita Cruz")
    supervisor.see("Benita Cruz", SLOW)


def test_a_plan_grows_from_need_to_step_and_the_step_is_done(example: Agency, screens: Screens) -> None:
    coordinator = open_tablet(example, screens, "coordinator")
    open_family(coordinator, FAMILY)
    coordinator.press("Change the plan", exact=True)
    add(coordinator, "Add a need", {"What is needed": "Camila needs a warm way home."}, "Save the need")
    add(
        coordinator, "Add an outcome",
        {"What you will see when it is better": "Home before dark all week",
         "How it was at the start": "1", "How it is now": "2", "The aim": "5"},
        "Save the outcome",
    )
    add(
        coordinator, "Add a strategy", {"What the team will try": "Walk with the cousins"},
        "Save the strategy",
    )
    add(
        coordinator, "Add a step",
        {"What will be done": "Ask aunt Lidia about Mondays", "By when": "tomorrow"}, "Save the step",
        choose="Iris",
    )
    coordinator.press("Done changing", exact=True)
    coordinator.see("2 now, was 1")
    theirs = coordinator.get_button(re.compile("Ask aunt Lidia about Mondays.*Iris.*Tomorrow", re.S))
    theirs.wait_for(timeout=SLOW * 1000)
    coordinator.settle()  # the plan closes its pencils and moves up: press where the step stays
    coordinator.tick_until("Ask aunt Lidia about Mondays", "Step done.")

    supervisor = open_tablet(example, screens, "supervisor")
    open_family(supervisor, FAMILY)
    for words in ("Camila needs a warm way home.", "Home before dark all week", "Walk with the cousins"):
        supervisor.see(words, SLOW)
    step = supervisor.page.get_by_role("button", name=re.compile("Ask aunt Lidia about Mondays.*Done", re.S))
    step.wait_for(timeout=SLOW * 1000)

    coordinator.press(re.compile("Ask aunt Lidia about Mondays"))
    coordinator.see("It belongs to")
    coordinator.press("Change", exact=True)
    coordinator.type_into("What happened", "She walks with them on Mondays.")
    coordinator.press("Save the step", exact=True)
    coordinator.see("It belongs to")  # the form has gone, and what was read before is there again
    coordinator.press("Close", exact=True)
    coordinator.see_not("It belongs to")
    coordinator.press(re.compile("Home before dark all week"))
    coordinator.see("What hangs on it")
    coordinator.press("Change", exact=True)
    coordinator.see("Save the outcome")
    coordinator.press("Reached", exact=True)
    coordinator.press("Save the outcome", exact=True)
    supervisor.see("Reached", SLOW)


def add(screen: Screen, button: str, answers: dict[str, str], save: str, choose: str = "") -> None:
    """Add the newest piece of the plan: its button is the last of its name in reading order."""
    screen.press_last(button)
    for label, words in answers.items():
        screen.type_into(label, words)
    if choose:
        screen.press(choose, exact=True)
    screen.press(save, exact=True)
    screen.see(next(iter(answers.values())))
