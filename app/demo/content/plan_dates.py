"""When the parts of a plan come up, fall due and get done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .calendar import Calendar, on_workday
from .household import Household
from .plan_sketch import StepSketch

_FORGIVEN_DAYS = 90


@dataclass(frozen=True)
class PlanDates:
    """Days in the plan of one family."""

    calendar: Calendar
    household: Household
    rng: Random

    def last_day(self, days: int = 1) -> date:
        """The last day on which the plan can change, or some days before it."""
        return on_workday(self.calendar.day(-max(1, self.household.closed) - days + 1), -1)

    def begun(self, step: StepSketch, since: date, order: int) -> date:
        """The day on which somebody took the step on: one after the other, mostly at meetings."""
        calendar, house = self.calendar, self.household
        if step.due:
            # Before the last meeting, so that what it froze holds them.
            return max(since, on_workday(calendar.day(-house.last_meeting - 1), -1))
        span = (self.last_day() - since).days
        return min(on_workday(since + timedelta(days=order * span // 4)), self.last_day())

    def due(self, step: StepSketch, since: date) -> tuple[str, date | None]:
        """The day it is due (ISO, or empty) and the day it was done, if it was."""
        calendar, rng = self.calendar, self.rng
        if step.due == "none":
            return "", None
        if step.due.startswith("done"):
            days = int(step.due.split()[1])
            return calendar.iso(days), calendar.day(days)
        if step.due:
            return calendar.iso(int(step.due)), None
        due = on_workday(since + timedelta(days=rng.randrange(5, 24)))
        late = due < calendar.day(-3)
        # What nobody did in months was done or dropped by then; some of the rest is still open.
        if late and (rng.random() < 0.93 or due < calendar.day(-_FORGIVEN_DAYS)):
            done = min(due + timedelta(days=rng.choice((-3, -2, -1, 0, 0, 1, 4))), self.last_day())
            return due.isoformat(), max(done, since + timedelta(days=1))
        return ("" if rng.random() < 0.05 else due.isoformat()), None
