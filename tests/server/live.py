"""The real HTTP server in a thread of this process, so that its logs can be read."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from server.serving import make_server


@contextmanager
def live(
    make: Callable[[int], FastAPI], context: ssl.SSLContext | None = None
) -> Iterator[tuple[int, FastAPI]]:
    """Serve what `make` makes for a free port of this machine, until the block ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # From here on clients are kept waiting, so nobody has to ask whether the server is there yet.
    listener.listen(256)
    port = int(listener.getsockname()[1])
    app = make(port)
    server = make_server(app, context)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield port, app
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        app.state.desk.database.close()
        assert not thread.is_alive()
