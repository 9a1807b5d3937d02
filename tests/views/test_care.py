"""Care facts, who may decide and the pulse on the screen: real services below, taps and words above."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.services.authorities import Authorities
from app.services.care import Care
from app.services.form_drafts import FormDrafts
from app.services.pulses import Pulses
from app.services.table import FamilyTable
from app.store.vault import Change
from app.views.place import Place
from app.views.routes import screen_of
from app.views.widgets.ui import UiSettings
from app.wraparound.records import Person, Pulse
from tests.fakes.live_tablet import LiveTablet
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

NIA, ROSA = "a1" * 16, "a2" * 16
LOOKS = [
    (390.0, UiSettings()), (1024.0, UiSettings(text_scale=2.0)), (390.0, UiSettings(text_scale=2.0)),
    (768.0, UiSettings(language="es", dark=True)),
]  # fmt: skip
PLACES = ("care", "care_editor", "authority", "authority_editor", "pulse", "pulse_ask")


@dataclass
class Scene:
    """A family of two on a coordinator's tablet."""

    tablets: Pair
    live: LiveTablet
    journey: Journey = field(default_factory=Journey)
    last_acts: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    """What the screen wants done right before the tablet locks."""

    @property
    def family(self) -> str:
        return self.tablets.family.id

    def stage(
        self, name: str, record: str = "", width: float = 1024, settings: UiSettings | None = None
    ) -> Stage:
        place = Place(name, self.family, record_id=record)
        return stage_of(
            lambda: screen_of(name)(place), self.live.as_tablet(), self.journey, width=width,
            settings=settings,
        )  # fmt: skip

    async def rest(self, stage: Stage) -> None:
        await self.live.rest(stage.settle)

    async def write(self, kind: str, record: str, **fields: Any) -> None:
        stream = self.tablets.family.stream
        await self.tablets.coordinator.vault.commit([Change(stream, kind, record, fields)])


async def _nobody_closes(_passphrase: str) -> None:
    raise AssertionError("nobody closes a table here")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with pair(tmp_path) as tablets:
        live = LiveTablet(tablets.coordinator)
        desk = tablets.coordinator.desk
        live.open.care, live.open.authorities = Care(desk), Authorities(desk)
        live.open.pulses, live.open.form_drafts = Pulses(desk), FormDrafts(desk)
        live.open.table = FamilyTable(desk, _nobody_closes)
        here = Scene(tablets, live)

        def before_lock(act: Callable[[], Awaitable[object]]) -> Callable[[], None]:
            here.last_acts.append(act)
            return lambda: None

        live.before_lock = before_lock  # type: ignore[attr-defined]
        await here.write(Person.TYPE, NIA, name="Nia Delgado", called="Nia", is_youth=True)
        await here.write(Person.TYPE, ROSA, name="Rosa Delgado", order=1)
        yield here


async def test_facts_are_written_and_stand_on_the_list(scene: Scene) -> None:
    async with scene.stage("care") as on:
        await scene.rest(on)
        assert "Not asked yet." in on.words()
        await on.tap(f"care.edit.{NIA}")
    assert scene.journey.last == ("go", Place("care_editor", scene.family, record_id=NIA))
    async with scene.stage("care_editor", NIA) as on:
        await scene.rest(on)
        await on.type("care.allergies", "Penicillin")
        await on.tap("care.school_plan.iep")
        await on.tap("care.save")
        await scene.rest(on)
    assert ("back", None) in scene.journey.steps
    async with scene.stage("care") as on:
        await scene.rest(on)
        assert "Penicillin" in on.words() and "IEP" in on.words() and "Last asked or confirmed" in on.words()


async def test_words_that_were_left_half_written_are_there_again(scene: Scene) -> None:
    async with scene.stage("care_editor", NIA) as on:
        await scene.rest(on)
        await on.type("care.medicines", "Guanf")
        for act in scene.last_acts:
            await act()
    async with scene.stage("care_editor", NIA) as on:
        await scene.rest(on)
        assert on.value("care.medicines") == "Guanf"
        await on.tap("care.fresh")
        await scene.rest(on)
        assert on.value("care.medicines") == ""


async def test_a_month_refuses_what_is_no_number_and_keeps_what_was_typed(scene: Scene) -> None:
    async with scene.stage("care") as on:
        await scene.rest(on)
        await on.tap(f"care.month.{NIA}")
        await on.type("care.month.visits_kept", "two")
        await on.type("care.month.school_days_missed", "3")
        await on.tap("care.month.act")
        await scene.rest(on)
        assert "A number from 0 to 99." in on.words() and on.value("care.month.visits_kept") == "two"
        await on.type("care.month.visits_kept", "2")
        await on.tap("care.month.act")
        await scene.rest(on)
        assert "Appointments: 2 kept, 0 missed" in on.words() and "3 school days" in on.words()


async def test_no_contact_and_a_paper_nobody_saw_stand_in_words(scene: Scene) -> None:
    async with scene.stage("authority") as on:
        await scene.rest(on)
        assert "Nobody is written down yet." in on.words()
        await on.tap("authority.add")
    async with scene.stage("authority_editor") as on:
        await scene.rest(on)
        await on.tap(f"authority.adult_id.{ROSA}")
        await on.tap("authority.basis.guardian")
        await on.tap("authority.may_consent.school")
        await on.tap("authority.no_contact")
        await on.type("authority.ends_on", "the day after")
        await on.tap("authority.save")
        await scene.rest(on)
        assert "That is not a day of the calendar." in on.words()
        await on.type("authority.ends_on", "")
        await on.tap("authority.save")
        await scene.rest(on)
    async with scene.stage("authority") as on:
        await scene.rest(on)
        words = on.words()
        for said in ("Rosa Delgado", "About Nia", "Decides about: school", "No contact allowed", "No paper"):
            assert said in words


async def test_workers_read_each_persons_last_answers(scene: Scene) -> None:
    theirs = {"by_id": ROSA, "by_name": "Rosa", "answers": {"helping": 1}, "words": "Tired"}
    await scene.write(Pulse.TYPE, "c1" * 16, **theirs)
    await scene.write(Pulse.TYPE, "c2" * 16, by_id=NIA, by_name="Nia", answers={"helping": 8})
    async with scene.stage("pulse") as on:
        await scene.rest(on)
        words = on.words()
        assert "8 of 10" in words and "Left out" in words and "Tired" in words
        assert "Worth a talk, in private." in words


@pytest.mark.parametrize(("width", "settings"), LOOKS)
@pytest.mark.parametrize("name", PLACES)
async def test_every_look_draws(scene: Scene, name: str, width: float, settings: UiSettings) -> None:
    record = NIA if name == "care_editor" else ""
    async with scene.stage(name, record, width, settings) as on:
        await scene.rest(on)
        assert len(on.words().splitlines()) > 2 and on.crashed is None
