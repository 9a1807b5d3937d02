"""The image is only an accelerator: missing, damaged or not of this log, it is made again."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import ImageUnusable
from app.store import vault as module
from app.store.image import IMAGE_NAME, Tie, read_image, write_image
from app.store.vault import Vault
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, record_id

KEY = b"k" * 32
TIE = Tie(b"s" * 16, b"l" * 16, 7, b"h" * 32, 0)


def image(home: Path, data: bytes) -> bytes:
    assert write_image(home, KEY, TIE, data, os.urandom)
    return (home / IMAGE_NAME).read_bytes()


def refused(home: Path, raw: bytes) -> None:
    (home / IMAGE_NAME).write_bytes(raw)
    with pytest.raises(ImageUnusable):
        read_image(home, KEY, TIE.schema, TIE.log_id)


@pytest.mark.parametrize("size", [0, 1, 5, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20 + 17])
def test_an_image_is_read_as_it_was_written(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    raw = image(tmp_path, data)
    tie, read = read_image(tmp_path, KEY, TIE.schema, TIE.log_id)
    assert (tie, bytes(read)) == (TIE, data)
    assert os.listdir(tmp_path) == [IMAGE_NAME]
    # Fewer bytes may stand in a sealed file by chance.
    assert size < 16 or data[:64] not in raw


def test_every_bit_flip_is_refused(tmp_path: Path) -> None:
    raw = bytearray(image(tmp_path, b"words of a family" * 3))
    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << bit % 8
        refused(tmp_path, bytes(raw))
        raw[bit // 8] ^= 1 << bit % 8


def test_every_truncation_and_one_more_byte_are_refused(tmp_path: Path) -> None:
    raw = image(tmp_path, b"words of a family" * 3)
    for size in range(len(raw)):
        refused(tmp_path, raw[:size])
    refused(tmp_path, raw + b"\0")


def test_chunks_cannot_be_dropped_swapped_or_repeated(tmp_path: Path) -> None:
    raw = image(tmp_path, os.urandom(3 * 2**20))
    step, head = 2**20 + 16, len(raw) - 3 * (2**20 + 16)
    chunks = [raw[head + n * step : head + (n + 1) * step] for n in range(3)]
    for order in ([0, 1], [0], [1, 0, 2], [0, 1, 1], [0, 1, 2, 2], [2, 1, 0], [0, 2]):
        refused(tmp_path, raw[:head] + b"".join(chunks[n] for n in order))


def test_an_image_of_another_log_schema_or_key_is_refused(tmp_path: Path) -> None:
    image(tmp_path, b"data")
    for key, schema, log_id in (
        (b"x" * 32, TIE.schema, TIE.log_id),
        (KEY, b"x" * 16, TIE.log_id),
        (KEY, TIE.schema, b"x" * 16),
    ):
        with pytest.raises(ImageUnusable):
            read_image(tmp_path, key, schema, log_id)


def test_giving_up_in_the_middle_leaves_the_old_image(tmp_path: Path) -> None:
    before = image(tmp_path, b"old")
    assert not write_image(tmp_path, KEY, TIE, b"new" * 2**20, os.urandom, lambda: True)
    assert (tmp_path / IMAGE_NAME).read_bytes() == before
    assert os.listdir(tmp_path) == [IMAGE_NAME]


async def count(vault: Vault) -> int:
    return await vault.read(lambda s: len(s.exec(select(Note)).all()))


async def home_with_image(agency: FakeAgency, family: FakeFamily, home: Path) -> bytes:
    vault = await agency.vault(0, home, [family])
    for number in range(5):
        await vault.commit([family.change("note", record_id(number), {"body": f"note {number}"})])
    assert await vault.save_image()
    await vault.commit([family.change("note", record_id(9), {"body": "after the image"})])
    digest = await vault.digest(family.stream)
    await vault.close()
    return digest


async def test_the_image_and_the_tail_of_the_log_are_the_whole(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    digest = await home_with_image(agency, family, tmp_path)
    vault = await agency.vault(0, tmp_path)
    assert vault.rebuilt_for == ""
    assert await vault.digest(family.stream) == digest and await count(vault) == 6
    assert len(await vault.search("after")) == 1 and len(await vault.search("note")) == 5
    await vault.close()


@pytest.mark.parametrize("harm", ["missing", "flipped", "short", "ahead", "older schema"])
async def test_a_useless_image_is_made_again_from_the_log(tmp_path: Path, harm: str) -> None:
    agency = FakeAgency()
    family = agency.family()
    digest = await home_with_image(agency, family, tmp_path)
    path = tmp_path / IMAGE_NAME
    raw = bytearray(path.read_bytes())
    if harm == "missing":
        path.unlink()
    elif harm == "flipped":
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
    elif harm == "short":
        path.write_bytes(raw[:-1])
    elif harm == "ahead":
        # A log restored from an older copy, which then went another way.
        for _ in range(3):
            _forget_last_row(tmp_path / "log.sqlite")
        path.unlink()
        vault = await agency.vault(0, tmp_path)
        for number in (20, 21, 22):
            await vault.commit([family.change("note", record_id(number), {"body": "other"})])
        digest = await vault.digest(family.stream)
        await vault.close()
        path.write_bytes(raw)
    else:
        raw[10] ^= 1
        path.write_bytes(raw)
    vault = await agency.vault(0, tmp_path)
    assert vault.rebuilt_for != ""
    assert await vault.digest(family.stream) == digest and await count(vault) == 6
    await vault.close()


def _forget_last_row(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM envelope WHERE id = (SELECT MAX(id) FROM envelope)")
    connection.commit()
    connection.close()


async def test_quarantine_after_the_image_makes_it_useless(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    await home_with_image(agency, family, tmp_path)
    vault = await agency.vault(0, tmp_path)
    chain = (await vault.own_chains())[0]
    await vault.freeze_chain(family.stream, chain.chain, 3, b"x" * 32)
    digest = await vault.digest(family.stream)
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    assert vault.rebuilt_for != "" and await vault.digest(family.stream) == digest
    assert await count(vault) == 6
    await vault.close()


async def test_the_image_is_written_after_a_quiet_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IMAGE_TAIL", 3)
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    for number in range(4):
        await vault.commit([family.change("note", record_id(number), {"body": "x"})])
    async with asyncio.timeout(20):
        while not (tmp_path / IMAGE_NAME).exists():
            await vault.read(lambda s: None)
            await asyncio.sleep(0)
    await vault.close()
