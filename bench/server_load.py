"""The server under twenty tablets at once, against the same work done in this process without a line.

Ours: twenty connections, each of a device with a family of its own, push segments of 25 notes one after
the other to a server process as it is shipped; every reply means verified, committed and synced to the
disk.  The peer: the same segments taken in one after the other by the same code in this process, on a
database of its own, with neither HTTP nor sign-in nor limits.  The tablets here are as light as can be (ready
bytes over a socket), because twenty real ones bring processors of their own.

`python -m bench.server_load` prints the figures of docs/capacity.md, also for another database or several
processes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from httpx import ASGITransport

from app.protocol.ids import NO_HASH, StreamId
from app.protocol.login import sign_login
from app.protocol.membership import Role, StreamState
from app.sync.http import HttpTransport
from app.sync.ports import OutgoingSegment
from app.sync.wire import (
    MEDIA_TYPE,
    VERSION_HEADER,
    WIRE_VERSION,
    AppendBody,
    ChallengeBody,
    ChallengeReply,
    HeadsBody,
    LoginBody,
    LoginReply,
    SegmentBody,
    SegmentsReply,
    decode,
    encode,
)
from server.config import Config
from server.desk import Desk, caller_of
from server.main import create_app
from server.segments import parse, take
from server.streams import append, applied, write_members
from tests.fakes.agency_maker import AgencyMaker, Tablet
from tests.fakes.clock import FakeRandom
from tests.fakes.store import FakeStore

from .bars import Row, bar
from .measure import Lap, Stopwatch, compare, cpu_of, interleave
from .traffic import ServerFailed

CLIENTS = 20
NOTES = 25
"""Operations in a segment: about what a coordinator sends after a morning without a connection."""
PUSHES = 8
"""Segments of each client in a lap."""
LOOKS = 25
"""How often each client asks what is new."""
BODY_HEX = 300
"""Random bytes of a note, written as 600 letters: deflate takes them back to the half, as it does prose."""


@dataclass
class Client:
    """A device, its stream, what it will push, and its line to the server."""

    tablet: Tablet
    stream: StreamId
    segments: list[OutgoingSegment]
    token: str = ""
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of the answer.  Raises ServerFailed for a refusal."""
        assert self.reader is not None and self.writer is not None
        lines = [
            f"{method} {path} HTTP/1.1", "host: localhost", f"{VERSION_HEADER}: {WIRE_VERSION}",
            f"content-type: {MEDIA_TYPE}", f"content-length: {len(body)}",
            *([f"authorization: Bearer {self.token}"] if self.token else []), "", "",
        ]  # fmt: skip
        head = "\r\n".join(lines)
        self.writer.write(head.encode() + body)
        told = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        size = int(told.split(b"content-length: ")[1].split(b"\r\n")[0])
        answer = await self.reader.readexactly(size)
        if not told.startswith(b"http/1.1 200"):
            raise ServerFailed(f"{method} {told[:12]!r} {answer!r}")
        return answer

    async def sign_in(self, port: int) -> None:
        """Take a line and a token."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        device = self.tablet.device
        asked = await self.ask("POST", "/v1/login/challenge", encode(ChallengeBody(device=device)))
        challenge, origin = decode(ChallengeReply, asked).challenge, f"http://127.0.0.1:{port}"
        signature = sign_login(self.tablet.key, origin, device, challenge)
        login = LoginBody(device=device, challenge=challenge, origin=origin, signature=signature)
        self.token = decode(LoginReply, await self.ask("POST", "/v1/login", encode(login))).token

    async def push(self, segments: Sequence[OutgoingSegment]) -> None:
        """One after the other."""
        path = f"/v1/streams/{self.stream.hex()}/segments"
        for item in segments:
            await self.ask("POST", path, encode(SegmentBody(segment=item.raw, cert=item.cert)))

    async def look(self) -> None:
        """Ask what is new, as a tablet does whose streams have not changed."""
        await self.ask("POST", "/v1/heads", encode(HeadsBody(streams=[])))

    async def pull(self) -> int:
        """Everything of the stream; how many segments came."""
        after, count, more = 0, 0, True
        while more:
            path = f"/v1/streams/{self.stream.hex()}/segments?after={after}&own=1"
            page = decode(SegmentsReply, await self.ask("GET", path))
            after, more, count = page.cursor, page.more, count + len(page.segments)
        return count


class Crowd:
    """An agency of twenty coordinators with a family each, and all that they will push."""

    def __init__(self, laps: int, notes: int = NOTES) -> None:
        self.agency = AgencyMaker(FakeRandom("crowd"))
        self.notes = notes
        hands = [self.agency.hire(Role.COORDINATOR) for _ in range(CLIENTS)]
        self.clients = [self._client(hand, laps * PUSHES) for hand in hands]

    def _client(self, hand: Tablet, pushes: int) -> Client:
        stream = self.agency.open_stream(hand, self.agency.admin)
        store = FakeStore(hand.device, hand.key, self.agency.id, FakeRandom(hand.device.hex()))
        store.keys, store.segment_size = self.agency.keys, self.notes
        store.hold_control(stream, self.agency.streams[stream])
        segments = []
        for number in range(pushes):
            chain = store.write(stream, 0)
            for _ in range(self.notes):
                store.write(stream, 1, os.urandom(BODY_HEX).hex())
            made = asyncio.run(store.segment_from(stream, chain, number * self.notes + 1))
            assert made is not None
            segments.append(made)
        return Client(hand, stream, segments)

    async def begin(self, port: int) -> None:
        """Found the agency, open the streams, sign everybody in, and take the lines."""
        address = f"http://127.0.0.1:{port}"
        async with HttpTransport(address) as wire:
            await wire.found_agency(self.agency.id, self.agency.ops)
        for client in self.clients:
            await client.sign_in(port)
            opened = AppendBody(prev=NO_HASH, ops=self.agency.streams[client.stream])
            await client.ask("POST", f"/v1/streams/{client.stream.hex()}/control", encode(opened))

    async def end(self) -> None:
        """Give the lines back."""
        for client in self.clients:
            if client.writer is not None:
                client.writer.close()

    async def push(self, lap: int) -> Lap:
        """Everybody at once, the segments of one lap."""
        some = slice(lap * PUSHES, (lap + 1) * PUSHES)
        with Stopwatch() as watch:
            await asyncio.gather(*(client.push(client.segments[some]) for client in self.clients))
        return watch.lap

    async def pull(self) -> tuple[Lap, int]:
        """Everybody at once, the whole stream."""
        with Stopwatch() as watch:
            counts = await asyncio.gather(*(client.pull() for client in self.clients))
        return watch.lap, sum(counts)


class InProcess:
    """The same segments, taken in by the server's own code without a server."""

    def __init__(self, crowd: Crowd, folder: Path) -> None:
        self._app = create_app(Config(data_dir=folder, origins=("http://localhost",)))
        self._desk: Desk = self._app.state.desk
        self._crowd = crowd

    async def begin(self) -> None:
        """The agency and its streams, as the server makes them."""
        agency, desk = self._crowd.agency, self._desk
        async with HttpTransport("http://localhost", carrier=ASGITransport(app=self._app)) as wire:
            await wire.found_agency(agency.id, agency.ops)
        with desk.database.write() as connection:
            state = desk.authority.agency(connection, agency.id)
            for client in self._crowd.clients:
                raw = agency.streams[client.stream]
                ops, opened = applied(desk, connection, state, client.stream, True, raw)
                assert isinstance(opened, StreamState)
                append(connection, client.stream, agency.id, 0, ops)
                write_members(connection, opened)

    async def push(self, lap: int) -> Lap:
        """The segments of one lap, one after the other: parsed, verified, committed, synced."""
        desk = self._desk
        with Stopwatch() as watch:
            for number in range(lap * PUSHES, (lap + 1) * PUSHES):
                for client in self._crowd.clients:
                    item = client.segments[number]
                    sent = SegmentBody(segment=item.raw, cert=item.cert)
                    parsed, cert = parse(sent, client.stream)
                    with desk.database.write() as connection:
                        asking = caller_of(connection, client.tablet.device)
                        take(desk, connection, asking, parsed, cert, desk.now_ms())
        return watch.lap

    def close(self) -> None:
        """Give the database back."""
        self._desk.close()


@contextmanager
def server(data: Path, *options: str) -> Iterator[tuple[int, Callable[[], float]]]:
    """A server process of its own: its port, and the processor seconds it and its workers have taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "server.main", "--data", str(data), "--port", str(port), *options]
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise ServerFailed("the server did not come up") from None
                time.sleep(0.02)
        yield port, lambda: _cpu(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _cpu(process: int) -> float:
    """Of a process and of those it has started."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return cpu_of(process) + sum(cpu_of(int(number)) for number in children)


async def measure_server(scratch: Path, rounds: int) -> list[Row]:
    """The rows `server-push` and `server-pull`.  scratch: a folder; its two databases are made anew."""
    crowd = await asyncio.to_thread(Crowd, rounds + 1)
    mine, theirs = scratch / "server-load", scratch / "server-in-process"
    for folder in (mine, theirs):
        folder.mkdir(parents=True)
    laps = {"ours": iter(range(rounds + 1)), "peer": iter(range(rounds + 1))}
    peer = InProcess(crowd, theirs)
    await peer.begin()
    try:
        with server(mine) as (port, _):
            await crowd.begin(port)
            contenders = {
                "ours": lambda: crowd.push(next(laps["ours"])),
                "peer": lambda: peer.push(next(laps["peer"])),
            }
            series = await interleave(contenders, rounds)
            pulled = [await crowd.pull() for _ in range(3)]
            await crowd.end()
    finally:
        peer.close()
    ratio = compare(series["peer"], series["ours"])
    lap_notes = CLIENTS * PUSHES * NOTES
    notes = lap_notes * (rounds + 1)
    size = sum(len(item.raw) for client in crowd.clients for item in client.segments)
    details = {
        "clients": float(CLIENTS),
        "notes_in_a_segment": float(NOTES),
        "pushes_per_second": CLIENTS * PUSHES / series["ours"].wall,
        "bytes_on_the_wire_per_note": size / notes,
        "bytes_on_disk_per_note": (mine / "server.sqlite").stat().st_size / notes,
    }
    fastest = min(lap.wall for lap, _ in pulled)
    return [
        Row(bar("server-push"), lap_notes / series["ours"].wall, lap_notes / series["peer"].wall, ratio.value,
            (ratio.low, ratio.high), None, rounds, details),
        Row(bar("server-pull"), pulled[0][1] * NOTES / fastest, rounds=len(pulled)),
    ]  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Print what one set-up does."""
    parser = argparse.ArgumentParser(prog="bench.server_load", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--database-url", help="another database, empty")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--notes", type=int, default=NOTES, help="operations in a segment")
    parser.add_argument("--laps", type=int, default=4)
    given = parser.parse_args(argv)
    crowd = Crowd(given.laps, given.notes)
    options = ["--workers", str(given.workers)]
    options += ["--database-url", given.database_url] if given.database_url else []

    async def run(folder: Path) -> None:
        with server(folder, *options) as (port, cpu):
            await crowd.begin(port)
            spent = [cpu()]
            taken = [await crowd.push(lap) for lap in range(given.laps)]
            spent.append(cpu())
            pulled, segments = await crowd.pull()
            spent.append(cpu())
            for _ in range(LOOKS):
                await asyncio.gather(*(client.look() for client in crowd.clients))
            spent.append(cpu())
            await crowd.end()
        kept = sum(file.stat().st_size for file in folder.glob("server.sqlite*"))
        best, pushes = min(lap.wall for lap in taken), CLIENTS * PUSHES
        taken_in, given_out = pushes * given.notes / best, segments * given.notes / pulled.wall
        print(
            f"{given.workers} process(es), {given.notes} notes a push: {pushes / best:,.0f} pushes/s, "
            f"{taken_in:,.0f} notes/s; pull {given_out:,.0f} notes/s; processor time of the server: "
            f"{(spent[1] - spent[0]) * 1000 / pushes / given.laps:.2f} ms a push, "
            f"{(spent[2] - spent[1]) * 1e6 / segments / given.notes:.1f} µs a note pulled, "
            f"{(spent[3] - spent[2]) * 1000 / LOOKS / CLIENTS:.2f} ms a look; "
            f"{kept / segments / given.notes:,.0f} bytes a note on the disk (SQLite)"
        )

    with tempfile.TemporaryDirectory(prefix="kt-load-") as folder:
        asyncio.run(run(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
