"""The example agency as a caseload: a home with a log and an image, and its rows for the peers.

Both sides get the same writes in the same order. Ours is what a supervisor's tablet has received
from a coordinator's, with real keys and signatures; a peer gets finished rows and words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.demo.content import ExampleFamily, ExampleRecord, Size, generate
from app.protocol.ids import singleton_id
from app.store.catalogue import Kind, catalogue
from app.store.memory import Memory
from app.store.vault import Vault
from app.sync.ports import IncomingSegment
from app.wraparound.records import RECORD_TYPES
from tests.fakes.agency import FakeAgency, FakeFamily, outgoing
from tests.fakes.clock import FakeClock

SEED = 7
BATCH = 100
"""Writes in one commit of the coordinator who wrote the caseload."""
READER, AUTHOR = 0, 1
"""Members of the fake agency: the supervisor receives what the coordinator has written."""

Statement = tuple[str, list[tuple[Any, ...]]]
"""SQL and the rows it is prepared for."""


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One write as a finished row. words: what the index holds after it; before: and until then."""

    rid: int
    kind: Kind
    row: tuple[Any, ...]
    words: tuple[str, str] | None
    before: tuple[str, str] | None


@dataclass(frozen=True)
class Caseload:
    """A whole caseload on both sides' terms."""

    agency: FakeAgency
    families: tuple[FakeFamily, ...]
    segments: tuple[tuple[FakeFamily, list[IncomingSegment]], ...]
    writes: tuple[RowWrite, ...]

    @property
    def records(self) -> int:
        """How many operations it takes to write it."""
        return len(self.writes)

    async def vault(self, home: Path) -> Vault:
        """The reader's vault in `home`, knowing agency and families; made when missing."""
        return await self.agency.vault(READER, home, self.families)

    async def receive(self, vault: Vault) -> None:
        """Take every segment in: verified, durable, and found by a search afterwards."""
        for family, segments in self.segments:
            await vault.receive_segments(family.stream, segments, len(segments))
        # An index that is brought up to date by the first search has to be paid for here.
        await vault.search("kitchen", limit=1)


def invented(records: int) -> tuple[ExampleFamily, ...]:
    """The example agency's families with `records` writes: notes, plans, people, meetings, edits."""
    today = datetime.fromtimestamp(FakeClock().now_ms() / 1000, UTC).date()
    return generate(SEED, today, Size.caseload(records=records), UTC).families


def even_notes(families: Sequence[ExampleFamily], count: int, size: int) -> tuple[ExampleFamily, ...]:
    """`count` different notes of `size` bytes in the same families, cut from their own prose."""
    samples = [
        [record for record in family.records if record.type == "note" and len(record.fields) > 5]
        for family in families
    ]
    bodies = slices(" ".join(str(r.fields.get("body", "")) for some in samples for r in some), count, size)
    notes: list[list[ExampleRecord]] = [[] for _ in families]
    for number, body in enumerate(bodies):
        place = number % len(families)
        sample = samples[place][len(notes[place]) % len(samples[place])]
        fields = {**sample.fields, "body": body}
        notes[place].append(replace(sample, id=f"{number:032x}", fields=fields))
    return tuple(
        replace(family, records=tuple(some)) for family, some in zip(families, notes, strict=True)
    )


def slices(prose: str, count: int, size: int) -> list[str]:
    """`count` different pieces of `size` bytes of some text, spread over all of it."""
    plain = prose.encode("ascii", "ignore").decode()
    step = max(1, (len(plain) - size) // count)
    return [plain[start * step : start * step + size] for start in range(count)]


async def write_caseload(families: Sequence[ExampleFamily], scratch: Path) -> Caseload:
    """Let a coordinator's vault (in `scratch`) write these families' records."""
    content = tuple(families)
    agency = FakeAgency()
    teams = tuple(agency.family(opener=AUTHOR, members=[READER]) for _ in content)
    vault = await agency.vault(AUTHOR, scratch, teams)
    segments: list[tuple[FakeFamily, list[IncomingSegment]]] = []
    try:
        for family, example in zip(teams, content, strict=True):
            changes = [
                family.change(record.type, _id(family, record.type, record.id), record.fields)
                for record in example.records
            ]
            for start in range(0, len(changes), BATCH):
                await vault.commit(changes[start : start + BATCH])
            segments.append((family, await outgoing(vault, family.stream)))
    finally:
        await vault.close()
    author = agency.members[AUTHOR].person.hex()
    writes = tuple(row_writes(list(zip(teams, content, strict=True)), author))
    return Caseload(agency, teams, tuple(segments), writes)


def _id(family: FakeFamily, type_name: str, record: str) -> str:
    return record or singleton_id(family.stream, type_name).hex()


def row_writes(families: Sequence[tuple[FakeFamily, ExampleFamily]], author: str) -> Iterator[RowWrite]:
    """Every write as the row it leads to; row numbers as the app's own memory gives them."""
    kinds = catalogue(RECORD_TYPES)
    now = FakeClock().now_ms()
    known: dict[tuple[str, str], tuple[int, list[Any]]] = {}
    for family, example in families:
        for record in example.records:
            kind, name = kinds[record.type], _id(family, record.type, record.id)
            before = None
            if (record.type, name) in known:
                rid, row = known[record.type, name]
                before = kind.document(row)
            else:
                rid, row = len(known) + 1, list(kind.blank)
                row[:7] = [name, family.id, family.stream.hex(), now, now, author, author]
                known[record.type, name] = rid, row
            for field, value in record.fields.items():
                row[kind.position[field]] = kind.encode[field](value)
            yield RowWrite(rid, kind, tuple(row), kind.document(row), before)


def schema() -> list[str]:
    """The tables, indexes and word index of the app's memory, without its bookkeeping."""
    memory = Memory(RECORD_TYPES)
    try:
        found = memory.db.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return [sql for name, table, sql in found if name == "kt_search" or not table.startswith("kt_")]
    finally:
        memory.close()


def batches(writes: Sequence[RowWrite], size: int) -> list[list[Statement]]:
    """The writes as transactions of `size`, each the fewest prepared statements that do it.

    Within one transaction a later write of a record takes the place of an earlier one.
    """
    found: list[list[Statement]] = []
    for start in range(0, len(writes), size):
        last: dict[int, RowWrite] = {}
        for write in writes[start : start + size]:
            earlier = last.get(write.rid)
            before = earlier.before if earlier else write.before
            last[write.rid] = RowWrite(write.rid, write.kind, write.row, write.words, before)
        found.append(_statements(list(last.values())))
    return found


def _statements(writes: Sequence[RowWrite]) -> list[Statement]:
    by_kind: dict[str, list[RowWrite]] = {}
    for write in writes:
        by_kind.setdefault(write.kind.type, []).append(write)
    statements: list[Statement] = [
        (upsert(some[0].kind), [(write.rid, *write.row) for write in some]) for some in by_kind.values()
    ]
    changed = [write for write in writes if write.words != write.before]
    gone = [(w.rid, *w.before) for w in changed if w.before is not None]
    new = [(w.rid, *w.words) for w in changed if w.words is not None]
    if gone:
        statements.append((UNINDEX, gone))
    if new:
        statements.append((INDEX, new))
    return statements


INDEX = "INSERT INTO kt_search (rowid, title, body) VALUES (?, ?, ?)"
UNINDEX = "INSERT INTO kt_search (kt_search, rowid, title, body) VALUES ('delete', ?, ?, ?)"


def upsert(kind: Kind) -> str:
    """Insert or replace a row whose row number is that of its words in the index."""
    columns = ", ".join(f'"{name}"' for name in ("rowid", *kind.columns))
    kept = ", ".join(f'"{name}" = excluded."{name}"' for name in kind.columns[3:])
    marks = ", ".join("?" * (len(kind.columns) + 1))
    return f'INSERT INTO "{kind.table}" ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {kept}'
