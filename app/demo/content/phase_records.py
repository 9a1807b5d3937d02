"""The phases that a family went through: what was ticked, how each was closed; and letting go."""

from __future__ import annotations

from datetime import date, timedelta

from app.wraparound.phases import BY_HAND, CHECKLIST

from .calendar import on_workday
from .hand import Hand, Someone
from .tongues import Both

_OFTEN_OPEN = {1: ("consents", "story"), 2: ("options", "measures"), 3: ("cohesion", "on_time")}
_REASONS = (
    "The family wants to go on. The paper is signed at the next visit.",
    "The school is late with its answer; nothing else depends on it.",
    "The team agreed to finish this while the plan is running.",
    "Grandmother is away until the tenth and wants to be there for it.",
    "Everybody knows what is missing, and who does it.",
)


def write_closing(hand: Hand, phase: int, day: date, at_ms: int) -> None:
    """Close a phase on a day: its items were ticked in the weeks before, one or two stay open."""
    rng = hand.rng
    left = [item for item in _OFTEN_OPEN.get(phase, ()) if rng.random() < 0.3]
    for item in CHECKLIST[phase]:
        if item in BY_HAND and item not in left:
            _tick(hand, phase, item, day - timedelta(days=rng.randrange(0, 12)), at_ms)
    fields = {
        "phase": phase,
        "closed_on": day.isoformat(),
        "open_items": ",".join(left),
        "reason": rng.choice(_REASONS) if left else "",
    }
    hand.ledger.add("phase_closing", hand.ledger.id("closing", str(phase)), fields, at_ms)


def write_running_phase(hand: Hand) -> None:
    """Tick some of what only people know in the phase that the family is in."""
    house, calendar = hand.house, hand.calendar
    items = [item for item in CHECKLIST[house.phase] if item in BY_HAND]
    day = on_workday(calendar.day(-min(max(1, house.days - 1), hand.rng.randrange(3, 15))), -1)
    day = max(day, calendar.day(-house.days + 1))
    for item in items[: len(items) // 2 + 1]:
        _tick(hand, house.phase, item, day, calendar.ms(day, 16, 25))


def _tick(hand: Hand, phase: int, item: str, day: date, at_ms: int) -> None:
    fields = {"phase": phase, "item": item, "done": True, "done_on": day.isoformat()}
    hand.ledger.add("phase_check", "", fields, at_ms, parts=(str(phase), item))


def write_transition(hand: Hand) -> None:
    """Write how the team of a family in the last phase lets go."""
    house, calendar, rng, tongues = hand.house, hand.calendar, hand.rng, hand.tongues
    if house.phase < 4:
        return
    began = calendar.day(-house.days) + timedelta(days=int(house.days * 0.87))
    day = min(on_workday(began), on_workday(calendar.day(-max(4, house.closed + 2)), -1))
    at = calendar.ms(day, 17, 40)
    values = hand.values(at) | {"w": hand.worker}
    words = {
        "celebration": tongues.say("transition.celebration", values),
        "way_back": tongues.say("transition.way_back", values),
    }
    # A goodbye still to come stands in the plan as the day on which everybody wants to meet for it.
    last = calendar.day(-house.closed) if house.closed else calendar.day(rng.randrange(30, 75))
    tongues.write(
        "transition_plan", "", {"planned_on": on_workday(last, -1).isoformat()}, words, at, sure=True
    )
    items: list[tuple[str, Both, Someone | None]] = [
        ("readiness", both, None) for both in tongues.several("transition.readiness", 4, values)
    ]
    near = [one for one in hand.natural() if hand.on_team(one, at)]
    carried = tongues.several("transition.carries", min(3, len(near)), values)
    items += [("carries", both, near[number]) for number, both in enumerate(carried)]
    if hand.cast.youth.age >= 16:
        items += [
            ("adult_service", both, None) for both in tongues.several("transition.adult_service", 2, values)
        ]
    for order, (section, both, who) in enumerate(items):
        done = bool(house.closed) or (section != "carries" and rng.random() < 0.6)
        fields = {
            "section": section,
            "who": who.name if who else "",
            "who_id": who.id if who else "",
            "done": done,
            "done_on": day.isoformat() if done else "",
            "order": order,
        }
        tongues.write("transition_item", hand.ledger.id("transition", str(order)), fields, {"text": both}, at)
