"""What a chart says in a sentence, in any language: screens, papers and pictures say the same. Pure.

The phrases are handed in by their keys (progress.po), so that this part knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from .practice_codes import EVENT_KINDS, SETTINGS
from .progress import Chart, Event, Line, Moved, Spot, Stay, moved, spots
from .progress_axis import Span, Tick

Lookup = Callable[[str], str]
"""Key → phrase, with `{places}` still in it."""

WHO_WORDS = {
    "youth": "progress.who.youth", "caregiver": "progress.who.caregiver",
    "natural": "progress.who.natural", "professional": "progress.who.professional",
    "team": "progress.who.team", "worker": "progress.who.worker", "teacher": "progress.who.teacher",
    "clinician": "progress.who.clinician",
}  # fmt: skip
"""Rater or informant → phrase, plural for a line of several people."""


def who_of(line: Line, words: Lookup) -> str:
    """Whose line it is: a name, a kind of person, or nothing for the team's own."""
    if not line.code:
        return ""
    known = words(WHO_WORDS[line.code]) if line.code in WHO_WORDS else line.code
    return line.name or known


def figure(chart: Chart, value: float, words: Lookup) -> str:
    """A value in words: "6", "4.5", "yes", "40 %"."""
    if chart.kind == "yes_no":
        return words("progress.yes" if value >= 0.5 else "progress.no")
    if chart.kind == "share":
        return words("progress.percent").format(number=plain_number(value, 0))
    return plain_number(value, 2 if chart.kind == "measure" else 1)


def plain_number(value: float, places: int) -> str:
    """A number with at most so many places, and none for nothing: "6", "4.5"."""
    said = f"{value:.{places}f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def month_of(day: date, words: Lookup, this_year: int, *, short: bool = False) -> str:
    """A month: "August", "August 2025" when it is of another year."""
    name = words("dates.months_short" if short else "day.months").split()[day.month - 1]
    if day.year == this_year:
        return name
    return words("progress.month_year").format(month=name, year=day.year)


def tick_label(tick: Tick, words: Lookup) -> str:
    """A month below an axis: "Aug", "Jan 2026" where a year begins."""
    name = words("dates.months_short").split()[tick.day.month - 1]
    return f"{name} {tick.day.year}" if tick.year else name


def day_of(day: date, words: Lookup, this_year: int) -> str:
    """A day without its weekday: "5 Nov", "5 Nov 2025"."""
    name = words("dates.months_short").split()[day.month - 1]
    key = "progress.day" if day.year == this_year else "progress.day_year"
    return words(key).format(day=day.day, month=name, year=day.year)


def when_of(one: Spot, other: Spot | None, words: Lookup, this_year: int) -> str:
    """"in August"; "on 5 Nov" where both marks are of one month."""
    if other is not None and (one.day.year, one.day.month) == (other.day.year, other.day.month):
        return words("progress.on_day").format(day=day_of(one.day, words, this_year))
    return words("progress.in_month").format(month=month_of(one.day, words, this_year))


def line_sentence(chart: Chart, line: Line, span: Span, words: Lookup) -> str:
    """What a line says: "Nia: 3 in August, 6 in November. 3 up." Empty for a line with no mark."""
    found = moved(chart, line, span)
    said = _told(chart, found, words, span.end.year)
    who = who_of(line, words)
    if said and who:
        return words("progress.who_says").format(who=who, words=said)
    return said[:1].upper() + said[1:]


def _told(chart: Chart, found: Moved, words: Lookup, this_year: int) -> str:
    if found.first is None or found.last is None:
        return ""
    until = when_of(found.last, found.first if found.verdict != "one" else None, words, this_year)
    last = figure(chart, found.last.value, words)
    if found.verdict == "one":
        return words("progress.sentence.one").format(last=last, until=until)
    verdict = found.verdict
    if chart.kind == "yes_no":
        verdict_key = "turned"
    elif chart.kind == "measure" and verdict == "same":
        verdict_key = "about_same"
    else:
        verdict_key = verdict
    return words(f"progress.sentence.{verdict_key}").format(
        first=figure(chart, found.first.value, words),
        since=when_of(found.first, found.last, words, this_year),
        last=last,
        until=until,
        by=plain_number(abs(found.by), 2 if chart.kind == "measure" else 1),
    )


def sentences(chart: Chart, span: Span, words: Lookup) -> tuple[str, ...]:
    """A sentence for each line that has a mark; at their end which way is better where it is down."""
    found = tuple(filter(None, (line_sentence(chart, line, span, words) for line in chart.lines)))
    if found and chart.better == "down":
        return (*found, words("progress.lower_better"))
    return found


def table(chart: Chart, span: Span, words: Lookup) -> tuple[tuple[str, str, str, str], ...]:
    """Every answer on the axis, newest first: day, who, value, words. A blank is said, never a zero."""
    rows = []
    for place, line in enumerate(chart.lines):
        for one in line.points:
            if not span.holds(one.day) or (one.value is None and not one.record and not one.words):
                continue
            said = words("progress.blank") if one.value is None else figure(chart, one.value, words)
            who = one.who or who_of(line, words)
            rows.append((one.day, -place, (day_of(one.day, words, span.end.year), who, said, one.words)))
    rows.sort(key=lambda row: row[:2], reverse=True)
    return tuple(row[2] for row in rows)


def event_words(event: Event, words: Lookup, this_year: int) -> str:
    """"5 Nov · Hospital stay: two nights"."""
    kind = words(f"practice.event.{event.kind if event.kind in EVENT_KINDS else 'other'}")
    said = words("progress.event_said").format(kind=kind, words=event.words) if event.words.strip() else kind
    return _dated(event.day, event.until, event.who, said, words, this_year)


def stay_words(stay: Stay, words: Lookup, this_year: int) -> str:
    """"since 5 Nov · With a relative", "3 Sep to 5 Nov · Hospital"."""
    setting = words(f"practice.setting.{stay.setting if stay.setting in SETTINGS else 'other'}")
    if stay.until is None:
        since = words("progress.since").format(day=day_of(stay.since, words, this_year))
        return " · ".join(filter(None, (stay.who, since, setting)))
    return _dated(stay.since, stay.until, stay.who, setting, words, this_year)


def _dated(day: date, until: date | None, who: str, said: str, words: Lookup, this_year: int) -> str:
    when = day_of(day, words, this_year)
    if until is not None and until > day:
        when = words("progress.from_to").format(since=when, until=day_of(until, words, this_year))
    return " · ".join(filter(None, (who, when, said)))


def meetings_sentence(count: int, words: Lookup) -> str:
    """How many team meetings are marked: "4 team meetings"."""
    return words("progress.meetings_one" if count == 1 else "progress.meetings").format(count=count)


def marks(chart: Chart, span: Span) -> int:
    """How many marks a chart shows."""
    return sum(len(spots(line, span)) for line in chart.lines)
