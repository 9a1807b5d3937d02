"""Messages with clinics: one that waits for its answer, and one that came back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from .hand import Hand

_KEYS: Final = ("delgado",)
"""Families of whom messages are told."""
_ANSWER_DAYS: Final = 9


def write_messages(hand: Hand) -> None:
    """Write the messages of a family of whom more is told; they have left, so nobody changes them."""
    house, calendar = hand.house, hand.calendar
    youths = [one for one in hand.family() if one.is_youth]
    if house.key not in _KEYS or not youths or house.days < 40:
        return
    for name, back, more in (
        ("waiting", 5, {}),
        ("answered", 34, {
            "answer": "The morning dose can move to breakfast. Please watch sleep for two weeks.",
            "answer_medication": "Same medicine, with breakfast.",
            "answer_co_management": "We look after medication, you after school and respite.",
            "answered_by": "Dr. Tan", "status": "answered",
            "answered_on": calendar.day(-34 + _ANSWER_DAYS).isoformat(),
        }),
    ):  # fmt: skip
        sent = calendar.day(-back)
        fields = {
            "to_name": "Dr. Tan", "to_organisation": "Riverside Pediatrics", "about_id": youths[0].id,
            "reason": "Sleep is worse since the holidays, and mornings before school are hard.",
            "question": "Could the dose be the cause, and may it move to another time of day?",
            "medication": "Guanfacine 1 mg at night.",
            "co_management": "We: school and respite. You: medication.",
            "due_on": (sent + timedelta(days=14)).isoformat(), "status": "sent",
            "sent_on": sent.isoformat(), "label": "general", **more,
        }  # fmt: skip
        hand.ledger.add(
            "provider_message", hand.ledger.id("message", name), fields, calendar.ms(sent, 15, 40)
        )
