"""The bytes of a hand-over file: exact, and refused when anything of them is not as it was written."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.errors import BundleInvalid, NewerBundle
from app.store.vault import Vault
from app.sync.bundle import Bundle, collect, operations_of, read_bundle, write_bundle
from app.wraparound.records import Strength
from tests.fakes.agency import FakeAgency, FakeFamily, outgoing, record_id


@pytest.fixture
async def giver(tmp_path: Path) -> AsyncIterator[tuple[FakeAgency, FakeFamily, Vault]]:
    agency = FakeAgency(3)
    family = agency.family(opener=1, members=[0])
    vault = await agency.vault(1, tmp_path / "giver", [family])
    await vault.commit([family.change(Strength.TYPE, record_id(1), {"text": "sings"})])
    yield agency, family, vault
    await vault.close()


async def test_a_file_says_again_what_was_put_in(giver: tuple[FakeAgency, FakeFamily, Vault]) -> None:
    agency, family, vault = giver
    made = await collect(vault, None, everything=False)
    assert list(made.control) == [agency.id, family.stream]
    assert made.control[agency.id] == agency.ops
    assert operations_of(made.segments[family.stream]) == 1
    assert read_bundle(write_bundle(made)) == made


async def test_only_what_the_server_lacks_goes_in_unless_everything_is_asked_for(
    giver: tuple[FakeAgency, FakeFamily, Vault],
) -> None:
    _, family, vault = giver
    await outgoing(vault, family.stream)  # acknowledged
    await vault.commit([family.change(Strength.TYPE, record_id(2), {"text": "draws"})])
    new = await collect(vault, None, everything=False)
    whole = await collect(vault, None, everything=True)
    assert operations_of(new.segments[family.stream]) == 1
    assert operations_of(whole.segments[family.stream]) == 2


async def test_a_family_that_was_not_asked_for_stays_out(
    giver: tuple[FakeAgency, FakeFamily, Vault],
) -> None:
    agency, family, vault = giver
    made = await collect(vault, frozenset(), everything=True)
    assert made.streams == (agency.id,)
    assert family.stream.hex().encode() not in write_bundle(made).hex().encode()


async def test_nothing_a_person_typed_can_be_read_in_the_file(
    giver: tuple[FakeAgency, FakeFamily, Vault],
) -> None:
    _, family, vault = giver
    await vault.commit([family.change(Strength.TYPE, record_id(3), {"text": "Xylophone on Sundays"})])
    raw = write_bundle(await collect(vault, None, everything=True))
    assert b"Xylophone" not in raw
    assert b"sings" not in raw


async def test_every_flipped_byte_and_every_shorter_file_is_refused(
    giver: tuple[FakeAgency, FakeFamily, Vault],
) -> None:
    _, _, vault = giver
    raw = write_bundle(await collect(vault, None, everything=True))
    for at in range(len(raw)):
        bent = raw[:at] + bytes([raw[at] ^ 0x40]) + raw[at + 1 :]
        with pytest.raises((BundleInvalid, NewerBundle)):
            read_bundle(bent)
    for size in range(len(raw)):
        with pytest.raises(BundleInvalid):
            read_bundle(raw[:size])
    with pytest.raises(BundleInvalid):
        read_bundle(raw + b"\0")


@pytest.mark.parametrize("junk", [b"", b"KTBUNDLE", b"PK\x03\x04" + bytes(40), os.urandom(200)])
def test_another_kind_of_file_is_refused(junk: bytes) -> None:
    with pytest.raises(BundleInvalid):
        read_bundle(junk)


def test_a_file_of_a_newer_version_asks_for_an_update() -> None:
    raw = bytearray(write_bundle(Bundle()))
    raw[8] = 2
    with pytest.raises(NewerBundle):
        read_bundle(bytes(raw))


def test_a_file_that_claims_a_huge_piece_is_refused_before_it_is_read() -> None:
    raw = write_bundle(Bundle())[:9] + b"\x02\xff\xff\xff\xff"
    with pytest.raises(BundleInvalid, match="damaged"):
        read_bundle(raw)


async def test_own_words_that_a_file_brings_back_are_still_to_be_sent(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    vault = await agency.vault(1, tmp_path / "home", [family])
    await vault.commit([family.change(Strength.TYPE, record_id(1), {"text": "sings"})])
    await outgoing(vault, family.stream)
    await vault.close()
    shutil.copytree(tmp_path / "home", tmp_path / "older")
    vault = await agency.vault(1, tmp_path / "home")
    await vault.commit([family.change(Strength.TYPE, record_id(2), {"text": "draws"})])
    file = await collect(vault, None, everything=True)
    await vault.close()
    older = await agency.vault(1, tmp_path / "older")
    await older.receive_carried(family.stream, file.segments[family.stream])
    (chain,) = await older.own_chains()
    assert (chain.last, chain.acked) == (2, 1)
    assert await older.carried() == []
    await older.close()
