"""The control line of a running example: private, found under a long path, honest when nobody is there."""

from __future__ import annotations

import asyncio
import socket
import stat
from pathlib import Path

import pytest

from app.demo import control
from app.demo.control import Answer, ControlLine
from app.errors import ExampleAgencyProblem


async def echo(verb: str, name: str) -> Answer:
    return Answer(verb == "start", f"{verb} {name}".strip())


async def ask(root: Path, verb: str, name: str) -> Answer:
    return await asyncio.to_thread(control.ask, root, verb, name)


async def test_a_command_is_answered(tmp_path: Path) -> None:
    line = ControlLine(tmp_path, echo)
    await line.open()
    try:
        assert await ask(tmp_path, "start", "server") == Answer(True, "start server")
        assert await ask(tmp_path, "stop", "") == Answer(False, "stop")
    finally:
        await line.close()


async def test_only_the_owner_may_use_the_line(tmp_path: Path) -> None:
    line = ControlLine(tmp_path, echo)
    await line.open()
    try:
        assert stat.S_IMODE((tmp_path / control.SOCKET_NAME).stat().st_mode) == 0o600
    finally:
        await line.close()


async def test_a_path_too_long_for_a_socket_is_led_around(tmp_path: Path) -> None:
    root = tmp_path / ("a-very-long-name-" * 6)
    root.mkdir()
    line = ControlLine(root, echo)
    await line.open()
    pointed = Path((root / control.POINTER_NAME).read_text(encoding="utf-8"))
    try:
        assert await ask(root, "start", "server") == Answer(True, "start server")
        assert stat.S_IMODE(pointed.parent.stat().st_mode) == 0o700
    finally:
        await line.close()
    assert not pointed.parent.exists()
    assert list(root.iterdir()) == []


async def test_a_socket_left_by_a_killed_process_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / control.SOCKET_NAME))
    line = ControlLine(tmp_path, echo)
    await line.open()
    try:
        assert (await ask(tmp_path, "start", "x")).done
    finally:
        await line.close()


@pytest.mark.parametrize("leave_a_socket", [False, True])
async def test_when_nothing_runs_it_says_so(tmp_path: Path, leave_a_socket: bool) -> None:
    if leave_a_socket:
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(tmp_path / control.SOCKET_NAME))
    with pytest.raises(ExampleAgencyProblem) as refused:
        await ask(tmp_path, "status", "")
    assert refused.value.user_message == control.NOT_RUNNING


@pytest.mark.parametrize("said", [b"nonsense\n", b"[]\n", b"{}\n", b"\xff\n", b"x" * 10_000 + b"\n"])
async def test_nonsense_on_the_line_is_answered_and_the_line_lives_on(tmp_path: Path, said: bytes) -> None:
    line = ControlLine(tmp_path, echo)
    await line.open()
    try:
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / control.SOCKET_NAME))
        writer.write(said)
        await writer.drain()
        assert b'"done": false' in await reader.readline()
        writer.close()
        assert (await ask(tmp_path, "start", "server")).done
    finally:
        await line.close()
