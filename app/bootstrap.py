"""The one place that joins the parts: home, keys, store, sync, services and screens.

Owns the real clock, randomness and network of a process. Everything below is handed these and
knows nothing of where they come from.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app import logs
from app.config import make_private, on_mobile
from app.crypto.kdf import DESKTOP_FLOOR, FLOOR, KdfParams, calibrate
from app.services.device_port import DeviceSecrets, NoSecrets
from app.services.first_run import FirstRun
from app.services.keyholder import HomeKeyholder, Surroundings, Wire
from app.services.tablet import Tablet
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import StorePort
from app.sync.tls import own_authority

if TYPE_CHECKING:
    import flet as ft

    from app.views.platform.secrets import SystemSecrets

ASSETS = Path(__file__).resolve().parent.parent / "assets"


class DeviceTime:
    """The clocks of this device."""

    def now_ms(self) -> int:
        """UTC milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
        await asyncio.sleep(seconds)


def surroundings(
    server_url: str | None,
    *,
    mobile: bool = False,
    ca_file: Path | None = None,
    system: DeviceSecrets | None = None,
) -> Surroundings:
    """The real surroundings of a tablet. server_url: used by first run when nothing else is said.

    ca_file: the agency's own authority. system: where the system keeps secrets for the app, if it
    does. Raises InvalidInput when ca_file cannot be used.
    """
    trust = own_authority(ca_file) if ca_file is not None else None
    device_time = DeviceTime()

    def engine(store: StorePort, wire: Wire) -> SyncEngine:
        return SyncEngine(store, wire, device_time, secrets.SystemRandom().random)

    floor = FLOOR if mobile else DESKTOP_FLOOR

    def params() -> KdfParams:
        return calibrate(time.perf_counter, floor=floor)

    return Surroundings(
        time=device_time,
        random=os.urandom,
        kdf_params=params,
        wire=partial(HttpTransport, trust=trust),
        engine=engine,
        default_server=server_url or "",
        kdf_floor=floor,
        secrets=system or NoSecrets(),
    )


def make_tablet(
    home: Path,
    server_url: str | None,
    ca_file: Path | None = None,
    system: DeviceSecrets | None = None,
) -> tuple[Tablet, HomeKeyholder]:
    """The tablet of a home directory, locked or before its first run.

    Raises HomeInUse, InvalidInput (ca_file).
    """
    around = surroundings(server_url, mobile=on_mobile(), ca_file=ca_file, system=system)
    keyholder = HomeKeyholder(home, around)
    tablet = Tablet(keyholder, keyholder.around.time)
    tablet.begin_with(FirstRun(tablet, keyholder))
    return tablet, keyholder


def run_app(
    home: Path, server_url: str | None, port: int, view: str, ca_file: Path | None = None
) -> int:
    """Run one tablet until it is closed. view: "web" or "desktop". Returns the exit code.

    Raises HomeInUse when another process has this home open, PortBusy when the port is taken,
    InvalidInput when ca_file is no certificate.
    """
    logs.configure(make_private(home))
    system = _system_secrets() if view != "web" and on_mobile() else None
    tablet, keyholder = make_tablet(home, server_url, ca_file, system)
    try:
        if view == "web":
            return _run_web(tablet, port)
        return _run_window(tablet, system)
    finally:
        keyholder.release()


def _run_web(tablet: Tablet, port: int) -> int:
    from app.views.app import show, show_moved
    from app.views.web.gate import SessionGate
    from app.views.web.serve import run_web

    gate = SessionGate(lambda: tablet.lock("new_window"))

    async def main(page: ft.Page) -> None:
        async def blank() -> None:
            show_moved(page)

        ticket = await gate.enter(blank)
        page.on_close = lambda _event: gate.leave(ticket)
        if ticket.live:
            show(page, tablet, ASSETS)

    return run_web(
        main,
        port=port,
        assets_dir=ASSETS,
        on_ready=lambda address: print(f"Kitchen Table: {address}", flush=True),
        on_stop=_locker(tablet),
    )


def _system_secrets() -> SystemSecrets:
    """On a tablet or phone; a desktop has keychains too, but nobody has tried them yet."""
    from app.views.platform.secrets import SystemSecrets

    return SystemSecrets()


def _run_window(tablet: Tablet, system: SystemSecrets | None) -> int:
    import flet as ft

    from app.views.app import show

    def main(page: ft.Page) -> None:
        if system is not None:
            system.attach(page)
        show(page, tablet, ASSETS)

    ft.run(main, assets_dir=str(ASSETS), no_cdn=True)
    return 0


def _locker(tablet: Tablet) -> Callable[[], Awaitable[None]]:
    async def lock() -> None:
        await tablet.lock("stopping")

    return lock
