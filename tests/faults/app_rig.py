"""A real server process and tablets that are processes of their own, without screens."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.harness import ROOT, Machine, free_port

ANSWER_SECONDS = 120.0


class TabletProcess:
    """A tablet of `tests.faults.app_child`."""

    def __init__(self, home: Path, server: str, said: Path) -> None:
        """home: of the tablet. said: a file that takes what the process prints beside its answers."""
        with said.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.app_child", str(home), server],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(home), "SQLITE_TMPDIR": str(home)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        assert self.answer() == "ready"

    def ask(self, name: str, /, **arguments: Any) -> Any:
        """Give a command and wait for its answer."""
        self.tell(name, **arguments)
        return self.answer()

    def tell(self, name: str, /, **arguments: Any) -> None:
        """Give a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([name, arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next answer. Fails when the process has ended."""
        line = self._answers.get(timeout=ANSWER_SECONDS)
        assert line, f"the tablet's process ended with code {self.process.wait()}"
        return json.loads(line)

    def kill(self) -> list[Any]:
        """kill -9. Returns the answers nobody had asked for yet; half a line was none."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._reading.join(timeout=ANSWER_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        rest = []
        while not self._answers.empty():
            line = self._answers.get()
            if line.endswith("\n"):
                rest.append(json.loads(line))
        return rest

    def _read(self) -> None:
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            self._answers.put(line)
        self._answers.put("")


class Place:
    """A server and the homes of two people: `ruth` has started the agency, `marisol` has joined it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        port = free_port()
        self.server = Machine(
            "server", ("-m", "app", "server", "--data", str(root / "server"), "--port", str(port)),
            port, "/v1/health", root / "server.out",
        )  # fmt: skip
        self._tablets: list[TabletProcess] = []

    def tablet(self, name: str) -> TabletProcess:
        """Start the tablet of one person."""
        self._tablets.append(TabletProcess(self.root / name, self.server.address, self.root / f"{name}.out"))
        return self._tablets[-1]

    def end(self) -> None:
        """Kill the tablets that still run and stop the server."""
        for tablet in self._tablets:
            tablet.kill()
        self.server.stop()

    def found(self, words: dict[str, str], passphrase: str) -> tuple[TabletProcess, TabletProcess, list[str]]:
        """Both tablets, open, and every secret that was shown on a screen.

        words: agency, names and titles.
        """
        ruth, marisol = self.tablet("ruth"), self.tablet("marisol")
        made = ruth.ask(
            "start", agency=words["agency"], name=words["ruth"], title=words["title"], passphrase=passphrase
        )
        code = ruth.ask("invite", name=words["marisol"], title=words["title"])
        kit = marisol.ask("join", code=code, passphrase=passphrase)
        ruth.ask("admit")
        marisol.ask("arrive")
        return ruth, marisol, [" ".join(made["seed"]), " ".join(made["kit"]), " ".join(kit), code]


@contextmanager
def place(root: Path) -> Iterator[Place]:
    """A place whose server runs; all its processes are gone at the end."""
    here = Place(root)
    here.server.start()
    try:
        yield here
    finally:
        here.end()
