"""The rim of the server: bodies in, replies out, and nothing of the input repeated.

Owns the reading of bodies (capped and timed before anything is parsed), the form of refusals
``{code, type, loc}``, the headers of every reply and the last net for unexpected exceptions.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sync.wire import (
    MARKER_HEADER,
    MEDIA_TYPE,
    VERSION_HEADER,
    WIRE_VERSION,
    Body,
    ErrorReply,
    WireInvalid,
    decode,
    encode,
)
from server.database import UNAVAILABLE, is_full
from server.metrics import NO_ROUTE, Meter

log = logging.getLogger(__name__)

_Body = TypeVar("_Body", bound=Body)

PATTERN = "kt.pattern"
"""Where a request's scope says which route took it."""
MAX_ACTIVE = 300
"""Requests of one process at a time; the next one is told to come again."""
MAX_PATH_BYTES = 512
MAX_QUERY_BYTES = 512
MAX_HEADERS = 64
MAX_HEADER_BYTES = 8 * 1024

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    VERSION_HEADER: str(WIRE_VERSION),
}


_BUSY_SECONDS = 5
_HANG_UP = frozenset({408, 413, 414, 431})
"""After these more of the same may be on its way, which nobody wants to read."""


class Refusal(Exception):
    """A request is not granted: an HTTP status and the body of the reply.

    ``keep`` commits what the transaction did before the refusal (a spent challenge, a count).
    ``retry_after`` is in seconds, 0 when there is nothing to wait for.
    """

    def __init__(self, status: int, reply: ErrorReply, *, keep: bool = False, retry_after: int = 0) -> None:
        super().__init__(reply.code)
        self.status = status
        self.reply = reply
        self.keep = keep
        self.retry_after = retry_after


def refuse(status: int, code: str, kind: str = "", *, keep: bool = False, retry_after: int = 0) -> Refusal:
    """A refusal without further fields."""
    return Refusal(status, ErrorReply(code=code, type=kind), keep=keep, retry_after=retry_after)


async def read_body(request: Request, model: type[_Body], cap: int, seconds: float) -> _Body:
    """Read at most ``cap`` bytes within ``seconds`` and parse them as ``model``."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != MEDIA_TYPE:
        raise refuse(415, "wrong_media_type")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise refuse(415, "wrong_encoding")
    declared = request.headers.get("content-length", "")
    # Digits of any script satisfy isdigit; only ASCII ones are a length.
    if declared.isascii() and declared.isdigit() and (len(declared) > 12 or int(declared) > cap):
        raise refuse(413, "too_large")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > cap:
                    raise refuse(413, "too_large")
                parts.append(part)
    except TimeoutError:
        raise refuse(408, "body_too_slow") from None
    except ClientDisconnect:
        raise refuse(400, "body_incomplete") from None
    try:
        return decode(model, b"".join(parts))
    except WireInvalid as error:
        reply = ErrorReply(code="bad_body", type=error.type, loc=list(error.loc))
        raise Refusal(400, reply) from None


def check_version(request: Request) -> None:
    """Refuse a client that speaks another version of the wire."""
    if request.headers.get(VERSION_HEADER) != str(WIRE_VERSION):
        raise refuse(426, "update_needed")


def hex_id(text: str, lengths: tuple[int, ...] = (16,)) -> bytes:
    """An id out of a path: lower-case hexadecimal of an allowed length in bytes."""
    if len(text) // 2 not in lengths or len(text) % 2 or not set(text) <= set("0123456789abcdef"):
        raise refuse(404, "not_found")
    return bytes.fromhex(text)


def number(request: Request, name: str, default: int, top: int) -> int:
    """A whole number of the query, 0..top."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 16 or int(text) > top:
        raise refuse(400, "bad_query", name)
    return int(text)


def answer(reply: BaseModel, status: int = 200, retry_after: int = 0) -> Response:
    """A reply in wire form."""
    headers = {"retry-after": str(retry_after)} if retry_after else {}
    if status in _HANG_UP:
        headers["connection"] = "close"
    return Response(encode(reply), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def guarded(
    endpoint: Callable[[Request], Awaitable[BaseModel]], pattern: str
) -> Callable[[Request], Awaitable[Response]]:
    """Make a route of ``endpoint``: version check, refusals as replies, unknown faults as 5xx.

    pattern: the path as it is counted, without anybody's ids.
    """

    async def route(request: Request) -> Response:
        request.scope[PATTERN] = pattern
        try:
            check_version(request)
            return answer(await endpoint(request))
        except Refusal as refusal:
            return answer(refusal.reply, refusal.status, refusal.retry_after)
        except UNAVAILABLE as error:
            # Locked for too long, disk full, connection or standby lost: the client keeps everything.
            status, code = (507, "server_full") if is_full(error) else (503, "database_unavailable")
            log.error("%s %s", code, type(getattr(error, "orig", None) or error).__name__)
            return answer(ErrorReply(code=code), status, _BUSY_SECONDS)

    return route


class Rim:
    """ASGI middleware: headers on every reply, caps, counts, and a plain 500 instead of a traceback."""

    def __init__(self, app: ASGIApp, marker: Callable[[], str], meter: Meter) -> None:
        self._app = app
        self._marker = marker
        self._meter = meter
        self._active = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, taken, given = time.perf_counter(), 0, 0, 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status, given
            given += len(message.get("body", b""))
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers[MARKER_HEADER] = self._marker()
            await send(message)

        refused = _refused_head(scope)
        if refused is None and self._active >= MAX_ACTIVE:
            refused = answer(ErrorReply(code="too_busy"), 503, _BUSY_SECONDS)
        self._active += 1
        try:
            await (refused or self._app)(scope, receive_counted, send_with_headers)
        except Exception as error:
            # Only the kind is told: the words of an exception may hold what was sent.
            log.error("internal %s", type(error).__name__)
            if not status:
                fallback = answer(ErrorReply(code="internal"), 500)
                await fallback(scope, receive, send_with_headers)
        finally:
            self._active -= 1
            route = scope.get(PATTERN, NO_ROUTE)
            seconds = time.perf_counter() - began
            self._meter.request(scope["method"], route, status, seconds, taken, given)


def _refused_head(scope: Scope) -> Response | None:
    """The refusal of a head that is longer than any of ours, or says two things about its body."""
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    if len(path) > MAX_PATH_BYTES or len(scope["query_string"]) > MAX_QUERY_BYTES:
        return answer(ErrorReply(code="address_too_long"), 414)
    headers = scope["headers"]
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
        return answer(ErrorReply(code="headers_too_long"), 431)
    names = [name for name, _ in headers]
    if b"transfer-encoding" in names and b"content-length" in names:
        # A proxy in front might believe the other one, and take the rest for another request.
        return answer(ErrorReply(code="two_lengths"), 400)
    return None
