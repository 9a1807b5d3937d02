"""Plan versions: every one that was kept, newest first, and what its signatures stand for today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.versions import VersionView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.versions.wording import marks_line, version_line
from app.views.theme.tokens import Radius
from app.views.widgets.boundary import component
from app.views.widgets.buttons import quiet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui

_MARKS_WIDTH = 220
_NUMBER = 48
_TYPES = frozenset(
    {"plan_version", "signature", "need", "outcome", "strategy", "action_step", "family_vision",
     "strength", "crisis_item", "transition_plan", "transition_item", "natural_support",
     "team_member"}
)  # fmt: skip


@component
def VersionsPlace(place: Place) -> ft.Control:
    """All versions of one family's plan."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)

    async def ask() -> tuple[tuple[VersionView, ...], int]:
        opened = tablet.open
        return await opened.versions.versions(place.family_id), opened.desk.now_ms()

    answer = use_query(ask, (place.family_id, tries), types=_TYPES, family_id=place.family_id)
    if answer.value is None or answer.error:
        parts: list[ft.Control] = [
            waiting(ui, answer, "versions", lambda: set_tries(lambda now: now + 1))
        ]
    else:
        versions, now_ms = answer.value
        parts = versions_list(
            ui,
            versions,
            dates.local(now_ms).date(),
            lambda one: nav.go(Place("version", place.family_id, record_id=one)),
            lambda: nav.go(Place("changes", place.family_id)),
        )
    return frame(
        ui, nav, place.family_id, ui.say("versions.title"), parts, key="versions",
        line=ui.say("versions.line"), spacing=4,
    )  # fmt: skip


def versions_list(
    ui: Ui,
    versions: tuple[VersionView, ...],
    today: date,
    on_open: Callable[[str], object],
    on_compare: Act,
) -> list[ft.Control]:
    """The rows, and the way to compare; says when there is none yet."""
    if not versions:
        return [
            empty_state(ui, ui.say("versions.empty"), ui.say("versions.empty_do"), key="versions.none")
        ]
    compare = quiet(
        ui, ui.say("versions.compare"), on_compare, key="versions.compare",
        symbol=ft.Icons.COMPARE_ARROWS,
    )  # fmt: skip
    return [ft.Row([compare], wrap=True), *(_row(ui, one, today, on_open) for one in versions)]


def _row(ui: Ui, version: VersionView, today: date, on_open: Callable[[str], object]) -> ft.Control:
    alarming = any(mark.state == "does_not_match" for mark in version.signatures)
    color = ft.Colors.ERROR if alarming else SOFT
    # Two sentences at most, under each other: marks, and whether the plan is the same today.
    said = [text(ui, marks_line(ui, version), ui.type.body, color)]
    if version.is_today:
        said.append(text(ui, ui.say("versions.is_today"), ui.type.body, ft.Colors.TERTIARY))
    return list_row(
        ui, ui.say("versions.number", number=version.number), bind(on_open, version.version_id),
        key=f"versions.{version.version_id}", lead=_number(ui, version), lead_size=_NUMBER,
        line=version_line(ui, version, today),
        columns=(Column(ft.Column(said, spacing=2, tight=True), _MARKS_WIDTH),), chevron=True,
    )  # fmt: skip


def _number(ui: Ui, version: VersionView) -> ft.Control:
    """A sheet of paper, with a pen when it was signed."""
    signed = bool(version.signatures)
    side = ui.grow(_NUMBER)
    return ft.Container(
        icon(
            ui, ft.Icons.HISTORY_EDU_OUTLINED if signed else ft.Icons.DESCRIPTION_OUTLINED, 26,
            ft.Colors.ON_TERTIARY_CONTAINER if signed else ft.Colors.ON_SURFACE_VARIANT,
        ),
        width=side,
        height=side,
        border_radius=Radius.FIELD,
        bgcolor=ft.Colors.TERTIARY_CONTAINER if signed else ft.Colors.SURFACE_CONTAINER,
        alignment=ft.Alignment.CENTER,
    )  # fmt: skip
