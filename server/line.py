"""The line under the server: HTTP/1.1 as uvicorn speaks it, with our headers and with an end to waiting.

Owns what happens before a request reaches the application: too many lines, heads that do not come,
bytes that are no HTTP.  Each is answered in our own words, or not at all.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.sync.wire import MEDIA_TYPE, ErrorReply, encode
from server.edge import HEADERS

MAX_LINES = 800
"""Connections of one process; the next one is closed at once."""
MAX_HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 20.0


class Line(H11Protocol):
    """One connection."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the line, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_LINES:
            transport.abort()
            return
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the line."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes; a head that has begun must be complete in time."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            if self._waiting is None:
                self._expect_head()
        else:
            self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP: say so in our own form, and hang up."""
        self._stop_waiting()
        if self.cycle is not None and not self.cycle.response_complete:
            # The application still thinks of the request before; its answer has nowhere to go.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = encode(ErrorReply(code="bad_request"))
            given = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), "connection": "close"}
            headers = [(name.encode(), value.encode()) for name, value in {**HEADERS, **given}.items()]
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def shutdown(self) -> None:
        """The server ends: a line on which nothing is under way is dropped, without a goodbye.

        With TLS the other side would have to answer a goodbye, and may have gone away long ago.
        """
        idle = self.cycle is None or self.cycle.response_complete
        if idle and not self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().shutdown()

    def _expect_head(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
