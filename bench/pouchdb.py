"""The peer that syncs: PouchDB with express-pouchdb, each a Node process of its own on loopback.

Both keep LevelDB folders on the same disk as ours. LevelDB as PouchDB uses it asks for no fsync: what
it says is written survives its process, and not a power cut. It verifies and encrypts nothing.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from .measure import cpu_of

HOME = Path(".artefacts/pouch")
"""Where scripts/pouch.sh has installed it."""
SOURCE = Path(__file__).parent / "pouch"
AS_IT_COMES = 100
"""Documents in one batch of a replication: PouchDB's own choice."""
BATCHES = (AS_IT_COMES, 1000)
"""That, and one that suits a first sync better."""


class NoNode(Exception):
    """Node, or what scripts/pouch.sh installs, is not here; str() says which."""


class PouchFailed(Exception):
    """The peer could not do what was asked."""


@dataclass(frozen=True, slots=True)
class Replicated:
    """One replication. cpu: of both processes."""

    seconds: float
    cpu: float
    docs: int


def check_node() -> None:
    """Return only when the peer can run. Raises NoNode."""
    if shutil.which("node") is None:
        raise NoNode("Node is not here")
    if not (HOME / ".installed").is_file():
        raise NoNode("PouchDB is not installed: scripts/pouch.sh")


class _Node:
    """One Node process that answers lines of JSON with lines of JSON."""

    def __init__(self, script: str, folder: Path) -> None:
        self._script = script
        self.folder = folder
        self._process: Process | None = None

    async def __aenter__(self) -> _Node:
        check_node()
        self.folder.mkdir(parents=True, exist_ok=True)
        # Node finds packages beside the script, so it runs where they are.
        script = HOME.resolve() / self._script
        shutil.copyfile(SOURCE / self._script, script)
        self._process = await asyncio.create_subprocess_exec(
            "node", str(script), str(self.folder.resolve()), stdin=PIPE, stdout=PIPE, cwd=self.folder
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._running()
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def cpu(self) -> float:
        """Processor seconds of the process so far."""
        return cpu_of(self._running().pid)

    def _running(self) -> Process:
        if self._process is None:
            raise PouchFailed("not started")
        return self._process

    async def told(self) -> dict[str, Any]:
        """The next line. Raises PouchFailed."""
        out = self._running().stdout
        line = await out.readline() if out is not None else b""
        if not line:
            raise PouchFailed("the process has ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PouchFailed(answer["error"])
        return answer

    async def ask(self, **asked: object) -> dict[str, Any]:
        """One line there, one back. Raises PouchFailed."""
        to = self._running().stdin
        if to is None:
            raise PouchFailed("not started")
        to.write(json.dumps(asked).encode() + b"\n")
        await to.drain()
        return await self.told()


class Pouch:
    """A server and a tablet of the peer. Use as a context."""

    def __init__(self, scratch: Path) -> None:
        self._server = _Node("server.js", scratch / "pouch-server")
        self._client = _Node("client.js", scratch / "pouch-client")
        self._url = ""

    async def __aenter__(self) -> Pouch:
        await self._server.__aenter__()
        self._url = f"http://127.0.0.1:{(await self._server.told())['port']}"
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)
        await self._server.__aexit__(kind, error, trace)

    async def fill(self, name: str, documents: Path) -> int:
        """Put documents (JSON lines) into the tablet's database `name`; how many there are then."""
        await self._client.ask(do="fill", db=name, **{"from": str(documents.resolve())})
        return int((await self._client.ask(do="count", db=name))["docs"])

    async def push(self, name: str, remote: str, batch: int) -> Replicated:
        """Replicate `name` to the server's database `remote`. Raises PouchFailed."""
        return await self._replicate("push", name, remote, batch)

    async def pull(self, name: str, remote: str, batch: int) -> Replicated:
        """Replicate the server's `remote` into the tablet's `name`. Raises PouchFailed."""
        return await self._replicate("pull", name, remote, batch)

    async def _replicate(self, which: str, name: str, remote: str, batch: int) -> Replicated:
        before = self._server.cpu
        answer = await self._client.ask(do=which, db=name, remote=f"{self._url}/{remote}", batch=batch)
        if answer["failed"]:
            raise PouchFailed(f"{answer['failed']} documents were refused")
        cpu = answer["cpu"] + self._server.cpu - before
        return Replicated(answer["seconds"], cpu, answer["docs"])
