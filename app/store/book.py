"""The control chains this tablet holds, replayed: who belongs where.

Owns the agency's state, every stream's state, and the control operations made here that the
server has not accepted. Every operation is replayed and verified before it is kept. It refuses
to touch data envelopes. Spec: protocol.md, "Control".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.crypto.seed import root_fingerprint
from app.errors import (
    AppError,
    CryptoError,
    LogDamaged,
    MissingKey,
    ProtocolError,
    RuleBroken,
    UnknownHead,
    UnknownStream,
)
from app.protocol.bodies import Body, Grant, Label, NewEpoch, RemoveFromStream
from app.protocol.builders import build_epoch, build_grant
from app.protocol.control import Author, parse_control, sign_control
from app.protocol.entitlement import open_keys, spoilt_holders
from app.protocol.hlc import HybridClock
from app.protocol.ids import DeviceId, StreamId
from app.protocol.membership import AgencyState, StreamState
from app.protocol.stream_keys import kid, new_stream_key

from .keys import StreamKeys
from .log import Log
from .log_shelves import HeldControl, SetAside

AGENCY = "agency"
FINGERPRINT = "root_fingerprint"


@dataclass(frozen=True, slots=True)
class Amended:
    """What a change of a control chain has led to: stream keys that have become readable."""

    stream: bytes
    keys: dict[int, bytes]


class Book:
    """Replayed control chains. Lives on the database thread; every write is one transaction."""

    def __init__(
        self, log: Log, keys: StreamKeys, keyring: Keyring, clock: HybridClock, random: Random
    ) -> None:
        """Replays what `log` holds. Raises LogDamaged when that does not verify any more."""
        self._log = log
        self._keys = keys
        self._keyring = keyring
        self._clock = clock
        self._random = random
        self.device = keyring.device
        self._author = Author(DeviceId(keyring.device), keyring.signing_key())
        self.agency_id: bytes | None = log.meta(AGENCY)
        self.agency: AgencyState | None = None
        self.streams: dict[bytes, StreamState] = {}
        self._settled: AgencyState | None = None
        self._ops: dict[bytes, list[HeldControl]] = {}
        self.adrift: set[bytes] = set()
        """Streams that name an operation of the agency which is not here: set aside until it is."""
        try:
            for stream, _ in log.control.streams():
                held = log.control.ops(stream)
                self._ops[stream] = held
                if held:
                    self._open(stream, held)
        except (ProtocolError, CryptoError) as error:
            raise LogDamaged("control") from error

    def _open(self, stream: bytes, held: Sequence[HeldControl]) -> None:
        try:
            self._replay(stream, held)
        except UnknownHead as unknown:
            if stream == self.agency_id:
                raise
            # What it says was verified when it was kept: nothing is damaged, and nothing is lost.
            self.adrift.add(stream)
            with self._log.writing():
                item = SetAside(stream, bytes(16), 0, 0, unknown.code, False, held[0].raw)
                self._log.aside.quarantine(item)

    def _replay(self, stream: bytes, held: Sequence[HeldControl]) -> None:
        raws = [op.raw for op in held]
        if stream == self.agency_id:
            self.agency = AgencyState.replay(raws, self._log.meta(FINGERPRINT))
        else:
            self.streams[stream] = StreamState.replay(raws, self.require_agency())

    def require_agency(self) -> AgencyState:
        """The agency's state. Raises UnknownStream before there is one."""
        if self.agency is None:
            raise UnknownStream("agency")
        return self.agency

    @property
    def settled_head(self) -> bytes:
        """The last operation of the agency's chain that streams may rest on (see `settled`)."""
        agency, count = self.require_agency(), len(self.accepted(self.agency_id or b""))
        return agency.heads[count - 1] if count else agency.head

    def settled(self) -> AgencyState:
        """The agency as far as the server has accepted its chain.

        Operations of streams are built on it: one that is only pending may be overtaken and made
        anew under another hash. An agency that is on no server yet cannot be overtaken.
        Raises UnknownStream before there is one.
        """
        agency, head = self.require_agency(), self.settled_head
        if head == agency.head:
            return agency
        if self._settled is None or self._settled.head != head:
            raws = self.accepted(agency.agency)
            self._settled = AgencyState.replay(raws, self._log.meta(FINGERPRINT))
        return self._settled

    def require(self, stream: bytes) -> StreamState:
        """A stream's state. Raises UnknownStream."""
        state = self.streams.get(stream)
        if state is None:
            raise UnknownStream("stream")
        return state

    def held(self, stream: bytes) -> list[HeldControl]:
        """Every control operation of a stream."""
        return list(self._ops.get(stream, ()))

    def accepted(self, stream: bytes) -> list[bytes]:
        """The operations of a stream which the server holds."""
        return [op.raw for op in self._ops.get(stream, ()) if op.accepted]

    def left(self) -> list[bytes]:
        """Families' streams whose chain, as the server holds it, says that this person is out."""
        device = self.require_agency().devices.get(self._author.device) if self.agency else None
        return [
            stream
            for stream, state in self.streams.items()
            if device is not None
            and state.label is not Label.DATA
            and device.person not in state.members
            and not self.pending(stream)
        ]

    def drop(self, stream: bytes) -> None:
        """Know a stream no more; it is off the disk already."""
        self.streams.pop(stream, None)
        self._ops.pop(stream, None)
        self.adrift.discard(stream)

    def pending(self, stream: bytes) -> list[bytes]:
        """The operations of a stream which were made here and not accepted yet."""
        if stream in self.adrift:
            return []  # no server can place them
        return [op.raw for op in self._ops.get(stream, ()) if not op.accepted]

    def add_own(
        self, stream: bytes, raws: Sequence[bytes], keys: Mapping[int, bytes] | None = None
    ) -> Amended:
        """Append operations made here. keys: {epoch: key} that they open, besides own wraps.

        Raises what replay raises; then nothing is kept.
        """
        held = self._ops.get(stream, [])
        own = [HeldControl(raw, False) for raw in raws]
        return self._keep(stream, [*held, *own], len(held), keys or {})

    def add_accepted(self, stream: bytes, raws: Sequence[bytes]) -> Amended:
        """Append operations the server holds after its accepted ones.

        Those held already are skipped; own pending ones that were overtaken are withdrawn and,
        where they still make sense, made anew. Raises what replay raises; then nothing is kept.
        """
        held = self._ops.get(stream, [])
        accepted = [op for op in held if op.accepted]
        pending = [op for op in held if not op.accepted]
        known = {op.raw for op in accepted}
        keep = len(accepted)
        withdrawn: list[HeldControl] = []
        for raw in raws:
            if raw in known:
                continue
            if pending and pending[0].raw == raw:
                pending.pop(0)
            else:
                withdrawn += pending
                pending = []
            accepted.append(HeldControl(raw, True))
        if not withdrawn:
            return self._keep(stream, [*accepted, *pending], keep)
        return self._overtaken(stream, accepted, withdrawn, keep)

    def accept(self, stream: bytes, head: bytes) -> None:
        """The server holds the operations up to `head`."""
        state = self.agency if stream == self.agency_id else self.streams.get(stream)
        if state is None or head not in state.indices:
            raise UnknownStream("control head")
        count = state.indices[head] + 1
        with self._log.writing():
            self._log.control.accept(stream, count)
        self._ops[stream] = [
            HeldControl(op.raw, op.accepted or i < count) for i, op in enumerate(self._ops[stream])
        ]

    def _keep(
        self,
        stream: bytes,
        ops: list[HeldControl],
        keep: int,
        given: Mapping[int, bytes] | None = None,
    ) -> Amended:
        """Verify and write a stream's operations, of which the first `keep` are unchanged."""
        old = (self.agency_id, self.agency, self.streams.get(stream))
        withdrawn: dict[int, bytes] = {}
        same = [op.raw for op in self._ops.get(stream, ())]
        try:
            self._advance(stream, [op.raw for op in ops], same)
            keys = {**self._fitting(stream, given or {}), **self.readable(stream)}
            withdrawn = self._unfitting(stream)
            with self._log.writing():
                if stream == self.agency_id:
                    self._log.set_meta(AGENCY, stream)
                    root = self.require_agency().root_public
                    self._log.set_meta(FINGERPRINT, root_fingerprint(root))
                self._log.control.add_stream(stream)
                self._log.control.replace_ops(stream, keep, ops[keep:])
                self._keys.withdraw(stream, withdrawn)
                self._keys.write(stream, keys)
        except BaseException:
            self.agency_id, self.agency = old[0], old[1]
            if old[2] is not None:
                self.streams[stream] = old[2]
            else:
                self.streams.pop(stream, None)
            raise
        self._keys.hold(stream, keys, withdrawn)
        self._ops[stream] = ops
        self.adrift.discard(stream)
        if stream == self.agency_id:
            self._find_adrift()
        return Amended(stream, keys)

    def _advance(self, stream: bytes, raws: list[bytes], before: list[bytes]) -> None:
        """Replay only what is new when the chain has merely grown."""
        known = stream == self.agency_id or stream in self.streams
        grown = known and bool(before) and raws[: len(before)] == before
        new = [parse_control(raw) for raw in raws[len(before) :]] if grown else []
        if self.agency_id is None and raws:
            self.agency_id = stream
        if stream == self.agency_id:
            agency = self.require_agency() if grown else None
            for op in new:
                agency = agency.apply(op) if agency else None
            self.agency = agency or AgencyState.replay(raws, self._log.meta(FINGERPRINT))
        elif not grown:
            self.streams[stream] = StreamState.replay(raws, self.require_agency())
        else:
            state = self.require(stream)
            for op in new:
                state = state.apply(op, self.require_agency())
            self.streams[stream] = state

    def _fitting(self, stream: bytes, given: Mapping[int, bytes]) -> dict[int, bytes]:
        """The given keys that are the ones their epochs promised."""
        state = self.streams.get(stream)
        epochs = state.epochs if state else ()
        return {
            e.number: given[e.number] for e in epochs if e.number in given and kid(given[e.number]) == e.kid
        }

    def _unfitting(self, stream: bytes) -> dict[int, bytes]:
        """The held keys of epochs that are not, or not with this key, in the stream's history."""
        state = self.streams.get(stream)
        if state is None:
            return {}
        kids = {epoch.number: epoch.kid for epoch in state.epochs}
        held = self._keys.of(stream)
        return {number: key for number, key in held.items() if kid(key) != kids.get(number)}

    def _find_adrift(self) -> None:
        """The agency has grown: streams that named an operation not here may find it now."""
        for stream in tuple(self.adrift):
            try:
                self._replay(stream, self._ops[stream])
            except (ProtocolError, CryptoError):
                continue
            self.adrift.discard(stream)

    def readable(self, stream: bytes) -> dict[int, bytes]:
        """Keys of a stream that this device can open and does not hold yet."""
        state = self.streams.get(stream)
        if state is None:
            return {}
        held = self._keys.of(stream)
        lacking = {e.number for e in state.epochs if e.number not in held or kid(held[e.number]) != e.kid}
        if not lacking:
            return {}
        try:
            keys = open_keys(state, DeviceId(self._keyring.device), self._keyring.kem_key())
        except AppError:  # MissingKey, KidMismatch: not ours to read, or not yet
            return {}
        return {number: key for number, key in keys.items() if number in lacking}

    def _overtaken(
        self, stream: bytes, accepted: list[HeldControl], withdrawn: list[HeldControl], keep: int
    ) -> Amended:
        """Keep the server's history, and what this device had written after it made anew."""
        state: AgencyState | StreamState
        raws = [op.raw for op in accepted]
        if stream == self.agency_id:
            state = AgencyState.replay(raws, self._log.meta(FINGERPRINT))
        else:
            state = StreamState.replay(raws, self.require_agency())
        remade: list[HeldControl] = []
        bodies = [parse_control(op.raw).body for op in accepted[keep:]]
        done = {body.person for body in bodies if isinstance(body, RemoveFromStream)}
        for op in withdrawn:
            parsed = parse_control(op.raw)
            if parsed.author != self._author.device:
                continue  # the root's signature cannot be made here
            if isinstance(parsed.body, RemoveFromStream) and parsed.body.person in done:
                continue  # somebody else has done it, and may have let them in again since
            try:
                if isinstance(state, AgencyState):
                    raw = self._signed(parsed.body, stream, state.head, state.head)
                    state = state.apply(parse_control(raw))
                else:
                    raw = self._anew(state, parsed.body)
                    state = state.apply(parse_control(raw), self.require_agency())
            except (ProtocolError, CryptoError):
                continue  # it makes no sense any more after what the others did
            remade.append(HeldControl(raw, False))
        return self._keep(stream, [*accepted, *remade], keep)

    def _anew(self, state: StreamState, body: Body) -> bytes:
        agency, stream = self.settled(), state.stream
        if isinstance(body, Grant | NewEpoch):
            current = self._current_key(state)
            hlc = self._clock.tick()
            if isinstance(body, Grant):
                members = body.members
                return build_grant(state, agency, self._author, current, hlc, self._random, members)
            if not spoilt_holders(state, agency):
                raise RuleBroken("epoch not needed")
            key = new_stream_key(self._random)
            return build_epoch(state, agency, self._author, key, current, hlc, self._random)
        return self._signed(body, stream, state.head, agency.head)

    def _signed(self, body: Body, stream: bytes, prev: bytes, authority: bytes) -> bytes:
        return sign_control(
            body, stream=StreamId(stream), prev=prev, author=self._author, hlc=self._clock.tick(),
            authority=authority,
        )  # fmt: skip

    def _current_key(self, state: StreamState) -> bytes:
        """The key of a state's last epoch. Raises MissingKey, KidMismatch."""
        held = self._keys.of(state.stream).get(state.epoch.number)
        if held is not None and kid(held) == state.epoch.kid:
            return held
        keys = open_keys(state, DeviceId(self._keyring.device), self._keyring.kem_key())
        if state.epoch.number not in keys:
            raise MissingKey("current epoch")
        return keys[state.epoch.number]
