"""What a paper or a picture of progress shows: plain values, already cut down to what its reader may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.wraparound.progress import Chart
from app.wraparound.progress_axis import Span


@dataclass(frozen=True)
class Happened:
    """A row of the time line, in words. until: None for a single day."""

    said: str
    since: date
    until: date | None = None
    stay: bool = False


@dataclass(frozen=True)
class ProgressSheet:
    """One sheet. charts: with their titles in the language of the sheet. meetings: days of the axis."""

    name: str
    language: str
    span: Span
    charts: tuple[Chart, ...]
    happened: tuple[Happened, ...] = ()
    meetings: tuple[date, ...] = ()

    @property
    def empty(self) -> bool:
        """There is nothing on it."""
        return not self.charts and not self.happened
