"""The one place that joins the parts: home, keys, store, sync, services and screens.

Owns the real clock, randomness and network of a process. Everything below is handed these and
knows nothing of where they come from.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.crypto.kdf import DESKTOP_FLOOR, FLOOR, KdfParams, calibrate
from app.services.device_port import DeviceSecrets, NoSecrets
from app.services.keyholder import HomeKeyholder
from app.services.surroundings import Surroundings
from app.services.tablet import Tablet
from app.store.lockfile import HomeLock

if TYPE_CHECKING:
    from app.services.first_run import FirstRun
    from app.services.whole_wire import Wire
    from app.sync.engine import SyncEngine
    from app.sync.ports import StorePort


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
    trust: ssl.SSLContext | None = None,
    system: DeviceSecrets | None = None,
) -> Surroundings:
    """The real surroundings of a tablet. server_url: used by first run when nothing else is said.

    trust: the agency's own authority. system: where the system keeps secrets for the app, if it does.
    """
    device_time = DeviceTime()

    def open_wire(server_url: str) -> Wire:
        from app.sync.http import HttpTransport

        return HttpTransport(server_url, trust=trust)

    def engine(store: StorePort, wire: Wire) -> SyncEngine:
        from app.sync.engine import SyncEngine

        return SyncEngine(store, wire, device_time, secrets.SystemRandom().random)

    floor = FLOOR if mobile else DESKTOP_FLOOR

    def params() -> KdfParams:
        return calibrate(time.perf_counter, floor=floor)

    return Surroundings(
        time=device_time,
        random=os.urandom,
        kdf_params=params,
        wire=open_wire,
        engine=engine,
        default_server=server_url or "",
        kdf_floor=floor,
        secrets=system or NoSecrets(),
    )


def make_tablet(home: Path, around: Surroundings, held: HomeLock) -> Tablet:
    """The tablet of a home directory, locked or before its first run. held: the home's lock."""
    keyholder = HomeKeyholder(home, around, held)
    tablet = Tablet(keyholder, keyholder.around.time)

    def first_run() -> FirstRun:
        from app.services.first_run import FirstRun

        return FirstRun(tablet, keyholder)

    tablet.begin_with(first_run)
    return tablet
