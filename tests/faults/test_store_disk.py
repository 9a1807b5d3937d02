"""A disk that is full, fails or is damaged: told plainly, nothing half done, nothing lost."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import AppError, DiskFull, LogDamaged, NewerStore, StoreFailed, WrongKeyOrTampered
from app.store.connection import as_store_error, connect
from app.store.damage import mark_damaged
from app.store.keyfile import has_keyring, read_keyring, read_kit, write_first
from app.store.vault import Vault
from app.sync.ports import IncomingSegment
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, outgoing, record_id


class Disk:
    """A disk that can be told to fail: opens connections whose statements then raise."""

    def __init__(self) -> None:
        self.fails_on = ""
        self.code = sqlite3.SQLITE_FULL
        self.failed = 0

    def __call__(self, path: str) -> sqlite3.Connection:
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
                disk.check(sql)
                return super().execute(sql, *more)

            def executemany(self, sql: str, *more: Any) -> sqlite3.Cursor:
                disk.check(sql)
                return super().executemany(sql, *more)

        return sqlite3.connect(path, isolation_level=None, factory=Connection)

    def check(self, sql: str) -> None:
        if self.fails_on and sql.startswith(self.fails_on):
            self.failed += 1
            error = sqlite3.OperationalError("injected")
            error.sqlite_errorcode = self.code
            raise error


async def bodies(vault: Vault) -> list[str]:
    return sorted(await vault.read(lambda s: [n.body for n in s.exec(select(Note))]))


def note(family: FakeFamily, number: int) -> Any:
    return family.change("note", record_id(number), {"body": f"note {number}"})


@pytest.mark.parametrize("where", ["BEGIN", "INSERT INTO envelope", "COMMIT"])
@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_IOERR, StoreFailed),
        (sqlite3.SQLITE_IOERR | 4 << 8, StoreFailed),
        (sqlite3.SQLITE_READONLY, StoreFailed),
    ],
)
async def test_a_failing_disk_leaves_everything_as_it_was_and_the_next_save_works(
    tmp_path: Path, where: str, code: int, error: type[AppError]
) -> None:
    agency, disk = FakeAgency(), Disk()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family], connecting=disk)
    await vault.commit([note(family, 1)])
    digest = await vault.digest(family.stream)
    disk.fails_on, disk.code = where, code
    with pytest.raises(error):
        await vault.commit([note(family, 2)])
    assert disk.failed and await vault.digest(family.stream) == digest
    disk.fails_on = ""
    refs = await vault.commit([note(family, 3)])
    assert refs[0].dseq == 2 and await bodies(vault) == ["note 1", "note 3"]
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    assert await bodies(vault) == ["note 1", "note 3"] and not vault.was_salvaged
    await vault.close()


async def test_a_first_save_on_a_full_disk_works_once_there_is_room(tmp_path: Path) -> None:
    agency, disk = FakeAgency(), Disk()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family], connecting=disk)
    disk.fails_on = "COMMIT"
    with pytest.raises(DiskFull):
        await vault.commit([note(family, 1)])
    with pytest.raises(DiskFull):
        await vault.save_local("draft", "one", b"words")
    disk.fails_on = ""
    await vault.commit([note(family, 2)])
    assert [chain.last for chain in await vault.own_chains()] == [1]
    await vault.close()


async def test_a_really_full_database_is_disk_full(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    opened: list[sqlite3.Connection] = []

    def connecting(path: str) -> sqlite3.Connection:
        opened.append(connect(path))
        return opened[-1]

    vault = await agency.vault(0, tmp_path, [family], connecting=connecting)
    await vault._run(lambda: opened[0].execute("PRAGMA max_page_count=60"))
    saved = 0
    with pytest.raises(DiskFull):
        while True:
            text = os.urandom(2000).hex()
            await vault.commit([family.change("note", record_id(saved), {"body": text})])
            saved += 1
    assert saved and len(await bodies(vault)) == saved
    await vault._run(lambda: opened[0].execute("PRAGMA max_page_count=100000"))
    await vault.commit([note(family, 999)])
    assert len(await bodies(vault)) == saved + 1
    await vault.close()


async def test_receiving_on_a_full_disk_keeps_nothing_and_works_later(tmp_path: Path) -> None:
    agency, disk = FakeAgency(), Disk()
    family = agency.family(opener=1)
    one = await agency.vault(0, tmp_path / "a", [family], connecting=disk)
    two = await agency.vault(1, tmp_path / "b", [family])
    await two.commit([note(family, 1)])
    segments = await outgoing(two, family.stream)
    disk.fails_on = "COMMIT"
    with pytest.raises(DiskFull):
        await one.receive_segments(family.stream, segments, 1)
    assert await bodies(one) == [] and await one.held_chains(family.stream) == []
    disk.fails_on = ""
    await exchange(family.stream, one, two)
    assert await bodies(one) == ["note 1"]
    for vault in (one, two):
        await vault.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
async def test_an_image_that_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    await vault.commit([note(family, 1)])

    def fail(_: int) -> None:
        raise OSError(code, "injected")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(DiskFull if code == errno.ENOSPC else StoreFailed):
            await vault.save_image()
    assert not (tmp_path / "image.bin").exists() and not (tmp_path / "image.bin.tmp").exists()
    assert await vault.save_image()
    await vault.close()


async def test_memory_that_fails_after_the_log_has_committed_is_made_again(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    await vault.commit([note(family, 1)])
    broken = vault._core.memory

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("injected")

    broken.index = fail  # type: ignore[method-assign, assignment]
    refs = await vault.commit([note(family, 2)])
    assert refs[0].dseq == 2
    assert await bodies(vault) == ["note 1", "note 2"]
    assert vault._core.memory is not broken
    assert len(await vault.search("note")) == 2
    await vault.close()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB])
def test_damage_is_told_from_failure(code: int) -> None:
    error = sqlite3.DatabaseError("injected")
    error.sqlite_errorcode = code
    assert isinstance(as_store_error(error), LogDamaged)


async def home_of_notes(agency: FakeAgency, family: FakeFamily, home: Path, count: int = 60) -> None:
    write_first(home, b"wrapped keyring", b"kit", os.urandom)
    vault = await agency.vault(0, home, [family])
    for number in range(count):
        body = f"note {number:03d} " + os.urandom(200).hex()
        await vault.commit([family.change("note", record_id(number), {"body": body})])
    await vault.save_local("draft", "one", b"my draft")
    await vault.close()


async def test_a_flipped_bit_in_an_envelope_costs_that_one_and_no_other(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    await home_of_notes(agency, family, tmp_path)
    damage = sqlite3.connect(tmp_path / "log.sqlite")
    raw = bytearray(damage.execute("SELECT raw FROM envelope WHERE id = 30").fetchone()[0])
    raw[-20] ^= 1
    damage.execute("UPDATE envelope SET raw = ? WHERE id = 30", (bytes(raw),))
    damage.commit()
    damage.close()
    before = (tmp_path / "log.sqlite").read_bytes()
    vault = await agency.vault(0, tmp_path)
    assert vault.was_salvaged
    assert len(await bodies(vault)) == 59
    assert await vault.load_local("draft", "one") == b"my draft"
    assert (tmp_path / "log.damaged-1.sqlite").read_bytes() == before
    assert {p.cursor for p in await vault.positions()} == {0}
    chains = await vault.own_chains()
    assert [c.frozen for c in chains] == [True, False] and chains[1].last == 59
    await vault.commit([note(family, 500)])
    await vault.close()
    assert read_keyring(tmp_path, os.urandom) == b"wrapped keyring"
    vault = await agency.vault(0, tmp_path)
    assert len(await bodies(vault)) == 60
    await vault.close()


async def test_what_was_lost_to_damage_comes_back_from_others(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1)
    one = await agency.vault(0, tmp_path / "a", [family])
    two = await agency.vault(1, tmp_path / "b", [family])
    for number in range(10):
        await one.commit([note(family, number)])
        await two.commit([note(family, 100 + number)])
    await exchange(family.stream, one, two)
    await one.close()
    damage = sqlite3.connect(tmp_path / "a" / "log.sqlite")
    for row in (3, 12):  # one of our own, one of the other's
        raw = bytearray(damage.execute("SELECT raw FROM envelope WHERE id = ?", (row,)).fetchone()[0])
        raw[-20] ^= 1
        damage.execute("UPDATE envelope SET raw = ? WHERE id = ?", (bytes(raw), row))
    damage.commit()
    damage.close()
    one = await agency.vault(0, tmp_path / "a")
    assert one.was_salvaged
    segments: list[IncomingSegment] = []
    for chain in await two.held_chains(family.stream):
        held = await two.segment_from(family.stream, chain.chain, 1)
        assert held is not None
        segments.append(IncomingSegment(len(segments) + 1, held.raw, held.cert))
    await one.receive_segments(family.stream, segments, 9)
    assert len(await bodies(one)) == 20
    assert await one.conflicts() == ()
    for vault in (one, two):
        await vault.close()


@pytest.mark.parametrize("page", range(1, 9))
async def test_a_page_of_rubbish_never_stops_the_app_and_never_shows_rubbish(
    tmp_path: Path, page: int
) -> None:
    agency = FakeAgency()
    family = agency.family()
    await home_of_notes(agency, family, tmp_path)
    whole = await agency.vault(0, tmp_path)
    expected = set(await bodies(whole))
    await whole.close()
    raw = bytearray((tmp_path / "log.sqlite").read_bytes())
    where = page * (len(raw) // 4096 // 9) * 4096
    raw[where : where + 4096] = os.urandom(4096)
    (tmp_path / "log.sqlite").write_bytes(raw)
    try:
        vault = await agency.vault(0, tmp_path)
    except LogDamaged:
        return  # told, the original kept; nothing false is shown
    assert set(await bodies(vault)) <= expected
    await vault.close()


async def test_an_unreadable_header_is_repaired(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    await home_of_notes(agency, family, tmp_path)
    raw = bytearray((tmp_path / "log.sqlite").read_bytes())
    raw[:20] = bytes(20)
    (tmp_path / "log.sqlite").write_bytes(raw)
    vault = await agency.vault(0, tmp_path)
    assert vault.was_salvaged and len(await bodies(vault)) == 60
    await vault.close()


async def test_a_keyring_of_another_home_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    await home_of_notes(agency, family, tmp_path, 3)
    with pytest.raises(WrongKeyOrTampered):
        await agency.vault(1, tmp_path)
    vault = await agency.vault(0, tmp_path)
    assert len(await bodies(vault)) == 3 and not vault.was_salvaged
    await vault.close()


async def test_a_log_of_a_newer_app_is_left_alone(tmp_path: Path) -> None:
    agency = FakeAgency()
    await home_of_notes(agency, agency.family(), tmp_path, 1)
    newer = sqlite3.connect(tmp_path / "log.sqlite")
    newer.execute("PRAGMA user_version=99")
    newer.close()
    before = (tmp_path / "log.sqlite").read_bytes()
    with pytest.raises(NewerStore):
        await agency.vault(0, tmp_path)
    assert (tmp_path / "log.sqlite").read_bytes() == before


def test_a_home_is_none_until_something_is_set_up(tmp_path: Path) -> None:
    assert not has_keyring(tmp_path, os.urandom) and read_keyring(tmp_path, os.urandom) is None
    write_first(tmp_path, b"wrapped", b"kit", os.urandom)
    assert has_keyring(tmp_path, os.urandom) and read_keyring(tmp_path, os.urandom) == b"wrapped"
    assert read_kit(tmp_path, os.urandom) == b"kit"


async def test_a_second_page_of_a_small_table_is_read_from_its_other_end(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    write_first(tmp_path, b"wrapped keyring", b"kit", os.urandom)
    vault = await agency.vault(0, tmp_path, [family])
    for number in range(60):
        await vault.save_local("draft", f"{number}", os.urandom(400))
    await vault.close()
    with sqlite3.connect(tmp_path / "log.sqlite") as log:
        pages = [
            p for (p,) in log.execute("SELECT pageno FROM dbstat WHERE name='local' AND pagetype='leaf'")
        ]
    log.close()
    assert len(pages) > 3
    raw = bytearray((tmp_path / "log.sqlite").read_bytes())
    raw[(pages[1] - 1) * 4096 : (pages[1] - 1) * 4096 + 64] = os.urandom(64)
    (tmp_path / "log.sqlite").write_bytes(raw)
    mark_damaged(tmp_path)
    vault = await agency.vault(0, tmp_path)
    assert 40 < len(await vault.list_local("draft")) < 60
    await vault.close()


async def test_what_has_lost_its_stream_is_shown_to_nobody_until_it_is_fetched(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    await vault.commit([note(family, 1)])
    await vault.close()
    with sqlite3.connect(tmp_path / "log.sqlite") as log:
        log.execute("DELETE FROM control_op WHERE stream = ?", (family.stream,))
    log.close()
    mark_damaged(tmp_path)
    vault = await agency.vault(0, tmp_path)
    assert await bodies(vault) == []
    await vault.apply_control(family.stream, [family.genesis])
    found = await vault.read(lambda s: [(n.body, n.family_id) for n in s.exec(select(Note))])
    assert found == [("note 1", family.id)]
    await vault.close()


def test_a_keyring_that_cannot_be_read_is_read_from_its_second_place(tmp_path: Path) -> None:
    write_first(tmp_path, b"wrapped", b"kit", os.urandom)
    with sqlite3.connect(tmp_path / "log.sqlite") as log:
        pages = dict(log.execute("SELECT name, pageno FROM dbstat WHERE name IN ('keyring', 'meta')"))
    log.close()
    path = tmp_path / "log.sqlite"
    for lost in ("keyring", "meta"):
        raw = bytearray(path.read_bytes())
        raw[(pages[lost] - 1) * 4096 : (pages[lost] - 1) * 4096 + 64] = os.urandom(64)
        path.write_bytes(raw)
        before = path.read_bytes()
        assert has_keyring(tmp_path, os.urandom)
        if lost == "keyring":
            assert read_keyring(tmp_path, os.urandom) == b"wrapped"
    assert path.read_bytes() == before and not (tmp_path / "reading").exists()
    with pytest.raises(LogDamaged):
        read_keyring(tmp_path, os.urandom)
