"""The looks of a screen that has nothing, is reading, or went wrong. Never a dead end.

Owns the empty state, the error state and the skeleton with its timings: nothing before 400 ms,
then words, a bar with *Stop* after 2 s. Follows design page 06, "Empty", "Error", "Loading".
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import flet as ft

from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui

WORDS_AFTER_SECONDS = 0.4
STOP_AFTER_SECONDS = 2.0
_COLUMN = 320


def empty_state(
    ui: Ui,
    title: str,
    sentence: str,
    *,
    key: str,
    act: str | None = None,
    on_act: Act | None = None,
    symbol: ft.IconData | None = None,
) -> ft.Control:
    """One Literata line, one sentence, one button.

    Args:
        ui: settings in force.
        title: "No notes yet."
        sentence: "Start with today's visit."
        key: key of the button.
        act: words of the button; it is outlined, as the screen has its filled one already.
        on_act: called for it.
        symbol: icon on the button.
    """
    center = ft.TextAlign.CENTER
    return ft.Row(
        [
            ft.Container(
                ft.Column(
                    [
                        text(ui, title, ui.type.words, align=center),
                        text(ui, sentence, ui.type.body, SOFT, align=center),
                        *(
                            [
                                ft.Container(height=Space.XS),
                                outlined(ui, act, on_act, key=key, symbol=symbol),
                            ]
                            if act is not None
                            else []
                        ),
                    ],
                    spacing=6,
                    tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                ),
                width=min(ui.grow(_COLUMN), ui.layout.width - 40),
                padding=ft.Padding.symmetric(vertical=Space.XXL),
            )
        ],
        alignment=ft.MainAxisAlignment.CENTER,
    )


@ft.component
def Details(lines: Sequence[str], control: str) -> ft.Control:
    """Codes for a helper on the phone, folded away under *Details*."""
    ui = use_ui()
    shown, show = ft.use_state(False)
    parts: list[ft.Control] = [
        quiet(
            ui,
            ui.say("state.hide_details" if shown else "state.details"),
            lambda: show(not shown),
            key=control,
            trailing=ft.Icons.EXPAND_LESS if shown else ft.Icons.EXPAND_MORE,
            ink=True,
        )
    ]
    if shown:
        parts += [
            ft.Container(
                text(ui, line, ui.type.cap, SOFT), padding=ft.Padding.only(left=14)
            )
            for line in lines
        ]
    return ft.Column(parts, spacing=2, tight=True)


def error_state(
    ui: Ui,
    what: str,
    *,
    key: str,
    safe: str | None = None,
    act: str | None = None,
    on_act: Act | None = None,
    second: str | None = None,
    on_second: Act | None = None,
    details: Sequence[str] = (),
) -> ft.Control:
    """What happened, what is safe, what to do.

    Args:
        ui: settings in force.
        what: "The note could not be saved: the tablet is full."
        key: key stem; buttons are `<key>.act`, `<key>.second`, `<key>.details`.
        safe: "Your words are still here."
        act: the way out.
        on_act: called for it.
        second: another way out.
        on_second: called for it.
        details: codes, folded away.
    """
    acts: list[ft.Control] = []
    if act is not None:
        acts.append(outlined(ui, act, on_act, key=f"{key}.act", small=True))
    if second is not None:
        acts.append(quiet(ui, second, on_second, key=f"{key}.second"))
    said = ft.Column(
        [
            text(ui, what, ui.type.strong),
            *([text(ui, safe, ui.type.body)] if safe else []),
        ],
        spacing=2,
        tight=True,
        expand=True,
    )
    return ft.Container(
        ft.Column(
            [
                ft.Semantics(
                    live_region=True,
                    content=ft.Row(
                        [icon(ui, ft.Icons.ERROR_OUTLINE, 26, ft.Colors.ERROR), said],
                        spacing=12,
                        vertical_alignment=ft.CrossAxisAlignment.START,
                    ),
                ),
                *([ft.Row(acts, wrap=True, spacing=8, run_spacing=8)] if acts else []),
                *([Details(tuple(details), f"{key}.details")] if details else []),
            ],
            spacing=12,
            tight=True,
        ),
        padding=Space.L,
        border=ft.Border.all(1.5, ft.Colors.ERROR),
        border_radius=Radius.SHEET,
        key=key,
    )


def _ghost(ui: Ui, width: float | None, height: float, radius: float = 6) -> ft.Control:
    return ft.Container(
        width=width,
        height=ui.grow(height),
        border_radius=radius,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
    )


def skeleton(ui: Ui, rows: int = 4) -> ft.Control:
    """The shape of a list in quiet tint, so that nothing jumps when the rows come."""
    lines: list[ft.Control] = []
    for index in range(rows):
        wide = (220, 180, 240, 160)[index % 4]
        lines.append(
            ft.Container(
                ft.Row(
                    [
                        _ghost(ui, ui.grow(48), 48, ui.grow(24)),
                        ft.Column(
                            [_ghost(ui, wide, 18), _ghost(ui, wide * 0.65, 14)],
                            spacing=8,
                            tight=True,
                        ),
                    ],
                    spacing=14,
                ),
                padding=ft.Padding.symmetric(vertical=15, horizontal=8),
            )
        )
    return ft.Semantics(
        exclude_semantics=True, content=ft.Column(lines, spacing=2, tight=True)
    )


def progress(
    ui: Ui,
    words: str,
    share: float | None,
    *,
    key: str,
    on_stop: Act | None = None,
) -> ft.Control:
    """A bar with words and *Stop*; `share` is 0 to 1, or None when it is not known."""
    return ft.Column(
        [
            ft.Row(
                [
                    ft.Semantics(
                        live_region=True,
                        content=text(ui, words, ui.type.body, SOFT),
                        expand=True,
                    ),
                    *(
                        [quiet(ui, ui.say("state.stop"), on_stop, key=f"{key}.stop")]
                        if on_stop is not None
                        else []
                    ),
                ],
                spacing=12,
            ),
            ft.ProgressBar(
                value=share,
                bar_height=8,
                border_radius=4,
                color=ft.Colors.PRIMARY,
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
                semantics_label=words,
            ),
        ],
        spacing=8,
        tight=True,
        key=key,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def Loading(
    words: str | None = None,
    rows: int = 4,
    share: float | None = None,
    on_stop: Act | None = None,
    control: str = "loading",
    stage: int | None = None,
) -> ft.Control:
    """A list that is being read.

    Args:
        words: what is being read, "Reading from this tablet" when None.
        rows: rows of the skeleton.
        share: how far, 0 to 1, if known.
        on_stop: offers *Stop* after 2 s.
        control: key stem.
        stage: 0 shape, 1 words, 2 bar; fixed for the gallery, otherwise it follows time.
    """
    ui = use_ui()
    reached, reach = ft.use_state(0)

    async def wait() -> None:
        await asyncio.sleep(WORDS_AFTER_SECONDS)
        reach(1)
        await asyncio.sleep(STOP_AFTER_SECONDS - WORDS_AFTER_SECONDS)
        reach(2)

    ft.use_effect(wait, [])
    now = reached if stage is None else stage
    said = words or ui.say("state.loading")
    above: list[ft.Control] = []
    if now == 1:
        above.append(
            ft.Semantics(live_region=True, content=text(ui, said, ui.type.body, SOFT))
        )
    elif now >= 2:
        above.append(progress(ui, said, share, key=control, on_stop=on_stop))
    return ft.Column(
        [*above, skeleton(ui, rows)],
        spacing=8,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def nothing_found(ui: Ui, sentence: str | None = None) -> ft.Control:
    """A search without a hit."""
    return ft.Container(
        text(ui, sentence or ui.say("state.nobody"), ui.type.body_l, SOFT),
        padding=ft.Padding.symmetric(vertical=Space.XL),
    )


def wide_act(ui: Ui, label: str, on_press: Act | None, *, key: str) -> ft.Control:
    """The one main button at the bottom of a phone, in thumb reach."""
    return ft.Row([filled(ui, label, on_press, key=key, expand=True)])
