"""The times of service of a family, who pays, and one tier that was chosen by hand."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from .calendar import on_workday
from .hand import Hand
from .household import Household

FUNDERS = ("Medicaid", "Medicaid", "Medicaid", "State grant", "State grant", "Agency funds")
"""Names of the shipped rules for contacts."""
_ELIGIBLE = (
    "Serious emotional disturbance; at risk of leaving home.",
    "Two crisis visits in six months, and more than one system involved.",
    "Out of school for weeks; the school and the clinic asked together.",
    "Came home from a hospital stay and needs one plan.",
)
_RELATIVES = ("grand", "aunt", "uncle")
_EXTENDED_AFTER = 140
"""Days after which an extension was asked for."""
_HALF_A_YEAR = 182
_CHOSEN = "hale"
"""The family whose tier somebody chose."""


def funder_of(house: Household, seed: int) -> str:
    """Who pays for a family."""
    return FUNDERS[0] if house.key == "delgado" else Random(f"{seed}/{house.key}/funder").choice(FUNDERS)


def write_episodes(hand: Hand) -> None:
    """Write the episode, its extension and its end."""
    house, calendar = hand.house, hand.calendar
    rng = Random(f"{hand.ledger.seed}/{house.key}/episode")
    enrolled = on_workday(calendar.day(-house.days), -1)
    record = hand.ledger.id("episode", "1")
    living = "home_relative" if any(one in house.home for one in _RELATIVES) else "home_parents"
    first: dict[str, Any] = {
        "number": 1,
        "youths": ",".join(hand.cast.people[one.called] for one in house.youth),
        "eligibility": rng.choice(_ELIGIBLE),
        "funder": funder_of(house, hand.ledger.seed),
        "enrolled_on": enrolled.isoformat(),
        "living_in": living,
    }
    hand.ledger.add("episode", record, first, calendar.ms(enrolled, 8, 40))
    asked = on_workday(enrolled + timedelta(days=_EXTENDED_AFTER), -1)
    if asked <= calendar.day(-1 - house.closed):
        halves = 1 + max(1, (house.days - house.closed) // _HALF_A_YEAR)
        longer = {
            "extension_asked_on": asked.isoformat(),
            "extension_reason": "The plan works, and the family wants to finish it.",
            "extended_until": (enrolled + timedelta(days=_HALF_A_YEAR * halves)).isoformat(),
        }
        hand.ledger.add("episode", record, longer, calendar.ms(asked, 14, 10))
    if house.closed:
        ended = on_workday(calendar.day(-house.closed), -1)
        fields = {
            "discharged_on": ended.isoformat(), "discharge_reason": "goals_met", "living_out": living,
        }  # fmt: skip
        hand.ledger.add("episode", record, fields, calendar.ms(ended, 17, 10))
    if house.key == _CHOSEN:
        _tier(hand, calendar.day(-6))


def _tier(hand: Hand, day: date) -> None:
    fields = {
        "tier": "3",
        "reason": "The move next week is hard on everybody. More visits until they have settled.",
        "from_on": day.isoformat(),
        "until_on": (day + timedelta(days=42)).isoformat(),
    }
    at = hand.calendar.ms(day, 11, 15)
    hand.ledger.add("tier_override", hand.ledger.id("tier", "1"), fields, at)
