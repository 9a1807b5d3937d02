"""A family's clocks on screen: in words, with the way to where it is done, and nothing of safety reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.protocol.ids import singleton_id
from app.services.caseload import Caseload
from app.services.labels import Labels
from app.services.practice_rules import PracticeRules
from app.services.tablet import Tablet
from app.store.vault import Change
from app.views.deadlines import clock_name, deadline_words
from app.views.place import Place
from app.views.screens.clocks import ClocksPlace
from app.views.screens.clocks.listing import due_words, source_words
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.clocks import FamilyClock
from app.wraparound.records import Family, Meeting, SafetyReport
from tests.fakes.tablet import NOW_MS, TODAY, FakeKeyholder, at, canned
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

NAMES = {"en": "First visit", "es": "Primera visita"}


def clock(left: int, **fields: object) -> FamilyClock:
    due, standing = TODAY + timedelta(left), "overdue" if left < 0 else "running"
    made = FamilyClock("first_visit", NAMES, standing, TODAY, due, left, 0.5, source="house default")  # type: ignore[arg-type]
    return replace(made, **fields)  # type: ignore[arg-type]


@asynccontextmanager
async def shown(tablets: Pair, journey: Journey, language: str = "en") -> AsyncIterator[Stage]:
    desk = tablets.coordinator.desk
    opened = replace(
        canned().keyholder.opened, desk=desk, caseload=Caseload(desk, PracticeRules(desk))
    )
    tablet = Tablet(FakeKeyholder(opened), canned().time)
    tablet.adopt(opened)
    place = Place("clocks", tablets.family.id)
    settings = UiSettings(language=language)
    async with stage_of(lambda: ClocksPlace(place), tablet, journey, settings=settings) as stage:
        await stage.wait_for(lambda: "clocks.explain" in stage.keys())
        yield stage


async def enrol(tablets: Pair, **fields: object) -> None:
    desk = tablets.coordinator.desk
    record = singleton_id(tablets.family.stream, Family.TYPE).hex()
    values = {"enrolled_on": (desk.today() - timedelta(12)).isoformat(), **fields}
    await desk.vault.commit([Change(tablets.family.stream, Family.TYPE, record, values)])


async def test_a_clock_says_when_why_and_how_and_leads_there(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await enrol(tablets)
        journey = Journey()
        async with shown(tablets, journey) as on:
            said = on.words()
            assert said.index("Consents") < said.index("First team meeting")
            assert "5 days over. It was due" in said and "Suggested by the app" in said
            await on.tap("clocks.go.0")
        assert journey.last == ("go", Place("phase", tablets.family.id))


async def test_what_was_met_is_folded_away(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await enrol(tablets)
        now = tablets.coordinator.desk.now_ms()
        held = {"status": "held", "starts_at_ms": now - 3 * 86_400_000}
        await tablets.coordinator.vault.commit([Change(tablets.family.stream, Meeting.TYPE, "3e" * 16, held)])
        async with shown(tablets, Journey(), "es") as on:
            assert "clocks.met_list" not in on.keys()
            await on.tap("clocks.met")
            assert "Primera reunión" in on.words() and "a tiempo" in on.words()


async def test_a_family_without_clocks_and_a_closed_one_say_so(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        async with shown(tablets, Journey()) as on:
            assert "clocks.none" in on.keys()
        await enrol(tablets, status="closed")
        async with shown(tablets, Journey()) as on:
            assert "clocks.closed" in on.keys()


async def test_nothing_of_a_safety_report_stands_here_in_the_list_or_in_the_header(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        stream = await Labels(desk).home(tablets.family.id, "safety")
        report = {"suspected_at_ms": desk.now_ms() - 86_400_000, "status": "open"}
        await desk.vault.commit([Change(stream, SafetyReport.TYPE, "5a" * 16, report)])
        assert (await Caseload(desk, PracticeRules(desk)).families())[0].clocks[0].restricted
        async with shown(tablets, Journey()) as on:
            assert "clocks.none" in on.keys() and "clocks.0" not in on.keys()
        (row,) = await tablets.coordinator.casebook.families()
        assert row.clock is None
        assert (await tablets.coordinator.casebook.header(tablets.family.id)).clock is None


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (clock(5), "In 5 days, by Sun 6 Dec"),
        (clock(0), "Due today, Tue 1 Dec"),
        (clock(-3), "3 days over. It was due Sat 28 Nov"),
        (clock(0, due_at_ms=at(1, 16, 30)), "Due today, 4:30 pm"),
        (clock(-1, due_at_ms=at(1, 9)), "Over. It was due today, 9:00 am"),
    ],
)
def test_when_it_is_due_is_said_in_words(one: FamilyClock, said: str) -> None:
    ui = Ui(UiSettings(), layout_for(1024, 768, 1.0))
    assert due_words(ui, one, NOW_MS) == said


def test_a_clock_of_the_agency_has_its_own_name_in_lists_and_its_source() -> None:
    for language, name, house in (("en", "First visit", "Suggested"), ("es", "Primera visita", "Sugerido")):
        ui = Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))
        assert clock_name(ui, clock(5)) == name
        assert deadline_words(ui, clock(5), TODAY).startswith(name)
        assert deadline_words(ui, clock(-5), TODAY).startswith(name)
        assert source_words(ui, clock(5)).startswith(house)
    only_english = clock(5, name={"en": "Tea"}, about="Dr. Tan")
    assert clock_name(ui, only_english) == "Tea: Dr. Tan"
    assert source_words(ui, clock(5, source="45 CFR 1")) == "Fuente: 45 CFR 1"
