"""A new tablet's way into its agency: what it leaves for the inviter, and how it is let in.

The payload is a MAC over the new public keys under a key that only the two tablets know, so the
server can pass it on or withhold it and nothing else. Spec: docs/crypto.md, "Invitation".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Protocol

import msgpack

from app.crypto.invitation import Invitation, decode_invitation
from app.crypto.keyring import Keyring
from app.errors import (
    InvalidInput,
    InvitationForged,
    InvitationNotValid,
    ServerRefused,
    SyncError,
)
from app.protocol.ids import DeviceId, PersonId, StreamId
from app.protocol.membership import AgencyState
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.ports import ControlPage, LoginSigner

JOIN_KIND, JOIN_NAME = "tablet", "join"
SECONDS_TO_ARRIVE = 30.0
VERSION = 1


class JoinReply(Protocol):
    """What the server says of an invitation."""

    @property
    def payload(self) -> bytes:
        """What the new tablet left; empty while nobody has joined."""


class EnrolmentWire(Protocol):
    """The part of the wire that enrolment needs (app.sync.http provides it)."""

    async def open_invitation(self, invitation: bytes) -> None:
        """Make an invitation known by its id."""

    async def poll_invitation(self, invitation: bytes) -> JoinReply:
        """Whether somebody joined."""

    async def join(self, invitation: bytes, device: DeviceId, payload: bytes) -> JoinReply:
        """Leave this device's public keys for the inviter."""

    async def get_control(
        self, stream: StreamId, after: int, *, invitation: bytes = b""
    ) -> ControlPage:
        """Control operations; an invitation stands for the token while joining."""

    async def login(self, device: DeviceId, sign: LoginSigner) -> None:
        """Challenge, signature, token."""

    async def aclose(self) -> None:
        """Close connections."""


class Around(Protocol):
    """The part of a tablet's surroundings that arriving needs."""

    @property
    def wire(self) -> Callable[[str], EnrolmentWire]:
        """Opens a wire to a server."""


def write_join(device: DeviceId, sign_public: bytes, kem_public: bytes, mac: bytes) -> bytes:
    """What a new tablet leaves at the server: its public keys and the MAC that proves the code."""
    packed: bytes = msgpack.packb([VERSION, device, sign_public, kem_public, mac])
    return packed


def read_join(payload: bytes) -> tuple[DeviceId, bytes, bytes, bytes]:
    """(device, signing key, KEM key, MAC) of a join. Raises InvitationForged for anything else."""
    try:
        version, *parts = msgpack.unpackb(payload)
    except (ValueError, TypeError) as error:
        raise InvitationForged("join") from error
    if version != VERSION or [len(one) for one in parts if isinstance(one, bytes)] != [16, 32, 32, 32]:
        raise InvitationForged("join")
    device, sign_public, kem_public, mac = parts
    return DeviceId(device), sign_public, kem_public, mac


def spoken_fingerprint(fingerprint: bytes) -> str:
    """The agency's root fingerprint as two people compare it: four groups of four letters."""
    mark = fingerprint.hex().upper()
    return " ".join(mark[at : at + 4] for at in range(0, 16, 4))


async def keep_join(vault: Vault, invitation_text: str) -> None:
    """Remember an invitation until the tablet has been let in."""
    await vault.save_local(
        JOIN_KIND, JOIN_NAME, json.dumps({"invitation": invitation_text}).encode()
    )


async def finish_arriving(around: Around, vault: Vault, keyring: Keyring) -> None:
    """Go on with a join that the app was closed in.

    Harmless when there is none. Raises InvalidInput while nobody has let this tablet in, SyncError
    when the server cannot be asked.
    """
    raw = await vault.load_local(JOIN_KIND, JOIN_NAME)
    if raw is None:
        return
    invitation = decode_invitation(json.loads(raw)["invitation"])
    if not await arrive(around, vault, keyring, invitation):
        raise InvalidInput(
            "Your administrator has not let this tablet in yet. Open it again when they have.",
            code="not_admitted",
        )


async def arrive(around: Around, vault: Vault, keyring: Keyring, invitation: Invitation) -> bool:
    """Whether the inviter has certified this tablet; if so, the agency's chain is verified and kept.

    Raises SyncError, NotEntitled (a chain of another root), InvitationNotValid (a chain without
    the head that the inviter vouched for).
    """
    agency = StreamId(invitation.heads[0].stream)
    wire = around.wire(invitation.server_url)
    try:
        try:
            ops = await _chain_of(wire, agency, invitation.id)
        except ServerRefused:
            # The invitation has run out. Who was let in before that may log in with the device.
            await wire.login(DeviceId(keyring.device), vault.sign_login)
            ops = await _chain_of(wire, agency, b"")
    finally:
        await wire.aclose()
    state = AgencyState.replay(ops, invitation.root_fingerprint)
    if invitation.heads[0].hash not in state.indices:
        raise InvitationNotValid("head is missing")
    device = state.devices.get(DeviceId(keyring.device))
    if device is None or device.person != PersonId(invitation.person):
        return False
    await vault.adopt_agency(ops, invitation.root_fingerprint)
    await vault.save_local(JOIN_KIND, JOIN_NAME, None)
    return True


async def _chain_of(wire: EnrolmentWire, agency: StreamId, invitation: bytes) -> list[bytes]:
    ops: list[bytes] = []
    while True:
        page = await wire.get_control(agency, len(ops), invitation=invitation)
        ops += page.ops
        if not page.ops or len(ops) >= page.count:
            return ops


async def first_round(engine: SyncEngine) -> None:
    """One round before the first screen, so that it knows who this is; offline is no error."""
    try:
        async with asyncio.timeout(SECONDS_TO_ARRIVE):
            await engine.run_once()
    except (TimeoutError, SyncError):
        return
    finally:
        await engine.stop()

