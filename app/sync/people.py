"""The questions that are not part of a round: enrolment, and what a removal needs to know.

Owns paths, bodies and paging; ``app.sync.http`` sends them.  A page that does not go forward is
refused, for it would be asked for again for ever.  Spec: protocol.md, "Enrolment and login",
"Removal".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel

from app.errors import ServerAnswerInvalid
from app.protocol.ids import ROOT, ChainId, DeviceId, PersonId, StreamId
from app.sync.answers import body
from app.sync.ports import ControlPage, DeviceContact, PersonChain, PersonStream
from app.sync.wire import (
    ChallengeBody,
    ChallengeReply,
    ContactsReply,
    ControlReply,
    Done,
    InvitationBody,
    InvitationReply,
    JoinBody,
    PersonChainsReply,
    PersonStreamsReply,
    RootAskBody,
)

_Model = TypeVar("_Model", bound=BaseModel)


RootSigner = Callable[[str, bytes], bytes]
"""(origin, challenge) to the root key's signature (see ``app.protocol.login``)."""


class PeopleCalls(ABC):
    """What services ask of a server besides synchronising."""

    origin: str
    """The server as it is signed for."""

    @abstractmethod
    async def _call(
        self,
        method: str,
        path: str,
        model: type[_Model],
        content: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 120.0,
    ) -> _Model:
        """One request and its answer, or one of our errors."""

    async def root_chain(
        self, fingerprint: bytes, sign: RootSigner, after: int, ops: Sequence[bytes] = ()
    ) -> ControlPage:
        """POST /v1/agency/chain: the agency's operations, asked for by whoever has its seed.

        fingerprint: of the root, 16 bytes.  sign: (origin, challenge) to the root's signature.
        ops: to be appended after the first ``after``, which must be all there are.  Raises HeadMoved.
        """
        given = await self._call("POST", "/v1/login/challenge", ChallengeReply, ChallengeBody(device=ROOT))
        asked = body(
            RootAskBody,
            fingerprint=fingerprint,
            challenge=given.challenge,
            origin=self.origin,
            signature=sign(self.origin, given.challenge),
            after=after,
            ops=list(ops),
        )
        reply = await self._call("POST", "/v1/agency/chain", ControlReply, asked)
        return ControlPage(tuple(reply.ops), reply.head, reply.count)

    async def open_invitation(self, invitation: bytes) -> None:
        """POST /v1/invitations (administrators)."""
        await self._call("POST", "/v1/invitations", Done, body(InvitationBody, id=invitation))

    async def join(self, invitation: bytes, device: DeviceId, payload: bytes) -> InvitationReply:
        """Leave this device's MACed public keys for the inviter; ``payload`` ≤ 4 KiB."""
        path = f"/v1/invitations/{invitation.hex()}/join"
        return await self._call("POST", path, InvitationReply, body(JoinBody, device=device, payload=payload))

    async def poll_invitation(self, invitation: bytes) -> InvitationReply:
        """Whether somebody joined, and whether the joiner was certified."""
        return await self._call("GET", f"/v1/invitations/{invitation.hex()}", InvitationReply)

    async def person_chains(self, person: PersonId) -> tuple[PersonChain, ...]:
        """Every chain of every device of ``person`` in every stream of the agency.

        For administrators, and for the person.  Raises AccessClosed.
        """
        found: list[PersonChain] = []
        after, more = b"", True
        while more:
            path = f"/v1/people/{person.hex()}/chains{_from(after)}"
            reply = await self._call("GET", path, PersonChainsReply)
            for item in reply.chains:
                after = _forward(after, item.stream + item.chain)
                found.append(
                    PersonChain(
                        StreamId(item.stream), DeviceId(item.device), ChainId(item.chain),
                        item.last, item.hash, item.quarantined,
                    )
                )  # fmt: skip
            more = _goes_on(reply.more, reply.chains)
        return tuple(found)

    async def person_streams(self, person: PersonId) -> tuple[PersonStream, ...]:
        """Every stream of which ``person`` is a member.  As ``person_chains``."""
        found: list[PersonStream] = []
        after, more = b"", True
        while more:
            path = f"/v1/people/{person.hex()}/streams{_from(after)}"
            reply = await self._call("GET", path, PersonStreamsReply)
            for item in reply.streams:
                after = _forward(after, item.stream)
                found.append(PersonStream(StreamId(item.stream), item.group, item.label, item.control_count))
            more = _goes_on(reply.more, reply.streams)
        return tuple(found)

    async def device_contacts(self) -> tuple[DeviceContact, ...]:
        """When each device last signed in: all of the agency for administrators, else one's own."""
        found: list[DeviceContact] = []
        after, more = b"", True
        while more:
            reply = await self._call("GET", f"/v1/devices/contacts{_from(after)}", ContactsReply)
            for item in reply.contacts:
                after = _forward(after, item.device)
                found.append(DeviceContact(DeviceId(item.device), PersonId(item.person), item.at_ms))
            more = _goes_on(reply.more, reply.contacts)
        return tuple(found)


def _from(after: bytes) -> str:
    return f"?after={after.hex()}" if after else ""


def _forward(after: bytes, key: bytes) -> bytes:
    if key <= after:
        raise ServerAnswerInvalid("order")
    return key


def _goes_on(more: bool, items: list[_Model]) -> bool:
    if more and not items:
        raise ServerAnswerInvalid("empty page")
    return more
