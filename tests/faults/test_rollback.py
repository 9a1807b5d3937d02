"""A tablet's files put back to an older state, and a tablet copied: detected, told, nothing lost.

Spec: docs/faults.md, "Older files, and copies"; protocol.md, "Envelope v1" (fork).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.store.notices import OWN_FORK
from app.sync.doubt import RECEIPTS_EVERY
from tests.faults.ring import Ring, Tab, ring


async def yesterday(place: Ring, *, image: bool = False) -> Tab:
    """A tablet that has sent five notes; its files are kept as `yesterday`; then five more are sent."""
    tab = await place.tab()
    for number in range(5):
        await tab.write(number)
    await tab.rounds(2)
    if image:
        assert await tab.vault.save_image()
    await tab.close()
    place.copy_home("member1", "yesterday")
    tab = await place.tab()
    for number in range(5, 10):
        await tab.write(number)
    if image:
        assert await tab.vault.save_image()
    await tab.rounds(2)
    return tab


TEN = [f"note {number}" for number in range(10)]


def given_out(place: Ring) -> dict[tuple[bytes, int], bytes]:
    """(chain, last dseq) → digest of every segment that the server holds."""
    with sqlite3.connect(place.root / "server" / "server.sqlite") as database:
        rows = database.execute("SELECT chain, last, digest FROM segment").fetchall()
    database.close()
    return {(chain, last): digest for chain, last, digest in rows}


@pytest.mark.parametrize("image", ["none", "older", "newer"])
async def test_older_files_are_noticed_at_the_next_contact_and_everything_comes_back(
    tmp_path: Path, image: str
) -> None:
    """image: of the same day as the log, or left over from the day after."""
    async with ring(tmp_path) as place:
        await (await yesterday(place, image=image != "none")).close()
        newer = (tmp_path / "member1" / "image.bin").read_bytes() if image == "newer" else b""
        before = given_out(place)
        place.copy_home("yesterday", "member1")
        if newer:
            (tmp_path / "member1" / "image.bin").write_bytes(newer)
        tab = await place.tab()
        assert await tab.bodies() == TEN[:5]
        await tab.rounds(1)
        assert await tab.bodies() == TEN, "what the server holds is back, before anything is written"
        assert OWN_FORK in await tab.amiss(), "and people are told"
        await tab.write(20)
        shown = await place.agreed(tab, await place.tab(0))
        assert shown == sorted([*TEN, "note 20"])
        after = given_out(place)
        assert {name: after[name] for name in before} == before, "no place was given twice"
        chains = [chain for chain in await tab.vault.own_chains() if chain.stream == place.family.stream]
        assert sorted(chain.frozen for chain in chains) == [False, True], "it writes on in a new chain"


@pytest.mark.parametrize("colleague_first", [False, True])
async def test_work_written_on_older_files_before_any_contact_is_kept_too(
    tmp_path: Path, colleague_first: bool
) -> None:
    async with ring(tmp_path) as place:
        await (await yesterday(place)).close()
        other = await place.tab(2)
        if colleague_first:
            await other.rounds(2)
            await other.write(100)
            await other.rounds(2)
        place.copy_home("yesterday", "member1")
        tab = await place.tab()
        for number in range(20, 24):
            await tab.write(number)  # the same places as notes 5 to 8, which the server holds
        await tab.close()  # and once more locked and opened before the contact
        tab = await place.tab()
        await tab.rounds(1)
        assert OWN_FORK in await tab.amiss()
        await other.write(101)
        shown = await place.agreed(tab, other, await place.tab(0))
        expected = [*TEN, *(f"note {number}" for number in range(20, 24)), "note 101"]
        assert shown == sorted([*expected, "note 100"] if colleague_first else expected)


async def test_files_are_put_back_twice(tmp_path: Path) -> None:
    async with ring(tmp_path) as place:
        await (await yesterday(place)).close()
        expected = list(TEN)
        for turn in range(2):
            place.copy_home("yesterday", "member1")
            tab = await place.tab()
            await tab.write(30 + turn)
            expected.append(f"note {30 + turn}")
            await tab.rounds(3)
            await tab.write(40 + turn)
            expected.append(f"note {40 + turn}")
            await tab.rounds(3)
            await tab.close()
        tab = await place.tab()
        assert await place.agreed(tab, await place.tab(0)) == sorted(expected)


@pytest.mark.parametrize("seed", range(3))
async def test_a_copied_tablet_and_the_one_it_was_copied_from_end_with_the_same(
    tmp_path: Path, seed: int
) -> None:
    async with ring(tmp_path) as place:
        tab = await place.tab()
        for number in range(3):
            await tab.write(number)
        if seed:
            await tab.rounds(2)
        await tab.close()
        place.copy_home("member1", "copy")
        one, two = await place.tab(), await place.tab(1, "copy")
        expected = [f"note {number}" for number in range(3)]
        for turn in range(4):
            for name, tab in ((100, one), (200, two)):
                await tab.write(name + turn)
                expected.append(f"note {name + turn}")
                if (turn + name // 100) % (seed + 1) == 0:
                    await tab.rounds(1)
        # Longer than elsewhere: a copy learns of the other's chains by asking what the server holds.
        for _ in range(3):
            await one.rounds(4)
            await two.rounds(4)
        assert await place.agreed(one, two, await place.tab(0)) == sorted(expected)
        assert OWN_FORK in await one.amiss() | await two.amiss()
        # Each knows of the other now, and asks at every contact.
        for number, writer, reader in ((500, one, two), (501, two, one)):
            await writer.write(number)
            await writer.rounds(1)
            await reader.rounds(1)
            assert f"note {number}" in await reader.bodies()
            expected.append(f"note {number}")
        # And when both go on.
        for turn in range(2):
            await one.write(300 + turn)
            await two.write(400 + turn)
            expected += [f"note {300 + turn}", f"note {400 + turn}"]
        await one.rounds(2)
        await two.rounds(2)
        assert await place.agreed(one, two) == sorted(expected)


async def test_a_tablet_that_stays_open_finds_what_a_copy_of_it_writes(tmp_path: Path) -> None:
    """It asks for its own words no more by then: the questions about receipts tell it."""
    async with ring(tmp_path) as place:
        tab = await place.tab()
        await tab.write(1)
        await tab.rounds(2)
        await tab.close()
        place.copy_home("member1", "copy")
        one, two, colleague = await place.tab(), await place.tab(1, "copy"), await place.tab(2)
        await one.write(2)
        await colleague.write(100)
        for tab in (colleague, one):
            await tab.rounds(2)
        assert "note 100" in await one.bodies()
        # In a place that the first has taken: the copy goes on in a chain of its own.
        await two.write(3)
        await two.rounds(1)
        await one.rounds(1)
        assert "note 3" not in await one.bodies()
        await one.rounds(3 * RECEIPTS_EVERY)
        assert "note 3" in await one.bodies() and OWN_FORK in await one.amiss()
