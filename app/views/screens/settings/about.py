"""About: which version this is, and the licences of what is bundled."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import flet as ft

from app.views.preferences import use_assets
from app.views.widgets.boundary import component
from app.views.widgets.buttons import quiet
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import use_ui

_PACKAGE = "kitchentable"
_SUFFIX = "-OFL.txt"


def version_words() -> str:
    """The installed version, or "" when the app runs from its source without being installed."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return ""


def font_licences(assets: Path) -> tuple[tuple[str, Path], ...]:
    """(font, licence file) of every bundled font."""
    return tuple(
        (file.name.removesuffix(_SUFFIX), file)
        for file in sorted((assets / "fonts").glob(f"*{_SUFFIX}"))
    )


@component
def About() -> ft.Control:
    """Version and licences; a licence is read when it is asked for."""
    ui = use_ui()
    assets = use_assets()
    shown, show = ft.use_state("")
    licences = dict(font_licences(assets))
    body = licences[shown].read_text(encoding="utf-8") if shown in licences else ""

    ft.use_dialog(
        ft.AlertDialog(
            title=text(ui, shown, ui.type.h2, heading=1),
            content=ft.Container(
                ft.Column([text(ui, body, ui.type.cap)], scroll=ft.ScrollMode.AUTO),
                key="settings.licence",
                width=min(560 * ui.scale, ui.layout.width - 80),
            ),
            actions=[quiet(ui, ui.say("settings.about.close"), lambda: show(""),
                           key="settings.licence.close")],
            on_dismiss=lambda: show(""),
        )
        if body
        else None
    )
    number = version_words()
    parts: list[ft.Control] = [
        text(ui, ui.say("settings.about.version", version=number) if number
             else ui.say("app.name"), ui.type.body_l),
        text(ui, ui.say("settings.about.what"), ui.type.body, SOFT),
        text(ui, ui.say("settings.about.fonts"), ui.type.body, SOFT),
        ft.Row(
            [
                quiet(ui, name, partial(show, name),
                      key=f"settings.font.{name}")
                for name in licences
            ],
            wrap=True, spacing=4, run_spacing=4,
        ),
    ]
    return ft.Column(parts, spacing=8, tight=True)
