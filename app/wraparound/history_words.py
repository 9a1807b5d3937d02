"""How a goal has gone, in the plain words of the family's table: one sentence for each line. Pure.

Nobody is compared: lines stand in the order of vocabulary.RATERS, and no number is called good or bad.
The phrases are handed in by their keys (table.po). Source: design 01, Family table; design 02, Rating.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from .family_page import GoalShown
from .progress import Chart, Line, number_in, spots
from .progress_axis import Span, span_of
from .progress_words import Lookup, figure, plain_number, when_of
from .vocabulary import RATERS

LOWEST, HIGHEST = 0.0, 10.0
NOW: Final = timedelta(days=45)
"""So long the last number is said to be of now: meetings are a month apart, some a little more."""


def chart_of(goal: GoalShown) -> Chart:
    """The lines of a goal on the scale from 0 to 10. Its title may be empty: a gap."""
    return Chart("rating", goal.outcome_id, goal.text.text, LOWEST, HIGHEST, goal.history)


def span_for(goal: GoalShown, today: date) -> Span:
    """From the first number to today, a month at least."""
    return span_of(0, today, [one.day for line in goal.history for one in line.points])


def has_line(goal: GoalShown, span: Span) -> bool:
    """Whether somebody gave more than one number, so that there is a line to draw."""
    return any(len(spots(line, span)) > 1 for line in goal.history)


def said_by(line: Line, words: Lookup) -> str:
    """Whose line it is: the one person's name, or what kind of people they are."""
    return line.name or words(f"table.gone_who.{line.code if line.code in RATERS else 'team'}")


def how_it_went(goal: GoalShown, today: date, words: Lookup) -> tuple[str, ...]:
    """A sentence for each line that has a number, then where the family wants to be: "Nia: it was 3 in
    August, it is 6 now." "The goal is 8." Empty when nobody has given a number yet."""
    chart, span = chart_of(goal), span_for(goal, today)
    found = [told for line in goal.history if (told := _told(chart, line, span, words))]
    goal_at = _goal_number(goal)
    if found and goal_at is not None:
        found.append(words("table.gone_goal").format(goal=plain_number(goal_at, 1)))
    return tuple(found)


def _told(chart: Chart, line: Line, span: Span, words: Lookup) -> str:
    seen = spots(line, span)
    if not seen:
        return ""
    first, last = seen[0], seen[-1]
    recent = span.end - last.day <= NOW
    if len(seen) == 1:
        key = "one" if recent else "one_then"
    elif recent:
        key = "still" if {one.value for one in seen} == {last.value} else "now"
    else:
        key = "then"
    return words(f"table.gone_{key}").format(
        who=said_by(line, words),
        first=figure(chart, first.value, words),
        since=when_of(first, last if last is not first else None, words, span.end.year),
        last=figure(chart, last.value, words),
        until=when_of(last, first if last is not first else None, words, span.end.year),
    )


def _goal_number(goal: GoalShown) -> float | None:
    """The goal on the same scale; None for one that is counted, or a yes, or an instrument's."""
    aim = number_in(goal.target) if goal.measure_kind == "rating" else None
    plain = aim is not None and not any(sign.isalpha() for sign in goal.target)
    return aim if plain and aim is not None and LOWEST <= aim <= HIGHEST else None
