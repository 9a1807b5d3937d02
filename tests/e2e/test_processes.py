"""The command line for real: homes and ports that are taken, and the example agency's supervisor."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.harness import ROOT, START_SECONDS, Agency, free_port, wait_until


def kitchentable(*argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app", *argv], cwd=ROOT, env={**os.environ, **environ},
        capture_output=True, text=True, timeout=START_SECONDS, check=False,
    )  # fmt: skip


@contextmanager
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_second_process_on_the_same_home_says_so_and_leaves(example: Agency) -> None:
    done = kitchentable("app", "--home", str(example.home("coordinator")), "--port", str(free_port()))
    assert done.returncode == 4
    assert "already open" in done.stderr
    assert "Traceback" not in done.stderr
    assert example.tablet("coordinator").running


def test_a_tablet_names_the_port_that_is_taken(tmp_path: Path) -> None:
    with taken_port() as port:
        done = kitchentable("app", "--home", str(tmp_path / "home"), "--port", str(port))
    assert done.returncode == 3
    assert str(port) in done.stderr and "Traceback" not in done.stderr


class Demo:
    """`kitchentable demo` in a terminal of its own."""

    def __init__(self, root: Path) -> None:
        self.ports = {name: free_port() for name in ("server", "coordinator", "supervisor")}
        self.environ = {
            **os.environ, "KT_HOME": str(root), "PYTHONUNBUFFERED": "1",
            **{f"KT_{name.upper()}_PORT": str(port) for name, port in self.ports.items()},
        }  # fmt: skip
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo"], cwd=ROOT, env=self.environ,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def says(self, words: str) -> bool:
        return words in "".join(self.lines)

    def answers(self, name: str) -> bool:
        path = "/v1/health" if name == "server" else "/ready"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", "demo", *words], cwd=ROOT, env=self.environ,
            capture_output=True, text=True, timeout=START_SECONDS, check=False,
        )  # fmt: skip

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=START_SECONDS)
        self._reading.join(timeout=5)
        return code


@pytest.fixture
def demo(example_folder: Path, tmp_path: Path) -> Iterator[Demo]:
    root = tmp_path / "state"
    shutil.copytree(example_folder, root)
    running = Demo(root)
    try:
        wait_until(lambda: running.says("Ctrl-C stops it."), "the example runs", 2 * START_SECONDS)
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_the_example_agency_in_one_terminal(demo: Demo) -> None:
    said = "".join(demo.lines)
    for name in ("coordinator", "supervisor", "server"):
        assert f"http://127.0.0.1:{demo.ports[name]}" in said
    assert "kitchen table example" in said
    assert all(map(demo.answers, demo.ports))

    # The server can be stopped and started; the tablets go on.
    done = demo.ask("stop", "server")
    assert (done.returncode, done.stdout) == (0, "The central server is stopped.\n")
    assert [demo.answers(name) for name in ("server", "coordinator", "supervisor")] == [False, True, True]
    assert "server       stopped" in demo.ask("status").stdout
    done = demo.ask("start", "server")
    assert done.returncode == 0 and demo.answers("server")

    # A child that dies is named, the others go on, and it can be started again.
    os.kill(pid_on(demo.ports["supervisor"]), signal.SIGKILL)
    wait_until(lambda: demo.says("The supervisor's tablet stopped by itself (exit code -9)."), "it is named")
    assert [demo.answers(name) for name in ("server", "coordinator")] == [True, True]
    assert demo.ask("start", "supervisor").returncode == 0
    assert demo.answers("supervisor")

    # A second one in another terminal is refused with its own code.
    again = demo.ask()
    assert again.returncode == 5 and "already running in another terminal" in again.stderr

    assert demo.end() == 0
    assert demo.says("Stopped.")
    assert not any(map(demo.answers, demo.ports))


def test_a_busy_port_is_named_before_anything_starts(example_folder: Path) -> None:
    with taken_port() as port:
        done = kitchentable(
            "demo", KT_HOME=str(example_folder), KT_SERVER_PORT=str(free_port()),
            KT_COORDINATOR_PORT=str(port), KT_SUPERVISOR_PORT=str(free_port()),
        )  # fmt: skip
    assert done.returncode == 3
    assert str(port) in done.stderr and "coordinator's tablet" in done.stderr


def pid_on(port: int) -> int:
    """The process that listens on a port of this machine (Linux: /proc)."""
    wanted = f"0100007F:{port:04X}"
    inodes = {
        line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1] == wanted and line.split()[3] == "0A"
    }  # fmt: skip
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(link) in {f"socket:[{inode}]" for inode in inodes}
                   for link in (folder / "fd").iterdir()):
                return int(folder.name)
        except OSError:
            continue
    raise AssertionError(f"nobody listens on {port}")
