"""`ft.Theme` for light and dark, made of the tokens.

Owns what Material controls pick up by themselves: text theme, focus and hover colours, dialogs,
snackbars, menus, scrollbars, page transitions. Follows design page 06.
"""

from __future__ import annotations

import flet as ft

from app.views.theme.fonts import FONT_FILES, SANS
from app.views.theme.tokens import DARK, LIGHT, Radius
from app.views.theme.type import TypeScale


def _text_theme(scale: float) -> ft.TextTheme:
    """Every Material text role in our faces, with Material's letter spacing taken out (trap 2)."""
    t = TypeScale(scale)
    return ft.TextTheme(
        display_large=t.num_l,
        display_medium=t.num,
        display_small=t.h1,
        headline_large=t.h1,
        headline_medium=t.h2_l,
        headline_small=t.h2,
        title_large=t.h2,
        title_medium=t.h3,
        title_small=t.strong,
        body_large=t.body,
        body_medium=t.body,
        body_small=t.cap,
        label_large=t.button,
        label_medium=t.chip,
        label_small=t.cap,
    )


def build_theme(dark: bool, text_scale: float = 1.0, less_motion: bool = False) -> ft.Theme:
    """Make the theme of one brightness.

    Args:
        dark: which colour scheme.
        text_scale: text size from Settings, 1.0 to 2.0.
        less_motion: no page transitions at all when true.
    """
    # Colours are taken from the scheme, not from `ft.Colors`: a token inside a theme is looked up
    # in the theme that is being replaced.
    scheme = DARK if dark else LIGHT
    t = TypeScale(text_scale)
    ink = scheme.on_surface or ""
    move = ft.PageTransitionTheme.NONE if less_motion else ft.PageTransitionTheme.FADE_UPWARDS
    return ft.Theme(
        color_scheme=scheme,
        font_family=SANS[400],
        text_theme=_text_theme(text_scale),
        scaffold_bgcolor=scheme.surface,
        canvas_color=scheme.surface,
        # A focused tappable must be seen: the overlay is stronger than Material's 12 %.
        focus_color=ft.Colors.with_opacity(0.22, ink),
        hover_color=ft.Colors.with_opacity(0.06, ink),
        highlight_color=ft.Colors.with_opacity(0.08, ink),
        splash_color=ft.Colors.with_opacity(0.08, ink),
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(
            android=move, ios=move, linux=move, macos=move, windows=move
        ),
        dialog_theme=ft.DialogTheme(
            bgcolor=scheme.surface_container_lowest,
            elevation=3,
            shape=ft.RoundedRectangleBorder(radius=Radius.SHEET),
            title_text_style=t.h2.copy(color=scheme.on_surface),
            content_text_style=t.body.copy(color=scheme.on_surface),
        ),
        snackbar_theme=ft.SnackBarTheme(
            bgcolor=scheme.inverse_surface,
            content_text_style=t.strong.copy(color=scheme.on_inverse_surface),
            action_text_color=scheme.inverse_primary,
            behavior=ft.SnackBarBehavior.FLOATING,
            shape=ft.RoundedRectangleBorder(radius=Radius.FIELD),
            elevation=3,
        ),
        scrollbar_theme=ft.ScrollbarTheme(
            thickness=8, radius=4, thumb_color=ft.Colors.with_opacity(0.35, ink)
        ),
        tooltip_theme=ft.TooltipTheme(
            text_style=t.cap.copy(color=scheme.on_inverse_surface),
            decoration=ft.BoxDecoration(
                bgcolor=scheme.inverse_surface, border_radius=Radius.TICK
            ),
        ),
    )


def apply_theme(
    page: ft.Page, dark: bool, text_scale: float = 1.0, less_motion: bool = False
) -> None:
    """Give a page its fonts, both themes and its brightness; call again when a setting changes."""
    page.fonts = dict(FONT_FILES)
    page.theme = build_theme(False, text_scale, less_motion)
    page.dark_theme = build_theme(True, text_scale, less_motion)
    page.theme_mode = ft.ThemeMode.DARK if dark else ft.ThemeMode.LIGHT
    page.bgcolor = ft.Colors.SURFACE
    page.padding = 0
