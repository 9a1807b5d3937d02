"""The stream keys of an open vault, and the opening of logged envelopes with them.

Owns the held keys (in memory while unlocked, sealed with the log key on disk) and the cache of
chain ciphers. Refuses to decide who may have a key. Spec: protocol.md, "Keys".
"""

from __future__ import annotations

from app.crypto.local import open_local, seal_local
from app.crypto.primitives import Random
from app.errors import CryptoError, LogDamaged, MissingKey, NewerVersion, Tampered
from app.protocol.envelope import Header, KeySchedule, Operation, open_parsed, parse_header
from app.protocol.stream_keys import kid

from .log import Log

_PURPOSE = "stream-key"
_WITHDRAWN = 1 << 31
"""From here on, numbers stand for keys of epochs that no history has: see StreamKeys.withdraw."""
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
        self._withdrawn: dict[bytes, dict[int, bytes]] = {}
        self._check_owner()
        for stream, epoch, _, sealed in log.control.keys():
            try:
                key = open_local(log_key, _PURPOSE, _name(stream, epoch), sealed)
            except CryptoError as error:
                raise LogDamaged("stream key") from error
            shelf = self._withdrawn if epoch >= _WITHDRAWN else self._held
            shelf.setdefault(stream, {})[epoch] = key

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

    def withdraw(self, stream: bytes, keys: dict[int, bytes]) -> None:
        """Put keys of overtaken epochs aside on disk; inside `Log.writing`, as `write`.

        Words of this tablet are sealed under them, until these have been written anew.
        """
        for epoch, key in keys.items():
            slot = _slot(key)
            sealed = seal_local(self._log_key, _PURPOSE, _name(stream, slot), key, self._random)
            self._log.control.add_key(stream, slot, kid(key), sealed)
            self._log.control.drop_key(stream, epoch)

    def hold(
        self, stream: bytes, keys: dict[int, bytes], withdrawn: dict[int, bytes] | None = None
    ) -> None:
        """Use keys that are on disk, and no more those withdrawn for sealing."""
        held = self._held.setdefault(stream, {})
        for epoch, key in (withdrawn or {}).items():
            held.pop(epoch, None)
            self._withdrawn.setdefault(stream, {})[_slot(key)] = key
        held.update(keys)

    @property
    def withdrawing(self) -> list[bytes]:
        """Streams that have words of this tablet under the key of an overtaken epoch."""
        return list(self._withdrawn)

    def drop_withdrawn(self, stream: bytes) -> None:
        """Nothing of this tablet is sealed under the withdrawn keys any more."""
        with self._log.writing():
            for slot in self._withdrawn.get(stream, ()):
                self._log.control.drop_key(stream, slot)
        self._withdrawn.pop(stream, None)

    def fits(self, envelope: bytes) -> bool:
        """Whether the key of its epoch opens an envelope, and not a withdrawn one."""
        header = parse_header(envelope)
        key = self.of(header.stream).get(header.epoch)
        if key is None:
            return False
        try:
            open_parsed(header, envelope, key, self.schedule)
        except Tampered:
            return False
        except NewerVersion:
            pass
        return True

    def open(self, envelope: bytes) -> tuple[Header, Operation | None]:
        """Header and operation of a sealed envelope; None when its key is not here, or when it is
        of a newer version than this app.

        Raises Tampered, Malformed or TooLarge when the key is here and the bytes are wrong.
        """
        header = parse_header(envelope)
        key = self.of(header.stream).get(header.epoch)
        if header.stream in self._withdrawn and not self.fits(envelope):
            for spare in self._withdrawn[header.stream].values():
                try:
                    return header, open_parsed(header, envelope, spare, self.schedule)
                except (Tampered, NewerVersion):
                    continue
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

    def drop(self, stream: bytes) -> None:
        """Use the keys of a stream no more; they are off the disk already."""
        self._held.pop(stream, None)
        self._withdrawn.pop(stream, None)
        self.schedule.forget()

    def forget(self) -> None:
        """Drop every key."""
        self._held.clear()
        self._withdrawn.clear()
        self.schedule.forget()


def _slot(key: bytes) -> int:
    return _WITHDRAWN | int.from_bytes(kid(key)[:4], "big")


def _name(stream: bytes, epoch: int) -> bytes:
    return stream + epoch.to_bytes(4, "big")
