"""What release 0.3.0 left on disks, opened with this version: also when that is cut short anywhere.

tests/data/release-0.3.0.tar.gz was made by the released code (freeze_release.py). Spec:
docs/faults.md, "Migration"; protocol.md, "Local files".
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import NewerStore, StoreError
from app.services.tablet import Tablet
from app.store import log_schema
from app.store.damage import mark_damaged
from app.store.log import LOG_NAME, Log
from app.store.log_schema import MIGRATIONS
from server.database import Database
from tests.faults.disk import SOAK, Lives, lives
from tests.faults.disk_child import Job
from tests.services.office import PASSPHRASE, Office, office, until

RELEASE = Path(__file__).resolve().parents[1] / "data" / "release-0.3.0.tar.gz"
EVERY = 1 if SOAK else 9
pytestmark = pytest.mark.timeout(1800 if SOAK else 300)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """What the release left, unpacked: homes `marisol` (killed) and `ruth` (closed), and `server`."""
    with tarfile.open(RELEASE) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with lives(tmp_path_factory.mktemp("disk")) as process:
        yield process


def expected(left: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((left / "expected.json").read_text())
    return found


def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that release 0.3.0 knew of a log or of a server's database."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {
            name: sorted(opened.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names if name in OLD and not name.startswith("sqlite_")
        }  # fmt: skip
    opened.close()
    return found


OLD = {
    "keyring", "stream", "stream_key", "control_op", "chain", "envelope", "segment", "early", "quarantine",
    "seen", "local", "member", "device", "contact", "secret", "invitation", "audit",
}  # fmt: skip
"""Its tables but `meta`, where also this version puts things."""


def whole_copy(home: Path, place: Path) -> Path:
    """A copy of a home to be harmed."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(home, place)
    return place


async def looks(tablet: Tablet, family: str) -> dict[str, Any]:
    """What expected.json tells of a tablet."""
    notes = await tablet.open.notes.of_family(family, 1000)
    return {
        "notes": sorted(note.body for note in notes),
        "signed": sorted(note.body for note in notes if note.signed_at_ms),
        "drafts": [draft.body for draft in await tablet.open.notes.drafts()],
        "unsent": await tablet.open.syncing.unsent(),
        "vision": (await tablet.open.plan.plan(family)).vision,
        "conflicts": [
            sorted(version.value for version in one.versions) for one in await tablet.open.conflicts.open()
        ],
    }


async def unlocked(place: Office, name: str) -> Tablet:
    tablet = place.tablet(name)
    await tablet.unlock(PASSPHRASE)
    return tablet


async def test_tablets_and_server_of_the_old_release_go_on_where_they_were(left: Path) -> None:
    """The unsent work of a tablet that was killed reaches the supervisor, through the old server."""
    told = expected(left)
    family = told["family"]
    async with office(left) as place:
        place.down = True
        marisol, ruth = await unlocked(place, "marisol"), await unlocked(place, "ruth")
        assert await looks(marisol, family) == told["marisol"]
        assert await looks(ruth, family) == told["ruth"]
        place.down = False

        async def settled() -> bool:
            for tablet in (marisol, ruth):
                tablet.open.syncing.now()
            there = len(await ruth.open.notes.of_family(family, 1000))
            return there == len(told["marisol"]["notes"]) and not await marisol.open.syncing.unsent()

        await until(settled)
        after = await looks(ruth, family)
        assert after["notes"] == told["marisol"]["notes"] and after["signed"] == told["marisol"]["signed"]
        assert after["conflicts"] == told["marisol"]["conflicts"]


@pytest.mark.parametrize("home", ["marisol", "ruth"])
async def test_a_migration_killed_at_any_call_begins_again(left: Path, running: Lives, home: str) -> None:
    before = rows(whole_copy(left / home, left / "copy") / LOG_NAME)
    assert len(before["envelope"]) > 20
    calls = running.live(Job(str(whole_copy(left / home, left / "copy")), "", only="log")).calls
    for call in range(1, calls + 1, EVERY):
        copy = whole_copy(left / home, left / "copy")
        ended = running.live(Job(str(copy), "", only="log", kill_at=call))
        assert ended.killed
        again = running.live(Job(str(copy), "", only="log"))
        assert again.said[-1] == ["opened"] and not again.refused, f"killed at call {call} of {calls}"
        assert rows(copy / LOG_NAME) == before
    print(f"{home}: killed at each of {calls} calls of a migration" if EVERY == 1 else "")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
async def test_a_migration_on_a_failing_disk_is_told_and_begins_again(
    left: Path, running: Lives, error: int
) -> None:
    before = rows(whole_copy(left / "marisol", left / "copy") / LOG_NAME)
    calls = running.live(Job(str(whole_copy(left / "marisol", left / "copy")), "", only="log")).calls
    for call in range(1, calls + 1, EVERY):
        for sticky in (False, True):
            copy = whole_copy(left / "marisol", left / "copy")
            job = Job(str(copy), "", only="log", fail_at=call, error=error, sticky=sticky)
            ended = running.live(job)
            assert set(ended.refused) <= {"disk_full", "store_failed"} and not ended.killed
            assert running.live(Job(str(copy), "", only="log")).said[-1] == ["opened"]
            assert rows(copy / LOG_NAME) == before, f"call {call} of {calls}"


def statements(script: str) -> list[str]:
    return [one.strip() for one in script.split(";") if one.strip()]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
async def test_a_migration_that_fails_after_any_statement_has_changed_nothing(
    left: Path, version: int
) -> None:
    """version: from which one on; each statement of the step after it is the last that runs."""
    script = statements(MIGRATIONS[version])
    before = rows(whole_copy(left / "ruth", left / "copy") / LOG_NAME)
    for last in range(len(script) + 1):
        copy = whole_copy(left / "ruth", left / "copy")

        class Connection(sqlite3.Connection):
            def executescript(self, sql: str, last: int = last) -> sqlite3.Cursor:
                for statement in statements(sql)[: 1 + last]:
                    self.execute(statement)
                raise sqlite3.OperationalError("injected")

        def connecting(path: str, kind: type[sqlite3.Connection] = Connection) -> sqlite3.Connection:
            return sqlite3.connect(path, isolation_level=None, factory=kind)

        with pytest.raises(StoreError):
            Log.open(copy, bytes, connecting)
        with sqlite3.connect(copy / LOG_NAME) as half:
            assert half.execute("PRAGMA user_version").fetchone() == (version,)
        half.close()
        Log.open(copy, bytes).close()
        assert rows(copy / LOG_NAME) == before


def test_the_frozen_homes_are_of_the_oldest_schema(left: Path) -> None:
    for home in ("marisol", "ruth"):
        with sqlite3.connect(left / home / LOG_NAME) as old:
            assert old.execute("PRAGMA user_version").fetchone() == (1,)
        old.close()


def test_a_log_of_a_later_version_is_refused_and_not_touched(
    left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Log.open(left / "ruth", bytes).close()
    before = (left / "ruth" / LOG_NAME).read_bytes()
    with monkeypatch.context() as old, pytest.raises(NewerStore):
        old.setattr(log_schema, "MIGRATIONS", MIGRATIONS[:1])
        Log.open(left / "ruth", bytes)
    assert (left / "ruth" / LOG_NAME).read_bytes() == before


@pytest.mark.parametrize("name", ["ruth", "marisol"])
@pytest.mark.parametrize("migrated", [False, True])
@pytest.mark.parametrize("where", ["header", "tables", "both", "nothing"])
async def test_a_damaged_log_of_the_old_release_is_salvaged_whole(
    left: Path, where: str, migrated: bool, name: str
) -> None:
    """What was damaged is only how the file describes itself; migrated: by this version, before."""
    told = expected(left)
    path = left / name / LOG_NAME
    if migrated:
        Log.open(left / name, bytes).close()
    raw = bytearray(path.read_bytes())
    if where in ("header", "both"):
        raw[:20] = bytes(20)
    if where in ("tables", "both"):
        raw[100:4096] = bytes(3996)
    path.write_bytes(raw)
    mark_damaged(left / name)
    async with office(left) as place:
        place.down = True
        tablet = await unlocked(place, name)
        assert await looks(tablet, told["family"]) == told[name]
        assert tablet.open.desk.vault.was_salvaged


async def test_a_server_killed_while_it_migrates_begins_again(left: Path, running: Lives) -> None:
    before = rows(left / "server" / "server.sqlite")
    assert len(before["segment"]) > 5
    calls = running.live(Job(str(whole_copy(left / "server", left / "copy")), "", only="server")).calls
    for call in range(1, calls + 1, EVERY):
        for fault in ({"kill_at": call}, {"fail_at": call, "error": errno.ENOSPC, "sticky": True}):
            copy = whole_copy(left / "server", left / "copy")
            ended = running.live(Job(str(copy), "", only="server", **fault))  # type: ignore[arg-type]
            assert ended.killed or ended.refused or ended.said[-1] == ["opened"]
            assert running.live(Job(str(copy), "", only="server")).said[-1] == ["opened"]
            assert rows(copy / "server.sqlite") == before, f"call {call} of {calls}"
    opened = Database(f"sqlite:///{left}/copy/server.sqlite", bytes, lambda: 0)
    assert opened.marker
    opened.close()
