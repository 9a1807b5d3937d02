"""The form of the audit packet as values: what was typed, and what of it is kept when one leaves."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

from app.services.audit_packet import PacketWish

FIELDS: Final = (
    "families", "since", "until", "recipient", "organisation", "reference", "reason", "least", "labels",
)  # fmt: skip


@dataclass(frozen=True)
class PacketForm:
    """What was typed. since, until: as typed. drawn, of: how far it is. done: what came of it, "" before."""

    chosen: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""
    recipient: str = ""
    organisation: str = ""
    reference: str = ""
    reason: str = ""
    least: str = ""
    labels: tuple[str, ...] = ()
    error: str = ""
    field: str = ""
    busy: bool = False
    stopping: bool = False
    drawn: int = 0
    of: int = 0
    done: str = ""
    digest: str = ""
    restored: bool = False
    """Whether words of before are here again."""


@dataclass(frozen=True)
class HalfPacket:
    """What is kept of a form that one has left: the choices and the words, in what JSON can hold."""

    chosen: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    recipient: str = ""
    organisation: str = ""
    reference: str = ""
    reason: str = ""
    least: str = ""
    labels: tuple[str, ...] = ()

    @staticmethod
    def of(form: PacketForm) -> HalfPacket:
        """Of a form as it stands."""
        words = {one.name: getattr(form, one.name) for one in fields(HalfPacket)}
        return HalfPacket(**{**words, "chosen": tuple(sorted(form.chosen))})

    def onto(self, form: PacketForm) -> PacketForm:
        """A form with what was kept."""
        words = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(form, **{**words, "chosen": frozenset(self.chosen)})


def wish_of(form: PacketForm, since: str, until: str, language: str) -> PacketWish:
    """What the form asks for. since, until: ISO days, "" where the words were none."""
    return PacketWish(
        tuple(sorted(form.chosen)), since, until, form.recipient, form.organisation, form.reference,
        form.reason, form.least, form.labels, language,
    )  # fmt: skip
