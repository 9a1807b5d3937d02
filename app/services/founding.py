"""The control operations that begin an agency and a family. Pure: states in, signed bytes out.

Spec: docs/protocol.md, "Control"; design 04, Keys 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.crypto.seed import AgencySeed
from app.protocol.ids import DeviceId, PersonId, StreamId, TeamId, new_id
from app.protocol.membership import (
    AgencyState,
    Author,
    Label,
    Role,
    build_agency_genesis,
    build_device,
    build_person,
    build_stream_genesis,
    build_team,
    new_stream_key,
)

FOUNDER_ROLES = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR)


@dataclass(frozen=True)
class NewAgency:
    """An agency of one person and one device, ready to be kept.

    agency_ops: the agency chain's first operations, signed by the root, whose seed is printed and
    then forgotten. data_genesis and data_key: its data stream, sealed for staff.
    """

    agency: StreamId
    agency_ops: tuple[bytes, ...]
    data_stream: StreamId
    data_genesis: bytes
    data_key: bytes


def found_agency(
    seed: AgencySeed,
    keyring: Keyring,
    hlc: int,
    random: Random,
    roles: tuple[Role, ...] = FOUNDER_ROLES,
) -> NewAgency:
    """Begin an agency whose first person is the keyring's. hlc: a stamp, 48 bit ms ‖ count."""
    agency, data = StreamId(new_id(random)), StreamId(new_id(random))
    person, device = PersonId(keyring.person), DeviceId(keyring.device)
    team = TeamId(new_id(random))
    root = Author.root(seed.root_key())
    ops = [build_agency_genesis(root, agency, seed.recovery_key().public, data, hlc)]
    state = AgencyState.replay(ops)

    def then(raw: bytes) -> None:
        nonlocal state
        ops.append(raw)
        state = AgencyState.replay(ops)

    then(build_person(state, root, person, roles, hlc, team))
    then(
        build_device(
            state, root, person, device, keyring.signing_key().public, keyring.kem_key().public, hlc
        )
    )
    if Role.SUPERVISOR in roles:
        then(build_team(state, root, team, person, hlc))
    key = new_stream_key(random)
    genesis = build_stream_genesis(
        state,
        Author(device, keyring.signing_key()),
        data,
        Label.DATA,
        agency,
        key,
        hlc,
        random,
        members=(person,),
    )
    return NewAgency(agency, tuple(ops), data, genesis, key)
