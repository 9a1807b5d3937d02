"""Team meetings: held about monthly, and the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from .attendance_records import Present, people_there, write_attendance
from .calendar import on_workday
from .hand import Hand
from .plan_records import PlanWriter
from .writer import Writer

NEXT = "next"
_INTERPRETERS = ("By telephone, qualified", "In person, qualified")
_ENDED_MINUTES = 12
"""How long after its end a meeting is written down."""


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
    present: tuple[Present, ...] = ()
    professionals_only: bool = False

    @property
    def written_at_ms(self) -> int:
        """When everything about it was written down."""
        return self.started_at_ms + (self.minutes + _ENDED_MINUTES) * 60_000

    @property
    def ended_at_ms(self) -> int:
        """When people stood up."""
        return self.started_at_ms + self.minutes * 60_000


class MeetingWriter:
    """Writes the meetings of one family."""

    def __init__(self, hand: Hand, plan: PlanWriter, writer: Writer, rng: Random, *, whole: bool) -> None:
        """whole: with everybody who was there; a caseload for measuring has numbers only."""
        self._hand, self._plan, self._writer, self._rng, self._whole = hand, plan, writer, rng, whole

    def write(self, most: int = 40) -> list[HeldMeeting]:
        """Write the meetings and give those that were held, oldest first. `most`: not more than so many."""
        days = self._days()[-most:] if most else []
        held = [self._held(day, number, days) for number, day in enumerate(days)]
        self._next()
        alone = self._professionals_only() if self._whole else None
        return sorted([*held, alone], key=lambda one: one.started_at_ms) if alone else held

    def _days(self) -> list[date]:
        """Days of the meetings: the last one as the roster says, the others about a month apart."""
        house, calendar = self._hand.house, self._hand.calendar
        if not house.last_meeting or house.phase < 2:
            return []
        day = on_workday(calendar.day(-house.last_meeting), -1)
        first = calendar.day(-house.days) + timedelta(days=20)
        days: list[date] = []
        while day >= first:
            days.append(day)
            day = on_workday(day - timedelta(days=self._rng.randrange(27, 35)), -1)
        return days[::-1]

    def _held(self, day: date, number: int, days: list[date]) -> HeldMeeting:
        hand, rng, writer = self._hand, self._rng, self._writer
        calendar = hand.calendar
        values = {**hand.cast.pick(rng, calendar.ms(day, 18), at_table=True), **self._plan.at(day)}
        record = hand.ledger.id("meeting", day.isoformat())
        hour, minute = rng.choice(((15, 30), (16, 0), (16, 30), (17, 0), (17, 30), (18, 0)))
        starts = calendar.ms(day, hour, minute)
        minutes = rng.choice((45, 50, 55, 60, 60, 70, 75, 90))
        place = rng.choice(("home", "home", "home", "school", "community", "office"))
        left = len(days) - 1 - number
        numbers = _numbers(hand, number, left, len(days), rng)
        self._planned(record, day, starts, place, number, left)
        celebrations = _joined(writer.pool("celebrate", values), writer.pool("celebrate_small", values))
        who = "decide_step" if "step" in values and rng.random() < 0.75 else "decide_who"
        decisions = _joined(writer.pool("decide", values), writer.pool(who, values))
        present = people_there(hand, starts, *numbers, left) if self._whole else ()
        meeting = HeldMeeting(
            record, starts, minutes, place, " ".join(celebrations), " ".join(decisions), number == 0, present
        )
        counts = (
            _counts(present) if self._whole else (*numbers, min(len(hand.cast.people), rng.choice((2, 2, 3))))
        )
        fields = self._course(meeting, number, left, days) | dict(
            zip(("natural_present", "formal_present", "family_present"), counts, strict=True)
        )
        told = (
            [hand.tongues.say("celebrate.all", values)[1] for _ in range(2)]
            if hand.tongues.in_spanish
            else celebrations
        )
        fields |= {"celebrations": "\n".join(told), "decisions": "\n".join(decisions)}
        hand.ledger.add("meeting", record, fields, meeting.written_at_ms)
        if self._whole:
            write_attendance(hand, record, present, meeting.written_at_ms)
        return meeting

    def _planned(self, record: str, day: date, starts: int, place: str, number: int, left: int) -> None:
        hand, calendar = self._hand, self._hand.calendar
        planned = max(on_workday(day - timedelta(days=21), -1), calendar.day(-hand.house.days))
        fields = {
            "kind": "review" if left and number % 2 else "team_meeting",
            "flow": "first_plan" if number == 0 else "review",
            "status": "planned",
            "starts_at_ms": starts,
            "minutes": 60,
            "place": place,
            "medium": "in_person",
        }
        hand.ledger.add("meeting", record, fields, calendar.ms(planned, 18, 30))

    def _course(self, meeting: HeldMeeting, number: int, left: int, days: list[date]) -> dict[str, Any]:
        """What the tablet wrote down of a meeting that it led through."""
        hand, rng = self._hand, self._rng
        house = hand.house
        after = hand.ledger.id("meeting", days[number + 1].isoformat() if left else NEXT)
        closing = house.closed and not left
        checked = "" if number < 1 else "changed" if rng.random() < 0.2 else "right"
        remote = {one.how == "remote" for one in meeting.present}
        return {
            "status": "held",
            "minutes": meeting.minutes,
            "started_at_ms": meeting.started_at_ms + rng.randrange(0, 9) * 60_000,
            "ended_at_ms": meeting.ended_at_ms,
            "medium": "mixed" if remote == {True, False} else "in_person",
            "interpreter": rng.choice(_INTERPRETERS) if house.interpreter_needed else "",
            "interpreter_qualification": "qualified" if house.interpreter_needed else "",
            "languages": "es,en" if house.language == "es" else "en",
            "crisis_plan_checked": checked,
            "next_meeting_id": "" if closing or not (left or house.next_meeting) else after,
        } | ({"flow": "closing"} if closing else {})

    def _next(self) -> None:
        hand, rng = self._hand, self._rng
        house, calendar = hand.house, hand.calendar
        if not house.next_meeting or house.closed:
            return
        days, clock, place, kind = (*house.next_meeting.split("@"), "", "")[:4]
        hour, minute = clock.split(":")
        day = calendar.day(int(days))
        day = on_workday(day) if int(days) else day
        planned = on_workday(calendar.day(-max(1, min(house.last_meeting or 4, house.days - 1))), -1)
        first = house.phase < 2 or not house.last_meeting
        fields = {
            "kind": kind or "team_meeting",
            "flow": "crisis_debrief" if kind == "emergency" else "first_plan" if first else "review",
            "status": "planned",
            "starts_at_ms": calendar.ms(day, int(hour), int(minute)),
            "minutes": 60,
            "place": place or "home",
            "medium": "in_person",
            "interpreter": rng.choice(_INTERPRETERS) if house.interpreter_needed else "",
            "interpreter_qualification": "qualified" if house.interpreter_needed else "",
            "languages": "es,en" if house.language == "es" else "en",
        }
        hand.ledger.add("meeting", hand.ledger.id("meeting", NEXT), fields, calendar.ms(planned, 18, 40))

    def _professionals_only(self) -> HeldMeeting | None:
        """A meeting without the family: told to it afterwards, and no meeting of the team."""
        hand, calendar = self._hand, self._hand.calendar
        ago = int(hand.special.get("professionals_only", 0))
        if not ago:
            return None
        day = on_workday(calendar.day(-ago), -1)
        starts = calendar.ms(day, 12, 15)
        record = hand.ledger.id("meeting", "professionals")
        present = tuple(Present(one, "here") for one in hand.formal() if hand.on_team(one, starts))
        fields = {
            "kind": "review", "flow": "review", "status": "held", "starts_at_ms": starts,
            "started_at_ms": starts, "ended_at_ms": starts + 40 * 60_000, "minutes": 40, "place": "office",
            "medium": "in_person", "languages": "en", "professionals_only": True, "natural_present": 0,
            "formal_present": len(present), "family_present": 0,
            "decisions": "One report for the court, not two.\nMarisol tells the family today.",
        }  # fmt: skip
        meeting = HeldMeeting(
            record, starts, 40, "office", "", str(fields["decisions"]), False, present, True
        )
        hand.ledger.add("meeting", record, fields, meeting.written_at_ms)
        write_attendance(hand, record, present, meeting.written_at_ms)
        return meeting


def _numbers(hand: Hand, number: int, left: int, count: int, rng: Random) -> tuple[int, int]:
    """Natural supports and professionals who came; natural supports grow, professionals go."""
    cast = hand.cast
    told = hand.special.get("who_came", ())
    if left < len(told):
        there, others = (int(part) for part in str(told[left]).split())
        return there, others
    able = sum(s.status in ("on_team", "leading") and not s.safety_reason for s, _ in cast.supports)
    share = (number + 1) / count
    natural = min(able, round(able * share + rng.choice((-1, 0, 0, 0))))
    formal = max(1, len(cast.team) + 1 - round(1.5 * share) + rng.choice((-1, 0, 0)))
    return max(0, natural), formal


def _counts(present: tuple[Present, ...]) -> tuple[int, int, int]:
    kinds = [one.who.kind for one in present]
    formal = kinds.count("formal") + kinds.count("community")
    return kinds.count("natural"), formal, kinds.count("family")


def _joined(*parts: str) -> list[str]:
    return [part for part in parts if part]
