"""Whatever the network answers, nobody is locked or signed out, and "On the server" is never a guess."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.services.tablet import Tablet, TabletState
from app.sync.http import HttpTransport
from tests.services.crew import family_with_note, sent, write
from tests.services.office import PASSPHRASE, Office, office, until

Answer = Callable[[httpx.Request], httpx.Response]

PORTAL = "<html><body>Welcome to Cafe Wi-Fi. Log in to go on.</body></html>"


def _cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("black hole", request=request)


def _intercepted(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate", request=request)


ANSWERS: dict[str, Answer] = {
    "token_refused": lambda request: httpx.Response(401, json={"code": "sign_in"}),
    "forbidden": lambda request: httpx.Response(403, text="no"),
    "portal_page": lambda request: httpx.Response(200, html=PORTAL),
    "portal_redirect": lambda request: httpx.Response(302, headers={"location": "http://portal.example/"}),
    "portal_511": lambda request: httpx.Response(511, html=PORTAL),
    "server_ill": lambda request: httpx.Response(500, text="boom"),
    "proxy_gone": lambda request: httpx.Response(502, text="bad gateway"),
    "no_network": _cut,
    "black_hole": _slow,
    "tls_intercepted": _intercepted,
}


class _Between(httpx.AsyncBaseTransport):
    """The line to the server, on which somebody else may answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.answer: Answer | None = None
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.answer is None:
            return await self._inner.handle_async_request(request)
        self.asked += 1
        return self.answer(request)


def _listen(place: Office) -> _Between:
    between = _Between(httpx.ASGITransport(app=place.app))  # type: ignore[arg-type]
    place._wire = lambda url: HttpTransport(url, carrier=between)  # type: ignore[method-assign]
    return between


async def _settled(tablet: Tablet, between: _Between) -> None:
    """A round, begun after the answers changed, has failed."""
    asked = between.asked
    tablet.open.syncing.now()

    async def failed() -> bool:
        return between.asked > asked and bool(tablet.open.syncing.status.problem)

    await until(failed)


@pytest.mark.parametrize("name", sorted(ANSWERS))
async def test_nothing_that_answers_in_the_servers_place_locks_or_lies(tmp_path: Path, name: str) -> None:
    async with office(tmp_path) as place:
        between = _listen(place)
        tablet = await place.founded()
        family = await family_with_note(tablet, "Nia", "Before.")
        await sent(tablet)
        states: list[TabletState] = []
        tablet.watch_state(lambda: states.append(tablet.state))
        between.answer = ANSWERS[name]
        note = await write(tablet, family, "In the stairwell.")
        await _settled(tablet, between)

        # Open, working, and exactly as much "On the server" as was acknowledged.
        assert tablet.state is TabletState.OPEN and states == []
        vault = tablet.open.desk.vault
        shown = {one.body: one.sync_state for one in await tablet.open.notes.of_family(family)}
        assert shown == {"Before.": "on_server", "In the stairwell.": "saved_on_tablet"}
        assert await vault.status(note) == "saved_on_tablet"
        assert (await tablet.open.syncing.chip()).kind in ("could_not_send", "no_network", "not_on_server")
        assert (await tablet.open.syncing.note_chip(note)).kind in ("saved_on_tablet", "could_not_send")
        assert [one.record_id for one in await tablet.open.story.waiting() if one.type == "note"] == [note]

        between.answer = None
        tablet.open.syncing.now()
        await sent(tablet)
        assert await vault.status(note) == "on_server"
        assert tablet.state is TabletState.OPEN and states == []


async def test_what_waits_is_still_told_after_locking_without_a_network(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        between = _listen(place)
        tablet = await place.founded()
        family = await family_with_note(tablet, "Nia", "Before.")
        await sent(tablet)
        between.answer = _cut
        await write(tablet, family, "Offline.")
        await tablet.lock("test")
        held = await tablet.unsent()
        assert held is not None and held.changes >= 1 and held.attachments == 0

        await tablet.unlock(PASSPHRASE)
        assert await tablet.unsent() is None  # an open tablet knows better: it is asked directly
        assert await tablet.open.syncing.unsent() == 1


async def test_a_photo_that_waits_keeps_the_chip_honest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        await sent(tablet)
        syncing = tablet.open.syncing
        assert (await syncing.chip()).kind == "on_server"

        async def two() -> int:
            return 2

        monkeypatch.setattr(tablet.open.desk.vault, "unsent_attachments", two)
        assert (await syncing.chip()).kind == "not_on_server"
        assert await syncing.unsent_photos() == 2


async def test_the_next_try_is_told_after_a_failure_and_forgotten_after_a_success(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        between = _listen(place)
        tablet = await place.founded()
        await sent(tablet)
        assert tablet.open.syncing.status.next_try_ms is None
        between.answer = ANSWERS["server_ill"]
        told: list[int | None] = []
        tablet.open.syncing.watch(lambda: told.append(tablet.open.syncing.status.next_try_ms))
        await _settled(tablet, between)

        async def due() -> bool:
            return any(told)

        await until(due)
        between.answer = None
        await sent(tablet)
        assert tablet.open.syncing.status.next_try_ms is None
