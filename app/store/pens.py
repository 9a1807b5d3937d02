"""Sealing operations at the end of this tablet's chains.

Owns the step from an operation to an envelope in the log: which chain, which epoch, which place.
A chain is opened lazily, with a random id and key certified by the device, so that a first commit
works offline. Refuses to know what an operation means. Spec: protocol.md, "Envelope v1".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.errors import NeedsNewEpoch
from app.protocol.entitlement import sealing_epoch
from app.protocol.envelope import Operation, envelope_hash, seal
from app.protocol.hlc import HybridClock
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId
from app.protocol.membership import AgencyState, StreamState

from .book import Book
from .keys import StreamKeys
from .lines import Lines, NewLine
from .log import ChainRow, Log
from .reducer import Delivery


@dataclass(slots=True)
class Pen:
    """Where the next envelope of one stream goes. index: of the chain in the log, once it is."""

    stream: StreamId
    chain: ChainId
    last: int
    last_hash: bytes
    epoch: int
    key: bytes
    index: int | None
    rows: list[tuple[int, bytes]]
    """(dseq, envelope) sealed with this pen and not in the log yet."""


class PenCase:
    """Pens for the streams of this tablet. Lives on the database thread."""

    def __init__(
        self,
        log: Log,
        book: Book,
        keys: StreamKeys,
        lines: Lines,
        keyring: Keyring,
        clock: HybridClock,
        random: Random,
    ) -> None:
        self._log = log
        self._book = book
        self._keys = keys
        self._lines = lines
        self._device = DeviceId(keyring.device)
        self._device_key = keyring.signing_key()
        self._clock = clock
        self._random = random
        self._new: dict[bytes, NewLine] = {}
        self._epochs: dict[bytes, tuple[StreamState, AgencyState, int]] = {}

    def take(self, stream: bytes, fresh: bool = False) -> Pen:
        """A pen at the end of this tablet's chain of `stream`; fresh: of a new chain in any case.

        Raises UnknownStream, NotEntitled, MissingKey.
        """
        epoch = self._epoch(stream)
        key = self._keys.require(stream, epoch)
        line = None if fresh else self._lines.writable(stream)
        if line is not None:
            chain = ChainId(line.row.chain)
            return Pen(StreamId(stream), chain, line.last, line.last_hash, epoch, key, line.row.idx, [])
        new = self._lines.prepare(stream, self._device, self._device_key)
        self._new[new.chain] = new
        return Pen(StreamId(stream), new.chain, 0, NO_HASH, epoch, key, None, [])

    def _epoch(self, stream: bytes) -> int:
        """The epoch to seal under, asked again only when a control chain has changed."""
        state, agency = self._book.require(stream), self._book.require_agency()
        known = self._epochs.get(stream)
        if known is not None and known[0] is state and known[1] is agency:
            return known[2]
        try:
            epoch = sealing_epoch(state, agency, self._device)
        except NeedsNewEpoch:
            # Offline work goes on: it is sealed for this tablet now, and written anew under the
            # next epoch before any of it leaves (see Outbox).
            epoch = state.epoch.number
        self._epochs[stream] = (state, agency, epoch)
        return epoch

    def seal(self, pen: Pen, operation: Operation) -> Delivery:
        """Seal an operation at the pen's place. Raises UnencodableText, UnsupportedValue, TooLarge."""
        hlc, dseq = self._clock.tick(), pen.last + 1
        envelope = seal(
            operation, pen.stream, pen.epoch, pen.chain, dseq, hlc, pen.last_hash, pen.key,
            self._random, schedule=self._keys.schedule,
        )  # fmt: skip
        pen.last, pen.last_hash = dseq, envelope_hash(envelope)
        pen.rows.append((dseq, envelope))
        return Delivery(pen.stream, pen.chain, dseq, hlc, operation)

    def write(self, order: Sequence[Pen]) -> Mapping[bytes, ChainRow]:
        """Append what the pens have sealed; inside `Log.writing`, then `settle` with the result."""
        added: dict[bytes, ChainRow] = {}
        for pen in order:
            index = pen.index
            if index is None:
                row = added[pen.chain] = self._lines.write(self._new[pen.chain])
                index = row.idx
            self._log.append([(index, dseq, raw) for dseq, raw in pen.rows])
        return added

    def settle(self, pens: Iterable[Pen], added: Mapping[bytes, ChainRow]) -> None:
        """The transaction has succeeded: the chains end where the pens say."""
        self._new.clear()
        for pen in pens:
            line = self._lines.get(pen.chain) or self._lines.add(added[pen.chain])
            line.last, line.last_hash = pen.last, pen.last_hash
