"""Attachments as screens draw them: rows of the memory, with where the bytes stand.

Says "on the server" only when the server acknowledged every chunk and the record that names them.
Spec: docs/attachments.md, "What is said".
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.exchange.pictures import MAX_THUMB_BYTES
from app.protocol.blob import Manifest
from app.protocol.ids import StreamId
from app.store.attachment_shelf import KeptBlob
from app.store.attachments_living import manifest_of
from app.sync.carrier import Carrier
from app.wraparound.records import Attachment, DirectoryEdition, Person, StaffMember

from .attachment_views import AttachmentState, AttachmentView
from .desk import Desk
from .permissions import allows


class AttachmentReading:
    """The questions of screens."""

    _desk: Desk
    _carrier: Carrier | None

    async def of_family(self, family_id: str) -> tuple[AttachmentView, ...]:
        """Everything of a family, newest first."""
        return await self._views(Attachment.family_id == family_id)

    async def of_note(self, note_id: str) -> tuple[AttachmentView, ...]:
        """What was added to a note, newest first."""
        return await self._views(Attachment.note_id == note_id)

    async def one(self, record_id: str) -> AttachmentView | None:
        """One, or None."""
        found = await self._views(Attachment.id == record_id)
        return found[0] if found else None

    async def _row(self, record_id: str) -> Attachment:
        row = await self._desk.vault.read(lambda session: session.get(Attachment, record_id))
        if row is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        return row

    async def _reread(self, record_id: str) -> AttachmentView:
        view = await self.one(record_id)
        if view is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        return view

    async def _views(self, which: Any) -> tuple[AttachmentView, ...]:
        def find(session: Session) -> tuple[list[Attachment], dict[str, str], dict[str, str]]:
            rows = session.exec(
                select(Attachment)
                .where(which)
                .order_by(col(Attachment.added_at_ms).desc(), col(Attachment.id))
            ).all()
            staff = {row.id: row.name for row in session.exec(select(StaffMember))}
            people = {row.id: row.called or row.name for row in session.exec(select(Person))}
            return list(rows), staff, people

        rows, staff, people = await self._desk.vault.read(find)
        blobs = await self._desk.vault.blob_states()
        records = await self._desk.vault.statuses([row.id for row in rows])
        sending = self._carrier.sending if self._carrier is not None else {}
        views = []
        for row in rows:
            whole = manifest_of(row)
            blob = whole.place.blob if whole is not None else b""
            state = _state(row, blobs.get(blob), sending.get(blob), records.get(row.id, ""))
            mine = row.created_by == self._desk.me.person
            views.append(
                AttachmentView(
                    row.id, row.family_id, row.note_id, people.get(row.person_id, ""), row.kind, row.caption,
                    row.label, row.taken_on, row.added_at_ms, staff.get(row.created_by, ""), mine,
                    mine or allows(self._desk.me, "hold.set"), row.size, row.width, row.height,
                    _thumb(row.thumb), state,
                )
            )  # fmt: skip
        return tuple(views)


def named(manifest: Manifest) -> dict[str, Any]:
    return {"blob": manifest.place.blob.hex(), "chunks": manifest.count, "epoch": manifest.place.epoch}


def stream_of(row: Attachment | DirectoryEdition) -> StreamId:
    return StreamId(bytes.fromhex(row.stream))


def whole_of(row: Attachment | DirectoryEdition) -> Manifest:
    """The whole that a record names. Raises InvalidInput when it names none that there can be."""
    manifest = manifest_of(row)
    if manifest is None:
        raise InvalidInput("This was written wrongly, so there is nothing to show.", code="attachment_broken")
    return manifest


def by_blob(session: Session, blobs: set[bytes]) -> list[Attachment | DirectoryEdition]:
    """The records that name these blobs."""
    names = [blob.hex() for blob in blobs]
    pictures = session.exec(select(Attachment).where(col(Attachment.blob).in_(names)))
    editions = session.exec(select(DirectoryEdition).where(col(DirectoryEdition.blob).in_(names)))
    return [*pictures, *editions]


def _thumb(text: str) -> bytes:
    if len(text) > 2 * MAX_THUMB_BYTES:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _state(
    row: Attachment, kept: KeptBlob | None, sending: tuple[int, int] | None, record: str
) -> AttachmentState:
    """Where the bytes stand; "on the server" only when it acknowledged every chunk and the record."""
    if kept is None:
        return AttachmentState("not_here")
    if kept.on_server:
        return AttachmentState("on_server" if record == "on_server" else "only_here")
    if sending is not None:
        return AttachmentState("sending", sending[0], sending[1])
    return AttachmentState("refused" if kept.code else "only_here", kept.sent, row.chunks, kept.code)
