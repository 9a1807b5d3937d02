"""What the sync centre asks of the vault.

Owns the asynchronous face of `story` and `ancestry`. Every call is one function on the database
thread. Spec: product.md, "Sync centre"; protocol.md, "Merge".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from app.protocol.ids import StreamId

from . import story
from .ancestry import Began, began_from, standing
from .core import Core
from .image import IMAGE_NAME
from .log import LOG_NAME
from .merge import Ref
from .notices import MISSING, Notice, Traffic

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that the files of this tablet take."""

    log: int
    image: int
    attachments: int


class StorySide(ABC):
    """The part of the vault that faces the sync centre."""

    _core: Core

    @abstractmethod
    async def _run(self, work: Callable[[], T]) -> T:
        """Do work on the database thread."""

    async def unsent_records(self) -> tuple[story.UnsentRecord, ...]:
        """The records whose changes are only on this tablet, those changed last first."""
        return await self._run(lambda: story.unsent_records(self._core))

    async def traffic(self) -> tuple[tuple[str, Traffic], ...]:
        """(family id, what went out or came in), newest first; the agency's own under ""."""
        return await self._run(
            lambda: tuple((self._core.mirror.family_of(one.stream), one) for one in story.traffic(self._core))
        )

    async def notices(self) -> tuple[tuple[str, Notice], ...]:
        """(family id, what is amiss), the oldest first; the agency's own under ""."""
        return await self._run(
            lambda: tuple((self._core.mirror.family_of(one.stream), one) for one in story.notices(self._core))
        )

    async def aside_parts(self) -> tuple[story.AsidePart, ...]:
        """What is set aside and why, the newest first."""
        return await self._run(lambda: story.aside_parts(self._core))

    async def note_missing(self, stream: StreamId, count: int) -> None:
        """A stream lacks `count` operations after two complete contacts; 0: it is whole again."""

        def work() -> None:
            log = self._core.log
            held = {one.stream: one.count for one in log.notices.notices() if one.code == MISSING}
            if held.get(stream, 0) == count:
                return
            with log.writing():
                if count:
                    log.notices.note(stream, MISSING, self._core.now_ms(), count)
                else:
                    log.notices.clear(stream, MISSING)

        await self._run(work)

    async def forget_notice(self, stream: StreamId, code: str) -> None:
        """Somebody has read it, and it is over."""

        def work() -> None:
            with self._core.log.writing():
                self._core.log.notices.clear(stream, code)

        await self._run(work)

    @property
    def home(self) -> Path:
        """Where the files of this tablet are."""
        return self._core.home

    async def began_from(self, stream: str, type_name: str, record_id: str, field: str) -> Began | None:
        """The value that all versions of a field began from; None when there is no single one."""
        place = (bytes.fromhex(stream), type_name, bytes.fromhex(record_id), field)
        return await self._run(lambda: began_from(self._core, *place))

    async def standing(self, stream: str, type_name: str, record_id: str, field: str) -> Sequence[Ref]:
        """The operations whose values stand in a field now."""
        place = (bytes.fromhex(stream), type_name, bytes.fromhex(record_id), field)
        return await self._run(lambda: standing(self._core, *place))

    async def unsent_attachments(self) -> int:
        """How many photos and papers the server does not have whole."""
        return await self._run(lambda: len(self._core.attachments.waiting()))

    async def kept_bytes(self) -> Kept:
        """What the files of this tablet take."""
        home = self._core.home

        def work() -> Kept:
            log = sum(_size(path) for path in home.glob(f"{LOG_NAME}*"))
            parts = sum(_size(path) for path in (home / "attachments").rglob("*"))
            return Kept(log, _size(home / IMAGE_NAME), parts)

        return await self._run(work)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # it may have been moved away just now
        return 0
