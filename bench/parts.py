"""The parts of a run: what each measures, what it needs, and why one was not run.

Owns the order of a run and the grounds that several parts share. A part that cannot run (no Node, no
browser, only with `--large`, not asked for) leaves rows that say so; old numbers never stand in.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from .bars import BARS, NotRun, Row, bar
from .board import measure_board
from .caseload import even_notes, invented
from .first_sync import measure_first_sync
from .flat import LARGE_SIZES, SIZES, measure_flat, picture
from .footprint import measure_footprint
from .glance import measure_glance
from .ground import BODY_BYTES, Ground, prepare
from .importing import measure_import
from .pouchdb import NoNode, check_node
from .pushing import measure_pull, measure_push
from .screens import measure_screens
from .searching import measure_search
from .server_load import measure_server
from .traffic import Traffic, plain_notes, prepare_traffic
from .unlocking import measure_kdf, measure_unlock
from .writing import measure_writes

RECORDS = 10_000
LARGE = 100_000
PICTURE = Path(__file__).parents[1] / "docs/pictures/flat.svg"


class CannotRun(Exception):
    """A part needs what is not here; str() says what."""


Say = Callable[[str], None]


@dataclass
class Run:
    """One run. scale: of the numbers of rounds. large: also what takes many minutes."""

    scratch: Path
    scale: float
    large: bool
    say: Say
    _grounds: dict[str, Ground] = field(default_factory=dict)
    _traffic: list[Traffic] = field(default_factory=list)

    def times(self, rounds: int) -> int:
        """So many rounds, scaled; three at least."""
        return max(3, round(rounds * self.scale))

    async def notes(self) -> Ground:
        """10 k notes of 600 bytes."""
        if "notes" not in self._grounds:
            self.say("Writing 10 k notes of 600 bytes ...")
            content = even_notes(invented(RECORDS), RECORDS, BODY_BYTES)
            self._grounds["notes"] = await prepare(content, self.scratch / "notes")
        return self._grounds["notes"]

    async def caseload(self, records: int) -> Ground:
        """A caseload of so many records."""
        name = f"caseload-{records}"
        if name not in self._grounds:
            self.say(f"Writing a caseload of {records:,} records ...")
            self._grounds[name] = await prepare(invented(records), self.scratch / name)
        return self._grounds[name]

    async def traffic(self) -> Traffic:
        """10 k notes that a tablet has written and not sent."""
        if not self._traffic:
            self.say("Writing 10 k notes on a tablet that sends none ...")
            content = plain_notes(even_notes(invented(RECORDS), RECORDS, BODY_BYTES))
            self._traffic.append(await prepare_traffic(content, self.scratch / "traffic"))
        return self._traffic[0]


async def _writes(run: Run) -> list[Row]:
    return await measure_writes(await run.notes(), run.times(400))


async def _import(run: Run) -> list[Row]:
    return await measure_import(await run.caseload(RECORDS), run.times(7))


async def _search(run: Run) -> list[Row]:
    return await measure_search(await run.notes(), run.times(30))


async def _unlock(run: Run) -> list[Row]:
    rows = await measure_unlock(await run.caseload(RECORDS), "10k", run.times(40), run.times(5))
    return rows + await measure_kdf(run.times(7))


async def _glance(run: Run) -> list[Row]:
    return await measure_glance(await run.caseload(RECORDS), "10k", run.times(15))


async def _glance_large(run: Run) -> list[Row]:
    return await measure_glance(await run.caseload(LARGE), "100k", run.times(9))


async def _unlock_large(run: Run) -> list[Row]:
    return await measure_unlock(await run.caseload(LARGE), "100k", run.times(15), 1)


async def _board(run: Run) -> list[Row]:
    return await measure_board(await run.caseload(LARGE), run.times(9))


async def _push(run: Run) -> list[Row]:
    check_node()
    return await measure_push(await run.traffic(), run.times(7))


async def _pull(run: Run) -> list[Row]:
    check_node()
    return await measure_pull(await run.traffic(), run.times(7))


async def _server(run: Run) -> list[Row]:
    return await measure_server(run.scratch / "server", run.times(5))


async def _flat(run: Run) -> list[Row]:
    sizes = LARGE_SIZES if run.large else SIZES
    rows, points = await measure_flat(run.scratch / "flat", sizes, run.times(40))
    if run.large:
        PICTURE.write_text(picture(points), encoding="utf-8")
    return rows


async def _first(run: Run) -> list[Row]:
    return await measure_first_sync(invented(LARGE), run.scratch / "first", run.times(3))


async def _screens(run: Run) -> list[Row]:
    # Playwright's plain interface wants a thread without a loop.
    rows = await asyncio.to_thread(measure_screens, run.scratch / "screens", run.times(9))
    if not rows:
        raise CannotRun("no Chromium here")
    return rows


async def _memory(run: Run) -> list[Row]:
    return measure_footprint(await run.caseload(RECORDS), run.times(3))


@dataclass(frozen=True, slots=True)
class Part:
    """keys: beginnings of the names of its rows."""

    name: str
    keys: tuple[str, ...]
    says: str
    work: Callable[[Run], Awaitable[list[Row]]]
    large: bool = False

    @property
    def bars(self) -> list[str]:
        """The names of its rows."""
        return [one.key for one in BARS if one.key.startswith(self.keys)]


PARTS: tuple[Part, ...] = (
    Part("write", ("write-",), "Durable writes", _writes),
    Part("search", ("search-",), "Searches", _search),
    Part("import", ("import-",), "Imports", _import),
    Part("unlock", ("unlock-10k", "rebuild-10k", "kdf"), "Unlocking", _unlock),
    Part("glance", ("glance-10k", "glance-again-10k"), "Families at a glance", _glance),
    Part("memory", ("peak-",), "Memory", _memory),
    Part("push", ("push-",), "Push, against PouchDB", _push),
    Part("pull", ("pull-",), "Pull, against PouchDB", _pull),
    Part("server", ("server-",), "The server under twenty tablets", _server),
    Part("flat", ("flat-",), "Growing a history", _flat),
    Part("screens", ("screen-",), "Screens, in Chromium", _screens),
    Part("glance-large", ("glance-100k", "glance-again-100k"), "The same of 100 k records", _glance_large,
         True),
    Part("first", ("first-",), "First sync of 100 k records", _first, True),
    Part("unlock-large", ("unlock-100k", "rebuild-100k"), "Unlocking 100 k records", _unlock_large, True),
    Part("board", ("board-",), "The supervisor's board over 100 k records", _board, True),
)


async def measure(run: Run, wanted: Collection[str] = ()) -> list[Row | NotRun]:
    """Every row in the order of the table. wanted: names of parts; empty for all."""
    found: dict[str, Row | NotRun] = {}
    for part in PARTS:
        why = _why_not(part, run, wanted)
        if not why:
            run.say(f"{part.says} ...")
            try:
                found |= {row.bar.key: row for row in await part.work(run)}
            except (NoNode, CannotRun) as error:
                why = str(error)
                run.say(f"  not run: {why}")
            except Exception as error:  # one part that fails does not cost the others their numbers
                traceback.print_exc()
                why = f"it failed ({type(error).__name__})"
        for key in part.bars:
            found.setdefault(key, NotRun(bar(key), why or "not measured"))
    return [found.get(one.key, NotRun(one, "no part measures it")) for one in BARS]


def _why_not(part: Part, run: Run, wanted: Collection[str]) -> str:
    if wanted and part.name not in wanted:
        return "not asked for"
    if part.large and not run.large:
        return "only with --large"
    return ""
