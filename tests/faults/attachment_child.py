"""A tablet that adds, sends and fetches pictures until it is killed.

`python -m tests.faults.attachment_child HOME SERVER-FOLDER SEED`. Prints `ready`, then the record of
each addition that has returned, with the SHA-256 of its bytes. `FolderWire` plays the server: a folder
of chunks that outlives everybody, slow enough to be killed in the middle of a blob.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from hashlib import sha256
from pathlib import Path

from app.errors import ServerRefused
from app.protocol.blob import CHUNK_DATA_BYTES, BlobKind
from app.protocol.ids import StreamId
from app.services.attachments import AttachmentDraft, Attachments
from app.services.desk import Desk, Me
from app.store.vault import Change, Vault
from app.sync.blob_ports import BLOB_DIFFERS, CHUNK_UNKNOWN, BlobState, RemoteSnapshot
from app.sync.carrier import Carrier
from tests.fakes.agency import FakeAgency, FakeFamily, outgoing

SEED = "pictures"


class FolderWire:
    """`app.sync.blob_ports.BlobTransport` over a folder."""

    signed_in = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    async def put_chunk(
        self, stream: StreamId, blob: bytes, number: int, kind: BlobKind, count: int, data: bytes, at: int = 0
    ) -> bool:
        path = self._folder / f"{blob.hex()}.{count}.{number}"
        if path.exists() and path.read_bytes() != data:
            raise ServerRefused(server_code=BLOB_DIFFERS)
        await asyncio.sleep(0)
        temporary = path.with_name(f"tmp-{os.getpid()}-{path.name}")
        temporary.write_bytes(data)
        os.replace(temporary, path)
        await asyncio.sleep(0)
        return (await self.blob_state(stream, blob)).complete

    async def get_chunk(self, stream: StreamId, blob: bytes, number: int) -> bytes:
        for path in self._folder.glob(f"{blob.hex()}.*.{number}"):
            return path.read_bytes()
        raise ServerRefused(server_code=CHUNK_UNKNOWN)

    async def blob_state(self, stream: StreamId, blob: bytes) -> BlobState:
        names = [path.name.split(".") for path in self._folder.glob(f"{blob.hex()}.*")]
        if not names:
            return BlobState(0, (), False)
        count = int(names[0][1])
        return BlobState(count, tuple(sorted(int(name[2]) for name in names)), len(names) == count)

    async def snapshots(self, stream: StreamId) -> tuple[RemoteSnapshot, ...]:
        return ()


async def open_tablet(home: Path, server: Path) -> tuple[Vault, Attachments, Carrier, FakeFamily]:
    """The tablet, as every process that starts on the home sees it."""
    agency = FakeAgency(seed=SEED)
    family = agency.family()
    vault = await agency.vault(0, home, [family])
    await vault.commit([Change(family.stream, "family", family.id, {"name": "Nia"})])
    member = agency.members[0]
    me = Me(member.person.hex(), member.keyring.device.hex(), "Ruth", "Supervisor", ("supervisor",))
    desk = Desk(vault, member.clock.now_ms, lambda: os.urandom(16).hex(), me)
    carrier = Carrier(vault, FolderWire(server), lambda: 0.5)
    return vault, Attachments(desk, carrier=carrier), carrier, family


async def main(home: Path, server: Path, seed: int) -> None:
    chance = random.Random(seed)
    vault, service, carrier, family = await open_tablet(home, server)
    print("ready", flush=True)
    while True:
        data = b"%PDF-" + chance.randbytes(chance.randrange(3 * CHUNK_DATA_BYTES))
        view = await service.add(AttachmentDraft(family.id), await service.prepare(data))
        print(view.record_id, sha256(data).hexdigest(), flush=True)
        if chance.random() < 0.7:
            await outgoing(vault, family.stream)
            await carrier.run_once()
        if chance.random() < 0.5:
            await service.free_space(chance.randrange(1_000_000))
        for one in await service.of_family(family.id):
            if one.state.kind == "not_here" and chance.random() < 0.5:
                await service.fetch(one.record_id)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
