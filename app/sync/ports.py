"""The ports of synchronisation: what the engine needs of the store and of the wire.

Owns the vocabulary between ``app.sync`` and its neighbours.  It refuses to know how the
store keeps anything and how bytes travel; everything crosses as bytes and small frozen
values, so that a fake of either side fits on one screen.  Spec: protocol.md, sections
"Envelope v1", "Control" and "Server".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.protocol.ids import NO_HASH, ChainId, DeviceId, PersonId, StreamId
from app.sync.blob_ports import BlobTransport
from app.sync.snapshot_ports import SnapshotPort

ZERO_HASH = NO_HASH
"""Control head of a stream of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who logs in: this device, and the control stream of its agency.

    ``certified`` is False until the store holds an agency chain that certifies the device;
    ``removed`` is True once the verified chain removes it (then it may only push); ``lost`` besides,
    when it was reported lost (then it does not even push: it is about to wipe itself).
    """

    device: DeviceId
    agency: StreamId
    certified: bool
    removed: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """How far the store has got in one stream.

    ``control_head`` is the SHA-256 of the last *accepted* control operation held (32 zero bytes
    if none) and ``control_count`` how many of them are held; operations made here and not yet
    accepted by the server do not count.  ``cursor`` is the last server sequence received.
    ``wants_own`` is set after a damaged log was salvaged: this device's own segments are wanted
    back too (until a pull from 0 has gone through); otherwise they are not sent to it again.
    """

    stream: StreamId
    control_head: bytes
    control_count: int
    cursor: int
    wants_own: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingControl:
    """Control operations made here which the server has not accepted, in order.

    ``prev`` is the head they follow, ``ops`` the signed bytes.
    """

    stream: StreamId
    prev: bytes
    ops: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OwnChain:
    """One writing line of this device: operations 1..last, of which 1..acked are on the server.

    ``frozen`` chains (a fork was seen) end before the fork and never grow; what is left of one is
    pushed like any other, for a restored server may have lost it.  ``pending_bytes`` is an estimate
    which puts small work first.
    """

    stream: StreamId
    chain: ChainId
    last: int
    acked: int
    pending_bytes: int = 0
    frozen: bool = False

    @property
    def pending(self) -> int:
        """How many operations of this chain the server has not acknowledged."""
        return self.last - self.acked


@dataclass(frozen=True, slots=True)
class OutgoingSegment:
    """A signed segment exactly as it was cut, with the certificate of its chain."""

    stream: StreamId
    chain: ChainId
    first: int
    last: int
    raw: bytes
    cert: bytes


@dataclass(frozen=True, slots=True)
class IncomingSegment:
    """A segment as the server gave it.  Nothing about it is trusted before the store verifies."""

    server_seq: int
    raw: bytes
    cert: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """What one call of ``receive_segments`` did, counted in operations (envelopes)."""

    applied: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class CarriedChain:
    """A chain of another device of which this tablet got operations from ``first`` on in a file.

    Nobody has said yet that the server has them.
    """

    stream: StreamId
    chain: ChainId
    first: int


@dataclass(frozen=True, slots=True)
class HeldChain:
    """The last envelope held of any chain of a stream, own or foreign."""

    chain: ChainId
    last: int
    hash: bytes


class StorePort(SnapshotPort, Protocol):
    """What the engine needs of the vault.  Every call is one transaction, durable on return."""

    async def identity(self) -> Identity:
        """This device and its agency."""

    async def sign_login(self, origin: str, challenge: bytes) -> bytes:
        """Signature of ``app.protocol.login`` over the challenge, by the device key."""

    async def epoch_marker(self) -> str | None:
        """The server's epoch marker as last stored, or None before the first contact."""

    async def set_epoch_marker(self, marker: str) -> None:
        """Remember the marker; called only after recovery from a change has succeeded."""

    async def positions(self) -> Sequence[StreamPosition]:
        """All streams known here, the agency's control stream included."""

    async def apply_control(self, stream: StreamId, ops: Sequence[bytes]) -> None:
        """Verify and append control operations which follow the accepted head of ``stream``.

        Operations already held (also own pending ones that the server now returns) are skipped.
        A stream not known before begins with its genesis.  The agency's operations are always
        given before those of other streams.  Pending own operations whose ``prev`` was overtaken
        are withdrawn and, where they still make sense, made anew for ``outgoing_control``.
        Raises an AppError (fork alarm, bad signature…); then nothing of the call is kept.
        """

    async def let_go(self) -> None:
        """Forget the streams whose verified chains say that this person is no longer a member.

        One that holds work of this device which the server does not have is kept.
        """

    async def outgoing_control(self) -> Sequence[OutgoingControl]:
        """Own control operations to send; one item for each stream."""

    async def control_accepted(self, stream: StreamId, head: bytes) -> None:
        """The server holds this stream's operations up to and including ``head``."""

    async def control_ops(self, stream: StreamId, after: int) -> Sequence[bytes]:
        """Accepted operations held after the first ``after``; a restored server is given them."""

    async def own_chains(self) -> Sequence[OwnChain]:
        """Every chain of this device, also the fully acknowledged and the frozen."""

    async def segment_from(
        self, stream: StreamId, chain: ChainId, dseq: int, *, room: int | None = None
    ) -> OutgoingSegment | None:
        """The stored segment of ``chain`` that starts at ``dseq``; None when nothing is there.

        room: bytes that one should have at most when it is cut now (at least one envelope).

        None too while a control operation is waiting to follow accepted ones, so that the head
        named in a new segment is one the server knows or will know.
        For a chain of this device it is cut now if it was not (as many envelopes as
        ``segment.how_many_fit``), stored, and from then on returned byte for byte.  Foreign
        chains are answered from what was received (to give a restored server what it lost).
        """

    async def acknowledge(self, stream: StreamId, chain: ChainId, up_to: int, server_seq: int) -> None:
        """The server has committed ``chain`` up to dseq ``up_to``.  Never goes backwards.

        When ``server_seq`` follows what was received last, it counts as received.
        """

    async def freeze_chain(self, stream: StreamId, chain: ChainId, dseq: int, seen: bytes) -> None:
        """The server holds another envelope (hash ``seen``) at ``dseq``: a fork.

        Freezes the chain, opens a new one and re-authors in it what the server does not have.
        What the server holds of the frozen chain is pulled again, own segments too.
        """

    async def receive_segments(
        self, stream: StreamId, segments: Sequence[IncomingSegment], cursor: int
    ) -> Received:
        """Verify, store, apply; what fails goes to quarantine and stops nothing.

        In the same transaction the stream's cursor becomes ``cursor``.  Segments already held
        are skipped (also this device's own).  Raises only when the store itself fails.
        """

    async def receive_carried(self, stream: StreamId, segments: Sequence[IncomingSegment]) -> Received:
        """The same for segments out of a hand-over file: the cursor stays, nothing counts as
        acknowledged, and what is new of other devices is taken on to the server (``carried``)."""

    async def carried(self) -> Sequence[CarriedChain]:
        """Chains that came in a file and of which the server may know less than this tablet."""

    async def carried_on(self, stream: StreamId) -> None:
        """What was carried of ``stream`` was offered to the server."""

    async def at_contact(self, audits: Sequence[ServerAudit]) -> None:
        """The server has answered and takes operations now: write what waits for a contact.

        ``audits``: where the server said its audits stand (``Heads.audit``).
        """

    async def withheld(self, stream: StreamId) -> int:
        """How many operations named in a verified ``seen`` are not held (after a full pull)."""

    async def note_missing(self, stream: StreamId, count: int) -> None:
        """Remember for people that ``count`` operations did not come in two complete contacts; 0:
        the stream is whole again."""

    async def held_chains(self, stream: StreamId) -> Sequence[HeldChain]:
        """All chains of the stream, to compare with a server that was restored."""

    async def server_restored(self, stream: StreamId, chains: Sequence[HeldChain]) -> None:
        """The server was restored and holds only ``chains``: set the cursor of ``stream`` to 0
        and take back acknowledgements of own operations beyond them."""


@dataclass(frozen=True, slots=True)
class RemoteStream:
    """Where a stream stands on the server.

    ``audit_count`` and ``audit_head`` are the rows of the server's audit of the stream and the hash
    of the last of them; 0 and no bytes when the server did not say.
    """

    stream: StreamId
    control_head: bytes
    control_count: int
    last_seq: int
    audit_count: int = 0
    audit_head: bytes = b""


@dataclass(frozen=True, slots=True)
class ServerAudit:
    """Where the server's audit of a stream stood at a contact, for others to counter-sign."""

    stream: StreamId
    count: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Heads:
    """The answer to one ``heads`` request: only what differs from what was sent.

    ``unknown`` are streams the server has never seen (or lost), ``closed`` those of which this
    device's person is no longer a member.  ``audit`` has every stream that was asked about and may
    be read; it comes with the first answer after each login and is empty otherwise.
    """

    marker: str
    server_time_ms: int
    changed: tuple[RemoteStream, ...]
    unknown: tuple[StreamId, ...] = ()
    closed: tuple[StreamId, ...] = ()
    audit: tuple[ServerAudit, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlPage:
    """Control operations after a position; ``head`` and ``count`` are the server's current."""

    ops: tuple[bytes, ...]
    head: bytes
    count: int


@dataclass(frozen=True, slots=True)
class PushReceipt:
    """The server has committed the segment under ``server_seq``."""

    server_seq: int
    quarantined: bool


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """Segments after a cursor.  ``cursor`` is where to go on, ``more`` whether to do so now."""

    segments: tuple[IncomingSegment, ...]
    cursor: int
    more: bool


@dataclass(frozen=True, slots=True)
class PersonChain:
    """The end of one writing line of a person's device, as the server holds it.

    ``last`` and ``hash`` are those of the last envelope held, the quarantined ones included;
    ``quarantined_bytes`` is the size of the segments of the chain that do not count.
    """

    stream: StreamId
    device: DeviceId
    chain: ChainId
    last: int
    hash: bytes
    quarantined_bytes: int


@dataclass(frozen=True, slots=True)
class PersonStream:
    """A stream of which a person is a member now.

    ``label`` is the value of ``membership.Label``, ``group`` the family's id (or the agency's).
    """

    stream: StreamId
    group: bytes
    label: str
    control_count: int


@dataclass(frozen=True, slots=True)
class DeviceContact:
    """When a device last signed in to the server, in its milliseconds; 0 when it never did."""

    device: DeviceId
    person: PersonId
    at_ms: int


LoginSigner = Callable[[str, bytes], Awaitable[bytes]]
"""``StorePort.sign_login``: (origin, challenge) to signature."""


class Transport(BlobTransport, Protocol):
    """What ``app.sync.http`` provides.  Every failure is an AppError (see ``app.errors``).

    ``push`` raises ``SequenceGap`` (with ``expect``) or ``ForkSeen`` (with ``dseq`` and ``hash``),
    ``append_control`` raises ``HeadMoved``; ``SignInNeeded`` means the token has run out.
    """

    @property
    def signed_in(self) -> bool:
        """Whether a token is held; it may have run out."""

    @property
    def room(self) -> int:
        """Bytes that are worth sending at once over the line as it has been lately."""

    async def probe(self) -> None:
        """Ask whether the server can be reached, in one small request without a login."""

    async def found_agency(self, agency: StreamId, ops: Sequence[bytes]) -> bytes:
        """Give the server its agency from the root-signed genesis on; returns the head it holds.

        Idempotent: what the server holds already is skipped.  Needs no login.
        """

    async def login(self, device: DeviceId, sign: LoginSigner) -> None:
        """Fetch a challenge, have it signed, keep the token in memory."""

    async def heads(self, positions: Sequence[StreamPosition]) -> Heads:
        """Which of my streams changed, those newly granted included, in one request."""

    async def get_control(self, stream: StreamId, after: int) -> ControlPage:
        """Control operations after the first ``after``."""

    async def append_control(self, stream: StreamId, prev: bytes, ops: Sequence[bytes]) -> bytes:
        """Compare-and-swap the head from ``prev``; returns the new head."""

    async def push(self, segment: OutgoingSegment) -> PushReceipt:
        """Send one segment; sending the same bytes again gives the same receipt."""

    async def pull(self, stream: StreamId, after: int, *, own: bool) -> SegmentPage:
        """Segments of ``stream`` after cursor ``after``; with ``own`` also this device's."""

    async def chains(self, stream: StreamId) -> Sequence[HeldChain]:
        """All chains the server holds of ``stream`` (asked only after a restore)."""

    async def aclose(self) -> None:
        """Drop the token and close connections."""


class Clock(Protocol):
    """Time as the engine needs it; the fake moves by hand."""

    def now_ms(self) -> int:
        """Wall clock in milliseconds since 1970."""

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
