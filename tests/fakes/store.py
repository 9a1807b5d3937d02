"""A store in memory that implements ``app.sync.ports.StorePort`` with real segments.

It seals small operations, cuts and signs real segments and checks chains of control operations by
their ``prev`` only.  What it receives it verifies as far as signature and chain go; whether the
writer was entitled is left to the real store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.crypto.primitives import SigningKey
from app.errors import AppError, ForkAlarm
from app.protocol.control import control_hash, parse_control
from app.protocol.envelope import Operation, envelope_hash, seal
from app.protocol.ids import NO_HASH, ChainId, DeviceId, RecordId, StreamId
from app.protocol.login import sign_login
from app.protocol.segment import (
    Seen,
    build_segment,
    check_cert_names,
    issue_chain_cert,
    parse_chain_cert,
    parse_segment,
    verify_segment,
)
from app.sync.ports import (
    CarriedChain,
    HeldChain,
    Identity,
    IncomingSegment,
    OutgoingControl,
    OutgoingSegment,
    OwnChain,
    Received,
    ServerAudit,
    StreamPosition,
)


@dataclass
class Line:
    """One chain: own (with a key) or foreign."""

    stream: StreamId
    chain: ChainId
    cert: bytes
    key: SigningKey | None = None
    envelopes: list[bytes] = field(default_factory=list)
    segments: dict[int, bytes] = field(default_factory=dict)
    acked: int = 0
    frozen: bool = False

    @property
    def last(self) -> int:
        """dseq of the last envelope."""
        return len(self.envelopes)


@dataclass
class Control:
    """The control chain of one stream: accepted operations, then pending ones."""

    accepted: list[bytes] = field(default_factory=list)
    pending: list[bytes] = field(default_factory=list)

    @property
    def head(self) -> bytes:
        """Hash of the last accepted operation."""
        return control_hash(self.accepted[-1]) if self.accepted else NO_HASH


class FakeStore:
    """One device's store.  ``trace`` lists what the engine called, in order."""

    def __init__(
        self,
        device: DeviceId,
        key: SigningKey,
        agency: StreamId,
        random: Callable[[int], bytes],
        *,
        segment_size: int = 500,
    ) -> None:
        self.device = device
        self.key = key
        self.agency = agency
        self.random = random
        self.segment_size = segment_size
        self.certified = True
        self.removed = False
        self.marker: str | None = None
        self.control: dict[StreamId, Control] = {}
        self.keys: dict[StreamId, bytes] = {}
        self.lines: dict[ChainId, Line] = {}
        self.cursors: dict[StreamId, int] = {}
        self.quarantine: list[tuple[StreamId, int]] = []
        self.missing: dict[StreamId, int] = {}
        self.seen: dict[StreamId, dict[ChainId, int]] = {}
        self.trace: list[str] = []
        self.carried_chains: list[CarriedChain] = []
        self.remake: Callable[[StreamId, Sequence[bytes]], list[bytes]] | None = None

    # What a test does.

    def hold_control(self, stream: StreamId, ops: Sequence[bytes], *, pending: bool = False) -> None:
        """Put control operations into the store, accepted or to be sent."""
        control = self.control.setdefault(stream, Control())
        (control.pending if pending else control.accepted).extend(ops)
        self.cursors.setdefault(stream, 0)

    def write(self, stream: StreamId, count: int = 1, text: str = "note") -> ChainId:
        """Seal ``count`` operations into this device's open chain of ``stream``."""
        line = self._open_line(stream)
        key = self.keys.setdefault(stream, bytes(32))
        for _ in range(count):
            prev = envelope_hash(line.envelopes[-1]) if line.envelopes else NO_HASH
            operation = Operation(RecordId(self.random(16)), "note", {"text": text}, {})
            line.envelopes.append(
                seal(operation, stream, 1, line.chain, line.last + 1, 1, prev, key, self.random)
            )
        return line.chain

    def _open_line(self, stream: StreamId) -> Line:
        for line in self.lines.values():
            if line.stream == stream and line.key is not None and not line.frozen:
                return line
        chain, key = ChainId(self.random(16)), SigningKey.generate(self.random)
        cert = issue_chain_cert(stream, chain, key, self.device, self.key)
        self.lines[chain] = Line(stream, chain, cert, key)
        return self.lines[chain]

    def received(self, stream: StreamId) -> int:
        """How many foreign operations of ``stream`` are held."""
        return sum(line.last for line in self.lines.values() if line.stream == stream and line.key is None)

    # StorePort.

    async def at_contact(self, audits: Sequence[ServerAudit]) -> None:
        self.audits = tuple(audits)

    async def identity(self) -> Identity:
        return Identity(self.device, self.agency, self.certified, self.removed)

    async def sign_login(self, origin: str, challenge: bytes) -> bytes:
        return sign_login(self.key, origin, self.device, challenge)

    async def epoch_marker(self) -> str | None:
        return self.marker

    async def set_epoch_marker(self, marker: str) -> None:
        self.trace.append("set_epoch_marker")
        self.marker = marker

    async def positions(self) -> Sequence[StreamPosition]:
        return [
            StreamPosition(stream, control.head, len(control.accepted), self.cursors.get(stream, 0))
            for stream, control in self.control.items()
        ]

    async def apply_control(self, stream: StreamId, ops: Sequence[bytes]) -> None:
        self.trace.append("apply_control")
        control = self.control.setdefault(stream, Control())
        accepted = list(control.accepted)
        for op in ops:
            if op in accepted:
                continue
            prev = parse_control(op).prev
            if prev != (control_hash(accepted[-1]) if accepted else NO_HASH):
                raise ForkAlarm("control")
            accepted.append(op)
        control.accepted = accepted
        self.cursors.setdefault(stream, 0)
        waiting = [op for op in control.pending if op not in accepted]
        if waiting and parse_control(waiting[0]).prev != control.head:
            waiting = self.remake(stream, waiting) if self.remake else []
        control.pending = waiting

    async def let_go(self) -> None:
        self.trace.append("let_go")

    async def outgoing_control(self) -> Sequence[OutgoingControl]:
        waiting = [
            OutgoingControl(stream, control.head, tuple(control.pending))
            for stream, control in self.control.items()
            if control.pending
        ]
        return sorted(waiting, key=lambda item: item.stream != self.agency)

    async def control_accepted(self, stream: StreamId, head: bytes) -> None:
        self.trace.append("control_accepted")
        control = self.control[stream]
        while control.pending and control.head != head:
            control.accepted.append(control.pending.pop(0))

    async def control_ops(self, stream: StreamId, after: int) -> Sequence[bytes]:
        return self.control[stream].accepted[after:] if stream in self.control else []

    async def own_chains(self) -> Sequence[OwnChain]:
        return [
            OwnChain(
                line.stream,
                line.chain,
                line.last,
                line.acked,
                sum(len(item) for item in line.envelopes[line.acked :]),
                line.frozen,
            )
            for line in self.lines.values()
            if line.key is not None
        ]

    async def segment_from(
        self, stream: StreamId, chain: ChainId, dseq: int, *, room: int | None = None
    ) -> OutgoingSegment | None:
        line = self.lines.get(chain)
        if line is None or dseq > line.last or stream not in self.control:
            return None
        raw = line.segments.get(dseq)
        if raw is None:
            if line.key is None:
                return None
            envelopes = line.envelopes[dseq - 1 : dseq - 1 + self.segment_size]
            control = self.control[stream]
            head = control_hash([*control.accepted, *control.pending][-1])
            seen = [
                Seen(other.chain, other.last, envelope_hash(other.envelopes[-1]))
                for other in self.lines.values()
                if other.stream == stream and other.chain != chain and other.envelopes
            ]
            raw = line.segments[dseq] = build_segment(envelopes, line.key, head, seen)
        last = parse_segment(raw).last
        return OutgoingSegment(stream, chain, dseq, last, raw, line.cert)

    async def acknowledge(self, stream: StreamId, chain: ChainId, up_to: int, server_seq: int) -> None:
        self.trace.append("acknowledge")
        line = self.lines[chain]
        line.acked = max(line.acked, up_to)

    async def freeze_chain(self, stream: StreamId, chain: ChainId, dseq: int, seen: bytes) -> None:
        self.trace.append("freeze_chain")
        line = self.lines[chain]
        line.frozen = True
        unsent = line.last - dseq + 1
        line.envelopes = line.envelopes[: dseq - 1]
        line.segments = {
            first: raw for first, raw in line.segments.items() if parse_segment(raw).last < dseq
        }
        line.acked = min(line.acked, dseq - 1)
        if unsent:
            self.write(stream, unsent)

    async def receive_segments(
        self, stream: StreamId, segments: Sequence[IncomingSegment], cursor: int
    ) -> Received:
        self.trace.append("receive_segments")
        applied = quarantined = 0
        for item in segments:
            try:
                count = self._receive(stream, item)
            except AppError:
                self.quarantine.append((stream, item.server_seq))
                quarantined += 1
            else:
                applied += count
        self.cursors[stream] = cursor
        return Received(applied, quarantined)

    def _receive(self, stream: StreamId, item: IncomingSegment) -> int:
        segment, cert = parse_segment(item.raw), parse_chain_cert(item.cert)
        check_cert_names(cert, segment)
        verify_segment(segment, cert.chain_public)
        seen = self.seen.setdefault(stream, {})
        for entry in (*segment.seen, Seen(segment.chain, segment.last, segment.last_hash)):
            seen[entry.chain] = max(seen.get(entry.chain, 0), entry.dseq)
        line = self.lines.setdefault(segment.chain, Line(stream, segment.chain, item.cert))
        if segment.first != line.last + 1:
            return 0
        line.envelopes.extend(segment.envelopes)
        line.segments[segment.first] = item.raw
        return len(segment.envelopes)

    async def receive_carried(self, stream: StreamId, segments: Sequence[IncomingSegment]) -> Received:
        return await self.receive_segments(stream, segments, self.cursors.get(stream, 0))

    async def carried(self) -> Sequence[CarriedChain]:
        return tuple(self.carried_chains)

    async def carried_on(self, stream: StreamId) -> None:
        self.carried_chains = [item for item in self.carried_chains if item.stream != stream]

    async def withheld(self, stream: StreamId) -> int:
        held = {chain: line.last for chain, line in self.lines.items()}
        seen = self.seen.get(stream, {})
        return sum(max(0, last - held.get(chain, 0)) for chain, last in seen.items())

    async def note_missing(self, stream: StreamId, count: int) -> None:
        self.missing[stream] = count

    async def held_chains(self, stream: StreamId) -> Sequence[HeldChain]:
        return [
            HeldChain(line.chain, line.last, envelope_hash(line.envelopes[-1]))
            for line in self.lines.values()
            if line.stream == stream and line.envelopes
        ]

    async def server_restored(self, stream: StreamId, chains: Sequence[HeldChain]) -> None:
        self.trace.append("server_restored")
        self.cursors[stream] = 0
        there = {item.chain: item.last for item in chains}
        for line in self.lines.values():
            if line.stream == stream and line.key is not None:
                line.acked = min(line.acked, there.get(line.chain, 0))

    # SnapshotPort: this store neither makes nor shows any.

    async def expect(self, streams: Mapping[StreamId, int]) -> None:
        """Nothing."""

    async def snapshot_wanted(self, stream: StreamId) -> bool:
        return False

    async def take_snapshot(self, stream: StreamId, blob: bytes, chunks: Sequence[bytes]) -> None:
        raise AssertionError("not wanted")

    async def pulled(self, stream: StreamId) -> None:
        """Nothing."""

    async def snapshots_due(self) -> Sequence[StreamId]:
        return ()

    async def make_snapshot(self, stream: StreamId) -> None:
        return None

    async def snapshot_held(self, stream: StreamId, at: int, *, ours: bool) -> None:
        """Nothing."""
