"""The writing lines (chains) this tablet knows: where each ends, and the keys of its own.

Owns the state of every chain between log and memory: last dseq, last hash, what the server has
acknowledged. Refuses to seal and to verify. Spec: protocol.md, "Envelope v1" (chain).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.crypto.local import open_local, seal_local
from app.crypto.primitives import Random, SigningKey
from app.errors import CryptoError, LogDamaged, ProtocolError
from app.protocol.envelope import envelope_hash
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId
from app.protocol.segment import issue_chain_cert, parse_chain_cert, verify_chain_cert

from .log import ChainRow, Log

_PURPOSE = "chain-key"


@dataclass(slots=True)
class Line:
    """One living chain. `key` is there only for a chain of this device."""

    row: ChainRow
    device: DeviceId
    public: bytes
    last: int
    last_hash: bytes
    acked: int
    frozen: bool
    key: SigningKey | None = None

    @property
    def own(self) -> bool:
        """Written by this tablet."""
        return self.row.sealed_key is not None

    @property
    def pending(self) -> int:
        """Operations that the server has not acknowledged."""
        return self.last - self.acked if self.own else 0

    def check_cert(self, device_public: bytes) -> None:
        """Return only when the certificate in the log is the device's. Raises LogDamaged.

        It was verified when it came; in the file, anybody could have put another in its place.
        """
        try:
            verify_chain_cert(parse_chain_cert(self.row.cert), device_public)
        except (ProtocolError, CryptoError) as error:
            raise LogDamaged("certificate") from error


@dataclass(frozen=True, slots=True)
class NewLine:
    """A chain that is not in the log yet."""

    stream: StreamId
    chain: ChainId
    key: SigningKey
    cert: bytes


class Lines:
    """All chains of the log. Lives on the database thread."""

    def __init__(self, log: Log, log_key: bytes, random: Random) -> None:
        self._log = log
        self._log_key = log_key
        self._random = random
        self._by_chain: dict[bytes, Line] = {}
        self._by_index: dict[int, Line] = {}
        self._by_stream: dict[bytes, dict[bytes, Line]] = {}
        self.dead: set[int] = set()
        self.fetched: set[bytes] = set()
        """Streams of which a page has come from the server since the log was opened."""
        self.left: set[bytes] = set()
        """Streams that this tablet wrote in and has let go of since."""
        self.reload()

    def reload(self) -> None:
        """Read every chain from the log again."""
        log = self._log
        self._by_chain.clear()
        self._by_index.clear()
        self._by_stream.clear()
        for row in log.chains():
            if row.dead:
                self.dead.add(row.idx)
                if row.sealed_key is not None:
                    self.left.add(row.stream)
            else:
                last, envelope, _ = log.last_of_chain(row.idx)
                self.add(row, last, envelope_hash(envelope) if envelope else NO_HASH)

    def add(self, row: ChainRow, last: int = 0, last_hash: bytes = NO_HASH) -> Line:
        """Know a chain that is in the log. Raises LogDamaged for a certificate of another chain."""
        try:
            cert = parse_chain_cert(row.cert)
        except ProtocolError as error:
            raise LogDamaged("certificate") from error
        if (cert.stream, cert.chain) != (row.stream, row.chain):
            raise LogDamaged("certificate of another chain")
        line = Line(row, cert.device, cert.chain_public, last, last_hash, row.acked, row.frozen)
        self._by_chain[row.chain] = line
        self._by_index[row.idx] = line
        self._by_stream.setdefault(row.stream, {})[row.chain] = line
        return line

    def get(self, chain: bytes) -> Line | None:
        """The living chain of this id, or None."""
        return self._by_chain.get(chain)

    def at(self, index: int) -> Line | None:
        """The living chain with this index in the log, or None."""
        return self._by_index.get(index)

    def all(self) -> Iterator[Line]:
        """Every living chain in the order they were first seen."""
        yield from self._by_chain.values()

    def of(self, stream: bytes) -> list[Line]:
        """The living chains of one stream."""
        return list(self._by_stream.get(stream, {}).values())

    def own(self) -> list[Line]:
        """The living chains of this tablet."""
        return [line for line in self._by_chain.values() if line.own]

    def writable(self, stream: bytes) -> Line | None:
        """The chain in which this tablet writes to `stream`, if it has opened one."""
        for line in self.of(stream):
            if line.own and not line.frozen:
                return line
        return None

    def prepare(self, stream: bytes, device: bytes, device_key: SigningKey) -> NewLine:
        """A new chain for `stream`, certified by this device; not in the log yet."""
        chain, key = ChainId(self._random(16)), SigningKey.generate(self._random)
        cert = issue_chain_cert(StreamId(stream), chain, key, DeviceId(device), device_key)
        return NewLine(StreamId(stream), chain, key, cert)

    def write(self, new: NewLine) -> ChainRow:
        """Put a new chain into the log; inside `Log.writing`, `add` it once that has succeeded."""
        sealed = seal_local(self._log_key, _PURPOSE, new.chain, new.key.seed, self._random)
        return self._log.add_chain(new.stream, new.chain, new.cert, sealed)

    def signing_key(self, line: Line) -> SigningKey:
        """The key of a chain of this tablet. Raises WrongKeyOrTampered."""
        if line.key is None:
            sealed = line.row.sealed_key or b""
            line.key = SigningKey(open_local(self._log_key, _PURPOSE, line.row.chain, sealed))
        return line.key
