"""Every family at a glance with its clocks: read for the first time, after one family changed, and again.

The service is the app's own; the caseload is that of `unlock-<size>`. What is timed is what stands
between an open tablet and the first answer that Today, the list and the supervisor's board draw.
"""

from __future__ import annotations

from app.services.caseload import Caseload as Families
from app.services.desk import Desk, Me
from app.services.practice_rules import PracticeRules
from app.store.vault import Change

from .bars import Row, bar
from .caseload import READER
from .ground import Ground
from .measure import Lap, Stopwatch, interleave


async def measure_glance(ground: Ground, size: str, rounds: int) -> list[Row]:
    """The rows `glance-<size>` and `glance-again-<size>`."""
    caseload = ground.caseload
    vault = await caseload.vault(ground.copy_of_home(f"glance-{size}"))
    member = caseload.agency.members[READER]
    me = Me(member.person.hex(), member.keyring.device.hex(), "", "", ("supervisor",))
    desk = Desk(vault, member.clock.now_ms, lambda: "", me)
    known = Families(desk, PracticeRules(desk))
    count = len(await known.families())
    number = 0

    async def first() -> Lap:
        fresh = Families(desk, PracticeRules(desk))
        with Stopwatch() as watch:
            await fresh.families()
        fresh.drop()
        return watch.lap

    async def again() -> Lap:
        nonlocal number
        number += 1
        family = caseload.families[number % len(caseload.families)]
        note = {"kind": "phone", "started_at_ms": desk.now_ms(), "written_at_ms": desk.now_ms(), "body": "x"}
        await vault.commit([Change(family.stream, "note", f"{number:032x}", note)])
        with Stopwatch() as watch:
            await known.families()
        return watch.lap

    try:
        laps = await interleave({"first": first, "again": again}, rounds, warm=1)
    finally:
        await vault.close()
    details = {"families": float(count)}
    return [
        Row(bar(f"glance-{size}"), laps["first"].wall * 1000, rounds=rounds, details=details),
        Row(bar(f"glance-again-{size}"), laps["again"].wall * 1000, rounds=rounds, details=details),
    ]
