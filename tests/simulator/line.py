"""The line between one tablet and the server, and everything a line can do.

Owns the faults of single requests and what a server that keeps things back leaves out of a page. It
waits in virtual time, so a timeout costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import httpx

from app.sync.wire import SegmentsReply, decode, encode

HTML = b"<html><body>Welcome! Buy an hour of internet.</body></html>"
FAULTS = ("unsent", "reply lost", "doubled", "late", "portal", "redirect", "gateway")
SLOW_SECONDS = 20.0


@dataclass
class Weather:
    """How bad the line is. bad: chance of a fault in each request. cut: nothing goes through at all.

    hidden: chains that the server keeps back from this tablet. hid: it ever did.
    """

    bad: float = 0.0
    cut: bool = False
    hidden: set[bytes] = field(default_factory=set)
    hid: bool = False
    met: dict[str, int] = field(default_factory=dict)


Serve = Callable[[httpx.Request], "asyncio.Future[httpx.Response] | asyncio.Task[httpx.Response]"]


class Line(httpx.AsyncBaseTransport):
    """What carries one tablet's requests. serve: the server as it is at that moment."""

    def __init__(self, serve: httpx.AsyncBaseTransport, weather: Weather, chance: Random) -> None:
        self._serve = serve
        self._weather = weather
        self._chance = chance
        self._late: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, as the weather has it."""
        chance, weather = self._chance, self._weather
        await request.aread()
        await asyncio.sleep(chance.uniform(0.01, 0.3))
        if weather.cut:
            raise httpx.ConnectError("cut", request=request)
        fault = chance.choice(FAULTS) if chance.random() < weather.bad else ""
        if fault:
            weather.met[fault] = weather.met.get(fault, 0) + 1
        if fault == "unsent":
            await asyncio.sleep(SLOW_SECONDS)
            raise httpx.ReadTimeout("black hole", request=request)
        if fault == "late":
            # Arrives when nobody waits for it any more, maybe behind what is sent next.
            task = asyncio.get_running_loop().create_task(self._later(request, chance.uniform(1, 90)))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            await asyncio.sleep(SLOW_SECONDS)
            raise httpx.ReadTimeout("slow", request=request)
        if fault == "portal":
            return httpx.Response(200, content=HTML, headers={"content-type": "text/html"}, request=request)
        if fault == "redirect":
            return httpx.Response(302, headers={"location": "http://portal.example/"}, request=request)
        if fault == "gateway":
            return httpx.Response(502, content=HTML, request=request)
        if fault == "doubled":
            await (await self._serve.handle_async_request(request)).aread()
        response = await self._serve.handle_async_request(request)
        await asyncio.sleep(chance.uniform(0.01, 0.3))
        if fault == "reply lost" or weather.cut:
            raise httpx.ReadError("reset", request=request)
        if weather.hidden and request.method == "GET" and request.url.path.endswith("/segments"):
            return await self._left_out(request, response)
        return response

    async def _later(self, request: httpx.Request, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await (await self._serve.handle_async_request(request)).aread()
        except httpx.HTTPError:
            return  # the server is down: lost for good

    async def _left_out(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        raw = await response.aread()
        if response.status_code != 200:
            return httpx.Response(response.status_code, headers=response.headers, content=raw)
        page = decode(SegmentsReply, raw)
        # The chain is at a fixed place of the first envelope's header (docs/protocol.md, "Envelope").
        kept = [one for one in page.segments if bytes(one.segment[31:47]) not in self._weather.hidden]
        changed = page.model_copy(update={"segments": kept})
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return httpx.Response(200, headers=headers, content=encode(changed), request=request)

    async def aclose(self) -> None:
        """What is under way stays under way."""
