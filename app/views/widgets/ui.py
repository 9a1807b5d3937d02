"""What every piece of the kit needs to know: settings, layout, type and words.

Owns the `UiSettings` context, the window's size, and the `Ui` value made of both. Pieces of the
kit are plain functions that take a `Ui` first; a component gets it from `use_ui()`, called
unconditionally at its top. Follows design page 06, "Layout" and "Access".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import flet as ft

from app.views.theme.type import TypeScale
from app.views.words import known, say


class LayoutKind(Enum):
    """How much room there is, judged at the chosen text size."""

    WIDE = "wide"
    MIDDLE = "middle"
    NARROW = "narrow"


_WIDE_FROM = 1000
_MIDDLE_FROM = 700
_STACK_FROM_SCALE = 1.3


@dataclass(frozen=True)
class UiSettings:
    """What a person chose in Settings.

    Attributes:
        text_scale: 1.0 to 2.0.
        dark: dark colours.
        less_motion: nothing moves.
        language: one of `app.views.words.LANGUAGES`: `en` or `es`.
    """

    text_scale: float = 1.0
    dark: bool = False
    less_motion: bool = False
    language: str = "en"


@dataclass(frozen=True)
class WindowSize:
    """The window in logical pixels."""

    width: float = 1024
    height: float = 768


@dataclass(frozen=True)
class Layout:
    """The layout that follows from the window and the text size.

    Attributes:
        kind: wide (side column), middle (rail, one column) or narrow (bar, one column).
        width: window width in logical pixels.
        height: window height in logical pixels.
        scale: text scale.
    """

    kind: LayoutKind
    width: float
    height: float
    scale: float

    @property
    def wide(self) -> bool:
        """There is room for a side column."""
        return self.kind is LayoutKind.WIDE

    @property
    def narrow(self) -> bool:
        """Navigation is a bar; rows become stacked blocks."""
        return self.kind is LayoutKind.NARROW

    @property
    def stacked(self) -> bool:
        """Columns of a row go under each other: a narrow window, or text from 130 %."""
        return self.narrow or self.scale >= _STACK_FROM_SCALE


def layout_for(width: float, height: float, scale: float) -> Layout:
    """Choose the layout from width ÷ text scale: wide from 1000, middle from 700."""
    room = width / scale
    if room >= _WIDE_FROM:
        kind = LayoutKind.WIDE
    elif room >= _MIDDLE_FROM:
        kind = LayoutKind.MIDDLE
    else:
        kind = LayoutKind.NARROW
    return Layout(kind, width, height, scale)


@dataclass(frozen=True)
class Ui:
    """Everything a piece of the kit reads; made by `use_ui()`."""

    settings: UiSettings
    layout: Layout

    @property
    def type(self) -> TypeScale:
        """The type tokens at the chosen text size."""
        return TypeScale(self.settings.text_scale)

    @property
    def scale(self) -> float:
        """The chosen text size, 1.0 to 2.0."""
        return self.settings.text_scale

    def say(self, key: str, **values: object) -> str:
        """A phrase in the chosen language (see `app.views.words`)."""
        return say(self.settings.language, key, **values)

    @property
    def language(self) -> str:
        """The language of what is shown: for `app.views.dates`, and all else that asks for one."""
        return known(self.settings.language)

    def in_language(self, language: str) -> Ui:
        """The same look in another language: the family's, whatever the worker reads.

        A language that the interface does not speak becomes the fallback (see `app.views.words`).
        For components below, `with_language` says the same to their `use_ui()`.
        """
        return replace(self, settings=replace(self.settings, language=known(language)))

    def grow(self, pixels: float) -> float:
        """A drawing's size that grows with the text."""
        return round(pixels * self.scale, 1)

    def motion(self, milliseconds: int) -> ft.Animation | None:
        """An ease-out animation, or None when the person chose less motion."""
        if self.settings.less_motion:
            return None
        return ft.Animation(duration=milliseconds, curve=ft.AnimationCurve.EASE_OUT)


SettingsContext = ft.create_context(UiSettings())
"""The settings in force below a `SettingsContext(value, callback)`."""

WindowContext = ft.create_context(WindowSize())
"""The window size in force below a `WindowContext(value, callback)`."""


def use_settings() -> UiSettings:
    """Hook: the settings in force here."""
    return ft.use_context(SettingsContext)


def use_layout() -> Layout:
    """Hook: the layout that follows from window and text size; changes with both."""
    settings = ft.use_context(SettingsContext)
    window = ft.use_context(WindowContext)
    return layout_for(window.width, window.height, settings.text_scale)


def use_ui() -> Ui:
    """Hook: settings and layout as the value that every piece of the kit takes first."""
    settings = ft.use_context(SettingsContext)
    window = ft.use_context(WindowContext)
    return Ui(settings, layout_for(window.width, window.height, settings.text_scale))


def with_language(ui: Ui, language: str, content: Callable[[], object]) -> object:
    """Provide another language to everything `content()` makes; the rest of `ui` stays."""
    return SettingsContext(ui.in_language(language).settings, content)


def use_window_size() -> WindowSize:
    """Hook for the root component alone: the page's size, followed as it changes.

    It takes `page.on_resize`, of which a page has one, so nothing else may set that.
    """
    page = ft.context.page
    first = WindowSize(page.width or WindowSize.width, page.height or WindowSize.height)
    size, set_size = ft.use_state(first)

    def follow() -> None:
        def resized(event: ft.PageResizeEvent) -> None:
            set_size(WindowSize(event.width, event.height))

        page.on_resize = resized

    ft.use_effect(follow, [])
    return size


@ft.component
def Kit(settings: UiSettings, content: Callable[[], object]) -> object:
    """Root component: provides settings and window size to everything `content()` makes.

    Args:
        settings: what the person chose.
        content: returns the control, or the list of views, to show.
    """
    size = use_window_size()
    return SettingsContext(settings, lambda: WindowContext(size, content))
