"""Bringing in a directory (HSDS): read and looked at first, used only when somebody says so.

Owns the way from a picked file to an edition that every tablet has. Nothing that is in use changes
before `use`. The content travels sealed, in chunks, in the agency's data stream. Spec: docs/directory.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

from app.exchange.hsds import Imported, Stopped, read_directory
from app.exchange.hsds_content import pack
from app.exchange.hsds_files import DirectoryRefused
from app.exchange.hsds_report import PROBLEMS, Problem, Report, report_csv
from app.store.vault import Act, Change
from app.wraparound.records import DirectoryEdition

from . import edge
from .attachment_reading import named
from .attachments import Attachments
from .desk import Desk
from .directory_refusals import refusal
from .directory_shelf import DirectoryShelf
from .permissions import require

__all__ = ["PROBLEMS", "DirectoryImports", "Imported", "Problem", "Report", "Stopped", "report_csv"]


class DirectoryImports:
    """Imports of this tablet."""

    def __init__(self, desk: Desk, attachments: Attachments, shelf: DirectoryShelf) -> None:
        self._desk = desk
        self._attachments = attachments
        self._shelf = shelf

    async def read(
        self, data: bytes, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Imported:
        """Read a picked file off the event loop; nothing is kept.

        progress: (services so far, of how many or 0), told on the event loop. Cancelling stops it.
        Raises InvalidInput for what is no directory.
        """
        require(self._desk.me, "directory.import")
        loop, stop = asyncio.get_running_loop(), Event()

        def told(done: int, total: int) -> None:
            loop.call_soon_threadsafe(progress, done, total)

        try:
            return await asyncio.to_thread(read_directory, data, told, stop.is_set)
        except DirectoryRefused as refused:
            raise refusal(refused) from None
        finally:
            stop.set()  # a thread cannot be cancelled: it asks

    async def use(self, read: Imported, name: str, source: str, licence: str) -> str:
        """Let everybody search what was read, from now on. Returns the edition's id.

        Raises InvalidInput, PermissionRefused, TooLarge, DiskFull; then what was in use stays.
        """
        require(self._desk.me, "directory.import")
        fields: dict[str, Any] = {
            "name": edge.text(
                name, "name", required="What is this directory called?", blank="edition_unnamed"
            ),
            "source": edge.text(source, "source"),
            "licence": edge.text(licence, "licence"),
            "imported_on": self._desk.today().isoformat(),
            "services": read.report.services,
            "organizations": read.report.organizations,
            "locations": read.report.locations,
        }
        content = await asyncio.to_thread(pack, read.services)
        vault = self._desk.vault
        stream, record = vault.data_stream, self._desk.new_id()
        manifest = await vault.add_blob(stream, content)
        fields |= {"size": len(content), "sha256": manifest.digest.hex(), **named(manifest)}
        try:
            await vault.commit(
                [Change(stream, DirectoryEdition.TYPE, record, fields)],
                [Act(stream, "directory.use", DirectoryEdition.TYPE, record)],
            )
        except BaseException:
            await vault.drop_blob(manifest.place.blob)
            raise
        await vault.keep_blob(manifest.place.blob)
        self._attachments.try_again()
        await self._shelf.at_hand()
        return record

    async def withdraw(self, edition_id: str) -> None:
        """Take a directory out of use everywhere; the one before it counts again."""
        require(self._desk.me, "directory.import")
        stream = self._desk.vault.data_stream
        fields = {"withdrawn_on": self._desk.today().isoformat()}
        await self._desk.vault.commit(
            [Change(stream, DirectoryEdition.TYPE, edition_id, fields)],
            [Act(stream, "directory.withdraw", DirectoryEdition.TYPE, edition_id)],
        )
