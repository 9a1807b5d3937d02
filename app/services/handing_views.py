"""The values of cover and hand-over: what is asked for, and how rows look to a screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlmodel import Session, select

from app.wraparound.records import Cover, HandOver, StaffMember

REASONS = ("holiday", "sick", "training", "other")
CoverState = Literal["coming", "now", "ending", "ended"]


@dataclass(frozen=True)
class Colleague:
    """Somebody who could stand in or take over. families: how many they lead on this tablet."""

    person_id: str
    name: str
    title: str
    families: int


@dataclass(frozen=True)
class CoverView:
    """One cover. state: coming, now, ending (the day is over, not taken out yet), ended."""

    cover_id: str
    family_id: str
    person_id: str
    person: str
    for_whom: str
    from_on: str
    until_on: str
    reason: str
    note: str
    state: CoverState


@dataclass(frozen=True)
class HandOverView:
    """One transfer. leaving: the former coordinator still reads, until reads_until."""

    hand_over_id: str
    family_id: str
    from_id: str
    from_whom: str
    to_id: str
    to_whom: str
    on_day: str
    note: str
    reads_until: str
    leaving: bool
    seen: bool


@dataclass(frozen=True)
class LedFamily:
    """A family of somebody's caseload."""

    family_id: str
    name: str


@dataclass(frozen=True)
class NewCover:
    """Who stands in, until which day (ISO, included), and why."""

    family_ids: tuple[str, ...]
    person_id: str
    until_on: str
    reason: str = "holiday"
    note: str = ""


@dataclass(frozen=True)
class NewTransfer:
    """Who takes over. note: what they should know. reads_until: see HandOver; empty: leaves now."""

    family_ids: tuple[str, ...]
    to_id: str
    note: str
    reads_until: str = ""


def names_of(session: Session) -> dict[str, str]:
    """Names of the people who work here, by person id (hex)."""
    return {row.id: row.name for row in session.exec(select(StaffMember))}


def by_name(family: LedFamily) -> str:
    """For sorting."""
    return family.name.casefold()


def cover_view(row: Cover, names: dict[str, str], today: date) -> CoverView:
    """A cover as screens see it."""
    day = today.isoformat()
    state: CoverState = "now"
    if row.ended_on:
        state = "ended"
    elif row.until_on < day:
        state = "ending"
    elif row.from_on > day:
        state = "coming"
    return CoverView(
        row.id, row.family_id, row.person_id, names.get(row.person_id, ""), names.get(row.for_id, ""),
        row.from_on, row.until_on, row.reason, row.note, state,
    )  # fmt: skip


def hand_over_view(row: HandOver, names: dict[str, str]) -> HandOverView:
    """A transfer as screens see it."""
    return HandOverView(
        row.id, row.family_id, row.from_id, names.get(row.from_id, ""), row.to_id, names.get(row.to_id, ""),
        row.on_day, row.note, row.reads_until, not row.left_on, bool(row.seen_at_ms),
    )  # fmt: skip
