"""When Python looks for garbage in rings of objects (its cyclic collector, `gc`).

A full look takes as long as there are objects: 175 ms with 10,000 notes open, in the middle of a word
that somebody types. So nobody looks while much is built at once, and what stays is set aside: the
modules, and the caseload for as long as the tablet is open. Once it is locked everything is looked
through, so that nothing of a family stays behind in a ring. Measured in docs/howto/measure.md.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

SETTLED_SECONDS: Final = 2.0
"""After the tablet has opened: by then the first screen has read what it shows."""
CLEARED_SECONDS: Final = 0.5
"""After it has locked: by then its files are closed."""


class Timer(Protocol):
    """What `later` returns."""

    def cancel(self) -> None:
        """Do not do it after all."""


Later = Callable[[float, Callable[[], None]], Timer]
"""Do something after so many seconds, as `asyncio`'s `call_later`."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """No look for garbage while something is built that stays."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


class Stillness:
    """Keeps the collector away from what stays, from the opening of a tablet to its locking."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self._waiting: Timer | None = None
        self._to_clear = False

    def opening(self) -> None:
        """The tablet begins to open."""
        self._forget()
        if self._to_clear:  # what it held before is not there for longer than a moment
            self._clear()
        gc.disable()

    def opened(self) -> None:
        """It is open: once the first screen stands, what is there now is set aside."""
        self._forget()
        self._waiting = self._later(SETTLED_SECONDS, set_aside)

    def closed(self) -> None:
        """It is locked, or did not open: everything is looked through, in a moment."""
        self._forget()
        gc.enable()
        self._to_clear = True
        self._waiting = self._later(CLEARED_SECONDS, self._clear)

    def _clear(self) -> None:
        self._to_clear = False
        look_through()

    def _forget(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def set_aside() -> None:
    """Look no more through what is there now, only through what comes."""
    gc.freeze()
    gc.enable()


def look_through() -> None:
    """Look through everything once, then set aside what is left."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
