"""Which directory this tablet has at hand, and its index.

Owns the choice: the newest imported directory whose content is here, else the one that ships with the
app. The index is made off the event loop at the first question and kept sealed for the next opening; the
content of one that was imported elsewhere is fetched after a contact. Spec: docs/directory.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import AppError
from app.exchange.hsds import read_directory
from app.exchange.hsds_content import unpack
from app.exchange.hsds_files import DirectoryRefused
from app.store.attachments_living import manifest_of
from app.store.directory_index import DirectoryIndex
from app.wraparound.records import DirectoryEdition, StaffMember

from .attachments import Attachments
from .desk import Desk
from .directory_rows import index_rows
from .directory_views import EditionView

log = logging.getLogger(__name__)

STARTER: Final = Path(__file__).resolve().parents[2] / "assets/directory/connecticut/services.json"
"""What ships with the app: thirteen programmes of Connecticut, in our own words."""


@dataclass(frozen=True)
class AtHand:
    """The index to ask. edition: None for the one that ships. waiting: a newer one is not here yet.

    services: how many it holds.
    """

    index: DirectoryIndex
    services: int
    edition: EditionView | None
    waiting: EditionView | None


class DirectoryShelf:
    """One for each open tablet. `close` drops the index from memory."""

    def __init__(self, desk: Desk, attachments: Attachments, starter: Path = STARTER) -> None:
        self._desk = desk
        self._attachments = attachments
        self._starter = starter
        self._alone = asyncio.Lock()
        self._index: DirectoryIndex | None = None
        self._of = b""
        """SHA-256 of the content that the index was made of; empty for what ships."""
        self._unreadable: set[bytes] = set()

    async def at_hand(self) -> AtHand:
        """The index to ask, made when there is none yet."""
        async with self._alone:
            rows = await self._desk.vault.read(_standing)
            views = await self.views(rows)
            newest = views[0] if views else None
            for row, view in zip(rows, views, strict=True):
                index = await self._index_of(row, view)
                if index is not None:
                    waiting = newest if newest is not view else None
                    return AtHand(index, index.count(), view, waiting)
            shipped = await self._shipped()
            return AtHand(shipped, shipped.count(), None, newest)

    async def _index_of(self, row: DirectoryEdition, view: EditionView) -> DirectoryIndex | None:
        """The index of an edition, or None when its content is not here or cannot be read."""
        whole = manifest_of(row)
        if whole is None or whole.digest in self._unreadable:
            return None
        if self._index is not None and self._of == whole.digest:
            return self._index
        vault = self._desk.vault
        index = await vault.load_directory(whole.digest)
        if index is None:
            if not view.here:
                return None
            try:
                content = await vault.read_blob(whole)
                index = await asyncio.to_thread(lambda: made_of(unpack(content)))
            except (AppError, DirectoryRefused) as error:
                log.info("directory not readable: %s", error.code)
                self._unreadable.add(whole.digest)
                return None
            try:
                await vault.save_directory(whole.digest, index)
            except AppError as error:  # an accelerator: the next opening makes it anew
                log.info("directory index not kept: %s", error.code)
        self._take(index, whole.digest)
        return index

    async def _shipped(self) -> DirectoryIndex:
        if self._index is None or self._of:
            starter = self._starter

            def make() -> DirectoryIndex:
                return made_of(read_directory(starter.read_bytes()).services)

            self._take(await asyncio.to_thread(make), b"")
        assert self._index is not None
        return self._index

    def _take(self, index: DirectoryIndex, digest: bytes) -> None:
        old, self._index, self._of = self._index, index, digest
        if old is not None:
            old.close()

    async def fetch_newest(self) -> bool:
        """Fetch the content of the newest directory when it is not here. Returns whether it came.

        After a contact; what cannot be had now is tried after the next one.
        """
        rows = await self._desk.vault.read(_standing)
        whole = manifest_of(rows[0]) if rows else None
        if whole is None or whole.place.blob in await self._desk.vault.blob_states():
            return False
        try:
            await self._attachments.fetch_whole(whole)
        except AppError as error:
            log.info("directory waits: %s", error.code)
            return False
        return True

    async def views(self, rows: Iterable[DirectoryEdition]) -> tuple[EditionView, ...]:
        """Editions as screens draw them."""
        held = list(rows)
        if not held:
            return ()
        blobs = await self._desk.vault.blob_states()
        staff = await self._desk.vault.read(
            lambda session: {one.id: one.name for one in session.exec(select(StaffMember))}
        )
        found = []
        for row in held:
            whole = manifest_of(row)
            kept = blobs.get(whole.place.blob) if whole is not None else None
            found.append(
                EditionView(
                    row.id, row.name, row.source, row.licence, row.imported_on, row.services,
                    row.organizations, row.locations, staff.get(row.created_by, ""), kept is not None,
                    kept is not None and kept.on_server,
                )
            )  # fmt: skip
        return tuple(found)

    async def editions(self) -> tuple[EditionView, ...]:
        """Every directory in use, the newest first."""
        return await self.views(await self._desk.vault.read(_standing))

    def close(self) -> None:
        """Drop the index from memory."""
        if self._index is not None:
            self._index.close()
            self._index = None


def made_of(services: Iterable[dict[str, Any]]) -> DirectoryIndex:
    """A new index of services in the nested form. Runs off the event loop.

    Raises DirectoryRefused for services that no import of this app has cleaned.
    """
    index = DirectoryIndex()
    try:
        index.fill(index_rows(services))
    except Exception as error:  # A colleague's tablet may have packed anything.
        index.close()
        raise DirectoryRefused("directory_unreadable") from error
    return index


def digest_of(content: bytes) -> str:
    """SHA-256 (hex), by which a content is known."""
    return hashlib.sha256(content).hexdigest()


def _standing(session: Session) -> list[DirectoryEdition]:
    """Editions that nobody took back, the newest first."""
    return list(
        session.exec(
            select(DirectoryEdition)
            .where(DirectoryEdition.withdrawn_on == "")
            .order_by(
                col(DirectoryEdition.imported_on).desc(),
                col(DirectoryEdition.created_at_ms).desc(),
                col(DirectoryEdition.id),
            )
        )
    )
