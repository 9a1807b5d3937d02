"""The control line of a running example agency: a local socket, one JSON line each way.

Only the person who started the example may use it: the socket has mode 600 and lies in a folder of
mode 700. A socket's path may be about 100 bytes long at most, so where the state folder's path is
longer the socket lies in a fresh private folder under the system's temporary folder, and a small
file in the state folder says where.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import ExampleAgencyProblem

SOCKET_NAME = "demo.sock"
POINTER_NAME = "demo.sock.path"
LONGEST_PATH = 100
"""Bytes. Linux takes 107, others 103."""

LONGEST_LINE = 4096
ANSWER_SECONDS = 90.0
"""How long a question may take: stopping a process waits for it to end."""

NOT_RUNNING = "The example agency is not running. Start it with: make run"


@dataclass(frozen=True)
class Answer:
    """What the running example agency says to a command."""

    done: bool
    text: str


Handler = Callable[[str, str], Awaitable[Answer]]
"""Takes a verb (start, stop, status) and a name, or an empty name for all."""


class ControlLine:
    """The listening end, held by the supervising process."""

    def __init__(self, root: Path, handler: Handler) -> None:
        """root: the state folder. handler: answers each command."""
        self._root = root
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._elsewhere: Path | None = None

    async def open(self) -> None:
        """Listen. A socket left over by a killed process is replaced."""
        path = self._root / SOCKET_NAME
        if len(os.fsencode(path)) > LONGEST_PATH:
            self._elsewhere = Path(tempfile.mkdtemp(prefix="kitchentable-"))
            path = self._elsewhere / SOCKET_NAME
            (self._root / POINTER_NAME).write_text(str(path), encoding="utf-8")
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._talk, path=str(path), limit=LONGEST_LINE)
        finally:
            os.umask(before)

    async def close(self) -> None:
        """Stop listening and remove what `open` made."""
        if self._server is not None:
            self._server.close()
        (self._root / SOCKET_NAME).unlink(missing_ok=True)
        (self._root / POINTER_NAME).unlink(missing_ok=True)
        if self._elsewhere is not None:
            shutil.rmtree(self._elsewhere, ignore_errors=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            try:
                asked = json.loads(await reader.readline())
                answer = await self._handler(str(asked["verb"]), str(asked["name"]))
            except (ValueError, KeyError, TypeError):
                answer = Answer(False, "That was not understood.")
            writer.write(json.dumps({"done": answer.done, "text": answer.text}).encode() + b"\n")
            await writer.drain()
        writer.close()


def ask(root: Path, verb: str, name: str) -> Answer:
    """Send one command to the example agency that runs on this state folder.

    root: the state folder. verb: start, stop or status. name: of a process, or empty for all.
    Raises ExampleAgencyProblem when none runs.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ANSWER_SECONDS)
        try:
            line.connect(str(_address(root)))
            line.sendall(json.dumps({"verb": verb, "name": name}).encode() + b"\n")
            heard = json.loads(_read_line(line))
        except (OSError, ValueError) as error:
            raise ExampleAgencyProblem(NOT_RUNNING) from error
    return Answer(bool(heard["done"]), str(heard["text"]))


def _address(root: Path) -> Path:
    pointer = root / POINTER_NAME
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8"))
    return root / SOCKET_NAME


def _read_line(line: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"\n"):
        piece = line.recv(LONGEST_LINE)
        if not piece:
            break
        heard += piece
    return heard
