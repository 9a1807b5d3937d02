"""Memory at its peak, in a process of its own: open, list, one search.

The peak is the kernel's (VmHWM), less what the same process had taken before it opened anything
(Python, the app's modules). Run as `python -m bench.footprint MODE SCRATCH`, it is that process.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

from app.store.image import drop_image
from app.store.vault import Vault
from tests.fakes.agency import FakeAgency

from .bars import Row, bar
from .caseload import READER, Caseload
from .ground import PEER_KEY, Ground, first_list
from .peers import CIPHER, Peer

MODES = ("image", "log", "cipher")


def measure_footprint(ground: Ground, rounds: int) -> list[Row]:
    """The rows `peak-10k` and `peak-rebuild-10k`."""
    homes = {mode: ground.copy_of_home(f"footprint-{mode}") for mode in MODES if mode != "cipher"}
    paths = {**homes, "cipher": ground.files[CIPHER]}
    taken: dict[str, list[float]] = {mode: [] for mode in MODES}
    before: list[float] = []
    for _ in range(rounds):
        for mode in MODES:
            drop = homes["log"] if mode == "log" else None
            if drop is not None:
                drop_image(drop)
            done = subprocess.run(
                [sys.executable, "-m", "bench.footprint", mode, str(paths[mode])],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            start, peak = (float(word) for word in done.stdout.split())
            before.append(start)
            taken[mode].append(peak - start)
    image, log, cipher = (median(taken[mode]) for mode in MODES)
    details = {"before_mb": median(before)}
    return [
        Row(bar("peak-10k"), image, cipher, image / cipher, rounds=rounds, details=details),
        Row(bar("peak-rebuild-10k"), log, rounds=rounds),
    ]


def peak_mb() -> float:
    """The most memory this process has had at once, in MB (10^6 bytes)."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


async def _child(mode: str, path: Path) -> tuple[float, float]:
    caseload = Caseload(FakeAgency(), (), (), ())
    start = peak_mb()
    if mode == "cipher":
        peer = Peer(CIPHER, path, PEER_KEY)
        await peer.open()
        await first_list(caseload, peer)
        await peer.close()
    else:
        member = caseload.agency.members[READER]
        vault = await Vault.open(path, member.keyring, member.clock.now_ms, os.urandom)
        await first_list(caseload, vault)
        await vault.search("school")
        await vault.close()
    return start, peak_mb()


if __name__ == "__main__":
    print(*asyncio.run(_child(sys.argv[1], Path(sys.argv[2]))))
