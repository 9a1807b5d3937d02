"""This tablet's own removal: when it wipes itself, and what it hands over before.

Believes the agency's verified chain as the server has accepted it, and nothing else: what does not
verify, or forks, is not in it. Lost: at once. Removed: when the server has given a receipt for every
operation that can be sent. Families that were opened here and never reached the server cannot be sent
by a removed tablet: their notes stay until the person says so. Spec: docs/protocol.md, "Removal".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from app.errors import AppError
from app.protocol.ids import DeviceId

from .desk import Desk
from .syncing import Syncing

log = logging.getLogger(__name__)

Wipe = Callable[[Literal["removed", "lost"]], Awaitable[None]]


@dataclass(frozen=True)
class OwnEnd:
    """This tablet is out. waiting: operations to hand over; stuck: those that nobody can be given.

    photos: photos and papers that nobody can be given any more: a removed tablet hands over words only.
    """

    lost: bool
    waiting: int
    stuck: int
    photos: int = 0

    @property
    def due(self) -> bool:
        """It may be wiped now."""
        return self.lost or (self.waiting == 0 and self.stuck == 0 and self.photos == 0)


class OwnRemoval:
    """Looks after each contact whether this tablet is out."""

    def __init__(self, desk: Desk, syncing: Syncing) -> None:
        self._desk = desk
        self._syncing = syncing
        self._task: asyncio.Task[None] | None = None

    async def end(self) -> OwnEnd | None:
        """Whether this tablet is out of the agency, by its accepted chain; None while it is not."""
        vault = self._desk.vault
        if not vault.has_agency:
            return None
        agency = vault.agency
        known = agency.devices.get(DeviceId(bytes.fromhex(self._desk.me.device)))
        if known is None or known.removed is None or known.removed > agency.indices[vault.settled_head]:
            return None
        never_sent = {item.stream for item in await vault.outgoing_control()}
        waiting = stuck = 0
        for chain in await vault.own_chains():
            if chain.stream in never_sent:
                stuck += chain.pending
            else:
                waiting += chain.pending
        return OwnEnd(known.lost, waiting, stuck, await vault.unsent_attachments())

    def begin(self, wipe: Wipe) -> Callable[[], None]:
        """Look now and whenever the state of synchronising changes. Returns the way to stop."""

        def look() -> None:
            if self._task is None or self._task.done():
                self._task = asyncio.ensure_future(self._look(wipe))

        look()
        return self._syncing.watch(look)

    async def _look(self, wipe: Wipe) -> None:
        try:
            end = await self.end()
            if end is not None and end.due:
                log.warning("this tablet is out of its agency: %s", "lost" if end.lost else "removed")
                await wipe("lost" if end.lost else "removed")
        except AppError as error:
            log.info("not looked: %s", error.code)  # locked meanwhile, or the disk: the next time
