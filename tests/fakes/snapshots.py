"""A family with a history, a snapshot of it by one who was there, and somebody who comes new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.protocol.snapshot import SnapshotManifest
from app.store.snapshot_sealing import Draft, Sealed, seal_snapshot
from app.store.vault import Vault
from app.sync.ports import IncomingSegment
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, outgoing, record_id

AUTHOR, OTHER, READER = 1, 2, 0


@dataclass
class History:
    """Two coordinators who wrote a family's history, and the supervisor who comes to it new."""

    agency: FakeAgency
    family: FakeFamily
    author: Vault
    other: Vault
    reader: Vault
    homes: Path

    async def segments(self) -> list[IncomingSegment]:
        """All that the server has, as it numbers it."""
        found: list[IncomingSegment] = []
        for vault in (self.author, self.other):
            found += await outgoing(vault, self.family.stream)
        return [replace(one, server_seq=number) for number, one in enumerate(found, start=1)]

    async def meet(self) -> None:
        """Both coordinators hear of each other."""
        await exchange(self.family.stream, self.author, self.other)

    async def snapshot(self, forge: Callable[[Draft], Draft] = lambda draft: draft) -> Sealed:
        """The author's snapshot; forge: what the author changes before signing."""
        draft = await self.author._run(lambda: self.author._core.making.draft(self.family.stream))
        assert draft is not None
        return seal_snapshot(forge(draft), self.agency.members[AUTHOR].random)

    async def show(self, sealed: Sealed) -> None:
        """Give a snapshot to the reader."""
        await self.reader.take_snapshot(self.family.stream, sealed.blob, sealed.chunks)

    async def pull(self, segments: Sequence[IncomingSegment] | None = None) -> None:
        """Let the reader have all of the history, and check what is shown."""
        for one in await self.segments() if segments is None else segments:
            await self.reader.receive_segments(self.family.stream, [one], one.server_seq)
        await self.reader.pulled(self.family.stream)

    async def reopened(self) -> Vault:
        """The reader's tablet, locked and unlocked."""
        await self.reader.close()
        self.reader = await self.agency.vault(READER, self.homes / "reader")
        return self.reader

    def note(self, number: int, body: str, **fields: Any) -> Any:
        """A change of a note."""
        return self.family.change("note", record_id(number), {"body": body, **fields})


@asynccontextmanager
async def history(
    homes: Path, notes: int = 30, agency: FakeAgency | None = None, *, both: bool = True
) -> AsyncIterator[History]:
    """A history with edits and a deletion; with both writing also a conflict, and a record that came
    back."""
    agency = agency or FakeAgency(size=3)
    family = agency.family(opener=AUTHOR, members=[OTHER])
    vaults = [
        await agency.vault(number, homes / name, [family])
        for number, name in ((AUTHOR, "author"), (OTHER, "other"), (READER, "reader"))
    ]
    author, other, _ = vaults
    world = History(agency, family, *vaults, homes)
    try:
        await author.commit([family.change("family", record_id(9001), {"name": "Reyes"})])
        for start in range(0, notes, 10):
            await author.commit([world.note(start + n, f"note {start + n}") for n in range(10)])
        await world.meet()
        await author.commit([world.note(1, "by the author"), world.note(2, "first edit")])
        if both:
            await other.commit([world.note(1, "by the other"), world.note(500, "the other's own")])
        await author.commit([family.change("note", record_id(3), {}, delete=True)])
        await author.commit([family.change("note", record_id(4), {}, delete=True)])
        if both:
            await other.commit([world.note(4, "still needed")])
            await world.meet()
            await other.commit([world.note(2, "second edit")])
        await world.meet()
        yield world
    finally:
        for vault in (author, other, world.reader):
            await vault.close()


async def bodies(vault: Vault) -> list[str]:
    """Of every note, in order."""
    return sorted(await vault.read(lambda s: [note.body for note in s.exec(select(Note))]))


def manifest_of(draft: Draft, **changes: Any) -> Draft:
    """A draft with other words in its manifest."""
    changed: SnapshotManifest = replace(draft.manifest, **changes)
    return draft._replace(manifest=changed)
