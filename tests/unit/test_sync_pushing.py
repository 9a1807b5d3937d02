"""What is sent first, how much at once, and what the line is taken to carry."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from app.errors import NoNetwork, ServerUnavailable, SignInNeeded
from app.protocol.ids import ChainId, StreamId
from app.sync.http import HttpTransport
from app.sync.line import FIRST, LEAST, Line
from app.sync.ports import OwnChain
from app.sync.pushing import SLOW, SMALL, TINY, in_turn
from app.sync.status import SyncState
from app.sync.wire import VERSION_HEADER, WIRE_VERSION
from tests.unit.test_sync_cancel import two_tablets

MOST = 2**20


def chain(name: str, size: int) -> OwnChain:
    letter = name.encode()
    return OwnChain(StreamId(letter * 16), ChainId(letter * 16), 2, 1, size)


def names(chains: list[OwnChain]) -> str:
    return "".join(one.stream[:1].decode() for one in chains)


def test_small_comes_before_large_and_among_these_what_is_preferred() -> None:
    chains = [chain("a", SMALL + 9), chain("b", SMALL), chain("c", 10), chain("d", SMALL + 1)]
    assert names(in_turn(chains, ())) == "cbda"
    assert names(in_turn(chains, (chains[0].stream, chains[1].stream))) == "bcad"


@pytest.mark.parametrize(
    ("carried", "room"),
    [
        ([], MOST),
        ([(500, 0.1)], MOST),
        ([(500, 0.9)], FIRST),
        ([(500, 0.9), (500, 0.1)], MOST),
        ([(60_000, 10.0)], 60_000),
        ([(60_000, 10.0), (500, 0.1)], 60_000),
        ([(60_000, 0.01)], MOST),
        ([(60_000, 0.0)], MOST),
        ([(10_000, 100.0)], LEAST),
        ([(60_000, 10.0), (60_000, 30.0)], 40_000),
    ],
)
def test_the_line_is_what_the_last_requests_have_shown(
    carried: list[tuple[int, float]], room: int
) -> None:
    line = Line(MOST)
    for size, seconds in carried:
        line.carried(size, seconds)
    assert line.room == room


def test_after_a_break_the_line_is_tried_with_little() -> None:
    line = Line(MOST)
    line.carried(60_000, 0.01)
    line.broke()
    assert line.room == FIRST


@pytest.mark.parametrize(
    ("room", "size", "together"), [(SLOW - 1, TINY + 1, 1), (SLOW - 1, TINY, 3), (SLOW, TINY + 1, 3)]
)
async def test_on_a_slow_line_large_pieces_go_one_by_one(room: int, size: int, together: int) -> None:
    here, _, _ = two_tablets()
    here.wire.line_room = room
    assert (await here.engine.run_once()).problem == ""
    streams = [stream for stream in here.store.control if stream != here.store.agency]
    for stream in streams:
        here.store.write(stream, 3)
    own = here.store.own_chains

    async def sized() -> list[OwnChain]:
        return [OwnChain(c.stream, c.chain, c.last, c.acked, size) for c in await own()]

    here.store.own_chains = sized  # type: ignore[method-assign]
    under_way: set[bytes] = set()
    most = 0
    push = here.wire.push

    async def watched(segment: object) -> object:
        nonlocal most
        under_way.add(segment.chain)  # type: ignore[attr-defined]
        most = max(most, len(under_way))
        await asyncio.sleep(0)
        try:
            return await push(segment)  # type: ignore[arg-type]
        finally:
            under_way.discard(segment.chain)  # type: ignore[attr-defined]

    here.wire.push = watched  # type: ignore[method-assign, assignment]
    here.store.segment_size = 1
    assert (await here.engine.run_once()).pending == 0
    assert most == together


async def test_a_token_that_runs_out_while_chains_are_sent_side_by_side_costs_one_login() -> None:
    here, there, _ = two_tablets()
    assert (await here.engine.run_once()).problem == ""
    for stream in [stream for stream in here.store.control if stream != here.store.agency]:
        here.store.write(stream, 3)
    here.wire.calls.clear()
    here.wire.fail("push", SignInNeeded(), SignInNeeded())
    status = await here.engine.run_once()
    assert (status.problem, status.pending) == ("", 0)
    assert here.wire.calls.count("login") == 1
    assert (await there.engine.run_once()).received == 9


async def test_a_network_that_goes_ends_every_push_and_loses_nothing() -> None:
    here, there, _ = two_tablets()
    assert (await here.engine.run_once()).problem == ""
    for stream in [stream for stream in here.store.control if stream != here.store.agency]:
        here.store.write(stream, 5)
    here.wire.fail("push", NoNetwork(), after=True)
    status = await here.engine.run_once()
    assert (status.state, status.problem) == (SyncState.OFFLINE, "no_network")
    here.wire.after = lambda name: None
    assert (await here.engine.run_once()).pending == 0
    assert (await there.engine.run_once()).received == 15


OURS = {VERSION_HEADER: str(WIRE_VERSION)}


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(200, headers=OURS), None),
        (httpx.Response(503, headers=OURS), None),
        (httpx.Response(200, html="<h1>Welcome to our hotel</h1>"), NoNetwork),
        (httpx.Response(302, headers={"location": "https://portal.example"}), NoNetwork),
        (httpx.Response(511), NoNetwork),
        (httpx.Response(502), ServerUnavailable),
    ],
    ids=["ours", "ours, busy", "hotel", "redirect", "511", "gateway"],
)
async def test_only_our_own_server_answers_a_probe(
    response: httpx.Response, error: type[Exception] | None
) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return response

    async with HttpTransport("https://server.example", carrier=httpx.MockTransport(answer)) as wire:
        wire._token = "secret" * 8
        if error is None:
            await wire.probe()
        else:
            with pytest.raises(error):
                await wire.probe()
        assert wire.signed_in
    assert [(one.method, one.url.path) for one in asked] == [("GET", "/v1/health")]
    assert "authorization" not in asked[0].headers


async def test_a_slow_line_is_asked_for_small_pages() -> None:
    now = [0.0]
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.query.decode())
        now[0] += 20.0
        raise httpx.ReadTimeout("slow", request=request)

    wire = HttpTransport(
        "https://server.example", carrier=httpx.MockTransport(answer), monotonic=lambda: now[0]
    )
    async with wire:
        for _ in range(2):
            with pytest.raises(NoNetwork):
                await wire.pull(StreamId(bytes(16)), 7, own=False)
    assert paths == ["after=7&own=0", "after=7&own=0&limit=4"]
