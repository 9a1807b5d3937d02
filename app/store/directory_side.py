"""What the directory of services asks of the vault: its index, kept on the disk sealed and nothing else.

Owns the file `directory.bin`, an image as the vault's own (see `image`), tied to the content it was made
from. It is an accelerator: one that is missing, damaged or of another content is made anew.
Spec: docs/directory.md, "On this tablet".
"""

from __future__ import annotations

import asyncio
import threading
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from app.crypto.primitives import Random
from app.errors import ImageUnusable

from .directory_index import INDEX_FORMAT, DirectoryIndex
from .image import INDEX_NAME, Tie, drop_image, read_image, write_image

if TYPE_CHECKING:
    from .core import Core

_SCHEMA: Final = sha256(b"kt-directory-index" + INDEX_FORMAT.to_bytes(4, "big")).digest()[:16]


class DirectorySide:
    """The part of the vault that faces the directory."""

    _core: Core
    _random: Random
    _stop: threading.Event

    async def load_directory(self, content: bytes) -> DirectoryIndex | None:
        """The index that was made of a content, or None. content: its SHA-256."""
        home, key = self._core.home, self._core.keyring.log_key

        def read() -> DirectoryIndex | None:
            try:
                tie, data = read_image(home, key, _SCHEMA, content[:16], name=INDEX_NAME)
            except ImageUnusable:
                return None
            return DirectoryIndex(data) if tie.link == content else None

        return await asyncio.to_thread(read)

    async def save_directory(self, content: bytes, index: DirectoryIndex) -> bool:
        """Keep an index sealed; False when the vault is closing. Raises DiskFull, StoreFailed."""
        home, key = self._core.home, self._core.keyring.log_key
        tie = Tie(_SCHEMA, content[:16], 0, content, INDEX_FORMAT)
        return await asyncio.to_thread(
            lambda: write_image(
                home, key, tie, index.image(), self._random, self._stop.is_set, name=INDEX_NAME
            )
        )

    async def drop_directory(self) -> None:
        """Forget the index that is kept here."""
        await asyncio.to_thread(drop_image, self._core.home, INDEX_NAME)
