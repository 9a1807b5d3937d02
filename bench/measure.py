"""Interleaved laps and what they come to.

Contenders take turns, in an order that rotates, so that whatever else the machine does falls on
all of them alike; medians throw away what hit one lap only.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Lap:
    """One timed run in seconds; cpu: of all threads of this process."""

    wall: float
    cpu: float


class Stopwatch:
    """Times a `with` block; `lap` afterwards."""

    def __enter__(self) -> Stopwatch:
        self._cpu = time.process_time()
        self._wall = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        wall = time.perf_counter() - self._wall
        self.lap = Lap(wall, time.process_time() - self._cpu)


def cpu_of(process: int) -> float:
    """Processor seconds that another process has used; 0 where the system does not say (not Linux)."""
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    # The second field is a name in brackets that may hold anything.
    user, system = told.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


Contender = Callable[[], Awaitable[Lap]]
"""Does its work once and returns what of it counts."""


@dataclass(frozen=True, slots=True)
class Series:
    """The laps of one contender, in order."""

    laps: tuple[Lap, ...]

    @property
    def wall(self) -> float:
        """Median seconds."""
        return median(lap.wall for lap in self.laps)

    @property
    def cpu(self) -> float:
        """Median processor seconds."""
        return median(lap.cpu for lap in self.laps)

    @property
    def mean(self) -> float:
        """Mean seconds: shows work that is put off and done in a lump."""
        return fmean(lap.wall for lap in self.laps)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two series compared. value: of the medians. low, high: quartiles of the laps' own ratios."""

    value: float
    low: float
    high: float
    cpu: float


async def interleave(
    contenders: Mapping[str, Contender], rounds: int, warm: int = 1, tidy: bool = True
) -> dict[str, Series]:
    """Let every contender run `rounds` times, taking turns.

    warm: rounds before that, which do not count. tidy: collect garbage before each lap; not worth
    it for laps under a few milliseconds.
    """
    names = list(contenders)
    laps: dict[str, list[Lap]] = {name: [] for name in names}
    gc.collect()
    for number in range(-warm, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            if tidy:
                gc.collect()
            lap = await contenders[name]()
            if number >= 0:
                laps[name].append(lap)
    return {name: Series(tuple(some)) for name, some in laps.items()}


def compare(ours: Series, theirs: Series) -> Ratio:
    """Our time as a multiple of theirs."""
    each = [one.wall / other.wall for one, other in zip(ours.laps, theirs.laps, strict=True)]
    low, high = _quartiles(each)
    return Ratio(ours.wall / theirs.wall, low, high, ours.cpu / theirs.cpu)


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    cuts = quantiles(values, n=4, method="inclusive")
    return cuts[0], cuts[2]
