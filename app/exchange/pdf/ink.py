"""Inks and letters of the papers: the light tokens of the screens, in points and RGB.

White paper, so that a copy prints well and costs little ink; every state has a shape or a word.
Follows design page 06, Tokens; a test holds the inks against the screens'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Ink = tuple[int, int, int]

INK: Final[Ink] = (0x2A, 0x21, 0x1B)
SOFT: Final[Ink] = (0x5C, 0x4F, 0x45)
LEAF: Final[Ink] = (0x1F, 0x5F, 0x54)
LEAF_TINT: Final[Ink] = (0xD7, 0xEC, 0xE4)
LEAF_INK: Final[Ink] = (0x0C, 0x3F, 0x37)
WARM: Final[Ink] = (0x96, 0x46, 0x1A)
WARM_TINT: Final[Ink] = (0xFF, 0xE4, 0xD2)
WARM_INK: Final[Ink] = (0x5A, 0x27, 0x08)
QUIET: Final[Ink] = (0xEC, 0xE2, 0xD5)
EDGE: Final[Ink] = (0x85, 0x74, 0x67)
HAIR: Final[Ink] = (0xE6, 0xDB, 0xCE)
PAPER: Final[Ink] = (255, 255, 255)

MM_PER_POINT: Final = 25.4 / 72


@dataclass(frozen=True)
class Letters:
    """How words are set. family: a name of FONTS. size: points. leading: line height ÷ size."""

    family: str
    size: float
    leading: float = 1.4
    ink: Ink = INK

    @property
    def line(self) -> float:
        """Height of one line in millimetres."""
        return self.size * self.leading * MM_PER_POINT

    def times(self, scale: float) -> Letters:
        """The same letters, larger or smaller."""
        return Letters(self.family, self.size * scale, self.leading, self.ink)

    def inked(self, ink: Ink) -> Letters:
        """The same letters in another ink."""
        return Letters(self.family, self.size, self.leading, ink)


FONTS: Final = {
    "plain": "AtkinsonHyperlegibleNext-400.ttf",
    "firm": "AtkinsonHyperlegibleNext-600.ttf",
    "bold": "AtkinsonHyperlegibleNext-700.ttf",
    "told": "Literata-500.ttf",
}
"""The agency's words are plain, firm or bold; what the family said is told, in a serif."""

FALLBACK: Final = (
    "NotoSans.ttf", "NotoSansHebrew.ttf", "NotoSansArabic.ttf", "NotoSansHan.ttf",
    "NotoSansHangul.ttf", "NotoEmoji.ttf",
)  # fmt: skip
"""Asked in this order for letters that the others lack, and read only then."""

TITLE = Letters("bold", 25, 1.15)
SECTION = Letters("firm", 17, 1.25)
HEAD = Letters("firm", 13, 1.3)
BODY = Letters("plain", 12, 1.4)
STRONG = Letters("firm", 12, 1.4)
GENTLE = Letters("plain", 12, 1.4, SOFT)
SMALL = Letters("plain", 10.5, 1.35, SOFT)
LABEL = Letters("firm", 10.5, 1.3, LEAF)
TOLD_L = Letters("told", 20, 1.32, WARM_INK)
TOLD = Letters("told", 13.5, 1.4)
NUMBER = Letters("bold", 19, 1.0, PAPER)
