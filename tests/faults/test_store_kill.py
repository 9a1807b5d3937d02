"""kill -9 at any moment: what was acknowledged is there, and nothing readable is on the disk."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import HomeInUse
from app.wraparound.records import Note, Person
from tests.fakes.agency import FakeAgency, record_id

SOAK = bool(os.environ.get("KT_SOAK"))
KILLS = 200 if SOAK else 20
CANARIES = 1000 if SOAK else 100
pytestmark = pytest.mark.timeout(3600 if SOAK else 400)
ROOT = Path(__file__).resolve().parents[2]


def run_and_kill(home: Path, start: int, commits: int, mark: str = "word", delay: float = 0) -> list[int]:
    """Let a child write `commits` times and a moment longer; the acknowledged numbers."""
    environment = {**os.environ, "SQLITE_TMPDIR": str(home), "TMPDIR": str(home), "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.store_child", str(home), str(start), mark],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    acknowledged: list[int] = []
    try:
        assert child.stdout.readline() == "ready\n"
        for _ in range(commits):
            acknowledged.append(int(child.stdout.readline()))
        try:
            child.wait(delay)
        except subprocess.TimeoutExpired:
            pass
    finally:
        child.send_signal(signal.SIGKILL)
        rest, _ = child.communicate()
    # What the pipe still holds was acknowledged too; a line cut in half was not.
    acknowledged += [int(line) for line in rest.split("\n")[:-1]]
    return acknowledged


async def test_no_acknowledged_commit_is_lost_to_kill_9(tmp_path: Path) -> None:
    agency = FakeAgency(seed="killed")
    chance = random.Random(9)
    acknowledged: set[int] = set()
    start = 1
    for _ in range(KILLS):
        more = await asyncio.to_thread(
            run_and_kill, tmp_path, start, chance.randrange(0, 12), delay=chance.random() * 0.02
        )
        acknowledged.update(more)
        start = max(acknowledged, default=0) + 1000
        vault = await agency.vault(0, tmp_path)
        assert not vault.was_salvaged
        notes = set(await vault.read(lambda s: s.exec(select(Note.id)).all()))
        people = set(await vault.read(lambda s: s.exec(select(Person.id)).all()))
        lost = [n for n in acknowledged if record_id(n) not in notes]
        assert lost == [] and len(notes) == len(people), "one action is one transaction"
        await vault.close()
    assert acknowledged


def readable(home: Path, marks: list[str]) -> Iterator[str]:
    """Places where a canary can be read in any file of the home."""
    wanted = [mark.encode(code) for mark in marks for code in ("utf-8", "utf-16-le")]
    wanted += [mark.encode().hex().encode() for mark in marks]
    for path in home.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            yield from (f"{path.name}: {mark!r}" for mark in wanted if mark in raw)


async def test_no_canary_can_be_read_while_open_after_close_or_after_kill_9(tmp_path: Path) -> None:
    agency = FakeAgency(seed="killed")
    family = agency.family()
    marks = [f"canary{n:04d}bird" for n in range(CANARIES)]
    vault = await agency.vault(0, tmp_path, [family])
    for number, mark in enumerate(marks):
        fields = {"body": f"the {mark} sings " * 3, "place": mark, "with_whom_words": mark}
        await vault.commit([family.change("note", record_id(number), fields)])
        await vault.save_local("draft", mark, mark.encode())
    await vault.search(marks[0])
    assert list(readable(tmp_path, marks)) == []
    await vault.save_image()
    assert list(readable(tmp_path, marks)) == []
    await vault.close()
    assert list(readable(tmp_path, marks)) == []
    await asyncio.to_thread(run_and_kill, tmp_path, 10_000, 20, "canaryword")
    assert list(readable(tmp_path, [*marks, "canaryword"])) == []
    names = {path.name for path in tmp_path.iterdir()}
    assert names <= {"log.sqlite", "log.sqlite-wal", "log.sqlite-shm", "image.bin", "image.bin.tmp", "lock"}


async def test_the_scan_would_find_a_canary(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"xx canary0001bird xx")
    assert list(readable(tmp_path, ["canary0001bird"])) != []


async def test_a_second_process_is_told_and_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    agency = FakeAgency(seed="killed")
    vault = await agency.vault(0, tmp_path)
    code = (
        "import asyncio,sys; from pathlib import Path; from tests.fakes.agency import FakeAgency;"
        "asyncio.run(FakeAgency(seed='killed').vault(0, Path(sys.argv[1])))"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0 and HomeInUse.__name__ in done.stderr
    await vault.close()
    await asyncio.to_thread(run_and_kill, tmp_path, 1, 1)
    vault = await agency.vault(0, tmp_path)
    await vault.close()
