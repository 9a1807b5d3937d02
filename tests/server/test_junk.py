"""Whatever is thrown at any route, the answer is a refusal in our own words, never a 5xx."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import msgpack
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.protocol.membership import Role
from app.sync.wire import CONTROL_BODY, MEDIA_TYPE, VERSION_HEADER, ErrorReply, decode
from server.config import Config
from server.main import ROUTES, create_app
from tests.server.conftest import ORIGIN, Office

MARK = "zq7marker"
"""Stands in every junk body; it must not come back."""

scalars = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=80)
    | st.sampled_from([MARK, float("nan"), bytes(16), bytes(32), bytes(64), b"\x01" * 145, 2**63])
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = (
    "ops", "prev", "device", "challenge", "origin", "signature", "streams", "segment", "cert", "id",
    "payload", "stream", "control_head", "control_count", "cursor", MARK,
)  # fmt: skip
near_misses = st.dictionaries(st.sampled_from(KEYS), trees | st.lists(st.binary(max_size=300)), max_size=6)
packed = (trees | near_misses).map(lambda tree: bytes(msgpack.packb(tree, use_bin_type=True)))
lone_surrogate = st.just(b"\x81\xa6origin\xa3\xed\xa0\x80")
deep = st.just(b"\x91" * 5_000)
bodies = st.binary(max_size=300) | packed | lone_surrogate | deep
segments = st.text(alphabet="0123456789abcdefg%/.\x00é", max_size=40)
queries = st.dictionaries(
    st.sampled_from(["after", "limit", "own"]),
    st.sampled_from(["", "-1", "1e9", "9" * 400, "0x1", "²", "NaN", "1"]) | st.text(max_size=6),
    max_size=3,
)


@pytest.fixture
async def clients(server: FastAPI, office: Office) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Raw clients: a stranger, and a signed-in coordinator with a real stream."""
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(worker)
    stream = office.open(store, worker)
    store.write(stream)
    wire = office.wires()
    await office.engine(store, wire).run_once()
    token = wire._token
    headers = {VERSION_HEADER: "1", "content-type": MEDIA_TYPE}
    carrier = httpx.ASGITransport(app=server, raise_app_exceptions=True)
    made = {
        "stranger": httpx.AsyncClient(transport=carrier, base_url=ORIGIN, headers=headers),
        "member": httpx.AsyncClient(
            transport=carrier, base_url=ORIGIN, headers={**headers, "authorization": f"Bearer {token}"}
        ),
    }
    made["member"].headers["kt-test-stream"] = stream.hex()
    yield made
    for client in made.values():
        await client.aclose()


def check_refusal(response: httpx.Response) -> None:
    """Any of our answers: no 5xx, our headers, our error body, nothing echoed."""
    assert response.status_code < 500, response.status_code
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["kt-epoch-marker"]
    if response.status_code >= 400:
        assert response.headers["content-type"] == MEDIA_TYPE
        reply = decode(ErrorReply, response.content)
        assert reply.code
        known = {"code", "type", "loc", "expect", "dseq", "head", "hash", "count"}
        assert set(msgpack.unpackb(response.content)) <= known
    assert MARK.encode() not in response.content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("who", ["stranger", "member"])
@pytest.mark.parametrize(("method", "path"), [route[:2] for route in ROUTES])
async def test_junk_at_every_route_is_refused_in_our_own_words(
    clients: dict[str, httpx.AsyncClient], who: str, method: str, path: str, data: Any
) -> None:
    client = clients[who]
    stream = clients["member"].headers["kt-test-stream"]
    place = data.draw(st.just(stream) | segments, label="place")
    url = re.sub(r"\{\w+\}", quote(place, safe=""), path)
    response = await client.request(
        method,
        url,
        params=data.draw(queries, label="query"),
        content=data.draw(bodies, label="body"),
    )
    check_refusal(response)


@pytest.mark.parametrize(("method", "path"), [route[:2] for route in ROUTES])
async def test_wrong_media_type_version_method_and_length_are_refused(
    clients: dict[str, httpx.AsyncClient], method: str, path: str
) -> None:
    client = clients["member"]
    stream = client.headers["kt-test-stream"]
    url = path.replace("{stream}", stream).replace("{invitation}", "ab" * 16)
    url = url.replace("{blob}", "ab" * 16).replace("{number}", "1")
    if method == "POST":
        for kind in ("application/json", "text/html", "", "application/msgpackx"):
            response = await client.post(url, content=b"{}", headers={"content-type": kind})
            check_refusal(response)
            assert response.status_code == 415
        response = await client.post(url, content=b"\x80", headers={"content-encoding": "gzip"})
        assert response.status_code == 415
        # 99 MB said, nothing sent: refused before a byte is read.
        response = await client.post(url, content=b"", headers={"content-length": "99000000"})
        check_refusal(response)
        assert response.status_code == 413
    response = await client.request(method, url, content=b"\x80", headers={VERSION_HEADER: "2"})
    check_refusal(response)
    assert response.status_code == 426
    response = await client.request("PATCH", url)
    check_refusal(response)
    assert response.status_code == 405


async def test_body_without_a_length_is_cut_at_the_cap(clients: dict[str, httpx.AsyncClient]) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * CONTROL_BODY:
            sent += 65_536
            yield bytes(65_536)

    response = await clients["stranger"].post("/v1/agency", content=endless())
    check_refusal(response)
    assert response.status_code == 413
    assert sent < 2 * CONTROL_BODY


async def _ask_raw(server: FastAPI, *messages: dict[str, Any]) -> int:
    """The status of a login whose body arrives as ``messages``, and then nothing."""
    left: list[dict[str, Any]] = list(messages)
    statuses: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status"))

    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"kt-version", b"1")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/login", "raw_path": b"/v1/login", "headers": headers,
        "query_string": b"", "scheme": "http", "http_version": "1.1", "root_path": "", "client": ("x", 1),
    }  # fmt: skip
    await server(scope, receive, send)
    return int(statuses[0])


async def test_caller_who_hangs_up_in_the_middle_is_no_fault_of_ours(server: FastAPI) -> None:
    part = {"type": "http.request", "body": b"\x81", "more_body": True}
    assert await _ask_raw(server, part, {"type": "http.disconnect"}) == 400


async def test_body_that_does_not_come_is_not_waited_for_for_ever(config: Config, tmp_path: Path) -> None:
    app = create_app(replace(config, data_dir=tmp_path / "slow", body_seconds=0.01))
    part = {"type": "http.request", "body": b"\x81", "more_body": True}
    assert await _ask_raw(app, part) == 408
    app.state.desk.database.close()


async def test_unknown_key_is_refused_without_repeating_it(clients: dict[str, httpx.AsyncClient]) -> None:
    body = msgpack.packb({"device": bytes(16), MARK: MARK})
    response = await clients["stranger"].post("/v1/login/challenge", content=body)
    check_refusal(response)
    assert decode(ErrorReply, response.content) == ErrorReply(code="bad_body", type="extra_forbidden")


async def test_unknown_route_and_health_answer_plainly(clients: dict[str, httpx.AsyncClient]) -> None:
    response = await clients["stranger"].get("/v1/nothing/" + MARK)
    check_refusal(response)
    assert response.status_code == 404
    response = await clients["stranger"].get("/v1/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert (await clients["stranger"].get(path)).status_code == 404
