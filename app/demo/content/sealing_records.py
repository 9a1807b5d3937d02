"""Plan versions as they were frozen at meetings, and the marks under them."""

from __future__ import annotations

from collections.abc import Sequence

from .attendance_records import Present
from .hand import Hand
from .meeting_records import HeldMeeting
from .strokes import signature

VERSIONS_KEPT = {True: 4, False: 2}
"""The newest meetings, of families of whom more is told and of all others. A plan is large, and the
example is to start fast."""
SIGNED = 2
_OTHER_MARKS = 2
"""Signers who are not of the family and not the coordinator."""


def write_versions(hand: Hand, meetings: Sequence[HeldMeeting]) -> None:
    """Write the newest versions and their signatures. Has to come after all that they freeze."""
    held = [one for one in meetings if not one.professionals_only][-VERSIONS_KEPT[bool(hand.special)] :]
    before = ""
    for number, meeting in enumerate(held):
        version = hand.ledger.id("version", meeting.record)
        at = meeting.written_at_ms
        fields = {
            "reason": "meeting",
            "meeting_id": meeting.record,
            "frozen_at_ms": at,
            # The plan itself is put in where the records get their ids: placing.py.
            "content": {},
        }
        hand.ledger.add("plan_version", version, fields, at)
        hand.ledger.add("meeting", meeting.record, {"version_before": before, "version_after": version}, at)
        if len(held) - number <= SIGNED:
            for one in _signers(hand, meeting):
                _sign(hand, meeting, version, one)
        before = version


def _signers(hand: Hand, meeting: HeldMeeting) -> list[Present]:
    family = [one for one in meeting.present if one.who.kind == "family"]
    worker = [one for one in meeting.present if one.who.id == hand.cast.coordinator_id]
    others = [one for one in meeting.present if one not in (*family, *worker) and one.who.id]
    return [*family, *others[:_OTHER_MARKS], *worker]


def _sign(hand: Hand, meeting: HeldMeeting, version: str, one: Present) -> None:
    rng, house = hand.rng, hand.house
    agreement, words = "agree", ""
    if one.who.kind != "formal" and rng.random() < 0.12:
        said = hand.tongues.say("except.all", {})
        agreement, words = "agree_except", said[house.language == "es"]
    signed = {
        "name": one.who.name,
        "role": one.who.role,
        "agreement": agreement,
        "words": words,
        "language_read": "es" if house.language == "es" and one.who.kind == "family" else "en",
        "signed_at_ms": meeting.ended_at_ms - rng.randrange(20, 240) * 1000,
        "version_digest": f"@digest:{version}",
        # Somebody far away agreed by word of mouth.
        "strokes": [] if one.how == "remote" else signature(one.who.name, rng),
    }
    fields = {
        "version_id": version,
        "meeting_id": meeting.record,
        "signer_id": one.who.id,
        "name": one.who.name,
        "signed": signed,
    }
    hand.ledger.add("signature", "", fields, meeting.written_at_ms, parts=(meeting.record, one.who.id))
