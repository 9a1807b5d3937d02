"""The frame of meeting mode: progress, where we are, what is saved, and the way on.

Owns what stays the same through all steps: the bar of steps, heading, *Saved on this tablet*, Cover
and Pause at the top; back, the three tools and the one main act below. Follows the picture of
design page 06, meeting-how-is-it-going.
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, icon_button, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.pressable import Act
from app.views.widgets.sync_chip import SyncState, SyncView, sync_chip
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.meeting_flow import Position

INSET = 40
_BAR = 8
_TOOLS_BESIDE = 1000
_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class FrameActs:
    """What the frame can do. back, short: None where there is nothing to go to."""

    cover: Act
    crisis: Act
    pause: Act
    back: Act | None
    on: Act | None
    language: Act
    turn: Act
    short: Act | None
    retry: Act


@dataclass(frozen=True)
class FrameLook:
    """What the frame shows. back, on: words of the two buttons. caption: "Team meeting, …"."""

    position: Position
    caption: str
    title: str
    back: str
    on: str
    saved: bool
    failed: bool = False
    turned: bool = False
    trouble: str = ""
    busy: bool = False


def inset_of(ui: Ui) -> float:
    """The room left and right of everything, in logical pixels."""
    return Space.L if ui.layout.narrow else INSET


def frame(ui: Ui, look: FrameLook, acts: FrameActs, body: ft.Control) -> ft.Control:
    """The whole page around one step."""
    inset = inset_of(ui)
    beside = ui.layout.width / ui.scale >= _TOOLS_BESIDE
    # With large words on a small screen the heading scrolls away too: the step needs the room.
    tight = ui.layout.narrow and ui.scale >= _LARGE_TEXT
    scrolled = ft.Column(
        [
            *([ft.Row([_title(ui, look)])] if tight else []),
            body,
            *([] if beside else [_tools(ui, look, acts)]),
            ft.Container(height=Space.S),
        ],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=f"meeting.scroll.{look.position.step}.{look.position.part}",
    )
    parts: list[ft.Control] = [
        _bar(ui, look.position),
        _head(ui, look, acts, None if tight else _title(ui, look)),
        ft.Container(height=Space.XXS),
        scrolled,
    ]
    if look.trouble:
        parts.append(note_line(ui, look.trouble, error=True, key="meeting.trouble"))
    parts.append(_foot(ui, look, acts, beside))
    return ft.Container(
        ft.Column(
            parts,
            spacing=Space.S,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.only(left=inset, right=inset, top=24 if not ui.layout.narrow else 14, bottom=24),
        expand=True,
        key="meeting.frame",
    )


def _bar(ui: Ui, here: Position) -> ft.Control:
    """One piece for each step: gone, this one, to come. The heading says the same in words."""

    def colour(number: int) -> ft.ColorValue:
        if number == here.number:
            return ft.Colors.PRIMARY
        return ft.Colors.OUTLINE if number < here.number else ft.Colors.SURFACE_CONTAINER_HIGHEST

    return ft.Semantics(
        exclude_semantics=True,
        content=ft.Row(
            [
                ft.Container(
                    height=_BAR, expand=1, bgcolor=colour(number), border_radius=Radius.TICK / 2
                )
                for number in range(1, here.count + 1)
            ],
            spacing=6 if not ui.layout.narrow else 4,
        ),
    )


def _title(ui: Ui, look: FrameLook) -> ft.Control:
    """Whose meeting, which step, and what it asks."""
    title = ui.say(
        "meeting.step", number=look.position.number, count=look.position.count, title=look.title
    )
    return ft.Column(
        [
            text(ui, look.caption, ui.type.body, SOFT),
            ft.Semantics(
                live_region=True, content=text(ui, title, ui.type.h2_l, heading=1, key="meeting.title")
            ),
        ],
        spacing=2,
        tight=True,
        expand=True,
    )


def _head(ui: Ui, look: FrameLook, acts: FrameActs, names: ft.Control | None) -> ft.Control:
    """Heading, what is saved, Cover and Pause. names: None where the heading scrolls."""
    state = SyncState.SAVED_ON_TABLET if look.saved else SyncState.COULD_NOT_SEND
    saved: ft.Control
    if look.failed:
        saved = outlined(
            ui, ui.say("meeting.not_saved"), acts.retry, key="meeting.retry", small=True,
            symbol=ft.Icons.WARNING_AMBER_OUTLINED,
        )  # fmt: skip
    elif look.saved:
        saved = sync_chip(ui, SyncView(state), None, key="meeting.saved")
    else:
        saved = text(ui, ui.say("meeting.saving"), ui.type.chip, SOFT)
    right: list[ft.Control] = [
        saved,
        icon_button(
            ui, ft.Icons.VISIBILITY_OFF_OUTLINED, ui.say("nav.cover_name"), acts.cover,
            key="meeting.cover", size=26,
        ),
        icon_button(
            ui, ft.Icons.SUPPORT_OUTLINED, ui.say("table.crisis"), acts.crisis,
            key="meeting.crisis", color=ft.Colors.ERROR, size=26,
        ),
        icon_button(
            ui, ft.Icons.PAUSE, ui.say("meeting.pause"), acts.pause, key="meeting.pause",
            color=ft.Colors.PRIMARY, size=26,
        )
        if ui.layout.narrow
        else quiet(ui, ui.say("meeting.pause"), acts.pause, key="meeting.pause", symbol=ft.Icons.PAUSE),
    ]  # fmt: skip
    if ui.scale >= 1.3 or ui.layout.narrow:
        return ft.Column(
            [
                ft.Row(right, alignment=ft.MainAxisAlignment.END, spacing=Space.XS),
                *([ft.Row([names])] if names is not None else []),
            ],
            spacing=0,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    beside = [names] if names is not None else []
    return ft.Row([*beside, ft.Row(right, spacing=Space.XS, tight=True)], spacing=Space.M)


def _tools(ui: Ui, look: FrameLook, acts: FrameActs) -> ft.Control:
    """Another language, turn the page, and what to do when time runs out."""
    found: list[ft.Control] = [
        quiet(
            ui, ui.say("meeting.other_language"), acts.language, key="meeting.language",
            symbol=ft.Icons.TRANSLATE,
        ),
        quiet(
            ui, ui.say("meeting.turn_back" if look.turned else "meeting.turn"), acts.turn,
            key="meeting.turn", symbol=ft.Icons.SCREEN_ROTATION_ALT_OUTLINED,
        ),
    ]  # fmt: skip
    if acts.short is not None:
        found.append(
            quiet(
                ui, ui.say("meeting.short"), acts.short, key="meeting.short",
                symbol=ft.Icons.TIMER_OUTLINED,
            )
        )  # fmt: skip
    return ft.Row(found, wrap=True, spacing=0, run_spacing=0, alignment=ft.MainAxisAlignment.CENTER)


def _foot(ui: Ui, look: FrameLook, acts: FrameActs, beside: bool) -> ft.Control:
    back: ft.Control = ft.Container()
    if acts.back is not None and look.back:
        back = outlined(
            ui, look.back, acts.back, key="meeting.back", symbol=ft.Icons.ARROW_BACK, main=True
        )
        if ui.layout.narrow:
            back = icon_button(
                ui, ft.Icons.ARROW_BACK, look.back, acts.back, key="meeting.back", size=26
            )
    on: ft.Control = ft.Container()
    if acts.on is not None:
        on = filled(
            ui, look.on, acts.on, key="meeting.on", trailing=ft.Icons.ARROW_FORWARD,
            fill=ui.layout.narrow, expand=ui.layout.narrow or None, disabled=look.busy,
        )  # fmt: skip
    if ui.layout.narrow:
        return ft.Row([back, on], spacing=Space.S)
    return ft.Row(
        [back, *([_tools(ui, look, acts)] if beside else []), on],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        spacing=Space.S,
    )
