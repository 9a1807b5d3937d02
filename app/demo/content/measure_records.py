"""What was measured: the same people asked again every few months, most of them doing a little better."""

from __future__ import annotations

from random import Random

from app.wraparound.rules.measures import Measure, Measures
from app.wraparound.rules.shipped import parse, shipped_text
from app.wraparound.scoring import score, shown

from .calendar import on_workday
from .hand import Hand

_FIRST, _EVERY, _MOST = 12, 90, 4
"""Days from enrolment to the first time, days between, and how often at most."""
_LAST = (9, 20, 33, 60, 85, 104)
"""Days since the last time: some are due again."""
_BEGINS = {"ohio_problems": 2.2, "ohio_functioning": 1.9, "caregiver_strain": 3.4}
"""The usual answer to one item at the beginning."""
_A_TIME = {"ohio_problems": -0.3, "ohio_functioning": 0.26, "caregiver_strain": -0.35}
"""How it moves from one time to the next."""
_OWN = {"youth": -0.25, "caregiver": 0.15, "worker": 0.0}
"""Young people see fewer problems than the adults do."""


def write_measures(hand: Hand) -> None:
    """Write a family's measures. Nothing here calls for a talk in private."""
    rng = Random(f"{hand.ledger.seed}/{hand.house.key}/measures")
    rules: Measures = parse("measures", shipped_text("measures"))
    days = hand.house.days
    last = 24 if hand.house.key == "delgado" else rng.choice(_LAST)
    times = list(range(last, days - _FIRST, _EVERY))[:_MOST][::-1]
    for code in _BEGINS:
        measure = rules.named(code)
        if measure is None:
            continue
        if hand.house.key != "delgado" and code == "caregiver_strain" and rng.random() < 0.5:
            continue
        for number, ago in enumerate(times):
            for informant in measure.informants:
                if informant != "caregiver" and hand.house.key != "delgado" and rng.random() < 0.35:
                    continue
                _write(hand, rng, measure, informant, number, ago)


def _write(hand: Hand, rng: Random, measure: Measure, informant: str, number: int, ago: int) -> None:
    cast, calendar = hand.cast, hand.calendar
    usual = _BEGINS[measure.code] + _A_TIME[measure.code] * number
    usual += _OWN[informant] * (1 if measure.better == "down" else -1) + rng.uniform(-0.15, 0.15)
    answers = {
        item: min(measure.most, max(measure.least, round(usual + rng.choice((-1, 0, 0, 1)))))
        for item in measure.numbers
        if item not in measure.self_harm
    }
    answers |= dict.fromkeys(measure.self_harm, 0)
    scored = score(measure, answers)
    youth, adult = cast.youth.called, cast.caregiver.called
    names = {"youth": youth, "caregiver": adult, "worker": cast.coordinator_name}
    day = on_workday(calendar.day(-ago), -1)
    fields = {
        "measure": measure.code, "measure_name": measure.name["en"], "definition": "",
        "informant": informant, "by_id": cast.people.get(names[informant], ""), "by_name": names[informant],
        "person_id": cast.people[youth], "on_day": day.isoformat(),
        "answers": {str(item): answer for item, answer in answers.items()},
        "total": "" if scored.total is None else shown(scored.total), "subscales": {},
        "answered": scored.answered, "items": measure.items, "alone": False, "note": "",
    }  # fmt: skip
    record = hand.ledger.id("measure", measure.code, informant, str(number))
    hand.ledger.add("measure_score", record, fields, calendar.ms(day, 17, 5))
