"""Planned visits and calls: today's, those to come, and how the last ones went."""

from __future__ import annotations

from random import Random

from .calendar import on_workday
from .hand import Hand

_TOLD = {
    "delgado": (
        (0, 10, 0, 60, "home_visit", "home", ("Nia", "Rosa"), "The bus office, and the car playlist."),
        (6, 16, 0, 30, "phone", "phone", ("Rosa",), "How the first week with the new stop went."),
    ),
    "okoro": ((1, 9, 30, 60, "home_visit", "home", (), "Write the crisis plan together."),),
    "kassab": ((1, 15, 0, 20, "phone", "phone", (), "The adult clinic: who calls whom."),),
    "fuentes": ((-1, 15, 30, 45, "home_visit", "home", (), "The school letter."),),
}  # fmt: skip
"""Family → (days from today, hour, minute, minutes, kind, place, with whom, what about)."""
_ABOUT = (
    "How the week went, and what to change.", "Look at the steps before the meeting.",
    "Papers that need a signature.", "Only listen this time.", "",
)  # fmt: skip
_NOT_HELD = (
    ("missed", "Nobody was at home. Left a card."),
    ("cancelled", "They called in the morning: the little one has a fever."),
)


def write_visits(hand: Hand, worker: str) -> None:
    """Write the visits of one open family. worker: person id of who goes."""
    if hand.house.closed:
        return
    rng = Random(f"{hand.ledger.seed}/{hand.house.key}/visits")
    told = _TOLD.get(hand.house.key, ())
    for number, (away, hour, minute, minutes, kind, place, names, about) in enumerate(told):
        _visit(hand, worker, f"told{number}", away, (hour, minute), minutes, kind, place, names, about)
    if not told and rng.random() < 0.6:
        away = rng.randrange(2, 9)
        at = rng.randrange(9, 17), rng.choice((0, 15, 30))
        _visit(hand, worker, "next", away, at, 60, "home_visit", "home", (), rng.choice(_ABOUT))
    if hand.house.days > 30:
        back = -rng.randrange(8, 20)
        status = rng.choice((("done", ""), ("done", ""), *_NOT_HELD))
        _visit(hand, worker, "before", back, (rng.randrange(9, 17), 0), 60, "home_visit", "home", (),
               rng.choice(_ABOUT), *status)  # fmt: skip


def _visit(
    hand: Hand, worker: str, name: str, away: int, at: tuple[int, int], minutes: int, kind: str, place: str,
    names: tuple[str, ...], about: str, status: str = "planned", reason: str = "",
) -> None:  # fmt: skip
    calendar = hand.calendar
    # What is told of a certain day stays there, weekend or not: today's list must not be empty.
    day = calendar.day(away)
    if not name.startswith("told"):
        day = on_workday(day, 1 if away > 0 else -1)
    family = list(hand.family())
    chosen = [one for one in family if one.name in names] or family[:2]
    fields = {
        "kind": kind,
        "starts_at_ms": calendar.ms(day, *at),
        "minutes": minutes,
        "place": place,
        "with_whom": ",".join(one.id for one in chosen),
        "with_whom_words": ", ".join(one.name for one in chosen),
        "about": about,
        "worker_id": worker,
        "status": "planned",
    }
    record = hand.ledger.id("visit", name)
    planned = calendar.ms(on_workday(calendar.day(min(away, 0) - 4), -1), 12, 10)
    hand.ledger.add("visit", record, fields, planned)
    if status != "planned":
        after = {"status": status, **({"status_reason": reason} if reason else {})}
        hand.ledger.add("visit", record, after, calendar.ms(day, at[0] + 1, 20))
