"""What stands over every answer whatever its status, and what ends lines that only wait."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import msgpack
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from app.sync.wire import MEDIA_TYPE, VERSION_HEADER, ChallengeBody, ErrorReply, WireInvalid, decode
from server import edge, line
from server.config import Config
from server.desk import Desk
from server.edge import Rim
from server.main import create_app
from server.metrics import Meter
from server.serving import make_server
from tests.server.conftest import ORIGIN
from tests.server.live import live

EVERYWHERE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "kt-version": "1",
}
SECRET = "zq7secret"


@pytest.fixture
async def client(server: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    carrier = httpx.ASGITransport(app=server, raise_app_exceptions=True)
    headers = {VERSION_HEADER: "1", "content-type": MEDIA_TYPE}
    async with httpx.AsyncClient(transport=carrier, base_url=ORIGIN, headers=headers) as made:
        yield made


def check_headers(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value, name
    assert SECRET.encode() not in answer.content
    if status >= 400:
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert decode(ErrorReply, answer.content).code


CHALLENGE = msgpack.packb({"device": bytes(16)})

ASKED: dict[int, tuple[str, str, bytes, dict[str, str]]] = {
    200: ("POST", "/v1/login/challenge", CHALLENGE, {}),
    400: ("POST", "/v1/login/challenge", b"\x80", {}),
    401: ("POST", "/v1/heads", b"", {}),
    404: ("GET", f"/v1/{SECRET}", b"", {}),
    405: ("DELETE", "/v1/heads", b"", {}),
    413: ("POST", "/v1/login/challenge", bytes(70_000), {}),
    414: ("GET", f"/v1/health?{SECRET * 100}", b"", {}),
    415: ("POST", "/v1/login/challenge", b"", {"content-type": SECRET}),
    426: ("POST", "/v1/login/challenge", b"", {VERSION_HEADER: SECRET}),
    431: ("GET", "/v1/health", b"", {"x-long": SECRET * 1_000}),
}


@pytest.mark.parametrize("status", ASKED)
async def test_every_status_carries_the_headers(client: httpx.AsyncClient, status: int) -> None:
    method, path, body, headers = ASKED[status]
    check_headers(await client.request(method, path, content=body, headers=headers), status)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/" + "a" * 509, {}, 414),
        ("/v1/" + "a" * 508, {}, 404),
        ("/v1/health?" + "a" * 513, {}, 414),
        ("/v1/health?" + "a" * 512, {}, 200),
        ("/v1/health", {f"x-{number}": "" for number in range(60)}, 431),
        ("/v1/health", {f"x-{number}": "" for number in range(50)}, 200),
        ("/v1/health", {"x-long": "a" * 9_000}, 431),
        ("/v1/health", {"x-long": "a" * 7_000}, 200),
        ("/v1/health", {"content-length": "0", "transfer-encoding": "chunked"}, 400),
    ],
)
async def test_heads_longer_than_ours_are_refused_before_anything_looks_at_them(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    check_headers(await client.get(path, headers=headers), status)


async def test_slow_body_is_answered_with_the_headers_and_the_line_is_given_up(
    config: Config, tmp_path: Path
) -> None:
    app = create_app(replace(config, data_dir=tmp_path / "slow", body_seconds=0.01))
    carrier = httpx.ASGITransport(app=app)
    never = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"\x81"
        await never.wait()

    async with httpx.AsyncClient(transport=carrier, base_url=ORIGIN) as client:
        headers = {VERSION_HEADER: "1", "content-type": MEDIA_TYPE}
        answer = await client.post("/v1/login/challenge", content=body(), headers=headers)
    check_headers(answer, 408)
    assert answer.headers["connection"] == "close"
    app.state.desk.database.close()


async def test_too_many_requests_at_once_are_told_to_come_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "MAX_ACTIVE", 0)
    answer = await client.get("/v1/health")
    check_headers(answer, 503)
    assert answer.headers["retry-after"] == "5"
    monkeypatch.setattr(edge, "MAX_ACTIVE", 1)
    # Nothing that ended is counted any more.
    for _ in range(3):
        assert (await client.get("/v1/health")).status_code == 200


async def test_fault_of_the_database_is_503_and_tells_nothing(
    client: httpx.AsyncClient,
    server: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk: Desk = server.state.desk

    def fail(**_: object) -> None:
        raise OperationalError(SECRET, {"p": SECRET}, Exception(SECRET))

    monkeypatch.setattr(desk.database, "write", fail)
    answer = await client.post("/v1/login/challenge", content=CHALLENGE)
    check_headers(answer, 503)
    assert answer.headers["retry-after"] == "5"
    assert SECRET not in caplog.text


async def test_fault_nobody_foresaw_is_500_with_the_headers_and_without_a_word_of_it(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Desk, "admit", fail)
    answer = await client.post("/v1/login/challenge", content=CHALLENGE)
    check_headers(answer, 500)
    assert decode(ErrorReply, answer.content) == ErrorReply(code="internal")
    assert "RuntimeError" in caplog.text and SECRET not in caplog.text


async def test_fault_after_the_reply_began_leaves_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def half(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(SECRET)

    sent: list[object] = []

    async def send(message: object) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    scope = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": [],
    }  # fmt: skip
    await Rim(half, lambda: "marker", Meter())(scope, receive, send)
    assert len(sent) == 1
    assert SECRET not in caplog.text


# The line.


@pytest.fixture
def port(config: Config, tmp_path: Path) -> Iterator[int]:
    with live(lambda _: create_app(replace(config, data_dir=tmp_path / "line"))) as (number, _):
        yield number


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def rest(sender: socket.socket) -> bytes:
    parts = []
    try:
        while part := sender.recv(65_536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def test_bytes_that_are_no_http_are_answered_in_our_form(port: int) -> None:
    with closing(dial(port)) as sender:
        sender.sendall(b"GET / HTTP/1.1\r\nx y: " + SECRET.encode() + b"\r\n\r\n")
        raw = rest(sender)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    for name, value in EVERYWHERE.items():
        assert f"{name}: {value}".encode() in head
    assert decode(ErrorReply, body) == ErrorReply(code="bad_request")


@pytest.mark.parametrize("begun", [b"", b"GET /v1/hea", b"GET /v1/health HTTP/1.1\r\nhost: x\r\n"])
def test_head_that_does_not_come_is_not_waited_for_for_ever(
    port: int, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(line, "HEAD_SECONDS", 0.05)
    with closing(dial(port)) as sender:
        sender.sendall(begun)
        assert rest(sender) == b""


def test_time_for_a_head_is_not_the_time_for_a_body(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "HEAD_SECONDS", 1.0)
    own = replace(config, data_dir=tmp_path / "slow", body_seconds=1.5)
    with live(lambda _: create_app(own)) as (number, _), closing(dial(number)) as sender:
        head = f"POST /v1/login/challenge HTTP/1.1\r\nhost: x\r\nkt-version: 1\r\ncontent-type: {MEDIA_TYPE}"
        sender.sendall(head.encode() + b"\r\ncontent-length: 9\r\n\r\n")
        assert rest(sender).startswith(b"HTTP/1.1 408 ")


class Wire(asyncio.Transport):
    """A transport that notes how it was left."""

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.waiting = waiting
        self.left: list[str] = []

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.left.append("abort")

    def close(self) -> None:
        self.left.append("close")


@pytest.mark.parametrize(("waiting", "left"), [(0, ["abort"]), (5, ["close"])])
async def test_idle_line_is_dropped_at_the_end_and_one_with_a_reply_on_its_way_is_not(
    waiting: int, left: list[str], server: FastAPI
) -> None:
    transport = Wire(waiting)
    made = line.Line(make_server(server, None).config, ServerState(), {})
    made.connection_made(transport)
    made.shutdown()
    made.connection_lost(None)
    assert transport.left[:1] == left


def test_second_head_on_a_line_is_not_waited_for_either(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(dial(port)) as sender:
        sender.sendall(b"GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n")
        raw = b""
        while b'{"status":"ok"}' not in raw:
            part = sender.recv(65_536)
            assert part
            raw += part
        monkeypatch.setattr(line, "HEAD_SECONDS", 0.05)
        sender.sendall(b"GET /v1")
        assert rest(sender) == b""


def test_more_lines_than_one_process_takes_are_closed_at_once(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(dial(port)) as first:
        first.sendall(b"GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n")
        assert b" 200 " in first.recv(65_536)
        monkeypatch.setattr(line, "MAX_LINES", 1)
        with closing(dial(port)) as second:
            try:
                second.sendall(b"GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            except ConnectionError:
                pass
            assert rest(second) == b""
        # The line that was there goes on.
        first.sendall(b"GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert b" 200 " in rest(first)


def test_broken_second_request_does_not_disturb_the_answer_to_the_first(port: int) -> None:
    good = b"GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n"
    with closing(dial(port)) as sender:
        sender.sendall(good + b"\x00\x01 nonsense\r\n\r\n")
        raw = rest(sender)
    assert raw.startswith(b"HTTP/1.1 200 ") or raw.startswith(b"HTTP/1.1 400 ") or raw == b""
    with closing(dial(port)) as sender:
        sender.sendall(good.replace(b"x\r\n", b"x\r\nconnection: close\r\n", 1))
        assert b" 200 " in rest(sender)


def test_one_key_twice_in_a_body_is_refused() -> None:
    once = b"\xa6device\xc4\x10" + bytes(16)
    assert decode(ChallengeBody, b"\x81" + once).device == bytes(16)
    with pytest.raises(WireInvalid):
        decode(ChallengeBody, b"\x82" + once + once)
