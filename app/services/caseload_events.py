"""What happened to a family, from what was read of it: the events that start and stop clocks. Pure.

The list of events, with what each is read from, stands in docs/rules.md, "Events".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from app.wraparound.clock_runs import Event, day_of
from app.wraparound.clocks import RECORD_REQUEST_DAYS
from app.wraparound.contacts import IN_PERSON, medium_of
from app.wraparound.phases import BY_HAND
from app.wraparound.records import (
    Addendum,
    CoSignature,
    CrisisItem,
    CrisisPlan,
    Disclosure,
    Episode,
    HandOver,
    MeasureScore,
    Meeting,
    Note,
    PhaseCheck,
    PlanVersion,
    ProviderMessage,
    RecordRequest,
    Referral,
    SafetyReport,
    Screening,
    Signature,
)

from .caseload_facts import FIRST_MADE, Facts

REVIEWS: Final = frozenset({"review", "crisis_debrief", "closing"})
"""Flows of meetings in which the plan is looked at again; codes of vocabulary.MEETING_FLOWS."""
SIGNED_FOR: Final = timedelta(days=31)
"""How long the clock of a note that was signed is still told of."""
NO_CONTACT: Final = frozenset({"supervision", "attempt"})
"""Kinds of notes that tell of no contact with the family."""


def events_of(facts: Facts, today: date, named: Collection[str]) -> tuple[Event, ...]:
    """What happened to a family, in no order. named: codes of the events that any rule names."""
    each = not {"contact", "visit"}.isdisjoint(named)
    return (
        *_family(facts), *_contacts(facts, each), *_meetings(facts), *_crisis(facts),
        *_notes(facts, today - SIGNED_FOR),
        *_releases(facts, today), *_requests(facts), *_episodes(facts), *_outward(facts), *_safety(facts),
    )  # fmt: skip


def iso(text: object) -> date | None:
    """A day of a record; None for one that cannot be read: it may come from another tablet."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _on(text: object, code: str, subject: str = "", about: str = "") -> Iterator[Event]:
    day = iso(text)
    if day is not None:
        yield Event(day, 0, code, subject, about)


def _at(at_ms: object, code: str, subject: str = "", about: str = "") -> Iterator[Event]:
    moment = at_ms if type(at_ms) is int else 0
    day = day_of(moment)
    if day is not None:
        yield Event(day, moment, code, subject, about)


def _family(facts: Facts) -> Iterator[Event]:
    yield from _on(facts.family.referred_on, "referred")
    yield from _on(facts.family.enrolled_on, "enrolled")
    for item, done_on in facts.of(PhaseCheck):
        if item in BY_HAND:
            yield from _on(done_on, f"check_{item}")
    for _, on_day in facts.of(HandOver):
        yield from _on(on_day, "transferred")
    for _, on_day in facts.of(MeasureScore):
        yield from _on(on_day, "measure")
    for _, on_day in facts.of(Screening):
        yield from _on(on_day, "screening")


def _contacts(facts: Facts, each: bool) -> Iterator[Event]:
    """The first and the last of each kind, and every one of the last months when a rule asks for each."""
    for kind, place, medium, first, last in facts.rows.get(FIRST_MADE, ()):
        if kind in NO_CONTACT:
            continue
        in_person = medium_of(kind, place, medium) == IN_PERSON
        for at_ms in {first, last}:
            yield from _at(at_ms, "first_contact")
            yield from _at(at_ms, "contact")
            if in_person:
                yield from _at(at_ms, "first_visit")
                yield from _at(at_ms, "visit")
    for _, kind, started, _, place, medium, made, *_ in facts.of(Note) if each else ():
        if made and kind not in NO_CONTACT:
            yield from _at(started, "contact")
            if medium_of(kind, place, medium) == IN_PERSON:
                yield from _at(started, "visit")


def _meetings(facts: Facts) -> Iterator[Event]:
    for _, status, starts, _, flow, medium, *_, checked in facts.of(Meeting):
        if status != "held":
            continue
        for code in ("team_meeting", "first_contact", "contact"):
            yield from _at(starts, code)
        if medium != "phone" and medium != "video":
            yield from _at(starts, "first_visit")
            yield from _at(starts, "visit")
        if checked:
            yield from _at(starts, "crisis_plan_changed")
        if flow in REVIEWS:
            yield from _at(starts, "plan_reviewed")
    for _, frozen in facts.of(PlanVersion):
        yield from _at(frozen, "plan_version")
    for _, signed in facts.of(Signature):
        yield from _at(signed, "plan_signed")


def _crisis(facts: Facts) -> Iterator[Event]:
    made = [row[0] for row in facts.of(CrisisItem) if row[0]]
    if made:
        yield from _at(min(made), "crisis_plan_made")
    for _, updated in facts.of(CrisisItem):
        yield from _at(updated, "crisis_plan_changed")
    for reviewed_on, updated in facts.of(CrisisPlan):
        reviewed = iso(reviewed_on)
        if reviewed is not None:
            # Looked at and found right: when the day is that of the writing, the hour is known, too.
            moment = updated if day_of(updated) == reviewed else 0
            yield Event(reviewed, moment, "crisis_plan_changed")
            yield Event(reviewed, moment, "crisis_plan_made")


def _notes(facts: Facts, since: date) -> Iterator[Event]:
    """since: a note that was signed before this day runs no clock, and none is told of."""
    since_ms = int(datetime.combine(since, time()).timestamp() * 1000)
    for record, kind, started, _, _, _, _, written, status, _, signed in facts.of(Note):
        done = status != "draft"
        if not done or (signed or written or started) >= since_ms:
            yield from _at(written or started, "note_saved", record)
            if done:
                yield from _at(signed or written or started, "note_signed", record)
        if kind == "crisis":
            yield from _at(written or started, "crisis_note")
    for note, decision, decided in facts.of(CoSignature):
        code = "note_returned" if decision == "returned" else "note_answered"
        yield from _at(decided, code, note)
    for note, written in facts.of(Addendum):
        yield from _at(written, "note_answered", note)


def _releases(facts: Facts, today: date) -> Iterator[Event]:
    """Releases that are whole and end on a day. One that a later one for the same person follows rests."""
    for one in facts.releases:
        end = one.standing.ends_on
        if end is None or one.missing or one.state not in ("valid", "soon", "expired"):
            continue
        yield Event(end, 0, "release_ends", one.release_id, one.recipient)
        who = one.recipient.casefold()
        for other in facts.releases:
            if other is not one and other.holds and other.recipient.casefold() == who:
                last = other.standing.ends_on
                if last is None or last > end:
                    began = iso(other.from_on) or today
                    yield Event(min(began, today), 0, "release_over", one.release_id)


def _requests(facts: Facts) -> Iterator[Event]:
    for record, received_on, due_on, outcome, decided_on, requester in facts.of(RecordRequest):
        received, due = iso(received_on), iso(due_on)
        if received is None:
            continue
        # The day that the law gives is the rule's; only another one that was agreed takes its place.
        lawful = due is None or (due - received).days == RECORD_REQUEST_DAYS
        agreed = date.min if lawful or due is None else due
        yield Event(received, 0, "request_received", record, requester, agreed)
        if outcome != "open":
            yield from _on(decided_on or received_on, "request_answered", record)


def _episodes(facts: Facts) -> Iterator[Event]:
    for record, enrolled_on, asked_on, discharged_on in facts.of(Episode):
        yield from _on(enrolled_on, "episode_enrolled", record)
        yield from _on(asked_on, "extension_asked", record)
        yield from _on(discharged_on, "episode_ended", record)


def _outward(facts: Facts) -> Iterator[Event]:
    for record, at_ms, seen in facts.of(Disclosure):
        yield from _at(at_ms, "left_without_release", record)
        yield from _at(seen, "seen_without_release", record)
    for record, service, sent_on, *answers in facts.of(Referral):
        yield from _on(sent_on, "referral_sent", record, service)
        for one in answers:
            yield from _on(one, "referral_answered", record, service)
    for record, to_name, sent_on, answered_on, status, updated in facts.of(ProviderMessage):
        yield from _on(sent_on, "message_sent", record, to_name)
        yield from _on(answered_on, "message_answered", record, to_name)
        if status == "closed":  # nothing more is expected
            yield from _at(updated, "message_answered", record, to_name)


def _safety(facts: Facts) -> Iterator[Event]:
    for record, suspected, oral, written, status, updated in facts.of(SafetyReport):
        yield from _at(suspected, "suspected", record)
        yield from _at(oral, "oral_report", record)
        yield from _at(written, "written_report", record)
        if status == "not_made":
            yield from _at(updated, "report_not_made", record)
