"""Whoever holds the files of a tablet changes nothing unnoticed: 0 accepted.

The links between rows find damage; they are no secret, so an attacker can make them again. Then the
seals find it. What nobody can find from the files alone is that all of them are older than they were.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from sqlmodel import select

from app.errors import AppError, LogDamaged
from app.store.image import IMAGE_NAME
from app.store.log import LOG_NAME, Log, Tail
from app.store.vault import Vault
from app.wraparound.records import Note
from tests.attack import trials
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, record_id
from tests.fakes.clock import FakeRandom

CELLS = {
    "envelope": "raw",
    "chain": "cert",
    "chain key": "sealed_key",
    "segment": "tail",
    "control_op": "raw",
    "stream_key": "sealed",
    "local": "sealed",
    "meta": "value",
}

Shown = list[tuple[str, str, str]]
OLDER = (record_id(0), "mine 0")
"""What a note said before its last change: shown again when that change is set aside."""


async def shown(vault: Vault) -> Shown:
    return sorted(
        await vault.read(lambda s: [(n.id, n.body, n.created_by) for n in s.exec(select(Note))])
    )


async def written(home: Path) -> tuple[FakeAgency, FakeFamily, Shown]:
    """A home with words of its own and of a colleague, and all that it shows."""
    agency = FakeAgency(size=2)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(0, home, [family])
    two = await agency.vault(1, home.with_name("other"), [family])
    for number in range(4):
        await one.commit([family.change("note", record_id(number), {"body": f"mine {number}"})])
        await two.commit([family.change("note", record_id(number + 10), {"body": f"hers {number}"})])
    await exchange(family.stream, one, two)
    await one.commit([family.change("note", record_id(0), {"body": "not sent yet"})])
    await one.save_local("draft", "note-1", b"half a thought")
    known = await shown(one)
    await one.close()
    await two.close()
    return agency, family, known


def test_every_flipped_bit_of_a_row_is_found_on_reading(tmp_path: Path) -> None:
    log = Log.open(tmp_path, FakeRandom("log"))
    with log.writing():
        chain = log.add_chain(b"s" * 16, b"c" * 16, b"certificate")
        log.append([(chain.idx, n, bytes([n]) * 200) for n in (1, 2, 3)])
    for row in (1, 2, 3):
        raw = bytes([row]) * 200
        for changed in trials.flips(raw, every=row == 2):
            with log.writing():
                log._db.execute("UPDATE envelope SET raw = ? WHERE id = ?", (changed, row))
                with pytest.raises(LogDamaged):
                    list(log.read(Tail(0, bytes(32))))
                log._db.execute("UPDATE envelope SET raw = ? WHERE id = ?", (raw, row))
    assert [len(page) for page in log.read(Tail(0, bytes(32)))] == [3]
    log.close()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM envelope WHERE id = 2",
        "UPDATE envelope SET id = 9 WHERE id = 2",
        "UPDATE envelope SET link = zeroblob(32) WHERE id = 2",
        "UPDATE envelope SET raw = (SELECT raw FROM envelope WHERE id = 1) WHERE id = 2",
    ],
)
def test_a_row_taken_out_moved_or_repeated_is_found_on_reading(tmp_path: Path, harm: str) -> None:
    log = Log.open(tmp_path, FakeRandom("log"))
    with log.writing():
        chain = log.add_chain(b"s" * 16, b"c" * 16, b"certificate")
        log.append([(chain.idx, n, bytes([n]) * 200) for n in (1, 2, 3)])
        log._db.execute(harm)
    with pytest.raises(LogDamaged):
        list(log.read(Tail(0, bytes(32))))
    log.close()


def relink(db: sqlite3.Connection) -> None:
    """Make every link again, as anybody can."""
    link = bytes(32)
    for row, raw in db.execute("SELECT id, raw FROM envelope ORDER BY id").fetchall():
        link = sha256(link + raw).digest()
        db.execute("UPDATE envelope SET link = ? WHERE id = ?", (link, row))


def harmed(home: Path, table: str, chance: Random, again: bool) -> bool:
    """Flip one bit of one cell; again: and make the links fit."""
    name, column = table.split()[0], CELLS[table]
    with closing(sqlite3.connect(home / LOG_NAME)) as db:
        cells = db.execute(
            f"SELECT {'key' if name == 'meta' else 'rowid'}, {column} FROM {name} WHERE {column} IS NOT NULL"
            if name in ("envelope", "chain", "meta")
            else f"SELECT {column}, {column} FROM {name}"
        ).fetchall()
        # The clock is a number of this tablet's own; a changed one is a wrong clock.
        cells = [cell for cell in cells if cell[0] != "hlc" and cell[1]]
        if not cells:
            return False
        where, value = chance.choice(cells)
        bit = chance.randrange(len(value) * 8)
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        by = {"meta": "key", "envelope": "rowid", "chain": "rowid"}.get(name, column)
        db.execute(f"UPDATE {name} SET {column} = ? WHERE {by} = ?", (bytes(changed), where))
        if again:
            relink(db)
        db.commit()
    return True


@pytest.mark.parametrize("table", list(CELLS))
@pytest.mark.timeout(1200)
async def test_a_flipped_bit_anywhere_in_the_log_shows_nothing_that_nobody_wrote(
    tmp_path: Path, table: str
) -> None:
    agency, family, known = await written(tmp_path / "home")
    chance = Random(table)
    for trial in range(trials.of(60)):
        home = tmp_path / f"trial {trial}"
        shutil.copytree(tmp_path / "home", home)
        assert harmed(home, table, chance, again=True)
        try:
            vault = await agency.vault(0, home)
        except AppError:
            continue  # nothing is shown at all
        try:
            found = await shown(vault)
            assert {one[:2] for one in found} <= {one[:2] for one in known} | {OLDER}
            # Nobody's words are another's: unknown (""), at worst.
            assert {one[::2] for one in found if one[2]} <= {one[::2] for one in known}
            if table == "envelope":
                told = vault.was_salvaged or bool(await vault.quarantined())
                # The last row of a chain under another version or epoch waits for an update or a
                # key, as such rows rightly may: nothing in the file follows it yet.
                hidden = {one[0] for one in known} - {one[0] for one in found}
                assert told or found == known or len(hidden) <= 1
        finally:
            await vault.close()
        shutil.rmtree(home)


def swaps(count: int) -> Iterator[tuple[int, int]]:
    for one in range(1, count + 1):
        for other in range(one + 1, count + 1):
            yield one, other


@pytest.mark.timeout(1200)
async def test_every_two_rows_changed_for_each_other_show_nothing_else(tmp_path: Path) -> None:
    agency, family, known = await written(tmp_path / "home")
    with closing(sqlite3.connect(tmp_path / "home" / LOG_NAME)) as db:
        rows = dict(db.execute("SELECT id, raw FROM envelope"))
    for one, other in list(swaps(len(rows)))[:: 1 if trials.SOAK else 9]:
        home = tmp_path / f"{one} {other}"
        shutil.copytree(tmp_path / "home", home)
        (home / IMAGE_NAME).unlink(missing_ok=True)
        with closing(sqlite3.connect(home / LOG_NAME)) as db:
            for row, raw in ((one, rows[other]), (other, rows[one])):
                db.execute("UPDATE envelope SET raw = ? WHERE id = ?", (raw, row))
            relink(db)
            db.commit()
        try:
            vault = await agency.vault(0, home)
        except AppError:
            continue
        try:
            found = await shown(vault)
            assert {one_[:2] for one_ in found} <= {one_[:2] for one_ in known} | {OLDER}
            assert found == known or vault.was_salvaged or await vault.quarantined(), (one, other)
        finally:
            await vault.close()
        shutil.rmtree(home)


def chains(home: Path) -> dict[bytes, tuple[bytes, bool]]:
    """Chain → (certificate, whether this tablet writes it)."""
    with closing(sqlite3.connect(home / LOG_NAME)) as db:
        rows = db.execute("SELECT chain, cert, sealed_key FROM chain").fetchall()
    return {chain: (cert, sealed is not None) for chain, cert, sealed in rows}


def put_cert(home: Path, chain: bytes, cert: bytes) -> None:
    (home / IMAGE_NAME).unlink(missing_ok=True)
    with closing(sqlite3.connect(home / LOG_NAME)) as db:
        db.execute("UPDATE chain SET cert = ? WHERE chain = ?", (cert, chain))
        db.commit()


async def test_no_certificate_in_the_file_gives_a_note_to_another_author(tmp_path: Path) -> None:
    """The other's certificate, and one that names the other's device without its signature."""
    agency, family, known = await written(tmp_path / "home")
    found = chains(tmp_path / "home")
    for number, (chain, (cert, _)) in enumerate(found.items()):
        (other,) = [one for name, (one, _) in found.items() if name != chain]
        forged = cert[:65] + other[65:81] + cert[81:]
        for which, false in enumerate((other, forged, forged[:81] + other[81:])):
            home = tmp_path / f"{number} {which}"
            shutil.copytree(tmp_path / "home", home)
            put_cert(home, chain, false)
            vault = await agency.vault(0, home)
            try:
                assert vault.was_salvaged
                assert {one for one in await shown(vault) if one[2]} <= set(known)
            finally:
                await vault.close()


@pytest.mark.timeout(1200)
async def test_a_damaged_certificate_of_its_own_costs_a_tablet_no_unsent_word(tmp_path: Path) -> None:
    agency, family, known = await written(tmp_path / "home")
    for number, (chain, (cert, own)) in enumerate(chains(tmp_path / "home").items()):
        if not own:
            continue
        flipped = list(trials.flips(cert, every=True))
        for changed in flipped[:: 31 if trials.SOAK else 331]:
            home = tmp_path / "flipped"
            shutil.copytree(tmp_path / "home", home)
            put_cert(home, chain, changed)
            vault = await agency.vault(0, home, [family])
            try:
                bodies = {one[1] for one in await shown(vault)}
                assert "not sent yet" in bodies, number
                assert await vault.unsent_count() >= 1
            finally:
                await vault.close()
            shutil.rmtree(home)
