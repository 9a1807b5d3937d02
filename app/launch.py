"""Starts one tablet: takes its home, shows a window, and makes the rest ready behind it.

Owns the order. The window comes first and takes a second to draw itself; the services, with all they
import, are made in a thread meanwhile. What can be refused at once (the home is in use, the port is
taken, the certificate is none) is refused before anything is shown. Nothing heavy is imported here.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from app import logs
from app.config import make_private, on_mobile
from app.garbage import Stillness, set_aside, undisturbed
from app.store.lockfile import HomeLock, take_home
from app.sync.tls import own_authority

if TYPE_CHECKING:
    import flet as ft

    from app.services.tablet import Tablet
    from app.views.platform.secrets import SystemSecrets

log = logging.getLogger(__name__)

ASSETS = Path(__file__).resolve().parent.parent / "assets"
_SHOWN_FIRST = ("app.views.app", "app.views.screens.unlock")
_REST = (
    "app.services.assembling", "app.services.first_run", "app.sync.engine", "app.sync.http",
    "app.views.screens.today", "app.views.screens.families",
)  # fmt: skip
"""What an open tablet needs and Unlock does not; half of the time that a start takes."""
_FIRST_WINDOW_SECONDS = 3.0
"""How long the rest waits for a window to show Unlock, which takes all the processor there is."""
_SWITCH_SECONDS = 0.0005
"""How long the thread that imports may keep the loop waiting that serves the window (Python: 0.005)."""


def run_app(
    home: Path, server_url: str | None, port: int, view: str, ca_file: Path | None = None
) -> int:
    """Run one tablet until it is closed. view: "web" or "desktop". Returns the exit code.

    Raises HomeInUse when another process has this home open, PortBusy when the port is taken,
    InvalidInput when ca_file is no certificate, StoreFailed when the home cannot be used.
    """
    logs.configure(make_private(home))
    trust = own_authority(ca_file) if ca_file is not None else None
    held = take_home(home)
    try:
        if view == "web":
            return _run_web(Making(home, server_url, trust, held), port)
        system = _system_secrets() if on_mobile() else None
        return _run_window(Making(home, server_url, trust, held, system), system)
    finally:
        held.release()


class Making:
    """The tablet on its way: made in a thread, awaited by every window."""

    def __init__(
        self, home: Path, server_url: str | None, trust: ssl.SSLContext | None, held: HomeLock,
        system: SystemSecrets | None = None,
    ) -> None:  # fmt: skip
        self._make: Callable[[], Tablet] = lambda: _make(home, server_url, trust, held, system)
        self._made: Future[Tablet] = Future()
        self._begun = False
        self._shown = Event()
        self._ending = False
        self._followed = False

    def begin(self) -> None:
        """Begin to make it. What goes wrong is raised by `tablet`."""
        self._begun = True
        Thread(target=self._run, name="making the tablet").start()

    async def tablet(self) -> Tablet:
        """The tablet, once it is made. Raises what kept it from being made."""
        tablet = await asyncio.shield(asyncio.wrap_future(self._made))
        if not self._followed:
            self._followed = True
            _follow(tablet)
        return tablet

    async def end(self) -> None:
        """The app stops: nothing more is imported, and what is open is locked."""
        self._ending = True
        self._shown.set()
        await self.lock("stopping")

    async def lock(self, reason: str) -> None:
        """Lock the tablet. One that was never begun, or not made, has nothing open."""
        if self._begun and await asyncio.to_thread(self._made.exception) is None:
            await (await self.tablet()).lock(reason)

    def shown(self) -> None:
        """A window shows it: what is left to be imported takes no time from that any more."""
        self._shown.set()

    def _run(self) -> None:
        try:
            from app.services.tablet import TabletState

            with _hurried():
                tablet = self._make()
            if tablet.state is TabletState.LOCKED:
                self._made.set_result(tablet)  # a passphrase can be typed while the rest comes
                self._shown.wait(_FIRST_WINDOW_SECONDS)
            with _hurried():
                for name in _REST:
                    if not self._ending:
                        import_module(name)
            if tablet.state is TabletState.LOCKED:
                set_aside()  # modules stay; what is open is `Stillness`'s to set aside
        except BaseException as error:
            if not self._made.done():
                self._made.set_exception(error)
            log.error("not complete: %s", type(error).__name__)  # who unlocks is told
        else:
            if not self._made.done():
                self._made.set_result(tablet)


@contextmanager
def _hurried() -> Iterator[None]:
    """Short turns for this thread, and no look for garbage among modules, which stay."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        with undisturbed():
            yield
    finally:
        sys.setswitchinterval(usual)


def _make(
    home: Path, server_url: str | None, trust: ssl.SSLContext | None, held: HomeLock,
    system: SystemSecrets | None,
) -> Tablet:  # fmt: skip
    from app.bootstrap import make_tablet, surroundings

    for name in _SHOWN_FIRST:
        import_module(name)
    around = surroundings(server_url, mobile=on_mobile(), trust=trust, system=system)
    return make_tablet(home, around, held)


def _follow(tablet: Tablet) -> None:
    """Keep Python's collector away from what stays while the tablet is open."""
    from app.services.tablet import TabletState

    stillness = Stillness(lambda seconds, act: asyncio.get_running_loop().call_later(seconds, act))
    last = tablet.state

    def changed() -> None:
        nonlocal last
        if tablet.state is last:
            return
        last = tablet.state
        if last is TabletState.OPENING:
            stillness.opening()
        elif last is TabletState.OPEN:
            stillness.opened()
        else:
            stillness.closed()

    tablet.watch_state(changed)


def _run_web(making: Making, port: int) -> int:
    from app.views.web.gate import SessionGate
    from app.views.web.serve import run_web

    gate = SessionGate(lambda: making.lock("new_window"))

    async def main(page: ft.Page) -> None:
        async def blank() -> None:
            from app.views.app import show_moved

            show_moved(page)

        tablet = await making.tablet()
        ticket = await gate.enter(blank)
        page.on_close = lambda _event: gate.leave(ticket)
        if ticket.live:
            from app.views.app import show

            show(page, tablet, ASSETS)
            making.shown()

    async def ready(address: str) -> None:
        making.begin()
        print(f"Kitchen Table: {address}", flush=True)
        await making.tablet()

    return run_web(main, port=port, assets_dir=ASSETS, on_ready=ready, on_stop=making.end)


def _system_secrets() -> SystemSecrets:
    """On a tablet or phone; a desktop has keychains too, but nobody has tried them yet."""
    from app.views.platform.secrets import SystemSecrets

    return SystemSecrets()


def _run_window(making: Making, system: SystemSecrets | None) -> int:
    import flet as ft

    async def main(page: ft.Page) -> None:
        if system is not None:
            system.attach(page)
        tablet = await making.tablet()

        from app.views.app import show

        show(page, tablet, ASSETS)
        making.shown()

    making.begin()
    ft.run(main, assets_dir=str(ASSETS), no_cdn=True)
    return 0
