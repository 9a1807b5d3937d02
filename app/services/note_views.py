"""Notes as people read them: the values, and how they are made from records.

What another member's tablet wrote is taken on trust for nothing: a signature counts when its author
is the note's, and the words of a note that was written again are checked against the note as it was.
Spec: docs/labels.md, "Signed notes that move"; design 02, Signed notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from app.store.queries import Buried
from app.wraparound.labels import is_restricted
from app.wraparound.records import EnteredInError, MovedItem, Note, StaffMember
from app.wraparound.vocabulary import codes, join_codes

from .cosign_reading import CoSigned
from .moved import First, first_of


@dataclass(frozen=True)
class NoteDraft:
    """A note as it stands in the editor. Instants in UTC milliseconds, 0 when not told."""

    note_id: str
    family_id: str
    kind: str = "home_visit"
    started_at_ms: int = 0
    stopped_at_ms: int = 0
    place: str = "home"
    with_whom: str = ""
    with_whom_words: str = ""
    made: bool = True
    concerns: str = ""
    label: str = "general"
    body: str = ""
    medium: str = ""
    """A code of practice_codes.CONTACT_MEDIUMS; "": as kind and place suggest."""
    funder: str = ""
    billable: str = ""
    """yes, no; "": as the funder's rule suggests."""
    principles: str = ""
    """Codes of vocabulary.PRINCIPLES joined by a comma."""
    activities: str = ""
    """Codes of practice_codes.ACTIVITIES joined by a comma."""
    saved_at_ms: int = 0
    """When the draft was last kept on this tablet."""
    based_on_saved: bool = False
    """True once the note itself has been saved (and so synced)."""


@dataclass(frozen=True)
class AddendumView:
    """Words added to a signed note."""

    author: str
    author_title: str
    written_at_ms: int
    body: str


@dataclass(frozen=True)
class MovedNote:
    """A note that was written again by somebody: its label changed, or it stood in another family.

    why: label, family. signature: "" for an unsigned note, "same" when this tablet holds the note as
    its author signed it and it says the same, "differs", or "not_here" when it cannot be compared.
    """

    by: str
    at_ms: int
    why: str
    signature: str = ""


@dataclass(frozen=True)
class NoteView:
    """A note as people read it. For a signed note, its signed content."""

    note_id: str
    family_id: str
    kind: str
    started_at_ms: int
    stopped_at_ms: int
    place: str
    with_whom: str
    with_whom_words: str
    made: bool
    concerns: str
    label: str
    body: str
    author_id: str
    author: str
    author_title: str
    written_at_ms: int
    late_entry: bool
    status: str
    signed_at_ms: int
    signed_by: str
    unsigned_changes: bool
    """Somebody who had not seen the signature changed the note: kept, shown, not part of it."""
    has_conflict: bool
    mine: bool
    sync_state: str
    """saved_on_tablet, on_server."""
    addenda: tuple[AddendumView, ...] = ()
    restricted: bool = False
    """It lies in the restricted stream: partners and families have it nowhere."""
    moved: MovedNote | None = None
    came_back: bool = False
    """Its label was changed, and somebody wrote in it at the same time: it is here again, and there."""
    co_sign: CoSigned = CoSigned()
    """What supervisors said of it."""
    medium: str = ""
    funder: str = ""
    billable: str = ""
    principles: str = ""
    activities: str = ""


COUNTED_FIELDS = ("medium", "funder", "billable", "principles", "activities")
"""How a note counts. Notes that were signed before there were such fields carry none of them."""
SIGNED_FIELDS = (
    "kind", "started_at_ms", "stopped_at_ms", "place", "with_whom", "with_whom_words", "made",
    "concerns", "label", "body", "author_title", "written_at_ms", "late_entry", *COUNTED_FIELDS,
)  # fmt: skip
"""What a signature carries, besides when it was given and by whom."""
_ELSEWHERE = ("family", "joined")
_MAY_DIFFER = {"label": ("label", *_ELSEWHERE), "concerns": _ELSEWHERE, "with_whom": _ELSEWHERE}
"""Fields of a signed note that another place may hold otherwise, by why it was written again: a
label says who may read it and is no part of the words; ids of another family mean nothing here."""


@dataclass(frozen=True)
class Surroundings:
    """What notes are read with. names: staff by person id. moved: old record id → the one it has now.

    back: ids of notes that were written again elsewhere and stand here all the same.
    """

    names: Mapping[str, str]
    first: Mapping[str, First] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    back: frozenset[str] = frozenset()
    originals: Mapping[str, Buried] = field(default_factory=dict)


def around_of(session: Session, rows: Iterable[Note]) -> Surroundings:
    """Everything but the originals."""
    notes = list(rows)
    names = {row.id: row.name for row in session.exec(select(StaffMember))}
    families = {row.family_id for row in notes}
    marks = session.exec(select(MovedItem).where(col(MovedItem.family_id).in_(families))).all()
    gone = {mark.item_id for mark in marks}
    return Surroundings(
        names,
        first_of(session, notes),
        {mark.item_id: mark.to_id for mark in marks},
        frozenset(row.id for row in notes if row.id in gone),
    )


def misplaced() -> Any:
    """Ids of notes that were entered in error: no list, search or print shows them."""
    return select(EnteredInError.item_id)


def view_of(row: Note, around: Surroundings, me: str, sync_state: str) -> NoteView:
    """One note. me: person id (hex) of the reader."""
    # Another member's tablet wrote this: nothing is taken for granted about its shape.
    signed = row.signed if isinstance(row.signed, dict) else {}
    first = around.first.get(row.id)
    free = {name for name, whys in _MAY_DIFFER.items() if name == "label" or (first and first.why in whys)}
    held = {
        name: getattr(row, name) if name in free or not signed else signed_value(row, signed, name)
        for name in SIGNED_FIELDS
    }
    drifted = any(getattr(row, name) != value for name, value in held.items())
    author = first.by if first else row.created_by
    name = around.names.get(author, "")
    return NoteView(
        note_id=row.id,
        family_id=row.family_id,
        **{**held, "concerns": _followed(str(held["concerns"]), around.moved)},
        author_id=author,
        author=name,
        status=row.status,
        signed_at_ms=_instant(signed.get("signed_at_ms")),
        # Only the author's own signature stands (Note.WRITE_ONCE), and the certificate names them.
        signed_by=(name or str(signed.get("signed_by_name", ""))) if signed else "",
        unsigned_changes=drifted,
        has_conflict=row.has_conflict,
        mine=me == row.created_by == author,
        sync_state=sync_state,
        restricted=is_restricted(row.label),
        moved=_moved(row, first, around, signed),
        came_back=row.id in around.back,
    )


def signed_value(row: Note, signed: Mapping[str, Any], name: str) -> Any:
    """What a signature carries of a field: how a note counts stands in it, or was not told."""
    return signed.get(name, "" if name in COUNTED_FIELDS else getattr(row, name))


def _moved(
    row: Note, first: First | None, around: Surroundings, signed: Mapping[str, Any]
) -> MovedNote | None:
    if first is None:
        return None
    name = around.names.get(first.moved_by, "")
    return MovedNote(name, first.moved_at_ms, first.why, _signature(row, first, around, signed))


def _signature(row: Note, first: First, around: Surroundings, signed: Mapping[str, Any]) -> str:
    """Whether the note as its author signed it says the same: a mark may not name somebody else."""
    if not signed:
        return ""
    if row.created_by == first.by:
        return "same"  # written again by its author: the signature here is their own
    original = around.originals.get(first.was[-1])
    if original is None:
        return "not_here"
    theirs = original.fields.get("signed")
    true = original.created_by == first.by and isinstance(theirs, dict) and theirs == dict(signed)
    return "same" if true else "differs"


def _followed(concerns: str, moved: Mapping[str, str]) -> str:
    """What a note is about, by the ids that those things have now."""
    found = []
    for one in codes(concerns):
        seen = {one}
        while (after := moved.get(one)) is not None and after not in seen:
            one = after
            seen.add(one)
        found.append(one)
    return join_codes(found)


def _instant(value: object) -> int:
    return value if type(value) is int else 0
