"""A small agency with fixed keys: one root, three people, one family stream.

For tests and golden vectors. Everything is drawn from one seed, so the bytes are the same each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.crypto.primitives import KemKey, SigningKey
from app.crypto.seed import AgencySeed
from app.protocol.envelope import KeySchedule, Operation, envelope_hash, seal
from app.protocol.hlc import stamp
from app.protocol.ids import NO_HASH, ChainId, DeviceId, OpRef, PersonId, RecordId, StreamId, TeamId
from app.protocol.membership import (
    AgencyState,
    Author,
    Cut,
    Label,
    Role,
    StreamState,
    build_agency_genesis,
    build_device,
    build_person,
    build_stream_genesis,
    build_team,
)
from app.protocol.segment import (
    ChainCert,
    Seen,
    Segment,
    build_segment,
    issue_chain_cert,
    parse_chain_cert,
    parse_segment,
)

START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def drawn_from(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that is the same each time: SHA-256(seed ‖ counter)."""
    counter = 0

    def draw(size: int) -> bytes:
        nonlocal counter
        output = b""
        while len(output) < size:
            output += hashlib.sha256(f"{seed}/{counter}".encode()).digest()
            counter += 1
        return output[:size]

    return draw


@dataclass
class Member:
    """A person with one device."""

    person: PersonId
    device: DeviceId
    sign: SigningKey
    kem: KemKey

    @property
    def author(self) -> Author:
        return Author(self.device, self.sign)


def new_member(draw: Callable[[int], bytes], person: PersonId | None = None) -> Member:
    return Member(
        PersonId(draw(16)) if person is None else person,
        DeviceId(draw(16)),
        SigningKey.generate(draw),
        KemKey.generate(draw),
    )


@dataclass
class Line:
    """A chain that a member writes in one stream."""

    owner: Member
    stream: StreamId
    chain: ChainId
    key: SigningKey
    stream_key: bytes
    draw: Callable[[int], bytes]
    epoch: int = 1
    schedule: KeySchedule = field(default_factory=KeySchedule)
    envelopes: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)

    @property
    def cert(self) -> ChainCert:
        return parse_chain_cert(
            issue_chain_cert(
                self.stream, self.chain, self.key, self.owner.device, self.owner.sign
            )
        )

    def write(self, operation: Operation) -> bytes:
        dseq = len(self.envelopes) + 1
        envelope = seal(
            operation,
            self.stream,
            self.epoch,
            self.chain,
            dseq,
            stamp(START_MS + dseq),
            self.hashes[-1] if self.hashes else NO_HASH,
            self.stream_key,
            self.draw,
            schedule=self.schedule,
        )
        self.envelopes.append(envelope)
        self.hashes.append(envelope_hash(envelope))
        return envelope

    def segment(
        self, head: bytes, first: int = 1, last: int | None = None, seen: Sequence[Seen] = ()
    ) -> Segment:
        envelopes = self.envelopes[first - 1 : last]
        return parse_segment(build_segment(envelopes, self.key, head, seen))

    def cut(self, dseq: int) -> Cut:
        return Cut(self.stream, self.chain, dseq, self.hashes[dseq - 1] if dseq else NO_HASH)


class World:
    """The agency, its control chains as bytes and as states, and its people."""

    def __init__(self, seed: str = "kitchen table") -> None:
        self.draw = drawn_from(seed)
        self.seed = AgencySeed.generate(self.draw)
        self.root = Author.root(self.seed.root_key())
        self.team = TeamId(self.draw(16))
        self.data_stream = StreamId(self.draw(16))
        self.admin = new_member(self.draw)
        self.supervisor = new_member(self.draw)
        self.coordinator = new_member(self.draw)
        self.colleague = new_member(self.draw)
        self.clock = START_MS
        self.agency_ops: list[bytes] = []
        self.stream_ops: list[bytes] = []
        genesis = build_agency_genesis(
            self.root,
            StreamId(self.draw(16)),
            self.seed.recovery_key().public,
            self.data_stream,
            self.hlc(),
        )
        self.agency = AgencyState.replay([genesis])
        self.agency_ops.append(genesis)
        self.add(self.admin, Role.ADMINISTRATOR, by=self.root)
        self.add(self.supervisor, Role.SUPERVISOR)
        self.tell(
            build_team(
                self.agency, self.admin.author, self.team, self.supervisor.person, self.hlc()
            )
        )
        self.add(self.coordinator, Role.COORDINATOR, team=self.team)
        self.add(self.colleague, Role.COORDINATOR, team=self.team)
        self.key = self.draw(32)
        self.stream_id = StreamId(self.draw(16))
        opening = build_stream_genesis(
            self.agency,
            self.coordinator.author,
            self.stream_id,
            Label.TEAM,
            self.draw(16),
            self.key,
            self.hlc(),
            self.draw,
        )
        self.stream = StreamState.replay([opening], self.agency)
        self.stream_ops.append(opening)

    def hlc(self) -> int:
        self.clock += 1
        return stamp(self.clock)

    def add(
        self,
        member: Member,
        *roles: Role,
        by: Author | None = None,
        team: TeamId | None = None,
    ) -> None:
        author = by or self.admin.author
        self.tell(build_person(self.agency, author, member.person, roles, self.hlc(), team))
        self.add_device(member, by=by)

    def add_device(self, member: Member, by: Author | None = None) -> None:
        self.tell(
            build_device(
                self.agency,
                by or self.admin.author,
                member.person,
                member.device,
                member.sign.public,
                member.kem.public,
                self.hlc(),
            )
        )

    def tell(self, raw: bytes) -> None:
        """Append to the agency chain."""
        from app.protocol.control import parse_control

        self.agency = self.agency.apply(parse_control(raw))
        self.agency_ops.append(raw)

    def tell_stream(self, raw: bytes) -> None:
        """Append to the family's control chain."""
        from app.protocol.control import parse_control

        self.stream = self.stream.apply(parse_control(raw), self.agency)
        self.stream_ops.append(raw)

    def line(self, owner: Member, key: bytes | None = None, epoch: int = 1) -> Line:
        return Line(
            owner,
            self.stream_id,
            ChainId(self.draw(16)),
            SigningKey.generate(self.draw),
            key or self.key,
            self.draw,
            epoch,
        )

    def note(self, body: str = "They cooked together.", **fields: Any) -> Operation:
        return Operation(RecordId(self.draw(16)), "note", {"body": body, **fields}, {}, 1)


def example_operation(draw: Callable[[int], bytes]) -> Operation:
    """An operation that holds one of everything."""
    ref = OpRef(ChainId(draw(16)), 7)
    return Operation(
        RecordId(draw(16)),
        "note",
        {
            "body": "Grandmother will drive. \u00e9\U0001f3e1\0",
            "minutes": 45,
            "score": 1.5,
            "draft": False,
            "family_id": None,
            "blob": b"\x00\xff",
            "tags": ["school", {"level": -1}],
        },
        {"body": (ref, OpRef(ref.chain, 9)), "minutes": (ref,)},
        3,
    )
