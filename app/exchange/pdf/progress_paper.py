"""The paper of progress: each chart with its sentence, drawn as lines, and every number in words.

Draws what the sheet holds, which was cut down to exactly this reader. Spec: docs/howto/progress.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.exchange.chart_drawing import BELOW, ROW, TALL, draw_axis, draw_chart, draw_mark, draw_track, look_of
from app.exchange.chart_drawing import Ink as PenInk
from app.exchange.paper_wish import PaperWish
from app.exchange.progress_sheet import ProgressSheet
from app.wraparound.progress import Chart
from app.wraparound.progress_words import Lookup, sentences, table, who_of

from . import notice
from .blocks import masthead, rule, section
from .ink import BODY, GENTLE, LABEL, MM_PER_POINT, SMALL, STRONG, TOLD, Ink, Letters
from .paper import Paper, PaperFacts, made
from .speech import Speech, leave_line

_NUMBERS = Letters("plain", 9.5, 1.2, SMALL.ink)
_DAY, _WHO, _VALUE = 32.0, 46.0, 26.0


class PaperPen:
    """A pen on a paper."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def stroke(self, points: Sequence[tuple[float, float]], ink: PenInk, thick: float) -> None:
        """A line through points."""
        self._paper.strokes(points, ink, thick)

    def box(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """A filled rectangle."""
        self._paper.box(x, y, width, max(height, 0.1), ink, radius=0.1)

    def disc(self, x: float, y: float, radius: float, fill: Ink | None, edge: Ink | None) -> None:
        """A circle."""
        self._paper.disc(x, y, radius, fill, edge)

    def shape(self, points: Sequence[tuple[float, float]], ink: Ink) -> None:
        """A filled shape."""
        self._paper.shape(points, ink)

    def words(self, x: float, y: float, said: str, *, align: str = "left") -> None:
        """Small words around the height y."""
        wide = self.wide(said)
        at = x - wide if align == "right" else x - wide / 2 if align == "middle" else x
        self._paper.at(at, y - _NUMBERS.size * 0.6 * MM_PER_POINT, [said], _NUMBERS)

    def wide(self, said: str) -> float:
        """How wide small words are."""
        return self._paper.measure(said, _NUMBERS)


def progress_paper(sheet: ProgressSheet, words: Lookup, wish: PaperWish) -> tuple[bytes, int]:
    """The paper and its pages. words: a phrase by its key, in the sheet's language."""
    speech = Speech(words, sheet.language, wish.made_on)
    title = words("progress.paper_head")
    foot = words("progress.paper_foot").format(reader=wish.reader)
    head = (
        sheet.name,
        words("progress.paper_for").format(reader=wish.reader, day=speech.whole_day(wish.made_on)),
        words("progress.paper_span").format(
            since=speech.whole_day(sheet.span.start), until=speech.whole_day(sheet.span.end)
        ),
        leave_line(speech, wish),
    )
    facts = PaperFacts(wish, sheet.language, title, foot, words("family_copy.page"))

    def draw(paper: Paper) -> None:
        masthead(paper, title, [line for line in head if line])
        for chart in sheet.charts:
            _chart(paper, chart, sheet, words)
        if sheet.happened:
            _happened(paper, sheet, words)
        paper.on_new_page = lambda: None
        notice.draw(paper, wish.notices, speech.phrase)

    return made(facts, draw)


def _chart(paper: Paper, chart: Chart, sheet: ProgressSheet, words: Lookup) -> None:
    """Title, sentences, lines and legend stay together on a page; the numbers follow."""
    paper.on_new_page = lambda: None
    width = paper.right - paper.left
    told = chart.kind != "measure" and bool(chart.title)
    title = chart.title or words("progress.paper_gap")
    letters = TOLD if told else STRONG if chart.title else GENTLE
    said = sentences(chart, sheet.span, words)
    high = paper.tall(title, letters, width) + sum(paper.tall(one, BODY, width) for one in said)
    paper.room(high + TALL + BELOW + SMALL.line + 8)
    paper.outline(title)
    paper.text(title, letters, tag="H2")
    for one in said:
        paper.text(one, BODY)
    paper.y += 1.5
    with paper.tag("Figure", " ".join((title, *said))):
        draw_chart(
            PaperPen(paper), chart, sheet.span, sheet.meetings, words, paper.left, paper.y, width
        )
    paper.y += TALL + BELOW
    _legend(paper, chart, words)
    for band in chart.bands:
        said_of = words("progress.band").format(low=f"{band.low:g}", high=f"{band.high:g}", words=band.words)
        paper.text(said_of, SMALL)
    if chart.confirm:
        paper.text(words("progress.confirm"), SMALL)
    _numbers(paper, chart, sheet, words, title)
    paper.space(8)


def _legend(paper: Paper, chart: Chart, words: Lookup) -> None:
    named = [(line.code, who_of(line, words)) for line in chart.lines]
    if not any(who for _, who in named):
        return
    x = paper.left
    with paper.tag("P"):
        for code, who in named:
            wide = 8 + paper.measure(who, SMALL) + 8
            if x > paper.left and x + wide > paper.right:
                x, paper.y = paper.left, paper.y + SMALL.line + 1
            kind, ink, _dash = look_of(code)
            draw_mark(PaperPen(paper), kind, ink, x + 3, paper.y + SMALL.line / 2)
            paper.at(x + 8, paper.y, [who], SMALL)
            x += wide
    paper.y += SMALL.line + 2


def _numbers(paper: Paper, chart: Chart, sheet: ProgressSheet, words: Lookup, title: str) -> None:
    rows = table(chart, sheet.span, words)
    again = words("progress.paper_again").format(title=title)

    def repeat() -> None:
        with paper.decoration():
            paper.at(paper.left, paper.y, paper.cut(again, SMALL, paper.right - paper.left)[:1], SMALL)
        paper.y += SMALL.line + 3

    paper.space(2.5)
    paper.room(LABEL.line + 2 * SMALL.line + 4)
    paper.on_new_page = repeat
    paper.text(words("progress.paper_answers"), LABEL)
    rest = paper.right - paper.left - _DAY - _WHO - _VALUE
    for day, who, value, said in rows:
        cells = (
            (day, _DAY, SMALL), (who, _WHO, SMALL), (value, _VALUE, SMALL),
            (f"“{said.strip()}”" if said.strip() else "", rest, SMALL),
        )  # fmt: skip
        lines = [paper.cut(text, letters, width - 2) for text, width, letters in cells]
        high = max(len(one) for one in lines) * SMALL.line + 1
        paper.room(high)
        rule(paper)
        paper.y += 0.5
        x = paper.left
        with paper.tag("P"):
            for (_text, width, letters), cut in zip(cells, lines, strict=True):
                paper.at(x, paper.y, cut, letters)
                x += width
        paper.y += high


def _happened(paper: Paper, sheet: ProgressSheet, words: Lookup) -> None:
    title = words("progress.happened")
    section(paper, title, 3 * BODY.line, words("progress.paper_again").format(title=title))
    pen, width = PaperPen(paper), paper.right - paper.left
    for row in sheet.happened:
        paper.room(paper.tall(row.said, BODY, width) + ROW + 2.5)
        paper.text(row.said, BODY)
        with paper.decoration():
            draw_track(pen, row, sheet.span, paper.left, paper.y + ROW / 2 + 0.4, width)
        paper.y += ROW + 2.5
    paper.room(BELOW)
    with paper.decoration():
        draw_axis(pen, sheet.span, sheet.meetings, words, paper.left, paper.y, width)
    paper.y += BELOW
