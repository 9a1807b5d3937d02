"""A practice clock as the dial and words of the kit: "Team meeting in 9 days", "3 days over"."""

from __future__ import annotations

from datetime import date
from typing import Final

import flet as ft

from app.views import dates
from app.views.widgets.clock import ClockState, clock
from app.views.widgets.ui import Ui
from app.wraparound.clocks import FamilyClock, RunningClock, Words, running

STATE: Final = {
    "on_time": ClockState.ON_TIME,
    "due_soon": ClockState.DUE_SOON,
    "overdue": ClockState.OVERDUE,
}
_BY_DATE: Final = frozenset({"sign_note", "answer_returned"})
"""Clocks of work that is done by a day; the others are met on a day."""
_SHORT: Final = frozenset({"team_meeting", "sign_note", "record_request", "release", "without_release"})
"""Clocks for which the app has short words of its own; the others have their names in the rule file."""


def own_words(ui: Ui, words: Words | None) -> str:
    """Words of a rule file in the person's language; in English where there are no others."""
    if not words:
        return ""
    return words.get(ui.settings.language) or words["en"]


def clock_name(ui: Ui, one: RunningClock | FamilyClock) -> str:
    """What a clock is called where there is room: "Release for Dr. Tan ends", "First visit"."""
    if one.code in _SHORT:
        return ui.say(f"family.clock.{one.code}", about=one.about)
    named = own_words(ui, one.name) or one.code
    return f"{named}: {one.about}" if one.about else named


def deadline_words(ui: Ui, one: RunningClock | FamilyClock | None, today: date) -> str:
    """What is due, and when, in words; "All on time" when nothing runs."""
    if one is None:
        return ui.say("clock.all_on_time")
    when = dates.days_left(ui.settings.language, one.days_left)
    if one.days_left <= 0:
        # The shorter name: what is over is a pill, and a pill should stay on one line.
        return ui.say("deadline.over", what=_short(ui, one, "_over"), when=when)
    if one.code in _BY_DATE:
        day = dates.plain_day(ui.settings.language, one.due_on, today, short=True)
        return ui.say("deadline.by", what=_short(ui, one), day=day)
    return ui.say("deadline.until", what=_short(ui, one), when=when)


def _short(ui: Ui, one: RunningClock | FamilyClock, over: str = "") -> str:
    if one.code in _SHORT:
        return ui.say(f"deadline.{one.code}{over}", about=one.about)
    return own_words(ui, one.name) or one.code


def deadline(
    ui: Ui, one: RunningClock | FamilyClock | None, today: date, *, key: str | None = None
) -> ft.Control:
    """Dial and words of the clock to look at first."""
    words = deadline_words(ui, one, today)
    if one is None:
        return clock(ui, ClockState.ON_TIME, 0.06, words, key=key)
    shown = running(one) if isinstance(one, FamilyClock) else one
    return clock(ui, STATE[shown.state], shown.share_used, words, key=key)
