"""The server process: routes, start and stop.

Owns nothing but the wiring.  ``create_app`` makes an application for tests and other servers,
``run`` serves it quietly until SIGTERM.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.errors import AppError, PortBusy, ServerCannotStart
from app.sync.wire import ErrorReply
from server import blobs, devices, heads, people, root, segments, streams
from server.authority import parse_fingerprint
from server.config import Config
from server.database import Database, NotConfirmed
from server.desk import Desk
from server.edge import PATTERN, Rim, answer, guarded
from server.metrics import Standing, told
from server.serving import listen, own_origins, serve
from server.tls import server_context
from server.workers import Orders, family

Endpoint = Callable[[Desk, Request], Awaitable[BaseModel]]

ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/v1/agency", streams.found_agency),
    ("POST", "/v1/agency/chain", root.agency_chain),
    ("POST", "/v1/login/challenge", devices.challenge),
    ("POST", "/v1/login", devices.login),
    ("POST", "/v1/heads", heads.heads),
    ("GET", "/v1/streams/{stream}/control", streams.read_control),
    ("POST", "/v1/streams/{stream}/control", streams.append_control),
    ("POST", "/v1/streams/{stream}/segments", segments.push),
    ("GET", "/v1/streams/{stream}/segments", segments.pull),
    ("GET", "/v1/streams/{stream}/chains", segments.chains),
    ("POST", "/v1/streams/{stream}/blobs/{blob}/{number}", blobs.put),
    ("GET", "/v1/streams/{stream}/blobs/{blob}/{number}", blobs.get),
    ("GET", "/v1/streams/{stream}/blobs/{blob}", blobs.state),
    ("GET", "/v1/streams/{stream}/snapshots", blobs.snapshots),
    ("GET", "/v1/people/{person}/chains", people.chains),
    ("GET", "/v1/people/{person}/streams", people.streams),
    ("GET", "/v1/devices/contacts", people.contacts),
    ("POST", "/v1/invitations", devices.invite),
    ("POST", "/v1/invitations/{invitation}/join", devices.join),
    ("GET", "/v1/invitations/{invitation}", devices.poll),
)
"""Every route but health and readiness: method, path, endpoint.  Tests walk this list."""


def create_app(config: Config) -> FastAPI:
    """An application on its own database.  Raises ServerCannotStart."""
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = Database(config.url, config.random, config.now_ms, connections=config.connections)
    except (OSError, SQLAlchemyError, NotConfirmed) as error:
        raise ServerCannotStart(type(error).__name__) from error
    desk = Desk(config, database)
    try:
        _begin(desk)
    except (AppError, SQLAlchemyError) as error:
        database.close()
        if isinstance(error, ServerCannotStart):
            raise
        raise ServerCannotStart(type(error).__name__) from error
    app = FastAPI(title="Kitchen Table", docs_url=None, redoc_url=None, openapi_url=None)
    app.router.redirect_slashes = False
    app.state.desk = desk
    for method, path, endpoint in ROUTES:
        app.add_route(path, guarded(partial(endpoint, desk), path), methods=[method])
    app.add_route("/v1/health", _health, methods=["GET"])
    app.add_route("/v1/ready", partial(_ready, desk), methods=["GET"])
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_middleware(Rim, marker=lambda: database.marker, meter=desk.meter)
    return app


def _begin(desk: Desk) -> None:
    """Forget what ran out while nobody served; refuse a database that belongs to another agency."""
    with desk.database.write() as connection:
        devices.forget_expired(connection, desk.now_ms())
        desk.authority.check_pin(connection, desk.config.agency_fingerprint)


async def _health(request: Request) -> Response:
    """The process answers.  JSON, for whoever watches it."""
    request.scope[PATTERN] = "/v1/health"
    return JSONResponse({"status": "ok"})


async def _ready(desk: Desk, request: Request) -> Response:
    """The database takes writes.  For whoever decides where tablets are sent."""
    request.scope[PATTERN] = "/v1/ready"
    trouble = await desk.readiness.trouble()
    if trouble:
        return JSONResponse({"status": "not_ready", "code": trouble}, 503)
    return JSONResponse({"status": "ready"})


async def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    code = "method_not_allowed" if status == 405 else "not_found"
    return answer(ErrorReply(code=code), status)


def run(
    data_dir: Path,
    port: int,
    database_url: str | None = None,
    host: str = "127.0.0.1",
    *,
    origins: Sequence[str] = (),
    restored: bool = False,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    agency: str = "",
    workers: int = 1,
    metrics_port: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun and return.

    origins: addresses under which devices reach this server, besides its own.
    restored: the database comes from a backup; every device is told to compare.
    tls_cert, tls_key: PEM files; with both the server speaks TLS and nothing else.
    agency: fingerprint of the one agency that may be founded here, as the app shows it.
    workers: how many processes answer. metrics_port: where this machine may read the counts.
    Raises PortBusy or ServerCannotStart.
    """
    logging.getLogger("server").addHandler(logging.StreamHandler())
    context = server_context(tls_cert, tls_key)
    expected = parse_fingerprint(agency)
    with ExitStack() as leaving:
        listener = leaving.enter_context(listen(host, port))
        port = listener.getsockname()[1]
        own = own_origins("http" if context is None else "https", host, port)
        config = Config(
            data_dir=data_dir,
            origins=(*own, *origins),
            database_url=database_url,
            agency_fingerprint=expected,
        )
        app = create_app(config)
        desk: Desk = app.state.desk
        leaving.callback(desk.close)
        if restored:
            desk.database.renew_marker(desk.config.random)
        registry = desk.meter.registry
        answer_on: Callable[[], None] = partial(serve, app, listener, context)
        if workers > 1:
            orders = Orders(
                listener=listener.fileno(),
                data_dir=str(data_dir.absolute()),
                origins=list(config.origins),
                database_url=database_url,
                agency=expected.hex(),
                # Together as many as one process alone would have, but enough for each.
                connections=max(5, config.connections // workers),
                tls_cert=None if tls_cert is None else str(tls_cert.absolute()),
                tls_key=None if tls_key is None else str(tls_key.absolute()),
            )
            several, registry = leaving.enter_context(family(orders, workers))
            answer_on = several.run
        if metrics_port is not None:
            registry.register(Standing(desk.database, data_dir, desk.now_ms))
            leaving.enter_context(told(registry, metrics_port))
        answer_on()


def main(argv: Sequence[str]) -> int:
    """``python -m server.main``: 0 after SIGTERM, 3 when the port is taken, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="server", description="The agency's central server.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8787)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--database-url")
    parser.add_argument("--origin", action="append", default=[], help="https://sync.example.org")
    parser.add_argument("--restored", action="store_true", help="the database was restored from a backup")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate (PEM, with its chain)")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="the certificate's key (PEM)")
    parser.add_argument("--agency", default="", metavar="FINGERPRINT", help="the one agency to found here")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="how many processes answer")
    parser.add_argument("--metrics-port", type=int, metavar="N", help="where this machine reads the counts")
    given = parser.parse_args(argv)
    try:
        run(
            given.data,
            given.port,
            given.database_url,
            given.host,
            origins=given.origin,
            restored=given.restored,
            tls_cert=given.tls_cert,
            tls_key=given.tls_key,
            agency=given.agency,
            workers=given.workers,
            metrics_port=given.metrics_port,
        )
    except PortBusy as error:
        print(error.user_message, file=sys.stderr)
        return 3
    except AppError as error:
        said = f" ({error.detail})" if type(error) is ServerCannotStart else ""
        print(f"{error.user_message}{said}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
