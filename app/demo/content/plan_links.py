"""What a strategy builds on, which principles it follows, and what else the team had thought of."""

from __future__ import annotations

from datetime import date
from typing import Any

from .hand import Hand, pair_of, parts_of

_PRINCIPLES = {
    "natural": ("natural_supports", "strengths_based", "voice_and_choice", "culturally_competent"),
    "community": ("community_based", "individualized", "natural_supports", "culturally_competent"),
    "formal": ("collaboration", "outcome_based", "team_based", "individualized"),
}
_KINDS = ("natural", "natural", "community", "formal")
_WITHOUT_STRENGTH = 0.2
"""So many strategies build on nothing: something for the coach to ask about."""
_AFTER_CHOSEN = 20


def links_of(hand: Hand, kind: str, chosen_on: date) -> dict[str, Any]:
    """Further fields of a chosen strategy."""
    rng, calendar = hand.rng, hand.calendar
    at = calendar.ms(chosen_on, 17, 50)
    known = [r.id for r in hand.ledger.records if r.type == "strength" and r.at_ms < at]
    linked = (
        [] if rng.random() < _WITHOUT_STRENGTH else rng.sample(known, min(len(known), rng.choice((1, 1, 2))))
    )
    place = {
        "natural": ("home", "home", "community"),
        "community": ("community",),
        "formal": ("school", "office"),
    }
    first = _PRINCIPLES[kind][0]
    return {
        "strengths": ",".join(linked),
        "principles": ",".join([first, *rng.sample(_PRINCIPLES[kind][1:], rng.choice((0, 1, 1)))]),
        "place": rng.choice(place[kind]),
        "starts_on": chosen_on.isoformat(),
    }


def write_options(hand: Hand, outcome: str, path: tuple[str, ...], at_ms: int) -> None:
    """Write what the team thought of for an outcome and has not chosen."""
    rng, tongues = hand.rng, hand.tongues
    lines = [parts_of(line, 3) for line in hand.special.get("options", ())]
    told = [(kind, pair_of(text)) for place, kind, text in lines if place == ".".join(path)]
    if not told:
        values = hand.values(at_ms)
        kinds = rng.sample(_KINDS, rng.choice((1, 2, 2, 3)))
        told = [(kind, tongues.say(f"option.{kind}", values)) for kind in dict.fromkeys(kinds)]
    for order, (kind, both) in enumerate(one for one in told if one[1][0]):
        fields = {"outcome_id": outcome, "chosen": False, "kind": kind, "order": _AFTER_CHOSEN + order}
        record = hand.ledger.id("option", *path, str(order))
        tongues.write("strategy", record, fields, {"text": both}, at_ms)
