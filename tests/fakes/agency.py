"""A small agency with real keys: one administrator-supervisor, some coordinators, their vaults.

Keys are made directly, without a passphrase, so that store tests cost no key derivation.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.crypto.keyring import Keyring
from app.crypto.primitives import KemKey, SigningKey
from app.protocol.bodies import Label, Role
from app.protocol.builders import (
    build_agency_genesis,
    build_device,
    build_person,
    build_stream_genesis,
    build_team,
)
from app.protocol.control import Author
from app.protocol.hlc import stamp
from app.protocol.ids import DeviceId, PersonId, StreamId, TeamId
from app.protocol.membership import AgencyState
from app.store.vault import Change, Vault
from app.sync.ports import IncomingSegment
from tests.fakes.clock import FakeClock, FakeRandom


@dataclass
class Member:
    """A person with one device."""

    person: PersonId
    keyring: Keyring
    clock: FakeClock
    random: FakeRandom

    @property
    def author(self) -> Author:
        return Author(DeviceId(self.keyring.device), self.keyring.signing_key())


@dataclass
class FakeAgency:
    """An agency chain and its members; the first member supervises the team of all others."""

    size: int = 2
    seed: str = "agency"
    roles: Sequence[Role] = ()
    """Of the second member, the third and so on; coordinators where nothing is said."""
    members: list[Member] = field(default_factory=list)
    ops: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        random = FakeRandom(self.seed)
        self.random = random
        self.id = StreamId(random(16))
        self.data_stream = StreamId(random(16))
        self.team = TeamId(random(16))
        self.root = SigningKey.generate(random)
        self.recovery = KemKey.generate(random)
        self.hlc = stamp(1_760_000_000_000)
        root = Author.root(self.root)
        self.ops.append(
            build_agency_genesis(root, self.id, self.recovery.public, self.data_stream, self._tick())
        )
        for number in range(self.size):
            member_random = FakeRandom(f"{self.seed}-{number}")
            person = PersonId(member_random(16))
            keyring = Keyring.generate(person, member_random(16), member_random)
            self.members.append(Member(person, keyring, FakeClock(), member_random))
            roles: tuple[Role, ...] = (Role.ADMINISTRATOR, Role.SUPERVISOR)
            if number:
                roles = (self.roles[number - 1] if number <= len(self.roles) else Role.COORDINATOR,)
            self._add(build_person(self.state, root, person, roles, self._tick(), self.team))
            if number == 0:
                self._add(build_team(self.state, root, self.team, person, self._tick()))
            self._add(
                build_device(
                    self.state,
                    root,
                    person,
                    DeviceId(keyring.device),
                    keyring.signing_key().public,
                    keyring.kem_key().public,
                    self._tick(),
                )
            )

    def _tick(self) -> int:
        self.hlc += 1
        return self.hlc

    def _add(self, op: bytes) -> None:
        self.ops.append(op)

    @property
    def state(self) -> AgencyState:
        return AgencyState.replay(self.ops)

    def data(self) -> FakeFamily:
        """The genesis of the agency's data stream, which everybody reads."""
        key = self.random(32)
        everybody = [member.person for member in self.members]
        genesis = build_stream_genesis(
            self.state, self.members[0].author, self.data_stream, Label.DATA, self.id, key, self._tick(),
            self.random, everybody,
        )  # fmt: skip
        return FakeFamily(self.data_stream, self.id.hex(), key, genesis)

    def family(self, opener: int = 0, members: Sequence[int] = ()) -> FakeFamily:
        """The genesis of a family's team stream, opened by a member."""
        stream, group, key = StreamId(self.random(16)), self.random(16), self.random(32)
        genesis = build_stream_genesis(
            self.state,
            self.members[opener].author,
            stream,
            Label.TEAM,
            group,
            key,
            self._tick(),
            self.random,
            [self.members[number].person for number in members],
        )
        return FakeFamily(stream, group.hex(), key, genesis)

    async def vault(self, number: int, home: Path, families: Sequence[FakeFamily] = (), **more: Any) -> Vault:
        """The open vault of a member, knowing the agency and the given families."""
        member = self.members[number]
        vault = await Vault.open(home, member.keyring, member.clock.now_ms, os.urandom, **more)
        if not vault.has_agency:
            await vault.apply_control(self.id, self.ops)
        for family in families:
            if vault.stream_state(family.stream) is None:
                await vault.apply_control(family.stream, [family.genesis])
        return vault


@dataclass(frozen=True)
class FakeFamily:
    """A family's team stream."""

    stream: StreamId
    id: str
    key: bytes
    genesis: bytes

    def change(self, type_name: str, record: str, fields: Mapping[str, Any], **more: Any) -> Change:
        """A change in this family."""
        return Change(self.stream, type_name, record, dict(fields), **more)


def record_id(number: int) -> str:
    """A record id for a test."""
    return f"{number:032x}"


async def outgoing(vault: Vault, stream: StreamId) -> list[IncomingSegment]:
    """Everything a vault has to send of a stream, acknowledged, as another vault receives it."""
    found: list[IncomingSegment] = []
    for chain in await vault.own_chains():
        if chain.stream != stream:
            continue
        dseq = 1
        while segment := await vault.segment_from(stream, chain.chain, dseq):
            found.append(IncomingSegment(len(found) + 1, segment.raw, segment.cert))
            await vault.acknowledge(stream, chain.chain, segment.last, len(found))
            dseq = segment.last + 1
    return found


async def exchange(stream: StreamId, *vaults: Vault) -> None:
    """Let every vault receive what all the others have."""
    bundles = [await outgoing(vault, stream) for vault in vaults]
    for vault in vaults:
        for bundle in bundles:
            await vault.receive_segments(stream, bundle, 0)


__all__ = ["FakeAgency", "FakeFamily", "Member", "exchange", "outgoing", "record_id"]
