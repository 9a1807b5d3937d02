"""A server that lies, for whole tablets: real vaults and engines, no network, no honesty.

`EvilServer` keeps what an honest server would keep (`truth`) and, for each tablet, how it is being
cheated now (`Spell`). All it can do is what any server can: choose what to answer. It knows no key.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from app.errors import AppError, ForkSeen, HeadMoved, SequenceGap, ServerRefused, SignInNeeded
from app.protocol.blob import BlobKind
from app.protocol.control import control_hash
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId
from app.protocol.segment import parse_chain_cert, parse_segment
from app.sync.blob_ports import BlobState, RemoteSnapshot
from app.sync.ports import (
    ControlPage,
    Heads,
    HeldChain,
    IncomingSegment,
    LoginSigner,
    OutgoingSegment,
    PushReceipt,
    RemoteStream,
    SegmentPage,
    StreamPosition,
)

PAGE = 3


@dataclass
class Shelf:
    """One stream as a server holds it."""

    control: list[bytes] = field(default_factory=list)
    segments: list[OutgoingSegment] = field(default_factory=list)
    hashes: dict[ChainId, list[bytes]] = field(default_factory=dict)

    @property
    def head(self) -> bytes:
        return control_hash(self.control[-1]) if self.control else NO_HASH


Shelves = dict[StreamId, Shelf]


@dataclass
class Spell:
    """How one tablet is cheated. Every field off: honestly served."""

    own_world: Shelves | None = None
    """Another history, for this tablet alone: what it pushes lands there."""
    frozen: Shelves | None = None
    """What it is shown, whatever happens; what it pushes is kept all the same."""
    drop: int = 0
    """How many of the next segments it is not given, though its cursor passes them."""
    shuffle: bool = False
    double: bool = False
    swap: bool = False
    """Segments of other streams are mixed into the pages."""
    tamper: int = 0
    """How many of the next segments, certificates or control operations come with a bit flipped."""
    false_receipts: int = 0
    """How many of the next pushes are acknowledged and thrown away."""
    lies: list[str] = field(default_factory=list)
    """Refusals to come: "gap", "fork", "moved", "refused", "sign_in"."""


class EvilServer:
    """Streams in memory, and what each tablet is told of them."""

    def __init__(self, chance: Random) -> None:
        self.truth: Shelves = {}
        self.spells: dict[DeviceId, Spell] = {}
        self.chance = chance
        self.marker = "marker-1"
        self.now_ms = 1_760_000_000_000
        self.past: list[Shelves] = []
        self.attacks = 0

    def spell(self, device: DeviceId) -> Spell:
        return self.spells.setdefault(device, Spell())

    def snapshot(self) -> Shelves:
        """The truth as it is now, to go back to."""
        return copy.deepcopy(self.truth)

    def peace(self) -> None:
        """From here on it serves everybody honestly from what it holds."""
        self.spells.clear()

    def writes_to(self, device: DeviceId) -> Shelves:
        world = self.spell(device).own_world
        return self.truth if world is None else world

    def shows(self, device: DeviceId) -> Shelves:
        frozen = self.spell(device).frozen
        return self.writes_to(device) if frozen is None else frozen


class EvilWire:
    """One tablet's wire to it (`app.sync.ports.Transport`)."""

    def __init__(self, server: EvilServer, device: DeviceId) -> None:
        self.server = server
        self.device = device
        self.token = False

    @property
    def _spell(self) -> Spell:
        return self.server.spell(self.device)

    def _enter(self, *lies: str) -> None:
        if not self.token:
            raise SignInNeeded
        told = self._spell.lies
        if told and told[0] in lies:
            self.server.attacks += 1
            kind = told.pop(0)
            digest = self.server.chance.randbytes(32)
            errors: dict[str, AppError] = {
                "gap": SequenceGap(self.server.chance.randint(1, 3)),
                "fork": ForkSeen(self.server.chance.randint(1, 3), digest),
                "moved": HeadMoved(digest, self.server.chance.randint(0, 9)),
                "refused": ServerRefused(),
                "sign_in": SignInNeeded(),
            }
            raise errors[kind]

    def _tampered(self, raw: bytes) -> bytes:
        if not self._spell.tamper or self.server.chance.random() < 0.5:
            return raw
        self._spell.tamper -= 1
        self.server.attacks += 1
        changed = bytearray(raw)
        if self.server.chance.random() < 0.2:
            return bytes(changed[: self.server.chance.randrange(len(changed))])
        changed[self.server.chance.randrange(len(changed))] ^= 1 << self.server.chance.randrange(8)
        return bytes(changed)

    @property
    def signed_in(self) -> bool:
        return self.token

    @property
    def room(self) -> int:
        return 2**20

    async def probe(self) -> None:
        """Nothing."""

    async def found_agency(self, agency: StreamId, ops: Sequence[bytes]) -> bytes:
        shelf = self.server.writes_to(self.device).setdefault(agency, Shelf())
        if len(ops) > len(shelf.control):
            shelf.control = list(ops)
        return control_hash(ops[-1])

    async def login(self, device: DeviceId, sign: LoginSigner) -> None:
        await sign("https://server.example", bytes(32))
        self.token = True

    async def heads(self, positions: Sequence[StreamPosition]) -> Heads:
        self._enter("refused", "sign_in")
        sent = {item.stream: item for item in positions}
        shelves = self.server.shows(self.device)
        changed = []
        for stream, shelf in shelves.items():
            here = sent.get(stream)
            place = (shelf.head, len(shelf.control), len(shelf.segments))
            if here is None or place != (here.control_head, here.control_count, here.cursor):
                changed.append(RemoteStream(stream, *place))
        unknown = tuple(item for item in sent if item not in shelves)
        return Heads(self.server.marker, self.server.now_ms, tuple(changed), unknown)

    async def get_control(self, stream: StreamId, after: int) -> ControlPage:
        self._enter("refused", "sign_in")
        shelf = self.server.shows(self.device).get(stream, Shelf())
        ops = tuple(self._tampered(op) for op in shelf.control[after : after + PAGE])
        return ControlPage(ops, shelf.head, len(shelf.control))

    async def append_control(self, stream: StreamId, prev: bytes, ops: Sequence[bytes]) -> bytes:
        self._enter("moved", "refused", "sign_in")
        shelf = self.server.writes_to(self.device).setdefault(stream, Shelf())
        if shelf.control[-len(ops) :] == list(ops):
            return shelf.head
        if self._spell.false_receipts:
            self._spell.false_receipts -= 1
            self.server.attacks += 1
            return control_hash(ops[-1])
        if shelf.head != prev:
            raise HeadMoved(shelf.head, len(shelf.control))
        shelf.control.extend(ops)
        return shelf.head

    async def push(self, segment: OutgoingSegment) -> PushReceipt:
        self._enter("gap", "fork", "refused", "sign_in")
        shelf = self.server.writes_to(self.device).setdefault(segment.stream, Shelf())
        parsed = parse_segment(segment.raw)
        if self._spell.false_receipts:
            self._spell.false_receipts -= 1
            self.server.attacks += 1
            return PushReceipt(len(shelf.segments) + 1, False)
        if parsed.control_head not in {control_hash(op) for op in shelf.control}:
            raise ServerRefused("unknown_head")
        hashes = shelf.hashes.setdefault(segment.chain, [])
        if segment.first > len(hashes) + 1:
            raise SequenceGap(len(hashes) + 1)
        for place, digest in enumerate(parsed.hashes, start=segment.first):
            if place <= len(hashes) and hashes[place - 1] != digest:
                raise ForkSeen(place, hashes[place - 1])
        for number, kept in enumerate(shelf.segments, start=1):
            if kept.raw == segment.raw:
                return PushReceipt(number, False)
        hashes.extend(parsed.hashes[len(hashes) + 1 - segment.first :])
        shelf.segments.append(segment)
        return PushReceipt(len(shelf.segments), False)

    async def pull(self, stream: StreamId, after: int, *, own: bool) -> SegmentPage:
        self._enter("refused", "sign_in")
        spell = self._spell
        shelves = self.server.shows(self.device)
        shelf = shelves.get(stream, Shelf())
        page = list(enumerate(shelf.segments[after : after + PAGE], start=after + 1))
        cursor = after + len(page)
        page = [
            (number, item)
            for number, item in page
            if own or parse_chain_cert(item.cert).device != self.device
        ]
        if spell.drop and page:
            gone = min(spell.drop, len(page))
            spell.drop -= gone
            self.server.attacks += 1
            page = page[gone:] if self.server.chance.random() < 0.5 else page[:-gone]
        if spell.double:
            self.server.attacks += 1
            page = page * 2 + list(enumerate(shelf.segments[:after], start=1))[-2:]
        if spell.swap:
            others = [item for name, other in shelves.items() if name != stream for item in other.segments]
            page += [(after + 1, item) for item in others[:2]]
            self.server.attacks += bool(others)
        if spell.shuffle:
            self.server.attacks += 1
            self.server.chance.shuffle(page)
        return SegmentPage(
            tuple(
                IncomingSegment(number, self._tampered(item.raw), self._tampered(item.cert))
                for number, item in page
            ),
            cursor,
            cursor < len(shelf.segments),
        )

    async def chains(self, stream: StreamId) -> Sequence[HeldChain]:
        self._enter("refused", "sign_in")
        shelf = self.server.shows(self.device).get(stream, Shelf())
        return [HeldChain(chain, len(held), held[-1]) for chain, held in shelf.hashes.items() if held]

    # Blobs: what a server can do with them is in tests/attack/test_attack_snapshot.py.

    async def put_chunk(
        self, stream: StreamId, blob: bytes, number: int, kind: BlobKind, count: int, data: bytes, at: int = 0
    ) -> bool:
        self._enter("refused", "sign_in")
        return number == count

    async def get_chunk(self, stream: StreamId, blob: bytes, number: int) -> bytes:
        self._enter("sign_in")
        raise ServerRefused

    async def blob_state(self, stream: StreamId, blob: bytes) -> BlobState:
        self._enter("refused", "sign_in")
        return BlobState(0, (), False)

    async def snapshots(self, stream: StreamId) -> tuple[RemoteSnapshot, ...]:
        """One that does not exist."""
        self._enter("refused", "sign_in")
        return (RemoteSnapshot(self.server.chance.randbytes(16), 9, 3, 9, self.device),)

    async def aclose(self) -> None:
        self.token = False
