"""A small real agency for tests: root, people, devices and streams, with true signatures.

``AgencyMaker`` keeps the verified state beside the bytes, so that every operation it hands out is
one that replay accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.crypto.primitives import KemKey, SigningKey
from app.crypto.seed import AgencySeed
from app.protocol.ids import DeviceId, PersonId, StreamId
from app.protocol.membership import (
    AgencyState,
    Author,
    Cut,
    Label,
    Role,
    StreamState,
    build_agency_genesis,
    build_agency_remove,
    build_device,
    build_grant,
    build_person,
    build_stream_genesis,
    build_stream_remove,
    new_stream_key,
    parse_control,
)


@dataclass(frozen=True)
class Tablet:
    """One person's device with its private keys."""

    person: PersonId
    device: DeviceId
    key: SigningKey
    kem: KemKey

    @property
    def author(self) -> Author:
        """As the author of control operations."""
        return Author(self.device, self.key)


class AgencyMaker:
    """Makes an agency: ``ops`` is its chain, ``streams`` the chains of the others."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self.random = random
        self.seed = AgencySeed.generate(random)
        self.root = Author.root(self.seed.root_key())
        self.id = StreamId(random(16))
        genesis = build_agency_genesis(
            self.root, self.id, self.seed.recovery_key().public, StreamId(random(16)), 1
        )
        self.ops: list[bytes] = [genesis]
        self.state = AgencyState.replay(self.ops)
        self.streams: dict[StreamId, list[bytes]] = {}
        self.states: dict[StreamId, StreamState] = {}
        self.keys: dict[StreamId, bytes] = {}
        self.admin = self.hire(Role.ADMINISTRATOR, Role.SUPERVISOR, by=self.root)

    def _add(self, op: bytes) -> bytes:
        self.state = self.state.apply(parse_control(op))
        self.ops.append(op)
        return op

    def new_tablet(self, person: PersonId | None = None) -> Tablet:
        """Keys of a device nobody has certified yet."""
        return Tablet(
            person or PersonId(self.random(16)),
            DeviceId(self.random(16)),
            SigningKey.generate(self.random),
            KemKey.generate(self.random),
        )

    def hire(self, *roles: Role, by: Author | None = None) -> Tablet:
        """Certify a new person and her device."""
        tablet = self.new_tablet()
        author = by or self.admin.author
        self._add(build_person(self.state, author, tablet.person, roles, 1))
        return self.certify(tablet, by=author)

    def certify(self, tablet: Tablet, by: Author | None = None) -> Tablet:
        """Certify a device of a person who is known."""
        author = by or self.admin.author
        self._add(
            build_device(
                self.state, author, tablet.person, tablet.device, tablet.key.public,
                tablet.kem.public, 1,
            )
        )  # fmt: skip
        return tablet

    def dismiss(self, tablet: Tablet, cuts: Sequence[Cut] = (), *, lost: bool = False) -> bytes:
        """Remove a person from the agency."""
        return self._add(
            build_agency_remove(self.state, self.admin.author, 1, person=tablet.person, cuts=cuts, lost=lost)
        )

    def lose(self, tablet: Tablet) -> bytes:
        """Remove one device; its person stays."""
        return self._add(
            build_agency_remove(self.state, self.admin.author, 1, device=tablet.device, lost=True)
        )

    def open_stream(self, by: Tablet, *members: Tablet) -> StreamId:
        """Open a team stream of ``by`` and ``members``."""
        stream = StreamId(self.random(16))
        key = self.keys[stream] = new_stream_key(self.random)
        genesis = build_stream_genesis(
            self.state, by.author, stream, Label.TEAM, self.random(16), key, 1, self.random,
            [item.person for item in members],
        )  # fmt: skip
        self.streams[stream] = [genesis]
        self.states[stream] = StreamState.replay([genesis], self.state)
        return stream

    def grant(self, stream: StreamId, by: Tablet, *members: Tablet) -> bytes:
        """Make people members of a stream."""
        op = build_grant(
            self.states[stream], self.state, by.author, self.keys[stream], 1, self.random,
            [item.person for item in members],
        )  # fmt: skip
        return self._extend(stream, op)

    def leave(self, stream: StreamId, tablet: Tablet, cuts: Sequence[Cut] = ()) -> bytes:
        """Take a person out of one stream."""
        op = build_stream_remove(self.states[stream], self.state, self.admin.author, tablet.person, cuts, 1)
        return self._extend(stream, op)

    def _extend(self, stream: StreamId, op: bytes) -> bytes:
        self.states[stream] = self.states[stream].apply(parse_control(op), self.state)
        self.streams[stream].append(op)
        return op
