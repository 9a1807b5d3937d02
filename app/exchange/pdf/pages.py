"""fpdf2 with our letters: fonts found when they are needed, tags of any kind, an id without chance.

The one place that reaches into fpdf2 beyond its public methods (`_add_marked_content`): its own
tags know figures only. The version is pinned in pyproject.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from .ink import FALLBACK, FONTS


class Pages(FPDF):
    """The pages of one document. fonts: the folder with the bundled font files."""

    def __init__(self, size: tuple[float, float], fonts: Path) -> None:
        super().__init__(format=size, unit="mm")
        self._folder = fonts
        self._asked: list[str] = []
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        for family, file in FONTS.items():
            self.add_font(family, "", fonts / file)
        # Without a fallback font fpdf2 never asks for one; which it gets is decided below.
        self.set_fallback_fonts([next(iter(FONTS))], exact_match=False)
        # Words of a family that happen to look like fpdf2's sign for "number of pages".
        self.str_alias_nb_pages = ""

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """The first bundled font that has this letter; fonts are read when a letter asks for them."""
        for file in FALLBACK:
            name = Path(file).stem.lower()
            if name not in self._asked:
                self._asked.append(name)
                self.add_font(name, "", self._folder / file)
                self.set_fallback_fonts(self._asked, exact_match=False)
            if ord(char) in self.fonts[name].cmap:  # type: ignore[union-attr]
                return name
        return None

    @contextmanager
    def tag(self, kind: str, alt: str | None = None) -> Iterator[None]:
        """Mark what is drawn as a part of the document: P, H1, H2, Figure. All on one page."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=number, alt_text=alt)
        self._out(f"/{kind} <</MCID {number}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """Mark what is drawn as no part of the text: lines, boxes, page numbers."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def close(self) -> None:
        """Let go of the font files."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()
