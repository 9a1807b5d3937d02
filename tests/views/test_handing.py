"""Who reads a family, standing in and handing over, on the screen with real services behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sqlmodel import select

from app.protocol.ids import singleton_id
from app.services.handing import Handing
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.handing import CaseloadsPlace, HandOnPlace, ReadersPlace
from app.wraparound.records import Cover, Family, HandOver
from tests.fakes.tablet import canned
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of


class Quiet:
    """Nothing is sent."""

    def now(self) -> None:
        """Try at once."""


@dataclass
class Here:
    """The supervisor's tablet; the coordinator leads the family."""

    tablets: Pair
    tablet: Any
    journey: Journey

    @property
    def family(self) -> str:
        return self.tablets.family.id

    @asynccontextmanager
    async def show(self, screen: Any, place: Place, width: float = 1024) -> AsyncIterator[Stage]:
        async with stage_of(lambda: screen(place), self.tablet, self.journey, width=width) as on:
            await on.settle()
            yield on

    async def rows(self, kind: Any) -> list[Any]:
        return await self.tablets.supervisor.vault.read(lambda session: list(session.exec(select(kind))))


@asynccontextmanager
async def here(home: Path, *, as_coordinator: bool = False) -> AsyncIterator[Here]:
    async with pair(home) as tablets:
        person = tablets.coordinator if as_coordinator else tablets.supervisor
        c = canned().open()
        handing = Handing(person.desk, cast(Any, Quiet()))
        c.tablet.adopt(replace(c.tablet.open, desk=person.desk, casebook=person.casebook, handing=handing))
        yield Here(tablets, c.tablet, Journey())


async def lead(h: Here) -> None:
    """The coordinator leads the family, on both tablets."""
    stream = h.tablets.family.stream
    change = Change(
        stream, Family.TYPE, singleton_id(stream, Family.TYPE).hex(),
        {"lead_coordinator": h.tablets.coordinator.desk.me.person},
    )  # fmt: skip
    await h.tablets.coordinator.vault.commit([change])
    await h.tablets.meet()


async def test_who_reads_is_named_with_role_and_lead(tmp_path: Path) -> None:
    async with here(tmp_path) as h:
        await lead(h)
        async with h.show(ReadersPlace, Place("readers", h.family)) as on:
            await on.wait_for(lambda: on.has(f"readers.row.{h.tablets.coordinator.desk.me.person}"))
            said = on.words()
            assert h.tablets.coordinator.desk.me.name in said
            assert "Leads · care coordinator" in said
            await on.tap("readers.stand_in")
            assert h.journey.last == ("go", Place("hand_on", h.family, detail="cover"))
            await on.tap("readers.hand_over")
            assert h.journey.last == ("go", Place("hand_on", h.family, detail="transfer"))


async def test_a_coordinator_sees_who_reads_and_hands_nothing_on(tmp_path: Path) -> None:
    async with here(tmp_path, as_coordinator=True) as h:
        async with h.show(ReadersPlace, Place("readers", h.family), width=390) as on:
            await on.wait_for(lambda: on.has(f"readers.row.{h.tablets.supervisor.desk.me.person}"))
            assert not on.has("readers.stand_in") and not on.has("readers.hand_over")


async def test_a_family_is_handed_over_with_a_note(tmp_path: Path) -> None:
    async with here(tmp_path) as h:
        await lead(h)
        to = h.tablets.supervisor.desk.me.person
        async with h.show(HandOnPlace, Place("hand_on", h.family, detail="transfer")) as on:
            await on.wait_for(lambda: on.has(f"hand_on.person.{to}"))
            await on.tap("hand_on.go")
            await on.wait_for(lambda: "Choose somebody who has a tablet." in on.words())
            await on.tap(f"hand_on.person.{to}")
            await on.tap("hand_on.go")
            await on.wait_for(lambda: "Write what the next coordinator should know first." in on.words())
            await on.type("hand_on.note", "Rosa prefers mornings.")
            await on.tap("hand_on.go")
            await on.wait_for(lambda: h.journey.steps == [("back", None)])
        (kept,) = await h.rows(HandOver)
        assert (kept.to_id, kept.note) == (to, "Rosa prefers mornings.")
        (family,) = await h.rows(Family)
        assert family.lead_coordinator == to


async def test_a_day_that_is_none_is_said_at_its_field_and_nothing_is_lost(tmp_path: Path) -> None:
    async with here(tmp_path) as h:
        await lead(h)
        to = h.tablets.supervisor.desk.me.person
        async with h.show(HandOnPlace, Place("hand_on", h.family, detail="cover")) as on:
            await on.wait_for(lambda: on.has(f"hand_on.person.{to}"))
            await on.tap(f"hand_on.person.{to}")
            await on.type("hand_on.note", "The dog is friendly.")
            await on.type("hand_on.until", "soonish")
            await on.tap("hand_on.go")
            await on.wait_for(lambda: "not a day of the calendar" in on.words())
            assert on.value("hand_on.note") == "The dog is friendly."
        assert await h.rows(Cover) == []


async def test_a_caseload_is_handed_on_family_by_family(tmp_path: Path) -> None:
    async with here(tmp_path) as h:
        await lead(h)
        ana = h.tablets.coordinator.desk.me.person
        async with h.show(CaseloadsPlace, Place("caseloads")) as on:
            await on.wait_for(lambda: on.has(f"caseloads.{ana}"))
            assert "1 family" in on.words()
            await on.tap(f"caseloads.{ana}")
            assert h.journey.last == ("go", Place("hand_on", record_id=ana, detail="cover"))


async def test_a_colleague_without_families_leads_nowhere(tmp_path: Path) -> None:
    async with here(tmp_path) as h, h.show(CaseloadsPlace, Place("caseloads")) as on:
        ana = h.tablets.coordinator.desk.me.person
        await on.wait_for(lambda: on.has(f"caseloads.{ana}"))
        assert "0 families" in on.words()
