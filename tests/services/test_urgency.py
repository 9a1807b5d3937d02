"""Which families are needed first: today's meetings, then what was looked at last on this tablet."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from app.services.desk import Desk, Me
from app.services.urgency import urgent_streams
from app.store.auditor import Act
from tests.fakes.agency import FakeAgency, record_id

DAY_MS = 86_400_000


async def test_todays_meetings_come_first_then_what_was_looked_at_last(tmp_path: Path) -> None:
    agency = FakeAgency()
    families = [agency.family(opener=1, members=[0]) for _ in range(8)]
    late, early, tomorrow, cancelled, seen, seen_before, _, others = families
    vault = await agency.vault(1, tmp_path, families)
    member = agency.members[1]
    now = member.clock.now_ms()
    morning = datetime.combine(datetime.fromtimestamp(now / 1000).date(), datetime.min.time())

    def at(hours: float) -> int:
        return int((morning + timedelta(hours=hours)).timestamp() * 1000)

    meetings = [(late, 23.9, "planned"), (early, 0.0, "running")]
    meetings += [(tomorrow, 24.0, "planned"), (cancelled, 9.0, "cancelled")]
    for number, (family, hours, status) in enumerate(meetings):
        meeting = {"starts_at_ms": at(hours), "status": status}
        await vault.commit([family.change("meeting", record_id(number), meeting)])
    for family in (seen_before, seen):
        await vault.commit((), [Act(family.stream, "view", "family", "", "")])
        member.clock.advance(60)
    me = Me(member.person.hex(), member.keyring.device.hex(), "", "", ("coordinator",))
    desk = Desk(vault, member.clock.now_ms, lambda: "", me)
    assert await urgent_streams(desk) == tuple(one.stream for one in (early, late, seen, seen_before))
    # What another tablet showed is no reason here, and what was shown long ago is none any more.
    stranger = Desk(vault, desk.now_ms, desk.new_id, Me(me.person, "f" * 32, "", "", me.roles))
    assert await urgent_streams(stranger) == (early.stream, late.stream)
    member.clock.advance(30 * DAY_MS / 1000)
    assert await urgent_streams(desk) == ()
    assert others.stream not in await urgent_streams(desk)
    await vault.close()
