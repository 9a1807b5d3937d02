"""The vault: the one door to everything kept on this tablet.

Owns the database thread (all of log and memory live on it), the lock of the home, the timing of
the image, and telling the screens what changed. Every method is short: one function run on that
thread. It refuses work after `close`, which drops memory and keys.
Spec: architecture.md, "The way of one note"; protocol.md, "Local files".
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import Session

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.errors import AppError, ChangeRefused, LogDamaged, StoreLocked
from app.protocol.ids import OpRef, StreamId
from app.wraparound.audit import QUIET_TYPES
from app.wraparound.records import RECORD_TYPES, Record

from . import queries, search
from .attachment_side import AttachmentSide
from .audit_side import AuditSide
from .auditor import Act
from .connection import Connect, connect, storage_errors
from .core import Core
from .directory_side import DirectorySide
from .image import write_image
from .lockfile import HomeLock
from .log_shelves import SetAside
from .membership_side import MembershipSide
from .mirror import Progress
from .queries import ConflictRow
from .reducer import Touched, state_digest
from .salvage import mark_damaged, open_or_salvage
from .snapshot_side import SnapshotSide
from .story_side import StorySide
from .sync_side import SyncSide
from .writer import Change

T = TypeVar("T")

IMAGE_TAIL = 2000
"""Operations beyond the image after which a new one is worth writing."""
IDLE_SECONDS = 5.0
"""Quiet time before it is written."""

Changed = Touched
"""What a subscriber is told: families (hex ids) and record types that may look different now."""

__all__ = ["Act", "Change", "Changed", "ConflictRow", "Vault"]


class Vault(SyncSide, MembershipSide, AuditSide, StorySide, SnapshotSide, AttachmentSide, DirectorySide):
    """One open home. All methods belong to the event loop it was opened on."""

    def __init__(self, core: Core, pool: ThreadPoolExecutor, lock: HomeLock, random: Random) -> None:
        """Use `Vault.open`."""
        self._core = core
        self._pool = pool
        self._lock = lock
        self._random = random
        self._loop = asyncio.get_running_loop()
        self._drafts = core.drafts
        self._readers: dict[int, Callable[[Changed], None]] = {}
        self._numbers = count()
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._imaging: asyncio.Task[bool] | None = None
        self._image_turn = asyncio.Lock()
        self._stop = threading.Event()

    @classmethod
    async def open(
        cls,
        home: Path,
        keyring: Keyring,
        clock: Callable[[], int],
        random: Random,
        progress: Progress | None = None,
        *,
        record_types: Mapping[str, type[Record]] = RECORD_TYPES,
        connecting: Connect = connect,
    ) -> Vault:
        """Open the home (made when missing) with an unwrapped keyring.

        clock: UTC milliseconds. progress: told (done, total) on the event loop while memory is
        rebuilt. A damaged log is salvaged (see `was_salvaged`). Raises HomeInUse, NewerStore,
        WrongKeyOrTampered (a keyring of another home), LogDamaged, DiskFull, StoreFailed.
        """
        loop = asyncio.get_running_loop()
        with storage_errors():
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = HomeLock(home)
        lock.acquire()
        pool = ThreadPoolExecutor(1, thread_name_prefix="kt-store")

        def tell(done: int, total: int) -> None:
            if progress is not None:
                loop.call_soon_threadsafe(progress, done, total)

        def begin() -> Core:
            with storage_errors():
                return open_or_salvage(home, keyring, clock, random, record_types, tell, connecting)

        try:
            return cls(await loop.run_in_executor(pool, begin), pool, lock, random)
        except BaseException:
            pool.shutdown(wait=False)
            lock.release()
            raise

    async def close(self) -> None:
        """Drop memory and keys and let go of the home. Harmless when it is closed already."""
        if self._closed:
            return
        self._closed = True
        self._stop.set()
        self._readers.clear()
        if self._timer is not None:
            self._timer.cancel()
        if self._imaging is not None:
            # Locking does not wait for a disk: a writer inside fsync finishes by itself.
            await asyncio.wait({self._imaging}, timeout=0.2)
        try:
            await self._loop.run_in_executor(self._pool, self._core.close)
        finally:
            self._pool.shutdown(wait=False)
            self._lock.release()
            # Whoever still holds this vault must not hold its keys.
            del self._core, self._drafts
            self._imaging = None
            _trim()

    if not TYPE_CHECKING:  # the type checker knows both as always there

        def __getattr__(self, name: str) -> Any:
            """What a closed vault does not have any more. Raises StoreLocked."""
            raise StoreLocked if name in ("_core", "_drafts") else AttributeError(name)

    async def _run(self, work: Callable[[], T]) -> T:
        """Do `work` on the database thread, foreign errors turned into ours."""
        return await self._start(work)

    def _start(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """`_run` without waiting for it."""
        if self._closed:
            raise StoreLocked

        def guarded() -> T:
            try:
                with storage_errors():
                    return work()
            except LogDamaged:
                mark_damaged(self._core.home)
                raise

        return self._loop.run_in_executor(self._pool, guarded)

    def _told(self, touched: Touched) -> None:
        """Called on the database thread: screens are told on the loop, even if nobody waits."""
        self._core.noticed(touched)
        if touched.types and not (types := touched.types - QUIET_TYPES):
            return  # only the audit has grown: no screen asks again because of it
        if touched.types:
            touched = Touched(touched.families, types)
        if touched.types or touched.families:
            self._loop.call_soon_threadsafe(self._tell, touched)

    def _tell(self, touched: Touched) -> None:
        for reader in tuple(self._readers.values()):
            reader(touched)
        self._image_later()

    # Reading

    async def read(self, question: Callable[[Session], T]) -> T:
        """Answer a question with a session on memory; rows it returns are detached.

        The session cannot write: SQLite refuses, and StoreFailed is raised.
        """
        return await self._run(lambda: self._core.memory.read(question))

    async def search(
        self,
        text: str,
        types: Collection[str] | None = None,
        family_id: str = "",
        families: Collection[str] | None = None,
        limit: int = 50,
    ) -> tuple[search.Hit, ...]:
        """Records that hold every word of `text` (each may be a beginning); see search.find."""
        wanted = [family_id] if family_id else families
        return await self._run(lambda: search.find(self._core.memory, text, types, wanted, limit))

    async def conflicts(self) -> tuple[ConflictRow, ...]:
        """Fields with more than one value, the one shown first."""
        return await self._run(lambda: queries.conflicts(self._core))

    async def deleted(self, type_name: str, record_ids: Iterable[str]) -> dict[str, queries.Buried]:
        """What deleted records of a type were: for the audit, never for a list that people work in."""
        wanted = list(record_ids)
        return await self._run(lambda: queries.deleted(self._core, type_name, wanted))

    async def deleted_ids(self, type_name: str, family_id: str) -> tuple[str, ...]:
        """Ids of the deleted records of a type in one family; see `deleted`."""
        return await self._run(lambda: queries.deleted_ids(self._core, type_name, family_id))

    async def quarantined(self) -> tuple[SetAside, ...]:
        """Everything set aside, oldest first: shown in the sync centre, never deleted."""
        return await self._run(lambda: tuple(self._core.aside.all()))

    async def status(self, record_id: str) -> str:
        """ "on_server" when every operation of ours in the record is acknowledged, otherwise
        "saved_on_tablet"."""
        return (await self.statuses([record_id]))[record_id]

    async def statuses(self, record_ids: Iterable[str]) -> dict[str, str]:
        """`status` of many records."""
        wanted = list(record_ids)
        return await self._run(lambda: queries.statuses(self._core, wanted))

    async def unsent_count(self) -> int:
        """Operations that are only on this tablet."""
        return sum((await self.unsent_by_family()).values())

    async def unsent_by_family(self) -> dict[str, int]:
        """The same by family id; the agency's own records under ""."""
        return await self._run(lambda: queries.unsent_by_family(self._core))

    @property
    def was_salvaged(self) -> bool:
        """The log was damaged when it was opened: say so, and fetch the rest again."""
        return self._core.salvaged

    @property
    def rebuilt_for(self) -> str:
        """Why the image was of no use at opening, and all was made from the log; "" if it was."""
        return self._core.rebuilt_for

    async def digest(self, stream: bytes) -> bytes:
        """SHA-256 of all that a stream's operations have led to; equal on devices that agree."""
        return await self._run(lambda: state_digest(self._core.memory, stream))

    # Writing

    def correct_clock(self, offset_ms: int) -> None:
        """Take the last measured (server − tablet) difference for the stamps of own operations.

        One number, read whole by the database thread: no lock is needed.
        """
        self._core.clock.correct(offset_ms)

    async def commit(self, changes: Sequence[Change], acts: Sequence[Act] = ()) -> tuple[OpRef, ...]:
        """One user action, one durable transaction; on return it survives a power cut.

        acts: what of it the audit notes besides, in the same transaction.

        Memory follows at once on the database thread: whatever is asked after this sees it.
        Raises ChangeRefused, UnencodableText, TooLarge, UnknownStream, NotEntitled, MissingKey,
        DiskFull, StoreFailed; then nothing has changed.
        """
        if not changes and not acts:
            return ()
        saved: asyncio.Future[tuple[OpRef, ...]] = self._loop.create_future()

        def durable(refs: tuple[OpRef, ...]) -> None:
            self._loop.call_soon_threadsafe(answer, refs)

        def answer(refs: tuple[OpRef, ...]) -> None:
            if not saved.done():  # the caller may have been cancelled
                saved.set_result(refs)

        def ended(job: asyncio.Future[None]) -> None:
            # An error after it was durable is not the caller's: the next question meets it.
            if not job.cancelled() and (error := job.exception()) and not saved.done():
                saved.set_exception(error)

        job = self._start(lambda: self._told(self._core.commit(changes, durable, acts)))
        job.add_done_callback(ended)
        return await saved

    async def settle(self, record_id: str, type_name: str, field: str, value: Any) -> tuple[OpRef, ...]:
        """End a conflict: an ordinary commit that supersedes every value of the field."""
        stream = await self._run(lambda: queries.conflict_stream(self._core, record_id, type_name))
        if stream is None:
            raise ChangeRefused("record")
        return await self.commit([Change(StreamId(stream), type_name, record_id, {field: value})])

    async def save_local(self, kind: str, name: str, data: bytes | None) -> None:
        """Keep a draft or setting sealed on this tablet only; None forgets it."""
        await self._run(lambda: self._drafts.save(kind, name, data))

    async def load_local(self, kind: str, name: str) -> bytes | None:
        """A draft or setting, or None."""
        return await self._run(lambda: self._drafts.load(kind, name))

    async def list_local(self, kind: str) -> tuple[str, ...]:
        """The names of all drafts or settings of a kind, in order."""
        return await self._run(lambda: self._drafts.names(kind))

    async def save_keyring(self, blob: bytes) -> None:
        """Keep the wrapped keyring (a new passphrase wraps it again)."""
        await self._run(lambda: self._core.save_keyring(blob))

    def subscribe(self, reader: Callable[[Changed], None]) -> Callable[[], None]:
        """Be told on the event loop after every change. Returns the way to stop."""
        number = next(self._numbers)  # never used again: a second dispose must harm nobody
        self._readers[number] = reader
        return lambda: (self._readers.pop(number, None), None)[1]

    # The image

    def _image_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed and self._core.mirror.tail_length >= IMAGE_TAIL:
            self._timer = self._loop.call_later(IDLE_SECONDS, self._start_image)

    def _start_image(self) -> None:
        if not self._closed and (self._imaging is None or self._imaging.done()):
            self._imaging = self._loop.create_task(self._quiet_image())

    async def _quiet_image(self) -> bool:
        try:
            return await self.save_image()
        except AppError:
            return False  # an accelerator: the next quiet moment tries again

    async def save_image(self) -> bool:
        """Write the sealed image now; False when operations wait or the vault is closing."""
        async with self._image_turn:  # two writers would take each other's temporary file away
            made = await self._run(self._core.mirror.image)
            if made is None:
                return False
            tie, data = made
            home, key = self._core.home, self._core.keyring.log_key
            written = await asyncio.to_thread(
                write_image, home, key, tie, data, self._random, self._stop.is_set
            )
            if written and not self._closed:
                await self._run(lambda: self._core.mirror.imaged(tie))
            return written


def _trim() -> None:
    """Give freed pages back to the system, where the C library can."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        pass
