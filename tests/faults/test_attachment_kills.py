"""kill -9 while pictures are added, sent and fetched: none that was acknowledged is lost or torn."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from app.protocol.blob import parse_chunk
from tests.fakes.agency import outgoing
from tests.faults.attachment_child import open_tablet

SOAK = bool(os.environ.get("KT_SOAK"))
KILLS = 100 if SOAK else 6
pytestmark = pytest.mark.timeout(3600 if SOAK else 400)
ROOT = Path(__file__).resolve().parents[2]


def run_and_kill(home: Path, server: Path, seed: int, chance: random.Random) -> dict[str, str]:
    """Let a child work a moment; {record: digest} of the additions that had returned."""
    environment = {**os.environ, "SQLITE_TMPDIR": str(home), "TMPDIR": str(home), "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.attachment_child", str(home), str(server), str(seed)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    lines: list[str] = []
    try:
        assert child.stdout.readline() == "ready\n"
        for _ in range(chance.randrange(0, 5)):
            lines.append(child.stdout.readline())
        try:
            child.wait(chance.random() * 0.05)
        except subprocess.TimeoutExpired:
            pass
    finally:
        child.send_signal(signal.SIGKILL)
        rest, _ = child.communicate()
    # A line cut in half was not acknowledged.
    lines += rest.split("\n")[:-1]
    pairs = (line.split() for line in lines if line.strip())
    return {pair[0]: pair[1] for pair in pairs}


async def test_no_picture_that_was_added_is_lost_or_torn_by_kill_9(tmp_path: Path) -> None:
    home, server = tmp_path / "home", tmp_path / "server"
    home.mkdir()
    chance = random.Random(21)
    added: dict[str, str] = {}
    fetched = sent = 0
    for number in range(KILLS):
        added |= await asyncio.to_thread(run_and_kill, home, server, number, chance)
        vault, service, carrier, family = await open_tablet(home, server)
        assert not vault.was_salvaged
        kept = await vault.blob_states()
        folder = home / "attachments"
        files = list(folder.iterdir()) if folder.exists() else []
        assert {path.suffix for path in files} <= {".blob", ".part"}
        assert {path.stem for path in files if path.suffix == ".blob"} == {blob.hex() for blob in kept}
        views = {view.record_id: view for view in await service.of_family(family.id)}
        assert set(added) <= set(views), "an addition that was acknowledged is there"
        last = number == KILLS - 1
        for record in added if last else list(added)[-6:]:
            if views[record].state.kind == "not_here":
                await service.fetch(record)
                fetched += 1
            assert sha256(await service.content(record)).hexdigest() == added[record]
        if last:
            await outgoing(vault, family.stream)
            await carrier.run_once()
            states = [view.state.kind for view in await service.of_family(family.id)]
            assert set(states) <= {"on_server", "not_here"}
            sent = len(states)
        await vault.close()
    assert len(added) >= KILLS and fetched and sent


async def test_nothing_readable_lies_in_the_folder_after_kill_9(tmp_path: Path) -> None:
    home, server = tmp_path / "home", tmp_path / "server"
    home.mkdir()
    await asyncio.to_thread(run_and_kill, home, server, 1, random.Random(4))
    files = [path for path in (home / "attachments").iterdir() if path.suffix == ".blob"]
    assert files
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"%PDF-" not in path.read_bytes(), path.name
    for path in files:
        assert parse_chunk(path.read_bytes()[:262_256]).place.blob.hex() == path.stem
