"""What a tablet has around it: clocks, randomness, the network, the system's secrets.

Owns the value that bootstrap fills with the real ones and tests with others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.crypto.kdf import FLOOR, KdfParams
from app.crypto.primitives import Random

from .device_port import DeviceSecrets, NoSecrets
from .idle import Time

if TYPE_CHECKING:
    from app.sync.engine import SyncEngine
    from app.sync.ports import StorePort

    from .whole_wire import Wire


@dataclass(frozen=True)
class Surroundings:
    """What a tablet has around it; bootstrap gives the real ones, tests give others.

    kdf_params: cost of a new passphrase on this machine. wire: opens a wire to a server's URL.
    engine: joins a store and a wire. default_server: the address this start was told, or "": it is
    proposed by first run and wins over the one kept in the home. kdf_floor: passphrase blobs that
    ask for less are refused. secrets: what the system keeps.
    """

    time: Time
    random: Random
    kdf_params: Callable[[], KdfParams]
    wire: Callable[[str], Wire]
    engine: Callable[[StorePort, Wire], SyncEngine]
    default_server: str = ""
    kdf_floor: KdfParams = FLOOR
    secrets: DeviceSecrets = field(default_factory=NoSecrets)
