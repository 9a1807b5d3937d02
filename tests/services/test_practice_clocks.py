"""Which records start and stop a family's clocks, and which do not, as the caseload reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.protocol.ids import singleton_id
from app.services.caseload import Caseload
from app.services.caseload_views import CaseFamily
from app.services.practice_rules import PracticeRules
from app.store.vault import Change
from app.wraparound.records import (
    Disclosure,
    EnteredInError,
    Family,
    MeasureScore,
    Meeting,
    Note,
    Person,
    Release,
)
from tests.services.rig import Pair, pair

RULES = (
    '[[clock]]\ncode = "meet"\nname = "M"\nstart = ["enrolled"]\nstop = ["team_meeting"]\ndays = 30\n'
    '[[clock]]\ncode = "crisis"\nname = "C"\nstart = ["crisis_note"]\n'
    'stop = ["crisis_plan_changed"]\ndays = 2\n'
    '[[clock]]\ncode = "told"\nname = "T"\nstart = ["left_without_release"]\n'
    'stop = ["seen_without_release"]\ndays = 2\n'
    '[[clock]]\ncode = "seen"\nname = "S"\nstart = ["measure"]\nstop = ["contact"]\ndays = 9\n'
    '[[clock]]\ncode = "ends"\nname = "R"\nstart = ["release_ends"]\nstop = ["release_over"]\nbefore = 30\n'
)


class Running:
    """A family whose clocks are looked at."""

    def __init__(self, tablets: Pair) -> None:
        self.tablets = tablets
        self._rules = PracticeRules(tablets.supervisor.desk)
        self._caseload = Caseload(tablets.supervisor.desk, self._rules)

    async def begin(self) -> None:
        desk, stream = self.tablets.supervisor.desk, self.tablets.family.stream
        await self._rules.save("clocks", RULES, desk.today(), "Ours.")
        record, enrolled = singleton_id(stream, Family.TYPE).hex(), {"enrolled_on": desk.today().isoformat()}
        await desk.vault.commit([Change(stream, Family.TYPE, record, enrolled)])

    async def put(self, type_name: str, /, **said: Any) -> str:
        desk = self.tablets.supervisor.desk
        made = desk.new_id()
        await desk.vault.commit([Change(self.tablets.family.stream, type_name, made, said)])
        return made

    async def family(self) -> CaseFamily:
        return await self._caseload.family(self.tablets.family.id)

    async def codes(self) -> list[str]:
        return sorted(one.code for one in (await self.family()).clocks)


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Running]:
    async with pair(home) as tablets:
        made = Running(tablets)
        await made.begin()
        yield made


async def test_only_a_meeting_that_was_held_with_the_family_is_a_team_meeting(tmp_path: Path) -> None:
    async with running(tmp_path) as here:
        now = here.tablets.supervisor.desk.now_ms()
        soon = now + 3_600_000
        assert await here.codes() == ["meet"]
        await here.put(Meeting.TYPE, status="held", starts_at_ms=now, professionals_only=True)
        await here.put(Meeting.TYPE, status="running", starts_at_ms=now)
        await here.put(Meeting.TYPE, status="cancelled", starts_at_ms=soon - 1)
        await here.put(Meeting.TYPE, status="planned", starts_at_ms=soon)
        family = await here.family()
        assert await here.codes() == ["meet"] and family.met == ()
        assert family.next_meeting_ms == now, "one that was called off is not the next one"
        await here.put(Meeting.TYPE, status="held", starts_at_ms=now)
        assert await here.codes() == [] and [one.code for one in (await here.family()).met] == ["meet"]


async def test_nothing_starts_a_clock_that_is_wrong_half_or_lawful_anyway(tmp_path: Path) -> None:
    async with running(tmp_path) as here:
        desk = here.tablets.supervisor.desk
        now, today = desk.now_ms(), desk.today()
        note = await here.put(Note.TYPE, kind="crisis", started_at_ms=now, written_at_ms=now, made=True)
        assert await here.codes() == ["crisis", "meet"]
        await here.put(EnteredInError.TYPE, item_id=note, item_type="note")
        until = (today + timedelta(9)).isoformat()
        await here.put(Release.TYPE, recipient="Tan", until_on=until, from_on=today.isoformat())
        await here.put(Disclosure.TYPE, recipient="Tan", at_ms=now)
        assert await here.codes() == ["meet"]
        await here.put(Disclosure.TYPE, recipient="Court", at_ms=now, basis="court_order")
        assert await here.codes() == ["meet", "told"]
        await here.put(MeasureScore.TYPE, measure="m", on_day=today.isoformat())
        await here.put(Note.TYPE, kind="supervision", started_at_ms=now, written_at_ms=now, made=True)
        await here.put(Note.TYPE, kind="phone", started_at_ms=now, written_at_ms=now, made=False)
        assert await here.codes() == ["meet", "seen", "told"], "no contact: supervision, and nobody there"
        await here.put(Note.TYPE, kind="phone", started_at_ms=now, written_at_ms=now, made=True)
        assert await here.codes() == ["meet", "told"]
        await here.put(Person.TYPE, name="Rosa", born_on="1960-01-01")
        assert (await here.family()).title == "Nia Delgado", "no grown-up's age"
        await here.put(Person.TYPE, name="Nia", born_on="2010-01-01", is_youth=True)
        assert (await here.family()).title == "Nia Delgado, 15"
