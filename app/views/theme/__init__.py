"""The look of Kitchen Table as values: colours, type, fonts, and the `ft.Theme` made of them.

Owns every hex colour and every font name of the app (only `app/views/brand.py` has more).
Follows design page 06, "Tokens". Refuses to know any screen or any data.
"""

from app.views.theme.fonts import FALLBACK, FONT_FILES, SANS, SERIF
from app.views.theme.theme import apply_theme, build_theme
from app.views.theme.tokens import DARK, LIGHT, Radius, Space
from app.views.theme.type import TypeScale

__all__ = [
    "DARK",
    "FALLBACK",
    "FONT_FILES",
    "LIGHT",
    "SANS",
    "SERIF",
    "Radius",
    "Space",
    "TypeScale",
    "apply_theme",
    "build_theme",
]
