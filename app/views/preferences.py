"""A person's choices as the kit reads them, and the way to put a new choice into force at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flet as ft

from app.views.widgets.ui import UiSettings

if TYPE_CHECKING:
    from app.services.settings import Preferences


def ui_settings(chosen: Preferences) -> UiSettings:
    """What the kit needs of the preferences."""
    return UiSettings(
        text_scale=chosen.text_scale,
        dark=chosen.dark,
        less_motion=chosen.less_motion,
        language=chosen.language,
    )


def _nobody(_settings: UiSettings) -> None:
    """Outside a window nothing changes."""


PreferencesContext: Any = ft.create_context(_nobody)
AssetsContext: Any = ft.create_context(Path())


def use_choose() -> Callable[[UiSettings], None]:
    """Hook: puts settings into force in this window; keeping them is the service's part."""
    choose: Callable[[UiSettings], None] = ft.use_context(PreferencesContext)
    return choose


def use_assets() -> Path:
    """Hook: the folder of fonts and their licences."""
    folder: Path = ft.use_context(AssetsContext)
    return folder
