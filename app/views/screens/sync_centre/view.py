"""The sync centre as a pure function: state and one act first, then what to settle, then the story."""

from __future__ import annotations

import flet as ft

from app.views.screens.sync_centre import sections
from app.views.screens.sync_centre.state import state_sheet
from app.views.screens.sync_centre.values import SyncCentreActs, SyncCentreView
from app.views.widgets.fields import note_line
from app.views.widgets.header import header
from app.views.widgets.states import error_state
from app.views.widgets.ui import Ui

SIDE = 280
"""Width of the side column, where there is room for one."""


def sync_screen(
    ui: Ui,
    view: SyncCentreView,
    acts: SyncCentreActs,
    *,
    unfolded: frozenset[str] = frozenset(),
    alarm: ft.Control | None = None,
    told: ft.Control | None = None,
    changes: ft.Control | None = None,
) -> ft.Control:
    """All of it.

    unfolded: the lists of which all is shown: family ids, "aside", "passed". alarm: what is missing
    from an audit. told: what a supervisor has to see. changes: what follows from people having been
    taken out.
    """
    main: list[ft.Control] = [state_sheet(ui, view, acts)]
    if view.error:
        main.append(error_state(ui, view.error, key="sync_centre.error", act=ui.say("state.try_again"),
                                on_act=acts.retry))  # fmt: skip
    if view.trouble:
        main.append(note_line(ui, view.trouble, error=True, key="sync_centre.trouble"))
    main += [one for one in (alarm,) if one is not None]
    main += sections.amiss(ui, view, acts)
    main += [one for one in (told,) if one is not None]
    for part in (sections.conflicts(ui, view, acts), sections.only_here(ui, view, acts, unfolded)):
        main += _apart(part)
    main += sections.nothing_waits(ui, view)
    main += [one for one in (changes,) if one is not None]
    main += _apart(sections.set_aside(ui, view, acts, "aside" in unfolded))
    side: list[ft.Control] = []
    for part in (
        sections.passed(ui, view, acts, "passed" in unfolded), sections.server(ui, view, acts),
        sections.room(ui, view),
    ):  # fmt: skip
        side += part if not side else _apart(part)
    return ft.Column(
        [
            header(ui, ui.say("sync_centre.title"), key="sync_centre", on_cover=acts.cover),
            ft.ListView(
                [_columns(ui, main, side), ft.Container(height=24)], expand=True, key="sync_centre.list",
                padding=ft.Padding.only(top=16),
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _columns(ui: Ui, main: list[ft.Control], side: list[ft.Control]) -> ft.Control:
    stretch = ft.CrossAxisAlignment.STRETCH
    if not ui.layout.wide:
        return ft.Column([*main, *_apart(side)], spacing=12, tight=True, horizontal_alignment=stretch)
    return ft.Row(
        [
            ft.Column(main, spacing=12, tight=True, expand=True, horizontal_alignment=stretch),
            ft.Column(side, spacing=12, tight=True, width=SIDE, horizontal_alignment=stretch),
        ],
        spacing=32,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _apart(part: list[ft.Control]) -> list[ft.Control]:
    """A part with room above it; nothing for an empty one."""
    return [ft.Container(height=4), *part] if part else []
