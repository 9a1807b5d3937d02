"""The gallery's drawings: thread, rating, conflict, eco-map, dialogs. Everybody is invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.views.widgets.buttons import outlined
from app.views.widgets.conflict import Version, conflict_foot, conflict_pair
from app.views.widgets.dialogs import confirm_dialog, undo_bar
from app.views.widgets.eco_map import EcoMap, Person, eco_list
from app.views.widgets.face import Kind, face
from app.views.widgets.phase import bars
from app.views.widgets.rating import rating_legend, rating_row
from app.views.widgets.text import hairline, section_header
from app.views.widgets.thread import StepState, need, outcome, step, strategy
from app.views.widgets.ui import Ui, use_ui


def nothing(*_: object) -> None:
    """A callback that does nothing."""


def _room(ui: Ui) -> float:
    """The width inside the page's inset."""
    return ui.layout.width - (40 if ui.layout.narrow else 56)


def thread_section(ui: Ui) -> ft.Control:
    """A need with everything that hangs on it."""
    return need(
        ui,
        1,
        "Nia needs to know someone stays when mornings get hard.",
        (
            outcome(
                ui,
                "At school on time, 4 days of 5",
                (
                    strategy(
                        ui,
                        "Uncle Teo drives her Tuesdays and Thursdays",
                        (
                            step(ui, "Make the car playlist", "Teo and Nia", "Done Sat 28 Nov",
                                 StepState.DONE, nothing, key="plan.step.1"),
                            step(ui, "Ask his boss for a later start", "Teo", "Thu 3 Dec",
                                 StepState.OPEN, nothing, key="plan.step.2"),
                        ),
                    ),
                    strategy(
                        ui,
                        "Check in with Ms. Nair before the first bell",
                        (
                            step(ui, "Hold 8:05 am for Nia", "Ms. Nair", "Still open",
                                 StepState.LATE, nothing, key="plan.step.3"),
                            step(ui, "Tell the bus office", "Rosa", "No date yet",
                                 StepState.NO_DATE, nothing, key="plan.step.4"),
                        ),
                        kind=Kind.PROFESSIONAL,
                        who="school",
                    ),
                ),
                now=3,
                measure=ui.say("words.now_was", now=3, was=1),
            ),
        ),
    )


def rating_section(ui: Ui) -> ft.Control:
    """Four ratings and the step bar of a meeting."""
    people: tuple[tuple[str, str, str, Kind, int | None, int | None], ...] = (
        ("ND", "Nia", "Youth", Kind.FAMILY, 4, 7),
        ("RD", "Rosa", "Grandmother", Kind.FAMILY, 6, 3),
        ("TD", "Teo", "Uncle", Kind.NATURAL, 6, 6),
        ("PN", "Ms. Nair", "School", Kind.PROFESSIONAL, 5, None),
    )
    rows: list[ft.Control] = [bars(ui, 4, 10, width=None)]
    for letters, name, line, kind, last, now in people:
        rows += [
            rating_row(ui, name, line, face(ui, letters, kind), last, now, nothing,
                       key=f"meeting.rate.{letters}", width=_room(ui)),
            hairline(),
        ]
    return ft.Column(
        [*rows, rating_legend(ui)],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def conflict_section(ui: Ui) -> ft.Control:
    """Two versions of a strategy."""
    pair = conflict_pair(
        ui,
        Version("Yours, on this tablet", "You, Mon 30 Nov, 7:41 pm",
                "Uncle Teo drives Nia on Tuesdays and Thursdays. She picks the music. "
                "He waits at the corner, not at the door.", "Keep yours"),
        Version("Dana’s, on the server", "Dana Kim, Mon 30 Nov, 8:15 pm",
                "Uncle Teo drives Nia on Tuesdays, Thursdays and Fridays. She picks the music.",
                "Keep Dana’s"),
        on_keep_mine=nothing,
        on_keep_theirs=nothing,
        key="conflict",
    )
    return ft.Column(
        [pair, conflict_foot(ui, nothing, nothing, key="conflict")],
        spacing=26,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


PEOPLE: Final = (
    Person("teo", "Uncle Teo", "rides, company", Kind.NATURAL, 3, letters="TD"),
    Person("gloria", "Gloria", "neighbour, meals", Kind.NATURAL, 2, letters="GO"),
    Person("will", "Coach Will", "swim team", Kind.NATURAL, 2, letters="CW"),
    Person("lily", "Lily", "best friend", Kind.NATURAL, 3, letters="LM"),
    Person("ana", "Pastor Ana", "asked 24 Nov", Kind.NATURAL, 1, True, "PA"),
    Person("nair", "Ms. Nair", "school", Kind.PROFESSIONAL, 2, letters="PN"),
    Person("dana", "Dana Kim", "therapist", Kind.PROFESSIONAL, 1, letters="DK"),
    Person("marisol", "Marisol", "coordinator", Kind.PROFESSIONAL, 1, letters="MV"),
)


def map_section(ui: Ui) -> ft.Control:
    """The eco-map as a drawing, or as a list where there is no room."""
    return EcoMap("Nia", PEOPLE, min(540.0, _room(ui)), "and Rosa", nothing, "people.map")


def list_section(ui: Ui) -> ft.Control:
    """The eco-map's list twin."""
    return eco_list(ui, PEOPLE, nothing, key="people.list")


@ft.component
def Dialogs(first: str = "") -> ft.Control:
    """The dialog and the undo bar, opened by buttons (or at once, for a picture)."""
    ui = use_ui()
    open_, set_open = ft.use_state(first)
    dialog: ft.AlertDialog | ft.SnackBar | None = None
    if open_ == "ask":
        dialog = confirm_dialog(
            ui, "Remove Dana from the team?",
            "She can no longer read what is written from now on. What she has read stays read.",
            key="dialog", act="Remove Dana", on_act=lambda: set_open(""), keep="Keep",
            on_keep=lambda: set_open(""),
        )
    elif open_ == "undo":
        dialog = undo_bar(ui, "Step taken off the plan.", lambda: set_open(""),
                          lambda: set_open(""))
    ft.use_dialog(dialog)
    return ft.Column(
        [
            section_header(ui, "Dialogs"),
            outlined(ui, "Remove Dana", lambda: set_open("ask"), key="dialogs.ask"),
            outlined(ui, "Take off a step", lambda: set_open("undo"), key="dialogs.undo"),
        ],
        spacing=12,
        tight=True,
    )


DRAWINGS: Final[dict[str, Callable[[Ui], ft.Control]]] = {
    "thread": thread_section,
    "rating": rating_section,
    "conflict": conflict_section,
    "map": map_section,
    "maplist": list_section,
    "dialogs": lambda _ui: Dialogs(),
    "ask": lambda _ui: Dialogs("ask"),
    "undo": lambda _ui: Dialogs("undo"),
}
"""Sections of this module by name."""
