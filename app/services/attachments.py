"""Photos and papers of a family: adding, looking, changing what is said, taking away, sending.

Owns the order of an addition (sealed file, then record, then the queue: a tablet that dies in between
has all or nothing), and the life of the carrier. Spec: docs/attachments.md.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from app.errors import AppError, InvalidInput, SignInNeeded
from app.exchange.pictures import Kept, PictureRefused, is_kept_photo, prepare
from app.protocol.blob import Manifest
from app.store.attachments_living import manifest_of
from app.store.vault import Act, Change, Changed
from app.sync.carrier import Carrier, ChunkNotThere
from app.wraparound.labels import crosses, is_restricted, of_child
from app.wraparound.records import Attachment, Note
from app.wraparound.vocabulary import ATTACHMENT_KINDS, LABELS

from . import edge
from .attachment_reading import AttachmentReading, by_blob, named, stream_of, whole_of
from .attachment_views import AttachmentDraft, AttachmentState, AttachmentView, refusal
from .desk import Desk
from .labels import Labels
from .moved import now_at
from .moving import check_therapist
from .permissions import allows, require
from .syncing import Syncing

log = logging.getLogger(__name__)

SPARE_BYTES = 64 * 1024 * 1024
"""What stays free on the tablet whatever is added: notes need room, too."""


class Attachments(AttachmentReading):
    """Photos and papers of the families on this tablet."""

    def __init__(
        self,
        desk: Desk,
        syncing: Syncing | None = None,
        carrier: Carrier | None = None,
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """free_bytes: room left where the home lies; no carrier: a tablet without a server."""
        self._desk = desk
        self._labels = Labels(desk)
        self._syncing = syncing
        self._carrier = carrier
        self._free_bytes = free_bytes
        self._task: asyncio.Task[None] | None = None
        self._stops: list[Callable[[], None]] = []
        self._tending: asyncio.Task[None] | None = None
        # Two who sealed the same picture anew would make two of it.
        self._alone = asyncio.Lock()

    # -- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to send what waits, and to keep pictures where their notes are."""
        if self._task is not None:
            return
        self._stops.append(self._desk.vault.subscribe(self._changed))
        if self._carrier is None:
            return
        carrier = self._carrier
        if self._syncing is not None:
            syncing = self._syncing

            def heard() -> None:
                carrier.heard(syncing.status)

            self._stops.append(syncing.watch(heard))
        self._task = asyncio.create_task(carrier.run_forever())

    async def stop(self) -> None:
        """Stop at once; what was not acknowledged is sent next time."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        for task in (self._task, self._tending):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        self._task = self._tending = None

    def _changed(self, changed: Changed) -> None:
        busy = self._tending is not None and not self._tending.done()
        if not busy and changed.types & _TENDED:
            self._tending = asyncio.create_task(self._tend())

    async def _tend(self) -> None:
        try:
            await self.renew()
            await self.follow_notes()
        except AppError as error:  # at the next change again
            log.info("pictures not tended: %s", error.code)
        except Exception as error:  # nobody waits for this task: its kind is all that is told
            log.error("pictures not tended: %s", type(error).__name__)

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        """Be told when a chunk was sent. Returns the way to stop."""
        return self._carrier.watch(reader) if self._carrier is not None else lambda: None

    # -- adding -----------------------------------------------------------------------------

    async def prepare(self, data: bytes) -> Kept:
        """What would be kept of a picked file. Raises InvalidInput in plain words."""
        try:
            return await asyncio.to_thread(prepare, data)
        except PictureRefused as refused:
            raise refusal(refused.code) from None

    async def add(self, draft: AttachmentDraft, kept: Kept) -> AttachmentView:
        """Keep a prepared file: durable on this tablet on return, and queued for the server.

        Raises InvalidInput (no room, what was typed), NeedsNewEpoch, StoreError; then nothing is kept.
        """
        require(self._desk.me, "attachment.keep")
        values = self._checked(draft)
        parent = await self._note_label(draft.note_id)
        values["label"] = of_child(draft.label, parent)
        await self._make_room(len(kept.data))
        stream = await self._labels.home(draft.family_id, values["label"])
        record = self._desk.new_id()
        kind = "scan" if kept.kind == "photo" and draft.kind == "scan" else kept.kind
        manifest = await self._desk.vault.add_blob(stream, kept.data)
        said = {
            **values, "note_id": draft.note_id, "person_id": draft.person_id, "kind": kind,
            "added_at_ms": self._desk.now_ms(), "size": len(kept.data), "width": kept.width,
            "height": kept.height, "sha256": manifest.digest.hex(),
            "thumb": base64.b64encode(kept.thumb).decode("ascii"), **named(manifest),
        }  # fmt: skip
        try:
            await self._desk.vault.commit([Change(stream, Attachment.TYPE, record, said)])
        except BaseException:
            await self._forget(manifest.place.blob)
            raise
        await self._desk.vault.keep_blob(manifest.place.blob)
        self._wake()
        return await self._reread(record)

    async def _make_room(self, size: int) -> None:
        """Room for something, if need be in place of what the server has. Raises InvalidInput."""
        wanted = 2 * size + SPARE_BYTES
        if self._free_bytes is None or (free := self._free_bytes()) >= wanted:
            return
        gone = await self.free_space(wanted - free)
        if free + gone < wanted:
            raise InvalidInput(
                "This tablet is nearly full, so the picture was not added. Free some space, then try again.",
                field="file", code="no_room_for_picture",
            )  # fmt: skip

    def _checked(self, draft: AttachmentDraft) -> dict[str, Any]:
        edge.choice(draft.label, LABELS, "label")
        check_therapist(draft.label)
        if is_restricted(draft.label):
            require(self._desk.me, "label.restrict")
        edge.choice(draft.kind, ATTACHMENT_KINDS, "kind")
        return {
            "caption": edge.text(draft.caption, "caption"),
            "taken_on": edge.day(draft.taken_on, "taken_on"),
        }

    async def _note_label(self, note_id: str) -> str:
        if not note_id:
            return "general"
        row = await self._desk.vault.read(lambda session: session.get(Note, note_id))
        if row is None:
            raise InvalidInput("This note is not on this tablet.", code="note_not_here")
        return row.label

    async def _forget(self, blob: bytes) -> None:
        try:
            await self._desk.vault.drop_blob(blob)
        except AppError as error:  # the next opening sweeps it away
            log.info("blob not dropped: %s", error.code)

    def _wake(self) -> None:
        if self._carrier is not None:
            self._carrier.wake()

    # -- looking ----------------------------------------------------------------------------

    async def content(self, record_id: str) -> bytes:
        """The whole of one whose file is here. Raises InvalidInput when it is not."""
        row = await self._row(record_id)
        whole = whole_of(row)
        if whole.place.blob not in await self._desk.vault.blob_states():
            raise InvalidInput("This is not on this tablet yet. Fetch it first.", code="attachment_not_here")
        data = await self._desk.vault.read_blob(whole)
        # It may come from a tablet that keeps what it likes: nothing is shown that is not as we keep it.
        if row.kind != "pdf" and not await asyncio.to_thread(is_kept_photo, data):
            raise refusal("not_a_picture")
        return data

    async def fetch(
        self, record_id: str, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        """Fetch one from the server, and go on where it stopped the last time.

        progress: (chunks here, of how many). Cancelling keeps what has come. Raises ChunkNotThere,
        NoNetwork, InvalidInput (no server, no room), Tampered.
        """
        await self.fetch_whole(whole_of(await self._row(record_id)), progress)

    async def fetch_whole(
        self, manifest: Manifest, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        """`fetch` of any blob that a record names."""
        if self._carrier is None:
            raise InvalidInput("This tablet has no server yet.", code="no_server")
        await self._make_room(manifest.size)
        vault, carrier = self._desk.vault, self._carrier

        async def take(number: int, sealed: bytes) -> None:
            await vault.take_chunk(manifest, number, sealed)

        first = await vault.next_chunk(manifest)
        try:
            await carrier.fetch(manifest, first, take, progress)
        except SignInNeeded:
            # The token has run out since the last contact: one round brings another.
            if self._syncing is None:
                raise
            await self._syncing.contact()
            await carrier.fetch(manifest, await vault.next_chunk(manifest), take, progress)

    # -- changing ---------------------------------------------------------------------------

    async def change(self, record_id: str, caption: str, label: str, taken_on: str) -> AttachmentView:
        """Say something else of one. Another audience means it is sealed and written anew."""
        require(self._desk.me, "attachment.keep")
        row = await self._row(record_id)
        draft = AttachmentDraft(row.family_id, row.note_id, row.person_id, row.kind, caption, label, taken_on)
        values = self._checked(draft)
        values["label"] = of_child(label, await self._note_label(row.note_id))
        if crosses(row.label, values["label"]):
            record_id = await self._move(row, values)
        elif changed := {name: value for name, value in values.items() if getattr(row, name) != value}:
            await self._desk.vault.commit([Change(stream_of(row), Attachment.TYPE, row.id, changed)])
        return await self._reread(record_id)

    async def _move(self, row: Attachment, values: dict[str, Any]) -> str:
        """The picture sealed for its other readers, the record written anew there, the old one gone."""
        require(self._desk.me, "label.restrict")
        data = await self.content(row.id)
        target = await self._labels.home(row.family_id, values["label"])
        manifest = await self._desk.vault.add_blob(target, data)
        record = self._desk.new_id()
        said = {name: getattr(row, name) for name in _CARRIED} | values | named(manifest)
        stream = target if is_restricted(values["label"]) else stream_of(row)
        try:
            await self._desk.vault.commit(
                [
                    Change(target, Attachment.TYPE, record, said),
                    Change(stream_of(row), Attachment.TYPE, row.id, {}, delete=True),
                ],
                [Act(stream, "label.move", Attachment.TYPE, record)],
            )
        except BaseException:
            await self._forget(manifest.place.blob)
            raise
        await self._desk.vault.keep_blob(manifest.place.blob)
        await self._forget(bytes.fromhex(row.blob))
        self._wake()
        return record

    async def delete(self, record_id: str) -> None:
        """Take one away: the record everywhere, the file from this tablet at once."""
        require(self._desk.me, "attachment.keep")
        row = await self._row(record_id)
        if row.created_by != self._desk.me.person and not allows(self._desk.me, "hold.set"):
            raise InvalidInput(
                "Only the person who added this, or a supervisor, can take it away.", code="not_who_added"
            )
        await self._desk.vault.commit([Change(stream_of(row), Attachment.TYPE, row.id, {}, delete=True)])
        whole = manifest_of(row)
        if whole is not None:
            await self._forget(whole.place.blob)

    async def renew(self) -> int:
        """Seal anew what waits under a key that somebody removed knows, or whose place is taken.

        Returns how many. After each contact that changed who works here.
        """
        async with self._alone:
            done = await self._renew()
        if done:
            self._wake()
        return done

    async def _renew(self) -> int:
        vault, done = self._desk.vault, 0
        stale = set(await vault.stale_blobs())
        for blob, state in (await vault.blob_states()).items():
            if not state.on_server and state.code == "blob_differs":
                stale.add(blob)
        for row in await vault.read(lambda session: by_blob(session, stale)):
            try:
                data = await vault.read_blob(whole_of(row))
                manifest = await vault.add_blob(stream_of(row), data)
                await vault.commit([Change(stream_of(row), row.TYPE, row.id, named(manifest))])
                await vault.keep_blob(manifest.place.blob)
                await self._forget(bytes.fromhex(row.blob))
                done += 1
            except AppError as error:  # the next contact tries again; what is here stays here
                log.info("not renewed: %s", error.code)
        return done

    async def follow_notes(self) -> int:
        """Keep the pictures of a note that I wrote anew with it, never more open than it is.

        One that is not here is fetched first; one that cannot follow stays where it was. Returns how
        many followed.
        """
        async with self._alone:
            return await self._follow_notes()

    async def _follow_notes(self) -> int:
        done = 0
        for row, values in await self._desk.vault.read(self._left_behind):
            try:
                if not crosses(row.label, values["label"]):
                    await self._desk.vault.commit([Change(stream_of(row), Attachment.TYPE, row.id, values)])
                else:
                    if whole_of(row).place.blob not in await self._desk.vault.blob_states():
                        await self.fetch(row.id)
                    await self._move(row, {"caption": row.caption, "taken_on": row.taken_on, **values})
                done += 1
            except AppError as error:
                log.info("picture stays behind its note: %s", error.code)
        return done

    def _left_behind(self, session: Session) -> list[tuple[Attachment, dict[str, Any]]]:
        found = []
        for row in session.exec(select(Attachment).where(Attachment.note_id != "")):
            here = row.note_id if session.get(Note, row.note_id) else now_at(session, row.note_id)
            note = session.get(Note, here) if here else None
            # Whoever wrote the note anew moves its pictures, and nobody else: else they would be two.
            if note is None or note.created_by != self._desk.me.person:
                continue
            values = {"note_id": note.id, "label": of_child(row.label, note.label)}
            if values != {"note_id": row.note_id, "label": row.label}:
                found.append((row, values))
        return found

    async def free_space(self, wanted: int) -> int:
        """Remove files that the server has, the longest unused first. Returns the bytes that went."""
        return await self._desk.vault.evict_blobs(wanted)

    def try_again(self) -> None:
        """Send now what waits."""
        self._wake()


_TENDED = frozenset({Note.TYPE, Attachment.TYPE})
_CARRIED = (
    "note_id", "person_id", "kind", "added_at_ms", "size", "width", "height", "sha256", "thumb",
)  # fmt: skip
"""What a record says that is the same in every stream."""


__all__ = [
    "AttachmentDraft", "AttachmentState", "AttachmentView", "Attachments", "ChunkNotThere", "Kept",
]  # fmt: skip
