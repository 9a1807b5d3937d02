"""Type tokens: every text style of the app, multiplied by the chosen text size.

Owns sizes, line heights, weights and families. Sizes are logical pixels at 100 %; nothing is
smaller than 14. Flet 1.0.5 does not tell the system's text size, so *Text size* in Settings is
multiplied in here. Follows design page 06, "Type" and "Access".
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.views.theme.fonts import FALLBACK, SANS, SERIF

MINIMUM_SIZE = 14
"""No text is set smaller than this, in logical pixels at 100 %."""

_TIGHTEN_FROM = 26
_TIGHTENING = -0.4


def style(
    family: str,
    size: float,
    height: float,
    scale: float,
    color: ft.ColorValue | None = None,
) -> ft.TextStyle:
    """Build one text style.

    Args:
        family: a family name from `fonts`.
        size: logical pixels at 100 %.
        height: line height as a multiple of the size.
        scale: the text size chosen in Settings, 1.0 to 2.0.
        color: a colour token, or None to inherit.
    """
    return ft.TextStyle(
        font_family=family,
        font_family_fallback=list(FALLBACK),
        size=round(size * scale, 1),
        height=height,
        # The weight is already in the family; asking for another would fake a bold.
        weight=ft.FontWeight.NORMAL,
        letter_spacing=_TIGHTENING * scale if size >= _TIGHTEN_FROM else 0,
        color=color,
    )


@dataclass(frozen=True)
class TypeScale:
    """The named styles at one text size; each property returns a fresh `ft.TextStyle`."""

    scale: float = 1.0

    def sans(self, size: float, height: float, weight: int) -> ft.TextStyle:
        """A sans style off the list, for the few drawings that need their own size."""
        return style(SANS[weight], size, height, self.scale)

    def serif(self, size: float, height: float, weight: int = 500) -> ft.TextStyle:
        """A serif style off the list, for the family's words only."""
        return style(SERIF[weight], size, height, self.scale)

    @property
    def words_xl(self) -> ft.TextStyle:
        """Vision at the table."""
        return self.serif(40, 1.22)

    @property
    def words_l(self) -> ft.TextStyle:
        """Outcome in a meeting."""
        return self.serif(28, 1.32)

    @property
    def words(self) -> ft.TextStyle:
        """Vision, quote."""
        return self.serif(22, 1.4)

    @property
    def words_s(self) -> ft.TextStyle:
        """Need."""
        return self.serif(18, 1.45)

    @property
    def h1(self) -> ft.TextStyle:
        """Screen."""
        return self.sans(30, 1.2, 700)

    @property
    def h2_l(self) -> ft.TextStyle:
        """A family's name above its tabs."""
        return self.sans(26, 1.25, 600)

    @property
    def h2(self) -> ft.TextStyle:
        """Section, person."""
        return self.sans(22, 1.25, 600)

    @property
    def h3(self) -> ft.TextStyle:
        """Row title, small section."""
        return self.sans(18, 1.3, 600)

    @property
    def editor(self) -> ft.TextStyle:
        """A note while it is written."""
        return self.sans(19, 1.5, 400)

    @property
    def body_l(self) -> ft.TextStyle:
        """Notes, lead sentences."""
        return self.sans(18, 1.5, 400)

    @property
    def body(self) -> ft.TextStyle:
        """Rows."""
        return self.sans(16, 1.45, 400)

    @property
    def strong(self) -> ft.TextStyle:
        """Owner of a step, a weighty word in a row."""
        return self.sans(16, 1.4, 600)

    @property
    def button(self) -> ft.TextStyle:
        """Words on a button."""
        return self.sans(16, 1.3, 600)

    @property
    def chip(self) -> ft.TextStyle:
        """Words on a chip, pill or sync chip."""
        return self.sans(15, 1.3, 600)

    @property
    def label(self) -> ft.TextStyle:
        """Field labels."""
        return self.sans(15, 1.3, 600)

    @property
    def cap(self) -> ft.TextStyle:
        """Column heads, the smallest text."""
        return self.sans(14, 1.35, 500)

    @property
    def num(self) -> ft.TextStyle:
        """Shares and headline numbers."""
        return self.sans(34, 1.15, 700)

    @property
    def num_l(self) -> ft.TextStyle:
        """Ratings at the table."""
        return self.sans(52, 1.1, 700)
