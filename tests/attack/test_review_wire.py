"""What a review proved against the wire: memory a stranger can ask for, and errors that end syncing."""

from __future__ import annotations

import tracemalloc

import httpx
import pytest

from app.errors import AppError
from app.protocol.ids import StreamId
from app.sync.http import HttpTransport
from app.sync.wire import MAX_CONTROL_OPS, AgencyBody, WireInvalid, decode


def test_a_small_body_cannot_ask_for_many_times_its_size_in_memory() -> None:
    """POST /v1/agency takes 4 MiB from anybody; 4 MiB of empty maps become 285 MiB."""
    count = 256 * 1024
    raw = b"\x81\xa3ops\xdd" + count.to_bytes(4, "big") + b"\x80" * count
    tracemalloc.start()
    try:
        with pytest.raises(WireInvalid):
            decode(AgencyBody, raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * len(raw)


async def test_too_many_operations_are_an_error_of_ours_and_do_not_end_the_engine() -> None:
    """The engine survives AppErrors only; anything else ends run_forever without a word."""
    carrier = httpx.MockTransport(lambda request: httpx.Response(500))
    async with HttpTransport("http://localhost", carrier=carrier) as wire:
        with pytest.raises(AppError):
            await wire.found_agency(StreamId(bytes(16)), [b"op"] * (MAX_CONTROL_OPS + 1))
