"""Builds control operations that replay accepts, from the states they follow.

Owns which predecessor, authority and wraps go into each operation. Decides nothing: replay does.
Each function returns the signed bytes; apply them to the state before sending. hlc: a stamp from
HybridClock. Spec: docs/protocol.md, "Control bodies".
"""

from __future__ import annotations

from collections.abc import Iterable

from app.crypto.primitives import Random
from app.errors import CryptoError, RuleBroken
from app.protocol.agency_state import AgencyState, who_must_read
from app.protocol.bodies import (
    AgencyGenesis,
    Body,
    CertifyDevice,
    CertifyPerson,
    Cut,
    Grant,
    Label,
    NewEpoch,
    RemoveFromAgency,
    RemoveFromStream,
    Role,
    SetRoles,
    SetTeam,
    StreamGenesis,
    Wrap,
)
from app.protocol.control import Author, sign_control
from app.protocol.ids import NO_HASH, RECOVERY, DeviceId, PersonId, StreamId, TeamId
from app.protocol.stream_keys import kid, seal_previous, wrap_key
from app.protocol.stream_state import StreamState


def build_agency_genesis(
    root: Author,
    agency: StreamId,
    recovery_public: bytes,
    data_stream: StreamId,
    hlc: int,
    name_hash: bytes | None = None,
) -> bytes:
    """Start an agency chain; root is Author.root(seed.root_key())."""
    body = AgencyGenesis(root.key.public, recovery_public, data_stream, name_hash)
    return sign_control(
        body, stream=agency, prev=NO_HASH, author=root, hlc=hlc, authority=NO_HASH
    )


def _agency_op(state: AgencyState, author: Author, body: Body, hlc: int) -> bytes:
    return sign_control(
        body,
        stream=state.agency,
        prev=state.head,
        author=author,
        hlc=hlc,
        authority=state.head,
    )


def build_person(
    state: AgencyState,
    author: Author,
    person: PersonId,
    roles: Iterable[Role],
    hlc: int,
    team: TeamId | None = None,
) -> bytes:
    """Certify a person."""
    return _agency_op(state, author, CertifyPerson(person, tuple(roles), team), hlc)


def build_roles(
    state: AgencyState,
    author: Author,
    person: PersonId,
    roles: Iterable[Role],
    hlc: int,
    team: TeamId | None = None,
) -> bytes:
    """Replace a person's roles and team."""
    return _agency_op(state, author, SetRoles(person, tuple(roles), team), hlc)


def build_device(
    state: AgencyState,
    author: Author,
    person: PersonId,
    device: DeviceId,
    sign_public: bytes,
    kem_public: bytes,
    hlc: int,
    invitation: bytes | None = None,
) -> bytes:
    """Certify a device, once invitation.verify_mac has accepted its keys."""
    body = CertifyDevice(person, device, sign_public, kem_public, invitation)
    return _agency_op(state, author, body, hlc)


def build_team(
    state: AgencyState, author: Author, team: TeamId, supervisor: PersonId, hlc: int
) -> bytes:
    """Name a team's supervisor."""
    return _agency_op(state, author, SetTeam(team, supervisor), hlc)


def build_agency_remove(
    state: AgencyState,
    author: Author,
    hlc: int,
    *,
    person: PersonId | None = None,
    device: DeviceId | None = None,
    lost: bool = False,
    cuts: Iterable[Cut] = (),
    reason: str = "left",
) -> bytes:
    """Remove one person or one device. cuts: the last valid operation of every affected chain."""
    body = RemoveFromAgency(person, device, lost, tuple(cuts), reason)
    return _agency_op(state, author, body, hlc)


def _wraps(
    agency: AgencyState,
    persons: Iterable[PersonId],
    stream: StreamId,
    epoch: int,
    key: bytes,
    granter: DeviceId,
    random: Random,
) -> tuple[Wrap, ...]:
    return tuple(
        Wrap(
            device.id,
            wrap_key(key, stream, epoch, device.id, device.kem_public, granter, random),
        )
        for device in agency.live_devices(persons)
    )


def _recovery(
    agency: AgencyState,
    stream: StreamId,
    epoch: int,
    key: bytes,
    granter: DeviceId,
    random: Random,
) -> bytes:
    return wrap_key(key, stream, epoch, RECOVERY, agency.recovery_public, granter, random)


def build_stream_genesis(
    agency: AgencyState,
    author: Author,
    stream: StreamId,
    label: Label,
    group: bytes,
    key: bytes,
    hlc: int,
    random: Random,
    members: Iterable[PersonId] = (),
) -> bytes:
    """Open a stream; may be done offline. key: the first epoch's 32 bytes.

    members are added to those who must read (the author and the team's supervisor).
    """
    person = agency.person_of(author.device)
    everybody = frozenset(members) | who_must_read(agency, person)
    if label is Label.DATA:
        everybody = frozenset(members) | {person}
    body = StreamGenesis(
        agency=agency.agency,
        label=label,
        group=group,
        members=tuple(sorted(everybody)),
        kid=kid(key),
        wraps=_wraps(agency, everybody, stream, 1, key, author.device, random),
        recovery=_recovery(agency, stream, 1, key, author.device, random),
    )
    return sign_control(
        body, stream=stream, prev=NO_HASH, author=author, hlc=hlc, authority=agency.head
    )


def _stream_op(
    stream: StreamState, agency: AgencyState, author: Author, body: Body, hlc: int
) -> bytes:
    return sign_control(
        body,
        stream=stream.stream,
        prev=stream.head,
        author=author,
        hlc=hlc,
        authority=agency.head,
    )


def build_grant(
    stream: StreamState,
    agency: AgencyState,
    author: Author,
    key: bytes,
    hlc: int,
    random: Random,
    members: Iterable[PersonId] = (),
) -> bytes:
    """Make people members, and give the current epoch's key to every device that lacks it.

    With no new members it serves second devices. Raises CryptoError when key is not the current
    epoch's, RuleBroken when nobody needs anything.
    """
    if kid(key) != stream.epoch.kid:
        raise CryptoError("key of another epoch")
    everybody = stream.members | frozenset(members)
    wraps = tuple(
        wrap
        for wrap in _wraps(
            agency, everybody, stream.stream, stream.epoch.number, key, author.device, random
        )
        if wrap.device not in stream.now.recipients
    )
    new_members = tuple(sorted(frozenset(members) - stream.members))
    if not wraps and not new_members:
        raise RuleBroken("empty grant")
    return _stream_op(
        stream, agency, author, Grant(stream.epoch.number, new_members, wraps), hlc
    )


def build_epoch(
    stream: StreamState,
    agency: AgencyState,
    author: Author,
    key: bytes,
    previous_key: bytes,
    hlc: int,
    random: Random,
) -> bytes:
    """Change the stream key to key (32 new random bytes) for all members' live devices.

    Raises CryptoError when previous_key is not the current epoch's.
    """
    if kid(previous_key) != stream.epoch.kid:
        raise CryptoError("key of another epoch")
    number = stream.epoch.number + 1
    body = NewEpoch(
        epoch=number,
        kid=kid(key),
        prev_sealed=seal_previous(key, previous_key, stream.stream, number, random),
        wraps=_wraps(
            agency, stream.members, stream.stream, number, key, author.device, random
        ),
        recovery=_recovery(agency, stream.stream, number, key, author.device, random),
    )
    return _stream_op(stream, agency, author, body, hlc)


def build_stream_remove(
    stream: StreamState,
    agency: AgencyState,
    author: Author,
    person: PersonId,
    cuts: Iterable[Cut],
    hlc: int,
) -> bytes:
    """Take a person out of a stream; the next member online opens a new epoch."""
    return _stream_op(stream, agency, author, RemoveFromStream(person, tuple(cuts)), hlc)
