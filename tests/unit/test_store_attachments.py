"""The folder of attachments: in step with the records at every opening, and never with a torn file."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import DiskFull, StoreFailed, Tampered
from app.protocol.blob import MAX_SEALED_BYTES, Manifest
from app.store.attachments_living import Living
from app.store.vault import Vault
from tests.fakes.agency import FakeAgency, FakeFamily, record_id

DATA = b"%PDF-" + bytes(range(256)) * 2_500


class OnThread:
    """The folder of a vault, each call on the thread that owns it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            method = getattr(self._vault._core.attachments, name)
            return await self._vault._run(lambda: method(*arguments, **named))

        return call


class Case:
    """A vault, its family, and its folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.agency = FakeAgency(seed="pictures")
        self.family: FakeFamily = self.agency.family()
        self.vault: Vault

    @property
    def shelf(self) -> OnThread:
        return OnThread(self.vault)

    async def open(self) -> OnThread:
        self.vault = await self.agency.vault(0, self.home, [self.family])
        return self.shelf

    async def again(self) -> OnThread:
        await self.vault.close()
        return await self.open()

    async def forget(self, blob: bytes) -> None:
        """Lose the row, as with a damaged log."""
        await self.vault._run(lambda: self.vault._core.log.attachments.drop(blob))

    async def record(self, manifest: Manifest, number: int = 1) -> None:
        said = {
            "blob": manifest.place.blob.hex(), "epoch": manifest.place.epoch, "chunks": manifest.count,
            "size": manifest.size, "sha256": manifest.digest.hex(), "kind": "pdf",
        }  # fmt: skip
        await self.vault.commit([self.family.change("attachment", record_id(number), said)])

    def names(self) -> list[str]:
        folder = self.home / "attachments"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    made = Case(tmp_path)
    await made.open()
    yield made
    await made.vault.close()


async def test_what_was_begun_and_has_no_record_is_swept_away(case: Case) -> None:
    await case.vault.add_blob(case.family.stream, DATA)
    (case.home / "attachments" / f"{'ab' * 16}.part").write_bytes(b"left")
    (case.home / "attachments" / f"{'cd' * 16}.tmp").write_bytes(b"left")
    shelf = await case.again()
    assert case.names() == [] and await shelf.states() == {}


async def test_one_whose_record_is_there_is_kept_even_when_it_was_not_told(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    await case.record(manifest)
    assert await case.shelf.waiting() == []
    shelf = await case.again()
    assert [item.blob for item in await shelf.waiting()] == [manifest.place.blob]
    assert await case.vault.read_blob(manifest) == DATA


async def test_files_that_the_table_has_lost_are_taken_up_again(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    await case.record(manifest)
    await case.vault.keep_blob(manifest.place.blob)
    await case.vault.blob_sent(manifest.place.blob, manifest.count)
    await case.forget(manifest.place.blob)
    shelf = await case.again()
    (item,) = await shelf.waiting()
    assert (item.sent, item.chunks) == (0, manifest.count)


async def test_nothing_is_thrown_away_while_records_may_be_missing(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    shelf = case.shelf
    await shelf.sweep({}, doubtful=True)
    assert (await shelf.states()).keys() == {manifest.place.blob}
    await case.forget(manifest.place.blob)
    await shelf.sweep({}, doubtful=True)
    assert case.names() == [f"{manifest.place.blob.hex()}.blob"]


async def test_a_kept_picture_that_the_server_lacks_is_never_swept_away(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    await case.vault.keep_blob(manifest.place.blob)
    shelf = case.shelf
    await shelf.sweep({}, doubtful=False)
    assert case.names()
    await case.vault.blob_sent(manifest.place.blob, manifest.count)
    await shelf.sweep({}, doubtful=False)
    assert case.names() == []


async def test_a_row_without_its_file_is_forgotten(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    await case.record(manifest)
    (case.home / "attachments" / case.names()[0]).unlink()
    place = manifest.place
    shelf = case.shelf
    await shelf.sweep({place.blob: Living(place.stream, place.epoch, manifest.count)}, doubtful=False)
    assert await shelf.states() == {}
    with pytest.raises(StoreFailed):
        await case.vault.read_blob(manifest)


async def test_a_full_disk_leaves_nothing_behind(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        await case.shelf.add(case.family.stream, 1, DATA)
    monkeypatch.undo()
    assert case.names() == [] and await case.vault.blob_states() == {}


async def test_chunks_that_come_are_verified_and_a_torn_end_is_written_over(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    shelf = case.shelf
    chunks = [await shelf.sealed(manifest.place.blob, number) for number in (1, 2, 3)]
    assert manifest.count == 3
    await shelf.drop(manifest.place.blob)
    with pytest.raises(Tampered):
        await shelf.take(manifest, 1, chunks[1])
    assert case.names() == []
    await shelf.take(manifest, 1, chunks[0])
    part = case.home / "attachments" / f"{manifest.place.blob.hex()}.part"
    with open(part, "ab") as file:
        file.write(b"torn by a power cut")
    assert await shelf.next_chunk(manifest) == 2
    await shelf.take(manifest, 2, chunks[1])
    assert part.stat().st_size == 2 * MAX_SEALED_BYTES
    await shelf.take(manifest, 3, chunks[2])
    assert await shelf.next_chunk(manifest) == 4
    assert await shelf.read(manifest) == DATA
    item = await shelf.state(manifest.place.blob)
    assert item is not None and item.on_server


async def test_a_part_that_rotted_is_thrown_away_at_the_last_chunk(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    shelf = case.shelf
    chunks = [await shelf.sealed(manifest.place.blob, number) for number in (1, 2, 3)]
    await shelf.drop(manifest.place.blob)
    await shelf.take(manifest, 1, chunks[0])
    await shelf.take(manifest, 2, chunks[1])
    part = case.home / "attachments" / f"{manifest.place.blob.hex()}.part"
    rotten = bytearray(part.read_bytes())
    rotten[200_000] ^= 1
    part.write_bytes(bytes(rotten))
    with pytest.raises(Tampered):
        await shelf.take(manifest, 3, chunks[2])
    assert case.names() == [] and await shelf.next_chunk(manifest) == 1


async def test_a_stream_that_is_let_go_takes_its_files_with_it_and_no_others(case: Case) -> None:
    other = case.agency.family()
    await case.vault.apply_control(other.stream, [other.genesis])
    await case.vault.add_blob(case.family.stream, DATA)
    stays = await case.vault.add_blob(other.stream, b"%PDF-small")
    folder = case.home / "attachments"
    (folder / f"{'ef' * 16}.part").write_bytes((folder / case.names()[0]).read_bytes())
    await case.shelf.drop_stream(case.family.stream)
    left = [name for name in case.names() if name.endswith(".blob")]
    assert left == [f"{stays.place.blob.hex()}.blob"]


async def test_what_can_still_be_sent_holds_a_family_and_what_was_refused_does_not(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    shelf = case.shelf
    assert not await shelf.is_waiting(case.family.stream)
    await case.vault.keep_blob(manifest.place.blob)
    assert await shelf.is_waiting(case.family.stream)
    await case.vault.blob_refused(manifest.place.blob, "access_closed")
    assert not await shelf.is_waiting(case.family.stream)


async def test_no_picture_is_offered_before_its_words_are_on_the_server(case: Case) -> None:
    manifest = await case.vault.add_blob(case.family.stream, DATA)
    await case.record(manifest)
    await case.vault.keep_blob(manifest.place.blob)
    assert await case.vault.waiting_blobs() == []
    for chain in await case.vault.own_chains():
        segment = await case.vault.segment_from(chain.stream, chain.chain, 1)
        assert segment is not None
        await case.vault.acknowledge(chain.stream, chain.chain, segment.last, 1)
    assert [item.blob for item in await case.vault.waiting_blobs()] == [manifest.place.blob]
