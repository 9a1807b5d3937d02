"""Team notes: the sealed draft, saving, signing, what is added later, and reading them.

A draft is autosaved on this tablet only (sealed, never synced). *Save* makes a note that
syncs and can still be edited by its author. *Sign* carries the complete note and locks it;
later words are addenda (design 02, Signed notes; design 04, Merge).
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Act, Change
from app.wraparound.labels import crosses, is_restricted
from app.wraparound.practice_codes import ACTIVITIES, CONTACT_MEDIUMS
from app.wraparound.records import Addendum, Note
from app.wraparound.vocabulary import LABELS, NOTE_KINDS, PRINCIPLES, codes, join_codes

from . import edge
from .audit import Audit
from .cosign_reading import CoSigned, asked_by, by_rules, co_signed_of
from .desk import Desk
from .labels import Labels
from .moved import first_of, now_at
from .moving import check_therapist
from .note_views import (
    SIGNED_FIELDS,
    AddendumView,
    MovedNote,
    NoteDraft,
    NoteView,
    Surroundings,
    around_of,
    misplaced,
    view_of,
)
from .permissions import require
from .practice_rules import Rulebooks

DRAFT_KIND = "note_draft"
BILLABLE = ("", "yes", "no")
LATE_AFTER_MS = 24 * 3600 * 1000
"""A note first saved more than a day after the end of what it tells about is a late entry."""


class Notes:
    """Notes of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk)
        self._books = Rulebooks()

    def begin(self, family_id: str, kind: str = "home_visit") -> NoteDraft:
        """An empty draft that starts now, at home."""
        require(self._desk.me, "note.write")
        return NoteDraft(self._desk.new_id(), family_id, kind, started_at_ms=self._desk.now_ms())

    async def keep_draft(self, draft: NoteDraft) -> NoteDraft:
        """Seal the draft on this tablet, whatever was typed. Raises StoreError; nothing is lost."""
        kept = replace(draft, saved_at_ms=self._desk.now_ms())
        await self._desk.vault.save_local(
            DRAFT_KIND, draft.note_id, json.dumps(asdict(kept)).encode()
        )
        return kept

    async def drop_draft(self, note_id: str) -> None:
        """Forget the sealed draft (the saved note, if any, stays)."""
        await self._desk.vault.save_local(DRAFT_KIND, note_id, None)

    async def draft(self, note_id: str) -> NoteDraft | None:
        """The sealed draft, or None."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, note_id)
        return None if raw is None else _draft_from(raw)

    async def drafts(self, family_id: str = "") -> tuple[NoteDraft, ...]:
        """Drafts kept on this tablet, newest first; of one family, or all."""
        found = []
        for name in await self._desk.vault.list_local(DRAFT_KIND):
            draft = await self.draft(name)
            if draft is not None and (not family_id or draft.family_id == family_id):
                found.append(draft)
        return tuple(sorted(found, key=lambda draft: -draft.saved_at_ms))

    async def edit(self, note_id: str) -> NoteDraft:
        """The draft of a saved note, to go on writing. Raises InvalidInput when it is locked."""
        kept = await self.draft(note_id)
        if kept is not None:
            return kept
        view = await self.note(note_id)
        if view is None:
            raise InvalidInput("This note is not on this tablet.", code="note_not_here")
        self._may_change(view)
        names = {field.name for field in fields(NoteDraft)}
        known = {name: value for name, value in asdict(view).items() if name in names}
        return NoteDraft(**known, based_on_saved=True)

    async def save(self, draft: NoteDraft) -> NoteView:
        """Save the note: durable on this tablet on return, and on its way to the server."""
        return await self._write(draft, sign=False)

    async def sign(self, draft: NoteDraft) -> NoteView:
        """Save and sign: the complete note is carried by the signature and locked."""
        require(self._desk.me, "note.sign")
        return await self._write(draft, sign=True)

    async def add_to(self, note_id: str, body: str) -> NoteView:
        """Add words to a signed note. Returns the note with them."""
        require(self._desk.me, "note.write")
        view = await self.note(note_id)
        if view is None or not view.signed_at_ms:
            raise InvalidInput("Words are added to signed notes only.", code="not_signed")
        edge.text(body, "addendum", limit=edge.NOTE_BYTES, required="Write what you want to add.")
        stream = await self._desk.stream_of(view.family_id, Note.TYPE, view.note_id)
        await self._desk.vault.commit(
            [
                Change(
                    stream,
                    Addendum.TYPE,
                    self._desk.new_id(),
                    {
                        "note_id": view.note_id,
                        "body": body,
                        "author_title": self._desk.me.title,
                        "written_at_ms": self._desk.now_ms(),
                    },
                )
            ]
        )
        return await self._reread(view.note_id)

    async def note(self, note_id: str) -> NoteView | None:
        """One note with what was added to it, or None. A note that moved is found by its old id."""

        by_now, today = asked_by(self._desk.vault, self._desk.now_ms()), self._desk.today()

        def find(session: Session) -> tuple[Note, Surroundings, list[AddendumView], CoSigned] | None:
            here = note_id if session.get(Note, note_id) else now_at(session, note_id)
            row = session.exec(
                select(Note).where(Note.id == here).where(col(Note.id).not_in(misplaced()))
            ).first()
            if row is None:
                return None
            around = around_of(session, [row])
            asked = by_rules(session, self._books, by_now, today)
            said = co_signed_of(session, [row], around.first, around.names, asked)
            return row, around, _added(session, row.id, around), said.get(row.id, CoSigned())

        found = await self._desk.vault.read(find)
        if found is None:
            return None
        row, around, added, said = found
        first = around.first.get(row.id)
        if first is not None and row.signed:
            originals = await self._desk.vault.deleted(Note.TYPE, first.was)
            around = replace(around, originals=originals)
        state = await self._desk.vault.status(row.id)
        view = view_of(row, around, self._desk.me.person, state)
        return replace(view, addenda=tuple(added), co_sign=said)

    async def of_family(self, family_id: str, limit: int = 50, offset: int = 0) -> tuple[NoteView, ...]:
        """Notes of one family, newest happening first."""

        def find(session: Session) -> list[Note]:
            return list(
                session.exec(
                    select(Note)
                    .where(Note.family_id == family_id)
                    .where(col(Note.id).not_in(misplaced()))
                    .order_by(col(Note.started_at_ms).desc(), col(Note.id))
                    .limit(limit)
                    .offset(offset)
                )
            )

        return await self._views(await self._desk.vault.read(find))

    async def search(self, words: str, family_id: str = "", limit: int = 50) -> tuple[NoteView, ...]:
        """Notes that hold all the words (the last one may be a beginning), best first."""
        hits = await self._desk.vault.search(
            words, types=(Note.TYPE,), family_id=family_id, limit=limit
        )
        ids = [hit.record_id for hit in hits]

        def find(session: Session) -> list[Note]:
            rows = select(Note).where(col(Note.id).in_(ids)).where(col(Note.id).not_in(misplaced()))
            found = {row.id: row for row in session.exec(rows)}
            return [found[one] for one in ids if one in found]

        return await self._views(await self._desk.vault.read(find))

    async def _write(self, draft: NoteDraft, sign: bool) -> NoteView:
        require(self._desk.me, "note.write")
        values = self._checked(draft)
        before = await self.note(draft.note_id)
        if before is not None:
            self._may_change(before)
        now = self._desk.now_ms()
        if before is None:
            ended = draft.stopped_at_ms or draft.started_at_ms
            values["author_title"] = self._desk.me.title
            values["written_at_ms"] = now
            values["late_entry"] = bool(ended) and now - ended > LATE_AFTER_MS
            changed = dict(values)
        else:
            known = asdict(before)
            changed = {name: value for name, value in values.items() if known[name] != value}
            values = {name: values.get(name, known[name]) for name in SIGNED_FIELDS}
        if sign:
            changed["signed"] = {name: values[name] for name in SIGNED_FIELDS} | {
                "signed_at_ms": now,
                "signed_by_name": self._desk.me.name,
            }
            changed["status"] = "signed"
        elif before is None:
            changed["status"] = "draft"
        note_id = await self._commit(draft, before, changed)
        await self.drop_draft(draft.note_id)
        return await self._reread(note_id)

    async def _commit(self, draft: NoteDraft, before: NoteView | None, changed: dict[str, Any]) -> str:
        """Write what changed, in the stream of its label. Returns where the note is now."""
        note_id = draft.note_id if before is None else before.note_id
        if before is not None and crosses(before.label, draft.label):
            label = changed.pop("label", draft.label)
            moved = (await self._labels.relabel(Note.TYPE, note_id, label, changed)).record_id
            if "signed" in changed:
                await Audit(self._desk).note("note.sign", draft.family_id, Note.TYPE, moved)
            return moved
        if changed:
            if before is None:
                stream = await self._labels.home(draft.family_id, draft.label)
            else:
                stream = await self._desk.stream_of(draft.family_id, Note.TYPE, note_id)
            acts = [Act(stream, "note.sign", Note.TYPE, note_id)] if "signed" in changed else []
            await self._desk.vault.commit([Change(stream, Note.TYPE, note_id, changed)], acts)
        return note_id

    def _checked(self, draft: NoteDraft) -> dict[str, Any]:
        if draft.started_at_ms and draft.stopped_at_ms and draft.stopped_at_ms < draft.started_at_ms:
            raise InvalidInput(
                "It ended before it began. Change one of the two times.",
                field="stopped",
                code="ended_before_it_began",
            )
        edge.choice(draft.label, LABELS, "label")
        check_therapist(draft.label)
        if is_restricted(draft.label):
            require(self._desk.me, "label.restrict")
        return {
            "kind": edge.choice(draft.kind, NOTE_KINDS, "kind"),
            "started_at_ms": draft.started_at_ms,
            "stopped_at_ms": draft.stopped_at_ms,
            "place": edge.text(draft.place, "place"),
            "with_whom": draft.with_whom,
            "with_whom_words": edge.text(draft.with_whom_words, "with_whom"),
            "made": draft.made,
            "concerns": draft.concerns,
            "label": draft.label,
            "body": edge.text(
                draft.body,
                "body",
                limit=edge.NOTE_BYTES,
                required="There are no words in this note yet. Write one line, then save.",
            ),
            "medium": edge.choice(draft.medium, ("", *CONTACT_MEDIUMS), "medium"),
            "funder": edge.text(draft.funder, "funder"),
            "billable": edge.choice(draft.billable, BILLABLE, "billable"),
            "principles": _several(draft.principles, PRINCIPLES, "principles"),
            "activities": _several(draft.activities, ACTIVITIES, "activities"),
        }

    def _may_change(self, view: NoteView) -> None:
        if view.signed_at_ms:
            raise InvalidInput(
                "This note is signed, so its words stay as they are. You can add to it.",
                code="note_signed",
            )
        if not view.mine:
            raise InvalidInput("Only the person who wrote this note can change it.", code="not_author")

    async def _reread(self, note_id: str) -> NoteView:
        view = await self.note(note_id)
        if view is None:  # the commit has just succeeded, so the row is there
            raise InvalidInput("This note is not on this tablet.", code="note_not_here")
        return view

    async def _views(self, rows: list[Note]) -> tuple[NoteView, ...]:
        by_now, today = asked_by(self._desk.vault, self._desk.now_ms()), self._desk.today()

        def find(session: Session) -> tuple[Surroundings, dict[str, CoSigned]]:
            around = around_of(session, rows)
            asked = by_rules(session, self._books, by_now, today)
            return around, co_signed_of(session, rows, around.first, around.names, asked)

        around, said = await self._desk.vault.read(find)
        states = await self._desk.vault.statuses([row.id for row in rows])
        me = self._desk.me.person
        return tuple(
            replace(
                view_of(row, around, me, states.get(row.id, "on_server")),
                co_sign=said.get(row.id, CoSigned()),
            )
            for row in rows
        )


def _added(session: Session, note_id: str, around: Surroundings) -> list[AddendumView]:
    rows = session.exec(
        select(Addendum).where(Addendum.note_id == note_id).order_by(col(Addendum.written_at_ms))
    ).all()
    first = first_of(session, rows)
    authors = {row.id: first[row.id].by if row.id in first else row.created_by for row in rows}
    return [
        AddendumView(around.names.get(authors[one.id], ""), one.author_title, one.written_at_ms, one.body)
        for one in rows
    ]


def _several(joined: str, among: tuple[str, ...], field: str) -> str:
    """Codes of a set, each of them known. Raises InvalidInput."""
    return join_codes([edge.choice(one, among, field) for one in codes(joined)])


def _draft_from(raw: bytes) -> NoteDraft:
    known = {field.name for field in fields(NoteDraft)}
    return NoteDraft(**{key: value for key, value in json.loads(raw).items() if key in known})


__all__ = [
    "DRAFT_KIND", "LATE_AFTER_MS", "AddendumView", "MovedNote", "NoteDraft", "NoteView", "Notes",
]  # fmt: skip
