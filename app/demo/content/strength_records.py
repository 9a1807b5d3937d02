"""What is good about each of them, in their words."""

from __future__ import annotations

from datetime import timedelta

from .calendar import on_workday
from .hand import Hand, pair_of, parts_of
from .tongues import Both

_OF_YOUTH = (
    "school",
    "friends_and_fun",
    "family",
    "behaviour_and_feelings",
    "home",
    "culture_and_faith",
    "health",
)
_OF_CAREGIVER = ("family", "home", "money_and_work", "culture_and_faith", "legal")
_OF_FAMILY = ("family", "friends_and_fun", "culture_and_faith")
_AT_ONE_VISIT = 3
_OF_SUPPORT = ("friends_and_fun", "family")


def write_strengths(hand: Hand) -> None:
    """Write a family's strengths, named in the first weeks, those of supports a little later."""
    house, calendar = hand.house, hand.calendar
    told = list(_special(hand)) or list(_invented(hand))
    if house.phase == 1:
        told = told[: 1 + house.days // 6]
    enrolled = calendar.day(-house.days)
    for order, (whose, domain, both) in enumerate(told):
        visit = order // _AT_ONE_VISIT
        day = on_workday(enrolled + timedelta(days=5 + visit * max(1, min(9, house.days // 10))))
        at = calendar.ms(min(day, calendar.day(-1)), 16, 50)
        record = hand.ledger.id("strength", str(order))
        at = max(at, hand.ledger.first.get(whose, 0) + 60_000)
        fields = {"whose": whose, "life_domain": domain, "order": order}
        hand.tongues.write("strength", record, fields, {"text": both}, at, sure=order < 2)


def _special(hand: Hand) -> list[tuple[str, str, Both]]:
    found = []
    for line in hand.special.get("strengths", ()):
        name, domain, text = parts_of(line, 3)
        one = hand.called(name)
        found.append((one.id if one else "", domain, pair_of(text)))
    return found


def _invented(hand: Hand) -> list[tuple[str, str, Both]]:
    cast, rng, tongues = hand.cast, hand.rng, hand.tongues
    values = hand.values(hand.calendar.start_ms())
    youth, adult = cast.people[cast.youth.called], cast.people[cast.caregiver.called]
    near = next((key for s, key in cast.supports if s.called == values.get("s")), "")
    wanted = [(youth, "youth", domain) for domain in rng.sample(_OF_YOUTH, rng.choice((2, 3, 3)))]
    wanted += [(adult, "caregiver", domain) for domain in rng.sample(_OF_CAREGIVER, rng.choice((1, 2)))]
    wanted.append(("", "family", rng.choice(_OF_FAMILY)))
    if near:
        wanted.append((near, "support", rng.choice(_OF_SUPPORT)))
    found = [
        (whose, domain, tongues.say(f"strength.{kind}.{domain}", values)) for whose, kind, domain in wanted
    ]
    own = hand.house.strength
    if own and not tongues.in_spanish:
        found.insert(0, (youth, "behaviour_and_feelings", (f"{cast.youth.called} {own}.", "")))
    return [one for one in found if one[2][0]]
