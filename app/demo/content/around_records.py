"""Who else coordinates, how people may be reached, what may leave and what did, and who may not see."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from app.wraparound.releases import STATEMENTS

from .calendar import on_workday
from .hand import Hand, Someone, pair_of, parts_of
from .ledger import SINGLETON_MARK
from .meeting_records import NEXT
from .model import AGENCY
from .strokes import signature

_PROGRAMMES = (
    ("PCMH Plus", "Renee Coutu", "medical,school", "medical", "Works at the pediatrician."),
    ("School-Based Health Center", "Amy Lindgren", "medical,school", "", "Sees the youth at school."),
    ("Community Support for Families", "Tyrell Banks", "housing,benefits", "benefits", ""),
    ("Mobile Crisis", "Peg Iverson", "behavioural_health", "", "Calls back within the hour."),
    ("WrapCT", "Mina Farouk", "behavioural_health,respite", "", "Knew the family before us."),
    ("Help Me Grow", "Odile Roy", "early_childhood,transport", "early_childhood", ""),
)
_FLAGS = {
    "call": "may_call", "text": "may_text", "message": "may_leave_message", "name": "may_name_agency",
}  # fmt: skip


def write_around(hand: Hand) -> None:
    """Write everything of this kind for one family."""
    _coordinators(hand)
    _contacts(hand)
    _copies(hand, _releases(hand))
    _kept_from(hand)
    _preparation(hand)


def _coordinators(hand: Hand) -> None:
    house, calendar, rng = hand.house, hand.calendar, hand.rng
    lines = [parts_of(line, 6) for line in hand.special.get("around", ())]
    if not lines and rng.random() < 0.45:
        room = max(2, house.days - 3)
        chosen = rng.sample(_PROGRAMMES, rng.choice((1, 1, 2)))
        lines = [[a, b, c, d, str(rng.randrange(2, min(room, 200) + 1)), e] for a, b, c, d, e in chosen]
    for number, (programme, name, covers, leads, ago, note) in enumerate(lines):
        day = on_workday(calendar.day(-max(1, min(int(ago), house.days - 1))), -1)
        fields = {
            "programme": programme,
            "name": name,
            "phone": _phone(hand),
            "covers": covers,
            "leads": leads,
            "agreed_on": day.isoformat() if leads else "",
            "note": note,
        }
        hand.ledger.add(
            "coordinator", hand.ledger.id("around", str(number)), fields, calendar.ms(day, 11, 20 + number)
        )


def _contacts(hand: Hand) -> None:
    house, calendar, rng = hand.house, hand.calendar, hand.rng
    lines = [parts_of(line, 4) for line in hand.special.get("contact", ())]
    if not lines and rng.random() < 0.35:
        what = rng.choice(("text", "text", "message", "message,name", "call"))
        lines = [[house.adults[0].called, what, rng.choice(("", "After five only", "The house phone")), ""]]
    for number, (name, what, instead, note) in enumerate(lines):
        one = hand.called(name)
        about = f"{SINGLETON_MARK}family" if name == "family" else one.id if one else ""
        if not about:
            raise ValueError(f"nobody is called {name}")
        fields: dict[str, Any] = {"about_id": about}
        fields |= {field: code not in what.split(",") for code, field in _FLAGS.items()}
        fields |= {"protected_address": "protected" in what, "substitute": instead, "note": note}
        day = on_workday(calendar.day(-house.days + min(4, house.days - 1)))
        at = max(calendar.ms(day, 11, number), hand.ledger.first.get(about, 0) + 60_000)
        hand.ledger.add("contact_safety", "", fields, at, parts=(about,))


def _releases(hand: Hand) -> list[str]:
    house, calendar, rng = hand.house, hand.calendar, hand.rng
    lines = [parts_of(line, 7) for line in hand.special.get("releases", ())]
    if not lines and house.phase > 1 and rng.random() < 0.3:
        ago = rng.randrange(10, max(11, min(200, house.days - 10)))
        lines = [
            [
                "Dr. Weiss",
                "Riverside Pediatrics",
                "plan,crisis_card",
                "For the yearly visit.",
                f"-{ago}",
                str(365 - ago),
                "",
            ]
        ]
    found = []
    for number, (whom, where, what, purpose, since, until, back) in enumerate(lines):
        begun = on_workday(calendar.day(int(since)), -1)
        record = hand.ledger.id("release", str(number))
        said = {
            "recipient": whom,
            "organisation": where,
            "what": what,
            "purpose": purpose,
            "from_on": begun.isoformat(),
            "until_on": calendar.iso(int(until)),
        }
        adult = hand.cast.caregiver
        at = calendar.ms(begun, 16, 5 + number)
        signed = said | {
            "name": adult.name, "role": adult.role, "signed_at_ms": at,
            "strokes": signature(adult.name, rng), "terms": _terms(hand, adult.role),
        }  # fmt: skip
        hand.ledger.add("release", record, said | {"revoked_on": "", "signed": signed}, at)
        if back:
            day = on_workday(calendar.day(int(back)), -1)
            hand.ledger.add("release", record, {"revoked_on": day.isoformat()}, calendar.ms(day, 10, 30))
        member = next((one for one in hand.formal() if one.name and whom.endswith(one.name)), None)
        if member is not None:
            since_ms = max(at, hand.ledger.first.get(member.id, 0)) + 60_000
            hand.ledger.add("team_member", member.id, {"release_id": record}, since_ms)
        found.append(record)
    return found


def _terms(hand: Hand, role: str) -> dict[str, Any]:
    """What the law asks for beside who, what and until when (docs/releases.md)."""
    youth = hand.ledger.state[hand.cast.people[hand.cast.youth.called]]
    parent = role in ("mother", "father")
    return {
        "about_id": hand.cast.people[hand.cast.youth.called], "about": youth["name"],
        "about_born_on": youth["born_on"], "discloser": AGENCY, "direction": "out", "labels": [],
        "described": "", "until_event": "", "everyone_treating": False, "statements": STATEMENTS,
        "language": "en", "by_word": False, "authority": "parent" if parent else "guardian",
        "ground": "" if parent else "Probate court", "kinds": ["hipaa"],
    }  # fmt: skip


def _copies(hand: Hand, releases: list[str]) -> None:
    calendar = hand.calendar
    for number, line in enumerate(hand.special.get("copies", ())):
        whose, what, how, language, ago = parts_of(line, 5)
        reader: Someone | None = None if whose.isdigit() else hand.called(whose)
        release = releases[int(whose)] if whose.isdigit() else ""
        at = calendar.ms(on_workday(calendar.day(-int(ago))), 16, 40 + number)
        fields = {
            "recipient": reader.name if reader else hand.ledger.state[release]["recipient"],
            "recipient_id": reader.id if reader else "",
            "release_id": release,
            "what": what,
            "how": how,
            "language": language,
            "digest": sha256(f"{hand.house.key}/{line}".encode()).hexdigest(),
            "at_ms": at,
        }
        hand.ledger.add("disclosure", hand.ledger.id("copy", str(number)), fields, at)


def _kept_from(hand: Hand) -> None:
    """Items that somebody must not see: all of a type that name a word."""
    calendar = hand.calendar
    for line in hand.special.get("not_for", ()):
        name, kind, word = parts_of(line, 3)
        one = hand.called(name)
        if one is None:
            raise ValueError(f"nobody is called {name}")
        for item in dict.fromkeys(r.id for r in hand.ledger.records if r.type == kind):
            said = hand.ledger.state[item]
            if any(word in str(said.get(field, "")) for field in ("text", "name", "what", "who")):
                day = max(calendar.day(-hand.house.days + 21), calendar.day_of(hand.ledger.first[item]))
                at = max(
                    calendar.ms(day, 17, 55), hand.ledger.first[item] + 60_000, hand.ledger.first[one.id]
                )
                fields = {"item_id": item, "item_type": kind, "person_id": one.id}
                hand.ledger.add("not_for", "", fields, at, parts=(item, one.id))


def _preparation(hand: Hand) -> None:
    """What is settled privately before the next meeting."""
    house, calendar, rng, tongues = hand.house, hand.calendar, hand.rng, hand.tongues
    meeting = hand.ledger.id("meeting", NEXT)
    if meeting not in hand.ledger.first:
        return
    youth, adult = hand.cast.youth.called, hand.cast.caregiver.called
    lines = [
        (kind, name, pair_of(text))
        for kind, name, text in (parts_of(x, 3) for x in hand.special.get("before", ()))
    ]
    if not lines:
        values = hand.values(calendar.start_ms())
        shares = (("youth_agenda", youth, 0.8), ("pause_signal", youth, 0.5), ("avoid", adult, 0.35))
        lines = [
            (kind, who, tongues.say(f"before.{kind}.all", values))
            for kind, who, share in shares
            if rng.random() < share
        ]
    day = max(on_workday(calendar.day(-2), -1), calendar.day(-house.days + 1))
    at = max(calendar.ms(day, 15, 15), hand.ledger.first[meeting] + 60_000)
    for order, (kind, name, both) in enumerate(one for one in lines if one[2][0]):
        by = hand.called(name)
        fields = {
            "meeting_id": meeting,
            "kind": kind,
            "by_id": by.id if by else "",
            "shared": False,
            "order": order,
            "label": "minor_confidential" if kind == "youth_agenda" else "general",
        }
        record = hand.ledger.id("before", str(order))
        hand.ledger.add("preparation", record, fields | {"text": both[0], "language": "en"}, at)


def _phone(hand: Hand) -> str:
    return f"{hand.rng.choice(('860', '203', '475'))}-555-01{hand.rng.randrange(100):02d}"
