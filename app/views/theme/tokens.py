"""Colour, space and radius tokens, given by hand for light and dark.

Owns the two `ft.ColorScheme` values. A generated scheme drifts away from the page's contrast
figures, so every field is written out. Follows design page 06, "Tokens".
"""

from __future__ import annotations

from typing import Final

import flet as ft

# Fields the design table does not name (secondary, fixed, inverse) are chosen from its own inks
# and tints, so that a Material control that reads them cannot bring in a third accent.
LIGHT: Final = ft.ColorScheme(
    primary="#96461A",
    on_primary="#FFFFFF",
    primary_container="#FFE4D2",
    on_primary_container="#5A2708",
    primary_fixed="#FFE4D2",
    primary_fixed_dim="#FFB68C",
    on_primary_fixed="#5A2708",
    on_primary_fixed_variant="#6B3410",
    inverse_primary="#FFB68C",
    secondary="#5C4F45",
    on_secondary="#FFFFFF",
    secondary_container="#FFE4D2",
    on_secondary_container="#5A2708",
    secondary_fixed="#ECE2D5",
    secondary_fixed_dim="#D0C1B4",
    on_secondary_fixed="#2A211B",
    on_secondary_fixed_variant="#5C4F45",
    tertiary="#1F5F54",
    on_tertiary="#FFFFFF",
    tertiary_container="#D7ECE4",
    on_tertiary_container="#0C3F37",
    tertiary_fixed="#D7ECE4",
    tertiary_fixed_dim="#8FD3C2",
    on_tertiary_fixed="#0C3F37",
    on_tertiary_fixed_variant="#1E4F46",
    error="#A3231F",
    on_error="#FFFFFF",
    error_container="#FBE0DC",
    on_error_container="#6E1210",
    surface="#FBF7F1",
    surface_bright="#FBF7F1",
    surface_dim="#E6DACB",
    surface_container_lowest="#FFFFFF",
    surface_container_low="#F7F0E7",
    surface_container="#F2EADF",
    surface_container_high="#ECE2D5",
    surface_container_highest="#E6DACB",
    on_surface="#2A211B",
    on_surface_variant="#5C4F45",
    surface_tint="#FBF7F1",
    outline="#857467",
    outline_variant="#E6DBCE",
    inverse_surface="#2A211B",
    on_inverse_surface="#FBF7F1",
    shadow="#2A211B",
    scrim="#2A211B",
)

DARK: Final = ft.ColorScheme(
    primary="#FFB68C",
    on_primary="#4F1F00",
    primary_container="#6B3410",
    on_primary_container="#FFE4D2",
    primary_fixed="#FFE4D2",
    primary_fixed_dim="#FFB68C",
    on_primary_fixed="#5A2708",
    on_primary_fixed_variant="#6B3410",
    inverse_primary="#96461A",
    secondary="#D0C1B4",
    on_secondary="#2F2722",
    secondary_container="#6B3410",
    on_secondary_container="#FFE4D2",
    secondary_fixed="#ECE2D5",
    secondary_fixed_dim="#D0C1B4",
    on_secondary_fixed="#2A211B",
    on_secondary_fixed_variant="#5C4F45",
    tertiary="#8FD3C2",
    on_tertiary="#00382F",
    tertiary_container="#1E4F46",
    on_tertiary_container="#CFF0E6",
    tertiary_fixed="#D7ECE4",
    tertiary_fixed_dim="#8FD3C2",
    on_tertiary_fixed="#0C3F37",
    on_tertiary_fixed_variant="#1E4F46",
    error="#FFB4AB",
    on_error="#5A0F0B",
    error_container="#7A1D19",
    on_error_container="#FFDAD5",
    surface="#1A1512",
    surface_bright="#463B33",
    surface_dim="#1A1512",
    surface_container_lowest="#231C18",
    surface_container_low="#241D19",
    surface_container="#2F2722",
    surface_container_high="#3A302A",
    surface_container_highest="#463B33",
    on_surface="#F3E9E0",
    on_surface_variant="#D0C1B4",
    surface_tint="#1A1512",
    outline="#9C8B7D",
    outline_variant="#463B33",
    inverse_surface="#F3E9E0",
    on_inverse_surface="#2A211B",
    shadow="#000000",
    scrim="#000000",
)


class Space:
    """Distances in logical pixels; nothing between these is used."""

    XXS: Final = 4
    XS: Final = 8
    S: Final = 12
    M: Final = 16
    L: Final = 20
    XL: Final = 24
    XXL: Final = 32
    XXXL: Final = 44


class Radius:
    """Corner radii in logical pixels; `ROUND` means half the height."""

    TICK: Final = 8
    FIELD: Final = 14
    SHEET: Final = 20
    TABLE: Final = 28
    ROUND: Final = 100


TARGET: Final = 48
"""The smallest side of anything one can tap, in logical pixels."""
