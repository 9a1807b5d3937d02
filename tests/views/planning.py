"""Puts the Plan tab on a stage, opens its sheets and takes Undo: what its tests share."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.views.screens.plan import PlanTab
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import FAMILY, FakeTablet
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

TODAY = date(2026, 12, 1)


def on_stage(
    tablet: FakeTablet, journey: Journey | None = None, settings: UiSettings | None = None,
    width: float = 1024,
) -> Stage:  # fmt: skip
    return stage_of(
        lambda: PlanTab(FAMILY), tablet.as_tablet(), journey or Journey(), settings=settings,
        width=width,
    )  # fmt: skip


async def opened(stage: Stage, control: str) -> None:
    """Open a sheet while the plan is being changed."""
    await stage.settle()
    await stage.tap("plan.change")
    await stage.tap(control)


def gone(stage: Stage) -> bool:
    """The sheet has been closed and the plan is back."""
    return not stage.has("plan.sheet.save") and stage.has("plan.scroll")


async def undo(stage: Stage) -> None:
    """Tap *Undo* in the bar."""
    await stage.settle()
    bar = stage.all(ft.SnackBar)[-1]
    assert isinstance(bar.action, ft.SnackBarAction)
    await stage.event(bar.action, "click")
