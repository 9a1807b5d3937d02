"""The gallery: each piece of the kit in every state, to look at and to compare with golden pictures.

Run with `python -m app.views.gallery --port 8600` and open `/rows?scale=2&dark=1&language=es`.
For development only; it holds invented people and no data. Everybody in it is invented.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import flet as ft

from app.views.gallery_drawings import DRAWINGS
from app.views.gallery_sections import SECTIONS as PIECES
from app.views.theme import apply_theme
from app.views.widgets.boundary import component
from app.views.widgets.shell import page_inset
from app.views.widgets.ui import Kit, Ui, UiSettings, use_ui

SECTIONS: Final = {**PIECES, **DRAWINGS}
ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"


@component
def Section(name: str) -> ft.Control:
    """One section of the gallery on the page's own inset."""
    ui = use_ui()
    make = SECTIONS.get(name)
    if make is None:
        return _contents(ui)
    if name in FULL_BLEED:
        return make(ui)
    return ft.Container(
        ft.Column(
            [make(ui), ft.Container(height=28)],
            scroll=ft.ScrollMode.AUTO,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=page_inset(ui),
        expand=True,
    )


FULL_BLEED: Final = frozenset({"shell", "unlock"})


def _contents(ui: Ui) -> ft.Control:
    return ft.Text(", ".join(sorted(SECTIONS)), style=ui.type.body)


@ft.component
def Gallery(name: str, settings: UiSettings) -> object:
    """Root of the gallery: one view with one section."""
    return Kit(
        settings,
        lambda: [
            ft.View(
                controls=[Section(name)],
                padding=0,
                spacing=0,
                bgcolor=ft.Colors.SURFACE,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        ],
    )


def read_route(route: str) -> tuple[str, UiSettings]:
    """Section and settings from `/<section>?scale=1.5&dark=1&language=es&still=1`."""
    parts = urlsplit(route)
    query: Mapping[str, list[str]] = parse_qs(parts.query)

    def first(name: str, otherwise: str) -> str:
        return query.get(name, [otherwise])[0]

    return parts.path.strip("/") or "contents", UiSettings(
        text_scale=float(first("scale", "1")),
        dark=first("dark", "0") == "1",
        less_motion=True,
        language=first("language", "en"),
    )


def main(page: ft.Page) -> None:
    """Show the section named in the address."""
    name, settings = read_route(page.route)
    page.title = "Kitchen Table, gallery"
    apply_theme(page, settings.dark, settings.text_scale, settings.less_motion)
    page.render_views(lambda: Gallery(name, settings))


def run(port: int, entry: Callable[[ft.Page], None] = main) -> None:
    """Serve the gallery on the loopback interface."""
    ft.run(
        entry,
        host="127.0.0.1",
        port=port,
        view=None,
        assets_dir=str(ASSETS),
        no_cdn=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8600)
    run(parser.parse_args().port)
