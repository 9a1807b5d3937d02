"""Which decisions of supervisors stand on which notes, read from the records in a few grouped queries.

Owns two questions: how the notes that somebody looks at stand (exactly, by the digest of what is held
here), and which notes of every family wait for a supervisor (columns only). Spec: docs/howto/supervise.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlmodel import Session, col, or_, select

from app.protocol.membership import Role
from app.store.vault import Vault
from app.wraparound.cosigning import TO_READ, Added, CoSignStanding, Decision, counted, digest, standing_of
from app.wraparound.records import Addendum, CoSignature, EnteredInError, MovedItem, Note

from .moved import First, first_of
from .practice_rules import Rulebooks

ASKED_DAYS: Final = 180
"""Notes written longer ago are not asked for any more, so that an agency that begins to co-sign does not
begin with years of them. What was decided about them stands."""
DAY_MS: Final = 24 * 3600 * 1000
_FEW: Final = 500
"""Ids that are named in a question; above that all are read and most are passed over."""


@dataclass(frozen=True)
class Round:
    """One decision of a supervisor about a note. matches: it was taken about what is held here now."""

    decision_id: str
    by_id: str
    by: str
    title: str
    decision: str
    at_ms: int
    comment: str
    matches: bool


@dataclass(frozen=True)
class CoSigned:
    """How a signed note stands with supervisors. digest: of the note as it is held here now."""

    standing: CoSignStanding = ""
    rounds: tuple[Round, ...] = ()
    digest: str = ""

    @property
    def last(self) -> Round | None:
        """The decision that counts now."""
        return self.rounds[-1] if self.rounds else None


@dataclass(frozen=True)
class QueueNote:
    """One note that waits for a supervisor, or (standing returned) for its author."""

    note_id: str
    family_id: str
    author_id: str
    kind: str
    started_at_ms: int
    written_at_ms: int
    standing: CoSignStanding


@dataclass(frozen=True)
class Asked:
    """For which notes a co-signature is asked.

    supervisors: person ids (hex) whose notes nobody co-signs. kinds: of notes, None for all.
    since_ms: when a note must have been written at the earliest.
    """

    supervisors: frozenset[str]
    kinds: frozenset[str] | None = None
    since_ms: int = 0

    def of(self, kind: str, author: str, written_at_ms: int) -> bool:
        """Whether a signed note is to be co-signed."""
        named = self.kinds is None or kind in self.kinds
        return named and author not in self.supervisors and written_at_ms >= self.since_ms


def supervisors_of(vault: Vault) -> frozenset[str]:
    """Who supervises now, by the agency's verified chain."""
    if not vault.has_agency:
        return frozenset()
    agency = vault.agency
    held = ((one, agency.roles_at(one, agency.index)) for one in agency.persons)
    return frozenset(one.hex() for one, roles in held if Role.SUPERVISOR in roles)


def asked_by(vault: Vault, now_ms: int) -> Asked:
    """For which notes the agency asks a co-signature now. now_ms: the present, UTC milliseconds."""
    today = now_ms - now_ms % DAY_MS
    return Asked(supervisors_of(vault), None, today - ASKED_DAYS * DAY_MS)


def by_rules(session: Session, books: Rulebooks, asked: Asked, today: date) -> Asked:
    """The same, for the kinds of notes of which the agency's rules say it today."""
    return replace(asked, kinds=books.book(session, "notes").on(today).co_signed)


def co_signed_of(
    session: Session, rows: Sequence[Note], first: Mapping[str, First], names: Mapping[str, str], asked: Asked
) -> dict[str, CoSigned]:
    """How signed notes stand. first: of those that were written again. names: staff by person id."""
    signed = [row for row in rows if isinstance(row.signed, dict) and row.signed]
    known = {one: row.id for row in signed for one in _ids(row.id, first)}
    decisions = _decisions(session, known)
    added = _added(session, [row.id for row in signed])
    found: dict[str, CoSigned] = {}
    for row in signed:
        author = first[row.id].by if row.id in first else row.created_by
        held = counted(decisions.get(row.id, ()), author)
        now = digest(row.signed or {}, added.get(row.id, ()))
        rounds = tuple(
            Round(
                one.decision_id, one.by, names.get(one.by, ""), one.title, one.decision, one.at_ms,
                one.comment, one.digest == now,
            )
            for one in held
        )  # fmt: skip
        wanted = asked.of(row.kind, author, row.written_at_ms)
        found[row.id] = CoSigned(standing_of(held, now, asked=wanted), rounds, now)
    return found


def waiting_in(
    session: Session, asked: Asked, families: Collection[str] | None = None
) -> dict[str, tuple[QueueNote, ...]]:
    """Notes that wait for a supervisor or for their author, by family; of some families, or of all.

    Columns only. What a decision binds is looked at where something was added to the note; that it is what
    a supervisor read is checked for every note that is opened.
    """
    notes = (
        _columns(Note.id, Note.family_id, Note.created_by, Note.kind, Note.started_at_ms, Note.written_at_ms)
        .where(col(Note.signed).is_not(None))
        .where(col(Note.written_at_ms) >= asked.since_ms)
    )
    if asked.kinds is not None:
        decided = select(CoSignature.note_id)
        notes = notes.where(or_(col(Note.kind).in_(asked.kinds), col(Note.id).in_(decided)))
    marks = select(MovedItem.to_id, MovedItem.item_id).where(MovedItem.item_type == Note.TYPE)
    if families is not None:
        notes = notes.where(col(Note.family_id).in_(families))
        marks = marks.where(col(MovedItem.family_id).in_(families))
    wrong = set(session.exec(select(EnteredInError.item_id)))
    rows = [row for row in session.exec(notes).all() if row[0] not in wrong]
    moved = {to for to, _ in session.exec(marks)}
    first = _first(session, [row[0] for row in rows if row[0] in moved])
    authors = {row[0]: first[row[0]].by if row[0] in first else row[2] for row in rows}
    known = {one: row[0] for row in rows for one in _ids(row[0], first)}
    decisions = _decisions(session, known, families)
    changed = _changed(session, set(decisions), families)
    found: dict[str, list[QueueNote]] = defaultdict(list)
    for note_id, family, _, kind, started, written in rows:
        held = counted(decisions.get(note_id, ()), authors[note_id])
        now = changed.get(note_id, held[-1].digest if held else "")
        stands = standing_of(held, now, asked=asked.of(kind, authors[note_id], written))
        if stands in TO_READ or stands == "returned":
            found[family].append(
                QueueNote(note_id, family, authors[note_id], kind, started, written, stands)
            )
    return {family: tuple(sorted(some, key=_oldest)) for family, some in found.items()}


def _columns(*columns: Any) -> Any:
    """A select of columns: records as objects would take many times as long."""
    return select(*columns)


def _oldest(one: QueueNote) -> tuple[int, str]:
    return (one.written_at_ms, one.note_id)


def _ids(note_id: str, first: Mapping[str, First]) -> tuple[str, ...]:
    """The ids that a note has had: a decision names the one of its day."""
    return (note_id, *first[note_id].was) if note_id in first else (note_id,)


def _first(session: Session, note_ids: Sequence[str]) -> dict[str, First]:
    if not note_ids:
        return {}
    return first_of(session, session.exec(select(Note).where(col(Note.id).in_(note_ids))).all())


def _decisions(
    session: Session, known: Mapping[str, str], families: Collection[str] | None = None
) -> dict[str, list[Decision]]:
    """Decisions by the id that their note has now. known: every id a note has had → that."""
    asked = _columns(
        CoSignature.id, CoSignature.note_id, CoSignature.created_by, CoSignature.decision,
        CoSignature.decided_at_ms, CoSignature.digest, CoSignature.comment, CoSignature.signer_title,
    )  # fmt: skip
    if families is not None:
        asked = asked.where(col(CoSignature.family_id).in_(families))
    elif len(known) <= _FEW:
        asked = asked.where(col(CoSignature.note_id).in_(list(known)))
    found: dict[str, list[Decision]] = defaultdict(list)
    for row in session.exec(asked):
        if row[1] in known:
            found[known[row[1]]].append(Decision(row[0], *row[2:]))
    return found


def _added(session: Session, note_ids: Iterable[str]) -> dict[str, list[Added]]:
    rows = _columns(Addendum.note_id, Addendum.written_at_ms, Addendum.author_title, Addendum.body)
    found: dict[str, list[Added]] = defaultdict(list)
    for note_id, *words in session.exec(rows.where(col(Addendum.note_id).in_(list(note_ids)))):
        found[note_id].append(Added(*words))
    return found


def _changed(
    session: Session, decided: set[str], families: Collection[str] | None
) -> dict[str, str]:
    """Digests of decided notes to which something was added."""
    rows = select(Addendum.note_id).distinct()
    if families is not None:
        rows = rows.where(col(Addendum.family_id).in_(families))
    both = [one for one in session.exec(rows) if one in decided]
    added = _added(session, both)
    signed = _columns(Note.id, Note.signed).where(col(Note.id).in_(both))
    return {note: digest(content or {}, added[note]) for note, content in session.exec(signed)}
