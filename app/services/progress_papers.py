"""Charts of progress that leave: for one person, cut down to what they may see, through the gate.

Nothing restricted is ever on one, whatever a release covers: such records leave in words, with their own
notice, not in a picture. The share of natural supports is for workers and never on one.
Spec: docs/howto/progress.md; docs/releases.md, "The gate".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from app.errors import InvalidInput
from app.exchange.paper_wish import PAPERS, PaperSize, PaperWish
from app.exchange.progress_sheet import Happened, ProgressSheet
from app.wraparound.audience import Audience
from app.wraparound.progress import overlapping, within
from app.wraparound.progress_axis import MONTHS, span_of
from app.wraparound.progress_words import day_of, event_words, stay_words
from app.wraparound.vocabulary import CONTENT_LANGUAGES, OPEN_LABELS

from . import edge
from .desk import Desk
from .gate import Drawn, Gate, Handed, Leave, Leaving, Lookup
from .labels import Labels
from .progress_reading import ProgressView
from .releases import Releases

FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"
CONTENTS: Final = ("outcomes", "measures", "events")
FORMS: Final = ("pdf", "png")
Read = Callable[[str, Audience, str], Awaitable[ProgressView]]


@dataclass(frozen=True)
class ChartWish:
    """Which charts, for whom. Exactly one of reader_id (on the team) and release_id.

    months: of progress_axis.MONTHS, 0 for all. what: codes of CONTENTS. form: a code of FORMS.
    """

    family_id: str
    reader_id: str = ""
    release_id: str = ""
    language: str = "en"
    months: int = 6
    what: frozenset[str] = frozenset({"outcomes"})
    form: str = "pdf"
    paper: PaperSize = "letter"

    @property
    def leaving(self) -> Leaving:
        """What the gate is asked."""
        return Leaving(
            self.family_id, frozenset({"plan"}), self.reader_id, self.release_id, language=self.language,
            paper="progress",
        )  # fmt: skip


class ProgressPapers:
    """Makes them. read: what an audience may see (ProgressCharts.for_paper)."""

    def __init__(self, desk: Desk, read: Read) -> None:
        self._desk = desk
        self._read = read
        labels = Labels(desk)
        self._gate = Gate(desk, Releases(desk, labels), labels)

    async def make(self, wish: ChartWish, words: Lookup) -> Handed:
        """One paper or picture; the gate logs that it left.

        words: a phrase by its key in the language of the paper. Raises InvalidInput in plain words when
        the reader may not have it, or when nothing would be on it.
        """
        edge.choice(wish.language, CONTENT_LANGUAGES, "language")
        edge.choice(wish.paper, tuple(PAPERS), "paper")
        edge.choice(wish.form, FORMS, "form")
        edge.choice(str(wish.months), tuple(map(str, (*MONTHS, 0))), "months")

        async def draw(leave: Leave) -> Drawn:
            return await self._draw(wish, leave, words)

        return await self._gate.let_out(wish.leaving, words, draw)

    async def _draw(self, wish: ChartWish, leave: Leave, words: Lookup) -> Drawn:
        audience = replace(leave.audience, labels=leave.audience.labels & frozenset(OPEN_LABELS))
        view = await self._read(wish.family_id, audience, wish.language)
        sheet = sheet_of(view, wish, words)
        if sheet.empty:
            raise InvalidInput(
                "There is nothing that this person may see in these months. Choose more.", field="what",
                code="nothing_on_paper",
            )  # fmt: skip
        until = leave.release.until_on if leave.release else ""
        notices = tuple(one.text for one in leave.notices)
        how = PaperWish(wish.paper, leave.name, view.today, FONTS, until=until, notices=notices)
        # Seconds of work for years of numbers: the screen must not stand still.
        content, pages = await asyncio.to_thread(_drawn, sheet, wish, words, how)
        name = f"{words('progress.paper_file')}-{view.today.isoformat()}.{wish.form}"
        inside = {chart.label for chart in sheet.charts} | {"general"}
        if "events" in wish.what:
            inside |= {one.label for one in view.events}
        return Drawn(content, name, pages, frozenset(inside))


def sheet_of(view: ProgressView, wish: ChartWish, words: Lookup) -> ProgressSheet:
    """What stands on the paper, of what its reader may see."""
    span = span_of(wish.months, view.today, view.days)
    wanted = {"measure": "measures"}
    charts = tuple(
        shown
        for chart in view.charts
        if wanted.get(chart.kind, "outcomes") in wish.what
        and (shown := within(chart, span)).lines
    )
    happened: list[Happened] = []
    if "events" in wish.what:
        year = span.end.year
        happened += [
            Happened(stay_words(one, words, year), one.since, one.until or span.end, stay=True)
            for one in overlapping(view.stays, span)
        ]
        happened += [
            Happened(event_words(one, words, year), one.day, one.until)
            for one in view.events
            if one.day <= span.end and (one.until or one.day) >= span.start
        ]
    return ProgressSheet(view.name, wish.language, span, charts, tuple(happened), view.meetings)


def _drawn(sheet: ProgressSheet, wish: ChartWish, words: Lookup, how: PaperWish) -> tuple[bytes, int]:
    # Only now: the tablet starts without what draws.
    if wish.form == "pdf":
        from app.exchange.pdf.progress_paper import progress_paper

        return progress_paper(sheet, words, how)
    from app.exchange.chart_picture import progress_picture

    return progress_picture(sheet, words, how, _head(sheet, how, words)), 1


def _head(sheet: ProgressSheet, how: PaperWish, words: Lookup) -> tuple[str, ...]:
    def whole(day: date) -> str:
        return day_of(day, words, 0)

    span = words("progress.paper_span").format(since=whole(sheet.span.start), until=whole(sheet.span.end))
    return (sheet.name, words("progress.paper_for").format(reader=how.reader, day=whole(how.made_on)), span)


__all__ = ["CONTENTS", "FORMS", "ChartWish", "ProgressPapers", "sheet_of"]
