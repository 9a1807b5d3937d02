"""The vault: saved is saved, two tablets agree, a locked vault holds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import ChangeRefused, HomeInUse, StoreFailed, StoreLocked
from app.store.vault import Changed, Vault
from app.wraparound.records import Family, Note
from tests.fakes.agency import FakeAgency, exchange, outgoing, record_id


async def bodies(vault: Vault) -> list[str]:
    return sorted(await vault.read(lambda s: [note.body for note in s.exec(select(Note))]))


async def test_saved_note_is_there_after_reopening(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    refs = await vault.commit([family.change("note", record_id(1), {"body": "Grüße", "kind": "phone"})])
    assert [ref.dseq for ref in refs] == [1]
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    note = await vault.read(lambda s: s.get(Note, record_id(1)))
    assert note is not None and (note.body, note.kind) == ("Grüße", "phone")
    assert note.family_id == family.id
    assert note.created_by == note.updated_by == agency.members[0].person.hex()
    assert note.created_at_ms == agency.members[0].clock.now_ms()
    await vault.close()


async def test_two_tablets_agree_after_exchanging_segments(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1)
    one = await agency.vault(0, tmp_path / "a", [family])
    two = await agency.vault(1, tmp_path / "b", [family])
    await one.commit([family.change("note", record_id(1), {"body": "from one"})])
    await two.commit([family.change("note", record_id(2), {"body": "from two"})])
    await exchange(family.stream, one, two)
    assert await bodies(one) == await bodies(two) == ["from one", "from two"]
    assert await one.digest(family.stream) == await two.digest(family.stream)
    for vault in (one, two):
        await vault.close()


async def test_concurrent_values_stay_visible_until_settled(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    one = await agency.vault(0, tmp_path / "a", [family])
    two = await agency.vault(1, tmp_path / "b")
    await two.apply_control(family.stream, [family.genesis])
    await one.close()
    await two.close()
