"""The rig of the recorded disk: compiles the shim, starts the process that lives on it.

The shim needs a C compiler and Linux. Without them the tests that use it are skipped, and under
CI=true they fail: no disk was tried.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults.disk_child import Job

ROOT = Path(__file__).resolve().parents[2]
SOAK = bool(os.environ.get("KT_SOAK"))


def shim(place: Path) -> Path:
    """The compiled shim, made in `place`; skips the test where that is not possible."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        if os.environ.get("CI") == "true":
            pytest.fail("no C compiler: scripts/compiler.sh installs it")
        pytest.skip("needs Linux and a C compiler; scripts/compiler.sh installs it")
    made = place / "disk_shim.so"
    source = Path(__file__).with_name("disk_shim.c")
    flags = ("-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-ldl", "-lpthread")
    subprocess.run([compiler, "-o", str(made), str(source), *flags], check=True, capture_output=True)
    return made


@dataclass
class Ended:
    """How a life ended. said: its promises in order. calls: how many it made, when it came to the end."""

    said: list[list[Any]] = field(default_factory=list)
    killed: bool = False
    calls: int = 0
    refused: list[str] = field(default_factory=list)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it came to its end by itself
        os.kill(pid, signal.SIGKILL)


class Lives:
    """The process that lives jobs, one after another."""

    def __init__(self, library: Path, errors: Path) -> None:
        self._errors = errors
        with errors.open("ab") as beside:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.disk_child", str(library)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(library)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=beside,
                text=True,
            )

    def live(self, job: Job, seconds: float | None = None) -> Ended:
        """One life, to its end. seconds: of writing, then it is killed (kill -9)."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        ended = Ended()
        timer: threading.Timer | None = None
        while line := self._process.stdout.readline():
            said = json.loads(line)
            if isinstance(said, list):
                ended.said.append(said)
                if seconds is not None and timer is None and said[0] != "pid":  # it has begun to write
                    timer = threading.Timer(seconds, _kill, (ended.said[0][1],))
                    timer.start()
            elif "ended" in said:
                ended.calls, ended.refused = said["ended"], said["refused"]
            else:
                if timer is not None:
                    timer.cancel()
                    timer.join()
                ended.killed = os.WIFSIGNALED(said["dead"])
                assert ended.killed or said["dead"] == 0, self._errors.read_text()[-2000:]
                return ended
        raise AssertionError(self._errors.read_text()[-2000:])

    def end(self) -> None:
        """Close the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@contextmanager
def lives(place: Path) -> Iterator[Lives]:
    """A process that lives jobs; it is gone at the end."""
    running = Lives(shim(place), place / "child.errors")
    try:
        yield running
    finally:
        running.end()
