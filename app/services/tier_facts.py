"""What is known of families for their tiers, read for all of them at once. Columns, not records.

Owns the questions alone; which rule fires is wraparound.tiers. Nothing of a safety report or a private talk
is asked: a tier is seen by everybody who works with the family. Source: docs/contacts-and-tiers.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.wraparound.contacts import day_on
from app.wraparound.records import (
    Episode,
    Family,
    LifeEvent,
    MeasureScore,
    Note,
    PhaseClosing,
    StaffMember,
    TierOverride,
)
from app.wraparound.scoring import kept
from app.wraparound.tiers import Happened, Scored, TierFacts

from .note_views import misplaced


@dataclass(frozen=True)
class Chosen:
    """Somebody's choice. Days are ISO; until_on is the last one; ended_on: taken back on."""

    override_id: str
    tier: str
    reason: str
    from_on: str
    until_on: str
    ended_on: str
    by: str

    def runs(self, on: date) -> bool:
        """Whether it counts on a day."""
        iso = on.isoformat()
        return self.from_on <= iso <= self.until_on and not (self.ended_on and self.ended_on <= iso)


@dataclass
class Known:
    """What was read of one family, for any day."""

    family_id: str
    phase: int
    typed: str
    typed_why: str
    visit_safety: bool
    enrolled_on: str
    scores: list[Scored]
    events: list[Happened]
    settings: list[tuple[date, str]]
    crisis_on: list[date]
    closings: list[tuple[date, int]]
    choices: list[Chosen]

    def on(self, day: date) -> TierFacts:
        """What was known of the family on a day, by what is known now."""
        lived = [one for one in self.settings if one[0] <= day]
        later = [phase for closed, phase in self.closings if closed > day]
        setting_on, setting = max(lived, default=(None, ""))
        return TierFacts(
            day,
            tuple(self.scores),
            tuple(self.events),
            tuple(self.crisis_on),
            setting,
            setting_on,
            min(later, default=self.phase),
            self.visit_safety,
        )


def known_in(session: Session, only: Collection[str] | None = None) -> dict[str, Known]:
    """What is known of every family, or of `only` (hex ids): a question for each kind of record."""

    def asked(question: Any, record: Any) -> Any:
        return session.exec(question if only is None else question.where(record.family_id.in_(only)))

    found = {
        family: Known(
            family, phase, tier.strip(), why.strip(), bool(safety.strip()), enrolled,
            [], [], [], [], [], [],
        )
        for family, phase, tier, why, safety, enrolled in asked(
            select(Family.family_id, Family.phase, Family.tier, Family.tier_reason, Family.visit_safety,
                   Family.enrolled_on), Family  # type: ignore[call-overload]
        )
    }  # fmt: skip
    nobody = Known("", 0, "", "", False, "", [], [], [], [], [], [])
    of: Mapping[str, Known] = defaultdict(lambda: nobody, found)
    for family, code, name, informant, on_day, total in asked(
        select(MeasureScore.family_id, MeasureScore.measure, MeasureScore.measure_name,
               MeasureScore.informant, MeasureScore.on_day, MeasureScore.total)  # type: ignore[call-overload]
        .where(MeasureScore.total != ""), MeasureScore
    ):  # fmt: skip
        on, value = iso_day(on_day), kept(total)
        if on is not None and value is not None:
            of[family].scores.append(Scored(code, name, informant, on, value))
    for family, kind, on_day, setting in asked(
        select(LifeEvent.family_id, LifeEvent.kind, LifeEvent.on_day, LifeEvent.setting), LifeEvent
    ):
        on = iso_day(on_day)
        if on is not None:
            of[family].events.append(Happened(kind, on))
            of[family].settings += [(on, setting)] if setting else []
    for family, enrolled, living in asked(
        select(Episode.family_id, Episode.enrolled_on, Episode.living_in).where(Episode.living_in != ""),
        Episode,
    ):
        on = iso_day(enrolled)
        of[family].settings += [(on, living)] if on is not None else []
    for family, started, written in asked(
        select(Note.family_id, Note.started_at_ms, Note.written_at_ms)
        .where(Note.kind == "crisis")
        .where(col(Note.id).not_in(misplaced())), Note
    ):  # fmt: skip
        on = _day(started or written)
        of[family].crisis_on += [on] if on is not None else []
    for family, closed, phase in asked(
        select(PhaseClosing.family_id, PhaseClosing.closed_on, PhaseClosing.phase), PhaseClosing
    ):
        on = iso_day(closed)
        of[family].closings += [(on, phase)] if on is not None else []
    people = {one.id: one.name for one in session.exec(select(StaffMember))}
    for row in asked(select(TierOverride), TierOverride):
        of[row.family_id].choices.append(
            Chosen(row.id, row.tier, row.reason, row.from_on, row.until_on, row.ended_on,
                   people.get(row.created_by, ""))
        )  # fmt: skip
    return found


def iso_day(text: str) -> date | None:
    """A day from another tablet: what no calendar has is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(at_ms: int) -> date | None:
    try:
        return day_on(at_ms)
    except (ValueError, OverflowError, OSError):
        return None
