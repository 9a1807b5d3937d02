"""How far everybody thought each outcome had come, meeting by meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.wraparound.meeting_flow import rater_of

from .attendance_records import Present
from .hand import Hand, Someone, pair_of, parts_of
from .meeting_records import HeldMeeting
from .plan_records import PlanWriter, RatedOutcome
from .tongues import Both

MEETINGS_RATED = 4
"""The newest meetings; before these the numbers were on paper."""

_RATED_BEFORE = 3
_REACHES = {1: 3.0, 2: 5.0, 3: 7.4, 4: 9.2}
"""Where people see an outcome today, by phase of the family."""
_BEGINS = 2.6
_WITH_WORDS = {"youth": 0.4, "caregiver": 0.4, "natural": 0.25, "professional": 0.2}
_AT_TABLE = "table"
_DAYS_SINCE_TABLE = 3


def write_ratings(hand: Hand, plan: PlanWriter, meetings: Sequence[HeldMeeting]) -> None:
    """Write the ratings of the newest meetings, and those given at the family's table."""
    held = [one for one in meetings if not one.professionals_only]
    told = _told(hand, plan, held)
    for number, meeting in enumerate(held):
        left = len(held) - 1 - number
        if left >= MEETINGS_RATED:
            continue
        share = (number + 1) / len(held)
        # All of them at the last meeting; before that the first few, which the family cared most about.
        for place, outcome in enumerate(plan.outcomes[: _RATED_BEFORE if left else None]):
            if outcome.since_ms >= meeting.started_at_ms or (told and place == 0):
                continue
            for rater in _raters(hand, meeting.present):
                value = _value(hand, share, rater)
                _write(hand, outcome.record, meeting, rater, value, _words(hand, rater, value))


def _raters(hand: Hand, present: Sequence[Present]) -> list[Someone]:
    """Family, two natural supports and one professional at most."""
    kinds: dict[str, int] = {"family": 4, "natural": 2, "formal": 1}
    found = []
    for one in present:
        kind = "formal" if one.who.kind == "community" else one.who.kind
        worker = one.who.id == hand.cast.coordinator_id
        if one.who.id and not worker and kinds[kind] and hand.rng.random() < 0.92:
            kinds[kind] -= 1
            found.append(one.who)
    return found


def _value(hand: Hand, share: float, rater: Someone) -> int:
    rng = hand.rng
    reached = _BEGINS + (_REACHES[hand.house.phase] - _BEGINS) * share
    own = (sum(map(ord, rater.name)) % 5 - 2) * 0.4
    fell = -2 if rng.random() < 0.13 else 0
    return min(10, max(0, round(reached + own + fell + rng.choice((-1, 0, 0, 1)))))


def _words(hand: Hand, rater: Someone, value: int) -> Both:
    kind = rater_of(rater.kind, rater.is_youth)
    if hand.rng.random() >= _WITH_WORDS.get(kind, 0.0):
        return "", ""
    band = "low" if value <= 3 else "middle" if value <= 6 else "high"
    values = hand.cast.pick(hand.rng, hand.calendar.start_ms())
    if values.get("s") == rater.name:
        values.pop("s")
    return hand.tongues.say(f"rating.{kind}.{band}", values)


def _write(
    hand: Hand, outcome: str, meeting: HeldMeeting | None, rater: Someone, value: int, words: Both
) -> None:
    calendar = hand.calendar
    day = calendar.day(-_DAYS_SINCE_TABLE)
    at = meeting.written_at_ms if meeting else calendar.ms(day, 18, 20)
    fields: dict[str, Any] = {
        "outcome_id": outcome,
        "meeting_id": meeting.record if meeting else "",
        "by_kind": rater_of(rater.kind, rater.is_youth),
        "by_id": rater.id,
        "by_name": rater.name,
        "value": value,
        "rated_at_ms": meeting.ended_at_ms if meeting else at,
    }
    record = hand.ledger.id("rating", outcome, str(at), rater.name)
    hand.tongues.write("rating", record, fields, {"words": words} if words[0] else {}, at, sure=True)


def _told(hand: Hand, plan: PlanWriter, held: Sequence[HeldMeeting]) -> bool:
    """The ratings of the first outcome that the specials give. True when there are any."""
    first: RatedOutcome | None = next(iter(plan.outcomes), None)
    lines = hand.special.get("ratings", ())
    if first is None or not lines:
        return False
    for line in lines:
        when, name, value, text = parts_of(line, 4)
        rater = hand.called(name)
        if rater is None:
            raise ValueError(f"nobody is called {name}")
        if when == _AT_TABLE:
            _write(hand, first.record, None, rater, int(value), pair_of(text))
        elif int(when) < len(held):
            _write(hand, first.record, held[-1 - int(when)], rater, int(value), pair_of(text))
    return True
