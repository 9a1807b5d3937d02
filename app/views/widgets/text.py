"""Text, icons and the family's own words.

Owns how a string becomes a control: always with a style of the type scale, a colour token and
letter spacing 0. The family's words are set in Literata, in quotation marks, untouched.
Follows design page 06, "Type" and "Words".
"""

from __future__ import annotations

import flet as ft

from app.views.widgets.ui import Ui

INK = ft.Colors.ON_SURFACE
SOFT = ft.Colors.ON_SURFACE_VARIANT
_LONGEST_LINE = 70
_LETTER_WIDTH = 0.52


def text(
    ui: Ui,
    value: str,
    style: ft.TextStyle | None = None,
    color: ft.ColorValue = INK,
    *,
    align: ft.TextAlign = ft.TextAlign.START,
    expand: bool | int | None = None,
    loose: bool = False,
    heading: int | None = None,
    key: str | None = None,
) -> ft.Control:
    """A text in one style; it wraps and is never cut.

    Args:
        ui: settings in force.
        value: the words.
        style: a style of `ui.type`; body when None.
        color: a colour token.
        align: text alignment.
        expand: take the room left in a row.
        loose: take at most the room left (for pills in a tight row).
        heading: level 1 to 6 for screen readers, if this is a heading.
        key: control key.
    """
    words = ft.Text(
        value,
        style=style or ui.type.body,
        color=color,
        text_align=align,
        key=key,
        expand=True if loose else (expand if heading is None else None),
        expand_loose=loose,
    )
    if heading is None:
        return words
    return ft.Semantics(
        content=words, header=True, heading_level=heading, expand=expand, expand_loose=loose
    )


def icon(
    ui: Ui,
    symbol: ft.IconData,
    size: float = 22,
    color: ft.ColorValue = INK,
    name: str | None = None,
) -> ft.Icon:
    """An icon that grows with the text; `name` only where no word stands beside it."""
    return ft.Icon(
        symbol,
        size=ui.grow(size),
        color=color,
        semantics_label=name,
        apply_text_scaling=True,
    )


def words(
    ui: Ui,
    value: str,
    size: str = "words",
    color: ft.ColorValue = INK,
    *,
    quoted: bool = True,
    expand: bool | int | None = None,
    key: str | None = None,
) -> ft.Control:
    """The family's own words, in Literata and in quotation marks.

    Args:
        ui: settings in force.
        value: the words exactly as they were said; marks already there are kept.
        size: `words_xl`, `words_l`, `words` or `words_s`.
        color: a colour token.
        quoted: put quotation marks around; False for a need or an outcome.
        expand: take the room left in a row.
        key: control key.
    """
    already = value[:1] in "“\"«"
    shown = ui.say("words.quote", words=value) if quoted and not already else value
    return text(ui, shown, getattr(ui.type, size), color, expand=expand, key=key)


def measure(ui: Ui, size: float = 18) -> float:
    """The widest a paragraph may be, in logical pixels: about 70 letters of that size."""
    return round(_LONGEST_LINE * _LETTER_WIDTH * size * ui.scale)


def hairline(indent: float = 0) -> ft.Control:
    """A one-pixel decorative line, starting at the text edge."""
    return ft.Container(
        height=1, bgcolor=ft.Colors.OUTLINE_VARIANT, margin=ft.Margin.only(left=indent)
    )


def section_header(
    ui: Ui,
    title: str,
    *,
    count: str | None = None,
    large: bool = False,
    action: ft.Control | None = None,
    key: str | None = None,
) -> ft.Control:
    """A section's title with its count in words at the right and, if any, one quiet act."""
    right: list[ft.Control] = []
    if count is not None:
        right.append(text(ui, count, ui.type.cap, SOFT))
    if action is not None:
        right.append(action)
    return ft.Row(
        [
            text(ui, title, ui.type.h2 if large else ui.type.h3, heading=2),
            *([ft.Row(right, spacing=12, tight=True)] if right else []),
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        # A button is taller than the words beside it; a count stands on their line.
        vertical_alignment=ft.CrossAxisAlignment.END if action is None else ft.CrossAxisAlignment.CENTER,
        wrap=True,
        run_spacing=4,
        key=key,
    )
