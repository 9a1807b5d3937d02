"""Days and instants of the example, all counted from one `today`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Turns days and times of day into ISO text and UTC milliseconds."""

    today: date
    zone: tzinfo = UTC

    def day(self, days_from_today: int) -> date:
        """The day so many days from today; negative is the past."""
        return self.today + timedelta(days=days_from_today)

    def iso(self, days_from_today: int) -> str:
        """The same day as ISO text."""
        return self.day(days_from_today).isoformat()

    def ms(self, day: date, hour: int, minute: int = 0) -> int:
        """UTC milliseconds of a local time of day."""
        local = datetime.combine(day, time(hour, minute), tzinfo=self.zone)
        return int(local.timestamp() * 1000)

    def start_ms(self) -> int:
        """Midnight at the start of today: everything written lies before it."""
        return self.ms(self.today, 0)

    def month(self, at_ms: int) -> int:
        """Month (1 to 12) of an instant."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).month

    def day_of(self, at_ms: int) -> date:
        """Local day of an instant."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).date()


def on_workday(day: date, step: int = 1) -> date:
    """The day itself, or the nearest Monday to Friday in the direction of `step`."""
    while day.weekday() >= 5:
        day += DAY * step
    return day


def working_hour(rng: Random) -> tuple[int, int]:
    """A time of day at which coordinators see families."""
    return rng.choice((9, 10, 11, 13, 14, 15, 15, 16, 16, 17)), rng.choice((0, 5, 10, 15, 30, 40, 45))
