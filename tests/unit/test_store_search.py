"""Search over several kinds and families, and what lists ask, whatever the number of notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import col, select

from app.store.vault import Vault
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, record_id

MANY = 230
"""More than two pages of matches."""


async def written(home: Path) -> tuple[Vault, FakeFamily, FakeFamily]:
    """Two families whose notes and people tell of Rosa, taking turns."""
    agency = FakeAgency()
    here, there = agency.family(), agency.family()
    vault = await agency.vault(0, home, (here, there))
    for number in range(MANY):
        family = (here, there)[number % 2]
        type_name, fields = ("note", {"body": f"Rosa came, {number}", "status": "signed"})
        if number % 10 in (4, 5):
            type_name, fields = "person", {"name": f"Rosa {number}"}
        await vault.commit([family.change(type_name, record_id(number), fields)])
    return vault, here, there


def order(numbers: list[int]) -> list[str]:
    """Names first, then the newest."""
    named = [number for number in numbers if number % 10 in (4, 5)]
    others = [number for number in numbers if number not in named]
    return [record_id(number) for number in (*sorted(named)[::-1], *sorted(others)[::-1])]


async def test_all_kinds_are_found_names_first_then_the_newest(tmp_path: Path) -> None:
    vault, _, _ = await written(tmp_path)
    try:
        hits = await vault.search("ros", limit=1000)
        assert [hit.record_id for hit in hits] == order(list(range(MANY)))
        some = await vault.search("ros", types=("need", "person"), limit=1000)
        assert {hit.type for hit in some} == {"person"}
        assert [hit.record_id for hit in await vault.search("ros", limit=7)] == order(list(range(MANY)))[:7]
    finally:
        await vault.close()


@pytest.mark.parametrize("types", [None, ("note",), ("note", "person")])
async def test_a_search_in_one_family_finds_nothing_of_another(
    tmp_path: Path, types: tuple[str, ...] | None
) -> None:
    vault, here, there = await written(tmp_path)
    try:
        for family, first in ((here, 0), (there, 1)):
            hits = await vault.search("rosa", types=types, family_id=family.id, limit=1000)
            theirs = [n for n in range(first, MANY, 2) if types != ("note",) or n % 10 not in (4, 5)]
            assert [hit.record_id for hit in hits] == order(theirs)
            assert {hit.family_id for hit in hits} == {family.id}
        assert await vault.search("rosa", types=types, families=[], limit=1000) == ()
    finally:
        await vault.close()


async def test_open_drafts_are_found_without_reading_all_notes(tmp_path: Path) -> None:
    vault, here, _ = await written(tmp_path)
    try:
        await vault.commit([here.change("note", record_id(9999), {"body": "to be signed"})])
        asked = select(Note.family_id, Note.written_at_ms).where(col(Note.status) == "draft")
        assert await vault.read(lambda session: session.exec(asked).all()) == [(here.id, 0)]
        plan = await vault._run(
            lambda: vault._core.memory.db.execute(
                "EXPLAIN QUERY PLAN SELECT family_id, written_at_ms FROM note WHERE status = ?", ("draft",)
            ).fetchall()
        )
        assert "kt_note_draft" in plan[0][3]
    finally:
        await vault.close()
