"""The Plan tab: the thread, ticking with Undo, two versions, every size, and typed days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import flet as ft
import pytest

from app.errors import DiskFull, StoreError
from app.services.desk import Me
from app.views.place import Place
from app.views.screens.plan.form import day_words
from app.views.widgets.day_picker import read_day
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import FAMILY
from tests.fakes.plan_tablet import EMPTY, FULL, VISION, conflict, planning_tablet, version
from tests.views.planning import TODAY, gone, on_stage, opened
from tests.views.screens import Journey

# -- looking -------------------------------------------------------------------------------


async def test_thread_shows_vision_need_outcome_strategy_and_steps_in_order() -> None:
    async with on_stage(planning_tablet()) as stage:
        await stage.settle()
        words = stage.words()
        in_order = [
            f"“{VISION}”", "Nia needs to know someone stays", "At school on time, 4 days of 5",
            "3 now, was 1", "Strategy, natural support", "Uncle Teo drives her",
            "Make the car playlist", "Done Sat 28 Nov", "Ask his boss for a later start", "Thu 3 Dec",
            "Strategy, school", "Hold 8:05 am for Nia", "Still open", "Tell the bus office",
            "No date yet", "Rosa needs rest",
        ]  # fmt: skip
        places = [words.index(one) for one in in_order]
        assert places == sorted(places)


async def test_side_says_how_the_steps_stand_while_there_was_no_meeting() -> None:
    async with on_stage(planning_tablet()) as stage:
        await stage.settle()
        words = stage.words()
        for said in ("1 step done", "3 steps to do", "1 step still open past its day",
                     "1 step has no date yet"):  # fmt: skip
            assert said in words
        assert "Coach" not in words


async def test_family_without_a_plan_is_asked_for_its_vision() -> None:
    async with on_stage(planning_tablet(EMPTY)) as stage:
        await stage.settle()
        assert "No plan yet." in stage.words()
        await stage.tap("plan.write_vision")
        await stage.type("plan.sheet.text", "A door with our name")
        await stage.tap("plan.sheet.save")
        assert gone(stage)
        assert "“A door with our name”" in stage.words()


async def test_plan_that_cannot_be_read_offers_to_try_again() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.plan"] = StoreError()
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert stage.has("plan.failed")
        await stage.tap("plan.failed.act")
        await stage.settle()
        assert "Uncle Teo drives her" in stage.words()


@pytest.mark.parametrize("width", [390, 768, 1024])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_every_size_has_one_filled_button_and_the_whole_plan(width: float, scale: float) -> None:
    settings = UiSettings(text_scale=scale, language="es")
    async with on_stage(planning_tablet(), settings=settings, width=width) as stage:
        await stage.settle()
        assert len(stage.all(ft.FilledButton)) == 1
        assert "Sigue abierto" in stage.words()
        assert "Ms. Nair" in stage.words()


async def test_reached_and_met_are_said_in_words() -> None:
    need = FULL.needs[0]
    reached = replace(need.outcomes[0], status="reached")
    plan = replace(FULL, needs=(replace(need, status="met", outcomes=(reached,)), FULL.needs[1]))
    async with on_stage(planning_tablet(plan)) as stage:
        await stage.settle()
        assert "Met" in stage.words().split("\n")
        assert "Reached" in stage.words().split("\n")


# -- ticking and moving --------------------------------------------------------------------


async def test_tick_completes_the_step_and_undo_opens_it_again() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.step.a2")
        await stage.settle()
        assert tablet.open.plan.ticks == [("a2", True, "")]
        bar = stage.all(ft.SnackBar)[-1]
        assert isinstance(bar.action, ft.SnackBarAction)
        await stage.event(bar.action, "click")
        assert tablet.open.plan.ticks[-1] == ("a2", False, "")


async def test_undo_of_opening_again_keeps_the_day_it_was_done() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.step.a1")
        await stage.settle()
        bar = stage.all(ft.SnackBar)[-1]
        assert isinstance(bar.action, ft.SnackBarAction)
        await stage.event(bar.action, "click")
        assert tablet.open.plan.ticks == [("a1", False, ""), ("a1", True, "2026-11-28")]


async def test_tick_that_fails_says_so_and_the_plan_stays() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.complete_step"] = DiskFull()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.step.a2")
        await stage.settle()
        assert stage.has("plan.problem")
        assert not stage.all(ft.SnackBar)
        assert "Uncle Teo drives her" in stage.words()


async def test_step_set_aside_cannot_be_ticked() -> None:
    need = FULL.needs[0]
    outcome = need.outcomes[0]
    first = outcome.strategies[0]
    dropped = replace(first, steps=(replace(first.steps[1], state="dropped"),))
    plan = replace(
        FULL, needs=(replace(need, outcomes=(replace(outcome, strategies=(dropped,)),)),)
    )
    async with on_stage(planning_tablet(plan)) as stage:
        await stage.settle()
        assert "Set aside" in stage.words()
        with pytest.raises(AssertionError, match="does nothing"):
            await stage.tap("plan.step.a2")


async def test_changing_shows_moves_only_where_there_is_a_way() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert not stage.has("plan.move_down.d1")
        await stage.tap("plan.change")
        assert not stage.has("plan.move_up.d1")
        assert not stage.has("plan.move_down.d2")
        await stage.tap("plan.move_down.d1")
        await stage.tap("plan.move_up.d2")
        assert tablet.open.plan.moves == [("d1", False), ("d2", True)]


# -- two versions --------------------------------------------------------------------------


async def test_record_with_two_versions_carries_a_chip_that_opens_the_choice() -> None:
    need = FULL.needs[0]
    plan = replace(FULL, needs=(replace(need, has_conflict=True), FULL.needs[1]), vision_conflict=True)
    tablet = planning_tablet(
        plan,
        conflict([version("a"), version("b", "Dana Kim")], "need", "text", "d1"),
        conflict([version("a"), version("b", "Dana Kim")], "family_vision", "text", "v1"),
    )
    journey = Journey()
    async with on_stage(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("plan.conflict.d1")
        assert journey.last == ("go", Place("conflict", FAMILY, record_id="d1", detail="text"))
        await stage.tap("plan.conflict.vision")
        assert journey.last == ("go", Place("conflict", FAMILY, record_id="v1", detail="text"))
        await opened(stage, "plan.need.d1")
        await stage.tap("plan.sheet.conflict")
        assert journey.last[1] == Place("conflict", FAMILY, record_id="d1", detail="text")


# -- for everybody -------------------------------------------------------------------------


SHEETS = ("plan.need.d1", "plan.outcome.o1", "plan.strategy.t1", "plan.step.a2.open", "plan.vision",
          "plan.add_strength", "plan.options.o1", "plan.order")  # fmt: skip


@pytest.mark.parametrize("control", SHEETS)
@pytest.mark.parametrize(("width", "scale"), [(390, 1.0), (1024, 2.0)])
async def test_every_sheet_is_no_dialog_and_names_all_its_controls(
    control: str, width: float, scale: float
) -> None:
    settings = UiSettings(text_scale=scale, language="es")
    async with on_stage(planning_tablet(), settings=settings, width=width) as stage:
        await opened(stage, control)
        await stage.settle()
        assert not stage.all(ft.AlertDialog)  # Crisis and Cover stay in reach.
        assert len(stage.all(ft.FilledButton)) <= 1
        for field in stage.all(ft.TextField):
            assert field.height is None
        for button in stage.all(ft.IconButton):
            assert isinstance(button.icon, ft.Icon)
            assert button.icon.semantics_label


# -- typed days ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "language", "day"),
    [
        ("3 Dec", "en", date(2026, 12, 3)), ("Dec 3", "en", date(2026, 12, 3)),
        ("thu 3 december", "en", date(2026, 12, 3)), ("December 3, 2027", "en", date(2027, 12, 3)),
        ("12/3", "en", date(2026, 12, 3)), ("3/12", "es", date(2026, 12, 3)),
        ("1/8", "en", date(2027, 1, 8)), ("12/3/27", "en", date(2027, 12, 3)),
        ("2026-12-03", "en", date(2026, 12, 3)), ("today", "en", TODAY),
        ("Tomorrow", "en", date(2026, 12, 2)), ("mañana", "es", date(2026, 12, 2)),
        ("manana", "es", date(2026, 12, 2)), ("Friday", "en", date(2026, 12, 4)),
        ("tue", "en", date(2026, 12, 8)), ("miércoles", "es", date(2026, 12, 2)),
        ("jueves 3 de diciembre", "es", date(2026, 12, 3)), ("28 nov", "en", date(2026, 11, 28)),
        ("3 Mar", "en", date(2027, 3, 3)),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(typed: str, language: str, day: date) -> None:
    assert read_day(language, typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["", "soon", "30 Feb", "13/13", "3", "dec", "3 4 dec", "2026-02-30", "the 3", "29 feb"]
)
def test_what_is_not_a_day_is_none(typed: str) -> None:
    assert read_day("en", typed, TODAY) is None


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("iso", ["2026-01-05", "2026-12-01", "2027-02-28", "2031-07-04"])
def test_day_in_the_field_is_read_back_as_the_same_day(language: str, iso: str) -> None:
    assert read_day(language, day_words(language, iso, TODAY), TODAY) == date.fromisoformat(iso)


# -- who may write what --------------------------------------------------------------------


async def test_partner_changes_steps_and_strengths_and_is_offered_nothing_else() -> None:
    tablet = planning_tablet(FULL)
    tablet.open.desk.me = Me("me", "d0", "Dina Ortiz", "partner", ("partner",))
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert not stage.has("plan.vision") and not stage.has("plan.meet")
        await stage.tap("plan.change")
        await stage.settle()
        keys = set(stage.keys())
        for gone in ("plan.add_need", "plan.order", "plan.add_outcome", "plan.add_strategy", "plan.options",
                     "plan.edit_rules", "plan.move_up.d2"):  # fmt: skip
            assert not any(key.startswith(gone) for key in keys), gone
        assert any(key.startswith("plan.add_step.") for key in keys)
        assert "plan.add_strength" in keys
        # What they may not change opens for reading, and says nothing of changing.
        await stage.tap("plan.need.d1")
        await stage.settle()
        assert stage.has("plan.detail.close") and not stage.has("plan.detail.change")


async def test_restricted_pieces_of_the_plan_wear_a_lock_and_words() -> None:
    need = replace(FULL.needs[0], label="safety")
    tablet = planning_tablet(replace(FULL, needs=(need, *FULL.needs[1:])))
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert stage.has(f"plan.locked.{need.need_id}")
        assert stage.words().count("Restricted: Safety") == 1
