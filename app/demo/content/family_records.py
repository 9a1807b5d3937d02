"""The records of a family and of the people in it and around it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .calendar import on_workday
from .cast import Cast
from .hand import Hand, pair_of
from .household import Household, SupportSketch
from .ledger import Ledger
from .phase_records import write_closing

_LATE_GUEST = 24
"""Days ago on which somebody joined who had been a guest at a meeting before."""
_STATUS_COURSE = ("named", "asked", "willing", "on_team", "leading")
_TONGUES = {
    "en": "English", "es": "Spanish", "ht": "Haitian Creole", "ko": "Korean", "pt": "Portuguese",
    "so": "Somali", "vi": "Vietnamese",
}  # fmt: skip


def write_family(hand: Hand, rng: Random, lead_id: str, *, whole: bool) -> None:
    """Write the family, its vision, its people, its supports and its team.

    whole: with the course of its phases; a caseload for measuring goes without.
    """
    ledger, cast, house, calendar = hand.ledger, hand.cast, hand.house, hand.calendar
    enrolled = on_workday(calendar.day(-house.days), -1)
    at = calendar.ms(enrolled, 8, 20)
    first = {
        "name": house.name,
        "list_name": house.list_name,
        "with_whom_at_home": house.home,
        "spoken_language": house.language,
        "written_language": house.language,
        "interpreter_needed": house.interpreter_needed,
        "culture": house.culture,
        "address": house.address,
        "town": house.town,
        "directions": house.directions,
        "visit_safety": house.visit_safety,
        "phone": _phone(rng),
        "phase": 1,
        "tier": house.tier,
        "tier_reason": house.tier_reason,
        "enrolled_on": enrolled.isoformat(),
        "referred_on": on_workday(enrolled - timedelta(days=3), -1).isoformat(),
        "referral_source": house.source,
        "status": "open",
        "lead_coordinator": lead_id,
    }
    ledger.add("family", "", first, at)
    _people(ledger, cast, rng, at)
    _supports(ledger, cast, rng, enrolled)
    _team(ledger, cast, rng, enrolled)
    for phase, share in zip(range(2, house.phase + 1), (0.12, 0.3, 0.85), strict=False):
        moved = on_workday(enrolled + timedelta(days=max(21, int(house.days * share))))
        day = min(moved, calendar.day(-2))
        ledger.add("family", "", {"phase": phase}, calendar.ms(day, 16, 35))
        if whole:
            write_closing(hand, phase - 1, day, calendar.ms(day, 16, 35))
    if house.closed:
        left = calendar.ms(on_workday(calendar.day(-house.closed), -1), 17)
        reason = {"status_on": calendar.day_of(left).isoformat(), "status_reason": _LEFT} if whole else {}
        ledger.add("family", "", {"status": "closed"} | reason, left)
    if house.vision:
        told = on_workday(enrolled + timedelta(days=min(16, max(1, house.days // 2))))
        _vision(hand, calendar.ms(min(told, calendar.day(-1)), 17, 5))


def _vision(hand: Hand, at: int) -> None:
    house, tongues = hand.house, hand.tongues
    values = hand.values(at)
    rules = [pair_of(line) for line in hand.special.get("rules", ())]
    if not rules and house.phase > 1:
        rules = tongues.several("rules.all", 4, values)
    mission = (
        (house.mission, house.mission_es)
        if house.mission or house.phase < 2
        else tongues.say("mission.all", values)
    )
    words = {
        "text": (house.vision, house.vision_es),
        "team_mission": mission,
        "ground_rules": ("\n".join(one for one, _ in rules), "\n".join(one for _, one in rules)),
    }
    tongues.write("family_vision", "", {}, words, at, sure=True)


def _languages(house: Household) -> str:
    """What people here speak, as a coordinator types it."""
    home = _TONGUES[house.language]
    return home if house.language == "en" else f"{home}, {_TONGUES['en']}"


def _people(ledger: Ledger, cast: Cast, rng: Random, at: int) -> None:
    house = ledger.household
    for order, person in enumerate((*house.youth, *house.adults, *house.others)):
        born = ledger.calendar.today - timedelta(days=int(person.age * 365.25 + rng.randrange(20, 340)))
        fields = {
            "name": person.name,
            "called": person.called,
            "pronouns": {"she": "she/her", "he": "he/him", "they": "they/them"}[person.pronoun],
            "born_on": born.isoformat() if person.age else "",
            "role": "youth" if person.is_youth else person.role,
            "school": person.school,
            "insurer": "HUSKY A" if person.is_youth else "",
            "languages": _languages(house),
            "is_youth": person.is_youth,
            "phone": _phone(rng) if person.age >= 18 else "",
            "order": order,
        }
        ledger.add("person", cast.people[person.called], fields, at + (order + 1) * 60_000)


def _supports(ledger: Ledger, cast: Cast, rng: Random, enrolled: date) -> None:
    house, calendar = ledger.household, ledger.calendar
    for number, (support, record) in enumerate(cast.supports):
        last = _STATUS_COURSE.index(support.status)
        room = max(2, house.days - 8)
        named = enrolled + timedelta(days=min(room - 1, 3 + number * max(2, room // 12)))
        day = min(on_workday(named), calendar.day(-1))
        fields = _support_fields(support, cast, rng, day)
        ledger.add("natural_support", record, fields, calendar.ms(day, 16, 10 + number))
        for status in _STATUS_COURSE[1 : last + 1]:
            day += timedelta(days=rng.randrange(3, max(6, room // 24)))
            day = min(on_workday(day), calendar.day(-2 if status == "on_team" else -1))
            if status == "asked" and support.status == "asked":
                day = on_workday(calendar.day(-7), -1)
            ledger.add(
                "natural_support",
                record,
                {"status": status, "status_on": day.isoformat(), f"{status}_on": day.isoformat()}
                | ({"agreed_on": day.isoformat()} if status == "willing" else {}),
                calendar.ms(day, 17, 15 + number),
            )
            if status == "on_team":
                cast.since[record] = calendar.ms(day, 17, 15 + number)


def _support_fields(
    support: SupportSketch, cast: Cast, rng: Random, day: date
) -> dict[str, str | int | bool]:
    return {
        "name": support.name,
        "relation": support.relation,
        "close_to": cast.people[cast.youth.called],
        "closeness": support.closeness,
        "how_they_help": support.how_they_help,
        "availability": support.availability,
        "languages": _languages(cast.household),
        "phone": "" if support.safety_reason else _phone(rng),
        "status": "named",
        "status_on": day.isoformat(),
        "named_on": day.isoformat(),
        "agreed_on": "",
        "do_not_contact": bool(support.safety_reason),
        "safety_reason": support.safety_reason,
        "note": "",
    }


def _team(ledger: Ledger, cast: Cast, rng: Random, enrolled: date) -> None:
    calendar = ledger.calendar
    members = [
        (m.name, m.role, m.kind, m.organisation, record, _joined_after(ledger.household, m.joined, n))
        for n, (m, record) in enumerate(cast.team)
    ]
    members.append((cast.coordinator_name, "coordinator", "formal", "", cast.coordinator_id, 0))
    for name, role, kind, organisation, record, after in members:
        day = min(on_workday(enrolled + timedelta(days=after)), calendar.day(-1))
        fields = {
            "name": name,
            "role": role,
            "kind": kind,
            "organisation": organisation,
            "phone": _phone(rng),
            "email": "",
            "agreed_on": day.isoformat(),
            "status": "on_team",
            "note": "",
        }
        at = calendar.ms(day, 15, 20)
        if after == ledger.household.days - _LATE_GUEST:
            # Came along as a guest first: the record is older than the family's yes.
            known = calendar.ms(on_workday(day - timedelta(days=6), -1), 9, 10)
            guest = {"agreed_on": "", "status": "left", "note": "A guest until the family says yes."}
            ledger.add("team_member", record, fields | guest, known)
            fields = {"agreed_on": day.isoformat(), "status": "on_team", "note": ""}
        ledger.add("team_member", record, fields, at)
        cast.since[record] = at


def _joined_after(house: Household, joined: int, number: int) -> int:
    """Days after enrolment on which somebody joined the team."""
    return house.days - joined if joined else 6 + 9 * number


def _phone(rng: Random) -> str:
    """A number of the range kept for fiction."""
    return f"{rng.choice(('860', '203', '475', '959'))}-555-01{rng.randrange(100):02d}"


_LEFT = "The family reached what it came for. The way back is agreed."
