"""How a tablet leaves: taken out of its agency, started over, brought back.

Owns the order of locking and wiping, and nothing of the screens.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Literal

from app.store.unsent import Unsent as Unsent
from app.store.wiping import Removed

from .keyholder_port import Keyholder


class TabletState(StrEnum):
    """What the whole app shows."""

    FIRST_RUN = "first_run"
    LOCKED = "locked"
    OPENING = "opening"
    OPEN = "open"
    REMOVED = "removed"


class Departures(ABC):
    """The part of a tablet that ends its home."""

    _keyholder: Keyholder
    _lock: asyncio.Lock
    _wiping: asyncio.Task[None] | None
    state: TabletState

    @abstractmethod
    async def _drop(self, reason: str) -> None:
        """Drop keys, memory and services; the caller holds `_lock`."""

    @abstractmethod
    def _become(self, state: TabletState) -> None:
        """Take on a state and tell whoever watches."""

    def _at_rest(self) -> TabletState:
        if self._keyholder.removed() is not None:
            return TabletState.REMOVED
        return TabletState.LOCKED if self._keyholder.exists() else TabletState.FIRST_RUN

    @property
    def removed(self) -> Removed | None:
        """Why this tablet was taken out of its agency, and whether all is wiped; None if it was not."""
        return self._keyholder.removed()

    async def wipe(self, reason: Literal["removed", "lost"]) -> None:
        """Lock, destroy every key and file of this home, and show that the tablet was taken out.

        reason: "removed" once the agency has what was not sent yet, "lost" at once. May be called
        from a task that locking ends: the wipe goes on without it. Harmless when done already; cut
        short, `finish_wiping` ends it. Raises StoreError, SecretsUnavailable after having destroyed
        what could be; the tablet is REMOVED all the same.
        """
        if self._wiping is None or self._wiping.done():
            self._wiping = asyncio.ensure_future(self._wipe(reason))
        await asyncio.shield(self._wiping)

    async def _wipe(self, reason: Literal["removed", "lost"]) -> None:
        async with self._lock:
            try:
                await self._drop("wiped")
            finally:
                try:
                    await self._keyholder.wipe(reason == "lost")
                finally:
                    self._become(self._at_rest())

    async def finish_wiping(self) -> None:
        """End a wipe that was cut short; does nothing otherwise. Raises as `wipe`."""
        mark = self._keyholder.removed()
        if mark is not None and not mark.done:
            await self.wipe("lost" if mark.reason == "lost" else "removed")

    async def set_up_again(self) -> None:
        """From REMOVED to first run, in a clean home. Raises StoreError, SecretsUnavailable."""
        if self.state is TabletState.REMOVED:
            await self.finish_wiping()
            self._keyholder.begin_anew()
            self._become(self._at_rest())

    async def unsent(self) -> Unsent | None:
        """What a locked tablet has that was never sent: ask before `start_over`; None: not known."""
        async with self._lock:
            if self.state is not TabletState.LOCKED:
                return None
            return await asyncio.to_thread(self._keyholder.unsent)

    async def start_over(self) -> None:
        """Put a home that nobody can open aside, untouched, and go to first run. Raises StoreError."""
        async with self._lock:
            if self.state is TabletState.LOCKED:
                self._keyholder.start_over()
                self._become(self._at_rest())

    @property
    def can_bring_back(self) -> bool:
        """Whether a home was put aside and none has taken its place."""
        return self.state is TabletState.FIRST_RUN and self._keyholder.can_bring_back()

    async def bring_back(self) -> None:
        """From first run back to the home that was put aside. Raises StoreError."""
        async with self._lock:
            if self.can_bring_back:
                self._keyholder.bring_back()
                self._become(self._at_rest())
