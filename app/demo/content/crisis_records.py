"""The crisis plan: what helps, what does not, whom to call in order."""

from __future__ import annotations

from datetime import timedelta

from .calendar import on_workday
from .hand import Hand, Someone, pair_of, parts_of
from .tongues import Both

_COUNTS = {
    "fine": (1, 1), "trigger": (1, 2), "early_sign": (1, 2), "helps": (2, 2), "hurts": (1, 1),
    "proactive": (1, 1), "reactive": (1, 2),
}  # fmt: skip
_LAST = ("safe_place", "medical", "review_trigger")
_LINES = {"211": "211", "988": "988"}

Line = tuple[str, Someone | None, str, Both]
"""Section, who, number, words."""


def write_crisis_plan(hand: Hand) -> None:
    """Write the plan of a family that has one: from the second phase on."""
    house, calendar = hand.house, hand.calendar
    if house.phase < 2:
        return
    day = on_workday(calendar.day(-house.days) + timedelta(days=min(18, max(4, house.days // 4))))
    at = calendar.ms(min(day, calendar.day(-2)), 17, 20)
    values = hand.values(at)
    lines = _special(hand)
    told = {section for section, *_ in lines}
    if not {"fine", "call", "medical"} <= told:
        lines += _invented(hand, values, told)
    hand.ledger.add("crisis_plan", "", {"reviewed_on": day.isoformat(), "reviewed_at_meeting": ""}, at)
    for order, (section, who, phone, both) in enumerate(lines):
        fields = {
            "section": section,
            "who": who.name if who else "",
            "who_id": who.id if who else "",
            "phone": phone,
            "order": order,
        }
        since = max(at, hand.ledger.first.get(who.id, 0) + 60_000 if who else at)
        record = hand.ledger.id("crisis_item", str(order))
        hand.tongues.write("crisis_item", record, fields, {"text": both}, since, sure=section == "call")


def _special(hand: Hand) -> list[Line]:
    found: list[Line] = []
    for line in hand.special.get("crisis", ()):
        section, name, text = parts_of(line, 3)
        who = hand.called(name)
        phone = _LINES.get(name, hand.phone(who.id) if who and section == "call" else "")
        found.append((section, who, phone, pair_of(text)))
    return found


def _invented(hand: Hand, values: dict[str, str], told: set[str]) -> list[Line]:
    rng, tongues = hand.rng, hand.tongues
    found: list[Line] = []
    for section, bounds in _COUNTS.items():
        if section not in told:
            said = tongues.several(f"crisis.{section}", rng.randint(*bounds), values)
            found += [(section, None, "", both) for both in said]
    found += _calls(hand, told)
    found += [
        (section, None, "", tongues.say(f"crisis.{section}", values))
        for section in _LAST
        if section not in told
    ]
    return [line for line in found if line[3][0]]


def _calls(hand: Hand, told: set[str]) -> list[Line]:
    say = hand.tongues.say
    near = sorted(
        ((one, s) for one in hand.natural() for s, key in hand.cast.supports if key == one.id),
        key=lambda pair: (pair[1].status not in ("on_team", "leading"), -pair[1].closeness),
    )
    calls: list[Line] = []
    for one, sketch in near[:2] if "call" not in told else ():
        far = sketch.availability.startswith("By ")
        if sketch.status in ("willing", "on_team", "leading") and not far:
            calls.append(
                (
                    "call",
                    one,
                    hand.phone(one.id),
                    say("call.next" if calls else "call.first", {"n": one.name}),
                )
            )
    calls.append(("call", None, "211", say("call.mobile_crisis", {})))
    calls.append(("call", None, "988", say("call.lifeline", {})))
    worker = Someone(hand.cast.coordinator_id, hand.worker, "coordinator", "formal")
    calls.append(("call", worker, hand.phone(worker.id), say("call.worker", {"n": worker.name})))
    return calls
