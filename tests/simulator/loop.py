"""An event loop in which time is a number and threads do not exist.

What would run on a thread runs at once in its place; when nobody has anything to do, the clock jumps to
the next appointment. So the order of everything follows from the seed alone, and an hour of waiting
costs nothing.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import anyio.to_thread

T = TypeVar("T")


class NothingLeft(RuntimeError):
    """Everybody waits for something that nobody will do."""


class _Selector(selectors.DefaultSelector):
    """Waits by letting the virtual clock run."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeft
        self.passed += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """One thread, one clock. errors: what ended where nobody looked."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)
        self.errors: list[str] = []
        self.set_exception_handler(self._lost)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._clock.passed

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """Here and now."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except BaseException as error:
            future.set_exception(error)
        return future

    def _write_to_self(self) -> None:
        """Nobody sleeps in a selector, so nobody has to be woken."""

    def _lost(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.errors.append(f"{context.get('message', '')}: {error!r}")


async def _inline(func: Callable[..., T], *args: Any, **_options: Any) -> T:
    return func(*args)


@contextmanager
def no_threads() -> Iterator[None]:
    """The server's worker threads, too, are this one."""
    real = anyio.to_thread.run_sync
    anyio.to_thread.run_sync = _inline  # type: ignore[assignment]
    try:
        yield
    finally:
        anyio.to_thread.run_sync = real


def run_virtually(work: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run `work` to its end in virtual time."""
    loop = VirtualLoop()
    try:
        with no_threads(), asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(work(loop))
    finally:
        loop.close()
