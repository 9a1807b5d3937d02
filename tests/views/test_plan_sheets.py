"""The sheets of the plan: adding and changing every kind, refusals, and words that survive."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import DiskFull
from app.services.plan import PlanView, StrengthView
from app.views.screens.plan import PlanTab
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import FAMILY
from tests.fakes.plan_tablet import FULL, planning_tablet
from tests.views.planning import gone, on_stage, opened, undo
from tests.views.screens import Journey, stage_of

# -- adding and changing -------------------------------------------------------------------


async def test_step_is_added_with_owner_and_a_typed_day() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_step.t1")
        await stage.type("plan.sheet.what", "Bring the spare key")
        await stage.tap("plan.sheet.owner_id.s1")
        assert stage.value("plan.sheet.owner") == "Teo"
        await stage.type("plan.sheet.due_on", "friday")
        assert "That is Friday 4 December 2026." in stage.words()
        await stage.tap("plan.sheet.save")
        assert gone(stage)
        ((kind, record_id, values),) = tablet.open.plan.saved
        assert (kind, record_id, values["what"]) == ("step", "", "Bring the spare key")
        assert values["strategy_id"] == "t1"
        assert (values["owner"], values["owner_id"], values["due_on"]) == ("Teo", "s1", "2026-12-04")


async def test_name_that_is_typed_is_nobody_of_the_records() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_step.t1")
        await stage.type("plan.sheet.what", "Bring the spare key")
        await stage.tap("plan.sheet.owner_id.s1")
        await stage.type("plan.sheet.owner", "Teo and Gloria")
        await stage.tap("plan.sheet.save")
        values = tablet.open.plan.saved[0][2]
        assert (values["owner"], values["owner_id"]) == ("Teo and Gloria", "")


async def test_day_is_chosen_in_the_calendar_and_taken_away_again() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.step.a2.open")
        await stage.tap("plan.sheet.due_on.calendar")
        assert "Thursday 3 December 2026" in stage.names()
        await stage.tap("plan.sheet.due_on.day.after")
        await stage.tap("plan.sheet.due_on.day.2027-01-08")
        assert stage.value("plan.sheet.due_on") == "Fri 8 Jan 2027"
        await stage.tap("plan.sheet.due_on.none")
        assert stage.value("plan.sheet.due_on") == ""
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved[0][2]["due_on"] == ""


async def test_outcome_gets_its_value_of_now_and_is_marked_reached() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.outcome.o1")
        await stage.type("plan.sheet.current", "4")
        await stage.tap("plan.sheet.status.reached")
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == [
            ("outcome", "o1", {"text": FULL.needs[0].outcomes[0].text, "current": "4", "status": "reached"})
        ]


async def test_questionnaire_is_asked_for_its_name_only_when_it_is_one() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_outcome.d2")
        assert not stage.has("plan.sheet.instrument")
        await stage.tap("plan.sheet.measure_kind.instrument")
        await stage.type("plan.sheet.instrument", "Ohio Scales")
        await stage.tap("plan.sheet.better.down")
        await stage.type("plan.sheet.text", "Fewer worries")
        await stage.tap("plan.sheet.save")
        values = tablet.open.plan.saved[0][2]
        assert (values["measure_kind"], values["instrument"]) == ("instrument", "Ohio Scales")
        assert (values["better"], values["need_id"], values["language"]) == ("down", "d2", "en")


async def test_strategy_holds_strengths_principles_and_where_it_happens() -> None:
    strengths = (StrengthView("g1", "Teo gets up early", "s1", "family"),)
    tablet = planning_tablet(replace(FULL, strengths=strengths))
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.strategy.t2")
        assert not stage.has("plan.sheet.place")
        await stage.tap("plan.sheet.strengths.g1")
        await stage.tap("plan.sheet.more")
        await stage.type("plan.sheet.place", "Orchard High")
        await stage.type("plan.sheet.frequency", "every school day")
        await stage.tap("plan.sheet.principles.community_based")
        await stage.tap("plan.sheet.principles.strengths_based")
        await stage.tap("plan.sheet.kind.community")
        await stage.tap("plan.sheet.save")
        ((_kind, record_id, values),) = tablet.open.plan.saved
        assert record_id == "t2"
        assert (values["strengths"], values["kind"]) == (["g1"], "community")
        assert values["principles"] == ["community_based", "strengths_based"]
        assert (values["place"], values["frequency"]) == ("Orchard High", "every school day")
        assert "kind_words" not in values


async def test_strength_is_added_for_one_person() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_strength")
        assert not stage.has("plan.sheet.whose.m1")
        await stage.type("plan.sheet.text", "Nia sings when she cooks")
        await stage.tap("plan.sheet.whose.p1")
        await stage.tap("plan.sheet.life_domain.home")
        await stage.tap("plan.sheet.save")
        ((kind, _id, values),) = tablet.open.plan.saved
        assert (kind, values["whose"], values["life_domain"]) == ("strength", "p1", "home")


async def test_setting_a_need_aside_asks_why_and_can_be_undone() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        assert not stage.has("plan.sheet.status_reason")
        await stage.tap("plan.sheet.status.set_aside")
        await stage.type("plan.sheet.status_reason", "Rosa’s sister moved in.")
        await stage.tap("plan.sheet.save")
        values = tablet.open.plan.saved[0][2]
        assert (values["status"], values["status_reason"]) == ("set_aside", "Rosa’s sister moved in.")
        await undo(stage)
        assert tablet.open.plan.acts == [("stand", "need", "d2", "open")]


async def test_what_is_taken_off_the_plan_comes_back_with_undo() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d1")
        await stage.tap("plan.sheet.remove")
        assert gone(stage)
        await undo(stage)
        assert tablet.open.plan.acts == [("remove", "need", "d1"), ("put_back", ("need", "d1"))]


async def test_removal_that_fails_says_so_in_the_sheet() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.remove"] = DiskFull()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d1")
        await stage.tap("plan.sheet.remove")
        assert stage.has("plan.sheet.problem")
        assert not stage.all(ft.SnackBar)


async def test_blank_is_refused_below_the_field_and_the_rest_stays() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet, settings=UiSettings(language="es")) as stage:
        await opened(stage, "plan.add_step.t1")
        await stage.type("plan.sheet.owner", "Teo")
        await stage.tap("plan.sheet.save")
        assert stage.has("plan.sheet.what.error")
        assert "¿Qué se va a hacer?" in stage.words()
        assert stage.value("plan.sheet.owner") == "Teo"


async def test_day_nobody_can_read_is_refused_and_kept() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.step.a4.open")
        await stage.type("plan.sheet.due_on", "30 Feb")
        await stage.tap("plan.sheet.save")
        assert stage.has("plan.sheet.due_on.error")
        assert stage.value("plan.sheet.due_on") == "30 Feb"
        assert tablet.open.plan.saved == []


async def test_full_tablet_is_told_and_typed_words_stay() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.save"] = DiskFull()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await stage.tap("plan.sheet.save")
        assert stage.has("plan.sheet.problem")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == [("need", "d2", {"text": "Rosa needs an evening"})]


async def test_open_sheet_does_not_put_an_older_text_back() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        tablet.open.plan.now = _with_second_need("Rosa needs two evenings", "safety")
        await stage.tap("plan.sheet.status.met")
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == [
            ("need", "d2", {"text": "Rosa needs two evenings", "status": "met"})
        ]


async def test_words_changed_by_somebody_else_meanwhile_are_shown_before_mine_are_kept() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        tablet.open.plan.now = _with_second_need("Rosa needs two evenings", "health")
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == []
        assert "It now says “Rosa needs two evenings”." in stage.words()
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved[0][2]["text"] == "Rosa needs an evening"


def _with_second_need(text: str, domain: str) -> PlanView:
    return replace(
        FULL, needs=(FULL.needs[0], replace(FULL.needs[1], text=text, life_domain=domain))
    )


# -- words that survive --------------------------------------------------------------------


async def test_closed_sheet_gives_back_what_was_typed_and_can_start_again() -> None:
    async with on_stage(planning_tablet()) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await stage.tap("plan.sheet.close")
        assert gone(stage)
        await stage.tap("plan.need.d2")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        assert "What you typed before is still here." in stage.words()
        await stage.tap("plan.sheet.fresh")
        assert stage.value("plan.sheet.text") == FULL.needs[1].text


async def test_words_are_sealed_when_the_tablet_locks_and_offered_again() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await tablet.lock()
    (kept,) = tablet.open.plan.forms.values()
    assert kept.values["text"] == "Rosa needs an evening"
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "“Rosa needs an evening”. It is not saved yet." in stage.words()
        await stage.tap("plan.left.go_on.need")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved[0][2]["text"] == "Rosa needs an evening"
        assert tablet.open.plan.forms == {}
        assert not stage.has("plan.left.go_on.need")


async def test_leaving_the_tab_seals_what_was_typed() -> None:
    tablet = planning_tablet()

    @ft.component
    def Tabs() -> ft.Control:
        here, show = ft.use_state(True)
        leave = ft.TextButton("Notes", key="leave", on_click=lambda: show(False))
        return ft.Column([leave, *([PlanTab(FAMILY)] if here else [])])

    async with stage_of(lambda: Tabs(), tablet.as_tablet(), Journey()) as stage:
        await opened(stage, "plan.add_need")
        await stage.type("plan.sheet.text", "Half a sen")
        await stage.tap("leave")
        await stage.settle()
    assert [one.values["text"] for one in tablet.open.plan.forms.values()] == ["Half a sen"]


async def test_late_answer_does_not_bring_back_a_sheet_that_was_saved() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await tablet.lock()
        late = dict(tablet.open.plan.forms)
        await stage.tap("plan.sheet.save")
        tablet.open.plan.forms = late
        tablet.changed("need")
        await stage.settle()
        assert not stage.has("plan.left.need")


async def test_close_while_it_is_being_saved_neither_closes_nor_loses_anything() -> None:
    tablet = planning_tablet()
    saved, plan = asyncio.Event(), tablet.open.plan
    write = plan.write

    async def slow(*args: Any, **values: Any) -> str:
        await saved.wait()
        return str(await write(*args, **values))

    plan.write = slow
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.need.d2")
        await stage.settle()
        await stage.tap("plan.detail.change")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        saving = asyncio.ensure_future(stage.tap("plan.sheet.save"))
        await stage.settle()
        await stage.tap("plan.sheet.close")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        saved.set()
        await saving
        await stage.settle()
        # The form alone has gone; what it was opened from is there.
        assert stage.has("plan.detail.change")
        assert not stage.has("plan.sheet.save")
        assert tablet.open.plan.saved == [("need", "d2", {"text": "Rosa needs an evening"})]


async def test_what_was_left_can_be_thrown_away() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_need")
        await stage.type("plan.sheet.text", "Half a sen")
        await stage.tap("plan.sheet.close")
        await stage.tap("plan.left.drop.need")
        await stage.settle()
        assert tablet.open.plan.forms == {}
        assert not stage.has("plan.left.need")


async def test_sheet_that_cannot_be_sealed_goes_on_all_the_same() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.keep_form"] = DiskFull()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_need")
        await stage.type("plan.sheet.text", "Half a sen")
        await stage.tap("plan.sheet.close")
        await stage.tap("plan.add_need")
        assert stage.value("plan.sheet.text") == "Half a sen"
