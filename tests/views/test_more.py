"""The More tab, phase, transition and family details: real services below, taps and words above."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.errors import DiskFull
from app.services.desk import Me
from app.services.supports import SupportDraft
from app.store.vault import Change
from app.views.place import Place
from app.views.routes import PLACES
from app.views.screens.more import FamilyDetailsPlace, MoreTab, PhasePlace, TransitionPlace
from app.views.screens.more import places as more_places
from app.views.screens.more.places import ORDER, is_for, is_there
from app.views.widgets.ui import UiSettings
from app.wraparound.phases import CHECKLIST
from tests.fakes.live_tablet import LiveTablet
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

LOOKS = [
    (390, UiSettings()), (1024, UiSettings(text_scale=2.0)), (390, UiSettings(text_scale=2.0)),
    (768, UiSettings(language="es", dark=True)),
]  # fmt: skip


@dataclass
class Scene:
    """One screen over one vault."""

    tablets: Pair
    live: LiveTablet
    journey: Journey

    @property
    def family(self) -> str:
        return self.tablets.family.id

    def stage(self, name: str, width: float = 1024, settings: UiSettings | None = None) -> Stage:
        """The stage of a place, or of the tab ("more")."""
        screens = {"phase": PhasePlace, "transition": TransitionPlace, "details": FamilyDetailsPlace}
        if name == "more":
            return stage_of(
                lambda: MoreTab(self.family), self.live.as_tablet(), self.journey, width=width,
                settings=settings,
            )  # fmt: skip
        place = Place(name, self.family)
        return stage_of(
            lambda: screens[name](place), self.live.as_tablet(), self.journey, width=width,
            settings=settings,
        )  # fmt: skip

    async def rest(self, stage: Stage) -> None:
        """Until the database thread has answered everything that the screen asked."""
        await self.live.rest(stage.settle)

    async def write(self, kind: str, record: str, **fields: Any) -> None:
        await self.tablets.coordinator.vault.commit(
            [Change(self.tablets.family.stream, kind, record, fields)]
        )


@asynccontextmanager
async def scene(home: Path) -> AsyncIterator[Scene]:
    async with pair(home) as tablets:
        yield Scene(tablets, LiveTablet(tablets.coordinator), Journey())


# -- the tab ---------------------------------------------------------------------------------


async def test_every_place_that_is_there_has_a_row_with_one_line_and_opens(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("more") as stage:
        await it.rest(stage)
        there = [name for name, _ in ORDER if is_there(name)]
        assert {"phase", "changes", "versions", "transition", "family_details"} <= set(there)
        for name in there:
            await stage.tap(f"more.{name}")
            assert it.journey.last == ("go", Place(name, it.family))
        words = stage.words()
        for line in ("Phase 1 of 4 · 7 items open", "None kept yet", "Not begun", "Names, languages, home"):
            assert line in words, line


async def test_the_lines_follow_the_records(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        opened = it.live.open
        await it.tablets.coordinator.plan.save_vision(it.family, "Quiet mornings.")
        await opened.versions.freeze(it.family)
        await it.write("transition_item", "a" * 32, section="carries", text="Drives")
        await opened.family_details.close(it.family, "They moved.")
        async with it.stage("more") as stage:
            await it.rest(stage)
            words = stage.words()
            for line in ("Version 1, ", "1 line written", "Closed ", "Since "):
                assert line in words, line


async def test_a_place_whose_module_is_missing_is_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {
        "phase": ("app.views.screens.nowhere", "Phase"), "versions": ("app.views.screens.more", "NotThere"),
    }  # fmt: skip
    monkeypatch.setattr(more_places, "PLACES", {**PLACES, **others})
    async with scene(tmp_path) as it, it.stage("more") as stage:
        await it.rest(stage)
        assert not stage.has("more.phase")
        assert not stage.has("more.versions")
        assert stage.has("more.transition")


async def test_one_service_that_fails_leaves_the_list(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        it.live.fail["phases.phases"] = DiskFull()
        async with it.stage("more") as stage:
            await it.rest(stage)
            assert "Open to see" in stage.words()
            assert stage.has("more.versions")


# -- phase -----------------------------------------------------------------------------------


async def test_what_people_know_is_ticked_and_what_the_plan_says_is_not(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("phase") as stage:
        await it.rest(stage)
        assert "7 items open" in stage.words()
        await stage.tap("phase.item.oriented")
        await it.rest(stage)
        assert "6 items open" in stage.words()
        assert "Read off the plan: written: 0, wanted: at least 3" in stage.words()
        assert not isinstance(stage.find("phase.item.strengths"), ft.Container)


async def test_closing_with_open_items_asks_why_and_keeps_the_words_on_an_error(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("phase") as stage:
        await it.rest(stage)
        await stage.tap("phase.close")
        assert "7 items are open" in stage.words()
        await stage.tap("phase.dialog.act")
        await it.rest(stage)
        assert "Say why the phase is closed all the same." in stage.words()
        await stage.type("phase.reason", "The family wants to start.")
        it.live.fail["phases.close"] = DiskFull()
        await stage.tap("phase.dialog.act")
        await it.rest(stage)
        assert stage.value("phase.reason") == "The family wants to start."
        await stage.tap("phase.dialog.act")
        await it.rest(stage)
        words = stage.words()
        assert "Phase 2 of 4, First plan" in words
        assert "Why: The family wants to start." in words
        assert "Open then: " in words


async def test_an_earlier_phase_is_shown_and_opened_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        await it.live.open.phases.close(it.family, 1, "on we go")
        async with it.stage("phase") as stage:
            await it.rest(stage)
            await stage.tap("phase.show.1")
            await stage.tap("phase.go_back")
            await stage.tap("phase.back_dialog.act")
            await it.rest(stage)
            assert "Phase 1 of 4, Engagement" in stage.words()


async def test_every_item_has_words_and_a_reason_where_it_is_read_off(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        for width, settings in ((1024, UiSettings()), (390, UiSettings(language="es"))):
            async with it.stage("phase", width, settings) as stage:
                await it.rest(stage)
                for number, items in CHECKLIST.items():
                    await stage.tap(f"phase.show.{number}")
                    assert {f"phase.item.{one}" for one in items} <= stage.keys()
                    assert not stage.has("broken")


# -- transition ------------------------------------------------------------------------------


async def test_a_line_is_added_for_a_natural_support_changed_and_taken_off_with_undo(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        teo = await it.tablets.coordinator.supports.save(
            SupportDraft(it.family, name="Uncle Teo", status="on_team")
        )
        async with it.stage("transition") as stage:
            await it.rest(stage)
            await stage.tap("transition.add.carries")
            await stage.tap("transition.sheet.act")
            await it.rest(stage)
            assert "Write it in a few words." in stage.words()
            await stage.type("transition.text", "Driving on Tuesdays")
            await stage.tap(f"transition.who.{teo}")
            assert stage.value("transition.text") == "Driving on Tuesdays"
            await stage.tap("transition.sheet.act")
            await it.rest(stage)
            assert "Uncle Teo" in stage.words()
            (line,) = (await it.live.open.transition.transition(it.family)).carries
            assert (line.text, line.who, line.who_id) == ("Driving on Tuesdays", "Uncle Teo", teo)
            await stage.tap(f"transition.line.{line.item_id}")
            await stage.tap("transition.remove")
            await it.rest(stage)
            assert (await it.live.open.transition.transition(it.family)).carries == ()
            await undo(stage)
            await it.rest(stage)
            assert "Driving on Tuesdays" in stage.words()


async def undo(stage: Stage) -> None:
    """Tap Undo on the newest bar."""
    bar = stage.all(ft.SnackBar)[-1]
    assert isinstance(bar.action, ft.SnackBarAction)
    tapped: Any = bar.action.on_click
    await tapped()


async def test_somebody_outside_the_records_carries_something(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("transition") as stage:
        await it.rest(stage)
        await stage.tap("transition.add.carries")
        await stage.type("transition.text", "Sunday dinner")
        await stage.tap("transition.who.other")
        await stage.type("transition.other", "Aunt Marta")
        await stage.tap("transition.sheet.act")
        await it.rest(stage)
        assert "Aunt Marta" in stage.words()


async def test_a_sign_is_ticked_with_undo(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        await it.write("transition_item", "a" * 32, section="readiness", text="Four good weeks")
        async with it.stage("transition") as stage:
            await it.rest(stage)
            await stage.tap("transition.tick." + "a" * 32)
            await it.rest(stage)
            assert (await it.live.open.transition.transition(it.family)).readiness[0].done
            await undo(stage)
            assert not (await it.live.open.transition.transition(it.family)).readiness[0].done


async def test_a_sheet_that_was_open_when_it_locked_goes_on_where_it_was(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        async with it.stage("transition") as stage:
            await it.rest(stage)
            await stage.tap("transition.edit.way_back")
            await stage.type("transition.way_back_field", "Call Rosa first, then us")
            for act in tuple(it.live.last_acts):
                await act()
        async with it.stage("transition") as stage:
            await it.rest(stage)
            await stage.tap("transition.edit.way_back")
            await it.rest(stage)
            assert stage.value("transition.way_back_field") == "Call Rosa first, then us"
            await stage.tap("transition.plan_sheet.close")
            await it.rest(stage)
        async with it.stage("transition") as stage:
            await it.rest(stage)
            await stage.tap("transition.edit.way_back")
            await it.rest(stage)
            assert stage.value("transition.way_back_field") == "", "put away on purpose"


async def test_celebration_way_back_and_day_are_written_and_a_wrong_day_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("transition") as stage:
        await it.rest(stage)
        await stage.tap("transition.edit.celebration")
        await stage.type("transition.celebration_field", "A day at the beach")
        await stage.type("transition.planned_on_field", "the 40th")
        await stage.tap("transition.plan_sheet.act")
        await it.rest(stage)
        assert stage.value("transition.celebration_field") == "A day at the beach"
        await stage.type("transition.planned_on_field", "12 Mar 2027")
        await stage.tap("transition.plan_sheet.act")
        await it.rest(stage)
        view = await it.live.open.transition.transition(it.family)
        assert (view.celebration, view.planned_on) == ("A day at the beach", "2027-03-12")
        assert "“A day at the beach”" in stage.words()


# -- family details --------------------------------------------------------------------------


async def test_details_are_saved_field_by_field(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("details") as stage:
        await it.rest(stage)
        await stage.type("details.town", "Norwich")
        await stage.tap("details.spoken_language.es")
        await stage.tap("details.interpreter_needed")
        await stage.type("details.referred_on", "4 Mar 2026")
        await stage.tap("details.save")
        await it.rest(stage)
        assert "Saved on this tablet." in stage.words()
        form = await it.live.open.family_details.form(it.family)
        assert (form.town, form.spoken_language, form.interpreter_needed) == ("Norwich", "es", True)
        assert form.referred_on == "2026-03-04"


async def test_the_visit_note_stays_closed_until_it_is_asked_for(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        form = await it.live.open.family_details.form(it.family)
        await it.live.open.family_details.save(replace(form, visit_safety="Big friendly dog."))
        async with it.stage("details") as stage:
            await it.rest(stage)
            assert "dog" not in stage.words()
            await stage.tap("details.show_safety")
            assert stage.value("details.visit_safety") == "Big friendly dog."


async def test_days_stand_with_their_year_and_are_read_back_as_the_same(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        form = await it.live.open.family_details.form(it.family)
        await it.live.open.family_details.save(replace(form, enrolled_on="2025-01-09"))
        for language in ("en", "es"):
            async with it.stage("details", settings=UiSettings(language=language)) as stage:
                await it.rest(stage)
                await stage.type("details.town", language)
                await stage.tap("details.save")
                await it.rest(stage)
            assert (await it.live.open.family_details.form(it.family)).enrolled_on == "2025-01-09"


async def test_what_is_wrong_stands_at_its_field_and_the_words_stay(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("details") as stage:
        await it.rest(stage)
        await stage.type("details.name", " ")
        await stage.type("details.town", "Norwich")
        await stage.tap("details.save")
        await it.rest(stage)
        assert stage.has("details.name.error")
        assert stage.value("details.town") == "Norwich"
        await stage.type("details.name", "The Delgados")
        await stage.type("details.enrolled_on", "someday")
        await stage.tap("details.save")
        await it.rest(stage)
        assert stage.has("details.enrolled_on.error")


async def test_a_full_tablet_is_said_and_the_form_stays(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("details") as stage:
        await it.rest(stage)
        await stage.type("details.town", "Norwich")
        it.live.fail["family_details.save"] = DiskFull()
        await stage.tap("details.save")
        await it.rest(stage)
        assert "no free space" in stage.words()
        assert stage.value("details.town") == "Norwich"


async def test_leaving_with_changes_asks_and_without_does_not(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("details") as stage:
        await it.rest(stage)
        await stage.type("details.town", "Norwich")
        await stage.tap("details.back")
        assert it.journey.steps == []
        await stage.tap("details.leave.act")
        assert it.journey.last == ("back", None)


async def test_a_family_is_closed_with_a_reason_and_opened_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("details") as stage:
        await it.rest(stage)
        await stage.type("details.town", "Norwich")
        await stage.tap("details.turn")
        await stage.tap("details.turn_dialog.act")
        await it.rest(stage)
        assert "Write why the family is closed." in stage.words()
        await stage.type("details.reason", "They moved to Boston.")
        await stage.tap("details.turn_dialog.act")
        await it.rest(stage)
        assert "Why: They moved to Boston." in stage.words()
        assert stage.value("details.town") == "Norwich"
        assert (await it.live.open.family_details.form(it.family)).status == "closed"
        await stage.tap("details.turn")
        await stage.type("details.reason", "They came back.")
        await stage.tap("details.turn_dialog.act")
        await it.rest(stage)
        assert (await it.live.open.family_details.form(it.family)).status == "open"


# -- looks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["more", "phase", "transition", "details"])
async def test_every_place_draws_narrow_large_dark_and_in_spanish(tmp_path: Path, name: str) -> None:
    async with scene(tmp_path) as it:
        await it.write("transition_item", "a" * 32, section="carries", text="Drives", who="Teo")
        for width, settings in LOOKS:
            async with it.stage(name, width, settings) as stage:
                await it.rest(stage)
                assert not stage.has("broken")
                assert len(stage.all(ft.FilledButton)) <= 1


@pytest.mark.parametrize(
    ("name", "method"),
    [("phase", "phases.phases"), ("transition", "transition.transition"), ("details", "family_details.form")],
)
async def test_what_cannot_be_read_is_said_calmly(tmp_path: Path, name: str, method: str) -> None:
    async with scene(tmp_path) as it:
        it.live.fail[method] = DiskFull()
        async with it.stage(name) as stage:
            await it.rest(stage)
            assert stage.has(f"{name}.failed")


def test_partner_is_not_told_that_there_are_requests_for_the_record() -> None:
    partner, coordinator = (Me("me", "d0", "Dina", "", (role,)) for role in ("partner", "coordinator"))
    assert not is_for(partner, "requests") and is_for(partner, "documents")
    assert is_for(coordinator, "requests")
