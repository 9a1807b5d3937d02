"""The vault without asyncio: log, control chains, keys, chains and memory, put together.

Owns the order of things: verify, then the log (durable), then memory. Everything here runs on
the one database thread. It refuses to know about event loops. Spec: architecture.md, "The way of
one note"; protocol.md, "Control", "Merge".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.errors import AppError, ChangeRefused, PermissionRefused, ProtocolError
from app.protocol.control import Author
from app.protocol.hlc import HybridClock
from app.protocol.ids import ChainId, DeviceId, OpRef
from app.sync.ports import IncomingSegment, Received, ServerAudit
from app.wraparound.audit import QUIET_TYPES
from app.wraparound.records import Attachment, AuditEntry, Record

from . import merge
from .aside import Aside
from .attachments import Attachments
from .attachments_living import living_blobs
from .audit_rows import genuine
from .auditor import DAY_MS, Act, Auditor
from .book import Amended, Book
from .connection import Connect, connect
from .damage import SALVAGED
from .drafts import Drafts
from .keys import StreamKeys
from .lines import Line, Lines
from .log import Log
from .memory import Memory
from .mirror import Mirror, Progress
from .notices import Passing
from .outbox import Outbox, bump_generation
from .pens import PenCase
from .receiver import Receiver
from .reducer import Touched
from .rights import Rights
from .snapshot_check import SnapshotCheck
from .snapshot_making import SnapshotMaking
from .writer import Change, Writer


class Core:
    """One open home. Use it from one thread only."""

    def __init__(
        self,
        home: Path,
        keyring: Keyring,
        now_ms: Callable[[], int],
        random: Random,
        record_types: Mapping[str, type[Record]],
        progress: Progress | None = None,
        connecting: Connect = connect,
        merging: merge.Merge = merge.apply,
    ) -> None:
        """merging: see Reducer. Raises LogDamaged, NewerStore, WrongKeyOrTampered, DiskFull,
        StoreFailed."""
        self.home = home
        self.keyring = keyring
        self.random = random
        self.now_ms = now_ms
        self.author = Author(DeviceId(keyring.device), keyring.signing_key())
        self.log = log = Log.open(home, random, connecting)
        try:
            self.clock = HybridClock(now_ms, int.from_bytes(log.meta("hlc") or b"", "big"))
            self.salvaged = log.meta(SALVAGED) is not None
            self.keys = StreamKeys(log, keyring.log_key, random)
            self.lines = Lines(log, keyring.log_key, random)
            self.book = Book(log, self.keys, keyring, self.clock, random)
            self._find_keys()
            self.aside = Aside(log, now_ms)
            self._rights = Rights(log, self.book)
            self.mirror = Mirror(
                home, keyring.log_key, log, self.book, self.keys, self.lines, self.aside, self._rights,
                self.clock, record_types, merging,
            )  # fmt: skip
            self.passing = self.mirror.passing = Passing(now_ms)
            self.rebuilt_for = self.mirror.load(progress)
        except BaseException:
            log.close()
            raise
        self.drafts = Drafts(log, keyring.log_key, random)
        self.auditor = Auditor(log, self.keys, self.drafts, keyring.device, self.author.key)
        pens = PenCase(log, self.book, self.keys, self.lines, keyring, self.clock, random)
        self._writer = Writer(log, pens, self.memory.kinds)
        self.outbox = Outbox(log, self.book, self.keys, self.lines, pens, keyring)
        self.attachments = Attachments(home, log, self.keys, now_ms, random)
        self._sweep_attachments()
        self._unsealed: dict[bytes, int] | None = None
        self._receiver = Receiver(log, self.book, self.lines, self.aside)
        self.unchecked = SnapshotCheck(
            log, self.book, self.keys, self.lines, self.aside, self.mirror, now_ms
        )
        self.making = SnapshotMaking(
            log, self.book, self.keys, self.lines, self.mirror, self.author, random, self._receiver.missing
        )
        for stream in self.keys.withdrawing:
            with suppress(AppError):  # the last session ended before this was done; it can wait
                self._write_anew(stream)

    @property
    def memory(self) -> Memory:
        """The database that answers; another one after a rebuild."""
        return self.mirror.memory

    def _find_keys(self) -> None:
        """Open again the keys whose sealed copies were lost: the control chains carry them."""
        for stream in self.book.streams:
            if lacking := self.book.readable(stream):
                with self.log.writing():
                    self.keys.write(stream, lacking)
                self.keys.hold(stream, lacking)

    def _sweep_attachments(self) -> None:
        if Attachment.TYPE not in self.memory.kinds:
            return
        with suppress(AppError):  # a full disk keeps nobody out; the next opening tries again
            living = self.memory.read(living_blobs)
            self.attachments.sweep(living, doubtful=self.salvaged or bool(self.keys.withdrawing))

    # Writing and receiving

    def commit(
        self,
        changes: Sequence[Change],
        durable: Callable[[tuple[OpRef, ...]], None],
        acts: Iterable[Act] = (),
    ) -> Touched:
        """One user action: into the log, then into memory. acts: noted in the same transaction.

        durable: told the operations once they survive a power cut, before memory follows. For
        errors until then see Writer.commit; afterwards the log is the truth, and memory is made
        from it again when it cannot follow.
        """
        acts = tuple(acts)
        touched = self.mirror.apply_some(None) if acts else Touched()
        changes = [*changes, *self._noted(acts)]
        self._writer.check(changes)
        for change in changes:
            record = bytes.fromhex(change.record)
            if change.type in QUIET_TYPES and not genuine(change.stream, change.type, record, change.fields):
                raise ChangeRefused("a line of the audit is whole or nothing")
            self._rights.require_own(change.stream, self.keyring.device, change.type, record)
            self.unchecked.require_checked(change.stream, change.type, record)
        touched |= self.mirror.apply_some(None)
        deliveries = self._writer.commit(changes, self.mirror.heads_of)
        durable(tuple(OpRef(ChainId(d.chain), d.dseq) for d in deliveries))
        return touched | self.mirror.apply(deliveries)

    def _noted(self, acts: Iterable[Act]) -> list[Change]:
        """The entries of acts. Everything received is in memory: it may hold this device's last."""
        try:
            return self.auditor.changes(self.memory, acts, self.now_ms())
        except ValueError as error:
            raise ChangeRefused("act") from error

    # The audit at a contact

    def write_sights(self, audits: Sequence[ServerAudit]) -> Touched:
        """Write what was looked at since the last contact; what cannot be sealed yet waits."""
        self.auditor.told(audits)
        touched = self.mirror.apply_some(None)
        today = datetime.fromtimestamp(self.now_ms() / 1000).date().isoformat()
        by_stream: dict[bytes, list[tuple[str, Act]]] = {}
        for name, act in self.auditor.pending_sights(self.memory, self.keyring.person.hex(), today):
            by_stream.setdefault(act.stream, []).append((name, act))
        for sights in by_stream.values():
            with suppress(ProtocolError, PermissionRefused):  # no key yet, or no longer a member
                touched |= self.commit((), lambda _: None, [act for _, act in sights])
                self.auditor.written(name for name, _ in sights)
        return touched

    def seals_due(self, limit: int) -> list[bytes]:
        """Streams whose audits have moved, and which this device has not counter-signed today."""
        today = self.now_ms() // DAY_MS
        if self._unsealed is None:
            self._unsealed = dict.fromkeys(self.book.streams, today)
        return [stream for stream, day in self._unsealed.items() if day <= today][:limit]

    def seal_audits(self, stream: bytes) -> Touched:
        """Counter-sign where the other devices' audits of a stream stand."""
        now, unsealed = self.now_ms(), self._unsealed if self._unsealed is not None else {}
        today = now // DAY_MS
        if self.auditor.sealed_on(self.memory, stream) == today:
            unsealed[stream] = today + 1
            return Touched()
        unsealed.pop(stream, None)
        agency = self.book.agency
        change = self.auditor.seal(self.memory, stream, agency, now) if agency else None
        if isinstance(change, int):
            unsealed[stream] = change
            return Touched()
        with suppress(ProtocolError, PermissionRefused):
            return self.commit([change], lambda _: None) if change else Touched()
        return Touched()

    def noticed(self, touched: Touched) -> None:
        """Other devices' audits have moved: counter-sign them, at the earliest today."""
        if self._unsealed is not None and AuditEntry.TYPE in touched.types:
            for stream in self.book.streams:
                if self.mirror.family_of(stream) in touched.families:
                    self._unsealed[stream] = self.now_ms() // DAY_MS

    def receive(self, stream: bytes, segments: Sequence[IncomingSegment], cursor: int | None) -> Received:
        """Verify and keep segments; `mirror.apply_some` brings them into memory. See Receiver."""
        arrived = self._receiver.receive(stream, segments, cursor)
        self.mirror.queue(arrived.rows)
        return Received(arrived.kept, arrived.quarantined)

    # Control

    def amended(self, amended: Amended) -> Touched:
        """Follow a change of a control chain: keys, cuts, waiting segments, stale operations."""
        mirror = self.mirror
        mirror.forget_authors()
        touched = mirror.apply_some(None)
        streams = list(self.book.streams) if amended.stream == self.book.agency_id else [amended.stream]
        for stream in streams:
            if self.aside.recut(stream, self.book, self.lines, self.outbox):
                touched |= mirror.rebuild_stream(stream)
            mirror.queue(self._receiver.retry_early(stream).rows)
            touched |= self._write_anew(stream)
        if amended.keys or mirror.reducer.has_locked(amended.stream):
            touched |= mirror.apply_some(None) | mirror.unlock(amended.stream)
        return touched | mirror.apply_some(None)

    def _write_anew(self, stream: bytes) -> Touched:
        """Write own operations anew that cannot be sent as they are; see Outbox.stale_from."""
        touched = Touched()
        done = True
        for line in self.lines.of(stream):
            first = self.outbox.stale_from(line)
            if first is not None:
                try:
                    touched |= self.reauthor(line, first)
                except ProtocolError:
                    done = False  # no longer entitled, or no key: they stay here, readable, as they are
        if done and stream in self.keys.withdrawing:
            self.keys.drop_withdrawn(stream)
        return touched

    def reauthor(self, line: Line, first: int) -> Touched:
        """Abandon a chain of this tablet from `first` on and write its operations anew."""
        self.mirror.apply_some(None)
        self.outbox.reauthor(line, first)
        return self.mirror.rebuild_stream(line.row.stream)

    def write_loose(self, stream: bytes, envelopes: Sequence[bytes]) -> Touched:
        """Write operations of this tablet again whose chain has a hole (after a salvage)."""
        self.outbox.write_loose(stream, envelopes)
        return self.mirror.rebuild_stream(stream)

    def withheld(self, stream: bytes) -> int:
        """Operations of `stream` that exist and are not here; see Receiver.missing."""
        return self._receiver.missing(stream)

    def server_restored(self, stream: bytes, held: Mapping[bytes, int]) -> None:
        """The server holds only `held` of a stream: send again what it lost."""
        lost = [
            (line, min(line.acked, held.get(line.row.chain, 0)))
            for line in self.lines.of(stream)
            if line.own and line.acked > held.get(line.row.chain, 0)
        ]
        with self.log.writing():
            self.log.control.set_cursor(stream, 0)
            for line, acked in lost:
                self.log.set_acked(line.row.idx, acked)
        for line, acked in lost:
            line.acked = acked
        self.attachments.doubt(stream)

    def let_go(self) -> Touched:
        """Forget the families that this person has been taken out of, keys first.

        One whose work of this tablet could not be sent stays as it is: nothing typed is destroyed.
        """
        touched = Touched()
        for stream in self.book.left():
            if any(line.pending for line in self.lines.of(stream)) or self.attachments.is_waiting(stream):
                continue
            self.mirror.apply_some(None)
            with self.log.writing():
                self.log.control.drop_stream(stream)
                self.log.bury(stream)
                bump_generation(self.log)
            touched |= self.mirror.drop_stream(stream)
            self.book.drop(stream)
            self.attachments.drop_stream(stream)
            self.keys.drop(stream)
            self.lines.reload()
            self.aside.reload()
        return touched

    def save_keyring(self, blob: bytes) -> None:
        """Keep the wrapped keyring."""
        with self.log.writing():
            self.log.local.set_keyring(blob)

    def close(self) -> None:
        """Drop memory and keys."""
        try:
            with self.log.writing():
                self.log.set_meta("hlc", self.clock.last.to_bytes(8, "big"))
                self.passing.write(self.log.notices)
        except AppError:
            pass  # a full disk must not keep the keys in memory; the clock catches up by itself
        finally:
            self.unchecked.close()
            self.mirror.close()
            self.keys.forget()
            self.log.close()
