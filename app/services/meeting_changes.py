"""What the end of a meeting writes into the family's records, as one list of changes.

Owns turning a draft into records. Every id is in the draft or follows from it, and what is there
already is left out: the same draft written twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.protocol.ids import StreamId, derived_id, singleton_id
from app.store.vault import Change
from app.wraparound import meeting_flow as flow_of
from app.wraparound.records import (
    RECORD_TYPES,
    ActionStep,
    Attendance,
    CrisisPlan,
    FamilyVision,
    Meeting,
    Need,
    Outcome,
    Rating,
    Strategy,
    TransitionItem,
    TransitionPlan,
)

from .meeting_draft import MeetingDraft
from .meeting_plans import INVITED, attendance_id

Fields = dict[str, Any]


def meeting_changes(
    session: Session, stream: StreamId, draft: MeetingDraft, hidden: frozenset[str]
) -> list[Change]:
    """Everything but signatures, minutes and the meeting's own end.

    hidden: ids that those present could not see; words said today never overwrite them.
    """
    found: list[Change] = []
    for type_name, record, fields in _rows(session, stream, draft, hidden):
        change = only_new(session, stream, type_name, record, fields)
        if change is not None:
            found.append(change)
    return found


def only_new(
    session: Session, stream: StreamId, type_name: str, record: str, fields: Mapping[str, Any]
) -> Change | None:
    """The change that brings a record to these values; None when it is there already."""
    row = session.get(RECORD_TYPES[type_name], record)
    new = {n: v for n, v in fields.items() if row is None or getattr(row, n) != v}
    here = stream if row is None else StreamId(bytes.fromhex(row.stream))
    return Change(here, type_name, record, new, restore=row is None) if new else None


def version_wanted(draft: MeetingDraft) -> bool:
    """Whether this meeting freezes a version of the plan."""
    return not draft.professionals_only


def next_starts_at_ms(draft: MeetingDraft) -> int:
    """When the team meets next, in UTC milliseconds; 0 when no day was found."""
    try:
        when = datetime.fromisoformat(f"{draft.next_on}T{draft.next_at or '16:00'}")
        return int(when.timestamp() * 1000) if draft.next_on else 0
    except (ValueError, OverflowError, OSError):
        return 0


def _rows(
    session: Session, stream: StreamId, draft: MeetingDraft, hidden: frozenset[str]
) -> Iterator[tuple[str, str, Fields]]:
    yield from _attendance(session, stream, draft)
    yield from _ratings(draft)
    yield from _plan(session, draft)
    yield from _vision(session, stream, draft, hidden)
    yield from _transition(session, stream, draft, hidden)
    if draft.crisis == "right":
        yield CrisisPlan.TYPE, singleton_id(stream, CrisisPlan.TYPE).hex(), {
            "reviewed_on": _day(draft.ended_at_ms), "reviewed_at_meeting": draft.meeting_id,
        }  # fmt: skip
    starts = next_starts_at_ms(draft)
    if starts:
        yield Meeting.TYPE, draft.next_meeting_id, {
            "kind": "review", "flow": "review", "status": "planned", "starts_at_ms": starts,
            "place": draft.next_place, "medium": draft.medium, "interpreter": draft.interpreter,
            "interpreter_qualification": draft.interpreter_qualification,
            "languages": draft.language,
        }  # fmt: skip


def _attendance(
    session: Session, stream: StreamId, draft: MeetingDraft
) -> Iterator[tuple[str, str, Fields]]:
    marked = {one.person_id for one in draft.present if one.how}
    for one in draft.present:
        if one.how:
            guest = one.person_id.startswith("guest:")
            yield Attendance.TYPE, attendance_id(stream, draft.meeting_id, one.person_id), {
                "meeting_id": draft.meeting_id, "person_id": "" if guest else one.person_id,
                "name": one.name, "role": one.role, "kind": one.kind, "how": one.how,
            }  # fmt: skip
    asked = session.exec(
        select(Attendance)
        .where(Attendance.meeting_id == draft.meeting_id)
        .where(Attendance.how == INVITED)
    )
    for row in asked:
        if row.person_id not in marked:
            yield Attendance.TYPE, row.id, {"how": "absent"}


def _ratings(draft: MeetingDraft) -> Iterator[tuple[str, str, Fields]]:
    people = {one.person_id: one for one in draft.present}
    for one in draft.ratings:
        giver = people.get(one.person_id)
        # What its giver has not shown stays between them and the tablet, and is forgotten with it.
        if one.value < 0 or not one.shown or one.passed or giver is None:
            continue
        yield Rating.TYPE, one.rating_id, {
            "outcome_id": one.goal_id, "meeting_id": draft.meeting_id,
            "by_kind": flow_of.rater_of(giver.kind, giver.is_youth),
            "by_id": "" if giver.person_id.startswith("guest:") else giver.person_id,
            "by_name": giver.name, "value": one.value, "words": one.words,
            "rated_at_ms": draft.ended_at_ms, "language": draft.language,
        }  # fmt: skip


def _plan(session: Session, draft: MeetingDraft) -> Iterator[tuple[str, str, Fields]]:
    said = {"language": draft.language}
    order = draft.ended_at_ms // 1000
    last = max(
        session.exec(
            select(Need.priority)
            .where(Need.family_id == draft.family_id)
            .where(col(Need.id).not_in([one.need_id for one in draft.needs]))
        ),
        default=0,
    )
    for place, need in enumerate(draft.needs, start=1):
        yield Need.TYPE, need.need_id, said | {"text": need.text, "priority": last + place}
        if need.goal:
            yield Outcome.TYPE, need.goal_id, said | {
                "need_id": need.need_id, "text": need.goal, "measure_kind": "rating", "order": order,
            }  # fmt: skip
    for idea in draft.ideas:
        yield Strategy.TYPE, idea.idea_id, said | {
            "outcome_id": idea.goal_id, "text": idea.text, "chosen": idea.chosen, "order": order,
        }  # fmt: skip
    for place, step in enumerate(draft.steps):
        yield ActionStep.TYPE, step.step_id, said | {
            "strategy_id": step.strategy_id, "what": step.what, "owner": step.owner,
            "owner_id": "" if step.owner_id.startswith("guest:") else step.owner_id,
            "due_on": step.due_on, "order": order + place,
        }  # fmt: skip
    for step_id in draft.kept:
        row = session.get(ActionStep, step_id)
        if row is not None and row.status != "done":
            yield ActionStep.TYPE, step_id, {"status": "done", "done_on": _day(draft.ended_at_ms)}


def _vision(
    session: Session, stream: StreamId, draft: MeetingDraft, hidden: frozenset[str]
) -> Iterator[tuple[str, str, Fields]]:
    record = singleton_id(stream, FamilyVision.TYPE).hex()
    row = session.get(FamilyVision, record)
    if record in hidden or not may_write(row, draft.language):
        return
    fields: Fields = {}
    if draft.vision.strip():
        fields["text"] = draft.vision
    if draft.rules:
        before = (row.ground_rules if row else "").splitlines()
        added = [line for line in draft.rules if line not in before]
        fields["ground_rules"] = "\n".join((*before, *added))
    if fields:
        yield FamilyVision.TYPE, record, fields | {"language": draft.language}


def _transition(
    session: Session, stream: StreamId, draft: MeetingDraft, hidden: frozenset[str]
) -> Iterator[tuple[str, str, Fields]]:
    record = singleton_id(stream, TransitionPlan.TYPE).hex()
    row = session.get(TransitionPlan, record)
    fields: Fields = {
        name: words
        for name, words in (("celebration", draft.celebration), ("way_back", draft.way_back))
        if words.strip()
    }
    if fields and record not in hidden and may_write(row, draft.language):
        yield TransitionPlan.TYPE, record, fields | {"language": draft.language}
    for place, one in enumerate(draft.carries):
        yield TransitionItem.TYPE, one.step_id, {
            "section": "carries", "text": one.what, "who": one.owner, "who_id": one.owner_id,
            "language": draft.language, "order": draft.ended_at_ms // 1000 + place,
        }  # fmt: skip


def may_write(row: FamilyVision | TransitionPlan | None, language: str) -> bool:
    """Whether words in a language may go into a record that holds all its words in one language."""
    if row is None or row.language == language:
        return True
    texts = (
        (row.text, row.team_mission, row.ground_rules)
        if isinstance(row, FamilyVision)
        else (row.celebration, row.way_back)
    )
    return not any(one.strip() for one in texts)


def closing_fields(draft: MeetingDraft, version: str, had: str) -> Fields:
    """The meeting's own record once it is over. version, had: plan version ids, or empty."""
    family, natural, formal = flow_of.counts((one.kind, one.how) for one in draft.present)
    return {
        "status": "held",
        "flow": draft.flow,
        "started_at_ms": draft.started_at_ms,
        "ended_at_ms": draft.ended_at_ms,
        "minutes": max(1, (draft.ended_at_ms - draft.started_at_ms) // 60_000),
        "place": draft.place,
        "medium": draft.medium,
        "interpreter": draft.interpreter,
        "interpreter_qualification": draft.interpreter_qualification,
        "languages": ",".join(draft.languages),
        "professionals_only": draft.professionals_only,
        "family_present": family,
        "natural_present": natural,
        "formal_present": formal,
        "celebrations": "\n".join(draft.celebrations),
        "decisions": "\n".join((*_decided(draft), *draft.debrief.values())),
        "crisis_plan_checked": draft.crisis,
        "version_before": had,
        "version_after": version,
        "next_meeting_id": draft.next_meeting_id if next_starts_at_ms(draft) else "",
        "minutes_note_id": draft.note_id,
    }


def _decided(draft: MeetingDraft) -> list[str]:
    steps = [f"{one.what}: {one.owner}" if one.owner else one.what for one in draft.steps]
    return [*(one.text for one in draft.ideas if one.chosen), *steps]


def signature_id(stream: StreamId, meeting_id: str, person_id: str) -> str:
    """The one Signature of a person at a meeting."""
    return derived_id(stream, "signature", meeting_id, person_id).hex()


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).date().isoformat()
