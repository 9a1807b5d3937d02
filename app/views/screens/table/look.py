"""How things look at the table: larger type, a wider inset, and what every page of it repeats.

Owns the table's own text size (nothing under 17, body about 20), the head with Cover, Crisis,
language and Close, and how missing words are shown. Follows design page 06, "Family table".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from app.services.opening import FORMS
from app.views.brand import brand_mark
from app.views.theme.tokens import Space
from app.views.widgets.buttons import icon_button, outlined
from app.views.widgets.chips import Choice, switch_of
from app.views.widgets.face import Kind
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.wording import Words

LARGER = 1.15
"""The kit's sizes at the table: 16 becomes 18, 18 becomes 21."""
_ON_DRAWINGS = 17 / 14
"""The smallest words of maps and charts are 14 in the kit and 17 at the table."""
_LARGE_TEXT = 1.3
LANGUAGES = {"en": "English", "es": "Español"}


def table_settings(settings: UiSettings, language: str) -> UiSettings:
    """The worker's settings with the table's language and its larger type."""
    return replace(settings, text_scale=settings.text_scale * LARGER, language=language)


def at_table(ui: Ui) -> Ui:
    """The same with the layout judged by the size a person chose, not by the table's own."""
    chosen = ui.scale / LARGER
    return Ui(ui.settings, layout_for(ui.layout.width, ui.layout.height, chosen))


def chosen_size(ui: Ui) -> Ui:
    """Without the table's larger type, for pieces that are large already."""
    return Ui(replace(ui.settings, text_scale=ui.scale / LARGER), ui.layout)


def for_drawings(ui: Ui) -> Ui:
    """For maps and charts of the kit, whose words are small."""
    plain = chosen_size(ui)
    return Ui(replace(ui.settings, text_scale=plain.scale * _ON_DRAWINGS), ui.layout)


def large_text(ui: Ui) -> bool:
    """Columns go under each other."""
    return ui.layout.scale >= _LARGE_TEXT


def inset(ui: Ui) -> float:
    """The room left and right of everything."""
    return Space.L if ui.layout.narrow else Space.XXXL


def shape_of(kind: str) -> Kind:
    """Which face somebody has."""
    return {"family": Kind.FAMILY, "natural": Kind.NATURAL}.get(kind, Kind.PROFESSIONAL)


def said(ui: Ui, words: Words) -> str:
    """The words, or that they are not in this language yet."""
    return ui.say("table.gap") if words.gap else words.text


def words_line(
    ui: Ui, words: Words, style: ft.TextStyle, color: ft.ColorValue = ft.Colors.ON_SURFACE
) -> ft.Control:
    """The family's words in place; missing ones quietly say so."""
    if words.gap:
        return text(ui, ui.say("table.gap"), style.copy(italic=True), SOFT)
    return text(ui, words.text, style, color)


def table_name(ui: Ui, name: str) -> str:
    """Whose table it is, in the language of the table; plain *Our table* where no surname is known."""
    for full, _short, _with in FORMS.values():
        pattern = re.escape(full).replace(r"\{youth\}", ".+").replace(r"\{surname\}", "(.+)")
        found = re.fullmatch(pattern, name)
        if found is not None:
            key = "table.title_named" if ui.layout.wide else "table.title_short"
            return ui.say(key, surname=found.group(1))
    return ui.say("table.title")


@dataclass(frozen=True)
class HeadActs:
    """What the head of every page does."""

    cover: Act
    crisis: Act
    language: Callable[[str], object]
    close: Act


def head(
    ui: Ui, title: str, line: str, acts: HeadActs, *, back: Act | None = None, whose: str = "table"
) -> ft.Control:
    """Mark, title, who looks; then Crisis, Cover, language and Close, always in the same place.

    whose: stem of the phrase that says where back leads.
    """
    narrow = ui.layout.narrow
    lead: list[ft.Control] = []
    if back is not None:
        lead.append(
            icon_button(ui, ft.Icons.ARROW_BACK, ui.say(f"{whose}.back"), back, key="table.back", size=26)
        )
    elif not narrow:
        lead.append(brand_mark(chosen_size(ui), 38))
    named = text(ui, title, ui.type.strong if narrow else ui.type.h3, heading=1)
    under = [text(ui, line, ui.type.body, SOFT)] if line else []
    icons: list[ft.Control] = [
        icon_button(
            ui, ft.Icons.SUPPORT_OUTLINED, ui.say("table.crisis"), acts.crisis,
            key="table.crisis", color=ft.Colors.ERROR, size=24,
        ),
        icon_button(
            ui, ft.Icons.VISIBILITY_OFF_OUTLINED, ui.say("nav.cover_name"), acts.cover,
            key="table.cover", size=24,
        ),
        _language(ui, acts.language),
        _close(ui, acts.close),
    ]  # fmt: skip
    if large_text(ui):
        return _rows(
            ft.Row([*lead, ft.Column([named, *under], spacing=0, tight=True, expand=True)], spacing=12),
            ft.Row(icons, wrap=True, spacing=8, run_spacing=8),
        )
    if narrow:
        # The names have a line of their own: four targets leave them no room beside.
        acts_row = ft.Row(icons, spacing=0, tight=True)
        return _rows(ft.Row([*lead, ft.Container(named, expand=True), acts_row], spacing=0), *under)
    names = ft.Column([named, *under], spacing=0, tight=True, expand=True)
    return ft.Row(
        [ft.Row([*lead, names], spacing=14, expand=True), ft.Row(icons, spacing=12, tight=True)],
        spacing=12,
    )


def _rows(*parts: ft.Control) -> ft.Control:
    return ft.Column(
        list(parts),
        spacing=6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _language(ui: Ui, choose: Callable[[str], object]) -> ft.Control:
    """The switch, or on a phone the one other language behind an icon."""
    if not ui.layout.narrow:
        choices = [Choice(code, name) for code, name in LANGUAGES.items()]
        return switch_of(ui, choices, ui.language, choose, key="table.language")
    other = next(code for code in LANGUAGES if code != ui.language)
    return icon_button(
        ui, ft.Icons.TRANSLATE, LANGUAGES[other], bind(choose, other), key=f"table.language.{other}",
        size=24,
    )  # fmt: skip


def _close(ui: Ui, close: Act) -> ft.Control:
    words = ui.say("table.close")
    if ui.layout.wide:
        return outlined(ui, words, close, key="table.close", symbol=ft.Icons.LOCK_OUTLINE, small=True)
    return icon_button(ui, ft.Icons.LOCK_OUTLINE, words, close, key="table.close", size=24)


def page_of(ui: Ui, top: ft.Control, body: list[ft.Control], foot: ft.Control | None, key: str) -> ft.Control:
    """One page of the table: the head stays, the middle scrolls, the foot stays."""
    side = inset(ui)
    widest = 1200.0
    spare = max(0.0, ui.layout.width - 2 * side - widest) / 2
    around = ft.Padding.symmetric(horizontal=side + spare)
    return ft.Column(
        [
            ft.Container(
                top,
                padding=ft.Padding.only(
                    left=side + spare, right=side + spare, top=14 if ui.layout.narrow else 24,
                    bottom=10 if ui.layout.narrow else 20,
                ),
            ),
            ft.ListView(
                [
                    ft.Container(
                        ft.Column(
                            body,
                            spacing=24 if ui.layout.narrow else 40,
                            tight=True,
                            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                        ),
                        padding=ft.Padding.only(
                            left=side + spare, right=side + spare, bottom=28
                        ),
                    )
                ],
                expand=True,
                key=key,
            ),
            *([ft.Container(foot, padding=around)] if foot is not None else []),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
