"""Serves the screens to a browser on this machine, behind the guard.

Owns the socket, the uvicorn server and its end. Refuses every address but loopback: web mode is
for development and evaluation (design 03). No uploads, no content network, no access log.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InvalidInput, PortBusy
from app.views.web.guard import Asgi, WebGuard

if TYPE_CHECKING:
    import flet as ft
    import uvicorn

Main = Callable[["ft.Page"], Awaitable[None] | None]

DISCONNECTED_SESSION_SECONDS = 120
"""How long Flet keeps the screens of a closed window, in case its connection comes back."""

GRACE_SECONDS = 3
"""How long open connections may take to end when the server stops."""

_FLET_OVERRIDES = (
    "FLET_UPLOAD_DIR", "FLET_ASSETS_DIR", "FLET_WEB_NO_CDN", "FLET_WEB_PATH", "FLET_WEB_RENDERER",
    "FLET_WEBSOCKET_HANDLER_ENDPOINT", "FLET_SESSION_TIMEOUT", "FLET_WEB_ROUTE_URL_STRATEGY",
)


def run_web(
    main: Main,
    *,
    port: int,
    assets_dir: Path,
    host: str = "127.0.0.1",
    on_ready: Callable[[str], Awaitable[None]] | None = None,
    on_stop: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Serve the screens until the process is told to stop (SIGINT, SIGTERM). Returns exit code 0.

    main: Flet entry function, run once for every window. port: TCP port. assets_dir: fonts and
    pictures. host: a loopback address. on_ready: awaited with the page's address once it serves;
    what it raises ends the serving, and is raised. on_stop: awaited before the loop ends, for closing
    what is open. Raises InvalidInput (not loopback) and PortBusy.
    """
    listener = bind(host, port)
    with contextlib.closing(listener):
        asyncio.run(_serve(listener, build(main, port=port, assets_dir=assets_dir), on_ready, on_stop))
    return 0


def bind(host: str, port: int) -> socket.socket:
    """A listening TCP socket on a loopback address. Raises InvalidInput, PortBusy."""
    if not ipaddress.ip_address("127.0.0.1" if host == "localhost" else host).is_loopback:
        raise InvalidInput("The screens are served to this machine only (127.0.0.1).", field="host")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise PortBusy(port, "the tablet's screens") from error
    listener.set_inheritable(False)
    return listener


def build(main: Main, *, port: int, assets_dir: Path, token: str | None = None) -> WebGuard:
    """The guarded web app. token: this launch's secret; fresh when None (tests name theirs)."""
    import flet as ft
    import flet_web.fastapi as flet_fastapi

    for name in _FLET_OVERRIDES:  # what Flet would let the environment change behind our back
        os.environ.pop(name, None)
    web: Asgi = flet_fastapi.app(
        main,
        assets_dir=str(assets_dir),
        app_name="Kitchen Table",
        app_description="Wraparound plans and notes, encrypted on this device.",
        web_renderer=ft.WebRenderer.AUTO,  # WebAssembly where the browser can: opens in half the time
        no_cdn=True,
        upload_dir=None,
        session_timeout_seconds=DISCONNECTED_SESSION_SECONDS,
    )
    return WebGuard(web, port=port, token=token or secrets.token_urlsafe(32))


async def _serve(
    listener: socket.socket,
    guarded: WebGuard,
    on_ready: Callable[[str], Awaitable[None]] | None,
    on_stop: Callable[[], Awaitable[None]] | None,
) -> None:
    host, port = listener.getsockname()[:2]
    server = _server(guarded)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    try:
        if on_ready is not None and server.started:
            try:
                await on_ready(f"http://{host}:{port}")
            except BaseException:
                server.should_exit = True
                await serving
                raise
        await serving
    finally:
        if on_stop is not None:
            await on_stop()


def _server(guarded: WebGuard) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn without its own signal handling: it would raise the signal again after serving."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Server(
        uvicorn.Config(
            guarded,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="websockets-sansio",
            lifespan="on",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
