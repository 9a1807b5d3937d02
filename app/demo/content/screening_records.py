"""What families were asked about everyday life, and what was found."""

from __future__ import annotations

from random import Random

from app.wraparound.practice_codes import SOCIAL_DOMAINS
from app.wraparound.rules.screening import ScreeningRules
from app.wraparound.rules.shipped import parse, shipped_text

from .calendar import on_workday
from .hand import Hand, pair_of

_WORDS = {
    "food": "By the last week of the month the fridge is empty.||La última semana del mes el refrigerador "
    "está vacío.",
    "getting_around": "The bus comes once an hour and the clinic is two buses away.||El autobús pasa cada "
    "hora y la clínica queda a dos autobuses.",
    "lonely": "I go days without talking to another grown-up.||Paso días sin hablar con otro adulto.",
}
_FOUND = {"delgado": ("food", "getting_around")}
_LEFT = {"delgado": ("community",)}
"""Domains that nobody has asked about yet."""


def write_screenings(hand: Hand) -> None:
    """Write a family's screening: one talk for each domain, spread over the first visits."""
    house, calendar = hand.house, hand.calendar
    rng = Random(f"{hand.ledger.seed}/{house.key}/screening")
    rules: ScreeningRules = parse("screening", shipped_text("screening"))
    adult = hand.cast.caregiver.called
    left = _LEFT.get(house.key) or (tuple(rng.sample(SOCIAL_DOMAINS, 2)) if house.phase == 1 else ())
    for number, domain in enumerate(SOCIAL_DOMAINS):
        ago = 40 - number * 7 if house.key == "delgado" else house.days - 6 - number * 5
        if ago < 2 or domain in left:
            continue
        day = on_workday(calendar.day(-ago), -1)
        at = calendar.ms(day, 16, 20 + number)
        prompts = [one for one in rules.of_domain(domain) if not one.alone]
        answers: dict[str, str] = {}
        found = []
        for one in prompts:
            told = _FOUND.get(house.key)
            finds = one.code in told if told is not None else rng.random() < 0.2
            other = next(code for code in ("no", "yes") if code not in one.finds)
            answers[one.code] = rng.choice(one.finds) if finds else other
            found += [one] if finds else []
        record = hand.ledger.id("screening", domain)
        fields = {
            "kind": "social", "on_day": day.isoformat(), "person_id": hand.cast.people[adult],
            "informant": "caregiver", "asked_name": adult, "alone": False, "answers": answers, "declined": "",
        }  # fmt: skip
        hand.ledger.add("screening", record, fields, at)
        for place, one in enumerate(found):
            fresh = house.key == "delgado" or rng.random() < 0.4
            status = "open" if fresh else rng.choice(("solved", "not_now"))
            english, spanish = pair_of(_WORDS.get(one.code, ""))
            words = spanish if hand.tongues.in_spanish else english
            hand.ledger.add(
                "finding", hand.ledger.id("finding", one.code),
                {
                    "screening_id": record, "domain": domain, "prompt": one.code, "words": words,
                    "status": status, "decided_on": "" if fresh else calendar.iso(-max(1, ago // 2)),
                },
                at + 60_000 * (place + 1),
            )  # fmt: skip
