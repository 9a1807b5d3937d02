"""What this tablet has sent need not be asked for: the cursor follows its own words, and only those."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store.vault import Vault
from tests.fakes.agency import FakeAgency, FakeFamily, record_id


async def cursor(vault: Vault, family: FakeFamily) -> int:
    (found,) = [one.cursor for one in await vault.positions() if one.stream == family.stream]
    return found


@pytest.mark.parametrize(("seqs", "ends"), [([1, 2, 3], 3), ([2], 0), ([1, 3], 1), ([1, 1], 1), ([0], 0)])
async def test_the_cursor_follows_what_lies_next_on_the_server(
    tmp_path: Path, seqs: list[int], ends: int
) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1, members=[0])
    vault = await agency.vault(1, tmp_path, [family])
    for number, seq in enumerate(seqs, 1):
        await vault.commit([family.change("note", record_id(number), {"body": "one"})])
        (chain,) = [one for one in await vault.own_chains() if one.stream == family.stream]
        segment = await vault.segment_from(family.stream, chain.chain, chain.acked + 1)
        assert segment is not None
        await vault.acknowledge(family.stream, chain.chain, segment.last, seq)
    assert await cursor(vault, family) == ends
    await vault.close()


async def test_who_wants_its_own_words_back_does_not_pass_over_them(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1, members=[0])
    vault = await agency.vault(1, tmp_path, [family])
    await vault.commit([family.change("note", record_id(1), {"body": "one"})])
    (chain,) = [one for one in await vault.own_chains() if one.stream == family.stream]
    await vault.segment_from(family.stream, chain.chain, 1)
    # The server has another history: what it holds of the frozen chain is pulled again.
    await vault.freeze_chain(family.stream, chain.chain, 1, bytes(32))
    (fresh,) = [one for one in await vault.own_chains() if one.stream == family.stream and not one.frozen]
    segment = await vault.segment_from(family.stream, fresh.chain, 1)
    assert segment is not None
    await vault.acknowledge(family.stream, fresh.chain, segment.last, 1)
    assert await cursor(vault, family) == 0
    await vault.close()


@pytest.mark.parametrize(("room", "n"), [(None, 5), (1, 1), (100_000, 5)])
async def test_a_segment_is_cut_as_the_line_has_room_and_never_again(
    tmp_path: Path, room: int | None, n: int
) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1, members=[0])
    vault = await agency.vault(1, tmp_path, [family])
    for number in range(1, 6):
        await vault.commit([family.change("note", record_id(number), {"body": "x" * 500})])
    (chain,) = [one for one in await vault.own_chains() if one.stream == family.stream]
    first = await vault.segment_from(family.stream, chain.chain, 1, room=room)
    assert first is not None and first.last == n
    again = await vault.segment_from(family.stream, chain.chain, 1)
    assert again is not None and again.raw == first.raw
    await vault.close()
