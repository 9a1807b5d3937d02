"""Team meetings: held about monthly, and the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .calendar import on_workday
from .cast import Cast
from .ledger import Ledger
from .plan_records import PlanWriter
from .writer import Writer


@dataclass(frozen=True)
class HeldMeeting:
    """A meeting that a note tells about."""

    record: str
    started_at_ms: int
    minutes: int
    place: str
    celebrations: str
    decisions: str
    first: bool


def write_meetings(
    ledger: Ledger, cast: Cast, plan: PlanWriter, writer: Writer, rng: Random, most: int = 40
) -> list[HeldMeeting]:
    """Write the meetings and give those that were held, oldest first. `most`: not more than so many."""
    days = _days(ledger, rng)[-most:] if most else []
    held = [_held(ledger, cast, plan, writer, rng, day, number, len(days)) for number, day in enumerate(days)]
    _next(ledger, rng)
    return held


def _days(ledger: Ledger, rng: Random) -> list[date]:
    """Days of the meetings: the last one as the roster says, the others about a month apart."""
    house, calendar = ledger.household, ledger.calendar
    if not house.last_meeting or house.phase < 2:
        return []
    day = on_workday(calendar.day(-house.last_meeting), -1)
    first = calendar.day(-house.days) + timedelta(days=20)
    days: list[date] = []
    while day >= first:
        days.append(day)
        day = on_workday(day - timedelta(days=rng.randrange(27, 35)), -1)
    return days[::-1]


def _held(
    ledger: Ledger,
    cast: Cast,
    plan: PlanWriter,
    writer: Writer,
    rng: Random,
    day: date,
    number: int,
    count: int,
) -> HeldMeeting:
    house, calendar = ledger.household, ledger.calendar
    values = {**cast.pick(rng, calendar.ms(day, 18), at_table=True), **plan.at(day)}
    record = ledger.id("meeting", day.isoformat())
    hour, minute = rng.choice(((15, 30), (16, 0), (16, 30), (17, 0), (17, 30), (18, 0)))
    starts = calendar.ms(day, hour, minute)
    minutes = rng.choice((45, 50, 55, 60, 60, 70, 75, 90))
    place = rng.choice(("home", "home", "home", "school", "community", "office"))
    left = count - 1 - number
    natural, formal = _attendance(house.key, cast, number, left, count, rng)
    planned = on_workday(day - timedelta(days=21), -1)
    kind = "review" if left and number % 2 else "team_meeting"
    ledger.add(
        "meeting",
        record,
        {"kind": kind, "status": "planned", "starts_at_ms": starts, "minutes": 60, "place": place}
        | {"medium": "in_person"},
        calendar.ms(max(planned, calendar.day(-house.days)), 18, 30),
    )
    celebrations = " ".join(
        part for part in (writer.pool("celebrate", values), writer.pool("celebrate_small", values)) if part
    )
    who = "decide_step" if "step" in values and rng.random() < 0.75 else "decide_who"
    decisions = " ".join(part for part in (writer.pool("decide", values), writer.pool(who, values)) if part)
    ledger.add(
        "meeting",
        record,
        {
            "status": "held",
            "minutes": minutes,
            "interpreter": rng.choice(_INTERPRETERS) if house.interpreter_needed else "",
            "natural_present": natural,
            "formal_present": formal,
            "family_present": min(len(cast.people), rng.choice((2, 2, 3))),
            "celebrations": celebrations,
            "decisions": decisions,
        },
        starts + (minutes + 12) * 60_000,
    )
    return HeldMeeting(record, starts, minutes, place, celebrations, decisions, number == 0)


def _attendance(key: str, cast: Cast, number: int, left: int, count: int, rng: Random) -> tuple[int, int]:
    """Natural supports and professionals who came; natural supports grow, professionals go."""
    if key == "delgado" and left < 4:
        return ((3, 3), (2, 3), (2, 3), (1, 4))[left]
    able = sum(s.status in ("on_team", "leading") and not s.safety_reason for s, _ in cast.supports)
    share = (number + 1) / count
    natural = min(able, round(able * share + rng.choice((-1, 0, 0, 0))))
    formal = max(1, len(cast.team) + 1 - round(1.5 * share) + rng.choice((-1, 0, 0)))
    return max(0, natural), formal


def _next(ledger: Ledger, rng: Random) -> None:
    house, calendar = ledger.household, ledger.calendar
    if not house.next_meeting or house.closed:
        return
    days, clock, place, kind = (*house.next_meeting.split("@"), "", "")[:4]
    hour, minute = clock.split(":")
    day = calendar.day(int(days))
    day = on_workday(day) if int(days) else day
    planned = on_workday(calendar.day(-max(1, min(house.last_meeting or 4, house.days - 1))), -1)
    fields = {
        "kind": kind or "team_meeting",
        "status": "planned",
        "starts_at_ms": calendar.ms(day, int(hour), int(minute)),
        "minutes": 60,
        "place": place or "home",
        "medium": "in_person",
        "interpreter": rng.choice(_INTERPRETERS) if house.interpreter_needed else "",
    }
    ledger.add("meeting", ledger.id("meeting", "next"), fields, calendar.ms(planned, 18, 40))


_INTERPRETERS = ("By telephone, qualified", "In person, qualified")
