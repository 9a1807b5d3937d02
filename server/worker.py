"""One of several processes that answer on the same socket: `python -m server.worker`, by its parent only.

It is told on its standard input what to serve.  When that input ends the parent is gone, and it leaves too.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from app.errors import AppError, ServerCannotStart
from server.config import Config
from server.desk import Desk
from server.main import create_app
from server.serving import serve
from server.tls import server_context
from server.workers import Orders


def main() -> int:
    """0 after SIGTERM or the parent's end, 1 when it cannot start."""
    # Unbuffered: a thread that waits in a buffer would be in the way of the interpreter's end.
    with open(0, "rb", buffering=0, closefd=False) as told:
        orders = Orders(**json.loads(told.readline()))
    threading.Thread(target=_leave_with_parent, name="parent", daemon=True).start()
    logging.getLogger("server").addHandler(logging.StreamHandler())
    try:
        context = server_context(_path(orders.tls_cert), _path(orders.tls_key))
        app = create_app(
            Config(
                data_dir=Path(orders.data_dir),
                origins=tuple(orders.origins),
                database_url=orders.database_url,
                agency_fingerprint=bytes.fromhex(orders.agency),
                connections=orders.connections,
            )
        )
    except AppError as error:
        said = f" ({error.detail})" if type(error) is ServerCannotStart else ""
        print(f"{error.user_message}{said}", file=sys.stderr)
        return 1
    desk: Desk = app.state.desk
    with socket.socket(fileno=orders.listener) as listener:
        try:
            serve(app, listener, context)
        finally:
            desk.close()
    return 0


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _leave_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
