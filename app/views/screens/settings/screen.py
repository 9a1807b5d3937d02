"""Settings: how it looks, which language, when it locks, the passphrase, people, about.

Every choice takes effect at once and is kept, sealed, on this tablet. A choice that could not be
kept says so and stays in force until the tablet is locked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.settings import LOCK_CHOICES, TEXT_SCALES, Preferences
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.preferences import ui_settings, use_choose
from app.views.screens.settings.about import About
from app.views.screens.settings.passphrase_form import ChangePassphrase
from app.views.screens.settings.places import AGENCY, MINE, Door, door_rows, doors
from app.views.screens.settings.protection import ProtectionSection
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips, switch_of
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, hairline, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui, use_ui

_COLUMN = 620


@dataclass(frozen=True)
class SettingsActs:
    """What the screen can do. choose: preferences by name."""

    choose: Callable[..., Any]
    lock: Callable[[], object]
    open: Callable[[str], object]
    cover: Callable[[], object]


def settings_screen(
    ui: Ui,
    chosen: Preferences,
    who: str,
    acts: SettingsActs,
    *,
    mine: tuple[Door, ...] = (),
    agency: tuple[Door, ...] = (),
    error: str = "",
    passphrase: ft.Control | None = None,
    protection: ft.Control | None = None,
    about: ft.Control | None = None,
) -> ft.Control:
    """Sections over each other, one column.

    Args:
        ui: settings in force.
        chosen: what is kept.
        who: whose tablet this is, name and title.
        acts: what the screen can do.
        mine, agency: the places behind Settings that this person may open.
        error: a choice could not be kept.
        passphrase: the form to change it.
        protection: what protects the tablet besides.
        about: version and licences.
    """
    say = ui.say
    sizes = [Choice(str(size), say("settings.percent", count=round(size * 100)))
             for size in TEXT_SCALES]
    locks = [Choice(str(seconds), _minutes(ui, seconds)) for seconds in LOCK_CHOICES]

    def section(title: str, *parts: ft.Control) -> list[ft.Control]:
        return [section_header(ui, title, large=True), *parts, hairline()]

    parts: list[ft.Control] = [
        *([note_line(ui, error, error=True, key="settings.error")] if error else []),
        *(section(say("settings.agency"), door_rows(ui, agency, acts.open)) if agency else []),
        *section(
            say("settings.look"),
            text(ui, say("settings.text_size"), ui.type.label),
            choice_chips(ui, sizes, str(chosen.text_scale),
                         lambda size: acts.choose(text_scale=float(size)), key="settings.size"),
            tick_row(ui, say("settings.dark"), chosen.dark, lambda on: acts.choose(dark=on),
                     key="settings.dark", line=say("settings.dark_line")),
            tick_row(ui, say("settings.less_motion"), chosen.less_motion,
                     lambda on: acts.choose(less_motion=on), key="settings.less_motion",
                     line=say("settings.less_motion_line")),
        ),
        *section(
            say("settings.language"),
            switch_of(ui, (Choice("en", "English"), Choice("es", "Español")), chosen.language,
                      lambda code: acts.choose(language=code), key="settings.language"),
            text(ui, say("settings.language_line"), ui.type.body, SOFT),
        ),
        *section(
            say("settings.lock"),
            text(ui, say("settings.lock_after"), ui.type.label),
            choice_chips(ui, locks, str(chosen.lock_after),
                         lambda seconds: acts.choose(lock_after=int(seconds)),
                         key="settings.lock_after"),
            ft.Row([outlined(ui, say("settings.lock_now"), acts.lock, key="settings.lock",
                             symbol=ft.Icons.LOCK_OUTLINE)], wrap=True),
        ),
        *section(say("settings.pass.title"), *([passphrase] if passphrase is not None else [])),
        *(section(say("protection.title"), protection) if protection is not None else []),
    ]
    if mine:
        parts += section(say("settings.mine"), door_rows(ui, mine, acts.open))
    parts += [section_header(ui, say("settings.about.title"), large=True),
              *([about] if about is not None else [])]
    width = room_for(ui, _COLUMN)
    return ft.Column(
        [
            header(ui, say("settings.title"), key="settings", line=who, on_cover=acts.cover),
            ft.ListView(
                [
                    ft.Row([ft.Container(
                        ft.Column(parts, spacing=14, tight=True,
                                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                        width=None if ui.layout.narrow else width,
                        expand=ui.layout.narrow or None,
                    )]),
                    ft.Container(height=32),
                ],
                expand=True,
                key="settings.list",
                padding=ft.Padding.only(top=16),
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _minutes(ui: Ui, seconds: int) -> str:
    minutes = seconds // 60
    return ui.say("settings.minute") if minutes == 1 else ui.say(
        "settings.minutes", count=minutes
    )


@component
def SettingsScreen(_place: Place) -> ft.Control:
    """Settings of this tablet."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    put_in_force = use_choose()
    error, set_error = ft.use_state("")
    chosen, set_chosen = ft.use_state(tablet.open.settings.chosen)

    def choose(**changes: Any) -> None:
        after = replace(chosen, **changes)
        set_chosen(after)
        set_error("")
        put_in_force(ui_settings(after))

        async def keep() -> None:
            put_in_force(ui_settings(await tablet.open.settings.choose(**changes)))

        def tell(problem: AppError) -> None:
            set_error(words_for(ui, problem))
            set_chosen(tablet.open.settings.chosen)
            put_in_force(ui_settings(tablet.open.settings.chosen))

        start(guarded(keep, tell))

    async def lock() -> None:
        await tablet.lock("asked")

    me = tablet.open.desk.me
    return settings_screen(
        ui,
        chosen,
        ui.say("settings.who", name=me.name, title=me.title) if me.title else me.name,
        SettingsActs(
            choose=choose,
            lock=guarded(lock, lambda problem: set_error(words_for(ui, problem))),
            open=lambda name: nav.go(Place(name)),
            cover=lambda: nav.go(Place("cover")),
        ),
        mine=doors(me, MINE),
        agency=doors(me, AGENCY),
        error=error,
        passphrase=ChangePassphrase(),
        protection=ProtectionSection(),
        about=About(),
    )
