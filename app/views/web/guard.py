"""The guard in front of the web view: who may talk to it, and from which page.

Flet's `/ws` accepts any Origin, so any page in the same browser could drive an unlocked tablet. This
ASGI wrapper stands before it and lets through only what a window of this very app would send
(ADR 0005):

* Host must be this loopback address and port. A rebound name is refused.
* Origin, where one is sent, must be that same address; `/ws` must send one.
* Fetch metadata, where it is sent, must say same-origin or typed-in (`none`). Links, frames and
  scripts of other sites, and of other ports of this machine, are refused.
* A top-level navigation that passes gets this launch's cookie (HttpOnly, SameSite=Strict). Without
  that cookie nothing else is served, and no socket opens.
* Only GET and HEAD; no uploads, no OAuth, no generated API pages.

It refuses with 403 and never says why in detail. It holds no session state; that is gate.py.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from app.views.web.headers import ALWAYS, NEVER, policy

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost")
"""What this machine is called in an address that may be served."""

READY_PATH = "/ready"
"""Answers 200 when the web view serves; the only thing told to a caller without the cookie."""

SOCKET_PATH = "/ws"
CLOSED_PATHS = ("/docs", "/redoc", "/openapi.json", "/upload", "/oauth_callback")
PUBLIC_FILES = ("/manifest.json", "/favicon.png", "/icons/")
"""Fetched by browsers without cookies; they hold the app's name and picture."""


class Refused(Exception):
    """The request may not pass. Internal to this module: the caller sees 403 or 404."""

    def __init__(self, status: int = 403) -> None:
        super().__init__(status)
        self.status = status


class WebGuard:
    """An ASGI application that wraps another and decides what reaches it."""

    def __init__(self, app: Asgi, *, port: int, token: str) -> None:
        """app: the web app behind. port: the TCP port it is served on. token: this launch's secret,
        at least 128 bits as URL-safe text."""
        self._app = app
        self._hosts = frozenset(f"{name}:{port}" for name in NAMES)
        self._token = token
        # Cookies do not know ports: two tablets on one machine must not overwrite each other's.
        self.cookie_name = f"kt_launch_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass, refuse, or answer `READY_PATH`."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _Headers(scope)
        try:
            host = self._check_host(headers)
            if headers.one("origin") != f"http://{host}" or scope["path"] != SOCKET_PATH:
                raise Refused
            if not self._has_cookie(headers):
                raise Refused
        except Refused:
            await receive()  # websocket.connect; closing before accepting answers 403
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _Headers(scope)
        hardened = _Hardened(send)
        try:
            hardened.cookie = self._admit(scope, headers)
        except Refused as refusal:
            await _answer(hardened, refusal.status, b"This page belongs to another window.\n")
            return
        if scope["path"] == READY_PATH:
            await _answer(hardened, 200, b"ready\n")
            return
        await self._app(scope, receive, hardened)

    def _admit(self, scope: Scope, headers: _Headers) -> bytes:
        """The Set-Cookie value to send along, or nothing. Raises Refused."""
        path: str = scope["path"]
        host = self._check_host(headers)
        origin = headers.one("origin")
        site = headers.one("sec-fetch-site")
        if origin is not None and origin != f"http://{host}":
            raise Refused
        if site not in (None, "same-origin", "none"):
            raise Refused
        if scope["method"] not in ("GET", "HEAD"):
            raise Refused(405)
        if path.startswith(CLOSED_PATHS):
            raise Refused(404)
        if self._has_cookie(headers) or path == READY_PATH or path.startswith(PUBLIC_FILES):
            return b""
        if not _is_navigation(path, headers):
            raise Refused
        return f"{self.cookie_name}={self._token}; Path=/; HttpOnly; SameSite=Strict".encode()

    def _check_host(self, headers: _Headers) -> str:
        host = headers.one("host")
        if host not in self._hosts:
            raise Refused
        return host

    def _has_cookie(self, headers: _Headers) -> bool:
        # Split by hand: a parser that gives up at a neighbour's odd cookie would lock people out.
        pairs = (pair.strip().partition("=") for line in headers.all("cookie") for pair in line.split(";"))
        values = [value for name, _, value in pairs if name == self.cookie_name]
        return any(hmac.compare_digest(value.encode(), self._token.encode()) for value in values)


class _Headers:
    """The header lines of one request."""

    def __init__(self, scope: Scope) -> None:
        self._lines: list[tuple[bytes, bytes]] = list(scope["headers"])

    def all(self, name: str) -> list[str]:
        """Every value sent under a (lower-case) name."""
        return [value.decode("latin-1") for key, value in self._lines if key == name.encode()]

    def one(self, name: str) -> str | None:
        """The value of a header that may stand at most once, or None. Raises Refused when it stands twice."""
        values = self.all(name)
        if len(values) > 1:
            raise Refused
        return values[0] if values else None


class _Hardened:
    """A `send` that puts the security headers on, and the policy with the page's own script hashes."""

    def __init__(self, send: Send) -> None:
        self.cookie = b""
        self._send = send
        self._start: Message | None = None
        self._page: bytearray | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = next((value for key, value in message["headers"] if key.lower() == b"content-type"), b"")
            if kind.startswith(b"text/html"):
                # Held back until the whole page is known: its hashes belong in the header.
                self._start, self._page = message, bytearray()
                return
            await self._send(self._with_headers(message, None))
        elif message["type"] == "http.response.body" and self._start is not None and self._page is not None:
            self._page += message.get("body", b"")
            if not message.get("more_body", False):
                page, start = bytes(self._page), self._start
                self._start = self._page = None
                await self._send(self._with_headers(start, page))
                await self._send({"type": "http.response.body", "body": page, "more_body": False})
        else:
            await self._send(message)

    def _with_headers(self, start: Message, page: bytes | None) -> Message:
        ours = [*ALWAYS, (b"content-security-policy", policy(page))]
        if page is not None:
            # Never kept: a "not modified" answer would come without this launch's hashes.
            ours.append((b"cache-control", b"no-store"))
        else:
            ours.append((b"cache-control", b"no-cache"))
        if self.cookie:
            ours.append((b"set-cookie", self.cookie))
        replaced = {name for name, _ in ours} | NEVER
        kept = [(key, value) for key, value in start["headers"] if key.lower() not in replaced]
        return {**start, "headers": kept + ours}


def _is_navigation(path: str, headers: _Headers) -> bool:
    """Whether a person opens a page at top level, as far as the browser tells.

    A browser that sends fetch metadata must say `navigate` to a `document`; one that sends none
    (an old one, or a tool on this machine) is let in by the front door only.
    """
    mode, target = headers.one("sec-fetch-mode"), headers.one("sec-fetch-dest")
    if mode is None and target is None:
        return path == "/"
    return mode == "navigate" and target == "document"


async def _answer(send: Send, status: int, text: bytes) -> None:
    """Send a short plain-text answer."""
    length = str(len(text)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": False})
