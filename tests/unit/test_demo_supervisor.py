"""The example agency's processes start in order, are watched, named when they die, and all end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from app.demo import supervisor as supervising
from app.demo.supervisor import Service, Supervisor, answers, check_port_free
from app.errors import ExampleAgencyProblem, PortBusy

TINY = Path(__file__).resolve().parents[1] / "fakes" / "tiny_service.py"
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def service(name: str, mode: str = "serve") -> Service:
    port = free_port()
    return Service(name, f"{name}'s tablet", (sys.executable, str(TINY), str(port), mode), port, "/ready")


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str, seconds: float = 20.0) -> None:
    """Wait for a condition by looking again and again, with a deadline."""
    async with asyncio.timeout(seconds):
        while True:
            seen = condition()
            if isinstance(seen, bool):
                done = seen
            else:
                done = await seen
            if done:
                return
            await asyncio.sleep(0.02)
    raise AssertionError(what)


class Stage:
    """A supervisor over tiny services, and what it said."""

    def __init__(self, *services: Service) -> None:
        self.said: list[str] = []
        self.services = services
        self.supervisor = Supervisor(services, dict(os.environ), self.said.append)

    async def crash(self, name: str) -> None:
        child = self.supervisor.child(name)
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.HTTPError):
                await client.get(f"{child.service.address}/crash")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(service("server"), service("coordinator"), service("supervisor"))
    try:
        yield stage
    finally:
        await stage.supervisor.stop_all()


async def test_all_start_and_answer(stage: Stage) -> None:
    await stage.supervisor.start_all()
    assert [await answers(each) for each in stage.services] == [True, True, True]
    assert stage.supervisor.status().count("running") == 3


async def test_all_stop(stage: Stage) -> None:
    await stage.supervisor.start_all()
    await stage.supervisor.stop_all()
    assert [await answers(each) for each in stage.services] == [False, False, False]
    assert stage.said == []


async def test_a_child_that_dies_is_named_and_the_others_go_on(stage: Stage) -> None:
    await stage.supervisor.start_all()
    await stage.crash("coordinator")
    await until(lambda: bool(stage.said), "the death was not told")
    assert "coordinator's tablet stopped by itself (exit code 7)" in stage.said[0]
    assert "a last word" in stage.said[0]
    assert "kitchentable demo start coordinator" in stage.said[0]
    assert [await answers(each) for each in stage.services] == [True, False, True]


async def test_a_dead_child_can_be_started_again(stage: Stage) -> None:
    await stage.supervisor.start_all()
    await stage.crash("coordinator")
    await until(lambda: bool(stage.said), "the death was not told")
    answer = await stage.supervisor.start("coordinator")
    assert answer.done
    assert await answers(stage.services[1])


async def test_one_is_stopped_and_started_by_name_without_being_called_dead(stage: Stage) -> None:
    await stage.supervisor.start_all()
    assert (await stage.supervisor.stop("server")).done
    assert not await answers(stage.services[0])
    assert (await stage.supervisor.stop("server")).text.endswith("is not running.")
    assert (await stage.supervisor.start("server")).done
    assert await answers(stage.services[0])
    assert (await stage.supervisor.start("server")).text.endswith("already running.")
    assert not [line for line in stage.said if "by itself" in line]


async def test_a_name_that_is_not_there_is_answered_with_the_names_that_are(stage: Stage) -> None:
    with pytest.raises(ExampleAgencyProblem) as refused:
        await stage.supervisor.start("printer")
    assert "server, coordinator, supervisor" in refused.value.user_message


async def test_a_busy_port_is_named_before_anything_starts(stage: Stage) -> None:
    last = stage.services[-1]
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", last.port))
        squatter.listen()
        with pytest.raises(PortBusy) as refused:
            await stage.supervisor.start_all()
    assert f"Port {last.port}" in refused.value.user_message
    assert "supervisor's tablet" in refused.value.user_message
    assert not any(stage.supervisor.child(each.name).running for each in stage.services)


async def test_a_child_that_cannot_start_says_why_and_takes_the_others_down() -> None:
    stage = Stage(service("server"), service("coordinator", "fail"))
    with pytest.raises(ExampleAgencyProblem) as refused:
        await stage.supervisor.start_all()
    assert "did not start" in refused.value.user_message
    assert "the disk is full" in refused.value.user_message
    assert not stage.supervisor.child("server").running


async def test_a_child_that_stays_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "START_SECONDS", 0.3)
    waits = (sys.executable, "-c", "import threading; threading.Event().wait()")
    silent = Service("server", "server", waits, free_port(), "/ready")
    stage = Stage(silent)
    with pytest.raises(ExampleAgencyProblem) as refused:
        await stage.supervisor.start_all()
    assert "did not answer in time" in refused.value.user_message
    assert not stage.supervisor.child("server").running


async def test_a_child_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "STOP_SECONDS", 0.2)
    stage = Stage(service("server", "stubborn"))
    await stage.supervisor.start_all()
    await stage.supervisor.stop_all()
    assert stage.supervisor.child("server").exit_code == -signal.SIGKILL


async def test_children_end_when_the_one_that_started_them_is_killed() -> None:
    """However it goes: the lifeline's end of file tells them."""
    child = service("server")
    script = (
        "import asyncio, os\n"
        "from app.demo.supervisor import Service, Supervisor\n"
        f"service = Service({child.name!r}, 'server', {child.argv!r}, {child.port}, '/ready')\n"
        "async def main():\n"
        "    await Supervisor([service], os.environ, print).start_all()\n"
        "    print('up', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert await asyncio.to_thread(parent.stdout.readline) == b"up\n"
        parent.kill()

    async def gone() -> bool:
        return not await answers(child)

    await until(gone, "the child outlived its parent")


def test_a_free_port_is_free() -> None:
    check_port_free(service("server"))
