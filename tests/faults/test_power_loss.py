"""The power goes: from what a recorded disk was asked to write, everything that a cut could leave is
made and opened. Nothing promised is lost. The controls show that these images would tell.

Spec: docs/faults.md, "Power"; protocol.md, "Local files".
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disk import SOAK, Lives, lives
from tests.faults.disk_child import Job
from tests.faults.power import MODES, Disk, moments, read_trace
from tests.faults.promises import Promised, opened_after

IMAGES = 660 if SOAK else 60
TRACES = 6 if SOAK else 2
CONTROL_IMAGES = 120 if SOAK else 8
pytestmark = pytest.mark.timeout(3600 if SOAK else 300)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    with lives(tmp_path_factory.mktemp("disk")) as process:
        yield process


async def cut_power(
    running: Lives, place: Path, seed: int, images: int, *, weak: bool = False, lying: bool = False
) -> Counter[str]:
    """Record one life, cut the power at many moments; how often which promise was broken."""
    (place / "home").mkdir()
    trace = place / "trace"
    ended = running.live(
        Job(str(place / "home"), str(place / "colleague"), seed, 50, trace=str(trace), weak=weak)
    )
    assert not ended.refused and ended.calls
    calls, chance = read_trace(trace), random.Random(seed)
    disk, at = Disk(sync_counts=not lying), 0
    broken: Counter[str] = Counter()
    for number, moment in enumerate(moments(calls, images, chance)):
        while at < moment:
            disk.play(calls[at])
            at += 1
        left = place / f"left{number}"
        left.mkdir()
        disk.crash(left, MODES[number % len(MODES)], chance)
        failed = await opened_after(left, Promised.of(disk.promises), twice=SOAK or number % 4 == 0)
        broken.update({"images": 1, "with a loss": bool(failed)})
        broken.update(" ".join(word for word in one.split() if not word[0].isdigit()) for one in failed)
    return broken


@pytest.mark.parametrize("seed", range(1, TRACES + 1))
async def test_no_power_cut_loses_what_was_promised(tmp_path: Path, running: Lives, seed: int) -> None:
    broken = await cut_power(running, tmp_path, seed, IMAGES // TRACES)
    print(f"power cuts: {dict(broken)}")
    assert broken["images"] == IMAGES // TRACES and broken["with a loss"] == 0, broken


async def test_the_images_would_tell_of_a_log_that_does_not_wait_for_the_disk(
    tmp_path: Path, running: Lives
) -> None:
    broken = await cut_power(running, tmp_path, 1, CONTROL_IMAGES, weak=True)
    print(f"control, synchronous=NORMAL: {dict(broken)}")
    assert broken["with a loss"] > 0 and broken["note"] > 0, "synchronous=NORMAL must lose something"


async def test_the_images_would_tell_of_a_disk_that_lies(tmp_path: Path, running: Lives) -> None:
    """A disk whose fsync does nothing: the second control, with the code as it is."""
    broken = await cut_power(running, tmp_path, 1, CONTROL_IMAGES, lying=True)
    print(f"control, fsync ignored: {dict(broken)}")
    assert broken["with a loss"] > 0, "a disk that lies must lose something"
