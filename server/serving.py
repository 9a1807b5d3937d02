"""Listening and answering: the socket, the HTTP server of one process, and its orderly end."""

from __future__ import annotations

import errno
import signal
import socket
import ssl
from collections.abc import Sequence
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.errors import PortBusy, ServerCannotStart
from server.line import MAX_HEAD_BYTES, Line


def own_origins(scheme: str, host: str, port: int) -> Sequence[str]:
    """What a tablet signs that reaches the server directly; the usual port is left out."""
    end = "" if port == {"http": 80, "https": 443}[scheme] else f":{port}"
    names = {f"[{host}]" if ":" in host else host, "127.0.0.1", "localhost"}
    return [f"{scheme}://{name}{end}" for name in sorted(names)]


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on.  Raises PortBusy or ServerCannotStart."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port in TIME_WAIT is free; one that somebody listens on is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortBusy(port, "the agency's server") from error
        raise ServerCannotStart(type(error).__name__) from error
    return listener


def make_server(app: FastAPI, context: ssl.SSLContext | None) -> uvicorn.Server:
    """The HTTP server of ``app`` as ``serve`` uses it, not yet started."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            # Its warnings say only that bytes were no HTTP, once for each attempt.
            log_level="error",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=5,
            # One loop and one parser everywhere, whatever else happens to be installed.
            loop="asyncio",
            http=Line,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            ssl_context_factory=(lambda *_: context) if context is not None else None,
            ws="none",
        )
    )


def serve(app: FastAPI, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    """Answer on ``listener`` until SIGTERM or SIGINT, then finish what was begun and return."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    # uvicorn raises the signal once more after its orderly shutdown; this makes that an exit of 0.
    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        make_server(app, context).run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
