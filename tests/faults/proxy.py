"""A TCP proxy that does to a connection whatever a bad line, a hotel or a tunnel does to it.

It stands on a socket of its own between tablets and a server, understands just enough of HTTP to know
where a request ends, and chooses a fault for each from its seed. What it did is in `log`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

FAULTS = (
    "cut", "half a request", "reply lost", "truncated", "reset", "hole up", "hole down", "doubled",
    "replayed", "half-closed", "half-closed up", "throttled", "delayed", "portal", "redirect", "garbage",
)  # fmt: skip
PORTAL = b"<html><body>Welcome! Room number, please.</body></html>"
_END = b"\r\n\r\n"


class Gone(Exception):
    """The other side has hung up."""


class Proxy:
    """One listening socket in front of `upstream`, a port of this machine. bad: chance of a fault."""

    def __init__(self, upstream: int, seed: str, bad: float) -> None:
        self.upstream = upstream
        self.bad = bad
        self.log: list[tuple[str, str]] = []
        self.port = 0
        self._chance = Random(seed)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

    @property
    def met(self) -> Counter[str]:
        """How often each fault was met; "" for none."""
        return Counter(fault for _, fault in self.log)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while True:
                request = await _message(reader)
                fault = self._chance.choice(FAULTS) if self._chance.random() < self.bad else ""
                line = request.split(b"\r\n", 1)[0].decode("latin-1")
                self.log.append((line, fault))
                doing: Callable[..., Awaitable[bool]] = getattr(self, f"_{_name(fault)}")
                if not await doing(request, reader, writer):
                    return
        except (Gone, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    # -- nothing wrong -----------------------------------------------------------------------------

    async def _ask(self, request: bytes) -> bytes:
        """The server's whole reply, on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.transport.abort()

    async def _passed(self, request: bytes, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        return await _send(writer, await self._ask(request))

    # -- faults: each says whether the connection goes on -------------------------------------------

    async def _cut(self, *_: object) -> bool:
        return False

    async def _half_a_request(self, request: bytes, *_: object) -> bool:
        _, up = await asyncio.open_connection("127.0.0.1", self.upstream)
        up.write(request[: len(request) // 2])
        await up.drain()
        up.transport.abort()
        return False

    async def _half_closed_up(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """The server is told that nothing more comes, in the middle of a request."""
        answer, up = await asyncio.open_connection("127.0.0.1", self.upstream)
        up.write(request[: len(request) // 2])
        up.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await answer.read()
        up.transport.abort()
        return False

    async def _reply_lost(self, request: bytes, *_: object) -> bool:
        await self._ask(request)
        return False

    async def _truncated(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        reply = await self._ask(request)
        await _send(writer, reply[: self._chance.randrange(1, len(reply))])
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return False

    async def _reset(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        reply = await self._ask(request)
        head = reply.index(_END) + len(_END)
        await _send(writer, reply[: head + (len(reply) - head) // 2])
        return False

    async def _hole_up(self, request: bytes, reader: asyncio.StreamReader, *_: object) -> bool:
        await reader.read()  # until the tablet gives up
        return False

    async def _hole_down(self, request: bytes, reader: asyncio.StreamReader, *_: object) -> bool:
        await self._ask(request)
        await reader.read()
        return False

    async def _doubled(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        replies = await asyncio.gather(self._ask(request), self._ask(request))
        return await _send(writer, replies[1])

    async def _replayed(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        async def later(seconds: float) -> None:
            await asyncio.sleep(seconds)
            with contextlib.suppress(Gone, OSError, asyncio.IncompleteReadError):
                await self._ask(request)

        task = asyncio.create_task(later(self._chance.uniform(0.01, 1.0)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await _send(writer, await self._ask(request))

    async def _half_closed(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """The tablet is told that no reply comes, and may still speak."""
        await self._ask(request)
        writer.write_eof()
        await reader.read()
        return False

    async def _throttled(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        reply = await self._ask(request)
        step = max(1, len(reply) // 8)
        for start in range(0, len(reply), step):
            await _send(writer, reply[start : start + step])
            await asyncio.sleep(0.01)
        return True

    async def _delayed(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        await asyncio.sleep(self._chance.uniform(0.02, 0.5))  # maybe longer than the tablet waits
        return await _send(writer, await self._ask(request))

    async def _portal(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(PORTAL)
        return await _send(writer, head + PORTAL)

    async def _redirect(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = b"HTTP/1.1 302 Found\r\nlocation: http://portal.example/\r\ncontent-length: 0\r\n\r\n"
        return await _send(writer, head)

    async def _garbage(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        await _send(writer, self._chance.randbytes(200))
        return False


def _name(fault: str) -> str:
    return fault.replace(" ", "_").replace("-", "_") or "passed"


async def _send(writer: asyncio.StreamWriter, raw: bytes) -> bool:
    writer.write(raw)
    await writer.drain()
    return True


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One whole request or reply with its body. Raises Gone when there is no further one."""
    try:
        head = await reader.readuntil(_END)
    except asyncio.IncompleteReadError as error:
        raise Gone from error
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head
