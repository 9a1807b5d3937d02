"""A server that dies at each thing it does, again and again: `python -m tests.server.step_child HOME STRIDE`.

One process loads everything and forks for each attempt, so that an attempt costs no start.  A fork sends one
request to a server on its own SQLite, and kills itself (SIGKILL) before or after the n-th statement, commit
or begin; the next fork looks at what is left and sends the same bytes again.  Ends when a request
survives.  Prints one line for each kind of request: its name, and how many steps it died at.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from sqlalchemy import event, select

from app.errors import AppError
from app.protocol.membership import Role
from app.sync.http import HttpTransport
from server import audit, tables
from server.config import Config, Limits
from server.desk import Desk
from server.main import create_app
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeRandom
from tests.fakes.store import FakeStore

ORIGIN = "http://localhost"
ACKNOWLEDGED = 7
"""Exit code of a fork whose request was answered."""


class Scene:
    """An agency, a coordinator's stream on the server, and what is sent next."""

    def __init__(self, folder: Path) -> None:
        many = Limits(found_per_address=10_000, login_per_address=10_000, login_per_device=10_000)
        self.config = Config(data_dir=folder, origins=(ORIGIN,), limits=many)
        self.agency = AgencyMaker(FakeRandom("steps"))
        self.hand = self.agency.hire(Role.COORDINATOR)
        self.stream = self.agency.open_stream(self.hand)
        self.store = FakeStore(self.hand.device, self.hand.key, self.agency.id, FakeRandom("hand"))
        self.store.segment_size = 2
        self.store.keys = self.agency.keys
        self.store.hold_control(self.stream, self.agency.streams[self.stream])
        self.chain = self.store.write(self.stream, 2)
        self.sent = 1

    async def found(self, wire: HttpTransport) -> None:
        await wire.found_agency(self.agency.id, self.agency.ops)

    async def open(self, wire: HttpTransport) -> None:
        await wire.login(self.hand.device, self.store.sign_login)
        await wire.append_control(self.stream, bytes(32), self.agency.streams[self.stream])

    async def push(self, wire: HttpTransport) -> None:
        await wire.login(self.hand.device, self.store.sign_login)
        piece = await self.store.segment_from(self.stream, self.chain, self.sent)
        assert piece is not None
        await wire.push(piece)


Request = Callable[[HttpTransport], Awaitable[None]]


async def _ask(scene: Scene, request: Request, die_at: int) -> None:
    app = create_app(scene.config)
    desk: Desk = app.state.desk
    steps = 0

    def step(*_: object, **__: object) -> None:
        nonlocal steps
        steps += 1
        if steps == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    if die_at:
        for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit", "checkin"):
            target = desk.database.engine.pool if name == "checkin" else desk.database.engine
            event.listen(target, name, step)
    async with HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)) as wire:
        await request(wire)
    desk.close()


def attempt(scene: Scene, request: Request, die_at: int) -> bool:
    """Whether the request was answered; in a fork of its own."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_ask(scene, request, die_at))
        except AppError as error:
            print(f"refused {error.code} {error.detail}", flush=True)
            os._exit(3)
        os._exit(ACKNOWLEDGED)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == ACKNOWLEDGED, f"refused at step {die_at}"
    return True


def check(scene: Scene, whole: bool) -> None:
    """In a fork: every chain, sequence and audit holds together. whole: what was sent is there once."""

    def look() -> None:
        app = create_app(scene.config)
        desk: Desk = app.state.desk
        with desk.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            for row in connection.execute(select(tables.stream)).all():
                audit.verify(connection, row.id)
                ops = connection.execute(
                    select(tables.control_op.c.position).where(tables.control_op.c.stream == row.id)
                ).scalars()
                assert sorted(ops) == list(range(1, row.control_count + 1))
                numbers = connection.execute(
                    select(tables.segment.c.seq).where(tables.segment.c.stream == row.id)
                ).scalars()
                assert sorted(numbers) == list(range(1, row.last_seq + 1))
            pieces = connection.execute(select(tables.segment)).all()
            ends = connection.execute(select(tables.chain.c.last_dseq)).scalars().all()
            assert sum(piece.last - piece.first + 1 for piece in pieces) == sum(ends)
            if whole:
                assert list(ends) == [scene.sent + 1]
        desk.close()

    child = os.fork()
    if child == 0:
        look()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "what is left does not hold together"


def main(folder: Path, stride: int) -> None:
    """Die at every ``stride``-th step of founding, of opening a stream, and of a first and a second push."""
    scene = Scene(folder)
    requests: dict[str, Request] = {"found": scene.found, "open": scene.open, "push": scene.push}
    for name in ("found", "open", "push", "next"):
        request = requests.get(name, scene.push)
        if name == "next":
            scene.store.write(scene.stream, 2)
            scene.sent += 2
        died, at = 0, 1
        while not attempt(scene, request, at):
            died, at = died + 1, at + stride
            check(scene, whole=False)
        # The same bytes again, of which nobody knows whether they arrived, are welcome.
        assert attempt(scene, request, 0)
        check(scene, whole=name in ("push", "next"))
        print(name, died, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
