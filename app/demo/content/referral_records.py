"""Where families were pointed to, and what came of it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from .hand import Hand

_STARTER: Final = Path(__file__).resolve().parents[3] / "assets/directory/connecticut/services.json"
_FREE_WORDS: Final = (
    ("Riverside Boxing Club", "Riverside Boxing Club", "recreation"),
    ("Saturday food pantry", "Grace Church", "food"),
    ("Tutoring at the library", "Town library", "school"),
)
_SUPPORT: Final = (
    "Her aunt drives until the rides begin.", "A call from the worker each Friday.",
    "The school counselor sees him on Tuesdays until then.",
)  # fmt: skip
_REASONS: Final = ("No place before summer.", "It is too far without a car.", "They changed their minds.")
_DONE: Final = ("sent", "accepted", "connected", "completed")
_WAYS: Final[tuple[tuple[str, ...], ...]] = (
    ("sent", "accepted", "connected"), _DONE, ("sent", "waiting"), ("sent", "connected"), ("sent",),
    ("sent", "declined"), ("sent", "accepted", "not_connected"), ("sent", "waiting", "connected"),
)  # fmt: skip


def write_referrals(hand: Hand) -> None:
    """Write one to three referrals of a family that has been here a while."""
    house, calendar = hand.house, hand.calendar
    if house.days < 45:
        return
    rng = Random(f"{hand.ledger.seed}/{house.key}/referrals")
    services = [
        one for one in json.loads(_STARTER.read_text(encoding="utf-8")) if "WrapCT" not in one["name"]
    ]
    needs = [one for one in hand.ledger.records if one.type == "need"]
    youths = [one for one in hand.family() if one.is_youth]
    ways = [("sent", "waiting"), _DONE, ("sent",)] if house.key == "delgado" else []
    ways = ways or [rng.choice(_WAYS) for _ in range(rng.randint(1, 2))]
    for number, way in enumerate(ways):
        start = calendar.day(-rng.randint(18, min(house.days - 20, 110)))
        values: dict[str, Any] = {
            "person_id": youths[0].id if youths else "", "need_id": rng.choice(needs).id if needs else "",
            "drafted_on": start.isoformat(), "label": "general", "note": "", "reason": "",
            "support_while_waiting": "", "release_id": "", "sent_how": "family_calls", "finding_id": "",
        }  # fmt: skip
        if rng.random() < 0.75:
            # The first few of them are the ones that many families know.
            one = services[rng.randrange(4)] if rng.random() < 0.5 else rng.choice(services)
            term = one["attributes"][0]["taxonomy_term"]["code"].removeprefix("kt:")
            values |= {
                "service_id": one["id"], "service_name": one["name"], "phone": "",
                "organization": one["organization"]["name"], "domain": term,
            }  # fmt: skip
        else:
            name, organization, domain = rng.choice(_FREE_WORDS)
            values |= {
                "service_id": "", "service_name": name, "organization": organization, "domain": domain,
                "phone": f"860-555-01{rng.randint(40, 99)}",
            }  # fmt: skip
        values |= _steps(rng, way, start, calendar.day(-1))
        at = calendar.ms(start, 15, 30 + number)
        hand.ledger.add("referral", hand.ledger.id("referral", str(number)), values, at)


def _steps(rng: Random, way: tuple[str, ...], start: date, last: date) -> dict[str, Any]:
    """The days of the steps, and what goes with them; none after `last`."""
    found: dict[str, Any] = {"status": way[-1]}
    day = start
    for step in way:
        day = min(day + timedelta(days=rng.randint(1, 9)), last)
        found[f"{step}_on"] = day.isoformat()
    if way[-1] in ("declined", "not_connected"):
        found["reason"] = rng.choice(_REASONS)
    if way[-1] == "waiting":
        found["support_while_waiting"] = rng.choice(_SUPPORT)
    over = way[-1] in ("completed", "declined", "not_connected")
    found["follow_up_on"] = "" if over else (last + timedelta(days=rng.randint(-2, 12))).isoformat()
    return found
