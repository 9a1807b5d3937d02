"""One document on paper: where words and shapes stand, page breaks, the password. No plans here.

Text is set line by line, so that every line is tagged on the page on which it stands and nothing
is cut. The same input gives the same bytes; only a password brings fresh random numbers.
Spec: docs/family-copy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Final

from fpdf import ViewerPreferences
from fpdf.enums import EncryptionMethod

from app.errors import InvalidInput
from app.exchange.paper_wish import PAPERS, PaperWish

from .clean import as_seen, clean
from .ink import EDGE, HAIR, SMALL, Ink, Letters
from .pages import Pages
from .password import password_fault

MARGIN: Final = 18.0
TOP: Final = 17.0
FOOT: Final = 20.0
"""Free at the foot of each page, for its number."""


Cuts = dict[tuple[str, Letters, float], tuple[str, ...]]
"""Text, letters and width of a column → its lines. Cutting is most of the work of a paper."""


@dataclass(frozen=True)
class PaperFacts:
    """What a document needs to know beside its wish.

    title: what a window or a shelf shows; it names nobody. foot: at the foot of each page.
    page_of: a phrase with `{page}` and `{pages}`.
    """

    wish: PaperWish
    language: str
    title: str
    foot: str
    page_of: str


class Paper:
    """A document while it is drawn. Lengths in millimetres from the top left corner.

    pages: how many there will be, 0 while that is being found out. cuts: lines that were cut before.
    """

    def __init__(self, facts: PaperFacts, pages: int = 0, cuts: Cuts | None = None) -> None:
        self._cuts: Cuts = {} if cuts is None else cuts
        self.facts = facts
        self.width, self.height = PAPERS[facts.wish.paper]
        self.left, self.right = MARGIN, self.width - MARGIN
        self.bottom = self.height - FOOT
        self.y = TOP
        self.on_new_page: Callable[[], None] = lambda: None
        self.on_leaving: Callable[[], None] = lambda: None
        self._pages_in_all = pages
        self._pdf = Pages((self.width, self.height), facts.wish.fonts)
        self._describe()
        self.new_page()

    def _describe(self) -> None:
        pdf, facts = self._pdf, self.facts
        pdf.set_lang(facts.language)
        pdf.set_title(facts.title)
        pdf.set_creator("Kitchen Table")
        pdf.set_producer("Kitchen Table")
        # The hour would tell when somebody was at the tablet, and make equal papers differ.
        pdf.set_creation_date(datetime(*facts.wish.made_on.timetuple()[:3], 12, tzinfo=UTC))
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        if facts.wish.password:
            fault = password_fault(facts.wish.password)
            if fault:
                raise InvalidInput("Choose a longer password.", field="password", code=fault)
            pdf.set_encryption(
                owner_password=token_urlsafe(32),  # Known to nobody: the family's is the only way in.
                user_password=facts.wish.password,
                encryption_method=EncryptionMethod.AES_256,
                encrypt_metadata=True,
            )

    # -- pages -----------------------------------------------------------------

    @property
    def page(self) -> int:
        """The number of this page, from 1."""
        return self._pdf.page

    def new_page(self) -> None:
        """Leave this page and begin the next."""
        if self._pdf.page:
            self.on_leaving()
        self._pdf.add_page()
        self.y = TOP
        self._footer()
        self.on_new_page()

    def room(self, height: float) -> bool:
        """Make sure that this much fits here, on a new page if need be; whether one was begun."""
        if self.y + height <= self.bottom or self.y <= TOP:
            return False
        self.new_page()
        return True

    def space(self, height: float) -> None:
        """Go down, but never begin a page with nothing."""
        if self.y > TOP:
            self.y += height

    def _footer(self) -> None:
        y = self.height - FOOT + 7
        number = self.facts.page_of.format(page=self.page, pages=self._pages_in_all or 9)
        room = self.right - self.left - self.measure(number, SMALL) - 6
        with self._pdf.decoration():
            self._line((self.left, y - 2.5), (self.right, y - 2.5), HAIR, 0.25)
            self._words(self.left, y, self.cut(self.facts.foot, SMALL, room)[0], SMALL)
            self._words(self.right - self.measure(number, SMALL), y, number, SMALL)

    # -- words -----------------------------------------------------------------

    def measure(self, text: str, letters: Letters) -> float:
        """The width of a line."""
        self._set(letters)
        return float(self._pdf.get_string_width(clean(text)))

    def cut(self, text: str, letters: Letters, width: float) -> list[str]:
        """The lines of a text in a column; at least one."""
        known = self._cuts.get((text, letters, width))
        if known is None:
            self._set(letters)
            lines = self._pdf.multi_cell(
                max(width, 5), letters.line, clean(text), align="L", dry_run=True, output="LINES"
            )
            known = tuple(str(one).rstrip("\n") for one in lines) or ("",)  # type: ignore[union-attr]
            self._cuts[text, letters, width] = known
        return list(known)

    def write(self, lines: Sequence[str], letters: Letters, x: float, tag: str = "P") -> None:
        """Lines from here downwards; they go on over the page, and never leave one behind alone."""
        left = list(lines)
        while left:
            fits = max(0, int((self.bottom - self.y + 0.01) / letters.line))
            if fits < min(2, len(left)) and self.y > TOP:
                self.new_page()
                continue
            take = max(1, min(fits, len(left)))
            if len(left) - take == 1 and take > 2:
                take -= 1
            with self._pdf.tag(tag):
                for line in left[:take]:
                    self._words(x, self.y, line, letters)
                    self.y += letters.line
            left = left[take:]
            if left:
                self.new_page()

    def text(
        self, text: str, letters: Letters, x: float | None = None, width: float | None = None, tag: str = "P"
    ) -> None:
        """A paragraph. x, width: its column, by default the whole page."""
        at = self.left if x is None else x
        self.write(self.cut(text, letters, self.right - at if width is None else width), letters, at, tag)

    def tall(self, text: str, letters: Letters, width: float) -> float:
        """How high a paragraph will be."""
        return len(self.cut(text, letters, width)) * letters.line

    def at(self, x: float, y: float, lines: Sequence[str], letters: Letters, *, width: float = 0) -> None:
        """Lines at a place of this page, centred in `width` when that is given. Draw inside `tag`."""
        for number, line in enumerate(lines):
            shift = (width - self.measure(line, letters)) / 2 if width else 0
            self._words(x + shift, y + number * letters.line, line, letters)

    def outline(self, title: str) -> None:
        """A bookmark to here."""
        self._pdf.set_y(self.y)
        self._pdf.start_section(clean(title), strict=False)

    def _set(self, letters: Letters) -> None:
        self._pdf.set_font(letters.family, size=letters.size)

    def _words(self, x: float, y: float, line: str, letters: Letters) -> None:
        if not line:
            return
        self._set(letters)
        self._pdf.set_text_color(*letters.ink)
        self._pdf.set_xy(x, y)
        shown = as_seen(clean(line))
        self._pdf.cell(self._pdf.get_string_width(shown) + 1, letters.line, shown)

    # -- tags and shapes -------------------------------------------------------

    @contextmanager
    def tag(self, kind: str, alt: str | None = None) -> Iterator[None]:
        """Mark what is drawn as one part of the document: P, H1, H2, Figure (with `alt`)."""
        with self._pdf.tag(kind, alt):
            yield

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """Mark what is drawn as no part of the text."""
        with self._pdf.decoration():
            yield

    def box(
        self, x: float, y: float, width: float, height: float, fill: Ink | None, *,
        radius: float = 4, edge: Ink | None = None, thick: float = 0.4,
    ) -> None:  # fmt: skip
        """A rectangle with round corners."""
        self._inks(fill, edge, thick)
        # From half a side on fpdf2 takes the radius for a share of the side.
        bound = min(radius, width * 0.49, height * 0.49)
        self._pdf.rect(x, y, width, height, _style(fill, edge), round_corners=True, corner_radius=bound)

    def disc(self, x: float, y: float, radius: float, fill: Ink | None, edge: Ink | None = None) -> None:
        """A circle around a point."""
        self._inks(fill, edge, 0.5)
        self._pdf.circle(x, y, radius, style=_style(fill, edge))

    def shape(self, points: Sequence[tuple[float, float]], fill: Ink | None, edge: Ink | None = None) -> None:
        """A closed shape through points."""
        self._inks(fill, edge, 0.5)
        self._pdf.polygon(list(points), style=_style(fill, edge))

    def line(
        self, start: tuple[float, float], end: tuple[float, float], ink: Ink = EDGE, thick: float = 0.3
    ) -> None:
        """A straight line, as decoration."""
        with self._pdf.decoration():
            self._line(start, end, ink, thick)

    def _line(self, start: tuple[float, float], end: tuple[float, float], ink: Ink, thick: float) -> None:
        self._inks(None, ink, thick)
        self._pdf.line(*start, *end)

    def strokes(self, points: Sequence[tuple[float, float]], ink: Ink, thick: float) -> None:
        """A line through points: a tick, a signature."""
        self._inks(None, ink, thick)
        self._pdf.polyline(list(points))

    def _inks(self, fill: Ink | None, edge: Ink | None, thick: float) -> None:
        if fill:
            self._pdf.set_fill_color(*fill)
        if edge:
            self._pdf.set_draw_color(*edge)
            self._pdf.set_line_width(thick)

    def finish(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def close(self) -> None:
        """Let go of the font files."""
        self._pdf.close()


def _style(fill: Ink | None, edge: Ink | None) -> str:
    return ("D" if edge else "") + ("F" if fill else "")


def made(facts: PaperFacts, draw: Callable[[Paper], None]) -> tuple[bytes, int]:
    """The file and its pages. Drawn twice: only then is it known how many pages there are."""
    pages = 0
    content = b""
    cuts: Cuts = {}
    for last in (False, True):
        paper = Paper(facts, pages, cuts)
        try:
            draw(paper)
            pages = paper.page
            content = paper.finish() if last else b""
        finally:
            paper.close()
    return content, pages
