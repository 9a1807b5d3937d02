"""The bodies of the server's requests and replies, the same code on both sides.

Owns the pydantic models, the caps and header names; ``packing`` turns them into bytes and back.
Spec: protocol.md, "Server".
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.protocol.limits import MAX_CONTROL_BYTES, MAX_ORIGIN_BYTES, MAX_SEGMENT_BYTES
from app.sync.packing import WireInvalid as WireInvalid
from app.sync.packing import decode as decode
from app.sync.packing import encode as encode

MEDIA_TYPE = "application/msgpack"
WIRE_VERSION = 1
VERSION_HEADER = "kt-version"
MARKER_HEADER = "kt-epoch-marker"
INVITATION_HEADER = "kt-invitation"

MAX_CONTROL_OPS = 500
CONTROL_PAGE_BYTES = 2 * 1024 * 1024
PULL_PAGE_BYTES = 4 * 1024 * 1024
PULL_PAGE_SEGMENTS = 64
MAX_HEADS_STREAMS = 5_000
MAX_CERT_BYTES = 1_024
MAX_JOIN_BYTES = 4_096
PEOPLE_PAGE = 2_000
"""Chains, streams or devices in one page of what is known of a person."""

SMALL_BODY = 64 * 1024
HEADS_BODY = 1024 * 1024
CONTROL_BODY = 4 * 1024 * 1024
SEGMENT_BODY = MAX_SEGMENT_BYTES + 64 * 1024
MAX_REPLY_BYTES = 3 * MAX_SEGMENT_BYTES
"""What a client reads of one reply before it gives up; pages stay well below."""

_COUNT_MAX = 2**53
Id16 = Annotated[bytes, Field(min_length=16, max_length=16)]
Hash32 = Annotated[bytes, Field(min_length=32, max_length=32)]
Count = Annotated[int, Field(ge=0, le=_COUNT_MAX)]
Token = Annotated[str, Field(min_length=20, max_length=100)]
ControlBytes = Annotated[bytes, Field(min_length=1, max_length=MAX_CONTROL_BYTES)]
CertBytes = Annotated[bytes, Field(min_length=1, max_length=MAX_CERT_BYTES)]
SegmentBytes = Annotated[bytes, Field(min_length=1, max_length=MAX_SEGMENT_BYTES)]
Code = Annotated[str, Field(max_length=100)]


class Body(BaseModel):
    """What goes to the server: unknown keys are refused, nothing is coerced."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Reply(BaseModel):
    """What comes back: a newer server may say more, which is passed over."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class AgencyBody(Body):
    """POST /v1/agency."""

    ops: Annotated[list[ControlBytes], Field(min_length=1, max_length=MAX_CONTROL_OPS)]


class ChallengeBody(Body):
    """POST /v1/login/challenge."""

    device: Id16


class ChallengeReply(Reply):
    """A single-use challenge, good for ``expires_seconds``."""

    challenge: Hash32
    expires_seconds: Count


class LoginBody(Body):
    """POST /v1/login; ``origin`` is where the client believes it is."""

    device: Id16
    challenge: Hash32
    origin: Annotated[str, Field(max_length=MAX_ORIGIN_BYTES)]
    signature: Annotated[bytes, Field(min_length=64, max_length=64)]


class RootAskBody(Body):
    """POST /v1/agency/chain: the root asks for its agency's operations after the first ``after``.

    ``fingerprint`` names the root key, ``signature`` is its answer to a challenge for no device.
    ``ops`` are appended before it is answered; then ``after`` is how many there are.
    """

    fingerprint: Id16
    challenge: Hash32
    origin: Annotated[str, Field(max_length=MAX_ORIGIN_BYTES)]
    signature: Annotated[bytes, Field(min_length=64, max_length=64)]
    after: Count
    ops: Annotated[list[ControlBytes], Field(max_length=MAX_CONTROL_OPS)] = []


class LoginReply(Reply):
    """An opaque token."""

    token: Token
    expires_seconds: Count


class PositionBody(Body):
    """How far the client is in one stream."""

    stream: Id16
    control_head: Hash32
    control_count: Count
    cursor: Count


class HeadsBody(Body):
    """POST /v1/heads."""

    streams: Annotated[list[PositionBody], Field(max_length=MAX_HEADS_STREAMS)]


class HeadReply(Reply):
    """Where one stream stands on the server.  Servers before 0.3 say nothing of their audit."""

    stream: Id16
    control_head: Hash32
    control_count: Count
    last_seq: Count
    audit_count: Count = 0
    audit_head: Annotated[bytes, Field(max_length=32)] = b""


class AuditItem(Reply):
    """Where the server's audit of one stream stands: rows so far, and the hash of the last."""

    stream: Id16
    count: Count
    head: Hash32


class HeadsReply(Reply):
    """What differs from the positions sent; with ?audit=1 also the audit of every stream asked about."""

    marker: Code
    time_ms: Count
    changed: list[HeadReply]
    unknown: list[Id16] = []
    closed: list[Id16] = []
    audit: list[AuditItem] = []


class ControlReply(Reply):
    """GET /v1/streams/{stream}/control."""

    ops: list[ControlBytes]
    head: Hash32
    count: Count


class AppendBody(Body):
    """POST /v1/streams/{stream}/control."""

    prev: Hash32
    ops: Annotated[list[ControlBytes], Field(min_length=1, max_length=MAX_CONTROL_OPS)]


class HeadNow(Reply):
    """The control head after an append."""

    head: Hash32
    count: Count


class SegmentBody(Body):
    """POST /v1/streams/{stream}/segments."""

    segment: SegmentBytes
    cert: CertBytes


class PushReply(Reply):
    """The receipt of a segment; the same bytes get the same one."""

    server_seq: Count
    quarantined: bool


class SegmentItem(Reply):
    """One segment in a page."""

    seq: Count
    segment: SegmentBytes
    cert: CertBytes


class SegmentsReply(Reply):
    """GET /v1/streams/{stream}/segments."""

    segments: list[SegmentItem]
    cursor: Count
    more: bool


class ChainItem(Reply):
    """The last envelope the server holds of a chain."""

    chain: Id16
    last: Count
    hash: Hash32


class ChainsReply(Reply):
    """GET /v1/streams/{stream}/chains."""

    chains: list[ChainItem]


class PersonChainItem(Reply):
    """One writing line of a person's device; ``quarantined`` is the bytes of it that do not count."""

    stream: Id16
    device: Id16
    chain: Id16
    last: Count
    hash: Hash32
    quarantined: Count


class PersonChainsReply(Reply):
    """GET /v1/people/{person}/chains?after=; ``after`` of the next page is stream ‖ chain in hex."""

    chains: list[PersonChainItem]
    more: bool


class PersonStreamItem(Reply):
    """A stream of which the person is a member, as its genesis names it."""

    stream: Id16
    group: Id16
    label: Code
    control_count: Count


class PersonStreamsReply(Reply):
    """GET /v1/people/{person}/streams?after=; ``after`` of the next page is the last stream."""

    streams: list[PersonStreamItem]
    more: bool


class ContactItem(Reply):
    """When a device last signed in; 0 is never."""

    device: Id16
    person: Id16
    at_ms: Count


class ContactsReply(Reply):
    """GET /v1/devices/contacts?after=; ``after`` of the next page is the last device."""

    contacts: list[ContactItem]
    more: bool


class InvitationBody(Body):
    """POST /v1/invitations; the id is stored hashed."""

    id: Annotated[bytes, Field(min_length=16, max_length=32)]


class InvitationReply(Reply):
    """What is known of an invitation.

    ``state`` is open, joined or certified; ``payload`` is what the new device left for its inviter.
    """

    state: Annotated[str, Field(pattern="^(open|joined|certified)$")]
    agency: Id16
    expires_ms: Count
    payload: Annotated[bytes, Field(max_length=MAX_JOIN_BYTES)] = b""


class JoinBody(Body):
    """POST /v1/invitations/{id}/join: the new device and its MACed public keys."""

    device: Id16
    payload: Annotated[bytes, Field(min_length=1, max_length=MAX_JOIN_BYTES)]


class Done(Reply):
    """An empty yes."""


class ErrorReply(Reply):
    """Every refusal.  The optional fields belong to the codes the engine acts on."""

    code: Code
    type: Code = ""
    loc: list[str | int] = []
    expect: Count | None = None
    dseq: Count | None = None
    head: Hash32 | None = None
    hash: Hash32 | None = None
    count: Count | None = None
