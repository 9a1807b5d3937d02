"""Drafts and settings: sealed, on this tablet only, never sent.

Owns their sealing and the keyed digests under which they lie, so that not even their names can be
read. Spec: protocol.md, "Local files"; crypto.md, "Local blobs".
"""

from __future__ import annotations

import msgpack

from app.crypto.local import local_key, open_local, seal_local
from app.crypto.primitives import Random, hmac_sha256
from app.errors import UnencodableText

from .log import Log

_PURPOSE = "draft"


class Drafts:
    """Sealed items by kind and name. Lives on the database thread."""

    def __init__(self, log: Log, log_key: bytes, random: Random) -> None:
        self._log = log
        self._log_key = log_key
        self._names_key = local_key(log_key, "draft-names")
        self._random = random

    def save(self, kind: str, name: str, data: bytes | None) -> None:
        """Keep one item durably, or forget it (None). Raises DiskFull, StoreFailed."""
        place = self._place(kind, name)
        with self._log.writing():
            if data is None:
                self._log.local.drop(*place)
            else:
                packed = msgpack.packb((kind, name, data))
                sealed = seal_local(self._log_key, _PURPOSE, b"".join(place), packed, self._random)
                self._log.local.put(*place, sealed)

    def load(self, kind: str, name: str) -> bytes | None:
        """One item, or None. Raises WrongKeyOrTampered when it is not what was kept."""
        place = self._place(kind, name)
        sealed = self._log.local.get(*place)
        return None if sealed is None else self._open(place, sealed)[1]

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of all items of a kind, in order."""
        place = self._place(kind, "")[0]
        return tuple(
            sorted(self._open((place, name), sealed)[0] for name, sealed in self._log.local.all(place))
        )

    def _open(self, place: tuple[bytes, bytes], sealed: bytes) -> tuple[str, bytes]:
        packed = open_local(self._log_key, _PURPOSE, b"".join(place), sealed)
        _, name, data = msgpack.unpackb(packed)
        return name, data

    def _place(self, kind: str, name: str) -> tuple[bytes, bytes]:
        try:
            labels = kind.encode(), name.encode()
        except UnicodeEncodeError as error:
            raise UnencodableText("name") from error
        group = hmac_sha256(self._names_key, b"kind\0" + labels[0])
        return group, hmac_sha256(self._names_key, b"name\0" + labels[0] + b"\0" + labels[1])
