"""Every call by which a tablet changes its disk: killed there, refused there, refused from there on.

The calls are counted by the shim of the recorded disk, so none is forgotten: of the log and its
journal, the image, the migration of a new home, the moving and removing of files.
Spec: docs/faults.md, "Every call".
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disk import SOAK, Ended, Lives, lives
from tests.faults.disk_child import Job
from tests.faults.promises import Promised, opened_after

SEED, STEPS = 5, 30
EVERY = 1 if SOAK else 32
"""A soak takes every call, an ordinary run some of them, evenly."""
FAILING = 3 if SOAK else 110
TOLD = {"disk_full", "store_failed", "log_damaged", "image_unusable"}
"""Codes of what a person may be told when the disk fails."""
pytestmark = pytest.mark.timeout(7200 if SOAK else 300)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with lives(tmp_path_factory.mktemp("disk")) as process:
        yield process


class Stage:
    """Lives of the same story, each on a home of its own."""

    def __init__(self, running: Lives, place: Path) -> None:
        self.running = running
        self.place = place
        self.home = place / "home"
        whole = self.live()
        assert not whole.refused and whole.calls > STEPS
        self.calls = whole.calls

    def live(self, again: bool = False, **fault: object) -> Ended:
        """Play the story with a fault; again: on the home that is there."""
        if not again:
            shutil.rmtree(self.home, ignore_errors=True)
            self.home.mkdir()
        start = 1000 if again else 1
        job = Job(str(self.home), str(self.place / "colleague"), SEED, STEPS, start, **fault)  # type: ignore[arg-type]
        return self.running.live(job)


async def test_a_kill_at_every_call_loses_nothing(tmp_path: Path, running: Lives) -> None:
    stage = Stage(running, tmp_path)
    killed = 0
    for call in range(1, stage.calls + 1, EVERY):
        ended = stage.live(kill_at=call)
        killed += ended.killed
        promised = Promised.of(ended.said)
        assert await opened_after(stage.home, promised) == [], f"killed at call {call} of {stage.calls}"
    print(f"killed at {killed} of {stage.calls} calls")
    assert killed > stage.calls / EVERY * 0.8


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("sticky", [False, True])
async def test_a_disk_that_fails_at_every_call_is_told_and_loses_nothing(
    tmp_path: Path, running: Lives, error: int, sticky: bool
) -> None:
    """Then there is room again, and the same home goes on where it was."""
    stage = Stage(running, tmp_path)
    failed = told = 0
    for call in range(1, stage.calls + 1, FAILING):
        ended = stage.live(fail_at=call, error=error, sticky=sticky)
        assert not ended.killed, "no fault of the disk ends the app"
        assert set(ended.refused) <= TOLD, (call, ended.refused)
        failed += 1
        told += bool(ended.refused)
        promised = Promised.of(ended.said)
        more = stage.live(again=True)
        assert not more.refused and not more.killed, f"call {call}: goes on when there is room again"
        promised = Promised.of(ended.said + more.said)
        assert await opened_after(stage.home, promised) == [], f"failed at call {call} of {stage.calls}"
    print(f"errno {error} {'from' if sticky else 'at'} {failed} of {stage.calls} calls; told {told} times")
    assert told
