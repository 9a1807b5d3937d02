"""The server of the simulation: the real application on a real database, which can die and be restored."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from app.crypto.primitives import Random
from server import tables
from server.config import Config, Limits
from server.main import create_app

ORIGIN = "http://localhost"
PLENTY = 10**9


class Server(httpx.AsyncBaseTransport):
    """One server. A request while it is down finds nobody."""

    def __init__(self, root: Path, now_ms: Callable[[], int], random: Random) -> None:
        self._root = root
        self._config = Config(
            data_dir=root / "server", origins=(ORIGIN,), now_ms=now_ms, random=random,
            limits=Limits(**{one.name: PLENTY for one in fields(Limits)}),
        )  # fmt: skip
        self._app: FastAPI | None = None
        self.backups: list[Path] = []
        self.starts = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Serve one request, if there is somebody to serve it."""
        if self._app is None:
            raise httpx.ConnectError("server is down", request=request)
        carrier = httpx.ASGITransport(app=self._app)  # type: ignore[arg-type]
        response = await carrier.handle_async_request(request)
        await response.aread()
        return response

    async def aclose(self) -> None:
        """Tablets close their line, not the server."""

    @property
    def up(self) -> bool:
        return self._app is not None

    def start(self) -> None:
        """Begin to serve what is on the disk."""
        self._app = create_app(self._config)
        self.starts += 1

    def stop(self) -> None:
        """The process is gone."""
        if self._app is not None:
            self._app.state.desk.database.close()
            self._app = None

    def back_up(self) -> None:
        """A copy of the database as it is now."""
        up = self.up
        self.stop()
        copy = self._root / f"backup-{len(self.backups)}"
        shutil.copytree(self._config.data_dir, copy)
        self.backups.append(copy)
        if up:
            self.start()

    def restore(self, number: int) -> None:
        """Serve an old backup, with another epoch marker as the command of the server gives it."""
        self.stop()
        shutil.rmtree(self._config.data_dir)
        shutil.copytree(self.backups[number], self._config.data_dir)
        self.start()
        self.app.state.desk.database.renew_marker(self._config.random)

    @property
    def app(self) -> FastAPI:
        assert self._app is not None
        return self._app

    def _rows(self, question: Any) -> list[Any]:
        with self.app.state.desk.database.read() as connection:
            return list(connection.execute(question))

    def held(self) -> dict[bytes, int]:
        """{chain: last operation} of all that is on the server, the quarantined included."""
        piece = tables.segment.c
        found: dict[bytes, int] = {}
        for chain, last in self._rows(select(piece.chain, piece.last)):
            found[chain] = max(found.get(chain, 0), last)
        return found

    def chains(self, stream: bytes) -> dict[bytes, int]:
        """{chain: last operation} of one stream that counts."""
        line = tables.chain.c
        rows = self._rows(select(line.chain, line.last_dseq).where(line.stream == stream))
        return {row[0]: row[1] for row in rows}

    def places(self) -> Iterator[tuple[bytes, bytes, int]]:
        """(stream, chain, dseq) of every operation kept, as often as it is kept."""
        piece = tables.segment.c
        for stream, chain, first, last in self._rows(
            select(piece.stream, piece.chain, piece.first, piece.last)
        ):
            for dseq in range(first, last + 1):
                yield stream, chain, dseq

    def members(self) -> dict[bytes, set[bytes]]:
        """{stream: persons} as the server has it."""
        found: dict[bytes, set[bytes]] = {}
        for stream, person in self._rows(select(tables.member.c.stream, tables.member.c.person)):
            found.setdefault(stream, set()).add(person)
        return found

    def mark(self) -> tuple[Any, ...]:
        """What changes whenever anything is written."""
        place = tables.stream.c
        rows = self._rows(select(place.id, place.last_seq, place.control_count))
        return tuple(sorted(tuple(row) for row in rows))

    def segments(self, stream: bytes) -> list[tuple[int, bytes, bytes]]:
        """(number, segment, certificate) of everything of a stream: what a leak would show."""
        piece, line = tables.segment.c, tables.chain.c
        rows = self._rows(
            select(piece.seq, piece.raw, line.cert)
            .join(tables.chain, (line.stream == piece.stream) & (line.chain == piece.chain))
            .where(piece.stream == stream)
            .order_by(piece.seq)
        )
        return [(row[0], row[1], row[2]) for row in rows]
