"""From an unwrapped keyring to the first list: the home opened, the Families query answered.

The keyring is at hand: the passphrase's derivation has a row of its own, and takes as long as it is
told to. Files are in the page cache, imports are done. The peer opens its file with a raw key and
answers the same query of the same service. Without an image, memory is made from the log: what
happens once after an update that changes the tables, or after damage.
"""

from __future__ import annotations

from app.crypto.kdf import DESKTOP_FLOOR, SALT_BYTES, derive
from app.store.image import drop_image

from .bars import Row, bar
from .ground import PEER_KEY, Ground, first_list
from .measure import Lap, Stopwatch, compare, interleave
from .peers import CIPHER, Peer
from .searching import Different


async def measure_unlock(ground: Ground, size: str, rounds: int, rebuilds: int) -> list[Row]:
    """The rows `unlock-<size>` and `rebuild-<size>`. Raises Different."""
    caseload = ground.caseload
    home = ground.copy_of_home(f"unlocking-{size}")
    bare = ground.copy_of_home(f"rebuilding-{size}")
    lengths: set[int] = set()
    image = (home / "image.bin").stat().st_size

    async def ours() -> Lap:
        with Stopwatch() as watch:
            vault = await caseload.vault(home)
            lengths.add(len(await first_list(caseload, vault)))
        if vault.rebuilt_for:
            raise Different(f"the image was of no use: {vault.rebuilt_for}")
        await vault.close()
        return watch.lap

    async def cipher() -> Lap:
        with Stopwatch() as watch:
            peer = Peer(CIPHER, ground.files[CIPHER], PEER_KEY)
            await peer.open()
            lengths.add(len(await first_list(caseload, peer)))
        await peer.close()
        return watch.lap

    async def rebuild() -> Lap:
        drop_image(bare)
        with Stopwatch() as watch:
            vault = await caseload.vault(bare)
            lengths.add(len(await first_list(caseload, vault)))
        await vault.close()
        return watch.lap

    laps = await interleave({"ours": ours, CIPHER: cipher}, rounds, warm=2)
    again = await interleave({"rebuild": rebuild}, rebuilds)
    if len(lengths) != 1:
        raise Different("the lists")
    mine, theirs = laps["ours"], laps[CIPHER]
    ratio = compare(mine, theirs)
    details = {"ours_cpu_ms": mine.cpu * 1000, "families": float(lengths.pop()), "image_mb": image / 1e6}
    return [
        Row(bar(f"unlock-{size}"), mine.wall * 1000, theirs.wall * 1000, ratio.value,
            (ratio.low, ratio.high), ratio.cpu, rounds, details),
        Row(bar(f"rebuild-{size}"), again["rebuild"].wall * 1000, rounds=rebuilds),
    ]  # fmt: skip


async def measure_kdf(rounds: int) -> list[Row]:
    """The row `kdf`."""

    async def floor() -> Lap:
        with Stopwatch() as watch:
            derive("kitchen table example", bytes(SALT_BYTES), DESKTOP_FLOOR, floor=DESKTOP_FLOOR)
        return watch.lap

    laps = await interleave({"floor": floor}, rounds)
    details = {"memory_kib": float(DESKTOP_FLOOR.memory_kib), "iterations": float(DESKTOP_FLOOR.iterations)}
    return [Row(bar("kdf"), laps["floor"].wall * 1000, rounds=rounds, details=details)]
