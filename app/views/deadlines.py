"""A practice clock as the dial and words of the kit: "Team meeting in 9 days", "3 days over"."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.views import dates
from app.views.widgets.clock import ClockState, clock
from app.views.widgets.ui import Ui
from app.wraparound.clocks import RunningClock

_STATE = {
    "on_time": ClockState.ON_TIME,
    "due_soon": ClockState.DUE_SOON,
    "overdue": ClockState.OVERDUE,
}
_BY_DATE = frozenset({"sign_note"})
"""Clocks of work that is done by a day; the others are met on a day."""


def deadline_words(ui: Ui, running: RunningClock | None, today: date) -> str:
    """What is due, and when, in words; "All on time" when nothing runs."""
    if running is None:
        return ui.say("clock.all_on_time")
    when = dates.days_left(ui.settings.language, running.days_left)
    if running.days_left <= 0:
        # The shorter name: what is over is a pill, and a pill should stay on one line.
        what = ui.say(f"deadline.{running.code}_over", about=running.about)
        return ui.say("deadline.over", what=what, when=when)
    what = ui.say(f"deadline.{running.code}", about=running.about)
    if running.code in _BY_DATE:
        day = dates.plain_day(ui.settings.language, running.due_on, today, short=True)
        return ui.say("deadline.by", what=what, day=day)
    return ui.say("deadline.until", what=what, when=when)


def deadline(
    ui: Ui, running: RunningClock | None, today: date, *, key: str | None = None
) -> ft.Control:
    """Dial and words of the clock to look at first."""
    words = deadline_words(ui, running, today)
    if running is None:
        return clock(ui, ClockState.ON_TIME, 0.06, words, key=key)
    return clock(ui, _STATE[running.state], running.share_used, words, key=key)
