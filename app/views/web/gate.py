"""One live session per process: a new window needs the passphrase and blanks the old.

Flet runs the app's entry function once for every window. Each window asks the gate to enter; the
newest wins. Entering locks the tablet first, so a new window starts at Unlock whatever the old one
showed. The gate knows windows only by the function that blanks them.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

Blank = Callable[[], Awaitable[None]]
Lock = Callable[[], Awaitable[None]]

logger = logging.getLogger(__name__)


class Ticket:
    """One window's place at the gate."""

    def __init__(self, blank: Blank) -> None:
        """blank: empties the window and says that the tablet is open elsewhere."""
        self._blank = blank
        self._live = True

    @property
    def live(self) -> bool:
        """Whether this window is still the one that may show and do things."""
        return self._live

    async def retire(self) -> None:
        """End this window's turn and empty it. A window that is already gone is no error."""
        self._live = False
        try:
            await self._blank()
        except Exception as error:  # the window's connection may be closed in any way at all
            logger.info("window_gone error=%s", type(error).__name__)


class SessionGate:
    """Lets one window at a time be the tablet."""

    def __init__(self, lock: Lock) -> None:
        """lock: drops keys and memory (asked for at every entry; must be harmless when locked)."""
        self._lock = lock
        self._ticket: Ticket | None = None

    @property
    def occupied(self) -> bool:
        """Whether some window is live."""
        return self._ticket is not None

    async def enter(self, blank: Blank) -> Ticket:
        """Make the calling window the live one.

        blank: see Ticket. The tablet is locked first, then the window before this one is emptied.
        """
        ticket = Ticket(blank)
        before, self._ticket = self._ticket, ticket
        await self._lock()
        if before is not None:
            await before.retire()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """A window has closed. Nothing happens when another one is live already."""
        if self._ticket is ticket:
            self._ticket = None

    async def purge(self) -> None:
        """Retire the live window, if there is one, without locking."""
        before, self._ticket = self._ticket, None
        if before is not None:
            await before.retire()
