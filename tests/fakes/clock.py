"""A clock that moves by hand, and randomness that repeats."""

from __future__ import annotations

import asyncio
import hashlib


class FakeClock:
    """Wall clock and sleeping; ``advance`` wakes every sleeper whose time has come."""

    def __init__(self, now_ms: int = 1_760_000_000_000) -> None:
        self._now_ms = now_ms
        self._sleepers: list[tuple[int, asyncio.Event]] = []
        self.slept: list[float] = []

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        """Wait until ``advance`` has passed ``seconds``."""
        self.slept.append(seconds)
        due = asyncio.Event()
        self._sleepers.append((self._now_ms + int(seconds * 1000), due))
        await due.wait()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now_ms += int(seconds * 1000)
        for when, due in tuple(self._sleepers):
            if when <= self._now_ms:
                due.set()
                self._sleepers.remove((when, due))


class FakeRandom:
    """Bytes that look random and are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def __call__(self, size: int) -> bytes:
        """``size`` bytes."""
        parts = b""
        while len(parts) < size:
            self._count += 1
            parts += hashlib.sha256(self._seed + self._count.to_bytes(8, "big")).digest()
        return parts[:size]
