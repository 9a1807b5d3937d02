"""The stream keys of an open vault, and the opening of logged envelopes with them.

Owns the held keys (in memory while unlocked, sealed with the log key on disk) and the cache of
chain ciphers. Refuses to decide who may have a key. Spec: protocol.md, "Keys".
"""

from __future__ import annotations

from app.crypto.local import open_local, seal_local
from app.crypto.primitives import Random
from app.errors import CryptoError, LogDamaged, MissingKey, NewerVersion
from app.protocol.envelope import Header, KeySchedule, Operation, open_parsed, parse_header
from app.protocol.stream_keys import kid

from .log import Log

_PURPOSE = "stream-key"
OWNER = "owner"
"""Meta key of a blob that only the right keyring opens."""


class StreamKeys:
    """Every stream key this tablet holds."""

    def __init__(self, log: Log, log_key: bytes, random: Random) -> None:
        """Reads the sealed keys of `log`. Raises WrongKeyOrTampered for a log of another key."""
        self._log = log
        self._log_key = log_key
        self._random = random
        self.schedule = KeySchedule()
        self._held: dict[bytes, dict[int, bytes]] = {}
        self._check_owner()
        for stream, epoch, _, sealed in log.control.keys():
            try:
                key = open_local(log_key, _PURPOSE, _name(stream, epoch), sealed)
            except CryptoError as error:
                raise LogDamaged("stream key") from error
            self._held.setdefault(stream, {})[epoch] = key

    def _check_owner(self) -> None:
        """Tell a keyring of another home from a damaged key."""
        sealed = self._log.meta(OWNER)
        if sealed is not None:
            open_local(self._log_key, OWNER, self._log.log_id, sealed)
        else:
            with self._log.writing():
                seal = seal_local(self._log_key, OWNER, self._log.log_id, b"", self._random)
                self._log.set_meta(OWNER, seal)

    def of(self, stream: bytes) -> dict[int, bytes]:
        """{epoch: key} of one stream; empty when none is held."""
        return self._held.get(stream, {})

    def write(self, stream: bytes, keys: dict[int, bytes]) -> None:
        """Put keys on disk; inside `Log.writing`, followed by `hold` once that has succeeded."""
        for epoch, key in keys.items():
            sealed = seal_local(self._log_key, _PURPOSE, _name(stream, epoch), key, self._random)
            self._log.control.add_key(stream, epoch, kid(key), sealed)

    def hold(self, stream: bytes, keys: dict[int, bytes]) -> None:
        """Use keys that are on disk."""
        self._held.setdefault(stream, {}).update(keys)

    def open(self, envelope: bytes) -> tuple[Header, Operation | None]:
        """Header and operation of a sealed envelope; None when its key is not here, or when it is
        of a newer version than this app.

        Raises Tampered, Malformed or TooLarge when the key is here and the bytes are wrong.
        """
        header = parse_header(envelope)
        key = self.of(header.stream).get(header.epoch)
        if key is None:
            return header, None
        try:
            return header, open_parsed(header, envelope, key, self.schedule)
        except NewerVersion:
            return header, None

    def require(self, stream: bytes, epoch: int) -> bytes:
        """The key of an epoch. Raises MissingKey."""
        key = self.of(stream).get(epoch)
        if key is None:
            raise MissingKey("epoch key")
        return key

    def forget(self) -> None:
        """Drop every key."""
        self._held.clear()
        self.schedule.forget()


def _name(stream: bytes, epoch: int) -> bytes:
    return stream + epoch.to_bytes(4, "big")
