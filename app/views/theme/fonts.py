"""The bundled fonts: family names, files in `assets/fonts`, and the fallback order.

Owns the registration of fonts. `page.fonts` takes one file per family name, so each weight is a
family of its own and is asked for with weight NORMAL. The fallbacks are bundled because nothing
may be fetched at run time; what they cover stands in `assets/fonts/README.md`.
Follows design page 06, "Type" and traps 1 and 3.
"""

from __future__ import annotations

from typing import Final

SANS: Final = {w: f"KT Sans {w}" for w in (400, 500, 600, 700)}
"""Atkinson Hyperlegible Next by weight: the agency's words."""

SERIF: Final = {w: f"KT Serif {w}" for w in (500, 600)}
"""Literata by weight: the family's own words."""

FALLBACK: Final = (
    "KT Noto Sans",
    "KT Noto Hebrew",
    "KT Noto Arabic",
    "KT Noto Han",
    "KT Noto Hangul",
    "KT Noto Emoji",
)
"""Families to look in, in this order, when a letter is missing from the first one."""

FONT_FILES: Final[dict[str, str]] = {
    **{SANS[w]: f"fonts/AtkinsonHyperlegibleNext-{w}.ttf" for w in SANS},
    **{SERIF[w]: f"fonts/Literata-{w}.ttf" for w in SERIF},
    "KT Noto Sans": "fonts/NotoSans.ttf",
    "KT Noto Hebrew": "fonts/NotoSansHebrew.ttf",
    "KT Noto Arabic": "fonts/NotoSansArabic.ttf",
    "KT Noto Han": "fonts/NotoSansHan.ttf",
    "KT Noto Hangul": "fonts/NotoSansHangul.ttf",
    "KT Noto Emoji": "fonts/NotoEmoji.ttf",
}
"""What `page.fonts` is set to: family name to path below the assets folder."""
