"""The wire as the app sees it: one HTTP client, and every way it can fail made one of ours.

Owns the token (in memory only), the mapping of httpx's exceptions and of every status.  It
refuses to follow redirects and to take an answer that does not carry our version header for the
server's: whatever stands between (captive portal, proxy, hotel page) means *no network*, and
never signs anybody out.  Spec: protocol.md, "Server" and "Enrolment and login".
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType, TracebackType
from typing import TypeVar

import httpx
from pydantic import BaseModel

from app.errors import (
    AccessClosed,
    InvalidInput,
    NoNetwork,
    ServerAnswerInvalid,
    ServerRefused,
    ServerUnavailable,
    SignInNeeded,
    SyncError,
    UpdateNeeded,
)
from app.protocol.ids import DeviceId
from app.protocol.limits import MAX_SEGMENT_BYTES
from app.sync.answers import heads_body, heads_of, refusal
from app.sync.line import Line
from app.sync.ports import (
    Heads,
    LoginSigner,
    StreamPosition,
)
from app.sync.stream_calls import StreamCalls
from app.sync.tls import check_context, failed_handshake
from app.sync.wire import (
    MAX_REPLY_BYTES,
    MEDIA_TYPE,
    VERSION_HEADER,
    WIRE_VERSION,
    ChallengeBody,
    ChallengeReply,
    HeadsReply,
    LoginBody,
    LoginReply,
    WireInvalid,
    decode,
    encode,
)

_Model = TypeVar("_Model", bound=BaseModel)

HTTPX_ERRORS: Mapping[type[Exception], type[SyncError]] = MappingProxyType(
    {
        # The way to the server.
        httpx.TimeoutException: NoNetwork,
        httpx.ConnectTimeout: NoNetwork,
        httpx.ReadTimeout: NoNetwork,
        httpx.WriteTimeout: NoNetwork,
        httpx.PoolTimeout: NoNetwork,
        httpx.NetworkError: NoNetwork,
        httpx.ConnectError: NoNetwork,
        httpx.ReadError: NoNetwork,
        httpx.WriteError: NoNetwork,
        httpx.CloseError: NoNetwork,
        httpx.ProxyError: NoNetwork,
        httpx.TransportError: NoNetwork,
        httpx.RemoteProtocolError: NoNetwork,
        httpx.ProtocolError: NoNetwork,
        httpx.RequestError: NoNetwork,
        httpx.HTTPError: NoNetwork,
        httpx.TooManyRedirects: NoNetwork,
        # What came is not an answer of ours.
        httpx.HTTPStatusError: ServerAnswerInvalid,
        httpx.DecodingError: ServerAnswerInvalid,
        httpx.CookieConflict: ServerAnswerInvalid,
        httpx.StreamError: ServerAnswerInvalid,
        httpx.StreamConsumed: ServerAnswerInvalid,
        httpx.StreamClosed: ServerAnswerInvalid,
        httpx.ResponseNotRead: ServerAnswerInvalid,
        httpx.RequestNotRead: ServerAnswerInvalid,
        # What we asked cannot be sent: the address in the settings is wrong.
        httpx.InvalidURL: ServerRefused,
        httpx.UnsupportedProtocol: ServerRefused,
        httpx.LocalProtocolError: ServerRefused,
    }
)

# A packet that is lost on the way to a connection is sent again after 1, 3 and 7 seconds.
_TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=10.0)
_PROBE_TIMEOUT = httpx.Timeout(6.0)
_TOTAL_SECONDS = 120.0


def map_error(error: Exception) -> SyncError:
    """Our error for one of httpx's, or of the operating system's under it."""
    untrusted = failed_handshake(error)
    if untrusted is not None:
        return untrusted
    for kind in type(error).__mro__:
        if kind in HTTPX_ERRORS:
            return HTTPX_ERRORS[kind](type(error).__name__)
    return NoNetwork(type(error).__name__)


def origin_of(url: httpx.URL) -> str:
    """``scheme://host[:port]`` as both sides sign it; default ports are left out."""
    port = "" if url.port is None else f":{url.port}"
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}{port}"


class HttpTransport(StreamCalls):
    """Implements ``app.sync.ports.Transport`` for one server."""

    def __init__(
        self,
        server_url: str,
        *,
        carrier: httpx.AsyncBaseTransport | None = None,
        trust: ssl.SSLContext | None = None,
        allow_plain_http: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """server_url: https, or http on this machine.  carrier: replaces the network in tests.

        monotonic: seconds, by which the speed of the line is taken.

        trust: who may vouch for the server (``tls.own_authority``); the usual authorities when None.
        Raises InvalidInput for an address that is none.
        """
        try:
            url = httpx.URL(server_url)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise InvalidInput("That is not the address of a server.", field="server") from None
        plain = url.scheme == "http" and (allow_plain_http or url.host in ("localhost", "127.0.0.1", "::1"))
        if not url.host or not (url.scheme == "https" or plain):
            raise InvalidInput("That is not the address of a server.", field="server")
        self.origin = origin_of(url)
        self._token = ""
        self._audit_due = False
        self._monotonic = monotonic
        self._line = Line(MAX_SEGMENT_BYTES)
        self._client = httpx.AsyncClient(
            base_url=self.origin,
            transport=carrier,
            verify=True if trust is None else check_context(trust),
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            headers={VERSION_HEADER: str(WIRE_VERSION), "accept-encoding": "identity"},
        )

    async def __aenter__(self) -> HttpTransport:
        """Use as a context."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        await self.aclose()

    async def aclose(self) -> None:
        """Drop the token and close connections."""
        self._token = ""
        await self._client.aclose()

    # The engine's side.

    @property
    def signed_in(self) -> bool:
        """Whether a token is held; it may have run out."""
        return bool(self._token)

    @property
    def room(self) -> int:
        """Bytes that are worth sending at once."""
        return self._line.room

    async def probe(self) -> None:
        """GET /v1/health: whether our server answers at all."""
        async with self._mapped(), self._client.stream("GET", "/v1/health", timeout=_PROBE_TIMEOUT) as reply:
            check_answer(reply)

    async def login(self, device: DeviceId, sign: LoginSigner) -> None:
        """Challenge, signature, token.  Raises AccessClosed when the server says no."""
        self._token = ""
        try:
            given = await self._call(
                "POST", "/v1/login/challenge", ChallengeReply, ChallengeBody(device=device)
            )
            signature = await sign(self.origin, given.challenge)
            login = LoginBody(
                device=device, challenge=given.challenge, origin=self.origin, signature=signature
            )
            self._token = (await self._call("POST", "/v1/login", LoginReply, login)).token
            self._audit_due = True
        except SignInNeeded as error:
            raise AccessClosed(error.detail) from None

    async def heads(self, positions: Sequence[StreamPosition]) -> Heads:
        """POST /v1/heads; the first one after a login asks for the audit's heads too."""
        path = "/v1/heads?audit=1" if self._audit_due else "/v1/heads"
        reply = await self._call("POST", path, HeadsReply, heads_body(positions))
        self._audit_due = False
        return heads_of(reply)

    # One request.

    async def _call(
        self,
        method: str,
        path: str,
        model: type[_Model],
        content: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = _TOTAL_SECONDS,
    ) -> _Model:
        sent = dict(headers or {})
        raw_body = None
        if content is not None:
            raw_body = encode(content)
            sent["content-type"] = MEDIA_TYPE
        if self._token:
            sent["authorization"] = f"Bearer {self._token}"
        began = self._monotonic()
        async with (
            self._mapped(),
            asyncio.timeout(seconds),
            self._client.stream(method, path, content=raw_body, headers=sent) as response,
        ):
            check_answer(response)
            raw = await _read(response)
        self._line.carried(len(raw_body or b"") + len(raw), self._monotonic() - began)
        if response.status_code != 200:
            raise refusal(response.status_code, raw, response.headers.get("retry-after", ""))
        try:
            return decode(model, raw)
        except WireInvalid as error:
            raise ServerAnswerInvalid(error.type) from None

    @asynccontextmanager
    async def _mapped(self) -> AsyncIterator[None]:
        """Every way in which a request can fail, made one of ours."""
        try:
            yield
        except SyncError as error:
            if isinstance(error, NoNetwork):
                self._line.broke()
            raise
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            httpx.CookieConflict,
            httpx.StreamError,
            OSError,
            UnicodeError,
        ) as error:
            self._line.broke()
            raise map_error(error) from error


def check_answer(response: httpx.Response) -> None:
    """Raise unless status and headers can be our server's.

    NoNetwork for portals and proxies, ServerUnavailable for a gateway in front of a server that
    is down.
    """
    status = response.status_code
    if 300 <= status < 400 or status in (407, 511):
        raise NoNetwork(f"status {status}")
    version = response.headers.get(VERSION_HEADER)
    if version is None:
        if status >= 500:
            raise ServerUnavailable(f"gateway {status}")
        raise NoNetwork(f"foreign answer {status}")
    if version != str(WIRE_VERSION):
        raise UpdateNeeded("version")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ServerAnswerInvalid("content-encoding")


async def _read(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_REPLY_BYTES:
            raise ServerAnswerInvalid("too long")
        parts.append(part)
    return b"".join(parts)
