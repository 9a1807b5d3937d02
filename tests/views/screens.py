"""Puts one screen on a stage with a tablet and a record of where it wanted to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.services.tablet import Tablet
from app.views.hooks import NavContext, TabletContext
from app.views.place import Nav, Place
from app.views.widgets.ui import UiSettings
from tests.ui import Stage


@dataclass
class Journey:
    """Where a screen wanted to go, in order: ("go", place), ("swap", place), ("back", None)."""

    steps: list[tuple[str, Place | None]] = field(default_factory=list)
    left: dict[Place, object] = field(default_factory=dict)

    def nav(self, here: Place) -> Nav:
        """A `Nav` that only writes down."""
        return Nav(
            here,
            lambda place: self.steps.append(("go", place)),
            lambda place: self.steps.append(("swap", place)),
            lambda: self.steps.append(("back", None)),
            lambda place: self.steps.append(("root", place)),
            self.left,
        )

    @property
    def last(self) -> tuple[str, Place | None]:
        """The last step."""
        return self.steps[-1]


def stage_of(
    screen: Callable[[], ft.Control],
    tablet: Tablet,
    journey: Journey,
    *,
    settings: UiSettings | None = None,
    width: float = 1024,
    height: float = 768,
) -> Stage:
    """A stage with `screen()` inside the contexts that the root provides."""

    @ft.component
    def Root() -> ft.Control:
        inside: ft.Control = TabletContext(
            tablet, lambda: NavContext(journey.nav(Place("test")), lambda: screen())
        )
        return inside

    return Stage.of(Root, settings, width=width, height=height)
