"""Every way the wire can fail is one of our errors, and none of them signs anybody out."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from app.errors import (
    AccessClosed,
    AppError,
    ForkSeen,
    HeadMoved,
    InvalidInput,
    NoNetwork,
    SequenceGap,
    ServerAnswerInvalid,
    ServerRefused,
    ServerUnavailable,
    SignInNeeded,
    SyncError,
    UpdateNeeded,
)
from app.protocol.ids import ChainId, DeviceId, StreamId
from app.sync.http import HTTPX_ERRORS, HttpTransport, map_error
from app.sync.ports import OutgoingSegment
from app.sync.wire import MAX_REPLY_BYTES, MEDIA_TYPE, ErrorReply, SegmentsReply, encode

OURS = {"kt-version": "1", "content-type": MEDIA_TYPE}
STREAM = StreamId(bytes(16))
SEGMENT = OutgoingSegment(STREAM, ChainId(bytes(16)), 1, 1, b"raw", b"cert")

Handler = Callable[[httpx.Request], httpx.Response]


def wire(handler: Handler) -> HttpTransport:
    return HttpTransport("https://server.example", carrier=httpx.MockTransport(handler))


def answering(status: int, content: bytes = b"", **headers: str) -> Handler:
    given = {**OURS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda request: httpx.Response(status, content=content, headers=given)


def test_every_public_httpx_exception_is_mapped() -> None:
    public = {
        item
        for name in httpx.__all__
        if isinstance(item := getattr(httpx, name), type) and issubclass(item, Exception)
    }
    assert len(public) > 20
    assert public == set(HTTPX_ERRORS)
    for mapped in HTTPX_ERRORS.values():
        assert issubclass(mapped, SyncError)


@pytest.mark.parametrize("kind", sorted(HTTPX_ERRORS, key=str))
async def test_raised_httpx_error_comes_out_as_ours(kind: type[Exception]) -> None:
    made: Exception
    if kind is httpx.HTTPStatusError:
        made = httpx.HTTPStatusError("x", request=httpx.Request("GET", "x"), response=httpx.Response(200))
    elif kind in (httpx.StreamConsumed, httpx.StreamClosed, httpx.ResponseNotRead, httpx.RequestNotRead):
        made = kind()
    else:
        made = kind("secret detail")

    def fail(request: httpx.Request) -> httpx.Response:
        raise made

    async with wire(fail) as client:
        with pytest.raises(HTTPX_ERRORS[kind]) as raised:
            await client.heads([])
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("kind", [ConnectionResetError, OSError, UnicodeError])
async def test_operating_system_errors_are_no_network(kind: type[Exception]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise kind("x")

    async with wire(fail) as client:
        with pytest.raises(NoNetwork):
            await client.heads([])


def test_unknown_subclass_is_mapped_by_its_parent() -> None:
    class Newer(httpx.ReadError):
        pass

    assert type(map_error(Newer("x"))) is NoNetwork


EXPECTED: dict[int, type[AppError]] = {
    401: SignInNeeded, 403: AccessClosed, 407: NoNetwork, 408: ServerUnavailable, 426: UpdateNeeded,
    429: ServerUnavailable, 511: NoNetwork,
}  # fmt: skip


def expected(status: int) -> type[AppError]:
    if status in EXPECTED:
        return EXPECTED[status]
    if status < 300:
        return ServerAnswerInvalid
    if status < 400:
        return NoNetwork
    return ServerRefused if status < 500 else ServerUnavailable


@pytest.mark.parametrize("body", [b"", b"<html>", b"\x80", encode(ErrorReply(code="x"))])
@pytest.mark.parametrize(
    "status", [200, 201, 204, *range(300, 310), *range(400, 432), 451, 499, *range(500, 512), 599]
)
async def test_every_status_with_any_body_is_one_of_our_errors(status: int, body: bytes) -> None:
    async with wire(answering(status, b"" if status in (204, 304) else body)) as client:
        with pytest.raises(expected(status)):
            await client.heads([])


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 409, 511])
async def test_captive_portal_is_no_network_and_keeps_the_token(status: int) -> None:
    def portal(request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "text/html", "location": "http://hotel.example/login"}
        return httpx.Response(status, content=b"<html>Welcome!</html>", headers=headers)

    async with wire(portal) as client:
        client._token = "t" * 30
        with pytest.raises(NoNetwork):
            await client.heads([])
        assert client.signed_in


async def test_gateway_before_a_server_that_is_down_is_unavailable() -> None:
    async with wire(lambda request: httpx.Response(502, content=b"<html>Bad Gateway</html>")) as client:
        with pytest.raises(ServerUnavailable):
            await client.heads([])


async def test_retry_after_is_passed_on() -> None:
    async with wire(answering(429, retry_after="17")) as client:
        with pytest.raises(ServerUnavailable) as refused:
            await client.heads([])
    assert refused.value.retry_after_seconds == 17.0


async def test_answers_the_engine_acts_on_carry_their_fields() -> None:
    gap = ErrorReply(code="sequence_gap", expect=4)
    async with wire(answering(409, encode(gap))) as client:
        with pytest.raises(SequenceGap) as raised_gap:
            await client.push(SEGMENT)
    assert raised_gap.value.expect == 4
    fork = ErrorReply(code="fork_seen", dseq=3, hash=bytes(32))
    async with wire(answering(409, encode(fork))) as client:
        with pytest.raises(ForkSeen) as raised_fork:
            await client.push(SEGMENT)
    assert raised_fork.value.dseq == 3
    moved = ErrorReply(code="head_moved", head=bytes(32), count=7)
    async with wire(answering(409, encode(moved))) as client:
        with pytest.raises(HeadMoved) as raised_moved:
            await client.append_control(STREAM, bytes(32), [b"op"])
    assert raised_moved.value.count == 7


@pytest.mark.parametrize("code", ["sequence_gap", "fork_seen", "head_moved", ""])
async def test_conflict_without_its_fields_is_a_plain_refusal(code: str) -> None:
    async with wire(answering(409, encode(ErrorReply(code=code)))) as client:
        with pytest.raises(ServerRefused):
            await client.push(SEGMENT)


async def test_other_protocol_version_asks_for_an_update() -> None:
    async with wire(answering(200, kt_version="2")) as client:
        with pytest.raises(UpdateNeeded):
            await client.heads([])


async def test_compressed_answer_is_refused_even_a_true_one() -> None:
    page = gzip.compress(encode(SegmentsReply(segments=[], cursor=5, more=False)))
    async with wire(answering(200, page, content_encoding="gzip")) as client:
        with pytest.raises(ServerAnswerInvalid, match="content-encoding"):
            await client.pull(STREAM, 5, own=False)


async def test_endless_answer_is_read_up_to_the_cap_only() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 2 * MAX_REPLY_BYTES:
            sent += 65_536
            yield bytes(65_536)

    async with wire(lambda request: httpx.Response(200, content=endless(), headers=OURS)) as client:
        with pytest.raises(ServerAnswerInvalid):
            await client.heads([])
    assert sent <= MAX_REPLY_BYTES + 65_536


@pytest.mark.parametrize(("cursor", "more"), [(4, False), (5, True)])
async def test_page_that_does_not_move_forward_is_refused(cursor: int, more: bool) -> None:
    page = SegmentsReply(segments=[], cursor=cursor, more=more)
    async with wire(answering(200, encode(page))) as client:
        with pytest.raises(ServerAnswerInvalid):
            await client.pull(STREAM, 5, own=False)


async def test_refused_login_is_said_and_is_not_a_missing_token() -> None:
    async def sign(origin: str, challenge: bytes) -> bytes:
        return bytes(64)

    async with wire(answering(401, encode(ErrorReply(code="device_unknown")))) as client:
        with pytest.raises(AccessClosed, match="device_unknown"):
            await client.login(DeviceId(bytes(16)), sign)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "server.example",
        "ftp://server.example",
        "http://server.example",
        "https://",
        "http://\x00",
    ],
)
def test_addresses_that_are_none_or_not_private_are_refused(address: str) -> None:
    with pytest.raises(InvalidInput):
        HttpTransport(address)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Server.Example:443/path", "https://server.example"),
        ("https://server.example:8443", "https://server.example:8443"),
        ("http://127.0.0.1:8700", "http://127.0.0.1:8700"),
        ("http://[::1]:8700", "http://[::1]:8700"),
    ],
)
async def test_origin_is_written_one_way(address: str, origin: str) -> None:
    async with HttpTransport(address) as client:
        assert client.origin == origin
