"""The root of every window: what is shown while locked, opening, open, and covered.

Owns the state of the window (where a person is, whether the screen is covered) and provides the
contexts that every screen reads. Locking throws the trail away, so nothing a family said stays
behind. Follows design page 01, "Screens" and design page 03, "Flet 1.0.5".
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.tablet import Tablet, TabletState
from app.views.clipboard import ClipboardContext, use_clipboard_keeper
from app.views.error_words import words_for
from app.views.failed_before import FailedBefore
from app.views.hooks import NavContext, TabletContext, use_tablet
from app.views.place import HOME, Nav, Place, Trail
from app.views.preferences import AssetsContext, PreferencesContext, ui_settings
from app.views.rail import bar_places, rail_places
from app.views.routes import FULL_BLEED, RAIL_PLACE, screen_of
from app.views.screens.cover import cover_screen
from app.views.seen import use_seen
from app.views.theme import apply_theme
from app.views.widgets.boundary import component, keep_updates_alive
from app.views.widgets.shell import shell
from app.views.widgets.states import empty_state
from app.views.widgets.text import text
from app.views.widgets.ui import (
    SettingsContext,
    Ui,
    UiSettings,
    WindowContext,
    use_ui,
    use_window_size,
)
from app.views.window import (
    TICK_SECONDS,
    end_with,
    follow_life,
    ignore,
    notice_use,
    survive_handlers,
    watch_the_time,
)

_HOVER_MS = 5_000


def show(
    page: ft.Page, tablet: Tablet, assets: Path, *, tick_seconds: float = TICK_SECONDS
) -> None:
    """Show the tablet in a window.

    Args:
        page: the window.
        tablet: the one tablet of this process.
        assets: folder of fonts and licences.
        tick_seconds: how often the lock's clocks are looked at.
    """
    page.title = "Kitchen Table"
    dark = page.platform_brightness is ft.Brightness.DARK
    apply_theme(page, dark)
    notice_use(page, tablet)

    def draw() -> None:
        page.render_views(lambda: App(tablet, assets))

    draw()
    # A reloaded window finds its session again, but what was drawn there is dead: draw it anew.
    page.on_connect = draw
    end_with(
        page,
        [
            page.run_task(keep_updates_alive, page),
            page.run_task(watch_the_time, tablet, tick_seconds),
        ],
        tablet,
    )


def show_moved(page: ft.Page) -> None:
    """Empty a window whose place another window has taken: it says so, and nothing else."""
    ignore(page)
    page.render_views(lambda: Moved())


@ft.component
def Moved() -> object:
    """A window that is no longer the tablet."""
    page = ft.context.page
    size = use_window_size()
    settings = UiSettings(dark=page.platform_brightness is ft.Brightness.DARK)
    return SettingsContext(
        settings,
        lambda: WindowContext(
            size,
            lambda: [
                ft.View(
                    controls=[MovedWords()],
                    bgcolor=ft.Colors.SURFACE,
                    vertical_alignment=ft.MainAxisAlignment.CENTER,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                )
            ],
        ),
    )


@component
def MovedWords() -> ft.Control:
    """Where the tablet is now."""
    ui = use_ui()
    return empty_state(ui, ui.say("moved.title"), ui.say("moved.line"), key="moved")


@ft.component
def App(tablet: Tablet, assets: Path) -> object:
    """Root component: window state, contexts, and one view with what is to be seen."""
    page = ft.context.page
    size = use_window_size()
    _turn, set_turn = ft.use_state(0)
    trail, set_trail = ft.use_state(Trail())
    covered, set_covered = ft.use_state("")
    failed, set_failed = ft.use_state(0)
    keeper = use_clipboard_keeper()
    last: Any = ft.use_ref(UiSettings(dark=page.platform_brightness is ft.Brightness.DARK))
    stop: Any = ft.use_ref(None)
    left: Any = ft.use_ref(None)
    if left.current is None:
        left.current = {}

    def follow() -> None:
        # Notices arrive from outside any handler: Flet needs this window's context with them.
        window = contextvars.copy_context()

        def here(setter: Callable[[Any], None], value: Any) -> None:
            window.copy().run(setter, value)

        def changed() -> None:
            if tablet.state is not TabletState.OPEN or tablet.at_table:
                left.current.clear()
            if tablet.state is not TabletState.OPEN:
                here(set_trail, Trail())
                here(set_covered, "")
            elif tablet.at_table:
                # Nothing of the worker's way is kept; closing the table leads to its family.
                home = Place("family", tablet.open.table.seated.family_id)
                here(set_trail, Trail((HOME, home)))
            here(set_turn, lambda now: now + 1)
            if tablet.state is not TabletState.OPEN:
                # The last thing: a window that is gone has no clipboard any more.
                window.copy().run(page.run_task, keeper.clear)

        def away(hide: bool) -> None:
            # A cover that somebody asked for stays until it is tapped away.
            here(set_covered, lambda now: (now or "away") if hide else "" if now == "away" else now)

        stop.current = tablet.watch_state(changed)
        follow_life(page, tablet, away, keeper.clear)
        survive_handlers(page, lambda: here(set_failed, lambda now: now + 1))

    def leave() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(follow, [tablet], leave)

    if tablet.state is TabletState.OPEN:
        last.current = ui_settings(tablet.open.settings.chosen)
    settings: UiSettings = last.current

    def dress() -> None:
        apply_theme(page, settings.dark, settings.text_scale, settings.less_motion)
        page.update()

    ft.use_effect(dress, [settings.dark, settings.text_scale, settings.less_motion])

    def choose(now: UiSettings) -> None:
        last.current = now
        set_turn(lambda turn: turn + 1)

    def move(step: Callable[[Trail], Trail]) -> None:
        # While the family has the tablet nobody moves, whichever control is left to ask for it.
        if not tablet.at_table:
            set_trail(step)

    def go(place: Place) -> None:
        if place.name == "cover":
            set_covered("asked")
        else:
            move(lambda now: now.go(place))

    def root(place: Place) -> None:
        left.current.clear()
        move(lambda now: now.root(place))

    nav = Nav(
        here=trail.here,
        go=go,
        swap=lambda place: move(lambda now: now.swap(place)),
        back=lambda: move(lambda now: now.back()),
        root=root,
        left=left.current,
    )

    def may_leave() -> bool:
        return not tablet.at_table and (
            tablet.state is not TabletState.OPEN or len(trail.places) == 1
        )

    async def system_back(event: ft.Event[ft.View]) -> None:
        leaves = may_leave()
        if not leaves:
            nav.back()
        await event.control.confirm_pop(leaves)

    def view() -> list[ft.View]:
        return [
            ft.View(
                controls=[
                    ft.GestureDetector(
                        # Both only make the window speak up: see `window.notice_use`.
                        on_pan_down=_nothing,
                        on_hover=_nothing,
                        hover_interval=_HOVER_MS,
                        exclude_from_semantics=True,
                        expand=True,
                        content=ft.SafeArea(
                            expand=True,
                            content=Window(
                                covered != "", lambda: set_covered(""), failed
                            ),
                        ),
                    )
                ],
                padding=0,
                spacing=0,
                bgcolor=ft.Colors.SURFACE,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                can_pop=may_leave(),
                on_confirm_pop=system_back,
            )
        ]

    return SettingsContext(
        settings,
        lambda: WindowContext(
            size,
            lambda: TabletContext(
                tablet,
                lambda: NavContext(
                    nav,
                    lambda: PreferencesContext(
                        choose,
                        lambda: AssetsContext(assets, lambda: ClipboardContext(keeper, view)),
                    ),
                ),
            ),
        ),
    )


def _nothing() -> None:
    """A person moved; the window has noticed already."""


@component
def Window(covered: bool, on_uncover: Callable[[], None], failed: int) -> ft.Control:
    """The screen, and the cover in its place when covered; the screen keeps what was typed.

    failed: how many handlers have failed so far; each says so once, calmly.
    """
    ui = use_ui()
    tablet = use_tablet()
    worker = tablet.state is TabletState.OPEN and not tablet.at_table
    told, set_told = ft.use_state(0)
    ft.use_dialog(
        ft.SnackBar(
            content=text(ui, words_for(ui, AppError()), ui.type.strong, ft.Colors.ON_INVERSE_SURFACE),
            behavior=ft.SnackBarBehavior.FLOATING,
            on_dismiss=lambda: set_told(failed),
        )
        if failed > told
        else None
    )
    return ft.Stack(
        [
            # Not merely behind the cover: what is not visible is neither painted nor read aloud.
            ft.Container(Inside(), visible=not covered, expand=True),
            *([cover_screen(ui, on_uncover)] if covered else []),
            # With a place of its own: a Stack would spread it over the screen, where nobody could scroll.
            ft.Container(FailedBefore(worker and not covered), left=0, top=0, width=0, height=0),
        ],
        expand=True,
        fit=ft.StackFit.EXPAND,
    )


@component
def Inside() -> ft.Control:
    """First run, unlock, the family's table, or the place where the person is."""
    tablet: Tablet = ft.use_context(TabletContext)
    nav: Nav = ft.use_context(NavContext)
    ui = use_ui()
    use_seen(tablet, nav.here, tablet.state is TabletState.OPEN and not tablet.at_table)
    if tablet.state is TabletState.FIRST_RUN:
        from app.views.screens.first_run import FirstRun

        return ft.Container(FirstRun(), key="first_run", expand=True)
    if tablet.state is TabletState.REMOVED:
        from app.views.screens.removed import RemovedScreen

        return ft.Container(RemovedScreen(), key="removed", expand=True)
    if tablet.state is not TabletState.OPEN:
        from app.views.screens.unlock import Unlock

        return ft.Container(Unlock(), key="unlock", expand=True)
    if tablet.at_table:
        from app.views.screens.table import FamilyTableScreen

        return ft.Container(FamilyTableScreen(), key="table", expand=True)
    return ft.Container(_open(ui, nav, tablet), key="open", expand=True)


def _open(ui: Ui, nav: Nav, tablet: Tablet) -> ft.Control:
    place = nav.here
    # A key of its own for each place: a component must not inherit another place's state.
    key = f"place.{place.name}.{place.family_id}.{place.record_id}.{place.detail}"
    if place.name in FULL_BLEED:
        return ft.Container(screen_of(place.name)(place), key=key, expand=True)
    roles = tablet.open.desk.me.roles
    return shell(
        ui,
        ft.Container(screen_of(place.name)(place), key=key, expand=True),
        places=rail_places(ui, roles),
        bar_places=bar_places(ui, roles),
        here=RAIL_PLACE.get(place.name, "families"),
        go=lambda value: nav.root(Place(value)),
        on_cover=lambda: nav.go(Place("cover")),
    )
