"""Several changes of one record in one action: each has seen the ones before it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlmodel import select

from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, record_id


async def test_what_is_written_and_deleted_in_one_action_is_gone(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, (family,))
    note, other = record_id(1), record_id(2)
    try:
        await vault.commit(
            [
                family.change("note", note, {"body": "written by mistake"}),
                family.change("note", other, {"body": "it stays"}),
                family.change("note", note, {}, delete=True),
            ]
        )
        assert [row.id for row in await vault.read(lambda s: s.exec(select(Note)).all())] == [other]
    finally:
        await vault.close()


async def test_an_image_asked_for_while_another_is_written_comes_after_it(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, (family,))
    try:
        await vault.commit([family.change("note", record_id(1), {"body": "kept"})])
        assert await asyncio.gather(*(vault.save_image() for _ in range(4))) == [True] * 4
    finally:
        await vault.close()
    again = await agency.vault(0, tmp_path, (family,))
    assert again.rebuilt_for == ""
    await again.close()
