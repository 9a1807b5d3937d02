"""Flat with history: what a save and a sync cost on a tablet with 1 k records, and with 100 k.

One coordinator's tablet writes notes of 600 bytes in the same families and syncs them with a server
process, until it holds the next number of records; there, some saves, some rounds with nothing new and
some rounds with one new note are timed, one after the other. Nothing but the history grows.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from xml.sax.saxutils import escape

from app.demo.content import ExampleRecord
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from tests.fakes.agency import FakeFamily

from .bars import Row, bar
from .caseload import AUTHOR, BATCH, even_notes, invented
from .ground import BODY_BYTES
from .measure import Stopwatch
from .traffic import ServerProcess, check, plain_notes, prepare_traffic, serving

SIZES = (1_000, 3_000, 10_000)
LARGE_SIZES = (*SIZES, 30_000, 100_000)
FAMILIES_OF = 10_000
"""Records of the caseload whose families are written about."""
SYNC_EVERY = 1_000
KINDS = ("save", "sync", "note")
TITLES = {"save": "a save", "sync": "a sync with nothing new", "note": "a sync with one new note"}


@dataclass(frozen=True, slots=True)
class Point:
    """Median milliseconds of each kind with so many records."""

    records: int
    wall_ms: dict[str, float]
    cpu_ms: dict[str, float]


async def measure_flat(scratch: Path, sizes: Sequence[int], laps: int) -> tuple[list[Row], list[Point]]:
    """The rows `flat-…`, and the points behind them. Raises ServerFailed."""
    enough = sizes[-1] + len(sizes) * (laps + 100)
    families = plain_notes(even_notes(invented(FAMILIES_OF), enough, BODY_BYTES))
    traffic = await prepare_traffic([], scratch, with_families=len(families))
    notes = [record for some in zip(*(f.records for f in families), strict=False) for record in some]
    points: list[Point] = []
    with serving(traffic.fresh("growing-server", of="server")) as server:
        async with traffic.tablet(AUTHOR, traffic.fresh("growing", of="author"), server.address) as tablet:
            grower = _Grower(*tablet, server, traffic.families, notes)
            for size in sizes:
                await grower.grow_to(size)
                points.append(await grower.point(laps))
    return [_row(f"flat-{kind}", kind, points) for kind in KINDS], points


class _Grower:
    """One tablet that writes on and on."""

    def __init__(
        self,
        vault: Vault,
        engine: SyncEngine,
        server: ServerProcess,
        families: Sequence[FakeFamily],
        notes: Sequence[ExampleRecord],
    ) -> None:
        self._vault = vault
        self._engine = engine
        self._server = server
        self._families = families
        self._notes = notes
        self._written = 0

    async def grow_to(self, size: int) -> None:
        """Write and sync until there are `size` records."""
        while self._written < size:
            await self._write(min(BATCH, size - self._written))
            if self._written % SYNC_EVERY == 0:
                await self._sync()
        # One round gives at most one snapshot: those that are due are no part of what is timed.
        for _ in self._families:
            await self._write(1)
            await self._sync()
        await self._vault.save_image()

    async def point(self, laps: int) -> Point:
        """Time everything here."""
        records = self._written
        walls: dict[str, list[float]] = {kind: [] for kind in KINDS}
        cpus: dict[str, list[float]] = {kind: [] for kind in KINDS}
        await self._sync()
        gc.collect()
        for _ in range(laps):
            for kind, work in (("save", self._save), ("note", self._sync), ("sync", self._sync)):
                with Stopwatch() as watch, self._server.counting():
                    await work()
                walls[kind].append(watch.lap.wall * 1000)
                cpus[kind].append((watch.lap.cpu + self._server.counted) * 1000)
        # The system counts another process in hundredths of a second: only a mean says something.
        means = {kind: sum(some) / len(some) for kind, some in cpus.items()}
        return Point(records, {kind: median(some) for kind, some in walls.items()}, means)

    async def _save(self) -> None:
        await self._write(1)

    async def _sync(self) -> None:
        check((await self._engine.run_once()).problem)

    async def _write(self, count: int) -> None:
        changes = []
        for number in range(self._written, self._written + count):
            family = self._families[number % len(self._families)]
            note = self._notes[number]
            changes.append(family.change(note.type, note.id, note.fields))
        await self._vault.commit(changes)
        self._written += count


def slope(points: Sequence[Point], kind: str) -> float:
    """The exponent by which processor time grows: 0 is flat, 1 grows as the records do (least squares,
    both logs)."""
    xs = [math.log(point.records) for point in points]
    ys = [math.log(max(point.cpu_ms[kind], 0.001)) for point in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - middle_x) ** 2 for x in xs)


def _row(key: str, kind: str, points: Sequence[Point]) -> Row:
    first, last = points[0], points[-1]
    details = {"slope": slope(points, kind)}
    for point in points:
        details[f"ms_at_{point.records}"] = point.wall_ms[kind]
        details[f"cpu_ms_at_{point.records}"] = point.cpu_ms[kind]
    ours, before = last.wall_ms[kind], first.wall_ms[kind]
    cpu = last.cpu_ms[kind] / max(first.cpu_ms[kind], 0.001)
    return Row(bar(key), ours, before, ours / before, None, cpu, 1, details)


WIDTH, HEIGHT, LEFT, BOTTOM = 720, 360, 64, 48
COLOURS = {"save": "#7a4a21", "sync": "#2f6f5e", "note": "#9c2f45"}


def picture(points: Sequence[Point]) -> str:
    """The points as an SVG: records across (logarithmic), processor time up (from nothing)."""
    low, high = math.log10(points[0].records), math.log10(points[-1].records)
    top = max(value for point in points for value in point.cpu_ms.values()) * 1.15

    def place(records: int, ms: float) -> tuple[float, float]:
        x = LEFT + (math.log10(records) - low) / (high - low) * (WIDTH - LEFT - 240)
        return x, HEIGHT - BOTTOM - ms / top * (HEIGHT - BOTTOM - 24)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13" fill="#33291f">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffaf2"/>',
        "<title>Processor time of a save and of a sync, by records on the tablet</title>",
    ]
    for point in points:
        x, y = place(point.records, 0)
        records = f"{point.records // 1000} k"
        parts.append(f'<text x="{x:.0f}" y="{y + 20:.0f}" text-anchor="middle">{records}</text>')
    for step in range(5):
        ms = top * step / 4
        x, y = place(points[0].records, ms)
        end = place(points[-1].records, ms)[0]
        parts.append(
            f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{end:.0f}" y2="{y:.0f}" stroke="#e4d8c6"/>'
            f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{ms:.1f}</text>'
        )
    for kind in KINDS:
        dots = [place(point.records, point.cpu_ms[kind]) for point in points]
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in dots)
        colour = COLOURS[kind]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>' for x, y in dots]
        x, y = dots[-1]
        label = escape(f"{TITLES[kind]} ({slope(points, kind):+.2f})")
        parts.append(f'<text x="{x + 10:.0f}" y="{y + 4:.0f}" fill="{colour}">{label}</text>')
    legend = "records on the tablet; processor time of tablet and server in ms; slope in brackets"
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{legend}</text>')
    return "\n".join([*parts, "</svg>", ""])
