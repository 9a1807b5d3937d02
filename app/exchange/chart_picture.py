"""The same sheet as a picture (PNG): for a message, a screen, a school's form. Made in memory.

It says in words what the lines say, names nobody in its file, and holds no time of making; the same sheet
gives the same bytes. Spec: docs/howto/progress.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from app.wraparound.progress import Chart
from app.wraparound.progress_words import Lookup, sentences, who_of

from .chart_drawing import (
    BELOW,
    INK,
    ROW,
    SOFT,
    TALL,
    Ink,
    draw_axis,
    draw_chart,
    draw_mark,
    draw_track,
    look_of,
)
from .paper_wish import PaperWish
from .progress_sheet import ProgressSheet

WIDTH: Final = 1200
"""Pixels across."""
TALLEST: Final = 6_000
"""Pixels down. Whole charts that do not fit any more are left to the paper, and the picture says so."""
_MM: Final = 180.0
"""What the width stands for, in millimetres."""
_EDGE: Final = 8.0
_FINE: Final = 2
"""Drawn so many times larger, then made smaller: smooth lines."""
_PAPER: Final = (0xFB, 0xF7, 0xF1)
_FILES: Final = {
    "plain": "AtkinsonHyperlegibleNext-400.ttf",
    "firm": "AtkinsonHyperlegibleNext-600.ttf",
    "bold": "AtkinsonHyperlegibleNext-700.ttf",
    "told": "Literata-500.ttf",
}
_Style = tuple[str, float]
_TITLE: Final[_Style] = ("bold", 8.0)
_HEAD: Final[_Style] = ("firm", 5.2)
_TOLD: Final[_Style] = ("told", 5.2)
_BODY: Final[_Style] = ("plain", 4.4)
_SMALL: Final[_Style] = ("plain", 3.6)
"""Font and height of letters in millimetres."""


class PicturePen:
    """A pen on a picture that grows no more. tall: millimetres; 0 only measures."""

    def __init__(self, wish: PaperWish, tall: float) -> None:
        self._scale = WIDTH * _FINE / _MM
        self._fonts = {
            style: ImageFont.truetype(str(wish.fonts / _FILES[style[0]]), round(style[1] * self._scale))
            for style in (_TITLE, _HEAD, _TOLD, _BODY, _SMALL)
        }
        self.image = Image.new("RGB", (WIDTH * _FINE, max(1, round(tall * self._scale))), _PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def _at(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def stroke(self, points: Sequence[tuple[float, float]], ink: Ink, thick: float) -> None:
        """A line through points."""
        self._draw.line(self._at(points), ink, max(1, round(thick * self._scale)), "curve")

    def box(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """A filled rectangle."""
        self._draw.rectangle(self._at([(x, y), (x + width, y + max(0.1, height))]), ink)

    def disc(self, x: float, y: float, radius: float, fill: Ink | None, edge: Ink | None) -> None:
        """A circle."""
        corners = self._at([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.ellipse(corners, fill, edge, round(0.5 * self._scale))

    def shape(self, points: Sequence[tuple[float, float]], ink: Ink) -> None:
        """A filled shape."""
        self._draw.polygon(self._at(points), ink)

    def words(self, x: float, y: float, said: str, *, align: str = "left") -> None:
        """Small words around the height y."""
        anchor = {"left": "lm", "middle": "mm", "right": "rm"}[align]
        self._draw.text((x * self._scale, y * self._scale), said, SOFT, self._fonts[_SMALL], anchor)

    def wide(self, said: str, style: _Style = _SMALL) -> float:
        """How wide words are."""
        return self._fonts[style].getlength(said) / self._scale

    def lines(self, said: str, style: _Style, width: float) -> list[str]:
        """Words cut into lines; a word that is longer than a line is cut as well."""
        found: list[str] = []
        line = ""
        for word in said.split():
            longer = f"{line} {word}".strip()
            if self.wide(longer, style) <= width:
                line = longer
                continue
            if line:
                found.append(line)
            while self.wide(word, style) > width and len(word) > 1:
                fits = next((n for n in range(len(word), 1, -1) if self.wide(word[:n], style) <= width), 1)
                found.append(word[:fits])
                word = word[fits:]
            line = word
        return [*found, line] if line else found

    def text(self, x: float, y: float, said: str, style: _Style, ink: Ink, width: float) -> float:
        """A paragraph; returns where the next thing may stand."""
        for line in self.lines(said, style, width):
            self._draw.text((x * self._scale, y * self._scale), line, ink, self._fonts[style])
            y += style[1] * 1.35
        return y


def progress_picture(sheet: ProgressSheet, words: Lookup, wish: PaperWish, head: Sequence[str]) -> bytes:
    """The picture, as PNG. head: soft lines under the title."""
    tall, most = _lay(PicturePen(wish, 0), sheet, words, wish, head), TALLEST * _MM / WIDTH
    head = (*head, words("progress.picture_more")) if tall > most else tuple(head)
    while tall > most and (sheet.happened or sheet.charts):
        if sheet.happened:
            sheet = replace(sheet, happened=())
        else:
            sheet = replace(sheet, charts=sheet.charts[:-1])
        tall = _lay(PicturePen(wish, 0), sheet, words, wish, head)
    pen = PicturePen(wish, min(tall, most))
    _lay(pen, sheet, words, wish, head)
    small = pen.image.resize((WIDTH, max(1, pen.image.height // _FINE)), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _lay(pen: PicturePen, sheet: ProgressSheet, words: Lookup, wish: PaperWish, head: Sequence[str]) -> float:
    """Draw everything from the top down; returns how tall it is, in millimetres."""
    left, width = _EDGE, _MM - 2 * _EDGE
    y = pen.text(left, _EDGE, words("progress.paper_head"), _TITLE, INK, width)
    for line in head:
        y = pen.text(left, y, line, _BODY, SOFT, width)
    for chart in sheet.charts:
        y = _lay_chart(pen, chart, sheet, words, left, y + 7, width)
    if sheet.happened:
        y = pen.text(left, y + 7, words("progress.happened"), _HEAD, INK, width) + 2
        for row in sheet.happened:
            y = pen.text(left, y, row.said, _BODY, INK, width)
            draw_track(pen, row, sheet.span, left, y + ROW / 2 + 0.6, width)
            y += ROW + 3
        draw_axis(pen, sheet.span, sheet.meetings, words, left, y, width)
        y += BELOW
    for one in wish.notices:
        y = pen.text(left, y + 5, one, _SMALL, SOFT, width)
    return y + _EDGE


def _lay_chart(
    pen: PicturePen, chart: Chart, sheet: ProgressSheet, words: Lookup, left: float, y: float, width: float
) -> float:
    told = chart.kind != "measure" and bool(chart.title)
    y = pen.text(left, y, chart.title or words("progress.paper_gap"), _TOLD if told else _HEAD, INK, width)
    for one in sentences(chart, sheet.span, words):
        y = pen.text(left, y, one, _BODY, INK, width)
    draw_chart(pen, chart, sheet.span, sheet.meetings, words, left, y + 1.5, width)
    y += TALL + BELOW + 2.5
    x = left
    for line in chart.lines:
        who = who_of(line, words)
        if not who:
            continue
        wide = 8 + pen.wide(who) + 8
        if x > left and x + wide > left + width:
            x, y = left, y + 5.5
        kind, ink, _dash = look_of(line.code)
        draw_mark(pen, kind, ink, x + 3, y + 2.4)
        pen.words(x + 8, y + 2.4, who)
        x += wide
    if x > left:
        y += 6.5
    for band in chart.bands:
        said = words("progress.band").format(low=f"{band.low:g}", high=f"{band.high:g}", words=band.words)
        y = pen.text(left, y, said, _SMALL, SOFT, width)
    return pen.text(left, y, words("progress.confirm"), _SMALL, SOFT, width) if chart.confirm else y
