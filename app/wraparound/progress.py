"""Whether life is getting better: lines over time, events and stays on the same axis. Pure.

Owns what is on a chart, over which days, where its line breaks, and by how much it has moved; never how
it looks. A blank is never a zero: whoever was asked and said nothing breaks their own line. Change in a
measure is called better or worse only from its reliable change on. Source: design 02 (Outcome, Rating,
Measures) and 06 (Chart); docs/howto/progress.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from .progress_axis import Span, scale
from .reliable_change import changed

Kind = Literal["rating", "count", "yes_no", "measure", "share"]
Verdict = Literal["none", "one", "same", "up", "down", "better", "worse"]


@dataclass(frozen=True)
class Point:
    """One answer. value: None when it was asked and left blank. who, words: as they were written.

    by: their id in the records, empty when there is none.
    """

    day: date
    value: float | None
    who: str = ""
    words: str = ""
    by: str = ""
    record: str = ""


@dataclass(frozen=True)
class Line:
    """The answers of one kind of person, oldest first. code: a rater or informant; empty: the team's own."""

    code: str
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        """The one person whose line it is; empty when there are several, or nobody is named."""
        names = {one.who for one in self.points if one.value is not None}
        return names.pop() if len(names) == 1 else ""


@dataclass(frozen=True)
class Band:
    """A range of a measure with what its manual calls it."""

    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Chart:
    """Lines on one scale from low to high.

    record: outcome id or code of a measure. title: the family's words, or the measure's name. better:
    which way is better, empty when nobody says. beyond: a measure's reliable change, 0 when nobody knows
    it. target: where the family wants to be. label: of the records (vocabulary.LABELS). open: still worked
    on. confirm: bands and reliable change have to be checked against the manual.
    """

    kind: Kind
    record: str
    title: str
    low: float
    high: float
    lines: tuple[Line, ...]
    better: str = "up"
    beyond: float = 0.0
    bands: tuple[Band, ...] = ()
    target: str = ""
    label: str = "general"
    open: bool = True
    confirm: bool = False


@dataclass(frozen=True)
class Spot:
    """A mark of a line: one day with the mean of what was said on it. of: how many said something."""

    day: date
    value: float
    of: int = 1


@dataclass(frozen=True)
class Moved:
    """How far a line has come within a span. by: last minus first."""

    verdict: Verdict
    first: Spot | None = None
    last: Spot | None = None
    by: float = 0.0


@dataclass(frozen=True)
class Event:
    """A life event. until, setting: empty when there is none. kind, setting: codes of practice_codes.

    who: whose life, where a family has more than one young person on the page.
    """

    record: str
    day: date
    kind: str
    words: str = ""
    until: date | None = None
    setting: str = ""
    label: str = "general"
    who: str = ""


@dataclass(frozen=True)
class Stay:
    """A time in one residential setting. until: None when it goes on."""

    setting: str
    since: date
    until: date | None
    record: str = ""
    who: str = ""


def runs(line: Line, span: Span) -> tuple[tuple[Spot, ...], ...]:
    """The unbroken pieces of a line within a span. A day on which only blanks were given breaks it."""
    days: dict[date, list[float]] = defaultdict(list)
    for one in line.points:
        if span.holds(one.day):
            said = days[one.day]
            if one.value is not None:
                said.append(one.value)
    pieces: list[tuple[Spot, ...]] = []
    piece: list[Spot] = []
    for day in sorted(days):
        said = days[day]
        if said:
            piece.append(Spot(day, round(sum(said) / len(said), 2), len(said)))
        elif piece:
            pieces.append(tuple(piece))
            piece = []
    return (*pieces, tuple(piece)) if piece else tuple(pieces)


def spots(line: Line, span: Span) -> tuple[Spot, ...]:
    """All marks of a line within a span."""
    return tuple(one for piece in runs(line, span) for one in piece)


def moved(chart: Chart, line: Line, span: Span) -> Moved:
    """From the first to the last mark of a line. Measures are judged, all others only told."""
    seen = spots(line, span)
    if not seen:
        return Moved("none")
    if len(seen) == 1:
        return Moved("one", seen[0], seen[0])
    first, last = seen[0], seen[-1]
    by = round(last.value - first.value, 2)
    told: Verdict = "same" if not by else "up" if by > 0 else "down"
    if chart.kind == "measure" and chart.better in ("up", "down"):
        better: Literal["up", "down"] = "down" if chart.better == "down" else "up"
        judged = changed(Decimal(str(first.value)), Decimal(str(last.value)), better, chart.beyond)
        return Moved(told if judged == "unknown" else judged, first, last, by)
    return Moved(told, first, last, by)


def newest(chart: Chart, span: Span) -> tuple[Line, Spot] | None:
    """The headline: the newest number of the first line that has one."""
    for line in chart.lines:
        seen = spots(line, span)
        if seen:
            return line, seen[-1]
    return None


def within(chart: Chart, span: Span) -> Chart:
    """The chart without lines that have nothing to show in a span."""
    return replace(chart, lines=tuple(line for line in chart.lines if spots(line, span)))


def with_gaps(by: Sequence[Line], asked: Iterable[date]) -> tuple[Line, ...]:
    """The lines, each with a blank on every day on which others were asked and nobody of it answered."""
    wanted = sorted(set(asked))
    found = []
    for line in by:
        there = {one.day for one in line.points}
        blanks = [Point(day, None) for day in wanted if day not in there]
        found.append(replace(line, points=tuple(sorted((*line.points, *blanks), key=_by_day))))
    return tuple(found)


def _by_day(point: Point) -> tuple[date, str]:
    return point.day, point.record


def side_of(chart: Chart) -> tuple[float, ...]:
    """The numbers at the side: whole ones where only whole ones are counted."""
    if chart.kind == "yes_no":
        return 0.0, 1.0
    if chart.kind == "share":
        return 0.0, 50.0, 100.0
    if chart.kind == "count":
        low, high = int(chart.low), max(int(chart.high), int(chart.low) + 1)
        return tuple(float(one) for one in range(low, high + 1, -(-(high - low) // 3)))
    return tuple(one for one in scale(chart.low, chart.high, 3) if chart.low <= one <= chart.high)


def stays(events: Iterable[Event], today: date) -> tuple[Stay, ...]:
    """Where one person lived, from the settings that events name, without overlaps, oldest first.

    A stay with a last day interrupts the one before, which then goes on; one without lasts until the
    next begins.
    """
    named = (one for one in events if one.setting and one.day <= today)
    told = sorted(named, key=lambda one: (one.day, one.record))
    edges = sorted({one.day for one in told} | {_after(one.until) for one in told if one.until})
    pieces: list[Stay] = []
    for begin, end in pairwise([*edges, None]):
        if begin is None or begin > today:
            continue
        here = [one for one in told if one.day <= begin and (one.until is None or begin <= one.until)]
        if not here:
            continue
        now = here[-1]
        until = end - timedelta(days=1) if end is not None and end <= today else None
        before = pieces[-1] if pieces else None
        joins = before is not None and before.until is not None and _after(before.until) == begin
        if before is not None and joins and before.setting == now.setting:
            pieces[-1] = replace(before, until=until)
        else:
            pieces.append(Stay(now.setting, begin, until, now.record, now.who))
    return tuple(pieces)


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def overlapping(found: Iterable[Stay], span: Span) -> tuple[Stay, ...]:
    """Stays of which a day is on the axis."""
    return tuple(
        one for one in found if one.since <= span.end and (one.until is None or one.until >= span.start)
    )


_YES: Final = frozenset({"yes", "y", "sí", "si", "true", "done", "reached", "1"})
_NO: Final = frozenset({"no", "n", "not yet", "todavía no", "aún no", "false", "0"})


def number_in(text: str) -> float | None:
    """The number that a few words begin with ("4 nights"); None for all other words and for none."""
    head = text.strip().split(" ")[0].rstrip("%,;.") if text.strip() else ""
    whole, _, part = head.replace(",", ".").partition(".")
    plain = whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit()))
    if not plain or len(head) > 9:
        return None
    return float(f"{whole}.{part or 0}")


def yes_in(text: str) -> float | None:
    """1 for a yes, 0 for a no, None for everything else."""
    said = " ".join(text.casefold().split()).rstrip(".!")
    first = said.split(",")[0].split(" ")[0]
    if said in _YES or first in ("yes", "sí", "si"):
        return 1.0
    return 0.0 if said in _NO or first == "no" else None


def rating_lines(
    answers: Iterable[tuple[str, Point]], order: Sequence[str], asked: Iterable[date] = ()
) -> tuple[Line, ...]:
    """Lines by kind of person in an order. asked: days on which everybody was asked: who said nothing on
    one of them has a gap there."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for code, point in answers:
        groups[code].append(point)
    known = [code for code in (*order, *sorted(set(groups) - set(order))) if code in groups]
    return with_gaps([Line(code, tuple(sorted(groups[code], key=_by_day))) for code in known], asked)


def said_lines(history: Iterable[tuple[date, str]], kind: str) -> tuple[Line, ...]:
    """One line of what stood written as the present state of a count or a yes-or-no, day by day.

    Words that are no number (or no yes or no) are a gap. Days on which it stood as before are kept: a
    meeting that found it unchanged is news as well.
    """
    read = yes_in if kind == "yes_no" else number_in
    days: dict[date, str] = {}
    for day, text in history:
        days[day] = text
    points = tuple(Point(day, read(text), words=text) for day, text in sorted(days.items()))
    return (Line("", points),) if any(one.value is not None for one in points) else ()
