"""What is known of families at a glance, read from the records in one pass. Columns, not records.

Owns the questions alone: one for each kind of record, for all families or for those that changed.
What the answers mean for clocks is caseload_events.py. A supervisor's tablet holds a hundred thousand
records: whatever is asked here must stay within a fraction of a second (bench/glance.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlmodel import Session, col, func, or_
from sqlmodel import select as exact_select

from app.wraparound.cosigning import TO_READ
from app.wraparound.records import (
    Addendum,
    CoSignature,
    CrisisItem,
    CrisisPlan,
    Disclosure,
    Episode,
    Family,
    HandOver,
    MeasureScore,
    Meeting,
    Note,
    Person,
    PhaseCheck,
    PlanVersion,
    ProviderMessage,
    RecordRequest,
    Referral,
    Release,
    SafetyReport,
    Screening,
    Signature,
    StaffMember,
)

from .cosign_reading import Asked, waiting_in
from .note_views import misplaced
from .practice_rules import Rulebooks
from .releases import ReleaseView, view_of
from .tiers import tiers_in

SOURCES: Final = frozenset(
    one.TYPE
    for one in (
        Addendum, CoSignature, CrisisItem, CrisisPlan, Disclosure, Episode, Family, HandOver, MeasureScore,
        Meeting, Note, Person, PhaseCheck, PlanVersion, ProviderMessage, RecordRequest, Referral, Release,
        SafetyReport, Screening, Signature,
    )
) | {"entered_in_error", "tier_override", "life_event"}  # fmt: skip
"""Types of records that change what is known of a family."""
Rows = list[tuple[Any, ...]]
select: Any = exact_select
"""SQLModel types four columns at most."""


@dataclass
class Facts:
    """What was read of one family. Rows are tuples in the order of the questions below."""

    family: Family
    rows: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))
    releases: list[ReleaseView] = field(default_factory=list)
    tier: str = ""
    """The one that counts: chosen, by rule, or as somebody typed it once."""
    to_co_sign: int = 0
    returned: int = 0

    def of(self, record: Any) -> Rows:
        """The rows of a kind of record."""
        return self.rows.get(record.TYPE, [])


@dataclass(frozen=True)
class Read:
    """The answer to one reading. staff: person id (hex) → name."""

    facts: Mapping[str, Facts]
    staff: Mapping[str, str]


def _signed_at(of: Any) -> Any:
    return func.json_extract(of.signed, "$.signed_at_ms")


def _questions(since_ms: int) -> dict[type[Any], Any]:
    """The columns of each kind of record, the family first. since_ms: how far back contacts go."""
    # In a table of a hundred thousand notes only those that may still run a clock, and the latest.
    recent = or_(col(Note.started_at_ms) >= since_ms, Note.status == "draft", Note.kind == "crisis",
                 col(Note.written_at_ms) >= since_ms)  # fmt: skip
    return {
        Person: select(Person.family_id, Person.born_on).where(col(Person.is_youth)),
        Meeting: select(
            Meeting.family_id, Meeting.id, Meeting.status, Meeting.starts_at_ms, Meeting.kind, Meeting.flow,
            Meeting.medium, Meeting.minutes, Meeting.minutes_note_id, Meeting.created_by,
            Meeting.crisis_plan_checked,
        ).where(col(Meeting.status).in_(("planned", "running", "held")), ~col(Meeting.professionals_only)),
        Note: select(
            Note.family_id, Note.id, Note.kind, Note.started_at_ms, Note.stopped_at_ms, Note.place,
            Note.medium, Note.made, Note.written_at_ms, Note.status, Note.created_by, _signed_at(Note),
        ).where(recent, col(Note.id).not_in(misplaced())),
        Addendum: select(Addendum.family_id, Addendum.note_id, Addendum.written_at_ms),
        CoSignature: select(
            CoSignature.family_id, CoSignature.note_id, CoSignature.decision, CoSignature.decided_at_ms
        ),
        CrisisPlan: select(CrisisPlan.family_id, CrisisPlan.reviewed_on, CrisisPlan.updated_at_ms),
        CrisisItem: select(CrisisItem.family_id, CrisisItem.created_at_ms, CrisisItem.updated_at_ms),
        PhaseCheck: select(PhaseCheck.family_id, PhaseCheck.item, PhaseCheck.done_on).where(
            col(PhaseCheck.done)
        ),
        PlanVersion: select(PlanVersion.family_id, PlanVersion.id, PlanVersion.frozen_at_ms),
        Signature: select(Signature.family_id, Signature.version_id, _signed_at(Signature)),
        HandOver: select(HandOver.family_id, HandOver.id, HandOver.on_day),
        MeasureScore: select(MeasureScore.family_id, MeasureScore.id, MeasureScore.on_day),
        Screening: select(Screening.family_id, Screening.id, Screening.on_day),
        Disclosure: select(
            Disclosure.family_id, Disclosure.id, Disclosure.at_ms, Disclosure.seen_at_ms
        ).where(Disclosure.basis != ""),
        RecordRequest: select(
            RecordRequest.family_id, RecordRequest.id, RecordRequest.received_on, RecordRequest.due_on,
            RecordRequest.outcome, RecordRequest.decided_on, RecordRequest.requester,
        ),
        Episode: select(
            Episode.family_id, Episode.id, Episode.enrolled_on, Episode.extension_asked_on,
            Episode.discharged_on,
        ),
        Referral: select(
            Referral.family_id, Referral.id, Referral.service_name, Referral.sent_on, Referral.accepted_on,
            Referral.waiting_on, Referral.connected_on, Referral.completed_on, Referral.declined_on,
            Referral.not_connected_on,
        ).where(Referral.sent_on != ""),
        ProviderMessage: select(
            ProviderMessage.family_id, ProviderMessage.id, ProviderMessage.to_name, ProviderMessage.sent_on,
            ProviderMessage.answered_on, ProviderMessage.status, ProviderMessage.updated_at_ms,
        ).where(ProviderMessage.sent_on != ""),
        SafetyReport: select(
            SafetyReport.family_id, SafetyReport.id, SafetyReport.suspected_at_ms, SafetyReport.oral_at_ms,
            SafetyReport.written_at_ms, SafetyReport.status, SafetyReport.updated_at_ms,
        ),
    }  # fmt: skip


FIRST_MADE: Final = "first_made"
"""(kind, place, medium, first instant, last instant) of the contacts that were made, at any time."""


def read_facts(
    session: Session,
    only: Collection[str] | None,
    since_ms: int,
    asked: Asked,
    books: Rulebooks,
    today: date,
) -> Read:
    """Everything of these families (hex ids), or of all. since_ms: how far back contacts go (UTC ms).

    asked: which notes a supervisor co-signs. books: the rules, for the tiers.
    """

    def among(question: Any, of: Any) -> Any:
        return question if only is None else question.where(col(of.family_id).in_(only))

    facts = {one.family_id: Facts(one) for one in session.exec(among(select(Family), Family))}

    def keep(name: str, rows: Iterable[Any]) -> None:
        for family, *rest in rows:
            found = facts.get(family)
            if found is not None:
                found.rows[name].append(tuple(rest))

    for record, question in _questions(since_ms).items():
        keep(record.TYPE, session.exec(among(question, record)))
    first = select(
        Note.family_id, Note.kind, Note.place, Note.medium, func.min(Note.started_at_ms),
        func.max(Note.started_at_ms),
    ).where(col(Note.made), Note.started_at_ms > 0, col(Note.id).not_in(misplaced()))  # fmt: skip
    grouped = among(first, Note).group_by(Note.family_id, Note.kind, Note.place, Note.medium)
    keep(FIRST_MADE, session.exec(grouped))
    for row in session.exec(among(select(Release).where(Release.revoked_on == ""), Release)):
        if row.family_id in facts:
            facts[row.family_id].releases.append(view_of(row, today))
    for family, tier in tiers_in(session, books, today, only).items():
        if family in facts:
            facts[family].tier = tier.code
    for family, waiting in waiting_in(session, asked, only).items():
        if family in facts:
            facts[family].to_co_sign = sum(one.standing in TO_READ for one in waiting)
            facts[family].returned = sum(one.standing == "returned" for one in waiting)
    return Read(facts, {one.id: one.name for one in session.exec(select(StaffMember))})
