"""Entered in error: a note that stands in the wrong family.

It leaves lists, search and prints on every tablet, a copy goes to the right family, the original
stays for the audit, and the supervisor is told. One act, one transaction. Only its author or a
supervisor may; who may not copy unsigned words of somebody else may still take them away.
Spec: docs/labels.md, "Entered in error"; design 02, Signed notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import StreamId, derived_id
from app.store.vault import Act, Change
from app.wraparound.labels import home_of
from app.wraparound.records import (
    Addendum,
    EnteredInError,
    Family,
    MovedItem,
    Note,
    StaffMember,
    fields_of,
)

from . import edge
from .desk import Desk
from .labels import Labels
from .moved import first_of, marks_of
from .permissions import require

SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Misplaced:
    """What one act has done, for `Misplacing.undo`. copies: (type, id, stream) in the right family."""

    family_id: str
    note_id: str
    mark_id: str
    stream: StreamId
    addenda: tuple[str, ...]
    copied_to: str = ""
    copies: tuple[tuple[str, str, StreamId], ...] = ()


@dataclass(frozen=True)
class MarkView:
    """A note that was entered in error, without its words.

    to_family: the name of the family that has the copy; "" when there is none, or it is not here.
    copied: there is a copy. seen: a supervisor has seen it.
    """

    mark_id: str
    family_id: str
    family: str
    note_id: str
    author: str
    marked_by: str
    marked_at_ms: int
    reason: str
    copied: bool
    to_family_id: str
    to_family: str
    seen: bool


@dataclass(frozen=True)
class KeptNote:
    """The original, as it was, for the audit."""

    mark: MarkView
    kind: str
    started_at_ms: int
    label: str
    body: str
    signed_at_ms: int
    addenda: tuple[str, ...]


class Misplacing:
    """Notes in the wrong family, on this tablet."""

    def __init__(self, desk: Desk, labels: Labels) -> None:
        self._desk = desk
        self._labels = labels

    async def mark(self, note_id: str, reason: str, to_family: str = "") -> Misplaced:
        """Take a note out of the family it is in, and copy it to another (its id) or to none.

        Raises InvalidInput in plain words, PermissionRefused.
        """
        desk, me = self._desk, self._desk.me
        require(me, "note.misplaced")
        why = edge.text(
            reason, "reason", limit=edge.LINE_BYTES, required="Say in a few words what went wrong.",
            blank="no_error_reason",
        )  # fmt: skip
        note, addenda, author = await desk.vault.read(lambda session: _found(session, note_id))
        if me.person != author and SUPERVISOR not in me.roles:
            raise InvalidInput(
                "Only the person who wrote this note, or a supervisor, can say that it is in the wrong "
                "family.",
                code="not_author_misplaced",
            )  # fmt: skip
        if to_family == note.family_id:
            raise InvalidInput(
                "It is in this family now. Choose another.", field="family", code="same_family"
            )
        if to_family and not note.signed and me.person != note.created_by:
            raise InvalidInput(
                "It is not signed, so only the person who wrote it can copy it. You can take it out of "
                "this family and ask them to write it where it belongs.",
                field="family", code="only_author_copies",
            )  # fmt: skip
        here = StreamId(bytes.fromhex(note.stream))
        mark_id = derived_id(here, EnteredInError.TYPE, note.id).hex()
        there = await self._labels.home(to_family, note.label) if to_family else None
        done = Misplaced(note.family_id, note.id, mark_id, here, tuple(one.id for one in addenda))
        copies: list[Change] = []
        if there is not None:
            target = there
            done, copies = await desk.vault.read(
                lambda session: self._copies(session, done, target, note, addenda)
            )
        now = desk.now_ms()
        fields = {
            "item_id": note.id, "item_type": Note.TYPE, "reason": why, "copied_to_family": to_family,
            "copied_to": done.copied_to, "written_by": author, "marked_at_ms": now,
            "supervisor_saw_at_ms": now if SUPERVISOR in me.roles else 0,
        }  # fmt: skip
        gone = [Change(here, Note.TYPE, note.id, {}, delete=True)]
        gone += [Change(here, Addendum.TYPE, one.id, {}, delete=True) for one in addenda]
        acts = [Act(here, "note.misplaced", Note.TYPE, note.id)]
        if there is not None:
            acts.append(Act(there, "note.misplaced", Note.TYPE, done.copied_to, "copied"))
        await desk.vault.commit(
            [Change(here, EnteredInError.TYPE, mark_id, fields, restore=True), *gone, *copies], acts
        )
        return done

    def _copies(
        self, session: Session, done: Misplaced, there: StreamId, note: Note, addenda: Sequence[Addendum]
    ) -> tuple[Misplaced, list[Change]]:
        """The copy in the right family: the same words, and a mark that says whose they are."""
        new = self._desk.new_id()
        # Ids of the wrong family's people and needs mean nothing in the right one.
        values = {**_values(note), "with_whom": "", "concerns": ""}
        changes = [Change(there, Note.TYPE, new, values), *self._mark(session, note, there, new)]
        copies = [(Note.TYPE, new, there)]
        for one in addenda:
            said = self._desk.new_id()
            changes.append(Change(there, Addendum.TYPE, said, {**_values(one), "note_id": new}))
            changes += self._mark(session, one, there, said)
            copies.append((Addendum.TYPE, said, there))
        copies += [(MovedItem.TYPE, one.record, there) for one in changes if one.type == MovedItem.TYPE]
        return (
            Misplaced(
                done.family_id, done.note_id, done.mark_id, done.stream, done.addenda, new, tuple(copies)
            ),
            changes,
        )

    def _mark(self, session: Session, row: Note | Addendum, there: StreamId, new: str) -> list[Change]:
        label = row.label if isinstance(row, Note) else "general"
        # In the wrong family nothing names the right one's record but the error's own mark.
        return [
            one
            for one in marks_of(session, row, there, new, "family", home_of(label))
            if one.stream == there
        ]

    async def undo(self, done: Misplaced) -> None:
        """All as it was: the note is back, the copy is gone. Offered on the screen of the act alone."""
        require(self._desk.me, "note.misplaced")
        here = done.stream
        back = [Change(here, Note.TYPE, done.note_id, {}, restore=True)]
        back += [Change(here, Addendum.TYPE, one, {}, restore=True) for one in done.addenda]
        copies = [Change(stream, kind, one, {}, delete=True) for kind, one, stream in done.copies]
        mark = Change(here, EnteredInError.TYPE, done.mark_id, {}, delete=True)
        act = Act(here, "note.misplaced", Note.TYPE, done.note_id, "undone")
        await self._desk.vault.commit([mark, *back, *copies], [act])

    # -- the supervisor, and the audit ------------------------------------------------------------

    async def to_see(self) -> tuple[MarkView, ...]:
        """What a supervisor has not seen yet, of all families here; nothing for anybody else."""
        if SUPERVISOR not in self._desk.me.roles:
            return ()
        return tuple(one for one in await self._marks() if not one.seen)

    async def of_family(self, family_id: str) -> tuple[MarkView, ...]:
        """Everything that was entered in error in a family, newest first."""
        return tuple(one for one in await self._marks() if one.family_id == family_id)

    async def saw(self, mark_id: str) -> None:
        """A supervisor has seen it."""
        self._supervisor()
        row = await self._desk.vault.read(lambda session: session.get(EnteredInError, mark_id))
        if row is not None and not row.supervisor_saw_at_ms:
            stream = StreamId(bytes.fromhex(row.stream))
            seen = {"supervisor_saw_at_ms": self._desk.now_ms()}
            await self._desk.vault.commit([Change(stream, EnteredInError.TYPE, mark_id, seen)])

    async def kept(self, mark_id: str) -> KeptNote:
        """The original, kept for the audit. Supervisors only. Raises InvalidInput, PermissionRefused."""
        self._supervisor()
        mark = next((one for one in await self._marks() if one.mark_id == mark_id), None)
        if mark is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        vault = self._desk.vault
        note = (await vault.deleted(Note.TYPE, [mark.note_id])).get(mark.note_id)
        if note is None:  # somebody wrote in it at the same time: it stands in the log as it is now
            row = await vault.read(lambda session: session.get(Note, mark.note_id))
            held = _values(row) if row is not None else {}
        else:
            held = note.fields
        said = await vault.deleted(Addendum.TYPE, await vault.deleted_ids(Addendum.TYPE, mark.family_id))
        signed = held.get("signed") if isinstance(held.get("signed"), dict) else {}
        merged: dict[str, Any] = {**held, **(signed or {})}
        return KeptNote(
            mark, str(merged.get("kind", "")), int(merged.get("started_at_ms", 0)),
            str(held.get("label", "general")), str(merged.get("body", "")),
            int(merged.get("signed_at_ms", 0)),
            tuple(
                str(one.fields["body"])
                for one in sorted(said.values(), key=lambda one: one.created_at_ms)
                if one.fields["note_id"] == mark.note_id
            ),
        )  # fmt: skip

    def _supervisor(self) -> None:
        if SUPERVISOR not in self._desk.me.roles:
            raise PermissionRefused("note.misplaced")

    async def _marks(self) -> list[MarkView]:
        def find(session: Session) -> list[MarkView]:
            staff = {one.id: one.name for one in session.exec(select(StaffMember))}
            named = {one.family_id: one.list_name or one.name for one in session.exec(select(Family))}
            rows = session.exec(
                select(EnteredInError).order_by(
                    col(EnteredInError.marked_at_ms).desc(), col(EnteredInError.id)
                )
            )
            return [
                MarkView(
                    row.id, row.family_id, named.get(row.family_id, ""), row.item_id,
                    staff.get(row.written_by, ""), staff.get(row.created_by, ""), row.marked_at_ms,
                    row.reason, bool(row.copied_to), row.copied_to_family,
                    named.get(row.copied_to_family, ""), bool(row.supervisor_saw_at_ms),
                )
                for row in rows
            ]  # fmt: skip

        return await self._desk.vault.read(find)


def _found(session: Session, note_id: str) -> tuple[Note, list[Addendum], str]:
    """A note, what was added to it, and who wrote it first."""
    note = session.get(Note, note_id)
    if note is None:
        raise InvalidInput("This note is not on this tablet.", code="note_not_here")
    added = session.exec(select(Addendum).where(Addendum.note_id == note_id).order_by(col(Addendum.id)))
    first = first_of(session, [note]).get(note.id)
    return note, list(added), first.by if first else note.created_by


def _values(row: Note | Addendum) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields_of(type(row))}
