"""Versions, one version, what changed, and the panels others embed; sentences for every change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.errors import DiskFull
from app.services.audience import Audiences
from app.services.supports import SupportDraft
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.versions import (
    ChangesForFamily,
    ChangesPlace,
    VersionPlace,
    VersionsPlace,
)
from app.views.screens.versions.wording import WITH_FACTS, reason, sentence, symbol_of
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.views.words import LANGUAGES, catalogue
from app.wraparound.plan_changes import FOR_FAMILY, LINE_CODES, Changes, Group, Line, Phrase, Reading
from app.wraparound.records import Need, Person
from tests.fakes.live_tablet import LiveTablet
from tests.reading import measure
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.unit.test_reading_grade import SYLLABLES, hard_sentences
from tests.views.screens import Journey, stage_of

TODAY = date(2026, 12, 1)
NIA, RAY = "1" * 32, "3" * 32
LOOKS = [
    (390, UiSettings()), (1024, UiSettings(text_scale=2.0)), (390, UiSettings(text_scale=2.0)),
    (768, UiSettings(language="es", dark=True)),
]  # fmt: skip


@dataclass
class Scene:
    """A family with a plan, one version of it, and what came after."""

    tablets: Pair
    live: LiveTablet
    journey: Journey
    version: str = ""
    need: str = ""

    @property
    def family(self) -> str:
        return self.tablets.family.id

    async def write(self, kind: str, record: str, **fields: Any) -> None:
        await self.tablets.coordinator.vault.commit(
            [Change(self.tablets.family.stream, kind, record, fields)]
        )

    def stage(
        self, screen: Any, record: str = "", width: float = 1024, settings: UiSettings | None = None
    ) -> Stage:
        place = Place("test", self.family, record_id=record)
        return stage_of(
            lambda: screen(place), self.live.as_tablet(), self.journey, width=width, settings=settings
        )

    async def rest(self, stage: Stage) -> None:
        await self.live.rest(stage.settle)


@asynccontextmanager
async def scene(home: Path, *, changed: bool = True) -> AsyncIterator[Scene]:
    async with pair(home) as tablets:
        it = Scene(tablets, LiveTablet(tablets.coordinator), Journey())
        plan, family = tablets.coordinator.plan, tablets.family.id
        for person, name in ((NIA, "Nia"), (RAY, "Ray")):
            await it.write(Person.TYPE, person, name=name, called=name)
        await plan.save_vision(family, "Quiet mornings.")
        it.need = await plan.save_need(family, "Nia needs somebody who stays.")
        goal = await plan.save_outcome(family, it.need, "At school on time", current="1", target="4")
        way = await plan.save_strategy(family, goal, "Uncle Teo drives her")
        step = await plan.save_step(family, way, "Ask his boss", owner="Teo", due_on="2026-11-20")
        it.version = await it.live.open.versions.freeze(family, "meeting")
        if changed:
            await plan.complete_step(family, step, done_on="2026-11-28")
            await plan.save_outcome(
                family, it.need, "At school on time", outcome_id=goal, current="3", target="4"
            )
            secret = await plan.save_need(family, "A safe place at night.")
            await Audiences(tablets.coordinator.desk).keep_from(
                family, Need.TYPE, secret, frozenset({RAY})
            )
            await tablets.coordinator.supports.save(
                SupportDraft(family, name="Gloria", relation="neighbour", status="on_team")
            )
        yield it


# -- the list and one version ----------------------------------------------------------------


async def test_versions_are_listed_and_opened(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        view = await it.live.open.versions.version(it.version)
        signed = {"name": "Nia", "agreement": "agree", "version_digest": view.digest}
        await it.write("signature", "a" * 32, version_id=it.version, name="Nia", signed=signed)
        async with it.stage(VersionsPlace) as stage:
            await it.rest(stage)
            words = stage.words()
            for line in ("Version 1", "Kept at the end of a meeting, ", "1 signature, earlier version"):
                assert line in words, line
            await stage.tap(f"versions.{it.version}")
            assert it.journey.last == ("go", Place("version", it.family, record_id=it.version))
            await stage.tap("versions.compare")
            assert it.journey.last == ("go", Place("changes", it.family))


async def test_a_family_without_versions_is_told_when_one_is_kept(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        it = Scene(tablets, LiveTablet(tablets.coordinator), Journey())
        for screen in (VersionsPlace, ChangesPlace):
            async with it.stage(screen) as stage:
                await it.rest(stage)
                assert "at the end of each team meeting" in stage.words()


async def test_one_version_is_read_as_it_stood_with_its_signatures(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        signed = {
            "name": "Rosa", "role": "grandmother", "agreement": "agree_except", "words": "Only by bus.",
            "language_read": "es", "signed_at_ms": 1_796_134_320_000, "version_digest": "0" * 64,
            "strokes": [[[1, 2], [300, 200]]],
        }  # fmt: skip
        await it.write("signature", "a" * 32, version_id=it.version, name="Rosa", signed=signed)
        async with it.stage(VersionPlace, it.version) as stage:
            await it.rest(stage)
            words = stage.words()
            for line in (
                "“Quiet mornings.”", "Nia needs somebody who stays.", "1 now, aim 4", "Ask his boss",
                "Rosa, grandmother", "Agrees, except", "“Only by bus.”", "Read in Spanish",
                "This does not match what was signed. Tell your supervisor.",
            ):  # fmt: skip
                assert line in words, line
            assert "A safe place at night." not in words
            assert "Done" not in words
            assert "Signature of Rosa" in stage.names()
            await stage.tap("version.changes")
            assert it.journey.last == ("go", Place("changes", it.family, record_id=it.version))


async def test_a_version_that_is_gone_is_said_calmly(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage(VersionPlace, "9" * 32) as stage:
        await it.rest(stage)
        assert "This version is not on this tablet." in stage.words()


# -- what changed ----------------------------------------------------------------------------


async def test_the_worker_reads_every_change_since_the_last_meeting(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage(ChangesPlace) as stage:
        await it.rest(stage)
        words = stage.words()
        for line in (
            "4 changes", "Gloria joined the team.", "It was 1. Now it is 3.",
            "Teo did it on Sat 28 Nov 2026: “Ask his boss”", "A safe place at night.",
            "This is new on the plan.",
        ):  # fmt: skip
            assert line in words, line


async def test_read_together_asks_who_is_here_and_keeps_what_is_not_for_them(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage(ChangesPlace) as stage:
        await it.rest(stage)
        await stage.tap("changes.together")
        await stage.tap(f"changes.who.{NIA}")
        await stage.tap(f"changes.who.{RAY}")
        await stage.tap("changes.who_show")
        await it.rest(stage)
        words = stage.words()
        assert "What is new" in words
        assert "Nia and Ray" in words
        assert "Gloria joined the team." in words
        assert "safe place" not in words
        assert "changes" not in words
        await stage.tap("changes.alone")
        await it.rest(stage)
        assert "A safe place at night." in stage.words()


async def test_nobody_chosen_means_the_least_is_read(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage(ChangesPlace) as stage:
        await it.rest(stage)
        await stage.tap("changes.together")
        await stage.tap("changes.who_show")
        await it.rest(stage)
        assert "safe place" not in stage.words()


async def test_nothing_of_the_workers_view_is_left_while_the_filtered_one_is_read(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage(ChangesPlace) as stage:
        await it.rest(stage)
        await stage.tap("changes.together")
        await stage.tap(f"changes.who.{RAY}")
        await stage.tap("changes.who_show")
        # At once, before the filtered answer has come.
        assert "safe place" not in stage.words()


async def test_two_versions_are_compared_by_picking_them(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        second = await it.live.open.versions.freeze(it.family, "signature")
        async with it.stage(ChangesPlace) as stage:
            await it.rest(stage)
            await stage.tap("changes.until")
            await stage.tap(f"changes.pick_until.{it.version}")
            await it.rest(stage)
            assert "Nothing has changed." in stage.words()
            await stage.tap("changes.until")
            await stage.tap(f"changes.pick_until.{second}")
            await it.rest(stage)
            assert "4 changes" in stage.words()


async def test_a_list_that_cannot_be_read_offers_to_try_again(tmp_path: Path) -> None:
    for number, (screen, method) in enumerate(
        ((VersionsPlace, "versions.versions"), (ChangesPlace, "versions.changes"))
    ):
        async with scene(tmp_path / str(number)) as it:
            it.live.fail[method] = DiskFull()
            async with it.stage(screen) as stage:
                await it.rest(stage)
                name = "versions" if screen is VersionsPlace else "changes"
                await stage.tap(f"{name}.failed.act")
                await it.rest(stage)
                assert "Version 1" in stage.words()


async def test_every_place_draws_narrow_large_dark_and_in_spanish(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        for screen, record in ((VersionsPlace, ""), (VersionPlace, it.version), (ChangesPlace, "")):
            for width, settings in LOOKS:
                async with it.stage(screen, record, width, settings) as stage:
                    await it.rest(stage)
                    assert not stage.has("broken")
                    assert len(stage.all(ft.FilledButton)) <= 1


# -- sentences -------------------------------------------------------------------------------


def ui(language: str) -> Ui:
    return Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))


def lines() -> list[Line]:
    old, new = Phrase("OLD"), Phrase("NEW")
    return [
        Line(code, "i", Phrase("WORDS"), old, new, who=who, on=on)
        for code in LINE_CODES
        for who in ("", "WHO")
        for on in ("", "2026-11-28")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_has_a_sentence_that_ends_and_fills_every_place(language: str) -> None:
    for line in lines():
        said = sentence(ui(language), line, Reading(Changes(), language), TODAY)
        assert "{" not in said, line.code
        assert said[-1] in ".”" or said.endswith(("NEW", "OLD")), said
        symbol_of(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_about_a_change_belongs_to_no_change(language: str) -> None:
    kinds = {code.split(".")[0] for code in LINE_CODES}
    known = set(LINE_CODES)
    for code, facts in WITH_FACTS.items():
        known |= {f"{code}_{fact}" for fact in facts} | {f"{code}_who_day"}
    known |= {f"{kind}.moved_plain" for kind in ("outcome", "strategy", "action_step")}
    said = {key.removeprefix("changes.") for key in catalogue(language) if key.startswith("changes.")}
    assert {key for key in said if key.split(".")[0] in kinds and "." in key} - known == set()


def test_what_somebody_said_about_it_follows_as_a_sentence_of_its_own() -> None:
    step = Line("action_step.done", "i", Phrase("Ask"), why=Phrase("He agreed."))
    need = Line("need.set_aside", "n", Phrase("Rest"), why=Phrase("Later"))
    rating = Line("rating.first", "r", who="Nia", new=Phrase("6"), why=Phrase("Better", "en", "r", "words"))
    plain, family = Reading(Changes(), ""), Reading(Changes(), "es")
    assert reason(ui("en"), step, plain) == "What happened: He agreed."
    assert reason(ui("en"), need, plain) == "Why: Later"
    assert reason(ui("en"), rating, plain) == "Nia said: “Better”"
    # The workers' reasons are not read to the family, and words in another language are left out.
    assert reason(ui("es"), need, family) == ""
    assert reason(ui("es"), rating, family) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_family_reads_of_it_is_easy_to_read(language: str) -> None:
    """Grade 6 at most in English, INFLESZ 65 at least in Spanish."""
    said = {
        key: phrase
        for key, phrase in catalogue(language).items()
        if key.startswith("changes.for_family.")
        or any(key.startswith(f"changes.{code}") for code in FOR_FAMILY)
    }
    assert len(said) > len(FOR_FAMILY)
    counted = measure(said.values(), SYLLABLES[language])
    assert counted.grade <= 6 if language == "en" else counted.ease >= 65
    assert hard_sentences(language, said.items()) == []


# -- what others embed -----------------------------------------------------------------------


async def test_the_family_reads_what_is_new_without_the_bookkeeping() -> None:
    changes = Changes(
        needs=(
            Group("need", "n", Phrase("Rest", "en", "n", "text"), (
                Line("need.added", "n"), Line("need.life_domain.set", "n", new=Phrase("school")),
            )),
            Group("need", "m", Phrase("Only for workers"), (Line("need.status_reason.set", "m"),)),
        ),
    )  # fmt: skip
    told = {("n", "text", "Rest"): "Descanso"}
    for language, heading in (("en", "Rest"), ("es", "Descanso")):
        reading = Reading(changes, language, told)
        stage = Stage.of(lambda r=reading, code=language: ChangesForFamily(ui(code), r, TODAY))  # type: ignore[misc]
        async with stage:
            words = stage.words()
            assert heading in words
            assert "Only for workers" not in words
            assert "school" not in words.lower()


async def test_the_family_reads_that_all_is_as_it_was() -> None:
    async with Stage.of(lambda: ChangesForFamily(ui("en"), Reading(Changes(), "en"), TODAY)) as stage:
        assert "All is as it was." in stage.words()
