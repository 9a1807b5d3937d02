"""What of one family's record goes into an audit packet, and what shows that a standard is met.

Owns the choice: signed notes, frozen plans, releases and disclosures whose labels the ground covers, in
the days of the packet. Never read here, whatever the ground: safety reports, adults' safety plans,
private talks, and the lines of the log that they left. Spec: docs/audit-packet.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from app.wraparound.packet import PacketDisclosure, PacketNote, PacketRelease, PacketVersion
from app.wraparound.records import (
    CoSignature,
    CrisisItem,
    CrisisPlan,
    Family,
    FamilyVision,
    Meeting,
    NaturalSupport,
    Need,
    Person,
    PlanVersion,
    Rating,
    Record,
    Signature,
    StaffMember,
    Strength,
    TransitionPlan,
)
from app.wraparound.rules.packet import EVIDENCE

from .disclosures import UNPRINTED, CopyGiven
from .note_views import NoteView
from .releases import ReleaseView
from .version_rows import digest

CONTACTS: Final = frozenset({"home_visit", "phone", "text", "school", "collateral", "team_meeting", "crisis"})
"""Kinds of notes that are a contact; an attempt or supervision is none."""
NOT_PRINTED: Final = UNPRINTED | {"medical_emergency"}
"""Grounds that tell of a danger to somebody."""
_MINUTE_MS: Final = 60_000


def day_of(at_ms: int) -> date | None:
    """The day of an instant on this tablet's wall; None for what no calendar has."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date() if at_ms > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def within(at_ms: int, since: date, until: date) -> bool:
    """Whether an instant lies in the days of the packet."""
    on = day_of(at_ms)
    return on is not None and since <= on <= until


def signed_notes(notes: Iterable[NoteView], labels: frozenset[str]) -> tuple[NoteView, ...]:
    """Signed notes that the ground covers, the oldest first."""
    kept = [one for one in notes if one.signed_at_ms and one.label in labels]
    return tuple(sorted(kept, key=lambda one: (one.started_at_ms, one.note_id)))


def notes_of(
    session: Session, notes: Sequence[NoteView], since: date, until: date
) -> tuple[PacketNote, ...]:
    """Notes about something in the days of the packet, with what was added and who co-signed."""
    names = {row.id: row.name for row in session.exec(select(StaffMember))}
    ids = [one.note_id for one in notes]
    signed: dict[str, CoSignature] = {}
    chosen = select(CoSignature).where(col(CoSignature.note_id).in_(ids))
    for row in session.exec(chosen.order_by(col(CoSignature.decided_at_ms), col(CoSignature.id))):
        signed[row.note_id] = row
    return tuple(
        _note(one, signed.get(one.note_id), names)
        for one in notes
        if within(one.started_at_ms, since, until)
    )


def _note(one: NoteView, mark: CoSignature | None, names: dict[str, str]) -> PacketNote:
    minutes = max(0, one.stopped_at_ms - one.started_at_ms) // _MINUTE_MS if one.stopped_at_ms else 0
    stands = mark is not None and mark.decision == "co_signed"
    return PacketNote(
        one.kind, one.started_at_ms, minutes, one.place, one.with_whom_words, one.made, one.author,
        one.author_title, one.signed_at_ms, one.late_entry, one.body,
        tuple((more.author, more.written_at_ms, more.body) for more in one.addenda),
        names.get(mark.created_by, "") if mark is not None and stands else "",
        mark.decided_at_ms if mark is not None and stands else 0,
    )  # fmt: skip


def versions_of(session: Session, family_id: str, since: date, until: date) -> tuple[PacketVersion, ...]:
    """Plans that were frozen in the days of the packet, with who signed them."""
    rows = _rows(session, PlanVersion, family_id)
    ordered = sorted(rows, key=lambda row: (row.frozen_at_ms, row.id))
    signed: dict[str, list[tuple[str, str, int, str]]] = {}
    for row in _rows(session, Signature, family_id):
        kept = row.signed if isinstance(row.signed, dict) else {}
        at_ms = kept.get("signed_at_ms")
        line = (
            str(kept.get("name", row.name)), str(kept.get("role", "")), at_ms if type(at_ms) is int else 0,
            "signed" if kept.get("strokes") else "spoken",
        )  # fmt: skip
        signed.setdefault(row.version_id, []).append(line)
    return tuple(
        PacketVersion(
            number, row.frozen_at_ms, digest(row.content or {}),
            tuple(sorted(signed.get(row.id, []), key=lambda one: (one[2], one[0]))),
        )
        for number, row in enumerate(ordered, start=1)
        if within(row.frozen_at_ms, since, until)
    )  # fmt: skip


def newest_version(session: Session, family_id: str, since: date, until: date) -> tuple[str, date] | None:
    """Id and day of the newest plan that was frozen in the days of the packet."""
    rows = [
        row for row in _rows(session, PlanVersion, family_id) if within(row.frozen_at_ms, since, until)
    ]
    if not rows:
        return None
    row = max(rows, key=lambda one: (one.frozen_at_ms, one.id))
    on = day_of(row.frozen_at_ms)
    return (row.id, on) if on is not None else None


def releases_of(
    releases: Sequence[ReleaseView], labels: frozenset[str], since: date, until: date
) -> tuple[PacketRelease, ...]:
    """Releases that held on any day of the packet; one that names an uncovered label is not told of."""
    kept = [
        one for one in releases
        if frozenset(one.terms.labels) <= labels
        and one.from_on <= until.isoformat()
        and (not one.until_on or one.until_on >= since.isoformat())
    ]  # fmt: skip
    return tuple(
        PacketRelease(
            one.recipient, one.organisation, one.what, one.from_on, one.until_on or one.terms.until_event,
            one.state, one.terms.signed_on,
        )
        for one in sorted(kept, key=lambda one: (one.from_on, one.release_id))
    )  # fmt: skip


def disclosures_of(lines: Sequence[CopyGiven], labels: frozenset[str]) -> tuple[PacketDisclosure, ...]:
    """What left, oldest first, without what a danger to somebody made leave."""
    kept = [
        one for one in lines if one.basis not in NOT_PRINTED and frozenset(one.labels) <= labels | {"general"}
    ]
    return tuple(
        PacketDisclosure(one.at_ms, one.recipient, one.organisation, one.what, one.basis, one.by)
        for one in sorted(kept, key=lambda one: (one.at_ms, one.disclosure_id))
    )


def evidence_of(
    session: Session, family_id: str, notes: Sequence[NoteView], releases: Sequence[ReleaseView],
    labels: frozenset[str],
) -> dict[str, list[date]]:  # fmt: skip
    """Code of rules.packet.EVIDENCE → the days on which it was so. notes: those that may be read."""
    found: dict[str, list[date]] = {code: [] for code in EVIDENCE}

    def put(code: str, *days: date | None) -> None:
        found[code] += [one for one in days if one is not None]

    for note in notes:
        on = day_of(note.started_at_ms)
        if note.made and note.kind in CONTACTS:
            put("contact", on)
        if note.made and note.kind == "home_visit":
            put("home_visit", on)
        put("signed_note", day_of(note.signed_at_ms))
    ids = {note.note_id for note in notes}
    for mark in _rows(session, CoSignature, family_id):
        if mark.note_id in ids and mark.decision == "co_signed":
            put("co_signature", day_of(mark.decided_at_ms))
    for release in releases:
        if frozenset(release.terms.labels) <= labels:
            put("release", _iso(release.terms.signed_on))
    for card in _rows(session, CrisisPlan, family_id):
        put("crisis_plan", _iso(card.reviewed_on))
    put("crisis_plan", *(_made(one) for one in _rows(session, CrisisItem, family_id)))
    for meeting in _rows(session, Meeting, family_id):
        if meeting.status == "held" and not meeting.professionals_only:
            put("team_meeting", day_of(meeting.ended_at_ms or meeting.started_at_ms or meeting.starts_at_ms))
    for support in _rows(session, NaturalSupport, family_id):
        if support.status in ("on_team", "leading") and not support.do_not_contact:
            put("natural_support", _iso(support.on_team_on) or _iso(support.agreed_on) or _made(support))
    people = {one.id for one in _rows(session, Person, family_id)}
    for version in _rows(session, PlanVersion, family_id):
        put("plan_version", day_of(version.frozen_at_ms))
    for mark_of in _rows(session, Signature, family_id):
        kept = mark_of.signed if isinstance(mark_of.signed, dict) else {}
        at_ms = kept.get("signed_at_ms")
        if mark_of.signer_id in people and type(at_ms) is int:
            put("family_signature", day_of(at_ms))
    for vision in _rows(session, FamilyVision, family_id):
        put("vision", _made(vision) if vision.text.strip() else None)
    put("strength", *(_made(one) for one in _rows(session, Strength, family_id) if one.label in labels))
    put("need", *(_made(one) for one in _rows(session, Need, family_id) if one.label in labels))
    put("outcome_rated", *(_made(one) for one in _rows(session, Rating, family_id) if one.label in labels))
    put("transition_plan", *(_made(one) for one in _rows(session, TransitionPlan, family_id)))
    return found


def family_of(session: Session, family_id: str) -> Family | None:
    """The family's own record."""
    return session.exec(select(Family).where(Family.family_id == family_id)).first()


def _rows(session: Session, kind: Any, family_id: str) -> list[Any]:
    """A family's records of a kind, whatever stream they lie in: whoever asks looks at their labels."""
    rows = session.exec(select(kind).where(kind.family_id == family_id).order_by(kind.id)).all()
    return list(rows)


def _made(row: Record) -> date | None:
    return day_of(row.created_at_ms)


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
