"""Who was at a meeting, and how."""

from __future__ import annotations

from dataclasses import dataclass

from .hand import Hand, Someone, parts_of

ABSENT = "absent"


@dataclass(frozen=True)
class Present:
    """Somebody at a meeting. how: a code of vocabulary.ATTENDANCE."""

    who: Someone
    how: str


def people_there(hand: Hand, at_ms: int, natural: int, formal: int, left: int) -> tuple[Present, ...]:
    """Whoever of the team came: so many natural supports and professionals as there were at the time.

    left: how many meetings came after this one until today.
    """
    rng, house = hand.rng, hand.house
    at_home = {hand.cast.people[one.called] for one in (*house.youth, *house.adults)}
    family = [one for one in hand.family() if one.id in at_home]
    if len(family) > 2 and rng.random() < 0.3:
        family.pop(rng.randrange(1, len(family)))
    guests = _guests(hand, at_ms, left)
    joined = [one for one in hand.natural() if hand.on_team(one, at_ms)]
    team = [one for one in hand.formal() if hand.on_team(one, at_ms) and one.id != hand.cast.coordinator_id]
    came = joined if natural >= len(joined) else rng.sample(joined, natural)
    worker = next(one for one in hand.formal() if one.id == hand.cast.coordinator_id)
    room = max(0, formal - 1 - len(guests))
    others = team if room >= len(team) else rng.sample(team, room)
    return tuple(Present(one, _how(hand, one)) for one in (*family, *came, *others, *guests, worker))


def write_attendance(hand: Hand, meeting: str, present: tuple[Present, ...], at_ms: int) -> None:
    """Write who was there, and those of the team who were not."""
    here = {one.who.id for one in present}
    away = [
        Present(one, ABSENT)
        for one in (*hand.natural(), *hand.formal())
        if one.id not in here and hand.on_team(one, at_ms) and hand.rng.random() < 0.2
    ]
    for one in (*present, *away):
        fields = {
            "meeting_id": meeting,
            "person_id": one.who.id,
            "name": one.who.name,
            "role": one.who.role,
            "kind": one.who.kind,
            "how": one.how,
        }
        person = one.who.id or f"guest:{one.who.name}"
        hand.ledger.add("attendance", "", fields, at_ms, parts=(meeting, person))


def _guests(hand: Hand, at_ms: int, left: int) -> list[Someone]:
    found = []
    for line in hand.special.get("guests", ()):
        name, role, meetings = parts_of(line, 3)
        if str(left) not in meetings.split():
            continue
        known = hand.called(name)
        there = known is not None and hand.ledger.first.get(known.id, at_ms + 1) <= at_ms
        found.append(known if known is not None and there else Someone("", name, role, "formal"))
    return found


def _how(hand: Hand, one: Someone) -> str:
    far = {key for s, key in hand.cast.supports if s.availability.startswith("By ")}
    if one.id in far:
        return "remote"
    if one.id == hand.cast.coordinator_id:
        return "here"
    return hand.rng.choices(("here", "late", "remote", "left_early"), (86, 6, 5, 3))[0]
