"""What is known of a family's care, who may decide, what months cost, and private answers."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from .hand import Hand, Someone

_MEDICINES = (
    "Guanfacine 1 mg at night (Dr. Tan).", "Sertraline 25 mg in the morning.", "None.",
    "Methylphenidate 18 mg on school days; not on Sundays.", "Melatonin 3 mg, when sleep is far away.",
)  # fmt: skip
_ALLERGIES = ("Penicillin", "Bee stings, carries a pen", "None known", "Peanuts", "None known")
_CLINICIANS = (
    "Dr. Tan, Riverside Pediatrics", "Community health center on Main Street", "Dr. Osei, family doctor",
)  # fmt: skip
_HELPS = (
    "Headphones in the waiting room. Ask before touching.",
    "First appointment of the day, so that nobody waits.",
    "Draws while the grown-ups talk.", "Wants to hear every step before it happens.",
)  # fmt: skip
_CONDITIONS = ("Asthma", "", "Migraine", "", "")


def write_care(hand: Hand) -> None:
    """Write what each young person's family told once, and what the last months cost."""
    house, calendar = hand.house, hand.calendar
    rng = Random(f"{hand.ledger.seed}/{house.key}/care")
    family = list(hand.family())
    youths = [one for one in family if one.is_youth]
    adults = [one for one in family if not one.is_youth and one.role not in ("youth", "child")]
    if house.days < 20 or not youths or not adults:
        return
    for youth in youths:
        _facts(hand, rng, youth)
        _authority(hand, rng, youth, adults[0])
    for back in range(1, min(4, house.days // 30 + 1)):
        day = calendar.day(-30 * back)
        _month(hand, rng, youths[0], day.isoformat()[:7], calendar.ms(day, 16, 10))
    asked = calendar.day(-min(house.days - 1, 18))
    for one in (youths[0], adults[0]):
        for back in (28, 0):
            day = asked - timedelta(days=back)
            if house.days > 18 + back:
                _pulse(hand, rng, one, day.isoformat(), calendar.ms(day, 17, 20))


def _facts(hand: Hand, rng: Random, youth: Someone) -> None:
    day = hand.calendar.day(-max(1, hand.house.days - 12))
    fields = {
        "person_id": youth.id, "medicines": rng.choice(_MEDICINES), "allergies": rng.choice(_ALLERGIES),
        "conditions": rng.choice(_CONDITIONS), "clinicians": rng.choice(_CLINICIANS),
        "school_plan": rng.choice(("iep", "plan_504", "none", "being_tested")), "helps": rng.choice(_HELPS),
        "asked_on": day.isoformat(),
    }  # fmt: skip
    hand.ledger.add("care_facts", "", fields, hand.calendar.ms(day, 16, 5), parts=(youth.id,))


def _authority(hand: Hand, rng: Random, youth: Someone, adult: Someone) -> None:
    day = hand.calendar.day(-max(1, hand.house.days - 12))
    parent = adult.role in ("mother", "father", "mom", "dad", "parent")
    fields = {
        "adult_id": adult.id, "adult_name": adult.name, "person_id": youth.id,
        "basis": "parent" if parent else "guardian", "may_consent": "treatment,medication,school,releases",
        "seen": "" if parent else "Letter of the probate court", "seen_on": "" if parent else day.isoformat(),
    }  # fmt: skip
    at = hand.calendar.ms(day, 16, 8)
    hand.ledger.add("authority", hand.ledger.id("authority", youth.id), fields, at)
    if hand.house.key == "delgado":
        barred = {
            "adult_name": "Nia’s father", "person_id": youth.id, "basis": "court_order", "no_contact": True,
            "seen": "Order of the family court", "seen_on": day.isoformat(),
        }  # fmt: skip
        hand.ledger.add("authority", hand.ledger.id("authority", "barred"), barred, at)


def _month(hand: Hand, rng: Random, who: Someone, month: str, at_ms: int) -> None:
    fields = {
        "person_id": who.id, "month": month, "visits_kept": rng.randrange(1, 5),
        "visits_missed": rng.randrange(0, 2), "school_days_missed": rng.randrange(0, 6),
        "work_days_missed": rng.randrange(0, 3), "out_of_pocket": rng.choice((0, 0, 15, 40, 60)),
    }  # fmt: skip
    hand.ledger.add("care_month", "", fields, at_ms, parts=(who.id, month))


def _pulse(hand: Hand, rng: Random, who: Someone, day: str, at_ms: int) -> None:
    answers = {code: rng.randrange(4, 10) for code in ("helping", "heard", "hopeful", "doable")}
    if rng.random() < 0.3:
        answers.pop("doable")
    fields = {
        "by_id": who.id, "by_name": who.name, "by_kind": "youth" if who.is_youth else "caregiver",
        "on_day": day, "answers": answers,
        "words": "" if rng.random() < 0.6 else "It helps when you come on the day you said.",
    }  # fmt: skip
    hand.ledger.add("pulse", hand.ledger.id("pulse", who.id, day), fields, at_ms)
